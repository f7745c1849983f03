"""From a trace to a `Recording`: what the results are made of, in sections that can run one after the other.

Here the graph is made plain: constants are floats, spread and reduced values are the leaves that the
passes expect, and where the function used what had been computed before it was traced, a leaf stands for it.
"""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from autograd import primitives
from autograd.compiler.batches import Level, Reduced, Spread
from autograd.compiler.recording import Recording, Reduction, Section
from autograd.compiler.tracing import Trace
from autograd.dialects import HandMade
from autograd.value import Value, hold


class Origin(NamedTuple):
    """What a value of a trace is made of.

    stage      how many reductions lie one behind the other before it
    arguments  which arguments are among it, as bits
    value      whether a value is among it that is no argument: with it, a result is never a mere number
    """

    stage: int
    arguments: int
    value: bool


@dataclass(frozen=True)
class Filling:
    """What fills the inputs of a recording at a call.

    captured  the values that are read at every call, in the order of `recording.captured`
    opened    the places of the rows whose numbers are uniform arguments, behind those that are no rows
    fixed     how many rows there must be in an argument, by its place
    axes      the rows that are samples together, by their places and names
    sections  for each section, its axis
    """

    captured: tuple[Value, ...]
    opened: tuple[int, ...] = ()
    fixed: tuple[tuple[int, int], ...] = ()
    axes: tuple[tuple[tuple[int, str], ...], ...] = ()
    sections: tuple[int, ...] = ()


OUTSIDE, NOTHING = Origin(0, 0, True), Origin(0, 0, False)


def joined(origins: Collection[Origin], reduces: bool) -> Origin:
    """The origin of what is made of several values, by a reduction or not.

    >>> joined([Origin(0, 4, False), OUTSIDE], reduces=True)
    Origin(stage=1, arguments=4, value=True)
    """
    stage = max((of.stage for of in origins), default=0)
    arguments = 0
    for of in origins:
        arguments |= of.arguments
    return Origin(stage + reduces, arguments, any(of.value for of in origins))


class Schedule:
    """The recording of a trace, and what has to be filled in.

    origins  of the outputs, and then of the results sample by sample
    """

    def __init__(self, trace: Trace, outputs: Sequence[Value], samples: Sequence[tuple[int, Value]]) -> None:
        self.trace = trace
        self._stand_ins: dict[int, tuple[Value, Value]] = {}
        self._plain: dict[int, Any] = {}
        self._origin: dict[int, Origin] = {}
        self._sections: dict[tuple[int, int], dict[int, tuple[int, Value]]] = {}
        self._axis_number = {id(axis): i for i, axis in reversed([*enumerate(trace.batches)])}
        reduced = []
        for node in self._nodes_of([*outputs, *(v for _, v in samples)]):
            self._settle(node)
            if isinstance(node._row, Reduced):
                reduced.append((node, node._row, *self._place(node._row.batch, node._x)))
        for v in (*outputs, *(v for _, v in samples)):
            if id(v) not in self._origin:
                self._see(v, math.nan)
        self.origins = [self._origin[id(v)] for v in (*outputs, *(v for _, v in samples))]
        sampled = [self._place(batch, v) for batch, v in samples]
        uniform = tuple(map(self._as_result, outputs))
        for node, *_ in reduced:
            node._row = node._x = node._dx = None
        order = sorted(self._sections)
        number = {key: i for i, key in enumerate(order)}
        first = {axis: (stage, axis) for stage, axis in reversed(order)}
        self.recording = Recording(
            (*trace.numbers, *(v for numbers in trace.opened_rows.values() for v in numbers)),
            tuple(self._section(key, of_its_own=key != first[key[1]]) for key in order),
            tuple(Reduction(node, row.row, number[key], place) for node, row, key, place in reduced),
            uniform,
            tuple((number[key], place) for key, place in sampled),
        )
        real = {id(stand_in): v for v, stand_in in self._stand_ins.values()}
        axes = sorted(first)
        self.filling = Filling(
            tuple(real.get(id(leaf), leaf) for leaf in self.recording.captured),
            tuple(trace.opened_rows),
            tuple(trace.fixed.items()),
            tuple(tuple((rows.place, rows.name) for rows in trace.batches[axis].rows) for axis in axes),
            tuple(axes.index(axis) for _, axis in order),
        )

    def _place(self, batch: int, sample: Value) -> tuple[tuple[int, int], int]:
        """The section in which a result of one sample is found, and its place there."""
        key = self._origin[id(sample)].stage, self._axis_number[id(self.trace.batches[batch])]
        outputs = self._sections.setdefault(key, {})
        return key, outputs.setdefault(id(sample), (len(outputs), sample))[0]

    def _section(self, key: tuple[int, int], of_its_own: bool) -> Section:
        """What one sample gives in a section; of the second one over the same rows on, in a graph of its own."""
        inputs = self.trace.batches[key[1]].inputs
        outputs = [self._as_result(v) for _, v in self._sections[key].values()]
        if not of_its_own:
            return Section(tuple(inputs), tuple(outputs))
        copies = {id(v): Value(0.0) for v in inputs}
        for node in self._nodes_of(outputs):
            if node._grad.batch is not None:  # type: ignore[attr-defined]  # a level
                copies[id(node)] = with_operands(node, copies)
        return Section(tuple(copies[id(v)] for v in inputs), tuple(copies.get(id(v), v) for v in outputs))

    def _nodes_of(self, roots: Iterable[Value]) -> list[Value]:
        """The nodes of the trace that the roots are made of, in the order in which they were made."""
        needed = {id(root) for root in roots}
        order = []
        for node in reversed(self.trace.nodes):
            if node._row is not None and id(node) in needed:
                order.append(node)
                needed.update(map(id, raw_operands(node)))  # a constant among them is no node
        return order[::-1]

    # Making the graph plain

    def _settle(self, node: Value) -> None:
        """Find out what a node is made of, and put in the place of its operands what they stand for."""
        if type(node._row) is HandMade:
            raise ValueError(f"{node._row} has a _backward of its own, and cannot be compiled: write it as a row")
        known, plain = self._origin, self._plain
        origin, replaced = NOTHING, False
        operands = raw_operands(node)
        for place, operand in enumerate(operands):
            if type(operand) is not float:
                if id(operand) not in known:
                    self._see(operand, node.slopes[place])
                other = known[id(operand)]
                if other != origin:
                    origin = other if origin is NOTHING else joined((origin, other), reduces=False)
                replaced = replaced or id(operand) in plain
        reduces = isinstance(node._row, Reduced)
        known[id(node)] = joined([origin], reduces) if reduces else origin
        if isinstance(node._row, Spread):
            self._plain[id(node)] = self._plain.get(id(node._x), node._x)
        elif replaced and not reduces:
            self._replace(node, [o if type(o) is float else self._plain.get(id(o), o) for o in operands])

    def _see(self, operand: Value, slope: float | None) -> None:
        """Find out about an operand that is no node of the trace: a placeholder, a constant, or one from outside."""
        level: Any = operand._grad
        if type(level) is not Level:
            self._origin[id(operand)] = OUTSIDE
            if operand._row is not None:
                self._stand_ins[id(operand)] = operand, Value(0.0)
                self._plain[id(operand)] = self._stand_ins[id(operand)][1]
        elif id(operand) in self.trace.placeholders:
            self._origin[id(operand)] = Origin(0, self.trace.placeholders[id(operand)], False)
        else:
            self._origin[id(operand)] = NOTHING if slope is None else OUTSIDE
            self._plain[id(operand)] = operand._data

    def _replace(self, node: Value, operands: list[Any]) -> None:
        """Give a node other operands; one that has become a constant has no slope."""
        slopes = [None if type(o) is float else slope for o, slope in zip(operands, node.slopes, strict=True)]
        if type(node._y) is int:
            node._x, node._dx = tuple(operands), slopes
        else:
            node._x, node._dx = operands[0], slopes[0]
            if node._y is not None:
                node._y, node._dy = operands[1], slopes[1]

    def _as_result(self, value: Value) -> Value:
        """A result that is a value, a constant too."""
        plain = self._plain.get(id(value), value)
        if isinstance(plain, Value):
            return plain
        node = Value(plain)
        hold(node, primitives.pos, (plain,), [None])
        return node


def with_operands(node: Value, copies: dict[int, Value]) -> Value:
    """A copy of a node, of the copies of those operands that have one."""
    copy = object.__new__(Value)
    copy._data, copy._grad, copy._row = node._data, node._grad, node._row
    copy._x, copy._dx, copy._y, copy._dy = node._x, node._dx, node._y, node._dy
    if type(node._y) is int:
        copy._x = tuple(copies.get(id(o), o) for o in node._x)
    else:
        copy._x, copy._y = copies.get(id(node._x), node._x), copies.get(id(node._y), node._y)
    return copy


def raw_operands(node: Value) -> tuple[Any, ...]:
    """The operands of a node as it holds them."""
    if type(node._y) is int:
        return node._x  # type: ignore[no-any-return]
    return (node._x,) if node._y is None else (node._x, node._y)
