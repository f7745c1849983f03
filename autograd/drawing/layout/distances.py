"""How far the items of a picture with frames must stand from each other across it, so that every frame is a rectangle.

Things are the items, by number, then for each frame its begin and its end. A distance is how far one thing must
stand behind another, at least. The distances are the edges of a graph without circles, because frames have the
same order in all ranks.
"""

from autograd.drawing.layout.layers import NO_FRAME, Layers
from autograd.drawing.layout.spacing import Spacing

Distance = tuple[int, float]


class Distances:
    """The distances between the items and frames of a graph.

    after, before  of each thing, what must stand behind it or before it, and how far
    order          all things, each after those that it must stand behind
    inside         of each frame, the things that move when it moves: its borders, its items, and all frames in it
    """

    def __init__(self, layers: Layers, ranks: list[list[int]], extents: list[float], spacing: Spacing) -> None:
        self.extents = extents
        self.spacing = spacing
        self.items = len(extents)
        self.frames = range(len(layers.inside))
        self.least: list[dict[int, float]] = [{} for _ in range(self.items + 2 * len(self.frames))]
        chains = {f: layers.chain(f) for f in range(NO_FRAME, len(self.frames))}
        for rank in ranks:
            stack: list[int] = []
            last: int | None = None
            for item in rank:
                chain = chains[layers.frame[item]]
                last = self.closed(last, stack, chain)
                last = self.opened(last, stack, chain, item)
                stack = chain
            self.closed(last, stack, [])
        self.after: list[list[Distance]] = [list(behind.items()) for behind in self.least]
        self.before: list[list[Distance]] = [[] for _ in self.least]
        for thing, behind in enumerate(self.after):
            for other, distance in behind:
                self.before[other].append((thing, distance))
        self.order = self.sorted()
        self.inside: list[dict[int, None]] = [{} for _ in self.frames]
        for frame, things in [*((f, (item,)) for item, f in enumerate(layers.frame)), *self.borders()]:
            for around in chains[frame]:
                self.inside[around] |= dict.fromkeys(things)

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

    # Borders

    def begin(self, frame: int) -> int:
        """The thing that is the begin of a frame."""
        return self.items + 2 * frame

    def end(self, frame: int) -> int:
        """The thing that is the end of a frame."""
        return self.items + 2 * frame + 1

    def borders(self) -> list[tuple[int, tuple[int, ...]]]:
        """Each frame with its begin and its end."""
        return [(f, (self.begin(f), self.end(f))) for f in self.frames]

    def is_begin(self, thing: int) -> bool:
        """Whether a thing is the begin of a frame."""
        return thing >= self.items and (thing - self.items) % 2 == 0

    def is_end(self, thing: int) -> bool:
        """Whether a thing is the end of a frame."""
        return thing >= self.items and (thing - self.items) % 2 == 1

    def frames_in_order(self) -> list[int]:
        """All frames, each after those that it must stand behind or in."""
        return [(thing - self.items) // 2 for thing in self.order if self.is_begin(thing)]

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
