"""Text of the user is shown and nothing else: it changes no structure and adds no active content, in SVG and in DOT."""

import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from autograd import Value
from autograd.drawing import draw, draw_dot
from autograd.drawing.dot import digraph
from autograd.drawing.picture import NAME_LENGTH, Box, Edge, Picture, clipped

HOSTILE = [
    '"]; x -> y [label="',
    '"',
    '\\"',
    '\\\\"',
    '"; } digraph { evil',
    "'",
    "''\"\"",
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</text></g></svg>",
    '"><image href="x" onerror="alert(1)"/>',
    "' onload='alert(1)",
    "javascript:alert(1)",
    '<a href="javascript:alert(1)">x</a>',
    "<b>bold</b>",
    "<<table><tr><td>x</td></tr></table>>",
    "<>",
    "<",
    ">",
    "<x",
    "x>",
    "<!-- ",
    " -->",
    "<![CDATA[",
    "]]>",
    "<?xml version='1.0'?>",
    "<!DOCTYPE svg [<!ENTITY x 'y'>]>",
    "&",
    "&amp;",
    "&lt;script&gt;",
    "&#60;b&#62;",
    "&x;",
    "\\",
    "\\\\",
    "x\\",
    "\\N",
    "\\G \\E \\T \\H \\L",
    "\\n\\l\\r",
    "{|}",
    "{a|{b|c}}",
    "<port> x | y",
    "%s %(x)s {0} {x}",
    "*/ alert(1) /*",
    "}</style><style>*{display:none}",
    "url(#x) url(http://example.com)",
    "\x00",
    "a\x00b",
    "\x01\x08\x0b\x0c\x0e\x1b\x7f\x85\x9f",
    "\ud800",
    "\udfff\ud800",
    "a\udc80b",
    "\ufffe\uffff",
    "\u202eoverridden\u202c",
    "\u2066isolated\u2069",
    "\u200fright to left \u200e",
    "\u05e9\u05dc\u05d5\u05dd",
    "two\nlines",
    "\r\n\t",
    "\\\n",
    "\u2028\u2029",
    "\U0001f600\U0001f469\u200d\U0001f4bb",
    "e\u0301" * 20,
    "\u640d\u5931" * 20,
    "x" * 100_000,
    '"<&\\' * 25_000,
    "\n" * 100_000,
    "node",
    "digraph",
    "graph { }",
    "n0",
    "n0:port:ne",
    "//",
    "# include",
    "1.5",
    "-.5",
    "",
    " ",
]


def shortened(label: str) -> str:
    return ascii(label[:24])


def graph_with(text: str) -> Value:
    """A graph in which a leaf, a result, a constant and an operation carry the text."""
    a = Value(2.0, label=text)
    a.scope = text
    made = Value(6.0, (a,), text)
    made.label = text
    product = made * 3.0
    product.operands[1].label = text
    result = product.tanh() + a
    result.label = text
    return result


def structure(svg: str) -> list[tuple[str, list[str], str]]:
    """Elements in order, with the names of their attributes and their classes."""
    return [
        (element.tag, sorted(element.attrib), element.get("class", ""))
        for element in ElementTree.fromstring(svg).iter()
    ]


@pytest.mark.parametrize("label", HOSTILE, ids=shortened)
@pytest.mark.parametrize("view", ["detail", "compact", "neuron", "summary"])
def test_a_label_changes_nothing_but_text_in_svg(label: str, view: str):
    benign = "plain" if clipped(label, NAME_LENGTH) else ""
    direction = "TB" if view == "compact" else "LR"
    svg = draw(graph_with(label), view, direction=direction).svg
    assert structure(svg) == structure(draw(graph_with(benign), view, direction=direction).svg)
    assert len(svg) < 20_000
    svg.encode("utf-8")


@pytest.mark.parametrize("label", HOSTILE, ids=shortened)
def test_a_label_adds_nothing_active_to_svg(label: str):
    pictures = [draw(graph_with(label), view).svg for view in ("detail", "compact", "layer")]
    for element in (element for svg in pictures for element in ElementTree.fromstring(svg).iter()):
        assert element.tag.rpartition("}")[2] in {"svg", "style", "rect", "g", "title", "path", "text", "tspan"}
        assert not [name for name in element.attrib if "href" in name or name.startswith("on")]
        if element.tag.endswith("style"):
            assert "url(" not in str(element.text)
            assert "@import" not in str(element.text)


@pytest.mark.parametrize("label", HOSTILE, ids=shortened)
def test_a_label_is_shown_in_svg_as_it_is_or_clipped(label: str):
    texts = [
        e.text for e in ElementTree.fromstring(draw(Value(2.0, label=label)).svg).iter() if e.get("class") == "name"
    ]
    assert texts == ([clipped(label, NAME_LENGTH)] if clipped(label, NAME_LENGTH) else [])


def forest(texts: list[str]) -> Value:
    """A graph with a frame, in which every text is a label and a scope."""
    total = Value(0.0, label="total")
    for text in texts:
        x, w, b = Value(1.0, label=text), Value(2.0, label=text), Value(3.0)
        w.scope = b.scope = f"{text}.neurons.1"
        total = total + (w * x + b).tanh()
    return total


def test_hundreds_of_hostile_texts_in_one_picture_are_text():
    texts = [text for label in HOSTILE for text in (label, f"a{label}", f"{label[:50]}b")]
    assert len(texts) > 200
    root = forest(texts)
    for view in ("detail", "compact", "neuron", "layer", "summary"):
        svg = draw(root, view, max_nodes=5000, labels={f"<{text}": Value(1.0) for text in texts}).svg
        kinds = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()}
        assert kinds <= {"svg", "style", "rect", "g", "title", "path", "text", "tspan"}
        assert not re.search(r"url\(|@import", "".join(re.findall(r"<style>.*?</style>", svg)))
    compact = draw(root, "compact", max_nodes=5000).svg
    assert compact.count("<g class=") == 3 * len(texts) + 2 * len(texts) + len(texts) * 2 + 1


TOKEN = re.compile(r'\s*(?:(?P<quoted>"(?:\\.|[^"\\])*")|(?P<plain>->|[\[\]{}=]|[A-Za-z_]\w*|-?[0-9.]+))', re.DOTALL)


def tokens(source: str) -> list[str]:
    """The tokens of DOT source; every label becomes LABEL, and anything that is not a token fails."""
    found, position = [], 0
    while source[position:].strip():
        match = TOKEN.match(source, position)
        assert match, f"not DOT: {source[position:][:40]!r}"
        found.append(match["quoted"] or match["plain"])
        if found[-2:-1] == ["="] and found[-3] == "label":
            found[-1] = "LABEL"
        position = match.end()
    return found


@pytest.mark.parametrize("label", HOSTILE, ids=shortened)
def test_a_label_changes_nothing_but_labels_in_dot_source(label: str):
    benign = "plain" if clipped(label, NAME_LENGTH) else ""
    for look in ("valuegrad", "classic"):
        source = draw_dot(graph_with(label), look=look).source
        assert tokens(source) == tokens(draw_dot(graph_with(benign), look=look).source)


@pytest.mark.parametrize("label", HOSTILE, ids=shortened)
def test_a_label_means_itself_in_dot_source(label: str):
    match = re.search(r'n0 \[label="((?:\\.|[^"\\])*)"', draw_dot(Value(2.0, label=label)).source)
    assert match
    name = match[1].removesuffix("data 2\\ngrad 0").removesuffix("\\n")
    meant = re.sub(r"\\(.)", r"\1", name).replace("&amp;", "&")
    assert meant == clipped(label, NAME_LENGTH)


@pytest.mark.parametrize("label", HOSTILE, ids=shortened)
def test_dot_source_holds_no_record_html_or_link(label: str):
    source = draw_dot(graph_with(label)).source
    assert not re.search(
        r"shape=\"?M?record|=\s*<|\b(URL|href|tooltip|image|target)=", re.sub(r'"(?:\\.|[^"\\])*"', '""', source)
    )


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
    wanted = [label for label in HOSTILE if clipped(label, NAME_LENGTH)]
    total = Value(0.0, label="total")
    for label in wanted:
        total = total + Value(1.0, label=label)
    svg = subprocess.run(
        ["dot", "-Tsvg"], input=draw_dot(total).source.encode(), capture_output=True, check=True
    ).stdout
    elements = list(ElementTree.fromstring(svg).iter())
    nodes = [e for e in elements if e.get("class") == "node"]
    assert len(nodes) == 2 * len(wanted) + 1
    assert not [e for e in elements if e.tag.rpartition("}")[2] in {"script", "a", "image", "table"}]
    shown = {" ".join(str(e.text).split()) for e in elements if e.tag.endswith("text")}
    assert {" ".join(clipped(label, NAME_LENGTH).split()) for label in wanted} <= shown
