"""Logarithms, and the inverse hyperbolic functions that are made of them.

A positive number is m * 2**n with m from sqrt(1/2) to sqrt(2). With f = m - 1 and s = f / (2 + f), log(1 + f) is
2s + s^3 times a polynomial in s^2 (fdlibm's e_log.c arranges the terms so that the largest is f itself, exact).
"""

import math

from autograd.accurate import two_sum
from autograd.compiler.kernels.exponential import LN_2, LN_2_REST, LOG2_E
from autograd.compiler.kernels.machine import (
    exponent_and_mantissa,
    fused_multiply_add,
    polynomial,
    power_of_two,
    two_product,
)
from autograd.primitives import div, exp_difference, maximum, minimum, sqrt

#: (log((1 + s) / (1 - s)) / s - 2) / s^2 as a function of s^2, within 2**-58
LOG_TERMS = (
    *(0.14797512634459498, 0.15313902720708036, 0.1818356976181756, 0.2222219847553423),
    *(0.285714287432673, 0.39999999999411073, 0.6666666666666735),
)
LOG2_E_REST = 2.0355273740931033e-17  # 1 / ln(2), less LOG2_E
LOG10_E = 0.4342944819032518
LOG10_E_REST = 1.098319650216765e-17  # 1 / ln(10), less LOG10_E
LOG10_2 = 0.3010299956639812
LOG10_2_REST = -2.8037281277851704e-18  # the decimal logarithm of 2, less LOG10_2
SMALLEST_NORMAL = 2.0**-1022
LARGE = 2.0**28  # from here on, the 1 in sqrt(x * x + 1) no longer counts


def log_terms(f: float) -> tuple[float, float]:
    """f * f / 2, and a number `more` such that log(1 + f) = f - (f * f / 2 - more).

    >>> half_square, more = log_terms(0.25)
    >>> 0.25 - (half_square - more) == math.log(1.25)
    True
    """
    half_square = 0.5 * f * f
    s = div(f, 2.0 + f)  # where x is negative, 0 may stand below
    square = s * s
    return half_square, s * fused_multiply_add(square, polynomial(square, LOG_TERMS), half_square)


def log_of(n: float, f: float) -> float:
    """log(2^n * (1 + f)) for a small f.

    >>> log_of(1.0, 0.0) == math.log(2.0)
    True
    """
    half_square, more = log_terms(f)
    return fused_multiply_add(n, LN_2, f - (half_square - fused_multiply_add(n, LN_2_REST, more)))


def normal_parts(x: float) -> tuple[float, float]:
    """n and f of which x is 2^n * (1 + f), for subnormal numbers too.

    >>> normal_parts(1.0), normal_parts(2.0**-1074)
    ((0.0, 0.0), (-1074.0, 0.0))
    """
    subnormal = x < SMALLEST_NORMAL
    n, m = exponent_and_mantissa(x * 2.0**54 if subnormal else x)
    return (n - 54.0 if subnormal else n), m - 1.0


def at_the_edges(x: float, inside: float) -> float:
    """What a logarithm is at 0, below 0, at inf and nan; `inside` for all other x.

    >>> at_the_edges(0.0, 7.0), at_the_edges(-1.0, 7.0), at_the_edges(2.0, 7.0)
    (-inf, nan, 7.0)
    """
    inside = inside if x < math.inf else x
    return inside if x > 0.0 else -math.inf if x == 0.0 else math.nan


def log(x: float) -> float:
    """The natural logarithm.

    >>> log(1.0), log(0.0), log(math.e)
    (0.0, -inf, 1.0)
    """
    return at_the_edges(x, log_of(*normal_parts(x)))


def log_of_sum(a: float, rest: float, more: float) -> float:
    """log((a + rest) * 2^more) for a positive normal a, and a rest that is its rounding error.

    >>> log_of_sum(1.0, 1e-20, 0.0)
    1e-20
    """
    n, m = exponent_and_mantissa(a)
    return log_of(n + more, (m - 1.0) + rest * power_of_two(-n if n < 1000.0 else -1000.0))


def log1p(x: float) -> float:
    """The natural logarithm of 1 + x.

    >>> log1p(1e-20), log1p(-1.0), log1p(math.inf)
    (1e-20, -inf, inf)
    """
    total, rest = two_sum(1.0, x)
    result = at_the_edges(total, log_of_sum(total, rest, 0.0))
    return x if x == 0.0 else result


def other_log(x: float, of_e: tuple[float, float], of_2: tuple[float, float]) -> float:
    """The logarithm of x to a base, of which the logarithms of e and of 2 are given, each with its rest.

    >>> other_log(8.0, (LOG2_E, LOG2_E_REST), (1.0, 0.0))
    3.0
    """
    n, f = normal_parts(x)
    half_square, more = log_terms(f)
    high = f - half_square
    low = ((f - high) - half_square) + more
    fraction, fraction_rest = two_product(high, of_e[0])
    whole, whole_rest = two_product(n, of_2[0])
    total, rest = two_sum(whole, fraction)
    small = fused_multiply_add(high, of_e[1], fused_multiply_add(low, of_e[0], fraction_rest))
    small += fused_multiply_add(n, of_2[1], whole_rest)
    return at_the_edges(x, total + (rest + small))


def log2(x: float) -> float:
    """The logarithm to base 2.

    >>> log2(8.0), log2(0.0)
    (3.0, -inf)
    """
    return other_log(x, (LOG2_E, LOG2_E_REST), (1.0, 0.0))


def log10(x: float) -> float:
    """The logarithm to base 10.

    >>> log10(1000.0), log10(-1.0)
    (3.0, nan)
    """
    return other_log(x, (LOG10_E, LOG10_E_REST), (LOG10_2, LOG10_2_REST))


def asinh(x: float) -> float:
    """The number whose hyperbolic sine is x: log(1 + a) with a = |x| + x^2 / (1 + sqrt(1 + x^2)).

    >>> asinh(-0.0), asinh(1e-20), asinh(math.inf)
    (-0.0, 1e-20, inf)
    """
    size = math.fabs(x)
    large = size > LARGE
    square = 0.0 if large else x * x
    total, rest = two_sum(1.0, size + square / (1.0 + sqrt(1.0 + square)))
    result = log_of_sum(size if large else total, 0.0 if large else rest, 1.0 if large else 0.0)
    return math.copysign(result, x) if 0.0 < size < math.inf else x


def acosh(x: float) -> float:
    """The number whose hyperbolic cosine is x, log(1 + t + sqrt(t * (t + 2))) with t = x - 1; nan below 1.

    >>> acosh(1.0), acosh(0.0), acosh(math.inf)
    (0.0, nan, inf)
    """
    large = x > LARGE
    t = 0.0 if large else x - 1.0
    total, rest = two_sum(1.0, t + sqrt(t * (t + 2.0)))
    result = log_of_sum(x if large else total, 0.0 if large else rest, 1.0 if large else 0.0)
    return (result if x < math.inf else x) if x >= 1.0 else math.nan


def atanh(x: float) -> float:
    """The number whose hyperbolic tangent is x: log(1 + 2x / (1 - x)) / 2; -inf and inf at -1 and 1, nan beyond.

    >>> atanh(-0.0), atanh(1.0), atanh(2.0)
    (-0.0, inf, nan)
    """
    size = math.fabs(x)
    inside = size if size < 1.0 else 0.0
    total, rest = two_sum(1.0, fused_multiply_add(2.0 * inside, inside / (1.0 - inside), 2.0 * inside))
    result = math.copysign(0.5 * log_of_sum(total, rest, 0.0), x)
    result = result if size < 1.0 else math.copysign(math.inf, x) if size == 1.0 else math.nan
    return x if x == 0.0 else result


def logaddexp(x: float, y: float) -> float:
    """log(e^x + e^y): the larger one, and log(1 + e^-d) for their distance d.

    >>> logaddexp(1000.0, -1000.0), logaddexp(-math.inf, -math.inf), logaddexp(0.0, 0.0) == math.log(2.0)
    (1000.0, -inf, True)
    """
    largest = maximum(x, y)
    if math.fabs(largest) == math.inf:
        return largest
    return largest + log1p(exp_difference(minimum(x, y), largest))
