"""What is done with functions and graphs: derivatives, compilation, checks, walks."""

from typing import Any

import autograd
from autograd.testing import check_engine, check_engine_at
from benchmarks.proof.refusals.doors.entry import Entry, without
from benchmarks.proof.refusals.doors.kinds import (
    NO_COUNT,
    NO_FUNCTION,
    NO_LIST,
    NO_NUMBER,
    NO_NUMBERS,
    NO_SIZE,
    NO_VALUE,
    NO_VALUES,
)

#: No number, and no nested list of numbers.
NO_TREE = (
    *("None", "text", "bytes", "complex", "object", "class", "function", "used generator", "list of texts"),
    *("list of None", "foreign value", "array of objects", "huge integer"),
)
#: Of what is no number: the rest is compiled in as it is, and what the function does with it is its own affair.
NO_ARGUMENT = ("used generator", "huge integer", "endless integer")
NO_PLACE = ("None", "text", "number", "object", "list of texts", "fraction of one", "nan")


def cube(x: Any) -> Any:
    """A function of one argument."""
    return x * x * x


def product(x: Any, y: Any) -> Any:
    """A function of two."""
    return x * y


OF_FUNCTIONS = {
    "autograd.grad": autograd.grad,
    "autograd.value_and_grad": autograd.value_and_grad,
    "autograd.jacobian": autograd.jacobian,
    "autograd.hessian": autograd.hessian,
}
DERIVATIVES = [
    entry
    for name, transform in OF_FUNCTIONS.items()
    for entry in (
        Entry(name, "f", lambda w, bad, t=transform: t(bad), NO_FUNCTION),
        Entry(name, "argnums", lambda w, bad, t=transform: t(cube, bad), NO_PLACE),
        Entry(name, "argnums of a call", lambda w, bad, t=transform: t(cube, 3)(bad), ("number",), "argument"),
        Entry(name, "an argument", lambda w, bad, t=transform: t(cube)(bad), NO_TREE, "derivative"),
        Entry(name, "what f gives", lambda w, bad, t=transform: t(lambda x: bad)(2.0), NO_TREE, "function|derivative"),
    )
]
ALONG = [
    Entry("autograd.gradients", "y", lambda w, bad: autograd.gradients(bad, [w.x]), NO_VALUE),
    Entry("autograd.gradients", "xs", lambda w, bad: autograd.gradients(w.z, bad), NO_VALUES),
    Entry("autograd.vjp", "f", lambda w, bad: autograd.vjp(bad, 2.0), NO_FUNCTION),
    Entry("autograd.vjp", "a primal", lambda w, bad: autograd.vjp(cube, bad), NO_TREE, "derivative"),
    Entry(
        "autograd.vjp",
        "cotangent",
        lambda w, bad: autograd.vjp(cube, 2.0)[1](bad),
        (*NO_TREE, "list of 3"),
        "cotangent|derivative",
    ),
    Entry("autograd.jvp", "f", lambda w, bad: autograd.jvp(bad, (2.0,), (1.0,)), NO_FUNCTION),
    Entry("autograd.jvp", "primals", lambda w, bad: autograd.jvp(cube, bad, (1.0,)), (*NO_LIST, "array")),
    Entry("autograd.jvp", "a primal", lambda w, bad: autograd.jvp(cube, (bad,), (1.0,)), NO_TREE, "derivative"),
    Entry(
        "autograd.jvp",
        "tangents",
        lambda w, bad: autograd.jvp(cube, (2.0,), bad),
        (*NO_TREE, "list of 3"),
        "tangent|derivative",
    ),
    Entry("autograd.hvp", "f", lambda w, bad: autograd.hvp(bad, (2.0,), (1.0,)), NO_FUNCTION),
    Entry("autograd.hvp", "primals", lambda w, bad: autograd.hvp(cube, bad, (1.0,)), (*NO_LIST, "array")),
    Entry(
        "autograd.hvp",
        "tangents",
        lambda w, bad: autograd.hvp(cube, (2.0,), bad),
        (*NO_TREE, "list of 3"),
        "tangent|derivative",
    ),
    Entry("autograd.vmap", "f", lambda w, bad: autograd.vmap(bad), NO_FUNCTION),
    Entry("autograd.vmap", "samples", lambda w, bad: autograd.vmap(cube)(bad), without(NO_LIST, "set")),
    Entry("autograd.vmap", "as many samples", lambda w, bad: autograd.vmap(product)([1.0], bad), ("list", "array")),
]
CHECKED = [
    Entry("autograd.gradcheck", "f", lambda w, bad: autograd.gradcheck(bad, [2.0]), NO_FUNCTION),
    Entry("autograd.gradcheck", "inputs", lambda w, bad: autograd.gradcheck(cube, bad), NO_NUMBERS),
    Entry("autograd.gradcheck", "an input", lambda w, bad: autograd.gradcheck(cube, [bad]), NO_NUMBER),
    Entry("autograd.gradcheck", "order", lambda w, bad: autograd.gradcheck(cube, [2.0], order=bad), NO_COUNT),
    Entry("autograd.gradcheck", "tolerance", lambda w, bad: autograd.gradcheck(cube, [2.0], tolerance=bad), NO_SIZE),
    Entry("autograd.gradcheck", "what f gives", lambda w, bad: autograd.gradcheck(lambda x: bad, [2.0]), NO_VALUE),
]
COMPILED = [
    Entry("autograd.jit", "function", lambda w, bad: autograd.jit(bad), without(NO_FUNCTION, "None")),
    Entry("autograd.jit", "static", lambda w, bad: autograd.jit(cube, static=bad), ("None", "number", "text", "list")),
    Entry("autograd.jit", "static name", lambda w, bad: autograd.jit(cube, static=bad), ("misspelt name",), "argument"),
    Entry(
        "autograd.jit",
        "threads",
        lambda w, bad: autograd.jit(cube, threads=bad),
        without(NO_COUNT, "None", "huge integer", "endless integer"),
    ),
    Entry("autograd.jit", "an argument", lambda w, bad: autograd.jit(cube)(bad), NO_ARGUMENT, "function"),
    Entry("autograd.compile_graph", "outputs", lambda w, bad: autograd.compile_graph(bad, [w.x]), NO_VALUE),
    Entry("autograd.compile_graph", "inputs", lambda w, bad: autograd.compile_graph(w.z, bad), NO_VALUES),
    Entry(
        "autograd.compile_graph",
        "a number",
        lambda w, bad: autograd.compile_graph(w.z, [w.x])(bad),
        NO_TREE,
        "graph|derivative",
    ),
]
WALKED = [
    Entry(f"autograd.{walk.__name__}", "root", lambda w, bad, walk=walk: walk(bad), NO_VALUE, "graph")
    for walk in (autograd.counts, autograd.depth, autograd.export, autograd.topological_order, autograd.trace)
]
MADE = [
    Entry("autograd.primitive", "function", lambda w, bad: autograd.primitive(lambda z, x: 1.0)(bad), NO_FUNCTION),
    Entry("autograd.primitive", "a slope", lambda w, bad: autograd.primitive(bad)(cube), NO_FUNCTION, "slope"),
    Entry("autograd.no_grad", "function", lambda w, bad: autograd.no_grad()(bad), NO_FUNCTION),
    Entry("autograd.detect_anomaly", "function", lambda w, bad: autograd.detect_anomaly()(bad), NO_FUNCTION),
    Entry("testing.check_engine", "engine", lambda w, bad: check_engine(bad), ("None", "number", "text", "object")),
    Entry("testing.check_engine", "forgive", lambda w, bad: check_engine(autograd.Value, forgive=bad), NO_NUMBERS),
    Entry(
        "testing.check_engine_at", "target", lambda w, bad: check_engine_at(bad), ("None", "number", "list", "object")
    ),
    Entry("testing.check_engine_at", "seconds", lambda w, bad: check_engine_at("a:B", seconds=bad), (*NO_SIZE, "zero")),
    Entry("testing.check_engine_at", "forgive", lambda w, bad: check_engine_at("a:B", forgive=bad), NO_NUMBERS),
]

ENTRIES = [*DERIVATIVES, *ALONG, *CHECKED, *COMPILED, *WALKED, *MADE]
