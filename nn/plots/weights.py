"""`weights_image`: the weights of neurons as pictures, in which 0 has the colour of the paper."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from nn.checks import is_sequence, shown, whole_number
from nn.layers import Layer, Neuron
from nn.module import Module
from nn.plots.given import rows_of
from nn.plots.paper import COLOURS, axes_of, count_whole, ink, mixed, paper, rgb

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

GAP = 1  # cells between tiles


def weights_image(
    weights: Layer | Neuron | Iterable[Any],
    shape: tuple[int, int] | None = None,
    *,
    ax: "Axes | None" = None,
) -> "Axes":
    """The weights of neurons as an image: blue below 0, red above, the stronger the further away.

    weights  a layer, a neuron, or a list with a row of weights for each neuron
    shape    rows and columns in which the inputs lie, as (8, 8) for 64 pixels: each neuron is a tile then;
             without it, the image has a row for each neuron and a column for each input

    >>> ax = weights_image([[1.0, -2.0, 0.0], [0.5, 0.0, 1.5]])
    >>> ax.images[0].get_array().tolist(), ax.images[0].get_clim()
    ([[1.0, -2.0, 0.0], [0.5, 0.0, 1.5]], (-2.0, 2.0))
    """
    rows = rows_of_weights(weights)
    image = rows if shape is None else tiles(rows, *shape_of(shape, len(rows[0])))
    largest = max(abs(weight) for row in rows for weight in row) or 1.0
    ax = axes_of(ax)
    drawn = ax.imshow(
        image, cmap=around_zero(ax), vmin=-largest, vmax=largest, interpolation="nearest",
        aspect="auto" if shape is None else "equal",
    )  # fmt: skip
    if shape is None:
        ax.set(xlabel="input", ylabel="neuron")
        count_whole(ax.xaxis)
        count_whole(ax.yaxis)
    else:
        label_tiles(ax, len(rows), *shape)
    scale = ax.figure.colorbar(drawn, ax=ax, label="weight")
    scale.outline.set_visible(False)
    scale.ax.yaxis.label.set_color(ink(ax))
    scale.ax.tick_params(colors=ink(ax))
    return ax


def rows_of_weights(weights: Layer | Neuron | Iterable[Any]) -> list[list[float]]:
    """A row of weights for each neuron, all of one length.

    >>> rows_of_weights([[1, 2], [3]])
    Traceback (most recent call last):
    ValueError: the neurons of an image have one number of weights, got 2 in row 0 and 1 in row 1
    """
    if isinstance(weights, Module) and not isinstance(weights, (Layer, Neuron)):
        raise TypeError(f"an image shows a Layer, got {shown(weights)}; of an MLP, give one, as in model.layers[0]")
    if isinstance(weights, Neuron):
        weights = [weights.w]
    rows = rows_of([neuron.w for neuron in weights.neurons] if isinstance(weights, Layer) else weights, "the weights")
    for i, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise ValueError(
                "the neurons of an image have one number of weights, "
                f"got {len(rows[0])} in row 0 and {len(row)} in row {i}"
            )
    return rows


def shape_of(shape: Any, inputs: int) -> tuple[int, int]:
    """Rows and columns, if so many inputs fill them.

    >>> shape_of((8, 8), 60)
    Traceback (most recent call last):
    ValueError: shape (8, 8) has 64 places, and a neuron 60 weights
    """
    if not is_sequence(shape) or len(shape) != 2:
        raise TypeError(f"shape is a number of rows and of columns, as (8, 8), got {shown(shape)}")
    height, width = (whole_number("a side of the shape", side, least=1) for side in shape)
    if height * width != inputs:
        raise ValueError(f"shape ({height}, {width}) has {height * width} places, and a neuron {inputs} weights")
    return height, width


def tiles_in_a_row(count: int) -> int:
    """How many of so many tiles stand side by side: few all, of many as many as there are rows.

    >>> [tiles_in_a_row(count) for count in (1, 3, 16, 20)]
    [1, 3, 4, 5]
    """
    return count if count <= 4 else math.ceil(math.sqrt(count))


def tiles(rows: list[list[float]], height: int, width: int) -> list[list[float]]:
    """One image of all neurons, each a tile, with nan between them.

    >>> tiles([[1.0, 2.0], [3.0, 4.0]], 2, 1)
    [[1.0, nan, 3.0], [2.0, nan, 4.0]]
    """
    across = tiles_in_a_row(len(rows))
    down = math.ceil(len(rows) / across)
    image = [[math.nan] * (across * (width + GAP) - GAP) for _ in range(down * (height + GAP) - GAP)]
    for i, row in enumerate(rows):
        top, left = (i // across) * (height + GAP), (i % across) * (width + GAP)
        for line in range(height):
            image[top + line][left : left + width] = row[line * width : (line + 1) * width]
    return image


def label_tiles(ax: "Axes", count: int, height: int, width: int) -> None:
    """Write at the left which neurons stand in a row, counted from 0."""
    across = tiles_in_a_row(count)
    starts = range(0, count, across)
    names = [f"{start}" if start == count - 1 else f"{start} - {min(start + across, count) - 1}" for start in starts]
    ax.set_yticks([row * (height + GAP) + (height - 1) / 2.0 for row in range(len(starts))], names)
    ax.set_xticks([])
    ax.tick_params(length=0.0)
    ax.spines[:].set_visible(False)
    ax.set(xlabel=f"{height} by {width} inputs of each neuron", ylabel="neurons")


def around_zero(ax: "Axes") -> "Colormap":
    """Colours from blue over that of the paper to red, with paper where there is no number."""
    from matplotlib.colors import LinearSegmentedColormap

    blue, red = rgb(COLOURS[0]), rgb(COLOURS[1])
    ends = [mixed(blue, ink(ax), 0.35), blue, paper(ax), red, mixed(red, ink(ax), 0.35)]
    return LinearSegmentedColormap.from_list("around zero", ends).with_extremes(bad=paper(ax))
