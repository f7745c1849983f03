"""What a caller gives, checked at the door: names, numbers, sequences, functions."""

import difflib
import operator
import sys
from collections.abc import Iterable, Mapping
from typing import TypeVar

from autograd.given import digits
from autograd.given import shown as shown
from autograd.primitives import NO_SEQUENCES, number

Thing = TypeVar("Thing")

NUMPY_TRUTHS = {("numpy", "bool"), ("numpy", "bool_")}  # one type, whose name changed with NumPy 2


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
        raise TypeError(f"{name} is a whole number, got {shown(given)}") from None
    if not least <= count <= sys.maxsize:
        bound = f"of at least {least}" if count < least else f"up to {sys.maxsize:.1e}"
        raise ValueError(f"{name} is a whole number {bound}, got {digits(count)}")
    return count


def at_least_zero(name: str, given: float) -> float:
    """`given` as a float, if it is finite and not negative.

    >>> at_least_zero("lr", -1)
    Traceback (most recent call last):
    ValueError: lr is a finite number of at least 0, got -1.0
    """
    value = number(given, f"{name} is")
    if not 0.0 <= value < float("inf"):
        raise ValueError(f"{name} is a finite number of at least 0, got {value}")
    return value


def share(name: str, given: float) -> float:
    """`given` as a float, if it can be the share of the past in an average: from 0 to below 1.

    >>> share("alpha", 1)
    Traceback (most recent call last):
    ValueError: alpha is a share from 0 to below 1, got 1.0
    """
    value = number(given, f"{name} is")
    if not 0.0 <= value < 1.0:
        raise ValueError(f"{name} is a share from 0 to below 1, got {value}")
    return value


def is_truth(given: object) -> bool:
    """Whether something is True or False, as Python or as NumPy writes it.

    >>> is_truth(False), is_truth(0), is_truth("no")
    (True, False, False)
    """
    return isinstance(given, bool) or (type(given).__module__, type(given).__name__) in NUMPY_TRUTHS


def check_truth(name: str, given: object) -> None:
    """Refuse what is neither True nor False.

    >>> check_truth("resume", "no")
    Traceback (most recent call last):
    TypeError: resume is True or False, got str: 'no'
    """
    if not is_truth(given):
        raise TypeError(f"{name} is True or False, got {shown(given)}")


def check_text(name: str, given: object) -> None:
    """Refuse what is no text.

    >>> check_text("a scope", 3)
    Traceback (most recent call last):
    TypeError: a scope is a text, got int: 3
    """
    if not isinstance(given, str):
        raise TypeError(f"{name} is a text, got {shown(given)}")


def is_sequence(given: object) -> bool:
    """Whether several things are given in an order, and not one.

    >>> is_sequence([1.0]), is_sequence(1.0), is_sequence({1.0})
    (True, False, False)
    """
    return isinstance(given, Iterable) and not isinstance(given, NO_SEQUENCES)


def check_function(name: str, given: object, takes: str) -> None:
    """Refuse what cannot be called.

    >>> check_function("a metric", 0.5, "(model, X, y)")
    Traceback (most recent call last):
    TypeError: a metric is a function of (model, X, y), got float: 0.5
    """
    if not callable(given):
        raise TypeError(f"{name} is a function of {takes}, got {shown(given)}")
