"""Lifting: the operations of a recording that were made in the same way become one family, an array.

Nothing is searched for: the matrix products of a network, written as loops over single numbers, come out because
equal code made them (classes.py). Here is how each family is computed from others.
"""

from collections import defaultdict
from typing import Any, NamedTuple

import numpy as np

from autograd import primitives as rows
from autograd.compiler.classes import Classes, TermClass
from autograd.compiler.numbering import NONE
from autograd.compiler.program import (
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
from autograd.compiler.symbols import Apply, At


class GivenSlopes(NamedTuple):
    """Some slopes of a row of many operands, which are numbers of the program themselves.

    members   which members of the family they belong to
    operand   the operands, one for each of them
    slope     and how fast the member grows with it
    """

    members: Array
    operand: Ref
    slope: Ref


class Lifted(NamedTuple):
    """A forward program, and what its derivative needs to know besides.

    slopes  by family
    """

    program: Program
    slopes: dict[Family, list[GivenSlopes]]


def lift(recording: Recording) -> Lifted:
    """The families of a recording; Unliftable, if it has no regular form."""
    return Lifting(Classes(recording)).lifted()


class Lifting:
    """Says of each family how it is computed, from what its operations have in common and their places in others."""

    def __init__(self, found: Classes) -> None:
        self.found = found
        self.recording = found.recording

    def lifted(self) -> Lifted:
        """The program of all families."""
        found = self.found
        for c, (key, members) in enumerate(zip(found.classes, found.members, strict=True)):
            family = found.families[c]
            if family.given is None:
                family.size = len(members)
                family.pieces = self._pieces(key, members)
            elif found.constants[c]:
                family.size = len(found.constants[c])
                family.given = Given("constants", np.array(found.constants[c]))
        numbering = found.numbering
        outputs = [self._one(i) for i in numbering.outputs]
        per_sample = [self._one(numbering.section_outputs[s][output]) for s, output in self.recording.per_sample]
        families = [f for f in found.families if f.size]
        return Lifted(Program(families, outputs, per_sample), self._given_slopes())

    def _one(self, i: int) -> Ref:
        return Ref(self.found.families[self.found.class_of[i]], np.array([self.found.place[i]]))

    def _refs(self, operations: list[int]) -> Ref:
        """References to operations of one class."""
        place = self.found.place
        return Ref(self.found.families[self.found.class_of[operations[0]]], np.array([place[o] for o in operations]))

    def _pieces(self, key: Any, members: list[int]) -> list[Piece]:
        """How all members are made: each in the same way, but for the items of a table."""
        if key[0] != "table":
            return [Piece(np.arange(len(members)), self._body(key, members))]
        kinds = np.array([self.found.class_of[o] for o in members])
        pieces = []
        for kind in np.unique(kinds):
            places = np.flatnonzero(kinds == kind)
            pieces.append(Piece(places, Map(At(0), (self._refs([members[m] for m in places]),))))
        return pieces

    def _body(self, key: Any, members: list[int]) -> Any:
        """How the operations of a class are made, all in the same way."""
        found = self.found
        operations = found.numbering.operations
        if key[0] == "sum":
            return Sum(tuple(self._terms(members)), key[-1])
        if key[0] == "over samples":
            reduction = self.recording.reductions[key[1]]
            o = found.numbering.section_outputs[reduction.section][reduction.output]
            return OverSamples(reduction.section, (Term((Ref(self._one(o).family, self._one(o).index[:, None]),)),))
        if key[0] == "mean":
            zero = np.array([0])
            count = Ref(found.families[found.classes["count", key[2]]], zero)
            return Map(Apply(rows.div, (At(0), At(1))), (Ref(found.families[key[1]], zero), count))
        if key[0] == "take":
            tables = [found.table(operations[i].operands[:-1]) for i in members]
            first = Ref(found.families[key[2]], np.array([table.first for table in tables]))
            return Gather(first, key[3], key[4], self._refs([operations[i].operands[-1] for i in members]))
        return self._fold_or_map(key, members)

    def _fold_or_map(self, key: Any, members: list[int]) -> Fold | Map:
        """A fold of many operands of one class, or else an expression of one family for each operand."""
        operations = self.found.numbering.operations
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
        place, class_of = self.found.place, self.found.class_of
        by_class: dict[TermClass, tuple[list[int], list[int]]] = {}
        as_written: dict[TermClass, tuple[list[int], list[int]]] = {}
        for i in members:
            for negative, a, b in self.found.numbering.terms[i]:
                written = negative, class_of[a], class_of[b]
                if written not in as_written:
                    kind = self.found.in_order(written)
                    places = by_class.setdefault(kind, ([], []))
                    as_written[written] = places if kind == written else places[::-1]
                first, second = as_written[written]
                first.append(place[a])
                second.append(place[b])
        terms = []
        for (negative, a, b), both in sorted(by_class.items()):
            pairs = [(a, both[0])] if b == NONE else [(a, both[0]), (b, both[1])]
            refs = (Ref(self.found.families[c], np.array(p).reshape(len(members), -1)) for c, p in pairs)
            terms.append(Term(tuple(refs), negative))
        return terms

    def _given_slopes(self) -> dict[Family, list[GivenSlopes]]:
        found = self.found
        class_of, place, families = found.class_of, found.place, found.families
        groups: dict[tuple[int, int, int], list[tuple[int, int, int]]] = defaultdict(list)
        for i, pairs in found.numbering.slopes.items():
            if class_of[i] < 0:
                continue
            for operand, slope in pairs:
                kind = (class_of[i], class_of[operand], class_of[slope])
                groups[kind].append((place[i], place[operand], place[slope]))
        slopes: dict[Family, list[GivenSlopes]] = defaultdict(list)
        for c, key in enumerate(found.classes):
            if key[0] == "stop":
                slopes[families[c]] = []
        for (c, operand, slope), places in groups.items():
            member, of_operand, of_slope = np.array(places).T
            given = GivenSlopes(member, Ref(families[operand], of_operand), Ref(families[slope], of_slope))
            slopes[families[c]].append(given)
        return slopes
