"""A picture as a `graphviz.Digraph`: DOT source, and through the program `dot` every format that it writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

from autograd.drawing.heat import scale_of, width
from autograd.drawing.layout.layers import NO_FRAME
from autograd.drawing.picture import TINTS, Box, Picture, Tint
from autograd.drawing.svg import svg_of

if TYPE_CHECKING:
    from graphviz import Digraph

Look = Literal["valuegrad", "classic"]

FONT = "Helvetica"
MUTED = "#5b6573"
NODES = {"shape": "box", "style": "rounded,filled", "fontname": FONT, "fontsize": "11", "margin": "0.12,0.06"}
CLASSIC_NODES = {"shape": "box", "fontname": FONT, "fontsize": "11"}
CLUSTER = {"fontname": FONT, "fontsize": "10", "fontcolor": MUTED, "labeljust": "l", "style": "rounded"}
CLUSTER |= {"color": "#c9d0d9", "bgcolor": "#f6f8fa"}


def digraph(picture: Picture, format: str = "svg", look: Look = "valuegrad") -> "Digraph":
    """A picture as a `graphviz.Digraph`."""
    graphviz = wrapper()
    if not isinstance(format, str) or format not in graphviz.FORMATS:
        raise ValueError(f'format is one that Graphviz writes, such as "svg", "png" or "pdf"; got {format!r}')
    graph = digraph_class()(
        format=format,
        graph_attr={"rankdir": picture.rankdir, "ranksep": "0.4", "nodesep": "0.2", "fontname": FONT},
        node_attr=NODES if look == "valuegrad" else CLASSIC_NODES,
        edge_attr={"fontname": FONT, "fontsize": "10", "fontcolor": MUTED, "color": MUTED, "arrowsize": "0.6"},
    )
    graph.picture = picture
    if picture.notice:
        graph.attr(label=graphviz.nohtml(literal(picture.notice)), labelloc="t")
    if look == "classic":
        add_classic(graph, picture)
    else:
        add_boxes(graph, picture)
        add_edges(graph, picture)
    return graph


def add_boxes(graph: "Digraph", picture: Picture) -> None:
    """A node for each box, within a cluster for each frame."""
    graphviz = wrapper()
    clusters = [graphviz.Digraph(name=f"cluster_{i}") for i in range(len(picture.frames))]
    for frame, cluster in zip(picture.frames, clusters, strict=True):
        cluster.attr(label=graphviz.nohtml(literal(frame.title)), **CLUSTER)
    for i, box in enumerate(picture.boxes):
        around = clusters[box.frame] if box.frame != NO_FRAME else graph
        around.node(f"n{i}", graphviz.nohtml(text_of(box)), **colours(TINTS[box.role]))
    for frame, cluster in reversed(list(zip(picture.frames, clusters, strict=True))):  # inner clusters first
        (clusters[frame.inside] if frame.inside != NO_FRAME else graph).subgraph(cluster)


def add_edges(graph: "Digraph", picture: Picture) -> None:
    """An edge for each edge; of a heated picture, as wide as its gradient is large."""
    scale = scale_of(edge.heat for edge in picture.edges)
    for edge in picture.edges:
        label = wrapper().nohtml(literal(edge.label)) or None
        pen = f"{width(scale.step(edge.heat)):.2f}" if picture.heated else None
        style = "dashed" if edge.still else None
        graph.edge(f"n{edge.tail}", f"n{edge.head}", label, style=style, penwidth=pen)


def add_classic(graph: "Digraph", picture: Picture) -> None:
    """Nodes and edges as micrograd draws them: a row of label, data and gradient, and a node for each operation.

    There a row is a record, whose label the text of a user can break; here it is one line of text.
    """
    graphviz = wrapper()
    for i, box in enumerate(picture.boxes):
        name = box.name if box.name != box.symbol else ""
        cells = [name, *(f"{word} {number}".rstrip() for word, number in box.lines)]
        graph.node(f"n{i}", graphviz.nohtml(literal(" \N{BOX DRAWINGS LIGHT VERTICAL} ".join(cells))))
        if box.symbol:
            graph.node(f"n{i}op", graphviz.nohtml(literal(box.symbol)), shape="oval")
            graph.edge(f"n{i}op", f"n{i}")
    for edge in picture.edges:
        graph.edge(f"n{edge.tail}", f"n{edge.head}" + "op" * bool(picture.boxes[edge.head].symbol))


def wrapper() -> ModuleType:
    """The Python package graphviz, imported when it is first needed."""
    try:
        import graphviz
    except ImportError as error:
        raise ImportError(
            "this needs the Python package graphviz, which `pip install valuegrad` brings along: "
            "run `pip install graphviz`, or draw(value).save('graph.svg'), which needs nothing"
        ) from error
    package: ModuleType = graphviz
    return package


@cache
def digraph_class() -> type["Digraph"]:
    """`graphviz.Digraph`, except where the program `dot` is missing: a notebook is shown the built-in picture then.

    What cannot do without the program raises the wrapper's own error, and it names the way that can.
    """
    graphviz = wrapper()

    class PictureDigraph(graphviz.Digraph):  # type: ignore[name-defined, misc]  # it ships no types
        picture: Picture | None = None

        def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **named: Any) -> dict[str, Any]:
            try:
                shown: dict[str, Any] = super()._repr_mimebundle_(include, exclude, **named)
            except graphviz.ExecutableNotFound:
                if self.picture is None:
                    raise
                shown = {"image/svg+xml": svg_of(self.picture)}
            return shown

        def pipe(self, *given: Any, **named: Any) -> Any:
            with naming_the_way_out():
                return super().pipe(*given, **named)

        def render(self, *given: Any, **named: Any) -> Any:
            with naming_the_way_out():
                return super().render(*given, **named)

    return PictureDigraph


@contextmanager
def naming_the_way_out() -> Iterator[None]:
    """Where the program `dot` is missing, add to the error what to do."""
    try:
        yield
    except wrapper().ExecutableNotFound as error:
        error.add_note(
            "draw(value).save('graph.svg') makes the same picture and needs no program; "
            "Graphviz is at https://graphviz.org/download"
        )
        raise


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
