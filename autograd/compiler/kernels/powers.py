"""Powers, cube roots and lengths."""

import math
from collections.abc import Callable

from autograd.accurate import two_sum
from autograd.compiler.kernels.exponential import LN_2, LN_2_REST, cut, growth
from autograd.compiler.kernels.logarithmic import normal_parts
from autograd.compiler.kernels.machine import (
    fused_multiply_add,
    polynomial,
    rounded,
    scaled_by_power_of_two,
    two_product,
)
from autograd.primitives import div, floor, sqrt

TWO_THIRDS = 0.6666666666666666
TWO_THIRDS_REST = 3.700743415417188e-17  # 2 / 3, less TWO_THIRDS
#: (log((1 + s) / (1 - s)) / s - 2 - 2 / 3 * s^2) / s^4 as a function of s^2, within 2**-66 of the logarithm
LOG_TERMS = (
    *(0.11990429020875275, 0.1167464879537668, 0.1333632576512911, 0.15384556654425668),
    *(0.18181818873484099, 0.2222222221751067, 0.2857142857144522, 0.3999999999999998),
)
#: the cube root from sqrt(1/2) to sqrt(2), within 2**-16
CUBE_ROOT_TERMS = (
    *(-0.037787954980814574, 0.2169365034434417, -0.5356288525421781, 0.9048172997466045, 0.4516672511213498),
)
CUBE_ROOT_OF_TWO = 1.2599210498948732
CUBE_ROOT_OF_HALF = 0.7937005259840998


def sum_of_larger(a: float, b: float) -> tuple[float, float]:
    """The rounded sum and its rounding error, where |a| is not below |b| (Dekker 1971).

    >>> sum_of_larger(1.0, 1e-20)
    (1.0, 1e-20)
    """
    total = a + b
    return total, b - (total - a)


def exact_log(x: float) -> tuple[float, float]:
    """The natural logarithm of a positive number and what rounding it left over, together within 2**-65.

    With f = m - 1 and s = f / (2 + f), log(m) is 2s + s^3 * (2/3 + s^2 * P(s^2)), here in doubled precision.

    >>> exact_log(2.0) == (LN_2, LN_2_REST)
    True
    """
    n, f = normal_parts(x)
    below, below_rest = sum_of_larger(2.0, f)
    inverse = 1.0 / below
    s = f * inverse
    s_rest = (fused_multiply_add(-s, below, f) - s * below_rest) * inverse
    square, square_rest = two_product(s, s)
    square_rest = fused_multiply_add(2.0 * s, s_rest, square_rest)
    cube, cube_rest = two_product(s, square)
    cube_rest += fused_multiply_add(s, square_rest, s_rest * square)
    factor, factor_rest = sum_of_larger(TWO_THIRDS, square * polynomial(square, LOG_TERMS))
    factor_rest += TWO_THIRDS_REST
    term, term_rest = two_product(cube, factor)
    term_rest += fused_multiply_add(cube, factor_rest, cube_rest * factor)
    fraction, fraction_rest = sum_of_larger(2.0 * s, term)
    whole, whole_rest = two_product(n, LN_2)
    total, rest = two_sum(whole, fraction)
    small = (2.0 * s_rest + term_rest) + fraction_rest
    return sum_of_larger(total, rest + (small + fused_multiply_add(n, LN_2_REST, whole_rest)))


def exact_exp(x: float, rest: float) -> float:
    """e to the power of x + rest, for a rest that is small beside x.

    >>> exact_exp(0.0, 1e-20), exact_exp(800.0, math.nan)
    (1.0, inf)
    """
    rest = rest if -748.0 < x < 711.0 else 0.0
    x = 711.0 if x > 711.0 else x  # beyond these the result is inf and 0 already
    x = -748.0 if x < -748.0 else x
    n, r = cut(x)
    return scaled_by_power_of_two(1.0 + growth(r + rest), n)


def pow(x: float, y: float) -> float:
    """x to the power of y; nan for a negative x under a fractional y.

    >>> pow(2.0, 10.0), pow(-2.0, 3.0), pow(-8.0, 0.5), pow(0.0, -1.0), pow(math.nan, 0.0)
    (1024.0, -8.0, nan, inf, 1.0)
    """
    size = math.fabs(x)
    log, log_rest = exact_log(size)
    ordinary = 0.0 < size < math.inf
    log = log if ordinary else -math.inf if size == 0.0 else size
    exponent, exponent_rest = two_product(log, y)
    exponent_rest = fused_multiply_add(log_rest if ordinary else 0.0, y, exponent_rest)
    result = exact_exp(exponent, exponent_rest)
    whole = floor(y) == y
    odd = whole and 2.0 * floor(0.5 * y) != y
    result = math.copysign(result, x) if odd else result
    result = math.nan if -math.inf < x < 0.0 and not whole and y == y else result
    return 1.0 if y == 0.0 or x == 1.0 or (x == -1.0 and math.fabs(y) == math.inf) else result


def power(x: float, y: float) -> float:
    """x to the power of y, with the square rounded once.

    >>> power(3.0, 2.0), power(4.0, 0.5)
    (9.0, 2.0)
    """
    return x * x if y == 2.0 else pow(x, y)


def root(x: float) -> float:
    """x to the power of 1/2: the square root, but for -0 and -inf.

    >>> root(-0.0), root(-math.inf), root(-1.0)
    (0.0, inf, nan)
    """
    return math.inf if x == -math.inf else sqrt(x) + 0.0


#: Powers with a known exponent that need no logarithm.
SHORT_POWERS: dict[float, Callable[[float], float]] = {
    0.0: lambda x: 1.0,
    1.0: lambda x: x,
    2.0: lambda x: x * x,
    3.0: lambda x: x * x * x,
    4.0: lambda x: (x * x) * (x * x),
    -1.0: lambda x: div(1.0, x),
    -2.0: lambda x: div(1.0, x) * div(1.0, x),
    0.5: root,
    -0.5: lambda x: div(1.0, root(x)),
}


def cbrt(x: float) -> float:
    """The cube root: a polynomial, one of Halley's steps, and one of Newton's in doubled precision.

    >>> cbrt(27.0), cbrt(-8.0), cbrt(-0.0)
    (3.0, -2.0, -0.0)
    """
    size = math.fabs(x)
    n, f = normal_parts(size)
    third = rounded(n * (1.0 / 3.0))
    left = n - 3.0 * third
    m = (2.0 if left > 0.0 else 0.5 if left < 0.0 else 1.0) * (1.0 + f)
    scale = CUBE_ROOT_OF_TWO if left > 0.0 else CUBE_ROOT_OF_HALF if left < 0.0 else 1.0
    guess = scale * polynomial(1.0 + f, CUBE_ROOT_TERMS)
    cube = guess * guess * guess
    guess = guess * ((cube + 2.0 * m) / (2.0 * cube + m))
    square, square_rest = two_product(guess, guess)
    cube, cube_rest = two_product(square, guess)
    excess = (cube - m) + fused_multiply_add(square_rest, guess, cube_rest)
    result = scaled_by_power_of_two(guess - excess / (3.0 * square), third)
    return math.copysign(result, x) if 0.0 < size < math.inf else x


def hypot(x: float, y: float) -> float:
    """The length of the vector (x, y): a square root, and what it lacks of the sum of exact squares (Borges 2019).

    >>> hypot(3.0, 4.0), hypot(1e200, 1e200), hypot(math.inf, math.nan)
    (5.0, 1.414213562373095e+200, inf)
    """
    x, y = math.fabs(x), math.fabs(y)
    long, short = (y, x) if y > x else (x, y)
    scale = 2.0**-600 if long > 2.0**500 else 2.0**600 if long < 2.0**-450 else 1.0
    long, short = scale * long, scale * short
    a, a_rest = two_product(long, long)
    b, b_rest = two_product(short, short)
    length = sqrt(a + b)
    square, square_rest = two_product(length, length)
    lacking = ((a - square) + b) + ((a_rest - square_rest) + b_rest)
    result = (length + lacking / (2.0 * length) if length != 0.0 else 0.0) / scale
    return math.inf if x == math.inf or y == math.inf else result
