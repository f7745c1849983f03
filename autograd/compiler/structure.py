"""How the arguments of a call are nested: the part of them that a compiled function is made for.

()                 a number
(3,), (3, 2)       a list of 3 numbers, a list of 3 lists of 2
Nested             a list of other things, a tuple or a dictionary
RowsOf             a list or an array whose items are all alike; how many they are is left open
Static             anything else: it is compiled in
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

Spec = Any  # one of the above


class Nested(NamedTuple):
    """A list, tuple or dictionary, with the keys of a dictionary."""

    kind: type
    keys: tuple[Any, ...] | None
    parts: tuple[Spec, ...]


class RowsOf(NamedTuple):
    """Items that are all nested like `element`."""

    element: Spec


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


def static(thing: Any) -> Static:
    """The structure of something that is compiled in: by equality, or by identity where it has no hash.

    >>> static([1, 2]) == static([1, 2]), static(1) == static(True)
    (True, False)
    """
    if isinstance(thing, (list, tuple)):
        return Static(type(thing), tuple(map(static, thing)))
    if isinstance(thing, dict):
        return Static(type(thing), tuple((static(key), static(part)) for key, part in thing.items()))
    try:
        hash(thing)
    except TypeError:
        return Static(type(thing), Same(thing))
    return Static(type(thing), thing)


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
    numbers = 1
    for length in spec:
        numbers *= length
    return numbers


def built(spec: Spec, numbers: Iterator[Any]) -> Any:
    """An item of rows around numbers that are given one after the other.

    >>> built(Nested(tuple, None, ((2,), ())), iter("abc"))
    (['a', 'b'], 'c')
    """
    if isinstance(spec, Nested):
        return assembled(spec, [built(part, numbers) for part in spec.parts])
    return next(numbers) if not spec else [built(spec[1:], numbers) for _ in range(spec[0])]


def assembled(spec: Nested, parts: list[Any]) -> Any:
    """A list, tuple or dictionary of its parts; a named tuple keeps its names."""
    if spec.keys is not None:
        return dict(zip(spec.keys, parts, strict=True))
    return tuple.__new__(spec.kind, parts) if issubclass(spec.kind, tuple) else parts
