"""How much of a proof is run: all of its cases, a share of them, or what fits into some seconds."""

import math
import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from benchmarks.report import Figure, Target

Result = TypeVar("Result")

EXAMPLES = 3  # of what went wrong, in a figure


@dataclass(frozen=True)
class Effort:
    """How much a row of the table does: a share of its cases, at most some seconds of them, in so many processes."""

    share: float = 1.0
    seconds: float | None = None  # for each part; at least one case is run
    processes: int = 1

    def count(self, full: int) -> int:
        """How many of `full` cases there are to run, if time allows.

        >>> Effort().count(20_000), Effort(share=0.001).count(20_000), Effort(share=0.001).count(50)
        (20000, 20, 1)
        """
        return math.ceil(full * self.share)

    def cases(self, full: int) -> Iterator[int]:
        """The numbers of the cases to run, counted from 0, until time is up.

        >>> list(Effort(share=0.001).cases(3_000)), list(Effort(seconds=0.0).cases(3_000))
        ([0, 1, 2], [0])
        """
        return within(range(self.count(full)), self.seconds)

    def spread(self, work: Callable[[Iterator[int]], Result], full: int) -> list[Result]:
        """What `work` gives for the cases, dealt out to the processes; `work` is a function of a module, or a partial.

        >>> Effort(share=0.001).spread(sum, 4_000)
        [6]
        """
        count = self.count(full)
        if self.processes == 1:
            return [work(self.cases(full))]
        with ProcessPoolExecutor(self.processes, multiprocessing.get_context("spawn")) as pool:
            shares = [range(start, count, self.processes) for start in range(min(self.processes, count))]
            return [f.result() for f in [pool.submit(dealt, work, share, self.seconds) for share in shares]]


def within(cases: Iterable[int], seconds: float | None) -> Iterator[int]:
    """The cases until so many seconds are over; the first one in any case."""
    end = math.inf if seconds is None else time.monotonic() + seconds
    for case in cases:
        yield case
        if time.monotonic() >= end:
            return


def dealt(work: Callable[[Iterator[int]], Result], cases: range, seconds: float | None) -> Result:
    """What `work` gives for one share of the cases, in a process of its own."""
    return work(within(cases, seconds))


WHOLE = Effort(processes=os.cpu_count() or 1)


def wrong(name: str, unit: str, found: list[Any], run: int, full: int, *, allowed: float = 0.0, **notes: Any) -> Figure:
    """The figure of a row that counts what went wrong, with how many of its cases were run and the first examples.

    >>> wrong("graphs", "mismatches", ["seed 7"], 100, 20_000).details
    {'cases': '100 of 20,000', 'first': 'seed 7'}
    """
    details = {"cases": f"{run:,} of {full:,}", **notes}
    if found:
        details["first"] = "; ".join(str(one) for one in found[:EXAMPLES])
    return Figure(name, unit, float(len(found)), Target("ours", "at most", allowed), details=details)
