"""The proof of second derivatives sees one that is off, whichever way it is asked for."""

import math

import pytest
from mpmath import mpf

from autograd.primitives import TABLE, primitive
from autograd.transforms import hessian
from autograd.value import Value
from benchmarks.proof import second_order
from benchmarks.proof.effort import Effort
from benchmarks.proof.exact import REFERENCES, exactly
from benchmarks.proof.own_rows import OWN_ROWS
from benchmarks.proof.second_order import (
    IN_ANY_ORDER,
    TOLERANCE,
    WAYS,
    by_machine_code,
    differences_of_slopes,
    point_of,
    worst_at,
)

pytestmark = pytest.mark.usefixtures("breakable_rows")


def test_a_short_run_sees_every_row_and_meets_its_target():
    eager, compiled = second_order.figures(Effort(share=0.002))
    assert eager.ours <= TOLERANCE
    assert compiled.ours <= TOLERANCE
    assert eager.details["points"] == f"{len(OWN_ROWS)} of {len(OWN_ROWS) * second_order.POINTS:,}"


def test_every_row_of_the_library_is_asked_of_machine_code_once():
    assert sorted(map(str, IN_ANY_ORDER)) == sorted(map(str, OWN_ROWS))


def test_the_differences_are_the_second_derivatives():
    ((of_exp,),) = differences_of_slopes(TABLE["exp"], (0.0,))
    assert abs(of_exp - 1) < mpf(10) ** -50
    assert [[float(d) for d in line] for line in differences_of_slopes(TABLE["mul"], (2.0, 3.0))] == [[0, 1], [1, 0]]
    ((tail,),) = differences_of_slopes(TABLE["gelu"], (26.0,))
    assert math.isclose(tail, -674.0 * math.exp(-338.0) / math.sqrt(2.0 * math.pi), rel_tol=1e-12)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("name", ["tanh", "atan2", "logsumexp", "dot"])
def test_every_way_of_asking_agrees_with_the_differences(way, name):
    row = TABLE[name]
    for number in range(4):
        operands = point_of(row, number)
        assert worst_at(row, operands, way(row, operands), "").error < 1e-9


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize(
    ("name", "operands"),
    [
        *((name, (x,)) for name in ("asin", "acos", "atanh") for x in (1e-3, -1e-9, 1e-14, 0.5, 0.999)),
        ("logsumexp", ((-8.3, -26.9, 18.2),)),
        ("logsumexp", ((18.2, -8.3, -26.9),)),
        ("logsumexp", ((1.0, 0.0, -200.0),)),
    ],
)
def test_a_second_derivative_is_as_precise_where_it_is_tiny(name, operands, way):
    row = TABLE[name]
    assert worst_at(row, operands, way(row, operands), "").error < 1e-11
    (matrix,) = by_machine_code(row, [operands])
    assert worst_at(row, operands, matrix, "").error < 1e-11


def test_the_largest_terms_of_a_sum_share_its_slope_and_that_has_slopes():
    assert hessian(TABLE["logsumexp"])([1.0, 1.0]) == [[0.25, -0.25], [-0.25, 0.25]]
    assert hessian(TABLE["logsumexp"])([math.inf]) == [[0.0]]


def test_machine_code_agrees_with_the_differences():
    for name in ("power", "gelu"):
        points = [point_of(TABLE[name], number) for number in range(9)]
        for operands, matrix in zip(points, by_machine_code(TABLE[name], points), strict=True):
            assert worst_at(TABLE[name], operands, matrix, "").error < 1e-9


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_slope_that_is_no_function_of_its_operand_is_caught(way, monkeypatch):
    row = TABLE["tanh"]
    number = lambda x: x.data if isinstance(x, Value) else x
    monkeypatch.setattr(row, "slopes", (lambda z, x: TABLE["tanh_slope"](number(x)) + 0.0 * x,))
    worst = worst_at(row, (0.5,), way(row, (0.5,)), way.__name__)
    assert worst.error == 1.0
    assert worst.where == f"tanh(0.5,) in operands 0 and 0, {way.__name__}"


@pytest.fixture
def cube_that_is_off(monkeypatch):
    """A row whose slope is off by a millionth wherever it is used."""

    @primitive(lambda z, x: (1.0 + 1e-6) * 3.0 * x * x)
    def cube_that_is_off(x: float) -> float:
        return x * x * x

    monkeypatch.setitem(REFERENCES, "cube_that_is_off", exactly(lambda x: x**3, lambda x: 3 * x * x))
    yield cube_that_is_off
    del TABLE["cube_that_is_off"]
    del Value.cube_that_is_off


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_second_derivative_that_is_off_by_a_millionth_is_caught(way, cube_that_is_off):
    worst = worst_at(cube_that_is_off, (0.5,), way(cube_that_is_off, (0.5,)), "")
    assert worst.error == pytest.approx(1e-6, rel=1e-6)


def test_machine_code_that_is_off_by_a_millionth_is_caught(monkeypatch):
    exact = second_order.by_machine_code

    def off(row, points):
        return [[[(1.0 + 1e-6) * d for d in line] for line in matrix] for matrix in exact(row, points)]

    case = IN_ANY_ORDER.index(TABLE["tanh"])
    monkeypatch.setattr(second_order, "POINTS", 3)
    assert second_order.worst_of_machine_code([case]).error <= TOLERANCE
    monkeypatch.setattr(second_order, "by_machine_code", off)
    assert second_order.worst_of_machine_code([case]).error > TOLERANCE


@pytest.mark.parametrize("found", [math.nan, math.inf])
def test_what_is_not_finite_is_the_worst_error_of_all(found):
    assert worst_at(TABLE["exp"], (1.0,), [[found]], "").error == math.inf
