"""What `jit` and `compile_graph` do when they compile: trace, schedule, hand to the backend, put together."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograd.compiler.arguments import Arguments as Arguments
from autograd.compiler.backend import compile_recording, families_of
from autograd.compiler.calls import Native
from autograd.compiler.collector import collector_paused
from autograd.compiler.cost import Cost, cost
from autograd.compiler.lowering import Lowered, lowered
from autograd.compiler.printing import Source, source
from autograd.compiler.recording import Executable, Recording
from autograd.compiler.results import Kept, Results, Uniform, finite
from autograd.compiler.schedule import Filling, Origin, Schedule
from autograd.compiler.surroundings import Surroundings
from autograd.compiler.team import Team
from autograd.compiler.tracing import Trace
from autograd.dialects import HandMade
from autograd.frozen import Unknown
from autograd.fused import Fused
from autograd.given import shown
from autograd.modes import mode, open_blocks, tracer
from autograd.primitives import NO_SEQUENCES, number
from autograd.transforms import leaves, rebuilt
from autograd.value import Value

Function = Callable[..., Any]


class Traced:
    """A function, whose arguments have these names, traced for arguments that are nested as those given are."""

    def __init__(self, function: Function, trace: Trace, parameters: Sequence[str], given: Arguments) -> None:
        lengths, statics = iter([rows.length for rows in given.rows]), iter(given.statics)
        names, specs = given.key
        by_place = len(specs) - len(names)
        known = [*parameters, *(f"argument {place}" for place in range(len(parameters), by_place))]
        arguments = [
            trace.argument(spec, lengths, statics, name)
            for name, spec in zip([*known[:by_place], *names], specs, strict=True)
        ]
        named = dict(zip(names, arguments[by_place:], strict=True))
        self.results = Results(trace, trace.run(function, arguments[:by_place], named))
        self.schedule = Schedule(trace, self.results.outputs, self.results.samples)


@collector_paused()
def compiled(function: Function, title: str, parameters: Sequence[str], given: Arguments, team: Team) -> Native:
    """The machine code of a function for arguments that are nested as those given are, to be run by a team."""
    trace = Trace(title)
    try:
        traced = Traced(function, trace, parameters, given)
        schedule = traced.schedule
        executable = compile_recording(schedule.recording, team)
        around = Surroundings([function, *given.statics], schedule.filling.captured)
        plan = traced.results.plan
        return Native(title, schedule.recording, executable, schedule.filling, plan, schedule.origins, around)
    finally:
        trace.close()


def recording_of(function: Function, title: str, parameters: Sequence[str], given: Arguments) -> Recording:
    """What is recorded of a function for arguments that are nested as those given are."""
    return Traced(function, Trace(title), parameters, given).schedule.recording


@collector_paused()
def of_graph(outputs: Any, inputs: Iterable[Any]) -> Function:
    """The function that `compile_graph` gives."""
    inputs, arguments = leaves_of_graph(inputs)
    found = list(leaves(outputs))
    results = tuple(v for v in found if isinstance(v, Value))
    if not results:
        raise TypeError(f"compile_graph takes values that a graph leads to, got {shown(outputs)}")
    recording = Recording(arguments, (), (), results, ())
    refuse_hand_made(recording)
    places = map(Uniform, range(len(results)))
    plan = rebuilt(outputs, iter([next(places) if isinstance(v, Value) else Kept(v) for v in found]))
    origin = Origin(0, arguments=-1, value=bool(recording.captured))
    executable, filling = compile_recording(recording), Filling(recording.captured)
    native = Native("graph", recording, executable, filling, plan, [origin] * len(results), Surroundings((), ()))
    sizes = [len(list(leaves(part))) for part in inputs]

    def computed(*numbers: Any) -> Any:
        if tracer() is not None:
            raise TypeError("a compiled graph is not traced: call the function that made the graph, inside of jit")
        refuse_other_sizes(numbers, sizes)
        each = [v if isinstance(v, Value) else number(v, "a compiled graph takes") for v in leaves(numbers)]
        result = native(Arguments(each, {}))
        return finite(result, "a compiled graph") if open_blocks and mode().watching else result

    return computed


def leaves_of_graph(inputs: Any) -> tuple[list[Any], tuple[Value, ...]]:
    """The inputs of a graph in a list, and the leaves in them, each of which is there once.

    >>> x, y = Value(1.0), Value(2.0)
    >>> leaves_of_graph((x, [y]))[1] == (x, y)
    True
    """
    if not isinstance(inputs, Iterable) or isinstance(inputs, (Value, *NO_SEQUENCES)):
        raise TypeError(
            f"compile_graph takes a list of the inputs of a graph, got {shown(inputs)}; a single one is written [x]"
        )
    inputs = list(inputs)
    found = tuple(leaves(inputs))
    for v in found:
        if not isinstance(v, Value) or v._row is not None:
            raise TypeError(f"the inputs of a graph are leaves, values that no operation gave; got {v!r}")
    seen: set[Value] = set()
    for v in found:
        if v in seen:
            raise ValueError(
                f"an input of a graph is given twice, {v!r}: each is one argument of the compiled function"
            )
        seen.add(v)
    return inputs, found


def refuse_other_sizes(numbers: Sequence[Any], sizes: Sequence[int]) -> None:
    """An error, unless there is an argument for each input of a graph, of as many numbers.

    >>> refuse_other_sizes([1.0, [2.0]], [1, 2])
    Traceback (most recent call last):
    TypeError: this graph takes 2 numbers as argument 1, got 1
    """
    if len(numbers) != len(sizes):
        raise TypeError(f"this graph takes {counted(len(sizes), 'argument')}, got {len(numbers)}")
    for place, (argument, size) in enumerate(zip(numbers, sizes, strict=True)):
        found = sum(1 for _ in leaves(argument))
        if found != size:
            raise TypeError(f"this graph takes {counted(size, 'number')} as argument {place}, got {found}")


def counted(count: int, what: str) -> str:
    """A count with its noun.

    >>> counted(1, "number"), counted(2, "number")
    ('1 number', '2 numbers')
    """
    return f"{count} {what}{'' if count == 1 else 's'}"


def refuse_hand_made(recording: Recording) -> None:
    """An error that names the first node without a row."""
    for node in recording.order:
        held: Any = node._grad
        if isinstance(held, Unknown):
            held.refuse_later()
        if isinstance(node._row, Fused):
            raise ValueError(
                f"{node._row} is compiled already, and its result is one node of this graph: "
                "call the function without jit to make the graph"
            )
        if isinstance(node._row, HandMade) or callable(node._dx):
            raise ValueError(f"{node._row} cannot be compiled: write the operation as a row, @autograd.primitive")


def source_of(executable: Executable, title: str) -> Source:
    """The values of a compiled function as NumPy code."""
    families = families_of(executable)
    name = title.removeprefix("jit(").removesuffix(")")
    return source(families.lifted.program, families.recording, name if name.isidentifier() else "f")


def lowered_of(executable: Executable) -> Lowered:
    """The families of a compiled function and its slopes."""
    return lowered(families_of(executable).with_slopes)


def cost_of(executable: Executable) -> Cost:
    """What a compiled function and its slopes cost."""
    families = families_of(executable)
    return cost(families.recording, families.with_slopes)
