"""Sines, cosines, tangents, and the angles they belong to.

An angle is cut into n quarter turns and a rest r with |r| <= pi / 4, in doubled precision (Cody and Waite 1980, with
fused products). Angles beyond 2**30 are left to the platform's library: they are rare, and a branch skips them.
"""

import math

from autograd.accurate import quotient, two_sum
from autograd.compiler.kernels.machine import (
    fused_multiply_add,
    library_cosine,
    library_sine,
    library_tangent,
    polynomial,
    rarely,
    rounded,
    two_product,
)
from autograd.primitives import sqrt

FAR = 2.0**30
TWO_OVER_PI = 0.6366197723675814
PI_HALF = 1.5707963267948966
PI_HALF_REST = 6.123233995736766e-17  # pi / 2, less PI_HALF
PI_HALF_LAST = -1.4973849048591698e-33  # and less this rest

#: (sin(r) / r - 1) / r^2 as a function of r^2 up to (pi / 4)^2, within 2**-58
SINE_TERMS = (
    *(1.5895213738073665e-10, -2.50507316133244e-08, 2.755731352811794e-06, -0.00019841269829352855),
    *(0.008333333333321868, -0.1666666666666663),
)
#: (cos(r) - 1 + r^2 / 2) / r^4, within 2**-64
COSINE_TERMS = (
    *(-1.1358564373552304e-11, 2.0875702981963986e-09, -2.7557314208079396e-07, 2.4801587289001707e-05),
    *(-0.0013888888888873387, 0.041666666666666595),
)
TAN_PI_EIGHTH = 0.41421356237309503
TAN_THREE_PI_EIGHTHS = 2.414213562373095
#: (atan(t) / t - 1) / t^2 as a function of t^2 up to tan(pi / 8)^2, within 2**-59
ARCTANGENT_TERMS = (
    *(-0.01791119909199807, 0.038068403768995264, -0.05039463566887453, 0.05847926136841651),
    *(-0.06663109300564168, 0.0769206069000026, -0.09090897784918647, 0.11111110784411682),
    *(-0.1428571428021546, 0.19999999999953771, -0.333333333333332),
)


def quarter_turns(x: float) -> tuple[float, float, float]:
    """A whole n, r and a small rest, of which |x| < FAR is n * pi / 2 + r + rest.

    >>> quarter_turns(0.5), quarter_turns(3.0)[0]
    ((0.0, 0.5, 0.0), 2.0)
    """
    n = rounded(x * TWO_OVER_PI)
    product, product_rest = two_product(n, PI_HALF_REST)
    r, rest = two_sum(fused_multiply_add(-n, PI_HALF, x), -product)
    return n, r, rest - fused_multiply_add(n, PI_HALF_LAST, product_rest)


def near_sine(r: float, rest: float) -> tuple[float, float]:
    """sin(r + rest) for |r| <= pi / 4, as two numbers to add.

    >>> sum(near_sine(0.5, 0.0)) == math.sin(0.5)
    True
    """
    square = r * r
    rest = fused_multiply_add(-0.5 * square, rest, rest)
    return r, fused_multiply_add(r * square, polynomial(square, SINE_TERMS), rest)


def near_cosine(r: float, rest: float) -> tuple[float, float]:
    """cos(r + rest) for |r| <= pi / 4, as two numbers to add.

    >>> sum(near_cosine(0.5, 0.0)) == math.cos(0.5)
    True
    """
    square = r * r
    half = 0.5 * square
    most = 1.0 - half
    fourth = fused_multiply_add(square * square, polynomial(square, COSINE_TERMS), -r * rest)
    return most, ((1.0 - most) - half) + fourth


def halved(n: float) -> tuple[float, bool]:
    """n // 2 for a whole n, and whether n is odd.

    >>> halved(5.0), halved(-2.0)
    ((2.0, True), (-1.0, False))
    """
    half = rounded(0.5 * n - 0.25)
    return half, 2.0 * half != n


def wave(x: float, ahead: float) -> float:
    """The sine of x and `ahead` quarter turns more, for |x| < FAR.

    >>> wave(0.0, 1.0)
    1.0
    """
    n, r, rest = quarter_turns(x)
    half, odd = halved(n + ahead)
    _, negative = halved(half)
    most, more = near_cosine(r, rest) if odd else near_sine(r, rest)
    return -(most + more) if negative else most + more


def sin(x: float) -> float:
    """The sine of an angle in radians.

    >>> sin(-0.0), sin(0.5) == math.sin(0.5)
    (-0.0, True)
    """
    near = wave(x, 0.0) if x != 0.0 else x
    return rarely(math.fabs(x) > FAR, library_sine, near, x)


def cos(x: float) -> float:
    """The cosine of an angle in radians.

    >>> cos(0.0), cos(0.5) == math.cos(0.5)
    (1.0, True)
    """
    return rarely(math.fabs(x) > FAR, library_cosine, wave(x, 1.0), x)


def tan(x: float) -> float:
    """The tangent of an angle in radians.

    >>> tan(-0.0), tan(0.5) == math.tan(0.5)
    (-0.0, True)
    """
    n, r, rest = quarter_turns(x)
    _, odd = halved(n)
    sine, cosine = two_sum(*near_sine(r, rest)), two_sum(*near_cosine(r, rest))
    near = -quotient(*cosine, *sine) if odd else quotient(*sine, *cosine)
    near = near if x != 0.0 else x
    return rarely(math.fabs(x) > FAR, library_tangent, near, x)


def angle(y: float, x: float, behind: bool) -> float:
    """The angle of the point (x, y), or of (-x, y) if it is behind the origin; neither is negative, one may be inf.

    With t at most tan(pi / 8), it is the arc tangent of t, on top of the nearest eighth of a turn (Cephes' atan.c).

    >>> angle(1.0, 1.0, False) == math.pi / 4.0, angle(0.0, 1.0, True) == math.pi
    (True, True)
    """
    flat = y <= TAN_PI_EIGHTH * x
    steep = y > TAN_THREE_PI_EIGHTHS * x
    top = y if flat else -x if steep else y - x
    bottom = x if flat else y if steep else y + x
    t = top / bottom
    eighths = 0.0 if flat else 2.0 if steep else 1.0
    eighths = 4.0 - eighths if behind else eighths
    t = -t if behind else t
    square = t * t
    more = fused_multiply_add(t * square, polynomial(square, ARCTANGENT_TERMS), 0.5 * PI_HALF_REST * eighths)
    return 0.5 * PI_HALF * eighths + (t + more)


def atan(x: float) -> float:
    """The angle in radians whose tangent is x.

    >>> atan(-0.0), atan(math.inf) == math.pi / 2.0, atan(1.0) == math.pi / 4.0
    (-0.0, True, True)
    """
    return math.copysign(angle(math.fabs(x), 1.0, False), x)


def atan2(y: float, x: float) -> float:
    """The angle in radians of the point (x, y).

    >>> atan2(0.0, -1.0) == math.pi, atan2(-0.0, 0.0), atan2(math.inf, math.inf) == math.pi / 4.0
    (True, -0.0, True)
    """
    height, width = math.fabs(y), math.fabs(x)
    infinite = height == math.inf and width == math.inf
    scale = 0.25 if height > 1e300 or width > 1e300 else 1.0  # their sum is finite then
    height = 1.0 if infinite else scale * height
    width = 1.0 if infinite or (height == 0.0 and width == 0.0) else scale * width
    return math.copysign(angle(height, width, math.copysign(1.0, x) < 0.0), y)


def asin(x: float) -> float:
    """The angle in radians whose sine is x; nan outside [-1, 1].

    >>> asin(-0.0), asin(1.0) == math.pi / 2.0, asin(2.0)
    (-0.0, True, nan)
    """
    height = math.fabs(x)
    return math.copysign(angle(height, sqrt((1.0 - height) * (1.0 + height)), False), x)


def acos(x: float) -> float:
    """The angle in radians whose cosine is x; nan outside [-1, 1].

    >>> acos(1.0), acos(-1.0) == math.pi, acos(2.0)
    (0.0, True, nan)
    """
    return 2.0 * angle(sqrt(1.0 - x), sqrt(1.0 + x), False)
