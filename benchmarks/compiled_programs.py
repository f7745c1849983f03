"""What compiling costs: seconds by the size of the graph, bytes of the program, and graphs of no regularity."""

import gc
import math
import random
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks import footprint, timing
from benchmarks.compiled_scalars import Ours, autograd, available
from benchmarks.compiled_work import SEED, Effort, NotMeasured, Work, works
from benchmarks.report import Figure, Target

SECONDS_OF_A_NETWORK = {"moons": 0.25, "wide": 1.5}
SECONDS_OF_A_MILLION_NODES = 12.0
BYTES_A_NODE = 40.0
LEAVES = 20
OPERATIONS = (
    lambda x, y: x + y,
    lambda x, y: 0.5 * x - y,
    lambda x, y: x * autograd.tanh(y),
    lambda x, y: autograd.sin(x),
    lambda x, y: autograd.relu(x),
    lambda x, y: autograd.sigmoid(x * y),
)
WINDOW = 1000  # operands are drawn from this many nodes before


def figures(effort: Effort) -> list[Figure]:
    """Networks, irregular graphs of growing size, and one long chain."""
    moons, wide, _ = works(effort)
    return [
        of_network(moons),
        of_network(wide),
        *(figure for nodes in effort.nodes for figure in of_irregular_graph(nodes)),
        of_chain(effort.chain),
    ]


def of_network(work: Work) -> Figure:
    """The first call of a compiled loss, less the second, in a process that has compiled something small before."""
    target = Target("ours", "at most", SECONDS_OF_A_NETWORK[work.name])
    return compiled_figure(f"compiling {work.sizes}", "seconds", target, partial(network_seconds, work))


def of_irregular_graph(nodes: int) -> list[Figure]:
    """A random graph compiled with its gradient, and the memory that such a program takes."""
    name = f"irregular graph of {nodes:,} nodes"
    limit = Target("ours", "at most", SECONDS_OF_A_MILLION_NODES * max(nodes, 100_000) / 1e6)
    time_of_it = compiled_figure(f"compiling an {name}", "seconds", limit, partial(irregular, nodes))
    limit = Target("ours", "at most", BYTES_A_NODE)
    return [time_of_it, compiled_figure(f"program of an {name}", "bytes a node", limit, partial(memory, nodes))]


def of_chain(length: int) -> Figure:
    """A chain of operations, one after the other."""
    target = Target("ours", "at least", float(length))
    return compiled_figure(f"chain of {length:,} operations, compiled", "operations", target, partial(chain, length))


def compiled_figure(
    name: str, unit: str, target: Target, measure: Callable[[], tuple[float, dict[str, Any]]]
) -> Figure:
    """A figure of ours alone, measured in a process of its own."""
    try:
        ours, details = timing.in_fresh_process(measure)
    except NotMeasured as reason:
        return Figure(name, unit, None, target, details={"not measured": str(reason)})
    return Figure(name, unit, ours, target, details=details)


def network_seconds(work: Work) -> tuple[float, dict[str, Any]]:
    """Seconds of compiling a network's loss and gradient, and what starting the compiler took before."""
    starting = seconds(start_compiler)
    ours = Ours(work)
    first = available("autograd.jit", lambda: seconds(ours.step))
    return first - seconds(ours.step), {"starting the compiler, seconds": starting}


def start_compiler() -> None:
    """Compile something small: what the first one in a process takes longer is not of the graph."""
    available("autograd.jit", lambda: autograd.jit(lambda x: x * x)(autograd.Value(2.0)).backward())


def seconds(call: Callable[[], Any]) -> float:
    """The wall time of a call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def irregular(nodes: int) -> tuple[float, dict[str, Any]]:
    """Seconds until a random graph is compiled and was run once with its gradient, which has to be the eager one."""
    start_compiler()
    inputs, output = random_graph(SEED, nodes)
    leaves = [autograd.Value(v.data) for v in inputs]
    start = time.perf_counter()
    compiled = available("autograd.compile_graph", lambda: autograd.compile_graph([output], inputs))
    (result,) = compiled(*leaves)
    result.backward()
    taken = time.perf_counter() - start
    output.backward()
    same = all(math.isclose(x.grad, y.grad, rel_tol=1e-9, abs_tol=1e-12) for x, y in zip(inputs, leaves, strict=True))
    if not same or not math.isclose(result.data, output.data, rel_tol=1e-9):
        raise ArithmeticError("the compiled graph computes something else")
    return taken, {"a call with its gradient, seconds": seconds(lambda: compiled(*leaves)[0].backward())}


def memory(nodes: int) -> tuple[float, dict[str, Any]]:
    """What a program holds that is kept, when its graph is not; a first one has taken what is shared.

    What is held is what Python and NumPy have allocated and not freed. The resident memory grows by more, because the
    allocator gives memory back by the megabyte, and only those that nothing is left in.
    """
    first = compiled_random_graph(SEED, nodes)
    resident = resident_bytes()
    tracemalloc.start()
    try:
        second = compiled_random_graph(SEED + 1, nodes)
        gc.collect()
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    grown = (resident_bytes() - resident) / nodes
    return held / nodes, {"programs kept": len((first, second)), "resident, bytes a node": grown}


def compiled_random_graph(seed: int, nodes: int) -> Any:
    """A random graph compiled and run once with its gradient."""
    inputs, output = random_graph(seed, nodes)
    program = available("autograd.compile_graph", partial(autograd.compile_graph, [output], inputs))
    program(*(autograd.Value(v.data) for v in inputs))[0].backward()
    return program


def resident_bytes() -> int:
    """The resident memory of this process, after what is free was given back."""
    gc.collect()
    resident = footprint.resident_bytes()
    if resident is None:
        raise NotMeasured("this system does not say how much memory a process has")
    return resident


def random_graph(seed: int, nodes: int) -> tuple[list[Any], Any]:
    """Leaves, and a value made of about so many nodes: operations drawn at random on operands drawn at random.

    >>> inputs, output = random_graph(0, 1000)
    >>> len(inputs), 900 < sum(autograd.counts(output).values()) < 1100
    (20, True)
    """
    rng = random.Random(seed)
    inputs = [autograd.Value(0.1 * (i + 1)) for i in range(LEAVES)]
    values = list(inputs)
    for _ in range(nodes * 3 // 5):  # an operation makes 5 / 3 nodes on average
        x, y = (autograd.tanh(v) if abs(v.data) > 4.0 else v for v in rng.choices(values[-WINDOW:], k=2))
        values.append(rng.choice(OPERATIONS)(x, y))
    return inputs, autograd.sum(values)


def chain(length: int) -> tuple[float, dict[str, Any]]:
    """The length of the chain, if it compiles and gives the slope it has."""

    def long(x: Any) -> Any:
        for _ in range(length // 2):
            x = 0.5 * x + 1.0
        return x

    compiled = available("autograd.jit", lambda: autograd.jit(long))
    x = autograd.Value(3.0)
    taken = seconds(lambda: compiled(x).backward())
    if x.grad != 0.5 ** (length // 2):
        raise ArithmeticError(f"the slope of the chain is {x.grad}")
    return float(length), {"seconds": taken}
