"""How the results of a compiled function are nested, and the values they are at a call."""

import gc
import math
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

import numpy

from autograd.compiler.batches import Batch, is_value
from autograd.compiler.listed import ArrayRow, ArrayRows, Rows
from autograd.compiler.tracing import Trace
from autograd.frozen import Unknown, line_of_the_user
from autograd.primitives import Operand
from autograd.transforms import dictionary_like, leaves
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


class Arrayed(NamedTuple):
    """Part of a result that is an array of values: the plan of its items one by one, and its shape."""

    parts: list[Any]
    shape: tuple[int, ...]


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
        if isinstance(part, (ArrayRow, ArrayRows)):
            part = numpy.array([*part], dtype=object)
        if isinstance(part, (list, Rows)):
            return [self._planned(p, trace) for p in part]
        if isinstance(part, tuple):
            return tuple.__new__(type(part), [self._planned(p, trace) for p in part])
        if isinstance(part, dict):
            return dictionary_like(part, [self._planned(p, trace) for p in part.values()])
        if isinstance(part, numpy.ndarray) and part.dtype == object:
            return Arrayed([self._planned(p, trace) for p in part.reshape(-1).tolist()], part.shape)
        if isinstance(part, (Iterator, set, frozenset)) or leads_to_traced(part):
            raise TypeError(
                f"a compiled function returns lists, tuples and dictionaries of values, got {type(part).__name__}: "
                "return the values, and make it of them outside"
            )
        return Kept(part)

    def _of_sample(self, result: Any, batch: int) -> Any:
        if isinstance(result, list):
            return [self._of_sample(part, batch) for part in result]
        self.samples.append((batch, result))
        return len(self.samples) - 1


def leads_to_traced(thing: Any) -> bool:
    """Whether a value that was made in a trace is found by following what a thing refers to.

    >>> leads_to_traced({"a": [Value(1.0)]})
    False
    """
    seen, stack = {id(thing)}, [thing]
    while stack:
        here = stack.pop()
        if isinstance(here, Value):
            if isinstance(here._grad, Unknown):
                return True
        elif not isinstance(here, (ModuleType, type)):
            followed = here.__closure__ or () if isinstance(here, FunctionType) else gc.get_referents(here)
            stack += [part for part in followed if id(part) not in seen]
            seen.update(map(id, followed))
    return False


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
        return plan.thing.copy() if isinstance(plan.thing, numpy.ndarray) else plan.thing
    if isinstance(plan, PerSample):
        return Samples(sample_by_sample(plan.places, sampled))
    if isinstance(plan, dict):
        return dictionary_like(plan, [arranged(part, uniform, sampled) for part in plan.values()])
    if isinstance(plan, Arrayed):
        return array_of([arranged(part, uniform, sampled) for part in plan.parts], plan.shape)
    parts = [arranged(part, uniform, sampled) for part in plan]
    return tuple.__new__(type(plan), parts) if isinstance(plan, tuple) else parts


def finite(result: Any, title: str) -> Any:
    """A result, if all numbers in it are finite: what `detect_anomaly` asks of a compiled function.

    >>> finite([1.0, math.inf], "jit(f)")
    Traceback (most recent call last):
    FloatingPointError: jit(f) gave inf, at ...
    """
    for part in leaves(result):
        if isinstance(part, (Value, float)) and not math.isfinite(data_of(part)):
            raise FloatingPointError(f"{title} gave {data_of(part)}, at {line_of_the_user()}")
    return result


def array_of(parts: list[Any], shape: tuple[int, ...]) -> Any:
    """An array of numbers, or of values where one is among them.

    >>> array_of([1.0, 2.0], (2, 1)).dtype, array_of([Value(1.0), 2.0], (2,)).dtype
    (dtype('float64'), dtype('O'))
    """
    array = numpy.empty(len(parts), dtype=float if {*map(type, parts)} <= {float} else object)
    array[:] = parts
    return array.reshape(shape)


def sample_by_sample(places: Any, sampled: Callable[[int], list[Any]]) -> list[Any]:
    """For each sample, its results in nested lists.

    >>> sample_by_sample([0, 1], [[1.0, 2.0], [3.0, 4.0]].__getitem__)
    [[1.0, 3.0], [2.0, 4.0]]
    """
    if isinstance(places, int):
        return sampled(places)
    return [list(each) for each in zip(*(sample_by_sample(place, sampled) for place in places), strict=True)]
