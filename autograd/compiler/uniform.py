"""Code for the families that are the same for all samples: members, or the operands of a sum, in the lanes."""

from collections.abc import Callable
from functools import partial
from typing import Any

from autograd.compiler.code import Code, Count, Places, number
from autograd.compiler.gather import GatherCode
from autograd.compiler.memory import Memory, Reader
from autograd.compiler.program import OF_ALL_SAMPLES, Family, Fold, Gather, Map, Piece, Sum
from autograd.compiler.section import NOTHING, evaluated
from autograd.compiler.translate import Functions

MEMBERS, OPERANDS = 0, 1  # the two axes of a sum


class UniformCode:
    """Writes the code of uniform families."""

    def __init__(self, code: Code, memory: Memory, functions: Functions) -> None:
        self.code = code
        self.memory = memory
        self.functions = functions
        self.lanes = memory.lanes

    def family(self, family: Family) -> None:
        """Compute all members, except those that are sums over samples."""
        for piece in family.pieces:
            body = piece.body
            if isinstance(body, OF_ALL_SAMPLES):
                continue
            if isinstance(body, Gather):
                self._gather(family, piece, body)
                continue
            if isinstance(body, Sum) and self._is_long(body, len(piece.members)):
                self._long_sums(family, piece, body)
                continue
            readers = [Reader(self.code, self.memory, ref) for ref in body.refs()]
            self._members(family, piece, partial(self._value, body, readers))

    def _is_long(self, body: Sum, members: int) -> bool:
        """Whether a sum has few members and so many operands that these are better put into the lanes."""
        return members < self.lanes and any(t.factors[0].index.shape[1] >= 2 * self.lanes for t in body.terms)

    def _members(self, family: Family, piece: Piece, value: Callable[[Count, int], Any]) -> None:
        """Compute `value(i, lanes)`, which gives as many members as there are lanes, for all members."""
        members = Places(self.code, piece.members)

        def store(i: Count, lanes: int) -> None:
            self._store(family, members, i, value(i, lanes), lanes)

        self.code.in_lanes(len(piece.members), self.lanes, store)

    def _store(self, family: Family, members: Places, i: Count, value: Any, lanes: int) -> None:
        code, memory, offset = self.code, self.memory.pointers["memory"], self.memory.offset[family]
        if lanes == 1 or members.step(MEMBERS) == 1:
            code.store(value, memory, code.plus(members.at(i), offset))
            return
        for lane in range(lanes):
            number_there = code.builder.extract_element(value, code.whole(lane))
            code.store(number_there, memory, code.plus(members.at(code.plus(i, lane)), offset))

    def _gather(self, family: Family, piece: Piece, body: Gather) -> None:
        gather, index = GatherCode(self.code, self.memory, body), Reader(self.code, self.memory, body.index)
        self._members(family, piece, lambda i, lanes: gather.of_members(i, index.along(MEMBERS, i, 0, lanes), lanes))

    def _value(self, body: Map | Sum | Fold, readers: list[Reader], i: Count, lanes: int) -> Any:
        if isinstance(body, Map):
            operands = [reader.along(MEMBERS, i, 0, lanes) for reader in readers]
            return evaluated(self.code, self.functions, body.expression, operands, lanes)
        if isinstance(body, Fold):
            return self._folded(body, readers[0], i, lanes)
        return self._summed(body, readers, i, lanes)

    def _folded(self, body: Fold, reader: Reader, i: Count, lanes: int) -> Any:
        def next_one(k: Count, so_far: list[Any]) -> list[Any]:
            operand = reader.along(MEMBERS, i, self.code.plus(k, 1), lanes)
            return [self.functions.call(self.code.builder, body.row, so_far[0], operand)]

        first = reader.along(MEMBERS, i, 0, lanes)
        return self.code.loop(body.operand.index.shape[1] - 1, next_one, [first])[0]

    def _summed(self, body: Sum, readers: list[Reader], i: Count, lanes: int) -> Any:
        total = number(NOTHING, lanes)
        left = iter(readers)
        for term in body.terms:
            mine = [next(left) for _ in term.factors]

            def add(
                k: Count, so_far: list[Any], mine: list[Reader] = mine, negative: bool = term.negative
            ) -> list[Any]:
                factors = [reader.along(MEMBERS, i, k, lanes) for reader in mine]
                return [self.code.added(so_far[0], factors, negative)]

            (total,) = self.code.loop(term.factors[0].index.shape[1], add, [total])
        return self.code.from_zero(total) if body.from_zero else total

    def _long_sums(self, family: Family, piece: Piece, body: Sum) -> None:
        """Sums with their operands in the lanes: the lanes are added up at the end."""
        members = Places(self.code, piece.members)
        terms = [(t, [Reader(self.code, self.memory, factor) for factor in t.factors]) for t in body.terms]

        def one_member(i: Count, _: Any) -> None:
            total, wide = number(NOTHING), number(NOTHING, self.lanes)
            for term, readers in terms:
                whole, rest = divmod(term.factors[0].index.shape[1], self.lanes)

                def in_lanes(
                    k: Count, so_far: list[Any], term: Any = term, readers: list[Reader] = readers
                ) -> list[Any]:
                    start = self.code.times(k, self.lanes)
                    factors = [reader.along(OPERANDS, i, start, self.lanes) for reader in readers]
                    return [self.code.added(so_far[0], factors, term.negative)]

                def one(
                    k: Count, so_far: list[Any], term: Any = term, readers: list[Reader] = readers, whole: int = whole
                ) -> list[Any]:
                    factors = [reader.scalar(i, self.code.plus(k, whole * self.lanes)) for reader in readers]
                    return [self.code.added(so_far[0], factors, term.negative)]

                (wide,) = self.code.loop(whole, in_lanes, [wide])
                (total,) = self.code.loop(rest, one, [total])
            total = self.code.builder.fadd(self.code.horizontal_sum(wide), total)
            self._store(family, members, i, self.code.from_zero(total) if body.from_zero else total, 1)

        self.code.loop(len(piece.members), one_member)
