"""The order of the items within each rank, with few crossings: barycentres, then exchanges of neighbours.

Every frame has one place that counts in all ranks, so that two frames stand in the same order wherever they meet,
and what is not in a frame stands on one side of it or the other.
"""

from bisect import bisect_right, insort
from collections.abc import Callable
from itertools import takewhile

from autograd.accurate import sum_in_order
from autograd.drawing.layout.layers import NO_FRAME, Layers

SWEEPS = 12  # orders settle after a few; each is a pass over all edges
MANY = 20_000  # items; beyond, no one can tell a better picture from a good one, but everyone waits
HASTY_SWEEPS = 4
EXCHANGED = 3000  # items; beyond, trying all exchanges of neighbours takes longer than everything else
SMALL = 600  # items; up to here neighbours are exchanged after each sweep, and not only at the end
ROUNDS = 8  # of exchanges
STIRRING = 2  # rounds of exchanges that change nothing

Key = tuple[float, ...]
Wanted = Callable[[int, int, int], bool]  # whether to exchange two items, by how many crossings that takes away


def in_order(layers: Layers) -> list[list[int]]:
    """The items of each rank, in the order with the fewest crossings that was found.

    Every rank is sorted by the mean place of its neighbours, forwards and backwards in turn: the barycentre method.
    """
    ranks: list[list[int]] = [[] for _ in range(max(layers.rank) + 1)]
    for item in sorted(range(len(layers.rank)), key=layers.source.__getitem__):
        ranks[layers.rank[item]].append(item)
    place = [0.0] * len(layers.rank)
    for rank in ranks:
        number_off(rank, place)
    gather_frames(layers, ranks, place)
    best, fewest = [rank[:] for rank in ranks], crossings(layers, ranks, place)
    for sweep in range(SWEEPS if len(place) < MANY else HASTY_SWEEPS):
        for rank in ranks if sweep % 2 == 0 else reversed(ranks):
            sort_by_neighbours(rank, layers.before if sweep % 2 == 0 else layers.after, place)
        gather_frames(layers, ranks, place)
        if len(place) <= SMALL:
            if sweep % 4 >= 2:
                stir(layers, ranks, place)
            exchange(layers, ranks, place)
        found = crossings(layers, ranks, place)
        if found < fewest:
            best, fewest = [rank[:] for rank in ranks], found
    if len(place) <= EXCHANGED:
        exchange(layers, best, place)
        put_as_made(layers, best, place)
    return best


def sort_by_neighbours(rank: list[int], neighbours: list[list[int]], place: list[float]) -> None:
    """Sort a rank by the mean place of the neighbours of each item; an item without any goes by its own."""
    wish = {}
    for item in rank:
        near = neighbours[item]
        if len(near) == 1:
            wish[item] = place[near[0]]
        else:
            wish[item] = sum_in_order([place[i] for i in near], 0.0) / len(near) if near else place[item]
    rank.sort(key=wish.__getitem__)
    number_off(rank, place)


def gather_frames(layers: Layers, ranks: list[list[int]], place: list[float]) -> None:
    """Make the items of every frame neighbours in each rank: all ranks are sorted by the places of frames first."""
    if not layers.inside:
        return
    prefixes = prefixes_of(layers, place)
    for rank in ranks:
        rank.sort(key=lambda item: (*prefixes[layers.frame[item]], place[item]))
    for rank in ranks:
        number_off(rank, place)


def prefixes_of(layers: Layers, place: list[float]) -> dict[int, Key]:
    """What the items of each frame are sorted by before anything else: its place, and that of all it is in.

    The place of a frame is the mean of those of its items. Its number, negative, keeps equal ones apart.
    """
    totals = [[0.0, 0] for _ in layers.inside]
    for item, f in enumerate(layers.frame):
        while f != NO_FRAME:
            totals[f][0] += place[item]
            totals[f][1] += 1
            f = layers.inside[f]
    prefixes: dict[int, Key] = {NO_FRAME: ()}
    for f, (total, count) in enumerate(totals):
        prefixes[f] = (*prefixes[layers.inside[f]], total / max(1, count), -1.0 - f)
    return prefixes


def number_off(rank: list[int], place: list[float]) -> None:
    """Give the items of a rank their places: fractions of the whole, so that ranks of any length compare."""
    for i, item in enumerate(rank):
        place[item] = (i + 0.5) / len(rank)


def crossings(layers: Layers, ranks: list[list[int]], place: list[float]) -> int:
    """How often edges cross each other between ranks."""
    count = 0
    for rank in ranks:
        seen: list[float] = []
        for item in rank:
            heads = layers.after[item]
            if len(heads) > 1:
                ends = sorted([place[head] for head in heads])
                count += sum(len(seen) - bisect_right(seen, end) for end in ends)
                for end in ends:
                    insort(seen, end)
            elif heads:
                end = place[heads[0]]
                count += len(seen) - bisect_right(seen, end)
                insort(seen, end)
    return count


def exchange(layers: Layers, ranks: list[list[int]], place: list[float]) -> None:
    """Exchange neighbours, and items with frames beside them, wherever that takes crossings away."""
    for _ in range(ROUNDS):
        is_better = exchanged(layers, ranks, place, lambda one, other, fewer: fewer > 0)
        if any(layers.spans) and pass_frames(layers, ranks, place):
            is_better = True
        if not is_better:
            return


def stir(layers: Layers, ranks: list[list[int]], place: list[float]) -> None:
    """Exchange neighbours wherever that adds no crossings: the way to a better order may lead through equal ones."""
    for _ in range(STIRRING):
        exchanged(layers, ranks, place, lambda one, other, fewer: fewer >= 0)


def put_as_made(layers: Layers, ranks: list[list[int]], place: list[float]) -> None:
    """Put neighbours in the order in which they were made, or their sources, where that adds no crossings."""
    made = layers.source
    for _ in range(ROUNDS):
        if not exchanged(layers, ranks, place, lambda one, other, fewer: fewer >= 0 and made[one] > made[other]):
            return


def exchanged(layers: Layers, ranks: list[list[int]], place: list[float], wanted: Wanted) -> bool:
    """Exchange neighbours of one frame where that is wanted, and say whether any were exchanged."""
    found = False
    for rank in ranks:
        number_off(rank, place)
    for rank in ranks:
        for i in range(len(rank) - 1):
            one, other = rank[i], rank[i + 1]
            if layers.frame[one] == layers.frame[other] and wanted(one, other, gain(layers, one, other, place)):
                rank[i], rank[i + 1] = other, one
                place[one], place[other] = place[other], place[one]
                found = True
    return found


def pass_frames(layers: Layers, ranks: list[list[int]], place: list[float]) -> bool:
    """Let items pass the whole frames beside them where that takes crossings away, and say whether any did."""
    chains = {f: layers.chain(f) for f in range(NO_FRAME, len(layers.inside))}
    found = False
    for rank in ranks:
        for item in rank[:]:
            start = rank.index(item)
            own = chains[layers.frame[item]]
            behind = frame_beside(layers, rank[start + 1 :], own, chains)
            before = frame_beside(layers, rank[:start][::-1], own, chains)
            if sum(gain(layers, item, other, place) for other in behind) > 0:
                rank[start : start + 1 + len(behind)] = [*behind, item]
            elif sum(gain(layers, other, item, place) for other in before) > 0:
                rank[start - len(before) : start + 1] = [item, *before[::-1]]
            else:
                continue
            number_off(rank, place)
            found = True
    return found


def frame_beside(layers: Layers, items: list[int], own: list[int], chains: dict[int, list[int]]) -> list[int]:
    """The first of the items that are in one frame, which is in the innermost of `own`; none if the first is not."""
    depth = len(own) + 1
    first = chains[layers.frame[items[0]]][:depth] if items else []
    if len(first) < depth or first[:-1] != own:
        return []
    return list(takewhile(lambda item: chains[layers.frame[item]][:depth] == first, items))


def gain(layers: Layers, one: int, other: int, place: list[float]) -> int:
    """How many crossings fewer there are when two neighbours change places."""
    return sum(
        crossed(ends[one], ends[other], place) - crossed(ends[other], ends[one], place)
        for ends in (layers.before, layers.after)
    )


def crossed(upper: list[int], lower: list[int], place: list[float]) -> int:
    """How often the edges of two items cross, of which the first stands before the second."""
    if not upper or not lower:
        return 0
    ends = sorted(place[item] for item in lower)
    count, below = 0, 0
    for start in sorted(place[item] for item in upper):
        while below < len(ends) and ends[below] < start:
            below += 1
        count += below
    return count
