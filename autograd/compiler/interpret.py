"""A recording run node by node and sample by sample, by the functions and slopes of the rows.

Slow, and short enough to be believed: what the machine code is held against.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import numpy

from autograd.compiler.recording import Recording, operands_first, operands_of
from autograd.primitives import Primitive
from autograd.value import Value

Array = Any
Numbers = dict[int, float]


class Interpreter:
    """What runs a recording in plain Python; see `recording.Executable`.

    stages  for each section, the nodes before it that are the same for all samples, and those of each sample
    last    the nodes of the outputs that come after all sections
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.inputs = (*recording.arguments, *recording.captured)
        self.stages: list[tuple[list[Value], list[Value]]] = []
        done: set[int] = set()
        for section in recording.sections:
            order = operands_first(section.outputs)
            own = of_samples(section.inputs, order)
            shared = [v for v in order if id(v) not in own and id(v) not in done]
            done.update(map(id, shared))
            self.stages.append((shared, [v for v in order if id(v) in own]))
        self.last = [v for v in operands_first(recording.outputs) if id(v) not in done]

    def forward(self, uniform: Array, columns: Sequence[Array]) -> tuple[Array, list[Array]]:
        """The outputs, and for each of `per_sample` an array with a number for each sample."""
        numbers, samples = self._run(uniform, columns)
        return self._results(numbers, samples)

    def value_and_slopes(self, uniform: Array, columns: Sequence[Array]) -> tuple[float, Array]:
        """The one output, and its slopes in `uniform`."""
        outputs, _, slopes, _ = self.pull_back(uniform, columns, numpy.ones(1), ())
        return float(outputs[0]), slopes

    def pull_back(
        self, uniform: Array, columns: Sequence[Array], seeds: Array, sample_seeds: Sequence[Array]
    ) -> tuple[Array, list[Array], Array, list[Array]]:
        """What `forward` gives, the slopes in `uniform`, and those in `columns`."""
        recording = self.recording
        numbers, samples = self._run(uniform, columns)
        slopes: Numbers = {}
        for output, seed in zip(recording.outputs, seeds.tolist(), strict=True):
            add(slopes, output, seed)
        backpropagate(self.last, numbers, slopes)
        column_slopes = [numpy.zeros(array.shape) for array in columns]
        for s, (shared, own) in reversed([*enumerate(self.stages)]):
            seeds_of = self._seeds_of_samples(s, numbers, samples[s], slopes, sample_seeds)
            for i, (each, sample) in enumerate(zip(seeds_of, samples[s], strict=True)):
                found: Numbers = {}
                for output, seed in zip(recording.sections[s].outputs, each, strict=True):
                    add(found, output, seed)
                backpropagate(own, sample, found)
                column_slopes[s][i] = [found.pop(id(v), 0.0) for v in recording.sections[s].inputs]
                for leaf, slope in found.items():
                    slopes[leaf] = slopes.get(leaf, 0.0) + slope
            backpropagate(shared, numbers, slopes)
        return (*self._results(numbers, samples), self._of_inputs(slopes), column_slopes)

    def _run(self, uniform: Array, columns: Sequence[Array]) -> tuple[Numbers, list[list[Numbers]]]:
        """The number of every uniform leaf and node, and of every node of each sample of each section."""
        recording = self.recording
        numbers = dict(zip(map(id, self.inputs), map(float, uniform), strict=True))
        samples: list[list[Numbers]] = []
        for s, (section, (shared, own)) in enumerate(zip(recording.sections, self.stages, strict=True)):
            evaluate(shared, numbers)
            samples.append([])
            for row in columns[s].tolist():
                sample = numbers | dict(zip(map(id, section.inputs), row, strict=True))
                evaluate(own, sample)
                samples[-1].append(sample)
            for reduction in recording.reductions:
                if reduction.section == s:
                    output = section.outputs[reduction.output]
                    numbers[id(reduction.leaf)] = reduced(reduction.row, tuple(n[id(output)] for n in samples[-1]))
        evaluate(self.last, numbers)
        return numbers, samples

    def _results(self, numbers: Numbers, samples: list[list[Numbers]]) -> tuple[Array, list[Array]]:
        outputs = numpy.array([numbers[id(v)] for v in self.recording.outputs], dtype=float)
        places = [(s, id(self.recording.sections[s].outputs[o])) for s, o in self.recording.per_sample]
        return outputs, [numpy.array([n[place] for n in samples[s]], dtype=float) for s, place in places]

    def _of_inputs(self, slopes: Numbers) -> Array:
        return numpy.array([slopes.get(id(v), 0.0) for v in self.inputs], dtype=float)

    def _seeds_of_samples(
        self, s: int, numbers: Numbers, samples: list[Numbers], slopes: Numbers, sample_seeds: Sequence[Array]
    ) -> list[list[float]]:
        """How fast the seeded sum grows with each output of each sample of a section; 0 where nothing asks."""
        outputs = self.recording.sections[s].outputs
        seeds = [[0.0] * len(outputs) for _ in samples]
        for reduction in self.recording.reductions:
            gradient = slopes.get(id(reduction.leaf))
            if reduction.section == s and gradient is not None and samples:
                values = tuple(n[id(outputs[reduction.output])] for n in samples)
                each = reduction.row.slopes[0](numbers[id(reduction.leaf)], values)
                for row, slope in zip(seeds, each, strict=True):
                    row[reduction.output] += gradient * slope
        for (section, output), given in zip(self.recording.per_sample, sample_seeds, strict=True):
            if section == s:
                for row, seed in zip(seeds, given.tolist(), strict=True):
                    row[output] += seed
        return seeds


def of_samples(inputs: Iterable[Value], order: Iterable[Value]) -> set[int]:
    """Which nodes are made of the inputs of a sample, and the inputs themselves: their identities.

    >>> x, w = Value(1.0), Value(2.0)
    >>> squared, product = w * w, w * x
    >>> of_samples([x], [w, squared, x, product]) == {id(x), id(product)}
    True
    """
    found = set(map(id, inputs))
    for node in order:
        if any(id(operand) in found for operand in operands_of(node)):
            found.add(id(node))
    return found


def reduced(row: Primitive, values: tuple[float, ...]) -> float:
    """What a row of many operands gives for the numbers of all samples.

    >>> from autograd import primitives
    >>> reduced(primitives.mean, (1.0, 4.0))
    2.5
    """
    return row.function(values)


def add(slopes: Numbers, node: Value, slope: float) -> None:
    """Add to the slope of a node."""
    slopes[id(node)] = slopes.get(id(node), 0.0) + slope


def evaluate(order: Iterable[Value], numbers: Numbers) -> None:
    """Add the numbers of nodes, operands first; those of leaves are there."""
    for node in order:
        if node._row is not None:
            numbers[id(node)] = result_of(node, called(node, numbers))


def backpropagate(order: Sequence[Value], numbers: Numbers, slopes: Numbers) -> None:
    """Hand the slopes of nodes on to their operands, results first."""
    for node in reversed(order):
        gradient = slopes.pop(id(node), None) if node._row is not None else None
        if gradient is None:
            continue
        for operand, slope in zip(operands_of(node), slopes_of(node, numbers), strict=True):
            if slope is not None:
                add(slopes, operand, gradient * slope)  # type: ignore[arg-type]


def called(node: Value, numbers: Numbers) -> tuple[Any, ...]:
    """The numbers of a node's operands as its row takes them."""
    row = node._row
    if not isinstance(row, Primitive):
        raise ValueError(f"{row} was made by hand, and has no row to be computed by")
    flat = iter([o if type(o) is float else numbers[id(o)] for o in operands_of(node)])
    if type(node._y) is not int:
        return tuple(flat)
    return tuple(tuple(islice(flat, node._y)) if is_sequence else next(flat, None) for is_sequence in row.sequences)


def result_of(node: Value, operands: tuple[Any, ...]) -> float:
    """The number of a node; nan where the row refuses its operands, since compiled code raises nothing."""
    assert isinstance(node._row, Primitive)
    try:
        return float(node._row.function(*operands))
    except LookupError:
        return float("nan")


def slopes_of(node: Value, numbers: Numbers) -> list[float | None]:
    """The slope of a node in each of its operands; None in a constant, and where none is to flow."""
    operands = called(node, numbers)
    assert isinstance(node._row, Primitive)
    found: list[float | None] = []
    for slope, operand in zip(node._row.slopes, operands, strict=True):
        if isinstance(operand, tuple):
            found += map(float, slope(numbers[id(node)], *operands)) if operand else ()
        elif operand is not None:
            found.append(float(slope(numbers[id(node)], *operands)))
    flows = zip(found, node.slopes, strict=True)
    return [slope if recorded is not None else None for slope, recorded in flows]
