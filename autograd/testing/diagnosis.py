"""From programs that go wrong to the idea that is broken.

The order is that of a doctor: what would explain most is asked first, and what a finding explains is not asked any
more. A new value; `+` and `*`; graphs of those two; every other operation; everything together.
"""

from collections.abc import Iterable
from typing import Any

from autograd.testing import programs
from autograd.testing.examination import Examination
from autograd.testing.graphs import examine_graphs
from autograd.testing.ideas import Idea, ideas_forgiven
from autograd.testing.operations import CORE, HARD_PLACES, OTHERS, WITH_NUMBERS
from autograd.testing.report import Report
from autograd.testing.single import examine_combined, examine_operation


def check_engine(engine: Any, *, forgive: Iterable[str] = ()) -> Report:
    """What is broken in a class like `Value`: a report that names the ideas, to be printed.

    engine   the class: engine(2.0) has data, grad, operators and backward(); operations may be missing
    forgive  names of ideas that may be broken, as in ["recursion-depth"]

    The class runs in this process: if its loops never end, nor does this call. `check_engine_at` can stop them.

    >>> from autograd import Value
    >>> check_engine(Value).ok
    True
    """
    forgiven = ideas_forgiven(forgive)
    if not isinstance(engine, type):
        raise TypeError(
            f"check_engine takes the class itself, as in check_engine(Value), got an object of {type(engine).__name__}"
        )
    return examined(Examination(engine)).without(forgiven)


def examined(examination: Examination) -> Report:
    """The report of an examination, all of it."""
    if begins_well(examination):
        for operation in CORE:
            examine_operation(examination, operation)
        if len(examination.right) == len(CORE):
            examine_graphs(examination)
        else:
            examination.unexamined.append(
                "shared values, the order of the walk, repeated calls: made of a + b and a * b"
            )
        for operation in (*OTHERS, *WITH_NUMBERS, *HARD_PLACES):
            examine_operation(examination, operation)
        examine_combined(examination)
        examine_the_whole(examination)
    else:
        examination.unexamined.append("everything else")
    return examination.report()


def begins_well(examination: Examination) -> bool:
    """Whether a value begins as it should, and backpropagation with a 1."""
    if comparison := examination.compare(programs.new_value):
        examination.note(Idea.BASICS, comparison)
        return False
    comparison = examination.compare(programs.gradient_in_itself)
    if comparison is None or comparison.got.error or len(comparison.wrong) < len(comparison.expected):
        return True  # what is wrong, if anything, is the product
    examination.note(Idea.SEED, comparison)
    return False


def examine_the_whole(examination: Examination) -> None:
    """What the small programs leave out: powers that are no real numbers, and a graph of some size."""
    if "a ** 3" in examination.right:
        complex_power = examination.compare(programs.complex_power)
        if complex_power and isinstance(complex_power.got.numbers.get("y.data"), complex):
            examination.note(Idea.COMPLEX, complex_power)
    if not examination.findings and not examination.unexamined:
        examination.check(programs.larger, Idea.LARGER_GRAPH)
