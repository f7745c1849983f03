"""Pieces of a graph that were made in the same way: the form that they share, and where they differ.

A *piece* is a value with all that it is made of: the loss of one sample, written out. Pieces are compared side by
side: a *column* holds what stands at one place in the first piece, in the second, and so on. That is either the
same value in all pieces, or an operation of its own in each, or a leaf or constant of its own in each.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from struct import pack
from typing import Any, NamedTuple

from autograd.compiler.recording import Section, operands_of
from autograd.primitives import Primitive
from autograd.value import Value

Operand = Any  # a value, or a constant as a float
Column = tuple[Operand, ...]

OVERLAP = 1.25  # what pieces have in common may be computed again for each, if the work grows by no more than this
new = object.__new__


class Made(NamedTuple):
    """An operand that is the result of an operation of the form."""

    number: int


class Varying(NamedTuple):
    """An operand that is a number of its own in each piece."""

    column: int


class Differ(Exception):
    """Pieces are of several forms: `shapes` has one entry for each, and equal entries where they may be alike."""

    def __init__(self, shapes: Sequence[Any]) -> None:
        self.shapes = shapes


class Overlap(Exception):
    """Pieces are made of each other, or share so much that to compute each by itself is more work."""


class Form:
    """What pieces have in common; known when they were compared.

    roots     columns of the values that are wanted of each piece
    varying   columns of leaves and constants
    shared    operations that are the same in all pieces, and so are none of the form
    """

    def __init__(self, roots: Sequence[Column]) -> None:
        self.roots = tuple(roots)
        self.varying: list[Column] = []
        self.shared: list[Value] = []
        self._columns: list[Column] = []
        self._known: dict[Any, Any] = {}
        self._inside: set[int] = set()
        self._results: list[Any] = []
        self._operands: list[list[Any]] = []

    def compare(self) -> None:
        """Find what the pieces have in common; Differ or Overlap, where they are not alike or not apart."""
        self._results = [self._operand(root) for root in self.roots]
        for column in self._columns:  # the list grows while it is walked, from results to operands
            self._operands.append([*map(self._operand, operand_columns(column))])

    @property
    def pieces(self) -> int:
        """How many pieces there are."""
        return len(self.roots[0])

    @property
    def work(self) -> int:
        """How many operations there are in all pieces."""
        return len(self._columns) * self.pieces

    @property
    def size(self) -> int:
        """How many operands the operations of one piece have."""
        return sum(map(len, self._operands))

    @property
    def operations(self) -> Sequence[Column]:
        """Columns of operations, in no order that could be relied upon."""
        return self._columns

    @property
    def inside(self) -> set[int]:
        """The ids of all operations that the pieces are made of, without the shared ones."""
        return self._inside

    def section(self, position: Mapping[int, int], outside: Callable[[Value], Value]) -> Section:
        """One piece, copied, around placeholders for what varies.

        position  by the id of an operation, such that operands stand before what is made of them
        outside   what takes the place of a value that all pieces share
        """
        inputs = tuple(Value(math.nan) for _ in self.varying)
        made: dict[int, Value] = {}

        def operand(kind: Any) -> Operand:
            if isinstance(kind, Made):
                return made[kind.number]
            if isinstance(kind, Varying):
                return inputs[kind.column]
            return kind if type(kind) is float else outside(kind)

        for number in sorted(range(len(self._columns)), key=lambda i: position[id(self._columns[i][0])]):
            operands = [operand(kind) for kind in self._operands[number]]
            made[number] = remade(self._columns[number][0], operands)
        return Section(inputs, tuple(made[result.number] for result in self._results))

    # Columns

    def _operand(self, column: Column) -> Any:
        """What a column is in terms of the form: a constant, a shared value, Varying or Made."""
        plain = float not in {*map(type, column)}
        key = tuple(map(id, column)) if plain else tuple(map(identity, column))
        if key not in self._known:
            same = key.count(key[0]) == len(key)
            self._known[key] = self._same(column[0]) if same else self._of_each(column, key)
        return self._known[key]

    def _same(self, operand: Operand) -> Operand:
        if type(operand) is not float and operand._row is not None:
            self.shared.append(operand)
        return operand

    def _of_each(self, column: Column, key: Any) -> Made | Varying:
        shapes = [*map(shape_of, column)]
        if shapes.count(shapes[0]) != len(shapes):
            raise Differ(shapes)
        if shapes[0] is None:
            self.varying.append(column)
            return Varying(len(self.varying) - 1)
        self._inside.update(key)
        self._columns.append(column)
        if self.work > OVERLAP * len(self._inside):
            raise Overlap
        return Made(len(self._columns) - 1)


def identity(operand: Operand) -> Any:
    """Equal for the same value, and for constants of the same bits."""
    return pack("d", operand) if type(operand) is float else id(operand)


def shape_of(operand: Operand) -> Any:
    """What tells an operation from others apart from its operands; None for a leaf or constant."""
    if type(operand) is float or operand._row is None:
        return None
    row, x, dx, y, dy = operand._row, operand._x, operand._dx, operand._y, operand._dy
    if not isinstance(row, Primitive) or callable(dx):
        return object()  # made by hand, and like nothing else
    if type(y) is not int:
        return row, y is None, dx is None and is_silent(x, dx), dy is None and y is not None and is_silent(y, dy)
    return row, y, len(x), () if type(dx) is tuple else tuple(i for i, o in enumerate(x) if is_silent(o, dx[i]))


def is_silent(operand: Operand, slope: float | None) -> bool:
    """Whether an operand is computed, and yet a constant to what is made of it."""
    return slope is None and type(operand) is not float and operand._row is not None


def operand_columns(column: Column) -> Iterator[Column]:
    """The columns of the operands of operations that are of one shape."""
    first = column[0]
    if type(first._y) is not int and None not in [v._dx for v in column]:
        if first._y is None:
            return iter([tuple([v._x for v in column])])
        if None not in [v._dy for v in column]:
            return iter([tuple([v._x for v in column]), tuple([v._y for v in column])])
    return zip(*map(operands_of, column), strict=True)


def remade(node: Value, operands: Sequence[Operand]) -> Value:
    """The same operation on other operands.

    >>> x, y = Value(2.0), Value(3.0)
    >>> remade(x * 5.0, [y, 7.0]).operands
    (Value(data=3.0, grad=0.0), Value(data=7.0, grad=0.0))
    """
    several = type(node._y) is int
    before = node._x if several else (node._x, node._y)[: len(operands)]
    slopes = [
        None if type(operand) is float or is_silent(old, slope) else math.nan
        for operand, old, slope in zip(operands, before, node.slopes, strict=True)
    ]
    twin = new(Value)
    twin._data, twin._grad, twin._row = node._data, 0.0, node._row
    if several:
        twin._x, twin._dx = tuple(operands), slopes if None in slopes else tuple(slopes)
        twin._y, twin._dy = node._y, None
    else:
        twin._x, twin._dx, twin._y, twin._dy = operands[0], slopes[0], None, None
        if len(operands) == 2:
            twin._y, twin._dy = operands[1], slopes[1]
    return twin
