"""Rows that take a sequence, as instructions.

`sum` and `dot` are instructions of any number of operands, because most of what is long is one of them. A
row that goes from operand to operand is that chain; its slopes, which the row gives as values, are
instructions too, and one more spreads the adjoint by them. Any other row is called in Python.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

from autograd import primitives as rows
from autograd.compiler.recording import operands_first, operands_of
from autograd.compiler.tape_python import flattened, regrouped
from autograd.modes import recording
from autograd.primitives import Primitive
from autograd.value import Value


class Contributions:
    """What an instruction does that has no row: it adds slope * adjoint of the result to the adjoint of each operand.

    It lists the number of pairs, the result, and in pairs an operand and its slope.
    """

    def __str__(self) -> str:
        return "contributions"


CONTRIBUTIONS = Contributions()

#: What an instruction does: a row, and a bit for each operand whose slope is not asked for.
Kind = tuple[Primitive | Contributions, int]

ALL = -1  # the bits of an instruction without slopes

FOLDS = {
    rows.max: rows.maximum,
    rows.min: rows.minimum,
    rows.prod: rows.mul,
    rows.norm: rows.hypot,
    rows.logsumexp: rows.logaddexp,
}


class Tape(Protocol):
    """What instructions are written to."""

    def add(self, opcode: int, operands: Sequence[int]) -> int: ...

    def constant(self, number: float) -> int: ...


class Slopes(NamedTuple):
    """How the slopes of a row are computed: `steps`, each a row, its operands and the length of its sequences.

    A float is a constant; a whole number counts the operands, then the result, then the steps before.
    """

    steps: list[tuple[Primitive, list[int | float], int]]
    slopes: list[int | float]


class Sequences:
    """Writes rows that take sequences; `opcode` gives the number of a kind of instruction."""

    def __init__(self, opcode: Callable[[Primitive | Contributions, int], int]) -> None:
        self._opcode = opcode
        self._slopes: dict[Any, Slopes] = {}

    def write(self, tape: Tape, row: Primitive, operands: Sequence[int], constants: Sequence[bool], length: int) -> int:
        """The slot of the result; adjoints flow through it to all operands that are not constants."""
        if row not in FOLDS and row is not rows.mean:
            return self._counted(tape, row, 0, operands, length)
        result = self._value(tape, row, operands, length)
        slots = [*operands, result]
        found = self._slopes_of(row, len(operands), length)
        for step, of, step_length in found.steps:
            slots.append(self._value(tape, step, [self._slot(tape, slots, o) for o in of], step_length))
        pairs = [
            slot
            for operand, constant, slope in zip(operands, constants, found.slopes, strict=True)
            if not constant
            for slot in (operand, self._slot(tape, slots, slope))
        ]
        count = len(pairs) // 2
        tape.add(self._opcode(CONTRIBUTIONS, 0), [count, result, *pairs, count])
        return result

    def _counted(self, tape: Tape, row: Primitive, bits: int, operands: Sequence[int], length: int) -> int:
        """An instruction that says how many operands it has: at both ends, because tapes are read both ways."""
        return tape.add(self._opcode(row, bits), [len(operands), length, *operands, len(operands)])

    def _slot(self, tape: Tape, slots: Sequence[int], operand: int | float) -> int:
        return tape.constant(operand) if type(operand) is float else slots[int(operand)]

    def _value(self, tape: Tape, row: Primitive, operands: Sequence[int], length: int) -> int:
        """The slot of the result of a row, through which no adjoint flows."""
        if True not in row.sequences:
            return tape.add(self._opcode(row, ALL), operands)
        if row is rows.mean:
            total = self._counted(tape, rows.sum, ALL, operands, length)
            return tape.add(self._opcode(rows.div, ALL), [total, tape.constant(float(len(operands)))])
        if row not in FOLDS:
            return self._counted(tape, row, ALL, operands, length)
        if len(operands) == 1:
            return tape.add(self._opcode(rows.abs if row is rows.norm else rows.pos, ALL), operands)
        result = operands[0]
        for operand in operands[1:]:
            result = tape.add(self._opcode(FOLDS[row], ALL), [result, operand])
        return result

    def _slopes_of(self, row: Primitive, count: int, length: int) -> Slopes:
        key = (row, count, length)
        if key not in self._slopes:
            self._slopes[key] = recorded_slopes(row, count, length)
        return self._slopes[key]


def recorded_slopes(row: Primitive, count: int, length: int) -> Slopes:
    """The slopes of a row in each of so many operands, recorded on values that stand for its operands and result.

    >>> steps, slopes = recorded_slopes(rows.mean, 2, 2)
    >>> slopes
    [0.5, 0.5]
    """
    operands, z = [Value(1.0) for _ in range(count)], Value(1.0)
    called = tuple(regrouped(row.sequences, operands, length))
    with recording():
        slopes = [*flattened(row.slopes, z, called)]
    place = {id(v): i for i, v in enumerate((*operands, z))}
    steps: list[tuple[Primitive, list[int | float], int]] = []
    for node in operands_first([s for s in slopes if isinstance(s, Value)]):
        if node._row is not None:
            of = [o if isinstance(o, float) else place[id(o)] for o in operands_of(node)]
            place[id(node)] = count + 1 + len(steps)
            steps.append((node._row, of, node._y if type(node._y) is int else 0))  # type: ignore[arg-type]
    return Slopes(steps, [place[id(s)] if isinstance(s, Value) else float(s) for s in slopes])
