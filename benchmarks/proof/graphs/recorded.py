"""What a recorded graph holds, read step by step, and what the exact arithmetic and the chain rule say against it."""

import math
import sys
from typing import Any, NamedTuple

from mpmath import mpf

from benchmarks.proof.graphs.chain_rule import chained, same_number
from benchmarks.proof.graphs.extended import Wanted, expected, zero_of
from benchmarks.proof.graphs.recipes import Recipe, at_place, made
from benchmarks.proof.ulps import SLOPE_LIMIT, VALUE_LIMIT

SMALLEST_NORMAL = sys.float_info.min
BELOW_NORMAL = "a slope from a result below the smallest normal number, whose digits are few"
OVERFLOW = "a second derivative of a power that is infinite before a small exponent multiplies it"
PARITY = "a second derivative of a negative number's power, where y - 1 is rounded to a whole or an even number"


class Recorded(NamedTuple):
    """A graph after `backward()`: every number and gradient in order, and for each step its operands and slopes."""

    numbers: list[float]
    gradients: list[float]
    operands: list[tuple[Any, ...]]
    slopes: list[tuple[float | None, ...]]


def recorded(recipe: Recipe) -> Recorded:
    """The graph of a recipe, as this library records it."""
    leaves, pool = made(recipe)
    pool[-1].backward()
    numbers = [value.data for value in pool]
    operands = [tuple(at_place(o, numbers) for o in step.operands) for step in recipe.joined()]
    return Recorded(numbers, [v.grad for v in pool], operands, [v.slopes for v in pool[len(leaves) :]])


class Mismatch(NamedTuple):
    """Something that is not as it should be, and the reason if it is known; empty if not."""

    what: str
    reason: str = ""


def mismatches(recipe: Recipe, found: Recorded) -> list[Mismatch]:
    """Where a recorded graph is not what the exact arithmetic says step by step, and the chain rule of the whole."""
    results = found.numbers[len(recipe.leaves) :]
    wrong: list[Mismatch] = []
    for step, operands, value, slopes in zip(recipe.joined(), found.operands, results, found.slopes, strict=True):
        wrong += mismatches_of_step(step.row.name, operands, value, slopes)
    for place, (got, wanted) in enumerate(zip(found.gradients, chained(recipe, found.slopes), strict=True)):
        if not same_number(got, wanted):
            wrong.append(Mismatch(f"the gradient of value {place} is {got!r}, the chain rule gives {wanted!r}"))
    return wrong


def mismatches_of_step(
    name: str, operands: tuple[Any, ...], value: float, slopes: tuple[float | None, ...]
) -> list[Mismatch]:
    """The same for one step: its value, and its slope in each operand that is no constant."""
    wanted = expected(name, operands)
    wrong = [] if wanted.value.is_met(value, VALUE_LIMIT) else [Mismatch(f"{name}{operands} gives {value!r}")]
    if value == 0.0 and (zero := zero_of(name, operands)) is not None and repr(value) != repr(zero):
        wrong.append(Mismatch(f"{name}{operands} gives {value!r}, a zero of the other sign"))
    for place, (slope, exact) in enumerate(zip(slopes, wanted.slopes, strict=True)):
        if slope is not None and not exact.is_met(slope, SLOPE_LIMIT):
            what = f"slope {place} of {name}{operands} is {slope!r}"
            wrong.append(Mismatch(what, known_reason(name, operands, value, slope, exact)))
    return wrong


def known_reason(name: str, operands: tuple[Any, ...], value: float, slope: float, exact: Wanted) -> str:
    """Why a slope is off, where double precision has no room for a better one; empty if there is no known reason."""
    if 0.0 < abs(value) < SMALLEST_NORMAL and math.isfinite(slope):
        rounding = mpf(5e-324) / abs(mpf(value))  # of the result, relative to it: what any quotient by it is off
        return BELOW_NORMAL if abs(mpf(slope) - exact.exact) <= 2 * rounding * abs(mpf(slope)) else ""
    if name == "power_slope" and math.isinf(slope) and abs(operands[1]) < 1.0:
        return OVERFLOW
    if name == "power_slope" and math.copysign(1.0, operands[0]) < 0.0:
        y = operands[1]
        return PARITY if abs(y) >= 2.0**53 or 0.0 < abs(y - round(y)) < sys.float_info.epsilon else ""
    return ""
