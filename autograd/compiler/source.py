"""The text of a Python function as a syntax tree, with what its names mean."""

import ast
import builtins
import dis
import functools
import inspect
import linecache
import textwrap
from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any, NamedTuple


class NotTranslatable(Exception):
    """Raised for a function that only Python can run, with the reason and the line."""


class Definition(NamedTuple):
    """What a function does, statement by statement, and the file it stands in."""

    body: tuple[ast.stmt, ...]
    file: str


def definition_of(function: Callable[..., Any]) -> Definition:
    """The statements of a function that was written in Python, in a file that is there.

    >>> import math
    >>> from autograd.accurate import two_sum
    >>> len(definition_of(two_sum).body), definition_of(math.exp)
    Traceback (most recent call last):
    autograd.compiler.source.NotTranslatable: <built-in function exp> is not written in Python
    """
    if not inspect.isfunction(function):
        raise NotTranslatable(f"{function!r} is not written in Python")
    return _definition(function.__code__)


@functools.cache
def _definition(code: CodeType) -> Definition:
    place = f"{code.co_qualname} ({code.co_filename}, line {code.co_firstlineno})"
    try:
        if code.co_name == "<lambda>":
            return Definition((ast.Return(expression_of(code)),), code.co_filename)
        text = textwrap.dedent(inspect.getsource(code))
    except OSError:
        raise NotTranslatable(f"{place}: its source is not in a file") from None
    tree = ast.parse(text).body[0]
    if not isinstance(tree, ast.FunctionDef):
        raise NotTranslatable(f"{place}: it is not an ordinary function")
    ast.increment_lineno(tree, code.co_firstlineno - 1)
    return Definition(tuple(tree.body), code.co_filename)


def expression_of(code: CodeType) -> ast.expr:
    """What the lambda gives that became this code: the body of the smallest lambda around all places it comes from."""
    places = [place for place in code.co_positions() if place[3]]  # but for the entry, which stands at column 0
    *_, last = dis.get_instructions(code)
    if not places and last.opname == "RETURN_CONST":  # of a lambda that gives a constant, CPython 3.12 keeps no places
        return ast.Constant(last.argval, lineno=code.co_firstlineno, col_offset=0)
    around = [
        node
        for node in ast.walk(_tree(code.co_filename))
        if isinstance(node, ast.Lambda) and all(stands_in(place, node.body) for place in places)
    ]
    if not around or not places:
        raise OSError("no such lambda")
    return min(around, key=lambda node: len(ast.dump(node))).body


def stands_in(place: tuple[int | None, int | None, int | None, int | None], node: ast.expr) -> bool:
    """Whether a place, given by its first and last line and its first and last column, is a part of an expression."""
    line, end_line, column, end_column = (number or 0 for number in place)
    after_start = (node.lineno, node.col_offset) <= (line, column)
    return after_start and (end_line, end_column) <= (node.end_lineno or 0, node.end_col_offset or 0)


@functools.cache
def _tree(file: str) -> ast.Module:
    lines = linecache.getlines(file)
    if not lines:
        raise OSError("no such file")
    return ast.parse("".join(lines))


def names_of(function: Callable[..., Any]) -> Mapping[str, Any]:
    """What the names that a function does not set itself mean: closure, module, built-in.

    >>> from autograd.accurate import two_product
    >>> names_of(two_product)["SPLITTER"]
    134217729.0
    """
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    return {**vars(builtins), **function.__globals__, **{name: cell.cell_contents for name, cell in cells}}
