"""Families give what the interpreter gives, for every graph, batch and width, and touch no memory but their own."""

import gc
import hashlib
import math
import mmap
import os
import random
import subprocess
import sys
import threading
import weakref
from functools import cache
from itertools import product
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from autograd import primitives as rows
from autograd.compiler import shares
from autograd.compiler.adjoint import differentiated
from autograd.compiler.emit import emit
from autograd.compiler.engine import lanes
from autograd.compiler.families import Families
from autograd.compiler.interpret import Interpreter
from autograd.compiler.invariants import check
from autograd.compiler.machine import Machine
from autograd.compiler.recording import Recording, Reduction, Section
from autograd.compiler.team import Team
from autograd.value import Value
from benchmarks.proof.compiled.guards import between_guards, guarded
from benchmarks.proof.compiled.recordings import Drawing, inputs_of, with_hard_numbers
from benchmarks.proof.compiled.rounding import flattened
from tests.compiler_recordings import agree, any_number_of_families, handmade

WIDTHS = [lanes(), 2 * lanes(), 4 * lanes()]


def checked(recording: Recording, given: tuple[Any, ...], width: int) -> None:
    """The invariants hold after each pass, and every finite result is right, whichever program gives it."""
    alone = len(recording.outputs) == 1 and not recording.per_sample
    with any_number_of_families():
        families = Families(recording, width)
    check(families.lifted.program)
    for seeded, columns in product([False, True] if alone else [True], [False, True]):
        check(differentiated(families.lifted, recording, seeded, columns))
    uniform, batches, seeds, sample_seeds = given
    given = (uniform, batches, np.ones(1) if alone else seeds, sample_seeds)
    agree(flattened(families.pull_back(*given)), recording, given)
    outputs, per_sample = families.forward(uniform, batches)
    agree(np.concatenate([outputs, *per_sample]), recording, given)
    if alone:
        output, slopes = families.value_and_slopes(uniform, batches)
        agree(np.array([output, *slopes]), recording, given)


@settings(max_examples=25, deadline=None, derandomize=True, phases=[Phase.generate])
@given(
    rng=st.randoms(use_true_random=False),
    sections=st.integers(0, 3),
    samples=st.integers(1, 67),
    width=st.sampled_from(WIDTHS),
)
def test_a_random_recording_gives_what_the_interpreter_gives(
    rng: random.Random, sections: int, samples: int, width: int
) -> None:
    recording = Drawing(rng).recording(sections)
    checked(recording, inputs_of(recording, samples, samples), width)


@settings(max_examples=15, deadline=None, derandomize=True, phases=[Phase.generate])
@given(rng=st.randoms(use_true_random=False), sections=st.integers(0, 2), samples=st.integers(1, 9))
def test_a_run_on_hard_inputs_is_right_where_no_result_is_inf_or_nan(
    rng: random.Random, sections: int, samples: int
) -> None:
    """Any other run is done again by the tape: what a family run may not do is hide an inf or a nan."""
    recording = Drawing(rng).recording(sections, most=2)
    with any_number_of_families():
        families = Families(recording)
    for share in (0.05, 0.3, 1.0):
        for _ in range(4):
            given = with_hard_numbers(inputs_of(recording, samples, samples), share, rng)
            got = flattened(families.pull_back(*given))
            if np.isfinite(got).all():
                expected = flattened(Interpreter(recording).pull_back(*given))
                assert np.isfinite(expected).all(), (got, expected)
                agree(got, recording, given)


HANDMADE = handmade()


@pytest.fixture(scope="module", params=WIDTHS)
def families(request: pytest.FixtureRequest) -> Families:
    return Families(HANDMADE, request.param)


@cache
def batch(samples: int) -> tuple[tuple[Any, ...], Any]:
    """A batch of the recording by hand, and what it gives."""
    given = inputs_of(HANDMADE, samples, samples)
    return given, flattened(Interpreter(HANDMADE).pull_back(*given))


@pytest.mark.parametrize("samples", range(1, 68))
def test_a_batch_of_any_size_is_right_to_the_last_sample(families: Families, samples: int) -> None:
    given, expected = batch(samples)
    got = flattened(families.pull_back(*given))
    assert np.allclose(got, expected, rtol=1e-12, atol=1e-12 * samples)
    outputs, per_sample = families.forward(*given[:2])
    values = np.concatenate([outputs, *per_sample])
    assert np.allclose(values, expected[: len(values)], rtol=1e-12, atol=1e-12 * samples)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_layer_of_any_size_is_right(width: int) -> None:
    """A family for each: the sums of a layer are made a few at a time, and its gradient a few rows and columns."""
    rng = random.Random(width)
    x = [Value(rng.uniform(-1.0, 1.0)) for _ in range(23)]
    outputs = [Value(1.0)]
    for count in range(1, 18):
        size = (6 + 5 * count) % 18 + 5
        layer = [rows.dot([Value(rng.uniform(-1.0, 1.0)) for _ in range(size)], x[:size]) for _ in range(count)]
        outputs.append(rows.sum([rows.sin(v) for v in layer]))
    total = Value(1.0)
    recording = Recording(
        (), (Section(tuple(x), (rows.sum(outputs),)),), (Reduction(total, rows.mean, 0, 0),), (total,), ()
    )
    given = inputs_of(recording, 21, width)
    got = Families(recording, width).value_and_slopes(*given[:2])
    expected = Interpreter(recording).pull_back(given[0], given[1], np.ones(1), [])
    assert np.allclose(got[0], expected[0], rtol=1e-12)
    assert np.allclose(got[1], expected[2], rtol=1e-11, atol=1e-13)


def test_weights_that_form_no_grid_have_gradients_of_their_own() -> None:
    """As many weights as rows times columns, but two of them for one place, and none for another."""
    x, w, total = [Value(0.5), Value(1.5)], [Value(0.1 * k) for k in range(4)], Value(1.0)
    layer = [rows.dot(w[:2], [x[0], x[0]]), rows.dot(w[2:], [x[1], x[0]])]
    section = Section(tuple(x), (rows.sum([rows.sin(v) for v in layer]),))
    recording = Recording(tuple(w), (section,), (Reduction(total, rows.sum, 0, 0),), (total,), ())
    given = inputs_of(recording, 11, 0)
    _, slopes = Families(recording).value_and_slopes(*given[:2])
    expected = Interpreter(recording).pull_back(given[0], given[1], np.ones(1), [])
    assert np.allclose(slopes, expected[2], rtol=1e-12)


@pytest.mark.parametrize(("zero", "angle"), [(0.0, 0.0), (-0.0, math.pi)])
def test_a_constant_keeps_the_sign_of_its_zero(zero: float, angle: float) -> None:
    x, u = Value(1.0), Value(1.0)
    section = Section((u,), (rows.atan2(u, zero),))
    families = Families(Recording((x,), (section,), (), (rows.atan2(x, zero),), ((0, 0),)))
    assert families.forward(np.zeros(1), [np.zeros((1, 1))]) == ([angle], [[angle]])


@pytest.mark.parametrize("terms", [1, 2, 40])
@pytest.mark.parametrize("of_samples", [False, True])
def test_a_sum_of_products_that_underflow_is_no_negative_zero(terms: int, of_samples: bool) -> None:
    """A product that is rounded alone is -0.0, and 0.0 + -0.0 is 0.0; added without rounding it would stay below."""
    w, x = Value(1.0), Value(1.0)
    angle = rows.atan2(rows.dot([w] * terms, [x] * terms), -1.0)
    if of_samples:
        recording = Recording((w,), (Section((x,), (angle,)),), (), (), ((0, 0),))
        _, (found,) = Families(recording).forward(np.array([1e-200]), [np.full((9, 1), -1e-200)])
    else:
        found, _ = Families(Recording((w, x), (), (), (angle,), ())).forward(np.array([1e-200, -1e-200]), [])
    assert {*found.tolist()} == {math.pi}


def test_batches_may_be_of_different_sizes(families: Families) -> None:
    uniform, (x, _), seeds, (first, *_) = inputs_of(HANDMADE, 5, 0)
    _, (_, u), _, (_, *others) = inputs_of(HANDMADE, 21, 1)
    given = (uniform, [x, u], seeds, [first, *others])
    expected = flattened(Interpreter(HANDMADE).pull_back(*given))
    assert np.allclose(flattened(families.pull_back(*given)), expected, rtol=1e-12, atol=1e-10)


@pytest.mark.parametrize("width", WIDTHS)
def test_an_empty_batch_has_an_empty_sum_and_no_slopes(width: int) -> None:
    w, x, total = Value(0.5), Value(1.0), Value(1.0)
    sections = (Section((x,), (w * x, rows.exp(w))),)
    recording = Recording((w,), sections, (Reduction(total, rows.sum, 0, 0),), (total + w,), ((0, 0), (0, 1)))
    given = (np.array([3.0]), [np.empty((0, 1))], np.ones(1), [np.empty(0), np.empty(0)])
    outputs, per_sample, slopes, columns = Families(recording, width).pull_back(*given)
    assert (outputs.tolist(), [p.shape for p in per_sample], slopes.tolist()) == ([3.0], [(0,), (0,)], [1.0])
    assert columns[0].shape == (0, 1)


def bits_of(results: tuple[Any, ...]) -> str:
    return hashlib.sha256(flattened(results).tobytes()).hexdigest()


def test_every_call_gives_the_same_bits(families: Families) -> None:
    given = inputs_of(HANDMADE, 29, 0)
    other = inputs_of(HANDMADE, 64, 1, spread=30.0)
    first = bits_of(families.pull_back(*given))
    families.pull_back(*other)
    assert bits_of(families.pull_back(*given)) == first
    assert bits_of(Families(handmade(), families.width).pull_back(*given)) == first


def test_the_bits_of_a_sample_do_not_depend_on_the_others(families: Families) -> None:
    uniform, (_, u), _, _ = inputs_of(HANDMADE, 41, 0)
    w, x = Value(0.5), [Value(0.1) for _ in range(3)]
    outputs = (rows.dot([w, w, w], x).tanh(), rows.logsumexp(x))
    alone = Families(Recording((w,), (Section(tuple(x), outputs),), (), (), ((0, 0), (0, 1))), families.width)
    together = np.stack(alone.forward(uniform[:1], [u])[1], axis=1)
    assert [alone.forward(uniform[:1], [row[None]])[1] for row in u] == together[:, :, None].tolist()


def in_a_process_of_its_own(what: str, **environment: str) -> str:
    """What this file prints, run by itself with an argument."""
    command = [sys.executable, "-W", "error", __file__, what]
    path = os.pathsep.join(p for p in sys.path if p)
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, env={**os.environ, "PYTHONPATH": path, **environment}
    )
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr[-2000:])
    return done.stdout


def test_every_process_gives_the_same_bits() -> None:
    printed = {in_a_process_of_its_own("bits", PYTHONHASHSEED=seed) for seed in ("0", "1")}
    assert len(printed) == 1
    assert len(printed.pop()) == 65


def print_bits() -> None:
    print(bits_of(Families(HANDMADE).pull_back(*inputs_of(HANDMADE, 29, 0))))


# Guard pages: the pages around every buffer may not be touched, so that a step outside ends the process


def run_all_between_guards() -> None:
    for width, at_end, threads in [*product(WIDTHS, (False, True), (1,)), (WIDTHS[0], True, 3)]:
        with between_guards(at_end), patch.object(shares, "LEAST_FLOPS", 1):
            families = Families(HANDMADE, width, Team(threads))
            for samples in (0, 1, 7, 8, 9, 16, 31, 33, 64, 67):
                uniform, columns, seeds, sample_seeds = given = inputs_of(HANDMADE, samples, samples)
                arrays = [guarded(array, at_end) for array in columns]
                families.forward(guarded(uniform, at_end), arrays)
                got = families.pull_back(guarded(uniform, at_end), arrays, guarded(seeds, at_end), sample_seeds)
                if samples:
                    expected = flattened(Interpreter(HANDMADE).pull_back(*given))
                    assert np.allclose(flattened(got), expected, rtol=1e-12, atol=1e-12 * samples)
    print("nothing was touched")


@pytest.mark.skipif(sys.platform == "win32", reason="pages are protected by mprotect")
def test_no_program_reads_or_writes_outside_of_its_arrays() -> None:
    assert in_a_process_of_its_own("guards") == "nothing was touched\n"


# Life and death


def test_several_threads_may_call_one_program_at_once(families: Families) -> None:
    cases = [inputs_of(HANDMADE, samples, samples) for samples in (3, 17, 40, 67)]
    expected = [bits_of(families.pull_back(*case)) for case in cases]
    wrong: list[int] = []

    def call(k: int) -> None:
        for _ in range(100):
            if bits_of(families.pull_back(*cases[k])) != expected[k]:
                wrong.append(k)

    threads = [threading.Thread(target=call, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_program_outlives_its_recording() -> None:
    recording = handmade()
    given = inputs_of(recording, 9, 0)
    families = Families(recording)
    program = families.values
    before = program(*given[:2]).outputs
    del recording, families
    gc.collect()
    assert program(*given[:2]).outputs == before


def test_what_the_code_was_written_in_goes_when_it_is_compiled() -> None:
    """A module takes more memory than the program that is made of it."""
    emitted = emit(Families(HANDMADE).lifted.program, WIDTHS[0], len(HANDMADE.sections))
    module = weakref.ref(emitted.module)
    machine = Machine(emitted)
    del emitted
    gc.collect()
    assert module() is None
    assert machine.engine.text


def resident() -> float:
    """Megabytes of memory that this process holds."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * mmap.PAGESIZE / 2**20


def compile_and_drop(cycles: int) -> None:
    for _ in range(cycles):
        x = [Value(0.1) for _ in range(3)]
        recording = Recording(tuple(x), (), (), (rows.dot(x, x).tanh(),), ())
        Families(recording).value_and_slopes(np.ones(3), [])


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="asks Linux how much memory is held")
@pytest.mark.parametrize("cycles", [50, pytest.param(500, marks=pytest.mark.slow)])
def test_compiling_and_dropping_leaves_memory_flat(cycles: int) -> None:
    assert float(in_a_process_of_its_own("memory", CYCLES=str(cycles))) < 1.0


def print_growth() -> None:
    compile_and_drop(50)
    gc.collect()
    before = resident()
    compile_and_drop(int(os.environ["CYCLES"]))
    gc.collect()
    print(resident() - before)


if __name__ == "__main__":
    {"bits": print_bits, "guards": run_all_between_guards, "memory": print_growth}[sys.argv[1]]()
