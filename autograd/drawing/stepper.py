"""`stepper`: backpropagation through a value, one node at a time, as a page that opens anywhere.

What computes and writes the page is imported when one is made, so that `import autograd` is fast.
"""

from os import PathLike
from typing import final

from autograd.given import path_of
from autograd.value import Value

HEIGHT = 680  # of the page in a notebook: graph, panel and controls are in sight together


@final
class Stepper:
    """A finished page: notebooks show it, `.save` writes it, `.html` is its text.

    It holds the numbers of the moment it was made.

    >>> page = stepper(Value(2.0, label="a").exp())
    >>> page.html[:15], page
    ('<!doctype html>', <Stepper through 2 values; .save('stepper.html') keeps it>)
    """

    __slots__ = ("_said", "html")

    def __init__(self, html: str, said: str) -> None:
        #: The page as an HTML document; it brings everything along and loads nothing.
        self.html = html
        self._said = said

    def save(self, path: str | PathLike[str]) -> None:
        """Write the page to a file, which any browser opens, also without a network.

        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     stepper(Value(2.0).exp()).save(Path(folder, "exp.html"))
        ...     Path(folder, "exp.html").read_text(encoding="utf-8")[:15]
        '<!doctype html>'
        """
        file = path_of(path)
        if file.suffix.lower() not in (".html", ".htm"):
            raise ValueError(f"save takes a name that ends with .html, got {str(file)!r}")
        file.write_bytes(self.html.encode())

    def _repr_html_(self) -> str:
        from html import escape

        return (
            f'<iframe sandbox="allow-scripts" title="Backpropagation, step by step" width="100%" height="{HEIGHT}" '
            f'style="border:0" srcdoc="{escape(self.html)}"></iframe>'
        )

    def __repr__(self) -> str:
        return f"<Stepper through {self._said}; .save('stepper.html') keeps it>"


def stepper(root: Value) -> Stepper:
    """A page that goes forward and backward through how a value was computed, one node at a time.

    Each step says in numbers what happens: values appear, then gradients, summed term by term in the order of
    `backward()`. It works before `backward()` as well as after, and changes no `.grad`; its gradients are those
    that a first `backward()` finds. A click on a node shows its formula, its uses and all paths to the result.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> stepper((a * b).tanh())
    <Stepper through 4 values; .save('stepper.html') keeps it>
    """
    from autograd.drawing.picture import counted
    from autograd.drawing.stepping.data import page_data
    from autograd.drawing.stepping.page import page_of

    data = page_data(root)
    return Stepper(page_of(data), data["notice"] or counted(len(data["names"]), "value"))
