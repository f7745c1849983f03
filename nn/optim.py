"""Ways to walk downhill: each changes parameters by their gradients, with the formulas of PyTorch.

The letters, in docstrings and code: p is the number of a parameter, g its gradient, i its place in
`parameters`; m and v are averages of g and of g * g over the steps so far, in lists beside `parameters`.
Hyperparameters are attributes, and what is assigned to them counts from the next step on.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from autograd.primitives import div, number, sqrt
from autograd.value import Value
from nn.checks import at_least_zero, is_sequence, share, shown, whole_number
from nn.module import Module


class Optimizer:
    """What all optimisers share: the parameters, in order and once each, and a learning rate.

    One of your own says in `moved` what a parameter becomes:

    >>> from autograd import sign
    >>> class SignDescent(Optimizer):
    ...     def moved(self, i, p, g):
    ...         return p - self.lr * sign(g)
    >>> w = Value(1.0)
    >>> (w * w).backward()
    >>> SignDescent([w], lr=0.25).step()
    >>> w.data
    0.75
    """

    def __init__(self, parameters: Iterable[Value], lr: float) -> None:
        self.parameters = checked_parameters(parameters, type(self).__name__)
        self.lr = lr
        self.steps = 0

    @property
    def lr(self) -> float:
        """The learning rate."""
        return self._lr

    @lr.setter
    def lr(self, lr: float) -> None:
        self._lr = at_least_zero("lr", lr)

    def step(self) -> None:
        """Change every parameter once, by its gradient.

        >>> w = Value(1.0)
        >>> w.grad = 3.0
        >>> SGD([w], lr=0.25).step()
        >>> w.data
        0.25
        """
        self.steps += 1
        for i, parameter in enumerate(self.parameters):
            parameter.data = self.moved(i, parameter.data, parameter.grad)

    def moved(self, i: int, p: float, g: float) -> float:
        """What the number of parameter i becomes; every optimiser says it in its own way."""
        raise NotImplementedError(f"{type(self).__name__} does not say where a parameter moves: give it moved(i, p, g)")

    def zero_grad(self) -> None:
        """Set every gradient to 0, so that the next `backward()` does not add to the last one.

        >>> w = Value(1.0)
        >>> w.grad = 3.0
        >>> SGD([w], lr=0.25).zero_grad()
        >>> w.grad
        0.0
        """
        for parameter in self.parameters:
            parameter.grad = 0.0

    def state_dict(self) -> dict[str, Any]:
        """Hyperparameters, averages and the count of steps as plain data, to go on from later.

        >>> SGD([Value(1.0)], lr=0.25).state_dict()
        {'lr': 0.25, 'steps': 0, 'momentum': 0.0, 'nesterov': False, 'weight_decay': 0.0, 'm': [0.0]}
        """
        return {
            name.removeprefix("_"): list(value) if isinstance(value, list) else value
            for name, value in vars(self).items()
            if name != "parameters"
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a state; one that does not fit is an error, and nothing changes.

        >>> optimizer = SGD([Value(1.0)], lr=0.25)
        >>> optimizer.load_state_dict(SGD([Value(2.0)], lr=0.5).state_dict())
        >>> optimizer.lr
        0.5
        """
        own = self.state_dict()
        if not isinstance(state, Mapping):
            raise TypeError(f"a state is a dictionary, as state_dict() gives it, got {shown(state)}")
        if state.keys() != own.keys():
            held = ", ".join(map(str, state)) or "nothing"
            raise ValueError(f"the state of a {type(self).__name__} holds {', '.join(own)}; this one holds {held}")
        fitting = {name: like(own[name], state[name], name) for name in own}
        for name, given in fitting.items():
            setattr(self, name, given)

    def __repr__(self) -> str:
        counts = f"{len(self.parameters)} parameter{'s' * (len(self.parameters) != 1)}"
        return f"<{type(self).__name__} of {counts}, lr={self.lr:g}, steps={self.steps}>"


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
        self.nesterov = nesterov
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
        if not isinstance(betas, (tuple, list)) or len(betas) != 2:
            raise TypeError(f"betas is a pair of numbers, got {betas!r}")
        self.beta1, self.beta2 = share("betas", betas[0]), share("betas", betas[1])
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


def checked_parameters(given: Iterable[Value], taker: str) -> list[Value]:
    """The parameters given, once each; an error for what no optimiser can change.

    >>> checked_parameters([], "SGD")
    Traceback (most recent call last):
    ValueError: SGD takes at least one parameter, got none
    """
    if isinstance(given, Module):
        raise TypeError(f"{taker} takes parameters, got a {type(given).__name__}: write {taker}(model.parameters())")
    if not is_sequence(given):
        raise TypeError(f"{taker} takes a list of values, got {shown(given)}; those of a model are model.parameters()")
    parameters = list(given)
    for parameter in parameters:
        if not isinstance(parameter, Value):
            raise TypeError(f"{taker} takes values as parameters, got {shown(parameter)}")
        if parameter._row is not None:
            raise ValueError(f"{taker} takes parameters, got a result of {parameter._row}: {parameter!r}")
    if not parameters:
        raise ValueError(f"{taker} takes at least one parameter, got none")
    return list({id(parameter): parameter for parameter in parameters}.values())


def like(own: Any, given: Any, name: str) -> Any:
    """`given`, if a state can hold it where it held `own`: a list of as many numbers, a whole number, a number.

    >>> like([0.0, 0.0], [1, 2.5], "m")
    [1.0, 2.5]
    >>> like([0.0], [1, 2.5], "m")
    Traceback (most recent call last):
    ValueError: m holds a number for each of 1 parameters, got [1, 2.5]
    """
    if isinstance(own, list):
        if not isinstance(given, list) or len(given) != len(own):
            raise ValueError(f"{name} holds a number for each of {len(own)} parameters, got {given}")
        return [number(each, f"{name} holds") for each in given]
    if isinstance(own, bool) or not isinstance(own, (int, float)):
        return given
    return whole_number(name, given, least=0) if isinstance(own, int) else number(given, f"{name} is")
