"""How long a training step takes, on our values and on a peer's.

Time is the processor time of the process, so that other programs on the machine count for little. The two
libraries take turns, and the ratio is the median over the turns of peer / ours: noise hits both sides of a turn.

With the collector off, both run in one process, step by step; garbage is collected between steps, unmeasured.
With the collector on, each turn is a fresh process for each library, because a heap full of one library's
objects slows the other's collections; it runs some steps, so that the garbage of earlier ones is there, and
gives the median of their times.
"""

import gc
import math
import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from statistics import median
from typing import NamedTuple, TypeVar

Result = TypeVar("Result")
Step = Callable[[], float]

WARM_UP = 2  # steps that are run first and not counted


class Turns(NamedTuple):
    """Milliseconds of a step, turn by turn: ours, and the peer's in the same turn."""

    ours: list[float]
    peer: list[float]

    @property
    def ratio(self) -> float:
        """How many times faster ours is: the median over the turns.

        >>> Turns([1.0, 2.0, 1.0], [5.0, 8.0, 9.0]).ratio
        5.0
        """
        return median(peer / ours for ours, peer in zip(self.ours, self.peer, strict=True))


def in_fresh_process(function: Callable[..., Result], *arguments: object) -> Result:
    """What a function gives in an interpreter of its own, which ends afterwards."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def milliseconds(step: Step) -> float:
    """The processor time of one step."""
    start = time.process_time()
    step()
    return (time.process_time() - start) * 1e3


def with_collector_off(prepare: Callable[[str], Step], ours: str, peer: str, turns: int) -> Turns:
    """Times of steps in turn, the collector off while they run."""
    steps = prepare(ours), prepare(peer)
    same_loss(steps)
    measured = Turns([], [])
    gc.disable()
    try:
        for turn in range(1 - WARM_UP, turns):
            for times, step in zip(measured, steps, strict=True):
                gc.collect()
                taken = milliseconds(step)
                if turn >= 0:
                    times.append(taken)
    finally:
        gc.enable()
    return measured


def same_loss(steps: tuple[Step, Step]) -> None:
    """Run the first step of both, and refuse to compare programs that do not compute the same number."""
    first, second = steps[0](), steps[1]()
    if not math.isclose(first, second, rel_tol=1e-12):
        raise ArithmeticError(f"the two programs are not the same: their first losses are {first} and {second}")


def with_collector_on(prepare: Callable[[str], Step], ours: str, peer: str, turns: int, steps: int) -> Turns:
    """Times of a step in turn, each from a fresh process in which the collector runs as it does for a user."""
    measured = Turns([], [])
    for _ in range(turns):
        for times, library in zip(measured, (ours, peer), strict=True):
            times.append(in_fresh_process(usual_time, prepare, library, steps))
    return measured


def usual_time(prepare: Callable[[str], Step], library: str, steps: int) -> float:
    """The median time of a step in this process, after a warm-up."""
    step = prepare(library)
    for _ in range(WARM_UP):
        step()
    return median(milliseconds(step) for _ in range(steps))
