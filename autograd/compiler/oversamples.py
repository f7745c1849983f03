"""Code for sums over samples: the gradient of what is the same for all of them.

Where the members of a piece form a grid, they are summed tile by tile (grid_code.py). What samples add to the rows of
a table that they took is added there one by one, in their order. Everything else is summed lane by lane.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograd.compiler.code import I64, Code, Count, Places, ir, number, pattern
from autograd.compiler.gather import add_at
from autograd.compiler.grid_code import GridCode
from autograd.compiler.grids import Grid, as_grid
from autograd.compiler.memory import Memory, Reader
from autograd.compiler.program import Family, OverSamples, Piece, Scatter, Term


@dataclass(frozen=True, eq=False)
class LaneByLane:
    """A piece whose members are summed lane by lane, and where these sums are in the uniform memory."""

    family: Family
    piece: Piece
    sums: int


@dataclass(frozen=True, eq=False)
class OneByOne:
    """A piece whose members are added to where they are, sample by sample."""

    family: Family
    piece: Piece


class OverSamplesCode:
    """Writes the code of the sums over samples that one pass over a section makes."""

    def __init__(self, code: Code, memory: Memory, wanted: list[tuple[Family, Piece]]) -> None:
        self.code = code
        self.memory = memory
        self.lanes = memory.lanes
        self.grids: list[tuple[Family, Grid]] = []
        self.others: list[LaneByLane] = []
        self.scatters: list[OneByOne] = []
        for family, piece in wanted:
            if isinstance(piece.body, Scatter):
                self.scatters.append(OneByOne(family, piece))
                continue
            grid = as_grid(piece)
            if grid is None:
                sums = memory.uniform.reserve(len(piece.members) * self.lanes)
                self.others.append(LaneByLane(family, piece, sums))
            else:
                self._find_room(family, grid)
                self.grids.append((family, grid))

    def _find_room(self, family: Family, grid: Grid) -> None:
        """A place for the sums: that of the members, where these stand in rows of whole vectors."""
        rows, columns = grid.places.shape
        found = pattern(grid.places)
        grid.in_place = found is not None and found[2] == 1 and columns % self.lanes == 0
        if found is not None and grid.in_place:
            grid.sums, grid.step = self.memory.offset[family] + found[0], found[1]
        else:
            grid.sums, grid.step = self.memory.uniform.reserve(rows * grid.line), grid.line

    def of(self, code: Code) -> "OverSamplesCode":
        """The same sums, for the code of another function."""
        same = copy.copy(self)
        same.code = code
        return same

    def begin(self) -> None:
        """Set all sums to nothing."""
        code = self.code
        self._each_vector(lambda place: code.store(number(0.0, self.lanes), self.memory.pointers["sums"], place))

    def add(self) -> None:
        """Add sums that were made apart to those in the uniform memory."""
        code, memory = self.code, self.memory.pointers["memory"]

        def add_vector(place: Count) -> None:
            there = code.load(memory, place, lanes=self.lanes)
            more = code.load(self.memory.pointers["sums"], place, lanes=self.lanes)
            code.store(code.builder.fadd(there, more), memory, place)

        self._each_vector(add_vector)

    def _each_vector(self, action: Callable[[Count], None]) -> None:
        """Write `action(place)` for the place of each vector of sums."""
        code = self.code
        rooms = [(grid.sums, grid.step, *grid.places.shape) for _, grid in self.grids]
        rooms += [(other.sums, self.lanes, len(other.piece.members), self.lanes) for other in self.others]
        rooms += [(self.memory.offset[scatter.family], 0, 1, scatter.family.size) for scatter in self.scatters]
        for start, step, rows, columns in rooms:

            def one_row(i: Count, _: Any, start: int = start, step: int = step, columns: int = columns) -> None:
                def one_vector(v: Count, _: Any) -> None:
                    action(code.plus(code.plus(code.times(i, step), start), code.times(v, self.lanes)))

                code.loop(-(-columns // self.lanes), one_vector)

            code.loop(rows, one_row)

    def finish(self) -> None:
        """Bring the sums of grids to the places of their members."""
        for family, grid in self.grids:
            if not grid.in_place:
                GridCode(self.code, self.memory).finish(family, grid)
        for other in self.others:
            self._finish_lanes(other)

    # Tables

    def add_scattered(self, scatter: OneByOne, valid: Any) -> None:
        """Add the values of all samples, one by one, where their indices say."""
        code, memory, body = self.code, self.memory, scatter.piece.body
        assert isinstance(body, Scatter)
        value, index = Reader(code, memory, body.values), Reader(code, memory, body.index)
        tables = Places(code, body.tables * body.length)
        block, pointer = memory.pointers["block"], memory.pointers["sums"]

        def one_sample(s: Count, _: Any) -> None:
            def one_value(i: Count, _: Any) -> None:
                number_there, item = (code.load(block, code.plus(reader.row(i), s)) for reader in (value, index))
                start = code.plus(tables.at(i), memory.offset[scatter.family])
                add_at(code, number_there, item, body.length, pointer, start)

            code.loop(len(body.tables), one_value)

        code.loop(valid, one_sample)

    # Everything else

    def add_lanes(self, other: LaneByLane, valid: Any) -> None:
        """Add the products of all lanes that hold a sample to each member's sums."""
        code, lanes, memory = self.code, self.lanes, self.memory.pointers["sums"]
        assert isinstance(other.piece.body, OverSamples)
        terms = [(t, [Reader(code, self.memory, f) for f in t.factors]) for t in other.piece.body.terms]
        masks = [self._in_use(valid, v) for v in range(self.memory.width // lanes)]

        def one_member(i: Count, _: Any) -> None:
            place = code.plus(code.times(i, lanes), other.sums)
            total = code.load(memory, place, lanes=lanes)
            for term, readers in terms:

                def add(k: Count, so_far: list[Any], term: Term = term, readers: list[Reader] = readers) -> list[Any]:
                    total = so_far[0]
                    for v, mask in enumerate(masks):
                        factors = [reader.vector(i, k, v) for reader in readers]
                        product = code.builder.fmul(*factors) if len(factors) == 2 else factors[0]
                        in_use = code.builder.select(mask, product, number(0.0, lanes))
                        total = code.added(total, [in_use], term.negative)
                    return [total]

                (total,) = code.loop(term.factors[0].index.shape[1], add, [total])
            code.store(total, memory, place)

        code.loop(len(other.piece.members), one_member)

    def _finish_lanes(self, other: LaneByLane) -> None:
        """Add up the lanes of each member's sums."""
        code, memory = self.code, self.memory.pointers["memory"]
        members = Places(code, other.piece.members)

        def one_member(i: Count, _: Any) -> None:
            sums = code.load(memory, code.plus(code.times(i, self.lanes), other.sums), lanes=self.lanes)
            place = code.plus(members.at(i), self.memory.offset[other.family])
            code.store(code.horizontal_sum(sums), memory, place)

        code.loop(len(other.piece.members), one_member)

    def _in_use(self, valid: Any, v: int) -> Any:
        """Which lanes of vector v hold a sample."""
        kind = ir.VectorType(I64, self.lanes)
        samples = ir.Constant(kind, [v * self.lanes + lane for lane in range(self.lanes)])
        return self.code.builder.icmp_signed("<", samples, self.code.splat(valid, self.lanes))
