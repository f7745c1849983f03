"""The slopes of one result of several, and of nothing else.

All results together are one program, in which the others get the weight 0. Where the slope of another one is inf,
0 times that is nan; then the result is computed by itself, as eager mode does.
"""

from collections.abc import Sequence

import numpy as np

from autograd.compiler.backend import all_finite
from autograd.compiler.program import Array
from autograd.compiler.recording import Executable, Recording, Reduction, Section, operands_first
from autograd.compiler.tape import Tape
from autograd.value import Value


class OneResult:
    """Finds the slopes of one result, with what runs all of them."""

    def __init__(self, recording: Recording, executable: Executable) -> None:
        self.executable = executable
        self.outputs = len(recording.outputs)
        self.sections = [section for section, _ in recording.per_sample]
        self._recording = recording
        self._by_itself: dict[int, Tape] = {}

    def pull_back(
        self, result: int, sample: int, uniform: Array, columns: Sequence[Array]
    ) -> tuple[Array, list[Array]]:
        """The slopes in the uniform inputs and in the columns: of an output, or else of one sample's result."""
        if result < self.outputs:
            return self._of_rows(result, 0, uniform, columns, columns)
        own = self.sections[result - self.outputs]
        several = bool(self._recording.reductions)  # else no other sample has a part in it
        mine = [
            array[sample : sample + 1] if s == own else array[: len(array) * several] for s, array in enumerate(columns)
        ]
        first, among = (sample, columns) if several else (0, mine)
        slopes, column_slopes = self._of_rows(result, first, uniform, among, mine)
        return slopes, [spread(found, sample, array) for found, array in zip(column_slopes, columns, strict=True)]

    def _of_rows(
        self, result: int, sample: int, uniform: Array, columns: Sequence[Array], mine: Sequence[Array]
    ) -> tuple[Array, list[Array]]:
        """The slopes among all results of these columns, or by itself: of those rows alone that have a part in it."""
        seeds = np.zeros(self.outputs)
        sample_seeds = [np.zeros(len(columns[section])) for section in self.sections]
        if result < self.outputs:
            seeds[result] = 1.0
        else:
            sample_seeds[result - self.outputs][sample] = 1.0
        _, _, slopes, column_slopes = self.executable.pull_back(uniform, columns, seeds, sample_seeds)
        if all_finite(slopes, *column_slopes):
            return slopes, column_slopes
        if result not in self._by_itself:
            self._by_itself[result] = Tape(of_one_result(self._recording, result))
        one = np.ones(1)
        given = (one, []) if result < self.outputs else (np.zeros(0), [one])
        _, _, slopes, column_slopes = self._by_itself[result].pull_back(uniform, mine, *given)
        return slopes, column_slopes


def spread(slopes: Array, sample: int, columns: Array) -> Array:
    """Slopes in the row of one sample, among those in all rows, which are 0.

    >>> spread(np.ones((1, 2)), 1, np.zeros((3, 2))).tolist()
    [[0.0, 0.0], [1.0, 1.0], [0.0, 0.0]]
    """
    if len(slopes) == len(columns):
        return slopes
    found = np.zeros(columns.shape)
    found[sample : sample + len(slopes)] = slopes
    return found


def of_one_result(recording: Recording, result: int) -> Recording:
    """What one of the results needs, the outputs counted first; its inputs are those of the recording.

    >>> x, w = Value(0.0), Value(0.0)
    >>> found = of_one_result(Recording((x,), (), (), (x.sqrt(), w * x), ()), 1)
    >>> len(found.outputs), found.arguments == (x, w)
    (1, True)
    """
    count, sections = len(recording.outputs), recording.sections
    outputs = recording.outputs[result : result + 1]
    per_sample = recording.per_sample[result - count :][:1] if result >= count else ()
    reductions = reductions_for(recording, [*outputs, *(sections[s].outputs[place] for s, place in per_sample)])
    wanted = {*per_sample, *((reduction.section, reduction.output) for reduction in reductions)}
    places = [sorted(place for s, place in wanted if s == number) for number in range(len(sections))]
    return Recording(
        (*recording.arguments, *recording.captured),
        tuple(
            Section(section.inputs, tuple(section.outputs[place] for place in kept))
            for section, kept in zip(sections, places, strict=True)
        ),
        tuple(Reduction(r.leaf, r.row, r.section, places[r.section].index(r.output)) for r in reductions),
        outputs,
        tuple((section, places[section].index(place)) for section, place in per_sample),
    )


def reductions_for(recording: Recording, roots: Sequence[Value]) -> list[Reduction]:
    """Those reductions that the roots are made of, and those that these are made of, in their order."""
    waiting = {id(reduction.leaf): reduction for reduction in recording.reductions}
    found: set[int] = set()
    while roots:
        met = [id(v) for v in operands_first(roots) if id(v) in waiting]
        found.update(met)
        reached = [waiting.pop(leaf) for leaf in met]
        roots = [recording.sections[reduction.section].outputs[reduction.output] for reduction in reached]
    return [reduction for reduction in recording.reductions if id(reduction.leaf) in found]
