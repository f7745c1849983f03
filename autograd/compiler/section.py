"""Code for one block of samples: the families of a section, with the samples in the lanes of vectors."""

from functools import cache
from typing import Any

from autograd.compiler.code import F64, Code, Count, Places, Tables, ir, number
from autograd.compiler.gather import GatherCode
from autograd.compiler.memory import Memory, Reader
from autograd.compiler.program import Family, Fold, Gather, Map, Piece, Sum, Term
from autograd.compiler.symbols import Apply, At, Expression, slope_expression
from autograd.compiler.translate import Functions
from autograd.primitives import Primitive

ACCUMULATORS = 16  # sums that are kept in registers at a time
UNROLLED = 4  # so many products are written out instead of in a loop
NOTHING = -0.0  # what a sum begins with: added to any number, it gives that number


class SectionCode:
    """Writes the code of a block; `vectors` is how many vectors of samples are in a full one."""

    def __init__(self, code: Code, memory: Memory, functions: Functions) -> None:
        self.code = code
        self.memory = memory
        self.functions = functions
        self.lanes = memory.lanes
        self.vectors = memory.width // memory.lanes

    def family(self, family: Family) -> None:
        """Compute all members for all samples of the block."""
        for piece in family.pieces:
            if isinstance(piece.body, Sum):
                self._sum(family, piece, piece.body)
            elif isinstance(piece.body, Map):
                self._map(family, piece, piece.body)
            elif isinstance(piece.body, Fold):
                self._fold(family, piece, piece.body)
            elif isinstance(piece.body, Gather):
                self._gather(family, piece, piece.body)

    def reader(self, ref: Any) -> Reader:
        return Reader(self.code, self.memory, ref)

    def _store(self, family: Family, members: Places, i: Count, v: Count, vector: Any) -> None:
        code = self.code
        row = code.plus(code.times(members.at(i), self.memory.width), self.memory.offset[family])
        place = code.plus(row, code.times(v, self.lanes))
        code.store(vector, self.memory.pointers["block"], place, align=8 * self.lanes)

    def _map(self, family: Family, piece: Piece, body: Map) -> None:
        members = Places(self.code, piece.members)
        readers = [self.reader(ref) for ref in body.operands]
        alike = [not reader.in_section and reader.same_for_all_members() for reader in readers]
        once = [reader.vector(0, 0, 0) if same else None for reader, same in zip(readers, alike, strict=True)]

        def one_member(i: Count, _: Any) -> None:
            for v in range(self.vectors):
                pairs = zip(readers, once, strict=True)
                operands = [reader.vector(i, 0, v) if known is None else known for reader, known in pairs]
                self._store(family, members, i, v, self.evaluate(body.expression, operands))

        self.code.loop(len(piece.members), one_member)

    def evaluate(self, expression: Expression, operands: list[Any]) -> Any:
        """The value of an expression of rows in every lane."""
        return evaluated(self.code, self.functions, expression, operands, self.lanes)

    def _fold(self, family: Family, piece: Piece, body: Fold) -> None:
        members = Places(self.code, piece.members)
        reader = self.reader(body.operand)
        width = body.operand.index.shape[1]

        def one_member(i: Count, _: Any) -> None:
            def one_vector(v: Count, _: Any) -> None:
                def next_one(k: Count, so_far: list[Any]) -> list[Any]:
                    operand = reader.vector(i, self.code.plus(k, 1), v)
                    return [self.functions.call(self.code.builder, body.row, so_far[0], operand)]

                (result,) = self.code.loop(width - 1, next_one, [reader.vector(i, 0, v)])
                self._store(family, members, i, v, result)

            self.code.loop(self.vectors, one_vector)

        self.code.loop(len(piece.members), one_member)

    def _gather(self, family: Family, piece: Piece, body: Gather) -> None:
        members, index = Places(self.code, piece.members), self.reader(body.index)
        gather = GatherCode(self.code, self.memory, body)

        def one_member(i: Count, _: Any) -> None:
            def one_vector(v: Count, _: Any) -> None:
                self._store(family, members, i, v, gather.of_samples(i, index.vector(i, 0, v), v, self.lanes))

            self.code.loop(self.vectors, one_vector)

        self.code.loop(len(piece.members), one_member)

    # Sums of products, a tile of members at a time

    def _sum(self, family: Family, piece: Piece, body: Sum) -> None:
        members = Places(self.code, piece.members)
        terms = [(term, [self.reader(factor) for factor in term.factors]) for term in body.terms]
        count = len(piece.members)
        tile = tile_of(count, ACCUMULATORS // self.vectors)

        def one_tile(t: Count, size: int) -> None:
            places = [self.code.plus(self.code.times(t, tile), r) for r in range(size)]
            for i, sums in zip(places, self._sums(places, terms, body.from_zero), strict=True):
                for v, vector in enumerate(sums):
                    self._store(family, members, i, v, vector)

        self.code.loop(count // tile, lambda t, _: one_tile(t, tile))
        if count % tile:
            one_tile(count // tile, count % tile)

    def _sums(self, places: list[Count], terms: list[tuple[Term, list[Reader]]], from_zero: bool) -> list[list[Any]]:
        """The sums of all terms for a few members: for each, its vectors."""
        sums = [number(NOTHING, self.lanes)] * (len(places) * self.vectors)
        for term, readers in terms:
            width = term.factors[0].index.shape[1]

            def add(k: Count, so_far: list[Any], term: Term = term, readers: list[Reader] = readers) -> list[Any]:
                return self._add_products(places, k, so_far, term, readers)

            split = 4 if len(sums) <= ACCUMULATORS // 4 else 2 if len(sums) < ACCUMULATORS // 2 else 1
            if width <= UNROLLED or split == 1:
                sums = self._in_order(width, add, sums)
            else:
                sums = self._in_parts(width, split, add, sums)
        if from_zero:
            sums = [self.code.from_zero(total) for total in sums]
        return [sums[r * self.vectors : (r + 1) * self.vectors] for r in range(len(places))]

    def _in_order(self, width: int, add: Any, sums: list[Any]) -> list[Any]:
        if width > UNROLLED:
            return self.code.loop(width, add, sums)
        for k in range(width):
            sums = add(k, sums)
        return sums

    def _in_parts(self, width: int, split: int, add: Any, sums: list[Any]) -> list[Any]:
        """The same in 2 or 4 sums side by side, so that no addition waits for the one before."""
        size = len(sums)
        nothing = [number(NOTHING, self.lanes)] * size * (split - 1)

        def add_each(step: Count, so_far: list[Any]) -> list[Any]:
            parts = [so_far[q * size : (q + 1) * size] for q in range(split)]
            start = self.code.times(step, split)
            return [s for q, part in enumerate(parts) for s in add(self.code.plus(start, q), part)]

        flat = self.code.loop(width // split, add_each, [*sums, *nothing])
        parts = [flat[q * size : (q + 1) * size] for q in range(split)]
        for q in range(width % split):
            parts[q] = add(width - width % split + q, parts[q])
        while len(parts) > 1:
            half = len(parts) // 2
            parts = [
                [self.code.builder.fadd(a, b) for a, b in zip(parts[q], parts[q + half], strict=True)]
                for q in range(half)
            ]
        return parts[0]

    def _add_products(
        self, places: list[Count], k: Count, so_far: list[Any], term: Term, readers: list[Reader]
    ) -> list[Any]:
        code, vectors = self.code, self.vectors
        read: list[list[list[Any]]] = []
        for reader in readers:
            if reader.same_for_all_members():
                read.append([reader.vectors(places[0], k, vectors)] * len(places))
            else:
                read.append([reader.vectors(i, k, vectors) for i in places])
        results = []
        for r in range(len(places)):
            for v in range(vectors):
                total = so_far[r * vectors + v]
                results.append(code.added(total, [of_factor[r][v] for of_factor in read], term.negative))
        return results


def tile_of(count: int, most: int) -> int:
    """How many members are computed together: as many as divide them evenly, or else `most` and a rest.

    >>> tile_of(16, 4), tile_of(10, 4), tile_of(7, 4), tile_of(1, 8)
    (4, 2, 4, 1)
    """
    best = max((t for t in range(1, most + 1) if count % t == 0), default=1)
    return best if best * 2 >= min(most, count) else min(most, count)


def evaluated(code: Code, functions: Functions, expression: Expression, operands: list[Any], lanes: int) -> Any:
    """The value of an expression of rows; the same part is computed once."""
    known: dict[Expression, Any] = {}

    def value(part: Expression) -> Any:
        if isinstance(part, Apply):
            if part not in known:
                arguments = [value(argument) for argument in part.arguments]
                if all(isinstance(argument, float) for argument in arguments):
                    known[part] = part.row.function(*arguments)
                else:
                    known[part] = functions.call(code.builder, part.row, *arguments)
            return known[part]
        return operands[part.place] if isinstance(part, At) else part

    result = value(expression)
    return number(result, lanes) if isinstance(result, float) else result


@cache
def is_translatable(row: Primitive) -> bool:
    """Whether machine code can be made of a row and its slopes: of all in the library, and of most others.

    >>> from autograd.primitives import tanh
    >>> is_translatable(tanh)
    True
    """
    if row.__module__ == Primitive.__module__:
        return True
    count = len(row.parameters)
    module = ir.Module()
    function = ir.Function(module, ir.FunctionType(F64, [F64] * (count + 1)), "valuegrad_trial")
    code, functions = Code(function, Tables(), None), Functions(module, 1)
    try:
        slopes = [slope_expression(row, place) for place in range(count)]
        for expression in (Apply(row, tuple(map(At, range(1, count + 1)))), *slopes):
            evaluated(code, functions, expression, list(function.args), 1)
    except Exception:  # also whatever a slope raises that was written for floats alone
        return False
    return True
