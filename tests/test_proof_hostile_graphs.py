"""The proof of hostile graphs finds what is wrong, and what it takes for right is what docs/conventions.md says."""

import math
from collections import Counter
from typing import Any

import pytest
from mpmath import mp, mpf

from autograd import primitives as ops
from autograd.primitives import TABLE
from autograd.value import Value
from benchmarks.proof.conventions.cases import CASES, Case
from benchmarks.proof.effort import Effort
from benchmarks.proof.graphs.against_torch import TorchBeside
from benchmarks.proof.graphs.engines import Engine, micrograd, torch
from benchmarks.proof.graphs.extended import Wanted, expected
from benchmarks.proof.graphs.hostile import examined, figures, is_right
from benchmarks.proof.graphs.recipes import Recipe, Step
from benchmarks.proof.graphs.recorded import BELOW_NORMAL, mismatches, recorded
from benchmarks.proof.own_rows import OWN_ROWS

FEW = Effort(share=0.002)
CLOSE = 4.0  # units of the last place: the document is written with the digits that the library gives


def found_in(recipe: Recipe) -> list[str]:
    return [mismatch.what for mismatch in mismatches(recipe, recorded(recipe)) if not mismatch.reason]


def test_nothing_in_the_library_is_unexplained() -> None:
    (figure,) = figures(FEW)
    assert figure.met, figure.details
    assert figure.details["cases"] == "40 of 20,000"


OF_ROWS = [case for case in CASES if case.operation in TABLE and case.operands != ((),)]  # none is drawn of nothing


@pytest.mark.parametrize("case", OF_ROWS, ids=str)
def test_the_extended_arithmetic_agrees_with_every_convention(case: Case) -> None:
    wanted = expected(case.operation, case.operands)
    assert wanted.value.is_met(case.value, CLOSE)
    assert all(slope.is_met(written, CLOSE) for slope, written in zip(wanted.slopes, case.slopes, strict=True))


@pytest.mark.parametrize(
    ("row", "operands", "slope"),
    [
        (ops.tanh, [20.0], lambda z, x: 1.0 - z * z),
        (ops.relu, [math.nan], lambda z, x: float(x > 0.0)),
        (ops.log, [-1.0], lambda z, x: 1.0 / x),
        (ops.asinh, [1e200], lambda z, x: 1.0 / math.sqrt(1.0 + x * x)),
        (ops.sqrt, [0.0], lambda z, x: math.nan),
    ],
    ids=["tanh", "relu", "log", "asinh", "sqrt"],
)
def test_a_slope_that_breaks_a_rule_is_caught(
    row: Any, operands: list[float], slope: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = Recipe(operands, [Step(row, (0,))])
    assert found_in(recipe) == []
    monkeypatch.setattr(row, "slopes", (slope,))
    monkeypatch.setattr(row, "recorder", None)
    assert len(found_in(recipe)) == 1


def test_a_value_that_overflows_too_early_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ops.hypot, "function", lambda x, y: math.sqrt(x * x + y * y))
    assert found_in(Recipe([1e200, 1.0], [Step(ops.hypot, (0, 1))]))[0] == "hypot(1e+200, 1.0) gives inf"


@pytest.mark.parametrize(
    ("row", "operands", "function"),
    [
        (ops.neg, [0.0], lambda x: 0.0 - x),
        (ops.mul, [-1e-200, 1e-200], lambda x, y: x * y + 0.0),
        (ops.sin, [-0.0], lambda x: math.sin(x) + 0.0),
    ],
    ids=["neg", "mul", "sin"],
)
def test_a_zero_of_the_other_sign_is_caught(
    row: Any, operands: list[float], function: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = Recipe(operands, [Step(row, tuple(range(len(operands))))])
    assert found_in(recipe) == []
    monkeypatch.setattr(row, "function", function)
    monkeypatch.setattr(row, "recorder", None)
    assert any("other sign" in what for what in found_in(recipe))


def test_sums_of_gradients_in_another_order_are_caught_by_their_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = Recipe([0.1], [Step(ops.dot, ((0, 0), (0.2, 0.3), 0.7)), Step(ops.mul, (1, 0))])
    assert found_in(recipe) == []
    right = Value.backward

    def backward(root: Value) -> None:
        right(root)
        for leaf in (o for node in root.operands for o in node.operands if not o.operands):
            leaf.grad = math.nextafter(leaf.grad, 1.0)

    monkeypatch.setattr(Value, "backward", backward)
    assert "the chain rule gives" in found_in(recipe)[0]


def test_a_slope_whose_terms_cancel_is_measured_by_their_size_at_negative_operands_too() -> None:
    """At this point 1 + y * log(x) is 0.008, and a digit of either term is a hundred of the sum."""
    recipe = Recipe([2.696310705168963, -1.0], [Step(ops.power_slope, (0, 1))])
    assert mismatches(recipe, recorded(recipe)) == []


def test_few_digits_below_the_smallest_normal_number_are_a_reason_only_there() -> None:
    small, smallest = (Recipe([x], [Step(ops.norm, ((0, x),))]) for x in (1e-200, 5e-324))
    assert mismatches(small, recorded(small)) == []
    assert [mismatch.reason for mismatch in mismatches(smallest, recorded(smallest))] == [BELOW_NORMAL]


@pytest.mark.parametrize(
    ("name", "operands", "value", "slopes"),
    [
        ("exp", (math.inf,), mp.inf, [mp.inf]),
        ("sin", (math.inf,), mp.nan, [mp.nan]),
        ("mul", (0.0, -math.inf), mp.nan, [-mp.inf, 0]),
        ("mul", (1e200, 1e200), mp.inf, [mpf(1e200), mpf(1e200)]),
        ("asinh", (-math.inf,), -mp.inf, [0]),
        ("cbrt", (-0.0,), 0, [mp.inf]),
        ("sub", (math.inf, math.inf), mp.nan, [1, -1]),
        ("log", (-0.0,), -mp.inf, [-mp.inf]),
        ("hypot", (0.0, 0.0), 0, [0, 0]),
    ],
)
def test_limits_are_found_where_there_are_any(name: str, operands: tuple[float, ...], value: Any, slopes: Any) -> None:
    wanted = expected(name, operands)
    for number, exact in zip((wanted.value, *wanted.slopes), (value, *slopes), strict=True):
        assert number.is_met(float(exact), 1.0)


def test_an_infinity_is_not_met_by_the_largest_double_and_a_zero_not_by_the_smallest() -> None:
    assert not Wanted(mp.inf).is_met(1.7976931348623157e308, 1.0)
    assert not Wanted(mpf(0)).is_met(5e-324, 1.0)
    assert Wanted(mpf(2) ** 1024).is_met(math.inf, 1.0)


def test_every_row_has_something_to_be_held_against() -> None:
    for row in OWN_ROWS:
        point = tuple((2.0, 0.5) if is_sequence else 0.5 for is_sequence in row.sequences)
        assert len(expected(row.name, point).slopes) == sum(1 + is_sequence for is_sequence in row.sequences)


@pytest.fixture(scope="module")
def beside() -> TorchBeside:
    engine = torch()
    if engine is None:
        pytest.skip("PyTorch is not installed")
    return TorchBeside(engine)


def compared(beside: TorchBeside, recipe: Recipe) -> str:
    return beside.compare(recipe, recorded(recipe))


def test_a_documented_difference_of_torch_has_its_reason(beside: TorchBeside) -> None:
    before = Counter(beside.reasons)
    assert compared(beside, Recipe([math.nan], [Step(ops.relu, (0,))])) == ""
    assert {reason.partition(":")[0] for reason in beside.reasons - before} == {
        "at nan a corner has the slope 1 or 0, and all of a maximum are told nan",
        "whole graph",
    }


def test_a_difference_of_torch_without_a_reason_is_told(beside: TorchBeside, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = Recipe([2.0], [Step(ops.sinh, (0,))])
    assert compared(beside, recipe) == ""
    monkeypatch.setattr(ops.sinh, "slopes", (lambda z, x: 1.001 * math.cosh(x),))
    monkeypatch.setattr(ops.sinh, "recorder", None)
    assert compared(beside, recipe).startswith("torch has the gradient [3.76")


def test_a_peer_that_raises_or_turns_complex_is_wrong() -> None:
    engine = micrograd()
    assert isinstance(engine, Engine)
    assert is_right(engine, Recipe([2.0, -0.0], [Step(ops.mul, (0, 1))]))
    assert not is_right(engine, Recipe([0.0], [Step(ops.power, (0, -1.0))]))
    assert not is_right(engine, Recipe([-2.0], [Step(ops.power, (0, 0.5))]))


def test_a_broken_row_raises_the_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ops.mul, "slopes", (lambda z, x, y: z / x if x else y, ops.mul.slopes[1]))
    assert examined(iter(range(60))).unexplained
