"""Where items stand across a picture with frames: near to their neighbours, and every frame a rectangle.

What keeps frames rectangles is a list of distances: how far one thing must stand behind another, at least. Things
are the items, by number, then for each frame its begin and its end. The distances are the edges of a graph without
circles, because frames have the same order in all ranks.
"""

from autograd.drawing.layers import NO_FRAME, Layers
from autograd.drawing.places import STRAIGHT
from autograd.drawing.spacing import Spacing

TOGETHER = 6  # how much more a neighbour in the same frame counts than one outside
SETTLED = 12  # rounds after which places hardly change

Distance = tuple[int, float]


class Borders:
    """The distances between the items and frames of a graph, and places that keep them."""

    def __init__(self, layers: Layers, ranks: list[list[int]], extents: list[float], spacing: Spacing) -> None:
        self.layers = layers
        self.extents = extents
        self.spacing = spacing
        self.items = len(extents)
        least: list[dict[int, float]] = [{} for _ in range(self.items + 2 * len(layers.inside))]
        self.least = least
        chains = {f: layers.chain(f) for f in range(NO_FRAME, len(layers.inside))}
        for rank in ranks:
            stack: list[int] = []
            last: int | None = None
            for item in rank:
                chain = chains[layers.frame[item]]
                last = self.closed(last, stack, chain)
                last = self.opened(last, stack, chain, item)
                stack = chain
            self.closed(last, stack, [])
        self.after: list[list[Distance]] = [list(behind.items()) for behind in least]
        self.before: list[list[Distance]] = [[] for _ in least]
        for thing, behind in enumerate(self.after):
            for other, distance in behind:
                self.before[other].append((thing, distance))
        self.order = self.sorted()

    # Distances

    def closed(self, last: int | None, stack: list[int], chain: list[int]) -> int | None:
        """Note the ends of the frames that the next item of a rank is not in."""
        for f in reversed(stack):
            if f not in chain:
                last = self.keep(last, self.end(f), self.spacing.after)
        return last

    def opened(self, last: int | None, stack: list[int], chain: list[int], item: int) -> int:
        """Note the begins of the frames that an item of a rank is the first one in, and the item."""
        gap: float | None = None
        for f in chain:
            if f not in stack:
                last = self.keep(last, self.begin(f), self.spacing.gap if gap is None else gap)
                gap = self.spacing.before
        return self.keep(last, item, self.between(last, item) if gap is None else gap)

    def between(self, one: int | None, other: int) -> float:
        """The gap between two neighbours within one frame."""
        roomy = one is None or one >= self.items or (self.extents[one] and self.extents[other])
        return self.spacing.gap if roomy else self.spacing.bend_gap

    def keep(self, first: int | None, second: int, gap: float) -> int:
        """Note that one thing stands behind another, with a gap between their sides."""
        if first is not None:
            distance = gap + (self.half(first) + self.half(second))
            self.least[first][second] = max(distance, self.least[first].get(second, 0.0))
        return second

    def half(self, thing: int) -> float:
        """How far a thing reaches to each side of its middle."""
        return self.extents[thing] / 2 if thing < self.items else 0.0

    def begin(self, frame: int) -> int:
        """The thing that is the begin of a frame."""
        return self.items + 2 * frame

    def end(self, frame: int) -> int:
        """The thing that is the end of a frame."""
        return self.items + 2 * frame + 1

    def sorted(self) -> list[int]:
        """All things, each after those that it must stand behind."""
        waits = [len(before) for before in self.before]
        order = [thing for thing, count in enumerate(waits) if not count]
        for thing in order:  # grows while it is read
            for other, _ in self.after[thing]:
                waits[other] -= 1
                if not waits[other]:
                    order.append(other)
        return order

    # Places

    def placed(self) -> list[float]:
        """The middle of each item, near to the mean of its neighbours."""
        layers = self.layers
        places = self.nearest([0.0] * self.items)
        for neighbours in [layers.before, layers.after] * SETTLED:
            places = self.nearest([self.wish(item, neighbours, places) for item in range(self.items)])
        both = [before + after for before, after in zip(layers.before, layers.after, strict=True)]
        for turn in range(SETTLED):
            self.settle(places, both, backwards=turn % 2 == 1)
        straight = [
            before if len(before) == 1 and layers.frame[before[0]] == layers.frame[item] else []
            for item, before in enumerate(layers.before)
        ]
        self.settle(places, straight, backwards=False)
        return places[: self.items]

    def wish(self, item: int, neighbours: list[list[int]], places: list[float]) -> float:
        """Where an item would stand if it were alone: at the mean of its neighbours, by how near they are to it."""
        frame = self.layers.frame
        total, weight = 0.0, 0
        for other in neighbours[item]:
            pull = TOGETHER if frame[item] == frame[other] != NO_FRAME else 1
            if not self.extents[item] and not self.extents[other]:
                pull = STRAIGHT
            total += places[other] * pull
            weight += pull
        return total / weight if weight else places[item]

    def nearest(self, wishes: list[float]) -> list[float]:
        """Places near to the wishes of the items, with all distances kept.

        Pushing everything on as far as the distances need is one answer, pushing everything back is another,
        and half-way between two answers lies a third, whose largest push is the smallest possible.
        """
        borders = len(self.after) - self.items
        on = wishes + [float("-inf")] * borders
        for thing in self.order:
            for other, distance in self.after[thing]:
                on[other] = max(on[other], on[thing] + distance)
        back = wishes + [float("inf")] * borders
        for thing in reversed(self.order):
            for other, distance in self.after[thing]:
                back[thing] = min(back[thing], back[other] - distance)
        places = [(one + other) / 2 for one, other in zip(on, back, strict=True)]
        self.tighten(places)
        return places

    def tighten(self, places: list[float]) -> None:
        """Draw the borders of every frame as near to its items as they may be."""
        for f in reversed(range(len(self.layers.inside))):  # inner frames first
            begin, end = self.begin(f), self.end(f)
            places[begin] = min((places[o] - distance for o, distance in self.after[begin]), default=0.0)
            places[end] = max((places[o] + distance for o, distance in self.before[end]), default=0.0)

    def settle(self, places: list[float], neighbours: list[list[int]], backwards: bool) -> None:
        """Move each item to the mean of its neighbours, as far as the others let it, and its frames with it."""
        for item in reversed(self.order) if backwards else self.order:
            if item >= self.items:
                continue
            wish = self.wish(item, neighbours, places)
            places[item] = min(max(wish, self.lowest(item, places)), self.highest(item, places))
            self.make_room(item, places)
        self.tighten(places)

    def lowest(self, thing: int, places: list[float]) -> float:
        """How far back a thing may go; the begin of a frame that it is in goes with it."""
        return max(
            (
                (self.lowest(other, places) if other >= self.items and not (other - self.items) % 2 else places[other])
                + distance
                for other, distance in self.before[thing]
            ),
            default=float("-inf"),
        )

    def highest(self, thing: int, places: list[float]) -> float:
        """How far on a thing may go; the end of a frame that it is in goes with it."""
        return min(
            (
                (self.highest(other, places) if other >= self.items and (other - self.items) % 2 else places[other])
                - distance
                for other, distance in self.after[thing]
            ),
            default=float("inf"),
        )

    def make_room(self, thing: int, places: list[float]) -> None:
        """Widen the frames that a thing is in, so that it keeps its distance from their borders."""
        for other, distance in self.before[thing]:
            if other >= self.items and not (other - self.items) % 2 and places[other] > places[thing] - distance:
                places[other] = places[thing] - distance
                self.make_room(other, places)
        for other, distance in self.after[thing]:
            if other >= self.items and (other - self.items) % 2 and places[other] < places[thing] + distance:
                places[other] = places[thing] + distance
                self.make_room(other, places)
