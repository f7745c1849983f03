"""Descent along the gradient: `SGD`, with momentum and without, and `Lion`, along its sign."""

from collections.abc import Iterable

from autograd.primitives import sign
from autograd.value import Value
from nn.checks import at_least_zero, check_truth
from nn.optim.optimizer import Optimizer, checked_betas


class SGD(Optimizer):
    """p - lr * g; with momentum, p - lr * m for m = momentum * m + g (Polyak 1964; Nesterov 1983).

    weight_decay adds weight_decay * p to g; nesterov looks one step of momentum ahead (Sutskever et al. 2013).

    >>> w = Value(1.0)
    >>> optimizer = SGD([w], lr=0.25)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> w.data
    0.5
    """

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, lr)
        self.momentum = at_least_zero("momentum", momentum)
        check_truth("nesterov", nesterov)
        self.nesterov = bool(nesterov)
        self.weight_decay = at_least_zero("weight_decay", weight_decay)
        self.m = [0.0] * len(self.parameters)
        if nesterov and not momentum:
            raise ValueError(
                "nesterov looks ahead along the momentum, and momentum is 0: give one, such as momentum=0.9"
            )

    def moved(self, i: int, p: float, g: float) -> float:
        g += self.weight_decay * p
        if self.momentum:
            self.m[i] = self.momentum * self.m[i] + g
            g = g + self.momentum * self.m[i] if self.nesterov else self.m[i]
        return p - self.lr * g


class Lion(Optimizer):
    """p - lr * (sign(c) + weight_decay * p), where c and then m average the gradients (Chen et al. 2023).

    c = beta1 * m + (1 - beta1) * g is what the step goes along, m = beta2 * m + (1 - beta2) * g what is kept.

    >>> w = Value(1.0)
    >>> optimizer = Lion([w], lr=0.25)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> w.data
    0.75
    """

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 0.0001,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, lr)
        self.beta1, self.beta2 = checked_betas(betas)
        self.weight_decay = at_least_zero("weight_decay", weight_decay)
        self.m = [0.0] * len(self.parameters)

    def moved(self, i: int, p: float, g: float) -> float:
        c = self.beta1 * self.m[i] + (1.0 - self.beta1) * g
        self.m[i] = self.beta2 * self.m[i] + (1.0 - self.beta2) * g
        return p - self.lr * (sign(c) + self.weight_decay * p)
