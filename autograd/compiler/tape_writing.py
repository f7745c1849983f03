"""From a recording to instructions: one walk over its values, operands first, that numbers every one.

What does not depend on a sample is computed once, whatever section it was met in: it goes to the uniform
instructions, and a section that reads it imports it into a slot of its own.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from struct import pack
from typing import Any, NamedTuple, Optional

from autograd import primitives as rows
from autograd.compiler.recording import Recording, operands_of
from autograd.compiler.tape_sequences import ALL, Contributions, Kind, Sequences
from autograd.primitives import Primitive
from autograd.value import Value

LOCAL = 1 << 40  # is added to a slot of a section, to tell it from a uniform one
UNIFORM = 1 << 39  # every uniform slot is below, every other above


class Mark(NamedTuple):
    """A place on a tape: before this instruction, whose operands are listed from `operand` on."""

    instruction: int
    operand: int


@dataclass
class Instructions:
    """A tape that is being written: what each instruction does, and the slots that it reads.

    leaves     how many slots there are before the first instruction: -1, -2, ...
    constants  the slot of each constant, by its bits
    around     of a section: the uniform instructions, which hold its constants
    imports    of a section: its slot for each uniform slot that it reads
    """

    around: Optional["Instructions"] = None
    opcodes: "array[int]" = field(default_factory=lambda: array("H"))
    operands: "array[int]" = field(default_factory=lambda: array("i"))
    leaves: int = 0
    constants: dict[bytes, int] = field(default_factory=dict)
    imports: dict[int, int] = field(default_factory=dict)

    def leaf(self) -> int:
        """A new slot before the first instruction."""
        self.leaves += 1
        return -self.leaves

    def constant(self, number: float) -> int:
        """The slot of a constant."""
        if self.around is not None:
            return self.imported(self.around.constant(number))
        bits = pack("d", number)
        slot = self.constants.get(bits)
        if slot is None:
            slot = self.constants[bits] = self.leaf()
        return slot

    def imported(self, uniform_slot: int) -> int:
        """The slot of a section for a number that is the same for all samples."""
        slot = self.imports.get(uniform_slot)
        if slot is None:
            slot = self.imports[uniform_slot] = self.leaf()
        return slot

    def local(self, slot: int) -> int:
        """The slot here for one among the uniform or, with LOCAL added, one of this section."""
        if slot < UNIFORM:
            return slot if self.around is None else self.imported(slot)
        return slot - LOCAL

    def end(self) -> Mark:
        """The place after the last instruction so far."""
        return Mark(len(self.opcodes), len(self.operands))

    def add(self, opcode: int, operands: Iterable[int]) -> int:
        """The slot of a new instruction."""
        self.opcodes.append(opcode)
        self.operands.extend(operands)
        return len(self.opcodes) - 1


class Stage(NamedTuple):
    """A section, and the uniform instructions that must have run before it: those before the mark `ready`.

    results  the slots of what a sample gives
    """

    ready: Mark
    instructions: Instructions
    results: list[int]


class Writing:
    """The instructions of a recording.

    kinds     what each opcode stands for
    uniform   the instructions that run once
    stages    one for each section
    outputs   the uniform slots of the outputs
    detaches  whether there is an operand through which no adjoint flows, and which is no constant

    >>> x = Value(0.0)
    >>> writing = Writing(Recording((x,), (), (), ((x * x).exp() + 1.0,), ()))
    >>> for row, constants in writing.kinds:
    ...     print(row, constants)
    mul 0
    exp 0
    add 2
    >>> writing.uniform.operands.tolist(), writing.outputs
    ([-1, -1, 0, 1, -2], [2])
    """

    def __init__(self, recording: Recording) -> None:
        self.opcodes: dict[Kind, int] = {}
        self.uniform = Instructions()
        self.detaches = False
        self._sequences = Sequences(self.opcode)
        self._slots: dict[int, int] = {}
        self._left = iter(recording.order)
        for v in (*recording.arguments, *recording.captured, *(r.leaf for r in recording.reductions)):
            self._slots[id(v)] = self.uniform.leaf()
        self.stages = [self._stage(section.inputs, section.outputs) for section in recording.sections]
        self.outputs = self._slots_of(recording.outputs, self.uniform)
        if any(slot > UNIFORM for slot in self.outputs):
            raise ValueError("a value of one sample was used outside of the function that vmap maps")

    @property
    def kinds(self) -> list[Kind]:
        return list(self.opcodes)

    def slot_of(self, value: Value) -> int:
        """The slot of a value."""
        return self._slots[id(value)]

    def opcode(self, row: Primitive | Contributions, constants: int) -> int:
        """The number of an operation, known or new."""
        return self.opcodes.setdefault((row, constants), len(self.opcodes))

    def _stage(self, inputs: Sequence[Value], outputs: Sequence[Value]) -> Stage:
        section = Instructions(around=self.uniform)
        for v in inputs:
            self._slots[id(v)] = section.leaf() + LOCAL
        results = [section.local(slot) for slot in self._slots_of(outputs, section)]
        return Stage(self.uniform.end(), section, results)

    def _slots_of(self, roots: Sequence[Value], here: Instructions) -> list[int]:
        """The slots of some values, after instructions for all that they are made of."""
        for root in roots:
            if id(root) not in self._slots:
                self._write_up_to(root, here)
        return [self._slots[id(root)] for root in roots]

    def _write_up_to(self, root: Value, here: Instructions) -> None:
        """Write the instructions for the values that are left in the order, this one the last.

        There may be millions: those of one and two operands are written without detours.
        """
        slots, opcodes, uniform, node = self._slots, self.opcodes, self.uniform, None
        opcode, constant = opcodes.get, uniform.constant
        add_opcode, add_operand = uniform.opcodes.append, uniform.operands.append
        while node is not root:
            node = next(self._left)
            row, x, y, constants = node._row, node._x, node._y, 0
            if type(y) is int or type(row) is not Primitive:
                self._write_many(node, here)
                continue
            if node._dx is None:
                x, constants = self._without_slope(x), 1
            if node._dy is None and y is not None:
                y, constants = self._without_slope(y), constants | 2
            x_slot = constant(x) if type(x) is float else slots[id(x)]
            y_slot = -1 if y is None else constant(y) if type(y) is float else slots[id(y)]
            code = opcode((row, constants))
            if code is None:
                code = self.opcode(row, constants)
            if x_slot < UNIFORM and y_slot < UNIFORM:
                slots[id(node)] = len(uniform.opcodes)
                add_opcode(code)
                add_operand(x_slot)
                if y is not None:
                    add_operand(y_slot)
            else:
                operands = [x_slot] if y is None else [x_slot, y_slot]
                slots[id(node)] = here.add(code, [here.local(slot) for slot in operands]) + LOCAL

    def _without_slope(self, operand: Any) -> Any:
        """An operand through which no slope flows: a constant, perhaps as a leaf, or a detached value."""
        if type(operand) is float:
            return operand
        if operand._row is None:
            return operand._data
        self.detaches = True
        return operand

    def _write_many(self, node: Value, here: Instructions) -> None:
        """The same for one value of any number of operands; nothing for a leaf that is given."""
        row = node._row
        if row is None and id(node) in self._slots:
            return
        if not isinstance(row, Primitive):
            raise ValueError(f"{row or 'a leaf'} has no row to be compiled from: make it with @autograd.primitive")
        operands: list[Any] = list(operands_of(node))
        slots = [self.uniform.constant(o) if type(o) is float else self._slots[id(o)] for o in operands]
        tape = self.uniform if all(slot < UNIFORM for slot in slots) else here
        slots = [tape.local(slot) for slot in slots]
        constants = [slope is None for slope in node.slopes]
        detached = [i for i, o in enumerate(operands) if constants[i] and type(o) is not float]
        self.detaches |= bool(detached)
        if True in row.sequences:
            for i in detached:
                slots[i] = tape.add(self.opcode(rows.pos, ALL), [slots[i]])  # no adjoint comes through this
            slot = self._sequences.write(tape, row, slots, constants, node._y)
        else:
            slot = tape.add(self.opcode(row, sum(flag << i for i, flag in enumerate(constants))), slots)
        self._slots[id(node)] = slot if tape is self.uniform else slot + LOCAL
