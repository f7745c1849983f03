"""Where the boxes of a graph go, and the way each edge takes: layers, after Sugiyama, Tagawa and Toda (1981).

Every box stands in a rank, later than its operands. Ranks follow each other *along* the picture; the boxes of
a rank stand beside each other *across* it. An edge that passes a rank has a bend there, an item without size,
and all long edges of one source share their bends. Everything here is a loop over lists: no recursion, no
sets, no chance, so that a graph has one layout.
"""

from collections.abc import Sequence
from typing import NamedTuple

from autograd.accurate import sum_in_order
from autograd.drawing.layout.borders import placed_in_frames
from autograd.drawing.layout.lanes import Lane, placed_along, rectangles
from autograd.drawing.layout.layers import Layers
from autograd.drawing.layout.order import in_order
from autograd.drawing.layout.places import placed_across
from autograd.drawing.layout.plane import Point, Size
from autograd.drawing.layout.spacing import ROOMY, Spacing

TIP = ROOMY.tip
FEW = 6  # edges without a label that may take their full room at one box
MARGIN = 6.0  # across, between the end of a box and its first edge


class Layout(NamedTuple):
    """A graph with a place for everything.

    corners  where each box begins
    sizes    how large it is: as asked for, or as much more as its edges need
    routes   the points of each edge, joined by a straight line, a curve, a straight line, and so on; an edge
             begins where it leaves the way that it shares with another one of the same source
    room     the size of the whole
    frames   the corner and size of each frame; None for one that a rectangle would lie about
    """

    corners: list[Point]
    sizes: list[Size]
    routes: list[list[Point]]
    room: Size
    frames: list[tuple[Point, Size] | None] = []  # noqa: RUF012  never changed, as all of a tuple


def layout(
    sizes: list[Size],
    edges: list[tuple[int, int]],
    labels: list[Size],
    frame: Sequence[int] = (),
    inside: Sequence[int] = (),
    spacing: Spacing = ROOMY,
    apart: bool = False,
) -> Layout:
    """Places for boxes of these sizes and for the labels of their edges: none overlaps another.

    Operands come before results, and edges are in the order of results. A label ends `TIP` before its edge.
    With frames: `frame` has the one of each box, `inside` the one around each frame, which comes before it;
    NO_FRAME for none. Each route is in full, and not only where it leaves others, if they are to be drawn `apart`.

    >>> two = layout([Size(40.0, 20.0)] * 2, [(0, 1)], [Size(0.0, 0.0)])
    >>> [corner.along for corner in two.corners]
    [0.0, 90.0]
    >>> two.routes[0][-1]
    Point(along=90.0, across=10.5)
    """
    sizes = with_room_for_edges(sizes, edges, labels, spacing)
    layers = Layers(len(sizes), edges, frame, inside, apart)
    extents = [size.across for size in sizes] + [0.0] * (len(layers.rank) - len(sizes))
    ranks = in_order(layers)
    if any(layers.spans):
        across = placed_in_frames(layers, ranks, extents, spacing)
    else:
        across = placed_across(layers, ranks, extents, spacing)
    lanes = placed_along(layers, across, sizes, labels, spacing)
    frames = rectangles(layers, lanes, across, extents, spacing)
    begins = [middle - extent / 2 for middle, extent in zip(across, extents, strict=True)]
    shift = min(begins + [corner.across for corner, _ in filter(None, frames)])
    across = [middle - shift for middle in across]
    frames = [f and (Point(f[0].along, f[0].across - shift), f[1]) for f in frames]
    corners = [
        Point((lanes[r].box + lanes[r].end - size.along) / 2, middle - size.across / 2)
        for size, middle, r in zip(sizes, across, layers.rank, strict=False)
    ]
    ports = ports_of(layers, across, sizes, labels, spacing)
    routes = [route(layers, i, lanes, across, corners, sizes, port) for i, port in enumerate(ports)]
    breadth = max(
        [middle + extent / 2 for middle, extent in zip(across, extents, strict=True)]
        + [corner.across + size.across for corner, size in filter(None, frames)]
    )
    length = max([lanes[-1].end] + [corner.along + size.along for corner, size in filter(None, frames)])
    return Layout(corners, sizes, routes, Size(length, breadth), frames)


def with_room_for_edges(
    sizes: list[Size], edges: list[tuple[int, int]], labels: list[Size], spacing: Spacing
) -> list[Size]:
    """The sizes, grown across where the labels of the edges that come in would not fit beside each other."""
    needed = [2 * MARGIN if spacing.port else 0.0] * len(sizes)
    bare = bare_port(edges, labels, spacing)
    for (_, head), label in zip(edges, labels, strict=True):
        needed[head] += max(bare[head], label.across)
    return [Size(size.along, max(size.across, least)) for size, least in zip(sizes, needed, strict=True)]


def bare_port(edges: list[tuple[int, int]], labels: list[Size], spacing: Spacing) -> list[float]:
    """The room across that an edge without a label takes at each box: less, where many arrive."""
    boxes = 1 + max((head for _, head in edges), default=-1)
    arriving = [0] * boxes
    for (_, head), label in zip(edges, labels, strict=True):
        arriving[head] += not label.across
    return [spacing.port * min(1.0, FEW / max(count, 1)) for count in arriving]


# The ways of edges


def ports_of(
    layers: Layers, across: list[float], sizes: list[Size], labels: list[Size], spacing: Spacing
) -> list[float]:
    """Where each edge arrives at its box, across: beside each other, in the order in which they come."""
    arriving: dict[int, list[int]] = {}
    for i, (_, head) in enumerate(layers.edges):
        arriving.setdefault(head, []).append(i)
    ports = [0.0] * len(layers.edges)
    bare = bare_port(layers.edges, labels, spacing)
    for head, edges in arriving.items():
        edges.sort(key=lambda i: across[layers.comes_from(i)])
        slots = [max(bare[head], labels[i].across) for i in edges]
        margin = min(MARGIN, sizes[head].across / 4)
        spare = (sizes[head].across - 2 * margin - sum_in_order(slots, 0.0)) / len(slots)
        position = across[head] - sizes[head].across / 2 + margin
        for i, slot in zip(edges, slots, strict=True):
            ports[i] = position + (slot + spare) / 2
            position += slot + spare
    return ports


def route(
    layers: Layers,
    edge: int,
    lanes: list[Lane],
    across: list[float],
    corners: list[Point],
    sizes: list[Size],
    port: float,
) -> list[Point]:
    """The points of an edge, from its box or from the bend where it leaves the way of others."""
    tail, head = layers.edges[edge]
    items = layers.ways[tail][layers.begins[edge] : layers.passed[edge]]
    first = items[0]
    end = lanes[layers.rank[first]].end
    start = corners[tail].along + sizes[tail].along if first == tail else end
    points = [Point(start, across[first]), Point(end, across[first])]
    for item in items[1:]:
        lane = lanes[layers.rank[item]]
        points += [Point(lane.start, across[item]), Point(lane.end, across[item])]
    return [*points, Point(lanes[layers.rank[head]].start, port), Point(corners[head].along, port)]
