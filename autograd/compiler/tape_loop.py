"""The loops that run a tape, in machine code: compiled once for each number of lanes.

A *tape* is a row of instructions. A *slot* holds a number, or one for each sample of a block: its *lanes*.
Instruction i writes slot i; what is there before the first one stands in slots -1, -2, ... `opcodes` says
what each instruction does, and `operands` holds the slots that they read, one instruction after another.
For each opcode two tables give the address of machine code (tape_rows.py):

    forward(values, operands, address of the result) -> the operands of the next instruction
    backward(values, adjoints, end of the operands, slot of the result) -> end of the operands of the one before
"""

from ctypes import c_int64, c_void_p
from functools import cache
from typing import Any

from autograd.compiler.engine import Engine
from autograd.compiler.tape_machine import (
    BACKWARD,
    DOUBLE,
    FORWARD,
    INDEX,
    NOTHING,
    OPCODE,
    POINTER,
    SLOT,
    Slots,
    at,
    counting,
    function,
    ir,
    item,
    splat,
)


class Loops:
    """The four loops as functions of addresses and numbers.

    forward           runs instructions
    backward          spreads adjoints over them, from the last to the first
    section_forward   runs them for each block of samples, and collects what each sample gives
    section_backward  runs and spreads for each block, and collects the slopes
    """

    def __init__(self, lanes: int) -> None:
        module = ir.Module()
        forward = write_forward(module, lanes)
        backward = write_backward(module)
        loops = [forward, backward, write_section_forward(module, lanes, forward)]
        loops.append(write_section_backward(module, lanes, forward, backward))
        self.engine = Engine(module)
        self.forward, self.backward, self.section_forward, self.section_backward = (
            self.engine.function(loop.name, None, *kinds_of(loop)) for loop in loops
        )


@cache
def loops(lanes: int) -> Loops:
    """The loops for so many lanes, compiled when first asked for."""
    return Loops(lanes)


def kinds_of(loop: Any) -> list[Any]:
    """The kinds of the arguments, for a call from Python."""
    return [c_void_p if kind is POINTER else c_int64 for kind in loop.ftype.args]


def write_forward(module: Any, lanes: int) -> Any:
    """forward(table, opcodes, operands, start, stop, values); operands are those of instruction `start`."""
    loop, b = function(module, ir.FunctionType(NOTHING, [POINTER] * 3 + [INDEX] * 2 + [POINTER]))
    table, opcodes, operands, start, stop, values = loop.args
    place = b.alloca(POINTER)
    b.store(operands, place)
    slots = Slots(b, values, lanes)
    with counting(b, start, stop) as i:
        code = item(b, table, item(b, opcodes, i, OPCODE), FORWARD.as_pointer())
        b.store(b.call(code, [values, b.load(place, typ=POINTER), slots.address(i)]), place)
    b.ret_void()
    return loop


def write_backward(module: Any) -> Any:
    """backward(table, opcodes, end of the operands, start, stop, values, adjoints), from stop - 1 down to start."""
    loop, b = function(module, ir.FunctionType(NOTHING, [POINTER] * 3 + [INDEX] * 2 + [POINTER] * 2))
    table, opcodes, end, start, stop, values, adjoints = loop.args
    place = b.alloca(POINTER)
    b.store(end, place)
    with counting(b, start, stop) as up:
        i = b.sub(b.add(start, b.sub(stop, up)), INDEX(1))
        code = item(b, table, item(b, opcodes, i, OPCODE), BACKWARD.as_pointer())
        b.store(b.call(code, [values, adjoints, b.load(place, typ=POINTER), i]), place)
    b.ret_void()
    return loop


def smaller(b: Any, x: Any, y: Any) -> Any:
    return b.select(b.icmp_signed("<", x, y), x, y)


def write_section_forward(module: Any, lanes: int, forward: Any) -> Any:
    """section_forward(table, opcodes, operands, stop, values, columns, inputs, samples, results, places, width).

    columns has a row of `inputs` numbers for each sample, and results one of `width`, taken from the slots `places`.
    """
    kinds = [POINTER] * 3 + [INDEX] + [POINTER] * 2 + [INDEX] * 2 + [POINTER] * 2 + [INDEX]
    loop, b = function(module, ir.FunctionType(NOTHING, kinds))
    table, opcodes, operands, stop, values, columns, inputs, samples, results, places, width = loop.args
    slots = Slots(b, values, lanes)
    with counting(b, INDEX(0), samples, lanes) as first:
        load_columns(b, slots, columns, inputs, first, samples)
        b.call(forward, [table, opcodes, operands, INDEX(0), stop, values])
        with counting(b, INDEX(0), smaller(b, INDEX(lanes), b.sub(samples, first))) as lane:
            row = b.mul(b.add(first, lane), width)
            with counting(b, INDEX(0), width) as k:
                number = b.load(slots.address(item(b, places, k, SLOT), lane), typ=DOUBLE)
                b.store(number, at(b, results, b.add(row, k), DOUBLE))
    b.ret_void()
    return loop


def load_columns(b: Any, slots: Slots, columns: Any, inputs: Any, first: Any, samples: Any) -> None:
    """Fill slots -1, -2, ... from the samples of a block; where there are too few, the last is repeated."""
    with counting(b, INDEX(0), INDEX(slots.lanes)) as lane:
        row = b.mul(smaller(b, b.add(first, lane), b.sub(samples, INDEX(1))), inputs)
        with counting(b, INDEX(0), inputs) as k:
            number = b.load(at(b, columns, b.add(row, k), DOUBLE), typ=DOUBLE)
            b.store(number, slots.address(b.not_(k), lane))  # not k is -1 - k


def write_section_backward(module: Any, lanes: int, forward: Any, backward: Any) -> Any:
    """section_backward(two tables, opcodes, operands, their end, leaves, stop, values, adjoints, ...).

    ... columns, inputs, samples, seeds, places, width, column slopes, imports, their number, import slopes:
    seeds has a row for each sample, to begin with in the slots `places`. The lanes of the slots `imports` are
    added up over the samples, in order.
    """
    kinds = [POINTER] * 5 + [INDEX] * 2 + [POINTER] * 3 + [INDEX] * 2 + [POINTER] * 2 + [INDEX] + [POINTER] * 2
    loop, b = function(module, ir.FunctionType(NOTHING, [*kinds, INDEX, POINTER]))
    forwards, backwards, opcodes, operands, end, leaves, stop, values, adjoints, *rest = loop.args
    columns, inputs, samples, seeds, places, width, column_slopes, imports, imported, import_slopes = rest
    slots, slopes = Slots(b, values, lanes), Slots(b, adjoints, lanes)
    several = b.icmp_signed(">", samples, INDEX(lanes))  # a single block still has the values of its forward run
    with counting(b, INDEX(0), samples, lanes) as first:
        with b.if_then(several):
            load_columns(b, slots, columns, inputs, first, samples)
            b.call(forward, [forwards, opcodes, operands, INDEX(0), stop, values])
        with counting(b, b.neg(leaves), stop) as slot:
            slopes.store(slot, splat(0.0, lanes))
        valid = smaller(b, INDEX(lanes), b.sub(samples, first))
        with counting(b, INDEX(0), valid) as lane, counting(b, INDEX(0), width) as k:
            seed = b.load(at(b, seeds, b.add(b.mul(b.add(first, lane), width), k), DOUBLE), typ=DOUBLE)
            add_to(b, slopes.address(item(b, places, k, SLOT), lane), seed)
        b.call(backward, [backwards, opcodes, end, INDEX(0), stop, values, adjoints])
        with counting(b, INDEX(0), valid) as lane, counting(b, INDEX(0), inputs) as k:
            place = b.add(b.mul(b.add(first, lane), inputs), k)
            b.store(b.load(slopes.address(b.not_(k), lane), typ=DOUBLE), at(b, column_slopes, place, DOUBLE))
        with counting(b, INDEX(0), imported) as k, counting(b, INDEX(0), valid) as lane:
            slope = b.load(slopes.address(item(b, imports, k, SLOT), lane), typ=DOUBLE)
            add_to(b, at(b, import_slopes, k, DOUBLE), slope)
    b.ret_void()
    return loop


def add_to(b: Any, address: Any, number: Any) -> None:
    b.store(b.fadd(b.load(address, typ=DOUBLE), number), address)
