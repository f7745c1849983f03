"""Lifting: the operations of a recording that were made in the same way become one family, an array.

The class of an operation is its row and the classes of its operands; the operations of one class are a
family. Nothing is searched for: the matrix products of a network, written as loops over single numbers,
come out because equal code made them.
"""

from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from autograd import primitives as rows
from autograd.compiler.numbering import COLUMN, CONSTANT, NONE, REDUCED, SPREAD, UNIFORM_INPUT, Numbering, Unliftable
from autograd.compiler.program import (
    UNIFORM,
    Array,
    Family,
    Fold,
    Gather,
    Given,
    Map,
    OverSamples,
    Piece,
    Program,
    Ref,
    Sum,
    Term,
)
from autograd.compiler.recording import Recording
from autograd.compiler.section import is_translatable
from autograd.compiler.symbols import Apply, At

FEW_FAMILIES, MOST_FAMILIES = 100, 600  # code is made for each, so that more would take seconds to compile
OPERATIONS_TO_A_FAMILY = 10  # beyond the few: with less, there are no arrays to be found
MOST_OPERATIONS = 2_000_000
LONGEST_CHAIN = 100  # rows, one applied to the result of the other: an expression is walked by recursion

#: Rows whose exponent or the like is better a number in the code than one in a table.
BY_VALUE = {rows.power, rows.power_slope}

#: Whether a term is subtracted, the class of its first factor, and that of its second or NONE.
TermClass = tuple[bool, int, int]


class GivenSlopes(NamedTuple):
    """Some slopes of a row of many operands, which are numbers of the program themselves.

    members   which members of the family they belong to
    operand   the operands, one for each of them
    slope     and how fast the member grows with it
    """

    members: Array
    operand: Ref
    slope: Ref


class TablePlace(NamedTuple):
    """Where the items of a table stand: the class of their family, the place of the first, the step to the next."""

    of: int
    first: int
    stride: int


class Lifted(NamedTuple):
    """A forward program, and what its derivative needs to know besides.

    slopes  by family
    """

    program: Program
    slopes: dict[Family, list[GivenSlopes]]


def lift(recording: Recording) -> Lifted:
    """The families of a recording; Unliftable, if it has no regular form."""
    return Lifting(recording).lifted()


class Lifting:
    """The families that operations belong to, and the place of each operation in its own."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.numbering = Numbering(recording, MOST_OPERATIONS)
        count = len(self.numbering.operations)
        self.most_families = min(FEW_FAMILIES + count // OPERATIONS_TO_A_FAMILY, MOST_FAMILIES)
        self.class_of = [NONE] * (count + 1)  # the last one stands for the factor that a term of one lacks
        self.place = [0] * (count + 1)
        self.classes: dict[Any, int] = {}
        self.families: list[Family] = []
        self.members: list[list[int]] = []
        self.constants: list[list[float]] = []
        self._tables: dict[tuple[int, ...], TablePlace] = {}
        self._make_inputs()
        for i in range(count):
            if self.numbering.uses[i]:
                self._classify(i)

    def lifted(self) -> Lifted:
        for c, (key, members) in enumerate(zip(self.classes, self.members, strict=True)):
            family = self.families[c]
            if family.given is None:
                family.size = len(members)
                family.pieces = self._pieces(key, members)
            elif self.constants[c]:
                family.size = len(self.constants[c])
                family.given = Given("constants", np.array(self.constants[c]))
        numbering = self.numbering
        outputs = [self._one(i) for i in numbering.outputs]
        per_sample = [self._one(numbering.section_outputs[s][output]) for s, output in self.recording.per_sample]
        families = [f for f in self.families if f.size]
        return Lifted(Program(families, outputs, per_sample), self._given_slopes())

    # Classes

    def _make_inputs(self) -> None:
        recording = self.recording
        self._class(
            UNIFORM_INPUT, Family(UNIFORM, len(recording.arguments) + len(recording.captured), given=Given("uniform"))
        )
        for s, section in enumerate(recording.sections):
            self._class((COLUMN, s), Family(s, len(section.inputs), given=Given("columns")))
            self._class(("count", s), Family(UNIFORM, 1, given=Given("count", s)))
        self._class(CONSTANT, Family(UNIFORM, 0, given=Given("constants")))

    def _class(self, key: Any, family: Family) -> int:
        known = self.classes.get(key)
        if known is not None:
            return known
        if len(self.families) >= self.most_families:
            raise Unliftable(f"the recording has more than {self.most_families} kinds of operations")
        self.classes[key] = len(self.families)
        self.families.append(family)
        self.members.append([])
        self.constants.append([])
        return len(self.families) - 1

    def _classify(self, i: int) -> None:
        row, operands = self.numbering.operations[i]
        space = self.numbering.space[i]
        class_of = self.class_of
        if row is UNIFORM_INPUT:
            class_of[i], self.place[i] = self.classes[UNIFORM_INPUT], operands[0]
        elif row is COLUMN:
            class_of[i], self.place[i] = self.classes[COLUMN, operands[0]], operands[1]
        elif row is CONSTANT:
            self._add_constant(i, self.classes[CONSTANT])
        elif row is REDUCED:
            self._reduced(i, operands[0])
        elif row is SPREAD:
            self._join(i, (rows.pos, space, class_of[operands[0]]), space)
        elif i in self.numbering.terms:
            counts = Counter([(negative, class_of[a], class_of[b]) for negative, a, b in self.numbering.terms[i]])
            groups: dict[TermClass, int] = defaultdict(int)
            for kind, number in counts.items():
                groups[self._in_order(kind)] += number
            self._join(i, ("sum", space, tuple(sorted(groups.items())), i in self.numbering.from_zero), space)
        elif type(row) is tuple and row[0] == "stop":
            self._join(i, ("stop", space, row[1], class_of[operands[0]]), space)
        elif type(row) is tuple and row[0] == "take":
            table = self._table(operands[:-1])
            self._join(i, ("take", space, table.of, table.stride, row[1], class_of[operands[-1]]), space)
        elif type(row) is tuple:
            kinds = {class_of[o] for o in operands}
            if len(kinds) == 1:
                self._join(i, ("fold", space, row[1], len(operands), kinds.pop()), space)
            elif len(operands) > LONGEST_CHAIN:
                raise Unliftable(f"{row[1]} of {len(operands)} operands of several kinds")
            else:
                self._join(i, ("chain", space, row[1], tuple(class_of[o] for o in operands)), space)
        else:
            if not is_translatable(row):
                raise Unliftable(f"{row}, or its slope, is for Python alone")
            if row in BY_VALUE and self.numbering.operations[operands[1]].row is CONSTANT:
                number = self.numbering.operations[operands[1]].operands[0]
                self._join(i, (row, space, class_of[operands[0]], (CONSTANT, float(number))), space)
            else:
                self._join(i, (row, space, *(class_of[o] for o in operands)), space)

    def _add_constant(self, i: int, c: int) -> None:
        self.class_of[i], self.place[i] = c, len(self.constants[c])
        self.constants[c].append(self.numbering.operations[i].operands[0])

    def _reduced(self, i: int, place: int) -> None:
        """A reduction is a family of its own: the sum over all samples, and a division for the mean."""
        reduction = self.recording.reductions[place]
        if reduction.row not in (rows.sum, rows.mean):
            raise Unliftable(f"{reduction.row} over the samples of a batch")
        total = self._class(("over samples", place), Family(UNIFORM, 1))
        self.class_of[i] = total
        self.members[total].append(i)
        if reduction.row is rows.mean:
            self.class_of[i] = self._class(("mean", total, reduction.section), Family(UNIFORM, 1))
            self.members[self.class_of[i]].append(i)
        self.place[i] = 0

    def _in_order(self, kind: TermClass) -> TermClass:
        """The class of a term with what is uniform first, and else in the order of the families."""
        negative, first, second = kind
        if second == NONE:
            return kind
        a, b = sorted((self.families[c].space != UNIFORM, c) for c in (first, second))
        return negative, a[1], b[1]

    def _join(self, i: int, key: Any, space: int) -> None:
        c = self._class(key, Family(space, 0)) if key not in self.classes else self.classes[key]
        self.class_of[i] = c
        self.place[i] = len(self.members[c])
        self.members[c].append(i)

    def _table(self, items: tuple[int, ...]) -> TablePlace:
        """A family in which the items stand at equal distances: their own, or one of copies."""
        known = self._tables.get(items)
        if known is None:
            known = self._tables[items] = self._where_they_are(items) or self._copied(items)
        return known

    def _where_they_are(self, items: tuple[int, ...]) -> TablePlace | None:
        of, places = self.class_of[items[0]], [self.place[o] for o in items]
        stride = places[1] - places[0]
        in_line = all(b - a == stride for a, b in pairwise(places)) and all(self.class_of[o] == of for o in items)
        return TablePlace(of, places[0], stride) if in_line else None

    def _copied(self, items: tuple[int, ...]) -> TablePlace:
        classes = tuple(self.class_of[o] for o in items)
        constants = self.classes[CONSTANT]
        if classes.count(constants) == len(classes):
            numbers = self.constants[constants]
            numbers += [self.numbering.operations[o].operands[0] for o in items]
            return TablePlace(constants, len(numbers) - len(items), 1)
        space = max(self.numbering.space[o] for o in items)
        copies = self._class(("table", space, classes), Family(space, 0))
        self.members[copies] += items
        return TablePlace(copies, len(self.members[copies]) - len(items), 1)

    # Bodies

    def _one(self, i: int) -> Ref:
        return Ref(self.families[self.class_of[i]], np.array([self.place[i]]))

    def _refs(self, operations: list[int]) -> Ref:
        """References to operations of one class."""
        place = self.place
        return Ref(self.families[self.class_of[operations[0]]], np.array([place[o] for o in operations]))

    def _pieces(self, key: Any, members: list[int]) -> list[Piece]:
        """How all members are made: each in the same way, but for the items of a table."""
        if key[0] != "table":
            return [Piece(np.arange(len(members)), self._body(key, members))]
        kinds = np.array([self.class_of[o] for o in members])
        found = []
        for kind in np.unique(kinds):
            places = np.flatnonzero(kinds == kind)
            found.append(Piece(places, Map(At(0), (self._refs([members[m] for m in places]),))))
        return found

    def _body(self, key: Any, members: list[int]) -> Any:
        operations = self.numbering.operations
        if key[0] == "sum":
            return Sum(tuple(self._terms(members)), key[-1])
        if key[0] == "over samples":
            reduction = self.recording.reductions[key[1]]
            o = self.numbering.section_outputs[reduction.section][reduction.output]
            return OverSamples(reduction.section, (Term((Ref(self._one(o).family, self._one(o).index[:, None]),)),))
        if key[0] == "mean":
            zero = np.array([0])
            count = Ref(self.families[self.classes["count", key[2]]], zero)
            return Map(Apply(rows.div, (At(0), At(1))), (Ref(self.families[key[1]], zero), count))
        if key[0] == "take":
            tables = [self._table(operations[i].operands[:-1]) for i in members]
            first = Ref(self.families[key[2]], np.array([table.first for table in tables]))
            return Gather(first, key[3], key[4], self._refs([operations[i].operands[-1] for i in members]))
        columns = list(zip(*(operations[i].operands for i in members), strict=True))
        if key[0] == "fold":
            width = len(columns)
            flat = self._refs([o for i in members for o in operations[i].operands])
            return Fold(key[2], Ref(flat.family, flat.index.reshape(len(members), width)))
        operands = tuple(self._refs(list(column)) for column in columns)
        if key[0] == "stop":
            return Map(Apply(key[2], (At(0),)), operands)
        if key[0] == "chain":
            expression: Any = At(0)
            for k in range(1, len(operands)):
                expression = Apply(key[2], (expression, At(k)))
            return Map(expression, operands)
        if type(key[-1]) is tuple:
            return Map(Apply(key[0], (At(0), key[-1][1])), operands[:1])
        return Map(Apply(key[0], tuple(map(At, range(len(operands))))), operands)

    def _terms(self, members: list[int]) -> list[Term]:
        place, class_of = self.place, self.class_of
        by_class: dict[TermClass, tuple[list[int], list[int]]] = {}
        as_written: dict[TermClass, tuple[list[int], list[int]]] = {}
        for i in members:
            for negative, a, b in self.numbering.terms[i]:
                written = negative, class_of[a], class_of[b]
                if written not in as_written:
                    kind = self._in_order(written)
                    places = by_class.setdefault(kind, ([], []))
                    as_written[written] = places if kind == written else places[::-1]
                first, second = as_written[written]
                first.append(place[a])
                second.append(place[b])
        terms = []
        for (negative, a, b), both in sorted(by_class.items()):
            pairs = [(a, both[0])] if b == NONE else [(a, both[0]), (b, both[1])]
            refs = (Ref(self.families[c], np.array(p).reshape(len(members), -1)) for c, p in pairs)
            terms.append(Term(tuple(refs), negative))
        return terms

    def _given_slopes(self) -> dict[Family, list[GivenSlopes]]:
        groups: dict[tuple[int, int, int], list[tuple[int, int, int]]] = defaultdict(list)
        for i, pairs in self.numbering.slopes.items():
            if self.class_of[i] < 0:
                continue
            for operand, slope in pairs:
                kind = (self.class_of[i], self.class_of[operand], self.class_of[slope])
                groups[kind].append((self.place[i], self.place[operand], self.place[slope]))
        found: dict[Family, list[GivenSlopes]] = defaultdict(list)
        for c, key in enumerate(self.classes):
            if key[0] == "stop":
                found[self.families[c]] = []
        for (c, operand, slope), places in groups.items():
            member, of_operand, of_slope = np.array(places).T
            given = GivenSlopes(member, Ref(self.families[operand], of_operand), Ref(self.families[slope], of_slope))
            found[self.families[c]].append(given)
        return found
