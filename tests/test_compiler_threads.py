"""A batch that threads share gives what one thread gives, in the same bits at every call, whatever comes in between."""

import gc
import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
from functools import cache
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

import autograd
from autograd import primitives as rows
from autograd.compiler import shares
from autograd.compiler.families import Families
from autograd.compiler.recording import Recording, Section
from autograd.compiler.team import Task, Team, settle
from autograd.value import Value
from benchmarks.proof.compiled.recordings import Drawing, inputs_of
from benchmarks.proof.compiled.rounding import flattened
from tests.compiler_networks import RECORDINGS
from tests.compiler_recordings import agree, any_number_of_families, handmade

HANDMADE = handmade()
ALONE = Families(HANDMADE)


@pytest.fixture(autouse=True)
def small_batches_are_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "LEAST_FLOPS", 1)


@cache
def shared_by(threads: int) -> Families:
    """The recording by hand, for so many threads."""
    return Families(HANDMADE, team=Team(threads))


@cache
def batch(samples: int) -> tuple[tuple[Any, ...], Any]:
    """A batch of the recording by hand, and what one thread makes of it."""
    given = inputs_of(HANDMADE, samples, samples)
    return given, flattened(ALONE.pull_back(*given))


def bits_of(results: tuple[Any, ...]) -> str:
    return hashlib.sha256(flattened(results).tobytes()).hexdigest()


# The same numbers


@pytest.mark.parametrize("threads", [2, 3, 7])
def test_a_batch_of_any_size_gives_what_one_thread_gives_in_the_same_bits_at_each_call(threads: int) -> None:
    families = shared_by(threads)
    for samples in [*range(68), 1000]:
        given, expected = batch(samples)
        got = flattened(families.pull_back(*given))
        assert np.allclose(got, expected, rtol=1e-12, atol=1e-12 * samples, equal_nan=True), samples
        assert flattened(families.pull_back(*given)).tobytes() == got.tobytes()
        outputs, per_sample = families.forward(*given[:2])
        values = np.concatenate([outputs, *per_sample])
        assert np.allclose(values, expected[: len(values)], rtol=1e-12, atol=1e-12 * samples, equal_nan=True)


def test_results_and_slopes_of_a_sample_are_the_same_bits_however_many_threads_there_are() -> None:
    x, w = [Value(0.1) for _ in range(3)], Value(0.5)
    outputs = (rows.dot([w, w, w], x).tanh(), rows.logsumexp(x))
    recording = Recording((w,), (Section(tuple(x), outputs),), (), (), ((0, 0), (0, 1)))
    given = inputs_of(recording, 333, 0)
    expected = Families(recording).pull_back(*given)
    got = Families(recording, team=Team(3)).pull_back(*given)
    assert [array.tolist() for array in (*got[1], *got[3])] == [
        array.tolist() for array in (*expected[1], *expected[3])
    ]


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_network_gives_what_one_thread_gives(name: str) -> None:
    recording, rng = RECORDINGS[name](), np.random.default_rng(1)
    uniform = rng.normal(size=len(recording.arguments) + len(recording.captured))
    columns = [rng.normal(size=(100, len(section.inputs))) for section in recording.sections]
    given = uniform, columns, np.ones(len(recording.outputs)), [rng.normal(size=100) for _ in recording.per_sample]
    expected, got = (flattened(Families(recording, team=Team(n)).pull_back(*given)) for n in (1, 3))
    finite = np.isfinite(expected)
    assert finite.any()
    assert np.array_equal(np.isfinite(got), finite)
    assert np.allclose(got[finite], expected[finite], rtol=1e-12, atol=1e-12 * np.abs(expected[finite]).max())


@pytest.mark.parametrize("sections", [1, 3])
def test_a_random_recording_gives_what_the_interpreter_gives(sections: int) -> None:
    recording = Drawing(random.Random(sections)).recording(sections, most=2)
    given = inputs_of(recording, 29, sections)
    with any_number_of_families():
        got = flattened(Families(recording, team=Team(3)).pull_back(*given))
    agree(got, recording, given)


def test_batches_of_different_sizes_are_shared_each_for_itself() -> None:
    uniform, (x, _), seeds, first = inputs_of(HANDMADE, 5, 0)
    _, (_, u), _, second = inputs_of(HANDMADE, 131, 1)
    given = uniform, [x, u], seeds, [first[0], *second[1:]]
    expected, got = (flattened(each.pull_back(*given)) for each in (ALONE, shared_by(3)))
    assert np.allclose(got, expected, rtol=1e-12, atol=1e-10)


def test_a_batch_that_is_soon_done_is_not_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    team = Team(2)
    monkeypatch.setattr(team, "run", lambda works: pytest.fail("the team was called"))
    given, expected = batch(67)
    families = Families(HANDMADE, team=team)
    monkeypatch.setattr(shares, "LEAST_FLOPS", 10**9)
    assert flattened(families.pull_back(*given)).tobytes() == expected.tobytes()


def print_bits() -> None:
    with patch.object(shares, "LEAST_FLOPS", 1):
        print(bits_of(shared_by(3).pull_back(*inputs_of(HANDMADE, 101, 0))))


def test_every_process_gives_the_same_bits() -> None:
    path = os.pathsep.join(p for p in sys.path if p)
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "1"}
    command = [sys.executable, "-W", "error", __file__]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, env=environment)
    assert done.stdout.strip() == bits_of(shared_by(3).pull_back(*inputs_of(HANDMADE, 101, 0)))


# Under jit


def network(threads: int | None) -> tuple[Any, Any, list[Value]]:
    """A loss of two layers with a penalty, its parameters, and a batch."""
    w = [[Value(0.1 * i - 0.07 * k) for k in range(3)] for i in range(4)]
    v = [Value(0.3 - 0.2 * k) for k in range(4)]

    def sample_loss(x: Any, target: Any) -> Any:
        return (rows.dot(v, [rows.tanh(rows.dot(row, x)) for row in w]) - target) ** 2

    @autograd.jit(threads=threads)
    def loss(X: Any, y: Any) -> Any:
        return autograd.mean(autograd.vmap(sample_loss)(X, y)) + 1e-2 * rows.sum([p * p for p in v])

    return loss, (w, v), [*(p for row in w for p in row), *v]


def test_a_function_under_jit_is_shared_by_as_many_threads_as_are_asked_for() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(200, 3)), rng.normal(size=200)
    found = []
    for threads in (None, 1, 4):
        loss, _, parameters = network(threads)
        value = loss(X, y)
        value.backward()
        found.append([value.data, *(p.grad for p in parameters)])
    assert found[0] == found[1]
    assert found[0] != found[2], "sums in four parts are rounded in other places"
    assert np.allclose(found[0], found[2], rtol=1e-12, atol=1e-13)


def test_slopes_in_the_rows_of_a_batch_are_shared_too() -> None:
    X = [[Value(0.1 * i - 0.3 * k) for k in range(3)] for i in range(50)]
    loss, _, _ = network(3)
    loss(X, [0.5] * 50).backward()
    expected, _, _ = network(None)
    given = [[Value(v.data) for v in row] for row in X]
    expected(given, [0.5] * 50).backward()
    assert np.allclose([[v.grad for v in row] for row in X], [[v.grad for v in row] for row in given], rtol=1e-12)


@pytest.mark.parametrize(
    ("threads", "error", "sentence"),
    [
        (0, ValueError, "1 or more; got 0"),
        (-1, ValueError, "1 or more; got -1"),
        ("2", TypeError, "a whole number; got '2'"),
        (True, TypeError, "a whole number; got True"),
        (1.5, TypeError, "a whole number; got 1.5"),
    ],
)
def test_a_number_of_threads_that_is_none_is_refused(threads: Any, error: type[Exception], sentence: str) -> None:
    for decorate in (lambda: autograd.jit(threads=threads), lambda: autograd.jit(abs, threads=threads)):
        with pytest.raises(error, match=f"how many threads share a batch, {sentence}"):
            decorate()


# Many at once, and what goes wrong


def test_several_threads_may_call_one_shared_program_at_once() -> None:
    families = shared_by(3)
    cases = [inputs_of(HANDMADE, samples, samples) for samples in (17, 40, 67, 200)]
    expected = [bits_of(families.pull_back(*case)) for case in cases]
    wrong: list[int] = []

    def call(k: int) -> None:
        for _ in range(50):
            if bits_of(families.pull_back(*cases[k])) != expected[k]:
                wrong.append(k)

    callers = [threading.Thread(target=call, args=(k,)) for k in range(len(cases))]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert not wrong


def test_an_exception_in_between_loses_no_scratch_memory_and_spoils_no_later_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given, _ = batch(67)
    families = Families(HANDMADE, team=Team(3))
    machine = families.all_slopes.machine
    expected = bits_of(families.pull_back(*given))
    free = set(map(id, machine._free))
    run = families.team.run

    def interrupted(works: Any) -> None:
        run(works)
        raise KeyboardInterrupt

    monkeypatch.setattr(families.team, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        families.pull_back(*given)
    monkeypatch.setattr(families.team, "run", run)
    assert set(map(id, machine._free)) == free
    assert len(free) == 3
    assert bits_of(families.pull_back(*given)) == expected


def test_an_interrupt_is_raised_when_the_other_threads_are_done() -> None:
    """What they write to belongs to the caller: it must not be gone before they are."""
    begun, done = threading.Event(), []

    def slow() -> None:
        begun.set()
        gate.wait()
        done.append(True)

    def interrupted() -> None:
        begun.wait()
        threading.Timer(0.05, gate.set).start()
        raise KeyboardInterrupt

    gate = threading.Event()
    with pytest.raises(KeyboardInterrupt):
        Team(2).run([interrupted, slow])
    assert done == [True]


def test_more_interrupts_do_not_end_the_wait_for_a_task_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    task, waits = Task(lambda: None), []

    def interrupted_twice() -> None:
        waits.append(True)
        if len(waits) <= 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(task, "settle", interrupted_twice)
    with pytest.raises(KeyboardInterrupt):
        settle([task])
    assert len(waits) == 3


def test_what_another_thread_raises_is_raised_to_the_caller() -> None:
    begun = threading.Event()

    def fails() -> None:
        begun.set()
        raise ZeroDivisionError("in another thread")

    with pytest.raises(ZeroDivisionError, match="in another thread"):
        Team(2).run([begun.wait, fails])


def test_a_task_is_done_once_though_many_threads_come_for_it() -> None:
    done: list[int] = []
    task = Task(lambda: done.append(threading.get_ident()))
    callers = [threading.Thread(target=task) for _ in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    task.settle()
    assert len(done) == 1


def test_where_no_thread_is_to_be_had_the_caller_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    given, _ = batch(67)
    expected = bits_of(shared_by(3).pull_back(*given))
    monkeypatch.setattr(threading.Thread, "start", refused)
    assert bits_of(Families(HANDMADE, team=Team(3)).pull_back(*given)) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_process_that_was_forked_has_threads_of_its_own() -> None:
    families, (given, _) = shared_by(3), batch(67)
    expected = bits_of(families.pull_back(*given))
    child = os.fork()
    if child == 0:
        try:
            signal.alarm(20)
            os._exit(int(bits_of(families.pull_back(*given)) != expected))
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0


def test_the_threads_end_with_the_function() -> None:
    before = set(threading.enumerate())
    families = Families(HANDMADE, team=Team(4))
    families.forward(*batch(67)[0][:2])
    others = set(threading.enumerate()) - before
    assert others
    del families
    gc.collect()
    for thread in others:
        thread.join(10)
    assert not any(thread.is_alive() for thread in others)


if __name__ == "__main__":
    print_bits()


def test_rows_of_a_table_that_several_threads_take_get_the_slopes_of_all_samples():
    table = [[Value(float(i + k)) for k in range(5)] for i in range(40)]

    def loss(X):
        return autograd.mean(autograd.vmap(lambda row: autograd.sum(autograd.take(table, row[0])) * row[1])(X))

    X = [[float(i * 7 % 40), 0.01 * i] for i in range(1000)]
    slopes = []
    for threads in (None, 3):
        autograd.jit(loss, threads=threads)(X).backward()
        slopes.append([value.grad for row in table for value in row])
        for row in table:
            for value in row:
                value.grad = 0.0
    assert slopes[1] == pytest.approx(slopes[0], rel=1e-12)
    assert any(slopes[0])
