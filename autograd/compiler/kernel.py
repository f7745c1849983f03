"""A program as machine code: compiled once, called with arrays, its memory used again from call to call."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from autograd.compiler.emit import NAME, emit, emit_in_pieces
from autograd.compiler.machine import Machine, Scratch, pointer
from autograd.compiler.passes import Passes
from autograd.compiler.program import Array, Family, Program, Ref
from autograd.compiler.shares import Shares
from autograd.compiler.team import ALONE, Team

NOTHING = np.zeros(1)


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


class Kernel:
    """The machine code of a program, for blocks of `width` samples of `sections` batches.

    It may be called by several threads at once: each run has memory of its own.
    """

    def __init__(
        self, program: Program, sections: int, width: int, passes: Passes | None = None, team: Team = ALONE
    ) -> None:
        self.passes = passes or Passes()
        shared = sections > 0 and team.size > 1
        with self.passes("emit"):
            emitted = (emit_in_pieces if shared else emit)(program, width, sections)
        self.program = program
        self.machine = Machine(emitted, self.passes)
        self.run = Shares(self.machine, emitted.phases, program, team) if shared else self.machine.function(NAME)
        self.output_places = [self.place(ref) for ref in program.outputs]
        self.results_of = [sum(ref.family.space == s for ref in program.per_sample) for s in range(sections)]

    def place(self, ref: Ref) -> tuple[str, int]:
        """Where the one number of a reference is: in which memory, and at what place."""
        given = ref.family.given
        where = given.what if given is not None and given.what in ("uniform", "constants", "seeds") else "memory"
        return where, self.machine.memory.offset[ref.family] + int(ref.index[0])

    def __call__(
        self, uniform: Array, columns: Sequence[Array], seeds: Array = NOTHING, sample_seeds: Sequence[Array] = ()
    ) -> Results:
        """Run it on float64 arrays without gaps."""
        scratch = self.machine.scratch()
        try:
            return self._run(uniform, columns, seeds, sample_seeds, scratch)
        finally:
            self.machine.give_back(scratch)

    def _run(
        self, uniform: Array, columns: Sequence[Array], seeds: Array, sample_seeds: Sequence[Array], scratch: Scratch
    ) -> Results:
        at = pointer(uniform)
        arguments = self.machine.pointers(at, at if seeds is NOTHING else pointer(seeds), at, scratch)
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
        return float({"uniform": uniform, "constants": self.machine.memory.constants, "seeds": seeds}[where][at])

    def _slopes(self, family: Family | None, scratch: Scratch) -> Array | None:
        if family is None:
            return None
        start = self.machine.memory.offset[family]
        source = self.machine.memory.constants if family.given is not None else scratch.uniform
        return source[start : start + family.size].copy()
