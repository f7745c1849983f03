"""Names that programs written for micrograd, its lecture, its later editions or microgpt use on a value.

All are views of what `Value` holds under plainer names. A program that walks a graph by hand, makes
nodes by hand, or hangs a rule of its own on a node runs unchanged.
"""

import warnings
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from autograd.given import shown
from autograd.primitives import Operand, Primitive, number, power


class HandMade:
    """What stands in the place of a row where a node was made by hand: `Value(data, operands, slopes)`.

    Also where a recorded node was given a `_backward` of the program's own; the name is then that of its row.
    """

    __slots__ = ("name", "symbol")

    #: What is said when a second derivative is asked for, of what is named in the place of {}.
    refusal = (
        "the slopes of {} were given by hand, and have no slopes of their own: "
        "write the operation as a row with @autograd.primitive, or use backward()"
    )

    def __init__(self, symbol: str, name: str = "") -> None:
        self.symbol = symbol
        self.name = name or symbol or "a value made by hand"

    def __str__(self) -> str:
        return self.name


class HandWalk:
    """The slopes of a node whose `_backward()` was called by hand, so that `backward()` counts nothing twice."""

    __slots__ = ("slopes",)

    def __init__(self, slopes: tuple[float | None, ...]) -> None:
        self.slopes = slopes


class ByHand:
    """What walks by hand added to the gradient of a leaf since that was assigned.

    before  the gradient without it
    after   the gradient with it: another object there means that `backward()` added something since
    parts   what each walk added
    """

    __slots__ = ("after", "before", "parts")

    def __init__(self, grad: float) -> None:
        self.before = self.after = grad
        self.parts: dict[HandWalk, float] = {}


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
            return str(self.__dict__.get("_op", ""))
        if self._row is power and self.slopes[1] is None and self.slopes[0] is not None:
            return f"**{self.operands[1]:g}"
        return str(self._row.symbol)

    def _make_by_hand(self, operands: Iterable[Any], made_by: str | Iterable[Any]) -> None:
        """Hold operands, and either their slopes or a symbol; then a `_backward` is expected to follow."""
        make_leaf: Any = type(self)
        held = tuple(o if isinstance(o, Operand) else make_leaf(o) for o in several(operands, "operands"))
        if not isinstance(made_by, str):
            slopes = tuple(number(slope, "a slope is") for slope in several(made_by, "slopes"))
            if len(slopes) != len(held):
                raise ValueError(f"Value takes one slope for each operand, got {len(slopes)} for {len(held)}")
        if not held:
            if made_by and isinstance(made_by, str):
                self.__dict__["_op"] = made_by  # a leaf all the same; the symbol is there for the program to read
            return
        self._row, self._dx = (HandMade(made_by), nothing_flows) if isinstance(made_by, str) else (HandMade(""), slopes)
        self._x, self._y = held, 0

    @property
    def _backward(self) -> Callable[[], None]:
        return self._dx if callable(self._dx) else partial(walk, self, self.slopes)

    @_backward.setter
    def _backward(self, rule: Callable[[], None]) -> None:
        if not callable(rule):
            raise TypeError(f"_backward takes a function without arguments, got {shown(rule)}")
        if self._row is None:
            return  # a leaf has nothing to hand on, and its gradient adds up
        row = HandMade(self._op, str(self._row)) if isinstance(self._row, Primitive) else self._row
        self._x, self._dx, self._y, self._dy = self.operands, rule, 0, None
        self._row = row


def several(given: Any, what: str) -> Iterable[Any]:
    """The operands or slopes given for a node made by hand; refused if they are no sequence."""
    if not isinstance(given, Iterable) or isinstance(given, (str, bytes, dict)):
        raise TypeError(
            f"Value takes a tuple of {what}, got {shown(given)}; "
            "it is called as Value(data, operands, slopes or a symbol, label)"
        )
    return given


def walk(node: Any, slopes: tuple[float | None, ...]) -> None:
    """Take one step of backpropagation by hand: add the node's gradient times each slope to its operand.

    Where the node has a rule of the program's own by now, that rule called this one, and `backward()` that rule:
    then nothing is to be taken back.
    """
    walked = None
    if not callable(node._dx) and slopes:
        walked = node._dx if type(node._dx) is HandWalk else HandWalk(slopes)
        length = node._y if type(node._y) is int else 0
        node._x, node._dx, node._y, node._dy = node.operands, walked, length, None
    for operand, slope in zip(node.operands, slopes, strict=True):
        if slope is not None:
            if walked is not None and operand._row is None:
                add_by_hand(operand, node._grad * slope, walked)
            else:
                operand._grad += node._grad * slope


def add_by_hand(leaf: Any, part: float, walked: HandWalk) -> None:
    """Add to the gradient of a leaf what `forget_the_walk` can take back."""
    if leaf._x is None:
        leaf._x = ByHand(leaf._grad)
    record = up_to_date(leaf)
    record.parts[walked] = record.parts.get(walked, 0.0) + part
    record.after = leaf._grad = leaf._grad + part


def forget_the_walk(node: Any) -> None:
    """Take back what `_backward()`, called by hand, added to leaves, unless their gradient was assigned since."""
    for operand in node._x:
        if operand._row is None and operand._x is not None:
            record = up_to_date(operand)
            if record.parts.pop(node._dx, None) is not None:
                record.after = operand._grad = sum(record.parts.values(), record.before)


def up_to_date(leaf: Any) -> ByHand:
    """The record of a leaf, what `backward()` added since counted to what was there before."""
    record: ByHand = leaf._x
    if leaf._grad is not record.after:
        record.before, record.after = leaf._grad - sum(record.parts.values()), leaf._grad
    return record


def nothing_flows() -> None:
    """The rule of a node that was made by hand with neither slopes nor a `_backward`."""
    warnings.warn(
        "a value made by hand has neither slopes nor a _backward, so that no gradient flows through it: "
        "write Value(data, operands, slopes), or assign _backward",
        stacklevel=3,
    )


def named_as_elsewhere(
    named: dict[str, Any], operands: Iterable[Any], made_by: str | Iterable[Any]
) -> tuple[Iterable[Any], str | Iterable[Any]]:
    """Operands, and slopes or a symbol, that were given under the names of another library."""
    for name, value in named.items():
        if name in ("_children", "children", "_prev"):
            operands = value
        elif name in ("_op", "local_grads"):
            made_by = value
        else:
            raise TypeError(f"Value takes data, operands, slopes or a symbol, and label; got {name!r}")
    return operands, made_by
