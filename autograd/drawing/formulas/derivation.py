"""The expression of a value and its derivation, line by line, as LaTeX."""

from collections import deque
from collections.abc import Iterable

from autograd.drawing.formulas.formula import Formula, decimal
from autograd.drawing.formulas.paths import Link, adjoints, links_of
from autograd.drawing.formulas.templates import MOST_ITEMS, bracketed
from autograd.drawing.formulas.written import WrittenGraph
from autograd.drawing.picture import counted
from autograd.primitives import SUM

INLINE = 100  # characters; a longer formula gets a line of its own

NEXT_LINE = " \\\\\n"


def aligned(lines: Iterable[str]) -> str:
    """Lines below each other."""
    return f"\\begin{{aligned}}\n{NEXT_LINE.join(lines)}\n\\end{{aligned}}"


# The expression


def expression(graph: WrittenGraph, most_lines: int) -> str:
    """The formula of the last value of a graph; lines below it say what is used more than once, or would be long."""
    lines = Lines(graph)
    root = len(graph.nodes) - 1
    wanted = deque([root])
    known = {root}
    written: list[tuple[int, str]] = []
    while wanted and len(written) < most_lines:
        index = wanted.popleft()
        written.append((index, lines.formulas[index].text))
        more = [i for i in sorted(lines.mentions[index], reverse=True) if i not in known]
        known.update(more)
        wanted.extend(more)
    label = graph.nodes[root].label
    if len(written) == 1 and not wanted:
        return f"{graph.name(root).latex} = {written[0][1]}" if label and graph.nodes[root].operands else written[0][1]
    shown = [f"{graph.name(index).latex} &= {text}" for index, text in written]
    if wanted:
        shown.append(rf"&\text{{and more lines: the graph has {counted(len(graph.nodes), 'value')}}}")
    return aligned(shown)


class Lines:
    """For each value of a graph the formula of how it was made, and the values that this mentions by name."""

    def __init__(self, graph: WrittenGraph) -> None:
        uses = [0] * len(graph.nodes)
        for node in graph.nodes:
            for operand in node.operands:
                uses[operand] += 1
        self.formulas: list[Formula] = []
        self.mentions: list[frozenset[int]] = []
        inlined: list[Formula] = []
        mentioned: list[frozenset[int]] = []
        for node in graph.nodes:
            if node.row is None:
                formula = graph.symbols[node.index] if node.label else graph.made(node.index, ())
                mentions: frozenset[int] = frozenset()
            else:
                formula = graph.made(node.index, inlined)
                mentions = frozenset().union(*(mentioned[operand] for operand in node.operands))
            is_short = node.row is None or (uses[node.index] < 2 and len(formula.text) <= INLINE)
            self.formulas.append(formula)
            self.mentions.append(mentions)
            inlined.append(formula if is_short else graph.symbols[node.index])
            mentioned.append(mentions if is_short else frozenset((node.index,)))


# The derivation


def derivation(graph: WrittenGraph, most_lines: int) -> str:
    """A line for each value: how it was made, and how its adjoint follows from those of the results that use it."""
    named = [node.index for node in graph.nodes if graph.names[node.index] is not None]
    order = [i for i in named if graph.nodes[i].row is None] + [i for i in named if graph.nodes[i].row is not None]
    shown = order[-most_lines:]
    backward = Backward(graph, shown)
    lines = [r"&\text{forward} \downarrow &\qquad &\text{backward} \uparrow"]
    if len(shown) < len(order):
        lines.append(rf"&\text{{the first {counted(len(order) - len(shown), 'line')} of {len(order):,} are left out}}")
    lines += [rf"{forward(graph, index)} &\qquad {backward.line(index)}".rstrip() for index in shown]
    return aligned(lines)


def forward(graph: WrittenGraph, index: int) -> str:
    """How a value was made, of the names of its operands, and its number."""
    node = graph.nodes[index]
    number = decimal(node.data)
    if node.row is None:
        return f"{graph.name(index).latex} &= {number}"
    return f"{graph.name(index).latex} &= {graph.made(index, graph.symbols).text} = {number}"


class Backward:
    """The adjoints of some values of a graph, with the terms that they are the sums of."""

    def __init__(self, graph: WrittenGraph, shown: Iterable[int]) -> None:
        self.graph = graph
        self.adjoints = adjoints(graph.nodes)
        self.terms: dict[int, list[tuple[int, Link]]] = {index: [] for index in shown}
        for node in reversed(graph.nodes):
            for link in links_of(node):
                if link.operand in self.terms:
                    self.terms[link.operand].append((node.index, link))

    def line(self, index: int) -> str:
        """The adjoint of a value as a sum over its uses; empty for a constant."""
        bar = self.graph.name(index).bar
        terms = self.terms[index]
        if index == len(self.graph.nodes) - 1:
            return f"{bar} &= 1"
        if not terms:
            return ""
        adjoint = self.adjoints[index]
        number = r"\text{known only to a rule made by hand}" if adjoint is None else decimal(adjoint)
        return f"{bar} &= {self.sum(terms)} = {number}"

    def sum(self, terms: list[tuple[int, Link]]) -> str:
        """The first terms, with their signs, and how many there are beside."""
        text = ""
        for result, link in terms[:MOST_ITEMS]:
            term = self.term(result, link)
            text += term if not text else f" - {term[1:]}" if term.startswith("-") else f" + {term}"
        rest = len(terms) - MOST_ITEMS
        return text if rest <= 0 else rf"{text} + \text{{{counted(rest, 'more term')}}}"

    def term(self, result: int, link: Link) -> str:
        """What comes back from one use: the adjoint of the result times the local slope."""
        bar = self.graph.name(result).bar
        slope = self.graph.slope(result, link.slot)
        if slope.text in ("1", "-1"):
            return slope.text.removesuffix("1") + bar
        brackets = slope.binds <= SUM or slope.text.startswith("-")
        return rf"{bar} \cdot {bracketed(slope.text) if brackets else slope.text}"
