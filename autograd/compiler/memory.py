"""Where the families of a program live while it runs, and how code reads them.

inputs, seeds, constants, state   given from outside, one pointer each
uniform                    every other uniform family, one after the other, each from a multiple of LINE on
block                      a section's families, for one block of samples: `width` samples to each member
columns, sample seeds      given from outside for each section: a row for each sample
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.compiler.code import WORD, Code, Count, Places, number
from autograd.compiler.program import UNIFORM, Array, Family, Program, Ref

#: The arguments of the function that are there once, in order; then come those of each section.
POINTERS = ("uniform", "seeds", "constants", "tables", "memory", "block", "state")
SECTION_POINTERS = ("columns", "sample seeds", "results", "column slopes", "rows")

LINE = 8  # doubles to a cache line of 64 bytes


def lined_up(size: int) -> int:
    """The next multiple of a cache line.

    >>> lined_up(9)
    16
    """
    return -(-size // LINE) * LINE


class Room:
    """Memory that is handed out and taken back: the smaller it stays, the more of it stays in the cache.

    >>> room = Room()
    >>> room.reserve(8), room.reserve(16), room.release(0, 8), room.reserve(4), room.size
    (0, 8, None, 0, 24)
    """

    def __init__(self) -> None:
        self.size = 0
        self._free: list[tuple[int, int]] = []

    def reserve(self, size: int) -> int:
        """Where so many doubles, lined up, begin."""
        size = lined_up(size)
        for place, (start, end) in enumerate(self._free):
            if end - start >= size:
                self._free[place] = (start + size, end)
                return start
        self.size += size
        return self.size - size

    def release(self, start: int, size: int) -> None:
        """Take back what `reserve` gave."""
        spans = sorted([*(span for span in self._free if span[0] < span[1]), (start, start + lined_up(size))])
        self._free = spans[:1]
        for begin, end in spans[1:]:
            if begin == self._free[-1][1]:
                self._free[-1] = (self._free[-1][0], end)
            else:
                self._free.append((begin, end))


class Memory:
    """The place of every family, for one program and one width of blocks.

    uniform, block  the memory of uniform families, and of the samples of a block
    offset          where a family begins; those of a section are placed when a pass over it is written
    """

    def __init__(self, program: Program, width: int, lanes: int) -> None:
        self.width = width
        self.lanes = lanes
        self.offset: dict[Family, int] = {}
        self.uniform, self.block = Room(), Room()
        tables: list[Array] = []
        size = 0
        for family in program.families:
            what = family.given.what if family.given is not None else ""
            if what == "constants":
                assert family.given is not None
                self.offset[family] = size
                tables.append(family.given.table)
                size += family.size
            elif what in ("uniform", "seeds", "state"):
                self.offset[family] = 0
            elif family.space == UNIFORM:
                self.offset[family] = self.uniform.reserve(family.size)
        self.constants = np.concatenate([*tables, np.zeros(1)])
        self.pointers: dict[Any, Any] = {}

    def blocks(self, code: Code, section: int) -> Count:
        """How many blocks the samples of a section take."""
        samples, width = self.pointers["samples", section], code.whole(self.width)
        return code.builder.sdiv(code.builder.add(samples, code.whole(self.width - 1)), width)

    def pointer_of(self, family: Family) -> Any:
        """The memory that a family lives in."""
        what = family.given.what if family.given is not None else ""
        if what in ("uniform", "seeds", "constants", "state"):
            return self.pointers[what]
        return self.pointers["memory" if family.space == UNIFORM else "block"]


class Reader:
    """How code reads the numbers of a reference."""

    def __init__(self, code: Code, memory: Memory, ref: Ref) -> None:
        self.code = code
        self.memory = memory
        self.family = ref.family
        self.offset = memory.offset[ref.family]
        self.in_section = ref.family.space != UNIFORM
        self.immediate = constant_of(ref)
        self.places = Places(code, ref.index) if self.immediate is None else None

    def same_for_all_members(self) -> bool:
        """Whether every member reads the same places."""
        return self.places is None or self.places.step(0) == 0

    def scalar(self, i: Count, k: Count = 0) -> Any:
        """A uniform number."""
        if self.places is None:
            assert self.immediate is not None  # else there are places
            return number(self.immediate)
        place = self.code.plus(self.places.at(i, k), self.offset)
        return self.code.load(self.memory.pointer_of(self.family), place)

    def along(self, axis: int, i: Count, k: Count, lanes: int) -> Any:
        """Uniform numbers of as many members (axis 0) or operands (axis 1) as there are lanes, from (i, k) on."""
        if self.places is None:
            assert self.immediate is not None
            return number(self.immediate, lanes)
        code, pointer = self.code, self.memory.pointer_of(self.family)
        step = self.places.step(axis)
        if step is not None:
            return code.strided(pointer, code.plus(self.places.at(i, k), self.offset), step, lanes)
        steps = [(lane, 0) if axis == 0 else (0, lane) for lane in range(lanes)]
        places = [self.places.at(code.plus(i, di), code.plus(k, dk)) for di, dk in steps]
        return code.gathered([code.load(pointer, code.plus(place, self.offset)) for place in places])

    def row(self, i: Count, k: Count = 0) -> Count:
        """Where the samples of a number of the section begin in the block."""
        assert self.places is not None
        return self.code.plus(self.code.times(self.places.at(i, k), self.memory.width), self.offset)

    def vectors(self, i: Count, k: Count, count: int) -> list[Any]:
        """The number for `count` vectors of samples, from the first sample of the block on."""
        if not self.in_section:
            return [self.code.splat(self.scalar(i, k), self.memory.lanes)] * count
        row = self.row(i, k)
        return [self._vector_of(row, v) for v in range(count)]

    def vector(self, i: Count, k: Count, v: Count) -> Any:
        """The number for vector v of the samples of the block."""
        if not self.in_section:
            return self.code.splat(self.scalar(i, k), self.memory.lanes)
        return self._vector_of(self.row(i, k), v)

    def _vector_of(self, row: Count, v: Count) -> Any:
        lanes = self.memory.lanes
        place = self.code.plus(row, self.code.times(v, lanes))
        return self.code.load(self.memory.pointers["block"], place, lanes=lanes, align=WORD * lanes)


def constant_of(ref: Ref) -> float | None:
    """The number that a reference always reads, if it is a constant."""
    given = ref.family.given
    if given is None or given.what != "constants":
        return None
    values: Sequence[float] = np.unique(given.table[ref.index].view(np.int64)).view(np.float64).tolist()
    return values[0] if len(values) == 1 else None
