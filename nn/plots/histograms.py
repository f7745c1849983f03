"""`gradient_histograms` and `activation_histograms`: how large numbers are in each layer, and where they die out."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from nn.by_layer import (
    EXPLODING,
    LIMIT,
    VANISHING,
    LayerNumbers,
    activations_by_layer,
    fate_of,
    gradients_by_layer,
    rounded,
)
from nn.module import Module
from nn.plots.layers import layers_of
from nn.plots.paper import COLOURS, LINE, TEXT, axes_of, ink, mixed, open_frame, paper, readable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS_PER_DECADE = 4
MOST_BINS = 120
FLOOR, CEILING = -300.0, 204.0  # powers of ten between which a logarithmic scale works; what is less counts as least
LAYER, MARGINS = 0.65, 1.0  # inches of a new figure: the height of a layer, and what is around all of them
ROOM = 0.62  # of the height of a layer, for its histogram; what it says is written above


def gradient_histograms(gradients: Module | Mapping[str, Iterable[Any]], *, ax: "Axes | None" = None) -> "Axes":
    """How large the gradients of each layer are, on a logarithmic scale, the first layer at the top.

    gradients  a model after `backward()`, or {layer: numbers}, as gradients or deltas; lists of numbers in a
               layer are its units

    A diamond is the root mean square of a layer. The layer vanishes if that is 1000 times smaller than in the last
    layer, where gradients come in, and explodes if it is 1000 times larger: Glorot and Bengio (2010) ask for a
    ratio of 1 and name no limit. Zeros have no logarithm: they are counted. A unit is dead if all its gradients
    are 0.

    >>> ax = gradient_histograms({"first": [1e-6, -2e-6, 0.0], "last": [0.5, -0.25]})
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "layer"]
    ['1 of 3 zero (33%), size 1 / 306,000 of last: vanishing', '0 of 2 zero (0%)']
    """
    if isinstance(gradients, Module):
        gradients = gradients_by_layer(gradients)
        if not any(number for units in gradients.values() for unit in units for number in unit):
            raise ValueError("every gradient is 0: call backward() on a loss of this model before")
    layers = layers_of(gradients)
    return draw_layers(layers, list(layers)[-1], "size of a gradient", ax)


def activation_histograms(
    model: Module | Mapping[str, Iterable[Any]], X: Iterable[Any] | None = None, *, ax: "Axes | None" = None
) -> "Axes":
    """How large the outputs of each layer are, on a logarithmic scale, the first layer at the top.

    model  any module, run on the rows of X; or {layer: numbers}, where lists of numbers in a layer are its units

    A diamond is the root mean square of a layer. The layer vanishes if that is 1000 times smaller than in the first
    one, and explodes if it is 1000 times larger: Glorot and Bengio (2010) ask for a ratio of 1 and name no limit. Zeros
    have no logarithm: they are counted. A unit is dead if it gives 0 for every row.

    >>> ax = activation_histograms({"hidden": [[0.0, 0.0], [1.0, 0.0]], "out": [[0.5, -0.25]]})
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "layer"]
    ['3 of 4 zero (75%), 1 of 2 units dead', '0 of 2 zero (0%), 0 of 1 unit dead']
    """
    if isinstance(model, Mapping):
        if X is not None:
            raise TypeError("X is for a model: numbers by layer are drawn as they are")
        layers = layers_of(model)
    else:
        if X is None:
            raise TypeError("a model gives activations for rows: write activation_histograms(model, X)")
        layers = layers_of(activations_by_layer(model, X))
    return draw_layers(layers, next(iter(layers)), "size of an activation", ax)


def draw_layers(layers: dict[str, LayerNumbers], reference: str, quantity: str, ax: "Axes | None") -> "Axes":
    """Draw a histogram for each layer, one above the other, with the sizes at which a layer vanishes or explodes."""
    origin = layers[reference].size
    edges = bin_edges([abs(number) for layer in layers.values() for number in layer.numbers if number], origin)
    ax = axes_of(ax, height=max(MARGINS + 3 * LAYER, MARGINS + LAYER * len(layers)))
    ax.set_xscale("log")
    ax.set_xlim(edges[0], edges[-1])
    draw_limits(ax, origin)
    bases = [len(layers) - 1.0 - i for i in range(len(layers))]
    for base, layer in zip(bases, layers.values(), strict=True):
        draw_layer(ax, layer, base, edges, said_of(layer, origin, reference))
    ax.set_yticks(bases, list(layers))
    ax.tick_params(axis="y", length=0.0)
    ax.set_ylim(-0.08, len(layers) + 0.12)
    ax.set_xlabel(f"{quantity}, without its sign (log scale)")
    open_frame(ax)
    ax.spines["left"].set_visible(False)
    return ax


def bin_edges(sizes: list[float], origin: float) -> list[float]:
    """Edges of bins, evenly spaced by ratio, around all sizes and the limits that belong to `origin`.

    >>> edges = bin_edges([0.5, 0.01], 1.0)
    >>> len(edges), edges[2], edges[-1]
    (29, 0.001, 3162.2776601683795)
    """
    powers = [math.log10(size) for size in sizes] or [0.0]
    if origin:
        reach = math.log10(LIMIT) + 0.5
        powers += [math.log10(origin) - reach, math.log10(origin) + reach]
    low, high = math.floor(2.0 * min(powers)) / 2.0, math.ceil(2.0 * max(powers)) / 2.0
    low = min(max(low, FLOOR), CEILING - 1.0)
    high = max(low + 1.0, min(high, CEILING))
    bins = min(MOST_BINS, max(1, round(BINS_PER_DECADE * (high - low))))
    return [10.0 ** (low + (high - low) * i / bins) for i in range(bins + 1)]


def said_of(layer: LayerNumbers, origin: float, reference: str) -> str:
    """What is written above the histogram of a layer, where the layer `reference` is of the size `origin`.

    >>> said_of(LayerNumbers([0.0, 4e-4], []), 1.0, "out")
    '1 of 2 zero (50%), size 1 / 3,540 of out: vanishing'
    """
    said = f"{layer.zeros:,} of {len(layer.numbers):,} zero ({layer.zeros / len(layer.numbers):.0%})"
    if layer.units:
        said += f", {layer.dead:,} of {len(layer.units):,} unit{'s' * (len(layer.units) != 1)} dead"
    fate = fate_of(layer.size, origin)
    if fate == VANISHING:
        said += f", size 1 / {rounded(origin / layer.size)} of {reference}: {VANISHING}"
    elif fate == EXPLODING:
        said += f", size {rounded(layer.size / origin)} times {reference}: {EXPLODING}"
    return said


def draw_limits(ax: "Axes", origin: float) -> None:
    """Tint the sizes at which a layer vanishes and those at which it explodes."""
    if not origin:
        return
    low, high = ax.get_xlim()
    tint = mixed(paper(ax), ink(ax), 0.07)
    for name, start, end, side in (
        (VANISHING, low, origin / LIMIT, "right"),
        (EXPLODING, origin * LIMIT, high, "left"),
    ):
        if not start < end:
            continue  # beyond what a scale reaches
        ax.axvspan(start, end, color=tint, linewidth=0.0, zorder=0.0)
        near = end if side == "right" else start
        ax.annotate(
            name, (near, 1.0), xycoords=("data", "axes fraction"), xytext=(-4.0 if side == "right" else 4.0, 3.0),
            textcoords="offset points", horizontalalignment=side, color=ink(ax), fontsize="small", fontstyle="italic",
            gid="limit",
        )  # fmt: skip


def draw_layer(ax: "Axes", layer: LayerNumbers, base: float, edges: list[float], said: str) -> None:
    """Draw the histogram of a layer on its base line, as high as its fullest bin is full."""
    counts = [0] * (len(edges) - 1)
    for each in layer.numbers:
        if each:
            counts[max(0, min(bisect_right(edges, abs(each)), len(counts)) - 1)] += 1
    colour = readable(COLOURS[0], ax, LINE)
    fullest = max(counts) or 1
    tops = [base + ROOM * count / fullest for count in counts]
    ax.stairs(tops, edges, baseline=base, fill=True, color=mixed(paper(ax), colour, 0.75), zorder=2.0)
    ax.axhline(base, color=mixed(paper(ax), ink(ax), 0.5), linewidth=0.8, zorder=3.0)
    if layer.size:
        diamond = readable(COLOURS[1], ax, LINE)
        ax.plot([layer.size], [base], marker="D", markersize=7.0, color=diamond, markeredgecolor=paper(ax), zorder=4.0)
    ax.annotate(
        said, (0.0, base + ROOM + 0.06), xycoords=("axes fraction", "data"), xytext=(3.0, 0.0),
        textcoords="offset points", color=readable(ink(ax), ax, TEXT), fontsize="small", gid="layer",
        fontweight="bold" if said.endswith((VANISHING, EXPLODING)) else "normal",
    )  # fmt: skip
