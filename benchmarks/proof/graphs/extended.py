"""What each row gives at any doubles, inf, nan and both zeros among them: exactly, or the limit, or nan for none.

Where all operands are finite and inside the domain, the formulas of `exact.py` say it. At an infinity or a zero they
are evaluated at numbers that approach it, in mpmath, which has no largest and no smallest number: faster and slower
in each such operand, and a zero from the side that its sign names. Where all these agree there is a limit, and where
they do not there is none, and nan is right. Rows with corners, and those that are defined by an order of steps, are
written out in `extended_rows.py`. All of this is independent of the library's own formulas; the rules that it follows
are those of docs/conventions.md.
"""

import itertools
import math
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from mpmath import mp, mpc, mpf

from benchmarks.proof.exact import REFERENCES
from benchmarks.proof.graphs.extended_rows import CHOSEN, WRITTEN_OUT
from benchmarks.proof.ulps import PRECISION, goal, ulps

SPEEDS_ALONE = (1_200, 1_500)  # the logarithms of numbers that stand for an infinity
SPEEDS_TOGETHER = (4_000, 9_000)  # beyond what a square of a double makes up for; one is more than the other squared
BOUNDLESS = mpf(2) ** 1_100  # what was approached is infinite from here on,
NEGLIGIBLE = mpf(2) ** -1_100  # and a zero up to here
CLOSE = mpf(2) ** -100  # two evaluations of one limit
NO_LIMIT = mp.nan


class Wanted(NamedTuple):
    """A number as it should be: exact, maybe infinite or nan; and the size of what may cancel in it, if anything."""

    exact: Any
    terms: Any = None

    def is_met(self, got: float, limit: float) -> bool:
        """Whether a double is that number, up to so many units of the last place.

        >>> Wanted(mpf(1)).is_met(1.0000000000000002, 2.0), Wanted(mp.inf).is_met(1e308, 2.0)
        (True, False)
        """
        if mp.isnan(self.exact) or math.isnan(got):
            return bool(mp.isnan(self.exact) and math.isnan(got))
        if mp.isinf(self.exact):
            return bool(got == self.exact)
        if abs(self.exact) < NEGLIGIBLE and self.terms is None:
            return got == 0.0
        return ulps(got, goal(self.exact, self.terms)) <= limit


class Expected(NamedTuple):
    """What a row should give: its value, and its slope in each operand, those of a sequence one by one."""

    value: Wanted
    slopes: list[Wanted]


def expected(name: str, operands: tuple[Any, ...]) -> Expected:
    """What the row of this name should give at numbers of any kind; hostile ones repeat, and are remembered.

    >>> float(expected("exp", (math.inf,)).slopes[0].exact), float(expected("div", (0.0, 0.0)).value.exact)
    (inf, nan)
    """
    key = f"{name}{operands}"  # in writing, where -0.0 is told from 0.0, and a nan is a nan
    if key not in known:
        with mp.workprec(PRECISION):
            known[key] = computed(name, operands)
    return known[key]


#: What was computed, by the name of the row and its operands in writing.
known: dict[str, Expected] = {}


def computed(name: str, operands: tuple[Any, ...]) -> Expected:
    """The same, not remembered."""
    if (name, operands) in CHOSEN:
        value, slopes = CHOSEN[name, operands]
        return Expected(Wanted(mpf(value)), [Wanted(mpf(slope)) for slope in slopes])
    if name in WRITTEN_OUT:
        exact, exact_slopes, terms = WRITTEN_OUT[name](*operands)
        return Expected(Wanted(exact, terms), list(map(Wanted, exact_slopes, terms_of_slopes(name, operands))))
    return by_formula(name, operands)


def zero_of(name: str, operands: tuple[Any, ...]) -> float | None:
    """The zero, with its sign, that a row gives where its value is one; None where no standard names the sign.

    Arithmetic has the signs of IEEE 754, which the processor knows, and an odd function that of its operand.

    >>> zero_of("mul", (-1e-200, 1e-200)), zero_of("sin", (-0.0,)), zero_of("gelu", (0.0,))
    (-0.0, -0.0, None)
    """
    if name in ODD:
        return math.copysign(0.0, operands[0])
    with np.errstate(all="ignore"):
        return float(ARITHMETIC[name](*map(np.float64, operands))) if name in ARITHMETIC else None


ARITHMETIC: dict[str, Callable[..., Any]] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "neg": np.negative,
    "pos": np.positive,
    "abs": np.abs,
}
#: Those that are 0 at 0 alone, with the sign of its zero.
ODD = {
    *("sqrt", "cbrt", "expm1", "log1p", "sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh", "erf"),
    *("softsign", "hardtanh", "sign"),
}


def terms_of_slopes(name: str, operands: tuple[Any, ...]) -> Iterable[Any]:
    """The size of what may cancel in each slope; None where nothing does, or a term is infinite."""
    terms = REFERENCES[name].slope_terms
    if not terms or not all(map(math.isfinite, operands)) or operands[0] <= 0.0:
        return itertools.repeat(None)
    return [term and term(*map(mpf, operands)) for term in terms]


def by_formula(name: str, operands: tuple[float, ...]) -> Expected:
    """The formulas of `exact.py`, at the operands or at what approaches them; outside the domain there is no slope."""
    reference = REFERENCES[name]
    sign = 1
    if name in UP_FROM_ZERO and operands[0] == 0:
        sign = round(math.copysign(1.0, operands[0]))
        operands = (0.0,)
    speeds = SPEEDS_ALONE if len(operands) == 1 and name not in ROOTS else SPEEDS_TOGETHER
    nearby = list(itertools.product(*(approaches(x, speeds) for x in operands)))
    values = [at(reference.value, point) for point in nearby]
    if all(mp.isnan(value) for value in values) and not any(map(math.isnan, operands)) and name != "div":
        return Expected(Wanted(NO_LIMIT), [Wanted(NO_LIMIT) for _ in operands])
    value = limit(values)
    slopes = [limit([at(slope, point) for point in nearby]) for slope in reference.slopes]
    if name in MULTIPLIED and mp.isnan(value):
        slopes = [NO_LIMIT for _ in slopes]
    return Expected(Wanted(sign * value if name == "sqrt" else value), [Wanted(sign * slope) for slope in slopes])


#: Whose results are as small as a third of the logarithm.
ROOTS = ("sqrt", "cbrt")

#: Whose slopes are the value times something: without a value there are none.
MULTIPLIED = ("gaussian",)

#: Defined from 0 on. At -0.0 their slope is the infinity of that sign, which is what 1 / x says.
UP_FROM_ZERO = ("log", "log2", "log10", "sqrt")


def approaches(x: float, speeds: tuple[int, ...]) -> list[Any]:
    """What stands for an operand: itself, or numbers that tend to it at different speeds.

    >>> len(approaches(2.0, SPEEDS_ALONE)), len(approaches(-0.0, SPEEDS_ALONE))
    (1, 2)
    """
    if x == 0.0:
        return [mp.ldexp(math.copysign(1.0, x), -speed) for speed in speeds]
    if math.isinf(x):
        return [mp.ldexp(math.copysign(1.0, x), speed) for speed in speeds]
    return [mpf(x)]


def at(formula: Callable[..., Any], point: tuple[Any, ...]) -> Any:
    """What a formula gives, as a real number; nan for a complex one."""
    found = formula(*point)
    return mp.nan if isinstance(found, mpc) else mpf(found)


def limit(found: list[Any]) -> Any:
    """The number that all that was found agrees on: one that no double can tell from each of them; nan if none.

    >>> float(limit([mpf(2) ** 2_000, mpf(2) ** 4_000])), float(limit([mpf(1), mpf(2)]))
    (inf, nan)
    """
    ends = [mp.sign(x) * mp.inf if abs(x) > BOUNDLESS else mpf(0) if abs(x) < NEGLIGIBLE else x for x in found]
    first, *others = ends
    if all(x == first or mp.almosteq(x, first, rel_eps=CLOSE) for x in others):
        same_side = all(mp.sign(x) == mp.sign(found[0]) for x in found)
        return found[0] if first == 0 and same_side else first
    as_a_logarithm = len(found) == 2 and mp.almosteq(SPEEDS_ALONE[0] * others[0], SPEEDS_ALONE[1] * first, rel_eps=0.01)
    return mp.sign(first) * mp.inf if as_a_logarithm else NO_LIMIT
