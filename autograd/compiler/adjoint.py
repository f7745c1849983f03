"""The derivative of a lifted program: the families of all slopes, appended to those of the values.

The letters: z is a family and g its *adjoint*, the family that says how fast the results grow with each
member of z. Every use of a member of z contributes to g: a product of g of the user and a slope. What
contributed to a member is added up, and members to which equally much contributed are a piece.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from autograd import primitives as rows
from autograd.compiler.lift import Lifted
from autograd.compiler.program import (
    UNIFORM,
    Array,
    Family,
    Gather,
    Given,
    Map,
    OverSamples,
    Piece,
    Program,
    Ref,
    Scatter,
    Sum,
    Term,
    pruned,
)
from autograd.compiler.recording import Recording
from autograd.compiler.symbols import Apply, At, Expression, operands_used, slope_expression, substituted


class Contribution(NamedTuple):
    """Products that are added to the adjoint of the members at `places`; subtracted, if negative."""

    places: Array
    factors: tuple[Ref, ...]
    negative: bool = False

    def section(self) -> int:
        """The section that a factor belongs to, or UNIFORM."""
        return max(factor.family.space for factor in self.factors)


def differentiated(lifted: Lifted, recording: Recording, seeded: bool, columns: bool) -> Program:
    """The program that gives the results and their slopes in the uniform inputs, and, if asked, in the columns.

    seeded  the slopes are those of the sum of seeds * results; else of the one output
    """
    return Differentiation(lifted, recording, seeded, columns).program()


class Differentiation:
    """The adjoints found so far, while families are walked from the last to the first."""

    def __init__(self, lifted: Lifted, recording: Recording, seeded: bool, columns: bool) -> None:
        self.forward = lifted.program
        self.given_slopes = lifted.slopes
        self.families = list(lifted.program.families)
        self.contributions: dict[Family, list[Contribution]] = defaultdict(list)
        self.depending = depending(lifted, columns)
        self._seed(recording, seeded)

    def program(self) -> Program:
        """The program with all adjoints that are needed."""
        found: dict[str, list[Family]] = defaultdict(list)
        slopes: dict[Family, Family] = {}
        for z in reversed(self.forward.families):
            if z in self.depending and self.contributions[z]:
                slopes[z] = g = self._adjoint(z)
                for piece in z.pieces:
                    self._push(z, piece, g)
        for z in self.forward.families:
            if z.given is not None and z in slopes:
                slopes[z] = self._computed(slopes[z])
                found[z.given.what].append(slopes[z])
        sections = {z.space: slopes.get(z) for z in self.forward.families if z.given and z.given.what == "columns"}
        return pruned(
            Program(
                self.families,
                self.forward.outputs,
                self.forward.per_sample,
                next(iter(found["uniform"]), None),
                [sections.get(s) for s in range(max(sections, default=-1) + 1)],
                adjoints=slopes,
            )
        )

    def _seed(self, recording: Recording, seeded: bool) -> None:
        one = self._new(Family(UNIFORM, 1, given=Given("constants", np.array([1.0]))))
        outputs = self.forward.outputs
        seeds = self._new(Family(UNIFORM, len(outputs), given=Given("seeds"))) if seeded and outputs else None
        for k, output in enumerate(outputs):
            seed = Ref(one, np.array([0])) if seeds is None else Ref(seeds, np.array([k]))
            self.contributions[output.family].append(Contribution(output.index, (seed,)))
        if not seeded:
            return
        places: dict[int, int] = defaultdict(int)
        seeds_of = {
            s: self._new(
                Family(s, sum(section == s for section, _ in recording.per_sample), given=Given("sample seeds"))
            )
            for s in sorted({section for section, _ in recording.per_sample})
        }
        for (s, _), result in zip(recording.per_sample, self.forward.per_sample, strict=True):
            seed = Ref(seeds_of[s], np.array([places[s]]))
            places[s] += 1
            self.contributions[result.family].append(Contribution(result.index, (seed,)))

    def _new(self, family: Family) -> Family:
        self.families.append(family)
        return family

    # Adding up

    def _adjoint(self, z: Family) -> Family:
        """g, from all that contributed to it."""
        contributions = self.contributions.pop(z)
        if z.space == UNIFORM:
            contributions = self._summed_over_samples(z, contributions)
        same = self._the_same(z, contributions)
        if same is not None:
            return same
        g = Family(z.space, z.size)
        for members, terms in grouped(z.size, contributions):
            g.pieces.append(Piece(members, Sum(terms) if terms else Map(0.0, ())))
        return self._new(g)

    def _summed_over_samples(self, z: Family, contributions: list[Contribution]) -> list[Contribution]:
        """Contributions to a uniform family, those of each section added up in a family of its own."""
        by_section: dict[int, list[Contribution]] = defaultdict(list)
        for contribution in contributions:
            by_section[contribution.section()].append(contribution)
        found = by_section.pop(UNIFORM, [])
        for section, several in by_section.items():
            touched = np.unique(np.concatenate([c.places for c in several]))
            compact = [c._replace(places=np.searchsorted(touched, c.places)) for c in several]
            total = self._new(Family(UNIFORM, len(touched)))
            for members, terms in grouped(len(touched), compact):
                total.pieces.append(Piece(members, OverSamples(section, terms)))
            found.append(Contribution(touched, (Ref(total, np.arange(len(touched))),)))
        return found

    def _the_same(self, z: Family, contributions: list[Contribution]) -> Family | None:
        """The family that contributes to each member of z its own member, if nothing else contributes."""
        if len(contributions) != 1 or len(contributions[0].factors) != 1 or contributions[0].negative:
            return None
        places, (factor,), _ = contributions[0]
        if len(places) != z.size or factor.family.size != z.size or factor.family.space != z.space:
            return None
        every = np.arange(z.size)
        return factor.family if np.array_equal(places, every) and np.array_equal(factor.index, every) else None

    def _computed(self, g: Family) -> Family:
        """g itself, or a copy of numbers that are given from outside."""
        if g.given is None:
            return g
        every = np.arange(g.size)
        return self._new(Family(g.space, g.size, [Piece(every, Map(At(0), (Ref(g, every),)))]))

    # Handing on

    def _push(self, z: Family, piece: Piece, g: Family) -> None:
        """Let the members of a piece contribute to their operands."""
        body = piece.body
        if z in self.given_slopes:
            for members, operand, slope in self.given_slopes[z]:
                self._contribute(operand, (Ref(g, members), slope))
        elif isinstance(body, Map):
            self._push_map(z, piece, body, g)
        elif isinstance(body, (Sum, OverSamples)):
            for term in body.terms:
                self._push_term(term, g, piece.members)
        elif isinstance(body, Gather):
            self._push_gather(z, piece, body, g)

    def _push_term(self, term: Term, g: Family, members: Array) -> None:
        width = term.factors[0].index.shape[1]
        upstream = Ref(g, np.repeat(members, width))
        flat = [Ref(factor.family, factor.index.ravel()) for factor in term.factors]
        for place, factor in enumerate(flat):
            others = flat[:place] + flat[place + 1 :]
            self._contribute(factor, (upstream, *others), term.negative)

    def _push_map(self, z: Family, piece: Piece, body: Map, g: Family) -> None:
        upstream, own = Ref(g, piece.members), Ref(z, piece.members)
        for place, operand in enumerate(body.operands):
            if operand.family not in self.depending:
                continue
            slope = slope_of(body.expression, place, len(body.operands))
            if isinstance(slope, float) and slope in (1.0, -1.0):
                self._contribute(operand, (upstream,), slope < 0.0)
            elif isinstance(slope, At):
                self._contribute(operand, (upstream, (own, *body.operands)[slope.place]))
            else:
                product = Apply(rows.mul, (At(len(body.operands) + 1), slope))
                self._flow(z.space, product, (own, *body.operands, upstream), operand)

    def _push_gather(self, z: Family, piece: Piece, body: Gather, g: Family) -> None:
        """Let what was taken contribute to the tables, and nothing to the index but the nan of 0 * inf."""
        upstream, items = Ref(g, piece.members), np.arange(body.length) * body.stride
        if body.first.family in self.depending and body.first.family.space == z.space:
            self._push_compared(z, body, upstream, items)
        elif body.first.family in self.depending:
            firsts, tables = np.unique(body.first.index, return_inverse=True)
            every = np.arange(len(firsts) * body.length)
            scatter = Scatter(z.space, upstream, body.index, tables.ravel(), body.length)
            flow = self._new(Family(UNIFORM, len(every), [Piece(every, scatter)]))
            self._contribute(Ref(body.first.family, (firsts[:, None] + items).ravel()), (Ref(flow, every),))
        if body.index.family in self.depending:
            self._flow(z.space, Apply(rows.mul, (At(0), 0.0)), (upstream,), body.index)

    def _push_compared(self, z: Family, body: Gather, upstream: Ref, items: Array) -> None:
        """Let what was taken contribute to every item: times 1 where the index is that of the item, else times 0."""
        count = len(upstream.index)
        numbers = self._new(Family(UNIFORM, body.length, given=Given("constants", np.arange(float(body.length)))))
        several = [Ref(ref.family, np.repeat(ref.index, body.length)) for ref in (upstream, body.index)]
        hit = Apply(rows.equal, (Apply(rows.floor, (At(1),)), At(2)))
        operands = (*several, Ref(numbers, np.tile(np.arange(body.length), count)))
        table = Ref(body.first.family, (body.first.index[:, None] + items).ravel())
        self._flow(z.space, Apply(rows.mul, (At(0), hit)), operands, table)

    def _flow(self, space: int, expression: Expression, operands: tuple[Ref, ...], operand: Ref) -> None:
        """Let a product that is no sum of products contribute: a family of its own."""
        every = np.arange(len(operand.index))
        flow = self._new(Family(space, len(every), [Piece(every, mapped(expression, operands))]))
        self._contribute(operand, (Ref(flow, every),))

    def _contribute(self, operand: Ref, factors: tuple[Ref, ...], negative: bool = False) -> None:
        if operand.family in self.depending:
            self.contributions[operand.family].append(Contribution(operand.index, factors, negative))


def mapped(expression: Expression, operands: tuple[Ref, ...]) -> Map:
    """A map of those operands alone that the expression reads."""
    used = sorted(operands_used(expression))
    renumbered = tuple(At(used.index(place)) if place in used else 0.0 for place in range(len(operands)))
    return Map(substituted(expression, renumbered), tuple(operands[place] for place in used))


def depending(lifted: Lifted, columns: bool) -> set[Family]:
    """The families that grow with an input whose slopes are wanted."""
    wanted = {"uniform", "columns"} if columns else {"uniform"}
    found: set[Family] = set()
    for family in lifted.program.families:
        if family.given is not None:
            if family.given.what in wanted:
                found.add(family)
        elif family in lifted.slopes:
            if any(given.operand.family in found for given in lifted.slopes[family]):
                found.add(family)
        elif any(ref.family in found for ref in family.refs()):
            found.add(family)
    return found


def grouped(size: int, contributions: Sequence[Contribution]) -> list[tuple[Array, tuple[Term, ...]]]:
    """Members to which equally much is contributed, with all that is: pairs of members and terms."""
    counts = np.stack([np.bincount(c.places, minlength=size) for c in contributions], axis=1)
    kinds, kind_of = np.unique(counts, axis=0, return_inverse=True)
    kind_of = kind_of.ravel()
    sorted_by_place = [np.argsort(c.places, kind="stable") for c in contributions]
    found = []
    for kind, widths in enumerate(kinds):
        members = np.flatnonzero(kind_of == kind)
        terms = []
        for contribution, order, width in zip(contributions, sorted_by_place, widths, strict=True):
            if width:
                mine = order[kind_of[contribution.places[order]] == kind]
                factors = (Ref(f.family, f.index[mine].reshape(len(members), width)) for f in contribution.factors)
                terms.append(Term(tuple(factors), contribution.negative))
        found.append((members, tuple(terms)))
    return found


RESULT = At(0)


def slope_of(expression: Expression, place: int, count: int, result: Expression = RESULT) -> Expression:
    """The slope of an expression in one of its `count` operands; operand 0 is then the result, they count from 1."""
    if isinstance(expression, At):
        return 1.0 if expression.place == place else 0.0
    if not isinstance(expression, Apply):
        return 0.0
    inner = tuple(substituted(argument, tuple(map(At, range(1, count + 1)))) for argument in expression.arguments)
    total: Expression = 0.0
    for i, argument in enumerate(expression.arguments):
        outer = slope_of(argument, place, count, inner[i])
        if not is_zero(outer):
            contribution = times(substituted(slope_expression(expression.row, i), (result, *inner)), outer)
            total = contribution if is_zero(total) else Apply(rows.add, (total, contribution))
    return total


def is_zero(expression: Expression) -> bool:
    """Whether an expression is the number 0, and so contributes nothing."""
    return isinstance(expression, float) and expression == 0.0


def times(a: Expression, b: Expression) -> Expression:
    """a * b, without a multiplication by 1."""
    if isinstance(a, float) and a == 1.0:
        return b
    return a if isinstance(b, float) and b == 1.0 else Apply(rows.mul, (a, b))
