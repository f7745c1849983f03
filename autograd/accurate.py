"""Arithmetic on floats that keeps what rounding throws away, for rows that would lose digits without it.

Each function takes and gives plain floats. Why each formula is written as it is, and the errors measured, stand in
docs/numerics.md.
"""

import math
from collections.abc import Iterable

SPLITTER = 134217729.0  # 2 ** 27 + 1 cuts a double into two halves of 26 bits (Veltkamp 1968)
SQRT_HALF = 0.7071067811865476
SQRT_HALF_REST = -4.833646656726457e-17  # 1 / sqrt(2), less SQRT_HALF
ONE_OVER_SQRT_TWO_PI = 0.3989422804014327
ONE_OVER_SQRT_TWO_PI_REST = -2.49232720227773e-17  # 1 / sqrt(2 pi), less ONE_OVER_SQRT_TWO_PI
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


def quotient(a: float, a_rest: float, b: float, b_rest: float) -> float:
    """(a + a_rest) / (b + b_rest), as if rounded only once.

    >>> quotient(1.0, 0.0, 3.0, 0.0) == 1.0 / 3.0
    True
    """
    result = a / b
    product, rest = two_product(result, b)
    return result + ((((a - product) - rest) + a_rest) - result * b_rest) / b


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

    >>> cube_root(27.0), cube_root(1e-300) == 1e-100
    (3.0, True)
    """
    if not 1e-200 < math.fabs(x) < 1e200:
        if x == 0.0 or x - x != 0.0:
            return x
        scale = 2.0**200 if math.fabs(x) > 1.0 else 2.0**-200  # its cube is exact, and so are the products with it
        return cube_root(x / scale / scale / scale) * scale
    root = math.cbrt(x)
    square, square_rest = two_product(root, root)
    cube, cube_rest = two_product(square, root)
    excess = (cube - x) + (cube_rest + square_rest * root)
    return root - excess / (3.0 * square)


def bell(x: float, scale: float) -> float:
    """e to the power of -scale * x ** 2, with the rounding of the exponent put back.

    >>> bell(0.0, 0.5), bell(1e10, 1e-20) == math.exp(-1.0)
    (1.0, True)
    """
    square, square_rest = two_product(x, x)
    exponent, rest = two_product(scale, square)
    if not -709.0 < exponent < 745.0 or math.fabs(x) > 1e150:
        exponent = scale * x * x
        return math.exp(-exponent) if exponent > -709.0 else exponent if exponent != exponent else math.inf
    result = math.exp(-exponent)
    correction = scale * square_rest + rest
    return result - result * correction if math.isfinite(correction) else result  # a scale near the largest has no rest


SQRT_PI = 1.772453850905516
SQRT_PI_REST = -7.666586499825799e-17  # sqrt(pi), less SQRT_PI
TAIL_STEP = 0.5  # of the trapezoidal rule, which at this step is exact to e^(-4 pi^2), but for a pole
TAIL_SQUARES = tuple((TAIL_STEP * k) ** 2 for k in range(12, 0, -1))
TAIL_TERMS = tuple((s, 2.0 * TAIL_STEP / SQRT_PI * s * math.exp(-s)) for s in TAIL_SQUARES)


def complementary_error_function(x: float) -> float:
    """1 - erf(x).

    The library's up to 0.75. Beyond, it is e^(-x^2) / (x sqrt(pi)) * (1 - d), where d is the integral of
    t^2 e^(-t^2) / (x^2 + t^2) over all t, over sqrt(pi). The trapezoidal rule gives it in a dozen terms, all
    of one sign, and the error that its step makes at the pole t = ix is known (Chiarella and Reichel 1968).

    >>> complementary_error_function(0.0), complementary_error_function(30.0)
    (1.0, 0.0)
    """
    if not 0.75 < x < 28.0:
        return math.erfc(x)
    square, square_rest = two_product(x, x)
    d = 0.0
    for s, weight in TAIL_TERMS:
        d += weight / (s + square)
    if x < 6.0:
        d += 2.0 * SQRT_PI * x * math.exp(square) / math.expm1(2.0 * math.pi / TAIL_STEP * x)
    factor, factor_rest = two_sum(1.0, -d)
    e = math.exp(-square)
    top, top_rest = two_product(e, factor)
    bottom, bottom_rest = two_product(x, SQRT_PI)
    return quotient(top, top_rest + e * factor_rest - top * square_rest, bottom, bottom_rest + x * SQRT_PI_REST)


def twice_normal_cdf(x: float) -> tuple[float, float]:
    """The complementary error function of -x / sqrt(2), and a correction for the rounding of that quotient.

    >>> twice_normal_cdf(0.0)
    (1.0, -0.0)
    """
    argument, rest = two_product(-x, SQRT_HALF)
    rest -= x * SQRT_HALF_REST
    return complementary_error_function(argument), -TWO_OVER_SQRT_PI * bell(argument, 1.0) * rest


def normal_cdf(x: float) -> float:
    """The share of a standard normal distribution below x.

    >>> normal_cdf(0.0), normal_cdf(-math.inf)
    (0.5, 0.0)
    """
    if not math.fabs(x) < 100.0:
        return x if x != x else 1.0 if x > 0.0 else 0.0
    twice, correction = twice_normal_cdf(x)
    return 0.5 * (twice + correction)


def gelu(x: float) -> float:
    """x * normal_cdf(x), rounded once more than normal_cdf, not twice.

    >>> gelu(0.0), gelu(-math.inf), gelu(1000.0)
    (0.0, 0.0, 1000.0)
    """
    if not math.fabs(x) < 100.0:
        return 0.0 if x < 0.0 else x
    twice, correction = twice_normal_cdf(x)
    product, rest = two_product(0.5 * x, twice)
    return product + (rest + 0.5 * x * correction)


GELU_TERMS = 24  # enough for 53 bits at a distance of 0.5


def steepness_of_gelu_slope(place: float, at_place: float) -> tuple[float, ...]:
    """The mean of phi(t) * (2 - t^2) from `place` to `place` + d: coefficients of the powers of d, highest first.

    Those of phi follow from phi' = -t * phi, one from the two before it.

    >>> steepness_of_gelu_slope(0.0, 0.75)[-3:]
    (-0.2659615202676218, -0.0, 0.75)
    """
    phi = [0.0, 0.0, ONE_OVER_SQRT_TWO_PI * math.exp(-0.5 * place * place)]
    for n in range(GELU_TERMS):
        phi.append(-(place * phi[-1] + phi[-2]) / (n + 1))
    two_less_square = 2.0 - place * place
    after = [(two_less_square * phi[n + 2] - 2.0 * place * phi[n + 1] - phi[n]) / (n + 1) for n in range(1, GELU_TERMS)]
    return (*reversed(after), at_place)


# Where the slope of gelu is known: the place, its height there, after each what the number rounds away, and the
# mean steepness from there on.
Known = tuple[float, float, float, float, tuple[float, ...]]
GELU_MIDDLE: Known = (0.0, 0.0, 0.5, 0.0, steepness_of_gelu_slope(0.0, 2.0 * ONE_OVER_SQRT_TWO_PI))
GELU_ZERO: Known = (
    *(-0.7517915246935645, 1.4956759177009883e-17, 0.0, 0.0),
    steepness_of_gelu_slope(-0.7517915246935645, 0.4314939923140469),
)
GELU_LOWEST: Known = (
    *(-1.4142135623730951, 9.667293313452913e-17, -0.12890414518515478, -8.188108074412492e-18),
    steepness_of_gelu_slope(-1.4142135623730951, 0.0),
)


def gelu_slope(x: float) -> float:
    """The slope of x * normal_cdf(x), which is normal_cdf(x) + x * phi(x) with phi the slope of normal_cdf.

    For a negative x the two terms cancel. Down to -1.8 it is taken instead from a place nearby where it is
    known, and the steepness from there to x: its own slope is phi(t) * (2 - t^2).

    >>> gelu_slope(0.0), gelu_slope(-0.75) > 0.0 > gelu_slope(-0.76)
    (0.5, True)
    """
    if not math.fabs(x) < 100.0:
        return x if x != x else 1.0 if x > 0.0 else 0.0
    if -1.8 < x < 0.0:
        return _gelu_slope_from(GELU_MIDDLE if x > -0.25 else GELU_ZERO if x > -1.1 else GELU_LOWEST, x)
    factor, factor_rest = two_product(x, ONE_OVER_SQRT_TWO_PI)
    square, square_rest = two_product(x, x)
    e = math.exp(-0.5 * square)
    term, rest = two_product(factor, e)
    rest += e * (factor_rest + x * ONE_OVER_SQRT_TWO_PI_REST) - term * (0.5 * square_rest)
    return term + (normal_cdf(x) + rest)


def _gelu_slope_from(known: Known, x: float) -> float:
    place, place_rest, height, height_rest, coefficients = known
    distance = x - place
    steepness = 0.0
    for coefficient in coefficients:
        steepness = steepness * distance + coefficient
    growth, growth_rest = two_product(distance, steepness)
    total, rest = two_sum(height, growth)
    return total + (rest + height_rest + growth_rest - place_rest * steepness)


SILU_ZERO = -1.2784645427610737  # where 1 + x + e^x is 0, and so the slope of silu
SILU_ZERO_REST = -1.0946994183093437e-16  # what the line above rounds away
EXP_OF_SILU_ZERO = 0.2784645427610738


def silu_slope(x: float) -> float:
    """The slope of x * sigmoid(x), which is e * (1 + x + e) / (1 + e)^2 with e = e^x.

    With r the zero of the middle factor, that factor is (x - r) + e^r * (e^(x - r) - 1): two terms of one
    sign, so that nothing cancels near r.

    >>> silu_slope(0.0), silu_slope(-1.27) > 0.0 > silu_slope(-1.28)
    (0.5, True)
    """
    e = math.exp(-math.fabs(x))
    if not e:
        return 1.0 if x > 0.0 else 0.0
    if x >= 0.0:
        return (1.0 + e * (1.0 + x)) / (1.0 + e * (2.0 + e))
    if -2.5 < x < -0.5:
        distance = x - SILU_ZERO
        grown = EXP_OF_SILU_ZERO * math.expm1(distance - SILU_ZERO_REST)
        factor, factor_rest = two_sum(distance, grown - SILU_ZERO_REST)
    else:
        factor, factor_rest = two_sum(1.0 + x, e)
    top, top_rest = two_product(e, factor)
    return quotient(top, top_rest + e * factor_rest, *two_sum(1.0, e * (2.0 + e)))
