"""Where the items of a graph stand across the picture: near to their neighbours, in their order, without overlap."""

from itertools import pairwise

from autograd.accurate import sum_in_order
from autograd.drawing.layout.layers import Layers
from autograd.drawing.layout.order import MANY
from autograd.drawing.layout.spacing import Spacing

PLACEMENTS = 8
HASTY_PLACEMENTS = 2
STRAIGHT = 8  # how much more than a box a bend counts where places are settled: long edges are to be straight


def placed_across(layers: Layers, ranks: list[list[int]], extents: list[float], spacing: Spacing) -> list[float]:
    """The middle of each item across the picture: as near to the mean of its neighbours as its rank has room."""
    across = [0.0] * len(extents)
    offsets = [offsets_of(rank, extents, spacing) for rank in ranks]
    for rank, tight in zip(ranks, offsets, strict=True):
        for item, offset in zip(rank, tight, strict=True):
            across[item] = offset
    both = [before + after for before, after in zip(layers.before, layers.after, strict=True)]
    placements = PLACEMENTS if len(extents) < MANY else HASTY_PLACEMENTS
    turns = [layers.before, layers.after] * (placements // 2) + [both, both, layers.before]
    for turn, neighbours in enumerate(turns):
        pairs = list(zip(ranks, offsets, strict=True))
        for rank, tight in pairs if turn % 2 == 0 else reversed(pairs):
            settle(rank, tight, neighbours, across, extents)
    return across


def settle(
    rank: list[int], offsets: list[float], neighbours: list[list[int]], across: list[float], extents: list[float]
) -> None:
    """Move the items of a rank towards the mean of their neighbours, in their order and without overlap."""
    weights = [1.0 if extents[item] else STRAIGHT for item in rank]
    wishes = [wished(item, neighbours, across, extents) - offset for item, offset in zip(rank, offsets, strict=True)]
    for item, offset, shift in zip(rank, offsets, rising(wishes, weights), strict=True):
        across[item] = offset + shift


def wished(item: int, neighbours: list[list[int]], across: list[float], extents: list[float]) -> float:
    """Where an item would stand if it were alone: at the mean of its neighbours, of which bends draw a bend more."""
    near = neighbours[item]
    if len(near) == 1:
        return across[near[0]]
    if not near:
        return across[item]
    if extents[item]:
        return sum_in_order([across[other] for other in near], 0.0) / len(near)
    pulls = [1 if extents[other] else STRAIGHT for other in near]
    drawn = [across[other] * pull for other, pull in zip(near, pulls, strict=True)]
    return sum_in_order(drawn, 0.0) / sum(pulls)


def offsets_of(rank: list[int], extents: list[float], spacing: Spacing) -> list[float]:
    """The middles of the items of a rank when they stand as close together as they may, from 0 on."""
    offsets = [0.0]
    for one, other in pairwise(rank):
        gap = spacing.gap if extents[one] and extents[other] else spacing.bend_gap
        offsets.append(offsets[-1] + (extents[one] + extents[other]) / 2 + gap)
    return offsets


def rising(wishes: list[float], weights: list[float]) -> list[float]:
    """The numbers nearest to the wishes, by weighted squares, of which none is below the one before it.

    Neighbours that are in the wrong order are pooled at their mean: the method of pool adjacent violators.

    >>> rising([1.0, 5.0, 3.0, 7.0], [1.0, 1.0, 1.0, 1.0])
    [1.0, 4.0, 4.0, 7.0]
    """
    pools: list[tuple[float, float, int]] = []  # weighted sum, weight, how many
    for wish, weight in zip(wishes, weights, strict=True):
        total, count = wish * weight, 1
        while pools and pools[-1][0] * weight >= total * pools[-1][1]:
            before, its_weight, its_count = pools.pop()
            total, weight, count = total + before, weight + its_weight, count + its_count
        pools.append((total, weight, count))
    return [total / weight for total, weight, count in pools for _ in range(count)]
