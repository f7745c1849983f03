"""A whole training as machine code: loss, slopes and the rule of an optimizer in one program, run step after step."""

import ctypes
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.compiler.adjoint import differentiated
from autograd.compiler.emit import emit
from autograd.compiler.engine import lanes
from autograd.compiler.families import VECTORS
from autograd.compiler.lift import lift
from autograd.compiler.machine import Machine, pointer
from autograd.compiler.program import Array
from autograd.compiler.recording import Recording
from autograd.compiler.rule import rule_of
from autograd.compiler.steps import NAME
from autograd.compiler.updates import with_updates
from autograd.value import Value


class Training:
    """Steps of an optimizer down the mean loss of batches, as machine code.

    recording  of one section and one output, the loss of a batch
    optimizer  its parameters learn; its lists and its count of steps go along
    X, y       the columns, as `table` gives them
    """

    def __init__(self, recording: Recording, optimizer: Any, X: Array, y: Array) -> None:
        count = len(X)
        self.columns = np.ascontiguousarray(np.concatenate([X.reshape(count, -1), y.reshape(count, -1)], axis=1))
        self.optimizer = optimizer
        used = set(map(id, recording.captured))
        unused = tuple(p for p in optimizer.parameters if id(p) not in used)
        recording = replace(recording, arguments=recording.arguments + unused)
        self.leaves: tuple[Value, ...] = (*recording.arguments, *recording.captured)
        place = {id(leaf): i for i, leaf in enumerate(self.leaves)}
        self.places = np.array([place[id(p)] for p in optimizer.parameters])
        self.rule = rule_of(optimizer)
        program = differentiated(lift(recording), recording, seeded=False, columns=False)
        program, self.gradient = with_updates(program, self.rule, self.places)
        self.machine = Machine(emit(program, VECTORS * lanes(), 1, chosen=True))
        more = ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64
        self._run = self.machine.function(NAME, *more, result=ctypes.c_int64)
        self._scratch = self.machine.scratch()
        self.read()

    def read(self) -> None:
        """Take the numbers of the parameters and of the optimizer as they are now."""
        self.uniform = np.array([leaf._data for leaf in self.leaves], dtype=float)
        kept = [float(v) for name in self.rule.lists for v in vars(self.optimizer)[name]]
        self.state = np.array([*kept, float(self.optimizer.steps), self.optimizer.lr])

    def write(self) -> None:
        """Give the parameters and the optimizer the numbers that were reached: all of them, also at a Ctrl-C."""
        try:
            self._write()
        except KeyboardInterrupt:
            self._write()
            raise

    def _write(self) -> None:
        numbers = self.uniform[self.places].tolist()
        start = self.machine.memory.offset[self.gradient]
        slopes = self._scratch.uniform[start + self.places].tolist()
        for parameter, number, slope in zip(self.optimizer.parameters, numbers, slopes, strict=True):
            parameter._data, parameter._grad = number, slope
        numbers, count = self.state.tolist(), len(self.places)
        for j, name in enumerate(self.rule.lists):
            setattr(self.optimizer, name, numbers[j * count : (j + 1) * count])
        self.optimizer.steps = int(numbers[-2])

    def run(self, batches: Sequence[Sequence[int]]) -> list[float]:
        """The losses of the batches, which are lists of rows of the columns, each before its step.

        It stops at the first that is not finite, which is the last in the list then, and takes no step from it.
        """
        order = np.concatenate([np.asarray(batch, dtype=np.int64) for batch in batches])
        starts = np.cumsum([0, *map(len, batches)], dtype=np.int64)
        losses = np.empty(len(batches))
        at = pointer(self.uniform)
        section = [pointer(self.columns), at, at, at, pointer(order)]
        once = self.machine.pointers(at, at, pointer(self.state), self._scratch)
        done = self._run(*once, *section, 0, pointer(starts), pointer(losses), len(batches))
        return losses[: done + 1].tolist()  # type: ignore[no-any-return]


def table(numbers: Any) -> Array:
    """Nested lists of one shape as an array.

    >>> table([[1, 2], [3, 4]]).shape
    (2, 2)
    """
    return np.array(numbers, dtype=float)
