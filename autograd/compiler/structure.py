"""How the arguments of a call are nested: the part of them that a compiled function is made for.

()                 a number
(3,), (3, 2)       a list of 3 numbers, a list of 3 lists of 2
Nested             a list of other things, a tuple or a dictionary
Grid               an array of numbers inside a list
RowsOf             a list or an array whose items are all alike; how many they are is left open
Static             anything else: it is compiled in
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from types import MethodType, NoneType
from typing import Any, NamedTuple

import numpy

Spec = Any  # one of the above


class Nested(NamedTuple):
    """A list, tuple or dictionary, with the keys of a dictionary.

    told_apart  what tells keys apart that Python holds to be equal, such as 1 and True; empty for text alone
    """

    kind: type
    keys: tuple[Any, ...] | None
    parts: tuple[Spec, ...]
    told_apart: tuple["Static", ...] = ()


class Grid(NamedTuple):
    """An array of numbers, of this shape."""

    shape: tuple[int, ...]


class RowsOf(NamedTuple):
    """Items that are all nested like `element`: those of an array, or of a list."""

    element: Spec
    of_array: bool = False


class Static(NamedTuple):
    """An argument that is compiled in; `key` equals that of another argument which may take its place."""

    kind: type
    key: Any


class Same:
    """A key for something that equals nothing but itself."""

    def __init__(self, thing: object) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.thing is other.thing

    def __hash__(self) -> int:
        return id(self.thing)


#: Plain data that is told apart by its value, and by its text where equal things differ, as 0.0 and -0.0 do.
BY_VALUE = (int, bool, str, bytes, NoneType)
BY_TEXT = (float, complex, Decimal, Fraction, range, slice)


def static(thing: Any) -> Static:
    """The structure of something that is compiled in: plain data by type and value, other objects by identity.

    >>> static([1, 2]) == static([1, 2]), static(1) == static(True), static(0.0) == static(-0.0)
    (True, False, False)
    """
    kind = type(thing)
    if kind in BY_VALUE:
        return Static(kind, thing)
    if kind in BY_TEXT:
        return Static(kind, repr(thing))
    if kind is list or isinstance(thing, tuple):
        return Static(kind, tuple(map(static, thing)))
    if kind is dict or kind is OrderedDict:
        return Static(kind, tuple((static(key), static(part)) for key, part in thing.items()))
    if kind is set or kind is frozenset:
        return Static(kind, frozenset(map(static, thing)))
    if kind is bytearray:
        return Static(kind, bytes(thing))
    if (kind is numpy.ndarray or isinstance(thing, numpy.generic)) and not thing.dtype.hasobject:
        return Static(kind, (str(thing.dtype), thing.shape, thing.tobytes()))
    if kind is numpy.ndarray:
        return Static(kind, (thing.shape, static(thing.tolist())))
    if kind is MethodType:  # another object each time that it is asked for
        return Static(kind, (Same(thing.__func__), Same(thing.__self__)))
    return Static(kind, Same(thing))


def dictionary(given: dict[Any, Any], parts: tuple[Spec, ...]) -> Nested:
    """The structure of a dictionary whose values are nested as `parts` say.

    >>> dictionary({1: 0.0}, ((),)) == dictionary({True: 0.0}, ((),))
    False
    """
    told_apart = () if {*map(type, given)} <= {str} else tuple(map(static, given))
    return Nested(OrderedDict if type(given) is OrderedDict else dict, tuple(given), parts, told_apart)


def list_of(parts: list[Spec]) -> Spec:
    """The structure of a list whose items are nested as `parts` say.

    >>> list_of([(2,), (2,)]), list_of([(2,), (3,)]).parts
    ((2, 2), ((2,), (3,)))
    """
    if parts and type(parts[0]) is tuple and parts.count(parts[0]) == len(parts):
        return (len(parts), *parts[0])
    return Nested(list, None, tuple(parts))


def width(spec: Spec) -> int:
    """How many numbers there are in an item of rows.

    >>> width(()), width((2, 3)), width(Nested(tuple, None, ((), (4,))))
    (1, 6, 5)
    """
    if isinstance(spec, Nested):
        return sum(map(width, spec.parts))
    if isinstance(spec, Grid):
        spec = spec.shape
    numbers = 1
    for length in spec:
        numbers *= length
    return numbers


def built(spec: Spec, numbers: Iterator[Any], array_row: Callable[[list[Any]], Any] = list) -> Any:
    """An item of rows around numbers that are given one after the other; a row of an array is an `array_row`.

    >>> built(Nested(tuple, None, ((2,), Grid((2,)))), iter("abcd"), tuple)
    (['a', 'b'], ('c', 'd'))
    """
    if isinstance(spec, Nested):
        return assembled(spec, [built(part, numbers, array_row) for part in spec.parts])
    shape, row = (spec.shape, array_row) if isinstance(spec, Grid) else (spec, list)
    return nested(shape, numbers, row)


def nested(shape: tuple[int, ...], numbers: Iterator[Any], row: Callable[[list[Any]], Any]) -> Any:
    """Numbers in rows of rows of this shape.

    >>> nested((2, 2), iter("abcd"), tuple)
    (('a', 'b'), ('c', 'd'))
    """
    return row([nested(shape[1:], numbers, row) for _ in range(shape[0])]) if shape else next(numbers)


def assembled(spec: Nested, parts: list[Any]) -> Any:
    """A list, tuple or dictionary of its parts; a named tuple keeps its names."""
    if spec.keys is not None:
        return spec.kind(zip(spec.keys, parts, strict=True))
    return tuple.__new__(spec.kind, parts) if issubclass(spec.kind, tuple) else parts
