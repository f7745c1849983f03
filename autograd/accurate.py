"""Arithmetic on floats that keeps what rounding throws away, for rows that would lose digits without it.

Each function takes and gives plain floats. Sources of the formulas and the errors measured: docs/numerics.md.
"""

import math
from collections.abc import Iterable

SPLITTER = 134217729.0  # 2 ** 27 + 1 cuts a double into two halves of 26 bits (Veltkamp 1968)
SQRT_HALF = 0.7071067811865476
SQRT_HALF_REST = -4.833646656726457e-17  # 1 / sqrt(2), less SQRT_HALF
ONE_OVER_SQRT_TWO_PI = 0.3989422804014327
TWO_OVER_SQRT_PI = 1.1283791670955126


def two_sum(a: float, b: float) -> tuple[float, float]:
    """The rounded sum and its rounding error, which together are a + b (Knuth 1969).

    >>> two_sum(1.0, 1e-20)
    (1.0, 1e-20)
    """
    total = a + b
    rest = total - a
    return total, (a - (total - rest)) + (b - rest)


def two_product(a: float, b: float) -> tuple[float, float]:
    """The rounded product and its rounding error, which together are a * b (Dekker 1971).

    >>> two_product(1.0 + 2.0**-30, 1.0 + 2.0**-30) == (1.0 + 2.0**-29, 2.0**-60)
    True
    """
    product = a * b
    a_high = SPLITTER * a - (SPLITTER * a - a)
    b_high = SPLITTER * b - (SPLITTER * b - b)
    a_low, b_low = a - a_high, b - b_high
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def _plain_sum(values: Iterable[float], start: float) -> float:
    for value in values:
        start += value
    return start


def sum_in_order(values: Iterable[float], start: float) -> float:
    """start + first + second + ..., rounded at each step, as the loop written out rounds it.

    >>> sum_in_order([1e100, 1.0, -1e100], 0.0)
    0.0
    """
    return _sum(values, start)


# The built-in sum is that loop up to Python 3.11, and several times faster; from 3.12 on it compensates for rounding.
_sum = sum if sum([1.0, 1e100, -1e100]) == 0.0 else _plain_sum


def cube_root(x: float) -> float:
    """The cube root, with one Newton step in doubled precision on top of the library's.

    >>> cube_root(27.0)
    3.0
    """
    root = math.cbrt(x)
    if not 1e-290 < math.fabs(x) < 1e290:
        return root
    square, square_rest = two_product(root, root)
    cube, cube_rest = two_product(square, root)
    excess = (cube - x) + (cube_rest + square_rest * root)
    return root - excess / (3.0 * square)


def bell(x: float, scale: float) -> float:
    """e to the power of -scale * x ** 2, for a scale that is a power of two.

    >>> bell(0.0, 0.5)
    1.0
    """
    if math.fabs(x) > 1e9:
        return 0.0
    square, rest = two_product(x, x)
    result = math.exp(-scale * square)
    return result - result * (scale * rest)


def complementary_error_function(x: float) -> float:
    """1 - erf(x).

    >>> complementary_error_function(0.0)
    1.0
    """
    return math.erfc(x)


def normal_cdf(x: float) -> float:
    """Half the complementary error function of -x / sqrt(2), corrected for the rounding of that quotient.

    >>> normal_cdf(0.0)
    0.5
    """
    if not math.fabs(x) < 100.0:
        return x if x != x else 1.0 if x > 0.0 else 0.0
    argument, rest = two_product(-x, SQRT_HALF)
    rest -= x * SQRT_HALF_REST
    slope = -TWO_OVER_SQRT_PI * bell(argument, 1.0)
    return 0.5 * (complementary_error_function(argument) + slope * rest)


def gelu_slope(x: float) -> float:
    """The slope of x * normal_cdf(x).

    >>> gelu_slope(0.0)
    0.5
    """
    if not math.fabs(x) < 100.0:
        return x if x != x else 1.0 if x > 0.0 else 0.0
    return normal_cdf(x) + x * (ONE_OVER_SQRT_TWO_PI * bell(x, 0.5))


SILU_ZERO = -1.2784645427610737  # where 1 + x + e^x is 0, and so the slope of silu
SILU_ZERO_REST = -1.0946994183093437e-16
EXP_OF_SILU_ZERO = 0.2784645427610738


def silu_slope(x: float) -> float:
    """The slope of x * sigmoid(x).

    It is s(x) * s(-x) * (1 + x + e^x). With r the zero of the last factor, that factor is
    (x - r) + e^r * (e^(x - r) - 1): two terms of one sign, so that nothing cancels near r.

    >>> silu_slope(0.0)
    0.5
    """
    e = math.exp(-math.fabs(x))
    if x >= 0.0:
        return (1.0 + x * (e / (1.0 + e))) / (1.0 + e)
    distance = (x - SILU_ZERO) - SILU_ZERO_REST
    factor = distance + EXP_OF_SILU_ZERO * math.expm1(distance)
    return e / ((1.0 + e) * (1.0 + e)) * factor if x != -math.inf else 0.0
