"""Running one small program on an engine, whatever the engine does, and holding it against `autograd.Value`."""

import ast
import inspect
import io
import math
import textwrap
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, NamedTuple

from autograd.modes import recording
from autograd.value import Value

TOLERANCE = 1e-5  # relative: an engine may compute in single precision, and a broken idea is off by far more
AT_ZERO = 1e-9
LONGEST = 160  # characters of an error's own words


class NotAValue(TypeError):
    """An operation returned a plain number."""


class Program(NamedTuple):
    """A few lines that a person can run: their text, and a function that does the same for a class.

    >>> Program("a = Value(2.0)", lambda Value: {"a.data": Value(2.0).data}).run(Value)
    {'a.data': 2.0}
    """

    text: str
    run: Callable[[Any], dict[str, Any]]


class Outcome(NamedTuple):
    """What a program gave: its numbers, or what it died of.

    error    the name of the exception, empty if there was none
    said     the exception in words
    stopped  why the program was stopped from outside, empty if it was not
    """

    numbers: dict[str, Any]
    error: str = ""
    said: str = ""
    stopped: str = ""


class Comparison(NamedTuple):
    """The outcome of a program beside the right one.

    >>> print(Comparison(Program("...", dict), {"a.grad": 2.0}, Outcome({"a.grad": 1.0})))
    a.grad: expected 2.0, got 1.0
    """

    program: Program
    expected: dict[str, float]
    got: Outcome

    @property
    def wrong(self) -> list[str]:
        """The names of what differs; all of them if nothing came out."""
        return [name for name, right in self.expected.items() if not agrees(right, self.got.numbers.get(name))]

    @property
    def too_much(self) -> bool:
        """Whether the first number that differs is larger than it should be."""
        name = self.wrong[0]
        return is_number(self.got.numbers.get(name)) and float(self.got.numbers[name]) > self.expected[name]

    def __str__(self) -> str:
        if self.got.stopped:
            return f"expected {listed(self.expected)}; {self.got.stopped}"
        if self.got.error:
            return f"expected {listed(self.expected)}; it raised {self.got.said}"
        return "\n".join(
            f"{name}: expected {short(self.expected[name])}, got {short(self.got.numbers.get(name))}"
            for name in self.wrong
        )


class Nowhere(io.TextIOBase):
    """Where an engine's prints go while it is checked."""

    def write(self, text: str) -> int:
        return len(text)


def from_function(function: Callable[[Any], dict[str, Any]]) -> Program:
    """The program that is the body of a function of `Value`: its text without the docstring and the return.

    >>> print(from_function(from_function_example).text)
    a = Value(3.0)
    a.backward()
    """
    source = textwrap.dedent(inspect.getsource(function))
    definition = ast.parse(source).body[0]
    assert isinstance(definition, ast.FunctionDef)
    _, first, *_, last = definition.body
    lines = source.splitlines()[first.lineno - 1 : last.lineno - 1]
    return Program(textwrap.dedent("\n".join(lines)), function)


def from_function_example(Value: Any) -> dict[str, Any]:
    """The program in the docstring above."""
    a = Value(3.0)
    a.backward()
    return {"a.grad": a.grad}


def outcome_of(program: Program, engine: Any) -> Outcome:
    """What a program gives on an engine; its errors are caught, its prints and warnings are not shown.

    >>> outcome_of(Program("1 / 0", lambda Value: {"y": 1 / 0}), Value).said
    'ZeroDivisionError: division by zero'
    """
    nowhere = Nowhere()
    with redirect_stdout(nowhere), redirect_stderr(nowhere), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return Outcome(program.run(engine))
        except (Exception, SystemExit, GeneratorExit) as error:
            name = type(error).__name__
            return Outcome({}, name, f"{name}: {words_of(error)}")


def words_of(error: BaseException) -> str:
    """The words of an exception, on one line.

    >>> words_of(ValueError("first line\\nsecond line"))
    'first line second line'
    """
    try:
        return textwrap.shorten(str(error), LONGEST) or "without a word"
    except Exception:
        return "and its words, too, cannot be had"


def compared(program: Program, got: Outcome) -> Comparison | None:
    """An outcome beside what `autograd.Value` gives for the same program; None if they agree.

    >>> program = Program("a = Value(2.0)", lambda Value: {"a.data": Value(2.0).data})
    >>> compared(program, Outcome({"a.data": 3.0})).wrong
    ['a.data']
    """
    with recording():
        right = outcome_of(program, Value)
    assert not right.error, f"{program.text}\n{right.said}"
    comparison = Comparison(program, right.numbers, got)
    return comparison if comparison.wrong else None


def is_number(found: Any) -> bool:
    """Whether something counts as one real number.

    >>> is_number(2), is_number("2"), is_number(2j), is_number(None)
    (True, False, False, False)
    """
    if isinstance(found, (str, bytes, complex)):
        return False
    try:
        return isinstance(float(found), float)
    except Exception:
        return False


def agrees(right: float, found: Any) -> bool:
    """Whether a number is the right one; nan where it should be nan is.

    >>> agrees(2.0, 2), agrees(2.0, 2.1), agrees(math.nan, math.nan), agrees(2.0, "2")
    (True, False, True, False)
    """
    if not is_number(found):
        return False
    number = float(found)
    return math.isclose(right, number, rel_tol=TOLERANCE, abs_tol=AT_ZERO) or (math.isnan(right) and math.isnan(number))


def listed(numbers: dict[str, float]) -> str:
    """Names and numbers in a row.

    >>> listed({"a.grad": 1.0, "b.grad": 0.30000000000000004})
    'a.grad = 1.0, b.grad = 0.3'
    """
    return ", ".join(f"{name} = {short(number)}" for name, number in numbers.items())


def short(found: Any) -> str:
    """A number to ten digits; of anything else, what it is.

    >>> short(0.1 + 0.2), short(7), short(None), short("2"), short(2j), short(Value(2.0))
    ('0.3', '7', 'None', "the text '2'", 'the complex number 0+2j', 'a Value, which is no plain number')
    """
    if found is None or isinstance(found, bool | int):
        return repr(found) if len(repr(found)) < LONGEST else "an enormous number"
    if isinstance(found, str):
        return f"the text {textwrap.shorten(repr(found), LONGEST)}"
    if isinstance(found, complex):
        return f"the complex number {found:.6g}"
    if not is_number(found):
        return f"a {type(found).__name__}, which is no plain number"
    return repr(float(f"{float(found):.10g}"))
