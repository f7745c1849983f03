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

from autograd.compiler.symbols import Expression
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
