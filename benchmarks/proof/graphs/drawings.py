"""What random graphs are drawn from: which rows, where their operands lie, and what is refused."""

import math
import random
from typing import Any

from autograd import primitives as ops
from autograd.primitives import Interval, Primitive, flat
from benchmarks.proof.graphs.recipes import Drawing, Fixed
from benchmarks.proof.own_rows import OWN_ROWS

LARGE = 1e4
SMALL = 4.0  # leaves and constants
NOT_TINY = 1e-6
FAR_FROM_A_POLE = 1e-3

ANY: Interval = (-LARGE, LARGE)
WAVES: Interval = (-20.0, 20.0)  # no slope in these is so small that twelve of them underflow
TAILS: Interval = (-8.0, 8.0)
BELL: Interval = (-5.0, 5.0)
ABOVE: Interval = (FAR_FROM_A_POLE, LARGE)
UNIT: Interval = (-0.99, 0.99)
EVERYWHERE: Interval = (-math.inf, math.inf)

#: Where on whole numbers nothing is rounded, as long as the numbers stay small.
WHOLE_ROWS: dict[Primitive, tuple[Interval, ...]] = {
    ops.add: (ANY, ANY),
    ops.sub: (ANY, ANY),
    ops.mul: (ANY, ANY),
    ops.neg: (ANY,),
    ops.pos: (ANY,),
    ops.power: (ANY, Fixed(0.0, 3.0)),
    ops.sum: (ANY,),
    ops.prod: (ANY,),
    ops.dot: (ANY, ANY, ANY),
}
RATIONAL_ROWS = {**WHOLE_ROWS, ops.div: (ANY, ANY), ops.power: (ANY, Fixed(-2.0, 3.0)), ops.mean: (ANY,)}

#: Where rows are smooth and neither over- nor underflow; all other rows are fit for any numbers.
NARROW_ROWS: dict[Primitive, tuple[Interval, ...]] = {
    ops.div: (ANY, ABOVE),
    ops.power: (ABOVE, (-2.0, 2.0)),
    ops.power_slope: (ABOVE, (-2.0, 2.0)),
    ops.exp: (TAILS,),
    ops.expm1: (TAILS,),
    ops.exp_difference: (TAILS, TAILS),
    ops.log: (ABOVE,),
    ops.log1p: ((-0.99, LARGE),),
    ops.log2: (ABOVE,),
    ops.log10: (ABOVE,),
    ops.sqrt: (ABOVE,),
    ops.cbrt: (ABOVE,),
    ops.hypot: (ABOVE, ANY),
    ops.norm: (ABOVE,),
    ops.sin: (WAVES,),
    ops.cos: (WAVES,),
    ops.tan: ((-1.5, 1.5),),
    ops.asin: (UNIT,),
    ops.acos: (UNIT,),
    ops.atan2: (ABOVE, ANY),
    ops.sinh: (TAILS,),
    ops.cosh: (TAILS,),
    ops.tanh: (WAVES,),
    ops.tanh_slope: (WAVES,),
    ops.acosh: ((1.01, LARGE),),
    ops.atanh: (UNIT,),
    ops.gaussian: (BELL, (0.5, 1.0)),
    ops.erf: (BELL,),
    ops.erfc: (BELL,),
    ops.normal_cdf: (TAILS,),
    ops.sigmoid: (WAVES,),
    ops.sigmoid_slope: (WAVES,),
    ops.sigmoid_difference: (TAILS, TAILS),
    ops.softplus: (WAVES,),
    ops.logsigmoid: (WAVES,),
    ops.leaky_relu: (ANY, (0.01, 0.9)),
    ops.elu: (WAVES, (0.1, 2.0)),
    ops.gelu: (TAILS,),
    ops.gelu_slope: (TAILS,),
    ops.silu: (WAVES,),
    ops.silu_slope: (WAVES,),
    ops.clip: (ANY, (-3.0, -1.0), (1.0, 3.0)),
    ops.take: (ANY, (0.5, 3.5)),
    ops.prod: (WAVES,),
    ops.logaddexp: (TAILS, TAILS),
    ops.logsumexp: (TAILS,),
}
SMOOTH_ROWS = {row: NARROW_ROWS.get(row, (ANY,) * len(row.parameters)) for row in OWN_ROWS}

#: Every row wherever it has a value; also at its kinks.
ALL_ROWS = {
    row: tuple((max(low, -SMALL), min(high, SMALL)) if low > -1e3 else (low, high) for low, high in row.domain)
    for row in OWN_ROWS
}
HOSTILE_ROWS = {row: (EVERYWHERE,) * len(row.parameters) for row in OWN_ROWS}


# What is refused


def is_zero_or_not_tiny(x: float) -> bool:
    """Whether twelve such factors cannot underflow, which would add an error that no relative bound knows."""
    return x == 0.0 or abs(x) > NOT_TINY


def none_is_tiny(row: Primitive, operands: list[Any]) -> bool:
    """Whether no operand is so small that a product of some may underflow."""
    return all(map(is_zero_or_not_tiny, flat(operands)))


def far_from_poles(row: Primitive, operands: list[Any]) -> bool:
    """Whether no quotient has a small divisor, and no operand is tiny."""
    x, y = operands[0], operands[-1]
    if row is ops.div or (row is ops.power and y < 0.0):
        return abs(y if row is ops.div else x) > FAR_FROM_A_POLE and none_is_tiny(row, operands)
    return none_is_tiny(row, operands)


def off_every_kink(row: Primitive, operands: list[Any]) -> bool:
    """Whether the row has a value and a slope there, and no operand is tiny."""
    return (
        none_is_tiny(row, operands)
        and math.isfinite(row.function(*operands))
        and (row.kink is None or row.kink(*operands) != 0.0)
    )


# Numbers


def whole_number(rng: random.Random, interval: Interval = ANY) -> float:
    """A small integer in an interval."""
    return float(rng.randint(math.ceil(max(interval[0], -3.0)), math.floor(min(interval[1], 3.0))))


def small_number(rng: random.Random, interval: Interval = ANY) -> float:
    """A number in an interval, up to 4 in size; one in four is an integer if there is one, so that some are equal."""
    low, high = max(interval[0], -SMALL), min(interval[1], SMALL)
    if type(interval) is Fixed or (rng.random() < 0.25 and math.ceil(low) <= math.floor(min(high, 3.0))):
        return whole_number(rng, interval)
    drawn = rng.uniform(low, high)
    return drawn if is_zero_or_not_tiny(drawn) else 1.0


HOSTILE = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 1e200, -1e200, 1e-200, 5e-324, 1.7976931348623157e308]


def hostile_number(rng: random.Random, interval: Interval = EVERYWHERE) -> float:
    """One of the numbers that break formulas, or in one case of three an ordinary one."""
    return rng.choice(HOSTILE) if rng.random() < 2 / 3 else small_number(rng)


WHOLE_GRAPHS = Drawing(WHOLE_ROWS, whole_number, whole_number, far_from_poles)
RATIONAL_GRAPHS = Drawing(RATIONAL_ROWS, small_number, small_number, far_from_poles)
SMOOTH_GRAPHS = Drawing(SMOOTH_ROWS, small_number, small_number, off_every_kink)
ALL_GRAPHS = Drawing(ALL_ROWS, small_number, small_number)
HOSTILE_GRAPHS = Drawing(HOSTILE_ROWS, hostile_number, hostile_number)
