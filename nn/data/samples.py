"""`Samples`: what every source of data gives."""

from typing import NamedTuple

Rows = list[list[float]]


class Samples(NamedTuple):
    """Rows of inputs and, for each, its target: the whole number of a class, counted from 0, or a float.

    >>> X, y = Samples([[0.0, 1.0]], [1])
    >>> X, y
    ([[0.0, 1.0]], [1])
    """

    X: Rows
    y: list[float]
