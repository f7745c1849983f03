"""e to the power of x, and what is made of it: less 1, the hyperbolic functions.

x is cut into n * ln(2) + r with a whole n and |r| <= ln(2) / 2 (Cody and Waite 1980); e^r - 1 is a polynomial, minimax
in its relative error, 2**-55.5; 2**n is made of bits.
"""

import math

from autograd.compiler.kernels.machine import (
    TO_INTEGER,
    fused_multiply_add,
    polynomial,
    power_of_two,
    scaled_by_power_of_two,
)

LOG2_E = 1.4426950408889634
LN_2 = 0.6931471805599453
LN_2_REST = 2.3190468138462996e-17  # ln(2), less LN_2

#: (e^r - 1 - r) / r^2
GROWTH = (
    *(2.5115699864064108e-08, 2.76276995143691e-07, 2.7557224332434666e-06, 2.4801501117977624e-05),
    *(0.00019841269906740392, 0.001388888893502405, 0.008333333333313075, 0.04166666666656601),
    *(0.16666666666666688, 0.5000000000000007),
)
#: (sinh(x) / x - 1) / x^2 as a function of x^2 up to 1, within 2**-63
SINH_NEAR_ZERO = (
    *(7.759312495538683e-13, 1.605724033063363e-10, 2.5052123398705867e-08, 2.7557319155335833e-06),
    *(0.00019841269841437684, 0.008333333333333139, 0.16666666666666669),
)


def growth(r: float) -> float:
    """e^r - 1 for |r| <= ln(2) / 2.

    >>> growth(0.0), growth(0.25) == math.expm1(0.25)
    (0.0, True)
    """
    return fused_multiply_add(r * r, polynomial(r, GROWTH), r)


def cut(x: float) -> tuple[float, float]:
    """A whole n and a small r with x = n * ln(2) + r.

    >>> cut(0.25), cut(1.0)
    ((0.0, 0.25), (1.0, 0.3068528194400547))
    """
    n = fused_multiply_add(x, LOG2_E, TO_INTEGER) - TO_INTEGER
    return n, fused_multiply_add(-n, LN_2_REST, fused_multiply_add(-n, LN_2, x))


def exp_scaled(x: float, more: float) -> float:
    """e^x * 2^more, for a whole `more` close to 0.

    >>> exp_scaled(0.0, -1.0), exp_scaled(710.0, -1.0) < math.inf
    (0.5, True)
    """
    x = 711.0 if x > 711.0 else x  # beyond these the result is inf and 0 already
    x = -748.0 if x < -748.0 else x
    n, r = cut(x)
    return scaled_by_power_of_two(1.0 + growth(r), n + more)


def exp(x: float) -> float:
    """e to the power of x.

    >>> exp(0.0), exp(-1.0) == math.exp(-1.0), exp(710.0), exp(-746.0)
    (1.0, True, inf, 0.0)
    """
    return exp_scaled(x, 0.0)


def expm1(x: float) -> float:
    """e to the power of x, less 1.

    >>> expm1(1e-20), expm1(-50.0), expm1(710.0)
    (1e-20, -1.0, inf)
    """
    x = 711.0 if x > 711.0 else x
    x = -38.0 if x < -38.0 else x  # -1 already
    n, r = cut(x)
    one = power_of_two(-(60.0 if n > 60.0 else n))  # what is subtracted, on the scale of the polynomial
    return math.copysign(scaled_by_power_of_two(growth(r) + (1.0 - one), n), x)


def tanh(x: float) -> float:
    """The hyperbolic tangent: (e^(2x) - 1) / (e^(2x) + 1).

    >>> tanh(0.0), tanh(-30.0), tanh(0.5) == math.tanh(0.5)
    (0.0, -1.0, True)
    """
    doubled = 2.0 * math.fabs(x)
    doubled = 44.0 if doubled > 44.0 else doubled  # 1 already
    n, r = cut(doubled)
    scale = power_of_two(n)
    grown = fused_multiply_add(scale, growth(r), scale - 1.0)
    return math.copysign(grown / (grown + 2.0), x)


def sinh(x: float) -> float:
    """The hyperbolic sine: a polynomial up to 1, beyond it (e^x - e^-x) / 2.

    >>> sinh(-0.0), sinh(1000.0)
    (-0.0, inf)
    """
    half = exp_scaled(math.fabs(x), -1.0)
    square = x * x
    near = fused_multiply_add(x * square, polynomial(square, SINH_NEAR_ZERO), x)
    return near if square < 1.0 else math.copysign(half - 0.25 / half, x)


def cosh(x: float) -> float:
    """The hyperbolic cosine: (e^x + e^-x) / 2.

    >>> cosh(0.0), cosh(-1000.0)
    (1.0, inf)
    """
    half = exp_scaled(math.fabs(x), -1.0)
    return half + 0.25 / half
