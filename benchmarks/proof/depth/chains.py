"""Long chains of operations, and what they give by hand: plain numbers, and the chain rule written out.

Both chains keep their slopes near 1, however long they are, so that a slope that is lost on the way shows.
"""

import random
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from autograd import atan, cos, erf, sigmoid, sin, softplus, softsign, tanh
from autograd.primitives import Primitive

START = 0.75
FACTOR_TO_THE_END = 0.5  # of an alternating chain: what all its factors multiply to
ROWS = (atan, cos, erf, sigmoid, sin, softplus, softsign, tanh)
STEPS = (-1.0, 0.5, 1.5, 2.0, 3.0)  # in units of 1 / the length of the chain
OPERATIONS_OF_A_STEP = 3
SEED = 11
TOLERANCE = 1e-9  # relative, where numbers are rounded in another order, or rows by other code


class Known(NamedTuple):
    """What a chain gives: its value, and its slopes in what it begins with."""

    value: float
    slopes: tuple[float, ...]


def operands(length: int) -> tuple[float, float, float]:
    """What an alternating chain of so many operations begins with: x, a factor and a term."""
    factor = FACTOR_TO_THE_END ** (2.0 / length)
    return START, factor, 1.0 - factor


def alternating(x: Any, factor: Any, term: Any, length: int) -> Any:
    """A chain of the same two operations, again and again.

    >>> alternating(1.0, 2.0, 3.0, length=4)
    13.0
    """
    for _ in range(length // 2):
        x = x * factor + term
    return x


def alternating_by_hand(length: int) -> Known:
    """What the alternating chain gives, backwards by the chain rule.

    >>> alternating_by_hand(2).slopes == (operands(2)[1], START, 1.0)
    True
    """
    x, factor, term = operands(length)
    passed = []
    for _ in range(length // 2):
        passed.append(x)
        x = x * factor + term
    slope, in_factor, in_term = 1.0, 0.0, 0.0
    for before in reversed(passed):
        in_term += slope
        in_factor += slope * before
        slope *= factor
    return Known(x, (slope, in_factor, in_term))


def steps(length: int) -> Iterator[tuple[Primitive, float]]:
    """The steps of an irregular chain, x + size * row(x): rows in random order, and how far each goes.

    >>> len(list(steps(300)))
    100
    """
    rng = random.Random(SEED)
    sizes = [size / length for size in STEPS]
    choose = partial(rng.choice, [(row, size) for row in ROWS for size in sizes])
    return (choose() for _ in range(length // OPERATIONS_OF_A_STEP))


def irregular(x: Any, length: int) -> Any:
    """A chain in which no operation can be foretold from those before."""
    for row, size in steps(length):
        x = x + size * row(x)
    return x


def irregular_by_hand(length: int) -> Known:
    """What the irregular chain gives, forwards by the chain rule: each row's own value and slope."""
    x, slope = START, 1.0
    for row, size in steps(length):
        z = row.function(x)
        slope *= 1.0 + size * row.slopes[0](z, x)
        x += size * z
    return Known(x, (slope,))
