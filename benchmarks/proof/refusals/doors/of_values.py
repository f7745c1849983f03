"""`Value`: how it is made, what may be assigned to it, its operators and methods."""

import operator
from typing import Any

import autograd
from autograd import Value
from benchmarks.proof.refusals.doors.entry import Entry, without
from benchmarks.proof.refusals.doors.kinds import NO_LIST, NO_NUMBER, NO_OPERAND

ARITHMETIC = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}
COMPARISONS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def value_with(name: str) -> Value:
    """A value with an argument of that name."""
    named: dict[str, Any] = {name: 2.0}
    return Value(1.0, **named)


MADE = [
    Entry("autograd.Value", "data", lambda w, bad: Value(bad), NO_NUMBER),
    Entry("autograd.Value", "operands", lambda w, bad: Value(1.0, bad, (1.0,)), without(NO_LIST, "set")),
    Entry("autograd.Value", "one operand", lambda w, bad: Value(1.0, (bad,), (1.0,)), NO_NUMBER, "operand"),
    Entry("autograd.Value", "slopes", lambda w, bad: Value(1.0, (w.x,), bad), without(NO_LIST, "text", "set")),
    Entry("autograd.Value", "one slope", lambda w, bad: Value(1.0, (w.x,), (bad,)), NO_NUMBER, "slope"),
    Entry("autograd.Value", "as many slopes", lambda w, bad: Value(1.0, (w.x,), bad), ("list", "list of 3")),
    Entry("autograd.Value", "name", lambda w, bad: value_with(bad), ("misspelt name",)),
    Entry("Value.data", "data", lambda w, bad: setattr(w.x, "data", bad), NO_NUMBER),
    Entry("Value.grad", "grad", lambda w, bad: setattr(w.x, "grad", bad), NO_NUMBER),
    Entry("Value._backward", "_backward", lambda w, bad: setattr(w.z, "_backward", bad), NO_OPERAND[:-2]),
]
OPERATED = [
    entry
    for sign, function in (ARITHMETIC | COMPARISONS).items()
    for entry in (
        Entry(f"Value {sign}", "right operand", lambda w, bad, f=function: f(w.x, bad), NO_OPERAND, "operand"),
        Entry(f"{sign} Value", "left operand", lambda w, bad, f=function: f(bad, w.x), NO_OPERAND, "operand"),
    )
]
METHODS = [
    Entry("round", "digits", lambda w, bad: round(w.x, bad), ("one", "text", "list")),
    Entry("Value.maximum", "y", lambda w, bad: w.x.maximum(bad), NO_NUMBER),
    Entry("Value.clip", "low", lambda w, bad: w.x.clip(bad, 1.0), NO_NUMBER),
    Entry("Value.where", "a", lambda w, bad: w.x.where(bad, 1.0), NO_NUMBER),
    Entry("autograd.softmax", "values", lambda w, bad: autograd.softmax(bad), without(NO_LIST, "foreign value")),
]

ENTRIES = [*MADE, *OPERATED, *METHODS]
