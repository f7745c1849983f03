"""How much a program computes: floating-point operations, and elementary functions apart from them."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from autograd import primitives as rows
from autograd.compiler.lanes import NATIVE
from autograd.compiler.program import (
    OF_ALL_SAMPLES,
    UNIFORM,
    Family,
    Fold,
    Gather,
    Map,
    OverSamples,
    Piece,
    Program,
    Scatter,
    Sum,
    Term,
)
from autograd.compiler.symbols import Apply, Expression
from autograd.compiler.translate import instruction_of
from autograd.primitives import Primitive

#: Rows that the machine computes in a few instructions of its own, though it has none of their name.
SHORT = frozenset(
    (
        *(rows.relu, rows.relu6, rows.hardtanh, rows.leaky_relu, rows.sign, rows.maximum, rows.minimum, rows.clip),
        *(rows.greater, rows.greater_equal, rows.less, rows.less_equal, rows.equal, rows.not_equal),
    )
)
FREE = frozenset((rows.pos,))


class Work(NamedTuple):
    """Operations of one sample, or of a call.

    flops      additions, multiplications and the like; a multiply-add is two
    functions  how often each function is computed that is made of many of these, by its name
    """

    flops: int
    functions: Counter[str]

    def __add__(self, other: object) -> "Work":
        if not isinstance(other, Work):
            return NotImplemented
        return Work(self.flops + other.flops, self.functions + other.functions)

    def times(self, count: int) -> "Work":
        """The same for so many members."""
        return Work(self.flops * count, Counter({name: n * count for name, n in self.functions.items()}))


NO_WORK = Work(0, Counter())


def work_of(program: Program) -> dict[int, Work]:
    """The work of a call by space: for each sample of a section, and once for all (UNIFORM).

    >>> from autograd.compiler.lift import lift
    >>> from autograd.compiler.recording import Recording
    >>> from autograd.value import Value
    >>> x, y = Value(0.0), Value(0.0)
    >>> work_of(lift(Recording((x, y), (), (), ((x * y + x).exp(),), ())).program)
    {-1: Work(flops=2, functions=Counter({'exp': 1}))}
    """
    found = {UNIFORM: NO_WORK}
    for family in program.families:
        for piece in family.pieces:
            space = piece.body.section if isinstance(piece.body, OF_ALL_SAMPLES) else family.space
            found[space] = found.get(space, NO_WORK) + work_of_piece(piece)
    return found


def work_of_piece(piece: Piece) -> Work:
    """What all members of a piece cost; in a sum over samples, what one sample adds to them."""
    body = piece.body
    if isinstance(body, Scatter):
        return Work(len(body.tables), Counter())
    return NO_WORK if isinstance(body, Gather) else work_of_member(body).times(len(piece.members))


def work_of_member(body: Map | Sum | Fold | OverSamples) -> Work:
    """What one member costs; in a sum over samples, what one sample adds to it."""
    if isinstance(body, Map):
        return of_rows(rows_in(body.expression))
    if isinstance(body, Fold):
        return of_rows([body.row]).times(body.operand.index.shape[1] - 1)
    additions = sum(width(term) for term in body.terms) - isinstance(body, Sum)
    products = sum(width(term) for term in body.terms if len(term.factors) == 2)
    return Work(products + additions, Counter())


def width(term: Term) -> int:
    return int(term.factors[0].index.shape[1])


def rows_in(expression: Expression) -> Iterator[Primitive]:
    """Every row of an expression."""
    if isinstance(expression, Apply):
        yield expression.row
        for argument in expression.arguments:
            yield from rows_in(argument)


def of_rows(several: Iterator[Primitive] | list[Primitive]) -> Work:
    flops, functions = 0, Counter[str]()
    for row in several:
        if row in SHORT or instruction_of(row) in NATIVE:
            flops += 1
        elif row not in FREE:
            functions[row.name] += 1
    return Work(flops, functions)


def families_by_space(program: Program) -> Counter[int]:
    """How many families there are that are computed, by space."""
    computed: list[Family] = [family for family in program.families if family.given is None]
    return Counter(family.space for family in computed)
