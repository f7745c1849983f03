"""How the results of a compiled function are nested, and the values they are at a call."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy

from autograd.compiler.batches import Batch, Rows, is_value
from autograd.compiler.tracing import Trace
from autograd.primitives import Operand
from autograd.value import Value, data_of


class Uniform(NamedTuple):
    """A result that is one number: its place among the outputs."""

    place: int


class PerSample(NamedTuple):
    """A result for each sample: places among those, in nested lists."""

    places: Any


class Kept(NamedTuple):
    """Part of a result that is no number: what it was when the function was traced."""

    thing: Any


class Results:
    """What a traced function returned, taken apart.

    plan     its nesting, around places
    outputs  the uniform values in it
    samples  those of each sample, with the number of their batch
    """

    def __init__(self, trace: Trace, returned: Any) -> None:
        self.outputs: list[Value] = []
        self.samples: list[tuple[int, Value]] = []
        self.plan = self._planned(returned, trace)

    def _planned(self, part: Any, trace: Trace) -> Any:
        if isinstance(part, Batch):
            return PerSample(self._of_sample(part.result, part.number))
        if isinstance(part, Operand) and is_value(part):
            if trace.level_of(part) is not trace.uniform:
                raise TypeError("a value of one sample left its vmap: return it from the function that vmap is given")
            self.outputs.append(part)  # type: ignore[arg-type]
            return Uniform(len(self.outputs) - 1)
        if isinstance(part, (list, Rows)):
            return [self._planned(p, trace) for p in part]
        if isinstance(part, tuple):
            return tuple.__new__(type(part), [self._planned(p, trace) for p in part])
        if isinstance(part, dict):
            return {key: self._planned(p, trace) for key, p in part.items()}
        if isinstance(part, numpy.ndarray) and part.dtype == object:
            return self._planned(part.tolist(), trace)
        if isinstance(part, (Iterator, set, frozenset)):
            raise TypeError(f"a compiled function returns lists, tuples and dictionaries, got {type(part).__name__}")
        return Kept(part)

    def _of_sample(self, result: Any, batch: int) -> Any:
        if isinstance(result, list):
            return [self._of_sample(part, batch) for part in result]
        self.samples.append((batch, result))
        return len(self.samples) - 1


class Samples(list[Any]):
    """A result for each sample of a batch: a list, and an array where that is asked for.

    >>> Samples([Value(1.0), Value(2.0)]).numpy()
    array([1., 2.])
    """

    def numpy(self) -> Any:
        """The numbers as a NumPy array."""
        return numpy.array([numbers(part) for part in self], dtype=float)


def numbers(part: Any) -> Any:
    """The numbers in nested lists of values."""
    return [numbers(p) for p in part] if isinstance(part, list) else data_of(part)


def arranged(plan: Any, uniform: Callable[[int], Any], sampled: Callable[[int], list[Any]]) -> Any:
    """Results in the nesting of a plan.

    >>> arranged([Uniform(0), Kept("a")], [1.0].__getitem__, [].__getitem__)
    [1.0, 'a']
    """
    if isinstance(plan, Uniform):
        return uniform(plan.place)
    if isinstance(plan, Kept):
        return plan.thing
    if isinstance(plan, PerSample):
        return Samples(sample_by_sample(plan.places, sampled))
    if isinstance(plan, dict):
        return {key: arranged(part, uniform, sampled) for key, part in plan.items()}
    parts = [arranged(part, uniform, sampled) for part in plan]
    return tuple.__new__(type(plan), parts) if isinstance(plan, tuple) else parts


def sample_by_sample(places: Any, sampled: Callable[[int], list[Any]]) -> list[Any]:
    """For each sample, its results in nested lists.

    >>> sample_by_sample([0, 1], [[1.0, 2.0], [3.0, 4.0]].__getitem__)
    [[1.0, 3.0], [2.0, 4.0]]
    """
    if isinstance(places, int):
        return sampled(places)
    return [list(each) for each in zip(*(sample_by_sample(place, sampled) for place in places), strict=True)]
