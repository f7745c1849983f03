"""Whether an error is one that the library means: raised by a line of its own, which says what was wrong."""

import dis
import os
import traceback
from pathlib import Path
from types import CodeType

import autograd
import nn

#: The folders of the library.
OWN = tuple(str(Path(str(package.__file__)).parent) for package in (autograd, nn))


class Origin:
    """Where an error comes from: which code, whether that is in one of the folders, and whether it is a `raise` there.

    What Python, NumPy or the standard library meets inside is no `raise` of ours, although it passes through our code.
    """

    def __init__(self, error: BaseException, folders: tuple[str, ...] = OWN) -> None:
        self.is_ours = self.raises = False
        self.code: CodeType | None = None
        last = error.__traceback__
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        if last is not None:  # an error that was never raised has no place
            self.code = last.tb_frame.f_code
            self.is_ours = self.code.co_filename.startswith(tuple(f"{folder}{os.sep}" for folder in folders))
            self.raises = dis.opname[self.code.co_code[last.tb_lasti]] == "RAISE_VARARGS"


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
    origin = Origin(error)
    return type(error) in kinds and " " in str(error) and origin.is_ours and origin.raises


def place_of(error: BaseException) -> str:
    """An error in a line: its kind, what it says, and where it was raised."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {str(error)[:80]!a} in {Path(place.filename).name}, {place.name}"
