"""What a picture of a graph says: its boxes and edges with their texts, before anyone decides where they go.

Every engine draws from this description. Its texts are legible in any format: no control characters, no
lone surrogates, one line each, of bounded length. What `<`, `"` or a backslash mean is left to the engine.
"""

from typing import Literal, NamedTuple

from autograd.dialects import HandMade
from autograd.graph import Node, export
from autograd.value import Value

Role = Literal["leaf", "constant", "intermediate", "output"]
Direction = Literal["LR", "TB"]

MOST_VALUES = 1000  # beyond, no one can read it, and `dot` takes minutes
NAME_LENGTH = 28
TIMES = "\N{MULTIPLICATION SIGN}"


class Tint(NamedTuple):
    """The colours of a role: fill and line, in a light and in a dark picture."""

    fill: str
    line: str
    dark_fill: str
    dark_line: str


TINTS: dict[Role, Tint] = {
    "leaf": Tint("#e7f0fd", "#4a80d9", "#15263f", "#5c92e8"),
    "constant": Tint("#f1f2f4", "#b4bac4", "#22262d", "#58616e"),
    "intermediate": Tint("#ffffff", "#8b95a3", "#1b1f26", "#6f7a89"),
    "output": Tint("#fdefdc", "#d9822b", "#3a2814", "#e39a4f"),
}


class Box(NamedTuple):
    """One value: what it is called, the operation that made it, and lines of a word and a number.

    title  the same in one sentence, with every digit
    """

    name: str
    symbol: str
    role: Role
    lines: tuple[tuple[str, str], ...]
    title: str


class Edge(NamedTuple):
    """One use of a value: from the operand's box to the result's, with the local slope.

    label  the slope as it is shown; empty where the operand is a constant
    """

    tail: int
    head: int
    label: str
    title: str


class Picture(NamedTuple):
    """Boxes, operands first and the result last; edges in the order of results, then of operands.

    notice   what the reader must be told about what is missing; mostly empty
    summary  the whole in one sentence, for those who cannot see it
    """

    boxes: list[Box]
    edges: list[Edge]
    rankdir: Direction
    notice: str
    summary: str


def describe(root: Value, rankdir: str = "LR") -> Picture:
    """The picture of everything that `root` was made of; of a very large graph, of what is nearest to it.

    >>> a = Value(2.0, label="a")
    >>> picture = describe(a * a + 1.0)
    >>> [(box.name, box.role) for box in picture.boxes]
    [('a', 'leaf'), ('*', 'intermediate'), ('1', 'constant'), ('+', 'output')]
    >>> [(edge.tail, edge.head) for edge in picture.edges]
    [(0, 1), (0, 1), (1, 3), (2, 3)]
    >>> picture.edges[0].title
    'a to *: local slope 2.0'
    """
    if not isinstance(root, Value):
        raise TypeError(f"a picture is drawn of a Value, got {type(root).__name__}: {clipped(repr(root), 60)}")
    direction: Direction
    if rankdir == "LR":
        direction = "LR"
    elif rankdir == "TB":
        direction = "TB"
    else:
        raise ValueError(f'rankdir is "LR", left to right, or "TB", top to bottom; got {rankdir!r}')
    graph = export(root)
    drawn = nearest_to_the_result(graph)
    constants = constants_of(graph)
    place = {index: i for i, index in enumerate(drawn)}
    boxes = [box_of(graph[i], len(graph) - 1, i in constants, hidden_operands(graph[i], place)) for i in drawn]
    edges = [edge for i in drawn for edge in edges_into(graph[i], graph, place)]
    notice = (
        f"{len(graph):,} values, the {len(drawn):,} nearest to the result are drawn" if len(drawn) < len(graph) else ""
    )
    summary = f"How {boxes[-1].name or 'a value'} was computed: {notice or counted(len(graph), 'value')}"
    return Picture(boxes, edges, direction, notice, summary)


def nearest_to_the_result(graph: list[Node]) -> list[int]:
    """The indices of the values that the fewest steps lead to from the last one, in the order of the graph."""
    found = [len(graph) - 1]
    known = set(found)
    for index in found:  # grows while it is read
        if len(found) >= MOST_VALUES:
            break
        for operand in graph[index].operands:
            if operand not in known and len(found) < MOST_VALUES:
                known.add(operand)
                found.append(operand)
    return sorted(found)


def hidden_operands(node: Node, place: dict[int, int]) -> int:
    """How many operands of a node are not drawn."""
    return sum(operand not in place for operand in node.operands)


def constants_of(graph: list[Node]) -> set[int]:
    """The leaves that no gradient is meant for: used, and never with a slope.

    A result made by hand under a rule of its own shows no slopes either, but its operands are no constants.
    """
    varying: set[int] = set()
    used: set[int] = set()
    for node in graph:
        used.update(node.operands)
        for operand, slope in zip(node.operands, node.slopes, strict=True):
            if slope is not None or isinstance(node.row, HandMade):
                varying.add(operand)
    return {i for i in used - varying if graph[i].row is None}


def box_of(node: Node, root: int, is_constant: bool, hidden: int) -> Box:
    """A value as a box."""
    symbol = symbol_of(node)
    data = f"{node.data:.4g}"
    title = f"{called(node)} = {symbol}, " if node.label and symbol else f"{called(node)}, "
    title += f"data {node.data!r}, grad {node.grad!r}" + (
        f", in {clipped(node.scope, NAME_LENGTH)}" if node.scope else ""
    )
    if is_constant:
        label = clipped(node.label, NAME_LENGTH)
        lines: tuple[tuple[str, str], ...] = (("data", data),) if label else ()
        return Box(label or data, "", "constant", lines, f"{called(node)}, constant {node.data!r}")
    lines = (("data", data), ("grad", f"{node.grad:.4g}"))
    if hidden:
        lines += ((f"{counted(hidden, 'operand')} not drawn", ""),)
    role: Role = "leaf" if node.row is None else "output" if node.index == root else "intermediate"
    return Box(clipped(node.label, NAME_LENGTH) or symbol, symbol, role, lines, title)


def edges_into(node: Node, graph: list[Node], place: dict[int, int]) -> list[Edge]:
    """An edge for each operand of a node that is drawn: twice the same operand gives two."""
    edges = []
    for operand, slope in zip(node.operands, node.slopes, strict=True):
        if operand not in place:
            continue
        title = f"{called(graph[operand])} to {called(node)}: "
        if slope is not None:
            label, title = f"{TIMES} {slope:.4g}", f"{title}local slope {slope!r}"
        elif isinstance(node.row, HandMade):
            label, title = f"{TIMES} ?", f"{title}the slope is known only to a rule made by hand"
        else:
            label, title = "", f"{title}a constant, no slope"
        edges.append(Edge(place[operand], place[node.index], label, title))
    return edges


def symbol_of(node: Node) -> str:
    """The operation as pictures show it; empty for a leaf."""
    if node.row is None:
        return ""
    return clipped(node.row.symbol, NAME_LENGTH) or "by hand"


def called(node: Node) -> str:
    """A value in a sentence: by its label, its operation or, if it has neither, its number."""
    return clipped(node.label, NAME_LENGTH) or symbol_of(node) or f"{node.data:.4g}"


def counted(count: int, noun: str) -> str:
    """A count with its noun.

    >>> counted(1, "value"), counted(2000, "value")
    ('1 value', '2,000 values')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


# Legible text

SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"
CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
REORDERING = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))  # these would turn round the text that follows
NOT_IN_XML = (*range(0xD800, 0xE000), 0xFFFE, 0xFFFF)
LEGIBLE = dict.fromkeys((*CONTROLS, *REORDERING, *NOT_IN_XML), "\ufffd") | dict.fromkeys(map(ord, SPACES), " ")


def clipped(text: str, length: int) -> str:
    """`text` on one line and at most `length` long, with a replacement for what no format can hold.

    >>> clipped("two\\nlines \\x00", 20), clipped("a" * 100_000, 5)
    ('two lines �', 'aaaa…')
    """
    if len(text) > length:
        return " ".join(text[: length - 1].translate(LEGIBLE).split()) + "…"
    return " ".join(text.translate(LEGIBLE).split())
