"""What a picture of a graph says: its boxes and edges with their texts, before anyone decides where they go.

Every engine draws from this description. Its texts are legible in any format: no control characters, no
lone surrogates, one line each, of bounded length. What `<`, `"` or a backslash mean is left to the engine.
"""

from typing import Literal, NamedTuple

from autograd.dialects import HandMade
from autograd.drawing.layout.layers import NO_FRAME
from autograd.graph import Node

Role = Literal["leaf", "parameter", "constant", "intermediate", "output", "part"]
Direction = Literal["LR", "TB"]

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
    "parameter": Tint("#e6f6ec", "#3f9a63", "#12301f", "#4fae78"),
    "constant": Tint("#f1f2f4", "#b4bac4", "#22262d", "#58616e"),
    "intermediate": Tint("#ffffff", "#8b95a3", "#1b1f26", "#6f7a89"),
    "output": Tint("#fdefdc", "#c9741f", "#3a2814", "#e39a4f"),
    "part": Tint("#f1ecfb", "#8663c4", "#261c3d", "#9a7ddb"),
}


class Box(NamedTuple):
    """One value, or a group of them: what it is called, the operation, and lines of a word and a number.

    title       the same in one sentence, with every digit
    stands_for  how many values; a group is drawn as a pile
    frame       the place of its frame in the picture's list, or NO_FRAME
    """

    name: str
    symbol: str
    role: Role
    lines: tuple[tuple[str, str], ...]
    title: str
    stands_for: int = 1
    frame: int = NO_FRAME


class Edge(NamedTuple):
    """One use of a value: from the operand's box to the result's, with the local slope. Between groups, all uses.

    label  the slope as it is shown; empty where there is none to show
    still  whether the operand is a constant, through which no gradient flows
    heat   the size of the gradient that flows through it, summed up over all uses
    """

    tail: int
    head: int
    label: str
    title: str
    still: bool = False
    heat: float = 0.0


class Frame(NamedTuple):
    """A part of a model, drawn around its boxes.

    inside  the place of the frame around it, or NO_FRAME; that one comes earlier
    scope   the name of the part in full
    """

    title: str
    inside: int
    scope: str = ""


class Picture(NamedTuple):
    """Boxes, operands first and the result last; edges in the order of results, then of operands.

    notice   what the reader must be told about what is missing; mostly empty
    summary  the whole in one sentence, for those who cannot see it
    compact  whether each box is one line of small text
    heated   whether edges show the size of the gradient that flows through them
    """

    boxes: list[Box]
    edges: list[Edge]
    rankdir: Direction
    notice: str
    summary: str
    frames: tuple[Frame, ...] = ()
    compact: bool = False
    heated: bool = False


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


def symbol_of(node: Node) -> str:
    """The operation as pictures show it; empty for a leaf."""
    if node.row is None:
        return ""
    return clipped(node.row.symbol, NAME_LENGTH) or "by hand"


def called(node: Node) -> str:
    """A value in a sentence: by its label, its operation or, if it has neither, its number."""
    return clipped(node.label, NAME_LENGTH) or symbol_of(node) or f"{node.data:.4g}"


def counted(count: int, noun: str, several: str = "") -> str:
    """A count with its noun.

    >>> counted(1, "value"), counted(2000, "value"), counted(2, "box", "boxes")
    ('1 value', '2,000 values', '2 boxes')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {several or noun + 's'}"


def at_least_one(meaning: str, given: object) -> None:
    """Refuse what is no whole number from 1 on.

    >>> at_least_one("most is a number of paths", 0)
    Traceback (most recent call last):
    ...
    ValueError: most is a number of paths from 1 on, got 0
    """
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise ValueError(f"{meaning} from 1 on, got {given!r:.60}")


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
    if text.isspace():
        return ""
    if len(text) > length:
        return " ".join(text[: length - 1].translate(LEGIBLE).split()) + "…"
    return " ".join(text.translate(LEGIBLE).split())
