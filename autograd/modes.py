"""Switches that hold inside a `with` block, for one thread or task alone: `no_grad`, `detect_anomaly`, a trace."""

from collections.abc import Callable, Iterator
from contextlib import ContextDecorator, contextmanager
from contextvars import ContextVar
from operator import add, sub
from types import FunctionType
from typing import Any, NamedTuple, Protocol, TypeVar

from autograd.given import check_function

Function = TypeVar("Function", bound=Callable[..., Any])

#: What CPython says of the code of a generator, a coroutine and an asynchronous generator (inspect.CO_GENERATOR, ...).
RUNS_LATER = 0x20 | 0x80 | 0x200


class Mode(NamedTuple):
    """How many blocks of each kind are open around this thread or task."""

    silencing: int = 0
    looking: int = 0

    @property
    def recording(self) -> bool:
        return self.silencing == 0

    @property
    def watching(self) -> bool:
        return self.looking > 0


#: One entry for each block open in any thread: while it is empty, an operation need not ask for its mode.
open_blocks: list[object] = []
_mode: ContextVar[Mode] = ContextVar("mode", default=Mode())  # noqa: B039  a named tuple does not change


def mode() -> Mode:
    """The mode of this thread or task.

    >>> with no_grad():
    ...     mode().recording
    False
    """
    return _mode.get()


class Block(ContextDecorator):
    """A `with` block under another mode; also a decorator.

    It holds nothing but what it counts as, so one may be entered again inside itself and in several
    threads, and the blocks of two generators may end in any order.
    """

    counts_as = Mode()

    def __call__(self, function: Function) -> Function:
        """The function, inside such a block at each call; refused if its body runs only after the call."""
        name = type(self).__name__
        check_function(f"@{name}()", function, f"@{name}() above a def, or `with {name}():`")
        if isinstance(function, FunctionType) and function.__code__.co_flags & RUNS_LATER:
            raise TypeError(
                f"the body of {function.__name__} runs after its call has returned, and @{name}() ends "
                f"with the call: write `with {name}():` inside the body"
            )
        return super().__call__(function)

    def __enter__(self) -> None:
        _mode.set(Mode(*map(add, mode(), self.counts_as)))
        open_blocks.append(self)

    def __exit__(self, *_: object) -> None:
        open_blocks.remove(self)
        _mode.set(Mode(*map(sub, mode(), self.counts_as)))


class no_grad(Block):
    """Nothing is recorded inside: results are values without operands.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.operands
    (9.0, ())
    """

    counts_as = Mode(silencing=1)


@contextmanager
def recording() -> Iterator[None]:
    """Operations are recorded inside, whatever the block around it: what a derivative does for itself.

    >>> with no_grad(), recording():
    ...     mode().recording
    True
    """
    silencing = mode().silencing
    _mode.set(mode()._replace(silencing=0))
    try:
        yield
    finally:
        _mode.set(mode()._replace(silencing=mode().silencing + silencing))


class detect_anomaly(Block):
    """The first nan or inf raises a FloatingPointError that names the operation, its operands and your line.

    >>> from autograd import Value
    >>> with detect_anomaly():
    ...     Value(-1.0, label="a").log()
    Traceback (most recent call last):
    FloatingPointError: log gave nan for a=-1.0, at ...
    """

    counts_as = Mode(looking=1)


class Tracer(Protocol):
    """What takes over while a function is traced, to be compiled: operations have no numbers then."""

    def record(self, row: Any, operands: tuple[Any, ...]) -> Any:
        """The result of a row for operands that it has prepared."""

    def fill(self, made: Any, data: Any, operands: Any) -> None:
        """Make of an empty value what `Value(data, operands)` asks for."""

    def detached(self, value: Any) -> Any:
        """A value with the same number, and no slope in `value`."""

    def mapped(self, function: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """What `vmap(function)` gives for the arguments."""


_tracer: ContextVar[Tracer | None] = ContextVar("tracer", default=None)


def tracer() -> Tracer | None:
    """What traces in this thread or task; None almost always.

    >>> tracer() is None
    True
    """
    return _tracer.get()


@contextmanager
def tracing(by: Tracer) -> Iterator[None]:
    """Operations are recorded by `by` inside, in a mode of its own: what holds around a call is not compiled in."""
    tokens = _mode.set(Mode()), _tracer.set(by)
    open_blocks.append(by)
    try:
        yield
    finally:
        open_blocks.remove(by)
        _mode.reset(tokens[0])
        _tracer.reset(tokens[1])
