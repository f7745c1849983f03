"""What each row gives exactly, value and slopes, in the arithmetic of mpmath at any precision."""

from collections.abc import Callable
from typing import Any, NamedTuple

from mpmath import mp, mpf

from autograd.primitives import Primitive


class Reference(NamedTuple):
    """The exact value, the exact slope in each operand, and the absolute terms of what may cancel, if anything.

    relative  whether the value has an error for each of its operands, in proportion to it, and is measured so
    """

    value: Callable[..., Any]
    slopes: tuple[Callable[..., Any], ...]
    terms: Callable[..., Any] | None = None
    slope_terms: tuple[Callable[..., Any] | None, ...] = ()
    relative: bool = False


def exactly(value: Callable[..., Any], *slopes: Callable[..., Any], **measure: Any) -> Reference:
    return Reference(value, slopes, **measure)


def sigmoid(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x))


def sigmoid_slope(x: Any) -> Any:
    return sigmoid(x) * sigmoid(-x)


def bell(x: Any) -> Any:
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def normal_cdf(x: Any) -> Any:
    return mp.erfc(-x / mp.sqrt(2)) / 2


def erf_slope(x: Any) -> Any:
    return 2 / mp.sqrt(mp.pi) * mp.exp(-x * x)


def gelu_slope(x: Any) -> Any:
    return normal_cdf(x) + x * bell(x)


def silu_slope(x: Any) -> Any:
    return sigmoid(x) * (1 + x * sigmoid(-x))


def softplus(x: Any) -> Any:
    return mp.log1p(mp.exp(x)) if x < 0 else x + mp.log1p(mp.exp(-x))


def logsumexp_terms(values: Any) -> tuple[Any, Any]:
    """The largest value and what the others add to it."""
    *rest, largest = sorted(values)
    return largest, mp.log1p(mp.fsum(mp.exp(v - largest) for v in rest))


def product_without(values: Any, left_out: int) -> Any:
    return mp.fprod(v for i, v in enumerate(values) if i != left_out)


def share(values: Any, extreme: Any) -> list[Any]:
    return [mpf(int(v == extreme)) / values.count(extreme) for v in values]


def inverse(x: Any) -> Any:
    return 1 / x if x else mp.inf


def half_at_tie(x: Any, y: Any) -> Any:
    return (1 + mp.sign(x - y)) / 2


def zero(*operands: Any) -> Any:
    return mpf(0)


def one(*operands: Any) -> Any:
    return mpf(1)


def truth(comparison: Callable[[Any, Any], bool]) -> Reference:
    return exactly(lambda x, y: mpf(int(comparison(x, y))), zero, zero)


REFERENCES = {
    "add": exactly(lambda x, y: x + y, one, one),
    "sub": exactly(lambda x, y: x - y, one, lambda x, y: -1),
    "mul": exactly(lambda x, y: x * y, lambda x, y: y, lambda x, y: x),
    "div": exactly(lambda x, y: x / y, lambda x, y: 1 / y, lambda x, y: -x / (y * y)),
    "neg": exactly(lambda x: -x, lambda x: -1),
    "pos": exactly(lambda x: x, one),
    "power": exactly(mp.power, lambda x, y: y * x ** (y - 1), lambda x, y: x**y * mp.log(x)),
    "power_slope": exactly(
        lambda x, y: y * x ** (y - 1),
        lambda x, y: y * (y - 1) * x ** (y - 2),
        lambda x, y: x ** (y - 1) * (1 + y * mp.log(x)),
        slope_terms=(None, lambda x, y: x ** (y - 1) * (1 + abs(y * mp.log(x)))),
    ),
    "exp": exactly(mp.exp, mp.exp),
    "expm1": exactly(mp.expm1, mp.exp),
    "exp_difference": exactly(lambda x, y: mp.exp(x - y), lambda x, y: mp.exp(x - y), lambda x, y: -mp.exp(x - y)),
    "log": exactly(mp.log, lambda x: 1 / x),
    "log1p": exactly(mp.log1p, lambda x: 1 / (1 + x)),
    "log2": exactly(lambda x: mp.log(x) / mp.log(2), lambda x: 1 / (x * mp.log(2))),
    "log10": exactly(lambda x: mp.log(x) / mp.log(10), lambda x: 1 / (x * mp.log(10))),
    "sqrt": exactly(mp.sqrt, lambda x: 1 / (2 * mp.sqrt(x))),
    "cbrt": exactly(lambda x: mp.sign(x) * mp.cbrt(abs(x)), lambda x: 1 / (3 * mp.cbrt(abs(x)) ** 2)),
    "hypot": exactly(mp.hypot, lambda x, y: x / mp.hypot(x, y), lambda x, y: y / mp.hypot(x, y)),
    "norm": exactly(
        lambda values: mp.sqrt(mp.fsum(v * v for v in values)),
        lambda values: [v / mp.sqrt(mp.fsum(w * w for w in values)) for v in values],
    ),
    "sin": exactly(mp.sin, mp.cos),
    "cos": exactly(mp.cos, lambda x: -mp.sin(x)),
    "tan": exactly(mp.tan, lambda x: mp.sec(x) ** 2),
    "asin": exactly(mp.asin, lambda x: inverse(mp.sqrt((1 - x) * (1 + x)))),
    "acos": exactly(mp.acos, lambda x: -inverse(mp.sqrt((1 - x) * (1 + x)))),
    "atan": exactly(mp.atan, lambda x: 1 / (1 + x * x)),
    "atan2": exactly(mp.atan2, lambda y, x: x / (x * x + y * y), lambda y, x: -y / (x * x + y * y)),
    "sinh": exactly(mp.sinh, mp.cosh),
    "cosh": exactly(mp.cosh, mp.sinh),
    "tanh": exactly(mp.tanh, lambda x: mp.sech(x) ** 2),
    "tanh_slope": exactly(lambda x: mp.sech(x) ** 2, lambda x: -2 * mp.tanh(x) * mp.sech(x) ** 2),
    "asinh": exactly(mp.asinh, lambda x: 1 / mp.sqrt(1 + x * x)),
    "acosh": exactly(mp.acosh, lambda x: inverse(mp.sqrt((x - 1) * (x + 1)))),
    "atanh": exactly(mp.atanh, lambda x: inverse((1 - x) * (1 + x))),
    "gaussian": exactly(
        lambda x, scale: mp.exp(-scale * x * x),
        lambda x, scale: -2 * scale * x * mp.exp(-scale * x * x),
        lambda x, scale: -x * x * mp.exp(-scale * x * x),
    ),
    "erf": exactly(mp.erf, erf_slope),
    "erfc": exactly(mp.erfc, lambda x: -erf_slope(x)),
    "normal_cdf": exactly(normal_cdf, bell),
    "sigmoid": exactly(sigmoid, sigmoid_slope),
    "sigmoid_slope": exactly(sigmoid_slope, lambda x: -sigmoid_slope(x) * mp.tanh(x / 2)),
    "sigmoid_difference": exactly(
        lambda x, y: sigmoid(x - y), lambda x, y: sigmoid_slope(x - y), lambda x, y: -sigmoid_slope(x - y)
    ),
    "softplus": exactly(softplus, sigmoid),
    "logsigmoid": exactly(lambda x: -softplus(-x), lambda x: sigmoid(-x)),
    "relu": exactly(lambda x: max(x, mpf(0)), lambda x: int(x > 0)),
    "relu6": exactly(lambda x: min(max(x, mpf(0)), mpf(6)), lambda x: int(0 < x < 6)),
    "hardtanh": exactly(lambda x: min(max(x, mpf(-1)), mpf(1)), lambda x: int(-1 < x < 1)),
    "leaky_relu": exactly(
        lambda x, slope: x if x > 0 else slope * x,
        lambda x, slope: 1 if x > 0 else slope,
        lambda x, slope: min(x, mpf(0)),
    ),
    "elu": exactly(
        lambda x, alpha: x if x > 0 else alpha * mp.expm1(x),
        lambda x, alpha: 1 if x > 0 else alpha * mp.exp(x),
        lambda x, alpha: mp.expm1(min(x, mpf(0))),
    ),
    "gelu": exactly(lambda x: x * normal_cdf(x), gelu_slope),
    "gelu_slope": exactly(gelu_slope, lambda x: bell(x) * (2 - x * x)),
    "silu": exactly(lambda x: x * sigmoid(x), silu_slope),
    "silu_slope": exactly(silu_slope, lambda x: sigmoid_slope(x) * (2 - x * mp.tanh(x / 2))),
    "softsign": exactly(lambda x: x / (1 + abs(x)), lambda x: 1 / (1 + abs(x)) ** 2),
    "abs": exactly(abs, mp.sign),
    "sign": exactly(mp.sign, zero),
    "floor": exactly(mp.floor, zero),
    "ceil": exactly(mp.ceil, zero),
    "round": exactly(mp.nint, zero),
    "maximum": exactly(max, half_at_tie, lambda x, y: half_at_tie(y, x)),
    "minimum": exactly(min, lambda x, y: half_at_tie(y, x), half_at_tie),
    "clip": exactly(
        lambda x, low, high: min(max(x, low), high),
        lambda x, low, high: int(low <= x <= high),
        lambda x, low, high: int(x < low),
        lambda x, low, high: int(x > high),
    ),
    "where": exactly(
        lambda condition, a, b: a if condition else b,
        zero,
        lambda condition, a, b: int(condition != 0),
        lambda condition, a, b: int(condition == 0),
    ),
    "take": exactly(
        lambda table, index: table[int(index)],
        lambda table, index: [int(place == int(index)) for place in range(len(table))],
        zero,
    ),
    "greater": truth(lambda x, y: x > y),
    "greater_equal": truth(lambda x, y: x >= y),
    "less": truth(lambda x, y: x < y),
    "less_equal": truth(lambda x, y: x <= y),
    "equal": truth(lambda x, y: x == y),
    "not_equal": truth(lambda x, y: x != y),
    "sum": exactly(
        mp.fsum,
        lambda values: [1 for _ in values],
        terms=lambda values: mp.fsum(values, absolute=True),
        relative=True,
    ),
    "dot": exactly(
        lambda w, x, bias: bias + mp.fdot(w, x),
        lambda w, x, bias: x,
        lambda w, x, bias: w,
        one,
        terms=lambda w, x, bias: abs(bias) + mp.fdot(map(abs, w), map(abs, x)),
        relative=True,
    ),
    "mean": exactly(
        lambda values: mp.fsum(values) / len(values),
        lambda values: [mpf(1) / len(values) for _ in values],
        terms=lambda values: mp.fsum(values, absolute=True) / len(values),
        relative=True,
    ),
    "prod": exactly(mp.fprod, lambda values: [product_without(values, i) for i in range(len(values))], relative=True),
    "max": exactly(max, lambda values: share(values, max(values))),
    "min": exactly(min, lambda values: share(values, min(values))),
    "logaddexp": exactly(
        lambda x, y: mp.fsum(logsumexp_terms((x, y))),
        lambda x, y: sigmoid(x - y),
        lambda x, y: sigmoid(y - x),
        terms=lambda x, y: mp.fsum(logsumexp_terms((x, y)), absolute=True),
    ),
    "logsumexp": exactly(
        lambda values: mp.fsum(logsumexp_terms(values)),
        lambda values: [1 / mp.fsum(mp.exp(w - v) for w in values) for v in values],
        terms=lambda values: mp.fsum(logsumexp_terms(values), absolute=True),
    ),
}


def reference(row: Primitive) -> Reference:
    """The exact formulas of a row."""
    found = REFERENCES.get(row.name)
    if found is None:
        raise LookupError(f"{row} has no exact formula: add one to REFERENCES in benchmarks/proof/exact.py")
    return found
