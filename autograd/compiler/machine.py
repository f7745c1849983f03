"""Machine code with all that it needs to run: its tables and constants, and memory that is used again."""

import ctypes
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd.compiler.emit import Emitted
from autograd.compiler.engine import Engine
from autograd.compiler.memory import LINE, POINTERS, SECTION_POINTERS
from autograd.compiler.passes import Passes
from autograd.compiler.program import Array

SPARE = 64  # doubles beyond the end, so that a whole vector may be read from any place


class Scratch(NamedTuple):
    """The memory of one run, and where it begins: of the uniform families, and of a block of samples."""

    uniform: Array
    block: Array
    pointers: tuple[int, int]


def pointer(array: Array) -> int:
    """Where the numbers of an array begin."""
    return array.ctypes.data  # type: ignore[no-any-return]


def aligned(size: int) -> Array:
    """So many doubles and some to spare, from a cache line on.

    >>> pointer(aligned(3)) % 64
    0
    """
    raw = np.zeros(size + SPARE + LINE)
    start = -(pointer(raw) // 8) % LINE
    return raw[start : start + size + SPARE]


class Machine:
    """A module as it was emitted, compiled.

    Several threads may run it at once, each in scratch memory of its own.
    """

    def __init__(self, emitted: Emitted, passes: Passes | None = None) -> None:
        self.memory = emitted.memory
        self.sections = emitted.sections
        self.tables = emitted.tables.array()
        self.engine = Engine(emitted.module, tuple(emitted.functions.keep_alive), passes)
        self.constant_pointers = pointer(self.memory.constants), pointer(self.tables)
        self._free: list[Scratch] = []

    def function(self, name: str, *more: Any, result: Any = None) -> Callable[..., Any]:
        """A function of the module; keep the machine as long as it is called.

        It takes what `pointers` gives, SECTION_POINTERS and the number of samples of each section, and more.
        """
        pointers = len(POINTERS) + len(SECTION_POINTERS) * self.sections
        counts = [ctypes.c_int64] * self.sections
        return self.engine.function(name, result, *[ctypes.c_void_p] * pointers, *counts, *more)

    def pointers(self, uniform: int, seeds: int, state: int, scratch: Scratch) -> list[int]:
        """What stands for POINTERS, where these arrays are given."""
        return [uniform, seeds, *self.constant_pointers, *scratch.pointers, state]

    def scratch(self) -> Scratch:
        """Memory for one run; to be given back to `give_back`."""
        try:
            return self._free.pop()
        except IndexError:
            uniform, block = aligned(self.memory.uniform.size), aligned(self.memory.block.size)
            return Scratch(uniform, block, (pointer(uniform), pointer(block)))

    def give_back(self, scratch: Scratch) -> None:
        """Take scratch memory for the next run."""
        self._free.append(scratch)
