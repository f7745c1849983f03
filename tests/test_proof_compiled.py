"""The proof that compiled graphs are right sees what is wrong with them, in a child process that may die of it."""

import ctypes
import math
import os
import random
import sys
from typing import Any

import numpy as np
import pytest

from autograd import primitives as rows
from autograd.compiler import adjoint, one_result
from autograd.compiler.oversamples import OverSamplesCode
from autograd.compiler.symbols import Apply
from autograd.compiler.tape import Tape
from benchmarks.proof.compiled import row as compiled
from benchmarks.proof.compiled.children import Death, outcomes
from benchmarks.proof.compiled.guards import between_guards, guarded
from benchmarks.proof.compiled.recordings import HARD, Drawing
from benchmarks.proof.compiled.replay import Replay
from benchmarks.proof.compiled.rounding import judged
from benchmarks.proof.compiled.row import SIZES, outcome_of, runs_of
from benchmarks.proof.effort import Effort

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pages are protected by mprotect")

AS_IT_IS, THROUGH_JIT = (1, 2), (5, 10)
BESIDE_A_STEEP_SAMPLE = 10


def mistakes(cases: Any) -> list[str]:
    return [mistake for case in cases for mistake in outcome_of(case).wrong]


def test_graphs_that_are_right_are_found_right() -> None:
    for case in (*AS_IT_IS, *THROUGH_JIT):
        outcome = outcome_of(case)
        assert not outcome.wrong
        assert outcome.counts["finite"] > 10


def test_every_size_of_batch_is_run_on_ordinary_and_on_hard_numbers() -> None:
    recording = Drawing(random.Random(0)).recording(1)
    sizes: tuple[set[int], set[int]] = set(), set()
    for case in range(SIZES):
        large, _, hard, _ = (len(columns[0]) for _, (*columns,), *_ in runs_of(recording, case, random.Random(case)))
        sizes[0].add(large)
        sizes[1].add(hard)
    assert sizes == (set(range(SIZES)),) * 2


def test_slopes_that_are_off_by_a_thousandth_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    slope_of = adjoint.slope_of

    def steeper(*arguments: Any) -> Any:
        return Apply(rows.mul, (1.001, slope_of(*arguments)))

    monkeypatch.setattr(adjoint, "slope_of", steeper)
    assert mistakes(AS_IT_IS)


def test_samples_that_are_not_there_are_seen_in_a_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    everywhere = OverSamplesCode._in_use
    monkeypatch.setattr(OverSamplesCode, "_in_use", lambda self, valid, v: everywhere(self, self.memory.width, v))
    assert mistakes(AS_IT_IS)


def test_a_nan_that_is_lost_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    pull_back = Tape.pull_back

    def hopeful(self: Tape, *given: Any) -> Any:
        outputs, per_sample, slopes, of_columns = pull_back(self, *given)
        return outputs, per_sample, np.nan_to_num(slopes, posinf=math.inf, neginf=-math.inf), of_columns

    monkeypatch.setattr(Tape, "pull_back", hopeful)
    assert mistakes(AS_IT_IS)


def test_a_slope_of_nan_beside_a_sample_of_infinite_slope_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not mistakes([BESIDE_A_STEEP_SAMPLE])
    monkeypatch.setattr(one_result, "all_finite", lambda *arrays: True)
    assert "nan" in mistakes([BESIDE_A_STEEP_SAMPLE])[0]


def test_a_replay_that_is_wrong_is_seen_through_jit(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def differently(self: Replay, *arguments: Any) -> Any:
        calls.append(self)
        outputs, per_sample = replayed(self, *arguments)
        return [output * (1.0 + 1e-9 * (len(calls) % 2)) for output in outputs], per_sample

    replayed = Replay.__call__
    monkeypatch.setattr(Replay, "__call__", differently)
    assert mistakes(THROUGH_JIT)


def test_whatever_is_raised_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "as_it_is", lambda *_: 1 // 0)
    assert outcome_of(1).wrong == ["ZeroDivisionError: integer division or modulo by zero"]


# What a result may be


@pytest.mark.parametrize(
    ("got", "expected", "right"),
    [
        (math.nan, math.nan, True),
        (math.inf, math.inf, True),
        (-math.inf, math.inf, False),
        (math.nan, math.inf, False),
        (math.inf, math.nan, False),
        (1e308, math.inf, False),
        (math.nan, 1.0, False),
        (1.0 + 2**-47, 1.0, True),
        (1.0 + 2**-45, 1.0, False),
        (-0.0, 0.0, True),
        (1e-300, 0.0, False),
    ],
)
def test_a_result_is_the_same_kind_of_number_and_as_close_as_rounding_allows(
    got: float, expected: float, right: bool
) -> None:
    verdict = judged(np.array([got]), np.array([expected]), lambda runs: [np.array([expected])] * runs)
    assert (not verdict.wrong.size) is right
    assert verdict.undecided == 0


def test_a_result_that_rounding_decides_may_be_either_kind_and_no_third() -> None:
    expected = np.array([math.inf])
    either = lambda runs: [np.array([1e20])] * runs
    assert not judged(np.array([3e20]), expected, either).wrong.size
    assert judged(np.array([math.nan]), expected, either).wrong.size


# Children and guards


def reads_anywhere(case: int) -> float:
    """Read before, behind or inside of an array between guards, or end the process otherwise."""
    if case == 3:
        os._exit(7)
    before, behind = (guarded(np.ones(3), at_end).ctypes.data for at_end in (False, True))
    array = guarded(np.ones(3), at_end=False)
    return ctypes.c_double.from_address([before - 8, behind + 3 * 8, array.ctypes.data][case]).value


def test_a_step_over_either_end_of_a_guarded_array_is_death_and_another_child_goes_on() -> None:
    found = dict(outcomes(reads_anywhere, [2, 0, 1, 3]))
    assert found[2] == 1.0
    assert {*found.values()} == {
        1.0,
        Death("its process died with exit code -11"),
        Death("its process died with exit code 7"),
    }


def test_between_guards_what_is_not_written_is_nan() -> None:
    with between_guards(at_end=True):
        assert np.isnan(np.empty((2, 3))).all()
        assert not np.zeros(3, dtype=np.int32).any()
    assert np.empty(0).size == 0


def test_the_figure_counts_graphs_and_names_their_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    (figure,) = compiled.figures(Effort(share=0.0001))
    assert figure.met
    assert figure.details["cases"] == "1 of 10,000"
    assert figure.details["finite"] > figure.details["undecided"]
    monkeypatch.setattr(compiled, "outcomes", lambda work, cases: ((case, Death("it died")) for case in cases))
    (figure,) = compiled.figures(Effort(share=0.0002))  # of two cases
    assert (figure.ours, figure.details["first"]) == (2.0, "seed 0: it died; seed 1: it died")


def test_hard_numbers_are_of_every_kind() -> None:
    assert any(map(math.isnan, HARD))
    assert {math.inf, -math.inf, 5e-324, 1e200} <= {*HARD}
    assert {math.copysign(1.0, number) for number in HARD if number == 0.0} == {1.0, -1.0}
