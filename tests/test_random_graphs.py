"""Gradients of random graphs, held against exact rational and 300-bit arithmetic, and against each other.

Graphs are drawn by benchmarks/proof/graphs/recipes.py; what "right" means, and why the allowance is 64 epsilon,
stands in benchmarks/proof/graphs/exact_graphs.py. On small integers nothing is rounded, and there the gradient must be
the exact one, to the last bit. The same over many more graphs is a row of `python -m benchmarks proof`.
"""

import itertools
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograd import primitives as ops
from autograd.check import absolute_adjoints
from autograd.graph import topological_order
from autograd.primitives import flat
from autograd.transforms import gradients
from autograd.value import Value, as_called, data_of
from benchmarks.proof.graphs.benign import first_mismatch
from benchmarks.proof.graphs.drawings import (
    ALL_GRAPHS,
    HOSTILE_GRAPHS,
    RATIONAL_GRAPHS,
    SMOOTH_GRAPHS,
    WHOLE_GRAPHS,
)
from benchmarks.proof.graphs.engines import OURS
from benchmarks.proof.graphs.exact_graphs import ALLOWED, PRECISE, RATIONAL, exact_graph, gradient_is_right
from benchmarks.proof.graphs.recipes import Drawing, Recipe, Step, made

EXACT_INTEGERS = 2**53  # up to here every integer is a double

held = settings(max_examples=300, derandomize=True, deadline=None, print_blob=True, database=None)


def recipes(drawing: Drawing) -> st.SearchStrategy[Recipe]:
    """The graphs of a drawing, with Hypothesis as their chance."""
    return st.randoms(use_true_random=False).map(drawing.recipe)


@held
@given(recipes(WHOLE_GRAPHS))
def test_on_small_integers_gradients_are_exact(recipe: Recipe) -> None:
    leaves, pool = made(recipe)
    exact = exact_graph(recipe, [value.data for value in pool], RATIONAL)
    assert [value.data for value in pool[len(leaves) :]] == exact.values
    pool[-1].backward()
    for x, slope, absolute in zip(leaves, exact.root.slope, exact.root.absolute, strict=True):
        if absolute <= EXACT_INTEGERS:
            assert x.grad == slope
        else:
            assert gradient_is_right(x.grad, slope, absolute)


@held
@given(recipes(RATIONAL_GRAPHS))
def test_values_and_gradients_of_rational_graphs_are_those_of_exact_fractions(recipe: Recipe) -> None:
    assert first_mismatch(OURS, recipe, RATIONAL) == ""


@held
@given(recipes(SMOOTH_GRAPHS))
def test_values_and_gradients_of_graphs_of_every_row_are_those_of_300_bits(recipe: Recipe) -> None:
    assert first_mismatch(OURS, recipe, PRECISE) == ""


@held
@given(recipes(RATIONAL_GRAPHS))
def test_the_scale_of_a_gradient_is_that_of_exact_fractions(recipe: Recipe) -> None:
    leaves, pool = made(recipe)
    exact = exact_graph(recipe, [value.data for value in pool], RATIONAL)
    for scale, absolute in zip(absolute_adjoints(pool[-1], leaves), exact.root.absolute, strict=True):
        assert abs(Fraction(scale) - absolute) <= ALLOWED * absolute


# Every row, one gradient in several ways


def same_bits(x: float, y: float) -> bool:
    """Whether two numbers are the same, but for the sign of a zero: `backward()` adds to 0.0 and never leaves -0.0."""
    return (x + 0.0).hex() == (y + 0.0).hex() or (x != x and y != y)


@held
@given(recipes(ALL_GRAPHS))
@example(Recipe([1.3], [Step(ops.div, (0, 0)), Step(ops.exp, (1,)), Step(ops.sin, (0,))]))
def test_gradients_as_values_are_those_of_backward_to_the_last_bit(recipe: Recipe) -> None:
    _, pool = made(recipe)
    found = gradients(pool[-1], pool)
    pool[-1].backward()
    assert all(same_bits(gradient.data, value.grad) for value, gradient in zip(pool, found, strict=True))


@held
@given(recipes(ALL_GRAPHS))
@pytest.mark.filterwarnings("ignore::autograd.advice.TrainingWarning")
def test_a_second_backward_doubles_the_leaves_and_sets_everything_between_afresh(recipe: Recipe) -> None:
    _, pool = made(recipe)
    root = pool[-1]
    root.backward()
    first = [value.grad for value in pool]
    root.backward()
    for value, before in zip(pool, first, strict=True):
        if not value.operands:
            # not quite twice: the second time, the contributions are added one by one to those of the first
            scale = absolute_adjoints(root, [value])[0]
            difference = abs(value.grad - 2.0 * before)
            assert difference <= float(ALLOWED) * scale or not math.isfinite(scale)
        else:
            assert same_bits(value.grad, before)


@held
@given(recipes(ALL_GRAPHS))
def test_the_same_recipe_gives_the_same_bits_and_on_plain_numbers_the_same_values(recipe: Recipe) -> None:
    (leaves, pool), (others, again) = made(recipe), made(recipe)
    pool[-1].backward()
    again[-1].backward()
    numbers = recipe.followed(float, lambda row, operands: row(*operands))
    assert [value.data.hex() for value in pool] == [x.hex() for x in numbers] == [v.data.hex() for v in again]
    assert [x.grad.hex() for x in leaves] == [x.grad.hex() for x in others]


# Hostile numbers


def numbers_of(nodes: list[Value]) -> Iterator[Any]:
    """Everything that a graph holds and that must be a float."""
    for node in nodes:
        yield from (node.data, node.grad)
        yield from (slope for slope in node.slopes if slope is not None)
        yield from flat(data_of(as_called(node)) if node.operands else ())


@held
@given(recipes(HOSTILE_GRAPHS))
@pytest.mark.filterwarnings("ignore::autograd.advice.TrainingWarning")
def test_hostile_numbers_never_raise_and_leave_floats_everywhere(recipe: Recipe) -> None:
    _, pool = made(recipe)
    root = pool[-1]
    root.backward()
    root.backward()
    assert {type(x) for x in numbers_of(topological_order(root))} == {float}


@held
@given(recipes(HOSTILE_GRAPHS))
def test_gradients_of_hostile_numbers_are_those_of_backward(recipe: Recipe) -> None:
    leaves, pool = made(recipe)
    root = pool[-1]
    found = gradients(root, leaves)
    root.backward()
    assert all(same_bits(gradient.data, x.grad) for gradient, x in zip(found, leaves, strict=True))


# Graphs of a given shape


@pytest.mark.parametrize("depth", [1, 10, 400])
def test_a_chain_of_diamonds_has_a_path_for_each_choice(depth: int) -> None:
    x = Value(1.0)
    y = x
    for _ in range(depth):
        y = y + y
    y.backward()
    assert x.grad == 2.0**depth


@pytest.mark.parametrize("width", [1, 2, 1000])
def test_a_fan_of_paths_adds_them_all(width: int) -> None:
    x = Value(3.0)
    ops.sum([x * float(i) for i in range(width)]).backward()
    assert x.grad == width * (width - 1) / 2


def test_fibonacci_numbers_are_counts_of_paths() -> None:
    """Each value is the sum of the last two, and so is its gradient: exact far beyond what a tree could hold."""
    a, b = Value(1.0), Value(1.0)
    last = [a, b]
    for _ in range(70):
        last.append(last[-1] + last[-2])
    last[-1].backward()
    expected = [1, 1]
    for _ in range(70):
        expected.append(expected[-1] + expected[-2])
    assert (a.grad, b.grad) == (expected[69], expected[70])
    assert [v.grad for v in last[2:]] == [float(expected[71 - i]) for i in range(2, 72)]


def test_all_pairings_of_three_operands_in_two_operations() -> None:
    """Every way in which two operations can share operands: against the gradient of the polynomial written out."""
    for first in itertools.product(range(3), repeat=2):
        for second in itertools.product(range(4), repeat=2):
            recipe = Recipe([2.0, 3.0, 5.0], [Step(ops.mul, first), Step(ops.mul, second)])
            leaves, pool = made(recipe)
            pool[-1].backward()
            exact = exact_graph(recipe, [value.data for value in pool], RATIONAL)
            assert [x.grad for x in leaves] == exact.root.slope
