"""`sizes_by_epoch`: how large the numbers of each layer were, epoch by epoch, on a logarithmic scale."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from nn.checks import check_text, shown
from nn.plots.given import numbers_of
from nn.plots.labels import End, label_ends
from nn.plots.paper import COLOURS, LINE, axes_of, count_whole, open_frame, readable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STYLES = ("solid", "dashed", "dotted")  # of layers beyond the number of colours


def sizes_by_epoch(
    sizes: Mapping[str, Iterable[float]], *, quantity: str = "size of a delta", ax: "Axes | None" = None
) -> "Axes":
    """The sizes of each layer over a training, as a `Recorder` holds them in `deltas` and `activations`.

    sizes     {layer: sizes, one for each epoch}; where a size is 0, which has no logarithm, the line is broken
    quantity  what the sizes are of

    Lines that drift apart are gradients that vanish or explode.

    >>> ax = sizes_by_epoch({"layers.0": [0.01, 0.002], "layers.1": [0.5, 0.4]})
    >>> [text.get_text() for text in ax.texts]
    ['layers.0', 'layers.1']
    """
    layers = checked_layers(sizes)
    check_text("quantity", quantity)
    ax = axes_of(ax)
    for i, (layer, numbers) in enumerate(layers.items()):
        ax.plot(
            [number or float("nan") for number in numbers],
            color=readable(COLOURS[i % len(COLOURS)], ax, LINE),
            linestyle=STYLES[i // len(COLOURS) % len(STYLES)],
            linewidth=2.0,
            marker="." if len(numbers) == 1 else "",
            label=layer,
        )
    ax.set_yscale("log")
    count_whole(ax.xaxis)
    ax.set(xlabel="epoch", ylabel=f"{quantity} (log scale)")
    open_frame(ax)
    label_ends(ax, ends_of(layers))
    return ax


def checked_layers(sizes: Mapping[str, Iterable[float]]) -> dict[str, list[float]]:
    """The sizes of each layer, one for each epoch, none below 0.

    >>> checked_layers({"layers.0": [0.5, 0.25], "layers.1": [0.5]})
    Traceback (most recent call last):
    ValueError: there is a size for each epoch, got 2 of layers.0 and 1 of layers.1
    """
    if not isinstance(sizes, Mapping):
        raise TypeError(f"sizes are a dictionary {{layer: sizes}}, as recorder.deltas is, got {shown(sizes)}")
    layers = {str(layer): numbers_of(numbers, f"the sizes of {layer}") for layer, numbers in sizes.items()}
    if not layers:
        raise ValueError("there is nothing to draw: no layer in the sizes")
    first = next(iter(layers))
    for layer, numbers in layers.items():
        if len(numbers) != len(layers[first]):
            raise ValueError(
                f"there is a size for each epoch, got {len(layers[first])} of {first} and {len(numbers)} of {layer}"
            )
        if min(numbers) < 0.0:
            raise ValueError(f"a size is not below 0, got {min(numbers):g} of {layer}")
    return layers


def ends_of(layers: dict[str, list[float]]) -> list[End]:
    """Where the lines end: at the last size that is not 0; a layer without one is not named.

    >>> ends_of({"layers.0": [0.5, 0.25, 0.0]})
    [End(x=1, y=0.25, text='layers.0', colour='#0072B2')]
    """
    ends = []
    for i, (layer, numbers) in enumerate(layers.items()):
        epoch = max((k for k, number in enumerate(numbers) if number), default=None)
        if epoch is not None:
            ends.append(End(epoch, numbers[epoch], layer, COLOURS[i % len(COLOURS)]))
    return ends
