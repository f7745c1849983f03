"""X and y as people give them, as what a model learns from: lists of plain numbers."""

from collections.abc import Iterable
from numbers import Integral
from typing import Any, TypeVar

from autograd.primitives import Operand, number
from nn.checks import is_sequence, shown

Row = TypeVar("Row")
Target = TypeVar("Target")


def samples(X: Iterable[Any], y: Iterable[Any]) -> tuple[list[list[Any]], list[Any]]:
    """The rows of X as lists of plain floats and the targets as plain numbers; values stay as they are.

    >>> samples(((1, 2), (3, 4)), (True, 0.5))
    ([[1.0, 2.0], [3.0, 4.0]], [1, 0.5])
    """
    given, raw = of_one_length(X, y)
    rows = []
    for i, row in enumerate(given):
        if not is_sequence(row):
            raise TypeError(
                f"X holds rows, each a list of inputs; row {i} is {shown(row)}; "
                "single inputs are written [[x] for x in X]"
            )
        rows.append(row_of(row))
    return rows, [plain_target(target) for target in raw]


def of_one_length(X: Iterable[Row], y: Iterable[Target]) -> tuple[list[Row], list[Target]]:
    """X and y as lists, if they are of one length and not empty.

    >>> of_one_length([[1.0]], [])
    Traceback (most recent call last):
    ValueError: X and y are of one length, got 1 rows and 0 targets
    """
    for name, given in (("X", X), ("y", y)):
        if not is_sequence(given):
            raise TypeError(f"{name} is a list, one item for each sample, got {shown(given)}")
    rows, targets = list(X), list(y)
    if len(rows) != len(targets):
        raise ValueError(f"X and y are of one length, got {len(rows)} rows and {len(targets)} targets")
    if not rows:
        raise ValueError("there is no sample: X and y are empty")
    return rows, targets


def row_of(row: Iterable[Any]) -> list[Any]:
    """One row of X: numbers as floats, values as they are.

    >>> row_of((1, True, 0.5))
    [1.0, 1.0, 0.5]
    """
    items = list(row)
    if {*map(type, items)} == {float}:
        return items
    return [item if isinstance(item, Operand) else number(item, "a row of X takes") for item in items]


def plain_target(target: Any) -> Any:
    """A target as Python's own integer or float; several as a list of them; a value as it is.

    >>> plain_target((1, 0.5))
    [1, 0.5]
    """
    if is_sequence(target):
        return [plain_target(each) for each in target]
    if isinstance(target, Operand):
        return target
    return int(target) if isinstance(target, Integral) else number(target, "y takes")
