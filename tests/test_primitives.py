"""The rows of the table test themselves: a new row is tested by being there."""

import itertools
import math
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy
import pytest

from autograd.graph import export
from autograd.primitives import POWER, TABLE, Primitive, clip, dot, exp, flat, power, primitive, relu, take
from autograd.primitives import max as largest
from autograd.primitives import mean as average
from autograd.value import Value, recorded
from benchmarks.proof.conventions.eager import OPERATORS
from benchmarks.proof.operands import as_values, changed, drawn, rebuilt, slopes_at

ROWS = list(TABLE.values())
WITH_KINK = [row for row in ROWS if row.kink is not None]

#: Floats that break formulas: zeros of both signs, ends of the range, not a number, corners of the rows.
HOSTILE = [
    0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, -5e-324, 2.2250738585072014e-308, 1e308, -1e308, 1e200, 1e-200,
    1.0, -1.0, 0.9999999999999999, 0.5, -2.0, 3.0, 6.0, 710.0, -745.5, 4503599627370495.5,
]  # fmt: skip
FEW = [0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, 1e308, 1.5]

#: The widest step of the measurement, which must not reach from a draw across a kink.
WIDEST = 2.0**-8
AGREEMENT = 1e-8
NEAR = 2.0**-30


def bits(number: float | None) -> str:
    """What tells two floats apart, the sign of a zero included; one text for every nan."""
    return "constant" if number is None else float.hex(number)


def hostile_operands(row: Primitive, numbers: list[float]) -> Iterator[tuple[Any, ...]]:
    """Hostile floats in all operands of a row, in all combinations; fewer of them where the operands are many."""
    if row is dot:
        for w, x in itertools.product(numbers, repeat=2):
            yield (w,), (x,), None
        for w, x, v, y, bias in itertools.product(FEW[:6], repeat=5):
            yield (w, v), (x, y), bias
    elif row is take:
        for table in itertools.product(FEW, repeat=2):
            yield from ((table, index) for index in numbers)
    elif row.sequences == (True,):
        for length, choice in ((1, numbers), (2, numbers), (3, FEW)):
            for values in itertools.product(choice, repeat=length):
                yield (values,)
    else:
        yield from itertools.product(numbers if len(row.slopes) < 3 else numbers[::2], repeat=len(row.slopes))


# Slopes measured from outside


def measured(f: Callable[[float], float], x: float) -> float:
    """How fast f grows at x: differences over seven points, at the step where halving it changes them least."""
    best, smallest_change, previous = math.nan, math.inf, math.nan
    step = WIDEST
    while step > 2.0**-16:
        far, middle, near = (f(x + k * step) - f(x - k * step) for k in (3, 2, 1))
        estimate = (far - 9.0 * middle + 45.0 * near) / (60.0 * step)
        if math.fabs(estimate - previous) < smallest_change:
            best, smallest_change = estimate, math.fabs(estimate - previous)
        previous, step = estimate, step / 2.0
    return best


def assert_agrees(row: Primitive, operands: tuple[Any, ...], slope: float, difference: float, size: float) -> None:
    error = math.fabs(slope - difference)
    assert error <= AGREEMENT * max(math.fabs(slope), math.fabs(size)), (
        f"{row}{operands}: the row says {slope}, differences say {difference}"
    )


def check_slopes(row: Primitive, operands: tuple[Any, ...]) -> None:
    """The slopes of a row agree with the differences of its function."""
    z = row.function(*operands)
    for place, slope in enumerate(slopes_at(row, z, operands)):
        f = lambda x, place=place: row.function(*changed(operands, place, x))
        assert_agrees(row, operands, slope, measured(f, list(flat(operands))[place]), z)


def check_second_order(row: Primitive, operands: tuple[Any, ...]) -> None:
    """The slopes of a row, computed on values and differentiated by backward(), agree with their differences."""
    count = len(list(flat(operands)))
    for which, place in itertools.product(range(count), repeat=2):
        values = as_values(operands)
        slope = slopes_at(row, row(*values), values)[which]
        leaves = list(flat(values))
        if isinstance(slope, Value):
            slope.backward()

        def slope_of(x: float, which: int = which, place: int = place) -> float:
            point = changed(operands, place, x)
            return slopes_at(row, row.function(*point), point)[which]

        x = list(flat(operands))[place]
        assert_agrees(row, operands, leaves[place].grad, measured(slope_of, x), slope_of(x))


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_slopes_agree_with_finite_differences(row):
    rng = random.Random(1)
    for _ in range(20):
        check_slopes(row, drawn(row, rng))


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_slopes_of_slopes_agree_with_finite_differences(row):
    rng = random.Random(2)
    for _ in range(6):
        check_second_order(row, drawn(row, rng))


def test_dot_without_a_bias_agrees_with_finite_differences():
    check_slopes(dot, ((1.5, -2.0, 0.5), (0.25, 3.0, -1.0), None))
    check_second_order(dot, ((1.5, -2.0, 0.5), (0.25, 3.0, -1.0), None))


def in_domain(row: Primitive, operands: tuple[Any, ...]) -> bool:
    return all(
        low <= x <= high
        for (low, high), operand in zip(row.domain, operands, strict=True)
        for x in flat((operand,))
    )  # fmt: skip


def kinks_of(row: Primitive) -> Iterator[tuple[tuple[Any, ...], int]]:
    """Operands at which a row has a kink, and the place of one that leads away from it."""
    rng = random.Random(3)
    for operands in (drawn(row, rng) for _ in range(4)):
        elements = list(flat(operands))
        for place in range(len(elements)):
            for candidate in (-1.0, 0.0, 0.5, 1.0, 2.0, 2.5, 6.0, *elements):
                here = changed(operands, place, candidate)
                away = changed(here, place, candidate + WIDEST)
                if in_domain(row, here) and row.kink(*here) == 0.0 and row.kink(*away) != 0.0:
                    yield here, place
    origin = rebuilt(operands, (0.0 for _ in elements))
    for place in range(len(elements)):
        if in_domain(row, origin) and row.kink(*origin) == 0.0 not in [
            row.kink(*there) for there in beside(origin, place, WIDEST)
        ]:
            yield origin, place


def beside(operands: tuple[Any, ...], place: int, distance: float) -> list[tuple[Any, ...]]:
    """The operands with one of them a little smaller, and a little larger."""
    x = list(flat(operands))[place]
    return [changed(operands, place, x - distance), changed(operands, place, x + distance)]


@pytest.mark.parametrize("row", WITH_KINK, ids=str)
def test_on_both_sides_of_a_kink_slopes_agree_with_differences_taken_on_that_side(row):
    found = list(kinks_of(row))
    assert found, f"no candidate of this test is a kink of {row}: add one"
    for here, place in found:
        for there in beside(here, place, 4.0 * WIDEST):
            check_slopes(row, there)


@pytest.mark.parametrize("row", WITH_KINK, ids=str)
def test_the_slope_at_a_kink_is_not_outside_the_slopes_of_its_two_sides(row):
    for here, place in kinks_of(row):
        at_kink = slopes_at(row, row.function(*here), here)[place]
        sides = [slopes_at(row, row.function(*there), there)[place] for there in beside(here, place, NEAR)]
        assert min(sides) - 1e-6 <= at_kink <= max(sides) + 1e-6, f"{row}{here}: {at_kink} is not between {sides}"


@pytest.mark.parametrize("row", WITH_KINK, ids=str)
def test_a_kink_is_where_the_value_or_a_slope_jumps(row):
    for here, place in kinks_of(row):
        seen = []
        for there in (here, *beside(here, place, NEAR)):
            z = row.function(*there)
            seen.append([z, *slopes_at(row, z, there)])
        jumps = [max(column) - min(column) for column in zip(*seen, strict=True)]
        assert max(jumps) > 1e-3, f"{row}{here} is called a kink, and nothing jumps there"


def jumps(row: Primitive, operands: tuple[Any, ...], place: int) -> bool:
    """Whether the value or a slope differs between the two sides, and by as much at a tenth of the distance."""
    widths = []
    for distance in (NEAR, 0.1 * NEAR):
        left, right = (
            [row.function(*there), *slopes_at(row, row.function(*there), there)]
            for there in beside(operands, place, distance)
        )
        widths.append([math.fabs(b - a) for a, b in zip(left, right, strict=True)])
    return any(wide > 1e-3 and math.isclose(wide, narrow, rel_tol=1e-3) for wide, narrow in zip(*widths, strict=True))


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_where_the_value_or_a_slope_jumps_the_row_says_that_it_has_a_kink(row):
    rng = random.Random(4)
    for operands in (drawn(row, rng) for _ in range(4)):
        elements = list(flat(operands))
        for place in range(len(elements)):
            for candidate in (-1.0, 0.0, 0.5, 1.0, 2.0, 2.5, 6.0, *elements):
                here = changed(operands, place, candidate)
                if all(in_domain(row, there) for there in beside(here, place, NEAR)) and jumps(row, here, place):
                    assert row.kink is not None, f"{row}{here} has a kink"
                    assert row.kink(*here) == 0.0, f"{row}{here} is a kink, too"


# Floats that break formulas


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_no_float_makes_a_row_raise_or_give_anything_but_a_float(row):
    for operands in hostile_operands(row, HOSTILE):
        z = row.function(*operands)
        assert type(z) is float, f"{row}{operands} is {z!r}"
        for slope in slopes_at(row, z, operands):
            assert type(slope) is float, f"{row}{operands} has the slope {slope!r}"


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_slopes_on_values_have_the_bits_of_slopes_on_floats(row):
    rng = random.Random(4)
    for operands in itertools.chain(hostile_operands(row, HOSTILE[::2]), (drawn(row, rng) for _ in range(10))):
        values = as_values(operands)
        z = row(*values)
        on_values = [s.data if isinstance(s, Value) else s for s in slopes_at(row, z, values)]
        on_floats = slopes_at(row, row.function(*operands), operands)
        assert list(map(bits, on_values)) == list(map(bits, on_floats)), f"{row}{operands}"


@pytest.mark.parametrize("exponent", [-4, -3, -2, -1, 1, 2, 3, 4])
def test_a_whole_power_is_the_exact_one_even_where_that_overflows(exponent):
    for x in (-1e200, -3.0, -0.5, -1e-200, 1e-200, 0.5, 3.0, 1e200):
        exact = Fraction(x) ** exponent
        beyond = math.inf if exact > 0 else -math.inf
        rounded = beyond if abs(exact) > sys.float_info.max else float(exact)
        assert math.isclose(power(x, float(exponent)), rounded, rel_tol=2.0**-52), f"{x} ** {exponent}"


@pytest.mark.parametrize("x", [0.0, 1.5, 3.0])
def test_clip_between_bounds_the_wrong_way_round_is_the_upper_one_and_grows_with_that_alone(x):
    operands = [Value(x), Value(2.0), Value(1.0)]
    held = clip(*operands)
    assert (held.data, held.slopes) == (1.0, (0.0, 0.0, 1.0))


# What is recorded is the row, whichever way it was asked for


def contents(node: Value) -> list[Any]:
    """All that a node holds, in a form that compares by bits."""
    return [
        node._row, bits(node.data), bits(node.grad), list(map(bits, node.slopes)), [bits(o.data) for o in node.operands]
    ]  # fmt: skip


def assert_recorded_alike(row: Primitive, made: list[Any], operands: tuple[Any, ...]) -> None:
    expected = recorded(row, operands)
    for node in made:
        assert type(node) is Value
        assert contents(node) == contents(expected), f"{row}{operands}"
        held = [o for o in node.operands if o in list(flat(operands))]
        assert held == [o for o in flat(operands) if type(o) is Value]


def with_constants(operands: tuple[float, ...]) -> Iterator[tuple[Any, ...]]:
    """Operands with every choice of which are values and which constants, at least one of them a value."""
    for is_value in itertools.product((True, False), repeat=len(operands)):
        if any(is_value):
            yield tuple(Value(x) if chosen else x for x, chosen in zip(operands, is_value, strict=True))


@pytest.mark.parametrize("row", [row for row in ROWS if True not in row.sequences], ids=str)
def test_function_method_and_operator_record_the_row_bit_for_bit(row):
    rng = random.Random(5)
    hostile = HOSTILE if len(row.slopes) < 3 else FEW
    for numbers in itertools.chain(itertools.product(hostile, repeat=len(row.slopes)), [drawn(row, rng)]):
        for operands in with_constants(numbers):
            made = [row(*operands), row.apply(operands)]
            if type(operands[0]) is Value:
                made.append(vars(Value)[row.name](*operands))
            if row.name in OPERATORS:
                made.append(OPERATORS[row.name](*operands))
            assert_recorded_alike(row, made, operands)


@pytest.mark.parametrize("row", [row for row in ROWS if row.sequences == (True,)], ids=str)
def test_a_row_of_many_records_lists_tuples_and_iterators_alike(row):
    for numbers in itertools.chain(itertools.product(FEW, repeat=2), itertools.product(FEW[::3], repeat=3)):
        for operands in with_constants(numbers):
            assert_recorded_alike(row, [row(list(operands)), row(operands), row(iter(operands))], (operands,))


def hostile_or_drawn(rng: random.Random, share_of_values: float) -> Any:
    number = rng.choice([*HOSTILE, rng.gauss(0.0, 1.0)])
    return Value(number) if rng.random() < share_of_values else number


def test_dot_records_the_row_bit_for_bit():
    rng = random.Random(6)
    for _ in range(3000):
        count = rng.randrange(4)
        share_of_values = rng.choice([(1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.5, 0.5)])
        w, x = ([hostile_or_drawn(rng, share) for _ in range(count)] for share in share_of_values)
        bias = rng.choice([None, 0.5, -0.0, Value(rng.choice(HOSTILE)), Value(rng.choice(HOSTILE))])
        if not any(type(o) is Value for o in (*w, *x, bias)):
            continue
        made = [dot(w, x, bias), dot(tuple(w), tuple(x), bias), dot(iter(w), x, bias), dot(w, x=x, bias=bias)]
        if bias is None:
            made.append(dot(w, x))
        assert_recorded_alike(dot, made, (tuple(w), tuple(x), bias))


def test_dot_takes_integers_among_its_inputs_like_floats():
    w, bias = [Value(2.0), Value(-3.0)], Value(1.0)
    for x in ([1, 2], [1, 2.0], [True, Fraction(2)], [numpy.float64(1.0), 2.0], numpy.array([1.0, 2.0])):
        assert_recorded_alike(dot, [dot(w, x, bias)], (tuple(w), (1.0, 2.0), bias))


def test_dot_adds_in_the_order_of_the_loop_written_out():
    rng = random.Random(7)
    for count in range(20):
        w, x = ([rng.gauss(0.0, 1.0) * 10.0 ** rng.randrange(-20, 20) for _ in range(count)] for _ in range(2))
        total = bias = rng.gauss(0.0, 1.0)
        for weight, input_ in zip(w, x, strict=True):
            total = total + weight * input_
        assert bits(dot(w, x, bias)) == bits(total)
        assert bits(dot([Value(v) for v in w], [Value(v) for v in x], Value(bias)).data) == bits(total)


# What goes in and what comes out

ACCEPTED = [
    2,
    True,
    Fraction(1, 2),
    Decimal("0.5"),
    numpy.float64(0.5),
    numpy.float32(0.5),
    numpy.int64(2),
    numpy.True_,
]
REFUSED = [
    "1",
    None,
    1j,
    [1.0],
    {1.0: 2.0},
    numpy.array([1.0]),
    numpy.array(1.0),
    b"1",
    object(),
    numpy.complex128(1.0),
]


def places(row: Primitive) -> Iterator[tuple[tuple[float, ...], int]]:
    """Operands, and each place among them in turn."""
    operands = drawn(row, random.Random(8))
    for place, _ in enumerate(flat(operands)):
        yield operands, place


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_numbers_give_a_number_and_a_value_among_them_gives_a_value(row):
    for operands, place in places(row):
        z = row(*operands)
        assert type(z) is float
        node = row(*changed(operands, place, Value(list(flat(operands))[place])))
        assert type(node) is Value
        assert bits(node.data) == bits(z)


@pytest.mark.parametrize("given", ACCEPTED, ids=lambda given: type(given).__name__)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_kind_of_real_number_is_an_operand(row, given):
    for operands, place in places(row):
        expected = row.function(*changed(operands, place, float(given)))
        for others in (operands, as_values(operands)):
            z = row(*changed(others, place, given))
            alone = all(type(o) is float for o in flat(changed(others, place, 0.0)))
            assert type(z) is (float if alone else Value)
            assert bits(z if alone else z.data) == bits(expected)


@pytest.mark.parametrize("given", ACCEPTED, ids=lambda given: type(given).__name__)
@pytest.mark.parametrize("name", ["add", "sub", "mul", "div", "power"])
def test_every_kind_of_real_number_stands_on_either_side_of_an_operator(name, given):
    row, x = TABLE[name], Value(3.0)
    assert_recorded_alike(row, [OPERATORS[name](x, given)], (x, float(given)))
    assert_recorded_alike(row, [OPERATORS[name](given, x)], (float(given), x))


@pytest.mark.parametrize("given", REFUSED, ids=lambda given: type(given).__name__)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_is_not_a_real_number_is_refused_by_the_name_of_its_type(row, given):
    for operands, place in places(row):
        if given is None and row is dot and place == len(list(flat(operands))) - 1:
            continue  # a dot product may have no bias
        for others in (operands, as_values(operands)):
            with pytest.raises(TypeError, match=type(given).__name__):
                row(*changed(others, place, given))


@pytest.mark.parametrize("given", ["12", None, 1j, b"12", object(), 1.0, Value(1.0), {1.0: 2.0}], ids=repr)
@pytest.mark.parametrize("row", [row for row in ROWS if True in row.sequences], ids=str)
def test_what_is_not_a_sequence_is_refused_by_the_name_of_its_type(row, given):
    operands = drawn(row, random.Random(9))
    for place, is_sequence in enumerate(row.sequences):
        if is_sequence:
            with pytest.raises(TypeError, match=f"{row} takes .*{type(given).__name__}"):
                row(*operands[:place], given, *operands[place + 1 :])


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_wrong_number_of_operands_is_refused_with_a_sentence(row):
    operands = drawn(row, random.Random(10))
    needed = len(row.parameters) - len(row.defaults)
    for given in (operands, as_values(operands)):
        for wrong in ((), given[: needed - 1], (*given, 1.0), (*given, Value(1.0))):
            with pytest.raises(TypeError, match=rf"{row.name}.*(takes|missing)"):
                row(*wrong)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_an_operand_may_be_named_and_an_unknown_name_is_refused(row):
    operands = drawn(row, random.Random(11))
    for given in (operands, as_values(operands)):
        z, expected = row(**dict(zip(row.parameters, given, strict=True))), row(*given)
        assert contents(z) == contents(expected) if isinstance(z, Value) else bits(z) == bits(expected)
        with pytest.raises(TypeError, match=f"{row} takes .*'sideways'"):
            row(*given[:-1], sideways=given[-1])
        with pytest.raises(TypeError, match=f"{row} takes .*"):
            row(*given, **{row.parameters[0]: given[0]})


def test_a_default_is_filled_in_and_may_be_given_by_name_to_a_method():
    x = Value(-2.0)
    assert TABLE["leaky_relu"](x).data == -0.02
    assert vars(Value)["leaky_relu"](x, negative_slope=0.5).data == -1.0
    assert TABLE["elu"](-1000.0, alpha=3.0) == -3.0


def test_lists_that_do_not_match_or_hold_nothing_are_refused_with_a_sentence():
    for w, x in (([1.0], [1.0, 2.0]), ([Value(1.0)], [1.0, 2.0])):
        with pytest.raises(ValueError, match="dot takes as many weights as inputs, got 1 and 2"):
            dot(w, x)
    for row in (average, largest, TABLE["min"]):
        with pytest.raises(ValueError, match=f"{row} takes at least one value, got none"):
            row([])


def test_an_integer_beyond_the_range_of_doubles_is_refused_with_a_sentence():
    with pytest.raises(ValueError, match="fits a double"):
        exp(10**400)


# Columns of the table


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_row_has_an_interval_for_every_operand_and_a_template_that_takes_them(row):
    assert len(row.domain) == len(row.slopes) == len(row.parameters)
    assert all(low < high for low, high in row.domain)
    letters = [f"<{name}>" for name in row.parameters]
    written = row.latex.format(*letters)
    assert [letter for letter in letters if letter not in written] == []


# Adding an operation


@pytest.fixture
def table() -> Iterator[dict[str, Primitive]]:
    """The table, from which rows and methods made in a test are gone afterwards."""
    rows, attributes = dict(TABLE), set(vars(Value))
    yield TABLE
    TABLE.clear()
    TABLE.update(rows)
    for name in set(vars(Value)) - attributes:
        delattr(Value, name)


def test_a_new_operation_takes_one_place(table):
    @primitive(lambda z, x: 3.0 * x * x, latex="{}^3", binds=POWER)
    def cube(x: float) -> float:
        """x * x * x."""
        return x * x * x

    assert table["cube"] is cube
    assert cube.__doc__ == "x * x * x."
    assert (str(cube), repr(cube), cube.latex.format("a")) == ("cube", "<primitive cube(x)>", "a^3")
    assert cube(2.0) == 8.0

    x = Value(2.0, label="x")
    y = x.cube()
    assert contents(y) == contents(cube(x))
    assert vars(Value)["cube"].__doc__ == "x * x * x."
    y.backward()
    assert (y.data, x.grad) == (8.0, 12.0)
    assert [(str(node.row), node.operands, node.slopes) for node in export(y)] == [
        ("None", (), ()),
        ("cube", (0,), (12.0,)),
    ]

    x = Value(2.0)
    (slope,) = slopes_at(cube, cube(x), (x,))
    slope.backward()
    assert (slope.data, x.grad) == (12.0, 12.0)
    check_slopes(cube, (1.5,))
    check_second_order(cube, (1.5,))


def test_a_new_operation_of_several_operands_takes_one_place(table):
    @primitive(lambda z, x, y: y, lambda z, x, y: x + 2.0 * y)
    def blend(x: float, y: float = 2.0) -> float:
        return x * y + y * y

    x = Value(3.0)
    y = x.blend()
    y.backward()
    assert (y.data, x.grad) == (10.0, 2.0)
    check_slopes(blend, (1.5, 0.5))
    check_second_order(blend, (1.5, 0.5))
    assert blend(x, y=1).data == 4.0


def test_a_new_operation_of_a_sequence_takes_one_place(table):
    @primitive(lambda z, values: [2.0 * v for v in values])
    def squares(values: Sequence[float]) -> float:
        return math.fsum(v * v for v in values)

    a, b = Value(3.0), Value(4.0)
    y = squares([a, b, 1.0])
    y.backward()
    assert (y.data, a.grad, b.grad) == (26.0, 6.0, 8.0)
    check_slopes(squares, ((1.0, 2.0, -0.5),))
    check_second_order(squares, ((1.0, 2.0, -0.5),))


def test_a_new_operation_may_be_written_with_integers(table):
    @primitive(lambda z, x: 1)
    def shifted(x: float) -> float:
        return x + 1

    @primitive(lambda z, x: 0)
    def one(x: float) -> float:
        return 1

    x = Value(2.0)
    y = shifted(x) + one(x)
    y.backward()
    assert (y.data, x.grad) == (4.0, 1.0)
    assert all(type(number) is float for node in export(y) for number in (node.data, *node.slopes))


def test_a_row_needs_a_slope_for_each_operand(table):
    with pytest.raises(TypeError, match=r"lopsided takes 2 operands \(x, y\) and needs a slope for each, got 1"):

        @primitive(lambda z, x, y: 1.0)
        def lopsided(x: float, y: float) -> float:
            return x + y

    assert "lopsided" not in table


@pytest.mark.parametrize("name", ["data", "grad", "backward", "operands", "item", "detach", "label"])
def test_a_row_does_not_take_a_name_that_a_value_has_for_something_else(table, name):
    def function(x: float) -> float:
        return x

    function.__name__ = name
    before = vars(Value)[name]
    with pytest.raises(ValueError, match=f"a Value has a '{name}' of its own"):
        primitive(lambda z, x: 1.0)(function)
    assert vars(Value)[name] is before
    assert name not in table


@pytest.mark.parametrize("name", ["tanh", "sum", "exp_difference"])
def test_a_row_does_not_take_the_name_of_one_of_the_library(table, name):
    def function(x: float) -> float:
        return x

    function.__name__ = name
    before = table[name]
    with pytest.raises(ValueError, match=f"the library has an operation {name} of its own: give yours another name"):
        primitive(lambda z, x: 1.0)(function)
    assert table[name] is before


@pytest.mark.parametrize("given", [math.exp, lambda x: x, exp, 2.0, None], ids=lambda given: type(given).__name__)
def test_a_row_is_made_of_a_function_with_a_name_and_of_nothing_else(table, given):
    names = list(table)
    with pytest.raises(TypeError, match=r"makes a row of a function with a name, written with def; got "):
        primitive(lambda z, x: 1.0)(given)
    assert list(table) == names


@pytest.mark.parametrize("row", [row for row in ROWS if row.instruction in vars(math)], ids=str)
def test_a_row_with_an_instruction_is_the_function_of_that_name_in_pythons_math_to_the_last_place(row):
    function = vars(math)[row.instruction]
    rng = random.Random(8)
    for operands in (drawn(row, rng) for _ in range(100)):
        assert math.isclose(row.function(*operands), function(*operands), rel_tol=2.0**-52)


# The tests can fail


@pytest.mark.parametrize("factor", [1.001, 0.999, -1.0])
def test_a_slope_that_is_off_by_a_little_is_caught(table, factor):
    @primitive(lambda z, x: factor * 3.0 * x * x)
    def cube_that_is_off(x: float) -> float:
        return x * x * x

    with pytest.raises(AssertionError, match="differences say"):
        check_slopes(cube_that_is_off, (1.5,))


def test_a_slope_that_is_no_function_of_its_operands_is_caught_in_the_second_order(table):
    @primitive(lambda z, x: 3.0 * x.data * x.data if isinstance(x, Value) else 3.0 * x * x)
    def cube_that_hides(x: float) -> float:
        return x * x * x

    check_slopes(cube_that_hides, (1.5,))
    with pytest.raises(AssertionError, match="differences say"):
        check_second_order(cube_that_hides, (1.5,))


def test_two_recordings_that_differ_in_the_sign_of_a_zero_are_told_apart():
    assert contents(relu(Value(0.0))) != contents(relu(Value(-0.0)))
    with pytest.raises(AssertionError):
        assert_recorded_alike(relu, [relu(Value(0.0))], (Value(-0.0),))


def test_the_slope_of_a_power_is_infinite_where_it_overflows():
    assert TABLE["power_slope"](5e-324, -0.39965530106408637) == -math.inf


def test_a_bell_over_its_middle_is_1_however_narrow():
    assert TABLE["gaussian"](0.0, 1e308) == 1.0
