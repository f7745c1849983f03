"""Row 11: how many operations may follow one another, in eager mode and compiled.

In eager mode every walk over the graph runs in a thread with 256 kB of stack, at Python's own recursion limit.
What is measured runs in processes of their own: a stack that overflows ends its process.
"""

import importlib.util
import math
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import Any, NamedTuple

import autograd
from autograd import Value
from benchmarks import timing
from benchmarks.footprint import first_depth_that_fails, peak_bytes
from benchmarks.peers import MICROGRAD
from benchmarks.proof.depth.chains import (
    START,
    TOLERANCE,
    Known,
    alternating,
    alternating_by_hand,
    irregular,
    irregular_by_hand,
    operands,
)
from benchmarks.proof.depth.walks import WALKS, failing
from benchmarks.proof.effort import Effort, within
from benchmarks.report import Figure, Target

EAGER, COMPILED = 1_000_000, 10_000_000
SHORTEST = 10_000  # no function that calls itself gets as far with 256 kB of stack, which are 26 bytes to a call
LONGER = 10  # times as many operations in the next try, where time is short


def figures(effort: Effort) -> list[Figure]:
    """The three figures of the row."""
    return [
        figure("11 chain, eager, every walk", EAGER, effort, of_walks),
        figure("11 chain, compiled, alternating", COMPILED, effort, partial(of_compiled, compiled_alternating)),
        figure("11 chain, compiled, irregular", COMPILED, effort, partial(of_compiled, compiled_irregular)),
    ]


class Tried(NamedTuple):
    """What failed at a length, in words, and what else was seen."""

    failing: list[str]
    details: dict[str, Any]


def figure(name: str, full: int, effort: Effort, attempt: Callable[[int], Tried]) -> Figure:
    """The longest chain at which nothing failed, held against the longest that was tried."""
    reached = length = 0
    for length in lengths(full, effort):
        tried = attempt(length)
        if tried.failing:
            break
        reached = length
    details = {"operations": f"{length:,} of {full:,}", **tried.details}
    if tried.failing:
        details["failing"] = "; ".join(tried.failing)
    peer = tried.details.get(MICROGRAD)
    target = Target("ours", "at least", float(length))
    return Figure(name, "operations", float(reached), target, MICROGRAD if peer else "", peer, details=details)


def lengths(full: int, effort: Effort) -> Iterator[int]:
    """The lengths to try: one, or growing ones while the time for another figure of this row is left.

    >>> list(lengths(EAGER, Effort(share=0.5))), list(lengths(EAGER, Effort(seconds=1e9)))
    ([500000], [10000, 100000, 1000000])
    """
    if effort.seconds is None:
        return iter([min(max(effort.count(full), SHORTEST), full)])
    growing = [SHORTEST]
    while growing[-1] < full:
        growing.append(min(growing[-1] * LONGER, full))
    return within(growing, effort.seconds / LONGER)


def of_walks(length: int) -> Tried:
    """All walks over a chain; how far micrograd's `backward()` gets, and how long PyTorch takes for the full length."""
    start = time.perf_counter()
    found = survived([*WALKS], length)
    details: dict[str, Any] = {"walks": [*WALKS], "seconds": time.perf_counter() - start}
    if is_installed("micrograd"):
        fails = timing.in_fresh_process(first_depth_that_fails, MICROGRAD)
        details[MICROGRAD] = None if fails is None else fails - 1
    if length == EAGER and is_installed("torch"):
        details["torch, recording and backward, seconds"] = timing.in_fresh_process(seconds_of_torch, length)
    return Tried(found, details)


def is_installed(package: str) -> bool:
    """Whether a package could be imported."""
    return importlib.util.find_spec(package) is not None


def seconds_of_torch(length: int) -> float:
    """How long PyTorch takes to record the chain, to go backward and to free it."""
    torch = importlib.import_module("torch")
    x, factor, term = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in operands(length))
    start = time.process_time()
    alternating(x, factor, term, length).backward()
    return time.process_time() - start


def survived(names: list[str], length: int) -> list[str]:
    """What the walks fail with, which are run in one process; if that ends, each is run again in one of its own."""
    try:
        return timing.in_fresh_process(failing, names, length)
    except BrokenProcessPool:
        if len(names) == 1:
            return [f"{names[0]}: the process ended, as it does when a stack overflows"]
        return [words for name in names for words in survived([name], length)]


def of_compiled(program: Callable[[int], Tried], length: int) -> Tried:
    """A compiled chain, tried in a process of its own."""
    try:
        return timing.in_fresh_process(program, length)
    except BrokenProcessPool:
        return Tried(["the process ended, for want of memory or of stack"], {})


def compiled_alternating(length: int) -> Tried:
    """The alternating chain under `jit`, which gives the bits that it gives by hand.

    >>> compiled_alternating(1000).failing
    []
    """
    compiled = autograd.jit(partial(alternating, length=length))
    return compared(lambda: compiled, operands(length), alternating_by_hand(length), tolerance=0.0)


def compiled_irregular(length: int) -> Tried:
    """The irregular chain, recorded in eager mode and compiled by `compile_graph`.

    >>> compiled_irregular(1000).failing
    []
    """
    x = Value(START)
    return compared(
        lambda: autograd.compile_graph(irregular(x, length), [x]), (START,), irregular_by_hand(length), TOLERANCE
    )


def compared(
    make: Callable[[], Callable[..., Value]], begun_with: Sequence[float], known: Known, tolerance: float
) -> Tried:
    """How a compiled chain differs from what it gives by hand, the seconds it takes, and the peak of memory."""
    leaves = [*map(Value, begun_with)]
    start = time.process_time()
    compiled = make()
    result = compiled(*leaves)
    result.backward()
    details: dict[str, Any] = {"seconds until the first gradient": time.process_time() - start}
    found = Known(result.data, tuple(leaf.grad for leaf in leaves))
    start = time.process_time()
    compiled(*leaves).backward()
    details["seconds of a call with its gradient"] = time.process_time() - start
    peak = peak_bytes()
    details["peak of memory, GB"] = None if peak is None else peak / 1e9
    same = all(
        map(partial(math.isclose, rel_tol=tolerance), (found.value, *found.slopes), (known.value, *known.slopes))
    )
    return Tried([] if same else [f"{found} instead of {known}"], details)
