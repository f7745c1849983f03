"""What a machine does in one step and a Python float cannot: each step as a function, in Python and right.

The translator knows these functions by their identity and emits the machine's own step for each. All other kernels are
made of these and of ordinary arithmetic.
"""

import math
from collections.abc import Callable
from fractions import Fraction

SQRT_HALF = 0.7071067811865476
#: Added and taken away again, it rounds a float below 2**51 to an integer, the even one of two.
TO_INTEGER = 1.5 * 2.0**52


def fused_multiply_add(a: float, b: float, c: float) -> float:
    """a * b + c, rounded once.

    >>> fused_multiply_add(1.0 + 2.0**-30, 1.0 - 2.0**-30, -1.0) == -(2.0**-60)
    True
    """
    rounded_twice = a * b + c
    if not math.isfinite(a) or not math.isfinite(b) or not math.isfinite(c):
        return rounded_twice
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    if exact == 0:
        return rounded_twice  # which knows the sign of this zero
    try:
        return float(exact)
    except OverflowError:
        return math.inf if exact > 0 else -math.inf


def two_product(a: float, b: float) -> tuple[float, float]:
    """The rounded product and its rounding error, which together are a * b.

    >>> two_product(1.0 + 2.0**-30, 1.0 + 2.0**-30) == (1.0 + 2.0**-29, 2.0**-60)
    True
    """
    product = a * b
    return product, fused_multiply_add(a, b, -product)


def polynomial(x: float, coefficients: tuple[float, ...]) -> float:
    """The polynomial with these coefficients, highest power first, by Horner's rule.

    >>> polynomial(10.0, (3.0, 2.0, 1.0))
    321.0
    """
    result = coefficients[0]
    for coefficient in coefficients[1:]:
        result = fused_multiply_add(result, x, coefficient)
    return result


def rounded(x: float) -> float:
    """The nearest integer to x, for |x| below 2**51.

    >>> rounded(2.5), rounded(-1.7)
    (2.0, -2.0)
    """
    return (x + TO_INTEGER) - TO_INTEGER


def power_of_two(n: float) -> float:
    """2 ** n for a whole n from -1022 to 1023; outside of these, any number.

    >>> power_of_two(-3.0)
    0.125
    """
    return math.ldexp(1.0, int(n)) if -1022.0 <= n <= 1023.0 else math.nan


def scaled_by_power_of_two(x: float, n: float) -> float:
    """x * 2 ** n, rounded once, for a whole n from -2044 to 2046.

    >>> scaled_by_power_of_two(1.5, -1074.0), scaled_by_power_of_two(1.0, 1024.0)
    (1e-323, inf)
    """
    half = rounded(0.5 * n)
    return x * power_of_two(half) * power_of_two(n - half)


def exponent_and_mantissa(x: float) -> tuple[float, float]:
    """A whole n, and m from sqrt(1/2) to sqrt(2), of which a positive normal x is m * 2 ** n.

    >>> exponent_and_mantissa(6.0), exponent_and_mantissa(5.0)
    ((3.0, 0.75), (2.0, 1.25))
    """
    mantissa, exponent = math.frexp(x)
    return (exponent - 1.0, 2.0 * mantissa) if mantissa < SQRT_HALF else (float(exponent), mantissa)


def rarely(condition: bool, function: Callable[..., float], otherwise: float, *operands: float) -> float:
    """function(*operands) where the condition holds, else `otherwise`: compiled to a branch that is seldom taken.

    >>> rarely(True, math.sqrt, 0.0, 4.0)
    2.0
    """
    return function(*operands) if condition else otherwise


def library_sine(x: float) -> float:
    """The sine from the platform's library, which is right for the largest angles too.

    >>> library_sine(1e22) == math.sin(1e22)
    True
    """
    return math.sin(x) if math.isfinite(x) else math.nan


def library_cosine(x: float) -> float:
    """The cosine from the platform's library.

    >>> library_cosine(1e22) == math.cos(1e22)
    True
    """
    return math.cos(x) if math.isfinite(x) else math.nan


def library_tangent(x: float) -> float:
    """The tangent from the platform's library.

    >>> library_tangent(1e22) == math.tan(1e22)
    True
    """
    return math.tan(x) if math.isfinite(x) else math.nan
