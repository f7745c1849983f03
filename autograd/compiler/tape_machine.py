"""Small means for writing the machine code of a tape: types, counting loops, slots, and the way to an address."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from autograd.compiler.engine import Engine, load_llvm

ir, _ = load_llvm()
POINTER = ir.PointerType()
DOUBLE = ir.DoubleType()
INDEX = ir.IntType(64)
SLOT = ir.IntType(32)
OPCODE = ir.IntType(16)
NOTHING = ir.VoidType()

FORWARD = ir.FunctionType(POINTER, [POINTER, POINTER, POINTER])
BACKWARD = ir.FunctionType(POINTER, [POINTER, POINTER, POINTER, INDEX])

_numbers = count()


def symbol() -> str:
    """A name that no other function of the process has.

    >>> symbol() == symbol()
    False
    """
    return f"valuegrad_tape_{next(_numbers)}"


def address_of(engine: Engine, name: str) -> int:
    """Where in memory a compiled function begins."""
    compiled: Any = engine.function(name, None)
    return ctypes.cast(compiled, ctypes.c_void_p).value or 0


@contextmanager
def counting(builder: Any, start: Any, stop: Any, step: int = 1) -> Iterator[Any]:
    """The code written inside runs for start, start + step, ... below stop; gives that number."""
    before = builder.block
    ahead, body, after = (builder.function.append_basic_block() for _ in range(3))
    builder.branch(ahead)
    builder.position_at_end(ahead)
    i = builder.phi(INDEX)
    i.add_incoming(start, before)
    builder.cbranch(builder.icmp_signed("<", i, stop), body, after)
    builder.position_at_end(body)
    yield i
    i.add_incoming(builder.add(i, INDEX(step)), builder.block)
    builder.branch(ahead)
    builder.position_at_end(after)


class Slots:
    """Slots in memory from a pointer on: of each, all lanes are read and written at once."""

    def __init__(self, builder: Any, start: Any, lanes: int) -> None:
        self.builder = builder
        self.start = start
        self.lanes = lanes
        self.type = vector(lanes)

    def address(self, slot: Any, lane: Any = None) -> Any:
        first = self.builder.mul(slot, INDEX(self.lanes)) if self.lanes > 1 else slot
        return at(self.builder, self.start, first if lane is None else self.builder.add(first, lane), DOUBLE)

    def load(self, slot: Any) -> Any:
        return self.builder.load(self.address(slot), typ=self.type, align=8)

    def store(self, slot: Any, numbers: Any) -> None:
        self.builder.store(numbers, self.address(slot), align=8)

    def add(self, slot: Any, numbers: Any) -> None:
        self.store(slot, self.builder.fadd(self.load(slot), numbers))


def vector(lanes: int) -> Any:
    """The type of what stands in a slot."""
    return DOUBLE if lanes == 1 else ir.VectorType(DOUBLE, lanes)


def splat(number: float, lanes: int) -> Any:
    """The same number in all lanes."""
    return ir.Constant(vector(lanes), number if lanes == 1 else [number] * lanes)


def at(builder: Any, start: Any, index: Any, kind: Any) -> Any:
    """The address of an item of an array."""
    return builder.gep(start, [index], source_etype=kind)


def item(builder: Any, start: Any, index: Any, kind: Any) -> Any:
    """An item of an array; a slot or an opcode as an index."""
    value = builder.load(at(builder, start, index, kind), typ=kind)
    if kind is SLOT:
        return builder.sext(value, INDEX)
    return builder.zext(value, INDEX) if kind is OPCODE else value


def function(module: Any, kind: Any) -> tuple[Any, Any]:
    """A new function of a module, and what writes its code."""
    made = ir.Function(module, kind, symbol())
    made.attributes.add("nounwind")
    return made, ir.IRBuilder(made.append_basic_block())
