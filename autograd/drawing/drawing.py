"""`draw` and `draw_dot`: the picture of a value, made with nothing else, and the same for Graphviz.

What describes, lays out and writes a picture is imported when one is drawn, so that `import autograd` is fast.
"""

from os import PathLike
from typing import TYPE_CHECKING, Any, final

from autograd.given import path_of, shown
from autograd.value import Value

if TYPE_CHECKING:
    from graphviz import Digraph

    from autograd.drawing.dot import Look
    from autograd.drawing.picture import Picture


@final
class Drawing:
    """A finished picture: notebooks show it, `.save` writes it, `.svg` is its text.

    It holds the numbers of the moment it was drawn.

    >>> picture = draw(Value(2.0, label="a").exp())
    >>> picture.svg[:4], len(picture.svg) < 10_000
    ('<svg', True)
    """

    __slots__ = ("_picture", "svg")

    def __init__(self, picture: "Picture") -> None:
        from autograd.drawing.picture import Picture
        from autograd.drawing.svg import svg_of

        if not isinstance(picture, Picture):
            raise TypeError(f"a Drawing is made of a described picture, as draw(value) does, got {shown(picture)}")
        self._picture = picture
        #: The picture as an SVG document; light and dark, without scripts or anything to load.
        self.svg: str = svg_of(picture)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the picture to a file; what its name ends with says how.

        `.svg` needs nothing, `.dot` and `.gv` are source for Graphviz; `.png`, `.pdf` and the other formats
        of Graphviz need its program `dot`.

        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     draw(Value(2.0).exp()).save(Path(folder, "exp.svg"))
        ...     Path(folder, "exp.svg").read_text(encoding="utf-8")[:4]
        '<svg'
        """
        from autograd.drawing.dot import digraph, rendered, wrapper

        file = path_of(path)
        ending = file.suffix.lower()
        if ending == ".svg":
            file.write_bytes(self.svg.encode())
        elif ending in (".dot", ".gv"):
            file.write_bytes(digraph(self._picture).source.encode())
        elif ending[1:] in wrapper().FORMATS:
            file.write_bytes(rendered(digraph(self._picture, ending[1:])))
        else:
            raise ValueError(
                "save takes a name that ends with .svg, .dot, .png, .pdf or the like (a page of .html is made by "
                f"stepper), got {str(file)!r}"
            )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"image/svg+xml": self.svg, "text/plain": repr(self)}

    def __repr__(self) -> str:
        _, _, size = self._picture.summary.rpartition(": ")
        return f"<Drawing of {size}; .save('graph.svg') keeps it>"


def draw(
    root: Value,
    view: str = "auto",
    max_nodes: int = 1000,
    labels: Any = None,
    edges: str = "slope",
    direction: str = "LR",
    heat: bool = False,
) -> Drawing:
    """A picture of how a value was computed: a box for each value, on each edge the local slope.

    Call `backward()` before, so that the gradients are in it. Nothing needs to be installed.

    view       "detail" has a box for each value with its data and gradient, "compact" a small one; "neuron", "layer"
               and "summary" have one for each part of a model and for operations that do the same; "auto" is
               the first that can be read. The picture says what it leaves out
    max_nodes  a view with more boxes than that is replaced by the next one
    labels     names for values: a model, a dictionary, or `locals()`
    edges      "slope", "contribution" (the gradient that flows through: from above, times the slope) or "none"
    direction  "LR", left to right, or "TB", top to bottom
    heat       edges are the wider the larger the gradient is that flows through them

    >>> a, b = Value(2.0), Value(-3.0)
    >>> y = (a * b).tanh()
    >>> y.backward()
    >>> draw(y, labels={"a": a, "b": b})
    <Drawing of 4 values; .save('graph.svg') keeps it>
    """
    from autograd.drawing.views import describe

    return Drawing(describe(root, direction, view, max_nodes, labels, edges, heat))


def draw_dot(root: Value, format: str = "svg", rankdir: str = "LR", *, look: "Look" = "valuegrad") -> "Digraph":
    """The graph of a value for Graphviz: a box for each value, on each edge the local slope.

    `.source` is its text. `.render()` needs the program `dot`; a notebook shows the picture without it too.
    look is "valuegrad", or "classic" for the picture of micrograd, where an operation has a node of its own.

    >>> a = Value(2.0, label="a")
    >>> print(draw_dot(a.exp()).source)
    digraph {
    ...n0 [label="a\\ndata 2\\ngrad 0" ...]
    ...n1 [label="exp\\ndata 7.389\\ngrad 0" ...]
    ...n0 -> n1 [label="... 7.389"]
    }
    <BLANKLINE>
    """
    from autograd.drawing.dot import digraph
    from autograd.drawing.views import describe

    if look not in ("valuegrad", "classic"):
        raise ValueError(f'look is "valuegrad", or "classic" for the picture of micrograd; got {look!r}')
    return digraph(describe(root, rankdir, "detail"), format, look)
