"""Row 14: many threads at once, each with graphs of its own, or all with one compiled function; and their modes.

What a thread finds is held against the bits that the same piece of work gives where one thread is alone. Threads are
switched as often as the interpreter can be made to.
"""

import asyncio
import dataclasses
import math
import random
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from struct import pack
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np

import autograd
from autograd import Value, detect_anomaly, no_grad
from autograd import primitives as rows
from autograd.compiler import shares
from benchmarks.proof.compiled.recordings import HARD
from benchmarks.proof.effort import Effort, wrong
from benchmarks.report import Figure

THREADS = 8
SWITCHING = 1e-6  # seconds between two switches of threads, if the interpreter is willing
ROWS = (
    rows.sin, rows.tanh, rows.exp, rows.relu, rows.sigmoid, rows.neg, rows.log, rows.sqrt, rows.abs, rows.add, rows.sub,
    rows.mul, rows.div, rows.power, rows.maximum, rows.atan2, rows.hypot, rows.sum, rows.mean, rows.prod, rows.max,
    rows.logsumexp,
)  # fmt: skip

Work = Callable[[int], Any]  # what a numbered piece of work comes to


class Kind(NamedTuple):
    """A kind of work: what makes a worker, for one thread alone or for all, and how many pieces a thread does."""

    name: str
    worker: Callable[[], Work]
    rounds: int
    each: int  # pieces of each thread in a round


def figures(effort: Effort) -> list[Figure]:
    """How often a thread among others found something else than a thread alone."""
    kinds = (
        Kind("14 eager graphs, 8 threads", lambda: graph, rounds=100, each=100),
        Kind("14 one compiled function, 8 threads", calls, rounds=50, each=20),
        Kind("14 no_grad, detect_anomaly and traces, 8 threads", lambda: modes, rounds=100, each=20),
    )
    if effort.seconds is not None:
        effort = dataclasses.replace(effort, seconds=effort.seconds / len(kinds))
    with patch.object(shares, "LEAST_FLOPS", 1), switched_often():  # small batches are shared by threads, too
        return [figure(kind, effort) for kind in kinds]


def figure(kind: Kind, effort: Effort) -> Figure:
    """What was found in all rounds of one kind of work."""
    found, run, in_a_round = [], 0, THREADS * kind.each
    for number in effort.cases(kind.rounds):
        first = number * in_a_round
        pieces = [range(start, start + kind.each) for start in range(first, first + in_a_round, kind.each)]
        found += mismatches(kind.worker, pieces)
        run += in_a_round
    return wrong(kind.name, "mismatches", found, run, kind.rounds * in_a_round, interpreter=interpreter())


def mismatches(worker: Callable[[], Work], pieces: Sequence[range]) -> list[str]:
    """The pieces that gave something else in a thread among others, one for each range, than in a thread alone."""
    alone, together = worker(), worker()
    expected = {number: outcome(alone, number) for each in pieces for number in each}
    found: list[str] = []
    start = threading.Barrier(len(pieces))

    def run(numbers: range) -> None:
        start.wait()
        for number in numbers:
            got = outcome(together, number)
            if got != expected[number]:
                found.append(f"piece {number}: {got!r} for {expected[number]!r}")

    threads = [threading.Thread(target=run, args=(numbers,)) for numbers in pieces]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def outcome(work: Work, number: int) -> Any:
    """What a piece of work comes to, if only to an exception."""
    try:
        return work(number)
    except Exception as error:  # it is compared, and shown if it was not expected
        return f"{type(error).__name__}: {error}"


@contextmanager
def switched_often() -> Iterator[None]:
    """Inside, threads take turns as often as the interpreter can be made to."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCHING)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def interpreter() -> str:
    """Whether threads of this interpreter run at the same time, or take turns."""
    free = sysconfig.get_config_var("Py_GIL_DISABLED") and not sys._is_gil_enabled()  # type: ignore[attr-defined]
    return "free-threaded: threads run at the same time" if free else "threads take turns"


# Eager graphs


def graph(seed: int) -> bytes:
    """The bits of the result of a graph drawn at random, and of its slopes."""
    rng = random.Random(seed)
    leaves = [Value(rng.choice(HARD) if rng.random() < 0.05 else rng.uniform(-2.0, 2.0)) for _ in range(4)]
    values = [*leaves]
    for _ in range(rng.randint(5, 15)):
        row = rng.choice(ROWS)
        if True in row.sequences:
            values.append(row([rng.choice(values) for _ in range(rng.randint(1, 4))]))
        else:
            values.append(row(*(rng.choice(values) for _ in row.parameters)))
    result = rows.sum(values[4:])
    result.backward()
    return bits([result.data, *(leaf.grad for leaf in leaves)])


def bits(numbers: Sequence[float]) -> bytes:
    """The bits of numbers, those of every nan the same."""
    return pack(f"{len(numbers)}d", *(math.nan if number != number else number for number in numbers))


# One compiled function


def calls() -> Work:
    """A worker that calls functions not compiled yet: one for a single thread, one for a team of three."""

    def scored(w: Any, X: Any) -> Any:
        scores = autograd.vmap(lambda x: rows.tanh(rows.dot(w[0], x)) + rows.log(rows.dot(w[1], x)))(X)
        return autograd.mean(scores), scores

    functions = [autograd.jit(scored, threads=threads) for threads in (None, 3)]

    def call(number: int) -> bytes:
        """The bits of all results of a call, and of the slopes of two of them; those of a tape where a score is nan."""
        rng = np.random.default_rng(number)
        weights = [[Value(v) for v in row] for row in rng.uniform(0.1, 1.0, size=(2, 3)).tolist()]
        X = rng.uniform(0.1, 1.0, size=(rng.integers(1, 100), 3))
        if number % 3 == 0:
            X[rng.integers(len(X)), 0] = rng.choice(HARD)
        mean, scores = functions[number % 2](weights, X)
        for result in (mean, scores[-1]):
            result.backward()
        return bits([mean.data, *(v.data for v in scores), *(v.grad for row in weights for v in row)])

    return call


# Modes


def modes(number: int) -> tuple[Any, ...]:
    """What a thread sees of its own mode: in a block, behind it, and between the tasks of an event loop."""
    return (plain, silent, watching, traced, in_tasks)[number % 5](), plain()


def plain() -> tuple[Any, ...]:
    """Whether operations are recorded, and a nan goes on."""
    x = Value(-1.0)
    return len((x * x).operands), math.isnan(x.log().data)


def silent() -> tuple[Any, ...]:
    """What is recorded inside of `no_grad`, and what `detect_anomaly` says in there."""
    with no_grad():
        return plain(), watching()


def watching() -> tuple[Any, ...]:
    """What `detect_anomaly` says."""
    with detect_anomaly():
        return caught(), len((Value(1.0) * 2.0).operands)


def caught() -> str:
    """The message for a nan, without the place that it names; empty if there is none."""
    try:
        Value(-1.0).log()
    except FloatingPointError as error:
        return str(error).partition(",")[0]
    return ""


def traced() -> tuple[Any, ...]:
    """How many operations are found in a function that is traced."""
    recording = autograd.jit(lambda x: (x * x + 1.0).tanh()).recording(2.0)
    return len(recording.arguments), str(recording.outputs[0]._row)


def in_tasks() -> tuple[Any, ...]:
    """What two tasks see that take turns, one of them inside of `no_grad`."""

    async def of_task(quiet: bool) -> tuple[Any, ...]:
        if not quiet:
            await asyncio.sleep(0)
            return plain()
        with no_grad():
            await asyncio.sleep(0)
            return plain()

    async def both() -> tuple[Any, ...]:
        return await asyncio.gather(of_task(True), of_task(False))

    return asyncio.run(both())
