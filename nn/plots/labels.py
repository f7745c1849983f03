"""Names at the right ends of curves, inside the axes, pushed apart where they would overlap."""

from typing import TYPE_CHECKING, NamedTuple

from nn.plots.paper import TEXT, readable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GAP = 8.0  # points between the end of a curve and its name
MOST = 0.7  # of the width of the axes may go to names
POINTS = 72.0  # to an inch


class End(NamedTuple):
    """Where a curve ends, and what is written there."""

    x: float
    y: float
    text: str
    colour: str


def label_ends(ax: "Axes", ends: list[End]) -> None:
    """Write at every end what it is called, and make room for it at the right side of the axes."""
    pixels = ax.figure.dpi / POINTS
    texts = [
        ax.annotate(
            end.text,
            (end.x, end.y),
            xytext=(GAP, 0.0),
            textcoords="offset points",
            verticalalignment="center",
            color=readable(end.colour, ax, TEXT),
            annotation_clip=False,  # matplotlib measures nothing of a text whose place is not in view yet
            in_layout=False,  # it ends up inside
        )
        for end in ends
    ]
    boxes = [text.get_window_extent() for text in texts]
    make_room(ax, max((box.width for box in boxes), default=0.0) + 2.0 * GAP * pixels)
    heights = [box.height + 2.0 * pixels for box in boxes]
    wanted = [float(ax.transData.transform((end.x, end.y))[1]) for end in ends]
    free = pushed_apart(wanted, heights, float(ax.bbox.y0), float(ax.bbox.y1))
    for text, before, after in zip(texts, wanted, free, strict=True):
        text.set_position((GAP, (after - before) / pixels))


def make_room(ax: "Axes", width: float) -> None:
    """Free so many pixels at the right side of the axes, if there are; the scale ends where it ended before."""
    left, right = ax.get_xlim()
    share = min(MOST, width / ax.bbox.width)
    ax.set_xticks([tick for tick in ax.get_xticks() if left <= tick <= right])
    ax.set_xlim(left, left + (right - left) / (1.0 - share))
    ax.spines["bottom"].set_bounds(left, right)
    ax.xaxis.label.set_x((1.0 - share) / 2.0)


def pushed_apart(centres: list[float], heights: list[float], low: float, high: float) -> list[float]:
    """Centres as near to the given ones as they can be (least squares) without overlap, between two bounds.

    >>> pushed_apart([5.0, 5.0, 20.0], [4.0, 4.0, 4.0], 0.0, 30.0)
    [3.0, 7.0, 20.0]
    """
    order = sorted(range(len(centres)), key=lambda i: centres[i])
    below, offsets = 0.0, {}
    for i in order:
        offsets[i], below = below + heights[i] / 2.0, below + heights[i]
    stacks: list[list[float]] = []  # of wanted bottoms, all offsets taken off: they must not fall from left to right
    for i in order:
        stacks.append([centres[i] - offsets[i]])
        while len(stacks) > 1 and mean_of(stacks[-2]) > mean_of(stacks[-1]):
            stacks[-2:] = [stacks[-2] + stacks[-1]]
    bottoms = [mean_of(stack) for stack in stacks for _ in stack]
    held = [max(low, min(bottom, high - below)) for bottom in bottoms]
    placed = {i: bottom + offsets[i] for i, bottom in zip(order, held, strict=True)}
    return [placed[i] for i in range(len(centres))]


def mean_of(numbers: list[float]) -> float:
    """The mean of numbers.

    >>> mean_of([1.0, 2.0])
    1.5
    """
    return sum(numbers) / len(numbers)
