"""What became of a recording: its families as loops over members, and the text of the machine code."""

from collections import defaultdict
from dataclasses import dataclass, replace

from autograd.compiler.array_places import crossing
from autograd.compiler.array_text import Rows, Text, total
from autograd.compiler.code import pattern
from autograd.compiler.kernel import Kernel
from autograd.compiler.memory import constant_of
from autograd.compiler.program import (
    UNIFORM,
    Array,
    Family,
    Fold,
    Gather,
    Map,
    OverSamples,
    Piece,
    Program,
    Ref,
    Scatter,
    Term,
    pruned,
)
from autograd.primitives import PRODUCT

GIVEN = {
    "uniform": "given: arguments, then captured values",
    "columns": "given: a row for each sample",
    "constants": "constants",
    "count": "the number of samples",
    "seeds": "given: weights of the results",
    "sample seeds": "given: weights of the results of each sample",
    "state": "given: the lists of the optimizer",
}


@dataclass(frozen=True, repr=False)
class Lowered:
    """A compiled program; it prints as the table of its families.

    llvm  its text in LLVM's language, before LLVM has optimised it
    """

    program: Program
    llvm: str

    def __repr__(self) -> str:
        return describe(self.program)


def lowered(kernel: Kernel) -> Lowered:
    """What a kernel was made from."""
    return Lowered(kernel.program, kernel.machine.engine.text)


def describe(program: Program) -> str:
    """The families of a program, one to a line: number, space, size, how member i is made, and what reads them.

    >>> from autograd.compiler.lift import lift
    >>> from autograd.compiler.recording import Recording
    >>> from autograd.value import Value
    >>> x, y = Value(0.0), Value(0.0)
    >>> print(describe(lift(Recording((x, y), (), (), ((x * y + x).exp(),), ())).program))
    family  space    size  member i                                read by
    f0      uniform     2  given: arguments, then captured values  f1
    f1      uniform     1  f0[0] + f0[0] * f0[1]                   f2
    f2      uniform     1  exp(f1[0])                              the caller
    """
    program = pruned(replace(program, families=list(program.families)))
    readers = readers_of(program)
    lines = [("family", "space", "size", "member i", "read by")]
    for family in program.families:
        space = "uniform" if family.space == UNIFORM else f"batch {family.space}"
        head = (f"f{family.number}", space, str(family.size))
        made = [GIVEN[family.given.what]] if family.given is not None else list(map(made_text, family.pieces))
        if len(made) == 1:
            made = [made[0].removeprefix("i: " if family.size > 1 else "0: ")]
        for k, text in enumerate(made):
            lines.append((*(head if k == 0 else ("", "", "")), text, "" if k else ", ".join(readers[family])))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:>{widths[2]}}  {d:<{widths[3]}}  {e}".rstrip()
        for a, b, c, d, e in lines
    )


def readers_of(program: Program) -> dict[Family, list[str]]:
    """What reads each family."""
    found: dict[Family, list[str]] = defaultdict(list)
    for family in program.families:
        for read in dict.fromkeys(ref.family for ref in family.refs()):
            found[read].append(f"f{family.number}")
    for family in dict.fromkeys(program.results()):
        found[family].append("the caller")
    return found


def made_text(piece: Piece) -> str:
    """The places of the members of a piece, and how each is made."""
    grid = grid_text(piece)
    if grid is not None:
        return f"{grid[0]}: over samples, {grid[1]}"
    return f"{places(piece.members) if len(piece.members) > 1 else piece.members[0]}: {piece_text(piece)}"


def piece_text(piece: Piece) -> str:
    """How member i of a piece is made."""
    body = piece.body
    if isinstance(body, Map):
        operands = [Text(ref_text(ref)) for ref in body.operands]
        return Rows().expression(body.expression, operands).code.replace("np.", "")
    if isinstance(body, Fold):
        return f"{body.row} of {ref_text(body.operand)} for k < {body.operand.index.shape[1]}"
    if isinstance(body, Gather):
        step = "" if body.stride == 1 else f", {body.stride} apart"
        table = f"f{body.first.family.number} from {places(body.first.index)} on{step}"
        return f"item {ref_text(body.index)} of {body.length} in {table}"
    if isinstance(body, Scatter):
        item = f"item {ref_text(body.index)} of {body.length} from {places(body.tables * body.length)} on"
        return f"over samples, {ref_text(body.values)} added to {item} for i < {len(body.tables)}"
    text = total([(term_text(term), term.negative) for term in body.terms]).code
    return f"over samples, {text}" if isinstance(body, OverSamples) else text


def grid_text(piece: Piece) -> tuple[str, str] | None:
    """The places and the products of a sum over samples whose members are a grid, row r by column c; else None."""
    body = piece.body
    if not isinstance(body, OverSamples) or len(body.terms) != 1 or len(body.terms[0].factors) != 2:
        return None
    factors, sign = body.terms[0].factors, "-" if body.terms[0].negative else ""
    found = crossing(*(factor.index for factor in factors))
    if found is None or 1 in found[2].shape or factors[0].index.shape[1] > 1:
        return None
    rows, columns, members = found
    r, c = places(rows[:, 0]).replace("i", "r"), places(columns[:, 0]).replace("i", "c")
    products = f"{sign}f{factors[0].family.number}[{r}] * f{factors[1].family.number}[{c}]"
    loops = f"for r < {len(rows)}, c < {len(columns)}"
    return places(piece.members[members]).replace("i", "r").replace("k", "c"), f"{products} {loops}"


def term_text(term: Term) -> Text:
    """The products of a term."""
    width = term.factors[0].index.shape[1]
    text = Text(" * ".join(map(ref_text, term.factors)), PRODUCT)
    return Text(f"sum({text.code} for k < {width})") if width > 1 else text


def ref_text(ref: Ref) -> str:
    """A reference as family[place], the place of member i and operand k: a formula, or a table; or a constant."""
    constant = constant_of(ref)
    if constant is not None:
        return repr(constant)
    return f"f{ref.family.number}[{places(ref.index)}]"


def places(index: Array) -> str:
    """Places as a formula in i and k.

    >>> import numpy
    >>> places(numpy.array([[2, 3], [5, 6]])), places(numpy.array([0, 0])), places(numpy.array([2, 1, 4]))
    ('3i + k + 2', '0', 'table')
    """
    found = pattern(index if index.ndim == 2 else index[:, None])
    if found is None:
        return "table"
    start, step, inner = found
    parts = [f"{'' if factor == 1 else factor}{letter}" for factor, letter in ((step, "i"), (inner, "k")) if factor]
    return " + ".join([*parts, *([str(start)] if start or not parts else [])])
