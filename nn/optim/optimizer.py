"""`Optimizer`: what all ways to walk downhill share.

The letters, in docstrings and code: p is the number of a parameter, g its gradient, i its place in
`parameters`; m and v are averages of g and of g * g over the steps so far, in lists beside `parameters`.
Hyperparameters are attributes, and what is assigned to them counts from the next step on.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from autograd.primitives import dot, number
from autograd.value import Value
from nn.checks import at_least_zero, check_function, check_truth, is_sequence, share, shown, whole_number
from nn.module import Module
from nn.optim.accumulation import note_use
from nn.optim.clipping import Clip


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

    @property
    def clip(self) -> Clip | None:
        """What is done to all gradients before a step, such as `ByNorm(1.0)`; nothing if it is None."""
        held: Clip | None = vars(self).get("clip")
        return held

    @clip.setter
    def clip(self, clip: Clip | None) -> None:
        if clip is not None and (isinstance(clip, type) or not isinstance(clip, Clip)):
            raise TypeError(f"clip limits gradients, as ByNorm(1.0) and ByValue(1.0) do, got {shown(clip)}")
        vars(self)["clip"] = clip

    def step(self) -> None:
        """Change every parameter once, by its gradient.

        >>> w = Value(1.0)
        >>> w.grad = 3.0
        >>> from nn import SGD
        >>> SGD([w], lr=0.25).step()
        >>> w.data
        0.25
        """
        note_use(self.parameters)
        gradients = [parameter.grad for parameter in self.parameters]
        if (clip := self.clip) is not None:
            squares = dot(gradients, gradients)
            gradients = [number(clip.limited(g, squares), "a limit gives as gradient") for g in gradients]
        self.steps += 1
        for i, (parameter, g) in enumerate(zip(self.parameters, gradients, strict=True)):
            parameter.data = self.moved(i, parameter.data, g)

    def descend(self, loss: Callable[[], Value]) -> Value:
        """Take a step down a loss, a function without arguments that gives it; the loss before the step.

        >>> from nn import SGD
        >>> w = Value(1.0)
        >>> SGD([w], lr=0.25).descend(lambda: w * w).data, w.data
        (1.0, 0.5)
        """
        value = self.looked_at(loss)
        self.step()
        return value

    def looked_at(self, loss: Callable[[], Value]) -> Value:
        """A loss at the present place; every parameter then holds its gradient."""
        check_function("a loss", loss, "no arguments that gives a value")
        value = loss()
        if not isinstance(value, Value):
            raise TypeError(f"a loss is a value made of the parameters, got {shown(value)}")
        self.zero_grad()
        value.backward()
        return value

    def moved(self, i: int, p: float, g: float) -> float:
        """What the number of parameter i becomes; every optimiser says it in its own way."""
        raise NotImplementedError(f"{type(self).__name__} does not say where a parameter moves: give it moved(i, p, g)")

    def zero_grad(self) -> None:
        """Set every gradient to 0, so that the next `backward()` does not add to the last one.

        >>> w = Value(1.0)
        >>> w.grad = 3.0
        >>> from nn import SGD
        >>> SGD([w], lr=0.25).zero_grad()
        >>> w.grad
        0.0
        """
        for parameter in self.parameters:
            parameter.grad = 0.0

    def state_dict(self) -> dict[str, Any]:
        """Hyperparameters, averages and the count of steps as plain data, to go on from later.

        >>> from nn import SGD
        >>> SGD([Value(1.0)], lr=0.25).state_dict()
        {'lr': 0.25, 'steps': 0, 'momentum': 0.0, 'nesterov': False, 'weight_decay': 0.0, 'm': [0.0]}
        """
        return {
            name.removeprefix("_"): list(value) if isinstance(value, list) else value
            for name, value in vars(self).items()
            if name not in ("parameters", "clip")
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a state; one that does not fit is an error, and nothing changes.

        >>> from nn import SGD
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


def checked_betas(betas: tuple[float, float]) -> tuple[float, float]:
    """Two shares of the past.

    >>> checked_betas(0.9)
    Traceback (most recent call last):
    TypeError: betas is a pair of numbers, got 0.9
    """
    if not isinstance(betas, (tuple, list)) or len(betas) != 2:
        raise TypeError(f"betas is a pair of numbers, got {betas!r}")
    return share("betas", betas[0]), share("betas", betas[1])


def like(own: Any, given: Any, name: str) -> Any:
    """`given`, if a state can hold it where it held `own`: as many numbers, a truth, a whole number, a number.

    >>> like([0.0, 0.0], [1, 2.5], "m")
    [1.0, 2.5]
    >>> like([0.0], [1, 2.5], "m")
    Traceback (most recent call last):
    ValueError: m is a list of 1 number here, got list: [1, 2.5]
    """
    if isinstance(own, list):
        if not isinstance(given, list) or len(given) != len(own):
            raise ValueError(f"{name} is a list of {len(own)} number{'s' * (len(own) != 1)} here, got {shown(given)}")
        return [number(each, f"{name} holds") for each in given]
    if isinstance(own, bool):
        check_truth(name, given)
        return bool(given)
    if not isinstance(own, (int, float)):
        return given
    return whole_number(name, given, least=0) if isinstance(own, int) else number(given, f"{name} is")
