"""A recording by hand, programs of families run without a machine, and what is asked of results that are finite."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import numpy as np

from autograd import primitives as rows
from autograd.compiler import classes
from autograd.compiler.interpret import Interpreter
from autograd.compiler.program import Family, Fold, Gather, Map, OverSamples, Program, Ref, Scatter, Sum, Term
from autograd.compiler.recording import Recording, Reduction, Section
from autograd.compiler.symbols import Apply, At, Expression
from autograd.primitives import Primitive
from autograd.value import Value
from benchmarks.proof.compiled.rounding import flattened, judged, worse_runs


def agree(got: Any, recording: Recording, given: tuple[Any, ...]) -> None:
    """Every result that is finite is right: got is all of them, or the first ones.

    Families may say inf for a nan, and the other way round: whoever runs them asks the tape then.
    """
    expected = flattened(Interpreter(recording).pull_back(*given))[: len(got)]
    verdict = judged(got, expected, lambda runs: [each[: len(got)] for each in worse_runs(recording, given, runs)])
    wrong = verdict.wrong[np.isfinite(expected[verdict.wrong])]
    assert not wrong.size, (wrong, got[wrong], expected[wrong])


@contextmanager
def any_number_of_families() -> Iterator[None]:
    """Inside, a recording is lifted also where it has little that is regular."""
    with patch.object(classes, "FEW_FAMILIES", classes.MOST_FAMILIES):
        yield


# A program of families without a machine: what a pass makes is held against the interpreter, before any code is written


class Numbers:
    """The numbers of all families of a program: an axis of samples, and one of members."""

    def __init__(self, program: Program, given: tuple[Any, ...], places: Sequence[tuple[int, int]]) -> None:
        uniform, columns, seeds, sample_seeds = given
        self.samples = [len(array) for array in columns]
        self.of: dict[Family, Any] = {}
        for family in program.families:
            if family.given is None:
                shape = (1 if family.space < 0 else self.samples[family.space], family.size)
                self.of[family] = np.full(shape, np.nan)
                for piece in family.pieces:
                    self.of[family][:, piece.members] = self.computed(piece.body)
                continue
            mine = [seed for (s, _), seed in zip(places, sample_seeds, strict=True) if s == family.space]
            self.of[family] = {
                "uniform": lambda: uniform[None, :],
                "columns": lambda s=family.space: columns[s],
                "seeds": lambda: seeds[None, :],
                "sample seeds": lambda mine=mine: np.stack(mine, axis=1),
                "constants": lambda table=family.given.table: table[None, :],
                "count": lambda s=family.given.table: np.array([[float(self.samples[s])]]),
            }[family.given.what]()

    def at(self, ref: Ref) -> Any:
        return self.of[ref.family][:, ref.index]

    def computed(self, body: Any) -> Any:
        if isinstance(body, Map):
            return self.value(body.expression, [self.at(ref) for ref in body.operands])
        if isinstance(body, Fold):
            operands = self.at(body.operand)
            result = operands[..., 0]
            for k in range(1, operands.shape[-1]):
                result = applied(body.row, result, operands[..., k])
            return result
        if isinstance(body, Gather):
            tables = [self.at(Ref(body.first.family, body.first.index + body.stride * k)) for k in range(body.length)]
            return applied(lambda index, *table: rows.take.function(table, index), self.at(body.index), *tables)
        if isinstance(body, Scatter):
            return self.scattered(body)
        assert isinstance(body, Sum | OverSamples)
        total: Any = -0.0 if isinstance(body, Sum) and not body.from_zero else 0.0
        for term in body.terms:
            total = in_order(self.products(term), -1, total)
        return in_order(total, 0, 0.0)[None] if isinstance(body, OverSamples) else total

    def scattered(self, body: Scatter) -> Any:
        """Every value of every sample, added at its index."""
        sums = np.zeros((body.tables.max() + 1, body.length))
        for values, indices in zip(self.at(body.values), self.at(body.index), strict=True):
            for table, value, index in zip(body.tables, values, indices, strict=True):
                if 0.0 <= index < body.length:
                    sums[table, int(index)] += value
        return sums.ravel()

    def products(self, term: Term) -> Any:
        product = self.at(term.factors[0])
        for factor in term.factors[1:]:
            product = product * self.at(factor)
        return -product if term.negative else product

    def value(self, expression: Expression, operands: list[Any]) -> Any:
        if isinstance(expression, Apply):
            return applied(expression.row, *(self.value(argument, operands) for argument in expression.arguments))
        return operands[expression.place] if isinstance(expression, At) else expression


def in_order(array: Any, axis: int, total: Any) -> Any:
    """The sum along an axis, from the first to the last, added to a total."""
    for k in range(array.shape[axis]):
        total = total + array.take(k, axis)
    return total


def applied(row: Any, *operands: Any) -> Any:
    """A row, or a function of numbers, on arrays of numbers."""
    function = row.function if isinstance(row, Primitive) else row
    return np.asarray(np.frompyfunc(function, len(operands), 1)(*operands), dtype=float)


def run(program: Program, recording: Recording, given: tuple[Any, ...]) -> Any:
    """What a program gives, as one array: outputs, results per sample, and slopes if it has any."""
    with np.errstate(all="ignore"):
        numbers = Numbers(program, given, recording.per_sample)
        values = [numbers.at(ref).ravel() for ref in (*program.outputs, *program.per_sample)]
        slopes = program.uniform_slopes
        values.append(np.zeros(len(given[0])) if slopes is None else numbers.of[slopes].ravel())
        for s, array in enumerate(given[1]):
            found = program.column_slopes[s] if s < len(program.column_slopes) else None
            values.append(np.zeros(array.size) if found is None else numbers.of[found].ravel())
    return np.concatenate(values)


# A recording by hand, in which every way of writing code is taken


def handmade() -> Recording:
    """Two batches, the second on what the first gave; grids of weights, tables, long sums, results per sample."""
    rng = random.Random(5)

    def leaves(count: int) -> list[Value]:
        return [Value(rng.uniform(-0.5, 0.5)) for _ in range(count)]

    arguments, x, u = leaves(2), leaves(7), leaves(3)
    first, second, kernel, long = [leaves(7) for _ in range(11)], leaves(11), leaves(3), leaves(37)
    hidden = [rows.tanh(rows.dot(w, x, bias)) for w, bias in zip(first, second, strict=True)]
    slid = [rows.dot(kernel, hidden[i : i + 3]) for i in range(9)]
    loss = rows.logsumexp(slid) + rows.dot(second, hidden) * arguments[0]
    leaf, mean = Value(1.0), Value(1.0)
    scale = rows.exp(mean * 0.1) + leaf * 0.01
    anyhow = [x_ * long[place] * scale for x_, place in zip(u * 3, (3, 1, 4, 1, 5, 9, 2, 6, 5), strict=True)]
    after = rows.max(anyhow) + rows.prod(u) * scale
    total = Value(1.0)
    penalty = rows.sum([v * v for v in long]) + rows.norm([v for w in first for v in w])
    return Recording(
        tuple(arguments),
        (Section(tuple(x), (loss, hidden[4])), Section(tuple(u), (after, anyhow[2], scale))),
        (Reduction(mean, rows.mean, 0, 0), Reduction(leaf, rows.sum, 0, 1), Reduction(total, rows.sum, 1, 0)),
        (total + penalty * arguments[1], mean * leaf, penalty),
        ((0, 1), (1, 1), (1, 2), (1, 1)),
    )
