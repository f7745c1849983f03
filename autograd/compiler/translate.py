"""Machine code for rows and for Python functions on floats, on as many numbers at once as a register holds."""

import ctypes
import math
from collections.abc import Callable
from functools import partial
from typing import Any

from autograd.compiler.engine import load_llvm
from autograd.compiler.evaluation import Evaluation
from autograd.compiler.kernels import KERNELS
from autograd.compiler.kernels.powers import SHORT_POWERS
from autograd.compiler.lanes import DOUBLE, INTEGER, NATIVE, STEPS, Lanes
from autograd.compiler.source import NotTranslatable
from autograd.primitives import Primitive

__all__ = ["Functions", "NotTranslatable", "instruction_of"]

ir, _ = load_llvm()

#: A row, an instruction by its name, or a Python function.
Target = Primitive | str | Callable[..., Any]

#: A function with more instructions than this is called, a shorter one is copied to where it is used.
LONG = 150

#: Instructions of rows that name none.
UNNAMED = {"power": "power", "logaddexp": "logaddexp"}


class Functions:
    """The functions of a module that stand for rows, each made when it is first called.

    lanes       how many numbers an operand holds where all operands are Python's numbers
    keep_alive  what the machine code refers to: to be held as long as it may run
    pending     exceptions that Python raised during a run, for the caller to raise again

    >>> from autograd.primitives import relu
    >>> from autograd.compiler.engine import Engine
    >>> module, double = ir.Module(), ir.DoubleType()
    >>> function = ir.Function(module, ir.FunctionType(double, [double]), "valuegrad_doctest_relu")
    >>> builder = ir.IRBuilder(function.append_basic_block())
    >>> _ = builder.ret(Functions(module, 1).call(builder, relu, function.args[0]))
    >>> engine = Engine(module)
    >>> run = engine.function("valuegrad_doctest_relu", ctypes.c_double, ctypes.c_double)
    >>> run(2.0), run(-2.0)
    (2.0, 0.0)
    """

    def __init__(self, module: Any, lanes: int) -> None:
        self.module = module
        self.lanes = lanes
        self.keep_alive: list[Any] = []
        self.pending: list[BaseException] = []
        self._made: dict[tuple[Any, ...], tuple[Any, int]] = {}
        self._beginning: set[tuple[Any, ...]] = set()
        self._copied = 0  # instructions, into the function that is being made

    def call(self, builder: Any, target: Target, *operands: Any) -> Any:
        """Emit the result of a row, an instruction or a Python function for operands of one or more lanes.

        An operand that is a Python number is a constant, and the function is made for it. Raises
        NotTranslatable where only Python can run the function.
        """
        return self._called(Lanes(builder, lanes_of(operands, self.lanes)), target, operands)

    def _called(self, lanes: Lanes, target: Target, operands: tuple[Any, ...]) -> Any:
        if isinstance(target, Primitive):
            target = instruction_of(target) or whole_function(target)
        if isinstance(target, str) and target in NATIVE:
            return lanes.number(NATIVE[target](lanes, *operands))
        if target in ("pow", "power") and operands[1] in SHORT_POWERS:
            target, operands = SHORT_POWERS[operands[1]], operands[:1]
        function = KERNELS[target] if isinstance(target, str) else target
        made, length = self._function(function, lanes.count, operands)
        self._copied += 0 if length > LONG else length
        return lanes.builder.call(made, [o for o in operands if is_register(o)])

    def _function(self, function: Callable[..., Any], lanes: int, operands: tuple[Any, ...]) -> tuple[Any, int]:
        """The function for these constants among its operands, and how many instructions it has."""
        constants = tuple(None if is_register(o) else repr(float(o)) for o in operands)
        key = (function, lanes, constants)
        if key not in self._made:
            if key in self._beginning:
                raise NotTranslatable(f"{function.__qualname__} calls itself")
            self._beginning.add(key)
            outside, self._copied = self._copied, 0
            try:
                made = self._translated(function, lanes, operands)
                length = self._copied + sum(len(block.instructions) for block in made.blocks)
            finally:
                self._copied = outside
                self._beginning.remove(key)
            length = LONG + 1 if function in STEPS else length  # one that has a branch of its own
            made.attributes.add("noinline" if length > LONG else "alwaysinline")
            self._made[key] = made, length
        return self._made[key]

    def _translated(self, function: Callable[..., Any], lanes: int, operands: tuple[Any, ...]) -> Any:
        """A new function of those operands that are not constants."""
        made = self._declared(function.__name__, lanes, sum(map(is_register, operands)))
        inside = Lanes(ir.IRBuilder(made.append_basic_block()), lanes)
        arguments = iter(made.args)
        values = [next(arguments) if is_register(o) else float(o) for o in operands]

        def apply(target: Target, *given: Any) -> Any:
            return self._called(inside, target, given)

        try:
            run = partial(STEPS[function], inside) if function in STEPS else Evaluation(function, inside, apply).result
            result = run(*values)
            if not isinstance(result, (int, float, ir.Value)):
                raise NotTranslatable(f"{function.__qualname__} gives {result!r}, which is not a number")
        except NotTranslatable:
            self._withdraw(made)
            raise
        inside.builder.ret(inside.number(result))
        return made

    def _declared(self, name: str, lanes: int, operands: int) -> Any:
        """A function without a body yet, under a name that only this module has."""
        kind = Lanes(None, lanes).type
        name = f"valuegrad_{len(self.module.globals)}_{name.strip('<>')}"
        made = ir.Function(self.module, ir.FunctionType(kind, [kind] * operands), self.module.get_unique_name(name))
        made.linkage = "internal"
        made.attributes.add("nounwind")
        return made

    def _withdraw(self, made: Any) -> None:
        """Leave a function that cannot be finished without a meaning: one that is never called."""
        made.blocks.clear()
        ir.IRBuilder(made.append_basic_block()).unreachable()

    def python_callback(self, row: Primitive, lanes: int) -> Any:
        """A function that asks Python for the result of a row, lane by lane.

        Where Python raises, the result is nan, and the exception waits in `pending`.
        """
        count = len(row.parameters)

        def ask(*operands: float) -> float:
            try:
                return float(row.function(*operands))
            except BaseException as error:  # what leaves this function is printed and forgotten
                self.pending.append(error)
                return math.nan

        entry = ctypes.CFUNCTYPE(ctypes.c_double, *[ctypes.c_double] * count)(ask)
        self.keep_alive.append(entry)
        address = ir.Constant(INTEGER, ctypes.cast(entry, ctypes.c_void_p).value)
        made = self._declared(row.name, lanes, count)
        build = ir.IRBuilder(made.append_basic_block())
        pointer = build.inttoptr(address, ir.FunctionType(DOUBLE, [DOUBLE] * count).as_pointer())
        build.ret(Lanes(build, lanes).lane_by_lane(lambda parts: build.call(pointer, parts), list(made.args)))
        return made


def instruction_of(row: Primitive) -> str | None:
    """The instruction that a row is compiled to; None where its function is translated.

    >>> from autograd.primitives import add, sigmoid
    >>> instruction_of(add), instruction_of(sigmoid)
    ('fadd', None)
    """
    name = row.instruction or (UNNAMED.get(row.name) if row.__module__ == Primitive.__module__ else None)
    return name if name in NATIVE or name in KERNELS else None


def whole_function(row: Primitive) -> Callable[..., Any]:
    """The function of a row of numbers; a row of a sequence is not for the translator.

    >>> from autograd.primitives import relu
    >>> whole_function(relu)(2.0)
    2.0
    """
    if True in row.sequences:
        raise NotTranslatable(f"{row} takes a sequence: it is compiled as rows of two operands")
    return row.function


def is_register(operand: Any) -> bool:
    """Whether an operand is known only when the code runs.

    >>> is_register(2.0)
    False
    """
    return isinstance(operand, ir.Value)


def lanes_of(operands: tuple[Any, ...], otherwise: int) -> int:
    """How many numbers each operand holds.

    >>> lanes_of((2.0,), 8), lanes_of((ir.Constant(DOUBLE, 2.0),), 8)
    (8, 1)
    """
    for operand in operands:
        if is_register(operand):
            return operand.type.count if isinstance(operand.type, ir.VectorType) else 1
    return otherwise
