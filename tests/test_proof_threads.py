"""The proof of threads sees what one thread does to another."""

import contextlib
import contextvars
import sys
import threading
from typing import Any

import pytest

from autograd import Value, modes
from autograd.compiler.machine import Machine
from autograd.modes import Mode
from benchmarks.proof import threads
from benchmarks.proof.effort import Effort
from benchmarks.proof.threads import Kind, Work, mismatches

PIECES = [range(start, start + 40) for start in range(0, 320, 40)]


def test_threads_that_keep_apart_find_what_each_finds_alone() -> None:
    for figure in threads.figures(Effort(share=0.002)):
        assert figure.met, figure.details
        assert figure.ours == 0.0


class SharedMode:
    """A mode that all threads have in common, as a global variable would be."""

    def __init__(self) -> None:
        self.held = Mode()

    def get(self) -> Mode:
        return self.held

    def set(self, mode: Mode) -> None:
        self.held = mode


def test_a_mode_that_leaks_into_other_threads_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modes, "_mode", SharedMode())
    here = contextvars.copy_context()  # threads that take each other's modes leave some open
    try:
        with threads.switched_often():
            assert any(here.run(mismatches, lambda: threads.modes, PIECES) for _ in range(20))
    finally:
        modes.open_blocks.clear()


def shared_leaf() -> Work:
    leaf, turn = Value(0.0), threading.Event()

    def slope(number: int) -> float:
        leaf.grad = 0.0
        (leaf * float(number)).backward()
        turn.wait(1e-4)  # others come in between
        return leaf.grad

    return slope


def test_a_leaf_that_threads_share_is_seen() -> None:
    assert mismatches(shared_leaf, PIECES)


def test_a_thread_that_raises_is_seen() -> None:
    main = threading.main_thread()

    def work(number: int) -> int:
        if threading.current_thread() is not main:
            raise OverflowError("in a thread")
        return number

    found = mismatches(lambda: work, [range(2), range(2, 3)])
    assert sorted(found)[0] == "piece 0: 'OverflowError: in a thread' for 0"
    assert len(found) == 3


def test_the_memory_of_one_run_used_by_two_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scratch memory that is not taken away from the others while it is used."""
    scratch = Machine.scratch

    def never_taken(self: Machine) -> Any:
        taken = scratch(self)
        self.give_back(taken)
        return taken

    monkeypatch.setattr(Machine, "scratch", never_taken)
    with threads.switched_often():
        assert any(mismatches(threads.calls, PIECES) for _ in range(10))


def test_switching_often_ends_with_the_block() -> None:
    before = sys.getswitchinterval()
    with contextlib.suppress(KeyError), threads.switched_often():
        assert sys.getswitchinterval() < before
        raise KeyError
    assert sys.getswitchinterval() == before


def test_a_figure_counts_the_pieces_of_all_threads() -> None:
    kind = Kind("pieces", lambda: abs, rounds=4, each=3)
    figure = threads.figure(kind, Effort(share=0.5))
    assert figure.details["cases"] == "48 of 96"
    assert figure.met
