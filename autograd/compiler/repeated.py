"""Whether a function does the same each time: two recordings of it, held side by side."""

from collections.abc import Iterator
from struct import pack
from typing import Any

from autograd.compiler.recording import Recording, number_of_constant, operands_first
from autograd.value import Value


def same_recording(one: Recording, other: Recording) -> bool:
    """Whether two recordings are of the same operations, on the same inputs, values and constants.

    >>> w = Value(2.0)
    >>> def recorded(*operands: Any) -> Recording:
    ...     return Recording((), (), (), (w * operands[0],), ())
    >>> same_recording(recorded(3.0), recorded(3.0)), same_recording(recorded(3.0), recorded(4.0))
    (True, False)
    """
    return fingerprint(one) == fingerprint(other)


def fingerprint(recording: Recording) -> list[Any]:
    """All that is recorded: operations by where they stand, other values by what they are, constants by their bits."""
    sections, reductions = recording.sections, recording.reductions
    inputs = [*recording.arguments, *(v for s in sections for v in s.inputs), *(r.leaf for r in reductions)]
    number: dict[int, Any] = {id(v): i for i, v in enumerate(inputs)}
    roots = [*(v for section in sections for v in section.outputs), *recording.outputs]
    marks: list[Any] = [len(s.inputs) for s in sections]
    marks += [(r.row, r.section, r.output) for r in reductions]
    for node in operands_first(roots):
        if node._row is not None:
            marks.append((node._row, node._y if type(node._y) is int else None, *operand_marks(node, number)))
            number[id(node)] = len(number)
    return [*marks, recording.per_sample, [number.get(id(v), id(v)) for v in roots]]


def operand_marks(node: Value, number: dict[int, Any]) -> Iterator[Any]:
    """For each operand what it is, and whether a slope flows into it.

    Inputs and results by their number, other values by their identity, constants by their bits.
    """
    several = type(node._y) is int
    operands = node._x if several else (node._x,) if node._y is None else (node._x, node._y)
    slopes = node.slopes
    for operand, slope in zip(operands, slopes, strict=True):
        known = number_of_constant(operand) if slope is None else operand
        if type(known) is float:
            yield pack("d", known)
        else:
            yield number.get(id(known), ("value", id(known))), slope is None
