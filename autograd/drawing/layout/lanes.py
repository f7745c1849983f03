"""How far along the picture each rank begins and ends, and with the ranks the frames around them."""

from typing import NamedTuple

from autograd.drawing.layout.layers import NO_FRAME, Layers
from autograd.drawing.layout.plane import Point, Size
from autograd.drawing.layout.spacing import Spacing

STEEPNESS = 0.12  # along, for every unit that the longest of the edges between two ranks moves across
LONGEST_CURVE = 200.0


class Lane(NamedTuple):
    """The stretch of a rank along the picture: labels from `start`, boxes from `box`, to `end`."""

    start: float
    box: float
    end: float


def placed_along(
    layers: Layers, across: list[float], sizes: list[Size], labels: list[Size], spacing: Spacing
) -> list[Lane]:
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
    opening, closing = nested(layers)
    before, behind = [0] * ranks, [0] * ranks
    for span, first, last in zip(layers.spans, opening, closing, strict=True):
        if span is not None:
            before[span[0]] = max(before[span[0]], first)
            behind[span[1]] = max(behind[span[1]], last)
    edge = before[0] * spacing.opening
    lanes = [Lane(edge, edge, edge + longest_box[0])]
    for r in range(1, ranks):
        borders = behind[r - 1] * spacing.closing + before[r] * spacing.opening
        start = lanes[-1].end + borders + min(spacing.curve + STEEPNESS * longest_move[r], LONGEST_CURVE)
        box = start + longest_label[r] + spacing.tip
        lanes.append(Lane(start, box, box + longest_box[r]))
    return lanes


def nested(layers: Layers) -> tuple[list[int], list[int]]:
    """How many frames, one in another, begin where each frame begins, and how many end where it ends."""
    opening, closing = [1] * len(layers.inside), [1] * len(layers.inside)
    for f in reversed(range(len(layers.inside))):  # inner frames first
        around, span = layers.inside[f], layers.spans[f]
        outer = layers.spans[around] if around != NO_FRAME else None
        if span is not None and outer is not None:
            if span[0] == outer[0]:
                opening[around] = max(opening[around], opening[f] + 1)
            if span[1] == outer[1]:
                closing[around] = max(closing[around], closing[f] + 1)
    return opening, closing


def rectangles(
    layers: Layers, lanes: list[Lane], across: list[float], extents: list[float], spacing: Spacing
) -> list[tuple[Point, Size] | None]:
    """The corner and size of each frame: around its items and the frames in it, no further than the spacing says."""
    opening, closing = nested(layers)
    lowest = [float("inf")] * len(layers.inside)
    highest = [float("-inf")] * len(layers.inside)
    for middle, extent, f in zip(across, extents, layers.frame, strict=True):
        if f != NO_FRAME:
            lowest[f] = min(lowest[f], middle - extent / 2 - spacing.before)
            highest[f] = max(highest[f], middle + extent / 2 + spacing.after)
    for f in reversed(range(len(layers.inside))):
        around = layers.inside[f]
        if around != NO_FRAME:
            lowest[around] = min(lowest[around], lowest[f] - spacing.before)
            highest[around] = max(highest[around], highest[f] + spacing.after)
    found: list[tuple[Point, Size] | None] = []
    for f, span in enumerate(layers.spans):
        if span is None:
            found.append(None)
            continue
        start = lanes[span[0]].start - opening[f] * spacing.opening
        end = lanes[span[1]].end + closing[f] * spacing.closing
        found.append((Point(start, lowest[f]), Size(end - start, highest[f] - lowest[f])))
    return found
