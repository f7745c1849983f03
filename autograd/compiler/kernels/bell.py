"""The error function and its complement.

Up to 1 erf(x) is x times a polynomial in x^2. From 0.5 on erfc(x) is e^(-x^2) / (1 + 2x) times a polynomial in
t = (x - 3) / (x + 3), which takes the half line to an interval (Shepherd and Laframboise 1981).
"""

import math

from autograd.compiler.kernels.exponential import cut, growth
from autograd.compiler.kernels.machine import fused_multiply_add, polynomial, scaled_by_power_of_two, two_product

#: erf(x) / x as a function of x^2 up to 1, within 2**-68
ERROR_TERMS = (
    *(-4.233127844584853e-12, 8.710463832259554e-11, -1.216496805766133e-09, 1.4792469528196533e-08),
    *(-1.63646495363394e-07, 1.6462045979263956e-06, -1.492564759442373e-05, 0.00012055332903809768),
    *(-0.0008548327021955954, 0.005223977625423609, -0.026866170645129868, 0.1128379167095512),
    *(-0.37612638903183754, 1.1283791670955126),
)
#: (1 + 2x) * e^(x^2) * erfc(x) as a function of t for x from 0.45 to 28, less TAIL_MIDDLE, over t; within 2**-57
TAIL_TERMS = (
    *(-1.3469511923619592e-08, 2.0804485862189938e-08, 1.0705238318692572e-07, -1.1627191615403827e-07),
    *(-6.250664755535632e-07, 3.38934172944366e-07, 3.4789590437441136e-06, -7.235163283368137e-07),
    *(-2.010353731897982e-05, 4.947165756088275e-06, 0.00012510018474454074, -0.00010515936285401909),
    *(-0.0007798324167255639, 0.001888690307062041, 0.0025293918310742686, -0.023770514914938784),
    *(0.06830802734312565, -0.1192736634154472, 0.1296451587027828, -0.04756229435344869),
    -0.13562110612458134,
)
TAIL_MIDDLE = 1.2530080582697296  # that at t = 0


def near_error_function(x: float) -> float:
    """erf(x) for |x| <= 1.

    >>> near_error_function(0.5) == math.erf(0.5)
    True
    """
    return x * polynomial(x * x, ERROR_TERMS)


def tail(x: float) -> float:
    """erfc(x) for x >= 0.45.

    >>> tail(30.0)
    0.0
    """
    x = 28.0 if x > 28.0 else x  # 0 already
    square, rest = two_product(x, x)
    n, r = cut(-square)
    grown = growth(r - rest)
    e = 1.0 + grown
    factor, factor_rest = tail_factor(x)
    more = fused_multiply_add(grown - (e - 1.0), factor, e * factor_rest)
    return scaled_by_power_of_two(fused_multiply_add(e, factor, more), n)


def tail_factor(x: float) -> tuple[float, float]:
    """e^(x^2) * erfc(x) for x from 0.45 to 28, and what rounding it left over.

    One division gives the inverses of x + 3 and of 1 + 2x, and a step of Newton's each of the two quotients.

    >>> round(tail_factor(1.0)[0], 15), round(math.e * math.erfc(1.0), 15)
    (0.427583576155807, 0.427583576155807)
    """
    above, below = x + 3.0, 1.0 + 2.0 * x
    below_rest = 2.0 * x - (below - 1.0)
    inverse = 1.0 / (above * below)
    of_above, of_below = inverse * below, inverse * above
    t = (x - 3.0) * of_above
    t = fused_multiply_add(fused_multiply_add(-t, above, x - 3.0), of_above, t)
    slope = polynomial(t, TAIL_TERMS)
    top = fused_multiply_add(slope, t, TAIL_MIDDLE)
    top_rest = fused_multiply_add(slope, t, TAIL_MIDDLE - top)
    factor = top * of_below
    lacking = fused_multiply_add(-factor, below, top) + fused_multiply_add(-factor, below_rest, top_rest)
    return factor, lacking * of_below


def erf(x: float) -> float:
    """The error function.

    >>> erf(-0.0), erf(10.0)
    (-0.0, 1.0)
    """
    size = math.fabs(x)
    return near_error_function(x) if size < 1.0 else math.copysign(1.0 - tail(size), x)


def erfc(x: float) -> float:
    """The complementary error function, 1 - erf(x).

    >>> erfc(0.0), erfc(-10.0), erfc(30.0)
    (1.0, 2.0, 0.0)
    """
    beyond = tail(math.fabs(x))
    return 1.0 - near_error_function(x) if math.fabs(x) < 0.5 else beyond if x > 0.0 else 2.0 - beyond
