"""A program in pieces, run by a team of threads: each computes a range of the samples, in memory of its own.

Ranges depend on the program, the batch and the size of the team, never on which thread comes first, and their sums
are added in their order: the same call gives the same bits, on a busy machine too.
"""

import ctypes
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

from autograd.compiler.emit import ADDED, BEFORE, NAME, RANGE
from autograd.compiler.machine import Machine, Scratch
from autograd.compiler.memory import POINTERS
from autograd.compiler.program import Program
from autograd.compiler.team import Team
from autograd.compiler.work import NO_WORK, work_of

MEMORY, BLOCK = POINTERS.index("memory"), POINTERS.index("block")

#: What a range has to do at least, some 100 microseconds: waking up a thread and waiting for it takes half of that.
LEAST_FLOPS = 4_000_000
FLOPS_OF_A_FUNCTION = 20  # such as tanh, which is many instructions

Function = Callable[..., Any]


class Shares:
    """The pieces of a program, called like the one function that it is otherwise.

    phases  for each, whether there is a pass over samples in it
    flops   for each section, of one sample
    """

    def __init__(self, machine: Machine, phases: Sequence[bool], program: Program, team: Team) -> None:
        self.machine = machine
        self.team = team
        work = work_of(program)
        each = [work.get(section, NO_WORK) for section in range(machine.sections)]
        self.flops = [work.flops + FLOPS_OF_A_FUNCTION * work.functions.total() for work in each]
        self._alone = machine.function(NAME)
        self._phases = [
            (machine.function(BEFORE.format(k)), self._pass(k) if over else None) for k, over in enumerate(phases)
        ]

    def _pass(self, phase: int) -> tuple[Function, Function]:
        """The functions that compute a range of the samples, and that add its sums to those of the first."""
        blocks = [ctypes.c_int64] * (2 * self.machine.sections)
        add = self.machine.function(ADDED.format(phase), ctypes.c_void_p)
        return self.machine.function(RANGE.format(phase), ctypes.c_void_p, *blocks), add

    def __call__(self, *arguments: int) -> None:
        samples = arguments[-self.machine.sections :]
        flops = sum(each * count for each, count in zip(self.flops, samples, strict=True))
        blocks = [-(-count // self.machine.memory.width) for count in samples]
        ranges = min(self.team.size, flops // LEAST_FLOPS, max(blocks))
        if ranges < 2:
            self._alone(*arguments)
        else:
            self._together(arguments, ranges_of(blocks, ranges))

    def _together(self, arguments: tuple[int, ...], ranges: list[list[int]]) -> None:
        """All phases: the first range in the memory of the call, and each other one in memory of its own."""
        others = [self.machine.scratch() for _ in ranges[1:]]
        try:
            for before, over in self._phases:
                before(*arguments)
                if over is not None:
                    self._share(*over, arguments, ranges, others)
        finally:
            for scratch in others:
                self.machine.give_back(scratch)

    def _share(
        self,
        compute: Function,
        add: Function,
        arguments: tuple[int, ...],
        ranges: list[list[int]],
        others: list[Scratch],
    ) -> None:
        """One pass over the samples."""
        works = [partial(compute, *arguments, arguments[MEMORY], *ranges[0])]
        for blocks, scratch in zip(ranges[1:], others, strict=True):
            sums, block = scratch.pointers
            given = *arguments[:BLOCK], block, *arguments[BLOCK + 1 :]
            works.append(partial(compute, *given, sums, *blocks))
        self.team.run(works)
        for scratch in others:
            add(*arguments, scratch.pointers[0])


def ranges_of(blocks: Sequence[int], count: int) -> list[list[int]]:
    """So many ranges of the blocks of all sections: of each section the first block and their number, in turn.

    >>> ranges_of([5], 2), ranges_of([2, 3], 2)
    ([[0, 2], [2, 3]], [[0, 1, 0, 1], [1, 1, 1, 2]])
    """
    starts = [[total * k // count for total in blocks] for k in range(count + 1)]
    return [
        [number for begin, end in zip(*pair, strict=True) for number in (begin, end - begin)]
        for pair in pairwise(starts)
    ]
