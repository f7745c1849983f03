"""Every way to ask for a case of the conventions from machine code: one call, a graph, a sample among ordinary ones."""

import math
import random
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import autograd
from autograd.primitives import TABLE, flat
from autograd.value import Value
from benchmarks.proof.conventions.cases import ROUNDING, Answer, Case
from benchmarks.proof.conventions.eager import Door, gradients, through, transformed, with_gradient
from benchmarks.proof.operands import as_values, changed, draw_number

BATCH = 19  # two vectors of eight, and three samples that fill none
BESIDE = (0.1, 4.0)  # where a composition has ordinary samples
ORDINARY = "ordinary"  # in the place of a rule: a case that eager mode made
NEARLY = 1e-9  # how far from those machine code may be, relatively


@cache
def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function under jit."""
    return autograd.jit(function)


@cache
def compiled_with_gradient(function: Callable[..., Any], count: int) -> Callable[..., Any]:
    """Its value and gradient in so many operands, the derivative taken inside."""
    return autograd.jit(with_gradient(function, count))


@cache
def compiled_batch(function: Callable[..., Any]) -> Callable[..., Any]:
    """Its result for each sample."""
    return autograd.jit(autograd.vmap(function))


@cache
def compiled_sum(function: Callable[..., Any]) -> Callable[..., Any]:
    """The sum of its results over the samples."""
    return autograd.jit(lambda *columns: autograd.sum(autograd.vmap(function)(*columns)))


def by_jit(case: Case) -> Iterator[Answer]:
    """One call, on numbers and on values, and with the derivative inside."""
    if case.traced is not None:
        yield Answer(case, "jit on numbers", compiled(case.traced)(*case.operands), {})
        yield through(case, "jit", compiled(case.traced), as_values(case.operands))
        if case.slopes:
            function = compiled_with_gradient(case.traced, len(case.operands))
            yield transformed(case, "jit(value_and_grad)", function)


def beside_constants(case: Case) -> Iterator[Answer]:
    """One call of machine code into which all operands but one are compiled."""
    if case.traced is not None:
        for place, x in enumerate(flat(case.operands)):
            function = autograd.jit(partial(with_one, case.traced, case.operands, place))
            (result := function(value := Value(x))).backward()
            yield Answer(case, "jit beside constants", result.data, {place: value.grad})


def with_one(function: Callable[..., Any], operands: tuple[Any, ...], place: int, x: Any) -> Any:
    """What a function gives for operands of which one is another."""
    return function(*changed(operands, place, x))


def by_graph(case: Case) -> Iterator[Answer]:
    """The graph that was recorded at this point, compiled."""
    if case.slopes:
        leaves = as_values(case.operands)
        function = autograd.compile_graph(case.function(*leaves), leaves)
        yield through(case, "compile_graph", function, as_values(case.operands))


def in_a_batch(place: int, case: Case) -> Iterator[Answer]:
    """The values of all samples where this one stands at a place among ordinary ones, and its own slopes."""
    if case.traced is not None and case.slopes:
        batch = around(case, place)
        samples = [as_values(one.operands) for one in batch]
        results = compiled_batch(case.traced)(*columns(samples))
        results[place].backward()
        slopes = gradients(samples[place])
        for i, (one, result) in enumerate(zip(batch, results, strict=True)):
            asked = f"jit(vmap) in place {i} of a batch with the case in place {place}"
            yield Answer(one, asked, result.data, slopes if one is case else {}, exactness(one))


def in_a_sum(place: int, case: Case) -> Iterator[Answer]:
    """The sum over such a batch, and the slopes of all samples, which come out of one run."""
    if case.traced is not None and case.slopes:
        batch = around(case, place)
        samples = [as_values(one.operands) for one in batch]
        total = compiled_sum(case.traced)(*columns(samples))
        total.backward()
        yield Answer(sum_of(batch), f"jit with the case in place {place}", total.data, {}, NEARLY)
        for i, (one, sample) in enumerate(zip(batch, samples, strict=True)):
            asked = f"jit of the sum in place {i} of a batch with the case in place {place}"
            yield Answer(one, asked, None, gradients(sample), exactness(one))


def around(case: Case, place: int) -> list[Case]:
    """A batch of ordinary samples, with the case at one place."""
    rng = random.Random(f"{case} {place}")
    return [case if i == place else ordinary(case, rng) for i in range(BATCH)]


def ordinary(case: Case, rng: random.Random) -> Case:
    """The same operation at a point inside its domain, as eager mode has it."""
    domain = TABLE[case.operation].domain if case.is_row else (BESIDE,)
    while True:
        at = tuple(
            tuple(draw_number(interval, rng) for _ in o) if isinstance(o, tuple) else draw_number(interval, rng)
            for interval, o in zip(domain, case.operands, strict=True)
        )
        values = as_values(at)
        result = case.function(*values)
        result.backward()
        if math.isfinite(result.data):
            return Case(case.operation, at, result.data, list(gradients(values).values()), ORDINARY)


def exactness(case: Case) -> float:
    """How close an answer has to be: an ordinary sample is only there to be left alone."""
    return NEARLY if case.rule == ORDINARY else ROUNDING


def sum_of(batch: list[Case]) -> Case:
    """The sum over a batch as a case without operands of its own."""
    return Case(
        f"the sum of {batch[0].operation} over a batch", (), autograd.sum(one.value for one in batch), [], ORDINARY
    )


def columns(samples: list[tuple[Any, ...]]) -> list[list[Any]]:
    """For each operand, the list of what it is in each sample.

    >>> columns([(1.0, "a"), (2.0, "b")])
    [[1.0, 2.0], ['a', 'b']]
    """
    return [list(column) for column in zip(*samples, strict=True)]


#: One call, a graph, and batches with the case in each of their places.
COMPILED: tuple[Door, ...] = (
    by_jit,
    beside_constants,
    by_graph,
    *(partial(door, place) for door in (in_a_batch, in_a_sum) for place in range(BATCH)),
)
