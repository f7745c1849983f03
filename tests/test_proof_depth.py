"""The row on long chains can fail: a walk that calls itself, a slope that is off, and a lost process are seen."""

import math
import sys
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import pytest

import autograd
from autograd import Value
from autograd import primitives as rows
from autograd.compiler.tape import Tape
from benchmarks import timing
from benchmarks.footprint import with_a_small_stack
from benchmarks.proof.depth import row as depth
from benchmarks.proof.depth.chains import (
    START,
    Known,
    alternating,
    alternating_by_hand,
    irregular,
    irregular_by_hand,
    operands,
)
from benchmarks.proof.depth.row import SHORTEST, Tried, compiled_alternating, compiled_irregular, figure, survived
from benchmarks.proof.depth.walks import WALKS, failing
from benchmarks.proof.effort import Effort

pytestmark = pytest.mark.usefixtures("breakable_rows")

SHORT = Effort(share=0.002)


# The chains, and what they give by hand


def test_an_alternating_chain_gives_what_its_formula_says() -> None:
    length = 2000
    x, factor, term = operands(length)
    known = alternating_by_hand(length)
    power = factor ** (length // 2)
    assert known.slopes[0] == pytest.approx(0.5, rel=1e-12)
    assert known.value == pytest.approx(x * power + term * (1.0 - power) / (1.0 - factor), rel=1e-12)
    assert known.slopes[2] == pytest.approx((1.0 - power) / (1.0 - factor), rel=1e-12)
    step = 1e-6
    around = [alternating(x, factor + h, term, length) for h in (-step, step)]
    assert known.slopes[1] == pytest.approx((around[1] - around[0]) / (2.0 * step), rel=1e-4)


def test_an_irregular_chain_by_hand_is_that_of_values() -> None:
    x = Value(START)
    y = irregular(x, 3000)
    y.backward()
    known = irregular_by_hand(3000)
    assert (y.data, autograd.depth(y)) == (known.value, 3000)
    assert x.grad == pytest.approx(known.slopes[0], rel=1e-12)
    assert 0.01 < abs(x.grad - 1.0) < 10.0


# Eager


@pytest.mark.parametrize("name", WALKS)
def test_every_walk_is_right_about_a_short_chain(name: str) -> None:
    assert failing([name], 200) == []


def test_a_walk_that_calls_itself_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def order_of(node: Value) -> list[Value]:
        return [v for operand in node.operands for v in order_of(operand)] + [node]

    monkeypatch.setattr(autograd, "topological_order", order_of)
    assert failing(["topological_order"], 10 * sys.getrecursionlimit()) == ["topological_order: RecursionError"]


def test_a_copy_that_calls_itself_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Value, "__deepcopy__")
    monkeypatch.delattr(Value, "__reduce_ex__")
    assert failing(["repr", "deepcopy"], 10 * sys.getrecursionlimit()) == ["deepcopy: RecursionError"]


@pytest.mark.parametrize("name", ["backward", "backward under detect_anomaly", "deepcopy", "pickle"])
def test_a_slope_that_is_off_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    times = Value.__mul__

    def steeper(x: Value, y: Value) -> Value:
        product = times(x, y)
        product._dx *= 1.001
        return product

    monkeypatch.setattr(Value, "__mul__", steeper)
    assert failing([name], 200) == [f"{name}: something else came out"]


@pytest.mark.parametrize("name", ["gradients", "jvp", "vjp"])
def test_a_row_whose_slope_is_off_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows.mul, "slopes", (lambda z, x, y: 1.001 * y, lambda z, x, y: x))
    (words,) = failing([name], 200)
    assert words.startswith(name)


def test_a_process_that_ends_is_traced_to_the_walk_that_ended_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def in_fresh_process(work: Any, names: list[str], length: int) -> list[str]:
        if "pickle" in names:
            raise BrokenProcessPool
        return []

    monkeypatch.setattr(timing, "in_fresh_process", in_fresh_process)
    assert survived(["repr", "pickle"], 1000) == ["pickle: the process ended, as it does when a stack overflows"]


def test_a_small_stack_is_small_and_hands_on_what_is_raised() -> None:
    def nested(depth: int) -> int:
        return 1 + nested(depth - 1) if depth else 0

    with pytest.raises(RecursionError):
        with_a_small_stack(lambda: nested(sys.getrecursionlimit()))


# Compiled


def test_a_compiled_slope_that_is_off_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = Tape.value_and_slopes

    def off(self: Tape, uniform: Any, columns: Any) -> Any:
        value, slopes = exact(self, uniform, columns)
        return value, slopes * 1.001

    monkeypatch.setattr(Tape, "value_and_slopes", off)
    for program in (compiled_alternating, compiled_irregular):
        (words,) = program(1200).failing
        assert "instead of" in words


def test_a_compiled_value_that_is_off_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(depth, "irregular_by_hand", lambda length: Known(START, irregular_by_hand(length).slopes))
    assert compiled_irregular(1200).failing != []


# The figures


def test_a_chain_that_fails_misses_its_target_and_says_why() -> None:
    found = figure("chain", 10**6, SHORT, lambda length: Tried(["pickle: RecursionError"], {}))
    assert (found.ours, found.met, found.details["failing"]) == (0.0, False, "pickle: RecursionError")


def test_with_time_for_more_the_chain_grows_until_something_fails() -> None:
    seen = []

    def attempt(length: int) -> Tried:
        seen.append(length)
        return Tried(["too long"] if length > SHORTEST else [], {})

    found = figure("chain", 10**7, Effort(seconds=1e6), attempt)
    assert (seen, found.ours, found.met) == ([SHORTEST, 10 * SHORTEST], float(SHORTEST), False)
    assert figure("chain", 10**7, Effort(seconds=0.0), attempt).met


def test_the_peer_gets_as_far_as_it_gets() -> None:
    found = figure("chain", 10**6, SHORT, lambda length: Tried([], {"micrograd": 993}))
    assert (found.ours, found.peer, found.peer_name, found.met) == (float(SHORTEST), 993, "micrograd", True)
    assert not math.isnan(found.as_data()["ours"])
