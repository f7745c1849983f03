"""Every way to ask for a case of the conventions where Python runs it: floats, values, methods, operators."""

import builtins
import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

import autograd
from autograd.primitives import TABLE, flat
from autograd.value import Value
from benchmarks.proof.conventions.cases import Answer, Case
from benchmarks.proof.operands import as_values, changed, slopes_at

Door = Callable[[Case], Iterator[Answer]]

OPERATORS: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "power": operator.pow,
    "neg": operator.neg,
    "pos": operator.pos,
    "abs": builtins.abs,
    "round": builtins.round,
    "floor": math.floor,
    "ceil": math.ceil,
}


def through(case: Case, asked: str, function: Callable[..., Any], operands: tuple[Any, ...]) -> Answer:
    """The answer of a function to operands, with the gradient in each value among them, by `backward()`."""
    result = function(*operands)
    if not any(isinstance(operand, Value) for operand in flat(operands)):
        return Answer(case, asked, result, {})
    result.backward()
    return Answer(case, asked, result.data, gradients(operands))


def gradients(operands: tuple[Any, ...]) -> dict[int, float]:
    """The gradient in each value among the operands, by its place."""
    return {place: v.grad for place, v in enumerate(flat(operands)) if isinstance(v, Value)}


def with_one_value(operands: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """The operands with a value at one place alone, for each place.

    >>> with_one_value((2.0, (3.0,)))
    [(Value(data=2.0, grad=0.0), (3.0,)), (2.0, (Value(data=3.0, grad=0.0),))]
    """
    return [changed(operands, place, Value(x)) for place, x in enumerate(flat(operands))]


def on_numbers(case: Case) -> Iterator[Answer]:
    """The function, and the slopes of a row, on floats."""
    yield Answer(case, "numbers", case.function(*case.operands), {})
    if case.is_row:
        row = TABLE[case.operation]
        z = row.function(*case.operands)
        yield Answer(case, "the row itself", z, dict(enumerate(slopes_at(row, z, case.operands))))


def on_values(case: Case) -> Iterator[Answer]:
    """`backward()` through the function."""
    yield through(case, "backward()", case.function, as_values(case.operands))


def on_one_value(case: Case) -> Iterator[Answer]:
    """`backward()` where one operand is a value and the others are constants."""
    for operands in with_one_value(case.operands):
        yield through(case, "backward() beside constants", case.function, operands)


def by_method(case: Case) -> Iterator[Answer]:
    """The method of a value, where the row has one."""
    if case.is_row and not TABLE[case.operation].sequences[0]:
        yield through(case, "method", vars(Value)[case.operation], as_values(case.operands))


def by_operator(case: Case) -> Iterator[Answer]:
    """The operator that Python has, between values, and between a value and a number."""
    if case.operation in OPERATORS:
        for operands in (as_values(case.operands), *with_one_value(case.operands)):
            yield through(case, "operator", OPERATORS[case.operation], operands)


def by_transform(case: Case) -> Iterator[Answer]:
    """`value_and_grad` of the function."""
    if case.slopes:
        yield transformed(case, "value_and_grad", with_gradient(case.function, len(case.operands)))


def with_gradient(function: Callable[..., Any], count: int) -> Callable[..., Any]:
    """The function that gives the value and the gradient in all of so many operands."""
    return autograd.value_and_grad(function, range(count))


def transformed(case: Case, asked: str, function: Callable[..., Any]) -> Answer:
    """The answer of a function that gives value and gradient."""
    value, gradient = function(*case.operands)
    return Answer(case, asked, value, dict(enumerate(flat(gradient))))


EAGER: tuple[Door, ...] = (on_numbers, on_values, on_one_value, by_method, by_operator, by_transform)
