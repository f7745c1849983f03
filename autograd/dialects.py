"""Names that programs written for micrograd, its lecture, its later editions or microgpt use on a value.

All are views of what `Value` holds under plainer names. A program that walks a graph by hand, makes
nodes by hand, or hangs a rule of its own on a node runs unchanged.
"""

import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograd.primitives import Operand, number, power


class HandMade:
    """What stands in the place of a row where a node was made by hand: `Value(data, operands, slopes)`."""

    __slots__ = ("symbol",)

    def __init__(self, symbol: str) -> None:
        self.symbol = symbol

    def __str__(self) -> str:
        return self.symbol or "a value made by hand"


class HandWalk:
    """The slopes of a node whose `_backward()` was called by hand, so that `backward()` counts nothing twice."""

    __slots__ = ("slopes",)

    def __init__(self, slopes: tuple[float | None, ...]) -> None:
        self.slopes = slopes


class Dialects(Operand):
    """The part of `Value` that speaks micrograd."""

    __slots__ = ()

    # What a Value holds; see value.py
    _data: float
    _grad: float
    _row: Any
    _x: Any
    _dx: Any
    _y: Any
    _dy: Any
    operands: Any
    slopes: Any

    @property
    def _prev(self) -> Any:
        return self.operands

    @property
    def _children(self) -> Any:
        return self.operands

    @property
    def _local_grads(self) -> tuple[float, ...]:
        return tuple(0.0 if slope is None else slope for slope in self.slopes)

    @property
    def _op(self) -> str:
        if self._row is None:
            return ""
        if self._row is power and self.slopes[1] is None and self.slopes[0] is not None:
            return f"**{self.operands[1]:g}"
        return str(self._row.symbol)

    def _make_by_hand(self, operands: Iterable[Any], made_by: str | Sequence[Any]) -> None:
        """Hold operands, and either their slopes or a symbol; then a `_backward` is expected to follow."""
        make_leaf: Any = type(self)
        self._x = tuple(o if isinstance(o, Operand) else make_leaf(o) for o in operands)
        self._y = 0
        if isinstance(made_by, str):
            self._row, self._dx = HandMade(made_by), nothing_flows
            return
        self._row, self._dx = HandMade(""), tuple(number(slope, "a slope is") for slope in made_by)
        if len(self._dx) != len(self._x):
            raise ValueError(f"Value takes one slope for each operand, got {len(self._dx)} for {len(self._x)}")

    @property
    def _backward(self) -> Callable[[], None]:
        return self._dx if callable(self._dx) else self._walk

    @_backward.setter
    def _backward(self, rule: Callable[[], None]) -> None:
        if not callable(rule):
            raise TypeError(f"_backward takes a function without arguments, got {type(rule).__name__}: {rule!r}")
        if self._row is not None:  # a leaf has nothing to hand on, and its gradient adds up
            self._x, self._dx, self._y, self._dy = self.operands, rule, 0, None

    def _walk(self) -> None:
        """One step of backpropagation by hand: this value's gradient times each slope, added to its operand."""
        slopes = self.slopes
        if not slopes:
            return
        self._x, self._dx, self._y, self._dy = self.operands, HandWalk(slopes), 0, None
        for operand, slope in zip(self._x, slopes, strict=True):
            if slope is not None:
                before = operand._grad
                operand._grad += self._grad * slope
                if operand._row is None:
                    start, last = operand.__dict__.get("_by_hand", (before, None))
                    operand._by_hand = (start if last is before else before, operand._grad)


def forget_the_walk(node: Any) -> None:
    """Take back what `_backward()`, called by hand, added to leaves, unless their gradient was set since."""
    for operand in node._x:
        start, last = operand.__dict__.pop("_by_hand", (0.0, None))
        if operand._grad is last:
            operand._grad = start


def nothing_flows() -> None:
    """The rule of a node that was made by hand with neither slopes nor a `_backward`."""
    warnings.warn(
        "a value made by hand has neither slopes nor a _backward, so that no gradient flows through it: "
        "write Value(data, operands, slopes), or assign _backward",
        stacklevel=3,
    )


def named_as_elsewhere(
    named: dict[str, Any], operands: Iterable[Any], made_by: str | Sequence[Any]
) -> tuple[Iterable[Any], str | Sequence[Any]]:
    """Operands, and slopes or a symbol, that were given under the names of another library."""
    for name, value in named.items():
        if name in ("_children", "children", "_prev"):
            operands = value
        elif name in ("_op", "local_grads"):
            made_by = value
        else:
            raise TypeError(f"Value takes data, operands, slopes or a symbol, and label; got {name!r}")
    return operands, made_by
