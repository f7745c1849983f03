"""Code for the sums of a grid, in which the time of a training goes.

The columns are turned around in the block (samples in rows, members in lanes), and the sums of a tile of the grid
stay in registers while the samples go by, from the first to the last.
"""

from typing import Any

import numpy as np

from autograd.compiler.code import Code, Count, Places, ir
from autograd.compiler.grids import Grid
from autograd.compiler.memory import Memory, Reader
from autograd.compiler.program import Family, Ref

TILE = 4  # rows, and vectors of columns, whose sums are kept in registers


class GridCode:
    """Writes the code of grids into a function."""

    def __init__(self, code: Code, memory: Memory) -> None:
        self.code = code
        self.memory = memory
        self.lanes = memory.lanes

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

    def add(self, grid: Grid, valid: Any) -> None:
        """Add all samples of the block that are valid to the sums, tile by tile."""
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

    def finish(self, family: Family, grid: Grid) -> None:
        """Bring the sums to the places of their members."""
        code, memory, offset = self.code, self.memory.pointers["memory"], self.memory.offset[family]
        places = Places(code, grid.places)
        rows, columns = grid.places.shape
        lanes = self.lanes if places.step(1) == 1 and columns >= self.lanes else 1

        def one_row(i: Count, _: Any) -> None:
            def bring(k: Count, lanes: int) -> None:
                source = code.plus(code.plus(code.times(i, grid.line), k), grid.sums)
                code.store(code.load(memory, source, lanes=lanes), memory, code.plus(places.at(i, k), offset))

            code.in_lanes(columns, lanes, bring)

        code.loop(rows, one_row)


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
