"""A program as machine code: compiled once, called with arrays, its memory used again from call to call."""

import ctypes
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from autograd.compiler.emit import NAME, emit
from autograd.compiler.engine import Engine
from autograd.compiler.memory import LINE, POINTERS, SECTION_POINTERS, Memory
from autograd.compiler.passes import Passes
from autograd.compiler.program import Array, Family, Program, Ref

SPARE = 64  # doubles beyond the end, so that a whole vector may be read from any place
NOTHING = np.zeros(1)


class Scratch(NamedTuple):
    """The memory of one run, and where it begins: of the uniform families, and of a block of samples."""

    uniform: Array
    block: Array
    pointers: tuple[int, int]


class Results(NamedTuple):
    """What a run leaves behind.

    outputs         the uniform results
    per_sample      for each section, a row for each of its results sample by sample
    uniform_slopes  in all uniform inputs
    column_slopes   for each section, in its columns
    """

    outputs: list[float]
    per_sample: list[Array]
    uniform_slopes: Array | None
    column_slopes: list[Array]


def pointer(array: Array) -> int:
    """Where the numbers of an array begin."""
    return array.ctypes.data  # type: ignore[no-any-return]


def aligned(size: int) -> Array:
    """So many doubles and some to spare, from a cache line on.

    >>> pointer(aligned(3)) % 64
    0
    """
    raw = np.zeros(size + SPARE + LINE)
    start = -(pointer(raw) // 8) % LINE
    return raw[start : start + size + SPARE]


class Kernel:
    """The machine code of a program, for blocks of `width` samples of `sections` batches.

    It may be called by several threads at once: each run has memory of its own.
    """

    def __init__(self, program: Program, sections: int, width: int, passes: Passes | None = None) -> None:
        self.passes = passes or Passes()
        with self.passes("emit"):
            emitted = emit(program, width, sections)
        self.program = program
        self.memory: Memory = emitted.memory
        self.tables = emitted.tables.array()
        self.engine = Engine(emitted.module, tuple(emitted.functions.keep_alive), self.passes)
        self.sections = sections
        pointers = len(POINTERS) + len(SECTION_POINTERS) * sections
        self.run = self.engine.function(NAME, None, *[ctypes.c_void_p] * pointers, *[ctypes.c_int64] * sections)
        self.constant_pointers = pointer(self.memory.constants), pointer(self.tables)
        self.output_places = [self.place(ref) for ref in program.outputs]
        self.results_of = [sum(ref.family.space == s for ref in program.per_sample) for s in range(sections)]
        self._free: list[Scratch] = []

    def place(self, ref: Ref) -> tuple[str, int]:
        """Where the one number of a reference is: in which memory, and at what place."""
        given = ref.family.given
        where = given.what if given is not None and given.what in ("uniform", "constants", "seeds") else "memory"
        return where, self.memory.offset[ref.family] + int(ref.index[0])

    def scratch(self) -> Scratch:
        """Memory for one run; to be given back to `give_back`."""
        try:
            return self._free.pop()
        except IndexError:
            uniform, block = aligned(self.memory.uniform.size), aligned(self.memory.block.size)
            return Scratch(uniform, block, (pointer(uniform), pointer(block)))

    def give_back(self, scratch: Scratch) -> None:
        """Take scratch memory for the next run."""
        self._free.append(scratch)

    def __call__(
        self, uniform: Array, columns: Sequence[Array], seeds: Array = NOTHING, sample_seeds: Sequence[Array] = ()
    ) -> Results:
        """Run it on float64 arrays without gaps."""
        scratch = self.scratch()
        try:
            return self._run(uniform, columns, seeds, sample_seeds, scratch)
        finally:
            self.give_back(scratch)

    def _run(
        self, uniform: Array, columns: Sequence[Array], seeds: Array, sample_seeds: Sequence[Array], scratch: Scratch
    ) -> Results:
        at = pointer(uniform)
        arguments = [at, pointer(seeds) if seeds is not NOTHING else at, *self.constant_pointers, *scratch.pointers, at]
        per_sample: list[Array] = []
        slopes: list[Array] = []
        wanted = self.program.column_slopes
        for s, column in enumerate(columns):
            given, result, slope = at, at, at
            if sample_seeds:
                given = pointer(sample_seeds[s])
            if self.results_of[s]:
                per_sample.append(np.empty((self.results_of[s], len(column))))
                result = pointer(per_sample[-1])
            else:
                per_sample.append(NOTHING)
            if wanted:
                slopes.append(np.zeros(column.shape))
                slope = pointer(slopes[-1])
            arguments += [pointer(column), given, result, slope, at]
        self.run(*arguments, *map(len, columns))
        outputs = [self._number(place, uniform, seeds, scratch) for place in self.output_places]
        return Results(outputs, per_sample, self._slopes(self.program.uniform_slopes, scratch), slopes)

    def _number(self, place: tuple[str, int], uniform: Array, seeds: Array, scratch: Scratch) -> float:
        where, at = place
        if where == "memory":
            return float(scratch.uniform[at])
        return float({"uniform": uniform, "constants": self.memory.constants, "seeds": seeds}[where][at])

    def _slopes(self, family: Family | None, scratch: Scratch) -> Array | None:
        if family is None:
            return None
        start = self.memory.offset[family]
        source = self.memory.constants if family.given is not None else scratch.uniform
        return source[start : start + family.size].copy()
