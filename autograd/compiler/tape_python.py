"""Rows that have no machine code of their own: the machine calls back into Python, sample by sample."""

import ctypes
import math
from collections.abc import Iterator, Sequence
from itertools import islice
from threading import get_ident
from typing import Any

from autograd.primitives import Primitive

VALUE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
SPREAD = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)
WORD = 8  # bytes of a double
LISTED = 4  # bytes of a slot in a list


class PythonRow:
    """A row on so many lanes, as two functions that machine code calls.

    value    of (values, operands, address of the result)
    spread   of (values, adjoints, operands, slot of the result)
    pending  its first exception in each thread, for the caller to raise again: none can pass through machine code

    Both are told where the slots of the operands are listed; for a row of sequences, the number of the
    operands and the length of the sequences come before.
    """

    def __init__(self, row: Primitive, lanes: int, constants: int) -> None:
        self.pending: dict[int, BaseException] = {}
        self.value = VALUE(self._value)
        self.spread = SPREAD(self._spread)
        self._function = row.function  # and not the row, which this must not keep alive
        self._slopes = row.slopes
        self._sequences = row.sequences
        self._constant_count = None if True in row.sequences else len(row.parameters)
        self._lanes = lanes
        self._constants = constants

    def _value(self, values: int, operands: int, result: int) -> None:
        try:
            slots, length = self._listed(operands)
            for lane in range(self._lanes):
                numbers = [self._number(values, slot, lane).value for slot in slots]
                self._number(result, 0, lane).value = self._of(tuple(regrouped(self._sequences, numbers, length)))
        except BaseException as exception:
            self.pending.setdefault(get_ident(), exception)

    def _of(self, operands: tuple[Any, ...]) -> float:
        """The result; nan where there is none, as of `take` with an index beyond the table."""
        try:
            return float(self._function(*operands))
        except LookupError:
            return math.nan

    def _spread(self, values: int, adjoints: int, operands: int, result: int) -> None:
        try:
            slots, length = self._listed(operands)
            for lane in range(self._lanes):
                numbers = [self._number(values, slot, lane).value for slot in slots]
                z, adjoint = (self._number(start, result, lane).value for start in (values, adjoints))
                slopes = flattened(self._slopes, z, tuple(regrouped(self._sequences, numbers, length)))
                for i, (slot, slope) in enumerate(zip(slots, slopes, strict=True)):
                    if not self._constants >> i & 1:
                        self._number(adjoints, slot, lane).value += adjoint * float(slope)
        except BaseException as exception:
            self.pending.setdefault(get_ident(), exception)

    def _number(self, start: int, slot: int, lane: int) -> Any:
        return ctypes.c_double.from_address(start + (slot * self._lanes + lane) * WORD)

    def _listed(self, operands: int) -> tuple[list[int], int]:
        """The slots of the operands, and the length of the sequences."""
        if self._constant_count is not None:
            return list((ctypes.c_int32 * self._constant_count).from_address(operands)), 0
        count, length = (ctypes.c_int32 * 2).from_address(operands)
        return list((ctypes.c_int32 * count).from_address(operands + 2 * LISTED)), length


def regrouped(sequences: Sequence[bool], operands: Sequence[Any], length: int) -> Iterator[Any]:
    """The operands as a row takes them: sequences of the same length, numbers, None for one that is absent.

    >>> list(regrouped((True, True, False), [1.0, 2.0, 3.0, 4.0], 2))
    [(1.0, 2.0), (3.0, 4.0), None]
    """
    left = iter(operands)
    for is_sequence in sequences:
        yield tuple(islice(left, length)) if is_sequence else next(left, None)


def flattened(slopes: Sequence[Any], z: Any, operands: Sequence[Any]) -> Iterator[Any]:
    """The slopes of a row in its operands, one by one.

    >>> from autograd.primitives import dot
    >>> list(flattened(dot.slopes, 11.0, ((1.0, 2.0), (3.0, 4.0), None)))
    [3.0, 4.0, 1.0, 2.0]
    """
    for slope, operand in zip(slopes, operands, strict=True):
        if isinstance(operand, tuple):
            yield from slope(z, *operands) if operand else ()
        elif operand is not None:
            yield slope(z, *operands)
