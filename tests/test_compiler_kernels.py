"""Kernels are as close to exact as the rows they stand for, and the same in Python and in machine code."""

import math
import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf

from autograd import primitives
from autograd.compiler.kernels import KERNELS, machine
from autograd.compiler.kernels.trigonometric import FAR
from autograd.primitives import TABLE, Primitive
from benchmarks.proof.accuracy.points import RANGES, draw, points
from benchmarks.proof.exact import REFERENCES
from benchmarks.proof.ulps import PRECISION, goal, ulps
from tests.test_compiler_translate import FEWER, HARD, Run, compiled

VALUE_LIMIT = 2.7  # units of the last place
POINTS = 300

#: The row that each kernel stands for; `pow` is `power` but for squares.
ROWS = {name: TABLE.get(name, primitives.power) for name in KERNELS}

#: Where results or operands are subnormal, or about to overflow.
EDGES = {
    "exp": ((-745.2, -700.0), (709.0, 709.78)),
    "expm1": ((709.0, 709.78), (-40.0, -30.0), (-1e-300, 1e-300)),
    "log": ((5e-324, 2.2e-308), (1e308, 1.7e308)),
    "log2": ((5e-324, 2.2e-308),),
    "log10": ((5e-324, 2.2e-308),),
    "log1p": ((5e-324, 2.2e-308), (1e308, 1.7e308), (-1.0, -0.9999)),
    "cbrt": ((-2.2e-308, 2.2e-308), (1e308, 1.7e308)),
    "sin": ((-2.2e-308, 2.2e-308), (FAR - 100.0, FAR + 100.0), (1e300, 1e308)),
    "cos": ((FAR - 100.0, FAR + 100.0), (1e300, 1e308)),
    "tan": ((-2.2e-308, 2.2e-308), (FAR - 100.0, FAR + 100.0), (1e300, 1e308)),
    "asin": ((-2.2e-308, 2.2e-308), (0.999, 1.0)),
    "acos": ((0.999, 1.0), (-1.0, -0.999)),
    "atan": ((-2.2e-308, 2.2e-308), (0.3, 0.5), (2.3, 2.5)),
    "sinh": ((709.0, 710.4), (-2.2e-308, 2.2e-308), (0.99, 1.01)),
    "cosh": ((709.0, 710.4),),
    "tanh": ((-2.2e-308, 2.2e-308), (18.0, 23.0)),
    "asinh": ((2.0**28 - 9.0, 2.0**28 + 9.0), (1e308, 1.7e308), (-2.2e-308, 2.2e-308)),
    "acosh": ((2.0**28 - 9.0, 2.0**28 + 9.0), (1e308, 1.7e308), (1.0, 1.0 + 1e-12)),
    "atanh": ((-2.2e-308, 2.2e-308), (0.999999, 1.0)),
    "erf": ((-2.2e-308, 2.2e-308), (0.99, 1.01), (5.8, 6.0)),
    "erfc": ((26.0, 27.3), (0.49, 0.51), (-6.1, -5.7)),
}


@pytest.fixture(scope="module")
def machine_code() -> dict[str, Run]:
    targets: list[Any] = [(name, (None,) * len(ROWS[name].parameters)) for name in KERNELS]
    return dict(zip(KERNELS, compiled(targets, 8), strict=True))


def assert_close(name: str, run: Run, operands: list[tuple[float, ...]]) -> None:
    """Machine code that stays within the limit of the exact result, or of its largest term where terms cancel."""
    results = run(*map(list, zip(*operands, strict=True)))
    exact = REFERENCES[ROWS[name].name]
    with mp.workprec(PRECISION):
        for result, place in zip(results, operands, strict=True):
            precise = [mpf(x) for x in place]
            terms = exact.terms and exact.terms(*precise)
            error = ulps(float(result), goal(exact.value(*precise), terms))
            assert error <= VALUE_LIMIT, f"{name}{place} is {result!r}, {error:.2f} units off"


@pytest.mark.parametrize("span", RANGES)
@pytest.mark.parametrize("name", KERNELS)
def test_a_kernel_is_within_a_few_units_of_the_last_place(name: str, span: str, machine_code: dict[str, Run]) -> None:
    assert_close(name, machine_code[name], [*points(ROWS[name], span, POINTS)])


@pytest.mark.parametrize(("name", "interval"), [(name, i) for name, several in EDGES.items() for i in several])
def test_a_kernel_is_as_close_at_the_edges(
    name: str, interval: tuple[float, float], machine_code: dict[str, Run]
) -> None:
    rng = random.Random(name)
    assert_close(name, machine_code[name], [(rng.uniform(*interval),) for _ in range(100)])


def test_a_power_is_as_close_where_it_is_subnormal_or_nearly_overflows(machine_code: dict[str, Run]) -> None:
    rng = random.Random(1)
    bases = [math.exp(rng.uniform(-300.0, 300.0)) for _ in range(200)]
    exponents = [rng.uniform(*rng.choice([(-744.0, -708.0), (708.0, 709.7)])) / math.log(x) for x in bases]
    assert_close("pow", machine_code["pow"], [*zip(bases, exponents, strict=True)])


def test_a_length_is_as_close_where_its_squares_overflow_or_vanish(machine_code: dict[str, Run]) -> None:
    rng = random.Random(1)
    sizes = [10.0 ** rng.choice([-320, -310, -200, -160, -150, 150, 160, 200, 307]) for _ in range(200)]
    assert_close("hypot", machine_code["hypot"], [(s * rng.random(), s * rng.random()) for s in sizes])


def test_angles_of_all_quadrants_and_ratios_are_as_close(machine_code: dict[str, Run]) -> None:
    rng = random.Random(1)
    operands = [
        (rng.choice([-1.0, 1.0]) * math.exp(rng.uniform(-9.0, 9.0)), rng.uniform(-1.0, 1.0)) for _ in range(300)
    ]
    assert_close("atan2", machine_code["atan2"], operands)


def close_to_quarter_turns() -> list[float]:
    """The doubles below FAR that come closest to a multiple of pi / 2: convergents of its continued fraction."""
    found = []
    with mp.workprec(PRECISION):
        for exponent in range(-52, -22):
            rest, (m, m_before), (n, n_before) = mp.pi / 2 / mpf(2) ** exponent, (1, 0), (0, 1)
            while m < 2**53:
                found.append(math.ldexp(m, exponent))
                digit = int(mp.floor(rest))
                m, m_before, n, n_before = digit * m + m_before, m, digit * n + n_before, n
                rest = 1 / (rest - digit)
    return [x for x in found if 1.0 < x < FAR]


@pytest.mark.parametrize("name", ["sin", "cos", "tan"])
def test_a_wave_is_as_close_beside_its_zeros(name: str, machine_code: dict[str, Run]) -> None:
    inputs = close_to_quarter_turns()
    assert min(abs(f(x)) for x in inputs for f in (math.sin, math.cos)) < 1e-16
    assert_close(name, machine_code[name], [(x,) for x in inputs])


def hard_operands(row: Primitive) -> list[tuple[float, ...]]:
    """Zeros, infinities, nan and extremes, and a few draws."""
    count = len(row.parameters)
    hard = [(x,) for x in HARD] if count == 1 else [(x, y) for x in FEWER for y in FEWER]
    return [*hard, *points(row, "core", 10), *points(row, "wide", 10)]


#: `logaddexp` is made of a row, which in Python asks the platform's library.
@pytest.mark.parametrize("name", [name for name in KERNELS if name != "logaddexp"])
def test_a_kernel_gives_the_same_bits_in_python(name: str, machine_code: dict[str, Run]) -> None:
    operands = hard_operands(ROWS[name])
    in_python = np.array([KERNELS[name](*place) for place in operands])
    results = machine_code[name](*map(list, zip(*operands, strict=True)))
    for place, here, there in zip(operands, in_python, results, strict=True):
        same = here.tobytes() == there.tobytes() or (math.isnan(here) and math.isnan(there))
        assert same, f"{name}{place} is {here!r} in Python, {there!r} in machine code"


def test_whole_powers_of_whole_numbers_are_exact(machine_code: dict[str, Run]) -> None:
    pairs = [(x, n) for x in range(-12, 13) for n in range(15) if abs(x**n) < 2**53]
    results = machine_code["pow"]([float(x) for x, _ in pairs], [float(n) for _, n in pairs])
    assert results.tolist() == [float(x**n) for x, n in pairs]


def test_logarithms_of_powers_of_their_base_are_exact(machine_code: dict[str, Run]) -> None:
    assert machine_code["log2"]([2.0**n for n in range(-1074, 1024)]).tolist() == [*range(-1074, 1024)]
    assert machine_code["log10"]([10.0**n for n in range(23)]).tolist() == [*range(23)]


@pytest.mark.parametrize(
    "name", ["exp", "expm1", "tanh", "log", "log2", "log10", "log1p", "atan", "erf", "asinh", "sinh", "cbrt", "asin"]
)
def test_a_kernel_that_grows_never_steps_back_by_more_than_rounding(name: str, machine_code: dict[str, Run]) -> None:
    low, high = TABLE[name].domain[0]
    inputs = np.sort(np.random.default_rng(1).uniform(max(low, -30.0), min(high, 30.0), 5000))
    results = machine_code[name](inputs)
    assert np.all(np.diff(results) >= -2.0 * np.spacing(np.abs(results[1:])))


# The steps of the machine


def steps_in_machine_code() -> list[tuple[Callable[..., Any], Run]]:
    def exponent(x: float) -> float:
        return machine.exponent_and_mantissa(x)[0]

    def mantissa(x: float) -> float:
        return machine.exponent_and_mantissa(x)[1]

    functions = [exponent, mantissa, machine.rounded, machine.power_of_two]
    return [*zip(functions, compiled([(f, (None,)) for f in functions], 8), strict=True)]


def test_the_parts_of_a_number_are_the_same_in_machine_code() -> None:
    rng = random.Random(1)
    inputs = [draw(rng, "wide", (1e-300, 1e300), (1.0, math.sqrt(0.5), math.sqrt(2.0))) for _ in range(500)]
    (exponent, exponents), (mantissa, mantissas), *_ = steps_in_machine_code()
    assert exponents(inputs).tolist() == [exponent(x) for x in inputs]
    assert mantissas(inputs).tolist() == [mantissa(x) for x in inputs]


def test_rounding_and_powers_of_two_are_the_same_in_machine_code() -> None:
    *_, (_, rounded), (_, power_of_two) = steps_in_machine_code()
    halves = [n / 2.0 for n in range(-9, 10)] + [2.0**50 + 0.5, -(2.0**50) - 1.5]
    assert rounded(halves).tolist() == [machine.rounded(x) for x in halves] == [float(round(x)) for x in halves]
    whole = [float(n) for n in range(-1022, 1024)]
    assert power_of_two(whole).tolist() == [math.ldexp(1.0, int(n)) for n in whole]


def test_scaling_rounds_once_into_the_subnormal_numbers() -> None:
    (scaled,) = compiled([(machine.scaled_by_power_of_two, (None, None))], 8)
    mantissas = [1.0 + k * 2.0**-52 for k in range(0, 4000, 7)]
    exponents = [float(-1074 + k % 60) for k in range(len(mantissas))]
    wanted = [math.ldexp(m, int(n)) for m, n in zip(mantissas, exponents, strict=True)]
    assert scaled(mantissas, exponents).tolist() == wanted
    assert [machine.scaled_by_power_of_two(*place) for place in zip(mantissas, exponents, strict=True)] == wanted


def test_a_fused_product_is_rounded_once() -> None:
    rng = random.Random(1)
    operands = [(rng.gauss(0.0, 1.0), rng.gauss(0.0, 1.0)) for _ in range(300)]
    places = [(a, b, -a * b * (1.0 + rng.choice([0.0, 2.0**-52, 0.5]))) for a, b in operands]
    (fused,) = compiled([(machine.fused_multiply_add, (None, None, None))], 8)
    wanted = [float(Fraction(a) * Fraction(b) + Fraction(c)) for a, b, c in places]
    assert fused(*map(list, zip(*places, strict=True))).tolist() == wanted
    assert [machine.fused_multiply_add(*place) for place in places] == wanted
    assert machine.fused_multiply_add(1e300, 1e300, -1.0) == math.inf == -machine.fused_multiply_add(-1e300, 1e300, 1.0)
    assert machine.fused_multiply_add(math.inf, 1.0, -1.0) == math.inf
