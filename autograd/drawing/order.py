"""The order of the items within each rank, with few crossings: barycentres, then exchanges of neighbours.

Every frame has one place that counts in all ranks, so that two frames stand in the same order wherever they meet,
and what is not in a frame stands on one side of it or the other.
"""

from bisect import bisect_right, insort

from autograd.drawing.layers import NO_FRAME, Layers

SWEEPS = 12  # orders settle after a few; each is a pass over all edges
MANY = 20_000  # items; beyond, no one can tell a better picture from a good one, but everyone waits
HASTY_SWEEPS = 4
EXCHANGED = 3000  # items; beyond, trying all exchanges of neighbours takes longer than everything else
SMALL = 600  # items; up to here neighbours are exchanged after each sweep, and not only at the end
ROUNDS = 8  # of exchanges

Key = tuple[float, ...]


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
            exchange(layers, ranks, place)
        found = crossings(layers, ranks, place)
        if found < fewest:
            best, fewest = [rank[:] for rank in ranks], found
    if fewest and len(place) <= EXCHANGED:
        exchange(layers, best, place)
    return best


def sort_by_neighbours(rank: list[int], neighbours: list[list[int]], place: list[float]) -> None:
    """Sort a rank by the mean place of the neighbours of each item; an item without any goes by its own."""
    wish = {}
    for item in rank:
        near = neighbours[item]
        if len(near) == 1:
            wish[item] = place[near[0]]
        else:
            wish[item] = sum([place[i] for i in near]) / len(near) if near else place[item]
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
    """Exchange neighbours of one frame wherever that takes crossings away, until no exchange does."""
    for rank in ranks:
        number_off(rank, place)
    for _ in range(ROUNDS):
        better = False
        for rank in ranks:
            for i in range(len(rank) - 1):
                one, other = rank[i], rank[i + 1]
                if layers.frame[one] == layers.frame[other] and gain(layers, one, other, place) > 0:
                    rank[i], rank[i + 1] = other, one
                    place[one], place[other] = place[other], place[one]
                    better = True
        if not better:
            return


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
