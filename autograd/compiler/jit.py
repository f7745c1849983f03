"""`jit`: a function that is traced once for each structure of its arguments, and runs as machine code from then on."""

import functools
import inspect
import sys
import threading
import types
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any, overload

from autograd.compiler.team import ALONE, Team
from autograd.given import shown
from autograd.modes import mode, open_blocks, tracer

if TYPE_CHECKING:
    from autograd.compiler.arguments import Arguments
    from autograd.compiler.calls import Native
    from autograd.compiler.cost import Cost
    from autograd.compiler.lowering import Lowered
    from autograd.compiler.printing import Source
    from autograd.compiler.recording import Executable, Recording

Function = Callable[..., Any]

#: For so many structures, such as lengths of a list or static arguments, a function keeps its machine code.
MOST_STRUCTURES = 64

WITH_A_PLACE = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
SEVERAL = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


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
    another function to compile. Plain data is told apart by type and value, any other object by identity:
    what changes inside of it is not seen. Values that the function uses besides its arguments, such as the
    parameters of a model, are read at every call. The result is what the function gives, and one node of
    an ordinary graph: its slopes come out of the same machine code. Derivatives are taken of it by
    `backward()`, or inside: `jit(grad(f))`, `jit(hessian(f))`.

    While it is traced, a number among the arguments is a `Value` and an array is a list of its rows, so that
    `isinstance(x, float)` is false. A branch on a number is refused, `autograd.where` chooses; see also `vmap`.

    Whatever else the function reads or does happens once, when it is traced. It is traced again where a name
    that it reads, or that a function it names reads, stands for something else by now, and where a parameter
    was replaced, or a neuron added, in what those names lead to. Numbers and settings inside of lists and
    objects are not looked at: hand them over as arguments, or make a new `jit` of the function.

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
    written, so that the operation at fault is found. It keeps the machine code of the structures that were
    called last. A copy, and what comes out of a pickle, compiles anew.

    static      the names and places of arguments that are compiled in
    title       what results and messages call it
    parameters  the names of the arguments that have a place
    team        the threads that share the samples of a call
    """

    def __init__(self, function: Function, static: str | Iterable[str] = (), team: Team = ALONE) -> None:
        if not callable(function):
            raise TypeError(f"jit takes a function, got {shown(function)}")
        self.function = function
        self.team = team
        functools.update_wrapper(self, function, updated=())
        self.title = f"jit({vars(self).get('__name__', type(function).__name__)})"
        self.parameters = parameter_names(function)
        self.static_names = static_names(self.title, function, static)
        self.static = {
            *self.static_names,
            *(self.parameters.index(n) for n in self.static_names if n in self.parameters),
        }
        self._known: dict[Any, list[Native]] = {}
        self._keys: dict[Native, Any] = {}  # in the order of use, the last one last
        self._latest: Native | None = None
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        name, count = self.title.removeprefix("jit(").removesuffix(")"), len(self._keys)
        return f"<jit of {name}; {count} structure{'' if count == 1 else 's'} compiled>"

    def __reduce__(self) -> str | tuple[Any, ...]:
        name = vars(self).get("__qualname__", "")
        try:
            if attrgetter(name)(sys.modules[self.__module__]) is self:
                return name  # type: ignore[no-any-return]  # of a module, which has it under this name
        except (AttributeError, KeyError):
            pass
        return Compiled, (self.function, self.static_names, Team(self.team.size))

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        if open_blocks and (tracer() is not None or mode().watching):
            result = self.function(*arguments, **named)
            return result if tracer() is not None else machinery().finite(result, self.title)
        given = machinery().Arguments(arguments, named, self.static)
        return self.native(given)(given)

    def native(self, given: "Arguments") -> "Native":
        """What was compiled for arguments of this structure; compiled now, if nothing was."""
        native = self._fitting(given)
        if native is not None and native is self._latest:
            return native
        with self._lock:
            native = self._fitting(given)  # another thread may have been here
            if native is None:
                native = machinery().compiled(self.function, self.title, self.parameters, given, self.team)
                self._known.setdefault(given.key, []).insert(0, native)
            self._keys.pop(native, None)
            self._keys[native] = given.key
            self._latest = native
            self._forget_the_oldest()
            return native

    def _fitting(self, given: "Arguments") -> "Native | None":
        for native in self._known.get(given.key, ()):
            if native.fits(given):
                return native
        return None

    def _forget_the_oldest(self) -> None:
        while len(self._keys) > MOST_STRUCTURES:
            oldest = next(iter(self._keys))
            key = self._keys.pop(oldest)
            left = [native for native in self._known.pop(key) if native is not oldest]
            if left:
                self._known[key] = left

    def recording(self, *arguments: Any, **named: Any) -> "Recording":
        """What is recorded for such arguments, traced anew."""
        making = machinery()
        given = making.Arguments(arguments, named, self.static)
        return making.recording_of(self.function, self.title, self.parameters, given)  # type: ignore[no-any-return]

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
    """The names of the arguments of a function that have a place, in order; none where Python does not know them.

    >>> parameter_names(lambda x, y, *rest, z: x)
    ('x', 'y')
    """
    return tuple(name for name, parameter in parameters_of(function).items() if parameter.kind in WITH_A_PLACE)


def parameters_of(function: Function) -> Mapping[str, inspect.Parameter]:
    """The arguments of a function by name; none where Python does not know them.

    >>> [*parameters_of(lambda x, *rest: x)]
    ['x', 'rest']
    """
    try:
        return inspect.signature(function).parameters
    except (ValueError, TypeError):
        return {}


def static_names(title: str, function: Function, static: str | Iterable[str]) -> tuple[str, ...]:
    """The names in `static`, each of which must be that of an argument of the function.

    >>> static_names("jit(f)", lambda x, n: x, "n")
    ('n',)
    """
    names = (static,) if isinstance(static, str) else tuple(static) if isinstance(static, Iterable) else (static,)
    known = parameters_of(function)
    open_ended = not known or any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in known.values())
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"static is the name of an argument, or several, got {shown(name)}")
        several = name in known and known[name].kind in SEVERAL
        if several or (name not in known and not open_ended):
            raise ValueError(f"{title} has no argument {name!r} that could be static")
    return names


def compile_graph(outputs: Any, inputs: Iterable[Any]) -> Function:
    """A compiled function that computes a graph again for other numbers: one argument for each of `inputs`.

    Inputs are leaves, or nested lists of leaves, and the results are nested like `outputs`. The other
    leaves of the graph are read at every call. What it gives is a node like those of `jit`; its slope in
    an input that no output was made of is 0.

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
