"""Expressions of rows: what comes out when a slope, written for numbers and values, is run on symbols."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Union

from autograd.primitives import Operand, Primitive, add, div, mul, neg, number, pos, power, sub
from autograd.primitives import abs as absolute

#: A row applied to expressions; an operand; or a number.
Expression = Union["Apply", "At", float]


@dataclass(frozen=True)
class At:
    """The operand at a place."""

    place: int


@dataclass(frozen=True)
class Apply:
    """A row applied to expressions."""

    row: Primitive
    arguments: tuple[Expression, ...]


class Symbol(Operand):
    """An operand without a number, which remembers what is done to it."""

    __slots__ = ("expression",)

    def __init__(self, expression: Expression) -> None:
        self.expression = expression

    @classmethod
    def apply(cls, row: Primitive, operands: tuple[Any, ...]) -> "Symbol":
        if True in row.sequences:
            raise NotImplementedError(f"{row} takes a sequence: it is lowered before its slope is asked for")
        return Symbol(Apply(row, tuple(map(expression_of, operands))))

    def __add__(self, other: Any) -> Any:
        return add(self, other)

    def __radd__(self, other: Any) -> Any:
        return add(other, self)

    def __sub__(self, other: Any) -> Any:
        return sub(self, other)

    def __rsub__(self, other: Any) -> Any:
        return sub(other, self)

    def __mul__(self, other: Any) -> Any:
        return mul(self, other)

    def __rmul__(self, other: Any) -> Any:
        return mul(other, self)

    def __truediv__(self, other: Any) -> Any:
        return div(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return div(other, self)

    def __pow__(self, other: Any) -> Any:
        return power(self, other)

    def __rpow__(self, other: Any) -> Any:
        return power(other, self)

    def __neg__(self) -> Any:
        return neg(self)

    def __pos__(self) -> Any:
        return pos(self)

    def __abs__(self) -> Any:
        return absolute(self)

    def __bool__(self) -> bool:
        raise TypeError("a symbol is neither true nor false: autograd.where chooses")

    def __eq__(self, other: object) -> bool:
        raise TypeError("a symbol is equal to nothing yet: autograd.equal compares")

    __hash__ = None  # type: ignore[assignment]


def expression_of(operand: Any) -> Expression:
    """The expression that a symbol stands for; a number as it is."""
    return operand.expression if isinstance(operand, Symbol) else number(operand)


@cache
def slope_expression(row: Primitive, place: int) -> Expression:
    """The slope of a row in one operand: operand 0 is the result, and its own operands count from 1.

    >>> from autograd.primitives import add, div
    >>> slope_expression(add, 0)
    1.0
    >>> slope_expression(div, 0)
    Apply(row=<primitive div(x, y)>, arguments=(1.0, At(place=2)))
    """
    symbols = [Symbol(At(i)) for i in range(len(row.parameters) + 1)]
    return expression_of(row.slopes[place](*symbols))


def substituted(expression: Expression, arguments: tuple[Expression, ...]) -> Expression:
    """The expression with each operand replaced by the argument at its place."""
    if isinstance(expression, Apply):
        return Apply(expression.row, tuple(substituted(a, arguments) for a in expression.arguments))
    return arguments[expression.place] if isinstance(expression, At) else expression


def operands_used(expression: Expression) -> set[int]:
    """The places of the operands that an expression reads.

    >>> from autograd.primitives import mul
    >>> operands_used(Apply(mul, (At(0), At(2))))
    {0, 2}
    """
    if isinstance(expression, Apply):
        return {place for argument in expression.arguments for place in operands_used(argument)}
    return {expression.place} if isinstance(expression, At) else set()
