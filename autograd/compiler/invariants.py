"""What holds for every lifted program, whatever pass it comes from: tests check it after each of them."""

import numpy as np

from autograd.compiler.program import (
    OF_ALL_SAMPLES,
    UNIFORM,
    Family,
    Gather,
    Map,
    OverSamples,
    Piece,
    Program,
    Ref,
    Scatter,
    Sum,
)
from autograd.compiler.symbols import operands_used


def check(program: Program) -> None:
    """An error that says which invariant does not hold, if one does not."""
    there: set[int] = set()
    for family in program.families:
        name = f"family {family.number}"
        filled = np.sort(np.concatenate([np.zeros(0, int), *(piece.members for piece in family.pieces)]))
        given = family.given is not None
        require(not given or not family.pieces, f"{name} is given, and computed too")
        require(given or np.array_equal(filled, np.arange(family.size)), f"{name}: its pieces fill {filled}")
        for piece in family.pieces:
            check_shapes(name, piece)
            check_reads(name, family, piece, there)
        there.add(id(family))
    check_results(program, there)


def check_reads(name: str, family: Family, piece: Piece, there: set[int]) -> None:
    """A piece reads what was computed before it, in its own section or the same for all samples."""
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
