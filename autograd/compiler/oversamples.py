"""Code for sums over samples: the gradient of what is the same for all of them.

The gradient of a layer's weights is a matrix of sums over samples of a product, g[i] * x[k]. Where the members of
a piece form such a *grid*, x is turned around in the block (samples in rows, members in lanes), and the sums of a
tile of the grid stay in registers while the samples go by, from the first to the last. What samples add to the
rows of a table that they took is added there one by one, in their order. Everything else is summed lane by lane.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.compiler.code import I64, Code, Count, Places, ir, number, pattern
from autograd.compiler.gather import add_at
from autograd.compiler.memory import LINE, Memory, Reader, lined_up
from autograd.compiler.program import UNIFORM, Array, Family, OverSamples, Piece, Ref, Scatter, Term

TILE = 4  # rows, and vectors of columns, whose sums are kept in registers


@dataclass(eq=False)
class Grid:
    """A piece whose members are all products of one of `rows` and one of `columns`.

    places    the member of row i and column k
    in_place  whether the sums are where the members are, and need not be brought there
    sums      where the sums are in the uniform memory, row by row, `step` apart
    turned    where the columns are in the block, sample by sample: the same for all grids of one `key`
    """

    rows: Ref
    columns: Ref
    places: Array
    in_place: bool = False
    sums: int = 0
    step: int = 0
    turned: int = 0
    negative: bool = False

    @property
    def line(self) -> int:
        """Doubles to a sample of the columns, or a row of sums: rows of a power of two would crowd the cache."""
        line = lined_up(self.places.shape[1])
        return line + LINE if line % (8 * LINE) == 0 else line

    @property
    def key(self) -> tuple[Family, bytes]:
        """What the turned columns are made of."""
        return self.columns.family, self.columns.index.tobytes()


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


def as_grid(piece: Piece) -> Grid | None:
    """The grid that the members of a piece form, if they do."""
    assert isinstance(piece.body, OverSamples)
    if len(piece.body.terms) != 1:
        return None
    (term,) = piece.body.terms
    if term.factors[0].index.shape[1] != 1 or any(f.family.space == UNIFORM for f in term.factors):
        return None
    if len(term.factors) == 1:
        return None
    grid = crossed(term, piece.members)
    if grid is not None and grid.places.shape[0] > grid.places.shape[1]:
        return Grid(grid.columns, grid.rows, np.ascontiguousarray(grid.places.T), negative=term.negative)
    return grid


def flat(ref: Ref) -> Ref:
    """A reference to one number for each member, without the axis of operands."""
    return Ref(ref.family, ref.index[:, 0])


def crossed(term: Term, members: Array) -> Grid | None:
    """The grid of both factors of a term, if every one of the first meets every one of the second once."""
    first, second = (factor.index[:, 0] for factor in term.factors)
    rows, row = np.unique(first, return_inverse=True)
    columns, column = np.unique(second, return_inverse=True)
    if len(rows) * len(columns) != len(members):
        return None
    places = np.full((len(rows), len(columns)), -1)
    places[row.ravel(), column.ravel()] = members
    if (places < 0).any():
        return None
    return Grid(Ref(term.factors[0].family, rows), Ref(term.factors[1].family, columns), places, negative=term.negative)


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
        memory = self.memory.pointers["memory"]
        for family, grid in self.grids:
            if grid.in_place:
                continue
            places = Places(self.code, grid.places)
            offset = self.memory.offset[family]
            rows, columns = grid.places.shape
            lanes = self.lanes if places.step(1) == 1 and columns >= self.lanes else 1

            def one_row(
                i: Count, _: Any, grid: Grid = grid, places: Places = places, offset: int = offset, lanes: int = lanes
            ) -> None:
                def bring(k: Count, lanes: int) -> None:
                    source = self.code.plus(self.code.plus(self.code.times(i, grid.line), k), grid.sums)
                    value = self.code.load(memory, source, lanes=lanes)
                    self.code.store(value, memory, self.code.plus(places.at(i, k), offset))

                self.code.in_lanes(grid.places.shape[1], lanes, bring)

            self.code.loop(rows, one_row)
        for other in self.others:
            self._finish_lanes(other)

    # Grids

    def turn(self, grid: Grid) -> None:
        """Copy the columns of a grid so that those of one sample stand side by side."""
        code, lanes, block = self.code, self.lanes, self.memory.pointers["block"]
        count = len(grid.columns.index)
        padded = np.append(grid.columns.index, np.repeat(grid.columns.index[-1:], -count % lanes))
        reader = Reader(code, self.memory, Ref(grid.columns.family, padded))

        def one_square(j: Count, v: Count) -> None:
            start = code.times(j, lanes)
            rows = [reader.vector(code.plus(start, r), 0, v) for r in range(lanes)]
            for sample, row in enumerate(transposed(code, rows)):
                place = code.plus(code.times(code.plus(code.times(v, lanes), sample), grid.line), start)
                code.store(row, block, code.plus(place, grid.turned))

        def one_strip(j: Count, _: Any) -> None:
            code.loop(self.memory.width // lanes, lambda v, _: one_square(j, v))

        code.loop(-(-count // lanes), one_strip)

    def add_grid(self, grid: Grid, valid: Any) -> None:
        rows = grid.places.shape[0]
        vectors = -(-grid.places.shape[1] // self.lanes)
        reader = Reader(self.code, self.memory, grid.rows)

        def strip(j: Count, wide: int) -> None:
            self.code.loop(rows // TILE, lambda t, _: tile(self.code.times(t, TILE), TILE, j, wide))
            if rows % TILE:
                tile(rows - rows % TILE, rows % TILE, j, wide)

        def tile(i: Count, high: int, j: Count, wide: int) -> None:
            self._add_tile(grid, reader, (i, high), (self.code.times(j, TILE), wide), valid)

        self.code.loop(vectors // TILE, lambda j, _: strip(j, TILE))
        if vectors % TILE:
            strip(vectors // TILE, vectors % TILE)

    def _add_tile(
        self, grid: Grid, reader: Reader, rows: tuple[Count, int], columns: tuple[Count, int], valid: Any
    ) -> None:
        """Add all samples to the sums of a few rows and a few vectors of columns."""
        code, lanes = self.code, self.lanes
        (first_row, high), (first_vector, wide) = rows, columns
        first_column = code.times(first_vector, lanes)
        memory, block = self.memory.pointers["sums"], self.memory.pointers["block"]
        starts = [code.times(code.plus(first_row, r), grid.step) for r in range(high)]
        places = [
            code.plus(code.plus(s, code.plus(first_column, v * lanes)), grid.sums) for s in starts for v in range(wide)
        ]
        sums = [code.load(memory, place, lanes=lanes) for place in places]
        places_of_rows = [reader.row(code.plus(first_row, r)) for r in range(high)]

        def add(s: Count, so_far: list[Any]) -> list[Any]:
            line = code.plus(code.plus(code.times(s, grid.line), first_column), grid.turned)
            x = [code.load(block, code.plus(line, v * lanes), lanes=lanes) for v in range(wide)]
            g = [code.splat(code.load(block, code.plus(row, s)), lanes) for row in places_of_rows]
            return [
                code.multiply_add(g[r], x[v], so_far[r * wide + v], grid.negative)
                for r in range(high)
                for v in range(wide)
            ]

        for place, total in zip(places, code.loop(valid, add, sums), strict=True):
            code.store(total, memory, place)

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


def transposed(code: Code, rows: list[Any]) -> list[Any]:
    """Vectors whose lanes are the rows: lane j of row i becomes lane i of row j (Eklundh 1972)."""
    lanes = len(rows)
    rows = list(rows)
    half = 1
    while half < lanes:
        kind = ir.VectorType(ir.IntType(32), lanes)
        low = ir.Constant(kind, [lane if not lane & half else lanes + lane - half for lane in range(lanes)])
        high = ir.Constant(kind, [lane + half if not lane & half else lanes + lane for lane in range(lanes)])
        for i in range(lanes):
            if not i & half:
                a, b = rows[i], rows[i | half]
                rows[i] = code.builder.shuffle_vector(a, b, low)
                rows[i | half] = code.builder.shuffle_vector(a, b, high)
        half *= 2
    return rows
