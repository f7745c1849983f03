"""Expressions written as text, for the command line: read through a whitelist, never evaluated by Python."""

import ast
import difflib
import keyword
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from autograd import primitives
from autograd.given import shown
from autograd.primitives import TABLE, Primitive, number
from autograd.value import Value

LONGEST = 10_000  # characters; more is a program, not an expression

OPERATORS: dict[type[ast.AST], Primitive] = {
    ast.Add: primitives.add,
    ast.Sub: primitives.sub,
    ast.Mult: primitives.mul,
    ast.Div: primitives.div,
    ast.Pow: primitives.power,
    ast.USub: primitives.neg,
    ast.UAdd: primitives.pos,
}


def read_expression(text: str, names: Mapping[str, Value]) -> Value:
    """The value of an expression of numbers, `names`, + - * / **, brackets and operations of the table.

    Operations of many operands take them one after the other: `max(a, b, c)`. Raises ValueError that says
    what was not understood.

    >>> read_expression("tanh(a*b + c)", {"a": Value(2.0), "b": Value(-3.0), "c": Value(6.0)}).data
    0.0
    """
    if not isinstance(text, str):
        raise TypeError(f"an expression is a text, got {shown(text)}")
    if len(text) > LONGEST:
        raise ValueError(f"an expression has at most {LONGEST:,} characters, got {len(text):,}")
    try:
        result = _read(_parsed(text), names)
    except (RecursionError, MemoryError):
        raise ValueError("this expression is nested too deeply: give parts of it names in a script") from None
    return result if isinstance(result, Value) else Value(result)


def _parsed(text: str) -> ast.expr:
    """The tree of an expression, as Python reads it."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise ValueError(f"not an expression: {text!r:.60} ({error.msg})") from None
    except ValueError as error:  # half a character
        raise ValueError(f"not an expression: {text!r:.60} ({error})") from None


def _read(node: ast.expr, names: Mapping[str, Value]) -> Any:
    """The value of one part of an expression, or a number where no name is in it."""
    match node:
        case ast.Constant(value=bool() | int() | float() as constant):
            return number(constant)
        case ast.Name(id=name):
            if name not in names:
                raise ValueError(f"{name!r} has no number: add {name}=... ({known(names)})")
            return names[name]
        case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_read(operand, names))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_read(left, names), _read(right, names))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _call(name, [_read(argument, names) for argument in arguments])
    raise ValueError(
        f"{ast.unparse(node)!r:.60} is not allowed: an expression has numbers, names, + - * / ** and operations"
    )


def _call(name: str, operands: list[Any]) -> Any:
    row = TABLE.get(name)
    if row is None:
        near = difflib.get_close_matches(name, TABLE, n=3)
        raise ValueError(f"there is no operation {name!r}{'; did you mean ' + ' or '.join(near) + '?' if near else ''}")
    try:
        return row(operands) if row.sequences == (True,) else row(*operands)
    except TypeError as error:
        raise ValueError(str(error)) from None


def known(names: Mapping[str, Value]) -> str:
    """What a message says about the names that have a number.

    >>> known({"a": Value(1.0), "b": Value(2.0)})
    'known: a, b'
    """
    return "known: " + ", ".join(names) if names else "no name is known"


def read_assignments(texts: Iterable[str]) -> dict[str, Value]:
    """The labelled values of several assignments by their names.

    >>> read_assignments(["a=2.5", "a=3"])
    Traceback (most recent call last):
    ValueError: 'a' is given twice
    """
    names: dict[str, Value] = {}
    for name, value in map(read_assignment, texts):
        if name in names:
            raise ValueError(f"{name!r} is given twice")
        names[name] = value
    return names


def read_assignment(text: str) -> tuple[str, Value]:
    """The name and the labelled value of `a=2.5`; of names that look alike, Python knows one.

    >>> read_assignment("a=2.5")
    ('a', Value(data=2.5, grad=0.0))
    """
    before, sign, number = text.partition("=")
    name = unicodedata.normalize("NFKC", before.strip())
    try:
        if not (sign and name.isidentifier()) or keyword.iskeyword(name):
            raise ValueError
        return name, Value(float(number), label=name)
    except ValueError:
        raise ValueError(f"{text!r} does not give a number to a name: write for example a=2.5") from None
