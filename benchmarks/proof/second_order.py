"""Row 5: second derivatives of every row, mixed ones included, against differences of its slopes.

The differences are taken of the exact slopes, over a step of 2**-100, where their own error is below 1e-50: all that
is found is ours, and a row is not held against a slope that may be wrong itself. Differences of doubles end at 1e-10
or so. An error is relative to the derivative itself, not to anything that is larger.
"""

import math
import random
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from mpmath import mp, mpf

import autograd
from autograd.primitives import Primitive, flat
from autograd.transforms import gradients, hessian, hvp
from benchmarks.proof.effort import Effort
from benchmarks.proof.exact import reference
from benchmarks.proof.operands import as_values, changed, drawn, rebuilt
from benchmarks.proof.own_rows import OWN_ROWS
from benchmarks.report import Figure, Target

TOLERANCE = 1e-7
POINTS = 500  # of each row
REACHES = (4.0, 30.0)  # the size of their operands, in turn
BITS = 1200  # a slope that tends to 1 grows by 1e-200 yet
STEP = mpf(2) ** -100

#: Second derivatives by the places of the operands, those of sequences counted through.
Matrix = list[list[Any]]


class Worst(NamedTuple):
    """The largest relative error at so many points, and where it was."""

    error: float = 0.0
    where: str = "nowhere"
    points: int = 0


def figures(effort: Effort) -> list[Figure]:
    """The largest error of values, and of machine code."""
    return [
        figure("eager", effort.spread(worst_of_values, len(OWN_ROWS) * POINTS)),
        figure("compiled", effort.spread(worst_of_machine_code, len(OWN_ROWS))),
    ]


def figure(mode: str, found: list[Worst]) -> Figure:
    """The worst that was found, with where it was."""
    worst = worst_of(found)
    points = f"{worst.points:,} of {len(OWN_ROWS) * POINTS:,}"
    return Figure(
        f"5 second derivatives, {mode}",
        "relative error",
        worst.error,
        Target("ours", "at most", TOLERANCE),
        details={"points": points, "worst": worst.where},
    )


def worst_of(several: Iterable[Worst]) -> Worst:
    """The worst of several, over all their points."""
    found = list(several)
    return max(found, key=lambda w: w.error, default=Worst())._replace(points=sum(w.points for w in found))


def worst_of_values(cases: Iterable[int]) -> Worst:
    """The worst of values: a case is a point of one row, asked in one of the ways, all of them in turn."""
    found = []
    for case in cases:
        point, place = divmod(case, len(OWN_ROWS))
        way, row = WAYS[(point + place) % len(WAYS)], OWN_ROWS[place]
        operands = point_of(row, point)
        found.append(worst_at(row, operands, way(row, operands), way.__name__))
    return worst_of(found)


def worst_of_machine_code(cases: Iterable[int]) -> Worst:
    """The worst of machine code: a case is a row, at all of its points in one call."""
    found = []
    for case in cases:
        row = IN_ANY_ORDER[case]
        points = [point_of(row, point) for point in range(POINTS)]
        compiled = zip(points, by_machine_code(row, points), strict=True)
        found += [worst_at(row, operands, matrix, "machine code") for operands, matrix in compiled]
    return worst_of(found)


def point_of(row: Primitive, number: int) -> tuple[Any, ...]:
    """The operands of a row at the point of this number."""
    return drawn(row, random.Random(f"{row} {number}"), REACHES[number % len(REACHES)])


def worst_at(row: Primitive, operands: tuple[Any, ...], found: Matrix, way: str) -> Worst:
    """The worst of the second derivatives at one point."""
    worst = Worst(points=1)
    for which, (ours, exact) in enumerate(zip(found, differences_of_slopes(row, operands), strict=True)):
        for place, (derivative, wanted) in enumerate(zip(ours, exact, strict=True)):
            error = relative_error(derivative, wanted)
            if not error <= worst.error:
                where = f"{row}{operands} in operands {which} and {place}, {way}"
                worst = Worst(error, where, 1)
    return worst


def relative_error(found: float, exact: Any) -> float:
    """How far off a number is, over the exact one; what is exactly 0 must be found so.

    >>> relative_error(1.5, mpf(1)), relative_error(0.0, mpf(0)), relative_error(1e-20, mpf(0))
    (0.5, 0.0, inf)
    """
    if found == exact:
        return 0.0
    if not math.isfinite(found) or not exact:
        return math.inf
    with mp.workprec(BITS):
        return float(abs((mpf(found) - exact) / exact))


# What is exact


def differences_of_slopes(row: Primitive, operands: tuple[Any, ...]) -> Matrix:
    """How fast each exact slope of a row grows in each operand, by a step to both sides."""
    with mp.workprec(BITS):
        point = rebuilt(operands, map(mpf, flat(operands)))
        columns = []
        for place, x in enumerate(flat(point)):
            above, below = (exact_slopes(row, changed(point, place, x + step)) for step in (STEP, -STEP))
            columns.append([(a - b) / (2 * STEP) for a, b in zip(above, below, strict=True)])
        return [list(derivatives) for derivatives in zip(*columns, strict=True)]


def exact_slopes(row: Primitive, point: tuple[Any, ...]) -> list[Any]:
    """The exact slope in every element of the operands."""
    slopes = (slope(*point) for slope in reference(row).slopes)
    return list(flat(tuple(slope) if isinstance(slope, list) else slope for slope in slopes))


# What is ours


def of_a_list(row: Primitive, like: tuple[Any, ...]) -> Callable[[Any], Any]:
    """The row as a function of the list of all numbers in operands of this shape."""
    return lambda numbers: row(*rebuilt(like, numbers))


def gradients_of_gradients(row: Primitive, operands: tuple[Any, ...]) -> Matrix:
    """By `gradients`, whose results are values, and `gradients` of these."""
    values = as_values(operands)
    xs = list(flat(values))
    return [[second.data for second in gradients(slope, xs)] for slope in gradients(row(*values), xs)]


def backward_of_gradients(row: Primitive, operands: tuple[Any, ...]) -> Matrix:
    """By `backward()` of each gradient."""
    found = []
    for which, _ in enumerate(flat(operands)):
        values = as_values(operands)
        xs = list(flat(values))
        gradients(row(*values), xs)[which].backward()
        found.append([x.grad for x in xs])
    return found


def grad_of_grad(row: Primitive, operands: tuple[Any, ...]) -> Matrix:
    """By `hessian`, the jacobian of `grad`."""
    found: Matrix = hessian(of_a_list(row, operands))(list(flat(operands)))
    return found


def push_forward_of_grad(row: Primitive, operands: tuple[Any, ...]) -> Matrix:
    """By `hvp`, which pushes a direction forward through the gradient."""
    numbers = list(flat(operands))
    directions = [[float(i == j) for j in range(len(numbers))] for i in range(len(numbers))]
    return [hvp(of_a_list(row, operands), (numbers,), (direction,)) for direction in directions]


WAYS = (gradients_of_gradients, backward_of_gradients, grad_of_grad, push_forward_of_grad)


def by_machine_code(row: Primitive, points: list[tuple[Any, ...]]) -> list[Matrix]:
    """By one call of the compiled `hessian`, for all points."""
    compiled = autograd.jit(autograd.vmap(hessian(of_a_list(row, points[0]))))
    found: list[Matrix] = compiled([list(flat(operands)) for operands in points])
    return found


#: So that the first few are of all sorts.
IN_ANY_ORDER = random.Random(5).sample(OWN_ROWS, len(OWN_ROWS))
