"""Where items stand across a picture with frames: near to their neighbours, and every frame a rectangle."""

from autograd.accurate import sum_in_order
from autograd.drawing.layout.distances import Distances
from autograd.drawing.layout.layers import NO_FRAME, Layers
from autograd.drawing.layout.places import STRAIGHT
from autograd.drawing.layout.spacing import Spacing

TOGETHER = 6  # how much more a neighbour in the same frame counts than one outside
SETTLED = 12  # rounds after which places hardly change


def placed_in_frames(layers: Layers, ranks: list[list[int]], extents: list[float], spacing: Spacing) -> list[float]:
    """The middle of each item across the picture, near to the mean of its neighbours."""
    room = Room(layers, Distances(layers, ranks, extents, spacing))
    room.push([0.0] * len(extents))
    for neighbours in [layers.before, layers.after] * SETTLED:
        room.push([room.wish(item, neighbours) for item in range(len(extents))])
    both = [before + after for before, after in zip(layers.before, layers.after, strict=True)]
    for turn in range(SETTLED):
        room.settle(both, backwards=turn % 2 == 1)
        room.settle_frames(both, backwards=turn % 2 == 1)
    straight = [
        before if len(before) == 1 and layers.frame[before[0]] == layers.frame[item] else []
        for item, before in enumerate(layers.before)
    ]
    room.settle(straight, backwards=False)
    return room.places[: len(extents)]


class Room:
    """Places of the items of a graph and of the borders of its frames, with all distances kept."""

    def __init__(self, layers: Layers, distances: Distances) -> None:
        self.layers = layers
        self.distances = distances
        self.after, self.before = distances.after, distances.before
        self.places: list[float] = []

    def wish(self, item: int, neighbours: list[list[int]]) -> float:
        """Where an item would stand if it were alone: at the mean of its neighbours, by how near they are to it."""
        frame, extents = self.layers.frame, self.distances.extents
        total, weight = 0.0, 0
        for other in neighbours[item]:
            pull = TOGETHER if frame[item] == frame[other] != NO_FRAME else 1
            if not extents[item] and not extents[other]:
                pull = STRAIGHT
            total += self.places[other] * pull
            weight += pull
        return total / weight if weight else self.places[item]

    def push(self, wishes: list[float]) -> None:
        """Give the items places near to their wishes.

        Pushing everything on as far as the distances need is one answer, pushing everything back is another,
        and half-way between two answers lies a third, whose largest push is the smallest possible.
        """
        borders = len(self.after) - self.distances.items
        on = wishes + [float("-inf")] * borders
        for thing in self.distances.order:
            for other, distance in self.after[thing]:
                on[other] = max(on[other], on[thing] + distance)
        back = wishes + [float("inf")] * borders
        for thing in reversed(self.distances.order):
            for other, distance in self.after[thing]:
                back[thing] = min(back[thing], back[other] - distance)
        self.places = [(one + other) / 2 for one, other in zip(on, back, strict=True)]
        self.tighten()

    def tighten(self) -> None:
        """Draw the borders of every frame as near to its items as they may be."""
        for _, (begin, end) in reversed(self.distances.borders()):  # inner frames first
            self.places[begin] = min((self.places[o] - distance for o, distance in self.after[begin]), default=0.0)
            self.places[end] = max((self.places[o] + distance for o, distance in self.before[end]), default=0.0)

    # Moving one thing, or a frame

    def settle(self, neighbours: list[list[int]], backwards: bool) -> None:
        """Move each item to the mean of its neighbours, as far as the others let it, and its frames with it."""
        order = self.distances.order
        for item in reversed(order) if backwards else order:
            if item < self.distances.items:
                wish = self.wish(item, neighbours)
                self.places[item] = min(max(wish, self.lowest(item)), self.highest(item))
                self.make_room(item)
        self.tighten()

    def settle_frames(self, neighbours: list[list[int]], backwards: bool) -> None:
        """Move each frame as a whole, so that edges from it go straight on average, as far as the others let it."""
        frames = self.distances.frames_in_order()
        for frame in reversed(frames) if backwards else frames:
            inside = self.distances.inside[frame]
            moves = [
                self.places[other] - self.places[item]
                for item in inside
                if item < self.distances.items
                for other in neighbours[item]
                if other not in inside
            ]
            if moves:
                self.move(frame, sum_in_order(moves, 0.0) / len(moves))
        self.tighten()

    def move(self, frame: int, by: float) -> None:
        """Move a frame and all that is in it, as far as the others let it, and the frames that it is in with it."""
        begin, end = self.distances.begin(frame), self.distances.end(frame)
        by = max(by, self.lowest(begin) - self.places[begin])
        by = min(by, self.highest(end) - self.places[end])
        for thing in self.distances.inside[frame]:
            self.places[thing] += by
        self.make_room(begin)
        self.make_room(end)

    def lowest(self, thing: int) -> float:
        """How far back a thing may go; the begin of a frame that it is in goes with it."""
        return max(
            (
                (self.lowest(other) if self.distances.is_begin(other) else self.places[other]) + distance
                for other, distance in self.before[thing]
            ),
            default=float("-inf"),
        )

    def highest(self, thing: int) -> float:
        """How far on a thing may go; the end of a frame that it is in goes with it."""
        return min(
            (
                (self.highest(other) if self.distances.is_end(other) else self.places[other]) - distance
                for other, distance in self.after[thing]
            ),
            default=float("inf"),
        )

    def make_room(self, thing: int) -> None:
        """Widen the frames that a thing is in, so that it keeps its distance from their borders."""
        for other, distance in self.before[thing]:
            if self.distances.is_begin(other) and self.places[other] > self.places[thing] - distance:
                self.places[other] = self.places[thing] - distance
                self.make_room(other)
        for other, distance in self.after[thing]:
            if self.distances.is_end(other) and self.places[other] < self.places[thing] + distance:
                self.places[other] = self.places[thing] + distance
                self.make_room(other)
