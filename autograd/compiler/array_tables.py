"""What NumPy lacks for tables: rows at an index that is a number, nan beyond the table, and sums by such an index."""

from typing import Any

import numpy as np

from autograd.compiler.program import Array


def rows_at(table: Array, index: Array) -> Array:
    """The row of the table at each index, rounded down; nan beyond the table.

    >>> rows_at(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 2.0])).tolist()
    [[3.0, 4.0], [nan, nan]]
    """
    place, inside = places_of(index, len(table))
    return np.where(inside.reshape(inside.shape + (1,) * (table.ndim - 1)), table[place], np.nan)


def items_at(tables: Array, index: Array) -> Array:
    """The number of each table, a row of the last axis, at its own index; nan beyond the table.

    >>> items_at(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 0.5])).tolist()
    [2.0, 3.0]
    """
    place, inside = places_of(index, tables.shape[-1])
    shape = np.broadcast_shapes(place.shape, tables.shape[:-1])
    tables = np.broadcast_to(tables, (*shape, tables.shape[-1]))
    found = np.take_along_axis(tables, np.broadcast_to(place, shape)[..., None], axis=-1)
    return np.where(inside, found[..., 0], np.nan)


def sums_at(index: Array, values: Array, count: int) -> Array:
    """So many sums, or rows of sums: each of the values is added to that at its index.

    >>> sums_at(np.array([[2.0], [0.0], [2.0]]), np.array([[1.0], [2.0], [3.0]]), 3)
    array([2., 0., 4.])
    """
    place, inside = places_of(index, count)
    sums = np.zeros((count, *values.shape[index.ndim :]))
    np.add.at(sums, place[inside], values[inside])
    return sums


def places_of(index: Array, count: int) -> tuple[Any, Any]:
    """Each index rounded down, as a place among so many or 0; and whether there is such a place."""
    inside = (index >= 0.0) & (index < count)
    return np.where(inside, index, 0.0).astype(int), inside


OF_TABLES = rows_at, items_at, sums_at
