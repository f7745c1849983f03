"""Machine code made of rows and of Python functions gives what Python gives, lane by lane."""

import ctypes
import itertools
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import accurate, primitives
from autograd.compiler.engine import Engine, load_llvm
from autograd.compiler.kernels.powers import SHORT_POWERS
from autograd.compiler.translate import Functions, NotTranslatable
from autograd.primitives import TABLE, Primitive, primitive
from benchmarks.proof.accuracy.points import points
from benchmarks.proof.own_rows import OWN_ROWS

ir, _ = load_llvm()
ROWS = [row for row in OWN_ROWS if True not in row.sequences]
SLOPES = [(row, i) for row in ROWS for i in range(len(row.slopes))]

#: Where formulas break: zeros, infinities, nan, the largest, the smallest, and the kinks and edges of some row.
HARD = (
    *(0.0, -0.0, math.inf, -math.inf, math.nan, 1e200, -1e200, 1e-310, -1e-310, 1e308, -1e308, 5e-324, 1e-200),
    *(1.0, -1.0, 2.0, -2.0, 3.0, 0.5, -0.5, 6.0, 1.5, 2.5, -1.5, 0.1, -0.75, 20.0, -40.0, 720.0, -745.0, -746.0, 1e22),
)
FEWER = (0.0, -0.0, math.inf, -math.inf, math.nan, 1e200, -1e-310, 1.0, -1.0, 2.0, -2.0, 0.5, 3.0, -0.75, 710.0)
CLOSE = 8  # units of the last place: each side is within 4 of what is exact
LESS_CLOSE = {("power_slope", "y"): 100}  # 1 + y * log(x) cancels, and is within 4 units of its absolute terms

Run = Callable[..., "np.ndarray[Any, Any]"]


def compiled(targets: Sequence[tuple[Any, tuple[float | None, ...]]], lanes: int = 4) -> list[Run]:
    """Each target as a function of arrays, whose operands are arrays where None stands, and else constants."""
    module = ir.Module()
    functions = Functions(module, lanes)
    names = [entry(module, functions, target, constants, lanes) for target, constants in targets]
    engine = Engine(module, tuple(functions.keep_alive))
    return [
        runner(engine, name, constants.count(None), lanes) for name, (_, constants) in zip(names, targets, strict=True)
    ]


def entry(module: Any, functions: Functions, target: Any, constants: tuple[float | None, ...], lanes: int) -> str:
    """A function that runs the target on one register from each of its pointers, into the last of them."""
    name = module.get_unique_name("valuegrad_test")
    pointers = [ir.PointerType()] * (constants.count(None) + 1)
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), pointers), name)
    build = ir.IRBuilder(function.append_basic_block())
    kind = ir.DoubleType() if lanes == 1 else ir.VectorType(ir.DoubleType(), lanes)
    *sources, destination = function.args
    loaded = iter([build.load(source, typ=kind, align=8) for source in sources])
    operands = [next(loaded) if constant is None else constant for constant in constants]
    build.store(functions.call(build, target, *operands), destination, align=8)
    build.ret_void()
    return name


def runner(engine: Engine, name: str, count: int, lanes: int) -> Run:
    call = engine.function(name, None, *[ctypes.c_void_p] * (count + 1))

    def run(*columns: Sequence[float]) -> "np.ndarray[Any, Any]":
        size = len(columns[0])
        padded = [np.resize(np.asarray(column, dtype=np.float64), -(-size // lanes) * lanes) for column in columns]
        result = np.empty_like(padded[0])
        for start in range(0, len(result), lanes):
            call(*(array.ctypes.data + 8 * start for array in (*padded, result)))
        return result[:size]

    run.engine = engine  # type: ignore[attr-defined]  # the machine code lives as long as the function
    return run


def differences(got: Any, wanted: Any, columns: Sequence[Sequence[float]], limit: float) -> list[str]:
    """Where results differ: as nan, as inf, in the sign of a zero, or by more than `limit` units of the last place."""
    got, wanted = np.asarray(got), np.asarray(wanted)
    with np.errstate(invalid="ignore", over="ignore"):
        near = np.abs(got - wanted) <= limit * np.spacing(np.minimum(np.abs(wanted), 1.7e308))
    same = (got == wanted) & ((wanted != 0.0) | (np.signbit(got) == np.signbit(wanted)))
    right = same | (np.isnan(got) & np.isnan(wanted)) | (near & np.isfinite(got) & (wanted != 0.0))
    return [f"{[c[i] for c in columns]}: {got[i]!r}, not {wanted[i]!r}" for i in np.flatnonzero(~right)]


def hard_columns(row: Primitive) -> list[list[float]]:
    """Operands for a row, hard ones in every combination and drawn ones, as columns."""
    hard = HARD if len(row.parameters) == 1 else FEWER
    drawn = [operands for span in ("core", "wide") for operands in points(row, span, 40)]
    every = [*itertools.product(hard, repeat=len(row.parameters)), *drawn]
    return [list(column) for column in zip(*every, strict=True)]


@pytest.fixture(scope="module")
def machine_rows() -> dict[str, Run]:
    return dict(zip(map(str, ROWS), compiled([(row, (None,) * len(row.parameters)) for row in ROWS]), strict=True))


@pytest.fixture(scope="module")
def machine_slopes() -> dict[tuple[str, int], Run]:
    targets = [(row.slopes[i], (None,) * (len(row.parameters) + 1)) for row, i in SLOPES]
    return {(str(row), i): run for (row, i), run in zip(SLOPES, compiled(targets), strict=True)}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_row_gives_the_same_in_machine_code(row: Primitive, machine_rows: dict[str, Run]) -> None:
    columns = hard_columns(row)
    wanted = [row.function(*operands) for operands in zip(*columns, strict=True)]
    assert not differences(machine_rows[str(row)](*columns), wanted, columns, CLOSE)


@pytest.mark.parametrize(("row", "i"), SLOPES, ids=str)
def test_a_slope_gives_the_same_in_machine_code(
    row: Primitive, i: int, machine_slopes: dict[tuple[str, int], Run]
) -> None:
    columns = hard_columns(row)
    columns = [[row.function(*operands) for operands in zip(*columns, strict=True)], *columns]
    wanted = [float(row.slopes[i](*operands)) for operands in zip(*columns, strict=True)]
    limit = LESS_CLOSE.get((row.name, row.parameters[i]), CLOSE)
    assert not differences(machine_slopes[str(row), i](*columns), wanted, columns, limit)


@pytest.mark.parametrize("lanes", [1, 2, 8, 16, 32])
def test_the_number_of_lanes_does_not_change_a_bit(lanes: int) -> None:
    rows = [TABLE[name] for name in ("exp", "tanh", "log1p", "sin", "power", "hypot", "gelu_slope", "exp_difference")]
    targets = [(row, (None,) * len(row.parameters)) for row in rows]
    for row, here, there in zip(rows, compiled(targets, lanes), compiled(targets, 4), strict=True):
        columns = hard_columns(row)
        np.testing.assert_array_equal(here(*columns).view(np.int64), there(*columns).view(np.int64), err_msg=str(row))


@pytest.mark.parametrize("exponent", [*SHORT_POWERS, 1.5, -3.0, 7.0, math.inf, -math.inf, math.nan])
def test_a_known_exponent_gives_the_same_power(exponent: float) -> None:
    power, slope = compiled([(primitives.power, (None, exponent)), (primitives.power_slope, (None, exponent))])
    columns = [[*HARD, *np.random.default_rng(1).normal(size=40)]]
    for run, row in ((power, primitives.power), (slope, primitives.power_slope)):
        wanted = [row.function(float(x), exponent) for x in columns[0]]
        assert not differences(run(*columns), wanted, columns, CLOSE)


def test_a_row_of_constants_alone_is_a_constant() -> None:
    (run,) = compiled([(lambda x: primitives.exp(1.0) * x, (None,))])
    assert not differences(run([1.0, 2.0]), [math.e, 2.0 * math.e], [[1.0, 2.0]], 2)


# The language


SCALE = 2.0
TABLE_OF_PAIRS = ((1.0, 2.0), (3.0, 4.0))


def early_returns(x: float, y: float) -> float:
    if x > 1.0:
        if y > 1.0:
            return x
        x = x + 1.0
    elif x < -1.0:
        return y
    else:
        y = -y
    return x * 10.0 + y


def logic(x: float, y: float) -> float:
    if (x and not y) or -1.0 < x < y <= 2.0 or x != x:
        return 1.0
    return 2.0 if not (x > y) and y is not None else 3.0


def loops(x: float, y: float) -> float:
    total = 0.0
    for a, b in TABLE_OF_PAIRS:
        total += a * x - b / y
    for i in range(3):
        total = total * x + i
        if total > 100.0:
            return total
    for a in reversed(TABLE_OF_PAIRS[0][1:]):
        total -= a
    return total


def pair(x: float, *, factor: float = SCALE) -> tuple[float, float]:
    return (x * factor, -x) if x > 0.0 else (x, +x)


def helpers(x: float, y: float) -> float:
    a, (b, c) = x, pair(y, factor=3.0)
    parts = (a, *pair(x), c)
    low: float = min(*parts)
    return max(b, low) + abs(accurate.two_sum(*parts[:2])[1]) + math.pi * float(x > y) + len(parts)


def powers(x: float, y: float) -> float:
    x **= 2
    return x**3 - 2.0**-1 * y**1


def mathematics(x: float, y: float) -> float:
    finite = x if math.isfinite(x) else math.copysign(1.0, x)
    odd = y if not (math.isnan(y) or math.isinf(y)) else -1.0
    return math.exp(-math.fabs(finite)) * math.atan2(odd, finite) * math.fabs(finite - odd) * math.sqrt(math.fabs(odd))


def kinds(x: float, y: float) -> float:
    return x if type(x) is float and y == 1.0 else -y


OFFSET_ROWS = [lambda x, y: x + y, lambda x, y: x - y if x > y else y - x]


def closure_over(offset: float) -> Callable[[float, float], float]:
    def shifted(x: float, y: float) -> float:
        """A docstring is no obstacle."""
        return x * offset + y

    return shifted


FUNCTIONS = [early_returns, logic, loops, helpers, powers, mathematics, kinds, *OFFSET_ROWS, closure_over(0.5)]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_python_is_translated(function: Callable[[float, float], float]) -> None:
    numbers = [0.0, -0.0, 0.5, 1.0, -1.5, 2.0, 3.0, 1e10, math.inf, -math.inf, math.nan]
    pairs = [p for p in itertools.product(numbers, repeat=2) if p[1] or function is not loops]
    columns = [list(column) for column in zip(*pairs, strict=True)]
    (run,) = compiled([(function, (None, None))])
    assert not differences(run(*columns), [function(*p) for p in pairs], columns, 2)


def test_a_division_by_zero_is_that_of_the_machine() -> None:
    (run,) = compiled([(lambda x, y: x / y, (None, None))])
    np.testing.assert_array_equal(run([1.0, -1.0, 0.0], [0.0, 0.0, 0.0]), [math.inf, -math.inf, math.nan])


# What is left to Python


def loop_of_unknown_length(x: float) -> float:
    while x > 1.0:
        x = x / 2.0
    return x


def dictionary(x: float) -> float:
    return {"a": x}["a"]


def calls_itself(x: float) -> float:
    return x if x < 1.0 else calls_itself(x - 1.0)


def raises(x: float) -> float:
    if x < 0.0:
        raise ValueError("negative")
    return x


def sometimes_unset(x: float) -> float:
    if x > 0.0:
        y = 1.0
    return y


def returns_nothing_below_0(x: float) -> float | None:
    if x > 0.0:
        return x
    x = x + 1.0
    return None


def formatted(x: float) -> float:
    return float(f"{x}")


def chosen_text(x: float) -> float:
    return len("a" if x > 0.0 else "bc")


def opens(x: float) -> float:
    return x + len(open.__name__)


def wrongly_called(x: float) -> float:
    return accurate.two_sum(x)[0]  # type: ignore[call-arg]


REFUSED = (
    *(loop_of_unknown_length, dictionary, calls_itself, raises, sometimes_unset, returns_nothing_below_0, formatted),
    *(chosen_text, opens, math.gamma),
)


@pytest.mark.parametrize("function", REFUSED, ids=lambda f: f.__name__)
def test_what_only_python_can_run_is_refused_by_name(function: Callable[[float], float]) -> None:
    with pytest.raises(NotTranslatable, match=function.__name__) as refusal:
        compiled([(function, (None,))])
    if function is not math.gamma:
        line = int(str(refusal.value).rpartition("line ")[2].partition(")")[0])
        assert Path(__file__).name in str(refusal.value)
        assert 0 <= line - function.__code__.co_firstlineno <= 5


def test_a_call_with_too_few_operands_is_refused() -> None:
    with pytest.raises(NotTranslatable, match=r"two_sum .*missing a required argument: 'b'"):
        compiled([(wrongly_called, (None,))])


def test_a_row_of_a_sequence_is_refused() -> None:
    with pytest.raises(NotTranslatable, match="logsumexp takes a sequence"):
        compiled([(primitives.logsumexp, (None,))])


def test_a_refused_function_leaves_a_module_that_compiles() -> None:
    module = ir.Module()
    functions = Functions(module, 4)
    pointer = ir.PointerType()
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [pointer, pointer]), "valuegrad_test_refused")
    build = ir.IRBuilder(function.append_basic_block())
    source, destination = function.args
    loaded = build.load(source, typ=ir.VectorType(ir.DoubleType(), 4), align=8)
    with pytest.raises(NotTranslatable, match="while"):
        functions.call(build, closure_over_a_loop, loaded)
    build.store(functions.call(build, primitives.exp, loaded), destination, align=8)
    build.ret_void()
    assert runner(Engine(module), function.name, 1, 4)([0.0]).tolist() == [1.0]


def closure_over_a_loop(x: float) -> float:
    return primitives.exp(x) + loop_of_unknown_length(x)


@pytest.mark.parametrize("lanes", [1, 4])
def test_python_is_called_for_each_lane(lanes: int) -> None:
    row = Primitive(loop_of_unknown_length, (lambda z, x: 1.0,), "", "", 5, None, (), None)
    functions, run = with_callback(row, lanes)
    assert run([8.0, 3.0, -1.0, 5.0, 0.25]).tolist() == [1.0, 0.75, -1.0, 0.625, 0.25]
    assert functions.pending == []


def test_what_python_raises_waits_and_the_lane_is_nan() -> None:
    row = Primitive(raises, (lambda z, x: 1.0,), "", "", 5, None, (), None)
    functions, run = with_callback(row, 4)
    np.testing.assert_array_equal(run([1.0, -1.0, 2.0, 3.0]), [1.0, math.nan, 2.0, 3.0])
    assert [str(error) for error in functions.pending] == ["negative"]


def with_callback(row: Primitive, lanes: int) -> tuple[Functions, Run]:
    module = ir.Module()
    functions = Functions(module, lanes)
    called = functions.python_callback(row, lanes)
    pointer = ir.PointerType()
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [pointer, pointer]), "valuegrad_test_callback")
    build = ir.IRBuilder(function.append_basic_block())
    source, destination = function.args
    loaded = build.load(source, typ=called.args[0].type, align=8)
    build.store(build.call(called, [loaded]), destination, align=8)
    build.ret_void()
    return functions, runner(Engine(module, tuple(functions.keep_alive)), function.name, 1, lanes)


@primitive(lambda z, x, y: y * math.cos(x * y), lambda z, x, y: x * math.cos(x * y))
def sine_of_product(x: float, y: float) -> float:
    """A row as a user writes it."""
    return math.sin(x * y)


del TABLE["sine_of_product"]  # other tests go through the whole table


def test_a_row_of_the_users_own_is_translated_and_so_are_its_slopes() -> None:
    row = sine_of_product
    value, first = compiled([(row, (None, None)), (row.slopes[0], (None, None, None))])
    x, y = [1.0, 2.0, -3.0], [0.5, 0.25, 2.0]
    z = [row.function(*operands) for operands in zip(x, y, strict=True)]
    assert not differences(value(x, y), z, [x, y], 2)
    assert not differences(first(z, x, y), [row.slopes[0](*o) for o in zip(z, x, y, strict=True)], [z, x, y], 2)


def test_a_row_that_names_an_instruction_nobody_has_is_translated() -> None:
    row = Primitive(early_returns, (lambda z, x, y: 1.0,) * 2, "", "", 5, "no_such_instruction", (), None)
    (run,) = compiled([(row, (None, None))])
    assert run([2.0], [3.0]).tolist() == [early_returns(2.0, 3.0)]
