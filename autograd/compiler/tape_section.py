"""A section of a recording as a tape: run for every sample of a batch, in blocks of as many as a register has lanes.

A block that is not full repeats the last sample, and nothing reads what that gives. Whatever is added up
over samples is added in their order, so that no bit depends on the size of a block.
"""

from collections.abc import Collection, Sequence

import numpy as np

from autograd.compiler.engine import lanes
from autograd.compiler.recording import Array
from autograd.compiler.tape_program import Program, Slots
from autograd.compiler.tape_sequences import Kind
from autograd.compiler.tape_writing import Stage


class SectionTape:
    """The tape of a section.

    ready      the place on the uniform tape that must have been reached before this runs
    grows      the places of the uniform numbers that this reads and may have slopes in
    """

    def __init__(
        self, stage: Stage, inputs: int, uniform: Program, constants: Collection[int], kinds: Sequence[Kind]
    ) -> None:
        self.program = Program(stage.instructions, kinds, lanes())
        self.ready = stage.ready
        self._inputs = inputs
        self._results = np.array(stage.results, dtype=np.int32)
        imports = stage.instructions.imports
        self._read = uniform.places([*imports])
        self._imports = self.program.places([*imports.values()])
        growing = {theirs: own for theirs, own in imports.items() if theirs not in constants}
        self.grows = uniform.places([*growing])
        self._growing = np.array([*growing.values()], dtype=np.int32)

    def forward(self, values: Slots, uniform: Array, columns: Array) -> Array:
        """What each sample gives: an array of shape (samples, results)."""
        values.numbers[self._imports] = uniform[self._read, None]
        results = np.empty((len(columns), len(self._results)))
        program = self.program
        program.loops.section_forward(
            *(program.forwards, program.first_opcode, program.operand(0), program.size, values.first),
            *(columns.ctypes.data, self._inputs, len(columns)),
            *(results.ctypes.data, self._results.ctypes.data, len(self._results)),
        )
        return results

    def backward(self, values: Slots, adjoints: Slots, columns: Array, seeds: Array) -> tuple[Array, Array]:
        """The slopes in the columns and in the uniform numbers `grows`, of the sum of seeds * results.

        The values, and the uniform numbers among them, are those that the last `forward` left.
        """
        column_slopes, slopes = np.empty(columns.shape), np.zeros(len(self.grows))
        program = self.program
        end = program.operand(program.end().operand)
        program.loops.section_backward(
            *(program.forwards, program.backwards, program.first_opcode, program.operand(0), end),
            *(program.leaves, program.size, values.first, adjoints.first),
            *(columns.ctypes.data, self._inputs, len(columns)),
            *(seeds.ctypes.data, self._results.ctypes.data, len(self._results), column_slopes.ctypes.data),
            *(self._growing.ctypes.data, len(self._growing), slopes.ctypes.data),
        )
        return column_slopes, slopes
