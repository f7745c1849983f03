"""The tables of docs/conventions.md as data: every case, and when an answer is the one that is written there."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from autograd.primitives import TABLE, flat, greater, log, where

DOCUMENT = Path(__file__).parents[3] / "docs" / "conventions.md"
COLUMNS = ["operation", "operands", "value", "slopes", "rule", "others"]

Compositions = dict[str, Callable[[Any], Any]]

#: Another library of mathematics may round the last digit differently.
ROUNDING = 4 * 2.0**-52


def compositions(functions: Mapping[str, Callable[..., Any]], masked_log: Callable[[Any], Any]) -> Compositions:
    """Compositions, and operations with a constant in one place, in the words of the document, made of a library.

    masked_log is the one with a `where`, as the library writes it.
    """
    div, power, log, maximum, relu, sqrt = map(functions.__getitem__, NEEDED)
    return {
        "div(1, x)": lambda x: div(1, x),
        "power(x, 0)": lambda x: power(x, 0),
        "power(x, 0.5)": lambda x: power(x, 0.5),
        "power(x, -1)": lambda x: power(x, -1),
        "power(x, 1)": lambda x: power(x, 1),
        "power(x, 2.5)": lambda x: power(x, 2.5),
        "power(x, 3)": lambda x: power(x, 3),
        "power(0, x)": lambda x: power(0, x),
        "where(x > 0, log(x), 0)": masked_log,
        "log(x) if x > 0 else 0 * x": lambda x: log(x) if x > 0 else 0 * x,
        "sqrt(x * x)": lambda x: sqrt(x * x),
        "x * log(x)": lambda x: x * log(x),
        "x - x": lambda x: x - x,
        "maximum(x, x)": lambda x: maximum(x, x),
        "maximum(x, -x)": lambda x: maximum(x, -x),
        "relu(x) - relu(-x)": lambda x: relu(x) - relu(-x),
    }


NEEDED = ("div", "power", "log", "maximum", "relu", "sqrt")
COMPOSED = compositions(TABLE, lambda x: where(x > 0, log(x), 0))

#: Those with a comparison, as a function under `jit` writes them; a branch on a number has no such form.
TRACED: dict[str, Callable[[Any], Any] | None] = {
    "where(x > 0, log(x), 0)": lambda x: where(greater(x, 0), log(x), 0),
    "log(x) if x > 0 else 0 * x": None,
}


class Case(NamedTuple):
    """One line: what an operation gives at a point. Sequences are tuples; slopes are those of all numbers in order."""

    operation: str
    operands: tuple[Any, ...]
    value: float
    slopes: list[float]
    rule: str

    def __str__(self) -> str:
        return f"{self.operation} at {', '.join(map(str, self.operands))}"

    @property
    def is_row(self) -> bool:
        """Whether the operation is a row of the table, and no composition."""
        return self.operation in TABLE

    @property
    def function(self) -> Callable[..., Any]:
        """What the line speaks of, as Python runs it."""
        return TABLE[self.operation] if self.is_row else COMPOSED[self.operation]

    @property
    def traced(self) -> Callable[..., Any] | None:
        """The same for `jit`; None for a branch on a number, which is refused there."""
        return TRACED.get(self.operation, self.function)


class Answer(NamedTuple):
    """What one way of asking for a case gives: the value, and slopes by the place of their operand among all numbers.

    What was not asked for is None, or not among the slopes.
    """

    case: Case
    asked: str
    value: float | None
    slopes: Mapping[int, float]
    tolerance: float = ROUNDING


def differences(answer: Answer) -> Iterator[str]:
    """A sentence for each number in an answer that is not the one of its case.

    >>> case = Case("sqrt", (0.0,), 0.0, [math.inf], "limit")
    >>> list(differences(Answer(case, "backward()", -0.0, {0: math.inf})))
    ['sqrt at 0.0, asked by backward(): the value is -0.0, not 0.0']
    """
    case, asked, value, slopes, tolerance = answer
    if value is not None and not same_value(value, case.value, tolerance):
        yield f"{case}, asked by {asked}: the value is {value}, not {case.value}"
    for place, slope in slopes.items():
        if not same_slope(slope, case.slopes[place], tolerance):
            yield f"{case}, asked by {asked}: the slope in number {place} is {slope}, not {case.slopes[place]}"


def same_value(x: float, y: float, tolerance: float = ROUNDING) -> bool:
    """Equal with the sign of a zero, up to a digit.

    >>> same_value(math.nan, math.nan), same_value(0.0, -0.0)
    (True, False)
    """
    return same_slope(x, y, tolerance) and (x != 0.0 or math.copysign(1.0, x) == math.copysign(1.0, y))


def same_slope(x: float, y: float, tolerance: float = ROUNDING) -> bool:
    """Equal, or both nan, up to a digit."""
    return (x != x and y != y) or math.isclose(x, y, rel_tol=tolerance)


def cases(text: str) -> Iterator[Case]:
    """The lines of every table whose columns are ours."""
    inside = False
    for line in text.splitlines():
        row = cells(line)
        if row == COLUMNS:
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside and not row[0].startswith("---"):
            operation, operands, value, slopes, rule, _ = row
            yield Case(operation, numbers(operands), numbers(value)[0], list(flat(numbers(slopes))), rule)


def cells(line: str) -> list[str]:
    """The cells of a line of a table, without the marks of code.

    >>> cells("| `x - x` | `inf` |")
    ['x - x', 'inf']
    """
    return [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]


def numbers(cell: str) -> tuple[Any, ...]:
    """The numbers of a cell, a bracketed sequence as a tuple; `inf` and `nan` are written as Python prints them.

    >>> numbers("-0.0, [1, -inf]")
    (-0.0, (1.0, -inf))
    """
    written = json.loads(f"[{cell.replace('inf', 'Infinity').replace('nan', 'NaN')}]", parse_int=float)
    return tuple(tuple(item) if isinstance(item, list) else item for item in written)


CASES = list(cases(DOCUMENT.read_text(encoding="utf-8")))
