"""A lifted program as machine code: all of it in one function, or in pieces that threads can share.

Uniform families and passes over sections alternate: phase 0 computes what needs no sum over samples, and passes
over the sections for all sums that need only phase 0; phase 1 begins with these sums, and so on. A network whose
loss is a mean needs one pass: the seed of the derivative is there before any sample, so that a block of samples
goes forward and backward while it is in the cache.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograd.compiler.blocks import BlocksCode, SectionPass, pass_over
from autograd.compiler.code import F64, I64, POINTER, Code, Tables, ir
from autograd.compiler.engine import lanes
from autograd.compiler.memory import POINTERS, SECTION_POINTERS, Memory
from autograd.compiler.program import OF_ALL_SAMPLES, UNIFORM, Family, Program
from autograd.compiler.steps import write_training
from autograd.compiler.translate import Functions
from autograd.compiler.uniform import UniformCode

NAME = "valuegrad_program"

#: The functions of a phase in pieces: what comes before the samples; a range of the samples, with sums of its own;
#: and the sums of a range added to those of the first.
BEFORE, RANGE, ADDED = "valuegrad_before_{}", "valuegrad_range_{}", "valuegrad_added_{}"


@dataclass
class Emitted:
    """A module, and what it needs when it runs.

    phases  of a program in pieces, for each phase whether there is a pass over samples in it
    """

    module: Any
    memory: Memory
    tables: Tables
    functions: Functions
    sections: int
    phases: tuple[bool, ...] = ()


def emit(program: Program, width: int, sections: int, chosen: bool = False) -> Emitted:
    """The module of a program as the function NAME, for blocks of `width` samples, a multiple of the lanes.

    chosen  the samples are those rows of the columns that the array `rows` of a section names
    """
    return Emission(program, width, sections, chosen).whole()


def emit_in_pieces(program: Program, width: int, sections: int) -> Emitted:
    """The module of a program as the functions BEFORE, RANGE and ADDED of each phase, and NAME, which calls them.

    RANGE takes besides where its sums are, and of each section the first block and how many there are; ADDED takes
    where the sums of a range are.
    """
    return Emission(program, width, sections, chosen=False).pieces()


def phases(program: Program) -> dict[Family, int]:
    """For each family, how many passes over the samples are needed before it can be computed."""
    phase: dict[Family, int] = {}
    for family in program.families:
        phase[family] = 0
        for piece in family.pieces:
            needed = max((phase[ref.family] for ref in piece.body.refs()), default=0)
            phase[family] = max(phase[family], needed + isinstance(piece.body, OF_ALL_SAMPLES))
    return phase


class Emission:
    """The module being written.

    passes  of each phase, those over the sections that have something to do
    """

    def __init__(self, program: Program, width: int, sections: int, chosen: bool) -> None:
        self.program = program
        self.chosen = chosen
        self.phase = phases(program)
        self.memory = Memory(program, width, lanes())
        self.tables = Tables()
        self.module = ir.Module("valuegrad")
        self.functions = Functions(self.module, lanes())
        self.sections = range(sections)
        self.passes: list[list[SectionPass]] = []
        for phase in range(max(self.phase.values(), default=0) + 1):
            over = [pass_over(program, self.phase, section, phase) for section in self.sections]
            self.passes.append([each for each in over if each is not None])

    def whole(self) -> Emitted:
        """The module with all in one function."""
        code = self._function(NAME)
        self.memory.pointers["sums"] = self.memory.pointers["memory"]
        for phase, passes in enumerate(self.passes):
            self._uniform(code, phase)
            for each in passes:
                blocks = self._blocks(code, each)
                blocks.write()
                blocks.sums.finish()
        code.builder.ret_void()
        if self.program.updates:
            code.function.linkage = "internal"
            write_training(self.module, code.function, self.program, self.memory, self.tables)
        return self._emitted()

    def pieces(self) -> Emitted:
        """The module with functions for each phase, and one that calls them."""
        before: list[BlocksCode] = []
        in_order = []
        for phase, passes in enumerate(self.passes):
            code = self._function(BEFORE.format(phase))
            for blocks in before:
                blocks.sums.of(code).finish()
            self._uniform(code, phase)
            code.builder.ret_void()
            before = self._range(phase, passes) if passes else []
            in_order += [code.function, *(blocks.code.function for blocks in before[:1])]
        self._one_range(in_order)
        return self._emitted(tuple(map(bool, self.passes)))

    def _one_range(self, pieces: Sequence[Any]) -> None:
        """Write the function that calls those pieces, in order, each with all blocks as one range."""
        code = self._function(NAME)
        arguments = [*code.function.args, self.memory.pointers["memory"]]
        for section in self.sections:
            arguments += [code.whole(0), self.memory.blocks(code, section)]
        for piece in pieces:
            code.builder.call(piece, arguments[: len(piece.args)])  # BEFORE takes no range
        code.builder.ret_void()

    def _range(self, phase: int, passes: Sequence[SectionPass]) -> list[BlocksCode]:
        """Write the functions of passes over samples."""
        code = self._function(RANGE.format(phase), [POINTER, *[I64, I64] * len(self.sections)])
        sums, *ranges = code.function.args[-1 - 2 * len(self.sections) :]
        self.memory.pointers["sums"] = sums
        written = [self._blocks(code, each) for each in passes]
        for each, blocks in zip(passes, written, strict=True):
            blocks.write(*ranges[2 * each.section : 2 * each.section + 2])
        code.builder.ret_void()
        code = self._function(ADDED.format(phase), [POINTER])
        self.memory.pointers["sums"] = code.function.args[-1]
        for blocks in written:
            blocks.sums.of(code).add()
        code.builder.ret_void()
        return written

    def _emitted(self, phases: tuple[bool, ...] = ()) -> Emitted:
        self.memory.pointers.clear()  # else the module, which is large, would live as long as the program's memory
        return Emitted(self.module, self.memory, self.tables, self.functions, len(self.sections), phases)

    def _function(self, name: str, more: Sequence[Any] = ()) -> Code:
        """A function that takes POINTERS, SECTION_POINTERS and the samples of each section, and more; still empty."""
        pointers = len(POINTERS) + len(SECTION_POINTERS) * len(self.sections)
        kind = ir.FunctionType(ir.VoidType(), [POINTER] * pointers + [I64] * len(self.sections) + [*more])
        function = ir.Function(self.module, kind, name)
        for argument in function.args[:pointers]:
            argument.add_attribute("noalias")
        named = dict(zip(POINTERS, function.args, strict=False))
        self.memory.pointers.update(named)
        for place, section in enumerate(self.sections):
            start = len(POINTERS) + place * len(SECTION_POINTERS)
            for offset, pointer in enumerate(SECTION_POINTERS):
                self.memory.pointers[pointer, section] = function.args[start + offset]
            self.memory.pointers["samples", section] = function.args[pointers + place]
        return Code(function, self.tables, named["tables"])

    def _uniform(self, code: Code, phase: int) -> None:
        """Write the uniform families of a phase."""
        uniform = UniformCode(code, self.memory, self.functions)
        if phase == 0:
            self._count_samples(code)
        for family in self.program.families:
            if family.space == UNIFORM and self.phase[family] == phase and family.given is None:
                uniform.family(family)

    def _blocks(self, code: Code, over: SectionPass) -> BlocksCode:
        return BlocksCode(code, self.memory, self.functions, over, self.chosen)

    def _count_samples(self, code: Code) -> None:
        for family in self.program.families:
            if family.given is not None and family.given.what == "count":
                samples = self.memory.pointers["samples", family.given.table]
                count = code.builder.sitofp(samples, F64)
                code.store(count, self.memory.pointers["memory"], self.memory.offset[family])
