"""`descent_path`: where an optimiser goes, step by step, on a loss of two parameters."""

import math
from collections.abc import Callable, Sequence

from autograd.value import Value
from nn.checks import check_function, shown, whole_number
from nn.optim import Optimizer
from nn.plots.given import numbers_of
from nn.steps import made_of_parameters

Path = list[tuple[float, float]]


def descent_path(
    f: Callable[[Value, Value], Value],
    start: Sequence[float],
    optimizer: Callable[[list[Value]], Optimizer],
    steps: int = 100,
) -> Path:
    """The points that an optimiser passes on its way down `f(x, y)`, the start first; for `loss_surface`.

    optimizer  a function that makes one for a list of parameters, as `lambda p: Adam(p, lr=0.1)`

    The path ends early where the loss, or the next point, is not finite.

    >>> from nn import SGD
    >>> descent_path(lambda x, y: x * x + y * y, (1.0, 2.0), lambda p: SGD(p, lr=0.25), steps=2)
    [(1.0, 2.0), (0.5, 1.0), (0.25, 0.5)]
    """
    check_function("the loss", f, "two numbers")
    check_function("optimizer", optimizer, "a list of parameters that makes an optimizer for them")
    numbers = numbers_of(start, "the start")
    if len(numbers) != 2:
        raise ValueError(f"a path over a surface starts at two numbers, got {len(numbers)}")
    x, y = map(Value, numbers)
    steps = whole_number("the number of steps", steps, least=0)
    walker, path = optimizer([x, y]), [(x.data, y.data)]
    if not isinstance(walker, Optimizer):
        raise TypeError(f"optimizer makes an Optimizer for a list of parameters, got {shown(walker)} from it")
    for step in range(steps):
        loss = made_of_parameters(f(x, y), f"step {step}")
        walker.zero_grad()
        loss.backward()
        walker.step()
        if not (math.isfinite(loss.data) and math.isfinite(x.data) and math.isfinite(y.data)):
            break
        path.append((x.data, y.data))
    return path
