"""Pictures with a box for each value: in detail, or compact, one small line for each."""

from collections import Counter
from typing import Literal, NamedTuple

from autograd.dialects import HandMade
from autograd.drawing.grouping.scopes import ancestors, scopes_of
from autograd.drawing.layout.layers import NO_FRAME
from autograd.drawing.picture import (
    NAME_LENGTH,
    TIMES,
    Box,
    Direction,
    Edge,
    Frame,
    Picture,
    Role,
    called,
    clipped,
    constants_of,
    counted,
    symbol_of,
)
from autograd.graph import Node

Labels = Literal["slope", "contribution", "none"]


class Subject(NamedTuple):
    """What a picture is drawn of: a graph, the scope of each value, the constants, what edges are to say."""

    graph: list[Node]
    scopes: list[str]
    constants: set[int]
    edges: Labels = "slope"

    def is_parameter(self, node: Node) -> bool:
        """Whether a value is a leaf that belongs to a part of a model."""
        return node.row is None and bool(self.scopes[node.index])


def subject_of(graph: list[Node], edges: Labels = "slope") -> Subject:
    """A graph with what is read off it."""
    return Subject(graph, scopes_of(graph), constants_of(graph), edges)


def picture_of_values(subject: Subject, direction: Direction, compact: bool, heated: bool = False) -> Picture:
    """The picture of every value of a graph."""
    graph = subject.graph
    frame, frames = frames_of([ancestors(scope) for scope in subject.scopes])
    boxes = [box_of(node, subject, compact)._replace(frame=f) for node, f in zip(graph, frame, strict=True)]
    edges = [edge for node in graph for edge in edges_into(node, subject, compact)]
    summary = f"How {boxes[-1].name or 'a value'} was computed: {counted(len(graph), 'value')}"
    return Picture(boxes, edges, direction, "", summary, frames, compact, heated)


def frames_of(chains: list[list[str]]) -> tuple[list[int], tuple[Frame, ...]]:
    """The innermost frame of each box, and all frames, from the scopes that each box is in, the widest first.

    A frame around a single box, or around the same boxes as the one around it, says nothing and is left out.
    """
    sizes = Counter(scope for chain in chains for scope in chain)
    place: dict[str, int] = {}
    frames: list[Frame] = []
    innermost = []
    for chain in chains:
        kept = [
            scope
            for scope, inner in zip(chain, [*chain, ""][1:], strict=True)
            if sizes[scope] > 1 and sizes[inner] < sizes[scope]
        ]
        around, named = NO_FRAME, ""
        for scope in kept:
            if scope not in place:
                place[scope] = len(frames)
                frames.append(Frame(clipped(scope.removeprefix(f"{named}."), NAME_LENGTH), around, scope))
            around, named = place[scope], scope
        innermost.append(around)
    return innermost, tuple(frames)


# Boxes


def box_of(node: Node, subject: Subject, compact: bool = False) -> Box:
    """A value as a box."""
    symbol = symbol_of(node)
    name, is_constant = clipped(node.label, NAME_LENGTH), node.index in subject.constants
    data = ("" if compact else "data", f"{node.data:.4g}")
    lines: tuple[tuple[str, str], ...]
    if is_constant:
        lines = (data,) if name else ()
        return Box(name or data[1], "", "constant", lines, f"{called(node)}, constant {node.data!r}")
    if compact:
        return Box(name or symbol, "", role_of(node, subject), (data,), short_title(node, subject))
    lines = (data, ("grad", f"{node.grad:.4g}"))
    title = f"{called(node)} = {symbol}, " if node.label and symbol else f"{called(node)}, "
    title += f"data {node.data!r}, grad {node.grad!r}"
    scope = clipped(subject.scopes[node.index], NAME_LENGTH)
    return Box(name or symbol, symbol, role_of(node, subject), lines, f"{title}, in {scope}" if scope else title)


def role_of(node: Node, subject: Subject) -> Role:
    """What a value is in the picture; the colour says it."""
    if node.index == len(subject.graph) - 1 and node.row is not None:
        return "output"
    if node.row is None:
        return "parameter" if subject.is_parameter(node) else "leaf"
    return "intermediate"


def short_title(node: Node, subject: Subject) -> str:
    """The title of a box whose picture has many."""
    symbol = f" = {symbol_of(node)}" if node.label and node.row else ""
    return f"{called(node)}{symbol}, data {node.data:.6g}, grad {node.grad:.6g}"


# Edges


def edges_into(node: Node, subject: Subject, compact: bool = False) -> list[Edge]:
    """An edge for each operand of a node: twice the same operand gives two."""
    edges = []
    head = called(node)
    for operand, slope in zip(node.operands, node.slopes, strict=True):
        label, title = edge_texts(node, slope, subject.edges)
        if compact:
            label, title = "", short_edge_title(node, slope, title)
        title = f"{called(subject.graph[operand])} to {head}: {title}"
        heat = abs(node.grad * slope) if slope is not None else 0.0
        still = slope is None and not isinstance(node.row, HandMade)
        edges.append(Edge(operand, node.index, label, title, still, heat))
    return edges


def edge_texts(node: Node, slope: float | None, kind: Labels) -> tuple[str, str]:
    """What stands on an edge, and in its title after the names."""
    if slope is None:
        if isinstance(node.row, HandMade):
            return f"{TIMES} ?" * (kind != "none"), "the slope is known only to a rule made by hand"
        return "", "a constant, no slope"
    if kind == "contribution":
        share = node.grad * slope
        return f"{share:+.4g}", f"contribution {share!r} = gradient {node.grad!r} {TIMES} local slope {slope!r}"
    return f"{TIMES} {slope:.4g}" * (kind == "slope"), f"local slope {slope!r}"


def short_edge_title(node: Node, slope: float | None, otherwise: str) -> str:
    """The title of an edge whose picture has many, after the names."""
    return otherwise if slope is None else f"slope {slope:.4g}, contribution {node.grad * slope:.4g}"
