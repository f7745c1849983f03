"""Operands for any row: drawn inside its domain and clear of its kinks, and taken apart into numbers and put together.

Operands are a tuple with one item for each parameter of the row, in which a sequence is a tuple.
"""

import math
import random
from collections.abc import Iterable
from typing import Any

from autograd.primitives import Interval, Primitive, flat
from autograd.value import Value

#: How far from a kink a draw stays, so that the steps of a measurement do not reach across.
CLEARANCE = 0.15
#: What is moderate lies between this and its negative.
REACH = 4.0


def rebuilt(operands: tuple[Any, ...], elements: Iterable[Any]) -> tuple[Any, ...]:
    """`elements` in the shape of `operands`.

    >>> rebuilt(((1.0, 2.0), None, 3.0), "abc")
    (('a', 'b'), None, 'c')
    """
    left = iter(elements)
    return tuple(
        None if o is None else tuple(next(left) for _ in o) if isinstance(o, tuple) else next(left) for o in operands
    )


def changed(operands: tuple[Any, ...], place: int, element: Any) -> tuple[Any, ...]:
    """The operands with another element at one place, counted through sequences.

    >>> changed(((1.0, 2.0), 3.0), 1, 7.0)
    ((1.0, 7.0), 3.0)
    """
    elements = list(flat(operands))
    elements[place] = element
    return rebuilt(operands, elements)


def as_values(operands: tuple[Any, ...]) -> tuple[Any, ...]:
    """The operands as fresh leaves."""
    return rebuilt(operands, map(Value, flat(operands)))


def slopes_at(row: Primitive, z: Any, operands: tuple[Any, ...]) -> list[Any]:
    """The row's slope in every element, flattened; floats for floats, values for values.

    >>> from autograd.primitives import mean
    >>> slopes_at(mean, 1.5, ((1.0, 2.0),))
    [0.5, 0.5]
    """
    found: list[Any] = []
    for slope, operand in zip(row.slopes, operands, strict=True):
        if isinstance(operand, tuple):
            each = list(slope(z, *operands)) if operand else []
            assert len(each) == len(operand)
            found += each
        elif operand is not None:
            found.append(slope(z, *operands))
    return found


def drawn(row: Primitive, rng: random.Random, reach: float = REACH) -> tuple[Any, ...]:
    """Operands inside the row's domain, of moderate size, clear of its kinks; those of a sequence apart."""
    while True:
        operands = tuple(
            draw_sequence(interval, rng, reach) if is_sequence else draw_number(interval, rng, reach)
            for interval, is_sequence in zip(row.domain, row.sequences, strict=True)
        )
        if row.kink is None or math.fabs(row.kink(*operands)) > CLEARANCE:
            return operands


def moderate(interval: Interval, reach: float = REACH) -> Interval:
    """The part of an interval that is clear of its ends and of large numbers.

    >>> moderate((-1e300, 1e300)), moderate((0.0, 1.0))
    ((-3.6, 3.6), (0.05, 0.95))
    """
    low, high = max(interval[0], -reach), min(interval[1], reach)
    return low + 0.05 * (high - low), high - 0.05 * (high - low)


def draw_number(interval: Interval, rng: random.Random, reach: float = REACH) -> float:
    """A moderate number out of an interval."""
    return rng.uniform(*moderate(interval, reach))


def draw_sequence(interval: Interval, rng: random.Random, reach: float = REACH) -> tuple[float, ...]:
    """Three moderate numbers out of an interval, none of them close to another."""
    low, high = moderate(interval, reach)
    return tuple(low + (high - low) * (place + 0.6 * rng.random()) / 3 for place in rng.sample(range(3), 3))
