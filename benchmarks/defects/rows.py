"""Defects in the table of operations: slopes, kinks and edges, values."""

from benchmarks.defects.defect import Defect

PRIMITIVES, ACCURATE = "autograd/primitives.py", "autograd/accurate.py"

SLOPES = (
    Defect(PRIMITIVES, "z, x: cos(x), latex", "z, x: 1.001 * cos(x), latex", "the slope of sin is off by 1.001"),
    Defect(PRIMITIVES, "x, y: -div(z, y)", "x, y: -div(x, y)", "the slope of div in y is made of x, not of z"),
    Defect(
        PRIMITIVES,
        "z, x: -div(1.0, sqrt(one_less_square(x)))",
        "z, x: div(1.0, sqrt(one_less_square(x)))",
        "the slope of acos has the sign of that of asin",
    ),
    Defect(
        PRIMITIVES,
        "z, x: div(1.0, hypot(1.0, x)), latex",
        "z, x: div(1.0, sqrt(1.0 + x * x)), latex",
        "the slope of asinh is 0 from 1e155 on",
    ),
    Defect(
        PRIMITIVES,
        "sqrt(x - 1.0) * sqrt(x + 1.0)",
        "sqrt(x * x - 1.0)",
        "the slope of acosh cancels near 1 and is 0 from 1e155 on",
    ),
    Defect(
        PRIMITIVES,
        "1.0, alpha * exp(not_above_zero(x))),",
        "1.0, z + alpha),",
        "the slope of elu cancels for a negative x",
    ),
    Defect(
        PRIMITIVES, "z, x: sigmoid(-x), domain", "z, x: 1.0 - sigmoid(x), domain", "the slope of logsigmoid cancels"
    ),
    Defect(
        PRIMITIVES,
        "z, x, scale: where(equal(z, 0.0), 0.0, -x * (x * z))",
        "z, x, scale: where(equal(z, 0.0), 0.0, -x * (scale * z))",
        "the slope of gaussian in scale is made of the wrong operand",
    ),
    Defect(
        PRIMITIVES,
        "negative_slope: not_above_zero(x)",
        "negative_slope: 0.0 * x",
        "leaky_relu has no path to its negative_slope",
    ),
    Defect(
        PRIMITIVES,
        "values: products_of_the_others(values), latex",
        "values: [div(z, v) for v in values], latex",
        "the slopes of prod are nan at a value of 0",
    ),
    Defect(
        PRIMITIVES,
        "rest_of_power(x, y) * (1.0 + y * log(x))",
        "rest_of_power(x, y) * (y * log(x))",
        "the mixed second derivative of power lacks a term",
    ),
    Defect(PRIMITIVES, "z, x: -2.0 * tanh(x) * z", "z, x: -tanh(x) * z", "the second derivative of tanh is halved"),
)

KINKS_AND_EDGES = (
    Defect(
        PRIMITIVES,
        "where(equal(length, 0.0), 0.0, div(x, length))",
        "div(x, length)",
        "the slopes of hypot, norm and atan2 are nan at the origin",
    ),
    Defect(
        PRIMITIVES,
        'z, x: sign(x), symbol="abs"',
        'z, x: where(greater_equal(x, 0.0), 1.0, -1.0), symbol="abs"',
        "the slope of abs at 0 is 1, and -1 for nan",
    ),
    Defect(
        PRIMITIVES,
        "-1.0 if x < 0.0 else x\n",
        "-1.0 if x < 0.0 else 0.0\n",
        "sign of nan is 0, and of -0.0 it is 0.0",
    ),
    Defect(
        PRIMITIVES,
        "kink=lambda x: (x - 1.0) * (x + 1.0)",
        "kink=lambda x: x - 1.0",
        "the row of hardtanh does not say that it has a kink at -1",
    ),
    Defect(
        PRIMITIVES,
        "unless_nan(x, greater(x, y) + 0.5 * equal(x, y))",
        "unless_nan(x, greater_equal(x, y))",
        "at a tie of maximum the slopes add up to 1.5",
    ),
    Defect(
        PRIMITIVES,
        "less(x, low) * less_equal(low, high)",
        "less(x, low)",
        "clip has a slope in low where low is above high",
    ),
    Defect(
        PRIMITIVES,
        "a, b: not_equal(condition, 0.0)",
        "a, b: greater(condition, 0.0)",
        "where has no slope in a under a negative condition",
    ),
    Defect(
        PRIMITIVES,
        "unless_nan(v, div(hit, count + equal(count, 0.0)))",
        "unless_nan(v, hit)",
        "several largest values have the full slope of max each",
    ),
    Defect(
        PRIMITIVES,
        "where(equal(x, 0.0) * greater_equal(y, 0.0), 0.0, z * log(x))",
        "z * log(x)",
        "the slope of 0 ** y in y is nan",
    ),
    Defect(
        PRIMITIVES,
        "except OverflowError:\n        return math.copysign(math.inf, x) if y % 2.0 == 1.0 else math.inf",
        "except OverflowError:\n        return math.inf",
        "(-1e200) ** 3 is inf, not -inf",
    ),
    Defect(
        PRIMITIVES,
        "return math.copysign(math.inf, x) if x == 1.0 or",
        "return math.inf if x == 1.0 or",
        "atanh(-1.0) is inf, not -inf",
    ),
)

VALUES = (
    Defect(
        PRIMITIVES,
        "return 4.0 * t / (1.0 + t * (2.0 + t))",
        "return 1.0 - math.tanh(x) ** 2",
        "the slope of tanh is 0 from 20 on",
    ),
    Defect(
        PRIMITIVES,
        "if x >= 0.0 else e / (1.0 + e)",
        "if x >= 0.0 else 1.0 - 1.0 / (1.0 + e)",
        "sigmoid is 0 from -37 on",
    ),
    Defect(
        PRIMITIVES,
        "return result + result * rest if math.isfinite(rest) and result != math.inf else result",
        "return result",
        "exp_difference has the rounding of x - y in its exponent",
    ),
    Defect(
        PRIMITIVES,
        "slope += slope * (rest * math.log(x))",
        "slope += slope * rest",
        "the slope of power in x has a part of the rounding of y - 1 in its exponent",
    ),
    Defect(
        PRIMITIVES,
        "return accurate.sum_in_order(values, 0.0)\n",
        "return math.fsum(values)\n",
        "sum does not round as the loop written out",
    ),
    Defect(
        PRIMITIVES,
        "return accurate.sum_in_order(map(operator.mul, w, x), 0.0 if bias is None else bias)",
        "return accurate.sum_in_order(map(operator.mul, w, x), 0.0) + (0.0 if bias is None else bias)",
        "dot adds its bias last",
    ),
    Defect(ACCURATE, "a_low * b_high) + a_low * b_low", "a_low * b_high)", "two_product lacks its smallest term"),
    Defect(ACCURATE, "if x < 6.0:", "if x < 4.0:", "erfc lacks the pole of its integral between 4 and 6"),
    Defect(
        ACCURATE,
        "return product + (rest + 0.5 * x * correction)",
        "return product + rest",
        "gelu has the rounding of x / sqrt(2) in its tail",
    ),
    Defect(ACCURATE, "if -2.5 < x < -0.5:", "if -1.2 < x < -0.5:", "the slope of silu cancels just beyond its zero"),
)
