"""Descent with a step length for each parameter: `Adagrad`, `RMSProp`, `Adam`, `AdamW`."""

from collections.abc import Iterable

from autograd.primitives import div, sqrt
from autograd.value import Value
from nn.checks import at_least_zero, share
from nn.optim.optimizer import Optimizer, checked_betas


class Adagrad(Optimizer):
    """p - lr * g / (sqrt(v) + eps), where v is the sum of all g * g so far (Duchi, Hazan and Singer 2011).

    weight_decay adds weight_decay * p to g; lr_decay divides lr by 1 + lr_decay * (the count of steps before).

    >>> w = Value(1.0)
    >>> optimizer = Adagrad([w], lr=0.25)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.75
    """

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 0.01,
        lr_decay: float = 0.0,
        eps: float = 1e-10,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, lr)
        self.lr_decay = at_least_zero("lr_decay", lr_decay)
        self.eps = at_least_zero("eps", eps)
        self.weight_decay = at_least_zero("weight_decay", weight_decay)
        self.v = [0.0] * len(self.parameters)

    def moved(self, i: int, p: float, g: float) -> float:
        g += self.weight_decay * p
        self.v[i] = self.v[i] + g * g
        lr = self.lr / (1.0 + self.lr_decay * (self.steps - 1))
        return p - lr * div(g, sqrt(self.v[i]) + self.eps)


class RMSProp(Optimizer):
    """p - lr * g / (sqrt(v) + eps), where v averages g * g (Tieleman and Hinton 2012, lecture 6.5).

    alpha is the share of the past in v; weight_decay adds weight_decay * p to g; with momentum, what is
    subtracted is lr * m for m = momentum * m + g / (sqrt(v) + eps).

    >>> w = Value(1.0)
    >>> optimizer = RMSProp([w], lr=0.25, alpha=0.75)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.5
    """

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 0.01,
        alpha: float = 0.99,
        eps: float = 1e-8,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, lr)
        self.alpha = share("alpha", alpha)
        self.eps = at_least_zero("eps", eps)
        self.momentum = at_least_zero("momentum", momentum)
        self.weight_decay = at_least_zero("weight_decay", weight_decay)
        self.m = [0.0] * len(self.parameters)
        self.v = [0.0] * len(self.parameters)

    def moved(self, i: int, p: float, g: float) -> float:
        g += self.weight_decay * p
        self.v[i] = self.alpha * self.v[i] + (1.0 - self.alpha) * g * g
        self.m[i] = self.momentum * self.m[i] + div(g, sqrt(self.v[i]) + self.eps)
        return p - self.lr * self.m[i]


class Moments(Optimizer):
    """What Adam and AdamW share: m and v, and the direction they give (Kingma and Ba 2015)."""

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, lr)
        self.beta1, self.beta2 = checked_betas(betas)
        self.eps = at_least_zero("eps", eps)
        self.weight_decay = at_least_zero("weight_decay", weight_decay)
        self.m = [0.0] * len(self.parameters)
        self.v = [0.0] * len(self.parameters)

    def direction(self, i: int, g: float) -> float:
        """m / (sqrt(v) + eps) once g is in both, each divided by the sum of its weights, as they start at 0."""
        self.m[i] = self.beta1 * self.m[i] + (1.0 - self.beta1) * g
        self.v[i] = self.beta2 * self.v[i] + (1.0 - self.beta2) * g * g
        m = self.m[i] / (1.0 - self.beta1**self.steps)
        v = self.v[i] / (1.0 - self.beta2**self.steps)
        return div(m, sqrt(v) + self.eps)


class Adam(Moments):
    """p - lr * m / (sqrt(v) + eps), with m and v corrected for their start at 0 (Kingma and Ba 2015).

    weight_decay adds weight_decay * p to g.

    >>> w = Value(1.0)
    >>> optimizer = Adam([w], lr=0.25)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.75
    """

    def moved(self, i: int, p: float, g: float) -> float:
        return p - self.lr * self.direction(i, g + self.weight_decay * p)


class AdamW(Moments):
    """Adam, with a weight decay of its own that m and v do not see: p shrinks by lr * weight_decay * p first.

    Loshchilov and Hutter 2019.

    >>> w = Value(1.0)
    >>> optimizer = AdamW([w], lr=0.25, weight_decay=0.5)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.625
    """

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(parameters, lr, betas, eps, weight_decay)

    def moved(self, i: int, p: float, g: float) -> float:
        return p * (1.0 - self.lr * self.weight_decay) - self.lr * self.direction(i, g)
