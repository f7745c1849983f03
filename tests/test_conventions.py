"""Every line of the tables in docs/conventions.md, checked on floats, through `backward()` and through methods.

Compiled code is asked the same in tests/test_proof_conventions.py, and in full by `python -m benchmarks proof`.
"""

import pytest

from autograd.primitives import TABLE
from benchmarks.proof.conventions.cases import CASES, COMPOSED, differences
from benchmarks.proof.conventions.eager import EAGER

RULES = {"derivative", "convex", "concave", "limit", "none", "arithmetic", "chosen"}


def test_the_document_holds_enough_cases_and_each_one_is_run():
    assert len(CASES) >= 90
    assert [case.operation for case in CASES if case.operation not in TABLE and case.operation not in COMPOSED] == []
    assert set(COMPOSED) - {case.operation for case in CASES} == set()
    assert len({str(case) for case in CASES}) == len(CASES)


def test_every_case_names_one_of_the_rules():
    assert {case.rule for case in CASES} == RULES
    assert [
        str(case) for case in CASES if case.rule == "none" and not any(slope != slope for slope in case.slopes)
    ] == []


@pytest.mark.parametrize("row", [row for row in TABLE.values() if row.kink is not None], ids=str)
def test_a_row_with_a_kink_has_a_case_at_its_kink(row):
    here = [case for case in CASES if case.operation == row.name]
    assert [case for case in here if row.kink(*case.operands) == 0.0], (
        f"docs/conventions.md: no case at a kink of {row}"
    )


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("door", EAGER, ids=lambda door: door.__name__)
def test_a_case_is_answered_as_the_document_says(door, case):
    assert [difference for answer in door(case) for difference in differences(answer)] == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case_has_as_many_slopes_as_numbers_and_each_is_asked_for(case):
    places = {place for door in EAGER for answer in door(case) for place in answer.slopes}
    assert places == set(range(len(case.slopes)))
