"""`take`: an item of a list at an index that is a value."""

from collections.abc import Iterable
from typing import Any

from autograd import primitives
from autograd.modes import tracer
from autograd.primitives import number
from autograd.value import Value


def take(table: Iterable[Any], index: Any) -> Any:
    """The value of a table at a whole index, counted from 0; an index outside or between raises IndexError.

    A compiled function raises nothing: there such an index gives nan.

    >>> take([10.0, 20.0, 30.0], 1)
    20.0
    >>> take([10.0, 20.0, 30.0], 3)
    Traceback (most recent call last):
    IndexError: take needs a whole index from 0 to 2, got 3
    """
    values = list(table)
    if tracer() is not None:
        index = primitives.where(primitives.equal(index, primitives.floor(index)), index, float("nan"))
    else:
        place = index.data if isinstance(index, Value) else number(index, "take needs as index")
        if not 0.0 <= place < len(values) or place % 1.0:
            raise IndexError(f"take needs a whole index from 0 to {len(values) - 1}, got {place:g}")
    return primitives.take(values, index)
