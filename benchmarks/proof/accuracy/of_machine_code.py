"""Values and slopes of rows in machine code, as a program gets them: a batch under `jit`, with its gradients."""

import functools
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import autograd
from autograd.compiler.jit import Compiled
from autograd.primitives import Primitive


@functools.cache
def batch_of(row: Primitive) -> Compiled:
    """The value and all slopes of a row for each sample, compiled; an argument of it holds an operand of each."""
    places = tuple(range(len(row.parameters)))
    each = autograd.value_and_grad(lambda *operands: row(*operands), places)
    return autograd.jit(lambda *columns: autograd.vmap(each)(*columns))


def in_machine_code(row: Primitive, points: Sequence[tuple[Any, ...]]) -> list[list[Sequence[float]]]:
    """The value and the slopes at each point, each a list, for the numbers of a sequence.

    Points whose sequences are of one length are one batch, if they follow each other.

    >>> from autograd.primitives import mul
    >>> in_machine_code(mul, [(2.0, 3.0), (5.0, 7.0)])
    [[(6.0,), (3.0,), (2.0,)], [(35.0,), (7.0,), (5.0,)]]
    """
    found: list[list[Sequence[float]]] = []
    for _, alike in groupby(points, lambda operands: [len(o) for o in operands if isinstance(o, tuple)]):
        values, slopes = batch_of(row)(*map(list, zip(*alike, strict=True)))
        columns = [each if is_sequence else (each,) for each, is_sequence in zip(slopes, row.sequences, strict=True)]
        found += map(list, zip(*(zip(*column, strict=True) for column in ((values,), *columns)), strict=True))
    return found
