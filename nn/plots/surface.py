"""`loss_surface`: a loss of two parameters as a map, with its local minima and the paths that lead down."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from nn.checks import check_function, check_truth, is_sequence, whole_number
from nn.plots.given import LARGEST, Limits, evenly_spaced, limits_around, limits_of, rows_of
from nn.plots.minima import Minimum, local_minima
from nn.plots.paper import COLOURS, LINE, TEXT, axes_of, ink, legend_above, mixed, paper, readable, ring
from nn.scores import number_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Path = list[list[float]]

RESOLUTION = 61  # points of the grid to each side
LEVELS, CLOSER = 14, 1.5  # lines of equal loss; the power that brings them closer together at the bottom
DEPTH = 0.30  # how much ink the lowest places have
ROUNDING = 1e-12  # of the largest loss: a lowest loss below that is written as 0
MANY = 60  # steps: dots would merge
MARGIN = 0.25  # around the paths, of their extent


def loss_surface(
    f: Callable[[Any, Any], Any],
    paths: Mapping[str, Iterable[Any]] | Iterable[Any] = (),
    *,
    xlim: Limits | None = None,
    ylim: Limits | None = None,
    resolution: int = RESOLUTION,
    minima: bool = True,
    ax: "Axes | None" = None,
) -> "Axes":
    """The map of a loss `f(x, y)`, the darker the lower, with lines of equal loss and the paths of descents.

    paths       one path, a list of points (x, y); or several in a list; or {name: path}
    xlim, ylim  what part of the plane is drawn; by default what the paths need
    resolution  points of the grid to each side at which the loss is taken
    minima      mark the local minima with their losses, the lowest one with a star

    A path starts at a ring and ends at a dot. The lines of equal loss are spaced by area, closer at the bottom.
    A local minimum is a point of the grid that no neighbour is below, taken down by Newton steps with measured
    slopes, and kept if it is inside and below all points around it: one that is narrower than the grid is missed.
    Where the loss is nan or beyond 1e200, the map is blank.

    >>> ax = loss_surface(lambda x, y: (x * x - 1.0) ** 2 + y * y, xlim=(-2.0, 2.0), ylim=(-1.0, 1.0))
    >>> sorted(text.get_text() for text in ax.texts if text.get_gid() == "minimum")
    ['0', '0']
    """
    check_function("the loss", f, "two numbers")
    named = named_paths(paths)
    limits = limits_of_plane(xlim, ylim, [point for path in named.values() for point in path])
    whole_number("resolution", resolution, least=3)
    check_truth("minima", minima)

    def height(x: float, y: float) -> float:
        loss = number_of(f(x, y))
        return loss if abs(loss) <= LARGEST else math.nan

    xs, ys = (evenly_spaced(ends, resolution) for ends in limits)
    heights = [[height(x, y) for x in xs] for y in ys]
    finite = [each for row in heights for each in row if math.isfinite(each)]
    if not finite:
        raise ValueError(f"the loss is finite nowhere in xlim={limits[0]}, ylim={limits[1]}")
    ax = axes_of(ax)
    draw_map(ax, xs, ys, heights)
    if minima:
        draw_minima(ax, local_minima(height, xs, ys, heights), max(map(abs, finite)))
    ax.set(xlim=limits[0], ylim=limits[1], xlabel="first parameter", ylabel="second parameter")
    for i, (name, path) in enumerate(named.items()):
        colour = COLOURS[i % len(COLOURS)] if isinstance(paths, Mapping) else COLOURS[0]
        draw_path(ax, path, colour, name_of(name, path, height))
    legend_above(ax)
    return ax


def named_paths(paths: Mapping[str, Iterable[Any]] | Iterable[Any]) -> dict[str, Path]:
    """Paths by their names; one path, or those in a list, by names that are not written.

    >>> named_paths([(0.0, 0.0), (1.0, 1.0)])
    {'_0': [[0.0, 0.0], [1.0, 1.0]]}
    """
    if not isinstance(paths, Mapping):
        several = list(paths) if is_sequence(paths) else [paths]
        first = list(several[0]) if several and is_sequence(several[0]) else []
        if first and not is_sequence(first[0]):
            several = [several]
        paths = {f"_{i}": path for i, path in enumerate(several)}
    named = {}
    for name, path in paths.items():
        title = f"path {name.removeprefix('_')}" if isinstance(name, str) else f"path {name}"
        named[str(name)] = rows_of(path, title)
        for i, point in enumerate(named[str(name)]):
            if len(point) != 2:
                raise ValueError(
                    f"a path goes over a plane: a point is two numbers, point {i} of {title} has {len(point)}"
                )
    return named


def limits_of_plane(xlim: Limits | None, ylim: Limits | None, points: Path) -> list[Limits]:
    """The limits of both axes; those that are not given leave a margin around the points.

    >>> limits_of_plane((-1, 1), None, [[0.0, 0.0], [0.0, 4.0]])
    [(-1.0, 1.0), (-1.0, 5.0)]
    """
    limits = []
    for i, (name, given) in enumerate((("xlim", xlim), ("ylim", ylim))):
        if given is None and not points:
            raise ValueError(f"what part of the plane is drawn? give paths, or {name}=(lowest, highest)")
        along = [point[i] for point in points]
        limits.append(limits_around(along, MARGIN) if given is None else limits_of(given, name))
    return limits


def draw_map(ax: "Axes", xs: list[float], ys: list[float], heights: list[list[float]]) -> None:
    """Shade the plane by loss and draw the lines of equal loss, some of them with their number."""
    import numpy as np
    from matplotlib.colors import LinearSegmentedColormap

    table = np.ma.masked_invalid(np.array(heights))
    levels = levels_of(sorted(float(each) for each in table.compressed()))
    if not levels:
        return  # a plain has no lines
    low, high = mixed(paper(ax), ink(ax), DEPTH), paper(ax)
    bands = np.concatenate([[float(table.min())], levels, [float(table.max())]])
    shades = LinearSegmentedColormap.from_list("loss", [low, high], len(bands) - 1)
    ax.contourf(
        xs, ys, table, levels=bands, colors=[shades(i) for i in range(len(bands) - 1)], zorder=0.0, antialiased=True
    )
    lines = ax.contour(
        xs, ys, table, levels=levels, colors=[mixed(paper(ax), ink(ax), 0.45)], linewidths=0.6, zorder=1.0
    )
    ax.clabel(lines, levels[::3], fmt="%.3g", fontsize="x-small", colors=[readable(ink(ax), ax, TEXT)])


def levels_of(heights: list[float]) -> list[float]:
    """Heights of lines that part the area of a map, closer at the bottom; given all its heights in order.

    >>> levels_of([float(i) for i in range(1000)])[:4]
    [17.0, 48.0, 89.0, 137.0]
    """
    shares = [(i / (LEVELS + 1)) ** CLOSER for i in range(1, LEVELS + 1)]
    levels = [float(f"{heights[int(share * (len(heights) - 1))]:.3g}") for share in shares]
    inside = [level for level in levels if heights[0] < level < heights[-1]]
    return sorted(set(inside))


def draw_minima(ax: "Axes", minima: list[Minimum], largest: float) -> None:
    """Mark the local minima, the lowest of them with a star, and write their losses under them."""
    from matplotlib.patheffects import withStroke

    for i, minimum in enumerate(minima):
        lowest = i == 0
        ax.plot(
            [minimum.x], [minimum.y], linestyle="none", color=ink(ax), markeredgecolor=paper(ax), zorder=5.0,
            marker="*" if lowest else "X", markersize=17.0 if lowest else 10.0,
            label="_lowest minimum" if lowest else "_local minimum",
        )  # fmt: skip
        value = minimum.value if abs(minimum.value) > ROUNDING * largest else 0.0
        ax.annotate(
            f"{value:.3g}", (minimum.x, minimum.y), xytext=(0.0, -8.0), textcoords="offset points", clip_on=True,
            horizontalalignment="center", verticalalignment="top", color=ink(ax), fontsize="small", zorder=7.0,
            path_effects=[withStroke(linewidth=2.5, foreground=paper(ax))], gid="minimum",
        )  # fmt: skip


def name_of(name: str, path: Path, height: Callable[[float, float], float]) -> str:
    """What the legend says of a path; a name that starts with an underscore is not in it.

    >>> name_of("Adam", [[2.0, 0.0], [1.0, 0.0]], lambda x, y: x * x + y)
    'Adam: 1 after 1 step'
    """
    steps = len(path) - 1
    return f"{name}: {height(*path[-1]):.3g} after {steps} step{'s' * (steps != 1)}"


def draw_path(ax: "Axes", path: Path, colour: str, name: str) -> None:
    """Draw a path, with a ring at its start and a dot at its end."""
    xs, ys = ([point[i] for point in path] for i in (0, 1))
    own = readable(colour, ax, LINE)
    dots = "." if len(path) <= MANY else ""
    ax.plot(xs, ys, color=own, linewidth=1.6, marker=dots, markersize=4.0, zorder=3.0, label=name)
    ax.plot(xs[:1], ys[:1], zorder=4.0, label="_start", **ring(ax, own))
    ax.plot(
        xs[-1:], ys[-1:], marker="o", markersize=6.5, color=own, markeredgecolor=paper(ax), zorder=6.0, label="_end"
    )
