"""What is drawn of graphs of every size: each view says the truth about what is in its boxes, and what it collapses."""

import math
import random
import re
import xml.etree.ElementTree as ElementTree

import pytest

import autograd
import nn
from autograd import Value, draw, export
from autograd.drawing.grouping.groups import strong_components
from autograd.drawing.heat import STEPS, scale_of
from autograd.drawing.picture import Box, Picture
from autograd.drawing.views import VIEWS, describe
from benchmarks.pictures import loss_of_demo, through_nn


def box(picture: Picture, name: str) -> Box:
    (found,) = (box for box in picture.boxes if box.name == name)
    return found


def expression() -> Value:
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    y = (a * b + 1.0).tanh()
    y.label = "y"
    y.backward()
    return y


def batch(samples: int) -> tuple[nn.MLP, Value]:
    model = nn.MLP(2, [3, 1], activation="tanh", rng=random.Random(0))
    total = sum(model([Value(0.1 * i), Value(1.0)]) ** 2 for i in range(samples))
    assert isinstance(total, Value)
    total.backward()
    return model, total


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("edges", ["slope", "contribution", "none"])
@pytest.mark.parametrize("heat", [False, True])
def test_every_view_of_every_kind_is_a_document(view: str, edges: str, heat: bool):
    for root in (expression(), Value(1.0), batch(2)[1]):
        for direction in ("LR", "TB"):
            svg = draw(root, view, edges=edges, heat=heat, direction=direction).svg
            assert ElementTree.fromstring(svg).attrib["role"] == "img"


def test_small_graphs_are_drawn_in_detail_and_larger_ones_compact():
    assert not describe(expression()).compact
    y = Value(1.0)
    for i in range(100):
        y = (y + Value(float(i))) * y
    picture = describe(y)
    assert picture.compact
    assert 'view="detail"' in picture.notice
    assert describe(y, view="compact").notice == ""


def test_a_contribution_is_the_gradient_from_above_times_the_slope():
    y = expression()
    picture = describe(y, edges="contribution")
    slope = 1.0 - y.data**2
    assert [edge.label for edge in picture.edges] == [
        f"{slope * -3:+.4g}",
        f"{slope * 2:+.4g}",
        f"{slope:+.4g}",
        "",
        f"{slope:+.4g}",
    ]
    assert "contribution" in picture.edges[0].title
    assert {edge.label for edge in describe(y, edges="none").edges} == {""}


def test_the_sum_of_contributions_into_a_leaf_is_its_gradient():
    a = Value(0.7, label="a")
    y = (a * a).exp() * a
    y.backward()
    picture = describe(y)
    at = next(i for i, found in enumerate(picture.boxes) if found.name == "a")
    assert sum(edge.heat for edge in picture.edges if edge.tail == at) == pytest.approx(a.grad)


def test_the_view_of_neurons_has_a_box_for_each_with_its_value_and_gradient():
    model = nn.MLP(2, [3, 1], activation="tanh", rng=random.Random(0))
    hidden = [neuron([Value(1.0, label="x0"), Value(2.0, label="x1")]) for neuron in model.layers[0].neurons]
    y = model.layers[1](hidden)
    y.backward()
    picture = describe(y, view="neuron")
    assert len(picture.boxes) == 4 + len({"x0", "x1"}) * 3
    neuron = box(picture, "neurons.1")
    assert neuron.symbol == "tanh"
    assert dict(neuron.lines) == {
        "parameters": "3",
        "data": f"{hidden[1].data:.4g}",
        "grad": f"{hidden[1].grad:.4g}",
    }
    assert picture.frames[neuron.frame].title == "layers.0"
    assert picture.boxes[-1].symbol == "linear"
    assert picture.boxes[-1].role == "output"


def test_the_view_of_layers_merges_the_samples_that_went_through_them():
    model, total = batch(5)
    picture = describe(total, view="layer")
    layer = box(picture, "layers.0")
    outputs = [node for node in export(total) if str(node.row) == "tanh"]
    assert len(outputs) == 15
    assert dict(layer.lines) == {
        "neurons": "3",
        "parameters": "9",
        "values": "15",
        "mean |data|": f"{sum(abs(node.data) for node in outputs) / 15:.4g}",
        "mean |grad|": f"{sum(abs(node.grad) for node in outputs) / 15:.4g}",
    }
    assert box(picture, "sum").lines[0] == ("terms", "5")
    assert len(model.parameters()) == 9 + 4


@pytest.mark.parametrize("kind", ["nn.MLP", "w * x + ..."])
def test_the_loss_of_the_demo_is_a_picture_of_its_layers(kind: str):
    picture = describe(loss_of_demo(kind, 20))
    assert len(picture.boxes) == 13
    assert [dict(box(picture, f"layers.{i}").lines)["parameters"] for i in range(3)] == ["48", "272", "17"]
    assert [box(picture, f"layers.{i}").symbol for i in range(3)] == ["ReLU", "ReLU", "linear"]
    assert sorted(found.lines[0] for found in picture.boxes if found.name == "sum") == [
        ("terms", "20"),
        ("terms", "337"),
    ]
    assert "layers" in picture.notice
    assert ("found by their shape" in picture.notice) == (kind != "nn.MLP")


def test_the_summary_is_a_handful_of_boxes():
    assert len(describe(loss_of_demo("nn.MLP", 20), view="summary").boxes) < 9


def test_every_value_is_in_one_box_of_a_collapsed_picture():
    root = loss_of_demo("nn.MLP", 10)
    size = len(export(root))
    for view in ("neuron", "layer", "summary"):
        assert describe(root, view=view).summary.endswith(
            f"{size:,} values in {len(describe(root, view=view).boxes)} boxes"
        )


def test_a_view_with_too_many_boxes_is_replaced_by_the_next_and_the_picture_says_so():
    root = through_nn([2, 16, 16, 1])
    picture = describe(root, view="detail", max_nodes=100)
    assert len(picture.boxes) <= 100
    assert 'view="detail" has more than max_nodes=100' in picture.notice
    assert "404 values in 35 boxes: neurons" in picture.notice
    assert len(describe(root, view="detail", max_nodes=404).boxes) == 404


@pytest.mark.parametrize("most", [1, 2, 5, 30])
def test_the_number_of_boxes_is_never_a_reason_to_refuse(most: int):
    rng = random.Random(0)
    values = [Value(rng.random()) for _ in range(10)]
    for _ in range(500):
        one, other = rng.choice(values[-30:]), rng.choice(values[-30:])
        values.append([one * other, one + other, one.tanh(), one - other][rng.randrange(4)])
    picture = describe(values[-1], max_nodes=most)
    assert len(picture.boxes) <= max(most, 8)
    assert picture.notice
    assert all(edge.tail < edge.head for edge in picture.edges)


def test_a_cell_that_is_applied_again_and_again_is_one_box():
    cell = nn.Neuron(2, activation="tanh", rng=random.Random(0))
    h: Value | float = 0.0
    for step in range(200):
        h = cell([Value(float(step), label=f"x{step}"), h]) * 0.5
    picture = describe(h, view="layer")
    assert [found.name for found in picture.boxes] == ["x", "neuron"]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("view", "details"),
        ("edges", "slopes"),
        ("direction", "RL"),
        ("max_nodes", 0),
        ("max_nodes", 2.5),
        ("view", None),
    ],
)
def test_what_is_not_known_is_refused_by_name(name: str, given: object):
    with pytest.raises(ValueError, match=f"{name} is .*got {re.escape(repr(given))}"):
        draw(Value(1.0), **{name: given})  # type: ignore[arg-type]


def test_heat_is_a_yes_or_no():
    with pytest.raises(TypeError, match="heat is True or False, got 'no'"):
        draw(Value(1.0), heat="no")  # type: ignore[arg-type]


def test_several_values_are_told_to_be_added_up():
    with pytest.raises(TypeError, match=r"got list: \[Value.*; of several, draw the sum"):
        draw([Value(1.0), Value(2.0)])  # type: ignore[arg-type]


def test_names_from_outside_are_in_the_picture():
    a, b = Value(2.0), Value(3.0)
    c = a * b
    assert [found.name for found in describe(c, labels=vars_of(a=a, b=b, c=c, other=3)).boxes] == ["a", "b", "c"]
    assert describe(c, labels={a: "first"}).boxes[0].name == "first"
    assert a.label == ""


def vars_of(**names: object) -> dict[str, object]:
    return names


def test_the_widest_edges_are_those_of_the_largest_gradient():
    a, b = Value(1e-6, label="a"), Value(3.0, label="b")
    y = a * b
    y.backward()
    svg = draw(y, heat=True).svg
    kinds = re.findall(r'<g class="edge h(\d)" id="\w+-(e\d)"', svg)
    assert kinds == [("0", "e1"), (str(STEPS - 1), "e0")]
    assert ">gradient 1e-06</text>" in svg
    assert ">3</text>" in svg


@pytest.mark.parametrize(
    "heats", [[], [0.0], [float("nan")], [float("inf"), 1.0], [1e-300, 1e300], [5e-324], [2.0, 2.0]]
)
def test_any_sizes_of_gradients_have_a_scale(heats: list[float]):
    scale = scale_of(heats)
    assert all(0 <= scale.step(heat) < STEPS for heat in [*heats, 0.0, 1.0, float("inf"), float("nan")])


def test_numbers_that_are_not_finite_are_drawn():
    x = Value(float("inf"), label="x")
    y = x - x + Value(float("nan")) * 1e308
    y.backward()
    for view in VIEWS:
        assert ElementTree.fromstring(draw(y, view, heat=True).svg) is not None


def test_circles_are_found_without_recursion():
    assert strong_components(20_000, [(i, i + 1) for i in range(19_999)] + [(19_999, 0)]) == [0] * 20_000
    assert strong_components(3, [(0, 1), (1, 0)]) == [0, 0, 2]


def test_a_value_made_by_hand_is_drawn_in_every_view():
    a = Value(2.0, label="a")
    made = Value(4.0, (a,), "square") + autograd.sum([a, a])
    for view in VIEWS:
        assert draw(made, view).svg


def test_a_gradient_that_is_no_number_is_drawn_as_the_hottest():
    a = Value(1.0, label="a")
    y = a * math.nan + a * 2.0
    y.backward()
    scale = scale_of(edge.heat for edge in describe(y).edges)
    assert scale.step(math.nan) == scale.step(math.inf) == STEPS - 1
    assert f'class="edge h{STEPS - 1}"' in draw(y, heat=True).svg


def test_heat_is_the_size_of_what_flows_whatever_its_sign():
    a = Value(1.0, label="a")
    y = a * -3.0
    y.backward()
    assert [edge.heat for edge in describe(y).edges if not edge.still] == [3.0]


def test_a_summary_keeps_a_group_apart_that_two_others_use():
    shared = [Value(float(i)).exp() for i in range(10)]
    y = autograd.sum([h.sin() for h in shared]) * autograd.sum([h.cos() for h in shared])
    assert [found.name for found in describe(y, view="summary").boxes] == ["inputs", "exp", "sin sum", "cos sum", "*"]
