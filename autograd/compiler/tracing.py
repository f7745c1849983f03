"""`Trace`: a function run once on placeholders, so that the recorded graph holds all that it does.

A placeholder is a leaf whose number is nan, and so is the number of everything made of it. When all is
compiled, what they hold instead refuses to be a number: whoever kept one is told where it is from. The
rest is the ordinary graph of ordinary values.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from autograd import primitives
from autograd.compiler.arguments import bit_of_number, bit_of_rows
from autograd.compiler.batches import REDUCTIONS, Batch, Level, Reduced, Spread, Traced, is_value
from autograd.compiler.listed import ArrayRow, ArrayRows, Rows
from autograd.compiler.structure import Nested, RowsOf, Spec, Static, assembled, built, width
from autograd.modes import mode, tracing
from autograd.primitives import Primitive, flat, number
from autograd.transforms import dictionary_like, same_number_of_samples, sample_by_sample
from autograd.value import Value, hold

Function = Callable[..., Any]
new = object.__new__


class BatchAxis:
    """The samples of all `vmap`s that run over the same rows.

    rows    the arguments whose rows are the samples, in the order of their columns
    inputs  the placeholders of one sample
    spread  uniform values as a sample sees them, by the id of what they are of
    """

    def __init__(self) -> None:
        self.rows: list[Rows] = []
        self.inputs: list[Value] = []
        self.spread: dict[int, Value] = {}


class Trace:
    """What was seen of a function while it ran on placeholders.

    title    what messages call the function
    placeholders  the bit of the argument that each placeholder is of, by its id
    numbers  placeholders of the arguments that are numbers
    opened   arguments that were looked into: their place, and the placeholders of all their numbers
    fixed    how many rows an argument must have, by its place
    batches  the axes of all `vmap`s; those that were joined are one
    nodes    everything that was made, in this order
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.identity = object()
        self.uniform = Level(title, self.identity, None)
        self.placeholders: dict[int, int] = {}
        self.numbers: list[Value] = []
        self.opened_rows: dict[int, list[Value]] = {}
        self.fixed: dict[int, int] = {}
        self.batches: list[BatchAxis] = []
        self.nodes: list[Value] = []
        self._levels: list[Level] = []
        self._lists: dict[int, list[Any]] = {}
        self._columns: dict[int, tuple[int, Any]] = {}
        self._rows_made = 0
        self._in_vmap = False
        self._collecting: int | None = None  # while slopes over a batch are written down, a list of one is all samples

    def run(self, function: Function, arguments: Iterable[Any], named: dict[str, Any]) -> Any:
        """What the function gives for arguments that `argument` made."""
        with tracing(self):
            return function(*arguments, **named)

    def close(self) -> None:
        """Leave no number in what was made, once nothing reads it any more: the function may have kept some of it."""
        for node in self.nodes:
            node._data = node._grad

    # Arguments

    def argument(self, spec: Spec, lengths: Iterator[int], statics: Iterator[Any], name: str) -> Any:
        """What the function is given for an argument of this structure."""
        if isinstance(spec, Static):
            return next(statics)
        if isinstance(spec, RowsOf):
            self._rows_made += 1
            kind = ArrayRows if spec.of_array else Rows
            return kind(self, self._rows_made - 1, name, next(lengths), spec.element)
        if isinstance(spec, Nested):
            keys = spec.keys if spec.keys is not None else range(len(spec.parts))
            parts = zip(keys, spec.parts, strict=True)
            return assembled(spec, [self.argument(part, lengths, statics, f"{name}[{key!r}]") for key, part in parts])
        self.numbers.append(self.placeholder(self.uniform, bit_of_number(len(self.numbers))))
        return self.numbers[-1]

    def placeholder(self, level: Level, bit: int) -> Value:
        """A leaf that is filled in at every call."""
        leaf = self._blank(level)
        self.placeholders[id(leaf)] = bit
        return leaf

    def fix_length(self, rows: Rows) -> int:
        self.fixed[rows.place] = rows.length
        return rows.length

    def opened(self, rows: Rows) -> list[Any]:
        if rows.place not in self._lists:
            bit = bit_of_rows(rows.place)
            numbers = [self.placeholder(self.uniform, bit) for _ in range(self.fix_length(rows) * width(rows.element))]
            self.opened_rows[rows.place] = numbers
            left = iter(numbers)
            self._lists[rows.place] = [built(rows.element, left, ArrayRow) for _ in range(rows.length)]
        return self._lists[rows.place]

    # Operations

    def _blank(self, level: Any) -> Value:
        node = new(Traced)
        node._data = math.nan
        node._grad = level
        node._row = node._x = node._dx = node._y = node._dy = None
        self.nodes.append(node)
        return node

    def level_of(self, operand: Any) -> Level:
        """The level of an operand; a number, and a value from outside, is uniform."""
        if not is_value(operand) or type(operand._grad) is not Level:
            return self.uniform
        level: Level = operand._grad
        if level.trace is not self.identity:
            level.refuse_later()
        return level if level.batch is None else self._levels[level.batch]

    def common_level(self, operands: Iterable[Any]) -> Level:
        """The level of a result: that of a sample, if one of the operands is of a sample."""
        common = self.uniform
        for operand in operands:
            level = self.level_of(operand)
            if level is not self.uniform and level is not common:
                if common is not self.uniform:
                    raise TypeError("values of two vmaps meet that run over different arguments: reduce one of them")
                common = level
        return common

    def record(self, row: Primitive, operands: tuple[Any, ...]) -> Value:
        """The result of a row, without its number."""
        level: Any = self.uniform  # compared with what is declared to be a gradient
        for operand in operands:
            if type(operand) is not float and (type(operand) is not Traced or operand._grad is not level):
                level = self.common_level(flat(operands))  # the rarer cases
                break
        if self._collecting is not None and row in REDUCTIONS:
            return self.reduced(row, operands[0][0], self._collecting)
        if True in row.sequences:
            row.function(*map(unknown, operands))  # refuses sequences that do not fit together
        if level is not self.uniform:
            operands = tuple(self.at_level(operand, level) for operand in operands)
        each = flat(operands) if True in row.sequences else operands
        return self.made(level, row, operands, [None if type(o) is float else math.nan for o in each])

    def made(self, level: Level, row: Any, operands: tuple[Any, ...], slopes: list[float | None]) -> Value:
        """A new node; inside `no_grad`, one without a slope."""
        node = self._blank(level)
        hold(node, row, operands, slopes)
        current = mode()
        if current.watching:
            raise TypeError(
                f"detect_anomaly inside {self.title} has no numbers to look at, while it is traced: "
                "open it around the call of the compiled function"
            )
        return node if current.recording else self.detached(node)

    def at_level(self, operand: Any, level: Level) -> Any:
        """An operand as a sample sees it; of a sequence, each."""
        if type(operand) is tuple:
            return tuple(self.at_level(o, level) for o in operand)
        if operand is None or type(operand) is float or self.level_of(operand) is level:
            return operand
        assert level.batch is not None
        known = self.batches[level.batch].spread
        if id(operand) not in known:
            node = known[id(operand)] = self._blank(level)
            node._row, node._x, node._dx = Spread(level.batch), operand, math.nan
        return known[id(operand)]

    def constant(self, given: float, level: Level) -> Value:
        """A number as a value."""
        return self.made(level, primitives.pos, (given,), [None])

    def fill(self, made: Value, data: Any, operands: Any) -> None:
        """Make of an empty value what `Value(data, operands)` asks for: a constant, or a copy of another value."""
        if operands:
            raise TypeError(
                "a value made by hand cannot be compiled: write the operation as a row, @autograd.primitive"
            )
        made._data = math.nan if is_value(data) else number(data, "Value takes")
        level: Any = self.level_of(data)
        made._grad = level
        if is_value(data):
            hold(made, primitives.pos, (data,), [math.nan])
            self.nodes.append(made)

    def detached(self, value: Value) -> Value:
        """The same number, with no slope in `value`: two nodes, so that a leaf is never taken for a constant."""
        level = self.level_of(value)
        inner, outer = self._blank(level), self._blank(level)
        hold(inner, primitives.pos, (value,), [math.nan])
        hold(outer, primitives.pos, (inner,), [None])
        return outer

    # Batches

    def mapped(self, function: Function, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """What `vmap(function)` gives: a batch; a list inside another `vmap`, and for lists that were looked into."""
        if self._in_vmap or not all(isinstance(given, (Rows, Batch)) for given in arguments):
            return sample_by_sample(function, arguments, named)
        level = self._joined(arguments)
        sample = [given.result if isinstance(given, Batch) else self._columns[given.place][1] for given in arguments]
        self._in_vmap = True
        try:
            return self._batched(function(*sample, **named), level)
        finally:
            self._in_vmap = False

    def _joined(self, arguments: Iterable[Any]) -> Level:
        """The level of the samples of all these rows and batches, which become one axis."""
        numbers = [given.number for given in arguments if isinstance(given, Batch)]
        numbers += [self._columns[a.place][0] for a in arguments if isinstance(a, Rows) and a.place in self._columns]
        if not numbers:
            numbers = [len(self.batches)]
            self.batches.append(BatchAxis())
            self._levels.append(Level(self.title, self.identity, numbers[0]))
        level = self._levels[numbers[0]]
        assert level.batch is not None
        axis = self.batches[level.batch]
        for joining in numbers[1:]:
            other = self.batches[joining]
            if other is not axis:
                axis.rows += other.rows
                axis.inputs += other.inputs
                axis.spread |= other.spread
                self.batches = [axis if batch is other else batch for batch in self.batches]
                self._levels = [level if self.batches[i] is axis else old for i, old in enumerate(self._levels)]
        for rows in arguments:
            if isinstance(rows, Rows) and rows.place not in self._columns:
                bit = bit_of_rows(rows.place)
                inputs = [self.placeholder(level, bit) for _ in range(width(rows.element))]
                self._columns[rows.place] = level.batch, built(rows.element, iter(inputs), ArrayRow)
                axis.rows.append(rows)
                axis.inputs += inputs
        for rows in axis.rows:
            same_number_of_samples((axis.rows[0].name, axis.rows[0].length), (rows.name, rows.length))
        return level

    def _batched(self, result: Any, level: Level) -> Any:
        """The result for one sample as a batch; of a tuple or dictionary, its parts as batches."""
        if isinstance(result, tuple):
            return tuple.__new__(type(result), [self._batched(part, level) for part in result])
        if isinstance(result, dict):
            return dictionary_like(result, [self._batched(part, level) for part in result.values()])
        assert level.batch is not None
        return Batch(level.batch, self._of_sample(result, level))

    def _of_sample(self, result: Any, level: Level) -> Any:
        if isinstance(result, (list, Rows)):
            return [self._of_sample(part, level) for part in result]
        if not is_value(result):
            return self.constant(
                number(result, "a function under vmap returns values, numbers or lists of them, and"), level
            )
        if self.level_of(result) not in (level, self.uniform):
            raise TypeError("the function of a vmap gave a value of another vmap: reduce that first")
        return self.at_level(result, level)

    def reduced(self, row: Primitive, sample: Any, batch: int) -> Value:
        """The uniform value of a row over all samples of a batch."""
        level = self._levels[batch]
        if not is_value(sample):
            sample = self.constant(sample, level)
        assert level.batch is not None
        node = self._blank(self.uniform)
        node._row, node._x, node._dx = Reduced(row, level.batch), self.at_level(sample, level), math.nan
        return node if mode().recording else self.detached(node)

    def slope_of_reduction(self, row: Primitive, node: Value, batch: int) -> Any:
        """How fast a reduction grows with what one sample gives, by the formula of the row."""
        if row is primitives.prod:
            raise ValueError("prod over a batch has no derivative inside a compiled function: use autograd.sum of logs")
        if row is primitives.mean:
            return primitives.div(1.0, self.reduced(primitives.sum, 1.0, batch))
        before, self._collecting = self._collecting, batch
        try:
            (slope,) = row.slopes[0](node, [node._x])
        finally:
            self._collecting = before
        return slope


def unknown(operand: Any) -> Any:
    """An operand as a row takes it, with nan for every value."""
    if type(operand) is tuple:
        return tuple(map(unknown, operand))
    return operand if operand is None or type(operand) is float else math.nan
