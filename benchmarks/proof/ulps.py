"""Errors in units of the last place, against the exact formulas in mpmath.

The error is |computed - exact| over the spacing of doubles at the exact result, rounded; below the smallest normal
number that is the spacing of the subnormal ones, and inf counts as 2**1024. Where a row is a sum whose terms may
cancel (sum, mean, dot, logaddexp, logsumexp), its value is held to the spacing at the sum of the absolute terms,
because no summation in order does better. No other value and no slope has this measure, but for one: that of
power_slope in y, which is itself a second derivative. Values that round once for each of their operands (sum, mean,
dot, prod) are held to 2**-52 of that sum, or of the exact product, which is one to two spacings: so many halves are
their bound.
"""

import math
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from mpmath import mp, mpf

from autograd.primitives import Primitive
from benchmarks.proof.exact import Reference, reference

PRECISION = 300  # bits; enough for the worst cancellation in an exact formula, and 53 bits to compare with
VALUE_LIMIT, SLOPE_LIMIT = 2.7, 4.0  # units of the last place: what every row is held to
LARGEST = sys.float_info.max
BEYOND_LARGEST = mpf(2) ** 1024  # what inf stands for


class Goal(NamedTuple):
    """An exact number, as far as errors need it: a double, the rest in units of the last place, and that unit."""

    nearest: float
    rest: float
    unit: float


def goal(exact: Any, terms: Any = None, relative: bool = False) -> Goal:
    """The goal that an exact number is, with the unit of `terms` where they are given, or one in proportion to it.

    >>> goal(mpf(1)) == Goal(1.0, 0.0, 2.0**-52), goal(mpf(1.5), relative=True).unit == 1.5 * 2.0**-52
    (True, True)
    """
    exact = mpf(max(min(exact, BEYOND_LARGEST), -BEYOND_LARGEST))
    nearest = float(max(min(exact, LARGEST), -LARGEST))
    unit = math.ulp(nearest if terms is None else float(min(abs(terms), LARGEST)))
    if relative:
        unit = max(unit, sys.float_info.epsilon * float(min(abs(exact if terms is None else terms), LARGEST)))
    return Goal(nearest, float((exact - nearest) / unit), unit)


def ulps(computed: float, goal: Goal) -> float:
    """How far a number is from its goal in units of the last place; inf for nan.

    >>> ulps(1.0 + 2.0**-51, Goal(1.0, 0.25, 2.0**-52))
    1.75
    """
    if computed != computed:
        return math.inf
    beyond = 0.0
    if math.isinf(computed):
        computed = math.copysign(LARGEST, computed)
        beyond = math.copysign(math.ulp(LARGEST), computed) / goal.unit
    return abs((computed - goal.nearest) / goal.unit - goal.rest + beyond)


def exact_operands(operands: Iterable[Any]) -> list[Any]:
    """The operands of a row as numbers of mpmath."""
    return [tuple(map(mpf, o)) if isinstance(o, tuple) else mpf(o) for o in operands]


def listed(slope: Any) -> Sequence[Any]:
    """The slopes in the numbers of an operand, of which there is one unless it is a sequence."""
    return slope if isinstance(slope, (list, tuple)) else [slope]


def goals(row: Primitive, operands: tuple[Any, ...]) -> list[list[Goal]]:
    """What the value of a row and its slope in each operand should be; each a list, for the numbers of a sequence."""
    exact: Reference = reference(row)
    slope_terms = exact.slope_terms or (None,) * len(exact.slopes)
    with mp.workprec(PRECISION):
        precise = exact_operands(operands)
        found = [[goal(exact.value(*precise), exact.terms and exact.terms(*precise), exact.relative)]]
        for slope, terms in zip(exact.slopes, slope_terms, strict=True):
            found.append([goal(each, terms and terms(*precise)) for each in listed(slope(*precise))])
        return found


def in_python(row: Primitive, points: Iterable[tuple[Any, ...]]) -> list[list[Sequence[float]]]:
    """The value of a row and its slopes at each point as Python computes them, in the order of the goals."""
    values = [(row.function(*operands), operands) for operands in points]
    return [[[z], *(listed(slope(z, *operands)) for slope in row.slopes)] for z, operands in values]


class Worst(NamedTuple):
    """The largest error seen, and where: the row, the operand that the slope is in, the operands."""

    error: float = 0.0
    row: str = ""
    slope_in: str = ""
    operands: tuple[Any, ...] = ()

    def __str__(self) -> str:
        of = f"slope in {self.slope_in} of " if self.slope_in else ""
        operands = ", ".join(map(str, self.operands))
        return f"{of}{self.row}({operands})"


def worst_of(several: Iterable[Worst]) -> Worst:
    """The one with the largest error, the first of several such.

    >>> worst_of([Worst(1.0, "exp"), Worst(2.0, "log")]).row
    'log'
    """
    return max(several, key=lambda worst: worst.error, default=Worst())


def worst_errors(
    row: Primitive,
    points: Iterable[tuple[Any, ...]],
    computed: Iterable[list[Sequence[float]]],
    wanted: Iterable[list[list[Goal]]],
) -> list[Worst]:
    """The largest error of the value, and of each slope, over the points."""
    names = ("", *row.parameters)
    found = [Worst(row=row.name, slope_in=name) for name in names]
    for operands, results, all_goals in zip(points, computed, wanted, strict=True):
        for i, (numbers, goals_of_numbers) in enumerate(zip(results, all_goals, strict=True)):
            error = max(ulps(number, goal) for number, goal in zip(numbers, goals_of_numbers, strict=True))
            if error > found[i].error:
                found[i] = Worst(error, row.name, names[i], operands)
    return found
