"""A picture as a `graphviz.Digraph`: DOT source, and through the program `dot` every format that it writes."""

from types import ModuleType
from typing import TYPE_CHECKING

from autograd.drawing.picture import TINTS, Box, Picture, Tint, describe
from autograd.value import Value

if TYPE_CHECKING:
    from graphviz import Digraph

FONT = "Helvetica"
MUTED = "#5b6573"


def draw_dot(root: Value, format: str = "svg", rankdir: str = "LR") -> "Digraph":
    """The graph of a value for Graphviz: a box for each value, on each edge the local slope.

    `.source` is its text. `.render()`, and a notebook that shows it, need the program `dot`; `draw` needs nothing.

    >>> a = Value(2.0, label="a")
    >>> print(draw_dot(a.exp()).source)
    digraph {
    ...n0 [label="a\\ndata 2\\ngrad 0" ...]
    ...n1 [label="exp\\ndata 7.389\\ngrad 0" ...]
    ...n0 -> n1 [label="... 7.389"]
    }
    <BLANKLINE>
    """
    return digraph(describe(root, rankdir), format)


def digraph(picture: Picture, format: str = "svg") -> "Digraph":
    """A picture as a `graphviz.Digraph`."""
    graphviz = wrapper()
    if format not in graphviz.FORMATS:
        raise ValueError(f'format is one that Graphviz writes, such as "svg", "png" or "pdf"; got {format!r}')
    graph = graphviz.Digraph(
        format=format,
        graph_attr={"rankdir": picture.rankdir, "ranksep": "0.4", "nodesep": "0.2", "fontname": FONT},
        node_attr={
            "shape": "box",
            "style": "rounded,filled",
            "fontname": FONT,
            "fontsize": "11",
            "margin": "0.12,0.06",
        },
        edge_attr={"fontname": FONT, "fontsize": "10", "fontcolor": MUTED, "color": MUTED, "arrowsize": "0.6"},
    )
    if picture.notice:
        graph.attr(label=graphviz.nohtml(literal(picture.notice)), labelloc="t")
    for i, box in enumerate(picture.boxes):
        graph.node(f"n{i}", graphviz.nohtml(text_of(box)), **colours(TINTS[box.role]))
    for edge in picture.edges:
        label = graphviz.nohtml(literal(edge.label))
        graph.edge(f"n{edge.tail}", f"n{edge.head}", label or None, style=None if label else "dashed")
    return graph


def wrapper() -> ModuleType:
    """The Python package graphviz, imported when it is first needed."""
    try:
        import graphviz
    except ImportError as error:
        raise ImportError(
            "draw_dot needs the Python package graphviz, which `pip install valuegrad` brings along: "
            "run `pip install graphviz`, or use draw, which needs nothing"
        ) from error
    package: ModuleType = graphviz
    return package


def rendered(graph: "Digraph") -> bytes:
    """What the program `dot` makes of a graph, in the graph's format."""
    try:
        picture: bytes = graph.pipe()
    except wrapper().ExecutableNotFound as error:
        raise RuntimeError(
            f"a .{graph.format} file needs the program dot of Graphviz, which is not on this machine: "
            "save as .svg, which needs nothing, or install Graphviz from https://graphviz.org/download"
        ) from error
    return picture


def text_of(box: Box) -> str:
    """The lines of a box as a DOT label."""
    name = f"{box.name} ({box.symbol})" if box.symbol not in ("", box.name) else box.name
    lines = [name] if name else []
    lines += [f"{word} {number}".rstrip() for word, number in box.lines]
    return "\\n".join(map(literal, lines))


def literal(text: str) -> str:
    r"""`text` so that DOT shows it as it is: backslashes start escapes there, and `&` an HTML entity.

    Quotation marks are escaped by the wrapper; `<...>` is kept from being HTML by its `nohtml`.

    >>> literal(r"\N &lt;")
    '\\\\N &amp;lt;'
    """
    return text.replace("\\", "\\\\").replace("&", "&amp;")


def colours(tint: Tint) -> dict[str, str]:
    """The attributes that give a box the colours of its role."""
    return {"fillcolor": tint.fill, "color": tint.line}
