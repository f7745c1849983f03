"""Slopes measured from outside, by finite differences, and held against the rules.

`gradcheck(f, inputs)` compares each gradient with what f really does when that input moves a little. When
they disagree, it measures every operation on its own and names the row and the operand that are wrong.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from math import inf, isfinite, nan
from numbers import Integral
from typing import Any, NamedTuple

from autograd.given import check_function, digits, shown
from autograd.graph import topological_order
from autograd.modes import no_grad, recording
from autograd.primitives import NO_SEQUENCES, Primitive, flat, number
from autograd.transforms import gradients
from autograd.value import Value, as_called, data_of

EPSILON = sys.float_info.epsilon
SHRINK = 1.6  # each step is that much smaller than the last
STEPS = 20
TOLERANCE = 1e-9  # of the sum of all absolute contributions to a gradient: what ChainRulesTestUtils.jl holds rules to
SAFETY = 4.0  # how far a measurement may be off its own estimate of its error


class GradientError(ArithmeticError):
    """A gradient disagrees with the differences measured.

    >>> gradcheck(lambda x: Value(x.data, (x,), (1.001,)), [2.0])
    Traceback (most recent call last):
    autograd.check.GradientError: the gradient for input 0 is 1.001, measured 1.0...
    """


class Slope(NamedTuple):
    """A slope as measured: its value, and an estimate of how far that may be off."""

    value: float
    error: float


class Checked(NamedTuple):
    """One derivative, as the rules give it and as measured."""

    name: str
    gradient: float
    measured: float
    allowed: float

    @property
    def agrees(self) -> bool:
        return abs(self.gradient - self.measured) <= self.allowed < inf


def measured_slope(f: Callable[[float], float], x: float) -> Slope:
    """How fast `f` grows at `x`, by steps to both sides that shrink, extrapolated to no step at all.

    The step at which rounding and curvature together are smallest is found by trying (Ridders 1982).

    >>> round(measured_slope(lambda x: x * x, 3.0).value, 9)
    6.0
    """
    best = Slope(nan, inf)
    for first_step in {0.05 * abs(x): None, 0.05: None}:
        step = first_step
        previous: list[float] = []
        for _ in range(STEPS if step else 0):
            above, below = f(x + step), f(x - step)
            width = (x + step) - (x - step)
            if not (isfinite(above) and isfinite(below) and width):
                previous, step = [], step / SHRINK
                continue
            current = [(above - below) / width]
            rounding = EPSILON * max(abs(above), abs(below)) / width
            weight = 1.0
            for before in previous:
                weight *= SHRINK * SHRINK
                current.append((weight * current[-1] - before) / (weight - 1.0))
                error = max(abs(current[-1] - current[-2]), abs(current[-1] - before), rounding)
                if error < best.error:
                    best = Slope(current[-1], error)
            previous, step = current, step / SHRINK
    return best


def absolute_adjoints(y: Value, xs: Sequence[Value]) -> list[float]:
    """For each of `xs`, the sum over all paths to `y` of the absolute products of slopes.

    It is the scale of a gradient before anything in it cancels.

    >>> x = Value(3.0)
    >>> absolute_adjoints(x - x, [x])
    [2.0]
    """
    found: dict[int, float] = {id(y): 1.0}
    for node in reversed(topological_order(y)):
        for operand, slope in zip(node.operands, node.slopes, strict=True):
            if slope is not None:
                found[id(operand)] = found.get(id(operand), 0.0) + abs(slope) * found.get(id(node), 0.0)
    return [found.get(id(x), 0.0) for x in xs]


def gradcheck(
    f: Callable[..., Any], inputs: Sequence[Any], *, order: int = 1, tolerance: float = TOLERANCE
) -> list[Checked]:
    """Every derivative of `f(*inputs)` beside its measured value, if all of them agree.

    f returns one value; inputs are numbers or values. With order 2, second derivatives are checked as
    well. Raises GradientError naming the input and, where one row is to blame, that row and its operand.
    Not meant for a kink: differences from both sides give the middle slope there, the rules one of them.

    >>> for checked in gradcheck(lambda a, b: a * b, [2.0, 3.0]):
    ...     print(checked.name, checked.gradient, round(checked.measured, 9))
    input 0 3.0 3.0
    input 1 2.0 2.0
    """
    check_function("gradcheck", f, "gradcheck(f, [x])")
    if not isinstance(inputs, Iterable) or isinstance(inputs, NO_SEQUENCES):
        raise TypeError(f"gradcheck takes a list of inputs, got {shown(inputs)}; a single one is written [x]")
    if isinstance(order, bool) or not isinstance(order, Integral):
        raise TypeError(f"order is 1 or 2, got {shown(order)}")
    if order not in (1, 2):
        raise ValueError(f"order is 1 or 2, got {digits(order)}")
    if not 0.0 <= number(tolerance, "tolerance is") < inf:
        raise ValueError(f"tolerance is a finite number of at least 0, got {shown(tolerance)}")
    inputs = list(inputs)
    point = [number(v.data if isinstance(v, Value) else v, "gradcheck takes") for v in inputs]
    names = [v.label if isinstance(v, Value) and v.label else f"input {i}" for i, v in enumerate(inputs)]
    with recording():
        y, xs = at(f, point)
        results = _first_order(f, point, names, y, xs, tolerance)
        if order == 2:
            results += _second_order(f, point, names, tolerance)
    wrong = [checked for checked in results if not checked.agrees]
    if wrong:
        worst = max(wrong, key=lambda c: abs(c.gradient - c.measured) / (c.allowed or EPSILON))
        raise GradientError(
            f"the gradient for {worst.name} is {worst.gradient!r}, measured {worst.measured!r} "
            f"(allowed difference {worst.allowed:.1e}); {blame(y, tolerance, order)}"
        )
    return results


def at(f: Callable[..., Any], point: Sequence[float]) -> tuple[Value, list[Value]]:
    """f recorded at a point, and the values it was given."""
    xs = [Value(x) for x in point]
    y = f(*xs)
    if not isinstance(y, Value):
        raise TypeError(f"gradcheck takes a function that returns one value, this one returned {shown(y)}")
    return y, xs


def _first_order(
    f: Callable[..., Any], point: list[float], names: list[str], y: Value, xs: list[Value], tolerance: float
) -> list[Checked]:
    results = []
    for i, (gradient, scale) in enumerate(zip(gradients_by_backward(y, xs), absolute_adjoints(y, xs), strict=True)):

        def moved(t: float, i: int = i) -> float:
            with no_grad():
                return at(f, [*point[:i], t, *point[i + 1 :]])[0].data

        slope = measured_slope(moved, point[i])
        results.append(Checked(names[i], gradient, slope.value, tolerance * scale + SAFETY * slope.error))
    return results


def gradients_by_backward(y: Value, xs: Sequence[Value]) -> list[float]:
    """What `y.backward()` gives for new values `xs`; every other gradient is left as it was.

    >>> x, captured = Value(2.0), Value(3.0)
    >>> gradients_by_backward(x * captured, [x]), captured.grad
    ([3.0], 0.0)
    """
    before = [(v, v.grad) for v in topological_order(y)]
    at_start = [x.grad for x in xs]
    y.backward()
    found = [x.grad - start for x, start in zip(xs, at_start, strict=True)]
    for v, grad in before:
        v.grad = grad
    return found


def _second_order(f: Callable[..., Any], point: list[float], names: list[str], tolerance: float) -> list[Checked]:
    y, xs = at(f, point)
    results = []
    for i, slope_in_i in enumerate(gradients(y, xs)):
        second = gradients(slope_in_i, xs)
        scales = absolute_adjoints(slope_in_i, xs)
        for j in range(len(xs)):

            def moved(t: float, i: int = i, j: int = j) -> float:
                y, xs = at(f, [*point[:j], t, *point[j + 1 :]])
                return gradients(y, [xs[i]])[0].data

            slope = measured_slope(moved, point[j])
            allowed = tolerance * scales[j] + SAFETY * slope.error
            results.append(Checked(f"{names[i]} and {names[j]}", second[j].data, slope.value, allowed))
    return results


def blame(y: Value, tolerance: float = TOLERANCE, order: int = 1) -> str:
    """A sentence that names the row and operand of a graph whose slope is furthest from its measurement.

    >>> blame(Value(2.0) * Value(3.0))
    'every row on the way is right by itself: the fault is in how the slopes were put together'
    """
    worst, excess = "", 1.0
    for node in topological_order(y):
        for position, checked in enumerate(check_row_at(node, tolerance)):
            if checked is not None and not checked.agrees:
                off = abs(checked.gradient - checked.measured) / (checked.allowed or EPSILON)
                if not off <= excess:
                    excess = off
                    worst = (
                        f"the row {node._row} has slope {checked.gradient!r} in operand {position}, "
                        f"measured {checked.measured!r}, at {', '.join(repr(o.data) for o in node.operands[:8])}"
                    )
    if not worst and order == 2:
        worst = next(filter(None, (_second_fault(node, tolerance) for node in topological_order(y))), "")
    return worst or "every row on the way is right by itself: the fault is in how the slopes were put together"


def _second_fault(node: Value, tolerance: float) -> str:
    """A sentence about the first second derivative of the row of one node that is wrong; empty if none is."""
    row = node._row
    if not isinstance(row, Primitive):
        return ""
    operands = as_called(node)
    moving = [i for i, slope in enumerate(node.slopes) if slope is not None]
    point = list(flat(data_of(operands)))

    def alone(*values: Value) -> Any:
        moved = dict(zip(moving, values, strict=True))
        left = (moved.get(i, x) for i, x in enumerate(point))
        places = [len(o) if isinstance(o, tuple) else o is not None for o in operands]
        taken = [tuple(islice(left, n)) for n in places]
        return row(*(t if isinstance(o, tuple) else t[0] if t else None for o, t in zip(operands, taken, strict=True)))

    names = [f"operand {i}" for i in moving]
    for checked in _second_order(alone, [point[i] for i in moving], names, tolerance):
        if not checked.agrees:
            return (
                f"the slope of the row {row} has slope {checked.gradient!r} in {checked.name}, "
                f"measured {checked.measured!r}, at {', '.join(map(repr, point[:8]))}"
            )
    return ""


def check_row_at(node: Value, tolerance: float = TOLERANCE) -> list[Checked | None]:
    """The local slopes of one node beside measurements of its row; None for a constant or a node made by hand."""
    row = node._row
    if not isinstance(row, Primitive):
        return [None] * len(node.operands)
    operands = as_called(node)
    numbers = data_of(operands)
    results: list[Checked | None] = []
    for place, operand in enumerate(operands):
        for inner in range(len(operand)) if isinstance(operand, tuple) else [None]:
            if operand is None:
                continue
            recorded = node.slopes[len(results)]
            if recorded is None:
                results.append(None)
                continue
            x = numbers[place] if inner is None else numbers[place][inner]
            slope = measured_slope(lambda t, p=place, i=inner: row.function(*replaced(numbers, p, i, t)), x)  # type: ignore[misc]
            allowed = tolerance * abs(recorded) + SAFETY * slope.error
            results.append(Checked(str(row), recorded, slope.value, allowed))
    return results


def replaced(numbers: tuple[Any, ...], place: int, inner: int | None, t: float) -> tuple[Any, ...]:
    """The operands with another number at one place.

    >>> replaced(((1.0, 2.0), 3.0), 0, 1, 7.0)
    ((1.0, 7.0), 3.0)
    """
    new = t if inner is None else replaced(numbers[place], inner, None, t)
    return (*numbers[:place], new, *numbers[place + 1 :])
