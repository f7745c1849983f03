"""How far every row is from the exact result, in units of the last place, against mpmath at 300 bits.

`python -m pytest tests/test_accuracy.py` draws 300 points for each row and range, `-m slow` 10,000, and
`python -m tests.test_accuracy` prints the table of docs/numerics.md over the same 10,000 points.

The error is |computed - exact| over the spacing of doubles at the exact result, rounded; below the smallest
normal number that is the spacing of the subnormal ones, and inf counts as 2**1024. Where a row is a sum whose
terms may cancel (sum, mean, dot, logaddexp, logsumexp), its value is held to the spacing at the sum of the
absolute terms, because no summation in order does better. No other value and no slope has this measure, but
for one: that of power_slope in y, which is itself a second derivative.
"""

import itertools
import math
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from mpmath import mp, mpf

from autograd.primitives import TABLE, Interval, Primitive, flat
from benchmarks.proof.exact import REFERENCES, reference

VALUE_LIMIT = 2.7
SLOPE_LIMIT = 4.0
PRECISION = 300  # bits; enough for the worst cancellation in a formula below, and 53 bits to compare with
POINTS, MANY_POINTS = 300, 10_000
CORE = 5.0
LARGEST = mpf(2) ** 1024  # what inf stands for: the first number that rounds to it, but for half a spacing

#: The rows of the library; those that other tests define are not measured.
ROWS = [row for row in TABLE.values() if row.__module__ == "autograd.primitives"]
RANGES = ("core", "wide")

#: Slopes of rows that are slopes themselves, hence second derivatives, where the short formula is not that close.
LOOSER_LIMITS = {
    ("gelu_slope", "x"): 5.0,  # a product of five rounded factors
    ("silu_slope", "x"): 5.0,  # a product of a slope and a sum that is exact to a few units itself
    ("power_slope", "x"): 600.0,  # y - 1 is rounded: up to 2**-51 * |log x| for a fractional y; none for an integer
    ("power_slope", "y"): 600.0,  # the same, in units of the sum of its two absolute terms, which cancel
}


# Where it is measured

#: Operands near which a term of the row or of its slope vanishes; a part of the draws lies close to one.
HARD_POINTS = {
    "gelu": (-0.7517915246935645,),
    "gelu_slope": (-0.7517915246935645, -math.sqrt(2.0), math.sqrt(2.0)),
    "silu": (-1.2784645427610737,),
    "silu_slope": (-1.2784645427610737, -2.3993572805154675, 2.3993572805154675),
    "power": (1.0,),
    "power_slope": (1.0,),
    "log": (1.0,),
    "log2": (1.0,),
    "log10": (1.0,),
}


def log_uniform(rng: random.Random, low: float, high: float) -> float:
    return min(max(math.exp(rng.uniform(math.log(low), math.log(high))), low), high)


def smallest_magnitude(end: float) -> float:
    """A domain that ends early, so that nothing overflows, starts as early, so that nothing underflows."""
    return 1.0 / end if end > 1e50 else 1e-300


def draw_wide(rng: random.Random, interval: Interval) -> float:
    """A number of any magnitude; one in four lies close to an end of the interval, one in four between 1 and it."""
    low, high = interval
    where = rng.random()
    if where < 0.25:
        end, inwards = rng.choice(((low, 1.0), (high, -1.0)))
        return end + inwards * log_uniform(rng, 1e-17, 1.0) * min(1.0, high - low)
    sign = rng.choice([s for s, end in ((1.0, high), (-1.0, -low)) if end > 0.0])
    far, near = (high, low) if sign > 0.0 else (-low, -high)
    nearest = 1.0 if where < 0.5 else smallest_magnitude(far)
    return sign * log_uniform(rng, min(max(near, nearest), far), far)


def draw(rng: random.Random, span: str, interval: Interval, hard: tuple[float, ...]) -> float:
    if hard and rng.random() < 0.25:
        return rng.choice(hard) * (1.0 + rng.choice((-1.0, 1.0)) * log_uniform(rng, 1e-17, 0.3))
    if span == "wide":
        return draw_wide(rng, interval)
    return rng.uniform(max(interval[0], -CORE), min(interval[1], CORE))


def points(row: Primitive, span: str, count: int) -> Iterator[tuple[Any, ...]]:
    """Operands for `row`, the same at every run; one number in 16 is the one before it, for the ties."""
    rng = random.Random(f"{row} {span}")
    for _ in range(count):
        length = rng.randint(3, 5)
        last = math.nan
        operands: list[Any] = []
        for i, (is_sequence, interval) in enumerate(zip(row.sequences, row.domain, strict=True)):
            drawn = []
            for _ in range(length if is_sequence else 1):
                tie = interval[0] <= last <= interval[1] and rng.random() < 1 / 16
                last = last if tie else draw(rng, span, interval, () if i else HARD_POINTS.get(row.name, ()))
                drawn.append(last)
            operands.append(tuple(drawn) if is_sequence else last)
        yield tuple(operands)


# How far off it is


def ulps(computed: float, exact: Any, terms: Any = None) -> float:
    """The error of `computed` in units of the last place of `exact`, or of `terms` where they are given."""
    if math.isnan(computed):
        return math.inf
    got = mp.sign(computed) * LARGEST if math.isinf(computed) else mpf(computed)
    wanted = mpf(max(min(exact, LARGEST), -LARGEST))
    scale = wanted if terms is None else terms
    return float(abs(got - wanted) / math.ulp(min(abs(float(scale)), sys.float_info.max)))


class Worst(NamedTuple):
    """The largest error seen, and the operands where it was."""

    error: float = 0.0
    operands: tuple[Any, ...] = ()


def listed(slope: Any) -> list[Any]:
    return list(slope) if isinstance(slope, (list, tuple)) else [slope]


def exact_operands(operands: tuple[Any, ...]) -> list[Any]:
    return [tuple(map(mpf, o)) if isinstance(o, tuple) else mpf(o) for o in operands]


def measure(row: Primitive, span: str, count: int) -> tuple[Worst, ...]:
    """The largest error of the value and of each slope, over `count` points."""
    exact = reference(row)
    worst = [Worst() for _ in range(1 + len(row.slopes))]
    slope_terms = exact.slope_terms or (None,) * len(row.slopes)
    with mp.workprec(PRECISION):
        for operands in points(row, span, count):
            z = row.function(*operands)
            precise = exact_operands(operands)
            terms = [None if t is None else t(*precise) for t in (exact.terms, *slope_terms)]
            results = [([z], [exact.value(*precise)])]
            for slope, wanted in zip(row.slopes, exact.slopes, strict=True):
                results.append((listed(slope(z, *operands)), listed(wanted(*precise))))
            for i, (got, wanted) in enumerate(results):
                error = max(ulps(g, w, terms[i]) for g, w in zip(got, wanted, strict=True))
                if error > worst[i].error:
                    worst[i] = Worst(error, operands)
    return tuple(worst)


def assert_accurate(row: Primitive, span: str, count: int) -> None:
    value, *slopes = measure(row, span, count)
    assert value.error <= VALUE_LIMIT, f"the value of {row} is {value.error:.2f} ulp off at {value.operands}"
    for name, slope in zip(row.parameters, slopes, strict=True):
        limit = LOOSER_LIMITS.get((row.name, name), SLOPE_LIMIT)
        assert slope.error <= limit, f"the slope of {row} in {name} is {slope.error:.2f} ulp off at {slope.operands}"


@pytest.mark.parametrize("span", RANGES)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_value_and_slope_is_within_a_few_units_of_the_last_place(row: Primitive, span: str) -> None:
    assert_accurate(row, span, POINTS)


@pytest.mark.slow
@pytest.mark.parametrize("span", RANGES)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_same_holds_over_many_points(row: Primitive, span: str) -> None:
    assert_accurate(row, span, MANY_POINTS)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_table_in_the_documentation_has_this_row(row: Primitive) -> None:
    page = Path(__file__).parents[1] / "docs" / "numerics.md"
    assert f"\n| {row} |" in page.read_text(encoding="utf-8"), "regenerate it: python -m tests.test_accuracy"


# Whether the measure can be trusted


def without_ties(row: Primitive, count: int) -> list[tuple[Any, ...]]:
    drawn = (
        operands for operands in points(row, "core", 10 * count) if len({*flat(operands)}) == len([*flat(operands)])
    )
    return list(itertools.islice(drawn, count))


def measured_slope(value: Callable[..., Any], operands: list[Any], i: int, j: int) -> Any:
    """The derivative of `value` in its i-th operand, or in the j-th number of that, if it is a sequence."""
    chosen = operands[i]

    def along(t: Any) -> Any:
        changed = (*chosen[:j], t, *chosen[j + 1 :]) if isinstance(chosen, tuple) else t
        return value(*operands[:i], changed, *operands[i + 1 :])

    return mp.diff(along, chosen[j] if isinstance(chosen, tuple) else chosen)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_exact_slopes_are_the_derivatives_of_the_exact_values(row: Primitive) -> None:
    exact = reference(row)
    with mp.workprec(PRECISION):
        for operands in without_ties(row, 3):
            precise = exact_operands(operands)
            for i, slope in enumerate(exact.slopes):
                for j, steep in enumerate(listed(slope(*precise))):
                    off = abs(measured_slope(exact.value, precise, i, j) - steep)
                    assert off <= mpf(10) ** -25 * (1 + abs(steep))


@pytest.mark.parametrize(
    ("computed", "mantissa", "exponent", "error"),
    [
        (1.0, 1, 0, 0.0),
        (1.0 + 2.0**-51, 1, 0, 2.0),
        (-1.0, -(2**54 + 1), -54, 0.25),
        (5e-324, 0, 0, 1.0),
        (0.0, 1, -1076, 0.25),
        (math.inf, 1, 2000, 0.0),
        (sys.float_info.max, 1, 2000, 1.0),
        (math.inf, 2**54 - 1, 970, 0.5),
        (-math.inf, 1, 1024, 2.0**54),
        (math.nan, 1, 0, math.inf),
    ],
)
def test_the_error_is_counted_in_units_of_the_last_place(
    computed: float, mantissa: int, exponent: int, error: float
) -> None:
    with mp.workprec(PRECISION):
        assert ulps(computed, mp.ldexp(mpf(mantissa), exponent)) == error


def test_a_value_that_is_wrong_by_five_units_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    row = TABLE["exp"]
    monkeypatch.setattr(row, "function", lambda x: math.exp(x) * (1.0 + 5.0 * sys.float_info.epsilon))
    with pytest.raises(AssertionError, match="the value of exp is"):
        assert_accurate(row, "core", 20)


def test_a_slope_that_is_wrong_in_the_tail_alone_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    row = TABLE["tanh"]
    monkeypatch.setattr(row, "slopes", (lambda z, x: 1.0 - z * z,))
    with pytest.raises(AssertionError, match="the slope of tanh in x is"):
        assert_accurate(row, "core", POINTS)


def test_a_row_without_an_exact_formula_fails_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(REFERENCES, "exp")
    with pytest.raises(LookupError, match="exp has no exact formula: add one to REFERENCES"):
        assert_accurate(TABLE["exp"], "core", 1)


def show(row: Primitive, count: int) -> str:
    cells = []
    for span in RANGES:
        value, *slopes = measure(row, span, count)
        cells.append(f"{value.error:.2f} / {', '.join(f'{s.error:.2f}' for s in slopes)}")
    return f"| {row} | {' | '.join(cells)} |"


if __name__ == "__main__":
    print("| row | core: value / slopes | wide: value / slopes |\n|---|---|---|")
    for row in ROWS:
        print(show(row, MANY_POINTS), flush=True)
