"""Text of the user is shown and nothing else: it changes no structure and adds nothing active, wherever it is shown."""

import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from autograd import Value
from autograd.drawing import draw, draw_dot
from autograd.drawing.dot import digraph
from autograd.drawing.picture import NAME_LENGTH, Box, Edge, Picture, clipped
from benchmarks.proof.labels.row import SINKS
from benchmarks.proof.labels.sinks import SVG_ELEMENTS, bare, faults_of, graph_with
from benchmarks.proof.labels.texts import LABELS
from benchmarks.proof.labels.texts import WRITTEN as HOSTILE

__all__ = ["HOSTILE", "graph_with", "shortened"]


def shortened(label: str) -> str:
    return ascii(label[:24])


@pytest.mark.parametrize("label", LABELS, ids=shortened)
def test_a_label_breaks_out_of_nothing(label: str):
    assert {sink: faults_of(judge, label) for sink, judge in SINKS.items()} == {sink: [] for sink in SINKS}


def forest(texts: list[str]) -> Value:
    """A graph with a frame, in which every text is a label and a scope."""
    total = Value(0.0, label="total")
    for text in texts:
        x, w, b = Value(1.0, label=text), Value(2.0, label=text), Value(3.0)
        w.scope = b.scope = f"{text}.neurons.1"
        total = total + (w * x + b).tanh()
    return total


def test_hundreds_of_hostile_texts_in_one_picture_are_text():
    texts = [text for label in LABELS for text in (label, f"a{label[:50]}b")]
    root = forest(texts)
    for view in ("detail", "compact", "neuron", "layer", "summary"):
        svg = draw(root, view, max_nodes=5000, labels={f"<{text}": Value(1.0) for text in texts}).svg
        assert {bare(element.tag) for element in ElementTree.fromstring(svg).iter()} <= SVG_ELEMENTS
        assert not re.search(r"url\(|@import", "".join(re.findall(r"<style>.*?</style>", svg)))
    compact = draw(root, "compact", max_nodes=5000).svg
    assert compact.count("<g class=") == 3 * len(texts) + 2 * len(texts) + len(texts) * 2 + 1


@pytest.mark.parametrize("text", ["<b>bold</b>", "<>", "<\\N>"])
def test_a_whole_label_between_angle_brackets_is_no_html_in_dot(text: str):
    """Engines draw any description, also one whose label is the user's text and no more."""
    box = Box(text, "", "constant", (), text)
    source = digraph(Picture([box, box], [Edge(0, 1, text, text)], "LR", text, text)).source
    quoted = '"' + text.replace("\\", "\\\\") + '"'
    assert source.count(f"label={quoted}") == 4
    assert source.count("label=") == 4


@pytest.mark.skipif(shutil.which("dot") is None, reason="the program dot is not on this machine")
def test_dot_itself_reads_every_label_as_text():
    wanted = [label for label in LABELS if clipped(label, NAME_LENGTH)]
    total = Value(0.0, label="total")
    for label in wanted:
        total = total + Value(1.0, label=label)
    svg = subprocess.run(
        ["dot", "-Tsvg"], input=draw_dot(total).source.encode(), capture_output=True, check=True
    ).stdout
    elements = list(ElementTree.fromstring(svg).iter())
    nodes = [e for e in elements if e.get("class") == "node"]
    assert len(nodes) == 2 * len(wanted) + 1
    assert not [e for e in elements if bare(e.tag) in {"script", "a", "image", "table"}]
    shown = {" ".join(str(e.text).split()) for e in elements if e.tag.endswith("text")}
    assert {" ".join(clipped(label, NAME_LENGTH).split()) for label in wanted} <= shown
