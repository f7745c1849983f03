"""Which instructions an adjoint reaches. The others are silenced: they get the opcode that spreads none.

An adjoint of 0 that flowed into one of them would be multiplied by its slope, and 0 times inf is nan. Every
instruction was written because a result needs it; but a result may need it as a constant only (it was
detached), or for samples that an empty batch does not have.
"""

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

from autograd.compiler.recording import Recording
from autograd.compiler.tape_sequences import ALL, CONTRIBUTIONS, Kind
from autograd.compiler.tape_writing import Instructions, Mark, Writing


def silence_detached(writing: Writing, recording: Recording) -> None:
    """Silence every instruction that only constants lead to.

    >>> from autograd.value import Value
    >>> x = Value(-1.0)
    >>> z = x.sqrt() * 2.0
    >>> z._dx = None  # as of a detached value
    >>> recording = Recording((x,), (), (), (z + x,), ())
    >>> writing = Writing(recording)
    >>> silence_detached(writing, recording)
    >>> [str(writing.kinds[code][0]) for code in writing.uniform.opcodes if writing.kinds[code][1] == ALL]
    ['sqrt']
    """
    tapes = [writing.uniform, *(stage.instructions for stage in writing.stages)]
    for tape, opcodes in zip(tapes, opcodes_where_reached(writing, recording), strict=True):
        tape.opcodes = opcodes


def uniform_opcodes_without(section: int, writing: Writing, recording: Recording) -> "array[int] | None":
    """The uniform opcodes with what only this section needs silenced; None if it needs no more than leaves."""
    if not any(slot >= 0 for slot in writing.stages[section].instructions.imports):
        return None
    return opcodes_where_reached(writing, recording, section)[0]


def opcodes_where_reached(writing: Writing, recording: Recording, empty: int | None = None) -> "list[array[int]]":
    """The opcodes of the uniform tape and of each section, silent where no adjoint comes; one section may be empty."""
    uniform, stop = writing.uniform, writing.uniform.end()
    reached, found, of_sections = set(writing.outputs), uniform.opcodes[:], []
    for number, stage in reversed([*enumerate(writing.stages)]):
        silence(found, writing, uniform, reached, stage.ready, stop)
        stop = stage.ready
        wanted = {output for section, output in recording.per_sample if section == number != empty}
        for reduction in recording.reductions:
            if reduction.section == number != empty and writing.slot_of(reduction.leaf) in reached:
                wanted.add(reduction.output)
        tape = stage.instructions
        of_section, opcodes = {stage.results[output] for output in wanted}, tape.opcodes[:]
        silence(opcodes, writing, tape, of_section, Mark(0, 0), tape.end())
        of_sections.append(opcodes)
        reached |= {theirs for theirs, own in tape.imports.items() if own in of_section}
    silence(found, writing, uniform, reached, Mark(0, 0), stop)
    return [found, *reversed(of_sections)]


def silence(
    opcodes: "array[int]", writing: Writing, tape: Instructions, reached: set[int], start: Mark, stop: Mark
) -> None:
    """Silence what is not reached between two places of a tape; slots that adjoints come to are added to `reached`."""
    kinds, place = writing.kinds, stop.operand
    for slot in range(stop.instruction - 1, start.instruction - 1, -1):
        kind = kinds[tape.opcodes[slot]]
        operands, place = operands_before(tape, kind, place)
        result = operands[0] if kind[0] is CONTRIBUTIONS else slot
        if result in reached:
            reached.update(with_slopes(kind, operands))
        else:
            opcodes[slot] = writing.opcode(kind[0], ALL)


def operands_before(tape: Instructions, kind: Kind, place: int) -> tuple[Sequence[int], int]:
    """The operands that are listed up to a place, and where their list begins (tape_rows.py has its form)."""
    row: Any = kind[0]
    if row is CONTRIBUTIONS:
        start = place - 3 - 2 * tape.operands[place - 1]
        return tape.operands[start + 1 : place - 1], start
    if True in row.sequences:
        start = place - 3 - tape.operands[place - 1]
        return tape.operands[start + 2 : place - 1], start
    start = place - len(row.parameters)
    return tape.operands[start:place], start


def with_slopes(kind: Kind, operands: Sequence[int]) -> Iterator[int]:
    """Those operands that get an adjoint."""
    row, constants = kind
    if row is CONTRIBUTIONS:
        yield from operands[1::2]
    elif constants != ALL:
        yield from (operand for i, operand in enumerate(operands) if not constants >> i & 1)
