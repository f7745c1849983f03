"""The arguments of a call, taken apart: how they are nested, and the numbers in them."""

import functools
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any, Protocol, runtime_checkable

import numpy

from autograd.compiler.structure import Grid, Nested, RowsOf, Spec, dictionary, list_of, static, width
from autograd.primitives import number
from autograd.value import Value

Array = Any
PLAIN = {float, int}
DOUBLE = numpy.dtype(float)


@runtime_checkable
class ArrayLike(Protocol):
    """An array of another library, which NumPy can read."""

    def __array__(self) -> Array: ...


class RowsGiven:
    """The rows of one argument: an array with a row for each, or the numbers of all rows one after the other.

    values  those numbers that are values, each with its place
    """

    __slots__ = ("_array", "_numbers", "length", "values", "width")

    def __init__(self, length: int, width: int, given: Array | list[Any]) -> None:
        self.length = length
        self.width = width
        self.values: list[tuple[int, Value]] = []
        if isinstance(given, list):
            self._array, self._numbers = None, given
            if not {*map(type, given)} <= PLAIN:
                self.values = [(place, v) for place, v in enumerate(given) if isinstance(v, Value)]
        else:
            self._array = given

    @property
    def array(self) -> Array:
        """The rows as a C-contiguous array of doubles; one that was given as such is not copied."""
        if self._array is None:
            self._array = doubles(self._numbers).reshape(self.length, self.width)
        return self._array


class Arguments:
    """What a call was given.

    key      the names of named arguments, and how each argument is nested: calls of one key may share code
    numbers  the numbers and values that are arguments, or are in tuples and dictionaries
    rows     the lists and arrays
    statics  what is compiled in
    valued   which of the numbers and rows are values, or hold some: the bits `bit_of_number`, `bit_of_rows`
    """

    __slots__ = ("key", "numbers", "rows", "statics", "valued")

    def __init__(self, given: Sequence[Any], named: dict[str, Any], static_places: Collection[int | str] = ()) -> None:
        self.numbers: list[Any] = []
        self.rows: list[RowsGiven] = []
        self.statics: list[Any] = []
        self.valued = 0
        names = tuple(sorted(named)) if named else ()
        arguments = (*given, *[named[name] for name in names]) if named else given
        try:
            if not static_places:
                specs = [self.spec(argument) for argument in arguments]
            else:
                specs = [
                    self.kept(argument) if place in static_places else self.spec(argument)
                    for place, argument in zip((*range(len(given)), *names), arguments, strict=True)
                ]
        except RecursionError:
            raise ValueError("an argument of a compiled function holds itself, or is nested too deeply") from None
        self.key = names, tuple(specs)

    def spec(self, given: Any) -> Spec:
        """The structure of one argument; its numbers are kept."""
        kind = type(given)
        if kind is numpy.ndarray:
            return self.of_array(given)
        if kind is list:
            return self.of_list(given)
        if isinstance(given, Value):
            self.valued |= bit_of_number(len(self.numbers))
            self.numbers.append(given)
            return ()
        if is_number(given):
            self.numbers.append(number(given, "a compiled function takes"))
            return ()
        if isinstance(given, dict):
            return dictionary(given, tuple([self.spec(part) for part in given.values()]))
        if isinstance(given, tuple):
            return Nested(kind, None, tuple([self.spec(part) for part in given]))
        if isinstance(given, (str, bytes, range, numpy.bool_)):
            return self.kept(given)
        if isinstance(given, Sequence):
            return self.of_list(list(given))
        if isinstance(given, Iterator):
            raise TypeError(f"a compiled function takes lists and arrays, got {kind.__name__}: make a list of it")
        if isinstance(given, ArrayLike) and not isinstance(given, type):
            if numpy.ma.is_masked(given):
                raise ValueError("a compiled function has no masked entries: fill them first, array.filled(0.0)")
            return self.of_array(numpy.asarray(given))
        return self.kept(given)

    def kept(self, given: Any) -> Spec:
        """The structure of an argument that is compiled in."""
        self.statics.append(given)
        return static(given)

    def of_array(self, given: Array) -> Spec:
        dtype, shape = given.dtype, given.shape
        if dtype is not DOUBLE or not given.flags.c_contiguous:
            if dtype.kind == "O":
                return self.spec(given.tolist())
            if dtype.kind not in "fiub":
                raise TypeError(f"a compiled function takes arrays of real numbers, got an array of {dtype}")
            given = numpy.ascontiguousarray(given, dtype=DOUBLE)
        if not shape:
            return self.spec(float(given.item()))
        spec, wide = rows_of_array(shape[1:])
        self.rows.append(RowsGiven(shape[0], wide, given if len(shape) == 2 else given.reshape(shape[0], wide)))
        return spec

    def of_list(self, given: list[Any]) -> Spec:
        """Rows, if all items are nested alike and hold nothing but numbers."""
        collected: list[Any] = []
        specs = [self.item(item, collected) for item in given]
        if not specs or specs.count(specs[0]) != len(specs) or not all_numbers(specs[0]):
            return Nested(list, None, tuple([self.spec(item) for item in given]))
        self.rows.append(RowsGiven(len(given), width(specs[0]), collected))
        if self.rows[-1].values:
            self.valued |= bit_of_rows(len(self.rows) - 1)
        return RowsOf(specs[0])

    def item(self, given: Any, collected: list[Any]) -> Spec:
        """The structure of an item of a list, whose numbers are collected; None where it is not made of numbers."""
        kind = type(given)
        if kind is float or kind is int or isinstance(given, Value):
            collected.append(given)
            return ()
        if kind is list:
            if given and {*map(type, given)} <= PLAIN:
                collected += given
                return (len(given),)
            return list_of([self.item(part, collected) for part in given])
        if isinstance(given, tuple):
            return Nested(kind, None, tuple([self.item(part, collected) for part in given]))
        if isinstance(given, dict):
            return dictionary(given, tuple([self.item(part, collected) for part in given.values()]))
        if is_number(given):
            collected.append(number(given, "a compiled function takes"))
            return ()
        if kind is numpy.ndarray and given.dtype.kind in "fiub":
            collected += given.reshape(-1).tolist()
            return Grid(given.shape) if given.ndim else ()
        return None


@functools.lru_cache(1000)
def rows_of_array(shape: tuple[int, ...]) -> tuple[RowsOf, int]:
    """The structure of an array whose rows are of this shape, and how many numbers there are in a row.

    >>> rows_of_array((3, 2))
    (RowsOf(element=Grid(shape=(3, 2)), of_array=True), 6)
    """
    return RowsOf(Grid(shape) if shape else (), True), width(shape)


def bit_of_number(place: int) -> int:
    """A bit for each of the numbers that are arguments.

    >>> [bit_of_number(place) for place in range(3)]
    [1, 4, 16]
    """
    return 1 << 2 * place


def bit_of_rows(place: int) -> int:
    """A bit for each of the lists and arrays.

    >>> [bit_of_rows(place) for place in range(3)]
    [2, 8, 32]
    """
    return 2 << 2 * place


def is_number(given: Any) -> bool:
    """Whether something is a real number, which is traced; a bool is not, it chooses.

    >>> is_number(1), is_number(numpy.float32(1.0)), is_number(True), is_number("1")
    (True, True, False, False)
    """
    return isinstance(given, (Real, Decimal)) and not isinstance(given, bool)


def all_numbers(spec: Spec) -> bool:
    """Whether an item of a list is made of numbers only.

    >>> all_numbers((2,)), all_numbers(Nested(tuple, None, ((), None)))
    (True, False)
    """
    return all(map(all_numbers, spec.parts)) if isinstance(spec, Nested) else spec is not None


def doubles(numbers: list[Any]) -> Array:
    """Numbers and values as an array of doubles."""
    found = [
        v if type(v) is float else v._data if isinstance(v, Value) else number(v, "a compiled function takes")
        for v in numbers
    ]
    return numpy.array(found, dtype=float)
