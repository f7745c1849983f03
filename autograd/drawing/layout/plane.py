"""The plane of a layout: things go on *along* it, rank by rank, and stand beside each other *across* it."""

from typing import NamedTuple


class Size(NamedTuple):
    """How much room something takes."""

    along: float
    across: float


class Point(NamedTuple):
    """A place."""

    along: float
    across: float
