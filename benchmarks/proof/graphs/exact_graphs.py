"""The exact value of every step of a graph, and its exact gradient, at the numbers that an engine recorded.

What "right" means here. The operations of a recorded graph are rounded, so its interior values are not those of
the function on real numbers, and where the function is ill-conditioned its exact gradient is far from any that
floats can give. But z = row(x, y) + d with a constant d describes exactly what was recorded, rounding included,
and the gradient of *that* function is the product of the exact slopes at the recorded operands. So the exact
derivatives are carried forward through the recorded numbers: no conditioning is left in the comparison, and the
allowance can be small. That every d is itself small (a few units in the last place) is held step by step.

The allowance is 64 epsilon times the sum over all paths of the absolute products of slopes. A graph has twelve
steps at most; each edge of a path may be off by four units in the last place of its slope (the limit
of row 4) and one rounding of the product, and the sums add a rounding for each path that joins.
"""

import math
import operator
import sys
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from mpmath import mpf

from benchmarks.proof.exact import REFERENCES, Reference, exactly
from benchmarks.proof.graphs.recipes import Recipe, Step
from benchmarks.proof.ulps import VALUE_LIMIT, listed

EPSILON = Fraction(sys.float_info.epsilon)
ALLOWED = 64 * EPSILON  # of the absolute adjoint
VALUE_ALLOWED = Fraction(VALUE_LIMIT) * EPSILON  # of the value, or of the terms that cancel in it
TINIEST = Fraction(5e-324)


class Arithmetic(NamedTuple):
    """Numbers without rounding, or with so little that it does not count, and the formulas of the rows in them."""

    number: Callable[[float], Any]
    references: Mapping[str, Reference]


def one(*operands: Fraction) -> int:
    return 1


def irrational(*operands: Fraction) -> Fraction:
    """No slope: an error, since no fraction is one."""
    raise ArithmeticError("the slope in an exponent is a logarithm: among fractions an exponent is a constant")


def dot_product(w: Sequence[Fraction], x: Sequence[Fraction], bias: Fraction) -> Fraction:
    return sum(map(operator.mul, w, x), bias)


def absolute_dot_product(w: Sequence[Fraction], x: Sequence[Fraction], bias: Fraction) -> Fraction:
    return dot_product(list(map(abs, w)), list(map(abs, x)), abs(bias))


def absolute_sum(values: Sequence[Fraction]) -> Fraction:
    return sum(map(abs, values), Fraction(0))


def products_without_each(values: Sequence[Fraction]) -> list[Fraction]:
    return [math.prod((*values[:i], *values[i + 1 :]), start=Fraction(1)) for i in range(len(values))]


#: Rational arithmetic in exact fractions. An exponent is a whole number, and a constant: the slope in it is not known.
RATIONAL = Arithmetic(
    Fraction,
    {
        "add": exactly(operator.add, one, one),
        "sub": exactly(operator.sub, one, lambda x, y: -1),
        "mul": exactly(operator.mul, lambda x, y: y, lambda x, y: x),
        "div": exactly(operator.truediv, lambda x, y: 1 / y, lambda x, y: -x / y**2),
        "neg": exactly(operator.neg, lambda x: -1),
        "pos": exactly(operator.pos, one),
        "relu": exactly(lambda x: max(x, Fraction(0)), lambda x: int(x > 0)),
        "power": exactly(lambda x, y: x ** int(y), lambda x, y: y * x ** int(y - 1) if y else 0, irrational),
        "sum": exactly(lambda values: sum(values, Fraction(0)), lambda v: [1 for _ in v], terms=absolute_sum),
        "mean": exactly(
            lambda values: sum(values, Fraction(0)) / len(values),
            lambda values: [Fraction(1, len(values)) for _ in values],
            terms=lambda values: absolute_sum(values) / len(values),
        ),
        "prod": exactly(lambda values: math.prod(values, start=Fraction(1)), products_without_each),
        "dot": exactly(dot_product, lambda w, x, b: x, lambda w, x, b: w, one, terms=absolute_dot_product),
    },
)

PRECISE = Arithmetic(mpf, REFERENCES)


class Edge(NamedTuple):
    """How fast a step grows with the value at one place; `absolute` is that with nothing cancelled within it."""

    place: int
    slope: Any
    absolute: Any


def edges(step: Step, operands: Sequence[Any], arithmetic: Arithmetic) -> list[Edge]:
    """The exact slope of a step in each operand that is no constant."""
    reference = arithmetic.references[step.row.name]
    terms = reference.slope_terms or (None,) * len(reference.slopes)
    found = []
    for places, slope, absolute in zip(step.operands, reference.slopes, terms, strict=True):
        if any(type(place) is int for place in listed(places)):
            slopes = listed(slope(*operands))
            sizes = map(abs, slopes) if absolute is None else listed(absolute(*operands))
            found += [Edge(*edge) for edge in zip(listed(places), slopes, sizes, strict=True) if type(edge[0]) is int]
    return found


class Growth(NamedTuple):
    """How fast a value grows with each leaf, exactly, and the same with nothing cancelled."""

    slope: list[Any]
    absolute: list[Any]


class Exact(NamedTuple):
    """What a graph gives: for each step its value and the size of what may cancel in it, and the root's growth."""

    values: list[Any]
    terms: list[Any]
    root: Growth


def exact_graph(recipe: Recipe, numbers: Sequence[float], arithmetic: Arithmetic) -> Exact:
    """The chain rule carried forward, from the leaves to the root, through the numbers that an engine recorded.

    >>> from autograd import primitives as ops
    >>> exact_graph(Recipe([3.0], [Step(ops.mul, (0, 0))]), [3.0, 9.0], RATIONAL).root.slope
    [Fraction(6, 1)]
    """
    count = len(recipe.leaves)
    pool = [arithmetic.number(x) for x in numbers]
    unit = [[arithmetic.number(float(i == j)) for j in range(count)] for i in range(count)]
    growth = [Growth(own, own) for own in unit]
    values, terms = [], []
    for step in recipe.joined():
        operands = [exact_operand(o, pool, arithmetic) for o in step.operands]
        reference = arithmetic.references[step.row.name]
        values.append(reference.value(*operands))
        terms.append(abs(values[-1]) if reference.terms is None else reference.terms(*operands))
        into = [(edge, growth[edge.place]) for edge in edges(step, operands, arithmetic)]
        growth.append(
            Growth(
                [sum(edge.slope * g.slope[i] for edge, g in into) for i in range(count)],
                [sum(edge.absolute * g.absolute[i] for edge, g in into) for i in range(count)],
            )
        )
    return Exact(values, terms, growth[-1])


def exact_operand(operand: Any, pool: Sequence[Any], arithmetic: Arithmetic) -> Any:
    """What an operand of a step stands for, exactly."""
    if isinstance(operand, tuple):
        return tuple(exact_operand(o, pool, arithmetic) for o in operand)
    return pool[operand] if type(operand) is int else arithmetic.number(operand)


def value_is_right(number: float, exact: Any, terms: Any) -> bool:
    """Whether a result is within the allowance of the value that its operation has."""
    return bool(off(number, exact) <= scaled(VALUE_ALLOWED, terms) + scaled(TINIEST, exact * 0 + 1))


def gradient_is_right(number: float, exact: Any, absolute: Any) -> bool:
    """Whether a gradient is within the allowance of the exact one."""
    return bool(off(number, exact) <= scaled(ALLOWED, absolute))


def off(number: float, exact: Any) -> Any:
    """How far a number is from the exact one, exactly."""
    return abs((mpf if isinstance(exact, mpf) else Fraction)(number) - exact)


def scaled(allowed: Fraction, size: Any) -> Any:
    """A share of a size; a double holds the share, so that nothing is rounded here."""
    return float(allowed) * size if isinstance(size, mpf) else allowed * size
