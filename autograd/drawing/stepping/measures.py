"""How large the boxes of a stepper are: as large as everything that will ever be written into them."""

from collections.abc import Iterable
from typing import NamedTuple

from autograd.drawing.ink import NAME_SIZE, SLOPE_SIZE, TEXT_SIZE
from autograd.drawing.lettering import CELL, cells

NAME_ROW = 20.0
ROW = 15.0
SIDE = 10.0  # between text and the left and right of its box
ABOVE = 6.0  # between text and the top and bottom of its box
NARROWEST = 104.0
TIP = 12.0  # for the arrowhead and some air before the slope
PORT = 14.0  # from one edge that arrives to the next
NARROW_PORT = 5.0  # the same where there are too many for slopes to be written beside them
MOST_SLOPES = 24  # edges into a box that still have their slopes written beside them
MOST_TERMS = 3  # of a sum, in a box; the panel has them all


class Measures(NamedTuple):
    """A box: what it takes before its left side for slopes, its width and height, and the rows for terms in it."""

    before: float
    width: float
    height: float
    rows: int


def measures_of(name: str, symbol: str, numbers: Iterable[str], terms: list[str], slopes: list[str]) -> Measures:
    """The measures of a box with this name and symbol, and at any time one of the numbers beside `data` and `grad`.

    `slopes` has "" for an operand that is a constant.

    >>> measures_of("a", "", ["2", "-3"], ["1 x -3"], [])
    Measures(before=0.0, width=104.0, height=77.0, rows=1)
    """
    rows = min(len(terms), MOST_TERMS)
    header = (cells(name) + 2 + cells(symbol)) * NAME_SIZE
    widest = max((cells(number) for number in numbers), default=0) + len("so far  ")
    widest = max([widest, *(cells(term) + 2 for term in terms)])
    width = max(NARROWEST, max(header, widest * TEXT_SIZE) * CELL + 2 * SIDE)
    crowded = len(slopes) > MOST_SLOPES
    longest = 0 if crowded else max(map(cells, slopes), default=0)
    before = (longest * SLOPE_SIZE * CELL + TIP + 4.0 if longest else TIP) if slopes else 0.0
    text = NAME_ROW + ROW * (2 + rows) + 2 * ABOVE
    ports = (NARROW_PORT if crowded else PORT) * len(slopes) + 2 * ABOVE
    return Measures(round(before, 1), round(width, 1), max(text, ports), rows)


def pill(text: str) -> Measures:
    """The measures of a constant: its text, or its number, in one row.

    >>> pill("0.5").height
    26.0
    """
    return Measures(0.0, round(cells(text) * TEXT_SIZE * CELL + 2 * SIDE, 1), 26.0, 0)
