"""Where the boxes of a graph go, and the way each edge takes: layers, after Sugiyama, Tagawa and Toda (1981).

Every box stands in a rank, later than its operands. Ranks follow each other *along* the picture; the boxes of
a rank stand beside each other *across* it. An edge that passes a rank has a bend there, an item without size,
and all long edges of one source share their bends. Everything here is a loop over lists: no recursion, no
sets, no chance, so that a graph has one layout.
"""

from bisect import bisect_right, insort
from itertools import pairwise
from typing import NamedTuple

SWEEPS = 12  # orders settle after a few; each is a pass over all edges
PLACEMENTS = 8
GAP = 18.0  # across, between two boxes
BEND_GAP = 11.0  # the same where one of them is a bend
STRAIGHT = 8  # how much more than a box a bend counts where places are settled: long edges are to be straight
CURVE = 34.0  # along, between two ranks, for edges to change their place across
STEEPNESS = 0.12  # along, for every unit that the longest of these edges moves across
LONGEST_CURVE = 200.0
TIP = 16.0  # along, for the arrowhead and some air before the label
PORT = 9.0  # across, for an edge without a label
MARGIN = 6.0  # across, between the end of a box and its first edge


class Size(NamedTuple):
    """How much room something takes."""

    along: float
    across: float


class Point(NamedTuple):
    """A place."""

    along: float
    across: float


class Layout(NamedTuple):
    """A graph with a place for everything.

    corners  where each box begins
    sizes    how large it is: as asked for, or as much more as its edges need
    routes   the points of each edge, joined by a straight line, a curve, a straight line, and so on; an edge
             begins where it leaves the way that it shares with another one of the same source
    room     the size of the whole
    """

    corners: list[Point]
    sizes: list[Size]
    routes: list[list[Point]]
    room: Size


def layout(sizes: list[Size], edges: list[tuple[int, int]], labels: list[Size]) -> Layout:
    """Places for boxes of these sizes and for the labels of their edges: none overlaps another.

    Operands come before results, and edges are in the order of results. A label ends `TIP` before its edge.

    >>> two = layout([Size(40.0, 20.0)] * 2, [(0, 1)], [Size(0.0, 0.0)])
    >>> [corner.along for corner in two.corners]
    [0.0, 90.0]
    >>> two.routes[0][-1]
    Point(along=90.0, across=10.5)
    """
    sizes = with_room_for_edges(sizes, edges, labels)
    layers = Layers(len(sizes), edges)
    extents = [size.across for size in sizes] + [0.0] * (len(layers.rank) - len(sizes))
    across = placed_across(layers, in_order(layers), extents)
    lanes = placed_along(layers, across, sizes, labels)
    corners = [
        Point((lanes[r].box + lanes[r].end - size.along) / 2, middle - size.across / 2)
        for size, middle, r in zip(sizes, across, layers.rank, strict=False)
    ]
    ports = ports_of(layers, across, sizes, labels)
    routes = [route(layers, i, lanes, across, corners, sizes, port) for i, port in enumerate(ports)]
    breadth = max(middle + extent / 2 for middle, extent in zip(across, extents, strict=True))
    return Layout(corners, sizes, routes, Size(lanes[-1].end, breadth))


def with_room_for_edges(sizes: list[Size], edges: list[tuple[int, int]], labels: list[Size]) -> list[Size]:
    """The sizes, grown across where the labels of the edges that come in would not fit beside each other."""
    needed = [2 * MARGIN] * len(sizes)
    for (_, head), label in zip(edges, labels, strict=True):
        needed[head] += max(PORT, label.across)
    return [Size(size.along, max(size.across, least)) for size, least in zip(sizes, needed, strict=True)]


# Ranks


class Layers:
    """A graph in ranks. Its items are the boxes, by their number, and after them the bends.

    rank           of each item: the edges on the longest way from a leaf; for a leaf itself, just before its first use
    before, after  the neighbours of each item in the ranks beside it, once for each edge between them
    source         of each item: of a bend, the box whose edges it serves; of a box, itself
    ways           of each box: itself and its bends, one for each rank that its longest edge touches
    passed         of each edge: how many items of the way of its tail it goes through
    begins         of each edge: which of them it is drawn from, because others draw what comes before
    """

    def __init__(self, boxes: int, edges: list[tuple[int, int]]) -> None:
        self.edges = edges
        self.rank = ranks_of(boxes, edges)
        self.before: list[list[int]] = [[] for _ in range(boxes)]
        self.after: list[list[int]] = [[] for _ in range(boxes)]
        self.source = list(range(boxes))
        self.ways = [[i] for i in range(boxes)]
        self.passed = [self.rank[head] - self.rank[tail] for tail, head in edges]
        self.begins: list[int] = []
        for (tail, head), passed in zip(edges, self.passed, strict=True):
            way = self.ways[tail]
            self.begins.append(min(len(way), passed) - 1)
            while len(way) < passed:
                self.add_bend(way)
            self.link(way[passed - 1], head)

    def comes_from(self, edge: int) -> int:
        """The item in the rank before the head of an edge: a bend, or its tail."""
        return self.ways[self.edges[edge][0]][self.passed[edge] - 1]

    def add_bend(self, way: list[int]) -> None:
        """Make a way one rank longer."""
        bend = len(self.rank)
        self.rank.append(self.rank[way[-1]] + 1)
        self.source.append(way[0])
        self.before.append([])
        self.after.append([])
        self.link(way[-1], bend)
        way.append(bend)

    def link(self, first: int, second: int) -> None:
        """Make two items of neighbouring ranks neighbours."""
        self.after[first].append(second)
        self.before[second].append(first)


def ranks_of(boxes: int, edges: list[tuple[int, int]]) -> list[int]:
    """The rank of each box: after all its operands; for a leaf, just before its first use."""
    rank = [0] * boxes
    for tail, head in edges:
        rank[head] = max(rank[head], rank[tail] + 1)
    results = {head for _, head in edges}
    first_use: dict[int, int] = {}
    for tail, head in edges:
        first_use[tail] = min(first_use.get(tail, rank[head]), rank[head])
    for tail, use in first_use.items():
        if tail not in results:
            rank[tail] = use - 1
    return rank


# The order within ranks


def in_order(layers: Layers) -> list[list[int]]:
    """The items of each rank, in the order with the fewest crossings that was found.

    Every rank is sorted by the mean place of its neighbours, forwards and backwards in turn: the barycentre method.
    """
    ranks: list[list[int]] = [[] for _ in range(max(layers.rank) + 1)]
    for item in sorted(range(len(layers.rank)), key=layers.source.__getitem__):
        ranks[layers.rank[item]].append(item)
    place = [0.0] * len(layers.rank)
    for rank in ranks:
        number_off(rank, place)
    best, fewest = [rank[:] for rank in ranks], crossings(layers, place)
    for sweep in range(SWEEPS):
        for rank in ranks if sweep % 2 == 0 else reversed(ranks):
            sort_by_neighbours(rank, layers.before if sweep % 2 == 0 else layers.after, place)
        found = crossings(layers, place)
        if found < fewest:
            best, fewest = [rank[:] for rank in ranks], found
    return best


def sort_by_neighbours(rank: list[int], neighbours: list[list[int]], place: list[float]) -> None:
    """Sort a rank by the mean place of the neighbours of each item; an item without any goes by its own."""
    wish = {item: mean([place[i] for i in neighbours[item]], place[item]) for item in rank}
    rank.sort(key=wish.__getitem__)
    number_off(rank, place)


def number_off(rank: list[int], place: list[float]) -> None:
    """Give the items of a rank their places: fractions of the whole, so that ranks of any length compare."""
    for i, item in enumerate(rank):
        place[item] = (i + 0.5) / len(rank)


def crossings(layers: Layers, place: list[float]) -> int:
    """How often edges cross each other between ranks."""
    links = sorted(
        (layers.rank[tail], place[tail], place[head]) for tail, heads in enumerate(layers.after) for head in heads
    )
    count = 0
    current, seen = -1, list[float]()
    for rank, _, end in links:
        if rank != current:
            current, seen = rank, []
        count += len(seen) - bisect_right(seen, end)
        insort(seen, end)
    return count


def mean(numbers: list[float], otherwise: float) -> float:
    """The mean of some numbers, or another one if there are none."""
    return sum(numbers) / len(numbers) if numbers else otherwise


# Places across


def placed_across(layers: Layers, ranks: list[list[int]], extents: list[float]) -> list[float]:
    """The middle of each item across the picture: as near to the mean of its neighbours as its rank has room."""
    across = [0.0] * len(extents)
    for rank in ranks:
        for item, offset in zip(rank, offsets_of(rank, extents), strict=True):
            across[item] = offset
    for placement in range(PLACEMENTS):
        for rank in ranks if placement % 2 == 0 else reversed(ranks):
            settle(rank, layers.before if placement % 2 == 0 else layers.after, across, extents)
    both = [before + after for before, after in zip(layers.before, layers.after, strict=True)]
    for rank in (*ranks, *reversed(ranks)):
        settle(rank, both, across, extents)
    for rank in ranks:
        settle(rank, layers.before, across, extents)
    start = min(middle - extent / 2 for middle, extent in zip(across, extents, strict=True))
    return [middle - start for middle in across]


def settle(rank: list[int], neighbours: list[list[int]], across: list[float], extents: list[float]) -> None:
    """Move the items of a rank towards the mean of their neighbours, in their order and without overlap."""
    offsets = offsets_of(rank, extents)
    weights = [1.0 if extents[item] else STRAIGHT for item in rank]
    wishes = []
    for item, offset in zip(rank, offsets, strict=True):
        places = []
        for other in neighbours[item]:
            within_a_way = not extents[item] and not extents[other]
            places += [across[other]] * (STRAIGHT if within_a_way else 1)
        wishes.append(mean(places, across[item]) - offset)
    for item, offset, shift in zip(rank, offsets, rising(wishes, weights), strict=True):
        across[item] = offset + shift


def offsets_of(rank: list[int], extents: list[float]) -> list[float]:
    """The middles of the items of a rank when they stand as close together as they may, from 0 on."""
    offsets = [0.0]
    for one, other in pairwise(rank):
        gap = GAP if extents[one] and extents[other] else BEND_GAP
        offsets.append(offsets[-1] + (extents[one] + extents[other]) / 2 + gap)
    return offsets


def rising(wishes: list[float], weights: list[float]) -> list[float]:
    """The numbers nearest to the wishes, by weighted squares, of which none is below the one before it.

    Neighbours that are in the wrong order are pooled at their mean: the method of pool adjacent violators.

    >>> rising([1.0, 5.0, 3.0, 7.0], [1.0, 1.0, 1.0, 1.0])
    [1.0, 4.0, 4.0, 7.0]
    """
    pools: list[tuple[float, float, int]] = []  # weighted sum, weight, how many
    for wish, weight in zip(wishes, weights, strict=True):
        total, count = wish * weight, 1
        while pools and pools[-1][0] * weight >= total * pools[-1][1]:
            before, its_weight, its_count = pools.pop()
            total, weight, count = total + before, weight + its_weight, count + its_count
        pools.append((total, weight, count))
    return [total / weight for total, weight, count in pools for _ in range(count)]


# Places along


class Lane(NamedTuple):
    """The stretch of a rank along the picture: labels from `start`, boxes from `box`, to `end`."""

    start: float
    box: float
    end: float


def placed_along(layers: Layers, across: list[float], sizes: list[Size], labels: list[Size]) -> list[Lane]:
    """The lane of each rank, far enough from the one before for its labels and for edges to bend gently."""
    ranks = max(layers.rank) + 1
    longest_box = [0.0] * ranks
    longest_label = [0.0] * ranks
    longest_move = [0.0] * ranks
    for size, r in zip(sizes, layers.rank, strict=False):
        longest_box[r] = max(longest_box[r], size.along)
    for (_, head), label in zip(layers.edges, labels, strict=True):
        r = layers.rank[head]
        longest_label[r] = max(longest_label[r], label.along)
    for item, before in enumerate(layers.before):
        for other in before:
            r = layers.rank[item]
            longest_move[r] = max(longest_move[r], abs(across[item] - across[other]))
    lanes = [Lane(0.0, 0.0, longest_box[0])]
    for r in range(1, ranks):
        start = lanes[-1].end + min(CURVE + STEEPNESS * longest_move[r], LONGEST_CURVE)
        box = start + longest_label[r] + TIP
        lanes.append(Lane(start, box, box + longest_box[r]))
    return lanes


# The ways of edges


def ports_of(layers: Layers, across: list[float], sizes: list[Size], labels: list[Size]) -> list[float]:
    """Where each edge arrives at its box, across: beside each other, in the order in which they come."""
    arriving: dict[int, list[int]] = {}
    for i, (_, head) in enumerate(layers.edges):
        arriving.setdefault(head, []).append(i)
    ports = [0.0] * len(layers.edges)
    for head, edges in arriving.items():
        edges.sort(key=lambda i: across[layers.comes_from(i)])
        slots = [max(PORT, labels[i].across) for i in edges]
        spare = (sizes[head].across - 2 * MARGIN - sum(slots)) / len(slots)
        position = across[head] - sizes[head].across / 2 + MARGIN
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
