"""The largest errors row by row, as docs/numerics.md shows them: `python -m benchmarks.proof.accuracy.table`."""

from collections.abc import Iterator

from autograd.primitives import Primitive
from benchmarks.proof.accuracy.points import RANGES, points
from benchmarks.proof.accuracy.row import worst_by_way
from benchmarks.proof.effort import WHOLE
from benchmarks.proof.own_rows import OWN_ROWS
from benchmarks.proof.ulps import Worst

POINTS = 2_000  # of each row, in each range
HEADINGS = "| row | core, eager | core, compiled | wide, eager | wide, compiled |\n|---|---|---|---|---|"


def lines(cases: Iterator[int]) -> dict[int, str]:
    """The lines of some rows, by the number of the row."""
    return {case: line(OWN_ROWS[case], POINTS) for case in cases}


def line(row: Primitive, count: int) -> str:
    """The line of a row over so many points: value / slope in each operand.

    >>> from autograd.primitives import relu
    >>> line(relu, 10)
    '| relu | 0.00 / 0.00 | 0.00 / 0.00 | 0.00 / 0.00 | 0.00 / 0.00 |'
    """
    cells = [str(row)]
    for span in RANGES:
        cells += map(cell, worst_by_way(row, list(points(row, span, count)), with_peer=False).values())
    return f"| {' | '.join(cells)} |"


def cell(worst: list[Worst]) -> str:
    """The errors of the value and of each slope.

    >>> cell([Worst(0.5), Worst(1.25), Worst(2.0)])
    '0.50 / 1.25, 2.00'
    """
    value, *slopes = [f"{one.error:.2f}" for one in worst]
    return f"{value} / {', '.join(slopes)}"


if __name__ == "__main__":
    found = {number: text for part in WHOLE.spread(lines, len(OWN_ROWS)) for number, text in part.items()}
    print(HEADINGS, *(found[number] for number in range(len(OWN_ROWS))), sep="\n")
