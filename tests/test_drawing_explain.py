"""Explanations of gradients: the paths, held against all paths walked one by one, and against `backward()`."""

import math
import random
import re
from collections.abc import Iterator
from fractions import Fraction
from xml.etree import ElementTree

import pytest

import autograd
from autograd import Value, explain, jit
from autograd.drawing.formulas.paths import Between, adjoints, strength
from autograd.drawing.formulas.telling import paths_counted
from autograd.graph import Node, export


def random_graph(rng: random.Random, size: int, slopes: tuple[float, ...] = ()) -> list[Value]:
    """Three leaves and results of them with random operands; their slopes are given, or those of real operations."""
    values = [Value(rng.uniform(-2.0, 2.0), label=label) for label in "abc"]
    for _ in range(size):
        x, y = rng.choices(values, k=2)
        if slopes:
            values.append(Value(1.0, (x, y), (rng.choice(slopes), rng.choice(slopes))))
        else:
            kind = rng.randrange(6)
            made = [x * y, x + y, x.tanh(), (x - y).relu(), autograd.dot([x, y, x], [y, 0.5, y], x), x - y]
            values.append(made[kind])
    return values


def every_product(graph: list[Node], leaf: int) -> list[Fraction]:
    """The products of all paths from a leaf to the last node, walked one by one; exact, they never overflow."""

    def walk(node: int, product: Fraction) -> Iterator[Fraction]:
        if node == leaf:
            yield product
        for operand, slope in zip(graph[node].operands, graph[node].slopes, strict=True):
            if slope is not None and node != leaf:
                yield from walk(operand, product * Fraction(slope))

    return list(walk(len(graph) - 1, Fraction(1)))


# Which paths there are


@pytest.mark.parametrize("seed", range(40))
def test_the_strongest_paths_are_those_that_walking_all_of_them_finds(seed):
    rng = random.Random(seed)
    slopes = rng.choice([(0.5, -2.0, 3.0, 0.1), (0.0, 1.0, -1.0, 2.0), (2.0**-600, 2.0**500, -(2.0**-300), 7.0)])
    root = random_graph(rng, 14, slopes)[-1]
    graph = export(root)
    for leaf in (node.index for node in graph if node.row is None):
        ranked = sorted(every_product(graph, leaf), key=abs, reverse=True)
        between = Between(graph, leaf)
        assert between.count() == len(ranked)
        found = [math.prod(Fraction(step.link.slope) for step in steps) for steps in between.strongest(7)]
        assert [*map(abs, found)] == [*map(abs, ranked[:7])]


def test_every_path_is_found_once():
    v = Value(0.5)
    for _ in range(7):
        v = v.sin() + v * v
    between = Between(export(v), 0)
    routes = [tuple((step.result, step.link.slot) for step in steps) for steps in between.strongest(10_000)]
    assert len(routes) == len(set(routes)) == between.count() == 3**7


def test_a_path_with_an_inf_or_nan_comes_first_and_one_with_a_zero_last():
    a = Value(1.0, label="a")
    middle = [Value(1.0, (a,), (slope,)) for slope in (2.0, 0.0, math.inf, -3.0, math.nan)]
    explained = explain(autograd.sum(middle), a)
    assert [path.slopes[0] for path in explained.paths[2:]] == [-3.0, 2.0, 0.0]
    assert not any(math.isfinite(path.slopes[0]) for path in explained.paths[:2])
    assert math.isnan(explained.gradient)
    assert "a nan on one path makes the whole sum nan" in str(explained)


def test_products_beyond_the_range_of_doubles_are_ranked_all_the_same():
    a = Value(1.0, label="a")
    tiny, tinier = Value(1.0, (a,), (1e-200,)), Value(1.0, (a,), (1e-250,))
    root = Value(1.0, (tinier * 1e-200, tiny * 1e-200), (1.0, 1.0))
    explained = explain(root, a)
    assert [path.slopes[0] for path in explained.paths] == [1e-200, 1e-250]
    assert [path.product for path in explained.paths] == [0.0, 0.0]


def test_strengths_of_slopes_are_in_the_order_of_their_size():
    slopes = [math.nan, 1e300, -2.0, 1.0, 1e-300, 5e-324, 0.0]
    strengths = [strength(slope) for slope in slopes]
    assert strengths == sorted(strengths, reverse=True)


def test_paths_are_counted_exactly_however_many_there_are():
    v = a = Value(1e-30, label="a")
    for _ in range(200):
        v = v + v
    explained = explain(v, a, most=3)
    assert explained.count == 2**200
    assert len(explained.paths) == 3
    assert explained.gradient == 2.0**200
    assert explained.rest == 2.0**200 - 3.0
    assert "the other about 10^60 paths, as what is left" in str(explained)


def test_a_number_of_paths_is_said_in_digits_or_as_a_power_of_ten():
    numbers = (0, 1, 1_048_576, 2**100_000)
    assert [*map(paths_counted, numbers)] == ["0 paths", "1 path", "1,048,576 paths", "about 10^30103 paths"]


# What they add up to


@pytest.mark.parametrize("seed", range(40))
def test_the_gradient_is_that_of_backward_to_the_bit(seed):
    values = random_graph(random.Random(seed), 30)
    graph = export(values[-1])
    found = adjoints(graph)
    explained = [explain(values[-1], value) for value in values]
    values[-1].backward()
    assert found == [node.grad for node in export(values[-1])]
    assert [e.gradient for e in explained] == [value.grad for value in values]


@pytest.mark.parametrize("seed", range(20))
def test_the_products_of_all_paths_add_up_to_the_gradient(seed):
    values = random_graph(random.Random(seed), 12)
    for leaf in values[:3]:
        explained = explain(values[-1], leaf, most=100_000)
        assert len(explained.paths) == explained.count
        size = sum(abs(path.product) for path in explained.paths)
        assert math.fsum(path.product for path in explained.paths) == pytest.approx(
            explained.gradient, abs=1e-12 * size
        )
        assert explained.rest == 0.0


def test_the_rest_and_what_is_shown_add_up_to_the_gradient():
    v = x = Value(0.5, label="x")
    for _ in range(12):
        v = v.sin() + v * 0.25
    explained = explain(v, x, most=5)
    assert explained.count == 2**12
    assert math.fsum([*(path.product for path in explained.paths), explained.rest]) == explained.gradient


def test_nothing_is_changed():
    a = Value(2.0, label="a")
    y = a * a
    y.backward()
    before = [(node.data, node.grad) for node in export(y)]
    assert explain(y, a).picture.svg
    assert [(node.data, node.grad) for node in export(y)] == before


# Values of every kind


def test_an_operand_used_twice_gives_two_paths():
    a = Value(3.0, label="a")
    assert [path.product for path in explain(a - a, a).paths] == [1.0, -1.0]


def test_any_value_on_the_way_can_be_explained():
    a = Value(3.0, label="a")
    h = a * a
    assert [path.values for path in explain(h.exp() + h, h).paths] == [("v1", "v2", "v3"), ("v1", "v3")]


def test_a_value_that_is_no_part_of_the_result_has_no_path():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    explained = explain(a.exp(), b)
    assert (explained.gradient, explained.count, explained.paths) == (0.0, 0, [])
    assert str(explained) == "b is no part of v1: the gradient is 0."
    assert explained.latex == r"\frac{\partial v_1}{\partial b} = 0"


def test_a_constant_has_no_path():
    y = Value(2.0, label="a") * 3.0
    explained = explain(y, y.operands[1])
    assert str(explained) == "no slope leads from 3 to v1, which uses it as a constant only: the gradient is 0."
    assert "v_1" in explained.latex
    assert "3" in explained.picture.svg


def test_the_result_explains_itself_with_a_path_of_no_steps():
    y = Value(2.0, label="a").exp()
    explained = explain(y, y)
    assert (explained.gradient, explained.count, explained.paths) == (1.0, 1, [(("v1",), (), 1.0)])
    assert "the result itself" in str(explained)
    assert "v1 = exp(a) = 7.389, gradient 1.0" in explained.picture.svg


def test_a_leaf_alone_explains_itself():
    a = Value(2.0)
    assert explain(a, a).gradient == 1.0
    assert str(explain(a, a)).startswith("v1 is the result itself")


def test_a_slope_that_only_a_rule_made_by_hand_knows_is_said_to_be_unknown():
    a = Value(2.0, label="a")
    y = Value(8.0, (a,), "cube", label="y")
    y._backward = lambda: None
    explained = explain(y + a, a)
    assert (explained.gradient, explained.rest, explained.paths[0].product) == (None, 0.0, None)
    assert "The slopes of y are known only to a rule made by hand: call backward()" in str(explained)
    assert r"\text{known only to a rule made by hand}" in explained.latex
    assert "?" in explained.picture.svg


def test_a_slope_unknown_elsewhere_in_the_graph_does_not_matter():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    hidden = Value(8.0, (b,), "cube")
    hidden._backward = lambda: None
    assert explain(hidden + a, a).gradient == 1.0


def test_a_compiled_function_is_one_step():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    y = jit(lambda p, q: p * q + p)(a, b)
    assert explain(y, a).paths == [(("a", "v1"), (4.0,), 4.0)]


def test_a_chain_of_many_operations_is_shortened():
    v = x = Value(1.0, label="x")
    for _ in range(5000):
        v = v.sin() + 0.0
    explained = explain(v, x)
    assert len(explained.paths[0].slopes) == 10_000
    assert "x -> v1 -> v2 -> v3 -> ... 9,994 more ... -> v9998 -> v9999 -> v10000" in str(explained)
    assert max(len(str(explained)), len(explained.latex)) < 2000
    assert len(explained.picture.svg) < 40_000
    assert "9,976 steps" in explained.picture.svg


def test_a_slope_of_a_wide_operation_is_told_without_all_its_operands():
    values = [Value(float(i), label=f"x_{i}") for i in range(500)]
    explained = explain(autograd.sum(values), values[3])
    assert explained.count == 1
    assert len(str(explained)) < 400


# How it is told


def test_the_formula_shows_each_slope_above_its_number():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    y = (a * b).tanh() + a
    y.label = "y"
    assert explain(y, a).latex == (
        "\\begin{aligned}\n"
        r"\frac{\partial y}{\partial a} &= 1 && \text{adds } {1} && a \to y \\" + "\n"
        r"&\quad {} + \underbrace{b}_{-3} \cdot \underbrace{1 - \tanh^2(v_1)}_{2.458 \cdot 10^{-5}} \cdot 1"
        r" && \text{adds } {-7.373 \cdot 10^{-5}} && a \to v_1 \to v_2 \to y \\" + "\n"
        "&= 0.9999\n\\end{aligned}"
    )


def test_notebooks_get_the_formula_and_the_picture():
    a = Value(2.0, label="a")
    bundle = explain(a * a, a)._repr_mimebundle_()
    assert set(bundle) == {"text/latex", "image/svg+xml", "text/plain"}
    assert bundle["text/latex"].startswith("$$\n")
    ElementTree.fromstring(bundle["image/svg+xml"])


def test_the_picture_holds_what_the_paths_go_through_and_no_more():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    svg = explain((a * b).tanh() + b.exp(), a).picture.svg
    titles = [e.text for e in ElementTree.fromstring(svg).iter() if e.tag.endswith("title")]
    assert [title for title in titles if title and title.startswith(("b", "v3"))] == []
    assert "a to v1: local slope -3" in titles
    assert any(title and title.startswith("v1 = a * b = -6, gradient") for title in titles)


def test_a_picture_of_some_paths_says_that_there_are_more():
    v = x = Value(1.0, label="x")
    for _ in range(20):
        v = v + v
    assert "1,048,576 paths, the 10 strongest are drawn" in explain(v, x).picture.svg


@pytest.mark.parametrize(
    "label", ["<script>alert(1)</script>", '"]; x -> y [label="', "$\\input{x}$", "a\x00\ud800", "\n"]
)
def test_hostile_labels_are_text(label):
    a = Value(2.0, label=label)
    y = (a * a).exp()
    y.label = label
    explained = explain(y, a)
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(explained.picture.svg).iter()}
    assert tags <= {"svg", "style", "rect", "g", "title", "path", "text"}
    assert not re.search(r"\\input|<|(?<!\\)\$", explained.latex)
    str(explained).encode("utf-8")


def test_the_same_graph_is_told_in_the_same_words():
    def build() -> str:
        explained = explain(random_graph(random.Random(7), 30)[-1], Value(0.0))
        values = random_graph(random.Random(7), 30)
        return f"{explained}{explain(values[-1], values[0])}{explain(values[-1], values[0]).picture.svg}"

    assert build() == build()


def test_what_is_no_value_is_refused():
    a = Value(2.0)
    with pytest.raises(TypeError, match=r"explain takes two Values, .* second; got float: 2\.0"):
        explain(a, 2.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="most is a number of paths from 1 on, got 0"):
        explain(a, a, most=0)
    with pytest.raises(ValueError, match=r"most is a number of paths from 1 on, got 1\.5"):
        explain(a, a, most=1.5)  # type: ignore[arg-type]


def test_an_explanation_in_a_list_says_how_many_paths_it_has() -> None:
    x = Value(3.0)
    assert repr(explain(x * x, x)) == "<Explanation of a gradient by 2 paths; print it, or see .latex and .picture>"


def test_paths_that_add_up_to_more_than_any_double_give_inf() -> None:
    x = Value(1.0, label="x")
    found = explain(x * 1.7e308 + x * 1.7e308, x)
    assert found.gradient == math.inf
    assert "sum of the products, rounded once  inf" in str(found)


def test_the_gradient_is_added_up_as_by_backward_where_an_operand_stands_twice() -> None:
    rng = random.Random(1)
    for _ in range(20):
        x = Value(rng.uniform(0.5, 2.0))
        y = x / x + (x * x) / x * 0.3 + (x - x * 3.0) * x
        y.backward()
        assert explain(y, x).gradient == x.grad
