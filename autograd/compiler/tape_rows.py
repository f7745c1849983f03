"""The machine code of each kind of instruction of a tape, compiled once in the life of the process.

Values and adjoints are slots of lanes; `operands` is where the slots that the instruction reads are listed,
and at the end of a backward function they end there (tape_loop.py has the two signatures).
"""

import ctypes
from collections.abc import Sequence
from threading import Lock
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from autograd import primitives as rows
from autograd.compiler.engine import Engine
from autograd.compiler.symbols import Apply, At, Expression, slope_expression
from autograd.compiler.tape_machine import (
    BACKWARD,
    FORWARD,
    INDEX,
    SLOT,
    Slots,
    address_of,
    at,
    counting,
    function,
    ir,
    item,
    splat,
)
from autograd.compiler.tape_python import PythonRow
from autograd.compiler.tape_sequences import ALL, CONTRIBUTIONS, Kind
from autograd.compiler.translate import Functions, NotTranslatable
from autograd.primitives import Primitive


class Compiled(NamedTuple):
    """Where the machine code of an instruction begins, what keeps it alive, and what it raised in Python."""

    forward: int
    backward: int
    alive: tuple[Any, ...]
    pending: dict[int, BaseException]


_compiled: WeakKeyDictionary[Any, dict[tuple[int, int], Compiled]] = WeakKeyDictionary()
_lock = Lock()


def compiled(kind: Kind, lanes: int) -> Compiled:
    """The machine code of a kind of instruction on so many lanes, compiled when first asked for."""
    row: Any
    row, constants = kind
    with _lock:
        known = _compiled.setdefault(row, {})
        if (constants, lanes) not in known:
            try:
                known[constants, lanes] = written(row, constants, lanes, None)
            except NotTranslatable:
                known[constants, lanes] = written(row, constants, lanes, PythonRow(row, lanes, constants))
        return known[constants, lanes]


def written(row: Any, constants: int, lanes: int, python: PythonRow | None) -> Compiled:
    """The two functions of an instruction; the row is called in Python, or else is translated."""
    module = ir.Module()
    functions = Functions(module, lanes)
    if row is CONTRIBUTIONS:
        forward, backward = nothing_forward(module), contributions_backward(module, constants, lanes)
    elif row is rows.sum or row is rows.dot:
        terms = 1 if row is rows.sum else 2
        forward, backward = counted_forward(module, lanes, terms), counted_backward(module, constants, lanes, terms)
    elif python is not None or True in row.sequences:
        python = python or PythonRow(row, lanes, constants)
        count = None if True in row.sequences else len(row.parameters)
        forward, backward = python_forward(module, python, count), python_backward(module, python, count, constants)
    else:
        forward, backward = scalar_forward(functions, row), scalar_backward(functions, row, constants)
    engine = Engine(module)
    addresses = address_of(engine, forward.name), address_of(engine, backward.name)
    return Compiled(*addresses, (engine, python, *functions.keep_alive), python.pending if python else {})


# Rows of a fixed number of operands


def scalar_forward(functions: Functions, row: Primitive) -> Any:
    made, b = function(functions.module, FORWARD)
    values, operands, result = made.args
    slots = Slots(b, values, functions.lanes)
    numbers = [slots.load(item(b, operands, INDEX(i), SLOT)) for i in range(len(row.parameters))]
    b.store(functions.call(b, row, *numbers), result, align=8)
    b.ret(at(b, operands, INDEX(len(numbers)), SLOT))
    return made


def scalar_backward(functions: Functions, row: Primitive, constants: int) -> Any:
    """Of two operands the second comes first, of any other number the first, as `Value.backward` goes."""
    made, b = function(functions.module, BACKWARD)
    values, adjoints, end, result = made.args
    count = len(row.parameters)
    wanted = [i for i in range(count) if not constants >> i & 1]
    if wanted:
        numbers, slopes = (Slots(b, start, functions.lanes) for start in (values, adjoints))
        operands = [item(b, end, INDEX(i - count), SLOT) for i in range(count)]
        known = [numbers.load(slot) for slot in (result, *operands)]
        adjoint = slopes.load(result)
        for i in reversed(wanted) if count == 2 else wanted:
            slopes.add(operands[i], b.fmul(adjoint, slope_of(functions, b, row, i, known)))
    b.ret(at(b, end, INDEX(-count), SLOT))
    return made


def slope_of(functions: Functions, b: Any, row: Primitive, place: int, known: Sequence[Any]) -> Any:
    """The slope of a row in one operand; the result and the operands are known."""
    try:
        expression = slope_expression(row, place)
    except Exception as error:  # whatever a slope raises that was written for floats alone
        raise NotTranslatable(f"the slope of {row} in operand {place} takes only floats: {error}") from error
    slope = evaluated(functions, b, expression, known)
    return splat(slope, functions.lanes) if isinstance(slope, float) else slope


def evaluated(functions: Functions, b: Any, expression: Expression, known: Sequence[Any]) -> Any:
    """The value of an expression of rows on what is known; a constant stays a float."""
    if isinstance(expression, Apply):
        arguments = [evaluated(functions, b, argument, known) for argument in expression.arguments]
        return functions.call(b, expression.row, *arguments)
    return known[expression.place] if isinstance(expression, At) else expression


# Sums and dot products: their number of operands, the length of the sequences, the operands, and the number again


def counted_forward(module: Any, lanes: int, terms: int) -> Any:
    """What is left over, after `terms` sequences, is the start of the sum; else that is 0."""
    made, b = function(module, FORWARD)
    values, operands, result = made.args
    slots = Slots(b, values, lanes)
    count, length = (item(b, operands, INDEX(i), SLOT) for i in range(2))
    first = at(b, operands, INDEX(2), SLOT)
    has_start = b.icmp_signed(">", count, b.mul(length, INDEX(terms)))
    start = slots.load(item(b, first, b.select(has_start, b.sub(count, INDEX(1)), INDEX(0)), SLOT))
    zero = splat(0.0, lanes)
    total = b.alloca(zero.type)
    b.store(b.select(has_start, start, zero), total)
    with counting(b, INDEX(0), length) as i:
        term = slots.load(item(b, first, i, SLOT))
        if terms == 2:
            term = b.fmul(term, slots.load(item(b, first, b.add(i, length), SLOT)))
        b.store(b.fadd(b.load(total, typ=zero.type), term), total)
    b.store(b.load(total, typ=zero.type), result, align=8)
    b.ret(at(b, first, b.add(count, INDEX(1)), SLOT))
    return made


def counted_backward(module: Any, constants: int, lanes: int, terms: int) -> Any:
    made, b = function(module, BACKWARD)
    values, adjoints, end, result = made.args
    count = item(b, end, INDEX(-1), SLOT)
    first = at(b, end, b.sub(INDEX(-1), count), SLOT)
    if constants != ALL:
        numbers, slopes = Slots(b, values, lanes), Slots(b, adjoints, lanes)
        length = item(b, first, INDEX(-1), SLOT)
        adjoint = slopes.load(result)
        for own, other in ((INDEX(0), length), (length, INDEX(0)))[:terms]:
            with counting(b, INDEX(0), length) as i:
                share = adjoint
                if terms == 2:
                    share = b.fmul(adjoint, numbers.load(item(b, first, b.add(other, i), SLOT)))
                slopes.add(item(b, first, b.add(own, i), SLOT), share)
        with counting(b, b.mul(length, INDEX(terms)), count) as i:
            slopes.add(item(b, first, i, SLOT), adjoint)
    b.ret(at(b, first, INDEX(-2), SLOT))
    return made


# Adjoints by slopes that are instructions themselves: the number of pairs, the result, the pairs, and the number again


def nothing_forward(module: Any) -> Any:
    made, b = function(module, FORWARD)
    count = item(b, made.args[1], INDEX(0), SLOT)
    b.ret(at(b, made.args[1], b.add(b.mul(count, INDEX(2)), INDEX(3)), SLOT))
    return made


def contributions_backward(module: Any, constants: int, lanes: int) -> Any:
    made, b = function(module, BACKWARD)
    values, adjoints, end, _ = made.args
    count = b.mul(item(b, end, INDEX(-1), SLOT), INDEX(2))
    first = at(b, end, b.sub(INDEX(-1), count), SLOT)
    if constants != ALL:
        numbers, slopes = Slots(b, values, lanes), Slots(b, adjoints, lanes)
        adjoint = slopes.load(item(b, first, INDEX(-1), SLOT))
        with counting(b, INDEX(0), count, 2) as i:
            slope = numbers.load(item(b, first, b.add(i, INDEX(1)), SLOT))
            slopes.add(item(b, first, i, SLOT), b.fmul(adjoint, slope))
    b.ret(at(b, first, INDEX(-2), SLOT))
    return made


# Rows that are called in Python: the same list as that of a sum, or that of a row of `count` operands


def python_forward(module: Any, python: PythonRow, count: int | None) -> Any:
    made, b = function(module, FORWARD)
    operands = made.args[1]
    call(b, python.value, made.args)
    words = INDEX(count) if count is not None else b.add(item(b, operands, INDEX(0), SLOT), INDEX(3))
    b.ret(at(b, operands, words, SLOT))
    return made


def python_backward(module: Any, python: PythonRow, count: int | None, constants: int) -> Any:
    made, b = function(module, BACKWARD)
    values, adjoints, end, result = made.args
    words = INDEX(count) if count is not None else b.add(item(b, end, INDEX(-1), SLOT), INDEX(3))
    start = at(b, end, b.neg(words), SLOT)
    if constants != ALL:
        call(b, python.spread, (values, adjoints, start, result))
    b.ret(start)
    return made


def call(b: Any, python: Any, arguments: Sequence[Any]) -> None:
    """Call a function of Python's, which stands at a fixed address."""
    kind = ir.FunctionType(ir.VoidType(), [argument.type for argument in arguments])
    address = ctypes.cast(python, ctypes.c_void_p).value
    b.call(b.inttoptr(INDEX(address), kind.as_pointer()), arguments)
