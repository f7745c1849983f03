"""A recording as numbered operations: equal ones are one, rows of many operands are rows of two, sums are flat.

Operations stand in lists by number, operands before results. The letters: i is an operation, `terms[i]` the
products it adds up, where it is a sum.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from struct import pack
from typing import Any, NamedTuple

from autograd import primitives as rows
from autograd.compiler.program import UNIFORM
from autograd.compiler.recording import Recording, operands_of
from autograd.modes import recording as in_recording_mode
from autograd.primitives import Primitive
from autograd.value import Value, as_called

#: A product of one or two operations, subtracted if negative: (negative, first, second or NONE).
Product = tuple[bool, int, int]
NONE = -1

#: What stands in the place of a row.
UNIFORM_INPUT, COLUMN, REDUCED, CONSTANT, SPREAD = "uniform", "column", "reduced", "constant", "spread"

LINEAR = {rows.add, rows.sub, rows.neg, rows.sum}
FOLDS = {rows.max: rows.maximum, rows.min: rows.minimum, rows.prod: rows.mul}
MOST_KINDS = 2400  # beyond them there are too many families, which an irregular recording is told early
LONG = 64  # a sum of so many terms is not copied into another
SHORT_TABLE = 8  # an index is compared with the places of so many items faster than they are read where it says


class Unliftable(Exception):
    """A recording that has no regular form, or an operation that this way of compiling does not know."""


class Operation(NamedTuple):
    """What makes a number: a row, or one of the marks above, applied to operations.

    A row of two operands that is applied to many is ("fold", row), a dot product ("dot", number of weights), an item
    of a table ("take", number of items), whose last operand is the index, and a row without a slope ("stop", row).
    """

    row: Any
    operands: tuple[int, ...]


def logsumexp_of(values: Sequence[Any]) -> Any:
    """The row `logsumexp` through rows of one and two operands, with its values at infinity."""
    largest = rows.max(values)
    hits = [rows.equal(v, largest) for v in values]
    others = [rows.where(hit, 0.0, rows.exp_difference(v, largest)) for hit, v in zip(hits, values, strict=True)]
    ties = rows.pos(rows.sum(hits) - 1.0)  # a step of its own: before this 1 is gone, small numbers would be lost
    total = rows.log1p(rows.sum(others) + ties)
    return rows.where(rows.less(rows.abs(largest), math.inf), largest + total, largest)


def norm_of(values: Sequence[Any]) -> Any:
    """The row `norm` through hypot."""
    result = rows.abs(values[0])
    for v in values[1:]:
        result = rows.hypot(result, v)
    return result


def take_of(table: Sequence[Any], index: Any) -> Any:
    """The row `take` through comparisons: nan where no item is at the index."""
    index = rows.floor(index)
    hits = [rows.equal(index, float(place)) for place in range(len(table))]
    chosen = rows.sum([rows.where(hit, item, 0.0) for hit, item in zip(hits, table, strict=True)])
    return rows.where(rows.sum(hits), chosen, math.nan)


COMPOSED: dict[Primitive, Callable[..., Any]] = {
    rows.logsumexp: logsumexp_of,
    rows.norm: norm_of,
    rows.take: take_of,
}
WITH_GIVEN_SLOPES = FOLDS.keys() | COMPOSED.keys()


def is_gathered(node: Value) -> bool:
    """Whether a value is an item of a table that is read where the index says."""
    return node._row is rows.take and node._y > SHORT_TABLE


class Numbering:
    """A recording as numbered operations.

    operations  by number
    space       of each: UNIFORM, or its section
    uses        how often each is an operand or a result
    terms       of those that are sums, unless another has taken them over
    from_zero   the sums that begin with 0.0 and are thus never -0.0, as a sum of two numbers may be
    slopes      of those whose slopes are operations too: pairs of an operand and its slope
    """

    def __init__(self, recording: Recording, most_operations: int, most_families: int) -> None:
        self.operations: list[Operation] = []
        self.space: list[int] = []
        self.uses: list[int] = []
        self.terms: dict[int, list[Product]] = {}
        self.from_zero: set[int] = set()
        self.slopes: dict[int, list[tuple[int, int]]] = {}
        self.most_operations = most_operations
        self.most_families = most_families
        self._kind: list[int] = []  # of each operation: its row and the kinds of its operands, but all sums are of one
        self._kinds: dict[Any, int] = {}
        self._depth: list[int] = []  # how many operations that are no sums lie one behind the other, up to each
        self._known: dict[Any, int] = {}
        self._of_value: dict[int, int] = {}
        self._alive: list[Value] = []
        self._left = iter(recording.order)
        self.section_outputs: list[list[int]] = []
        self._number_inputs(recording)
        with in_recording_mode():
            for s, section in enumerate(recording.sections):
                self.section_outputs.append([self._spread(i, s) for i in self._results(section.outputs)])
                for place, reduction in enumerate(recording.reductions):
                    if reduction.section == s:
                        self._of_value[id(reduction.leaf)] = self._new(REDUCED, (place,), UNIFORM)
            self.outputs = self._results(recording.outputs)
        self._join_sums()

    def _number_inputs(self, recording: Recording) -> None:
        for place, v in enumerate((*recording.arguments, *recording.captured)):
            self._of_value[id(v)] = self._new(UNIFORM_INPUT, (place,), UNIFORM)
        for section, one in enumerate(recording.sections):
            for place, v in enumerate(one.inputs):
                self._of_value[id(v)] = self._new(COLUMN, (section, place), section)

    def _results(self, roots: Iterable[Value]) -> list[int]:
        for root in roots:
            while id(root) not in self._of_value:
                self._visit(next(self._left))  # in this order, so that what is too deep is told early
        numbers = [self._of_value[id(root)] for root in roots]
        for i in numbers:
            self.uses[i] += 2  # never the single operand of another
        return numbers

    def _spread(self, i: int, section: int) -> int:
        """A result of each sample, also where it is the same for all."""
        if self.space[i] == section:
            return i
        spread = self._new(SPREAD, (i,), section)
        self.uses[spread] += 2
        return spread

    def _new(self, row: Any, operands: tuple[Any, ...], space: int, depth: int = 0) -> int:
        self.operations.append(Operation(row, operands))
        self.space.append(space)
        self._depth.append(depth)
        self.uses.append(0)
        several = type(row) in (str, tuple) or row in LINEAR
        kind = row if several else (row, *[self._kind[o] for o in operands])
        self._kind.append(self._kinds.setdefault(kind, len(self._kinds)))
        if len(self._kinds) > MOST_KINDS:
            raise Unliftable(f"the recording has more than {MOST_KINDS} kinds of operations")
        return len(self.operations) - 1

    def _operation(self, row: Any, operands: tuple[int, ...]) -> int:
        i = len(self.operations)
        known = self._known.setdefault((row, operands), i)
        if known != i:
            return known
        spaces, uses = self.space, self.uses
        space, depth = UNIFORM, 0
        for o in operands:
            uses[o] += 1
            depth = max(depth, self._depth[o])
            if spaces[o] != space:
                if UNIFORM not in (space, spaces[o]):
                    raise Unliftable("an operation takes numbers of two batches")
                space = max(space, spaces[o])
        if row not in LINEAR:
            depth += 1
            if depth > self.most_families:  # what is made of a family is of another one
                raise Unliftable(f"the recording has more than {self.most_families} operations one behind the other")
        return self._new(row, operands, space, depth)

    def constant(self, number: float) -> int:
        """The number of a constant."""
        key = (CONSTANT, pack("d", number))
        if key not in self._known:
            self._known[key] = self._new(CONSTANT, (number,), UNIFORM)
        return self._known[key]

    def _number_of(self, operand: Any) -> int:
        return self._of_value[id(operand)] if isinstance(operand, Value) else self.constant(float(operand))

    def _visit(self, root: Any) -> int:
        """The number of a value, after those of all that it is made of."""
        stack = [root] if isinstance(root, Value) else []
        known = self._of_value
        while stack:
            node = stack[-1]
            if id(node) in known:
                stack.pop()
                continue
            operands = operands_of(node)
            waiting: list[Any] = [o for o in operands if id(o) not in known and type(o) is not float]
            if waiting:
                stack += reversed(waiting)
                continue
            stack.pop()
            known[id(node)] = self._lowered(node, operands)
            if node._row in WITH_GIVEN_SLOPES and not is_gathered(node):
                self._find_slopes(node)
        return self._number_of(root)

    def _lowered(self, node: Value, operands: Sequence[Any]) -> int:
        row = node._row
        if not isinstance(row, Primitive):
            raise Unliftable(f"{row} was made by hand, and has no row to be compiled from")
        if len(self.operations) > self.most_operations:
            raise Unliftable("the recording is large")
        if row in COMPOSED and not is_gathered(node):
            composed = COMPOSED[row](*as_called(node))
            self._alive.append(composed)
            return self._operation(("fold", rows.pos), (self._visit(composed),))
        known, constant = self._of_value, self.constant
        numbers = tuple([constant(o) if type(o) is float else known[id(o)] for o in operands])
        if True not in row.sequences:
            detached = row is rows.pos and node._dx is None  # a constant to every derivative
            return self._operation(("stop", row) if detached else row, numbers)
        if row in FOLDS:
            return self._operation(("fold", FOLDS[row]), numbers) if numbers else self.constant(node._data)
        if row is rows.mean:
            return self._operation(rows.div, (self._operation(rows.sum, numbers), constant(float(len(numbers)))))
        if row is rows.dot or row is rows.take:
            return self._operation((row.name, node._y), numbers)
        if row is rows.sum:
            return self._operation(row, numbers)
        raise Unliftable(f"{row} takes a sequence, and says nothing of how it is made of other rows")

    def _find_slopes(self, node: Value) -> None:
        """Number the slopes of a row of many operands, which its row gives as values."""
        called = as_called(node)
        values = called[0]
        if not values:
            return
        assert isinstance(node._row, Primitive)
        slopes = node._row.slopes[0](node, *called)
        self._alive += [s for s in slopes if isinstance(s, Value)]
        pairs = [(self._number_of(v), self._visit(s)) for v, s in zip(values, slopes, strict=True)]
        for _, slope in pairs:
            self.uses[slope] += 2
        self.slopes[self._of_value[id(node)]] = pairs

    # Sums

    def _join_sums(self) -> None:
        """Let every sum take over the sums and products that are used by it alone."""
        for i, (row, operands) in enumerate(self.operations):
            if row is rows.sum:
                self.from_zero.add(i)
            if type(row) is tuple and row[0] == "dot":
                count = row[1]
                if len(operands) == 2 * count:
                    self.from_zero.add(i)
                products = [(False, w, x) for w, x in zip(operands[:count], operands[count : 2 * count], strict=True)]
                self.terms[i] = [(False, o, NONE) for o in operands[2 * count :]] + products
            if row not in LINEAR:
                continue
            signs = [False, row is rows.sub] if len(operands) == 2 else [row is rows.neg] * len(operands)
            joined: list[Product] = []
            for o, negative in zip(operands, signs, strict=True):
                joined = self._with_operand(joined, o, negative, i)
            self.terms[i] = joined

    def _with_operand(self, terms: list[Product], o: int, negative: bool, i: int) -> list[Product]:
        if self.uses[o] == 1 and self.space[o] == self.space[i]:
            row, operands = self.operations[o]
            if row is rows.mul:
                terms.append((negative, *operands))  # type: ignore[arg-type]
                self.uses[o] = 0
                return terms
            # -(1.0 - 1.0) is -0.0, and -1.0 + 1.0 is not
            may_take = len(self.terms.get(o, ())) <= (1 if self.operations[i].row is rows.neg else LONG)
            if o in self.terms and (may_take or not negative):
                taken = self.terms.pop(o)
                self.uses[o] = 0
                if o in self.from_zero and not negative:
                    self.from_zero.add(i)
                if negative:
                    taken = [(not sign, a, b) for sign, a, b in taken]
                if len(taken) > len(terms):
                    terms, taken = taken, terms
                terms += taken
                return terms
        terms.append((negative, o, NONE))
        return terms
