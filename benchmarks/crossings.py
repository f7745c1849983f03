"""How often the edges of a picture cross, on the page: in ours and in Graphviz's of the same graph."""

import subprocess
from bisect import insort
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from autograd.drawing.dot import digraph
from autograd.drawing.layout.layers import NO_FRAME
from autograd.drawing.picture import Picture
from autograd.drawing.sheet import Sheet, placed, room_for_text
from autograd.drawing.views import describe

STEPS = 12  # straight pieces that stand for a curve

Point = tuple[float, float]
Piece = tuple[Point, Point, int]


def ours(root: Any) -> int:
    """The crossings in the compact picture of a value, frames or not."""
    picture = describe(root, view="compact", max_nodes=1_000_000)
    sheet = sheet_of(picture)
    lines = [straight(sheet.route(i), alternating=True) for i in range(len(picture.edges))]
    return crossings(lines, [(edge.tail, edge.head) for edge in picture.edges])


def sheet_of(picture: Picture) -> Sheet:
    """A picture with everything in its place."""
    texts = [room_for_text(box, picture.compact) for box in picture.boxes]
    return Sheet(placed(picture, texts, sideways=True), True, "", False)


def of_dot(root: Any) -> int:
    """The crossings where the program `dot` draws the same boxes and edges, free of frames."""
    picture = describe(root, view="compact", max_nodes=1_000_000)
    free = picture._replace(boxes=[box._replace(frame=NO_FRAME) for box in picture.boxes], frames=())
    source = digraph(free).source
    found = subprocess.run(["dot", "-Tplain"], input=source.encode(), capture_output=True, check=True).stdout.decode()
    lines, ends = [], []
    for words in (line.split() for line in found.replace("\\\n", "").splitlines()):
        if words and words[0] == "edge":
            numbers = [float(word) for word in words[4 : 4 + 2 * int(words[3])]]
            lines.append(straight(list(zip(numbers[::2], numbers[1::2], strict=True)), alternating=False))
            ends.append((int(words[1][1:]), int(words[2][1:])))
    return crossings(lines, ends)


def straight(points: list[Point], alternating: bool) -> list[Point]:
    """An edge in straight pieces: ours is lines and curves in turn, one of `dot` is a row of Bezier curves.

    >>> straight([(0.0, 0.0), (1.0, 0.0)], alternating=True)
    [(0.0, 0.0), (1.0, 0.0)]
    """
    if not alternating:
        found = points[:1]
        for i in range(0, len(points) - 3, 3):
            found += curve(*points[i : i + 4])
        return found
    found = points[:1]
    for i, ((x, y), (to_x, to_y)) in enumerate(pairwise(points)):
        middle = (x + to_x) / 2
        found += curve((x, y), (middle, y), (middle, to_y), (to_x, to_y)) if i % 2 else [(to_x, to_y)]
    return found


def curve(a: Point, b: Point, c: Point, d: Point) -> Iterator[Point]:
    """Points on a Bezier curve, without the first."""
    for step in range(1, STEPS + 1):
        t = step / STEPS
        u = 1.0 - t
        yield tuple(  # type: ignore[misc]  # two coordinates are a point
            u * u * u * p + 3 * u * u * t * q + 3 * u * t * t * r + t * t * t * s
            for p, q, r, s in zip(a, b, c, d, strict=True)
        )


def crossings(lines: list[list[Point]], ends: list[tuple[int, int]]) -> int:
    """How often two edges cross that have no box in common.

    >>> crossings([[(0.0, 0.0), (2.0, 2.0)], [(0.0, 2.0), (2.0, 0.0)]], [(0, 1), (2, 3)])
    1
    """
    pieces = sorted(
        (min(one, other), max(one, other), edge)
        for edge, line in enumerate(lines)
        for one, other in pairwise(line)
        if one != other
    )
    count = 0
    open_pieces: list[tuple[float, Piece]] = []
    for piece in pieces:
        while open_pieces and open_pieces[0][0] < piece[0][0]:
            open_pieces.pop(0)
        for _, other in open_pieces:
            if not set(ends[piece[2]]) & set(ends[other[2]]) and cross(piece, other):
                count += 1
        insort(open_pieces, (piece[1][0], piece))
    return count


def cross(one: Piece, other: Piece) -> bool:
    """Whether two straight pieces cross; touching is not crossing."""
    (a, b, _), (c, d, _) = one, other
    return side(a, b, c) * side(a, b, d) < 0.0 and side(c, d, a) * side(c, d, b) < 0.0


def side(a: Point, b: Point, c: Point) -> float:
    """On which side of the line from a to b a point lies: the sign says it."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
