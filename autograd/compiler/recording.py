"""What a trace hands to the passes: a recorded graph, and which of its leaves are filled in at every call.

A traced function is recorded once, on placeholders: ordinary leaves whose numbers mean nothing. Numbers
that are the same for all samples are *uniform*; a `vmap` is a *section*, recorded on one sample and run
for each row of a batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from autograd.primitives import Primitive
from autograd.value import Value, cycle

Array = Any  # a numpy.ndarray; this module does not need NumPy to describe one


@dataclass(frozen=True)
class Section:
    """One `vmap`: what was recorded for one sample.

    inputs   placeholders, one for each column of the batch
    outputs  what one sample gives
    """

    inputs: tuple[Value, ...]
    outputs: tuple[Value, ...]


@dataclass(frozen=True)
class Reduction:
    """A leaf of the uniform graph that stands for `row([output of sample 0, of sample 1, ...])`.

    row is one of sum, mean, max, min, prod and logsumexp.
    """

    leaf: Value
    row: Primitive
    section: int
    output: int


@dataclass(frozen=True)
class Recording:
    """A whole trace.

    arguments   placeholders of the uniform arguments, in order
    sections    in order of their calls: each may use what the reductions before it gave
    reductions  leaves that stand for a row over all samples of a section
    outputs     the uniform results
    per_sample  results that come out sample by sample: pairs of a section and the place in its outputs
    """

    arguments: tuple[Value, ...]
    sections: tuple[Section, ...]
    reductions: tuple[Reduction, ...]
    outputs: tuple[Value, ...]
    per_sample: tuple[tuple[int, int], ...]

    @cached_property
    def order(self) -> list[Value]:
        """Every value, each after its operands: what the first section needs, what the next need, then the outputs."""
        return operands_first([*(v for s in self.sections for v in s.outputs), *self.outputs])

    @cached_property
    def captured(self) -> tuple[Value, ...]:
        """Every other leaf: parameters and the like, read at every call.

        In the order of the operations that use them first, so that the weights of a layer stand in a pattern.
        """
        known = {id(v) for v in self.arguments}
        known |= {id(v) for section in self.sections for v in section.inputs}
        known |= {id(reduction.leaf) for reduction in self.reductions}
        roots = [*(v for s in self.sections for v in s.outputs), *self.outputs]
        found: dict[int, Value] = {}
        for node in self.order:
            x, y = node._x, node._y
            if type(y) is int:
                found |= {id(v): v for v in operands_of(node) if isinstance(v, Value) and v._row is None}
                continue
            if (
                node._dx is not None and x._row is None
            ):  # two operands at most, without the detour: there may be millions
                found[id(x)] = x
            if node._dy is not None and y._row is None:
                found[id(y)] = y
        found |= {id(v): v for v in roots if v._row is None}
        return tuple(v for place, v in found.items() if place not in known)


class Executable(Protocol):
    """A compiled recording. `uniform` holds the arguments and then the captured leaves, float64.

    columns holds, for each section, a C-contiguous float64 array of shape (samples, inputs of the section).
    """

    def forward(self, uniform: Array, columns: Sequence[Array]) -> tuple[Array, list[Array]]:
        """The outputs, and for each of `per_sample` an array with a number for each sample."""

    def value_and_slopes(self, uniform: Array, columns: Sequence[Array]) -> tuple[float, Array]:
        """The one output of a recording without results sample by sample, and its slopes in `uniform`."""

    def pull_back(
        self, uniform: Array, columns: Sequence[Array], seeds: Array, sample_seeds: Sequence[Array]
    ) -> tuple[Array, list[Array], Array, list[Array]]:
        """What `forward` gives, the slopes in `uniform`, and the slopes in `columns`, of their shapes.

        Slopes of the sum of seeds * outputs and sample_seeds * per-sample results.
        """


def operands_of(node: Value) -> Sequence[Value | float]:
    """The operands of a recorded value, those of a sequence one by one; a constant is a float.

    A constant may have become a leaf when the graph was looked at: one without a slope.
    """
    if node._row is None:
        return ()
    if type(node._y) is not int:
        x = number_of_constant(node._x) if node._dx is None else node._x
        if node._y is None:
            return (x,)
        return x, number_of_constant(node._y) if node._dy is None else node._y
    if type(node._dx) is tuple:
        return node._x  # type: ignore[no-any-return]  # none of them is a constant
    pairs = zip(node._x, node.slopes, strict=True)
    return [number_of_constant(operand) if slope is None else operand for operand, slope in pairs]


def number_of_constant(operand: Value | float) -> Value | float:
    """An operand without a slope: its number, unless it was computed."""
    return operand if type(operand) is float or operand._row is not None else operand._data  # type: ignore[union-attr]


def operands_first(roots: Sequence[Value]) -> list[Value]:
    """Every value the roots are made of, each after its operands; constants are left out."""
    order: list[Value] = []
    opened: list[Value] = []
    placed: dict[int, bool] = {}  # of each value that was met: whether it stands in the order
    stack: list[Value | None] = [*reversed(roots)]  # None: the value opened last has all its operands in the order
    while stack:
        node = stack.pop()
        if node is None:
            node = opened.pop()
            placed[id(node)] = True
            order.append(node)
        elif id(node) in placed:
            if not placed[id(node)]:
                raise cycle(node)
        elif node._row is None:
            placed[id(node)] = True
            order.append(node)
        else:
            placed[id(node)] = False
            opened.append(node)
            stack.append(None)
            x, y = node._x, node._y
            if type(y) is int:
                stack += reversed([o for o in operands_of(node) if isinstance(o, Value)])
                continue
            if y is not None and type(y) is not float and (node._dy is not None or y._row is not None):
                stack.append(y)
            if type(x) is not float and (node._dx is not None or x._row is not None):
                stack.append(x)
    return order
