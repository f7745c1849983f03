"""The proof of the conventions counts what is wrong: in the document, in a row, in what machine code makes of it."""

from functools import partial

import pytest

from autograd.compiler import backend
from autograd.primitives import TABLE
from benchmarks.proof.conventions import row as conventions
from benchmarks.proof.conventions.cases import CASES
from benchmarks.proof.conventions.compiled import BATCH, beside_constants, by_graph, by_jit, in_a_batch, in_a_sum
from benchmarks.proof.conventions.eager import EAGER, on_numbers
from benchmarks.proof.conventions.peers import answers_of, counted, jax_asker, torch_asker
from benchmarks.proof.effort import Effort

PLACES = (0, 8, BATCH - 1)
MACHINE_CODE = (
    by_jit,
    beside_constants,
    by_graph,
    *(partial(door, place) for door in (in_a_batch, in_a_sum) for place in PLACES),
)


def named(name):
    return next(case for case in CASES if str(case) == name)


def differing(case, *doors):
    return conventions.asked((case, door) for door in doors).differing


def test_nothing_differs_in_a_short_run_in_which_python_is_asked_everything():
    eager, machine_code = conventions.figures(Effort(share=0.001))
    assert (eager.ours, machine_code.ours) == (0.0, 0.0)
    assert eager.details["cases"] == f"{len(CASES) * len(EAGER):,} of {len(CASES) * len(EAGER):,}"
    assert int(machine_code.details["answers"]) > 0


@pytest.mark.parametrize(
    "name", ["relu at 0.0", "sqrt at 0.0", "maximum at nan, 1.0", "where(x > 0, log(x), 0) at 0.0"]
)
def test_machine_code_answers_as_the_document_says_alone_and_at_any_place_of_a_batch(name):
    assert differing(named(name), *MACHINE_CODE) == []


@pytest.mark.parametrize("door", [*EAGER[:3], *MACHINE_CODE], ids=str)
def test_a_line_of_the_document_that_is_wrong_is_caught_at_every_door(door):
    case = named("relu at 0.0")
    assert differing(case._replace(value=7.0), door) != []
    assert differing(case._replace(slopes=[1.0]), door) != []


def test_a_slope_of_a_row_that_is_off_by_little_is_caught(monkeypatch):
    case = named("tanh at 20.0")
    assert differing(case, on_numbers) == []
    (slope,) = TABLE["tanh"].slopes
    monkeypatch.setattr(TABLE["tanh"], "slopes", (lambda z, x: 1.001 * slope(z, x),))
    assert len(differing(case, on_numbers)) == 1


def test_machine_code_whose_slopes_are_off_by_little_is_caught(monkeypatch):
    case = named("tanh at 20.0")
    assert differing(case, by_jit) == []
    exact = backend.Checked.value_and_slopes

    def off(self, uniform, columns):
        output, slopes = exact(self, uniform, columns)
        return output, 1.001 * slopes

    monkeypatch.setattr(backend.Checked, "value_and_slopes", off)
    assert len(differing(case, by_jit)) == 1


def test_a_case_that_disturbs_the_samples_around_it_is_caught(monkeypatch):
    case = named("relu at 0.0")
    exact = backend.Checked.pull_back

    def disturbed(self, uniform, columns, seeds, sample_seeds):
        outputs, per_sample, slopes, column_slopes = exact(self, uniform, columns, seeds, sample_seeds)
        column_slopes[0][3] += 1e-6
        return outputs, per_sample, slopes, column_slopes

    assert differing(case, partial(in_a_sum, 8)) == []
    monkeypatch.setattr(backend.Checked, "pull_back", disturbed)
    (found,) = differing(case, partial(in_a_sum, 8))
    assert "place 3 of a batch with the case in place 8" in found


def test_a_door_that_raises_has_not_answered_and_counts():
    def closed(case):
        raise ZeroDivisionError("the door is closed")
        yield

    assert differing(named("relu at 0.0"), closed) == ["relu at 0.0: ZeroDivisionError: the door is closed"]


@pytest.mark.slow
def test_pytorch_and_jax_differ_from_each_other_in_some_cases_and_from_themselves_in_none():
    pytest.importorskip("torch")
    pytest.importorskip("jax")
    torch, jax = dict(answers_of(torch_asker())), dict(answers_of(jax_asker()))
    assert counted(torch, torch) == f"0 of {len(torch)} cases"
    assert int(counted(torch, jax).split()[0]) > 10
