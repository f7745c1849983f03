"""Rows with corners, steps and ties, and those defined by an order of steps, written out for any doubles.

Each gives the value, the slopes one by one, and the size of what may cancel in the value, or None. Formulas are
evaluated in mpmath, whose numbers have inf and nan as IEEE 754 has them, but no largest and no smallest one.
"""

import functools
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

from mpmath import mp, mpf

OVERFLOW = mpf(2) ** 1024 - mpf(2) ** 970  # from here on a result rounds to inf
Row = tuple[Any, list[Any], Any]


def row(value: Any, *slopes: Any, terms: Any = None) -> Row:
    return mpf(value), list(map(mpf, slopes)), terms


def overflowed(x: Any) -> Any:
    """An exact number as a double has it where it is too large for one.

    >>> float(overflowed(mpf(2) ** 2000)), float(overflowed(mpf(2)))
    (inf, 2.0)
    """
    return mp.sign(x) * mp.inf if abs(x) >= OVERFLOW else x


def unless_nan(x: float, slope: Any) -> Any:
    return slope if x == x else x


# Corners: at each the slope that is closest to 0, but for those that docs/conventions.md names


def relu(x: float) -> Row:
    return row(x if x > 0 or x != x else 0, unless_nan(x, x > 0))


def relu6(x: float) -> Row:
    return row(unless_nan(x, min(max(x, 0.0), 6.0)), unless_nan(x, 0 < x < 6))


def hardtanh(x: float) -> Row:
    return row(unless_nan(x, min(max(x, -1.0), 1.0)), unless_nan(x, -1 < x < 1))


def leaky_relu(x: float, slope: float) -> Row:
    if x > 0:
        return row(x, 1, 0)
    return row(mpf(slope) * x, unless_nan(x, slope), x)


def elu(x: float, alpha: float) -> Row:
    if x > 0:
        return row(x, 1, 0)
    growth = mp.exp(x) if math.isfinite(alpha) else mpf(math.exp(x))  # which times an infinity is nan, once it is 0
    return row(mpf(alpha) * mp.expm1(x), mpf(alpha) * growth, mp.expm1(x))


def absolute(x: float) -> Row:
    return row(abs(x), unless_nan(x, (x > 0) - (x < 0)))


def maximum(x: float, y: float) -> Row:
    value = math.nan if x != x or y != y else max(x, y)
    return row(value, unless_nan(x, (x > y) + (x == y) / 2), unless_nan(y, (y > x) + (x == y) / 2))


def minimum(x: float, y: float) -> Row:
    value, slopes, _ = maximum(-x, -y)
    return row(-value, *slopes)


def clip(x: float, low: float, high: float) -> Row:
    """The closed interval: the minimum of `high` and the maximum of x and `low`, but for the slope at both ends."""
    inner, _, _ = maximum(x, low)
    outer, _, _ = minimum(float(inner), high)
    return row(
        outer,
        unless_nan(x, low <= x <= high),
        unless_nan(low, x < low <= high),
        unless_nan(high, bool(inner > high)),
    )


def extreme(choose: Callable[[Sequence[float]], float], values: Sequence[float]) -> Row:
    value = math.nan if any(v != v for v in values) else choose(values)
    return row(value, *(unless_nan(v, mpf(v == value) / max(values.count(value), 1)) for v in values))


# Steps and choices: flat everywhere


def step(function: Callable[[float], float]) -> Callable[[float], Row]:
    return lambda x: row(function(x) if math.isfinite(x) else x, 0)


def sign(x: float) -> Row:
    return row((x > 0) - (x < 0) if x == x else x, 0)


def comparison(compare: Callable[[float, float], bool]) -> Callable[[float, float], Row]:
    return lambda x, y: row(compare(x, y), 0, 0)


def where(condition: float, a: float, b: float) -> Row:
    return row(b if condition == 0 else a, 0, condition != 0, condition == 0)


def take(table: Sequence[float], index: float) -> Row:
    inside = 0 <= index < len(table)
    chosen = math.floor(index) if inside else -1
    return row(table[chosen] if inside else math.nan, *(place == chosen for place in range(len(table))), 0)


# From the first to the last, each partial result as large as a double can be


def sum_in_order(values: Sequence[Any]) -> tuple[Any, Any]:
    """The exact sum, or the infinity or nan that it meets on the way; and the sum of the absolute terms."""
    total = mpf(0)
    for value in values:
        total = overflowed(total + value)
    return total, mp.fsum(values, absolute=True)


def total(values: Sequence[float]) -> Row:
    value, terms = sum_in_order(values)
    return row(value, *(1 for _ in values), terms=terms)


def mean(values: Sequence[float]) -> Row:
    value, terms = sum_in_order(values)
    return row(value / len(values), *(mpf(1) / len(values) for _ in values), terms=terms / len(values))


def dot(w: Sequence[float], x: Sequence[float], bias: float) -> Row:
    products = [overflowed(mpf(a) * b) for a, b in zip(w, x, strict=True)]
    value, terms = sum_in_order([bias, *products])
    return row(value, *x, *w, 1, terms=terms)


def product(values: Sequence[float]) -> float:
    """From the first to the last; each partial product is a double, which over- or underflows."""
    return functools.reduce(operator.mul, values, 1.0)


def prod(values: Sequence[float]) -> Row:
    others = (product(values[:i]) * product(values[:i:-1]) for i in range(len(values)))
    return row(product(values), *others)


# Powers: those of IEEE 754, which the C library has, and their slopes multiplied out


def is_odd(y: Any) -> bool:
    return bool(mp.isint(y) and int(y) % 2)


def power_of(x: Any, y: Any) -> Any:
    """x ** y for any x and an exact y, as IEEE 754 defines it where x or y is an infinity, a zero, 1 or nan."""
    if y == 0 or x == 1:
        return mpf(1)
    if mp.isnan(x) or mp.isnan(y):
        return mp.nan
    if mp.isinf(y):
        return mpf(1) if abs(x) == 1 else mp.inf if (abs(x) > 1) == (y > 0) else mpf(0)
    negative = math.copysign(1.0, x) < 0 and is_odd(y)
    if x == 0 or mp.isinf(x):
        size = mp.inf if (x == 0) == (y < 0) else mpf(0)
        return -size if negative else size
    if x < 0 and not mp.isint(y):
        return mp.nan
    size = mp.exp(y * mp.log(abs(mpf(x))))
    return -size if negative else size


def log(x: float) -> Any:
    return mp.nan if x != x or x < 0 else mp.log(x)


def monomial(x: float, y: float, order: int) -> Any:
    """The derivative of x ** y in x of that order: y * (y - 1) * ... * x ** (y - order), 0 once a factor is."""
    factors = [mp.fsub(y, k, exact=True) for k in range(order + 1)]  # an odd exponent beyond 2 ** 53 remains odd
    return mpf(0) if 0 in factors[:-1] else mp.fprod(factors[:-1]) * power_of(x, factors[-1])


def power(x: float, y: float) -> Row:
    value = power_of(x, mpf(y))
    return row(value, monomial(x, y, 1), mpf(0) if x == 0 and y >= 0 else value * log(x))


def power_slope(x: float, y: float) -> Row:
    growth = power_of(x, mp.fsub(y, 1, exact=True)) * (1 + y * log(x))
    return row(monomial(x, y, 1), monomial(x, y, 2), growth)


# Lengths and angles


def norm(values: Sequence[float]) -> Row:
    """A length: a cone, flat at its tip. In an infinite one, finite components count 0, and infinite ones inf / inf."""
    square = mp.fsum(mpf(v) ** 2 for v in values)
    length = mp.inf if any(map(math.isinf, values)) else overflowed(mp.sqrt(square))
    return row(length, *(mpf(v) / length if length != 0 else 0 for v in values))


def atan2(y: float, x: float) -> Row:
    """The angle, at zeros and infinities that of IEEE 754; the quotients of quotients of its slopes are 0 at a zero."""
    if y != y or x != x:
        return row(mp.nan, mp.nan, mp.nan)
    left, side = math.copysign(1.0, x) < 0, math.copysign(1.0, y)
    if math.isinf(x) and math.isinf(y):
        angle = mp.pi * (3 if left else 1) / 4
    elif math.isinf(x) or y == 0:
        angle = mp.pi * left
    else:
        angle = mp.pi / 2 if math.isinf(y) else abs(mp.atan2(y, x))
    _, (along, across), _ = norm((x, y))
    length = norm((x, y))[0]
    return row(side * angle, *(direction / length if length != 0 else 0 for direction in (along, -across)))


# Smooth maxima: an infinitely large term has it all, of infinitely small ones nobody has a share


def logsumexp(values: Sequence[float]) -> Row:
    if any(v != v for v in values):
        return row(mp.nan, *(mp.nan for _ in values))
    largest = max(values)
    if math.isinf(largest):
        count = values.count(largest)
        return row(largest, *(mpf(v == largest) / count if largest > 0 else 0 for v in values))
    parts = [mp.exp(mpf(v) - largest) for v in values]
    others = sorted(parts)[:-1]  # the last is 1, beside which small ones would be lost
    rest = mp.log1p(mp.fsum(others))
    return row(largest + rest, *(part / mp.fsum(parts) for part in parts), terms=abs(mpf(largest)) + rest)


WRITTEN_OUT: dict[str, Callable[..., Row]] = {
    "relu": relu,
    "relu6": relu6,
    "hardtanh": hardtanh,
    "leaky_relu": leaky_relu,
    "elu": elu,
    "abs": absolute,
    "maximum": maximum,
    "minimum": minimum,
    "clip": clip,
    "max": functools.partial(extreme, max),
    "min": functools.partial(extreme, min),
    "sign": sign,
    "floor": step(math.floor),
    "ceil": step(math.ceil),
    "round": step(round),
    "greater": comparison(operator.gt),
    "greater_equal": comparison(operator.ge),
    "less": comparison(operator.lt),
    "less_equal": comparison(operator.le),
    "equal": comparison(operator.eq),
    "not_equal": comparison(operator.ne),
    "where": where,
    "take": take,
    "sum": total,
    "mean": mean,
    "dot": dot,
    "prod": prod,
    "power": power,
    "power_slope": power_slope,
    "norm": norm,
    "hypot": lambda x, y: norm((x, y)),
    "atan2": atan2,
    "logsumexp": logsumexp,
    "logaddexp": lambda x, y: logsumexp((x, y)),
}

#: Differences of equal infinities, and logarithms at their edge: the value and the slopes that the library chose.
CHOSEN: dict[tuple[str, tuple[float, ...]], tuple[float, tuple[float, ...]]] = {
    ("exp_difference", (math.inf, math.inf)): (1.0, (1.0, -1.0)),
    ("exp_difference", (-math.inf, -math.inf)): (0.0, (0.0, 0.0)),
    ("sigmoid_difference", (math.inf, math.inf)): (0.5, (0.25, -0.25)),
    ("sigmoid_difference", (-math.inf, -math.inf)): (0.0, (0.0, 0.0)),
    ("log1p", (-1.0,)): (-math.inf, (math.inf,)),
}
