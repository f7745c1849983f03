"""A lifted program as one machine-code function, and the passes that it makes over the samples.

Uniform families and passes over sections alternate: phase 0 computes what needs no sum over samples, and passes
over the sections for all sums that need only phase 0; phase 1 begins with these sums, and so on. A network whose
loss is a mean needs one pass: the seed of the derivative is there before any sample, so that a block of samples
goes forward and backward while it is in the cache.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograd.compiler.code import F64, I64, POINTER, Code, Count, Tables, ir
from autograd.compiler.engine import lanes
from autograd.compiler.memory import POINTERS, SECTION_POINTERS, Memory
from autograd.compiler.oversamples import Grid, LaneByLane, OneByOne, OverSamplesCode
from autograd.compiler.program import OF_ALL_SAMPLES, UNIFORM, Family, Piece, Program
from autograd.compiler.section import SectionCode
from autograd.compiler.steps import write_training
from autograd.compiler.translate import Functions
from autograd.compiler.uniform import UniformCode

NAME = "valuegrad_program"


@dataclass
class Emitted:
    """A module that holds the function NAME, and what it needs when it runs."""

    module: Any
    memory: Memory
    tables: Tables
    functions: Functions


def emit(program: Program, width: int, sections: int, chosen: bool = False) -> Emitted:
    """The module of a program, for blocks of `width` samples, a multiple of the lanes.

    chosen  the samples are those rows of the columns that the array `rows` of a section names
    """
    return Emission(program, width, sections, chosen).emitted()


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
    """The function being written."""

    def __init__(self, program: Program, width: int, sections: int, chosen: bool) -> None:
        self.program = program
        self.chosen = chosen
        self.phase = phases(program)
        self.memory = Memory(program, width, lanes())
        self.tables = Tables()
        self.module = ir.Module("valuegrad")
        self.functions = Functions(self.module, lanes())
        self.sections = range(sections)

    def emitted(self) -> Emitted:
        """The whole module."""
        pointers = len(POINTERS) + len(SECTION_POINTERS) * len(self.sections)
        kind = ir.FunctionType(ir.VoidType(), [POINTER] * pointers + [I64] * len(self.sections))
        function = ir.Function(self.module, kind, NAME)
        for argument in function.args[:pointers]:
            argument.add_attribute("noalias")
        named = dict(zip(POINTERS, function.args, strict=False))
        self.memory.pointers.update(named)
        code = Code(function, self.tables, named["tables"])
        for place, section in enumerate(self.sections):
            start = len(POINTERS) + place * len(SECTION_POINTERS)
            for offset, name in enumerate(SECTION_POINTERS):
                self.memory.pointers[name, section] = function.args[start + offset]
            self.memory.pointers["samples", section] = function.args[pointers + place]
        self._write(code)
        code.builder.ret_void()
        if self.program.updates:
            function.linkage = "internal"
            write_training(self.module, function, self.program, self.memory, self.tables)
        return Emitted(self.module, self.memory, self.tables, self.functions)

    def _write(self, code: Code) -> None:
        uniform = UniformCode(code, self.memory, self.functions)
        self._count_samples(code)
        for phase in range(max(self.phase.values(), default=0) + 1):
            for family in self.program.families:
                if family.space == UNIFORM and self.phase[family] == phase and family.given is None:
                    uniform.family(family)
            for section in self.sections:
                SectionPass(self, code, section, phase).write()

    def _count_samples(self, code: Code) -> None:
        for family in self.program.families:
            if family.given is not None and family.given.what == "count":
                samples = self.memory.pointers["samples", family.given.table]
                count = code.builder.sitofp(samples, F64)
                code.store(count, self.memory.pointers["memory"], self.memory.offset[family])


@dataclass(frozen=True, eq=False)
class Turn:
    """The step that turns the columns of a grid around."""

    grid: Grid


#: What is done for a block: compute a family, turn the columns of a grid, add to the sums of a grid or to others.
Step = Family | Turn | Grid | LaneByLane | OneByOne


def reads(step: Grid | LaneByLane | OneByOne) -> list[Family]:
    """The families that a sum over samples adds up."""
    if isinstance(step, Grid):
        return [step.rows.family, step.columns.family]
    return [ref.family for ref in step.piece.body.refs()]


def held(step: Step) -> list[Any]:
    """What must be in the block when a step is done."""
    if isinstance(step, Family):
        return [step, *(ref.family for ref in step.refs())]
    if isinstance(step, Turn):
        return [step.grid.columns.family, step.grid.key]
    return [*reads(step), step.key] if isinstance(step, Grid) else reads(step)


class SectionPass:
    """One pass over the samples of a section: all sums over them that can be made in a phase, and results."""

    def __init__(self, emission: Emission, code: Code, section: int, phase: int) -> None:
        self.code = code
        self.memory = emission.memory
        self.functions = emission.functions
        self.section = section
        self.program = emission.program
        self.phase = phase
        self.chosen = emission.chosen
        self.room: dict[Any, tuple[int, int]] = {}
        self.sums = list(self._sums(emission))
        self.results = [
            (place, ref)
            for place, ref in enumerate(r for r in self.program.per_sample if r.family.space == section)
            if emission.phase[ref.family] == phase
        ]
        self.slopes = [
            family
            for family in self.program.column_slopes[section : section + 1]
            if family is not None and emission.phase[family] == phase
        ]

    def _sums(self, emission: Emission) -> Iterator[tuple[Family, Piece]]:
        for family in self.program.families:
            for piece in family.pieces:
                if not isinstance(piece.body, OF_ALL_SAMPLES) or piece.body.section != self.section:
                    continue
                if max(emission.phase[ref.family] for ref in piece.body.refs()) == self.phase:
                    yield family, piece

    def _needed(self) -> list[Family]:
        """The families of the section that this pass computes, in order."""
        roots = [ref.family for _, piece in self.sums for ref in piece.body.refs()]
        roots += [ref.family for _, ref in self.results] + self.slopes
        needed: set[Family] = set()
        while roots:
            family = roots.pop()
            if family.space == self.section and family not in needed:
                needed.add(family)
                roots += [ref.family for ref in family.refs()]
        return [family for family in self.program.families if family in needed]

    def write(self) -> None:
        """The loop over the blocks."""
        if not (self.sums or self.results or self.slopes):
            return
        code, width = self.code, self.memory.width
        samples = self.memory.pointers["samples", self.section]
        sums = OverSamplesCode(code, self.memory, self.sums)
        sums.begin()
        blocks = code.builder.sdiv(code.builder.add(samples, code.whole(width - 1)), code.whole(width))

        def one_block(b: Count, _: Any) -> None:
            first = code.times(b, width)
            left = code.builder.sub(samples, code.whole(first))
            valid = code.builder.select(code.builder.icmp_signed("<", left, code.whole(width)), left, code.whole(width))
            self._block(first, valid, sums)

        code.loop(blocks, one_block)
        sums.finish()

    def _block(self, first: Count, valid: Any, sums: OverSamplesCode) -> None:
        section = SectionCode(self.code, self.memory, self.functions)
        steps = self._schedule(sums)
        kept = {ref.family for _, ref in self.results} | set(self.slopes)
        last = {item: place for place, step in enumerate(steps) for item in held(step)} | dict.fromkeys(
            kept, len(steps)
        )
        for place, step in enumerate(steps):
            self._make_room(step)
            if isinstance(step, Turn):
                sums.turn(step.grid)
            elif isinstance(step, Grid):
                sums.add_grid(step, valid)
            elif isinstance(step, LaneByLane):
                sums.add_lanes(step, valid)
            elif isinstance(step, OneByOne):
                sums.add_scattered(step, valid)
            elif step.given is not None:
                self._load(step, first, valid)
            else:
                section.family(step)
            for item in [item for item in self.room if last[item] <= place]:
                self.memory.block.release(*self.room.pop(item))
        for place, ref in self.results:
            self._store_result(place, section.reader(ref), first, valid)
        for family in self.slopes:
            self._store_slopes(family, first, valid)

    def _make_room(self, step: Step) -> None:
        """Find a place in the block for what a step makes."""
        width, block = self.memory.width, self.memory.block
        if isinstance(step, Family) and step.space != UNIFORM:
            size = step.size * width
            self.memory.offset[step] = block.reserve(size)
            self.room[step] = self.memory.offset[step], size
        elif isinstance(step, Turn):
            step.grid.turned = block.reserve(width * step.grid.line)
            self.room[step.grid.key] = step.grid.turned, width * step.grid.line
        elif isinstance(step, Grid):
            step.turned = self.room[step.key][0]

    def _schedule(self, sums: OverSamplesCode) -> list[Step]:
        """Families in order, and each sum over samples as soon as what it adds up is there."""
        steps: list[Step] = []
        there: set[Family] = set()
        turned: set[tuple[Family, bytes]] = set()
        waiting: list[Grid | LaneByLane | OneByOne] = [*(g for _, g in sums.grids), *sums.others, *sums.scatters]
        for family in self._needed():
            steps.append(family)
            there.add(family)
            ready = [sum_ for sum_ in waiting if all(f in there or f.space == UNIFORM for f in reads(sum_))]
            for sum_ in ready:
                waiting.remove(sum_)
                if isinstance(sum_, Grid) and sum_.key not in turned:
                    turned.add(sum_.key)
                    steps.append(Turn(sum_))
                steps.append(sum_)
        return steps

    def _load(self, family: Family, first: Count, valid: Any) -> None:
        """Bring a row for each sample into the block; the last one again where there are no more samples."""
        code, width = self.code, self.memory.width
        assert family.given is not None
        source = self.memory.pointers[family.given.what, self.section]

        def one_sample(s: Count, _: Any) -> None:
            last = code.builder.sub(valid, code.whole(1))
            there = code.builder.select(code.builder.icmp_signed("<", code.whole(s), valid), code.whole(s), last)
            row = code.plus(first, there)
            if self.chosen:
                row = code.load(self.memory.pointers["rows", self.section], row, I64)
            row = code.times(row, family.size)

            def one_number(k: Count, _: Any) -> None:
                place = code.plus(code.plus(code.times(k, width), s), self.memory.offset[family])
                code.store(code.load(source, code.plus(row, k)), self.memory.pointers["block"], place)

            code.loop(family.size, one_number)

        code.loop(width, one_sample)

    def _store_result(self, place: int, reader: Any, first: Count, valid: Any) -> None:
        """Write a result of every sample of the block to its array."""
        code = self.code
        samples = self.memory.pointers["samples", self.section]
        results = self.memory.pointers["results", self.section]

        def one_sample(s: Count, _: Any) -> None:
            target = code.plus(code.plus(code.times(samples, place), first), s)
            code.store(self._number(reader, s), results, target)

        code.loop(valid, one_sample)

    def _number(self, reader: Any, s: Count) -> Any:
        if not reader.in_section:
            return reader.scalar(0)
        return self.code.load(self.memory.pointers["block"], self.code.plus(reader.row(0), s))

    def _store_slopes(self, family: Family, first: Count, valid: Any) -> None:
        """Write the slopes in the columns, a row for each sample."""
        code, width = self.code, self.memory.width
        target = self.memory.pointers["column slopes", self.section]

        def one_sample(s: Count, _: Any) -> None:
            row = code.times(code.plus(first, s), family.size)

            def one_number(k: Count, _: Any) -> None:
                place = code.plus(code.plus(code.times(k, width), s), self.memory.offset[family])
                code.store(code.load(self.memory.pointers["block"], place), target, code.plus(row, k))

            code.loop(family.size, one_number)

        code.loop(valid, one_sample)
