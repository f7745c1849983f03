"""Code that reads a table, or adds to one, where numbers in the lanes say.

An index beyond the table gives nan and touches nothing: its lane reads the table's first item, and forgets it.
"""

from typing import Any

from autograd.compiler.code import F64, I32, I64, Code, Count, Places, ir, number
from autograd.compiler.memory import Memory
from autograd.compiler.program import UNIFORM, Gather

NAN = float("nan")


def whole_index(code: Code, index: Any, length: int, lanes: int) -> tuple[Any, Any]:
    """An index rounded down, as a whole number that is 0 beyond the table; and whether it is in the table."""
    builder, zero = code.builder, number(0.0, lanes)
    inside = builder.and_(
        builder.fcmp_ordered(">=", index, zero), builder.fcmp_ordered("<", index, number(float(length), lanes))
    )
    kind = I64 if lanes == 1 else ir.VectorType(I64, lanes)
    return builder.fptosi(builder.select(inside, index, zero), kind), inside


class GatherCode:
    """Writes what the members of a gather are, a vector of them at a time."""

    def __init__(self, code: Code, memory: Memory, body: Gather) -> None:
        self.code = code
        self.body = body
        self.first = Places(code, body.first.index)
        self.pointer = memory.pointer_of(body.first.family)
        self.offset = memory.offset[body.first.family]
        self.in_section = body.first.family.space != UNIFORM
        self.width = memory.width if self.in_section else 1

    def of_samples(self, i: Count, index: Any, v: Count, lanes: int) -> Any:
        """Member i for vector v of the samples of a block, whose indices these are."""
        code, first = self.code, self.first.at(i)
        if not self.in_section:
            return self._taken([first] * lanes, index)
        sample = code.plus(code.times(v, lanes), self.offset)
        return self._taken([first] * lanes, index, [code.plus(sample, lane) for lane in range(lanes)])

    def of_members(self, i: Count, index: Any, lanes: int) -> Any:
        """As many members as there are lanes, from i on."""
        return self._taken([self.first.at(self.code.plus(i, lane)) for lane in range(lanes)], index)

    def _taken(self, firsts: list[Count], index: Any, samples: list[Count] | None = None) -> Any:
        code, lanes = self.code, len(firsts)
        whole, inside = whole_index(code, index, self.body.length, lanes)
        found = []
        for lane, first in enumerate(firsts):
            item = whole if lanes == 1 else code.builder.extract_element(whole, ir.Constant(I32, lane))
            row = code.times(code.plus(first, code.times(item, self.body.stride)), self.width)
            found.append(code.load(self.pointer, code.plus(row, self.offset if samples is None else samples[lane])))
        return code.builder.select(inside, code.gathered(found), number(NAN, lanes))


def add_at(code: Code, value: Any, index: Any, length: int, pointer: Any, start: Count) -> None:
    """Add a number to that of a table of `length` which the index says; beyond the table, 0 times it to the first."""
    item, inside = whole_index(code, index, length, 1)
    place = code.plus(start, item)
    amount = code.builder.select(inside, value, code.builder.fmul(value, ir.Constant(F64, 0.0)))
    code.store(code.builder.fadd(code.load(pointer, place), amount), pointer, place)
