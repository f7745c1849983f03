"""A lifted program printed as array code: text that a reader recognises, and that runs on NumPy alone.

The letters: p are the uniform inputs, arguments first and then captured values; X is the batch, a row for
each sample; z and h are layers before and after their activation, W and b their weights and biases, d_z the
slopes of the result in z.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograd.compiler.array_names import Names, is_number
from autograd.compiler.array_places import matrix, span, taken
from autograd.compiler.array_sums import Pieces
from autograd.compiler.array_tables import OF_TABLES
from autograd.compiler.array_text import Rows, Text, as_numbers
from autograd.compiler.program import (
    OF_ALL_SAMPLES,
    UNIFORM,
    Array,
    Family,
    Map,
    OverSamples,
    Piece,
    Program,
    Ref,
    Scatter,
    pruned,
)
from autograd.compiler.recording import Recording
from autograd.primitives import ATOM, Primitive, unless_nan

INDENT = "    "
COMMENT = 60  # where comments begin, in lines that are not longer


@dataclass(frozen=True, repr=False)
class Source:
    """A program as text, which is what it prints as.

    namespace  what the text refers to: NumPy, rows that NumPy does not have, tables that are too long to print
    """

    name: str
    text: str
    namespace: dict[str, Any]

    def __repr__(self) -> str:
        return self.text

    def function(self) -> Callable[..., Any]:
        """The function that the text defines."""
        names = dict(self.namespace)
        exec(compile(self.text, f"<source of {self.name}>", "exec"), names)
        defined: Callable[..., Any] = names[self.name]

        def run(*arrays: Array) -> Any:
            with np.errstate(all="ignore"):  # inf and nan are results like any other
                return defined(*arrays)

        return run


def source(program: Program, recording: Recording, name: str = "f") -> Source:
    """The program as a function of arrays: the outputs, results per sample and slopes that it gives.

    It takes p, one batch for each section and, where slopes are weighed, the seeds. Results that stand side
    by side in one array come out as one array.

    >>> from autograd.compiler.lift import lift
    >>> from autograd.value import Value
    >>> x, y = Value(0.0), Value(0.0)
    >>> recording = Recording((x, y), (), (), ((x * y + x).exp(),), ())
    >>> printed = source(lift(recording).program, recording)
    >>> print(printed)
    import numpy as np
    <BLANKLINE>
    <BLANKLINE>
    def f(p):
        # p: 2 arguments
        sum_1 = p[0] + p[0] * p[1]                               # a number
        result = np.exp(sum_1)                                   # a number
        return result
    >>> printed.function()(np.array([2.0, 1.0])) == np.exp(4.0)
    np.True_
    """
    return Printing(program, recording).source(name)


class Printing:
    """The lines written so far."""

    def __init__(self, program: Program, recording: Recording) -> None:
        self.program = program = pruned(replace(program, families=list(program.families)))
        self.recording = recording
        self.names = Names(program, len(recording.sections))
        self.only_mapped = only_mapped(program)
        self.rows = Rows()
        self.pieces = Pieces(self.names, self.rows)
        self.lines: list[str] = []

    def source(self, name: str) -> Source:
        for family in self.program.families:
            if family.given is None:
                self._compute(family)
            elif family.given.what == "count":
                batch = self.names.columns(family.given.table)
                self.lines.append(f"{self.names.of[family]} = np.float64(len({batch}))")
        self.lines += self._updates()
        results = f"return {', '.join(self._results())}"
        body = [*self._about_inputs(), *self.names.lines_of_tables(), *self.names.views, *self.lines, results]
        head = ["import numpy as np", "", *self._about_helpers(), "", f"def {name}({', '.join(self._inputs())}):"]
        text = "\n".join([*head, *(INDENT + line for line in body)])
        helpers = {row.__name__: on_arrays(row) for row in self.rows.helpers}
        return Source(name, text, {"np": np, **helpers, **self.names.tables})

    # What goes in, and what comes out

    def _inputs(self) -> list[str]:
        sections = range(len(self.recording.sections))
        given = [(f.given.what, self.names.of[f]) for f in self.program.families if f.given is not None]
        others = [name for kind in ("state", "seeds", "sample seeds") for what, name in given if what == kind]
        return ["p", *map(self.names.columns, sections), *others]

    def _about_inputs(self) -> list[str]:
        kinds = (len(self.recording.arguments), "arguments"), (len(self.recording.captured), "captured values")
        lines = [f"# p: {', then '.join(f'{count} {kind}' for count, kind in kinds if count) or 'nothing'}"]
        for s, section in enumerate(self.recording.sections):
            lines.append(f"# {self.names.columns(s)}: {len(section.inputs)} numbers for each sample")
        return lines

    def _about_helpers(self) -> list[str]:
        lines = []
        for title, whole_arrays in ("For each number of an array", False), ("For whole arrays", True):
            helpers = [row for row in self.rows.helpers if (row in OF_TABLES) is whole_arrays]
            lines += [f"# {title}:"] * bool(helpers)
            for row in helpers:
                parameters = row.parameters if isinstance(row, Primitive) else inspect.signature(row).parameters
                about = (row.__doc__ or "").strip().partition("\n")[0]
                lines.append(f"#   {row.__name__}({', '.join(parameters)}): {about}")
        return [*lines, ""] if lines else []

    def _results(self) -> list[str]:
        program = self.program
        joined = [self._joined(refs) for refs in side_by_side(program.outputs)]
        places: dict[int, list[Ref]] = {}
        for (section, _), ref in zip(self.recording.per_sample, program.per_sample, strict=True):
            places.setdefault(section, []).append(ref)
        for section, several in sorted(places.items()):
            joined += [self._joined(refs, self.names.columns(section)) for refs in side_by_side(several)]
        slopes = [self.names.of[f] for f in (program.uniform_slopes, *program.column_slopes) if f is not None]
        return [*joined, *slopes, *(f"next_{name}" for name in self._updated())]

    def _updated(self) -> list[str]:
        return sorted({self.names.of[update.target] for update in self.program.updates})

    def _updates(self) -> list[str]:
        """Lines that make what is given to the next step of a training."""
        lines = [f"next_{name} = {name}.copy()" for name in self._updated()]
        for target, places, made in self.program.updates:
            part = self._part(f"next_{self.names.of[target]}", target, places)
            lines.append(f"{part} = {self.names.of[made]}")
        return lines

    def _joined(self, refs: list[Ref], batch: str = "") -> str:
        """Results of one family: a number or an array of them, for each sample where a batch is named."""
        ref = Ref(refs[0].family, np.concatenate([each.index for each in refs]))
        text = self.names.members(ref) if len(refs) == 1 else self.names.vector(ref.family, ref.index)
        return text.code if text.sampled or not batch else f"np.tile({text.code}, (len({batch}), 1))"

    # Families

    def _compute(self, family: Family) -> None:
        pieces = [piece for piece in family.pieces if not is_nothing(piece)]
        name = self.names.name(family)
        if len(pieces) == 1 and np.array_equal(pieces[0].members, np.arange(family.size)):
            text, order = self._piece(family, pieces[0])
            if order.ndim == 1 or np.array_equal(order.ravel(), pieces[0].members):
                flat = f"{text.at(ATOM)}.ravel()" if order.ndim == 2 else whole(text, family, self._batch(family))
                self._write(f"{name} = {flat}", self._meaning(family))
                return
        made = "np.empty" if len(pieces) == len(family.pieces) else "np.zeros"
        shape = f"{family.size}" if family.space == UNIFORM else f"(len({self._batch(family)}), {family.size})"
        self._write(f"{name} = {made}({shape})", self._meaning(family))
        for piece in pieces:
            text, members = self._piece(family, piece)
            part = self._part(self.names.of[family], family, members)
            self._write(f"{part} = {text.code}", self._known_part(family, members))

    def _piece(self, family: Family, piece: Piece) -> tuple[Text, Array]:
        if isinstance(piece.body, OverSamples):
            return self.pieces.over_samples(piece.body, piece.members)
        if isinstance(piece.body, Scatter):
            return self.pieces.scattered(piece.body), piece.members
        text = self.pieces.text(piece.body)
        if text.truth and family in self.only_mapped:
            self.names.truths.add(family)
            return text, piece.members
        return as_numbers(text), piece.members

    def _part(self, name: str, family: Family, members: Array) -> str:
        """Code for some members of an array that is shaped like a family, to be set."""
        sampled = family.space != UNIFORM
        if members.ndim == 2:
            code = matrix(name, members, family.size, False)
            if code is not None:
                return code if code.endswith("]") else f"{code}[:]"
        elif span(members, family.size) is not None:
            code = taken(name, members, family.size, sampled)
            return str(code) if code != name else f"{name}[:]"
        table = self.names.table("places", members)
        return f"{name}[:, {table}]" if sampled else f"{name}[{table}]"

    def _known_part(self, family: Family, members: Array) -> str:
        """The name of the parameters whose slopes these members are."""
        if family.space != UNIFORM or family.size != len(self.recording.arguments) + len(self.recording.captured):
            return ""
        known = self.names.part(members)
        return f"slopes in {known}" if known else ""

    def _batch(self, family: Family) -> str:
        return self.names.columns(family.space) if family.space != UNIFORM else ""

    def _meaning(self, family: Family) -> str:
        shape = "a number" if is_number(family) else f"({family.size},)"
        if family.space != UNIFORM:
            shape = f"({'samples' if self.names.sections == 1 else f'samples of {self._batch(family)}'}, {family.size})"
        value = self.names.value_of.get(family)
        if value is not None and value in self.names.of:
            return f"{shape}, slopes in {self.names.of[value]}"
        return f"{shape}, over all samples" if isinstance(family.pieces[0].body, OF_ALL_SAMPLES) else shape

    def _write(self, code: str, comment: str) -> None:
        if len(code) < COMMENT:
            self.lines.append(f"{code:<{COMMENT - len(INDENT)}} # {comment}" if comment else code)
        else:
            self.lines += [f"# {comment}", code] if comment else [code]


def whole(text: Text, family: Family, batch: str) -> str:
    """Code for an array with a number for each member, and for each sample, where operands served several."""
    if family.space == UNIFORM:
        wide = text.width == family.size
        if is_number(family):
            return text.code if text.value is None else f"np.float64({text.code})"
        return text.code if wide else f"np.full({family.size}, {text.code})"
    if text.sampled:
        return text.code if text.width == family.size else f"np.repeat({text.code}, {family.size}, axis=1)"
    if text.width == family.size and family.size > 1:
        return f"np.tile({text.code}, (len({batch}), 1))"
    return f"np.full((len({batch}), {family.size}), {text.code})"


def only_mapped(program: Program) -> set[Family]:
    """The families that nothing but elementwise rows read: those of truth values need not be numbers."""
    found = set(program.families) - set(program.results())
    for family in program.families:
        for piece in family.pieces:
            if not isinstance(piece.body, Map):
                found -= {ref.family for ref in piece.body.refs()}
    return found


def is_nothing(piece: Piece) -> bool:
    """Whether the members of a piece are 0.0, as those are that nothing depends on."""
    return isinstance(piece.body, Map) and piece.body.expression == 0.0


def side_by_side(refs: list[Ref]) -> list[list[Ref]]:
    """Neighbours that are numbers of one family, put together."""
    groups: list[list[Ref]] = []
    for ref in refs:
        if groups and groups[-1][0].family is ref.family and not is_number(ref.family):
            groups[-1].append(ref)
        else:
            groups.append([ref])
    return groups


def on_arrays(row: Primitive | Callable[..., object]) -> Callable[..., Any]:
    """A row that takes arrays.

    >>> from autograd.primitives import relu
    >>> on_arrays(relu)(np.array([-1.0, 2.0]))
    array([0., 2.])
    """
    if isinstance(row, Primitive):
        return np.vectorize(row.function, otypes=[float])
    return row if row is not unless_nan else lambda x, slope: np.where(x == x, slope, x)
