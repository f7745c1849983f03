"""The proof of random graphs finds what is wrong, in the library and in its peers, and nothing where nothing is."""

import math
import random

import pytest

from autograd import primitives as ops
from autograd.value import Value
from benchmarks.proof.effort import Effort
from benchmarks.proof.exact import REFERENCES
from benchmarks.proof.graphs.benign import examined, figures, first_mismatch, first_other_bits
from benchmarks.proof.graphs.drawings import RATIONAL_GRAPHS, SMOOTH_GRAPHS
from benchmarks.proof.graphs.engines import OURS, TORCH_ROWS, micrograd
from benchmarks.proof.graphs.exact_graphs import PRECISE, RATIONAL, exact_graph
from benchmarks.proof.graphs.recipes import Drawing, Recipe, Step
from benchmarks.proof.own_rows import OWN_ROWS

FEW = Effort(share=0.002)


def test_the_library_has_no_mismatch_and_the_figure_says_how_much_was_run() -> None:
    (figure,) = figures(FEW)
    assert figure.met
    assert figure.details["cases"] == "40 of 20,000"
    assert "micrograd" in figure.details


def test_a_slope_that_is_off_by_a_thousandth_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ops.div, "slopes", (ops.div.slopes[0], lambda z, x, y: -1.001 * z / y))
    assert examined(iter(range(0, 60, 2))).wrong["valuegrad"]


def test_a_slope_that_is_off_in_its_last_digits_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = Recipe([3.7], [Step(ops.log10, (0,))])
    assert first_mismatch(OURS, recipe, PRECISE) == ""
    monkeypatch.setattr(ops.log10, "slopes", (lambda z, x: 0.4342944819032518 * (1.0 + 2e-14) / x,))
    monkeypatch.setattr(ops.log10, "recorder", None)
    assert "a gradient is" in first_mismatch(OURS, recipe, PRECISE)


def test_a_value_that_is_off_is_caught_beside_a_right_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ops.maximum, "function", lambda x, y: max(x, y) * (1.0 + 1e-15))
    assert "maximum gives" in first_mismatch(OURS, Recipe([2.0, 3.0], [Step(ops.maximum, (0, 1))]), PRECISE)


def test_a_gradient_that_is_written_over_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def backward(root: Value) -> None:
        root.operands[0].grad = root.slopes[0]

    monkeypatch.setattr(Value, "backward", backward)
    assert "a gradient is" in first_mismatch(OURS, Recipe([2.0], [Step(ops.mul, (0, 0))]), RATIONAL)


def test_gradients_summed_in_another_order_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are within every allowance, so that the bits have to tell."""
    recipe = Recipe([0.1], [Step(ops.dot, ((0, 0), (0.2, 0.3), 0.7)), Step(ops.mul, (1, 0))])
    assert first_other_bits(recipe) == ""
    right = Value.backward

    def backward(root: Value) -> None:
        right(root)
        for leaf in (o for node in root.operands for o in node.operands if not o.operands):
            leaf.grad = math.nextafter(leaf.grad, 1.0)

    monkeypatch.setattr(Value, "backward", backward)
    assert first_mismatch(OURS, recipe, PRECISE) == ""
    assert "the gradient of value 0 is" in first_other_bits(recipe)


def test_an_engine_that_raises_is_a_mismatch() -> None:
    engine = micrograd()
    assert engine is not None
    assert "ZeroDivisionError" in first_mismatch(engine, Recipe([0.0], [Step(ops.power, (0, 0.0))]), RATIONAL)


@pytest.mark.parametrize("drawing", [RATIONAL_GRAPHS, SMOOTH_GRAPHS], ids=["rational", "smooth"])
def test_graphs_are_the_same_for_a_seed_and_every_row_is_drawn(drawing: Drawing) -> None:
    assert drawing.recipe(random.Random(7)) == drawing.recipe(random.Random(7))
    drawn = {step.row for seed in range(300) for step in drawing.recipe(random.Random(seed)).steps}
    assert drawn == set(drawing.rows)


def test_every_row_of_the_library_is_among_the_smooth_ones() -> None:
    assert set(SMOOTH_GRAPHS.rows) == set(OWN_ROWS)
    assert {row.name for row in OWN_ROWS} == set(REFERENCES)
    assert {row.name for row in OWN_ROWS} > TORCH_ROWS


def test_the_absolute_adjoint_keeps_what_cancels() -> None:
    growth = exact_graph(Recipe([3.0], [Step(ops.sub, (0, 0))]), [3.0, 0.0], RATIONAL).root
    assert (growth.slope, growth.absolute) == ([0], [2])


def test_an_exponent_among_fractions_is_a_constant() -> None:
    with pytest.raises(ArithmeticError, match="an exponent is a constant"):
        exact_graph(Recipe([3.0], [Step(ops.power, (0, 0))]), [3.0, 27.0], RATIONAL)
