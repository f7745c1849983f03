"""The backward pass as a picture that moves: what lights up when, and that nothing else is changed."""

import random
import re
import xml.etree.ElementTree as ET

import pytest

import nn
from autograd import Value, animate, draw


def expression():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    y = (a * b + 6.5).tanh()
    y.label = "y"
    y.backward()
    return y


def turns(svg):
    """For each box and edge that moves, the number of its step."""
    return {part: int(step) for part, step in re.findall(r"-([ne]\d+) (?:rect|\.way)\{animation:\w+?l(\d+) ", svg)}


def test_a_box_lights_up_when_all_of_its_uses_have():
    y = expression()
    found = turns(animate(y).svg)
    titles = re.findall(r'id="\w+-(n\d+)"><title>(\w+)', draw(y).svg)
    by_name = {name: found.get(part) for part, name in titles}
    assert by_name["y"] == 0
    assert by_name["a"] > by_name["y"]
    assert sorted(step for part, step in found.items() if part.startswith("n")) == [0, 1, 2, 3, 4]


def test_an_edge_lights_up_with_the_value_that_hands_its_gradient_on():
    svg = animate(expression()).svg
    found = turns(svg)
    assert sorted(step for part, step in found.items() if part.startswith("e")) == [0, 1, 2, 2]


def test_a_constant_stands_still():
    y = expression()
    constants = re.findall(r'class="constant" id="\w+-(n\d+)"', animate(y).svg)
    assert len(constants) == 1
    assert constants[0] not in turns(animate(y).svg)


def test_it_is_the_picture_that_draw_makes_with_a_style_sheet_more():
    y = expression()
    assert animate(y).svg.startswith(draw(y).svg.removesuffix("</svg>\n"))


def test_values_of_a_large_graph_go_together_by_their_distance():
    model = nn.MLP(2, [4, 1], activation="tanh", rng=random.Random(1))
    loss = (model([Value(1.0), Value(-0.5)]) - 1.0) ** 2
    loss.backward()
    found = turns(animate(loss).svg)
    assert len([part for part in found if part.startswith("n")]) > 24
    assert 4 < max(found.values()) < 10


@pytest.mark.parametrize("label", ["</style><script>alert(1)</script>", '"} * {display:none', "]]>", "\x00"])
def test_no_label_gets_out_of_its_place(label):
    y = Value(1.0, label=label).exp()
    y.backward()
    root = ET.fromstring(animate(y).svg)
    kinds = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert kinds <= {"svg", "style", "rect", "g", "title", "text", "path"}
    assert len(root.findall("{*}style")) == 2


def test_it_stands_still_for_those_who_want_less_motion():
    svg = animate(expression()).svg
    before, _, inside = svg.partition("@media(prefers-reduced-motion:no-preference){")
    assert "animation:" not in before
    assert "animation:" in inside


def test_the_same_graph_gives_the_same_bytes():
    assert animate(expression()).svg == animate(expression()).svg


def test_only_a_value_can_be_drawn():
    with pytest.raises(TypeError, match="of a Value, got float"):
        animate(3.0)
