"""A call of a function with all inputs of a recording, and how fast each of its results grows with them."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.compiler.one_result import of_one_result
from autograd.compiler.recording import Recording
from autograd.value import Value, data_of
from benchmarks.proof.compiled.rounding import worse_runs


class Call:
    """A call with all inputs of a recording: values, and for batches also arrays."""

    def __init__(self, recording: Recording, uniform: Any, columns: Sequence[Any], arrays: bool) -> None:
        self.recording = recording
        self.uniform, self.columns = uniform, columns
        arguments = [Value(number) for number in uniform[: len(recording.arguments)].tolist()]
        for leaf, number in zip(recording.captured, uniform[len(arguments) :].tolist(), strict=True):
            leaf.data = number
        self.arguments, self.leaves = arguments, [*arguments, *recording.captured]
        rows = [[[Value(number) for number in row] for row in array.tolist()] for array in columns]
        self.batches = columns if arrays else rows
        self.rows = None if arrays else rows

    def results(self, function: Callable[..., Any]) -> list[Any]:
        """The outputs, and the results per sample one by one."""
        outputs, per_sample = function(self.arguments, *self.batches)
        return [*outputs, *(value for each in per_sample for value in each)]

    def number_and_slopes(self, results: Sequence[Any], result: int) -> Any:
        """The number of a result, and its slopes in all inputs that are values."""
        rows = self._seen_by(result, self.rows or [])
        given = [*self.leaves, *(value for batch in rows for row in batch for value in row)]
        for value in given:
            value.grad = 0.0
        if isinstance(results[result], Value):
            results[result].backward()
        return np.array([data_of(results[result]), *(value.grad for value in given)])

    def worse(self, result: int, runs: int) -> list[Any]:
        """The same in runs in which every operation is rounded worse."""
        place, sample = self._place(result)
        columns, one = self._seen_by(result, self.columns), np.ones(1)
        seeds = (one, []) if sample is None else (np.ones(0), [one])
        return worse_runs(of_one_result(self.recording, place), (self.uniform, columns, *seeds), runs)

    def _place(self, result: int) -> tuple[int, int | None]:
        """The number of a result in the recording, and the sample it is of."""
        place = len(self.recording.outputs)
        if result < place:
            return result, None
        result -= place
        for section, _ in self.recording.per_sample:
            if result < len(self.columns[section]):
                break
            result -= len(self.columns[section])
            place += 1
        return place, result

    def _seen_by(self, result: int, batches: Sequence[Any]) -> list[Any]:
        """The rows of all batches; of the batch whose sample gave the result, that row alone."""
        place, sample = self._place(result)
        if sample is None:
            return [*batches]
        own, _ = self.recording.per_sample[place - len(self.recording.outputs)]
        return [batch[sample : sample + 1] if s == own else batch for s, batch in enumerate(batches)]
