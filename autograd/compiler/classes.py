"""Which operations of a recording were made in the same way: those of one class, which become one family.

The class of an operation is its row and the classes of its operands.
"""

from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any, NamedTuple

from autograd import primitives as rows
from autograd.compiler.numbering import COLUMN, CONSTANT, NONE, REDUCED, SPREAD, UNIFORM_INPUT, Numbering, Unliftable
from autograd.compiler.program import UNIFORM, Family, Given
from autograd.compiler.recording import Recording
from autograd.compiler.section import is_translatable

FEW_FAMILIES, MOST_FAMILIES = 100, 600  # code is made for each, so that more would take seconds to compile
OPERATIONS_TO_A_FAMILY = 10  # beyond the few: with less, there are no arrays to be found
MOST_OPERATIONS = 2_000_000
LONGEST_CHAIN = 100  # rows, one applied to the result of the other: an expression is walked by recursion

#: Rows whose exponent or the like is better a number in the code than one in a table.
BY_VALUE = {rows.power, rows.power_slope}

#: Whether a term is subtracted, the class of its first factor, and that of its second or NONE.
TermClass = tuple[bool, int, int]


class TablePlace(NamedTuple):
    """Where the items of a table stand: the class of their family, the place of the first, the step to the next."""

    of: int
    first: int
    stride: int


class Classes:
    """The families that operations belong to, and the place of each operation in its own.

    numbering  the operations
    class_of   of each operation
    place      of each operation among the members of its class
    classes    the number of each class, by what its operations have in common
    families   of each class; still without the pieces that compute it
    members    the operations of each class
    constants  the numbers of a class of constants
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.numbering = Numbering(recording, MOST_OPERATIONS, MOST_FAMILIES)
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
        if row is UNIFORM_INPUT:
            self.class_of[i], self.place[i] = self.classes[UNIFORM_INPUT], operands[0]
        elif row is COLUMN:
            self.class_of[i], self.place[i] = self.classes[COLUMN, operands[0]], operands[1]
        elif row is CONSTANT:
            self._add_constant(i, self.classes[CONSTANT])
        elif row is REDUCED:
            self._reduced(i, operands[0])
        else:
            space = self.numbering.space[i]
            self._join(i, self._sum(i, space) if i in self.numbering.terms else self._key(i, space), space)

    def _sum(self, i: int, space: int) -> Any:
        """What a sum of products has in common with the others of its class."""
        class_of = self.class_of
        counts = Counter([(negative, class_of[a], class_of[b]) for negative, a, b in self.numbering.terms[i]])
        groups: dict[TermClass, int] = defaultdict(int)
        for kind, number in counts.items():
            groups[self.in_order(kind)] += number
        return "sum", space, tuple(sorted(groups.items())), i in self.numbering.from_zero

    def _key(self, i: int, space: int) -> Any:
        """What any other operation has in common with the others of its class."""
        row, operands = self.numbering.operations[i]
        of_operands = [self.class_of[o] for o in operands]
        if type(row) is tuple:
            return self._key_of_many(row, operands, of_operands, space)
        if row is SPREAD:
            return rows.pos, space, *of_operands
        if not is_translatable(row):
            raise Unliftable(f"{row}, or its slope, is for Python alone")
        if row in BY_VALUE and self.numbering.operations[operands[1]].row is CONSTANT:
            number = self.numbering.operations[operands[1]].operands[0]
            return row, space, of_operands[0], (CONSTANT, float(number))
        return row, space, *of_operands

    def _key_of_many(self, row: Any, operands: tuple[int, ...], of_operands: list[int], space: int) -> Any:
        """The same for an operation on many operands, whose row is a pair."""
        if row[0] == "stop":
            return "stop", space, row[1], of_operands[0]
        if row[0] == "take":
            table = self.table(operands[:-1])
            return "take", space, table.of, table.stride, row[1], of_operands[-1]
        kinds = {*of_operands}
        if len(kinds) == 1:
            return "fold", space, row[1], len(operands), kinds.pop()
        if len(operands) > LONGEST_CHAIN:
            raise Unliftable(f"{row[1]} of {len(operands)} operands of several kinds")
        return "chain", space, row[1], tuple(of_operands)

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

    def in_order(self, kind: TermClass) -> TermClass:
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

    def table(self, items: tuple[int, ...]) -> TablePlace:
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
