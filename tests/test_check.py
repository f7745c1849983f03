"""The checker is right about right rules, and tells wrong ones, whatever is wrong about them."""

import itertools
import math
import random
from collections.abc import Callable, Iterator
from typing import Any

import mpmath
import pytest

from autograd import check
from autograd import primitives as ops
from autograd.check import GradientError, absolute_adjoints, blame, check_row_at, gradcheck, measured_slope
from autograd.modes import no_grad
from autograd.primitives import TABLE, Primitive, primitive
from autograd.value import Value

OWN_ROWS = [row for row in TABLE.values() if row.__module__ == "autograd.primitives"]


@pytest.fixture(autouse=True)
def table_as_it_was() -> Iterator[None]:
    """Takes the rows that a test adds away again, and the methods that come with them."""
    before = set(TABLE)
    yield
    for name in set(TABLE) - before:
        del TABLE[name]
        if name in vars(Value):
            delattr(Value, name)


# No false alarm


def grouped(row: Primitive, operands: Any, length: int) -> list[Any]:
    """The operands of one list as the row takes them, `length` for each sequence."""
    left = iter(operands)
    return [list(itertools.islice(left, length)) if is_sequence else next(left) for is_sequence in row.sequences]


def inside_domain(row: Primitive, rng: random.Random, length: int) -> list[float]:
    """An operand for each place, away from the ends of the domain and from every kink."""
    while True:
        drawn: list[float] = []
        for (low, high), is_sequence in zip(row.domain, row.sequences, strict=True):
            low, high = max(low, -4.0), min(high, 4.0)
            margin = 0.05 * (high - low)
            drawn += [rng.uniform(low + margin, high - margin) for _ in range(length if is_sequence else 1)]
        if row.kink is None or abs(row.kink(*grouped(row, drawn, length))) > 0.1:
            return drawn


@pytest.mark.parametrize("row", OWN_ROWS, ids=str)
def test_every_row_passes_to_second_order(row: Primitive) -> None:
    rng = random.Random(row.name)
    for length in (2, 3):
        point = inside_domain(row, rng, length)
        checked = gradcheck(lambda *v, n=length: row(*grouped(row, v, n)), point, order=2)
        assert len(checked) == len(point) + len(point) ** 2


def small_network(x: Any, y: Any, *weights: Any) -> Any:
    hidden = [ops.dot(list(weights[3 * i : 3 * i + 2]), [x, y], weights[3 * i + 2]).tanh() for i in range(2)]
    return (ops.dot(list(weights[6:8]), hidden, weights[8]).sigmoid() - 1.0) ** 2.0


WELL_BEHAVED: dict[str, tuple[Callable[..., Any], list[float]]] = {
    "network": (small_network, [0.5, -1.0, 0.3, -0.2, 0.1, 0.7, 0.4, -0.3, 1.1, -0.6, 0.2]),
    "cross entropy": (lambda a, b, c: ops.logsumexp([a, b, c]) - b, [1.0, -2.0, 0.5]),
    "lecture": (lambda a, b, c, d: ((a * b + c).tanh() / d + a * d).exp(), [0.3, -1.2, 0.7, 1.9]),
    "cancelling": (lambda x, y: (x + y) * (x - y) - x * x + y * y, [1.3, 0.7]),
    "a constant": (lambda x: Value(3.0), [0.7]),
    "the identity": (lambda x: x, [0.7]),
    "no inputs": (lambda: Value(3.0), []),
    "slope zero at a maximum": (lambda x: x.cos(), [0.0]),
    "slope zero everywhere": (lambda x: x * 0.0, [0.0]),
    "many operands": (lambda *v: ops.prod(v) / ops.norm(v) + ops.mean(v) * ops.max(v), [1.0, -2.0, 0.5, 3.0]),
    "with a branch": (lambda x: x.exp() if x > 0 else x.sin(), [0.5]),
    "fast waves": (lambda x: (100.0 * x).sin(), [1.0]),
    "a small wave on a large number": (lambda x: 1e6 + x.sin(), [1e-8]),
    "a large number on a small wave": (lambda x, y: x + 1e6 * y, [1e-8, 1e6]),
    "a square of a huge number": (lambda x: x * x, [1e150]),
    "a square of a tiny number": (lambda x: x * x, [1e-150]),
    "a root of a huge number": (lambda x: x.sqrt(), [1e300]),
    "a logarithm of a tiny number": (lambda x: x.log(), [1e-150]),
    "operands of different sizes": (lambda x, y: x * y, [1e150, 1e-150]),
    "a logarithm near its border": (lambda x: x.log(), [1e-3]),
    "a root near its border": (lambda x: x.sqrt(), [1e-6]),
    "artanh near its border": (lambda x: x.atanh(), [0.999]),
    "arcsine near its border": (lambda x: x.asin(), [-0.999]),
    "arcosh near its border": (lambda x: x.acosh(), [1.001]),
    "log1p near its border": (lambda x: x.log1p(), [-0.999]),
    "a quotient near its pole": (lambda x: 1.0 / x, [1e-3]),
    "a flat tail": (lambda x: x.tanh(), [15.0]),
    "a flat tail of the bell": (lambda x: x.gelu(), [-8.0]),
    "close to a kink": (lambda x: x.relu() * x, [1e-3]),
}


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize(("f", "point"), WELL_BEHAVED.values(), ids=WELL_BEHAVED)
def test_right_functions_pass(f: Callable[..., Any], point: list[float], order: int) -> None:
    checked = gradcheck(f, point, order=order)
    assert all(one.agrees for one in checked)
    assert len(checked) == len(point) + (len(point) ** 2 if order == 2 else 0)


def test_random_points_of_random_compositions_pass() -> None:
    rng = random.Random(7)
    smooth = [ops.tanh, ops.sin, ops.sigmoid, ops.softplus, ops.atan, ops.gelu, ops.asinh, ops.softsign]
    for _ in range(100):
        first, second, third = (rng.choice(smooth) for _ in range(3))
        point = [rng.gauss(0.0, 2.0) for _ in range(3)]
        gradcheck(lambda a, b, c, f=first, g=second, h=third: f(a * b) * g(b - c) + h(f(c) * a), point)


@pytest.mark.parametrize("frequency", [1e3, 1e4, 1e5])
def test_fast_waves_pass(frequency: float) -> None:
    gradcheck(lambda x: (frequency * x).sin(), [1.0])


# What the checker measures


@pytest.mark.parametrize(
    ("f", "exact", "x"),
    [
        (math.exp, math.exp, 1.3),
        (math.sin, math.cos, 2.0),
        (math.sin, math.cos, math.pi / 2),
        (ops.log.function, lambda x: 1.0 / x, 1e-3),
        (ops.log.function, lambda x: 1.0 / x, 1e100),
        (ops.sqrt.function, lambda x: 0.5 / math.sqrt(x), 1e-6),
        (math.tanh, lambda x: float(mpmath.sech(x) ** 2), 2.0),
        (lambda x: x**3, lambda x: 3 * x * x, 1e90),
        (lambda x: x**3, lambda x: 3 * x * x, -1e-90),
        (lambda x: 7.0 * x, lambda x: 7.0, 0.0),
        (lambda x: 7.0, lambda x: 0.0, 3.0),
        (lambda x: 1e6 + math.sin(x), math.cos, 1e-8),
        (lambda x: math.sin(100.0 * x), lambda x: 100.0 * math.cos(100.0 * x), 1.0),
        (lambda x: 1.0 / (1.0 + 25.0 * x * x), lambda x: -50.0 * x / (1.0 + 25.0 * x * x) ** 2, 0.3),
    ],
)
def test_measured_slopes_are_within_four_times_their_own_error_estimate(
    f: Callable[[float], float], exact: Callable[[float], float], x: float
) -> None:
    slope = measured_slope(f, x)
    assert abs(slope.value - exact(x)) <= check.SAFETY * slope.error


@pytest.mark.parametrize("x", [-5.0, -1e-3, 0.0, 0.3, 1.0, 5.0])
@pytest.mark.parametrize(
    ("f", "slope"), [(math.exp, math.exp), (math.sin, math.cos), (math.atan, lambda x: 1 / (1 + x * x))]
)
def test_measured_slopes_of_smooth_functions_have_ten_digits(
    f: Callable[[float], float], slope: Callable[[float], float], x: float
) -> None:
    measured = measured_slope(f, x)
    assert measured.value == pytest.approx(slope(x), rel=1e-10)
    assert measured.error <= 1e-9 * slope(x) if slope(x) > 0 else measured.error <= 1e-9


def test_a_function_that_is_nan_all_around_has_no_slope_and_an_infinite_error() -> None:
    slope = measured_slope(lambda x: math.nan, 1.0)
    assert math.isnan(slope.value)
    assert slope.error == math.inf


def test_a_slope_is_measured_inside_the_domain_when_the_first_steps_leave_it() -> None:
    slope = measured_slope(ops.atanh.function, 0.999)
    assert slope.value == pytest.approx(1.0 / (1.0 - 0.999**2), rel=1e-3)
    assert slope.error < 1.0


def test_at_a_kink_the_measured_slope_is_the_middle_of_both_sides() -> None:
    assert measured_slope(abs, 0.0).value == 0.0
    assert measured_slope(lambda x: max(x, 0.0), 0.0).value == 0.5


def test_absolute_adjoints_are_the_scale_of_what_cancels() -> None:
    x, y = Value(3.0), Value(-2.0)
    assert absolute_adjoints(x - x, [x, y]) == [2.0, 0.0]
    assert absolute_adjoints(x * y - x * y, [x, y]) == [4.0, 6.0]
    assert absolute_adjoints((x * 1e6) - (x * 1e6 - x), [x]) == [2e6 + 1.0]
    assert absolute_adjoints(ops.dot([x, y], [y, x], x), [x, y]) == [5.0, 6.0]


def test_absolute_adjoints_of_a_value_in_itself_and_inside_are_counted() -> None:
    x = Value(3.0)
    square = x * x
    assert absolute_adjoints(-square + x, [square, x]) == [1.0, 7.0]
    assert absolute_adjoints(x, [x]) == [1.0]


def test_absolute_adjoints_are_never_below_the_gradient() -> None:
    rng = random.Random(3)
    for _ in range(50):
        xs = [Value(rng.gauss(0.0, 1.0)) for _ in range(3)]
        t = (xs[0] * xs[1]).tanh()
        y = t * xs[2] - t / (xs[0] * xs[0] + 1.0) + ops.prod([t, xs[1], xs[2]])
        y.backward()
        assert all(abs(x.grad) <= a * (1 + 1e-15) for x, a in zip(xs, absolute_adjoints(y, xs), strict=True))


def test_every_derivative_comes_with_its_name_and_its_measurement() -> None:
    first, second = gradcheck(lambda a, b: a * b, [2.0, Value(3.0, label="b")])
    assert (first.name, first.gradient, second.name, second.gradient) == ("input 0", 3.0, "b", 2.0)
    assert abs(first.measured - 3.0) <= first.allowed < 1e-8
    names = [checked.name for checked in gradcheck(lambda a, b: a * b, [2.0, 3.0], order=2)]
    assert names[2:] == [f"input {i} and input {j}" for i in range(2) for j in range(2)]


def test_the_inputs_given_are_left_alone() -> None:
    x = Value(2.0)
    x.grad = 5.0
    gradcheck(lambda x: x * x, [x], order=2)
    assert (x.data, x.grad, x.operands) == (2.0, 5.0, ())


def test_values_that_the_function_captures_keep_their_gradients() -> None:
    w = Value(3.0)
    hidden = w * 2.0
    w.grad, hidden.grad = 5.0, 7.0
    assert gradcheck(lambda x: x * hidden + w, [2.0], order=2)[0].gradient == 6.0
    assert (w.grad, hidden.grad) == (5.0, 7.0)


def test_a_check_inside_no_grad_is_the_same_check() -> None:
    outside = gradcheck(lambda x, y: x * y.exp(), [2.0, 0.5], order=2)
    with no_grad():
        assert gradcheck(lambda x, y: x * y.exp(), [2.0, 0.5], order=2) == outside


def test_inputs_that_are_no_list_are_refused() -> None:
    for given in (2.0, Value(2.0), "2"):
        with pytest.raises(TypeError, match=rf"takes a list of inputs, got {type(given).__name__}: .* written \[x\]"):
            gradcheck(lambda x: x, given)  # type: ignore[arg-type]


def test_a_tolerance_may_be_given() -> None:
    @primitive(lambda z, x: 3.0000003 * x * x)
    def nearly_cubed(x: float) -> float:
        return x * x * x

    gradcheck(nearly_cubed, [2.0], tolerance=1e-6)
    with pytest.raises(GradientError):
        gradcheck(nearly_cubed, [2.0], tolerance=1e-8)


# The checker is checked: each of these rules is wrong, and is found out


def scalar_rows() -> Iterator[tuple[str, Callable[[], Primitive], list[float], int]]:
    """Wrong rows: what is wrong, the row, a point, and the operand whose slope is off."""

    def wrong(*slopes: Callable[..., Any]) -> Callable[[Callable[..., float]], Callable[[], Primitive]]:
        return lambda function: lambda: primitive(*slopes)(function)

    @wrong(lambda z, x: -3.0 * x * x)
    def wrong_sign(x: float) -> float:
        return x**3

    @wrong(lambda z, x: 3.003 * x * x)
    def wrong_by_a_thousandth(x: float) -> float:
        return x**3

    @wrong(lambda z, x: 3.000003 * x * x)
    def wrong_by_a_millionth(x: float) -> float:
        return x**3

    @wrong(lambda z, x: 0.0)
    def wrong_missing_path(x: float) -> float:
        return x**3

    @wrong(lambda z, x, y: x, lambda z, x, y: y)
    def wrong_swapped(x: float, y: float) -> float:
        return x * y

    @wrong(lambda z, x: 1.0 - x * x)
    def wrong_result_for_operand(x: float) -> float:
        return math.tanh(x)

    @wrong(lambda z, x: 12.0)
    def wrong_constant(x: float) -> float:
        return x**3

    @wrong(lambda z, x: ops.where(ops.greater(x, 0.0), 2.0 * x, -2.0 * x))
    def wrong_below_zero(x: float) -> float:
        return x * x

    @wrong(lambda z, x, y: ops.div(1.0, y), lambda z, x, y: ops.div(z, y))
    def wrong_in_the_second(x: float, y: float) -> float:
        return x / y

    @wrong(lambda z, x: ops.exp(x + 1.0))
    def wrong_point(x: float) -> float:
        return math.exp(x)

    @wrong(lambda z, x: 2.0)
    def wrong_for_a_step(x: float) -> float:
        return math.floor(x)

    @wrong(lambda z, x: math.nan)
    def wrong_nan(x: float) -> float:
        return x * x

    @wrong(lambda z, x: math.inf)
    def wrong_infinite(x: float) -> float:
        return x * x

    @wrong(lambda z, x: 2.0 * x + 1e-6)
    def wrong_by_a_constant(x: float) -> float:
        return x * x

    @wrong(lambda z, x: x / 90.0)
    def wrong_unit(x: float) -> float:
        return math.sin(math.radians(x))

    @wrong(lambda z, x, y, a: 1.0 - a, lambda z, x, y, a: a, lambda z, x, y, a: x - y)
    def wrong_in_the_third(x: float, y: float, a: float) -> float:
        return (1.0 - a) * x + a * y

    yield "sign", wrong_sign, [2.0], 0
    yield "factor 1.001", wrong_by_a_thousandth, [2.0], 0
    yield "factor 1 + 1e-6", wrong_by_a_millionth, [2.0], 0
    yield "missing path", wrong_missing_path, [2.0], 0
    yield "swapped operands", wrong_swapped, [2.0, 5.0], 0
    yield "slope of the operand for that of the result", wrong_result_for_operand, [0.7], 0
    yield "right at one point alone", wrong_constant, [2.1], 0
    yield "wrong for negative operands alone", wrong_below_zero, [-2.0], 0
    yield "wrong in the second operand alone", wrong_in_the_second, [2.0, 5.0], 1
    yield "taken at another point", wrong_point, [0.5], 0
    yield "a step with a slope", wrong_for_a_step, [2.5], 0
    yield "nan", wrong_nan, [2.0], 0
    yield "infinite", wrong_infinite, [2.0], 0
    yield "a small constant added", wrong_by_a_constant, [2.0], 0
    yield "another unit", wrong_unit, [30.0], 0
    yield "wrong in the third operand alone", wrong_in_the_third, [2.0, 5.0, 0.3], 2


@pytest.mark.parametrize(
    ("make", "point", "operand"), [case[1:] for case in scalar_rows()], ids=[case[0] for case in scalar_rows()]
)
def test_a_wrong_rule_is_found_and_row_and_operand_are_named(
    make: Callable[[], Primitive], point: list[float], operand: int
) -> None:
    row = make()
    with pytest.raises(GradientError, match=rf"the row {row.name} has slope .* in operand {operand}, measured"):
        gradcheck(row, point)


@pytest.mark.parametrize(
    ("make", "point", "operand"), [case[1:] for case in scalar_rows()], ids=[case[0] for case in scalar_rows()]
)
def test_a_wrong_rule_is_found_among_right_ones(
    make: Callable[[], Primitive], point: list[float], operand: int
) -> None:
    row = make()

    def inside_others(*xs: Any) -> Any:
        z = row(*xs)
        return ops.tanh(z * 0.05) * ops.sum(xs) + ops.exp(xs[0] * 0.1)

    with pytest.raises(GradientError, match=rf"the row {row.name} has slope .* in operand {operand}, measured"):
        gradcheck(inside_others, point)


def test_rules_that_are_wrong_for_negative_operands_alone_pass_where_they_are_right() -> None:
    @primitive(lambda z, x: ops.where(ops.greater(x, 0.0), 2.0 * x, -2.0 * x))
    def wrong_below(x: float) -> float:
        return x * x

    assert gradcheck(wrong_below, [2.0])[0].agrees


def test_one_wrong_slope_in_a_sequence_is_named_by_its_place() -> None:
    @primitive(lambda z, values: [2.0 * v * (1.001 if i == 2 else 1.0) for i, v in enumerate(values)])
    def wrong_square_sum(values: Any) -> float:
        return math.fsum(v * v for v in values)

    # The annotation tells a sequence from a number; it must be there when the row is made.
    del TABLE["wrong_square_sum"]
    function = wrong_square_sum.function
    function.__annotations__["values"] = "Sequence[float]"
    row = primitive(*wrong_square_sum.slopes)(function)
    with pytest.raises(GradientError, match=r"the row wrong_square_sum has slope .* in operand 2, measured"):
        gradcheck(lambda *v: row(v), [1.0, 2.0, 3.0, 4.0])


def test_a_dot_that_swaps_weights_and_inputs_is_found() -> None:
    @primitive(lambda z, w, x, b: w, lambda z, w, x, b: x, lambda z, w, x, b: 1.0)
    def wrong_dot(w: "Sequence[float]", x: "Sequence[float]", b: float) -> float:  # noqa: F821
        return b + math.fsum(map(float.__mul__, w, x))

    with pytest.raises(GradientError, match=r"the row wrong_dot has slope .* in operand [0-3], measured"):
        gradcheck(lambda a, b, c, d, e: wrong_dot([a, b], [c, d], e), [2.0, 3.0, 5.0, 7.0, 11.0])


def test_a_dot_with_the_slope_of_a_weight_for_its_bias_is_found() -> None:
    @primitive(lambda z, w, x, b: x, lambda z, w, x, b: w, lambda z, w, x, b: w[0])
    def wrong_bias(w: "Sequence[float]", x: "Sequence[float]", b: float) -> float:  # noqa: F821
        return b + math.fsum(map(float.__mul__, w, x))

    with pytest.raises(GradientError, match=r"the row wrong_bias has slope 2\.0 in operand 4, measured (1\.0|0\.99)"):
        gradcheck(lambda a, b, c, d, e: wrong_bias([a, b], [c, d], e), [2.0, 3.0, 5.0, 7.0, 11.0])


# Wrong in the second derivative alone


def wrong_detached_exp() -> Primitive:
    """Right slopes, computed on numbers: they have no slope of their own."""

    @primitive(lambda z, x: math.exp(x.data if isinstance(x, Value) else x))
    def detached_exp(x: float) -> float:
        return math.exp(x)

    return detached_exp


def wrong_slope_of_the_slope() -> Primitive:
    """Right slopes, by a row of their own whose slope is off."""

    @primitive(lambda z, x: -2.001 * x * z)
    def off_bell(x: float) -> float:
        return math.exp(-x * x)

    @primitive(lambda z, x: ops.TWO_OVER_SQRT_PI * off_bell(x))
    def off_erf(x: float) -> float:
        return math.erf(x)

    return off_erf


@pytest.mark.parametrize("make", [wrong_detached_exp, wrong_slope_of_the_slope])
def test_a_wrong_second_derivative_is_found_by_second_order_and_by_that_alone(make: Callable[[], Primitive]) -> None:
    row = make()
    gradcheck(lambda x: row(x) * x, [0.5])
    with pytest.raises(GradientError, match="the gradient for input 0 and input 0 is"):
        gradcheck(lambda x: row(x) * x, [0.5], order=2)


@pytest.mark.parametrize(("make", "name"), [(wrong_detached_exp, "detached_exp"), (wrong_slope_of_the_slope, "off_")])
def test_the_row_with_a_wrong_second_derivative_is_named(make: Callable[[], Primitive], name: str) -> None:
    row = make()
    with pytest.raises(GradientError, match=name):
        gradcheck(lambda x: row(x) * x, [0.5], order=2)


def test_a_mixed_second_derivative_that_is_off_is_found() -> None:
    @primitive(lambda z, x, y: y, lambda z, x, y: x.data if isinstance(x, Value) else x)
    def half_detached(x: float, y: float) -> float:
        return x * y

    with pytest.raises(GradientError, match=r"the gradient for input 1 and input 0 is 0.0"):
        gradcheck(half_detached, [2.0, 3.0], order=2)


# Wrong elsewhere than in a rule


def backward_without_accumulation(self: Value) -> None:
    """`=` where there should be `+=`: the classical mistake, right for every tree and wrong for every diamond."""
    order = check.topological_order(self)
    self._grad = 1.0
    for node in reversed(order):
        for operand, slope in zip(node.operands, node.slopes, strict=True):
            if slope is not None:
                operand._grad = node._grad * slope


def backward_in_the_wrong_order(self: Value) -> None:
    """A node hands on its gradient before all of it has come in."""
    self._grad = 1.0
    queue = [self]
    seen: set[int] = set()
    for node in queue:
        for operand, slope in zip(node.operands, node.slopes, strict=True):
            if slope is not None:
                operand._grad += node._grad * slope
                if id(operand) not in seen:
                    seen.add(id(operand))
                    queue.append(operand)


def backward_of_one_operand(self: Value) -> None:
    """Operands collected in a set: the second of two equal ones is lost."""
    self._grad = 1.0
    for node in reversed(check.topological_order(self)):
        for operand, slope in {id(o): (o, s) for o, s in zip(node.operands, node.slopes, strict=True)}.values():
            if slope is not None:
                operand._grad += node._grad * slope


@pytest.mark.parametrize(
    ("backward", "f"),
    [
        (backward_without_accumulation, lambda x: x.sin() * x),
        (backward_in_the_wrong_order, lambda x: (t := x.sin()) + t.exp().tanh()),
        (backward_of_one_operand, lambda x: (x + x).exp()),
    ],
)
def test_a_wrong_walk_is_found_and_no_row_is_blamed(
    backward: Callable[[Value], None], f: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    gradcheck(f, [0.7])
    monkeypatch.setattr(Value, "backward", backward)
    with pytest.raises(GradientError, match="every row on the way is right by itself"):
        gradcheck(f, [0.7])


def test_a_rule_of_the_users_own_that_is_wrong_is_found() -> None:
    def by_hand(x: Any) -> Value:
        return Value(x.data**3, (x,), (2.0 * x.data**2,))

    with pytest.raises(GradientError, match=r"the gradient for input 0 is 8.0, measured (12|11.9)"):
        gradcheck(by_hand, [2.0])


def test_data_computed_outside_the_graph_is_found() -> None:
    with pytest.raises(GradientError, match=r"the gradient for input 0 is 2.0, measured (4|3.9)"):
        gradcheck(lambda x: x * x.data, [2.0])
    with pytest.raises(GradientError):
        gradcheck(lambda x: x * x.detach(), [2.0])


def test_a_result_computed_under_no_grad_is_found() -> None:
    def frozen(x: Any) -> Any:
        with no_grad():
            return x * x

    with pytest.raises(GradientError, match=r"the gradient for input 0 is 0.0, measured (4|3.9)"):
        gradcheck(frozen, [2.0])


def test_operands_changed_while_the_function_runs_are_found() -> None:
    def stale(x: Any) -> Any:
        y = x * x
        x.data = x.data + 1.0  # the second factor is another number than the first
        return y * x

    with pytest.raises(GradientError, match="the gradient for input 0"):
        gradcheck(lambda x: stale(x) + Value(x.data).exp(), [2.0])


def test_the_wrong_gradient_is_named_by_its_label() -> None:
    with pytest.raises(GradientError, match=r"the gradient for weight is 2.0"):
        gradcheck(lambda x, w: x + w * w.data, [1.0, Value(2.0, label="weight")])


def test_a_wrong_rule_is_found_where_its_share_of_the_gradient_is_small() -> None:
    @primitive(lambda z, x: 1.001 * ops.cos(x))
    def faint_sine(x: float) -> float:
        return math.sin(x)

    with pytest.raises(GradientError, match="the row faint_sine"):
        gradcheck(lambda x: x * x + 1e-3 * faint_sine(x), [0.5])


def test_a_rule_off_by_a_thousandth_is_found_near_the_border_of_its_domain() -> None:
    @primitive(lambda z, x: 1.001 * ops.div(1.0, (1.0 - x) * (1.0 + x)))
    def faint_artanh(x: float) -> float:
        return ops.atanh.function(x)

    with pytest.raises(GradientError, match="the row faint_artanh"):
        gradcheck(faint_artanh, [0.999])


def test_blame_falls_on_the_worst_of_several_wrong_rows() -> None:
    @primitive(lambda z, x: 1.01 * z)
    def a_little_off(x: float) -> float:
        return math.exp(x)

    @primitive(lambda z, x: 5.0 * ops.cos(x))
    def far_off(x: float) -> float:
        return math.sin(x)

    with pytest.raises(GradientError, match="the row far_off"):
        gradcheck(lambda x: a_little_off(far_off(x)) + a_little_off(x), [0.5])


def test_blame_says_the_operands_where_the_row_is_wrong() -> None:
    @primitive(lambda z, x: 5.0)
    def blamed(x: float) -> float:
        return 2.0 * x

    y = blamed(Value(3.0) * 1.5).tanh()
    assert blame(y) == "the row blamed has slope 5.0 in operand 0, measured 2.0, at 4.5" or "at 4.5" in blame(y)
    assert blame(Value(3.0)).startswith("every row on the way is right by itself")


def test_the_local_slopes_of_a_node_are_checked_one_by_one() -> None:
    checked = check_row_at(ops.dot([Value(2.0), Value(3.0)], [5.0, 7.0], Value(1.0)))
    assert [one and (one.name, one.gradient, one.agrees) for one in checked] == [
        ("dot", 5.0, True),
        ("dot", 7.0, True),
        None,
        None,
        ("dot", 1.0, True),
    ]
    assert check_row_at(Value(8.0, (Value(2.0),), (12.0,))) == [None]
    assert check_row_at(Value(3.0)) == []


@pytest.mark.parametrize("row", OWN_ROWS, ids=str)
def test_the_rows_of_the_table_are_right_by_themselves(row: Primitive) -> None:
    rng = random.Random(row.name + "alone")
    node = row(*grouped(row, map(Value, inside_domain(row, rng, 3)), 3))
    assert all(checked is not None and checked.agrees for checked in check_row_at(node))


# What is refused, and how


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (lambda: gradcheck(lambda x: x, [1.0], order=0), ValueError, "order is 1 or 2, got 0"),
        (lambda: gradcheck(lambda x: x, [1.0], order=3), ValueError, "order is 1 or 2, got 3"),
        (lambda: gradcheck(lambda x: x, ["1"]), TypeError, "gradcheck takes a real number, got str: '1'"),
        (lambda: gradcheck(lambda x: x, [1j]), TypeError, "gradcheck takes a real number, got complex"),
        (lambda: gradcheck(lambda x: x, [None]), TypeError, "gradcheck takes a real number, got NoneType"),
        (lambda: gradcheck(lambda x: [x], [1.0]), TypeError, "returns one value, this one returned list"),
        (lambda: gradcheck(lambda x: 3.0, [1.0]), TypeError, "returns one value, this one returned float"),
        (lambda: gradcheck(lambda x: None, [1.0]), TypeError, "returns one value, this one returned NoneType"),
        (lambda: gradcheck(lambda x: x.log(), [-1.0]), GradientError, "is nan, measured nan"),
        (lambda: gradcheck(lambda x: x.sqrt(), [0.0]), GradientError, "is inf, measured nan"),
        (lambda: gradcheck(lambda x: x.relu(), [0.0]), GradientError, r"is 0\.0, measured 0\.5"),
    ],
)
def test_what_cannot_be_checked_is_refused(call: Callable[[], Any], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        call()


def test_a_gradient_error_is_an_arithmetic_error() -> None:
    assert issubclass(GradientError, ArithmeticError)
    assert not issubclass(GradientError, AssertionError)  # it holds under python -O too


def test_the_inputs_of_a_check_may_come_from_a_generator():
    assert [checked.gradient for checked in gradcheck(lambda x, y: x * y, (float(i) for i in (2, 3)))] == [3.0, 2.0]
