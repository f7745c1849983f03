"""Nodes that stand for more than a row: how a derivative passes through them is their own affair."""

from collections.abc import Mapping
from typing import Any, Never, Protocol

from autograd.dialects import HandMade
from autograd.value import Value


class OwnRule(HandMade):
    """What stands in the place of a row, and says itself how derivatives pass."""

    __slots__ = ()

    def pulled_back(self, node: Value, gradient: Any, y: Value) -> list[Any]:
        """For each operand, what the gradient of y in `node` adds to that in the operand; None for nothing."""
        raise TypeError(f"{self} does not say how its derivative passes")

    def pushed_forward(self, node: Value, moved: Mapping[int, Any]) -> Any:
        """How fast `node` grows, from how fast operands grow, by their ids."""
        raise TypeError(f"{self} does not say how its derivative passes")


class Slopes(Protocol):
    """Slopes that are computed when they are asked for."""

    @property
    def slopes(self) -> tuple[float, ...]:
        """One for each operand."""


class Fused(OwnRule):
    """The row of a compiled function: its slopes are numbers, found by the same machine code."""

    __slots__ = ()

    def pulled_back(self, node: Value, gradient: Any, y: Value) -> list[Any]:
        return [gradient * slope for slope in self._slopes(node)]

    def pushed_forward(self, node: Value, moved: Mapping[int, Any]) -> Any:
        pairs = zip(node._x, self._slopes(node), strict=True)
        return sum((moved[id(operand)] * slope for operand, slope in pairs if id(operand) in moved), 0.0)

    def _slopes(self, node: Value) -> list[Value]:
        """The slopes as values, whose own slopes are refused."""
        row = SlopeOfFused(f"the slope of {self}")
        return [made_of(node._x, slope, row, row.refuse) for slope in node.slopes if slope is not None]


class SlopeOfFused(HandMade):
    """The row of a slope of a compiled function."""

    __slots__ = ()

    refusal = "{} has no slope of its own: take the derivative inside, as in autograd.jit(autograd.grad(f))"

    def refuse(self) -> Never:
        raise ValueError(self.refusal.format(self))


def made_of(operands: tuple[Value, ...], data: float, row: HandMade, slopes: Any) -> Value:
    """A value of some operands: `slopes` are numbers, an object with the property `slopes`, or a rule."""
    node = object.__new__(Value)
    node._data = data
    node._grad = 0.0
    node._row = row
    node._x = operands
    node._dx = slopes
    node._y = 0
    node._dy = None
    return node
