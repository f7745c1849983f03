"""What was given to a function: in words for the message that refuses it, and the checks that many doors share."""

from os import PathLike
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def shown(given: object) -> str:
    """The type of what was given, and as much of it as a message has room for.

    >>> shown("relu"), shown(list(range(1000)))
    ("str: 'relu'", 'list: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16...')
    """
    try:
        text = repr(given)
    except Exception:  # anybody's code, or an integer of more digits than Python writes
        return f"{type(given).__name__}, which has no text"
    return f"{type(given).__name__}: {text if len(text) <= 60 else text[:57] + '...'}"


def digits(count: int) -> str:
    """A whole number for a message, unless it is longer than any that is meant.

    >>> digits(3), digits(10**400)
    ('3', 'an integer of more than 18 digits')
    """
    return str(count) if abs(count) < 10**18 else "an integer of more than 18 digits"


def check_function(taker: str, given: object, called: str) -> None:
    """Refuse what cannot be called, where a function is taken.

    >>> check_function("grad", 2.0, "grad(f)(x)")
    Traceback (most recent call last):
    TypeError: grad takes a function, got float: 2.0; it is called as grad(f)(x)
    """
    if not callable(given):
        raise TypeError(f"{taker} takes a function, got {shown(given)}; it is called as {called}")


def path_of(given: str | PathLike[str]) -> "Path":
    """The path of a file, which is imported when there is one, so that `import autograd` is fast.

    >>> path_of(b"graph.svg")
    Traceback (most recent call last):
    TypeError: the path of a file is a text or a Path, got bytes: b'graph.svg'
    """
    from pathlib import Path

    if not isinstance(given, str | PathLike):
        raise TypeError(f"the path of a file is a text or a Path, got {shown(given)}")
    return Path(given)
