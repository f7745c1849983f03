"""The proof of the last digits looks at every row, through the doors that a program uses, and it can fail."""

import math

import pytest

from autograd.primitives import TABLE
from benchmarks.proof.accuracy import of_machine_code
from benchmarks.proof.accuracy import row as accuracy
from benchmarks.proof.accuracy.row import CASES, CELLS, STRIDE, figure, figures, merged, worst_of_block
from benchmarks.proof.command import SHORT
from benchmarks.proof.own_rows import OWN_ROWS
from benchmarks.proof.ulps import Worst

COUNT = 60

pytestmark = pytest.mark.usefixtures("breakable_rows")


def worst(name: str, span: str) -> accuracy.Found:
    of_machine_code.batch_of.cache_clear()  # a row that a test breaks is compiled anew, and not kept
    try:
        return worst_of_block(TABLE[name], span, 0, COUNT)
    finally:
        of_machine_code.batch_of.cache_clear()


def test_the_short_run_meets_its_targets() -> None:
    found = figures(SHORT)
    assert [f.name for f in found] == ["4 value, eager", "4 value, compiled", "4 slope, eager", "4 slope, compiled"]
    assert [f.met for f in found] == [True] * 4
    assert found[0].details["points"] == "3,900 of 15,200,000"


def test_a_whole_run_takes_each_row_and_range_to_every_block() -> None:
    assert len({(case * STRIDE % len(CELLS), case // len(CELLS)) for case in range(CASES)}) == CASES
    assert {row for row, _ in CELLS} == {*OWN_ROWS}


def test_a_value_that_is_a_little_off_is_caught_eager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TABLE["erfc"], "function", lambda x: math.erfc(x) * (1.0 + 1e-15))
    assert worst("erfc", "core").values["eager"].error > 3.0


def test_a_value_that_is_a_little_off_is_caught_in_machine_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def off(x: float) -> float:
        return x / (1.0 + math.fabs(x)) * (1.0 + 1e-15)

    monkeypatch.setattr(TABLE["softsign"], "function", off)
    found = worst("softsign", "core")
    assert min(found.values["eager"].error, found.values["compiled"].error) > 3.0
    assert found.slopes["compiled"].error < 4.0


def test_a_slope_that_is_off_by_a_thousandth_is_caught_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TABLE["sqrt"], "slopes", (lambda z, x: 1.001 * 0.5 / z,))
    found = worst("sqrt", "wide")
    assert min(found.slopes["eager"].error, found.slopes["compiled"].error) > 1e12
    assert found.values["eager"].error < 1.0


def test_a_worst_case_is_named_with_its_operands() -> None:
    shown = figure("4 slope, eager", Worst(4.5, "power", "y", (2.0, 0.5)), 4.0, 10, None)
    assert shown.met is False
    assert shown.details["worst"] == "slope in y of power(2.0, 0.5)"
    assert figure("4 value, eager", Worst(math.inf, "exp"), 2.7, 10, None).as_data()["met"] is False


def test_what_several_processes_found_is_merged() -> None:
    first = accuracy.Found(2, {"eager": Worst(1.0, "exp")}, {"eager": Worst(2.0, "exp", "x")})
    second = accuracy.Found(3, {"eager": Worst(1.5, "log")}, {"eager": Worst(0.5, "log", "x"), "torch": Worst(9.0)})
    both = merged([first, second])
    assert both.measured == 5
    assert both.values["eager"].row == "log"
    assert (both.slopes["eager"].row, both.slopes["torch"].error) == ("exp", 9.0)
