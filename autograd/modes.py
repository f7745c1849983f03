"""Switches that hold inside a `with` block, for one thread or task alone: `no_grad` and `detect_anomaly`."""

from contextlib import ContextDecorator
from contextvars import ContextVar, Token
from typing import NamedTuple


class Mode(NamedTuple):
    """How operations behave at the moment."""

    recording: bool = True
    watching: bool = False


#: One entry for each block open in any thread: while it is empty, an operation need not ask for its mode.
open_blocks: list["Block"] = []
_mode: ContextVar[Mode] = ContextVar("mode", default=Mode())


def mode() -> Mode:
    """The mode of this thread or task.

    >>> with no_grad():
    ...     mode().recording
    False
    """
    return _mode.get()


class Block(ContextDecorator):
    """A `with` block under another mode; also a decorator, and it may be entered again inside itself."""

    changes: dict[str, bool] = {}

    def __init__(self) -> None:
        self.tokens: list[Token[Mode]] = []

    def _recreate_cm(self) -> "Block":
        return type(self)()  # a decorated function may run in several threads at once

    def __enter__(self) -> None:
        self.tokens.append(_mode.set(mode()._replace(**self.changes)))
        open_blocks.append(self)

    def __exit__(self, *_: object) -> None:
        open_blocks.remove(self)
        _mode.reset(self.tokens.pop())


class no_grad(Block):
    """Nothing is recorded inside: results are values without operands.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.operands
    (9.0, ())
    """

    changes = {"recording": False}


class detect_anomaly(Block):
    """The first nan or inf raises a FloatingPointError that names the operation, its operands and your line.

    >>> from autograd import Value
    >>> with detect_anomaly():
    ...     Value(-1.0, label="a").log()
    Traceback (most recent call last):
    FloatingPointError: log gave nan for a=-1.0, at ...
    """

    changes = {"watching": True}
