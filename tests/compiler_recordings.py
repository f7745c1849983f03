"""Recordings drawn at random and one by hand, what they give, and how far from it a result may be."""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import numpy as np

from autograd import primitives as rows
from autograd.compiler import classes, interpret
from autograd.compiler.interpret import Interpreter
from autograd.compiler.program import Family, Fold, Gather, Map, OverSamples, Program, Ref, Scatter, Sum, Term
from autograd.compiler.recording import Recording, Reduction, Section
from autograd.compiler.symbols import Apply, At, Expression
from autograd.primitives import TABLE, Primitive
from autograd.value import Value, hold

SCALAR_ROWS = [row for row in TABLE.values() if True not in row.sequences and row.__module__ == "autograd.primitives"]
SEQUENCE_ROWS = [rows.sum, rows.mean, rows.prod, rows.max, rows.min, rows.norm, rows.logsumexp]
LINEAR = {rows.add, rows.sub, rows.sum, rows.mean, rows.dot}
#: Rows whose results are exact, whatever machine computes them.
EXACT = {rows.neg, rows.pos, rows.relu, rows.relu6, rows.hardtanh, rows.abs, rows.sign, rows.floor, rows.ceil,
         rows.round, rows.maximum, rows.minimum, rows.clip, rows.where, rows.greater, rows.greater_equal, rows.less,
         rows.less_equal, rows.equal, rows.not_equal, rows.max, rows.min}  # fmt: skip


# Recordings drawn at random: regular in parts, with weights that are used in many places


class Drawing:
    """Draws a recording: arrays of values made alike, and single values made anyhow, from earlier ones.

    The placeholders hold numbers, so that operations may be chosen whose results stay of a moderate size there.
    """

    def __init__(self, rng: random.Random, moderate: bool = True) -> None:
        self.rng = rng
        self.moderate = moderate
        self.weights: list[Value] = []

    def recording(self, sections: int, most: int = 4) -> Recording:
        rng = self.rng
        single = rng.random() < 0.3
        arguments = self.leaves(rng.randint(0, 3))
        uniform = [arguments, self.shared(rng.randint(1, 5))]
        self.grow([uniform], rng.randint(0, most))
        found, reductions, per_sample = [], [], []
        for s in range(sections):
            inputs = self.leaves(rng.randint(1, 4))
            pool = [inputs, inputs, *uniform]
            self.grow([pool], rng.randint(1, 2 * most))
            outputs = [self.result(pool) for _ in range(rng.randint(1, 3))]
            found.append(Section(tuple(inputs), tuple(outputs)))
            for place, output in enumerate(outputs):
                use = "reduced" if single else rng.choice(["reduced", "reduced", "per sample", "both"])
                if use != "per sample":
                    reductions.append(Reduction(Value(output.data), rng.choice([rows.sum, rows.mean]), s, place))
                    uniform.append([reductions[-1].leaf])
                if use != "reduced":
                    per_sample.append((s, place))
            self.grow([uniform], rng.randint(0, 2))
        outputs = [self.result(uniform) for _ in range(rng.randint(1, 3))]
        outputs.append(rows.sum([outputs[0], *(reduction.leaf for reduction in reductions)]))
        wanted = outputs[-1:] if single else outputs
        return Recording(tuple(arguments), tuple(found), tuple(reductions), tuple(wanted), tuple(per_sample))

    def leaves(self, count: int) -> list[Value]:
        return [Value(self.number()) for _ in range(count)]

    def number(self) -> float:
        return self.rng.choice([0.5, 1.0, -1.0, 2.0]) if self.rng.random() < 0.2 else self.rng.uniform(-2.0, 2.0)

    def shared(self, count: int) -> list[Value]:
        """Captured values, of which some were used before."""
        new = self.leaves(count if self.rng.random() < 0.7 or not self.weights else 0)
        self.weights += new
        return new or [self.rng.choice(self.weights) for _ in range(count)]

    def grow(self, pools: list[list[list[Value]]], steps: int) -> None:
        (pool,) = pools
        kinds = [self.pointwise, self.layer, self.written_out, self.convolution, self.reduced, self.scalar, self.signs]
        for _ in range(steps):
            for _ in range(5):
                made = self.rng.choice(kinds)(pool)
                if made and (not self.moderate or all(abs(v.data) < 1e3 for v in made)):
                    pool.append(made)
                    break

    def arranged(self, pool: list[list[Value]], count: int) -> list[Value]:
        """So many values of an earlier array: in order, with a stride, reversed, repeated or anyhow."""
        rng, source = self.rng, self.rng.choice(pool) or self.weights
        if not source:
            return self.shared(count)
        start, step = rng.randrange(len(source)), rng.choice([1, 1, 1, 0, 2, -1])
        if rng.random() < 0.2:
            return [rng.choice(source) for _ in range(count)]
        return [source[(start + step * k) % len(source)] for k in range(count)]

    def result(self, pool: list[list[Value]]) -> Value:
        """A value of a late array, or a sum that many arrays have a part in."""
        rng = self.rng
        if rng.random() < 0.3:
            return self.arranged(pool[-3:], 1)[0]
        parts = [rng.choice(array) for array in pool if array for _ in range(2)] or self.shared(1)
        return rows.mean(parts) if rng.random() < 0.5 else rows.dot(parts, self.shared(len(parts)))

    def pointwise(self, pool: list[list[Value]]) -> list[Value]:
        """One row on arrays, a constant among its operands now and then, and the same operand twice."""
        rng = self.rng
        row = rng.choice(SCALAR_ROWS)
        count = rng.choice([1, 2, 3, 4, 5, 8, 9, 17])
        operands: list[Sequence[Any]] = [self.arranged(pool, count) for _ in row.parameters]
        if len(operands) > 1 and rng.random() < 0.3:
            operands[rng.randrange(1, len(operands))] = [self.number()] * count
        if len(operands) > 1 and rng.random() < 0.1:
            operands[0] = operands[1]
        results = [row(*each) for each in zip(*operands, strict=True)]
        return results if all(isinstance(v, Value) for v in results) else []

    def layer(self, pool: list[list[Value]]) -> list[Value]:
        """A matrix product, a bias here and there."""
        rng = self.rng
        count, width = rng.choice([1, 2, 3, 5, 8, 9]), rng.choice([1, 2, 3, 5, 9, 18])
        x = self.arranged(pool, width)
        biases = self.shared(count) if rng.random() < 0.5 else [None] * count
        return [rows.dot(self.shared(width), x, bias) for bias in biases]

    def written_out(self, pool: list[list[Value]]) -> list[Value]:
        """Sums of products with operators, some subtracted."""
        rng = self.rng
        width, signs = rng.randint(1, 4), [rng.random() < 0.7 for _ in range(4)]
        made = []
        for _ in range(rng.randint(1, 4)):
            total = rng.choice(self.arranged(pool, 1))
            for k, (a, b) in enumerate(zip(self.arranged(pool, width), self.arranged(pool, width), strict=True)):
                total = total + a * b if signs[k] else total - a * b
            made.append(total * 0.5 if signs[0] else -total)
        return made

    def convolution(self, pool: list[list[Value]]) -> list[Value]:
        """A few weights that slide along an array."""
        weights, x = self.shared(self.rng.randint(1, 3)), self.arranged(pool, self.rng.randint(3, 12))
        return [rows.dot(weights, x[i : i + len(weights)]) for i in range(len(x) - len(weights) + 1)]

    def reduced(self, pool: list[list[Value]]) -> list[Value]:
        """A row of many operands on arrays, a constant and another kind among them now and then."""
        rng = self.rng
        row, width = rng.choice(SEQUENCE_ROWS), rng.choice([1, 2, 3, 5, 9, 17])
        made = []
        for _ in range(rng.randint(1, 3)):
            operands: list[Any] = self.arranged(pool, width)
            if rng.random() < 0.2:
                operands[rng.randrange(width)] = rng.choice([self.number(), rng.choice(self.arranged(pool, 1)).tanh()])
            made.append(row(operands))
        return [v for v in made if isinstance(v, Value)]

    def scalar(self, pool: list[list[Value]]) -> list[Value]:
        """One row on single values, or a value without its slope."""
        row = self.rng.choice(SCALAR_ROWS)
        operands = [self.rng.choice(self.arranged(pool, 1)) for _ in row.parameters]
        if self.rng.random() < 0.1 and operands[0]._row is not None:
            stopped = Value(operands[0].data)
            hold(stopped, rows.pos, (operands[0],), [None])
            return [stopped]
        return [row(*operands)]

    def signs(self, pool: list[list[Value]]) -> list[Value]:
        """Sums of sums, negated and subtracted."""
        a, b, c = (self.arranged(pool, 3) for _ in range(3))
        shapes: list[Callable[..., Any]] = [
            lambda x, y, z: -(x + y - z),
            lambda x, y, z: x - (y - (z + x)),
            lambda x, y, z: rows.sum([x, y, -z]) - (x + y),
            lambda x, y, z: rows.neg(-x) + rows.dot([y, z], [z, y], x) - x * y,
        ]
        shape = self.rng.choice(shapes)
        return [shape(*each) for each in zip(a, b, c, strict=True)]


def inputs_of(recording: Recording, samples: int, seed: int, spread: float = 0.3) -> tuple[Any, ...]:
    """Numbers for every input of a recording, near those of its placeholders, and seeds for its results."""
    rng = np.random.default_rng(seed)
    uniform = np.array([v.data for v in (*recording.arguments, *recording.captured)])
    columns = [
        np.array([v.data for v in section.inputs]) + spread * rng.normal(size=(samples, len(section.inputs)))
        for section in recording.sections
    ]
    seeds = rng.choice([1.0, -0.5, 0.25], size=len(recording.outputs))
    return uniform, columns, seeds, [rng.normal(size=samples) for _ in recording.per_sample]


# How far a result may be off: as far as it moves when every operation is rounded a little worse


@contextmanager
def worse_rounding(rng: random.Random) -> Iterator[None]:
    """Inside, the interpreter rounds each operation and each product of slopes at random, by about four places."""
    result_of, add, reduced = interpret.result_of, interpret.add, interpret.reduced

    def rounded(node: Value, operands: tuple[Any, ...]) -> float:
        result = result_of(node, operands)
        if node._row in EXACT:
            return result
        size = math.fabs(result)
        if node._row in LINEAR:
            size = sum(map(abs, rows.flat(operands))) if node._row is not rows.dot else math.fsum(
                [abs(w * x) for w, x in zip(*operands[:2], strict=True)] + [abs(operands[2] or 0.0)]
            )  # fmt: skip
        return result + rng.uniform(-1.0, 1.0) * (size * 1e-15 + 5e-324)

    def added(slopes: dict[int, float], node: Value, slope: float) -> None:
        add(slopes, node, slope * (1.0 + rng.uniform(-1e-15, 1e-15)))

    def rounded_reduction(row: Primitive, values: tuple[float, ...]) -> float:
        result = reduced(row, values)
        if row in EXACT:
            return result
        return result + rng.uniform(-1.0, 1.0) * max(map(abs, values), default=0.0) * len(values) * 1e-15

    with (
        patch.object(interpret, "result_of", rounded),
        patch.object(interpret, "add", added),
        patch.object(interpret, "reduced", rounded_reduction),
    ):
        yield


def flattened(results: tuple[Any, ...]) -> Any:
    """Outputs, results per sample, and slopes, as one array."""
    return np.concatenate([np.ravel(part) for part in (results[0], *results[1], results[2], *results[3])])


def expectation(recording: Recording, given: tuple[Any, ...], runs: int) -> tuple[Any, Any]:
    """What the interpreter gives, and how far from it another order of rounding may lead."""
    expected = flattened(Interpreter(recording).pull_back(*given))
    moved = []
    for k in range(runs):
        with worse_rounding(random.Random(k)):
            moved.append(flattened(Interpreter(recording).pull_back(*given)))
    with np.errstate(all="ignore"):
        spread = np.max([np.abs(each - expected) for each in moved], axis=0)
        return expected, 1e-12 * np.abs(expected) + 16.0 * spread + 1e-320


def agree(got: Any, recording: Recording, given: tuple[Any, ...]) -> None:
    """Every result that is finite, and stays so in worse rounding, is right: got is all of them, or the first ones.

    Where a few runs say otherwise, many are asked: rounding may decide a comparison of two sums that are equal.
    """
    for runs in (3, 30):
        expected, tolerance = (part[: len(got)] for part in expectation(recording, given, runs))
        finite = np.isfinite(expected) & np.isfinite(tolerance)
        with np.errstate(invalid="ignore"):
            wrong = finite & ~(np.abs(got - expected) <= tolerance)
        if not wrong.any():
            return
    raise AssertionError((np.flatnonzero(wrong), got[wrong], expected[wrong], tolerance[wrong]))


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
