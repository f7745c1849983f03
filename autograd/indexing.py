"""`take`: an item of a list, or a row of a list of rows, at an index that may be a value."""

from collections.abc import Collection, Iterable
from typing import Any

from autograd import primitives
from autograd.given import shown
from autograd.modes import tracer
from autograd.primitives import NO_SEQUENCES, Operand, number
from autograd.value import Value


def take(table: Iterable[Any], index: Any) -> Any:
    """The item of a table at a whole index, counted from 0; an index outside or between raises IndexError.

    Items are numbers, values or rows of them: of a table of rows, the row comes out as a list. It has slopes in
    the table and none in the index. An index that a compiled function knows only when it runs raises nothing:
    outside or between, it gives nan.

    >>> take([10.0, 20.0, 30.0], 1), take([[1.0, 2.0], [3.0, 4.0]], 1)
    (20.0, [3.0, 4.0])
    >>> take([10.0, 20.0, 30.0], 3)
    Traceback (most recent call last):
    IndexError: take needs a whole index from 0 to 2, got 3
    """
    items = items_of(table)
    if not isinstance(index, Operand):
        return with_floats(items[place_of(number(index, "take needs as index"), len(items))])
    if tracer() is not None:
        index = primitives.where(primitives.equal(index, primitives.floor(index)), index, float("nan"))
    elif isinstance(index, Value):
        place_of(index.data, len(items))
    return taken(items, index)


def items_of(table: Any) -> list[Any]:
    """The items of a table: numbers, or rows of one length; anything else is refused.

    >>> items_of([(1.0, 2.0), (3.0,)])
    Traceback (most recent call last):
    ValueError: take needs rows of one length, got 2 items in row 0 and 1 in row 1
    """
    if not isinstance(table, Iterable) or isinstance(table, NO_SEQUENCES):
        raise TypeError(f"take needs as table a list of numbers, values or rows, got {shown(table)}")
    items = list(table)
    if not items:
        raise IndexError("take needs a table of one item or more, got an empty one")
    if not any(map(is_row, set(map(type, items)))):
        return items
    if not all(map(is_row, set(map(type, items)))):
        raise TypeError("take needs a table of numbers or one of rows, got rows and numbers in one")
    if len(set(map(len, items))) > 1:
        odd = next(place for place, row in enumerate(items) if len(row) != len(items[0]))
        sizes = f"got {len(items[0])} items in row 0 and {len(items[odd])} in row {odd}"
        raise ValueError(f"take needs rows of one length, {sizes}")
    return items


def is_row(kind: type) -> bool:
    """Whether objects of this kind are rows, and not numbers.

    >>> is_row(tuple), is_row(float), is_row(str)
    (True, False, False)
    """
    return issubclass(kind, Collection) and not issubclass(kind, NO_SEQUENCES)


def place_of(index: float, count: int) -> int:
    """The index as a place among so many items."""
    if not 0.0 <= index < count or index % 1.0:
        raise IndexError(f"take needs a whole index from 0 to {count - 1}, got {str(index).removesuffix('.0')}")
    return int(index)


def with_floats(item: Any) -> Any:
    """A value as it is, a number as a float, and of a row the list of them.

    >>> with_floats((1, True))
    [1.0, 1.0]
    """
    if is_row(type(item)):
        return [with_floats(part) for part in item]
    return item if isinstance(item, Operand) else number(item, "take needs in its table")


def taken(items: list[Any], index: Operand) -> Any:
    """What is at an index that is a value, recorded; of rows, column by column."""
    if not is_row(type(items[0])):
        return primitives.take(items, index)
    return [taken(items_of(column), index) for column in zip(*items, strict=True)]
