"""The proof that memory does not grow sees what a step keeps, in a list or in a cycle that nobody collects."""

import gc
from functools import partial

import pytest

from benchmarks.footprint import resident_bytes
from benchmarks.proof import memory
from benchmarks.proof.memory import TRAININGS, Grown, Meter, by_hand, growth, of_micrograd

KILOBYTE = bytes(1000)


def test_a_step_of_values_keeps_nothing():
    assert abs(growth(partial(by_hand, compiled=False), 50, None, True).over_all_steps) < 0.1


def test_a_step_of_micrograd_keeps_its_graph():
    assert growth(of_micrograd, 20, None, True).over_all_steps > 100.0


def test_what_a_step_keeps_is_counted_over_all_steps():
    def keeping(meter):
        kept = []
        while not meter.enough():
            kept.append(bytearray(KILOBYTE))

    assert growth(keeping, 50, None, True).over_all_steps == pytest.approx(10.6, abs=0.5)


def test_a_cycle_that_only_the_collector_would_find_is_counted_and_then_left_to_it():
    def cycle(meter):
        while not meter.enough():
            ring = [bytearray(KILOBYTE)]
            ring.append(ring)

    gc.collect()
    assert growth(cycle, 50, None, True).over_all_steps > 10.0
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


@pytest.mark.skipif(resident_bytes() is None, reason="this system does not say how much memory a process has")
def test_the_resident_memory_shows_what_is_kept():
    def keeping(meter):
        kept = []
        while not meter.enough():
            kept.append(bytearray(100_000))

    assert growth(keeping, 200, None, False).megabytes > 15.0


def test_a_meter_has_enough_after_its_steps_or_when_time_is_up():
    meter = Meter(lambda: 7, 30)
    answers = [meter.enough() for _ in range(memory.WARM_UP + 30)]
    assert answers.index(True) == memory.WARM_UP + 29
    assert meter.grown == Grown(30, 0)
    late = Meter(lambda: 7, 30, seconds=0.0)
    assert [late.enough(10) for _ in range(memory.WARM_UP // 10 + 1)].index(True) == memory.WARM_UP // 10


def test_a_figure_is_the_larger_growth_and_misses_its_target_when_that_is_above(monkeypatch):
    def found(function, training, steps, seconds, traced):
        return Grown(steps, 500_000 if traced else 1_500_000)

    monkeypatch.setattr(memory, "in_fresh_process", found)
    figure = memory.figure("eager", TRAININGS["eager"], memory.Effort(), None)
    assert (figure.ours, figure.met) == (1.5, False)
    short = memory.figure("eager", TRAININGS["eager"], memory.Effort(share=0.02), Grown(200, 2_000_000))
    assert (short.ours, short.met, short.peer) == (25.0, False, 100.0)
    assert short.details["resident, MB"] is None
