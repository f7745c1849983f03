"""The built-in picture: an SVG document that stands on its own, and is the same wherever it is made."""

import re
import xml.etree.ElementTree as ElementTree
from itertools import combinations
from pathlib import Path

import pytest

import autograd
import nn
from autograd import Value
from autograd.drawing import draw

GOLDEN = Path(__file__).parent / "golden"
SVG = "{http://www.w3.org/2000/svg}"


def neuron() -> Value:
    """A small graph whose numbers are exact: a labelled result, a constant, a value used twice."""
    x, w, b = Value(2.0, label="x"), Value(-3.0, label="w"), Value(0.5, label="b")
    s = x * w + b
    s.label = "s"
    y = (s + s) * 0.25 - s
    y.label = "y"
    y.backward()
    return y


def network() -> Value:
    """A network of two inputs, three hidden neurons and one output, as sums of products."""
    inputs = [Value(0.5, label="x0"), Value(-1.25, label="x1")]
    hidden = []
    for i in range(3):
        s = Value(0.1, label="b")
        for x in inputs:
            s = s + x * Value(0.3 * i - 0.2, label="w")
        hidden.append(s.tanh())
    y = autograd.dot([Value(0.7), Value(-0.123456), Value(1e-7)], hidden, Value(0.0))
    y.backward()
    return y


def elements(svg: str, tag: str, kind: str = "") -> list[ElementTree.Element]:
    return [e for e in ElementTree.fromstring(svg).iter(SVG + tag) if kind in e.get("class", "").split() or not kind]


@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_a_picture_is_the_golden_one_byte_for_byte(rankdir: str):
    golden = GOLDEN / f"neuron_{rankdir}.svg"
    made = draw(neuron(), direction=rankdir).svg
    assert made.encode() == golden.read_bytes(), f"look at the new picture; if it is better, save it as {golden.name}"


def model_loss() -> Value:
    """Three samples through a small network whose numbers are exact."""
    model = nn.MLP(2, [2, 1])
    for i, parameter in enumerate(model.parameters()):
        parameter.data = 0.25 * (i % 5) - 0.5
    scores = [model([Value(0.5 * i), Value(1.0)]) for i in range(3)]
    loss = sum((score - 1.0) ** 2 for score in scores) * 0.5 + 0.25 * sum(p * p for p in model.parameters())
    assert isinstance(loss, Value)
    loss.backward()
    return loss


@pytest.mark.parametrize("view", ["compact", "layer"])
def test_a_picture_of_a_network_is_the_golden_one_byte_for_byte(view: str):
    golden = GOLDEN / f"network_{view}.svg"
    made = draw(model_loss(), view, heat=True).svg
    assert made.encode() == golden.read_bytes(), f"look at the new picture; if it is better, save it as {golden.name}"


def test_the_document_brings_its_own_ink_and_paper_and_scales():
    svg = draw(neuron()).svg
    root = ElementTree.fromstring(svg)
    assert [root.attrib["width"], root.attrib["height"]] == root.attrib["viewBox"].split()[2:]
    assert root.attrib["style"] == "max-width:100%;height:auto"
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == "How y was computed: 9 values"
    assert "prefers-color-scheme:dark" in svg
    assert next(root.iter(SVG + "rect")).get("class") == "paper"


def test_nothing_is_loaded_or_run():
    svg = draw(neuron()).svg
    assert not re.search(r"<script|href|url\(|@import|<image|<foreignObject|\bon\w+=", svg)
    assert re.findall(r"https?://[^\"]*", svg) == ["http://www.w3.org/2000/svg"]


def test_every_value_and_edge_is_a_group_with_a_title():
    svg = draw(neuron()).svg
    groups = [e for e in elements(svg, "g") if e.get("id")]
    assert [e.attrib["id"].partition("-")[2] for e in groups] == [f"e{i}" for i in range(10)] + [
        f"n{i}" for i in range(9)
    ]
    titles = [e.findtext(SVG + "title") for e in groups]
    assert titles[:3] == ["x to *: local slope -3.0", "w to *: local slope 2.0", "* to s: local slope 1.0"]
    assert titles[-1] == "y = -, data 2.75, grad 1.0"


def test_identifiers_and_styles_are_those_of_one_picture():
    one, other = draw(neuron()).svg, draw(network()).svg
    names = [ElementTree.fromstring(svg).attrib["id"] for svg in (one, other)]
    assert names[0] != names[1]
    for svg, name in zip((one, other), names, strict=True):
        assert all(identifier.startswith(name) for identifier in re.findall(r' id="([^"]*)"', svg))
        selectors = re.findall(r"[^{}]*(?={[^{}]*})", elements(svg, "style")[0].text or "")
        assert all(selector.startswith(f"#{name} ") for selector in selectors if selector)


def test_the_slopes_stand_in_the_order_of_the_edges():
    shown = [e.text for e in elements(draw(neuron()).svg, "text", "slope")]
    assert shown == [f"\N{MULTIPLICATION SIGN} {s}" for s in ("-3", "2", "1", "1", "1", "1", "0.25", "1", "-1")]


def test_an_edge_from_a_constant_is_dashed_and_has_no_slope():
    svg = draw(Value(1.0) + 2.0).svg
    still = elements(svg, "g", "still")
    assert len(still) == 1
    assert not still[0].findall(SVG + "text")


def test_operators_are_printed_rather_than_typed():
    shown = [e.text for e in elements(draw(Value(1.0) * Value(2.0) - Value(3.0)).svg, "text", "name")]
    assert shown == ["\N{MULTIPLICATION SIGN}", "\N{MINUS SIGN}"]


def rectangle(element: ElementTree.Element) -> tuple[float, float, float, float]:
    return tuple(float(element.attrib[name]) for name in ("x", "y", "width", "height"))  # type: ignore[return-value]


def room_of_label(element: ElementTree.Element) -> tuple[float, float, float, float]:
    width = 6.02 * len(element.text or "")
    left = float(element.attrib["x"]) - (width if "end" in element.attrib["class"] else width / 2)
    return left, float(element.attrib["y"]) - 7.5, width, 7.5


@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_slopes_cover_neither_boxes_nor_each_other(rankdir: str):
    svg = draw(network(), direction=rankdir).svg
    boxes = [rectangle(e) for e in elements(svg, "rect") if e.get("class") != "paper"]
    labels = [room_of_label(e) for e in elements(svg, "text", "slope")]
    assert len(labels) == 34
    for one, other in combinations(boxes + labels, 2):
        beside = one[0] + one[2] <= other[0] + 0.2 or other[0] + other[2] <= one[0] + 0.2
        above = one[1] + one[3] <= other[1] + 0.2 or other[1] + other[3] <= one[1] + 0.2
        assert beside or above, (one, other)


@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_everything_stands_within_the_view(rankdir: str):
    svg = draw(network(), direction=rankdir).svg
    width, height = map(float, ElementTree.fromstring(svg).attrib["viewBox"].split()[2:])
    for x, y, w, h in (rectangle(e) for e in elements(svg, "rect") if e.get("class") != "paper"):
        assert x >= 15.9
        assert y >= 15.9
        assert x + w <= width - 15.9
        assert y + h <= height - 15.9


def test_texts_stay_inside_their_box():
    y = Value(-1.2345e-100, label="a label of twenty-six signs") * Value(-9.876e99)
    y.label = "\u640d\u5931" * 5
    for group in (e for e in elements(draw(y).svg, "g") if e.findall(SVG + "rect")):
        x, _, width, _ = rectangle(group.findall(SVG + "rect")[0])
        for text in group.findall(SVG + "text"):
            size = 13 if {"name", "symbol"} & set(text.attrib["class"].split()) else 11
            length = len((text.text or "").encode("utf-16-le")) / 2 * size * 0.602
            if not (text.text or "").isascii() and len(text.text or "") > 1:
                length *= 2
            left = float(text.attrib["x"]) - (length if "end" in text.attrib["class"] else 0.0)
            assert x + 9.9 <= left
            assert left + length <= x + width - 9.9


def test_the_picture_of_a_large_graph_says_what_is_collapsed():
    y = x = Value(1.0)
    for _ in range(1500):
        y = y + x
    svg = draw(y).svg
    notice = " ".join(e.text or "" for e in elements(svg, "text", "notice"))
    assert notice == '1,501 values in 2 boxes: operations that do the same. More: view="compact", max_nodes=1501'
    assert len(elements(svg, "rect")) == 3
