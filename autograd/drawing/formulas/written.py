"""A recorded graph as formulas: what each value is called, how it was made, how steep it is in each operand."""

from collections.abc import Sequence
from itertools import islice
from math import isclose
from typing import Any, final

from autograd.drawing.formulas.formula import Formula, constant, named, written
from autograd.drawing.formulas.names import Name, names_of, symbol
from autograd.drawing.formulas.templates import SYMBOL, called
from autograd.drawing.picture import NAME_LENGTH, clipped
from autograd.graph import Node, export, topological_order
from autograd.primitives import ATOM, Primitive, flat
from autograd.value import Value, as_called

SAME = 1e-9  # a formula of a slope says what was recorded, but for rounding


@final
class WrittenGraph:
    """The graph of a value, in which every value but a constant has a name.

    nodes  the graph as plain data, operands first
    names  what each is called; None for a constant without a label

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> graph = WrittenGraph(a.tanh() * b)
    >>> graph.made(3, graph.symbols).text, graph.slope(1, 0).text
    ('v_1 \\\\cdot b', '1 - \\\\tanh^2(a)')
    """

    __slots__ = ("_known", "_values", "names", "nodes", "symbols")

    def __init__(self, root: Value) -> None:
        self._values: list[Value] = topological_order(root)
        self.nodes: list[Node] = export(root)
        self.names: list[Name | None] = names_of(self.nodes)
        #: Each value as a formula of its own: its name, or a number.
        self.symbols: list[Formula] = [
            constant(node.data) if name is None else named(name, node.data)
            for node, name in zip(self.nodes, self.names, strict=True)
        ]
        self._known: dict[int, list[Formula]] = {}

    def index_of(self, value: Value) -> int | None:
        """The place of a value in the graph; None if it is no part of it."""
        return next((i for i, other in enumerate(self._values) if other is value), None)

    def name(self, index: int) -> Name:
        """What a value that is no constant is called."""
        name = self.names[index]
        assert name is not None, "only constants have no name"
        return name

    def made(self, index: int, formulas: Sequence[Formula]) -> Formula:
        """How a value was made, of its operands as `formulas` has them."""
        node = self.nodes[index]
        operands = [formulas[operand] for operand in node.operands]
        if isinstance(node.row, Primitive):
            return written(node.row, self._as_called(index, operands), node.data)
        if node.row is None:
            return constant(node.data)
        made_by = symbol(clipped(node.row.symbol, NAME_LENGTH) or "f")
        return Formula(called(made_by.body, [operand.text for operand in operands]), ATOM, node.data)

    def slope(self, index: int, slot: int) -> Formula:
        """The local slope of a value in one of its operands as a formula; its number where that is all there is."""
        if index not in self._known:
            self._known[index] = self._slopes(index)
        return self._known[index][slot]

    def _slopes(self, index: int) -> list[Formula]:
        """The slopes of a value in all its operands, from its row where that writes what was recorded."""
        node = self.nodes[index]
        formulas: list[Any] = [None] * len(node.operands)
        if isinstance(node.row, Primitive):
            operands = [
                self.symbols[operand] if self.names[operand] else self.nodes[operand].data for operand in node.operands
            ]
            shaped = self._as_called(index, operands)
            try:
                formulas = slopes_of(node.row, self.symbols[index], shaped)
            except Exception:  # a slope of the user's own may need a float where it is given a formula
                formulas = [None] * len(node.operands)
        return [settled(formula, slope) for formula, slope in zip(formulas, node.slopes, strict=True)]

    def _as_called(self, index: int, operands: Sequence[Any]) -> tuple[Any, ...]:
        """Operands, given flat, as the row takes them: sequences as tuples, an absent one as None."""
        left = iter(operands)
        shaped: list[Any] = []
        for operand in as_called(self._values[index]):
            if isinstance(operand, tuple):
                shaped.append(tuple(islice(left, len(operand))))
            else:
                shaped.append(None if operand is None else next(left))
        return tuple(shaped)


def slopes_of(row: Primitive, result: Formula, operands: tuple[Any, ...]) -> list[Any]:
    """What the slopes of a row give for formulas, one for each operand; None for one that is absent or a number."""
    slopes: list[Any] = []
    for operand, slope in zip(operands, row.slopes, strict=True):
        if isinstance(operand, tuple):
            slopes += slope(result, *operands) if operand else ()
        elif operand is not None:
            slopes.append(slope(result, *operands) if isinstance(operand, Formula) else None)
    assert len(slopes) == len(list(flat(operands))), f"{row} has a slope for each operand"
    return slopes


def settled(formula: Any, slope: float | None) -> Formula:
    """A slope as a formula, if that gives the recorded number; else the number."""
    if slope is None:
        return Formula("?", SYMBOL, float("nan"))
    if not isinstance(formula, Formula) or not formula.text:
        return constant(slope)
    return formula if isclose(formula.data, slope, rel_tol=SAME) or formula.data == slope else constant(slope)
