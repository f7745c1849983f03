"""The lifted program: families of equal numbers as arrays, and how each is computed from others.

A *family* is an array of numbers that were made in the same way. Families are listed in the order of
computation. One whose space is a section holds a number for each sample of a batch; a uniform one (space
UNIFORM) is the same for all samples. A *piece* says how some members of a family are computed:

    Map          an expression of rows, member by member
    Sum          products of one or two numbers, added up
    Fold         one row of two operands, from the first operand to the last
    Gather       a number out of a table of numbers, at an index that is a number too
    OverSamples  a uniform sum of products over all samples of a section
    Scatter      the reverse of a gather: a sum over all samples, of what each adds at an index

The operands of a piece are references: a family and, for each member, an index into it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from autograd.compiler.symbols import Expression, operands_used
from autograd.primitives import Primitive

Array = Any

UNIFORM = -1


@dataclass(frozen=True, eq=False)
class Ref:
    """Numbers of another family: the one at `index[m]` for member m, or those at `index[m, 0], index[m, 1], ...`."""

    family: "Family"
    index: Array


@dataclass(frozen=True, eq=False)
class Map:
    """Member by member, an expression of rows on the operands."""

    expression: Expression
    operands: tuple[Ref, ...]

    def refs(self) -> Iterator[Ref]:
        yield from self.operands


@dataclass(frozen=True, eq=False)
class Term:
    """Products of the factors, which are one or two, to be added up; subtracted, if negative."""

    factors: tuple[Ref, ...]
    negative: bool = False


@dataclass(frozen=True, eq=False)
class Sum:
    """The sum of all terms; the index of every factor has a row of places for each member.

    from_zero  whether it begins with 0.0: a sum of nothing but -0.0 is then 0.0
    """

    terms: tuple[Term, ...]
    from_zero: bool = False

    def refs(self) -> Iterator[Ref]:
        for term in self.terms:
            yield from term.factors


@dataclass(frozen=True, eq=False)
class Fold:
    """row(row(first, second), third) ... over a row of places for each member."""

    row: Primitive
    operand: Ref

    def refs(self) -> Iterator[Ref]:
        yield self.operand


@dataclass(frozen=True, eq=False)
class Gather:
    """The number of a table at an index, rounded down; nan where it is none from 0 to length - 1.

    first   where the table of a member begins
    stride  from one number of a table to the next
    index   what the member takes
    """

    first: Ref
    stride: int
    length: int
    index: Ref

    def refs(self) -> Iterator[Ref]:
        yield from (self.first, self.index)


@dataclass(frozen=True, eq=False)
class OverSamples:
    """A sum of products over all samples of a section: uniform, made of numbers of the section."""

    section: int
    terms: tuple[Term, ...]

    def refs(self) -> Iterator[Ref]:
        for term in self.terms:
            yield from term.factors


@dataclass(frozen=True, eq=False)
class Scatter:
    """Tables of `length` sums, one after the other: each sample adds each of its values to one of them.

    values  what is added, each at its `index`, which is rounded down
    tables  the number of the table, for each value

    A value whose index is beyond the table adds 0 times itself to the first sum, so that an inf or nan is not lost.
    """

    section: int
    values: Ref
    index: Ref
    tables: Array
    length: int

    def refs(self) -> Iterator[Ref]:
        yield from (self.values, self.index)


#: What is the same for all samples of a section, and made of all of them.
OF_ALL_SAMPLES = OverSamples, Scatter


@dataclass(frozen=True, eq=False)
class Piece:
    """How the members at these places of a family are computed."""

    members: Array
    body: Map | Sum | Fold | Gather | OverSamples | Scatter


@dataclass(frozen=True, eq=False)
class Given:
    """What is there before the program runs.

    what  uniform (arguments and captured leaves), columns (of a section), seeds (of the outputs),
          sample seeds (of the results per sample of a section), count (the samples of a section), state (of an
          optimizer) or constants, which are in `table`
    """

    what: str
    table: Array = None


@dataclass(eq=False)
class Family:
    """An array of numbers that were made in the same way."""

    space: int
    size: int
    pieces: list[Piece] = field(default_factory=list)
    given: Given | None = None
    number: int = -1

    def refs(self) -> Iterator[Ref]:
        """All references of all pieces."""
        for piece in self.pieces:
            yield from piece.body.refs()


class Update(NamedTuple):
    """What takes the place of given numbers, those at `places`, for the next step of a training."""

    target: Family
    places: Array
    source: Family


@dataclass
class Program:
    """Families in order of computation, and where the results stand among them.

    outputs         of the uniform results, one reference each
    per_sample      of the results per sample, one reference each
    uniform_slopes  a family as large as the uniform inputs, or None where nothing depends on them
    column_slopes   the same for the columns of each section
    updates         of a step of a training
    adjoints        for each family that has one, the family of its slopes: what a reader calls that one by
    """

    families: list[Family]
    outputs: list[Ref]
    per_sample: list[Ref]
    uniform_slopes: Family | None = None
    column_slopes: list[Family | None] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    adjoints: dict[Family, Family] = field(default_factory=dict)

    def results(self) -> list[Family]:
        """The families that something outside the program reads."""
        slopes = [self.uniform_slopes, *self.column_slopes]
        found = [ref.family for ref in (*self.outputs, *self.per_sample)] + [f for f in slopes if f is not None]
        return found + [update.source for update in self.updates]


def pruned(program: Program) -> Program:
    """The program without the families that no result needs, numbered anew."""
    needed: set[int] = set()
    stack = program.results()
    while stack:
        family = stack.pop()
        if id(family) not in needed:
            needed.add(id(family))
            stack += [ref.family for ref in family.refs()]
    program.families = [family for family in program.families if id(family) in needed]
    for number, family in enumerate(program.families):
        family.number = number
    return program


def check(program: Program) -> None:
    """An error that says which invariant does not hold, if one does not: what tests call after each pass."""
    there: set[int] = set()
    for family in program.families:
        name = f"family {family.number}"
        filled = np.sort(np.concatenate([np.zeros(0, int), *(piece.members for piece in family.pieces)]))
        given = family.given is not None
        require(not given or not family.pieces, f"{name} is given, and computed too")
        require(given or np.array_equal(filled, np.arange(family.size)), f"{name}: its pieces fill {filled}")
        for piece in family.pieces:
            check_shapes(name, piece)
            body = piece.body
            inner = body.section if isinstance(body, OF_ALL_SAMPLES) else family.space
            for ref in body.refs():
                require(id(ref.family) in there, f"{name} reads family {ref.family.number} before it is there")
                check_places(name, ref)
                require(ref.family.space in (UNIFORM, inner), f"{name} reads across sections")
            uniform = family.space == UNIFORM or not isinstance(body, OF_ALL_SAMPLES)
            require(uniform, f"{name} is of a section, and sums over samples")
            if isinstance(body, OverSamples):
                spaces = [{factor.family.space for factor in term.factors} for term in body.terms]
                require(all(each != {UNIFORM} for each in spaces), f"{name} sums what no sample has a part in")
            if isinstance(body, Gather):
                check_places(name, Ref(body.first.family, body.first.index + body.stride * (body.length - 1)))
        there.add(id(family))
    check_results(program, there)


def require(holds: bool, otherwise: str) -> None:
    """An AssertionError that says what is wrong, unless the invariant holds."""
    if not holds:
        raise AssertionError(otherwise)


def check_places(name: str, ref: Ref) -> None:
    """The places of a reference are in its family."""
    low, high = (ref.index.min(), ref.index.max()) if ref.index.size else (0, -1)
    require(low >= 0 and high < ref.family.size, f"{name} reads outside of family {ref.family.number}")


def check_shapes(name: str, piece: Piece) -> None:
    """Every reference has places for each member, and both factors of a product have as many."""
    body, count = piece.body, len(piece.members)
    if isinstance(body, Scatter):
        require(np.array_equal(np.unique(body.tables), np.arange(count // body.length)), f"{name} lacks a table")
        count = len(body.tables)
    for ref in body.refs():
        require(len(ref.index) == count, f"{name}: {len(ref.index)} places for {count} members")
        single = isinstance(body, (Map, Gather, Scatter))
        require(ref.index.ndim == (1 if single else 2), f"{name}: places of {ref.index.ndim} axes")
    if isinstance(body, Map):
        require(operands_used(body.expression) <= {*range(len(body.operands))}, f"{name} lacks an operand")
    if isinstance(body, (Sum, OverSamples)):
        for term in body.terms:
            shapes = {factor.index.shape for factor in term.factors}
            require(len(term.factors) in (1, 2) and len(shapes) == 1, f"{name}: factors of shapes {shapes}")


def check_results(program: Program, there: set[int]) -> None:
    """Every result is computed, one number for each, or one for each input."""
    require(all(id(family) in there for family in program.results()), "a result is not computed")
    for ref in (*program.outputs, *program.per_sample):
        require(ref.index.shape == (1,), f"a result stands at {len(ref.index)} places")
        check_places("a result", ref)
    require(all(ref.family.space == UNIFORM for ref in program.outputs), "an output differs from sample to sample")
    require(all(ref.family.space != UNIFORM for ref in program.per_sample), "a result per sample is of no section")
    sizes = {(f.given.what, f.space): f.size for f in program.families if f.given is not None}
    for what, space, slopes in [
        ("uniform", UNIFORM, program.uniform_slopes),
        *(("columns", s, slopes) for s, slopes in enumerate(program.column_slopes)),
    ]:
        if slopes is not None:
            require(slopes.space == space, f"slopes in {what} are of another section")
            require(slopes.size == sizes.get((what, space), slopes.size), f"{slopes.size} slopes in {what}")
    for update in program.updates:
        require(len(update.places) == update.source.size, "an update of other places than it has numbers")
        check_places("an update", Ref(update.target, update.places))
