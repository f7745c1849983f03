"""What a result may be: how far another order of rounding leads, and to which of finite, inf, -inf and nan."""

import math
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np

from autograd import primitives as rows
from autograd.compiler import interpret
from autograd.compiler.interpret import Interpreter
from autograd.compiler.recording import Recording
from autograd.primitives import Primitive
from autograd.value import Value

LINEAR = {rows.add, rows.sub, rows.sum, rows.mean, rows.dot}
#: Rows whose results are exact, whatever machine computes them.
EXACT = {rows.neg, rows.pos, rows.relu, rows.relu6, rows.hardtanh, rows.abs, rows.sign, rows.floor, rows.ceil,
         rows.round, rows.maximum, rows.minimum, rows.clip, rows.where, rows.greater, rows.greater_equal, rows.less,
         rows.less_equal, rows.equal, rows.not_equal, rows.max, rows.min}  # fmt: skip
WORSE = 1e-15  # four or five places of a double's last digit: what one operation is moved by, to see what follows
ALLOWED = 64.0 * sys.float_info.epsilon  # of a result itself
FARTHER = 16.0  # times as far as the runs that were rounded worse, since they may happen to lie close
RUNS = (3, 30)  # so many are asked first, and so many before a result is called wrong
SUBNORMAL = 5e-324


class Verdict(NamedTuple):
    """What was found of some results.

    wrong      the places of those that no order of rounding explains
    undecided  how many may be finite or not, as operations are rounded
    """

    wrong: Any
    undecided: int


def judged(got: Any, expected: Any, again: Callable[[int], list[Any]]) -> Verdict:
    """Which results are not what is expected: nan for nan, inf for inf with its sign, and finite ones up to rounding.

    again(n) gives the expected results of n runs in which every operation was rounded worse; they are asked for only
    where results differ by more than the last places.

    >>> judged(np.array([1.0, np.nan, np.inf]), np.array([1.0, np.nan, -np.inf]), lambda n: [np.array([1.0] * 3)] * n)
    Verdict(wrong=array([2]), undecided=2)
    """
    wrong, undecided = ~near(got, expected, ALLOWED * np.abs(expected)), 0
    for runs in RUNS:
        if not wrong.any():
            break
        moved = np.array([expected, *again(runs)])
        possible = np.any([kinds(each) == kinds(got) for each in moved], axis=0)
        open_ended = np.any(kinds(moved) != kinds(expected), axis=0)
        with np.errstate(all="ignore"):
            spread = np.nanmax(np.where(np.isfinite(moved), np.abs(moved - expected), 0.0), axis=0)
        close = near(got, expected, ALLOWED * np.abs(expected) + FARTHER * spread + SUBNORMAL)
        wrong, undecided = ~np.where(open_ended, possible, close), int(open_ended.sum())
    return Verdict(np.flatnonzero(wrong), undecided)


def near(got: Any, expected: Any, tolerance: Any) -> Any:
    """Where two results are the same inf, both nan, or finite and not farther from each other than this."""
    with np.errstate(all="ignore"):
        close = np.abs(got - expected) <= tolerance
    finite = np.isfinite(got) & np.isfinite(expected)
    return np.where(finite, close, (got == expected) | (np.isnan(got) & np.isnan(expected)))


def kinds(numbers: Any) -> Any:
    """Of each number whether it is finite, inf, -inf or nan.

    >>> kinds(np.array([1.0, np.inf, -np.inf, np.nan])).tolist()
    [0.0, 1.0, -1.0, 2.0]
    """
    return np.where(np.isnan(numbers), 2.0, np.where(np.isinf(numbers), np.sign(numbers), 0.0))


def worse_runs(recording: Recording, given: tuple[Any, ...], runs: int) -> list[Any]:
    """What the interpreter gives in so many runs in which every operation is rounded worse."""
    found = []
    for k in range(runs):
        with worse_rounding(random.Random(k)):
            found.append(flattened(Interpreter(recording).pull_back(*given)))
    return found


def flattened(results: tuple[Any, ...]) -> Any:
    """Outputs, results per sample, and slopes, as one array."""
    return np.concatenate([np.ravel(part) for part in (results[0], *results[1], results[2], *results[3])])


@contextmanager
def worse_rounding(rng: random.Random) -> Iterator[None]:
    """Inside, the interpreter rounds each operation and each product of slopes at random, by about four places."""
    result_of, add, reduced = interpret.result_of, interpret.add, interpret.reduced

    def moved(result: float, size: float) -> float:
        if not math.isfinite(result):
            return result
        least = SUBNORMAL if 0.0 < abs(result) < sys.float_info.min else 0.0
        return result + rng.uniform(-1.0, 1.0) * (size * WORSE + least)

    def rounded(node: Value, operands: tuple[Any, ...]) -> float:
        result = result_of(node, operands)
        return result if node._row in EXACT else moved(result, size_of(node._row, operands, result))

    def added(slopes: dict[int, float], node: Value, slope: float) -> None:
        add(slopes, node, slope * (1.0 + rng.uniform(-WORSE, WORSE)))

    def rounded_reduction(row: Primitive, values: tuple[float, ...]) -> float:
        result = reduced(row, values)
        return result if row in EXACT else moved(result, max(map(abs, values), default=0.0) * len(values))

    with (
        patch.object(interpret, "result_of", rounded),
        patch.object(interpret, "add", added),
        patch.object(interpret, "reduced", rounded_reduction),
    ):
        yield


def size_of(row: Any, operands: tuple[Any, ...], result: float) -> float:
    """How large the numbers are that a result was rounded among: of a sum, its terms without their signs."""
    if row is rows.dot:
        w, x, bias = operands
        operands = (*(a * b for a, b in zip(w, x, strict=True)), bias or 0.0)
    return float(sum(map(abs, rows.flat(operands)))) if row in LINEAR else abs(result)
