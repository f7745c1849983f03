"""`decision_boundary`: the regions in which a classifier of two inputs sees its classes, and the samples in them."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from autograd.compiler.jit import jit as compiled
from autograd.transforms import vmap
from nn.checks import check_function, check_truth, is_sequence, shown, whole_number
from nn.data.given import samples
from nn.plots.given import LARGEST, Limits, evenly_spaced, limits_around, limits_of, rows_of
from nn.plots.paper import COLOURS, LINE, axes_of, check_axes, ink, legend_above, paper, readable, rgb
from nn.scores import is_right, number_of

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes

Model = Callable[[list[float]], Any]

#: Points of the grid to each side: for 2-16-16-1, well under a second without machine code.
RESOLUTION = 80
FINE = 5  # times as many in the picture; scores between the points of the grid are interpolated
MARGIN = 0.12  # of the range of the samples, on each side
TINT = 0.10  # how much colour a region has where the model is undecided
SHADE = 0.45  # and how much more where it is sure
MARKERS = ("o", "s", "^", "D", "v", "P", "X")


def decision_boundary(
    model: Model,
    X: Iterable[Any],
    y: Iterable[Any],
    *,
    classes: Sequence[str] | None = None,
    xlim: Limits | None = None,
    ylim: Limits | None = None,
    resolution: int = RESOLUTION,
    jit: bool = False,
    ax: "Axes | None" = None,
) -> "Axes":
    """The regions of a classifier of two inputs, with the samples on top; those in a wrong region are crossed out.

    model       gives for a row, a list of two numbers, one score or a score for each class, as in `nn.accuracy`:
                one score above 0 says class 1; of several, the largest says the class, counted from 0
    classes     names for the legend, in the order of the classes
    resolution  points of the grid to each side at which the model is asked
    jit         ask it by machine code, with scores that are the same within rounding (extra: fast)

    A region is the deeper in colour, the higher the probability of its class: the sigmoid of one score, the
    softmax of several. The dotted lines of one score are at probabilities of 0.1 and 0.9.

    >>> ax = decision_boundary(lambda row: row[0] - row[1], [[1.0, 0.0], [0.0, 2.0], [0.0, 1.0]], [1, 0, 1])
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['class 0 (1)', 'class 1 (2)', 'in the wrong region (1)']
    """
    check_function("the model", model, "one row of X")
    rows, targets = samples(X, y)
    points = points_of(rows)
    limits = [
        limits_around([point[i] for point in points], MARGIN) if given is None else limits_of(given, name)
        for i, (name, given) in enumerate((("xlim", xlim), ("ylim", ylim)))
    ]
    whole_number("resolution", resolution, least=2)
    check_truth("jit", jit)
    check_axes(ax)
    right = [is_right(one_or_several(model(point)), target) for point, target in zip(points, targets, strict=True)]
    scores = scores_on_grid(model, limits, resolution, jit)
    names = names_of(classes, len(scores[0]))
    ax = axes_of(ax)
    draw_regions(ax, scores, limits, resolution)
    draw_samples(ax, points, [class_of(target) for target in targets], right, names)
    ax.set(xlim=limits[0], ylim=limits[1], xlabel="input 0", ylabel="input 1")
    return ax


def points_of(rows: list[list[Any]]) -> list[list[float]]:
    """The samples as points of the plane.

    >>> points_of([[1.0, 2.0, 3.0]])
    Traceback (most recent call last):
    ValueError: a plane has two inputs, row 0 of X has 3: draw a model of two of them
    """
    points = rows_of(rows, "X")
    for i, point in enumerate(points):
        if len(point) != 2:
            raise ValueError(f"a plane has two inputs, row {i} of X has {len(point)}: draw a model of two of them")
    return points


def class_of(target: Any) -> int:
    """The class of a target that a model was found right or wrong about, counted from 0.

    >>> class_of(-1), class_of(1.0), class_of(2)
    (0, 1, 2)
    """
    return max(0, int(target))


def names_of(classes: Sequence[str] | None, scores: int) -> list[str]:
    """What the classes of a model with so many scores are called.

    >>> names_of(None, 1)
    ['class 0', 'class 1']
    """
    count = max(2, scores)
    if classes is None:
        return [f"class {k}" for k in range(count)]
    if not is_sequence(classes) or len(classes) != count:
        raise ValueError(f"this model has {count} classes: classes is a list of as many names, got {shown(classes)}")
    return [str(name) for name in classes]


def scores_on_grid(model: Model, limits: list[Limits], resolution: int, jit: bool = False) -> list[list[float]]:
    """The scores of a model at the points of a grid, row by row from below.

    >>> scores_on_grid(lambda row: row[0] + row[1], [(0.0, 1.0), (0.0, 2.0)], 2)
    [[0.0], [1.0], [2.0], [3.0]]
    """
    xs, ys = (evenly_spaced(ends, resolution) for ends in limits)
    rows = [[x, y] for y in ys for x in xs]
    # A map, so that each graph is dropped before the next is recorded; inside no_grad it would take longer.
    predictions = compiled(vmap(model))(rows) if jit else map(model, rows)
    scores = [scores_of(prediction) for prediction in predictions]
    for row, each in zip(rows, scores, strict=True):
        if not each or len(each) != len(scores[0]) or not all(abs(score) <= LARGEST for score in each):
            raise ValueError(f"the model gives {each} at {row}: a region takes finite scores, as many at every point")
    return scores


def scores_of(prediction: Any) -> list[float]:
    """What a model gives, as a list of scores.

    >>> scores_of(0.5), scores_of((1, 2))
    ([0.5], [1.0, 2.0])
    """
    return [number_of(score) for score in prediction] if is_sequence(prediction) else [number_of(prediction)]


def one_or_several(prediction: Any) -> Any:
    """A list of several scores, or the bare score out of a list of one.

    >>> one_or_several([0.5]), one_or_several([0.5, 0.25])
    (0.5, [0.5, 0.25])
    """
    scores = scores_of(prediction)
    return scores[0] if len(scores) == 1 else scores


def draw_regions(ax: "Axes", scores: list[list[float]], limits: list[Limits], resolution: int) -> None:
    """Colour the regions by class and probability, and draw the lines between them."""
    import numpy as np

    fine = between(between(np.array(scores).T.reshape(-1, resolution, resolution), 1), 2)
    single = len(fine) == 1
    if single:
        fine = np.concatenate([np.zeros_like(fine), fine])  # softmax of 0 and a score is its sigmoid
    background = np.array(paper(ax))
    colours = np.array([rgb(COLOURS[k % len(COLOURS)]) for k in range(len(fine))])
    winner = fine.argmax(axis=0)
    sure = 1.0 / np.exp(fine - fine.max(axis=0)).sum(axis=0)
    share = TINT + SHADE * (sure - 1.0 / len(fine)) / (1.0 - 1.0 / len(fine))
    image = background + share[..., np.newaxis] * (colours[winner] - background)
    ax.imshow(image, extent=(*limits[0], *limits[1]), origin="lower", aspect="auto", zorder=0.0)
    if single:
        draw_level(ax, fine[1], limits, 0.0, "solid", 1.6)
        for probability in (0.1, 0.9):
            draw_level(ax, fine[1], limits, math.log(probability / (1.0 - probability)), "dotted", 1.0)
        return
    for k in range(len(fine)):
        draw_level(ax, fine[k] - np.delete(fine, k, axis=0).max(axis=0), limits, 0.0, "solid", 1.6)


def between(scores: "np.ndarray[Any, Any]", axis: int) -> "np.ndarray[Any, Any]":
    """The scores along an axis, with interpolated ones between them.

    >>> import numpy as np
    >>> between(np.array([[[0.0, 1.0]]]), 2).tolist()
    [[[0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0]]]
    """
    import numpy as np

    coarse = np.arange(scores.shape[axis])
    fine = np.linspace(0.0, coarse[-1], FINE * int(coarse[-1]) + 1)
    return np.apply_along_axis(lambda line: np.interp(fine, coarse, line), axis, scores)


def draw_level(
    ax: "Axes",
    heights: "np.ndarray[Any, Any]",
    limits: list[Limits],
    level: float,
    style: str,
    width: float,
) -> None:
    """Draw the line on which `heights` is at a level, if there is one."""
    import numpy as np

    if not heights.min() < level < heights.max():
        return  # matplotlib warns of a level that is not there
    xs, ys = (np.linspace(*ends, count) for ends, count in zip(limits, reversed(heights.shape), strict=True))
    ax.contour(xs, ys, heights, levels=[level], colors=[ink(ax)], linestyles=style, linewidths=width, zorder=1.0)


def draw_samples(ax: "Axes", points: list[list[float]], labels: list[int], right: list[bool], names: list[str]) -> None:
    """Draw the samples, each class with its own colour and shape, and cross out those in a wrong region."""
    for k, name in enumerate(names):
        own = [point for point, label in zip(points, labels, strict=True) if label == k]
        ax.scatter(
            [x for x, _ in own], [y for _, y in own],
            s=34.0, marker=MARKERS[k % len(MARKERS)], color=[readable(COLOURS[k % len(COLOURS)], ax, LINE)],
            edgecolors=[paper(ax)], linewidths=0.9, label=f"{name} ({len(own)})", zorder=3.0,
        )  # fmt: skip
    wrong = [point for point, hit in zip(points, right, strict=True) if not hit]
    if wrong:
        ax.scatter(
            [x for x, _ in wrong], [y for _, y in wrong],
            s=70.0, marker="x", color=[ink(ax)], linewidths=1.4, zorder=4.0,
            label=f"in the wrong region ({len(wrong)})",
        )  # fmt: skip
    legend_above(ax)
