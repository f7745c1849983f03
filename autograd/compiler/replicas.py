"""Replica detection: a sum over pieces that were made in the same way becomes a batch, and each piece a sample.

A loss written as a loop over samples is recorded piece by piece. The sum of the pieces says that their order
does not matter, and so one of them, as a section, stands for all: what differs between them is its columns.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

from autograd import primitives as rows
from autograd.compiler.alike import Differ, Form, Overlap, remade
from autograd.compiler.recording import Recording, Reduction, Section, operands_first, operands_of
from autograd.compiler.totals import Total, Totals, most_terms
from autograd.primitives import Primitive, flat
from autograd.value import Value, hold

FEWEST = 8  # pieces that are worth a section
WORTH = 8  # operands in a piece for each number of its own: with fewer, families in the graph as it is are faster
MUCH = 20_000  # operands in all pieces of a sum: with fewer, the same
SPLITS = 12  # after so many divisions, pieces are not alike
EFFORT = 2  # so often may all operations be looked at: layers of a network are sums that lie one behind the other
MOST_SECTIONS = 16  # where more are found, it is the sums that are alike, and they are not taken apart
GROWTH = 1.25  # where some of a piece is used elsewhere, it is computed twice: so much more work is accepted


class Replicas(NamedTuple):
    """A recording in which sums have become batches.

    recording  the sections of the original, and after them new ones
    columns    for each new section its columns: where the number of each sample is found in the uniform inputs
               of the original, arguments before captured values, or the number itself, a float
    """

    recording: Recording
    columns: tuple[tuple[tuple[int | float, ...], ...], ...]


class Part(NamedTuple):
    """The terms of a total at these places, which are alike."""

    total: Total
    members: tuple[int, ...]


class Batch(NamedTuple):
    """Parts of totals whose terms, side by side, are the pieces of one form."""

    form: Form
    parts: tuple[Part, ...]


def with_replicas(recording: Recording, much: int = MUCH) -> Replicas | None:
    """The recording with a section for each sum over many pieces that are alike; None, if there is no such sum.

    much  operands that all pieces of a sum have together, at least

    >>> w, xs = Value(0.0), [Value(0.0) for _ in range(10)]
    >>> loss = rows.mean([((w * x).tanh() * w).tanh() ** 2.0 for x in xs])
    >>> found = with_replicas(Recording(tuple(xs), (), (), (loss,), ()), much=0)
    >>> found.columns
    (((0, 1, 2, 3, 4, 5, 6, 7, 8, 9),),)
    """
    search = Search(recording, much)
    if not search.batches or len(search.batches) > MOST_SECTIONS:
        return None
    rewriting = Rewriting(search)
    if rewriting.work > GROWTH * len(search.order):
        return None
    return Replicas(rewriting.recording(), tuple(map(search.sources, rewriting.batches)))


class Search:
    """The batches in the uniform graph of a recording.

    order  all values, operands first
    """

    def __init__(self, recording: Recording, much: int) -> None:
        self.recording = recording
        self.much = much
        self.order = operands_first(recording.outputs) if recording.sections else recording.order
        self.batches: list[Batch] = []
        self._place = {id(v): i for i, v in enumerate((*recording.arguments, *recording.captured))}
        self._batch_of: dict[int, int] = {}
        self._effort = EFFORT * len(self.order)
        if most_terms(self.order) < FEWEST:
            return
        in_sections = operands_first([v for s in recording.sections for v in s.outputs])
        self._totals = Totals(self.order, recording.outputs, set(map(id, in_sections)))
        for total in self._totals:  # a sum over samples comes before the sums inside a sample
            self._divide(total)

    @cached_property
    def position(self) -> dict[int, int]:
        """The place of each value in the order, by its id."""
        return {id(v): i for i, v in enumerate(self.order)}

    def sources(self, batch: Batch) -> tuple[tuple[int | float, ...], ...]:
        """Where the numbers in the columns of a batch come from."""
        return tuple(tuple(v if type(v) is float else self._place[id(v)] for v in c) for c in batch.form.varying)

    def _divide(self, total: Total) -> None:
        """Find the terms that are alike, and add batches of them."""
        waiting = [(tuple(range(len(total.terms))), 0)]
        while waiting:
            members, splits = waiting.pop()
            if len(members) < FEWEST or splits > SPLITS or self._effort < 0:
                continue
            form = Form([tuple([total.terms[i] for i in members])])
            try:
                form.compare()
            except Differ as difference:
                by_shape: dict[Any, list[int]] = defaultdict(list)
                for i, shape in zip(members, difference.shapes, strict=True):
                    by_shape[shape].append(i)
                waiting += [(tuple(each), splits + 1) for each in reversed(by_shape.values())]
            except Overlap:
                pass
            else:
                if self._is_worth_it(form):
                    self._add(Batch(form, (Part(total, members),)))
            self._effort -= form.work

    def _is_worth_it(self, form: Form) -> bool:
        """Whether the numbers that vary are at hand, and few beside what is computed from them."""
        at_hand = all(type(v) is float or id(v) in self._place for column in form.varying for v in column)
        return at_hand and 0 < WORTH * len(form.varying) <= form.size and form.size * form.pieces >= self.much

    def _add(self, batch: Batch) -> None:
        """Add a batch, or join it to one that computes some of the same in the same samples."""
        self._totals.settled |= batch.form.inside
        firsts = [id(column[0]) for column in batch.form.operations]
        number = next((self._batch_of[first] for first in firsts if first in self._batch_of), None)
        joined = self._joined(self.batches[number], batch) if number is not None else None
        if number is None or joined is None:
            number = len(self.batches)
            self.batches.append(batch)
        else:
            self.batches[number] = joined
        self._batch_of |= dict.fromkeys(firsts, number)

    def _joined(self, first: Batch, second: Batch) -> Batch | None:
        """Two batches as one; None, if samples do not match, or one may need the total of the other."""
        if first.form.pieces != second.form.pieces:
            return None
        joined = Batch(Form((*first.form.roots, *second.form.roots)), (*first.parts, *second.parts))
        try:
            joined.form.compare()
        except Overlap:
            return None
        latest = max((self.position[id(v)] for v in joined.form.shared), default=-1)
        return joined if latest < self.start(joined) else None

    def start(self, batch: Batch) -> int:
        """The position of the first total of a batch: all that is shared by its samples stands before."""
        return min(self.position[id(part.total.node)] for part in batch.parts)


class Rewriting:
    """The uniform graph with a leaf in the place of every part that became a batch.

    batches  in an order in which each may use what those before it gave
    work     how many operations there are, for all samples
    """

    def __init__(self, search: Search) -> None:
        self.search = search
        self.batches = sorted(search.batches, key=search.start)
        self.reductions: list[Reduction] = []
        self._replaced: dict[int, Value] = {}
        self._leaves: dict[int, list[Value]] = defaultdict(list)
        self._rest: dict[int, dict[int, Any]] = {}
        self._totals: dict[int, Total] = {}
        for number, batch in enumerate(self.batches, len(search.recording.sections)):
            for output, part in enumerate(batch.parts):
                self._stand_in(part, number, output)
        self._starting: dict[int, list[Form]] = defaultdict(list)
        for batch in self.batches:
            self._starting[search.start(batch)].append(batch.form)
        self._needed = self._all_needed()
        self.work = len(self._needed) + sum(batch.form.work for batch in self.batches)

    def recording(self) -> Recording:
        """The new recording."""
        old = self.search.recording
        sections: list[Section] = []
        for position, node in self._needed:
            forms = self._starting.get(position, ())
            sections += [form.section(self.search.position, self._outside) for form in forms]
            if id(node) in self._totals:
                self._replaced[id(node)] = self._what_is_left(self._totals[id(node)])
            else:
                self._adapt(node)
        sections = [*old.sections, *sections]
        outputs = tuple(map(self._outside, old.outputs))
        used = {id(v) for v in operands_first([*(v for section in sections for v in section.outputs), *outputs])}
        arguments = tuple(v for v in old.arguments if id(v) in used)
        return Recording(arguments, tuple(sections), (*old.reductions, *self.reductions), outputs, old.per_sample)

    def _stand_in(self, part: Part, section: int, output: int) -> None:
        """Make a leaf for a part of a total."""
        node, terms = part.total
        rest = self._rest.setdefault(id(node), dict(enumerate(terms)))
        for i in part.members:
            del rest[i]
        row = rows.mean if node._row is rows.mean and len(part.members) == len(terms) else rows.sum
        leaf = Value(math.nan)
        self.reductions.append(Reduction(leaf, row, section, output))
        self._leaves[id(node)].append(leaf)
        self._totals[id(node)] = part.total

    def _all_needed(self) -> list[tuple[int, Value]]:
        """What has to be computed outside of the new sections, operands first, with its position."""
        needed = set(map(id, self.search.recording.outputs))
        found = []
        for position in reversed(range(len(self.search.order))):
            node = self.search.order[position]
            if id(node) not in needed:
                continue
            found.append((position, node))
            for form in self._starting.get(position, ()):
                needed |= set(map(id, form.shared))
            rest = self._rest.get(id(node))
            needed |= set(map(id, operands_of(node) if rest is None else rest.values()))
        return found[::-1]

    def _outside(self, v: Value) -> Value:
        return self._replaced.get(id(v), v)

    def _operands(self, operands: Iterable[Any]) -> list[Any]:
        return [v if type(v) is float else self._outside(v) for v in operands]

    def _adapt(self, node: Value) -> None:
        """Make an operation anew, if one of its operands was."""
        operands = [*operands_of(node)]
        if any(id(v) in self._replaced for v in operands):
            self._replaced[id(node)] = remade(node, self._operands(operands))

    def _what_is_left(self, total: Total) -> Value:
        """A total of the leaves for its parts, and of its other terms."""
        leaves, rest = self._leaves[id(total.node)], self._operands(self._rest[id(total.node)].values())
        if len(leaves) == 1 and not rest:
            return leaves[0]
        left = made_by(rows.sum, ((*leaves, *rest),))
        return left if total.node._row is not rows.mean else made_by(rows.div, (left, float(len(total.terms))))


def made_by(row: Primitive, operands: tuple[Any, ...]) -> Value:
    """The result of a row without its number.

    >>> made_by(rows.sum, ((Value(1.0), 2.0),)).operands
    (Value(data=1.0, grad=0.0), Value(data=2.0, grad=0.0))
    """
    node = Value(math.nan)
    hold(node, row, operands, [None if type(o) is float else math.nan for o in flat(operands)])
    return node
