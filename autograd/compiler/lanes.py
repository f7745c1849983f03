"""Numbers side by side in one register, and what a machine does to them in one step."""

import math
from collections.abc import Callable
from functools import cache
from typing import Any

from autograd.compiler.engine import load_llvm
from autograd.compiler.kernels import machine

ir, _ = load_llvm()

DOUBLE, INTEGER, BIT, INTEGER_32 = ir.DoubleType(), ir.IntType(64), ir.IntType(1), ir.IntType(32)

MANTISSA_BITS = 52
EXPONENT_MASK = 0x7FF << MANTISSA_BITS
BITS_OF_ONE = 1023 << MANTISSA_BITS
BITS_OF_SQRT_HALF = 0x3FE6A09E667F3BCD
AVX_512_LANES = 8
AS_ALWAYS = 4  # the rounding that is set, which is to the nearest
BITS_OF_TWO_TO_52 = (1023 + 52) << MANTISSA_BITS


@cache
def scales() -> bool:
    """Whether this machine multiplies by powers of two in one instruction.

    >>> type(scales())
    <class 'bool'>
    """
    _, binding = load_llvm()
    return bool(binding.get_host_cpu_features().get("avx512f"))


class Lanes:
    """A place in a function under construction where instructions on `count` numbers at once are added.

    Python's numbers stand for themselves until an instruction needs them in a register, and the results of
    comparisons are bits until one is needed as a number.
    """

    def __init__(self, builder: Any, count: int) -> None:
        self.builder = builder
        self.count = count
        self.type = self.of(DOUBLE)

    def of(self, element: Any) -> Any:
        """The type of as many elements as there are lanes."""
        return element if self.count == 1 else ir.VectorType(element, self.count)

    def constant(self, element: Any, value: Any) -> Any:
        """The same constant in every lane."""
        return ir.Constant(self.of(element), value if self.count == 1 else [value] * self.count)

    def number(self, value: Any) -> Any:
        """A number in a register; true is 1 and false is 0."""
        if not isinstance(value, ir.Value):
            return self.constant(DOUBLE, float(value))
        if value.type == self.of(BIT):
            return self.builder.select(value, self.number(1.0), self.number(0.0))
        return value

    def truth(self, value: Any) -> Any:
        """Whether a number differs from 0, as bits; of a Python number, True or False."""
        if not isinstance(value, ir.Value):
            return bool(value)
        return value if value.type == self.of(BIT) else self.compare("!=", value, 0.0)

    def compare(self, sign: str, a: Any, b: Any) -> Any:
        """A comparison as Python's: false beside a nan, but for !=."""
        a, b = self.number(a), self.number(b)
        return self.builder.fcmp_unordered(sign, a, b) if sign == "!=" else self.builder.fcmp_ordered(sign, a, b)

    def choose(self, condition: Any, a: Any, b: Any) -> Any:
        """a where the condition holds, b elsewhere."""
        if isinstance(condition, bool):
            return a if condition else b
        if isinstance(a, ir.Value) and isinstance(b, ir.Value) and a.type == b.type:
            return self.builder.select(condition, a, b)
        return self.builder.select(condition, self.number(a), self.number(b))

    def negation(self, condition: Any) -> Any:
        """The bits turned over."""
        return self.builder.xor(condition, self.constant(BIT, 1))

    def both(self, a: Any, b: Any) -> Any:
        """Whether both of two truths hold."""
        if isinstance(a, bool):
            return b if a else False
        if isinstance(b, bool):
            return a if b else False
        return self.builder.and_(a, b)

    def either(self, a: Any, b: Any) -> Any:
        """Whether one of two truths holds."""
        if isinstance(a, bool):
            return True if a else b
        if isinstance(b, bool):
            return True if b else a
        return self.builder.or_(a, b)

    def intrinsic(self, name: str, *operands: Any) -> Any:
        """The result of one of LLVM's own functions on numbers."""
        registers = [self.number(o) for o in operands]
        suffix = "f64" if self.count == 1 else f"v{self.count}f64"
        kind = ir.FunctionType(self.type, [self.type] * len(registers))
        return self.builder.call(self.declared(f"llvm.{name}.{suffix}", kind), registers)

    def declared(self, name: str, kind: Any) -> Any:
        """A function of LLVM's own, declared once in a module."""
        module = self.builder.module
        return module.globals.get(name) or ir.Function(module, kind, name)

    def any_lane(self, condition: Any) -> Any:
        """Whether the condition holds in one lane or more: a single bit."""
        if self.count == 1:
            return condition
        kind = ir.FunctionType(BIT, [condition.type])
        return self.builder.call(self.declared(f"llvm.vector.reduce.or.v{self.count}i1", kind), [condition])

    def lane_by_lane(self, function: Callable[[list[Any]], Any], operands: list[Any]) -> Any:
        """A function of plain doubles, for each lane in its turn."""
        if self.count == 1:
            return function(operands)
        result = ir.Constant(self.type, ir.Undefined)
        for lane in range(self.count):
            place = INTEGER_32(lane)
            parts = [self.builder.extract_element(operand, place) for operand in operands]
            result = self.builder.insert_element(result, function(parts), place)
        return result

    def power_of_two(self, n: Any) -> Any:
        """2 ** n, made of its bits: n + 1.5 * 2**52 + 1023 has the exponent's bits at its lower end."""
        shifted = self.builder.fadd(self.number(n), self.number(machine.TO_INTEGER + 1023.0))
        bits = self.builder.bitcast(shifted, self.of(INTEGER))
        bits = self.builder.shl(bits, self.constant(INTEGER, MANTISSA_BITS))
        return self.builder.bitcast(bits, self.type)

    def scaled_by_power_of_two(self, x: Any, n: Any) -> Any:
        """x * 2 ** n, rounded once: an instruction of AVX-512, and elsewhere two products."""
        build, x, n = self.builder, self.number(x), self.number(n)
        if self.count in (8, 16, 32, 64) and scales():
            return self.in_parts(AVX_512_LANES, self.scaled_by_avx_512, [x, n])
        shift = self.number(machine.TO_INTEGER)
        half = build.fsub(build.fadd(build.fmul(n, self.number(0.5)), shift), shift)
        return build.fmul(build.fmul(x, self.power_of_two(half)), self.power_of_two(build.fsub(n, half)))

    def scaled_by_avx_512(self, parts: list[Any]) -> Any:
        kind = ir.VectorType(DOUBLE, AVX_512_LANES)
        mask, rounding = ir.IntType(8), INTEGER_32
        signature = ir.FunctionType(kind, [kind, kind, kind, mask, rounding])
        scale = self.declared("llvm.x86.avx512.mask.scalef.pd.512", signature)
        return self.builder.call(scale, [*parts, parts[0], mask(0xFF), rounding(AS_ALWAYS)])

    def in_parts(self, size: int, function: Callable[[list[Any]], Any], operands: list[Any]) -> Any:
        """A function of registers of `size` lanes, for each such part of longer ones."""
        results = []
        for start in range(0, self.count, size):
            places = ir.Constant(ir.VectorType(INTEGER_32, size), list(range(start, start + size)))
            results.append(function([self.builder.shuffle_vector(o, o, places) for o in operands]))
        while len(results) > 1:
            size *= 2
            places = ir.Constant(ir.VectorType(INTEGER_32, size), list(range(size)))
            results = [
                self.builder.shuffle_vector(a, b, places) for a, b in zip(results[::2], results[1::2], strict=True)
            ]
        return results[0]

    def exponent_and_mantissa(self, x: Any) -> tuple[Any, Any]:
        """A whole n, and m from sqrt(1/2) to sqrt(2), of which a positive normal x is m * 2 ** n."""
        build, integers = self.builder, self.of(INTEGER)
        bits = build.bitcast(self.number(x), integers)
        # what is added carries into the exponent from sqrt(1/2) on
        carried = build.add(bits, self.constant(INTEGER, BITS_OF_ONE - BITS_OF_SQRT_HALF))
        exponent = build.lshr(carried, self.constant(INTEGER, MANTISSA_BITS))
        exponent = build.bitcast(build.or_(exponent, self.constant(INTEGER, BITS_OF_TWO_TO_52)), self.type)
        n = build.fsub(exponent, self.number(2.0**52 + 1023.0))
        excess = build.sub(
            build.and_(carried, self.constant(INTEGER, EXPONENT_MASK)), self.constant(INTEGER, BITS_OF_ONE)
        )
        return n, build.bitcast(build.sub(bits, excess), self.type)

    def library(self, name: str, x: Any) -> Any:
        """The platform's own function of this name, for each lane in its turn."""
        single = Lanes(self.builder, 1)
        return self.lane_by_lane(lambda parts: single.intrinsic(name, *parts), [self.number(x)])


def arithmetic(name: str) -> Callable[..., Any]:
    """The instruction of this name between two numbers."""

    def emit(lanes: Lanes, a: Any, b: Any) -> Any:
        build = lanes.builder
        instructions = {"fadd": build.fadd, "fsub": build.fsub, "fmul": build.fmul, "fdiv": build.fdiv}
        return instructions[name](lanes.number(a), lanes.number(b))

    return emit


def intrinsic(name: str) -> Callable[..., Any]:
    """The function of LLVM's own of this name."""
    return lambda lanes, *operands: lanes.intrinsic(name, *operands)


#: What each instruction that machines have is emitted as.
NATIVE: dict[str, Callable[..., Any]] = {
    **{name: arithmetic(name) for name in ("fadd", "fsub", "fmul", "fdiv")},
    **{name: intrinsic(name) for name in ("fabs", "floor", "ceil", "trunc", "roundeven", "copysign", "sqrt")},
    "fneg": lambda lanes, x: lanes.builder.fneg(lanes.number(x)),
    "select": lambda lanes, condition, a, b: lanes.choose(lanes.truth(condition), a, b),
    "isnan": lambda lanes, x: lanes.compare("!=", x, x),
    "isinf": lambda lanes, x: lanes.compare("==", lanes.intrinsic("fabs", x), math.inf),
    "isfinite": lambda lanes, x: lanes.compare("<", lanes.intrinsic("fabs", x), math.inf),
}

#: What each step of `kernels/machine.py` is emitted as.
STEPS: dict[Callable[..., Any], Callable[..., Any]] = {
    machine.fused_multiply_add: intrinsic("fma"),
    machine.power_of_two: Lanes.power_of_two,
    machine.scaled_by_power_of_two: Lanes.scaled_by_power_of_two,
    machine.library_sine: lambda lanes, x: lanes.library("sin", x),
    machine.library_cosine: lambda lanes, x: lanes.library("cos", x),
    machine.library_tangent: lambda lanes, x: lanes.library("tan", x),
    machine.exponent_and_mantissa: Lanes.exponent_and_mantissa,
}
