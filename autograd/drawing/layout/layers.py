"""The ranks of a graph, its long edges cut into bends, and the frames that its boxes stand in.

A frame holds boxes and other frames. Whatever is made of something in a frame, and is not in it itself, comes
after the whole frame: so the frames of two layers follow each other instead of overlapping.
"""

from collections.abc import Iterator, Sequence

from autograd.drawing.layout.ranks import ranked

NO_FRAME = -1


class Layers:
    """A graph in ranks. Its items are the boxes, by their number, after them the bends, and then placeholders.

    Edges that are to be drawn `apart` are drawn in full, each over the others.

    rank           of each item: the edges on the longest way from a leaf; for a leaf itself, just before its first use
    before, after  the neighbours of each item in the ranks beside it, once for each edge between them
    source         of each item: of a bend, the box whose edges it serves; of a box, itself
    ways           of each box: itself and its bends, one for each rank that its longest edge touches
    passed         of each edge: how many items of the way of its tail it goes through
    begins         of each edge: which of them it is drawn from, because others draw what comes before
    frame          of each item: the innermost frame that it is in, or NO_FRAME
    inside         of each frame: the frame around it, or NO_FRAME
    spans          of each frame: its first and last rank; None for a frame that no rectangle can be drawn for
    """

    def __init__(
        self,
        boxes: int,
        edges: list[tuple[int, int]],
        frame: Sequence[int] = (),
        inside: Sequence[int] = (),
        apart: bool = False,
    ) -> None:
        self.edges = edges
        self.inside = list(inside)
        self.frame = list(frame) or [NO_FRAME] * boxes
        self.rank = self.ranks(boxes)
        self.spans = self.reached()
        self.before: list[list[int]] = [[] for _ in range(boxes)]
        self.after: list[list[int]] = [[] for _ in range(boxes)]
        self.source = list(range(boxes))
        self.ways = [[i] for i in range(boxes)]
        self.passed = [self.rank[head] - self.rank[tail] for tail, head in edges]
        self.begins: list[int] = []
        for (tail, head), passed in zip(edges, self.passed, strict=True):
            way = self.ways[tail]
            self.begins.append(0 if apart else min(len(way), passed) - 1)
            while len(way) < passed:
                self.add_bend(way)
            self.link(way[passed - 1], head)
        if self.inside:
            self.frame_bends()
            self.add_placeholders()

    def comes_from(self, edge: int) -> int:
        """The item in the rank before the head of an edge: a bend, or its tail."""
        return self.ways[self.edges[edge][0]][self.passed[edge] - 1]

    def add_bend(self, way: list[int]) -> None:
        """Make a way one rank longer."""
        bend = self.add(self.rank[way[-1]] + 1, way[0], NO_FRAME)
        self.link(way[-1], bend)
        way.append(bend)

    def add(self, rank: int, source: int, frame: int) -> int:
        """A new item without neighbours."""
        self.rank.append(rank)
        self.source.append(source)
        self.frame.append(frame)
        self.before.append([])
        self.after.append([])
        return len(self.rank) - 1

    def link(self, first: int, second: int) -> None:
        """Make two items of neighbouring ranks neighbours."""
        self.after[first].append(second)
        self.before[second].append(first)

    # Frames

    def chain(self, frame: int) -> list[int]:
        """A frame and all that it is in, the widest first; frames without a rectangle do not count."""
        found = []
        while frame != NO_FRAME:
            found.append(frame)
            frame = self.inside[frame]
        return found[::-1]

    def ranks(self, boxes: int) -> list[int]:
        """The rank of each box. Frames that would have to come after themselves are dissolved until none is left."""
        while True:
            rank, stuck = ranked(boxes, self.constraints(boxes), 2 * len(self.inside))
            frames = {(place - boxes) // 2 for place in stuck if place >= boxes}
            if not frames:
                return self.next_to_first_use(boxes, rank)
            for f in sorted(frames, reverse=True):  # inner frames have the higher numbers
                around = self.inside[f]
                self.frame = [around if own == f else own for own in self.frame]
                self.inside = [around if own == f else own for own in self.inside]
                self.inside[f] = NO_FRAME

    def constraints(self, boxes: int) -> Iterator[tuple[int, int, int]]:
        """What comes how many ranks after what. Frame f begins at place `boxes + 2 f` and ends at the next."""
        members = [(f, i, i) for i, f in enumerate(self.frame)]
        members += [(f, boxes + 2 * i, boxes + 2 * i + 1) for i, f in enumerate(self.inside)]
        for f, first, last in members:
            if f != NO_FRAME:
                yield boxes + 2 * f, first, 0
                yield last, boxes + 2 * f + 1, 0
        for tail, head in self.edges:
            left, entered = self.parted(tail, head)
            yield (
                tail if left == NO_FRAME else boxes + 2 * left + 1,
                head if entered == NO_FRAME else boxes + 2 * entered,
                1,
            )

    def parted(self, tail: int, head: int) -> tuple[int, int]:
        """The widest frame that an edge leaves, and the widest that it enters."""
        if self.frame[tail] == self.frame[head]:
            return NO_FRAME, NO_FRAME
        left, entered = self.chain(self.frame[tail]), self.chain(self.frame[head])
        common = shared(left, entered)
        return (*left[common:], NO_FRAME)[0], (*entered[common:], NO_FRAME)[0]

    def next_to_first_use(self, boxes: int, rank: list[int]) -> list[int]:
        """The ranks, with boxes moved on to just before their first use, where that makes no more edges longer.

        A leaf always is. In a frame, what counts is the first use there.
        """
        operands: list[list[int]] = [[] for _ in range(boxes)]
        uses: list[list[int]] = [[] for _ in range(boxes)]
        for tail, head in self.edges:
            operands[head].append(tail)
            uses[tail].append(head)
        for i in reversed(range(boxes)):
            stay = {o for o in operands[i] if operands[o] or len(uses[o]) > 1}
            if uses[i] and len(stay) <= len(uses[i]):
                rank[i] = max(rank[i], min(self.latest(i, head, boxes, rank) for head in uses[i]))
        return rank[:boxes]

    def latest(self, tail: int, head: int, boxes: int, rank: list[int]) -> int:
        """The last rank in which an operand may stand, for one use of it."""
        left, entered = self.parted(tail, head)
        if left != NO_FRAME:
            return rank[boxes + 2 * self.frame[tail] + 1]
        return rank[head if entered == NO_FRAME else boxes + 2 * entered] - 1

    def reached(self) -> list[tuple[int, int] | None]:
        """The first and last rank of each frame, from the ranks of its boxes."""
        spans: list[tuple[int, int] | None] = [None] * len(self.inside)
        for r, f in zip(self.rank, self.frame, strict=True):
            while f != NO_FRAME:
                first, last = spans[f] or (r, r)
                spans[f] = min(first, r), max(last, r)
                f = self.inside[f]
        return spans

    def within(self, frames: list[int], rank: int) -> list[int]:
        """The part of a chain of frames that reaches a rank."""
        end = 0
        for f in frames:
            span = self.spans[f]
            if span is None or not span[0] <= rank <= span[1]:
                break
            end += 1
        return frames[:end]

    def frame_bends(self) -> None:
        """Put each bend into the frame that its way has not left yet, or has entered already."""
        heads: dict[int, list[int]] = {}
        for tail, head in self.edges:
            heads.setdefault(tail, []).append(head)
        for way in self.ways:
            if len(way) == 1:
                continue
            left = self.chain(self.frame[way[0]])
            ahead = sorted(heads[way[0]], key=self.rank.__getitem__)
            entered = self.chain(self.frame[ahead[-1]])
            for bend in reversed(way[1:]):
                while ahead and self.rank[ahead[-1]] > self.rank[bend]:
                    chain = self.chain(self.frame[ahead.pop()])
                    entered = entered[: shared(entered, chain)]
                still, already = self.within(left, self.rank[bend]), self.within(entered, self.rank[bend])
                self.frame[bend] = (NO_FRAME, *max(still, already, key=len))[-1]

    def add_placeholders(self) -> None:
        """Keep a place for each frame in those of its ranks where nothing of it stands."""
        taken: set[tuple[int, int]] = set()
        for r, f in zip(self.rank, self.frame, strict=True):
            taken.update((r, frame) for frame in self.chain(f))
        for f in reversed(range(len(self.inside))):
            first, last = self.spans[f] or (0, -1)
            for r in range(first, last + 1):
                if (r, f) not in taken:
                    self.add(r, len(self.ways), f)
                    taken.update((r, frame) for frame in self.chain(f))


def shared(one: list[int], other: list[int]) -> int:
    """How long the common beginning of two lists is.

    >>> shared([1, 2, 3], [1, 2, 4, 5])
    2
    """
    length = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        length += 1
    return length
