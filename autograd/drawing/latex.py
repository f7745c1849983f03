"""`latex`: the formula of a value, and its derivation line by line.

What writes formulas is imported when one is asked for, so that `import autograd` is fast.
"""

from typing import final

from autograd.value import Value


@final
class Latex:
    """A value as formulas in LaTeX, as KaTeX, MathJax and amsmath read it; notebooks show both.

    It holds the numbers of the moment it was written.
    """

    __slots__ = ("derivation", "expression")

    def __init__(self, expression: str, derivation: str) -> None:
        #: How the value was computed, in one formula. What is used more than once has a line below it.
        self.expression = expression
        #: A line for each value: how it was made, and how its adjoint follows from those of its uses.
        self.derivation = derivation

    def _repr_latex_(self) -> str:
        return f"$$\n{self.expression}\n$$\n\n$$\n{self.derivation}\n$$"

    def __str__(self) -> str:
        return self.expression

    def __repr__(self) -> str:
        from autograd.drawing.picture import clipped

        return f"<Latex of {clipped(self.expression, MOST_SHOWN)}; .expression and .derivation hold it>"


MOST_SHOWN = 60  # characters of the formula in its repr


def latex(root: Value, lines: int = 40) -> Latex:
    """The formula of a value and its derivation, as LaTeX.

    Labels become symbols: w_1 has a subscript, alpha is a Greek letter. Leaves without a label are numbers in the
    expression. Both are cut after as many `lines`, and then say so.

    >>> a, b, c = Value(2.0, label="a"), Value(-3.0, label="b"), Value(10.0, label="c")
    >>> y = (a * b + c).tanh()
    >>> y.label = "y"
    >>> print(latex(y).expression)
    y = \\tanh(a \\cdot b + c)

    In the derivation the bar over a value is its adjoint: how fast the result grows with it. It is read down on the
    left and up on the right:

    >>> print(latex(y).derivation)
    \\begin{aligned}
    &\\text{forward} \\downarrow &\\qquad &\\text{backward} \\uparrow \\\\
    a &= 2 &\\qquad \\bar{a} &= \\bar{v}_1 \\cdot b = -0.004023 \\\\
    b &= -3 &\\qquad \\bar{b} &= \\bar{v}_1 \\cdot a = 0.002682 \\\\
    c &= 10 &\\qquad \\bar{c} &= \\bar{v}_2 = 0.001341 \\\\
    v_1 &= a \\cdot b = -6 &\\qquad \\bar{v}_1 &= \\bar{v}_2 = 0.001341 \\\\
    v_2 &= v_1 + c = 4 &\\qquad \\bar{v}_2 &= \\bar{y} \\cdot (1 - \\tanh^2(v_2)) = 0.001341 \\\\
    y &= \\tanh(v_2) = 0.9993 &\\qquad \\bar{y} &= 1
    \\end{aligned}
    """
    from autograd.drawing.formulas.derivation import derivation, expression
    from autograd.drawing.formulas.written import WrittenGraph
    from autograd.drawing.picture import at_least_one

    if not isinstance(root, Value):
        raise TypeError(f"latex takes a Value, got {type(root).__name__}: {root!r:.60}")
    at_least_one("lines is a number of lines", lines)
    graph = WrittenGraph(root)
    return Latex(expression(graph, lines), derivation(graph, lines))
