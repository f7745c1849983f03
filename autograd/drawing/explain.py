"""`explain`: why a gradient is what it is, path by path.

What finds and tells the paths is imported when one is asked for, so that `import autograd` is fast.
"""

from typing import TYPE_CHECKING, Any, final

from autograd.value import Value

if TYPE_CHECKING:
    from autograd.drawing.drawing import Drawing
    from autograd.drawing.formulas.found import Found, Path


@final
class Explanation:
    """The paths that a gradient is the sum of: `print` tells them, a notebook shows the formula and the picture.

    It holds the numbers of the moment it was made.
    """

    __slots__ = ("_found", "_picture", "count", "gradient", "latex", "paths", "rest")

    def __init__(self, found: "Found") -> None:
        from autograd.drawing.formulas.path_formula import formula

        self._found = found
        self._picture: Drawing | None = None
        #: The gradient, to the bit as `backward()` gives it to a value whose gradient was 0.
        #: None where only a rule made by hand knows it.
        self.gradient: float | None = found.gradient
        #: How many paths there are.
        self.count: int = found.path_count
        #: The strongest paths, all if they are few.
        self.paths: list[Path] = found.paths
        #: What all other paths add: the gradient less the sum of those above. 0.0 if there are none.
        self.rest: float | None = found.rest
        #: The same as a formula.
        self.latex: str = formula(found)

    @property
    def picture(self) -> "Drawing":
        """The part of the graph that these paths go through."""
        from autograd.drawing.drawing import Drawing
        from autograd.drawing.formulas.part import picture_of

        if self._picture is None:
            self._picture = Drawing(picture_of(self._found))
        return self._picture

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/latex": f"$$\n{self.latex}\n$$", "image/svg+xml": self.picture.svg, "text/plain": str(self)}

    def __str__(self) -> str:
        from autograd.drawing.formulas.telling import told

        return told(self._found)

    def __repr__(self) -> str:
        from autograd.drawing.formulas.telling import paths_counted

        return f"<Explanation of a gradient by {paths_counted(self.count)}; print it, or see .latex and .picture>"


def explain(root: Value, leaf: Value, most: int = 10) -> Explanation:
    """Why the gradient of `root` in `leaf` is what it is: the paths between them, and what flows through each.

    The slopes along a path multiply, and the products of all paths add up. `leaf` may be any value that `root` was
    made of. Where there are more than `most` paths, it gives those of the largest products, and what the rest adds.
    Nothing is changed, and `backward()` need not have been called.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> y = a * b + a.exp()
    >>> y.label = "y"
    >>> print(explain(y, a))
    How fast y grows with a: the sum over 2 paths, of the product of the slopes along each.
    <BLANKLINE>
    a -> v2 -> y    7.389 * 1 = 7.389
    a -> v1 -> y    -3 * 1 = -3
    <BLANKLINE>
    sum of the products, rounded once  4.38905609893065
    backward(), rounded at every step  4.38905609893065
    <BLANKLINE>
    v1 = a * b = -6
    v2 = exp(a) = 7.389
    y = v1 + v2 = 1.389
    """
    from autograd.drawing.formulas.found import find
    from autograd.drawing.picture import at_least_one

    for value, role in ((root, "the result, first"), (leaf, "what it was made of, second")):
        if not isinstance(value, Value):
            raise TypeError(f"explain takes two Values, {role}; got {type(value).__name__}: {value!r:.60}")
    at_least_one("most is a number of paths", most)
    return Explanation(find(root, leaf, most))
