"""Row 6: what is compiled gives what eager mode gives, on ordinary numbers and on hard ones, between guard pages.

A case is a graph drawn from its number, run forward and backward on several batches. Four of five graphs go to the
compiler as they are, and are held against the interpreter. The fifth is a function of values under `jit`, called and
differentiated as users do, and held against the same function without `jit`.
"""

import random
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np

import autograd
from autograd.compiler import classes, shares
from autograd.compiler.backend import Checked
from autograd.compiler.engine import lanes
from autograd.compiler.families import Families
from autograd.compiler.interpret import Interpreter
from autograd.compiler.recording import Executable, Recording
from autograd.compiler.team import Team
from benchmarks.proof.compiled.calls import Call
from benchmarks.proof.compiled.children import Death, outcomes
from benchmarks.proof.compiled.guards import between_guards, guarded
from benchmarks.proof.compiled.recordings import Drawing, inputs_of, with_hard_numbers
from benchmarks.proof.compiled.replay import Replay
from benchmarks.proof.compiled.rounding import flattened, judged, worse_runs
from benchmarks.proof.effort import Effort, wrong
from benchmarks.report import Figure

GRAPHS = 10_000
SIZES = 68  # batches of 0 to 67 samples
SECTIONS = (0, 1, 1, 1, 2, 3)  # batches of a graph
MOST = (1, 1, 1, 1, 2)  # steps in which a part of a graph grows, or twice as many
VECTORS, TEAMS = (1, 1, 1, 1, 2, 4), (1, 1, 1, 1, 1, 1, 3)  # of samples to a block, and threads to a batch
THROUGH_JIT = 5  # one of so many graphs; no divisor of SIZES, so that every size comes both ways
RESULTS = 4  # of a call of a function under jit, that are differentiated

Given = tuple[Any, ...]  # uniform inputs, columns, seeds, and seeds of results per sample


class Outcome(NamedTuple):
    """What was wrong in a case, and what else is to be counted."""

    wrong: list[str]
    counts: Counter[str]

    def compare(self, got: Any, expected: Any, again: Callable[[int], list[Any]]) -> None:
        """Hold the first numbers of what is expected, as many as there are, against what came out."""
        expected = expected[: len(got)]
        verdict = judged(got, expected, lambda runs: [each[: len(got)] for each in again(runs)])
        finite = int(np.isfinite(expected).sum())
        self.counts.update({"finite": finite, "inf or nan": len(got) - finite, "undecided": verdict.undecided})
        for place in verdict.wrong[:1].tolist():
            self.wrong.append(f"{got[place]!r} for {expected[place]!r} at {place} of {len(got)}")


def figures(effort: Effort) -> list[Figure]:
    """How many graphs gave something else compiled than eager."""
    found = effort.spread(outcome_of_all, GRAPHS)
    mistakes = [mistake for outcome, _ in found for mistake in outcome.wrong]
    counts = Counter[str]()
    for outcome, _ in found:
        counts.update(outcome.counts)
    run = sum(cases for _, cases in found)
    return [wrong("6 compiled against eager", "disagreements", mistakes, run, GRAPHS, **counts)]


def outcome_of_all(cases: Iterator[int]) -> tuple[Outcome, int]:
    """What is found of all cases together, the first mistake of each, and how many there were."""
    total, run = Outcome([], Counter()), 0
    for case, outcome in outcomes(outcome_of, cases):
        run += 1
        if isinstance(outcome, Death):
            total.wrong.append(f"seed {case}: {outcome}")
            continue
        total.wrong.extend(f"seed {case}: {mistake}" for mistake in outcome.wrong[:1])
        total.counts.update(outcome.counts)
    return total, run


def outcome_of(case: int) -> Outcome:
    """What is found of one graph."""
    outcome, rng = Outcome([], Counter()), random.Random(case)
    recording = Drawing(rng).recording(rng.choice(SECTIONS), most=rng.choice(MOST))
    check = through_jit if case % THROUGH_JIT == 0 else as_it_is
    try:
        with patch.object(shares, "LEAST_FLOPS", 1), warnings.catch_warnings(action="error"):
            check(recording, runs_of(recording, case, rng), rng.random() < 0.5, rng, outcome)
    except Exception as error:  # whatever it is, or a warning: eager mode gave none
        outcome.wrong.append(f"{type(error).__name__}: {error}")
    return outcome


def runs_of(recording: Recording, case: int, rng: random.Random) -> list[Given]:
    """Inputs of a large and of a small batch, ordinary ones and then with hard numbers among them."""
    large, small = case % SIZES, rng.randint(1, 9)
    runs = []
    for share, samples in ((0.0, large), (0.0, small), (0.03, SIZES - 1 - large), (0.3, small)):
        runs.append(with_hard_numbers(inputs_of(recording, samples, rng.randrange(2**32)), share, rng))
    return runs


# As it is


def as_it_is(recording: Recording, runs: Sequence[Given], at_end: bool, rng: random.Random, outcome: Outcome) -> None:
    """Hold what families give, or the tape instead of them, against what the interpreter gives."""
    alone = len(recording.outputs) == 1 and not recording.per_sample
    executable = executable_of(recording, lanes() * rng.choice(VECTORS), Team(rng.choice(TEAMS)))
    short_way, values_too = alone and rng.random() < 0.5, rng.random() < 0.15
    for run in runs:
        given = (*run[:2], np.ones(1) if alone else run[2], run[3])
        try:
            expected = flattened(Interpreter(recording).pull_back(*given))
        except ValueError:  # a mean of nothing
            outcome.counts["runs left out for an empty batch"] += 1
            continue
        again = partial(worse_runs, recording, given)
        for got in results_of(executable, given, at_end, short_way, values_too):
            outcome.compare(got, expected, again)


def executable_of(recording: Recording, width: int, team: Team) -> Executable:
    """What users run, also where a graph has so little that is regular that it would be a tape."""
    with patch.object(classes, "FEW_FAMILIES", classes.MOST_FAMILIES):
        return Checked(Families(recording, width, team), recording)


def results_of(executable: Executable, given: Given, at_end: bool, short_way: bool, values_too: bool) -> list[Any]:
    """What an executable gives between guards, by the ways that there are to run it."""
    found = []
    with between_guards(at_end):
        uniform, seeds = guarded(given[0], at_end), guarded(given[2], at_end)
        columns = [guarded(array, at_end) for array in given[1]]
        if short_way:
            output, slopes = executable.value_and_slopes(uniform, columns)
            found.append(np.array([output, *slopes]))
        else:
            found.append(flattened(executable.pull_back(uniform, columns, seeds, given[3])))
        if values_too:
            outputs, per_sample = executable.forward(uniform, columns)
            found.append(np.concatenate([outputs, *per_sample]))
    return found


# Through jit


def through_jit(
    recording: Recording, runs: Sequence[Given], at_end: bool, rng: random.Random, outcome: Outcome
) -> None:
    """Hold a function under jit, its results and their slopes, against the function itself."""
    function = Replay(recording)
    compiled = autograd.jit(function, threads=rng.choice(TEAMS))
    arrays = rng.random() < 0.5
    for uniform, columns, _, _ in runs:
        if not all(map(len, columns)):
            outcome.counts["runs left out for an empty batch"] += 1
            continue
        call = Call(recording, uniform, [guarded(array, at_end) for array in columns], arrays)
        expected = call.results(function)
        with between_guards(at_end):
            got = call.results(compiled)
        for result in rng.sample(range(len(expected)), min(RESULTS, len(expected))):
            wanted = call.number_and_slopes(expected, result)
            with between_guards(at_end):
                found = call.number_and_slopes(got, result)
            outcome.compare(found, wanted, partial(call.worse, result))
