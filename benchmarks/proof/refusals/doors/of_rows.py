"""Every row of the table as a function, with each of its operands; the entries are read off the table."""

from functools import partial
from typing import Any

import autograd
from autograd.primitives import TABLE, Primitive
from benchmarks.proof.refusals.doors.entry import Entry
from benchmarks.proof.refusals.doors.kinds import NO_NUMBER
from benchmarks.proof.refusals.doors.world import World

#: Of what is no list of numbers, and no number: a few for each row, as one function prepares the operands of all.
NO_SEQUENCE_HERE = ("None", "number", "text", "dictionary", "list of texts")
NO_NUMBER_HERE = ("text", "complex", "list", "object", "class", "huge integer")
SINGLE = "exp"  # the row that is given everything


def kinds_of(row: Primitive, place: int) -> tuple[str, ...]:
    """What is bad as one operand of a row.

    >>> kinds_of(TABLE["sum"], 0)
    ('None', 'number', 'text', 'dictionary', 'list of texts')
    """
    if row.sequences[place]:
        return NO_SEQUENCE_HERE
    return NO_NUMBER if row.name == SINGLE else NO_NUMBER_HERE


def called(row: Primitive, place: int, world: World, bad: Any) -> object:
    """What a row gives for values, and the bad input in one place."""
    operands: list[Any] = [[world.x, world.y] if is_sequence else world.x for is_sequence in row.sequences]
    if row.name == "take":
        operands[1] = 1
    operands[place] = bad
    return vars(autograd).get(row.name, row)(*operands)


ENTRIES = [
    Entry(f"autograd.{row.name}", parameter, partial(called, row, place), kinds_of(row, place), row.name)
    for row in TABLE.values()
    for place, parameter in enumerate(row.parameters)
]
