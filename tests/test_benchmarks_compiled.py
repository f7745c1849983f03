"""The benchmark of compiled code runs, its peers compute the same, and a missing one is named; no timing is tested."""

import json
import math
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import compiled_frameworks, compiled_steps
from benchmarks.compiled_by_hand import numpy_step, with_c
from benchmarks.compiled_frameworks import with_casadi, with_jax, with_jax_scan, with_torch
from benchmarks.compiled_scalars import micrograd_contestant
from benchmarks.compiled_steps import in_turn, prepared, row, trained
from benchmarks.compiled_work import MOONS, QUICK, SINGLE, WIDE, NotMeasured, Outcome, Work, by_layer, by_neuron, check
from benchmarks.report import table
from tests.quick_runs import quick_run_of

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "compiled.jsonl"
FRAMEWORKS = {"torch": with_torch, "jax": with_jax, "casadi": with_casadi}
WORKS = [MOONS.smaller(21), WIDE.smaller(11), SINGLE]


def expected(work: Work) -> Outcome:
    return numpy_step(work, work.parameters(), *work.samples())


@pytest.fixture(scope="module")
def quick_run() -> Any:
    return quick_run_of("compiled", "--only", "steps")


def test_a_quick_run_times_what_is_installed_and_names_what_is_not(quick_run: Any) -> None:
    assert len(quick_run["figures"]) > 20
    for figure in quick_run["figures"]:
        assert figure["ratio"] is not None or figure["details"]["not measured"], figure
        assert figure["peer"] is None or figure["peer"] > 0.0


def test_a_run_names_neither_the_computer_nor_a_path(quick_run: Any) -> None:
    assert str(ROOT) not in json.dumps(quick_run)
    assert str(Path.home()) not in json.dumps(quick_run)


def test_a_run_says_which_peers_it_met(quick_run: Any) -> None:
    assert quick_run["peers"]["micrograd"] == "0.1.0"
    assert quick_run["peers"]["torch"] == "not installed" or find_spec("torch") is not None


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.sizes)
def test_gradients_written_by_hand_agree_with_finite_differences(work: Work) -> None:
    parameters, samples = work.parameters(), work.samples()
    gradients = numpy_step(work, parameters, *samples).gradients
    for p, gradient in zip(parameters, gradients, strict=True):
        flat = p.reshape(-1)
        for i in (0, flat.size // 2, flat.size - 1):
            losses = []
            for step in (1e-5, -2e-5):
                flat[i] += step
                losses.append(numpy_step(work, parameters, *samples).loss)
            flat[i] += 1e-5
            assert gradient.reshape(-1)[i] == pytest.approx((losses[0] - losses[1]) / 2e-5, abs=1e-7)


@pytest.mark.skipif(shutil.which("gcc") is None, reason="there is no gcc")
@pytest.mark.parametrize("batch", [1, 3, 8, 32, 33, 64, 67, 130])
def test_c_by_hand_agrees_for_batches_of_any_remainder(batch: int) -> None:
    for work in (MOONS.smaller(batch), WIDE.smaller(batch)):
        check(with_c(work).outcome(), expected(work), "C by hand")


@pytest.mark.skipif(shutil.which("gcc") is None, reason="there is no gcc")
@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.sizes)
def test_c_by_hand_is_as_accurate_as_numpy(work: Work) -> None:
    outcome, reference = with_c(work).outcome(), expected(work)
    assert outcome.loss == pytest.approx(reference.loss, rel=1e-14)
    for gradient, right in zip(outcome.gradients, reference.gradients, strict=True):
        np.testing.assert_allclose(gradient, right, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("name", FRAMEWORKS)
@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.sizes)
def test_a_framework_computes_the_same_loss_and_gradients(name: str, work: Work) -> None:
    pytest.importorskip(name)
    check(FRAMEWORKS[name](work).outcome(), expected(work), name)


@pytest.mark.parametrize("work", [MOONS.smaller(5), WIDE.smaller(1)], ids=lambda work: work.sizes)
def test_micrograd_computes_the_same_loss_and_gradients(work: Work) -> None:
    check(micrograd_contestant(work).outcome(), expected(work), "micrograd")


def test_a_loop_inside_jax_ends_where_the_loop_in_numpy_ends() -> None:
    pytest.importorskip("jax")
    work = MOONS.smaller(20)
    loop = with_jax_scan(work)
    check(loop.outcome(), trained(work, loop.steps), "JAX lax.scan")


@pytest.mark.parametrize("off", ["loss", "gradient", "nan"])
def test_a_program_that_computes_something_else_is_refused(off: str) -> None:
    right = expected(WORKS[0])
    gradients = [g.copy() for g in right.gradients]
    loss = right.loss * (1.0 + 1e-8) if off == "loss" else right.loss
    if off != "loss":
        gradients[2][0, 0] += math.nan if off == "nan" else 1e-8 * max(np.abs(g).max() for g in gradients)
    with pytest.raises(ArithmeticError, match="peer computes something else"):
        check(Outcome(loss, gradients), right, "peer")


def test_a_framework_that_is_not_installed_leaves_a_row_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    work = MOONS.smaller(4)
    candidates = {"PyTorch": lambda: with_torch(work), "kernel alone": lambda: compiled_steps.with_numpy(work)}
    contestants, reasons = prepared(candidates, expected(work))
    assert reasons == {"PyTorch": "torch is not installed"}
    figure = row("step", "kernel alone", "PyTorch", 40.0, in_turn(contestants, QUICK), reasons)
    assert figure.met is None
    assert "torch is not installed" in table([figure])


def test_a_compiler_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(NotMeasured, match="gcc"):
        with_c(MOONS.smaller(7, (2, 8, 8, 1)))


def test_torch_compile_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")

    def broken(loss: Any) -> Any:
        raise RuntimeError("no C++ compiler")

    monkeypatch.setattr(torch, "compile", broken)
    with pytest.raises(NotMeasured, match=r"torch\.compile does not work here: RuntimeError"):
        compiled_frameworks.with_torch_compiled(MOONS.smaller(4))


def test_parameters_survive_the_way_to_a_model_and_back() -> None:
    there = by_neuron(WIDE.parameters())
    back = by_layer(there, WIDE.shape)
    assert len(there) == 64 * 128 + 128 * 128 + 128 * 10 + 128 + 128 + 10
    assert all(np.array_equal(p, q) for p, q in zip(back, WIDE.parameters(), strict=True))
