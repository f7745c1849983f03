"""The picture of an explanation: the part of a graph that some of its paths go through."""

from collections.abc import Iterator
from typing import NamedTuple

from autograd.drawing.formulas.found import Found
from autograd.drawing.formulas.paths import Steps, product
from autograd.drawing.formulas.telling import made_of, paths_counted
from autograd.drawing.picture import NAME_LENGTH, TIMES, Box, Edge, Picture, Role, clipped, counted

FIRST_BOXES = 12  # of a path that is too long to be drawn whole
LAST_BOXES = 12


class Passage(NamedTuple):
    """What is drawn as one edge: a use of a value, or all steps of a path that are left out.

    slot  the place among the operands; -1 where steps are left out
    """

    tail: int
    head: int
    slot: int
    slopes: tuple[float | None, ...]


def picture_of(found: Found) -> Picture:
    """Boxes for the values on the paths of an explanation, edges for their steps, with the slopes on them."""
    passages = list(dict.fromkeys(passage for steps in found.routes for passage in passages_of(found, steps)))
    root = len(found.graph.nodes) - 1
    ends = {root} if found.leaf is None else {root, found.leaf}
    drawn = sorted(ends.union(*((passage.tail, passage.head) for passage in passages)))
    place = {index: i for i, index in enumerate(drawn)}
    boxes = [box_of(found, index) for index in drawn]
    edges = [edge_of(found, passage, place) for passage in passages]
    edges.sort(key=lambda edge: (edge.head, edge.tail))
    notice = ""
    if found.path_count > len(found.paths):
        notice = f"{paths_counted(found.path_count)}, the {len(found.paths):,} strongest are drawn"
    what = f"{found.leaf_name.plain} to {found.graph.name(root).plain}"
    return Picture(boxes, edges, "LR", notice, f"How the gradient flows from {what}: {paths_counted(found.path_count)}")


def passages_of(found: Found, steps: Steps) -> Iterator[Passage]:
    """A path as edges, from the result down; one of them for all that is too much."""
    left_out = steps[LAST_BOXES:-FIRST_BOXES] if len(steps) > FIRST_BOXES + LAST_BOXES else []
    for step in steps if not left_out else steps[:LAST_BOXES]:
        yield Passage(step.link.operand, step.result, step.link.slot, (step.link.slope,))
    if left_out:
        slopes = tuple(step.link.slope for step in reversed(left_out))
        yield Passage(left_out[-1].link.operand, left_out[0].result, -1, slopes)
        for step in steps[-FIRST_BOXES:]:
            yield Passage(step.link.operand, step.result, step.link.slot, (step.link.slope,))


def box_of(found: Found, index: int) -> Box:
    """A value with its adjoint: how fast the result grows with it."""
    node = found.graph.nodes[index]
    name = found.graph.names[index] or found.leaf_name
    adjoint = found.adjoints[index] if found.adjoints else None
    flow = "?" if adjoint is None else f"{adjoint:.4g}"
    root = len(found.graph.nodes) - 1
    role: Role = "output" if index == root else "leaf" if index == found.leaf else "intermediate"
    symbol = "" if node.row is None else clipped(node.row.symbol, NAME_LENGTH) or "by hand"
    title = name.plain if node.row is None else made_of(found, index)
    return Box(
        name.plain, symbol, role, (("data", f"{node.data:.4g}"), ("grad", flow)), f"{title}, gradient {adjoint!r}"
    )


def edge_of(found: Found, passage: Passage, place: dict[int, int]) -> Edge:
    """A passage with its slope, or the product of its slopes."""
    known = [slope for slope in passage.slopes if slope is not None]
    is_known = len(known) == len(passage.slopes)
    number = f"{product(known):.4g}" if is_known else "?"
    names = " to ".join((found.graph.names[i] or found.leaf_name).plain for i in (passage.tail, passage.head))
    if passage.slot >= 0:
        label, title = f"{TIMES} {number}", f"{names}: local slope {number}"
    else:
        steps = counted(len(passage.slopes), "step")
        label, title = f"{TIMES} {number}, {steps}", f"{names}: {steps}, whose slopes multiply to {number}"
    return Edge(place[passage.tail], place[passage.head], label, title)
