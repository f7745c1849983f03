"""Pictures with a box for each group of values: neurons, layers, operations on many samples."""

from collections import Counter
from collections.abc import Iterable
from math import fsum
from typing import NamedTuple

from autograd.accurate import sum_in_order
from autograd.drawing.grouping.groups import ABSORBED, Group, group_of, stem
from autograd.drawing.grouping.merging import used_outside
from autograd.drawing.grouping.scopes import APPLYING, ancestors
from autograd.drawing.layout.layers import NO_FRAME
from autograd.drawing.lettering import printed
from autograd.drawing.picture import NAME_LENGTH, Box, Direction, Edge, Picture, Role, clipped, counted, symbol_of
from autograd.drawing.values import Subject, box_of, edges_into, frames_of
from autograd.graph import Node

LINEAR = APPLYING | {"neg"}
SHOWN = 3  # operations that the name of a group lists
FEW = 6  # edges into a group that have room for how many values they are

Lines = tuple[tuple[str, str], ...]


def picture_of_groups(
    subject: Subject, groups: list[Group], direction: Direction, notice: str = "", heated: bool = False
) -> Picture:
    """The picture of the groups of a graph."""
    outputs = used_outside(subject, groups)
    frame, frames = frames_of([ancestors(group.scope)[:-1] if ", " not in group.scope else [] for group in groups])
    around = [frames[f].scope if f != NO_FRAME else "" for f in frame]
    boxes = [
        box_of_group(subject, group, out, scope)._replace(frame=f)
        for group, out, scope, f in zip(groups, outputs, around, frame, strict=True)
    ]
    edges = edges_between(subject, groups, boxes)
    summary = f"How {boxes[-1].name or 'a value'} was computed: {counted(len(subject.graph), 'value')} in "
    summary += counted(len(boxes), "box", "boxes")
    return Picture(boxes, edges, direction, notice, summary, frames, heated=heated)


def box_of_group(subject: Subject, group: Group, outputs: list[int], around: str) -> Box:
    """A group as a box; a group of one value is drawn as that value. `around` is the scope that its frame names."""
    graph = subject.graph
    if group.scope:
        return box_of_part(subject, group, outputs, group.scope.removeprefix(f"{around}."))
    if len(group.members) == 1:
        return box_of(graph[group.members[0]], subject)
    node = graph[group.results[-1]]
    if node.row is None:
        return box_of_leaves(subject, group)
    symbols = Counter(symbol_of(graph[i]) for i in group.members if graph[i].row is not None)
    name = " ".join([printed(symbol) for symbol in symbols][:SHOWN]) + " …" * (len(symbols) > SHOWN)
    lines: Lines = ()
    if len(symbols) == 1 and len(group.members) > len(group.results):
        name = {"+": "sum", "*": "product"}[next(iter(symbols))]
        terms = len(terms_of(subject, group)) // len(group.results)
        lines = (("terms", f"{terms:,}" + " each" * (len(group.results) > 1)),)
    elif len(symbols) > 1:
        lines = (("operations", f"{symbols.total():,}"),)
    listing = ", ".join(f"{count:,} {symbol}" for symbol, count in symbols.most_common(8))
    role: Role = "output" if outputs and outputs[-1] == len(graph) - 1 else "intermediate"
    return Box(
        clipped(name, NAME_LENGTH), "", role, lines + numbers(graph, outputs), f"{listing}", max(1, len(outputs))
    )


def terms_of(subject: Subject, group: Group) -> list[int]:
    """What a group of sums adds up, or one of products multiplies; the constant 0 to begin with is no term."""
    members = set(group.members)
    return [
        operand
        for i in group.members
        for operand in subject.graph[i].operands
        if operand not in members and not (operand in subject.constants and subject.graph[operand].data == 0.0)
    ]


def box_of_leaves(subject: Subject, group: Group) -> Box:
    """Leaves of one kind as a box."""
    graph = subject.graph
    name = clipped(stem(graph[group.members[0]].label), NAME_LENGTH) or "inputs"
    title = f"{counted(len(group.members), 'value')} that nothing was computed for"
    return Box(name, "", "leaf", numbers(graph, group.members), title, len(group.members))


def box_of_part(subject: Subject, group: Group, outputs: list[int], name: str) -> Box:
    """A part of a model as a box: a neuron, a layer, or a larger one."""
    graph = subject.graph
    parameters = [i for i in group.members if graph[i].row is None]
    results = [i for i in outputs if graph[i].row is not None]
    neurons = {subject.scopes[i] for i in group.members} - {"", group.scope}
    symbols = Counter(symbol_of(graph[i]) for i in results if str(graph[i].row) not in LINEAR)
    lines: Lines = ()
    if neurons:
        lines += (("neurons", f"{len(neurons):,}"),)
    if parameters:
        lines += (("parameters", f"{len(parameters):,}"),)
    title = f"{clipped(group.scope, NAME_LENGTH)}: {counted(len(group.members), 'value')}, "
    title += f"{counted(len(parameters), 'parameter')}"
    symbol = clipped(", ".join(symbols), NAME_LENGTH) or "linear" * bool(results)
    role: Role = "output" if group.members[-1] == len(graph) - 1 else "part"
    return Box(
        clipped(name, NAME_LENGTH),
        symbol,
        role,
        lines + numbers(graph, results or parameters),
        title,
        max(1, len(results)),
    )


def numbers(graph: list[Node], outputs: list[int]) -> Lines:
    """What the values that come out of a group are: one by its numbers, several by their mean size."""
    if len(outputs) == 1:
        node = graph[outputs[0]]
        return ("data", f"{node.data:.4g}"), ("grad", f"{node.grad:.4g}")
    data, grad = (mean_size(graph[i].data for i in outputs), mean_size(graph[i].grad for i in outputs))
    return ("values", f"{len(outputs):,}"), ("mean |data|", data), ("mean |grad|", grad)


def mean_size(found: Iterable[float]) -> str:
    """The mean absolute value of some numbers, as it is shown."""
    sizes = [abs(number) for number in found]
    try:
        return f"{fsum(sizes) / len(sizes):.4g}" if sizes else "-"
    except OverflowError:
        return "inf"


class Flow(NamedTuple):
    """What goes from one group to another: the values, and the size of the gradient that comes back."""

    values: dict[int, None]
    heat: list[float]


def edges_between(subject: Subject, groups: list[Group], boxes: list[Box]) -> list[Edge]:
    """An edge from each group to each that uses it; between two single values, each use with its slope."""
    of = group_of(subject, groups)
    flows: dict[tuple[int, int], Flow] = {}
    found: list[Edge] = []
    for node in subject.graph:
        head = of[node.index]
        alone = head != ABSORBED and len(groups[head].members) == 1
        for place, (operand, slope) in enumerate(zip(node.operands, node.slopes, strict=True)):
            tail = of[operand]
            if ABSORBED in (tail, head) or tail == head:
                continue
            if alone and len(groups[tail].members) == 1:
                found.append(edges_into(node, subject)[place]._replace(tail=tail, head=head))
                continue
            flow = flows.setdefault((tail, head), Flow({}, []))
            flow.values[operand] = None
            flow.heat.append(abs(node.grad * slope) if slope is not None else 0.0)
    arriving = Counter(head for _, head in flows)
    found += [
        edge_of(ends, flow, boxes, subject.edges != "none" and arriving[ends[1]] <= FEW) for ends, flow in flows.items()
    ]
    return sorted(found, key=lambda edge: (edge.head, edge.tail))


def edge_of(ends: tuple[int, int], flow: Flow, boxes: list[Box], labelled: bool) -> Edge:
    """All uses that one group makes of another as one edge."""
    tail, head = ends
    many = counted(len(flow.values), "value")
    heat = sum_in_order(flow.heat, 0.0)
    title = f"{boxes[tail].name} to {boxes[head].name}: {many}, gradients of size {heat:.4g} in all"
    return Edge(tail, head, many if len(flow.values) > 1 and labelled else "", title, heat=heat)
