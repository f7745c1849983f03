"""Ranks from constraints: what comes at least how many ranks after what."""

from collections.abc import Iterator


def ranked(boxes: int, constraints: Iterator[tuple[int, int, int]], more: int) -> tuple[list[int], list[int]]:
    """The least ranks that meet all constraints, and the places that a circle of constraints goes through.

    >>> ranked(3, iter([(0, 1, 1), (0, 2, 1), (1, 2, 1)]), 0)
    ([0, 1, 2], [])
    >>> ranked(3, iter([(0, 1, 1), (1, 2, 1), (2, 1, 0)]), 0)[1]
    [1, 2]
    """
    after: list[list[tuple[int, int]]] = [[] for _ in range(boxes + more)]
    waits = [0] * len(after)
    for first, second, distance in constraints:
        after[first].append((second, distance))
        waits[second] += 1
    rank = [0] * len(after)
    ready = [place for place, count in enumerate(waits) if not count]
    for place in ready:  # grows while it is read
        for later, distance in after[place]:
            rank[later] = max(rank[later], rank[place] + distance)
            waits[later] -= 1
            if not waits[later]:
                ready.append(later)
    return rank, [] if len(ready) == len(after) else circle(after, waits)


def circle(after: list[list[tuple[int, int]]], waits: list[int]) -> list[int]:
    """What lies on circles among the places that still wait, or between two of them."""
    stuck = [place for place, count in enumerate(waits) if count]
    leads = {place: sum(waits[later] > 0 for later, _ in after[place]) for place in stuck}
    before: dict[int, list[int]] = {place: [] for place in stuck}
    for place in stuck:
        for later, _ in after[place]:
            if waits[later]:
                before[later].append(place)
    ends = [place for place in stuck if not leads[place]]
    for place in ends:  # grows while it is read
        for earlier in before[place]:
            leads[earlier] -= 1
            if not leads[earlier]:
                ends.append(earlier)
    return [place for place in stuck if leads[place]]
