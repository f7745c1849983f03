"""Writing LLVM instructions: loops, vectors, and places in memory that follow a pattern."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.compiler.engine import fuses, load_llvm
from autograd.compiler.program import Array

ir, _ = load_llvm()
F64, I64, I32 = ir.DoubleType(), ir.IntType(64), ir.IntType(32)
POINTER = ir.PointerType()
WORD = 8  # bytes of a double

#: A whole number known when the code is written, or one known when it runs.
Count = Any


def vector_of(lanes: int) -> Any:
    """The type of so many doubles; one is a double."""
    return F64 if lanes == 1 else ir.VectorType(F64, lanes)


def number(value: float, lanes: int = 1) -> Any:
    """A constant in every lane."""
    return ir.Constant(F64, value) if lanes == 1 else ir.Constant(vector_of(lanes), [ir.Constant(F64, value)] * lanes)


class Tables:
    """Places that follow no pattern, as one array of 32-bit integers that the code reads."""

    def __init__(self) -> None:
        self.parts: list[Array] = []
        self.size = 0

    def add(self, places: Array) -> int:
        """Where in the array these places begin."""
        start = self.size
        self.parts.append(np.ascontiguousarray(places, dtype=np.int32).ravel())
        self.size += places.size
        return start

    def array(self) -> Array:
        """All tables, one after the other."""
        return np.concatenate([*self.parts, np.zeros(1, dtype=np.int32)])


def pattern(places: Array) -> tuple[int, int, int] | None:
    """(start, step, inner step) with places[i, k] = start + step * i + inner step * k; None if there is none.

    >>> pattern(np.array([[3, 4], [8, 9]])), pattern(np.array([[3, 4], [9, 8]]))
    ((3, 5, 1), None)
    """
    start = int(places[0, 0])
    step = int(places[1, 0]) - start if places.shape[0] > 1 else 0
    inner = int(places[0, 1]) - start if places.shape[1] > 1 else 0
    rows, columns = np.arange(places.shape[0])[:, None], np.arange(places.shape[1])[None, :]
    return (start, step, inner) if np.array_equal(start + step * rows + inner * columns, places) else None


class Places:
    """The places that a reference reads: of member i and, in a sum, its k-th operand.

    pattern  as above, or None where a table is read
    """

    def __init__(self, code: "Code", index: Array) -> None:
        self.code = code
        self.index = index if index.ndim == 2 else index[:, None]
        self.pattern = pattern(self.index)
        self.table = code.tables.add(self.index) if self.pattern is None else 0

    def at(self, i: Count, k: Count = 0) -> Count:
        """The place for member i and operand k."""
        code = self.code
        if self.pattern is not None:
            start, step, inner = self.pattern
            return code.plus(code.plus(start, code.times(i, step)), code.times(k, inner))
        entry = code.plus(code.plus(self.table, code.times(i, self.index.shape[1])), k)
        return code.builder.sext(code.load(code.table_pointer, entry, I32), I64)

    def step(self, axis: int) -> int | None:
        """How far apart the places are along members (0) or operands (1); None where a table is read."""
        if self.pattern is None:
            return None
        return self.pattern[1 + axis] if self.index.shape[axis] > 1 else 0


class Code:
    """A function being written.

    tables and table_pointer say where `Places` without a pattern are read
    """

    def __init__(self, function: Any, tables: Tables, table_pointer: Any) -> None:
        self.function = function
        self.builder = ir.IRBuilder(function.append_basic_block())
        self.tables = tables
        self.table_pointer = table_pointer

    # Whole numbers, folded where both are known

    def whole(self, n: Count) -> Any:
        """A count as an LLVM value."""
        return ir.Constant(I64, n) if isinstance(n, int) else n

    def plus(self, a: Count, b: Count) -> Count:
        if isinstance(a, int) and isinstance(b, int):
            return a + b
        if isinstance(b, int) and b == 0:
            return a
        if isinstance(a, int) and a == 0:
            return b
        return self.builder.add(self.whole(a), self.whole(b), flags=("nsw",))

    def times(self, a: Count, b: Count) -> Count:
        if isinstance(a, int) and isinstance(b, int):
            return a * b
        if (isinstance(a, int) and a == 0) or (isinstance(b, int) and b == 0):
            return 0
        if isinstance(b, int) and b == 1:
            return a
        if isinstance(a, int) and a == 1:
            return b
        return self.builder.mul(self.whole(a), self.whole(b), flags=("nsw",))

    # Memory

    def address(self, pointer: Any, place: Count, kind: Any = F64) -> Any:
        return self.builder.gep(pointer, [self.whole(place)], inbounds=True, source_etype=kind)

    def load(self, pointer: Any, place: Count, kind: Any = F64, lanes: int = 1, align: int = WORD) -> Any:
        """One number, or as many as there are lanes, from `place` on."""
        wanted = kind if lanes == 1 else vector_of(lanes)
        return self.builder.load(self.address(pointer, place, kind), typ=wanted, align=4 if kind is I32 else align)

    def store(self, value: Any, pointer: Any, place: Count, align: int = WORD) -> None:
        self.builder.store(value, self.address(pointer, place), align=align)

    def splat(self, value: Any, lanes: int) -> Any:
        """A number in every lane."""
        if lanes == 1:
            return value
        kind = ir.VectorType(value.type, lanes)
        if isinstance(value, ir.Constant):
            return ir.Constant(kind, [value] * lanes)
        nothing = ir.Constant(kind, ir.Undefined)
        one = self.builder.insert_element(nothing, value, ir.Constant(I32, 0))
        return self.builder.shuffle_vector(one, nothing, ir.Constant(ir.VectorType(I32, lanes), [0] * lanes))

    def strided(self, pointer: Any, place: Count, step: int, lanes: int) -> Any:
        """As many numbers as there are lanes, `step` apart."""
        if lanes == 1:
            return self.load(pointer, place)
        if step == 1:
            return self.load(pointer, place, lanes=lanes)
        if step == 0:
            return self.splat(self.load(pointer, place), lanes)
        return self.gathered([self.load(pointer, self.plus(place, step * lane)) for lane in range(lanes)])

    def gathered(self, numbers: Sequence[Any]) -> Any:
        """Numbers as the lanes of a vector; one is itself."""
        if len(numbers) == 1:
            return numbers[0]
        result = ir.Constant(vector_of(len(numbers)), ir.Undefined)
        for lane, each in enumerate(numbers):
            result = self.builder.insert_element(result, each, ir.Constant(I32, lane))
        return result

    # Arithmetic

    def multiply_add(self, a: Any, b: Any, c: Any, negative: bool = False) -> Any:
        """c + a * b, or c - a * b, rounded once where the machine can."""
        if not fuses():
            product = self.builder.fmul(a, b)
            return self.builder.fsub(c, product) if negative else self.builder.fadd(c, product)
        kind = a.type
        name = f"llvm.fma.v{kind.count}f64" if isinstance(kind, ir.VectorType) else "llvm.fma.f64"
        fma = self.function.module.globals.get(name)
        if fma is None:
            fma = ir.Function(self.function.module, ir.FunctionType(kind, [kind] * 3), name)
        return self.builder.call(fma, [self.builder.fneg(a) if negative else a, b, c])

    def added(self, total: Any, factors: Sequence[Any], negative: bool) -> Any:
        """total with the product of one or two factors added to it, or subtracted from it."""
        if len(factors) == 2:
            return self.multiply_add(factors[0], factors[1], total, negative)
        return self.builder.fsub(total, factors[0]) if negative else self.builder.fadd(total, factors[0])

    def from_zero(self, total: Any) -> Any:
        """A total that began with 0.0: not the -0.0 that products come to which underflow and are not rounded alone."""
        lanes = total.type.count if isinstance(total.type, ir.VectorType) else 1
        return self.builder.fadd(total, number(0.0, lanes))

    def horizontal_sum(self, vector: Any) -> Any:
        """The sum of all lanes, in pairs."""
        lanes = vector.type.count if isinstance(vector.type, ir.VectorType) else 1
        while lanes > 1:
            half = lanes // 2
            kind = ir.VectorType(I32, half)
            low = self.builder.shuffle_vector(vector, vector, ir.Constant(kind, list(range(half))))
            high = self.builder.shuffle_vector(vector, vector, ir.Constant(kind, list(range(half, lanes))))
            vector, lanes = self.builder.fadd(low, high), half
        return self.builder.extract_element(vector, ir.Constant(I32, 0)) if vector.type != F64 else vector

    # Loops

    def in_lanes(self, count: int, lanes: int, body: Callable[[Count, int], None]) -> None:
        """Run `body(i, lanes)` for as many at a time as there are lanes, and `body(i, 1)` for each of the rest."""
        whole, rest = divmod(count, lanes)
        self.loop(whole, lambda step, _: body(self.times(step, lanes), lanes))
        self.loop(rest, lambda step, _: body(self.plus(step, whole * lanes), 1))

    def loop(
        self, count: Count, body: Callable[[Any, list[Any]], Sequence[Any] | None], carried: Sequence[Any] = ()
    ) -> list[Any]:
        """Run `body(i, carried)` for i = 0, 1, ... count - 1; it gives what is carried into the next round."""
        if isinstance(count, int) and count <= 1:
            return list(body(0, list(carried)) or ()) if count else list(carried)
        builder = self.builder
        before = builder.block
        inside, after = self.function.append_basic_block(), self.function.append_basic_block()
        if isinstance(count, int):
            builder.branch(inside)
        else:
            builder.cbranch(builder.icmp_signed(">", count, self.whole(0)), inside, after)
        builder.position_at_end(inside)
        i = builder.phi(I64)
        i.add_incoming(self.whole(0), before)
        slots = [builder.phi(value.type) for value in carried]
        for slot, value in zip(slots, carried, strict=True):
            slot.add_incoming(value, before)
        results = list(body(i, slots) or ())
        following = builder.add(i, self.whole(1), flags=("nsw",))
        end = builder.block
        i.add_incoming(following, end)
        for slot, value in zip(slots, results, strict=True):
            slot.add_incoming(value, end)
        builder.cbranch(builder.icmp_signed("<", following, self.whole(count)), inside, after)
        builder.position_at_end(after)
        if isinstance(count, int):
            return results
        finals = [builder.phi(value.type) for value in carried]
        for final, value, result in zip(finals, carried, results, strict=True):
            final.add_incoming(value, before)
            final.add_incoming(result, end)
        return finals
