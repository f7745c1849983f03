"""What the arrays of a printed program are called, and how places of them are written."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import primitives as rows
from autograd.compiler.array_places import matrix, same_rows, short, taken
from autograd.compiler.array_text import Text, literal
from autograd.compiler.program import OF_ALL_SAMPLES, UNIFORM, Array, Family, Fold, Gather, Program, Ref, Sum
from autograd.compiler.symbols import Apply, At
from autograd.primitives import ATOM

LETTERS = "WUV"  # of the matrices of one layer
INLINE = 6  # constants that are written out

#: Rows whose names are those of Python's signs.
WORDS = {rows.mul: "product", rows.div: "quotient", rows.where: "chosen", rows.power: "power"}


class Names:
    """The names given so far.

    of        the name of each family
    truths    families of truth values, which only elementwise rows read
    views     lines that give parts of the parameters a name
    tables    constants and places that follow no pattern, by name
    """

    def __init__(self, program: Program, sections: int) -> None:
        self.program = program
        self.sections = sections
        self.of: dict[Family, str] = {}
        self.truths: set[Family] = set()
        self.layers: dict[Family | None, int] = {}
        self.views: list[str] = []
        self.tables: dict[str, Any] = {}
        self.value_of = {g: z for z, g in reversed(program.adjoints.items())}
        self._numbers: Counter[str] = Counter()
        self._layer = 0
        self._letters: Iterator[str] = iter("")
        self._in_layer = False
        self._parts: dict[Any, str] = {}
        for family in program.families:
            if family.given is not None:
                self._name_given(family, family.given.what)

    def _name_given(self, family: Family, what: str) -> None:
        if what == "columns":
            self.of[family] = self.columns(family.space)
        elif what == "sample seeds":
            self.of[family] = f"seeds_of_{self.columns(family.space)}"
        else:
            self.of[family] = {"uniform": "p", "count": "n"}.get(what, what)
        if what == "count":
            self.of[family] += "" if self.sections == 1 else str(family.given.table + 1)  # type: ignore[union-attr]

    def columns(self, section: int) -> str:
        """The name of the batch of a section."""
        return "X" if self.sections == 1 else f"X{section + 1}"

    # New names

    def name(self, family: Family) -> str:
        """Give a family that is about to be computed its name."""
        self._letters = iter("")
        self._in_layer = False
        value = self.value_of.get(family)
        if is_number(family) and any(ref.family is family for ref in self.program.outputs):
            stem = "result"
        elif value is not None and value in self.of:
            stem = f"d_{self.of[value]}"
        elif is_layer(family):
            self._layer += 1
            self.layers[family] = self._layer
            self._letters = iter(LETTERS)
            self._in_layer = True
            stem = f"z{self._layer}"
        else:
            stem = self._stem(family)
        self.of[family] = stem if stem not in self.of.values() else self._numbered(stem)
        return self.of[family]

    def _stem(self, family: Family) -> str:
        body = family.pieces[0].body
        if isinstance(body, Gather):
            return self._numbered("taken")
        if isinstance(body, OF_ALL_SAMPLES):
            return self._numbered("total" if family.size == 1 else "totals")
        if isinstance(body, Sum):
            return self._numbered("sum")
        if isinstance(body, Fold):
            return self._numbered(body.row.name)
        if not isinstance(body.expression, Apply):
            return self._numbered("value")
        row, last = body.expression.row, body.operands[-1].family if body.operands else None
        if body.expression.arguments == (At(0),) and last in self.layers:
            return f"h{self.layers[last]}"
        if row is rows.div and last is not None and last.given is not None and last.given.what == "count":
            return self._numbered("mean")
        return self._numbered(WORDS.get(row, row.name))

    def _numbered(self, stem: str) -> str:
        self._numbers[stem] += 1
        return f"{stem}_{self._numbers[stem]}"

    def table(self, stem: str, table: Array) -> str:
        """The name of a table, the same for an equal one."""
        for name, known in self.tables.items():
            if known.dtype == table.dtype and np.array_equal(known, table):
                return name
        name = self._numbered(stem)
        self.tables[name] = table
        return name

    def lines_of_tables(self) -> list[str]:
        """What the tables hold: in code where they are short."""
        return [
            f"{name} = np.array({table.tolist()})"
            if table.size <= INLINE
            else f"# {name}, of shape {table.shape}: {short(table)}"
            for name, table in self.tables.items()
        ]

    # Parts of arrays

    def members(self, ref: Ref, letter: str = "b") -> Text:
        """One number for each member: the last axis of the array, or one number that serves all members.

        letter  what parameters are called that a layer uses first
        """
        family, places = ref.family, ref.index
        sampled = family.space != UNIFORM
        if family.given is not None and family.given.what == "constants":
            numbers = family.given.table[places]
            if same_bits(numbers):
                return literal(float(numbers[0]))
            return Text(self._constants(numbers), ATOM, False, len(places))
        if is_number(family):
            return Text(self.of[family], truth=family in self.truths)
        if len(places) == 1 and not sampled:
            return Text(self._known(family, places, letter) or f"{self.of[family]}[{places[0]}]")
        if (places == places[0]).all():
            single = taken(self.of[family], places[:1], family.size, sampled) if sampled else None
            return Text(single or f"{self.of[family]}[{places[0]}]", ATOM, sampled, truth=family in self.truths)
        return self.vector(family, places, letter)._replace(truth=family in self.truths)

    def vector(self, family: Family, places: Array, letter: str = "w") -> Text:
        """The numbers at these places, each on its own."""
        sampled = family.space != UNIFORM
        if family.given is not None and family.given.what == "constants":
            return Text(self._constants(family.given.table[places]), ATOM, False, len(places))
        name = f"np.array([{self.of[family]}])" if is_number(family) else self.of[family]
        code = self._known(family, places, letter) or taken(name, places, family.size, sampled)
        if code is None:
            table = self.table("places", places)
            code = f"{name}[:, {table}]" if sampled else f"{name}[{table}]"
        return Text(code, ATOM, sampled, len(places))

    def matrix(self, family: Family, places: Array) -> Text:
        """The numbers at a matrix of places."""
        sampled = family.space != UNIFORM
        if family.given is not None and family.given.what == "constants":
            return Text(self._constants(family.given.table[places]), ATOM, False, len(places))
        name = f"np.array([{self.of[family]}])" if is_number(family) else self.of[family]
        code = self._known(family, places, "") or matrix(name, places, family.size, sampled)
        if code is None:
            table = self.table("places", places)
            code = f"{name}[:, {table}]" if sampled else f"{name}[{table}]"
        return Text(code, ATOM, sampled, len(places))

    def look_up(self, family: Family, places: Array) -> Text:
        """The numbers at a matrix of places, under a name of their own where they are parameters."""
        text = self.matrix(family, places) if places.shape[1] > 1 else self.vector(family, places[:, 0])
        if family.given is None or family.given.what != "uniform" or text.code.isidentifier():
            return text
        self._numbers["E"] += 1
        name = self._parts[places.shape, places.tobytes()] = f"E{self._numbers['E']}"
        self.views.append(f"{name} = {text.code}")
        return Text(name)

    def _constants(self, numbers: Array) -> str:
        return self.table("constants", np.ascontiguousarray(numbers))

    def part(self, places: Array) -> str | None:
        """The name of these places of the parameters, if they have one."""
        return self._parts.get((places.shape, places.tobytes()))

    def row(self, ref: Ref) -> str | None:
        """The name of a matrix of parameters that has these places as its only row."""
        given = ref.family.given is not None and ref.family.given.what == "uniform"
        return self.part(ref.index[None, :]) if given else None

    def _known(self, family: Family, places: Array, letter: str) -> str | None:
        """The name of a part of the parameters: a layer names its own when it uses them first."""
        if family.given is None or family.given.what != "uniform":
            return None
        for each, turn in ((places, ""), (places.T, ".T")):
            known = self._parts.get((each.shape, each.tobytes()))
            if known is not None:
                return known + (turn if places.ndim == 2 else "")
        if not self._in_layer:
            return None
        name = f"{letter or next(self._letters, '')}{self._layer}"
        if not name[0].isalpha() or name in self._parts.values():
            return None
        if places.ndim == 2:
            code = matrix("p", places, family.size, False)
        else:
            code = taken("p", places, family.size, False) if len(places) > 1 else f"p[{places[0]}]"
        if code is None:
            return None
        self._parts[places.shape, places.tobytes()] = name
        self.views.append(f"{name} = {code}")
        return name


def is_number(family: Family) -> bool:
    """Whether a family is one number, not an array of one."""
    given = family.given is not None and family.given.what != "count"
    return family.space == UNIFORM and family.size == 1 and not given


def is_layer(family: Family) -> bool:
    """Whether the members are sums of products of parameters and other numbers."""
    body = family.pieces[0].body
    if not isinstance(body, Sum) or len(family.pieces) > 1:
        return False
    for term in body.terms:
        if len(term.factors) == 2 and term.factors[0].index.shape[1] > 1:
            weights, x = term.factors
            given = weights.family.given is not None and weights.family.given.what == "uniform"
            if given and (x.family is not weights.family or same_rows(x.index) != same_rows(weights.index)):
                return True
    return False


def same_bits(numbers: Array) -> bool:
    """Whether all numbers are one; 0.0 and -0.0 are two.

    >>> same_bits(np.array([0.0, 0.0])), same_bits(np.array([0.0, -0.0]))
    (True, False)
    """
    bits = numbers.view(np.int64)
    return bool((bits == bits.ravel()[0]).all())
