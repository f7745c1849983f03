"""The derivative of a lifted program is a lifted program, and right for every way in which a number is used."""

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from autograd import primitives as rows
from autograd.compiler.adjoint import Contribution, differentiated, grouped, slope_of
from autograd.compiler.interpret import Interpreter
from autograd.compiler.invariants import check
from autograd.compiler.lift import lift
from autograd.compiler.program import UNIFORM, Family, OverSamples, Program, Ref
from autograd.compiler.recording import Recording, Reduction, Section
from autograd.compiler.symbols import Apply, At
from autograd.primitives import TABLE, primitive
from autograd.value import Value, hold
from benchmarks.proof.compiled.recordings import Drawing, inputs_of
from benchmarks.proof.compiled.rounding import flattened
from tests.compiler_recordings import agree, any_number_of_families, run


def derivative(recording: Recording, seeded: bool = True, columns: bool = True) -> Program:
    with any_number_of_families():
        program = differentiated(lift(recording), recording, seeded, columns)
    check(program)
    return program


def slopes_of(function: Callable[..., Any], *numbers: float) -> tuple[list[float], list[float]]:
    """The slopes of a function of several numbers: those of the program, and those of eager values."""
    arguments = [Value(number) for number in numbers]
    result = function(*arguments)
    recording = Recording(tuple(arguments), (), (), (result,), ())
    found = run(derivative(recording, seeded=False), recording, (np.array(numbers), [], np.ones(1), []))[1:]
    result.backward()
    return found.tolist(), [v.grad for v in arguments]


USES: dict[str, tuple[Callable[..., Any], Sequence[float]]] = {
    "itself": (lambda x: x, [3.0]),
    "twice in a product": (lambda x: x * x, [3.0]),
    "twice in a sum": (lambda x: x + x, [3.0]),
    "subtracted from itself": (lambda x: x - x, [3.0]),
    "a constant": (lambda x, y: y * 2.0 + 0.0 * x, [3.0, 4.0]),
    "not at all": (lambda x, y: y * y, [3.0, 4.0]),
    "a shared part": (lambda x, y: (x * y).exp() * (x * y).sin() + x * y, [0.3, 0.4]),
    "another number of times each": (lambda x, y, z: rows.sum([x * y, x * z, x.exp(), y.exp(), y]), [0.3, 0.4, 0.5]),
    "a quotient": (lambda x, y: (x + y) / (x - y), [0.3, 0.4]),
    "a power": (lambda x, y: x**y + x**3.0 + 2.0**y, [0.3, 0.4]),
    "a tie": (lambda x, y: rows.max([x, y, x + 0.0]) + rows.maximum(x, y), [0.5, 0.5]),
    "a product with a zero": (lambda x, y, z: rows.prod([x, y, z]), [0.0, 2.0, 3.0]),
    "a product with two zeros": (lambda x, y, z: rows.prod([x, y, z]), [0.0, 2.0, 0.0]),
    "the norm of nothing": (lambda x, y: rows.norm([x, y]), [0.0, 0.0]),
    "the norm of one": (lambda x: rows.norm([x]) * rows.logsumexp([x]) * rows.max([x]), [-2.0]),
    "a smooth maximum of several kinds": (lambda x, y: rows.logsumexp([x, y.exp(), 0.25, x]), [0.3, 0.4]),
    "a smooth maximum of minus infinity": (lambda x, y: rows.logsumexp([x - math.inf, y]), [0.3, 0.4]),
    "an average": (lambda x, y: rows.mean([x, y, x]), [0.3, 0.4]),
    "a choice": (lambda x, y: rows.where(rows.less(x, y), x * 2.0, y * 3.0), [0.3, 0.4]),
    "an element": (lambda x, y: rows.take([x, y, x * y], rows.floor(x + 1.0)), [0.3, 0.4]),
    "an element of a long table": (
        lambda x, y: rows.take([x, y, x * y, 2.5, *[y * x] * 7, x + y], rows.floor(20.0 * x + y)),
        [0.1, 0.4],
    ),
    "a long product turned over": (lambda x, y: -(x * y - y) * x, [0.3, 0.4]),
    "beyond a step of infinite slope": (lambda x: rows.sqrt(rows.floor(x)), [0.5]),
    "at a kink": (lambda x, y: rows.relu(x) + rows.abs(y) + rows.clip(x, 0.0, y), [0.0, 0.0]),
}


@pytest.mark.parametrize("use", USES)
def test_the_slopes_of_every_use_are_those_of_eager_values(use: str) -> None:
    function, numbers = USES[use]
    found, expected = slopes_of(function, *numbers)
    assert np.allclose(found, expected, rtol=1e-14, atol=0.0, equal_nan=True), (found, expected)


def test_a_detached_value_hands_nothing_on() -> None:
    x, stopped = Value(0.5), Value(0.0)
    hold(stopped, rows.pos, (x.exp(),), [None])
    recording = Recording((x,), (), (), (stopped * x,), ())
    given = (np.array([0.5]), [], np.ones(1), [])
    found = run(derivative(recording), recording, given)
    assert (
        found.tolist()
        == flattened(Interpreter(recording).pull_back(*given)).tolist()
        == [0.5 * math.exp(0.5), math.exp(0.5)]
    )


def test_a_slope_of_minus_one_is_subtracted() -> None:
    @primitive(lambda z, x: -1.0)
    def turned_over(x: float) -> float:
        return -x

    try:
        assert slopes_of(lambda x, y: turned_over(x) * y, 2.0, 3.0) == ([-3.0, -2.0], [-3.0, -2.0])
    finally:
        del TABLE["turned_over"]


# Batches


def batch(
    outputs: Callable[..., Sequence[Any]], finish: Callable[..., Sequence[Any]], row: Any = rows.sum
) -> Recording:
    """A section of one column x and one uniform number w, and what is made of its reductions."""
    w, x = Value(0.5), Value(1.0)
    found = tuple(outputs(w, x))
    totals = [Value(1.0) for _ in found]
    reductions = tuple(Reduction(total, row, 0, k) for k, total in enumerate(totals))
    return Recording((w,), (Section((x,), found),), reductions, tuple(finish(w, *totals)), ())


BATCHES: dict[str, Recording] = {
    "a weight": batch(lambda w, x: [w * x], lambda w, total: [total]),
    "a weight of a mean": batch(lambda w, x: [w * x * x], lambda w, total: [total], rows.mean),
    "a result that is the same for all samples": batch(lambda w, x: [w, w.exp()], lambda w, a, b: [a * b]),
    "a result that is the same for all in a mean": batch(lambda w, x: [w.exp(), x], lambda w, a, b: [a * b], rows.mean),
    "the column itself": batch(lambda w, x: [x], lambda w, total: [total * total]),
    "two results": batch(lambda w, x: [w * x, x.sin() * w], lambda w, a, b: [a / b, a * w, b]),
    "a weight inside and outside": batch(lambda w, x: [(w * x).exp()], lambda w, total: [total * w + w]),
    "a slope that is the same for all": batch(lambda w, x: [(w + x) * 2.0 - w], lambda w, total: [total]),
}


@pytest.mark.parametrize("name", BATCHES)
@pytest.mark.parametrize("samples", [1, 4])
def test_the_slopes_through_a_batch_are_those_of_the_interpreter(name: str, samples: int) -> None:
    recording = BATCHES[name]
    rng = np.random.default_rng(0)
    given = (np.array([0.5]), [rng.normal(size=(samples, 1))], rng.normal(size=len(recording.outputs)), [])
    expected = flattened(Interpreter(recording).pull_back(*given))
    assert np.allclose(run(derivative(recording), recording, given), expected, rtol=1e-13)


def test_slopes_in_columns_are_made_only_where_they_are_asked_for() -> None:
    recording = BATCHES["a weight"]
    with_columns, without = derivative(recording), derivative(recording, columns=False)
    assert [family is not None for family in with_columns.column_slopes] == [True]
    assert not any(without.column_slopes)
    assert len(without.families) < len(with_columns.families)


def test_the_gradient_of_a_weight_is_one_sum_over_samples() -> None:
    program = derivative(BATCHES["a weight"], seeded=False, columns=False)
    assert program.uniform_slopes is not None
    found = [piece.body for family in program.families for piece in family.pieces]
    assert sum(isinstance(body, OverSamples) for body in found) == 2  # the value, and its slope


def test_slopes_that_are_given_from_outside_are_copied_to_where_slopes_are_read() -> None:
    x = Value(0.5)
    recording = Recording((x,), (), (), (x,), ())
    for seeded in (False, True):
        slopes = derivative(recording, seeded=seeded).uniform_slopes
        assert slopes is not None
        assert slopes.given is None
        given = (np.array([3.0]), [], np.array([1.0]), [])
        assert run(derivative(recording, seeded=seeded), recording, given).tolist() == [3.0, 1.0]


def test_inputs_that_nothing_depends_on_have_no_slopes() -> None:
    x = Value(0.5)
    program = derivative(Recording((x,), (), (), (Value(2.0) * 0.0 + 1.0,), ()))
    assert program.uniform_slopes is not None  # the captured value has one
    alone = derivative(Recording((), (Section((x,), (x,)),), (), (), ((0, 0),)), columns=False)
    assert alone.uniform_slopes is None


@settings(max_examples=60, deadline=None, derandomize=True, phases=[Phase.generate])
@given(
    rng=st.randoms(use_true_random=False),
    sections=st.integers(0, 3),
    samples=st.integers(1, 5),
    columns=st.booleans(),
)
def test_the_slopes_of_any_recording_are_those_of_the_interpreter(
    rng: random.Random, sections: int, samples: int, columns: bool
) -> None:
    recording = Drawing(rng).recording(sections)
    given = inputs_of(recording, samples, samples)
    found = run(derivative(recording, columns=columns), recording, given)
    wanted = len(found) if columns else len(found) - sum(array.size for array in given[1])
    agree(found[:wanted], recording, given)
    if len(recording.outputs) == 1 and not recording.per_sample:
        given = (*given[:2], np.ones(1), [])
        unseeded = run(derivative(recording, seeded=False, columns=columns), recording, given)
        agree(unseeded[:wanted], recording, given)


# Parts


def test_members_are_grouped_by_how_much_is_contributed_to_them() -> None:
    g, h = Family(UNIFORM, 6), Family(UNIFORM, 2)
    first = Contribution(np.array([3, 0, 3, 1]), (Ref(g, np.array([0, 1, 2, 3])),))
    second = Contribution(np.array([1, 0]), (Ref(h, np.array([1, 0])),), negative=True)
    found = {
        tuple(members.tolist()): [(t.negative, t.factors[0].index.tolist()) for t in terms]
        for members, terms in grouped(4, [first, second])
    }
    assert found == {
        (2,): [],
        (3,): [(False, [[0, 2]])],
        (0, 1): [(False, [[1], [3]]), (True, [[0], [1]])],
    }


def test_the_slope_of_an_expression_follows_the_chain_rule() -> None:
    product = Apply(rows.mul, (At(0), Apply(rows.neg, (At(1),))))
    assert slope_of(product, 0, 2) == Apply(rows.neg, (At(2),))
    assert slope_of(product, 1, 2) == Apply(rows.mul, (At(1), -1.0))
    assert slope_of(Apply(rows.mul, (At(0), At(0))), 0, 1) == Apply(rows.add, (At(1), At(1)))
    assert slope_of(2.0, 0, 1) == slope_of(At(0), 1, 2) == 0.0
