"""The frames of a stepper: parts of a model, nested, each laid out by itself, so that it can be shut and opened.

The items of a frame are the values and the frames directly inside it. To whoever stands outside, a frame is a
box; so the whole is a layout of boxes, and inside each that is a frame is a layout of its own.
"""

from typing import NamedTuple

from autograd.drawing.layout.layout import layout
from autograd.drawing.layout.plane import Point, Size
from autograd.drawing.stepping.nesting import Tree, in_order, pairs_between
from autograd.graph import Node

PADDING = 16.0  # inside a frame, around its items
STRAIGHT_ON = 4  # the points of an edge from one rank to the next
MOST_POINTS = 60  # on the way of an edge that is drawn around boxes; a longer one is a single curve
MOST_GAPS = 40  # for edges that come into a frame from outside
HEADER = 24.0  # the row of a frame with its name


#: In which item of a frame each value inside it is: whether that is a frame, and its number.
Items = dict[int, tuple[bool, int]]


class Item(NamedTuple):
    """A value or a frame in a frame: its number, and its corner in the room of the frame around it."""

    is_frame: bool
    number: int
    x: float
    y: float


class Gap(NamedTuple):
    """Where an edge goes straight on, between boxes: from x to end, at y."""

    x: float
    end: float
    y: float


class Frame(NamedTuple):
    """A part of the picture with a border; the first of all is the whole, and has none.

    parent  the frame around it
    room    what its items take, width and height
    routes  the points on the way of an edge between two values that are directly inside, by the pair of them
    gaps    where edges from outside pass between the leaves, by the values that they come from
    """

    name: str
    parent: int
    items: list[Item]
    room: Size
    routes: dict[tuple[int, int], list[Point]]
    gaps: dict[int, Gap]


def frames_of(graph: list[Node], scopes: list[str], sizes: list[tuple[float, float]]) -> list[Frame]:
    """All frames, each with a place for everything inside it; `sizes` has the width and height of each value.

    >>> from autograd import Value, export
    >>> a = Value(2.0)
    >>> (whole,) = frames_of(export(a.exp()), ["", ""], [(40.0, 20.0), (40.0, 20.0)])
    >>> [item.x for item in whole.items], whole.room
    ([0.0, 90.0], Size(along=130.0, across=21.0))
    """
    tree = Tree(graph, scopes)
    items: list[Items] = [{} for _ in tree.names]  # in which item of a frame each value is
    for i, home in enumerate(tree.home):
        items[home][i] = (False, i)
        for frame in tree.chain(home)[:-1]:
            items[tree.parents[frame]][i] = (True, frame)
    frames: dict[int, Frame] = {}
    for frame in reversed(range(len(tree.names))):  # what is inside comes after what is around it
        frames[frame] = laid_out(tree, frame, items[frame], sizes, frames)
    return [frames[i] for i in range(len(frames))]


def laid_out(tree: Tree, frame: int, items: Items, sizes: list[tuple[float, float]], done: dict[int, Frame]) -> Frame:
    """A frame with a place for each of its items; the frames among them are done."""
    firsts: dict[tuple[bool, int], int] = {}  # an item goes by the first value in it
    group = {i: firsts.setdefault(items[i], i) for i in sorted(items)}
    pairs = pairs_between(tree.graph, sorted(items), group)
    order = in_order(list(firsts.values()), pairs)
    rooms = [Size(*size_of(items[first], sizes, done)) for first in order]
    passing = passing_leaves(tree.graph, items) if frame else []
    sources = list(dict.fromkeys(source for source, _ in passing))
    width = widest_leaf(tree.graph, items, sizes)

    keys = [*sources, *order]  # a gap is laid out as one more leaf
    place = {key: n for n, key in enumerate(keys)}
    edges = sorted(((place[one], place[other]) for one, other in [*passing, *pairs]), key=lambda edge: edge[::-1])
    placed = layout([Size(width, 0.0)] * len(sources) + rooms, edges, [Size(0.0, 0.0)] * len(edges))
    middles = [
        Point(corner.along, corner.across + size.across / 2)
        for corner, size in zip(placed.corners, placed.sizes, strict=True)
    ]
    found = [
        Item(*items[first], middle.along, middle.across - room.across / 2)
        for first, middle, room in zip(order, middles[len(sources) :], rooms, strict=True)
    ]
    gaps = {source: Gap(x, x + width, y) for source, (x, y) in zip(sources, middles, strict=False)}
    routes = {
        (keys[tail], keys[head]): without_points_on_lines(route)
        for (tail, head), route in zip(edges, whole_routes(edges, placed.routes), strict=True)
        if len(route) > STRAIGHT_ON and all(key in items and not items[key][0] for key in (keys[tail], keys[head]))
    }
    return Frame(tree.names[frame], tree.parents[frame], found, placed.room, routes, gaps)


def widest_leaf(graph: list[Node], items: Items, sizes: list[tuple[float, float]]) -> float:
    """The width of the widest of the values without operands that are directly inside a frame."""
    leaves = [i for i, (is_frame, _) in items.items() if not is_frame and not graph[i].operands]
    return max((sizes[i][0] for i in leaves), default=0.0)


def passing_leaves(graph: list[Node], items: Items) -> list[tuple[int, int]]:
    """The pairs of a value outside and its user directly inside, each once; none if there are too many.

    Such an edge would pass under the leaves of a frame, which stand before their users.
    """
    pairs: dict[tuple[int, int], None] = {}
    for i, item in sorted(items.items()):
        if not item[0]:
            pairs |= dict.fromkeys((o, i) for o in graph[i].operands if o >= 0 and o not in items)
    return list(pairs) if len(pairs) <= MOST_GAPS else []


def size_of(item: tuple[bool, int], sizes: list[tuple[float, float]], done: dict[int, Frame]) -> tuple[float, float]:
    """Width and height of a value or of an open frame."""
    is_frame, number = item
    if not is_frame:
        return sizes[number]
    width, height = done[number].room
    return width + 2 * PADDING, height + HEADER + PADDING


def whole_routes(edges: list[tuple[int, int]], routes: list[list[Point]]) -> list[list[Point]]:
    """The routes, those that begin on the way of another edge of the same source completed by it.

    Empty for those with too many points: a value that is used everywhere would fill the page with them.
    """
    ways: dict[int, list[Point]] = {}
    whole = []
    for (tail, _), route in zip(edges, routes, strict=True):
        way = ways.get(tail, route[:1])
        complete = way[: way.index(route[0])] + route if route[0] in way else []
        if len(complete) > MOST_POINTS:
            complete = []
        if tail not in ways or len(complete) > len(way):
            ways[tail] = complete
        whole.append(complete)
    return whole


def without_points_on_lines(route: list[Point]) -> list[Point]:
    """A route without the points between two others at the same height."""
    inner = [
        point
        for before, point, after in zip(route, route[1:], route[2:], strict=False)
        if not before.across == point.across == after.across
    ]
    return [route[0], *inner, route[-1]]
