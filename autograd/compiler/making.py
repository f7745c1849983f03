"""What `jit` and `compile_graph` do when they compile: trace, schedule, hand to the backend, put together."""

from collections.abc import Callable, Sequence
from typing import Any

from autograd.compiler.arguments import Arguments as Arguments
from autograd.compiler.backend import compile_recording, families_of
from autograd.compiler.calls import Native
from autograd.compiler.collector import collector_paused
from autograd.compiler.cost import Cost, cost
from autograd.compiler.lowering import Lowered, lowered
from autograd.compiler.printing import Source, source
from autograd.compiler.recording import Executable, Recording, operands_first
from autograd.compiler.results import Kept, Results, Uniform
from autograd.compiler.schedule import Filling, Origin, Schedule
from autograd.compiler.team import Team
from autograd.compiler.tracing import Trace
from autograd.dialects import HandMade
from autograd.transforms import leaves, rebuilt
from autograd.value import Value

Function = Callable[..., Any]


class Traced:
    """A function, whose arguments have these names, traced for arguments that are nested as those given are."""

    def __init__(self, function: Function, parameters: Sequence[str], given: Arguments) -> None:
        self.trace = Trace()
        lengths, statics = iter([rows.length for rows in given.rows]), iter(given.statics)
        names, specs = given.key
        by_place = len(specs) - len(names)
        known = [*parameters, *(f"argument {place}" for place in range(len(parameters), by_place))]
        arguments = [
            self.trace.argument(spec, lengths, statics, name)
            for name, spec in zip([*known[:by_place], *names], specs, strict=True)
        ]
        named = dict(zip(names, arguments[by_place:], strict=True))
        self.results = Results(self.trace, self.trace.run(function, arguments[:by_place], named))
        self.schedule = Schedule(self.trace, self.results.outputs, self.results.samples)


@collector_paused()
def compiled(function: Function, title: str, parameters: Sequence[str], given: Arguments, team: Team) -> Native:
    """The machine code of a function for arguments that are nested as those given are, to be run by a team."""
    traced = Traced(function, parameters, given)
    schedule = traced.schedule
    executable = compile_recording(schedule.recording, team)
    return Native(title, schedule.recording, executable, schedule.filling, traced.results.plan, schedule.origins)


@collector_paused()
def of_graph(outputs: Any, inputs: Sequence[Any]) -> Function:
    """The function that `compile_graph` gives."""
    arguments = tuple(leaves(list(inputs)))
    for v in arguments:
        if not isinstance(v, Value) or v._row is not None:
            raise TypeError(f"the inputs of a graph are leaves, values that no operation gave; got {v!r}")
    found = list(leaves(outputs))
    results = tuple(v for v in found if isinstance(v, Value))
    refuse_hand_made(results)
    recording = Recording(arguments, (), (), results, ())
    places = map(Uniform, range(len(results)))
    plan = rebuilt(outputs, iter([next(places) if isinstance(v, Value) else Kept(v) for v in found]))
    origin = Origin(0, argument=True, value=bool(recording.captured))
    executable = compile_recording(recording)
    native = Native("graph", recording, executable, Filling(recording.captured), plan, [origin] * len(results))

    def computed(*numbers: Any) -> Any:
        given = Arguments(list(leaves(numbers)), {})
        if len(given.numbers) != len(arguments):
            raise TypeError(f"this graph takes {len(arguments)} numbers, got {len(given.numbers)}")
        return native(given)

    return computed


def refuse_hand_made(results: Sequence[Value]) -> None:
    """An error that names the first node without a row."""
    for node in operands_first(results):
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
