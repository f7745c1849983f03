"""What a caller gives, checked at the door: names, and whole numbers."""

import difflib
import operator
from collections.abc import Mapping
from typing import TypeVar

Thing = TypeVar("Thing")


def named(name: str, known: Mapping[str, Thing], kind: str) -> Thing:
    """The thing of that name; the error for an unknown name lists the known ones close to it, or all.

    >>> named("two", {"one": 1, "two": 2}, "number")
    2
    >>> named("tow", {"one": 1, "two": 2}, "number")
    Traceback (most recent call last):
    ValueError: there is no number 'tow'; did you mean 'two'?
    """
    if name in known:
        return known[name]
    close = difflib.get_close_matches(name, known)
    if close:
        raise ValueError(f"there is no {kind} {name!r}; did you mean {' or '.join(map(repr, close))}?")
    raise ValueError(f"there is no {kind} {name!r}; there are {', '.join(known)}")


def whole_number(name: str, given: object, least: int) -> int:
    """`given` as an integer, if it is a whole number and not below `least`.

    >>> whole_number("the number of inputs", 0, least=1)
    Traceback (most recent call last):
    ValueError: the number of inputs is a whole number of at least 1, got 0
    """
    try:
        if isinstance(given, bool):
            raise TypeError
        count = operator.index(given)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{name} is a whole number, got {type(given).__name__}: {given!r}") from None
    if count < least:
        raise ValueError(f"{name} is a whole number of at least {least}, got {count}")
    return count
