"""A tape: the way to run any recording, of whatever shape, in time linear in its size.

A graph in which no two values are made alike has no arrays to be found (lift.py); it becomes a list of
instructions (tape_writing.py), which a loop runs one by one. The loop (tape_loop.py) and the instructions
(tape_rows.py) were compiled before, once for all tapes.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from struct import unpack

import numpy as np

from autograd.compiler.recording import Array, Recording
from autograd.compiler.tape_program import Program
from autograd.compiler.tape_reach import silence_detached, uniform_opcodes_without
from autograd.compiler.tape_section import SectionTape
from autograd.compiler.tape_writing import Mark, Writing

START = Mark(0, 0)


class Memory:
    """What one call writes to: values and adjoints of all slots, and of those of each section."""

    def __init__(self, uniform: Program, sections: Sequence[SectionTape]) -> None:
        self.values, self.adjoints = uniform.slots(), uniform.slots()
        self.sections = [(section.program.slots(), section.program.slots()) for section in sections]


class Tape:
    """An `Executable` for any recording.

    It may be called in several threads at once: each call has a memory of its own.

    >>> from autograd.value import Value
    >>> x = Value(0.0)
    >>> tape = Tape(Recording((x,), (), (), (x * x + x,), ()))
    >>> tape.forward(np.array([3.0]), [])
    (array([12.]), [])
    >>> tape.value_and_slopes(np.array([3.0]), [])
    (12.0, array([7.]))
    """

    def __init__(self, recording: Recording) -> None:
        writing = Writing(recording)
        if writing.detaches:
            silence_detached(writing, recording)
        without = [uniform_opcodes_without(section, writing, recording) for section in range(len(writing.stages))]
        self._per_sample = recording.per_sample
        self._reductions = recording.reductions
        self._given = len(recording.arguments) + len(recording.captured)
        self._uniform = Program(
            writing.uniform, writing.kinds, 1, [opcodes for opcodes in without if opcodes is not None]
        )
        self._without = [None if opcodes is None else np.array(opcodes, dtype=np.uint16) for opcodes in without]
        slots = writing.uniform.constants
        self._constants = self._uniform.places([*slots.values()])
        self._constant_numbers = np.array([unpack("d", bits)[0] for bits in slots])
        constants = set(slots.values())
        self._sections = [
            SectionTape(stage, len(section.inputs), self._uniform, constants, writing.kinds)
            for stage, section in zip(writing.stages, recording.sections, strict=True)
        ]
        self._outputs = self._uniform.places(writing.outputs)
        leaves = self._uniform.places([*range(-1, -1 - self._given - len(self._reductions), -1)])
        self._inputs, self._reduced = leaves[: self._given], leaves[self._given :]
        self._spare: list[Memory] = []

    def forward(self, uniform: Array, columns: Sequence[Array]) -> tuple[Array, list[Array]]:
        """The outputs, and for each of `per_sample` an array with a number for each sample."""
        with self._memory() as memory:
            results = self._run(memory, uniform, columns)
            return self._given_back(memory, results)

    def value_and_slopes(self, uniform: Array, columns: Sequence[Array]) -> tuple[float, Array]:
        """The one output, and its slopes in the uniform inputs."""
        seeds = [np.zeros(len(columns[section])) for section, _ in self._per_sample]
        outputs, _, slopes, _ = self.pull_back(uniform, columns, np.ones(1), seeds)
        return float(outputs[0]), slopes

    def pull_back(
        self, uniform: Array, columns: Sequence[Array], seeds: Array, sample_seeds: Sequence[Array]
    ) -> tuple[Array, list[Array], Array, list[Array]]:
        """What `forward` gives, and the slopes of the sum of seeds * results in `uniform` and in `columns`."""
        with self._memory() as memory, np.errstate(all="ignore"):  # inf - inf is nan, as in eager mode, in silence
            results = self._run(memory, uniform, columns)
            adjoints = memory.adjoints.numbers[:, 0]
            adjoints[:] = 0.0
            np.add.at(adjoints, self._outputs, seeds)
            section_seeds = [np.zeros(of_section.shape) for of_section in results]
            for (section, output), seed in zip(self._per_sample, sample_seeds, strict=True):
                section_seeds[section][:, output] += seed
            column_slopes = self._spread(memory, columns, results, section_seeds)
            return *self._given_back(memory, results), adjoints[self._inputs], column_slopes

    @contextmanager
    def _memory(self) -> Iterator[Memory]:
        """Memory that no other call uses; raises, at the end, what a row has raised."""
        try:
            memory = self._spare.pop()
        except IndexError:
            memory = Memory(self._uniform, self._sections)
            memory.values.numbers[self._constants, 0] = self._constant_numbers
        try:
            yield memory
        finally:
            self._spare.append(memory)
            for program in (self._uniform, *(section.program for section in self._sections)):
                program.raise_pending()

    def _run(self, memory: Memory, uniform: Array, columns: Sequence[Array]) -> list[Array]:
        """Compute all values; gives the results of each section, of shape (samples, results)."""
        values = memory.values.numbers[:, 0]
        values[self._inputs] = uniform
        start, results = START, []
        for number, (section, given) in enumerate(zip(self._sections, columns, strict=True)):
            self._uniform.forward(memory.values, start, section.ready)
            start = section.ready
            results.append(section.forward(memory.sections[number][0], values, given))
            for reduction, place in zip(self._reductions, self._reduced, strict=True):
                if reduction.section == number:
                    values[place] = reduction.row.function(results[number][:, reduction.output].tolist())
        self._uniform.forward(memory.values, start, self._uniform.end())
        return results

    def _spread(
        self, memory: Memory, columns: Sequence[Array], results: list[Array], seeds: list[Array]
    ) -> list[Array]:
        """Spread the adjoints from the outputs and the results of samples to the inputs; gives those of the columns."""
        values, adjoints = memory.values.numbers[:, 0], memory.adjoints.numbers[:, 0]
        opcodes = self._opcodes_of_samples(columns)
        stop, column_slopes = self._uniform.end(), []
        for number in reversed(range(len(self._sections))):
            section = self._sections[number]
            self._uniform.backward(memory.values, memory.adjoints, section.ready, stop, opcodes)
            stop = section.ready
            for reduction, place in zip(self._reductions, self._reduced, strict=True):
                if reduction.section == number:
                    slopes = reduction.row.slopes[0](values[place], results[number][:, reduction.output].tolist())
                    seeds[number][:, reduction.output] += adjoints[place] * np.array(slopes)
            of_columns, of_uniform = section.backward(*memory.sections[number], columns[number], seeds[number])
            adjoints[section.grows] += of_uniform
            column_slopes.append(of_columns)
        self._uniform.backward(memory.values, memory.adjoints, START, stop, opcodes)
        return column_slopes[::-1]

    def _opcodes_of_samples(self, columns: Sequence[Array]) -> Array:
        """The uniform opcodes, silent where only samples of an empty batch would send adjoints."""
        opcodes = self._uniform.opcodes
        for without, given in zip(self._without, columns, strict=True):
            if without is not None and not len(given):
                opcodes = np.where(without != self._uniform.opcodes, without, opcodes)
        return opcodes

    def _given_back(self, memory: Memory, results: Sequence[Array]) -> tuple[Array, list[Array]]:
        per_sample = [results[section][:, output].copy() for section, output in self._per_sample]
        return memory.values.numbers[self._outputs, 0], per_sample
