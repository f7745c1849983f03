"""Gradients of random graphs, held against exact rational and 300-bit arithmetic, and against each other.

A graph is drawn as a recipe: steps that name a row and, for each operand, an earlier result or a constant. It is
drawn together with its numbers, so that every operand lies where its row is well-behaved.

What "right" means here. The operations of a recorded graph are rounded, so its interior values are not those of
the function on real numbers, and where the function is ill-conditioned its exact gradient is far from any that
floats can give. But z = row(x, y) + d with a constant d describes exactly what was recorded, rounding included,
and the gradient of *that* function is the product of the exact slopes at the recorded operands. So the exact
derivatives are carried forward through the recorded numbers: no conditioning is left in the comparison, and the
allowance can be small. That every d is itself small (a few units in the last place) is asserted step by step.
On small integers nothing is rounded, and there the gradient must be the exact one, to the last bit.

The allowance is 64 epsilon times the sum over all paths of the absolute products of slopes. A graph has twelve
steps at most; each edge of a path may be off by four units in the last place of its slope (the limit of
tests/test_accuracy.py) and one rounding of the product, and the sums add a rounding for each path that joins.
"""

import itertools
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from autograd import primitives as ops
from autograd.check import absolute_adjoints
from autograd.graph import topological_order
from autograd.primitives import TABLE, Interval, Primitive, flat
from autograd.transforms import gradients
from autograd.value import Value, as_called, data_of

EPSILON = Fraction(sys.float_info.epsilon)
ALLOWED = 64 * EPSILON
STEPS = 12
PRECISION = 300  # bits
EXACT_INTEGERS = 2**53  # up to here every integer is a double

held = settings(max_examples=300, derandomize=True, deadline=None, print_blob=True, database=None)

OWN_ROWS = [row for row in TABLE.values() if row.__module__ == "autograd.primitives"]


# Drawing graphs


class Step(NamedTuple):
    """One operation of a recipe; an operand is the place of an earlier result, a constant, or a tuple of these."""

    row: Primitive
    operands: tuple[Any, ...]


class Fixed(NamedTuple):
    """An interval for an operand that is always a constant."""

    low: float
    high: float


class Recipe(NamedTuple):
    """A graph, as how to make it."""

    leaves: list[float]
    steps: list[Step]


def made(recipe: Recipe) -> tuple[list[Value], list[Value], Value]:
    """The leaves, all values in order, and as the root the sum of those that no step uses."""
    leaves = [Value(x) for x in recipe.leaves]
    pool = list(leaves)
    for step in recipe.steps:
        pool.append(step.row(*(at_place(o, pool) for o in step.operands)))
    used = {place for step in recipe.steps for place in flat(step.operands) if type(place) is int}
    loose = [value for place, value in enumerate(pool) if place not in used]
    return leaves, pool, loose[0] if len(loose) == 1 else ops.sum(loose)


def at_place(operand: Any, pool: Sequence[Any]) -> Any:
    if isinstance(operand, tuple):
        return [at_place(o, pool) for o in operand]
    return pool[operand] if type(operand) is int else operand


@st.composite
def recipes(
    draw: Any,
    rows: dict[Primitive, tuple[Interval, ...]],
    leaves: st.SearchStrategy[float],
    constants: Callable[[Interval], st.SearchStrategy[float]],
    accept: Callable[[Primitive, list[Any]], bool] = lambda row, operands: True,
) -> Recipe:
    """A graph of `rows`, each operand in the interval that belongs to its place.

    Deep where every step uses the last result, wide where none does; most are in between. A step that nothing
    fits is left out.
    """
    numbers: list[float] = draw(st.lists(leaves, min_size=1, max_size=4))
    recipe = Recipe(list(numbers), [])
    deep = draw(st.booleans())
    few = draw(st.sampled_from([1, 6]))  # left alone, most lists would be short
    for row in draw(st.lists(st.sampled_from(list(rows)), min_size=few, max_size=STEPS)):
        operands = draw(operands_for(row, rows[row], numbers, deep, constants))
        at_point = [at_place(o, numbers) for o in operands]
        if any(type(o) is int for o in flat(operands)) and accept(row, at_point):
            recipe.steps.append(Step(row, operands))
            numbers.append(row.function(*at_point))
    return recipe


@st.composite
def operands_for(
    draw: Any,
    row: Primitive,
    intervals: tuple[Interval, ...],
    numbers: list[float],
    deep: bool,
    constants: Callable[[Interval], st.SearchStrategy[float]],
) -> tuple[Any, ...]:
    """For each operand of a row the place of a number in its interval, or now and then a constant."""
    length = draw(st.integers(1, 4)) if True in row.sequences else 0
    operands: list[Any] = []
    for interval, is_sequence in zip(intervals, row.sequences, strict=True):
        low, high = interval
        everywhere = low == -math.inf  # where a nan fits too
        fitting = [i for i, x in enumerate(numbers) if everywhere or (low <= x <= high and type(interval) is not Fixed)]
        constant = constants(interval)
        one = st.one_of(st.sampled_from(fitting), st.sampled_from(fitting), constant) if fitting else constant
        if is_sequence:
            operands.append(tuple(draw(one) for _ in range(length)))
        elif deep and not operands and fitting:
            operands.append(fitting[-1])
        else:
            operands.append(draw(one))
    return tuple(operands)


# Exact slopes at the recorded operands


class Growth(NamedTuple):
    """How fast a value grows with each leaf, exactly, and the same with nothing cancelled."""

    slope: list[Any]
    absolute: list[Any]


def grown(leaves: list[Value], root: Value, slopes_of: Callable[[Value], list[Any]]) -> Growth:
    """The chain rule carried forward, from the leaves to the root, in the arithmetic of the slopes."""
    zero = [0] * len(leaves)
    growth = {id(x): Growth([int(x is y) for y in leaves], [int(x is y) for y in leaves]) for x in leaves}
    for node in topological_order(root):
        if node.operands:
            edges = [
                (slope, growth.get(id(operand), Growth(zero, zero)))
                for operand, slope, recorded in zip(node.operands, slopes_of(node), node.slopes, strict=True)
                if recorded is not None
            ]
            growth[id(node)] = Growth(
                [sum((s * g.slope[i] for s, g in edges), 0) for i in range(len(leaves))],
                [sum((abs(s) * g.absolute[i] for s, g in edges), 0) for i in range(len(leaves))],
            )
    return growth[id(root)]


def rational_slopes(node: Value) -> list[Fraction]:
    """The slopes of a row of rational arithmetic, in exact fractions; written out here, and not read from the row."""
    operands = [Fraction(o.data) for o in node.operands]
    name, count = str(node._row), len(operands)
    if name in ("add", "sum", "pos"):
        return [Fraction(1)] * count
    if name in ("sub", "neg"):
        return [Fraction(1), Fraction(-1)][-count:]
    if name == "mul":
        return operands[::-1]
    if name == "div":
        x, y = operands
        return [1 / y, -x / y**2]
    if name == "power":
        x, y = operands
        return [y * x ** int(y - 1) if y else Fraction(0), Fraction(0)]
    if name == "mean":
        return [Fraction(1, count)] * count
    if name == "prod":
        return [math.prod(operands[:i] + operands[i + 1 :], start=Fraction(1)) for i in range(count)]
    assert name == "dot"
    half = node._y
    return operands[half : 2 * half] + operands[:half] + [Fraction(1)] * (count - 2 * half)


def rational_value(node: Value) -> Fraction:
    """What the operation of a node gives for its recorded operands, not rounded."""
    operands = [Fraction(o.data) for o in node.operands]
    name = str(node._row)
    if name == "power":
        return operands[0] ** int(operands[1])
    if name == "dot":
        half = node._y
        return sum((w * x for w, x in zip(operands[:half], operands[half : 2 * half], strict=True)), 0) + sum(
            operands[2 * half :], Fraction(0)
        )
    simple: dict[str, Callable[..., Fraction]] = {
        "add": lambda x, y: x + y,
        "sub": lambda x, y: x - y,
        "mul": lambda x, y: x * y,
        "div": lambda x, y: x / y,
        "neg": lambda x: -x,
        "pos": lambda x: x,
        "sum": lambda *v: sum(v, Fraction(0)),
        "mean": lambda *v: sum(v, Fraction(0)) / len(v),
        "prod": lambda *v: math.prod(v, start=Fraction(1)),
    }
    return simple[name](*operands)


# Rational graphs

LARGE = 1e4
ANY: Interval = (-LARGE, LARGE)
WHOLE_ROWS: dict[Primitive, tuple[Interval, ...]] = {
    ops.add: (ANY, ANY),
    ops.sub: (ANY, ANY),
    ops.mul: (ANY, ANY),
    ops.neg: (ANY,),
    ops.pos: (ANY,),
    ops.power: (ANY, Fixed(0.0, 3.0)),
    ops.sum: (ANY,),
    ops.prod: (ANY,),
    ops.dot: (ANY, ANY, ANY),
}
RATIONAL_ROWS = {**WHOLE_ROWS, ops.div: (ANY, ANY), ops.power: (ANY, Fixed(-2.0, 3.0)), ops.mean: (ANY,)}


def is_zero_or_not_tiny(x: float) -> bool:
    """Whether twelve such factors cannot underflow, which would add an error that no relative bound knows."""
    return x == 0.0 or abs(x) > 1e-6


def none_is_tiny(operands: list[Any]) -> bool:
    return all(map(is_zero_or_not_tiny, flat(tuple(o) if isinstance(o, list) else o for o in operands)))


def far_from_poles(row: Primitive, operands: list[Any]) -> bool:
    x, y = operands[0], operands[-1]
    if row is ops.div or (row is ops.power and y < 0.0):
        return abs(y if row is ops.div else x) > 1e-3 and none_is_tiny(operands)
    return none_is_tiny(operands)


def whole_constants(interval: Interval) -> st.SearchStrategy[float]:
    low, high = interval
    return st.integers(int(max(low, -3)), int(min(high, 3))).map(float)


def rational_constants(interval: Interval) -> st.SearchStrategy[float]:
    if type(interval) is Fixed:
        return whole_constants(interval)
    return st.floats(max(interval[0], -4.0), min(interval[1], 4.0)).filter(is_zero_or_not_tiny)


small_numbers = st.floats(-4.0, 4.0).filter(is_zero_or_not_tiny)


@held
@given(recipes(WHOLE_ROWS, whole_constants(ANY), whole_constants, far_from_poles))
def test_on_small_integers_gradients_are_exact(recipe: Recipe) -> None:
    leaves, _, root = made(recipe)
    for node in topological_order(root):
        assert not node.operands or node.data == rational_value(node)
    exact = grown(leaves, root, rational_slopes)
    root.backward()
    for x, slope, absolute in zip(leaves, exact.slope, exact.absolute, strict=True):
        if absolute <= EXACT_INTEGERS:
            assert x.grad == slope
        else:
            assert abs(Fraction(x.grad) - slope) <= ALLOWED * absolute


@held
@given(recipes(RATIONAL_ROWS, small_numbers, rational_constants, far_from_poles))
def test_gradients_of_rational_graphs_and_their_scales_are_those_of_exact_fractions(recipe: Recipe) -> None:
    leaves, _, root = made(recipe)
    for node in topological_order(root):
        if node.operands:
            terms = sum(abs(s * Fraction(o.data)) for s, o in zip(rational_slopes(node), node.operands, strict=True))
            exact_value = rational_value(node)
            assert abs(Fraction(node.data) - exact_value) <= 4 * EPSILON * (terms + abs(exact_value)) + Fraction(5e-324)
    exact = grown(leaves, root, rational_slopes)
    scales = absolute_adjoints(root, leaves)
    root.backward()
    for x, scale, slope, absolute in zip(leaves, scales, exact.slope, exact.absolute, strict=True):
        assert abs(Fraction(x.grad) - slope) <= ALLOWED * absolute
        assert abs(Fraction(scale) - absolute) <= ALLOWED * absolute


# Smooth graphs, in 300 bits


def normal_cdf(x: Any) -> Any:
    return mp.erfc(-x / mp.sqrt(2)) / 2


def sigmoid(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x))


def logsumexp(*values: Any) -> Any:
    return mp.log(mp.fsum(map(mp.exp, values)))


WAVES: Interval = (-20.0, 20.0)  # no slope in these is so small that twelve of them underflow
TAILS: Interval = (-8.0, 8.0)
ABOVE: Interval = (1e-3, LARGE)
UNIT: Interval = (-0.99, 0.99)
POINTS: Interval = (-LARGE, LARGE)

#: For each row the function in exact arithmetic, of operands in one list, and where its operands are drawn.
SMOOTH: dict[Primitive, tuple[Callable[..., Any], tuple[Interval, ...]]] = {
    ops.add: (lambda x, y: x + y, (ANY, ANY)),
    ops.sub: (lambda x, y: x - y, (ANY, ANY)),
    ops.mul: (lambda x, y: x * y, (ANY, ANY)),
    ops.div: (lambda x, y: x / y, (ANY, ABOVE)),
    ops.neg: (lambda x: -x, (ANY,)),
    ops.power: (lambda x, y: mp.power(x, y), (ABOVE, (-2.0, 2.0))),
    ops.exp: (mp.exp, (TAILS,)),
    ops.expm1: (mp.expm1, (TAILS,)),
    ops.exp_difference: (lambda x, y: mp.exp(x - y), (TAILS, TAILS)),
    ops.log: (mp.log, (ABOVE,)),
    ops.log1p: (mp.log1p, ((-0.99, LARGE),)),
    ops.log2: (lambda x: mp.log(x, 2), (ABOVE,)),
    ops.log10: (lambda x: mp.log(x, 10), (ABOVE,)),
    ops.sqrt: (mp.sqrt, (ABOVE,)),
    ops.cbrt: (mp.cbrt, (ABOVE,)),
    ops.hypot: (mp.hypot, (ABOVE, ANY)),
    ops.sin: (mp.sin, (WAVES,)),
    ops.cos: (mp.cos, (WAVES,)),
    ops.tan: (mp.tan, ((-1.5, 1.5),)),
    ops.asin: (mp.asin, (UNIT,)),
    ops.acos: (mp.acos, (UNIT,)),
    ops.atan: (mp.atan, (ANY,)),
    ops.atan2: (mp.atan2, (ABOVE, ANY)),
    ops.sinh: (mp.sinh, (TAILS,)),
    ops.cosh: (mp.cosh, (TAILS,)),
    ops.tanh: (mp.tanh, (WAVES,)),
    ops.tanh_slope: (lambda x: mp.sech(x) ** 2, (WAVES,)),
    ops.asinh: (mp.asinh, (ANY,)),
    ops.acosh: (mp.acosh, ((1.01, LARGE),)),
    ops.atanh: (mp.atanh, (UNIT,)),
    ops.erf: (mp.erf, ((-5.0, 5.0),)),
    ops.erfc: (mp.erfc, ((-5.0, 5.0),)),
    ops.normal_cdf: (normal_cdf, (TAILS,)),
    ops.sigmoid: (sigmoid, (WAVES,)),
    ops.sigmoid_difference: (lambda x, y: sigmoid(x - y), (TAILS, TAILS)),
    ops.softplus: (lambda x: mp.log1p(mp.exp(x)), (WAVES,)),
    ops.logsigmoid: (lambda x: -mp.log1p(mp.exp(-x)), (WAVES,)),
    ops.gelu: (lambda x: x * normal_cdf(x), (TAILS,)),
    ops.silu: (lambda x: x * sigmoid(x), (WAVES,)),
    ops.sigmoid_slope: (lambda x: sigmoid(x) * sigmoid(-x), (WAVES,)),
    ops.gelu_slope: (lambda x: normal_cdf(x) + x * mp.npdf(x), (TAILS,)),
    ops.silu_slope: (lambda x: sigmoid(x) * (1 + x * sigmoid(-x)), (WAVES,)),
    ops.softsign: (lambda x: x / (1 + abs(x)), (ANY,)),
    ops.relu: (lambda x: max(x, mpf(0)), (ANY,)),
    ops.abs: (abs, (ANY,)),
    ops.maximum: (max, (ANY, ANY)),
    ops.minimum: (min, (ANY, ANY)),
    ops.sum: (lambda *v: mp.fsum(v), (ANY,)),
    ops.mean: (lambda *v: mp.fsum(v) / len(v), (ANY,)),
    ops.prod: (lambda *v: mp.fprod(v), ((-20.0, 20.0),)),
    ops.norm: (lambda *v: mp.sqrt(mp.fsum(x * x for x in v)), (ABOVE,)),
    ops.max: (lambda *v: max(v), (ANY,)),
    ops.min: (lambda *v: min(v), (ANY,)),
    ops.logaddexp: (logsumexp, (TAILS, TAILS)),
    ops.logsumexp: (logsumexp, (TAILS,)),
    ops.dot: (
        lambda *v: mp.fdot(v[: len(v) // 2], v[len(v) // 2 : len(v) // 2 * 2]) + (v[-1] if len(v) % 2 else 0),
        (ANY, ANY, ANY),
    ),
}
SMOOTH_ROWS = {row: intervals for row, (_, intervals) in SMOOTH.items()}


def precise_slopes(node: Value) -> list[Any]:
    """The slopes of a node, by differences so small that 80 digits are left: no formula of a slope is needed."""
    function, _ = SMOOTH[node._row]  # type: ignore[index]
    operands = [mpf(o.data) for o in node.operands]
    slopes = []
    for i, x in enumerate(operands):
        step = mp.ldexp(abs(x) or mpf(1), -90)
        above, below = (function(*operands[:i], x + s, *operands[i + 1 :]) for s in (step, -step))
        slopes.append((above - below) / (2 * step))
    return slopes


def off_every_kink(row: Primitive, operands: list[Any]) -> bool:
    """Whether the row has a slope there, and no operand is tiny."""
    return none_is_tiny(operands) and (row.kink is None or row.kink(*operands) != 0.0)


def smooth_constants(interval: Interval) -> st.SearchStrategy[float]:
    low, high = interval
    return st.floats(max(low, -4.0), min(high, 4.0)).filter(is_zero_or_not_tiny)


@held
@given(recipes(SMOOTH_ROWS, small_numbers, smooth_constants, off_every_kink))
def test_gradients_of_smooth_graphs_are_those_of_300_bits(recipe: Recipe) -> None:
    leaves, _, root = made(recipe)
    root.backward()
    with mp.workprec(PRECISION):
        exact = grown(leaves, root, precise_slopes)
        for x, slope, absolute in zip(leaves, exact.slope, exact.absolute, strict=True):
            assert abs(mpf(x.grad) - slope) <= mpf(float(ALLOWED)) * absolute


@held
@given(recipes(SMOOTH_ROWS, small_numbers, smooth_constants, off_every_kink))
def test_every_recorded_value_is_its_operation_on_the_recorded_operands(recipe: Recipe) -> None:
    """Beside the property above: what rounding added to each value, and its gradient took for a constant, is small."""
    _, _, root = made(recipe)
    with mp.workprec(PRECISION):
        for node in topological_order(root):
            if node.operands:
                function, _ = SMOOTH[node._row]  # type: ignore[index]
                operands = [mpf(o.data) for o in node.operands]
                exact = function(*operands)
                terms = abs(exact)
                if len(operands) > 1:  # what may cancel
                    terms += mp.fsum(abs(s * x) for s, x in zip(precise_slopes(node), operands, strict=True))
                assert abs(mpf(node.data) - exact) <= 4 * mpf(float(EPSILON)) * terms


# Every row, one gradient in several ways

ALL_ROWS = {
    row: tuple((max(low, -4.0), min(high, 4.0)) if low > -1e3 else (low, high) for low, high in row.domain)
    for row in OWN_ROWS
}


def any_constants(interval: Interval) -> st.SearchStrategy[float]:
    return st.floats(max(interval[0], -4.0), min(interval[1], 4.0), allow_subnormal=False)


any_graph = recipes(ALL_ROWS, st.one_of(small_numbers, st.integers(-2, 2).map(float)), any_constants)


def same_bits(x: float, y: float) -> bool:
    """Whether two numbers are the same, but for the sign of a zero: `backward()` adds to 0.0 and never leaves -0.0."""
    return (x + 0.0).hex() == (y + 0.0).hex() or (x != x and y != y)


@held
@given(any_graph)
@example(Recipe([1.3], [Step(ops.div, (0, 0)), Step(ops.exp, (1,)), Step(ops.sin, (0,))]))
def test_gradients_as_values_are_those_of_backward_to_the_last_bit(recipe: Recipe) -> None:
    _, pool, root = made(recipe)
    found = gradients(root, pool)
    root.backward()
    assert all(same_bits(gradient.data, value.grad) for value, gradient in zip(pool, found, strict=True))


@held
@given(any_graph)
@pytest.mark.filterwarnings("ignore::autograd.advice.TrainingWarning")
def test_a_second_backward_doubles_the_leaves_and_sets_everything_between_afresh(recipe: Recipe) -> None:
    _, pool, root = made(recipe)
    root.backward()
    first = [value.grad for value in pool]
    root.backward()
    for value, before in zip(pool, first, strict=True):
        if not value.operands:
            # not quite twice: the second time, the contributions are added one by one to those of the first
            scale = absolute_adjoints(root, [value])[0]
            difference = abs(value.grad - 2.0 * before)
            assert difference <= float(ALLOWED) * scale or not math.isfinite(scale)
        else:
            assert same_bits(value.grad, before)


@held
@given(any_graph)
def test_the_same_recipe_gives_the_same_bits_and_on_plain_numbers_the_same_values(recipe: Recipe) -> None:
    (leaves, pool, root), (others, _, again) = made(recipe), made(recipe)
    root.backward()
    again.backward()
    numbers = list(recipe.leaves)
    for step in recipe.steps:
        numbers.append(step.row(*(at_place(o, numbers) for o in step.operands)))
    assert [value.data.hex() for value in pool] == [x.hex() for x in numbers]
    assert [v.data.hex() for v in topological_order(root)] == [v.data.hex() for v in topological_order(again)]
    assert [x.grad.hex() for x in leaves] == [x.grad.hex() for x in others]


# Hostile numbers

HOSTILE = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 1e200, -1e200, 1e-200, 5e-324, 1.7976931348623157e308]
hostile = st.one_of(st.sampled_from(HOSTILE), st.floats())
EVERYWHERE: Interval = (-math.inf, math.inf)
hostile_graph = recipes({row: (EVERYWHERE,) * len(row.domain) for row in OWN_ROWS}, hostile, lambda interval: hostile)


def numbers_of(nodes: list[Value]) -> Iterator[Any]:
    """Everything that a graph holds and that must be a float."""
    for node in nodes:
        yield from (node.data, node.grad)
        yield from (slope for slope in node.slopes if slope is not None)
        yield from flat(data_of(as_called(node)) if node.operands else ())


@held
@given(hostile_graph)
@pytest.mark.filterwarnings("ignore::autograd.advice.TrainingWarning")
def test_hostile_numbers_never_raise_and_leave_floats_everywhere(recipe: Recipe) -> None:
    _, _, root = made(recipe)
    root.backward()
    root.backward()
    assert {type(x) for x in numbers_of(topological_order(root))} == {float}


@held
@given(hostile_graph)
def test_gradients_of_hostile_numbers_are_those_of_backward(recipe: Recipe) -> None:
    leaves, _, root = made(recipe)
    found = gradients(root, leaves)
    root.backward()
    assert all(same_bits(gradient.data, x.grad) for gradient, x in zip(found, leaves, strict=True))


# Graphs of a given shape


@pytest.mark.parametrize("depth", [1, 10, 400])
def test_a_chain_of_diamonds_has_a_path_for_each_choice(depth: int) -> None:
    x = Value(1.0)
    y = x
    for _ in range(depth):
        y = y + y
    y.backward()
    assert x.grad == 2.0**depth


@pytest.mark.parametrize("width", [1, 2, 1000])
def test_a_fan_of_paths_adds_them_all(width: int) -> None:
    x = Value(3.0)
    ops.sum([x * float(i) for i in range(width)]).backward()
    assert x.grad == width * (width - 1) / 2


def test_fibonacci_numbers_are_counts_of_paths() -> None:
    """Each value is the sum of the last two, and so is its gradient: exact far beyond what a tree could hold."""
    a, b = Value(1.0), Value(1.0)
    last = [a, b]
    for _ in range(70):
        last.append(last[-1] + last[-2])
    last[-1].backward()
    expected = [1, 1]
    for _ in range(70):
        expected.append(expected[-1] + expected[-2])
    assert (a.grad, b.grad) == (expected[69], expected[70])
    assert [v.grad for v in last[2:]] == [float(expected[71 - i]) for i in range(2, 72)]


def test_all_pairings_of_three_operands_in_two_operations() -> None:
    """Every way in which two operations can share operands: against the gradient of the polynomial written out."""
    for first in itertools.product(range(3), repeat=2):
        for second in itertools.product(range(4), repeat=2):
            leaves, _, root = made(Recipe([2.0, 3.0, 5.0], [Step(ops.mul, first), Step(ops.mul, second)]))
            exact = grown(leaves, root, rational_slopes)
            root.backward()
            assert [x.grad for x in leaves] == exact.slope
