"""Whether an error is one that the library means: raised by a line of its own, which says what was wrong."""

import linecache
import traceback
from pathlib import Path

import autograd
import nn

OWN = tuple(str(Path(str(package.__file__)).parent) for package in (autograd, nn))


def is_meant(error: BaseException, *kinds: type[BaseException]) -> bool:
    """Whether an error is of exactly one of these kinds, holds a sentence, and was raised by the library itself.

    An error of Python's own that passes through is none: what it says is not about what was given.

    >>> def error_of(call, *given):
    ...     try:
    ...         call(*given)
    ...     except Exception as error:
    ...         return error
    >>> is_meant(error_of(autograd.Value, "text"), TypeError), is_meant(error_of(int, "text"), ValueError)
    (True, False)
    """
    if type(error) not in kinds or " " not in str(error):
        return False
    place = traceback.extract_tb(error.__traceback__)[-1]
    line = linecache.getline(place.filename, place.lineno or 0)
    return place.filename.startswith(OWN) and line.lstrip().startswith("raise ")


def place_of(error: BaseException) -> str:
    """An error in a line: its kind, what it says, and where it was raised."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {str(error)[:80]!a} in {Path(place.filename).name}, {place.name}"
