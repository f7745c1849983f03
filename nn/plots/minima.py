"""The local minima of a function of two numbers: low points of a grid, taken down by Newton steps.

Lengths are in cells of the grid: u and v are the point, g the slopes, h the curvatures, all by central
differences, because the function may be one that takes nothing but floats.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

Surface = Callable[[float, float], float]

STEP = 0.001  # of a cell, for the differences
STEPS = 60  # at most, from a low point of the grid down
HALVINGS = 12  # of a step that does not go down
STILL = 1e-7  # of a cell: a step shorter than this has arrived
RING, ROUND = 0.1, 64  # radius of the circle around a minimum, and the points of it, which must all lie higher
TURNS = 20  # at most, from where Newton steps stick to a lower point of that circle


class Minimum(NamedTuple):
    """Where a function is lower than all around, and how low."""

    x: float
    y: float
    value: float


def local_minima(
    f: Surface, xs: Sequence[float], ys: Sequence[float], heights: Sequence[Sequence[float]]
) -> list[Minimum]:
    """The local minima of f over a grid, the lowest first; `heights[i][j]` is f(xs[j], ys[i]).

    >>> grid = [-1.5, -0.5, 0.5, 1.5]
    >>> def f(x, y): return (x * x - 1.0) ** 2 + x + y * y
    >>> found = local_minima(f, grid, grid, [[f(x, y) for x in grid] for y in grid])
    >>> [(round(minimum.x, 3), round(minimum.value, 3)) for minimum in found]
    [(-1.107, -1.056)]
    """
    width, height = xs[1] - xs[0], ys[1] - ys[0]
    right, top = len(xs) - 1, len(ys) - 1

    def in_cells(u: float, v: float) -> float:
        near = -1.0 <= u <= right + 1 and -1.0 <= v <= top + 1
        return f(xs[0] + width * u, ys[0] + height * v) if near else math.nan  # a way that leads out ends there

    found: list[Minimum] = []
    for i, j in low_points(heights):
        bottom = settled(in_cells, float(j), float(i))
        if bottom is not None and 0.0 <= bottom[0] <= right and 0.0 <= bottom[1] <= top:
            u, v = bottom
            found.append(Minimum(xs[0] + width * u, ys[0] + height * v, in_cells(u, v)))
    return apart(found, width, height)


def apart(minima: list[Minimum], width: float, height: float) -> list[Minimum]:
    """Minima without those that are less than a cell away from a lower one, the lowest first.

    >>> apart([Minimum(0.5, 0.0, 2.0), Minimum(0.0, 0.0, 1.0)], 1.0, 1.0)
    [Minimum(x=0.0, y=0.0, value=1.0)]
    """
    kept: list[Minimum] = []
    for one in sorted(minima, key=lambda minimum: minimum.value):
        if all(math.hypot((one.x - other.x) / width, (one.y - other.y) / height) > 1.0 for other in kept):
            kept.append(one)
    return kept


def low_points(heights: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Row and column of every height that no neighbour is below; of neighbours of one height, the first.

    >>> low_points([[3.0, 2.0, 3.0], [1.0, 1.0, 2.0], [3.0, 3.0, 0.0]])
    [(1, 0), (2, 2)]
    """
    rows, columns = len(heights), len(heights[0])

    def is_lowest(i: int, j: int) -> bool:
        beside = [(i + di, j + dj) for di in (-1, 0, 1) for dj in (-1, 0, 1) if di or dj]
        there = [(k, m) for k, m in beside if 0 <= k < rows and 0 <= m < columns]
        return all((heights[i][j], i, j) < (heights[k][m], k, m) for k, m in there)

    return [(i, j) for i in range(rows) for j in range(columns) if math.isfinite(heights[i][j]) and is_lowest(i, j)]


def settled(f: Surface, u: float, v: float) -> tuple[float, float] | None:
    """The minimum that a point leads down to: all points around it are higher; None, if there is none.

    Newton steps may stick at a kink or a saddle: the way goes on from what is lower around there.

    >>> u, v = settled(lambda u, v: abs(u - 2.0) + abs(v), 1.0, 1.0)
    >>> round(u, 1), round(v, 1), settled(lambda u, v: u, 1.0, 1.0)
    (2.0, 0.0, None)
    """
    for _ in range(TURNS):
        u, v = lowered(f, u, v)
        height = f(u, v)
        ring = [(f(*point), point) for point in around(u, v)]
        if all(there > height for there, _ in ring):
            return u, v
        lowest, (u, v) = min(ring, key=lambda point: (math.isnan(point[0]), point[0]))
        if not lowest < height:
            return None
    return None


def lowered(f: Surface, u: float, v: float) -> tuple[float, float]:
    """Where Newton steps from a point lead, each as short as it must be to go down.

    >>> u, v = lowered(lambda u, v: (u - 2.0) ** 2 + (u * v - 3.0) ** 2, 1.0, 1.0)
    >>> round(u, 5), round(v, 5)
    (2.0, 1.5)
    """
    here = f(u, v)
    for _ in range(STEPS):
        du, dv = newton_step(f, u, v)
        for _ in range(HALVINGS):
            there = f(u + du, v + dv)
            if there < here:
                break
            du, dv = du / 2.0, dv / 2.0
        else:
            return u, v
        u, v, here = u + du, v + dv, there
        if math.hypot(du, dv) < STILL:
            return u, v
    return u, v


def newton_step(f: Surface, u: float, v: float) -> tuple[float, float]:
    """The Newton step down from a point, at most one cell long; where f bends down, it is bent up for it.

    >>> u, v = newton_step(lambda u, v: u * u + v * v, 0.25, -0.5)
    >>> round(u, 9), round(v, 9)
    (-0.25, 0.5)
    """
    f_of = {(i, j): f(u + i * STEP, v + j * STEP) for i in (-1, 0, 1) for j in (-1, 0, 1)}
    gu, gv = (f_of[1, 0] - f_of[-1, 0]) / (2.0 * STEP), (f_of[0, 1] - f_of[0, -1]) / (2.0 * STEP)
    huu = (f_of[1, 0] - 2.0 * f_of[0, 0] + f_of[-1, 0]) / STEP**2
    hvv = (f_of[0, 1] - 2.0 * f_of[0, 0] + f_of[0, -1]) / STEP**2
    huv = (f_of[1, 1] - f_of[1, -1] - f_of[-1, 1] + f_of[-1, -1]) / (4.0 * STEP**2)
    spread = math.hypot((huu - hvv) / 2.0, huv)
    least, most = (huu + hvv) / 2.0 - spread, (huu + hvv) / 2.0 + spread
    added = max(0.0, 1e-6 * abs(most) - least)  # both curvatures are above 0 then, and the step goes down
    huu, hvv = huu + added, hvv + added
    determinant = huu * hvv - huv * huv
    if not (math.isfinite(determinant) and determinant > 0.0):
        du, dv = -gu, -gv
    else:
        du, dv = (huv * gv - hvv * gu) / determinant, (huv * gu - huu * gv) / determinant
    length = math.hypot(du, dv)
    return (du, dv) if length <= 1.0 else (du / length, dv / length)


def around(u: float, v: float) -> list[tuple[float, float]]:
    """Points on a circle around a point.

    >>> around(1.0, 2.0)[0]
    (1.1, 2.0)
    """
    angles = [2.0 * math.pi * k / ROUND for k in range(ROUND)]
    return [(u + RING * math.cos(angle), v + RING * math.sin(angle)) for angle in angles]
