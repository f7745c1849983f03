"""`take` in eager mode: what it gives, its slopes, and the sentences of its refusals."""

import math
import random
from typing import Any

import numpy
import pytest

import autograd
from autograd import Value, take


def numbers_in(nested: Any) -> Any:
    """Nested lists of values and numbers as numbers."""
    if isinstance(nested, list):
        return [numbers_in(part) for part in nested]
    return nested.data if isinstance(nested, Value) else nested


@pytest.mark.parametrize("index", [2, 2.0, Value(2.0), numpy.int64(2), numpy.float64(2.0)])
def test_a_row_is_a_list_of_its_items(index: Any) -> None:
    table = [[1, 2.5], (3, 4.5), [5, Value(6.5)]]
    row = take(table, index)
    assert isinstance(row, list)
    assert numbers_in(row) == [5.0, 6.5]


def test_a_row_is_a_list_of_its_own() -> None:
    table = [[1.0, 2.0], [3.0, 4.0]]
    take(table, 1).append(5.0)
    assert table == [[1.0, 2.0], [3.0, 4.0]]


def test_tables_are_lists_tuples_arrays_or_whatever_is_read_once() -> None:
    array = numpy.arange(6).reshape(3, 2)
    assert take(array, 1) == take(tuple(map(tuple, array)), 1) == take(iter(array), 1) == [2.0, 3.0]
    assert take(array[:, 0], 2) == take(iter([0, 2, 4]), 2) == 4.0
    assert (take([[], []], 1), take([[], []], Value(1.0))) == ([], [])


@pytest.mark.parametrize("index", [1, Value(1.0)])
def test_rows_of_rows_come_out_as_they_are_nested(index: Any) -> None:
    table = [[[Value(100.0 * a + 10.0 * b + c) for c in range(2)] for b in range(3)] for a in range(2)]
    assert numbers_in(take(table, index)) == [[100.0, 101.0], [110.0, 111.0], [120.0, 121.0]]


@pytest.mark.parametrize("index", [1, Value(1.0)])
def test_slopes_go_to_the_row_that_was_taken(index: Any) -> None:
    table = [[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]]
    first, second = take(table, index)
    (first * second).backward()
    assert [[v.grad for v in row] for row in table] == [[0.0, 0.0], [4.0, 3.0]]


def test_the_index_has_the_slope_of_a_step() -> None:
    index = Value(1.0)
    autograd.sum(take([[Value(1.0)], [Value(3.0)]], index)).backward()
    assert index.grad == 0.0


def test_derivatives_of_any_order_go_through_a_row() -> None:
    def f(table: Any, index: Any) -> Any:
        first, second = take(table, index)
        return first * first * second

    table = [[1.0, 2.0], [3.0, 5.0]]
    for index in (1, Value(1.0)):
        assert numbers_in(autograd.grad(f)(table, index)) == [[0.0, 0.0], [30.0, 9.0]]
        hessian = autograd.hessian(lambda row, i=index: f([table[0], row], i))(table[1])
        assert numbers_in(hessian) == [[10.0, 6.0], [6.0, 0.0]]


@pytest.mark.parametrize("wrapped", [float, Value])
@pytest.mark.parametrize("index", [-1, 3, 0.5, 2.5, math.nan, math.inf, -math.inf, 1e300, -1e-310])
def test_an_index_that_is_none_of_the_table_is_refused(index: float, wrapped: Any) -> None:
    for table in ([1.0, 2.0, 3.0], [[1.0], [2.0], [3.0]]):
        with pytest.raises(IndexError, match="take needs a whole index from 0 to 2, got"):
            take(table, wrapped(index))


def test_a_refusal_names_an_index_exactly() -> None:
    with pytest.raises(IndexError, match=r"got 1000000\.5$"):
        take(range(1_000_002), 1_000_000.5)
    with pytest.raises(IndexError, match=r"got 12345678$"):
        take([1.0], 12_345_678)


@pytest.mark.parametrize(
    ("table", "error", "sentence"),
    [
        (3, TypeError, "take needs as table a list of numbers, values or rows, got int: 3"),
        (Value(1.0), TypeError, "take needs as table a list of numbers, values or rows, got Value"),
        ("abc", TypeError, "take needs as table a list of numbers, values or rows, got str: 'abc'"),
        ({0: 1.0}, TypeError, "take needs as table a list of numbers, values or rows, got dict"),
        ([], IndexError, "take needs a table of one item or more, got an empty one"),
        (numpy.zeros((0, 2)), IndexError, "take needs a table of one item or more, got an empty one"),
        ([[1.0, 2.0], [3.0, 4.0], [5.0]], ValueError, "rows of one length, got 2 items in row 0 and 1 in row 2"),
        ([[1.0, 2.0], 3.0], TypeError, "take needs a table of numbers or one of rows, got rows and numbers in one"),
        (["abc", "def"], TypeError, "takes? .*a real number, got str: 'abc'"),
        ([None, 1.0], TypeError, "takes? .*a real number, got NoneType: None"),
    ],
)
@pytest.mark.parametrize("index", [0, Value(0.0)])
def test_what_is_no_table_is_refused(table: Any, error: type[Exception], sentence: str, index: Any) -> None:
    with pytest.raises(error, match=sentence.replace("takes? .*", "take(s| needs in its table) ")):
        take(table, index)


@pytest.mark.parametrize("index", ["0", None, [0], numpy.array([0, 1]), 1j])
def test_what_is_no_number_is_no_index(index: Any) -> None:
    with pytest.raises(TypeError, match="take needs as index a real number, got"):
        take([1.0, 2.0], index)


def test_a_random_table_is_read_like_a_list() -> None:
    rng = random.Random(0)
    for _ in range(50):
        count, width = rng.randint(1, 30), rng.randint(1, 5)
        table = [[rng.choice([rng.uniform(-1.0, 1.0), math.inf, -0.0]) for _ in range(width)] for _ in range(count)]
        place = rng.randrange(count)
        wrapped = [[Value(number) for number in row] for row in table]
        assert repr(take(table, place)) == repr(table[place])
        assert repr(numbers_in(take(wrapped, Value(place)))) == repr(table[place])
        assert repr(numbers_in(take(wrapped, place))) == repr(table[place])
