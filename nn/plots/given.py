"""Numbers that a picture is made of, checked at the door: each a finite float, each refusal with its place."""

import math
from typing import Any

from autograd.primitives import number
from autograd.value import Value
from nn.checks import is_sequence, shown

Limits = tuple[float, float]

LARGEST = 1e200  # matplotlib computes with what is drawn, and with margins around it, and must not overflow


def numbers_of(given: Any, name: str) -> list[float]:
    """A sequence of numbers or values as finite floats, at least one.

    >>> numbers_of((1, 0.5), "a path")
    [1.0, 0.5]
    >>> numbers_of([0.5, float("nan")], "the losses")
    Traceback (most recent call last):
    ValueError: number 1 of the losses, counted from 0, is nan: a picture takes numbers that are finite
    """
    if not is_sequence(given):
        raise TypeError(f"a list of numbers is wanted as {name}, got {shown(given)}")
    numbers = [each.data if isinstance(each, Value) else number(each, "a picture takes") for each in given]
    if not numbers:
        raise ValueError(f"there is nothing to draw: no number in {name}")
    for place, each in enumerate(numbers):
        if not abs(each) <= LARGEST:
            wanted = f"up to {LARGEST:g}" if math.isfinite(each) else "that are finite"
            raise ValueError(f"number {place} of {name}, counted from 0, is {each:g}: a picture takes numbers {wanted}")
    return numbers


def rows_of(given: Any, name: str) -> list[list[float]]:
    """A sequence of sequences of numbers or values as lists of finite floats, at least one.

    >>> rows_of(((1, 0), (0, 1)), "weights")
    [[1.0, 0.0], [0.0, 1.0]]
    """
    if not is_sequence(given):
        raise TypeError(f"a list of lists of numbers is wanted as {name}, got {shown(given)}")
    rows = [numbers_of(row, f"row {i} of {name}") for i, row in enumerate(given)]
    if not rows:
        raise ValueError(f"there is nothing to draw: no row in {name}")
    return rows


def limits_of(given: Any, name: str) -> Limits:
    """The lower and the upper end of an axis.

    >>> limits_of((-1, 1), "xlim")
    (-1.0, 1.0)
    """
    ends = numbers_of(given, name)
    if len(ends) != 2 or not ends[0] < ends[1]:
        raise ValueError(f"{name} is the lower and the upper end of an axis, got {shown(given)}")
    return ends[0], ends[1]


def limits_around(numbers: list[float], margin: float) -> Limits:
    """Limits that leave a margin around numbers, as a share of their range; around a single number, 1 to each side.

    >>> limits_around([0.0, 10.0], 0.25), limits_around([3.0], 0.25)
    ((-2.5, 12.5), (2.0, 4.0))
    """
    low, high = min(numbers), max(numbers)
    room = margin * (high - low) or 1.0
    return low - room, high + room


def evenly_spaced(ends: Limits, count: int) -> list[float]:
    """So many numbers from one end to the other.

    >>> evenly_spaced((0.0, 1.0), 3)
    [0.0, 0.5, 1.0]
    """
    low, high = ends
    return [low + (high - low) * i / (count - 1) for i in range(count)]
