"""Recordings drawn at random, regular in parts, and numbers for their inputs: ordinary ones, and hard ones."""

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import primitives as rows
from autograd.compiler.recording import Recording, Reduction, Section
from autograd.value import Value, hold
from benchmarks.proof.own_rows import OWN_ROWS

SCALAR_ROWS = [row for row in OWN_ROWS if True not in row.sequences]
SEQUENCE_ROWS = [rows.sum, rows.mean, rows.prod, rows.max, rows.min, rows.norm, rows.logsumexp]
#: Numbers at which rows have kinks and poles, and numbers that overflow, underflow or are none.
HARD = [
    0.0, -0.0, math.inf, -math.inf, math.nan, 1e200, -1e200, 1e-200, 5e-324, -1e-310, 1.0, -1.0, 2.0, 0.5, -3.0, 1e155,
    -745.5, 710.0,
]  # fmt: skip


class Drawing:
    """Draws a recording: arrays of values made alike, and single values made anyhow, from earlier ones.

    The placeholders hold numbers, so that operations may be chosen whose results stay of a moderate size there.
    """

    def __init__(self, rng: random.Random, moderate: bool = True) -> None:
        self.rng = rng
        self.moderate = moderate
        self.weights: list[Value] = []

    def recording(self, sections: int, most: int = 4) -> Recording:
        """A recording of so many batches, each part of which grows in at most so many steps, or twice as many."""
        rng = self.rng
        single = rng.random() < 0.3
        arguments = self.leaves(rng.randint(0, 3))
        uniform = [arguments, self.shared(rng.randint(1, 5))]
        self.grow(uniform, rng.randint(0, most))
        found, reductions, per_sample = [], [], []
        for s in range(sections):
            inputs = self.leaves(rng.randint(1, 4))
            pool = [inputs, inputs, *uniform]
            self.grow(pool, rng.randint(1, 2 * most))
            outputs = [self.result(pool) for _ in range(rng.randint(1, 3))]
            found.append(Section(tuple(inputs), tuple(outputs)))
            for place, output in enumerate(outputs):
                use = "reduced" if single else rng.choice(["reduced", "reduced", "per sample", "both"])
                if use != "per sample":
                    reductions.append(Reduction(Value(output.data), rng.choice([rows.sum, rows.mean]), s, place))
                    uniform.append([reductions[-1].leaf])
                if use != "reduced":
                    per_sample.append((s, place))
            self.grow(uniform, rng.randint(0, 2))
        outputs = [self.result(uniform) for _ in range(rng.randint(1, 3))]
        outputs.append(rows.sum([outputs[0], *(reduction.leaf for reduction in reductions)]))
        wanted = outputs[-1:] if single else outputs
        return Recording(tuple(arguments), tuple(found), tuple(reductions), tuple(wanted), tuple(per_sample))

    def leaves(self, count: int) -> list[Value]:
        """So many new values, with ordinary numbers."""
        return [Value(self.number()) for _ in range(count)]

    def number(self) -> float:
        """An ordinary number; one in five is of a few that are equal now and then."""
        return self.rng.choice([0.5, 1.0, -1.0, 2.0]) if self.rng.random() < 0.2 else self.rng.uniform(-2.0, 2.0)

    def shared(self, count: int) -> list[Value]:
        """Captured values, of which some were used before."""
        new = self.leaves(count if self.rng.random() < 0.7 or not self.weights else 0)
        self.weights += new
        return new or [self.rng.choice(self.weights) for _ in range(count)]

    def grow(self, pool: list[list[Value]], steps: int) -> None:
        """Add the results of so many steps to a pool of arrays."""
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


def with_hard_numbers(given: tuple[Any, ...], share: float, rng: random.Random) -> tuple[Any, ...]:
    """The inputs, about such a share of them replaced by hard numbers; the seeds of results stay."""
    uniform, columns, *seeds = given

    def mixed(array: Any) -> Any:
        numbers = [rng.choice(HARD) if rng.random() < share else number for number in array.ravel().tolist()]
        return np.array(numbers, dtype=float).reshape(array.shape)

    return mixed(uniform), [mixed(array) for array in columns], *seeds
