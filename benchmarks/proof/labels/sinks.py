"""What a label does to each form that a graph is shown in: a judge for each says in sentences what broke out.

Nothing but its text may change with a label: elements, attributes, tokens and lines stay those of a graph whose labels
are plain. The text comes back as it was given, or clipped. What is legible is judged by Unicode's own tables, and not
by the library's.
"""

import itertools
import re
import subprocess
import unicodedata
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from xml.etree import ElementTree

import graphviz

from autograd import Value, animate, draw, draw_dot, explain, latex
from autograd.drawing.dot import Look
from autograd.drawing.formulas.names import COMMANDS, SYMBOL
from autograd.drawing.picture import LEGIBLE, NAME_LENGTH, clipped
from benchmarks.proof.sentences import place_of

LONGEST = 20_000  # characters of a picture of a few values, whatever they are called
#: Controls, lone surrogates, the ends of lines and of paragraphs; and what turns round the text that follows.
ILLEGIBLE_KINDS = {"Cc", "Cs", "Zl", "Zp"}
TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
NO_CHARACTERS = "\ufffe\uffff"
SVG_ELEMENTS = {"svg", "style", "rect", "g", "title", "path", "text", "tspan"}

Faults = Iterator[str]


def graph_with(text: str) -> Value:
    """A graph in which a leaf, a result, a constant and an operation carry the text, and a leaf its scope."""
    a = Value(2.0, label=text)
    a.scope = text
    made = Value(6.0, (a,), text)
    made.label = text
    product = made * 3.0
    product.operands[1].label = text
    result = product.tanh() + a
    result.label = text
    return result


def part_with(text: str) -> Value:
    """A neuron whose scope the text is, so that it stands above a frame."""
    w, b = Value(2.0), Value(1.0)
    w.scope = b.scope = text
    return (w * 3.0 + b).tanh()


def benign(label: str) -> str:
    """A plain text that takes the place of a label; nothing, where the label shows nothing."""
    return "plain" if clipped(label, NAME_LENGTH) else ""


def faults_of(judge: Callable[[str], Faults], label: str) -> list[str]:
    """What a judge finds wrong with a label; an error on the way is a fault too.

    >>> faults_of(svg_faults, "</text><script>")
    []
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the node made by hand has no slopes
        try:
            return list(judge(label))
        except Exception as error:
            return [place_of(error)]


def illegible(text: str) -> Faults:
    """What a text on one line must not hold, as a sentence.

    >>> list(illegible("a\\u202eb")), list(illegible("\\u05e9"))
    (["it holds '\\\\u202e'"], [])
    """
    found = {
        c
        for c in set(text)
        if unicodedata.category(c) in ILLEGIBLE_KINDS or unicodedata.bidirectional(c) in TURNING or c in NO_CHARACTERS
    }
    if found:
        yield f"it holds {', '.join(sorted(map(ascii, found)))}"


# SVG


def svg_faults(label: str) -> Faults:
    """What is wrong with a label in the pictures of every view."""
    yield from changes(drawn_views(label), plain_views(benign(label)))
    texts = [e.text for e in ElementTree.fromstring(draw(Value(2.0, label=label)).svg).iter() if kind_of(e) == "name"]
    if texts != list(filter(None, [clipped(label, NAME_LENGTH)])):
        yield f"it is shown as {texts}"


def moving_faults(label: str) -> Faults:
    """What is wrong with a label in a picture that moves."""
    yield from changes(drawn_moving(label), plain_moving(benign(label)))


def drawn_views(label: str) -> dict[str, str]:
    """The picture of a graph in each view, under a name that `labels=` gives, and with a frame around a part."""
    root, named = graph_with(label), Value(2.0)
    directions = {"detail": "LR", "compact": "TB", "neuron": "LR", "layer": "TB", "summary": "LR"}
    drawn = {view: draw(root, view, direction=direction).svg for view, direction in directions.items()}
    return drawn | {"labels=": draw(named, labels={label: named}).svg, "frame": draw(part_with(label)).svg}


def drawn_moving(label: str) -> dict[str, str]:
    """The picture that moves, and that of an explanation."""
    return {"animate": animate(graph_with(label)).svg, "explain": explained(label).picture.svg}


plain_views, plain_moving = cache(drawn_views), cache(drawn_moving)


def changes(drawn: dict[str, str], plain: dict[str, str]) -> Faults:
    """How pictures differ from the plain ones of the same names."""
    for name, svg in drawn.items():
        yield from changes_in_svg(svg, plain[name], name)


def changes_in_svg(drawn: str, plain: str, name: str) -> Faults:
    """How a picture differs from the plain one in more than text, or what it must not hold."""
    if structure(drawn) != structure(plain):
        yield f"{name} has other elements or attributes"
    if len(drawn) > LONGEST:
        yield f"{name} has {len(drawn):,} characters"
    yield from illegible(drawn.replace("\n", ""))
    yield from active_in_svg(drawn, name)


def active_in_svg(drawn: str, name: str) -> Faults:
    """What in a picture could do or load something, or cannot be written."""
    drawn.encode("utf-8")
    for element in ElementTree.fromstring(drawn).iter():
        if bare(element.tag) not in SVG_ELEMENTS:
            yield f"{name} holds a {bare(element.tag)}"
        if any("href" in attribute or attribute.startswith("on") for attribute in element.attrib):
            yield f"{name} has a {bare(element.tag)} with {', '.join(element.attrib)}"
        if bare(element.tag) == "style" and re.search(r"url\(|@import", element.text or ""):
            yield f"the style of {name} loads something"


def structure(svg: str) -> list[tuple[str, list[str], str]]:
    """Elements in order, with the names of their attributes and their classes."""
    return [(element.tag, sorted(element.attrib), kind_of(element)) for element in ElementTree.fromstring(svg).iter()]


def kind_of(element: ElementTree.Element) -> str:
    """The class of an element; "" for none."""
    return element.get("class", "")


def bare(tag: str) -> str:
    """The name of an element without its language."""
    return tag.rpartition("}")[2]


# DOT

TOKEN = re.compile(r'\s*(?:(?P<quoted>"(?:\\.|[^"\\])*")|(?P<plain>->|[\[\]{}=]|[A-Za-z_]\w*|-?[0-9.]+))', re.DOTALL)
QUOTED = re.compile(r'"(?:\\.|[^"\\])*"', re.DOTALL)
MEANT = re.compile(r"shape=\"?M?record|=\s*<|\b(?:URL|href|tooltip|image|target)=")


def dot_faults(label: str) -> Faults:
    """What is wrong with a label in the source for Graphviz."""
    looks: tuple[Look, ...] = ("valuegrad", "classic")
    for look, make in itertools.product(looks, (graph_with, part_with)):
        source = draw_dot(make(label), look=look).source
        if tokens(source) != plain_tokens(benign(label), look, make):
            yield f"the source has other tokens in the look {look}"
        if found := MEANT.search(QUOTED.sub('""', source)):
            yield f"the source says {found[0]}"
        yield from illegible("".join(QUOTED.findall(source)))
    source = draw_dot(Value(2.0, label=label)).source
    match = re.search(r'n0 \[label="((?:\\.|[^"\\])*)"', source, re.DOTALL)
    name = match[1].removesuffix("data 2\\ngrad 0").removesuffix("\\n") if match else "nothing"
    if re.sub(r"\\(.)", r"\1", name).replace("&amp;", "&") != clipped(label, NAME_LENGTH):
        yield f"the source has the label {name[:40]!r}"


@cache
def plain_tokens(label: str, look: Look, make: Callable[[str], Value]) -> list[str]:
    """The tokens of the source of the same graph under a plain label."""
    return tokens(draw_dot(make(label), look=look).source)


def tokens(source: str) -> list[str]:
    """The tokens of DOT source; every label becomes LABEL, and anything that is not a token is an error."""
    found: list[str] = []
    position = 0
    while source[position:].strip():
        match = TOKEN.match(source, position)
        if match is None:
            raise ValueError(f"not DOT: {source[position:][:40]!r}")
        found.append(match["quoted"] or match["plain"])
        if found[-2:-1] == ["="] and found[-3] == "label":
            found[-1] = "LABEL"
        position = match.end()
    return found


def faults_by_dot(source: str, accepted: list[str]) -> Faults:
    """How what `dot` makes of a graph of one node differs from one node with a text that is accepted."""
    done = subprocess.run(["dot", "-Tsvg"], input=source.encode("utf-8", "replace"), capture_output=True)
    if done.returncode:
        yield f"dot says {done.stderr.decode('utf-8', 'replace')[:60]!r}"
        return
    elements = list(ElementTree.fromstring(done.stdout).iter())
    nodes = [element for element in elements if kind_of(element) == "node"]
    shown = " ".join(" ".join(str(e.text or "") for e in elements if bare(e.tag) == "text").split())
    if len(nodes) != 1 or shown not in [" ".join(text.split()) for text in accepted]:
        yield f"dot shows {len(nodes)} nodes with {shown[:40]!r}"
    if active := {bare(element.tag) for element in elements} & {"script", "a", "image", "table"}:
        yield f"dot shows {', '.join(sorted(active))}"


def read_faults(label: str) -> Faults:
    """What is wrong with a label in what the program `dot` reads of our source."""
    source = draw_dot(Value(2.0, label=label)).source
    yield from faults_by_dot(source, [f"{clipped(label, NAME_LENGTH)} data 2 grad 0"])


def naive_faults(label: str) -> Faults:
    """What is wrong with a label that is handed to the Python package graphviz as it is."""
    graph = graphviz.Digraph()
    graph.node("n0", label=label)
    yield from faults_by_dot(graph.source, [label, label.translate(LEGIBLE), clipped(label, len(label) + 1)])


# LaTeX and plain text

KNOWN = {"text", "mathrm", "backslash", "wedge", "sim", "langle", "rangle", "bar", "overline", "cdot", "tanh"}
KNOWN |= {"begin", "end", "qquad", "forward", "backward", "downarrow", "uparrow"}
ESCAPED = {written.strip(): character for character, written in COMMANDS.items()}
PIECE = re.compile(r"\\text\{([^{}\\$%#&_^~<>]*)\}|(\\[a-z]+|\\.) ?")


def latex_faults(label: str) -> Faults:
    """What is wrong with a label in the formulas of a value."""
    a = Value(2.0, label=label)
    y = (a * 3.0 + a).tanh()
    y.label = label
    both = latex(y)
    for formula in (both.expression, both.derivation):
        formula.encode("utf-8")
        yield from illegible(formula.replace("\n", ""))
        outside = re.sub(r"\\text\{[^{}\\$%#&_^~<>]*\}", "", formula)
        if unknown := set(re.findall(r"\\([a-zA-Z]+)", outside)) - KNOWN:
            yield f"it commands {', '.join(unknown)}"
        unescaped = re.sub(r"\\[\\{}$&#%_]", "", outside.replace("\\\\\n", ""))
        if unescaped.count("{") != unescaped.count("}") or set("$%#~<>") & set(unescaped):
            yield f"it has a meaning in {outside[:40]!r}"
        if len(formula) > LONGEST:
            yield f"the formula has {len(formula):,} characters"
    if both.derivation.count("\n") != 6:
        yield f"the derivation has {both.derivation.count(chr(10)) - 1} lines"
    shown, written = clipped(label, NAME_LENGTH), latex(Value(2.0, label=label)).expression.partition(" = ")[0]
    if shown and not SYMBOL.fullmatch(shown) and PIECE.sub(read_back, written[1:-1]) != shown:
        yield f"it is written as {written[:40]!r}"


def read_back(piece: re.Match[str]) -> str:
    """The text that a piece of LaTeX shows."""
    return piece[1] if piece[2] is None else ESCAPED.get(piece[2], "?")


def explanation_faults(label: str) -> Faults:
    """What is wrong with a label in an explanation, as text and as a formula."""
    told, plain = (str(explained(text)) for text in (label, benign(label)))
    told.encode("utf-8")
    if told.count("\n") != plain.count("\n"):
        yield f"the explanation has {told.count(chr(10))} lines"
    yield from illegible(told.replace("\n", ""))
    if re.search(r"\\(?:input|write|href|def|csname)|<|(?<!\\)\$", explained(label).latex):
        yield "the formula of the explanation commands something"


def explained(label: str) -> Any:
    """An explanation in which a leaf and the result carry the text."""
    a = Value(2.0, label=label)
    y = (a * a).exp()
    y.label = label
    return explain(y, a)
