"""Where PyTorch gives another number than the exact arithmetic does at one operation, and why, by name.

A class covers some rows, at some operands; a difference that no class covers is not explained. Most are lines of
docs/conventions.md, whose column "others" has them, or of docs/numerics.md, which has PyTorch's digits measured.
"""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from autograd.primitives import flat

SAFE_SQUARE = 1e150  # numbers up to this size, and down to its inverse, have squares that are normal doubles

Numbers = Sequence[float]


class Class(NamedTuple):
    """A reason, the rows that it holds for, and at which operands, one by one."""

    reason: str
    rows: frozenset[str]
    holds: Callable[[Numbers], bool]


def of(rows: str) -> frozenset[str]:
    return frozenset(rows.split())


def has_nan(operands: Numbers) -> bool:
    return any(x != x for x in operands)


def has_infinity(operands: Numbers) -> bool:
    return any(map(math.isinf, operands))


def all_finite(operands: Numbers) -> bool:
    return all(map(math.isfinite, operands))


def has_extreme_square(operands: Numbers) -> bool:
    return any(x != 0.0 and not 1.0 / SAFE_SQUARE < abs(x) < SAFE_SQUARE for x in operands)


def has_rounded_exponent(operands: Numbers) -> bool:
    """Whether y - 1 is not a double."""
    y = operands[-1]
    return math.isfinite(y) and Fraction(y) - 1 != Fraction(y - 1.0)


CLASSES = (
    Class(
        "at nan a corner has the slope 1 or 0, and all of a maximum are told nan",
        of("abs hardtanh relu relu6 sign clip maximum minimum max min"),
        has_nan,
    ),
    Class(
        "a slope outside the domain",
        of("log log2 log10 log1p atanh acosh"),
        lambda operands: not has_nan(operands),
    ),
    Class(
        "digits lost in a tail or near an edge",
        of(
            "tanh sigmoid softplus logsigmoid gelu silu softsign expm1 erf erfc normal_cdf asin acos acosh atanh"
            " logsumexp logaddexp power"
        ),
        all_finite,
    ),
    Class(
        "an infinite operand times a slope of 0, or divided by itself",
        of("gelu silu softsign logsumexp logaddexp prod norm hypot softplus logsigmoid"),
        lambda operands: has_infinity(operands) or has_nan(operands),
    ),
    Class("squares beyond the doubles", of("atan2 norm hypot asinh acosh"), has_extreme_square),
    Class("the tip of a cone", of("hypot"), lambda operands: not any(operands)),
    Class("products of the others as the whole product over each", of("prod"), all_finite),
    Class("an exponent y - 1 that is rounded, over- or underflows", of("power"), has_rounded_exponent),
    Class("partial sums added in another order", of("sum mean dot"), has_extreme_square),
    Class("bounds of clip that meet", of("clip"), lambda operands: operands[1] >= operands[2]),
)


def reason(row: str, operands: Sequence[Any]) -> str:
    """Why PyTorch may differ in a row at these operands; empty if there is no known reason.

    >>> reason("relu", (math.nan,)), reason("relu", (1.0,))
    ('at nan a corner has the slope 1 or 0, and all of a maximum are told nan', '')
    """
    numbers = list(flat(operands))
    return next((c.reason for c in CLASSES if row in c.rows and c.holds(numbers)), "")
