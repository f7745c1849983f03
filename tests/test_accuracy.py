"""Every row is within a few units of the last place of the exact result, and the measure of that can be trusted.

This is a quick look at each row; `python -m benchmarks proof --only accuracy` looks at 100,000 points of each.
"""

import itertools
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mpmath import mp, mpf

from autograd.primitives import TABLE, Primitive, flat
from benchmarks.proof.accuracy.points import RANGES, points
from benchmarks.proof.exact import REFERENCES, reference
from benchmarks.proof.own_rows import OWN_ROWS
from benchmarks.proof.ulps import (
    PRECISION,
    SLOPE_LIMIT,
    VALUE_LIMIT,
    exact_operands,
    goal,
    goals,
    in_python,
    listed,
    ulps,
    worst_errors,
)

POINTS = 300


def assert_accurate(row: Primitive, span: str, count: int) -> None:
    places = list(points(row, span, count))
    wanted = [goals(row, operands) for operands in places]
    value, *slopes = worst_errors(row, places, in_python(row, places), wanted)
    assert value.error <= VALUE_LIMIT, f"{value.error:.2f} ulp off: {value}"
    for slope in slopes:
        assert slope.error <= SLOPE_LIMIT, f"{slope.error:.2f} ulp off: {slope}"


@pytest.mark.parametrize("span", RANGES)
@pytest.mark.parametrize("row", OWN_ROWS, ids=str)
def test_every_value_and_slope_is_within_a_few_units_of_the_last_place(row: Primitive, span: str) -> None:
    assert_accurate(row, span, POINTS)


@pytest.mark.parametrize("row", OWN_ROWS, ids=str)
def test_the_table_in_the_documentation_has_this_row(row: Primitive) -> None:
    page = Path(__file__).parents[1] / "docs" / "numerics.md"
    wanted = f"\n| {row} |"
    assert wanted in page.read_text(encoding="utf-8"), "regenerate it: python -m benchmarks.proof.accuracy.table"


# Whether the measure can be trusted


def without_ties(row: Primitive, count: int) -> list[tuple[Any, ...]]:
    drawn = (
        operands for operands in points(row, "core", 10 * count) if len({*flat(operands)}) == len([*flat(operands)])
    )
    return list(itertools.islice(drawn, count))


def measured_slope(value: Callable[..., Any], operands: list[Any], i: int, j: int) -> Any:
    """The derivative of `value` in its i-th operand, or in the j-th number of that, if it is a sequence."""
    chosen = operands[i]

    def along(t: Any) -> Any:
        changed = (*chosen[:j], t, *chosen[j + 1 :]) if isinstance(chosen, tuple) else t
        return value(*operands[:i], changed, *operands[i + 1 :])

    return mp.diff(along, chosen[j] if isinstance(chosen, tuple) else chosen)


@pytest.mark.parametrize("row", OWN_ROWS, ids=str)
def test_the_exact_slopes_are_the_derivatives_of_the_exact_values(row: Primitive) -> None:
    exact = reference(row)
    with mp.workprec(PRECISION):
        for operands in without_ties(row, 3):
            precise = exact_operands(operands)
            for i, slope in enumerate(exact.slopes):
                for j, steep in enumerate(listed(slope(*precise))):
                    off = abs(measured_slope(exact.value, precise, i, j) - steep)
                    assert off <= mpf(10) ** -25 * (1 + abs(steep))


@pytest.mark.parametrize(
    ("computed", "mantissa", "exponent", "error"),
    [
        (1.0, 1, 0, 0.0),
        (1.0 + 2.0**-51, 1, 0, 2.0),
        (-1.0, -(2**54 + 1), -54, 0.25),
        (5e-324, 0, 0, 1.0),
        (0.0, 1, -1076, 0.25),
        (math.inf, 1, 2000, 0.0),
        (sys.float_info.max, 1, 2000, 1.0),
        (math.inf, 2**54 - 1, 970, 0.5),
        (-math.inf, 1, 1024, math.inf),
        (1.0, -1, 0, 2.0**53),
        (math.nan, 1, 0, math.inf),
    ],
)
def test_the_error_is_counted_in_units_of_the_last_place(
    computed: float, mantissa: int, exponent: int, error: float
) -> None:
    with mp.workprec(PRECISION):
        assert ulps(computed, goal(mp.ldexp(mpf(mantissa), exponent))) == error


def test_a_sum_is_held_against_its_absolute_terms() -> None:
    with mp.workprec(PRECISION):
        assert ulps(2.0**-52, goal(mpf(0), mpf(1))) == 1.0


def test_each_block_of_points_is_another_and_the_same_at_every_run() -> None:
    first, again, second = (list(points(TABLE["dot"], "wide", 30, block)) for block in (0, 0, 1))
    assert first == again
    assert not {*first} & {*second}
    assert [len(w) for w, _, _ in first] == [3] * 10 + [4] * 10 + [5] * 10


def test_a_value_that_is_wrong_by_five_units_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    row = TABLE["exp"]
    monkeypatch.setattr(row, "function", lambda x: math.exp(x) * (1.0 + 5.0 * sys.float_info.epsilon))
    with pytest.raises(AssertionError, match=r"ulp off: exp\("):
        assert_accurate(row, "core", 20)


def test_a_slope_that_is_wrong_in_the_tail_alone_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    row = TABLE["tanh"]
    monkeypatch.setattr(row, "slopes", (lambda z, x: 1.0 - z * z,))
    with pytest.raises(AssertionError, match="ulp off: slope in x of tanh"):
        assert_accurate(row, "core", POINTS)


def test_a_row_without_an_exact_formula_fails_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(REFERENCES, "exp")
    with pytest.raises(LookupError, match="exp has no exact formula: add one to REFERENCES"):
        assert_accurate(TABLE["exp"], "core", 1)
