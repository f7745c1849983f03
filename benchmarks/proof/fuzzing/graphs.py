"""What a fuzzer finds where a graph comes from outside: values made by hand, as programs for micrograd make them.

Its input is a list of instructions for making values: leaves, operations of the table, nodes with slopes or with a
rule of their own, gradients and texts assigned, steps walked by hand. What came of it is then copied, backpropagated
through and shown.
"""

import copy
import math
import pickle
import struct
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

from autograd import TABLE, Value, animate, draw, draw_dot, explain, export, gradients, latex, stepper
from autograd.graph import topological_order
from benchmarks.proof.graphs.chain_rule import same_number
from benchmarks.proof.sentences import is_meant

#: What a careless or hostile program gives in the place of a number.
THINGS: list[Any] = [
    *(0.0, -0.0, 1.0, -1.5, math.inf, -math.inf, math.nan, 5e-324, 1.7976931348623157e308, 1e-200, 1e200),
    *(True, 2, 10**400, "1", None, b"1", 1j, [1.0], (), {}, object(), float, Value),
]
NUMBERS = 13  # of them are numbers
TEXTS = [
    "",
    "a",
    "v1",
    "</script>",
    '"]; x',
    "\\",
    "\ud800\x00",
    "\u202e",
    "layers.0.neurons.1",
    "a.1.b.2.",
    "{0}",
    " ",
]
ROWS = list(TABLE.values())
VIEWS = ("auto", "detail", "compact", "neuron", "layer", "summary")
MOST_STEPS = 200
REFUSALS = (TypeError, ValueError)


class Instructions:
    """The bytes of an input, taken one after the other; after the last come zeros."""

    def __init__(self, data: bytes) -> None:
        self.rest = data[::-1]

    def byte(self, below: int = 256) -> int:
        """The next byte, as a number below so many."""
        first, self.rest = self.rest[-1:], self.rest[:-1]
        return first[0] % below if first else 0

    def number(self) -> float:
        """One of the hard numbers, or any double at all."""
        kind = self.byte()
        if kind < 200:
            return float(THINGS[kind % NUMBERS])
        taken = bytes(self.byte() for _ in range(8))
        return float(struct.unpack("<d", taken)[0])

    def text(self) -> str:
        """One of the hard texts, or a few characters of any kind."""
        kind = self.byte()
        if kind < 128:
            return TEXTS[kind % len(TEXTS)]
        return "".join(chr(self.byte() + 256 * self.byte()) for _ in range(kind % 8))


class Maker:
    """Values that grow in number by instructions."""

    def __init__(self, given: Instructions) -> None:
        self.given = given
        self.values = [Value(0.5, label="x")]
        self.ruled = False  # whether a node has a rule of its own

    def operand(self) -> Any:
        """A value that is there already, mostly; or a number, or something else."""
        kind = self.given.byte()
        if kind < 192:
            return self.values[-1 - self.given.byte(len(self.values))]
        return self.given.number() if kind < 240 else THINGS[self.given.byte(len(THINGS))]

    def operands(self) -> list[Any]:
        return [self.operand() for _ in range(self.given.byte(5))]

    def leaf(self) -> None:
        self.values.append(Value(self.given.number(), label=self.given.text()))

    def operation(self) -> None:
        """What a row of the table gives for as many operands as it takes."""
        row = ROWS[self.given.byte(len(ROWS))]
        made = row(*(self.operands() if sequence else self.operand() for sequence in row.sequences))
        if isinstance(made, Value):
            self.values.append(made)

    def with_slopes(self) -> None:
        self.values.append(Value(self.operand(), self.operands(), self.operands()))

    def with_a_rule(self) -> None:
        """A node as micrograd makes it: with a symbol, and a rule of its own that adds up gradients."""
        node = Value(self.given.number(), tuple(self.operands()), self.given.text())
        slope = self.given.number()

        def rule() -> None:
            for operand in node._prev:
                operand.grad += slope * node.grad

        node._backward = rule
        self.ruled = True
        self.values.append(node)

    def named(self) -> None:
        value = self.operand()
        if isinstance(value, Value):
            value.label, value.scope = self.given.text(), self.given.text()

    def assigned(self) -> None:
        """Another number, or another gradient, for a value."""
        value, thing = self.values[-1 - self.given.byte(len(self.values))], self.operand()
        if self.given.byte(2):
            value.data = thing
        else:
            value.grad = thing

    def walked(self) -> None:
        self.values[-1]._backward()

    def copied(self) -> None:
        self.values.append(copy.copy(self.values[-1]))

    def made(self) -> Value:
        """The last value, after all instructions; one that is refused with a sentence is passed over."""
        kinds = [self.operation, self.leaf, self.with_slopes, self.with_a_rule]
        kinds += [self.operation, self.named, self.assigned, self.walked, self.copied, self.operation]
        for _ in range(MOST_STEPS):
            if not self.given.rest:
                break
            attempted(kinds[self.given.byte(len(kinds))])
        return self.values[-1]


def attempted(call: Callable[[], Any]) -> Any:
    """What a call gives; None if it is refused with a sentence."""
    try:
        return call()
    except REFUSALS as error:
        if not is_meant(error, *REFUSALS):
            raise
        return None


def check(data: bytes) -> None:
    """Make a graph, copy it, backpropagate and show it; an AssertionError if two ways to the same thing differ."""
    given = Instructions(data)
    sink = given.byte()
    maker = Maker(given)
    root = maker.made()
    exported = export(root)
    assert all(operand < node.index for node in exported for operand in node.operands)
    twins = [attempted(lambda: copy.deepcopy(root)), attempted(lambda: pickle.loads(pickle.dumps(root)))]
    assert maker.ruled or not any(twin is None for twin in twins), "a graph without a rule of its own was not copied"
    check_twins(root, [twin for twin in twins if twin is not None])
    if not maker.ruled:
        check_gradients(root)
    show(root, sink)


def check_twins(root: Value, twins: list[Value]) -> None:
    """The copies of a graph are the same to the bit, before backpropagation and after."""
    for _ in range(2):
        for twin in twins:
            assert as_text(twin) == as_text(root), "a copy differs from its original"
        for value in (root, *twins):
            value.backward()


def as_text(root: Value) -> str:
    """A graph as text, to the last bit; rows by name, because two of one symbol may be made by hand."""
    return repr([node._replace(row=str(node.row)) for node in export(root)])  # type: ignore[arg-type]


def check_gradients(root: Value) -> None:
    """Gradients that backward() leaves are those that `gradients` gives as values, where it gives them."""
    order = topological_order(root)
    leaves = [value for value in order if value._row is None]
    for value in order:
        value.grad = 0.0
    found = attempted(lambda: gradients(root, leaves))
    root.backward()
    for leaf, gradient in zip(leaves, found or [], strict=bool(found)):
        assert same_number(leaf.grad, gradient.data), f"{leaf.grad!r} by backward(), {gradient.data!r} by gradients"


def show(root: Value, sink: int) -> None:
    """A graph in one of the forms that it is shown in, each of which is text that can be written to a file."""
    first = topological_order(root)[0]
    ways: list[Callable[[], Any]] = [
        lambda: draw(root, VIEWS[sink // 8 % len(VIEWS)], direction=("LR", "TB")[sink % 2], heat=sink > 128).svg,
        lambda: draw_dot(root, look="classic" if sink % 2 else "valuegrad").source,
        lambda: stepper(root).html,
        lambda: latex(root).derivation,
        lambda: f"{explain(root, first)}{explain(root, first).latex}",
        lambda: explain(root, first).picture.svg,
        lambda: animate(root, labels=dict.fromkeys(TEXTS, root)).svg,
        lambda: draw(root, edges="contribution", labels={"many": topological_order(root)}).svg,
    ]
    text = attempted(ways[sink % len(ways)])
    if text is not None:
        text.encode()
        if text.startswith("<svg"):
            ElementTree.fromstring(text)


def starts() -> list[bytes]:
    """An input for each sink and kind of instruction."""
    chain = bytes([0, 1, 1, 1, 0, 0, 0, 1])
    return [
        bytes([sink]) + bytes([kind, *range(kind, kind + 9)]) + chain * 3 for sink in range(8) for kind in range(10)
    ]


STARTS = starts()
WORDS: list[str] = []
