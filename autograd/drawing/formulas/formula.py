r"""`Formula`: an operand that every row applies to, and that gives LaTeX instead of a number.

A row's slopes are ordinary arithmetic, so that the same text that runs on floats in `backward()` runs on
formulas here, and writes the derivative down. How a template is filled follows from what stands beside its
slots: what binds less than a `\cdot` is put in brackets beside one, and the operand of `\tanh` always is.
"""

from collections.abc import Callable, Sequence
from typing import Any, final

from autograd import primitives
from autograd.drawing.formulas.names import Name
from autograd.drawing.formulas.templates import NOTHING, SYMBOL, Slot, bracketed, flattened, listed, template
from autograd.primitives import POWER, PREFIX, PRODUCT, Operand, Primitive

LONGEST = 400  # characters of a formula; whatever holds a longer one shows its number


@final
class Formula(Operand):
    """A formula and its number. A row applied to formulas gives one, simplified where that is plain to see.

    What holds at the recorded point is taken as settled: of `where` the branch that was taken stays, and equality
    becomes 1 or 0. Comparisons such as x > 0 stay. A formula that would be very long has no text, only its number.

    >>> x = Formula("x", SYMBOL, 3.0)
    >>> print((1.0 * x + primitives.exp(-x)).text)
    x + \\mathrm{e}^{-x}
    """

    __slots__ = ("binds", "data", "text")

    def __init__(self, text: str, binds: int, data: float) -> None:
        self.text = text
        self.binds = binds
        self.data = data

    @classmethod
    def apply(cls, row: Primitive, operands: tuple[Any, ...]) -> Any:
        """The formula of a row for formulas and numbers; a number where nothing else is left."""
        parts = tuple(map(part, operands))
        data = row.function(*map(data_of, parts))
        shorter = SIMPLER[row](*operands) if row in SIMPLER else None
        if shorter is None:
            made = written(row, parts, data)
            return made if len(made.text) <= LONGEST else Formula("", made.binds, data)
        return shorter if isinstance(shorter, Formula) else float(shorter)

    def __add__(self, other: Any) -> Any:
        return primitives.add(self, other)

    def __radd__(self, other: Any) -> Any:
        return primitives.add(other, self)

    def __sub__(self, other: Any) -> Any:
        return primitives.sub(self, other)

    def __rsub__(self, other: Any) -> Any:
        return primitives.sub(other, self)

    def __mul__(self, other: Any) -> Any:
        return primitives.mul(self, other)

    def __rmul__(self, other: Any) -> Any:
        return primitives.mul(other, self)

    def __truediv__(self, other: Any) -> Any:
        return primitives.div(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return primitives.div(other, self)

    def __pow__(self, other: Any) -> Any:
        return primitives.power(self, other)

    def __rpow__(self, other: Any) -> Any:
        return primitives.power(other, self)

    def __neg__(self) -> Any:
        return primitives.neg(self)

    def __abs__(self) -> Any:
        return primitives.abs(self)

    # A slope of the user's may ask for numbers, as in `math.cos(x)` or `if x > 0.0`: it is told the recorded ones

    def __float__(self) -> float:
        return self.data

    def __bool__(self) -> bool:
        return self.data != 0.0

    def __lt__(self, other: Any) -> bool:
        return self.data < float(other)

    def __le__(self, other: Any) -> bool:
        return self.data <= float(other)

    def __gt__(self, other: Any) -> bool:
        return self.data > float(other)

    def __ge__(self, other: Any) -> bool:
        return self.data >= float(other)


def named(name: Name, data: float) -> Formula:
    """The formula that is a name alone."""
    return Formula(name.latex, SYMBOL, data)


def constant(data: float) -> Formula:
    """A number as a formula.

    >>> [constant(number).text for number in (-6.0, 1e-5, float("inf"))]
    ['-6', '10^{-5}', '\\\\infty']
    """
    text = decimal(data)
    if text.startswith("-"):
        return Formula(text, PREFIX, data)
    return Formula(text, PRODUCT if r"\cdot" in text else POWER if "^" in text else SYMBOL, data)


def decimal(number: float) -> str:
    """A number with four significant digits in LaTeX.

    >>> decimal(-1234567.0)
    '-1.235 \\\\cdot 10^{6}'
    """
    mantissa, _, exponent = f"{number:.4g}".partition("e")
    if exponent:
        factor = {"1": "", "-1": "-"}.get(mantissa, rf"{mantissa} \cdot ")
        return f"{factor}10^{{{int(exponent)}}}"
    return mantissa.replace("inf", r"\infty").replace("nan", r"\mathrm{nan}")


def part(operand: Any) -> Any:
    """An operand of a row with its numbers as formulas."""
    if isinstance(operand, tuple):
        return tuple(map(part, operand))
    return operand if operand is None or isinstance(operand, Formula) else constant(operand)


def data_of(part: Any) -> Any:
    """The number of a formula; of a sequence, the numbers."""
    if isinstance(part, tuple):
        return tuple(map(data_of, part))
    return None if part is None else part.data


# What is plain to see


def is_number(operand: Any, number: float) -> bool:
    return type(operand) is float and operand == number


def of_sum(x: Any, y: Any) -> Any:
    return y if is_number(x, 0.0) else x if is_number(y, 0.0) else None


def of_difference(x: Any, y: Any) -> Any:
    return -y if is_number(x, 0.0) else x if is_number(y, 0.0) else None


def of_product(x: Any, y: Any) -> Any:
    if type(y) is float:
        x, y = y, x
    if is_number(x, 0.0) and y.data - y.data == 0.0:
        return 0.0
    return y if is_number(x, 1.0) else -y if is_number(x, -1.0) else None


def of_quotient(x: Any, y: Any) -> Any:
    return x if is_number(y, 1.0) else None


def of_power(x: Any, y: Any) -> Any:
    return x if is_number(y, 1.0) else None


def of_power_slope(x: Any, y: Any) -> Any:
    return y * primitives.power(x, y - 1.0) if type(y) is float else None


def of_choice(condition: Any, a: Any, b: Any) -> Any:
    return a if float(condition) != 0.0 else b


def of_equality(x: Any, y: Any) -> Any:
    return float(float(x) == float(y))


def of_inequality(x: Any, y: Any) -> Any:
    return float(float(x) != float(y))


#: What a row's operands, of which one is a formula, are shorter for; None where its template is needed.
SIMPLER: dict[Primitive, Callable[..., Any]] = {
    primitives.add: of_sum,
    primitives.sub: of_difference,
    primitives.mul: of_product,
    primitives.div: of_quotient,
    primitives.power: of_power,
    primitives.power_slope: of_power_slope,
    primitives.where: of_choice,
    primitives.equal: of_equality,
    primitives.not_equal: of_inequality,
}


# Filling templates


def written(row: Primitive, parts: Sequence[Any], data: float) -> Formula:
    """The template of a row, filled with formulas as they are.

    >>> x, two = Formula("x", SYMBOL, 3.0), constant(-2.0)
    >>> written(primitives.mul, (written(primitives.add, (x, two), 1.0), two), -2.0).text
    '(x + (-2)) \\\\cdot (-2)'
    """
    if any(not item.text for item in primitives.flat(tuple(parts))):
        return Formula("", row.binds, data)
    slots, after = template(row.latex, row.binds)
    pieces: list[str] = []
    for slot in slots:
        filled = parts[slot.operand]
        if filled is None:
            continue  # and with it the sign or comma before
        inner = sequence(filled, slot) if isinstance(filled, tuple) else operand(filled, slot)
        pieces += (slot.before.rstrip() if slot.needs == NOTHING else slot.before, inner)
    return Formula(flattened("".join(pieces) + after), row.binds, data)


def operand(formula: Formula, slot: Slot) -> str:
    """A formula in its slot, in brackets where it would otherwise be read wrongly."""
    signed = slot.inside and formula.text[0] in "+-"
    return bracketed(formula.text) if signed or formula.binds < slot.needs else formula.text


def sequence(items: tuple[Formula, ...], slot: Slot) -> str:
    """A sequence in its slot, in brackets if the template has none for it."""
    text = listed([item.text for item in items])
    return text if slot.bracketed else bracketed(text)
