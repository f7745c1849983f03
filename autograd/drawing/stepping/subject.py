"""What a stepper is about: the values that it shows, under their names, with their gradients and terms."""

from typing import Literal, NamedTuple

from autograd.drawing.picture import NAME_LENGTH, clipped
from autograd.drawing.stepping.gradients import Term, terms_of, undisturbed_gradients
from autograd.graph import Node, export, topological_order
from autograd.primitives import Primitive
from autograd.value import Value, as_called

MOST_VALUES = 5000  # beyond, a picture is no help, and a page grows by megabytes
HIDDEN = -1  # in the place of a value that is not shown

Role = Literal["leaf", "constant", "intermediate", "output"]


class Subject(NamedTuple):
    """The values that are shown, operands first; all other lists are in their order.

    graph      operands that are not shown are HIDDEN
    terms      of the gradient of each value; the users that are not shown are HIDDEN
    gradients  of the last value, in each
    shapes     of the operands of each: how many are in each sequence, None for a single one, 0 for an absent one
    total      how many values there are, shown or not
    """

    graph: list[Node]
    terms: list[list[Term]]
    gradients: list[float]
    names: list[str]
    roles: list[Role]
    shapes: list[list[int | None]]
    total: int


def subject_of(root: Value, most: int = MOST_VALUES) -> Subject:
    """Everything that `root` was made of; of a very large graph, what is nearest to it.

    >>> a = Value(2.0, label="a")
    >>> subject = subject_of(a * a + 1.0)
    >>> subject.names, subject.roles, subject.gradients[0]
    (['a', 'v1', '1', 'L'], ['leaf', 'intermediate', 'constant', 'output'], 4.0)
    """
    order = topological_order(root)
    graph = export(root)
    gradients = undisturbed_gradients(order)
    terms = terms_of(order, graph, gradients)
    shown = nearest_to_the_result(graph, most)
    place = {index: i for i, index in enumerate(shown)}
    cut = [renumbered(graph[index], place) for index in shown]
    roles = [role_of(graph[index], not terms[index], len(graph) - 1) for index in shown]
    return Subject(
        cut,
        [[term._replace(user=place.get(term.user, HIDDEN)) for term in terms[index]] for index in shown],
        [gradients[index] for index in shown],
        names_of(cut, roles),
        roles,
        [shape_of(order[index]) for index in shown],
        len(graph),
    )


def nearest_to_the_result(graph: list[Node], most: int) -> list[int]:
    """The places of the values that the fewest steps lead to from the last one, in the order of the graph."""
    found = {len(graph) - 1: None}
    ring = list(found)
    while ring and len(found) < most:
        operands = dict.fromkeys(operand for i in ring for operand in graph[i].operands if operand not in found)
        ring = list(operands)[: most - len(found)]
        found |= dict.fromkeys(ring)
    return sorted(found)


def renumbered(node: Node, place: dict[int, int]) -> Node:
    """A node of the graph as one of those that are shown."""
    return node._replace(
        index=place[node.index], operands=tuple(place.get(operand, HIDDEN) for operand in node.operands)
    )


def role_of(node: Node, unmoved: bool, last: int) -> Role:
    """The role of a value in the whole graph; no gradient comes to a constant."""
    if node.index == last:
        return "output"
    if node.row is not None:
        return "intermediate"
    return "constant" if unmoved else "leaf"


def names_of(graph: list[Node], roles: list[Role]) -> list[str]:
    """What each value is called in formulas: its label; a constant by its number, and others by v1, v2, ..."""
    labels = [clipped(node.label, NAME_LENGTH) for node in graph]
    taken = set(labels)
    number = 0
    names = []
    for node, label, role in zip(graph, labels, roles, strict=True):
        name = label
        if not name and role == "constant":
            name = f"{node.data:.4g}"
        elif not name and role == "output" and "L" not in taken:
            name = "L"
        while not name:
            number += 1
            name = "" if f"v{number}" in taken else f"v{number}"
        names.append(name)
    return names


def shape_of(value: Value) -> list[int | None]:
    """How the operands of a value were given; empty where they are as many as its formula names."""
    if not isinstance(value._row, Primitive) or True not in value._row.sequences:
        return []
    return [len(o) if isinstance(o, tuple) else 0 if o is None else None for o in as_called(value)]
