"""How the places that a reference reads are written: as slices and shapes where they follow a pattern."""

from typing import Any

import numpy as np

from autograd.compiler.program import Array


def span(places: Array, size: int) -> str | None:
    """The slice that takes these places of so many; None if there is none.

    >>> span(np.arange(3), 3), span(np.array([2, 5]), 9), span(np.array([1, 1]), 9)
    (':', '2:6:3', None)
    """
    start, stop = int(places[0]), int(places[-1]) + 1
    step = int(places[1]) - start if len(places) > 1 else 1
    if step < 1 or not np.array_equal(places, np.arange(start, stop, step)):
        return None
    ends = f"{start or ''}:{stop if stop < size else ''}"
    return ends if step == 1 else f"{ends}:{step}"


def taken(name: str, places: Array, size: int, sampled: bool) -> str | None:
    """Code for these places of an array, of its last axis; None where no slice takes them.

    >>> taken("h", np.array([1, 2]), 4, sampled=True), taken("p", np.arange(4), 4, sampled=False)
    ('h[:, 1:3]', 'p')
    """
    found = span(places, size)
    if found is None or found == ":":
        return name if found else None
    return f"{name}[:, {found}]" if sampled else f"{name}[{found}]"


def matrix(name: str, places: Array, size: int, sampled: bool) -> str | None:
    """Code for a matrix of places of an array, of its last axis; None where slices and shapes do not give it.

    >>> matrix("p", np.array([[0, 1], [3, 4]]), 6, sampled=False)
    'p.reshape(2, 3)[:, :2]'
    >>> matrix("p", np.array([[2, 5], [3, 6], [4, 7]]), 9, sampled=False)
    'p[2:8].reshape(2, 3).T'
    """
    rows, columns = places.shape
    flat = taken(name, places.ravel(), size, sampled)
    if flat is not None:
        return shaped(flat, rows, columns, sampled)
    lines = in_lines(places, size)
    if lines is not None:
        first, line, offset = lines
        block = taken(name, np.arange(first, first + rows * line), size, sampled)
        wanted = span(np.arange(offset, offset + columns), line)
        part = "" if wanted == ":" else f"[{':, ' * (2 if sampled else 1)}{wanted}]"
        return f"{shaped(str(block), rows, line, sampled)}{part}"
    if columns > 1 and in_lines(places.T, size) is not None:
        return f"{matrix(name, places.T, size, sampled)}{'.swapaxes(1, 2)' if sampled else '.T'}"
    return None


def shaped(code: str, rows: int, columns: int, sampled: bool) -> str:
    return f"{code}.reshape({'-1, ' if sampled else ''}{rows}, {columns})"


def in_lines(places: Array, size: int) -> tuple[int, int, int] | None:
    """(first, line, offset), if row i of the places is that part of line i, from `offset` on; else None.

    >>> in_lines(np.array([[1, 2], [4, 5]]), 9), in_lines(np.array([[1, 2], [4, 5]]), 6)
    ((1, 3, 0), (0, 3, 1))
    """
    rows, columns = places.shape
    start, line = int(places[0, 0]), int(places[1, 0] - places[0, 0]) if rows > 1 else columns
    offset = max(0, start + rows * line - size)
    if line < columns or offset > start or offset + columns > line:
        return None
    expected = start + line * np.arange(rows)[:, None] + np.arange(columns)
    return (start - offset, line, offset) if np.array_equal(places, expected) else None


def crossing(first: Array, second: Array) -> tuple[Array, Array, Array] | None:
    """(rows, columns, members): member [i, k] is made of row i and column k; None if not all meet once.

    first and second have a row of places for each member; rows and columns are those that differ.

    >>> crossing(np.array([[4], [4], [5], [5]]), np.array([[0], [1], [0], [1]]))[2].tolist()
    [[0, 1], [2, 3]]
    """
    rows, row = np.unique(first, axis=0, return_inverse=True)
    columns, column = np.unique(second, axis=0, return_inverse=True)
    if len(rows) * len(columns) != len(first):
        return None
    members = np.full((len(rows), len(columns)), -1)
    members[row.ravel(), column.ravel()] = np.arange(len(first))
    return None if (members < 0).any() else (rows, columns, members)


def same_rows(places: Array) -> bool:
    """Whether every row of places is the first one.

    >>> same_rows(np.array([[1, 2], [1, 2]])), same_rows(np.array([[1, 2], [2, 1]]))
    (True, False)
    """
    return bool((places == places[:1]).all())


def short(table: Any, most: int = 6) -> str:
    """The first numbers of a table and the last.

    >>> short(np.arange(100))
    '0, 1, 2, 3, ..., 99'
    """
    numbers = [repr(each) for each in np.ravel(table).tolist()]
    return ", ".join(numbers if len(numbers) <= most else [*numbers[: most - 2], "...", numbers[-1]])
