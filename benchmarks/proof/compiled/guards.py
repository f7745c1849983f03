"""Guard pages: the pages around every buffer may not be touched, so that a step outside of it ends the process."""

import ctypes
import mmap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import numpy as np

from autograd.compiler import machine
from autograd.compiler.machine import Machine, pointer

NO_ACCESS = 0


def guarded(values: Any, at_end: bool) -> Any:
    """A copy that begins right behind a page that may not be touched, or ends right before one."""
    values = np.ascontiguousarray(values)
    page = mmap.PAGESIZE
    size = max(1, -(-values.nbytes // page)) * page
    room = mmap.mmap(-1, size + 2 * page)
    start = np.frombuffer(room, dtype=np.uint8).ctypes.data
    protect = ctypes.CDLL(None, use_errno=True).mprotect
    protect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for place in (start, start + page + size):
        if protect(place, page, NO_ACCESS) != 0:
            raise OSError(ctypes.get_errno(), "mprotect")
    first = page + (size - values.nbytes if at_end else 0)
    copy = np.frombuffer(room, dtype=values.dtype, count=values.size, offset=first).reshape(values.shape)
    copy[...] = values
    return copy


@contextmanager
def between_guards(at_end: bool) -> Iterator[None]:
    """Inside, programs that are made, and all arrays that they are run on, lie between guards, with nothing to spare.

    What was not written is nan: in results, and in the memory that a run is given.
    """
    make = Machine.__init__

    def placed(allocate: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *shape, **named: guarded(allocate(*shape, **named), at_end)

    def made(self: Machine, *arguments: Any) -> None:
        make(self, *arguments)
        self.memory.constants, self.tables = guarded(self.memory.constants, at_end), guarded(self.tables, at_end)
        self.constant_pointers = pointer(self.memory.constants), pointer(self.tables)

    with (
        patch.object(Machine, "__init__", made),
        patch.object(machine, "aligned", placed(unwritten)),
        patch.object(np, "empty", placed(unwritten)),
        patch.object(np, "zeros", placed(np.zeros)),
        patch.object(np, "stack", placed(np.stack)),
        patch.object(np, "concatenate", placed(np.concatenate)),
    ):
        yield


def unwritten(shape: Any, dtype: Any = float) -> Any:
    """An array of nan, or of zeros where its kind has no nan.

    >>> unwritten(2)
    array([nan, nan])
    """
    return np.full(shape, np.nan if np.dtype(dtype).kind == "f" else 0, dtype)
