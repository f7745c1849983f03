"""Random graphs as recipes: steps that name a row and, for each operand, an earlier result or a constant.

A recipe is drawn together with its numbers, so that every operand lies where its row is wanted. It can be followed by
any engine that has the rows.
"""

import math
import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from autograd import primitives as ops
from autograd.primitives import Interval, Primitive, flat
from autograd.value import Value

STEPS = 12  # at most
LEAVES = 4
OPERANDS_OF_A_SEQUENCE = 4


class Step(NamedTuple):
    """One operation of a recipe; an operand is the place of an earlier result, a constant, or a tuple of these."""

    row: Primitive
    operands: tuple[Any, ...]


class Fixed(NamedTuple):
    """An interval for an operand that is always a constant."""

    low: float
    high: float


class Recipe(NamedTuple):
    """A graph, as how to make it: the numbers of its leaves come first in the pool, then a result for each step."""

    leaves: list[float]
    steps: list[Step]

    def joined(self) -> list[Step]:
        """The steps, and after them the sum of all results that no step uses, if there are several.

        >>> [str(step.row) for step in Recipe([1.0, 2.0], [Step(ops.exp, (0,))]).joined()]
        ['exp', 'sum']
        """
        used = {place for step in self.steps for place in flat(step.operands) if type(place) is int}
        loose = tuple(place for place in range(len(self.leaves) + len(self.steps)) if place not in used)
        return self.steps if len(loose) == 1 else [*self.steps, Step(ops.sum, (loose,))]

    def followed(self, leaf: Callable[[float], Any], apply: Callable[[Primitive, list[Any]], Any]) -> list[Any]:
        """The leaves and every result in order, the root last, made by an engine.

        >>> Recipe([2.0], [Step(ops.exp, (0,)), Step(ops.mul, (0, 1))]).followed(str, lambda row, operands: str(row))
        ['2.0', 'exp', 'mul']
        """
        pool = [leaf(x) for x in self.leaves]
        for step in self.joined():
            pool.append(apply(step.row, [at_place(o, pool) for o in step.operands]))
        return pool


def at_place(operand: Any, pool: Sequence[Any]) -> Any:
    """What an operand of a step stands for.

    >>> at_place((0, 2, 0.5), ["a", "b", "c"])
    ('a', 'c', 0.5)
    """
    if isinstance(operand, tuple):
        return tuple(at_place(o, pool) for o in operand)
    return pool[operand] if type(operand) is int else operand


def made(recipe: Recipe) -> tuple[list[Value], list[Value]]:
    """The leaves, and all values in order, the root last.

    >>> leaves, pool = made(Recipe([2.0], [Step(ops.mul, (0, 0))]))
    >>> pool[-1].backward()
    >>> leaves[0].grad
    4.0
    """
    pool = recipe.followed(Value, lambda row, operands: row(*operands))
    return pool[: len(recipe.leaves)], pool


def accept_all(row: Primitive, operands: list[Any]) -> bool:
    """True: nothing is refused."""
    return True


class Drawing(NamedTuple):
    """What graphs are drawn from: rows with an interval for each operand, leaves, constants, and what is refused."""

    rows: dict[Primitive, tuple[Interval, ...]]
    leaf: Callable[[random.Random], float]
    constant: Callable[[random.Random, Interval], float]
    accept: Callable[[Primitive, list[Any]], bool] = accept_all

    def recipe(self, rng: random.Random) -> Recipe:
        """A graph, each operand in the interval that belongs to its place.

        Deep where every step uses the last result, wide where none does; most are in between. A step that nothing
        fits, or that is refused, is left out.
        """
        numbers = [self.leaf(rng) for _ in range(rng.randint(1, LEAVES))]
        recipe = Recipe(list(numbers), [])
        deep = rng.random() < 0.5
        rows = list(self.rows)
        for _ in range(rng.randint(1, STEPS)):
            row = rng.choice(rows)
            operands = self.operands(rng, row, numbers, deep)
            at_point = [at_place(o, numbers) for o in operands]
            if any(type(o) is int for o in flat(operands)) and self.accept(row, at_point):
                recipe.steps.append(Step(row, operands))
                numbers.append(row.function(*at_point))
        return recipe

    def operands(self, rng: random.Random, row: Primitive, numbers: list[float], deep: bool) -> tuple[Any, ...]:
        """For each operand of a row the place of a number in its interval, or now and then a constant."""
        length = rng.randint(1, OPERANDS_OF_A_SEQUENCE) if True in row.sequences else 0
        operands: list[Any] = []
        for interval, is_sequence in zip(self.rows[row], row.sequences, strict=True):
            fitting = places_in(interval, numbers)
            if is_sequence:
                operands.append(tuple(self.operand(rng, fitting, interval) for _ in range(length)))
            elif deep and not operands and fitting:
                operands.append(fitting[-1])
            else:
                operands.append(self.operand(rng, fitting, interval))
        return tuple(operands)

    def operand(self, rng: random.Random, fitting: list[int], interval: Interval) -> Any:
        """One of the places that fit, or in one case of three, and where none does, a constant."""
        return rng.choice(fitting) if fitting and rng.random() < 2 / 3 else self.constant(rng, interval)


def places_in(interval: Interval, numbers: Iterable[float]) -> list[int]:
    """The places of the numbers that lie in an interval; none in a fixed one.

    >>> places_in((0.0, 1.0), [0.5, 2.0, 1.0]), places_in(Fixed(0.0, 1.0), [0.5])
    ([0, 2], [])
    """
    if type(interval) is Fixed:
        return []
    low, high = interval
    everywhere = low == -math.inf  # where a nan fits too
    return [i for i, x in enumerate(numbers) if everywhere or low <= x <= high]
