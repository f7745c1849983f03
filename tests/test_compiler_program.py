"""The checker of a program finds each way in which one may be wrong; what no result needs goes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import primitives as rows
from autograd.compiler.invariants import check
from autograd.compiler.program import (
    UNIFORM,
    Family,
    Given,
    Map,
    OverSamples,
    Piece,
    Program,
    Ref,
    Sum,
    Term,
    Update,
    pruned,
)
from autograd.compiler.symbols import Apply, At


def places(*index: Any) -> Any:
    return np.array(index)


class Parts:
    """w * x for a column x of each sample, doubled; its sum over all samples, and the slope of that in w."""

    def __init__(self) -> None:
        self.w = Family(UNIFORM, 1, given=Given("uniform"))
        self.x = Family(0, 2, given=Given("columns"))
        products = Term((Ref(self.w, places([0], [0])), Ref(self.x, places([0], [1]))))
        self.product = Family(0, 2, [Piece(places(0, 1), Sum((products,)))])
        doubled = Map(Apply(rows.add, (At(0), At(0))), (Ref(self.product, places(1, 0)),))
        self.doubled = Family(0, 2, [Piece(places(1, 0), doubled)])
        self.total = Family(
            UNIFORM, 1, [Piece(places(0), OverSamples(0, (Term((Ref(self.doubled, places([0, 1])),)),)))]
        )
        self.slope = Family(UNIFORM, 1, [Piece(places(0), OverSamples(0, (Term((Ref(self.x, places([0, 1])),)),)))])
        families = [self.w, self.x, self.product, self.doubled, self.total, self.slope]
        self.program = Program(
            families, [Ref(self.total, places(0))], [Ref(self.doubled, places(1))], self.slope, [None]
        )

    def remade(self, family: str, body: Any, members: Any = None) -> None:
        vars(self)[family].pieces = [Piece(places(0, 1) if members is None else members, body)]


def one_factor(family: Family, *index: Any) -> Sum:
    return Sum((Term((Ref(family, places(*index)),)),))


#: What is done to a program, and what is then wrong with it.
DEFECTS: dict[str, Callable[[Parts], object]] = {
    "its pieces fill": lambda p: p.remade("doubled", Map(1.0, ()), places(0, 0)),
    "pieces fill": lambda p: p.doubled.pieces.clear(),
    "is given, and computed too": lambda p: p.w.pieces.append(Piece(places(0), Map(1.0, ()))),
    "before it is there": lambda p: p.program.families.reverse(),
    "reads outside of family": lambda p: p.remade("product", one_factor(p.x, [0], [2])),
    "outside of family": lambda p: p.remade("product", one_factor(p.x, [0], [-1])),
    "1 places for 2 members": lambda p: p.remade("product", one_factor(p.x, [0])),
    "places of 1 axes": lambda p: p.remade("product", one_factor(p.x, 0, 1)),
    "places of 2 axes": lambda p: p.remade("doubled", Map(At(0), (Ref(p.x, places([0], [1])),))),
    "lacks an operand": lambda p: p.remade("doubled", Map(At(1), (Ref(p.x, places(0, 1)),))),
    "factors of shapes": lambda p: p.remade(
        "product", Sum((Term((Ref(p.w, places([0], [0])), Ref(p.x, places([0, 1], [1, 0])))),))
    ),
    "reads across sections": lambda p: setattr(p.product, "space", 1),
    "is of a section, and sums over samples": lambda p: setattr(p.total, "space", 0),
    "what no sample has a part in": lambda p: p.remade(
        "slope", OverSamples(0, (Term((Ref(p.w, places([0])),)),)), places(0)
    ),
    "a result is not computed": lambda p: p.program.families.pop(),
    "a result stands at 2 places": lambda p: p.program.outputs.append(Ref(p.total, places(0, 0))),
    "a result reads outside": lambda p: p.program.outputs.append(Ref(p.total, places(1))),
    "differs from sample to sample": lambda p: p.program.outputs.append(Ref(p.doubled, places(1))),
    "is of no section": lambda p: p.program.per_sample.append(Ref(p.total, places(0))),
    "slopes in uniform are of another section": lambda p: setattr(p.program, "uniform_slopes", p.doubled),
    "1 slopes in uniform": lambda p: setattr(p.w, "size", 3),
    "slopes in columns are of another section": lambda p: setattr(p.program, "column_slopes", [p.slope]),
    "3 slopes in columns": lambda p: [
        p.program.families.append(Family(0, 3, [Piece(places(0, 1, 2), Map(1.0, ()))])),
        setattr(p.program, "column_slopes", p.program.families[-1:]),
    ],
    "an update of other places": lambda p: p.program.updates.append(Update(p.w, places(0, 0), p.slope)),
    "an update reads outside": lambda p: p.program.updates.append(Update(p.w, places(1), p.slope)),
}


def test_a_right_program_passes() -> None:
    check(Parts().program)


@pytest.mark.parametrize("complaint", DEFECTS)
def test_a_wrong_program_is_found_out(complaint: str) -> None:
    parts = Parts()
    DEFECTS[complaint](parts)
    with pytest.raises(AssertionError, match=complaint):
        check(parts.program)


def test_families_that_no_result_needs_go_and_the_others_are_numbered_in_order() -> None:
    parts = Parts()
    parts.program.families.insert(2, Family(0, 1, [Piece(places(0), Map(1.0, ()))]))
    families = parts.program.families.copy()
    assert pruned(parts.program).families == [f for place, f in enumerate(families) if place != 2]
    assert [f.number for f in parts.program.families] == list(range(6))


def test_what_only_an_update_reads_stays() -> None:
    parts = Parts()
    new = Family(UNIFORM, 1, [Piece(places(0), Map(At(0), (Ref(parts.w, places(0)),)))])
    parts.program.families.append(new)
    parts.program.updates.append(Update(parts.w, places(0), new))
    assert new in pruned(parts.program).families
