"""The kinds of bad input, each made anew for every case, and groups of them by what is asked for instead."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy

import nn

HUGE = 10**400  # beyond every double
ENDLESS = 10**5000  # beyond what Python writes as text, too


def used_up() -> Iterator[float]:
    """A generator with nothing left in it."""
    generator = (number for number in [1.0])
    list(generator)
    return generator


def foreign_value() -> Any:
    """A value of micrograd, or of what stands for it where it is not installed."""
    try:
        from micrograd.engine import Value
    except ImportError:
        return ForeignValue()
    return Value(1.0)


class ForeignValue:
    """A number of somebody else's engine."""

    def __init__(self) -> None:
        self.data = 1.0
        self.grad = 0.0


#: What makes each kind of bad input.
KINDS: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "text": lambda: "3",
    "bytes": lambda: b"3",
    "complex": lambda: 3j,
    "number": lambda: 3.0,
    "list": lambda: [1.0, 2.0],
    "empty list": list,
    "list of texts": lambda: ["a", "b"],
    "list of lists": lambda: [[1.0, 2.0], [3.0, 4.0]],
    "ragged list": lambda: [[1.0, 2.0], [3.0]],
    "list of 3": lambda: [1.0, 2.0, 3.0],
    "list of None": lambda: [None, None],
    "dictionary": lambda: {"a": 1.0},
    "set": lambda: {1.0},
    "object": object,
    "class": lambda: float,
    "module class": lambda: nn.MLP,
    "function": lambda: used_up,
    "used generator": used_up,
    "array": lambda: numpy.ones(2),
    "array of objects": lambda: numpy.array([None, "3"], dtype=object),
    "matrix": lambda: numpy.ones((2, 2)),
    "foreign value": foreign_value,
    "huge integer": lambda: HUGE,
    "endless integer": lambda: ENDLESS,
    "truth": lambda: True,
    "fraction of one": lambda: 0.5,
    "zero": lambda: 0,
    "negative": lambda: -1,
    "nan": lambda: math.nan,
    "infinity": lambda: math.inf,
    "one": lambda: 1,
    "misspelt name": lambda: "rellu",
}

#: Text that is no expression of numbers, the names x and y, + - * / ** and operations.
NO_EXPRESSION = (
    *("", "x +", "x y", "(x", "x; y", "x = 1", "x := 1", "*x", "x, y", "{x}", "[x]", "x[0]", "x.data", "lambda: x"),
    *("x if x else y", "x < y", "x and y", "x % y", "x // y", "x @ y", "~x", "1j * x", "'a' + x", "...", "f'{x}'"),
    *("yield x", "__import__('os')", "open('a')", "x()", "exp", "exp()", "exp(x, y)", "exp(x=1)", "exp(*x)", "q"),
    *("tanhh(x)", "max()", "sum(x, q)", "x\0", "\ud800", "x +\n y"),
    *("9" * 5000, "(" * 500 + "x" + ")" * 500, "x" * 10_001),
)
#: Text that gives no number to a name.
NO_ASSIGNMENT = ("", "a", "=3", "a=", "a=b", "a==3", "1a=3", "a b=3", "a=3=4", "a=0x10", "a=1j", "a=1 2", "a=--1")

#: No number at all.
NO_NUMBER = (
    *("None", "text", "bytes", "complex", "list", "dictionary", "set", "object", "class", "function"),
    *("used generator", "array", "foreign value", "huge integer", "endless integer"),
)
#: Beside an operator, whose other operand may be of a class that knows what to do: an array, a value of another engine.
NO_OPERAND = ("None", "text", "bytes", "complex", "list", "dictionary", "set", "object", "class", "function")
#: No finite number from 0 on, as a learning rate is.
NO_SIZE = (*NO_NUMBER, "nan", "infinity", "negative")
#: A few of these, for an argument that is one of many of its kind.
A_FEW_SIZES = ("None", "text", "complex", "list", "nan", "infinity", "negative", "huge integer")
#: No share from 0 to below 1.
NO_SHARE = (*NO_SIZE, "one")
#: No whole number.
NO_WHOLE = (*NO_NUMBER, "truth", "fraction of one", "nan", "infinity", "number")
#: No whole number from 1 on.
NO_COUNT = (*NO_WHOLE, "zero", "negative")
#: Nothing that holds several things in an order.
NO_LIST = (
    *("None", "number", "text", "bytes", "complex", "object", "class", "function", "dictionary", "set"),
    "foreign value",
)
#: No list of numbers.
NO_NUMBERS = (*NO_LIST, "list of texts", "list of None", "array of objects")
#: No inputs of something that takes two numbers.
NO_INPUTS = (*NO_NUMBERS, "empty list", "used generator", "list of 3", "list of lists")
#: No list of rows.
NO_ROWS = (
    *(*NO_LIST, "empty list", "used generator", "list", "array"),
    *("list of texts", "list of None", "array of objects"),
)
#: Nothing that can be called.
NO_FUNCTION = ("None", "number", "text", "list", "dictionary", "object", "array")
#: No source of chance.
NO_RNG = ("one", "number", "text", "list", "object", "class", "function")
#: No name of anything, and no such thing itself.
NO_NAME = ("misspelt name", "number", "bytes", "list", "dictionary", "object", "class")
#: No value that remembers how it was made.
NO_VALUE = ("None", "number", "text", "list", "dictionary", "object", "class", "function", "array", "foreign value")
#: No list of values.
NO_VALUES = (*NO_LIST, "list", "list of texts", "list of None", "array", "array of objects")
#: No module, or model.
NO_MODULE = ("None", "number", "text", "list", "dictionary", "object", "class", "function", "foreign value")
#: Neither true nor false.
NO_TRUTH = ("number", "text", "list", "object", "nan")
#: No loss, and no name of one.
NO_LOSS = ("None", "misspelt name", "number", "list", "object", "dictionary")
