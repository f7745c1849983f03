"""`jit`: a function that is traced once for each structure of its arguments, and runs as machine code from then on."""

import functools
import inspect
import threading
import types
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, overload

from autograd.compiler.team import ALONE, Team
from autograd.modes import mode, open_blocks, tracer

if TYPE_CHECKING:
    from autograd.compiler.arguments import Arguments
    from autograd.compiler.calls import Native
    from autograd.compiler.cost import Cost
    from autograd.compiler.lowering import Lowered
    from autograd.compiler.printing import Source
    from autograd.compiler.recording import Executable, Recording

Function = Callable[..., Any]


@overload
def jit(function: Function, *, static: str | Iterable[str] = (), threads: int | None = None) -> "Compiled": ...


@overload
def jit(
    function: None = None, *, static: str | Iterable[str] = (), threads: int | None = None
) -> Callable[[Function], "Compiled"]: ...


def jit(function: Function | None = None, *, static: str | Iterable[str] = (), threads: int | None = None) -> Any:
    """The function, compiled: it is traced at the first call, and runs as machine code from then on.

    Numbers and values among the arguments, in lists, tuples, dictionaries and arrays, may differ from call
    to call. Everything else is compiled in, and so are the arguments named in `static`: another one is
    another function to compile. Values that the function uses besides its arguments, such as the
    parameters of a model, are read at every call. The result is what the function gives, and one node of
    an ordinary graph: its slopes come out of the same machine code. Derivatives are taken of it by
    `backward()`, or inside: `jit(grad(f))`, `jit(hessian(f))`.

    Whatever else the function reads or does happens once, when it is traced: a branch on a number is
    refused, `autograd.where` chooses; see also `vmap`.

    With `threads`, up to so many threads, the caller's among them, share the samples of a batch that takes some
    tenths of a millisecond or more. Their sums are added in a fixed order: in the last digits a result may differ
    from that of another number of threads, but not from call to call.

    >>> from autograd import Value
    >>> w = Value(2.0)
    >>> @jit
    ... def f(x):
    ...     return w * x[0] + x[1]
    >>> y = f([3.0, 1.0])
    >>> y.backward()
    >>> y.data, w.grad
    (7.0, 3.0)
    """
    compiled = functools.partial(Compiled, static=static, team=Team(threads))
    return compiled if function is None else compiled(function)


class Compiled:
    """A function under `jit`.

    Inside another traced function it is traced along with it. Inside `detect_anomaly` it runs as it was
    written, so that the operation at fault is found.

    static  the names and places of arguments that are compiled in
    title   what results and messages call it
    team    the threads that share the samples of a call
    """

    def __init__(self, function: Function, static: str | Iterable[str] = (), team: Team = ALONE) -> None:
        if not callable(function):
            raise TypeError(f"jit takes a function, got {type(function).__name__}: {function!r}")
        self.function = function
        self.team = team
        functools.update_wrapper(self, function)
        self.title = f"jit({vars(self).get('__name__', type(function).__name__)})"
        self.parameters = parameter_names(function)
        names = (static,) if isinstance(static, str) else tuple(static)
        for name in names:
            if self.parameters and name not in self.parameters:
                raise ValueError(f"{self.title} has no argument {name!r} that could be static")
        self.static = {*names, *(self.parameters.index(name) for name in names if name in self.parameters)}
        self._known: dict[Any, list[Native]] = {}
        self._lock = threading.RLock()

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        if open_blocks and (tracer() is not None or mode().watching):
            return self.function(*arguments, **named)
        given = machinery().Arguments(arguments, named, self.static)
        return self.native(given)(given)

    def native(self, given: "Arguments") -> "Native":
        """What was compiled for arguments of this structure; compiled now, if nothing was."""
        for native in self._known.get(given.key, ()):
            if native.fits(given):
                return native
        with self._lock:
            known = self._known.setdefault(given.key, [])
            for native in known:  # another thread may have been here
                if native.fits(given):
                    return native
            known.insert(0, machinery().compiled(self.function, self.title, self.parameters, given, self.team))
            return known[0]

    def recording(self, *arguments: Any, **named: Any) -> "Recording":
        """What is recorded for such arguments, traced anew."""
        making = machinery()
        given = making.Arguments(arguments, named, self.static)
        return making.Traced(self.function, self.parameters, given).schedule.recording  # type: ignore[no-any-return]

    def executable(self, *arguments: Any, **named: Any) -> "Executable":
        """The machine code that runs for such arguments."""
        return self.native(machinery().Arguments(arguments, named, self.static)).executable

    def source(self, *arguments: Any, **named: Any) -> "Source":
        """What is computed for such arguments, as NumPy code that can be read, and run by its `function()`.

        >>> print(jit(lambda x: x * x).source(3.0))
        import numpy as np
        ...
        def f(p):
        ...
        """
        return machinery().source_of(self.executable(*arguments, **named), self.title)  # type: ignore[no-any-return]

    def lower(self, *arguments: Any, **named: Any) -> "Lowered":
        """The families of values and slopes as a table, and as `llvm` the text that the machine code is made from."""
        return machinery().lowered_of(self.executable(*arguments, **named))  # type: ignore[no-any-return]

    def cost(self, *arguments: Any, **named: Any) -> "Cost":
        """What values and slopes cost: operations, floating point operations, bytes, and seconds to compile by pass."""
        return machinery().cost_of(self.executable(*arguments, **named))  # type: ignore[no-any-return]


def parameter_names(function: Function) -> tuple[str, ...]:
    """The names of the arguments of a function, in order; none where Python does not know them.

    >>> parameter_names(lambda x, y: x)
    ('x', 'y')
    """
    try:
        return tuple(inspect.signature(function).parameters)
    except (ValueError, TypeError):
        return ()


def compile_graph(outputs: Any, inputs: Sequence[Any]) -> Function:
    """A compiled function that computes a graph again for other numbers: one argument for each of `inputs`.

    Inputs are leaves, or nested lists of leaves, and the results are nested like `outputs`. The other
    leaves of the graph are read at every call. What it gives is a node like those of `jit`.

    >>> from autograd import Value
    >>> a, b = Value(2.0), Value(3.0)
    >>> f = compile_graph([a * b, a + b], [a, b])
    >>> f(5.0, 7.0)
    [35.0, 12.0]
    """
    return machinery().of_graph(outputs, inputs)  # type: ignore[no-any-return]


@functools.cache
def machinery() -> Any:
    """The module that needs NumPy and llvmlite, loaded when the first function is compiled.

    >>> machinery().__name__
    'autograd.compiler.making'
    """
    try:
        from autograd.compiler import making
    except ImportError as error:
        if (error.name or "").partition(".")[0] in ("numpy", "llvmlite"):
            raise ImportError(f'jit compiles with {error.name}: pip install "valuegrad[fast]"') from error
        raise
    return making
