"""Every line of the tables in docs/conventions.md, checked on floats, through `backward()` and through methods."""

import builtins
import json
import math
import operator
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from autograd.primitives import TABLE, div, flat, log, maximum, power, relu, sqrt, where
from autograd.value import Value

DOCUMENT = Path(__file__).parent.parent / "docs" / "conventions.md"
COLUMNS = ["operation", "operands", "value", "slopes", "rule", "others"]
RULES = {"derivative", "convex", "concave", "limit", "none", "arithmetic", "chosen"}

#: Compositions, and operations with a constant in one place, in the words of the document.
COMPOSED: dict[str, Callable[[Any], Any]] = {
    "div(1, x)": lambda x: div(1, x),
    "power(x, 0)": lambda x: power(x, 0),
    "power(x, 0.5)": lambda x: power(x, 0.5),
    "power(x, -1)": lambda x: power(x, -1),
    "power(x, 1)": lambda x: power(x, 1),
    "power(x, 2.5)": lambda x: power(x, 2.5),
    "power(x, 3)": lambda x: power(x, 3),
    "power(0, x)": lambda x: power(0, x),
    "where(x > 0, log(x), 0)": lambda x: where(x > 0, log(x), 0),
    "log(x) if x > 0 else 0 * x": lambda x: log(x) if x > 0 else 0 * x,
    "sqrt(x * x)": lambda x: sqrt(x * x),
    "x * log(x)": lambda x: x * log(x),
    "x - x": lambda x: x - x,
    "maximum(x, x)": lambda x: maximum(x, x),
    "maximum(x, -x)": lambda x: maximum(x, -x),
    "relu(x) - relu(-x)": lambda x: relu(x) - relu(-x),
}

OPERATORS: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "power": operator.pow,
    "neg": operator.neg,
    "pos": operator.pos,
    "abs": builtins.abs,
    "round": builtins.round,
    "floor": math.floor,
    "ceil": math.ceil,
}


class Case(NamedTuple):
    """One line: what an operation gives at a point."""

    operation: str
    operands: list[Any]
    value: float
    slopes: list[float]
    rule: str

    def __str__(self) -> str:
        return f"{self.operation} at {self.operands}"


def cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]


def numbers(cell: str) -> list[Any]:
    """The numbers of a cell, a bracketed sequence as a list; `inf` and `nan` are written as Python prints them.

    >>> numbers("-0.0, [1, -inf]")
    [-0.0, [1.0, -inf]]
    """
    written = json.loads(f"[{cell.replace('inf', 'Infinity').replace('nan', 'NaN')}]", parse_int=float)
    assert isinstance(written, list)
    return written


def cases(text: str) -> Iterator[Case]:
    """The lines of every table whose columns are ours."""
    inside = False
    for line in text.splitlines():
        row = cells(line)
        if row == COLUMNS:
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside and not row[0].startswith("---"):
            operation, operands, value, slopes, rule, _ = row
            yield Case(operation, numbers(operands), numbers(value)[0], list(leaves(numbers(slopes))), rule)


def leaves(nested: list[Any]) -> Iterator[Any]:
    return flat(tuple(item) if isinstance(item, list) else item for item in nested)


def values_of(operands: list[Any]) -> list[Any]:
    """The operands as fresh leaves."""
    return [[Value(v) for v in o] if isinstance(o, list) else Value(o) for o in operands]


def same_value(x: float, y: float) -> bool:
    """Equal with the sign of a zero, up to a digit that another mathematical library may round differently."""
    return same_slope(x, y) and (x != 0.0 or math.copysign(1.0, x) == math.copysign(1.0, y))


def same_slope(x: float, y: float) -> bool:
    return (x != x and y != y) or math.isclose(x, y, rel_tol=4 * 2.0**-52)


def assert_gradients(case: Case, result: Value, leaves: list[Value], expected: list[float]) -> None:
    assert same_value(result.data, case.value)
    result.backward()
    for leaf, slope in zip(leaves, expected, strict=True):
        assert same_slope(leaf.grad, slope), f"{case}: the gradient is {leaf.grad}, the document says {slope}"


CASES = list(cases(DOCUMENT.read_text(encoding="utf-8")))
OF_ROWS = [case for case in CASES if case.operation in TABLE]
OF_COMPOSITIONS = [case for case in CASES if case.operation in COMPOSED]


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
    here = [case for case in OF_ROWS if case.operation == row.name]
    assert [case for case in here if row.kink(*case.operands) == 0.0], (
        f"docs/conventions.md: no case at a kink of {row}"
    )


@pytest.mark.parametrize("case", OF_ROWS, ids=str)
def test_a_row_on_floats_gives_what_the_document_says(case):
    row = TABLE[case.operation]
    operands = [tuple(o) if isinstance(o, list) else o for o in case.operands]
    assert same_value(row.function(*operands), case.value)
    assert same_value(row(*operands), case.value)
    found: list[float] = []
    for slope, operand in zip(row.slopes, operands, strict=True):
        if operand != ():
            at_this_point = slope(case.value, *operands)
            found += at_this_point if isinstance(operand, tuple) else [at_this_point]
    assert len(found) == len(case.slopes)
    for slope, expected in zip(found, case.slopes, strict=True):
        assert same_slope(slope, expected), f"{case}: the slopes are {found}, the document says {case.slopes}"


@pytest.mark.parametrize("case", OF_ROWS, ids=str)
def test_backward_through_a_row_gives_what_the_document_says(case):
    operands = values_of(case.operands)
    inputs = list(leaves(operands))
    result = TABLE[case.operation](*operands)
    if inputs:
        assert_gradients(case, result, inputs, case.slopes)
    else:
        assert type(result) is float
        assert same_value(result, case.value)


@pytest.mark.parametrize("case", [case for case in OF_ROWS if len(case.slopes) > 1], ids=str)
def test_an_operand_has_the_same_slope_beside_constants(case):
    for chosen, expected in enumerate(case.slopes):
        places = iter(range(len(case.slopes)))
        mixed, only = [], Value(0.0)
        for operand in case.operands:
            elements = [
                (only := Value(v)) if next(places) == chosen else v
                for v in (operand if isinstance(operand, list) else [operand])
            ]
            mixed.append(elements if isinstance(operand, list) else elements[0])
        assert_gradients(case, TABLE[case.operation](*mixed), [only], [expected])


@pytest.mark.parametrize("case", [case for case in OF_ROWS if not TABLE[case.operation].sequences[0]], ids=str)
def test_a_method_gives_what_the_document_says(case):
    first, *rest = values_of(case.operands)
    assert_gradients(case, vars(Value)[case.operation](first, *rest), [first, *rest], case.slopes)


@pytest.mark.parametrize("case", [case for case in OF_ROWS if case.operation in OPERATORS], ids=str)
def test_an_operator_gives_what_the_document_says(case):
    operands = values_of(case.operands)
    assert_gradients(case, OPERATORS[case.operation](*operands), operands, case.slopes)
    if len(operands) == 2:
        for chosen in (0, 1):
            mixed = list(case.operands)
            mixed[chosen] = Value(mixed[chosen])
            result = OPERATORS[case.operation](*mixed)
            assert_gradients(case, result, [mixed[chosen]], [case.slopes[chosen]])


@pytest.mark.parametrize("case", OF_COMPOSITIONS, ids=str)
def test_a_composition_gives_what_the_document_says(case):
    (number,) = case.operands
    assert same_value(COMPOSED[case.operation](number), case.value)
    x = Value(number)
    assert_gradients(case, COMPOSED[case.operation](x), [x], case.slopes)


def test_a_case_that_is_off_is_caught():
    wrong = Case("sqrt", [0.0], 0.0, [1.0], "limit")
    x = Value(0.0)
    with pytest.raises(AssertionError):
        assert_gradients(wrong, sqrt(x), [x], wrong.slopes)
    assert not same_value(-0.0, 0.0)
