"""Array code as text: what it says, how tightly it binds, and the shape of what it gives."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from autograd import primitives as rows
from autograd.compiler.symbols import Apply, At, Expression
from autograd.primitives import ATOM, POWER, PREFIX, PRODUCT, SUM, Primitive

COMPARISON = 0  # binds less than a sum

#: Rows between their operands, and how tightly they bind.
INFIX = {
    rows.add: ("+", SUM),
    rows.sub: ("-", SUM),
    rows.mul: ("*", PRODUCT),
    rows.div: ("/", PRODUCT),
    rows.power: ("**", POWER),
    rows.greater: (">", COMPARISON),
    rows.greater_equal: (">=", COMPARISON),
    rows.less: ("<", COMPARISON),
    rows.less_equal: ("<=", COMPARISON),
    rows.equal: ("==", COMPARISON),
    rows.not_equal: ("!=", COMPARISON),
}

#: Rows that NumPy has, with the same values at infinity and nan.
SAME_IN_NUMPY = (
    *(rows.exp, rows.expm1, rows.log, rows.log1p, rows.log2, rows.log10, rows.sqrt, rows.cbrt, rows.hypot),
    *(rows.sin, rows.cos, rows.tan, rows.sinh, rows.cosh, rows.tanh, rows.abs, rows.sign, rows.floor, rows.ceil),
    *(rows.maximum, rows.minimum, rows.logaddexp, rows.where),
)
INVERSES = (rows.asin, rows.acos, rows.atan, rows.atan2, rows.asinh, rows.acosh, rows.atanh)
NUMPY = {row: f"np.{row.name}" for row in SAME_IN_NUMPY} | {row: f"np.arc{row.name[1:]}" for row in INVERSES}


class Text(NamedTuple):
    """Array code.

    sampled  whether its first axis is that of the samples
    width    the length of the other axis, that of the members; 1 where one number serves all of them
    value    the number, where it is one that is known
    truth    whether it gives truth values, which are not numbers in NumPy's sums
    """

    code: str
    binds: int = ATOM
    sampled: bool = False
    width: int = 1
    value: float | None = None
    truth: bool = False

    def at(self, binds: int) -> str:
        """The code, in brackets where its place binds more tightly than itself.

        >>> Text("a + b", SUM).at(PRODUCT)
        '(a + b)'
        """
        return self.code if self.binds >= binds else f"({self.code})"


def literal(value: float) -> Text:
    """A number.

    >>> literal(-math.inf).code, literal(0.5).code
    ('-np.inf', '0.5')
    """
    code = repr(value) if math.isfinite(value) else f"np.{value}".replace("np.-", "-np.")
    return Text(code, PREFIX if code[0] == "-" else ATOM, value=value)


def spread(code: str, binds: int, texts: Sequence[Text], truth: bool = False) -> Text:
    """Code whose result has the shape that operands of these shapes give together."""
    sampled, width = any(text.sampled for text in texts), max((text.width for text in texts), default=1)
    return Text(code, binds, sampled, width, truth=truth)


def as_numbers(text: Text) -> Text:
    """The same with truth values as 1.0 and 0.0."""
    return text._replace(code=f"1.0 * {text.at(SUM)}", binds=PRODUCT, truth=False) if text.truth else text


def infix(sign: str, binds: int, a: Text, b: Text) -> Text:
    """Two operands with a sign between them, grouped from the left as Python does; ** from the right.

    >>> infix("-", SUM, Text("a"), Text("b - c", SUM)).code
    'a - (b - c)'
    """
    if a.truth and b.truth:
        a = as_numbers(a)
    left, right = (ATOM, PREFIX) if sign == "**" else (binds + (binds == COMPARISON), binds + 1)
    return spread(f"{a.at(left)} {sign} {b.at(right)}", binds, (a, b), truth=binds == COMPARISON)


def product(a: Text, b: Text) -> Text:
    """a * b, without a multiplication by 1."""
    if a.value == 1.0 or b.value == 1.0:
        return as_numbers(b if a.value == 1.0 else a)
    return infix("*", PRODUCT, a, b)


def total(texts: Sequence[tuple[Text, bool]]) -> Text:
    """All texts added up, those that are marked as negative subtracted.

    >>> total([(Text("a"), True), (Text("b"), False)]).code
    'b - a'
    """
    first, *others = sorted(texts, key=lambda each: each[1])
    result = negated(first[0]) if first[1] else as_numbers(first[0])
    for text, negative in others:
        result = infix("-" if negative else "+", SUM, result, text)
    return result


def negated(text: Text) -> Text:
    """-text."""
    text = as_numbers(text)
    return spread(f"-{text.at(PREFIX)}", PREFIX, (text,)) if text.value is None else literal(-text.value)


class Rows:
    """Rows written as array code.

    helpers  rows that NumPy does not have, which the code calls by their names
    """

    def __init__(self) -> None:
        self.helpers: list[Primitive | Callable[..., object]] = []

    def expression(self, expression: Expression, operands: Sequence[Text]) -> Text:
        """An expression of rows.

        >>> Rows().expression(Apply(rows.exp, (Apply(rows.neg, (At(0),)),)), [Text("x")]).code
        'np.exp(-x)'
        """
        if isinstance(expression, At):
            return operands[expression.place]
        if not isinstance(expression, Apply):
            return literal(expression)
        slope = slope_unless_nan(expression)
        if slope is not None:
            operand = expression.arguments[2]
            return self._call(rows.unless_nan, [self.expression(each, operands) for each in (operand, slope)])
        return self.applied(expression.row, [self.expression(a, operands) for a in expression.arguments])

    def applied(self, row: Primitive, texts: Sequence[Text]) -> Text:
        """A row of these operands; its value, where all of them are known."""
        values = [text.value for text in texts if text.value is not None]
        if len(values) == len(texts):
            return literal(row.function(*values))
        if row is rows.where and texts[0].value is not None:
            return texts[1] if texts[0].value else texts[2]
        if row is rows.mul:
            return product(*texts)
        if row in INFIX:
            return infix(*INFIX[row], *texts)
        if row is rows.neg:
            return negated(*texts)
        if row is rows.pos:
            return texts[0]
        if row in NUMPY:
            operands = texts if row is rows.where else [as_numbers(text) for text in texts]
            return spread(f"{NUMPY[row]}({', '.join(text.code for text in operands)})", ATOM, texts)
        return self._call(row, [as_numbers(text) for text in texts])

    def helper(self, helper: Primitive | Callable[..., object]) -> str:
        """The name of a function that NumPy does not have."""
        if helper not in self.helpers:
            self.helpers.append(helper)
        return helper.__name__

    def _call(self, helper: Primitive | Callable[..., object], texts: Sequence[Text]) -> Text:
        self.helper(helper)
        return spread(f"{helper.__name__}({', '.join(text.code for text in texts)})", ATOM, texts)


def slope_unless_nan(expression: Apply) -> Expression | None:
    """The slope in where(x == x, slope, x), which is what `unless_nan` makes; None for anything else."""
    if expression.row is not rows.where:
        return None
    condition, slope, x = expression.arguments
    return slope if condition == Apply(rows.equal, (x, x)) else None
