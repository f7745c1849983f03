"""What a compiled program costs: operations, bytes, and the seconds of compiling it by pass."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from autograd.compiler.code import WORD
from autograd.compiler.engine import initialized, passes, target
from autograd.compiler.kernel import Kernel
from autograd.compiler.passes import NAMES
from autograd.compiler.program import UNIFORM, Program
from autograd.compiler.recording import Recording, operands_first
from autograd.compiler.work import NO_WORK, Work, families_by_space, work_of


class Bytes(NamedTuple):
    """The memory of a compiled program.

    tables     places that follow no pattern
    constants  numbers that are compiled in
    code       machine code
    shown      families and text, which the program does not need to run: what `describe` and `source` print
    uniform    numbers that are the same for all samples: once for each thread
    block      one block of samples: once for each thread
    """

    tables: int
    constants: int
    code: int
    shown: int
    uniform: int
    block: int


@dataclass(frozen=True, repr=False)
class Cost:
    """What a compiled program costs; it prints as a table.

    nodes     values that were recorded, leaves included
    families  computed arrays: of all samples (uniform, -1), and of each section
    per_call  work that is done once, whatever the batch
    samples   for each section, the work of one sample
    seconds   of compiling, by pass
    """

    nodes: int
    families: Counter[int]
    per_call: Work
    samples: tuple[Work, ...]
    bytes: Bytes
    seconds: dict[str, float]

    @property
    def bytes_per_node(self) -> float:
        """Bytes of the program by recorded nodes, without the block of samples."""
        return (sum(self.bytes) - self.bytes.block) / max(self.nodes, 1)

    def flops(self, *samples: int) -> int:
        """The floating-point operations of a call with so many samples in each section."""
        each = (work.flops * count for work, count in zip(self.samples, samples, strict=True))
        return self.per_call.flops + sum(each)

    def __repr__(self) -> str:
        lines = [*self._lines()]
        width, numbers = max(len(name) for name, _, _ in lines), max(len(number) for _, number, _ in lines)
        return "\n".join(f"{name:<{width}}  {number:>{numbers}}  {about}".rstrip() for name, number, about in lines)

    def _lines(self) -> Iterator[tuple[str, str, str]]:
        yield "recorded", f"{self.nodes:,}", "nodes"
        yield "families, uniform", f"{self.families[UNIFORM]:,}", ""
        for section, work in enumerate(self.samples):
            batch = f"batch {section}"
            yield f"families, {batch}", f"{self.families[section]:,}", ""
            yield f"each sample of {batch}", f"{work.flops:,}", about(work)
        yield "each call besides", f"{self.per_call.flops:,}", about(self.per_call)
        for name, size in self.bytes._asdict().items():
            yield name, f"{size:,}", "bytes" + (", one for each thread" if name in ("uniform", "block") else "")
        yield "without the block", f"{self.bytes_per_node:.1f}", "bytes a node"
        for name in NAMES:
            if name in self.seconds:
                yield f"to {name}", f"{self.seconds[name]:.4f}", "seconds"


def about(work: Work) -> str:
    """What work is counted in."""
    functions = [f"{count:,} {name}" for name, count in work.functions.items()]
    return ", ".join(["flops", *functions])


def cost(recording: Recording, kernel: Kernel) -> Cost:
    """What the kernel of a recording costs."""
    roots = [*(v for section in recording.sections for v in section.outputs), *recording.outputs]
    work = work_of(kernel.program)
    memory = kernel.machine.memory
    return Cost(
        nodes=len(operands_first(roots)),
        families=families_by_space(kernel.program),
        per_call=work[UNIFORM],
        samples=tuple(work.get(section, NO_WORK) for section in range(len(recording.sections))),
        bytes=Bytes(
            kernel.machine.tables.nbytes,
            memory.constants.nbytes,
            code_bytes(kernel.machine.engine.text),
            bytes_of_places(kernel.program) + len(kernel.machine.engine.text),
            memory.uniform.size * WORD,
            memory.block.size * WORD,
        ),
        seconds=dict(kernel.passes.seconds),
    )


def code_bytes(text: str) -> int:
    """The size of the machine code that a module becomes: it is compiled once more."""
    parsed = initialized().parse_assembly(text)
    chosen, builder = passes()
    chosen.run(parsed, builder)
    made = initialized().ObjectFileRef.from_data(target().emit_object(parsed))
    return sum(part.size() for part in made.sections() if part.is_text())


def bytes_of_places(program: Program) -> int:
    """The size of all places that the references of a program name."""
    pieces = [piece for family in program.families for piece in family.pieces]
    places = [piece.members for piece in pieces] + [ref.index for piece in pieces for ref in piece.body.refs()]
    return sum(each.nbytes for each in {id(each): each for each in places}.values())
