"""Instructions as arrays beside their machine code, and the memory that a run of them needs."""

from collections.abc import Sequence
from threading import get_ident
from typing import NamedTuple

import numpy as np

from autograd.compiler.recording import Array
from autograd.compiler.tape_loop import loops
from autograd.compiler.tape_rows import compiled
from autograd.compiler.tape_sequences import Kind
from autograd.compiler.tape_writing import Instructions, Mark

WORD = 8  # bytes of a double
LINE = 64  # bytes of a cache line; slots of many lanes begin on one


class Slots(NamedTuple):
    """Memory for all slots: `numbers[leaves + slot]` has the lanes of one. Slot 0 is at the address `first`."""

    numbers: Array
    first: int


class Program:
    """A tape that can be run on so many lanes; `others` are lists of opcodes that it must be able to run, too.

    leaves                leaves in memory before the first instruction
    size                  the number of instructions
    forwards, backwards   addresses of the tables of machine code (tape_loop.py)
    first_opcode          address of the opcodes
    """

    def __init__(
        self, written: Instructions, kinds: Sequence[Kind], lanes: int, others: Sequence[Sequence[int]] = ()
    ) -> None:
        self.lanes = lanes
        self.leaves = written.leaves
        self.size = len(written.opcodes)
        self.opcodes = np.array(written.opcodes, dtype=np.uint16)
        self.operands = np.array(written.operands, dtype=np.int32)
        self.loops = loops(lanes)
        used = set(self.opcodes.tolist()).union(*others)
        self.code = {opcode: compiled(kinds[opcode], lanes) for opcode in sorted(used)}
        self.tables = np.zeros((2, len(kinds)), dtype=np.uint64)
        for opcode, code in self.code.items():
            self.tables[:, opcode] = code.forward, code.backward
        self.forwards, self.backwards = (int(table.ctypes.data) for table in self.tables)
        self.first_opcode = int(self.opcodes.ctypes.data)

    def slots(self) -> Slots:
        """Memory for all slots, filled with zeros."""
        count = (self.leaves + self.size) * self.lanes
        memory = np.zeros(count + LINE // WORD)
        start = -memory.ctypes.data % LINE // WORD
        numbers = memory[start : start + count].reshape(-1, self.lanes)
        return Slots(numbers, int(numbers.ctypes.data) + self.leaves * self.lanes * WORD)

    def places(self, slots: Sequence[int]) -> Array:
        """Where slots stand in the memory."""
        return np.array(slots, dtype=np.intp) + self.leaves

    def operand(self, number: int) -> int:
        """The address of an operand."""
        return int(self.operands.ctypes.data) + number * self.operands.itemsize

    def forward(self, values: Slots, start: Mark, stop: Mark) -> None:
        """Run the instructions between two places of the tape."""
        operands, places = self.operand(start.operand), (start.instruction, stop.instruction)
        self.loops.forward(self.forwards, self.first_opcode, operands, *places, values.first)

    def backward(self, values: Slots, adjoints: Slots, start: Mark, stop: Mark, opcodes: Array) -> None:
        """Spread the adjoints of the instructions between two places, from the last to the first.

        opcodes are those of the program, or others in which some instructions are silent.
        """
        operands, places = self.operand(stop.operand), (start.instruction, stop.instruction)
        self.loops.backward(self.backwards, opcodes.ctypes.data, operands, *places, values.first, adjoints.first)

    def end(self) -> Mark:
        """The place after the last instruction."""
        return Mark(self.size, len(self.operands))

    def raise_pending(self) -> None:
        """Raise what a row has raised that was called in Python."""
        for code in self.code.values():
            exception = code.pending.pop(get_ident(), None)
            if exception is not None:
                raise exception
