"""Code for one pass over the samples of a section: block by block, what is computed of it, and summed up.

A family is kept in the block from when it is computed until it was read for the last time, so that the block stays
small; a sum over samples is added to as soon as what it adds up is there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograd.compiler.code import I64, Code, Count
from autograd.compiler.grid_code import GridCode
from autograd.compiler.grids import Grid
from autograd.compiler.memory import Memory
from autograd.compiler.oversamples import LaneByLane, OneByOne, OverSamplesCode
from autograd.compiler.program import OF_ALL_SAMPLES, UNIFORM, Family, Piece, Program, Ref
from autograd.compiler.section import SectionCode
from autograd.compiler.translate import Functions


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


@dataclass(frozen=True)
class SectionPass:
    """What a pass over the samples of a section does.

    families  of the section, those that it computes, in order
    sums      over its samples, those that it makes
    results   sample by sample, each with its place among those of the section
    slopes    the family of the slopes in the columns, if it is this pass that stores them
    """

    section: int
    families: list[Family]
    sums: list[tuple[Family, Piece]]
    results: list[tuple[int, Ref]]
    slopes: list[Family]


def pass_over(program: Program, phases: dict[Family, int], section: int, phase: int) -> SectionPass | None:
    """The pass of a phase over a section: all sums that can be made in it, and results; None if there are none."""
    sums = list(sums_of(program, phases, section, phase))
    per_sample = enumerate(ref for ref in program.per_sample if ref.family.space == section)
    results = [(place, ref) for place, ref in per_sample if phases[ref.family] == phase]
    of_columns = program.column_slopes[section : section + 1]
    slopes = [family for family in of_columns if family is not None and phases[family] == phase]
    roots = [ref.family for _, piece in sums for ref in piece.body.refs()]
    roots += [ref.family for _, ref in results] + slopes
    if not roots:
        return None
    needed: set[Family] = set()
    while roots:
        family = roots.pop()
        if family.space == section and family not in needed:
            needed.add(family)
            roots += [ref.family for ref in family.refs()]
    return SectionPass(section, [family for family in program.families if family in needed], sums, results, slopes)


def sums_of(program: Program, phases: dict[Family, int], section: int, phase: int) -> Iterator[tuple[Family, Piece]]:
    """The sums over the samples of a section that can be made in a phase, and no earlier."""
    for family in program.families:
        for piece in family.pieces:
            if not isinstance(piece.body, OF_ALL_SAMPLES) or piece.body.section != section:
                continue
            if max(phases[ref.family] for ref in piece.body.refs()) == phase:
                yield family, piece


class BlocksCode:
    """Writes the code of one pass over the samples of a section.

    sums    what it adds up
    chosen  the samples are those rows of the columns that the array `rows` names
    """

    def __init__(self, code: Code, memory: Memory, functions: Functions, over: SectionPass, chosen: bool) -> None:
        self.code = code
        self.memory = memory
        self.functions = functions
        self.over = over
        self.section = over.section
        self.chosen = chosen
        self.sums = OverSamplesCode(code, memory, over.sums)
        self.room: dict[Any, tuple[int, int]] = {}

    def write(self, begin: Count = 0, count: Count = None) -> None:
        """The loop over `count` blocks from `begin` on, or over all of them, which begins with sums of nothing."""
        code, width = self.code, self.memory.width
        samples = self.memory.pointers["samples", self.section]
        self.sums.begin()
        if count is None:
            count = self.memory.blocks(code, self.section)

        def one_block(b: Count, _: Any) -> None:
            first = code.times(code.plus(begin, b), width)
            left = code.builder.sub(samples, code.whole(first))
            valid = code.builder.select(code.builder.icmp_signed("<", left, code.whole(width)), left, code.whole(width))
            self._block(first, valid)

        code.loop(count, one_block)

    def _block(self, first: Count, valid: Any) -> None:
        section, grids = SectionCode(self.code, self.memory, self.functions), GridCode(self.code, self.memory)
        sums, steps = self.sums, self._schedule()
        kept = {ref.family for _, ref in self.over.results} | set(self.over.slopes)
        last = {item: place for place, step in enumerate(steps) for item in held(step)} | dict.fromkeys(
            kept, len(steps)
        )
        for place, step in enumerate(steps):
            self._make_room(step)
            if isinstance(step, Turn):
                grids.turn(step.grid)
            elif isinstance(step, Grid):
                grids.add(step, valid)
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
        for place, ref in self.over.results:
            self._store_result(place, section.reader(ref), first, valid)
        for family in self.over.slopes:
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

    def _schedule(self) -> list[Step]:
        """Families in order, and each sum over samples as soon as what it adds up is there."""
        steps: list[Step] = []
        there: set[Family] = set()
        turned: set[tuple[Family, bytes]] = set()
        grids = [grid for _, grid in self.sums.grids]
        waiting: list[Grid | LaneByLane | OneByOne] = [*grids, *self.sums.others, *self.sums.scatters]
        for family in self.over.families:
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
