"""Row 4: how far values and slopes are from the exact result, in units of the last place, and where they are worst.

A case is a row, a range and a block of points. Each exact formula is evaluated once for a point, and what Python, what
machine code and what a peer computed is held against it.
"""

import functools
import importlib.util
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

from autograd.primitives import Primitive
from benchmarks.proof.accuracy import of_torch as accuracy_of_torch
from benchmarks.proof.accuracy.of_machine_code import in_machine_code
from benchmarks.proof.accuracy.points import RANGES, points
from benchmarks.proof.effort import Effort
from benchmarks.proof.own_rows import OWN_ROWS
from benchmarks.proof.ulps import SLOPE_LIMIT, VALUE_LIMIT, Worst, goals, in_python, worst_errors, worst_of
from benchmarks.report import Figure, Target

POINTS = 100_000  # of each row, in each range
BLOCK, SHORT_BLOCK = 2_500, 300
CELLS = [(row, span) for row in OWN_ROWS for span in RANGES]
CASES = len(CELLS) * POINTS // BLOCK
STRIDE = 37  # from a cell to the next one, so that a short run sees rows of every kind; prime to their number
#: The block that the peer is measured on, too; a short run does not come to it, and does not load the peer.
BLOCK_OF_THE_PEER = 1
PEER = "torch"


class Found(NamedTuple):
    """How many points were measured, and the worst value and slope of each way to compute them."""

    measured: int
    values: dict[str, Worst]
    slopes: dict[str, Worst]


def figures(effort: Effort) -> list[Figure]:
    """The worst value and the worst slope, eager and compiled."""
    count = BLOCK if effort.share == 1.0 else SHORT_BLOCK
    found = merged(effort.spread(functools.partial(worst_of_cases, count), CASES))
    return [
        figure(f"4 {what}, {way}", worst, limit, found.measured, peer=worsts.get(PEER))
        for what, worsts, limit in (("value", found.values, VALUE_LIMIT), ("slope", found.slopes, SLOPE_LIMIT))
        for way, worst in worsts.items()
        if way != PEER
    ]


def figure(name: str, worst: Worst, limit: float, count: int, peer: Worst | None) -> Figure:
    """The figure of one way to compute, with where it was worst, and where its peer was."""
    details = {"points": f"{count:,} of {len(CELLS) * POINTS:,}", "worst": str(worst)}
    if peer is not None:
        details[f"worst of {PEER}"] = str(peer)
    return Figure(
        name,
        "ulp",
        finite(worst.error),
        Target("ours", "at most", limit),
        peer_name=PEER if peer is not None else "",
        peer=None if peer is None else finite(peer.error),
        details=details,
    )


def finite(error: float) -> float:
    """The error as a number that can be printed: that of a nan is infinite.

    >>> finite(1.5), finite(float("inf"))
    (1.5, 1.7976931348623157e+308)
    """
    return min(error, sys.float_info.max)


def worst_of_cases(count: int, cases: Iterator[int]) -> Found:
    """What is found over the cases: a case is a block of so many points of one row in one range."""
    return merged(worst_of_block(*CELLS[case * STRIDE % len(CELLS)], case // len(CELLS), count) for case in cases)


def worst_of_block(row: Primitive, span: str, block: int, count: int) -> Found:
    """The worst value and slope of each way to compute them, over so many points of a block."""
    places = list(points(row, span, count, block))
    worst = worst_by_way(row, places, with_peer=block == BLOCK_OF_THE_PEER)
    return Found(
        len(places),
        {way: value for way, (value, *_) in worst.items()},
        {way: worst_of(slopes) for way, (_, *slopes) in worst.items()},
    )


def worst_by_way(row: Primitive, places: list[Any], *, with_peer: bool) -> dict[str, list[Worst]]:
    """The worst value, and the worst slope in each operand, of each way to compute them."""
    wanted = [goals(row, operands) for operands in places]
    ways: dict[str, Callable[..., Iterable[Any]]] = {"eager": in_python, "compiled": in_machine_code}
    if with_peer and importlib.util.find_spec(PEER) is not None and row.name in accuracy_of_torch.functions():
        ways[PEER] = accuracy_of_torch.in_torch
    return {way: worst_errors(row, places, computed(row, places), wanted) for way, computed in ways.items()}


def merged(several: Iterable[Found]) -> Found:
    """What was found in several places, as one."""
    counts, values, slopes = zip(*several, strict=True)
    return Found(sum(counts), worst_of_each(values), worst_of_each(slopes))


def worst_of_each(several: tuple[dict[str, Worst], ...]) -> dict[str, Worst]:
    """Of each way to compute, the worst."""
    ways = dict.fromkeys(chain.from_iterable(several))
    return {way: worst_of(each[way] for each in several if way in each) for way in ways}
