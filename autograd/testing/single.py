"""What can be wrong with one operation: its number, its local gradients, and how it is joined to a graph."""

from collections.abc import Iterable
from typing import Any

from autograd.testing import around
from autograd.testing.examination import Examination
from autograd.testing.ideas import Idea
from autograd.testing.operations import CORE, Operation
from autograd.testing.running import Comparison, is_number

CORE_NAMES = {str(operation) for operation in CORE}

#: Ways to say that an operation is not there for such operands.
REFUSALS = ("NotImplementedError", "AssertionError", "TypeError: unsupported operand", "TypeError: bad operand")

#: A fault in the walk over a graph, which an operation that is made of others shows as well, as if it were its own.
OF_THE_WALK = {
    Idea.ACCUMULATES,
    Idea.COUNTED_AGAIN,
    Idea.EQUALITY,
    Idea.FORGETS_SHARED,
    Idea.SAME_OPERAND,
    Idea.SHARED_STATE,
    Idea.WRONG_ORDER,
}

#: What is an operation's own fault, whatever it is made of.
ITS_OWN = {Idea.RAISES, Idea.NOT_A_VALUE, Idea.MUTATES}


def examine_operation(examination: Examination, operation: Operation) -> None:
    """Note what is wrong with an operation, or keep it among those that are right, or among those not there."""
    name, general = str(operation), operation.special_case_of
    if general in examination.absent:
        examination.absent.add(name)
    elif general and general not in examination.right:
        if general != name:
            examination.unexamined.append(f"{name}: comes after {general}")
    elif operation.idea is None and is_missing(examination, operation):
        examination.absent.add(name)
        examination.missing.append(name)
    elif (found := first_fault(examination, operation)) is None:
        examination.right.setdefault(name, operation)  # the general case, not its hard places
    elif found[0] not in ITS_OWN and may_be_feigned(examination, operation):
        examination.unexamined.append(f"{name}: is off, which the above may explain")
    else:
        examination.note(*found, name)


def may_be_feigned(examination: Examination, operation: Operation) -> bool:
    """Whether what was found so far can be behind a fault of this operation."""
    if operation in CORE:
        return False
    return examination.broken(*OF_THE_WALK) or not examination.right.keys() >= CORE_NAMES


def is_missing(examination: Examination, operation: Operation) -> bool:
    """Whether the engine does not have an operation, or refuses its operands."""
    got = examination.outcome(around.forward(operation, operation.points[0]))
    absent = got.error == "AttributeError" and operation.method not in dir(examination.engine)
    extension_refused = bool(operation.special_case_of) and got.error == "TypeError"
    return absent or extension_refused or got.said.startswith(REFUSALS)


def first_fault(examination: Examination, operation: Operation) -> tuple[Idea, Comparison] | None:
    """The idea that is broken in an operation, and a program that shows it; None if all is well."""
    for point in operation.points:
        if comparison := examination.compare(around.forward(operation, point)):
            return operation.idea or fault_forward(comparison), comparison
        if comparison := examination.compare(around.alone(operation, point)):
            return operation.idea or fault_backward(comparison), comparison
    if joins(operation) and (operation is CORE[0] or str(CORE[0]) in examination.right):
        if comparison := examination.compare(around.passed_on(operation)):
            return fault_passed_on(examination, operation, comparison), comparison
        if comparison := examination.compare(around.passed_through(operation)):
            return Idea.CUT, comparison
    return None


def fault_passed_on(examination: Examination, operation: Operation, comparison: Comparison) -> Idea:
    """What is wrong when the local gradients are right, and those behind another operation are not."""
    if not all_zero(comparison):
        return Idea.UPSTREAM
    again = examination.compare(around.passed_on_twice(operation))
    return Idea.CUT if again is None or all_zero(again) else Idea.WRONG_ORDER  # too late for the first call alone


def all_zero(comparison: Comparison) -> bool:
    """Whether everything that is wrong is a gradient of 0."""
    got: Iterable[Any] = map(comparison.got.numbers.get, comparison.wrong)
    return all(is_number(x) and float(x) == 0.0 for x in got)


def joins(operation: Operation) -> bool:
    """Whether an operation is asked for more than its number and its slopes at hard places."""
    return operation.idea in (None, Idea.CONSTANT, Idea.RIGHT_HAND)


def fault_forward(comparison: Comparison) -> Idea:
    """What is wrong when the forward propagation is."""
    if comparison.got.error:
        return Idea.NOT_A_VALUE if comparison.got.error == "NotAValue" else Idea.RAISES
    return Idea.MUTATES if comparison.wrong != ["y.data"] else Idea.WRONG_VALUE


def fault_backward(comparison: Comparison) -> Idea:
    """What is wrong when the forward propagation is right, and the backward propagation is not."""
    if comparison.got.error:
        return Idea.RAISES
    if any(name.endswith(".data") for name in comparison.wrong):
        return Idea.MUTATES
    return Idea.CUT if all_zero(comparison) else Idea.WRONG_SLOPE


def examine_combined(examination: Examination) -> None:
    """Each operation that is right by itself, with an operand that has another use, and with one operand twice."""
    if examination.broken(*OF_THE_WALK) or not examination.right.keys() >= CORE_NAMES:
        return
    right = {name: operation for name, operation in examination.right.items() if joins(operation)}
    for name, operation in right.items():
        for position in range(len(operation.names)):
            if comparison := examination.compare(around.beside_another_use(operation, position)):
                examination.note(Idea.ACCUMULATES, comparison, name)
    for name, operation in right.items():
        if len(operation.names) == 1 or examination.broken(Idea.ACCUMULATES):
            continue
        if comparison := examination.compare(around.both_operands(operation)):
            examination.note(Idea.SAME_OPERAND, comparison, name)
