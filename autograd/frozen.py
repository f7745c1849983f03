"""What holds for one call alone: a traced value has no number, and whoever asks it for one is told so.

`FrozenError` is the error, and `Unknown` what such a value holds in the place of a number.
"""

import os
import sys
from types import FrameType
from typing import Never

from autograd.anomaly import OUR_FOLDERS, place_of_the_user
from autograd.modes import tracer

PYTHON = os.path.join(os.path.dirname(os.__file__), "")
NUMPY = os.path.join("", "numpy", "")


class FrozenError(TypeError):
    """Raised where a function that is traced, to be compiled, asks a value for its number, or branches on one.

    Also where a value that was made then is used for a number afterwards.

    >>> import autograd
    >>> autograd.jit(lambda x: x if x > 0.0 else -x)(2.0)
    Traceback (most recent call last):
    autograd.frozen.FrozenError: a comparison would be frozen into the compiled function ...
    """


def refuse_to_freeze(what: str, instead: str) -> None:
    """Raise the error, if this thread is tracing; it says what was asked for, where, and what to do instead."""
    if tracer() is not None:
        raise FrozenError(
            f"{what} would be frozen into the compiled function as it is in this call, at {line_of_the_user()}: "
            f'{instead}; what never changes may be passed as a static argument, jit(f, static=("name",))'
        )


class Unknown:
    """What a traced value holds in the place of its number: it can be handed around, and nothing else.

    title  the function that is traced, or was

    >>> Unknown("jit(f)"), Unknown("jit(f)") + 1.0
    Traceback (most recent call last):
    autograd.frozen.FrozenError: this value was made while jit(f) was traced, and has no number: ...
    """

    __slots__ = ("title",)

    def __init__(self, title: str) -> None:
        self.title = title

    def refuse(self, *_: object) -> Never:
        """Raise the error for something that needs a number."""
        refuse_to_freeze("its number", "compute with the value itself")
        self.refuse_later()

    def refuse_later(self) -> Never:
        """Raise the error for a value that was kept when its trace was over."""
        raise FrozenError(
            f"this value was made while {self.title} was traced, and has no number: return it from there, "
            "or make it outside"
        )

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = refuse
    __pow__ = __rpow__ = __mod__ = __rmod__ = __floordiv__ = __rfloordiv__ = __neg__ = __pos__ = __abs__ = refuse
    __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __float__ = __int__ = __index__ = __round__ = refuse
    __copy__ = __deepcopy__ = __reduce_ex__ = refuse

    def __format__(self, form: str) -> str:
        return repr(self) if not form else self.refuse()

    def __repr__(self) -> str:
        if tracer() is not None:
            return f"<known at each call of {self.title}>"
        return f"<no number: made while {self.title} was traced>"


def line_of_the_user() -> str:
    """File and line of the innermost call that is neither the library's own nor Python's or NumPy's."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        file = frame.f_code.co_filename
        if is_of_the_user(file):
            return f"{file}:{frame.f_lineno}"
        frame = frame.f_back
    return place_of_the_user()


def is_of_the_user(file: str) -> bool:
    """Whether the code of a file is neither the library's own nor Python's or NumPy's.

    >>> is_of_the_user(os.__file__), is_of_the_user("<stdin>")
    (False, True)
    """
    if file.startswith((*OUR_FOLDERS, "<frozen", "<__array_function__")) or NUMPY in file:
        return False
    return not file.startswith(PYTHON) or "site-packages" in file or "dist-packages" in file
