"""The paths from one value of a graph to its result: how many there are, which are strongest, what they add up to.

There can be more paths than atoms: they are counted, and the strongest of them found, without walking them all.
"""

import math
from collections.abc import Iterator, Sequence
from functools import reduce
from heapq import heappop, heappush, nsmallest
from itertools import count
from operator import attrgetter, itemgetter, mul
from typing import NamedTuple

from autograd.dialects import HandMade
from autograd.graph import Node
from autograd.primitives import Primitive


class Link(NamedTuple):
    """A use of a value by a result: the slope in that operand, None where only a rule made by hand knows it."""

    operand: int
    slot: int
    slope: float | None


class Step(NamedTuple):
    """A link with the result that uses the value."""

    result: int
    link: Link


#: A path as its steps, from the result of the graph down to the value.
Steps = list[Step]


class Strength(NamedTuple):
    """How much passes through a step or a path; compared in this order, and added along a path.

    spoiled    how many of its slopes are infinite, nan or unknown
    open       how many are zero, negated
    magnitude  the logarithm of the product of all others, without their signs
    """

    spoiled: int
    open: int
    magnitude: float

    def plus(self, other: "Strength") -> "Strength":
        return Strength(self.spoiled + other.spoiled, self.open + other.open, self.magnitude + other.magnitude)

    def minus(self, other: "Strength") -> "Strength":
        return Strength(self.spoiled - other.spoiled, self.open - other.open, self.magnitude - other.magnitude)


LEVEL = Strength(0, 0, 0.0)


def strength(slope: float | None) -> Strength:
    """The strength of one slope.

    >>> strength(-1.0) > strength(0.5) > strength(0.0)
    True
    """
    if slope is None or not math.isfinite(slope):
        return Strength(1, 0, 0.0)
    return Strength(0, 0, math.log(abs(slope))) if slope else Strength(0, -1, 0.0)


def product(slopes: Sequence[float]) -> float:
    """Slopes multiplied from the result to the value, as `backward()` does it; they are given the other way round."""
    return reduce(mul, reversed(slopes), 1.0)


class Between:
    """All that lies between a value of a graph and its result, the last node.

    >>> from autograd import Value, export
    >>> a = Value(3.0)
    >>> between = Between(export(a * a + a), 0)
    >>> between.count(), [[step.link.slope for step in steps] for steps in between.strongest(2)]
    (3, [[1.0, 3.0], [1.0, 3.0]])
    """

    def __init__(self, graph: Sequence[Node], leaf: int) -> None:
        self.leaf = leaf
        self.root = len(graph) - 1
        reached = bytearray(len(graph))
        reached[leaf] = True
        #: For each value, its links towards the leaf; none for those that do not depend on it.
        self.links: list[tuple[Link, ...]] = [()] * len(graph)
        for node in graph[leaf + 1 :]:
            if found := tuple(link for link in links_of(node) if reached[link.operand]):
                self.links[node.index] = found
                reached[node.index] = True
        self.is_connected = bool(reached[self.root])

    def count(self) -> int:
        """How many paths there are, exactly."""
        if not self.is_connected:
            return 0
        ways = {self.root: 1}  # no more of these large numbers than needed at a time
        for node in range(self.root, self.leaf, -1):
            through = ways.pop(node, 0)
            if through:
                for link in self.links[node]:
                    ways[link.operand] = ways.get(link.operand, 0) + through
        return ways[self.leaf]

    def unknown(self) -> list[int]:
        """The results, on paths, whose slopes only a rule made by hand knows."""
        needed = bytearray(self.root + 1)
        needed[self.root] = self.is_connected
        found = []
        for node in range(self.root, self.leaf, -1):
            if needed[node]:
                for link in self.links[node]:
                    needed[link.operand] = True
                if any(link.slope is None for link in self.links[node]):
                    found.append(node)
        return found[::-1]

    def strongest(self, most: int) -> Iterator[Steps]:
        """The paths of largest |product|, in falling order; those with an inf or nan before all, with a zero after.

        A path is the best one but for the turns where it leaves it, and what each turn costs is known beforehand:
        the path whose turns cost least is next. Nothing is walked but the paths that are given.
        """
        if not self.is_connected:
            return
        best = self._best_links()
        order = count()
        heap = [Candidate(LEVEL, next(order), [], 0, None)]
        for left in range(most - 1, -1, -1):
            if not heap:
                return
            found = heappop(heap)
            steps = found.followed[: found.place]
            if found.turn:
                steps.append(found.turn)
            first = len(steps)
            node = steps[-1].link.operand if steps else self.root
            while node != self.leaf:
                steps.append(Step(node, best[node][0].link))
                node = steps[-1].link.operand
            yield steps
            turns = (
                (choice.loss, place, choice.link)
                for place, step in enumerate(steps[first:], first)
                for choice in best[step.result][1:]
            )
            for loss, place, link in nsmallest(left, turns, key=itemgetter(0, 1)):
                turn = Step(steps[place].result, link)
                heappush(heap, Candidate(found.loss.plus(loss), next(order), steps, place, turn))

    def _best_links(self) -> list[list["Choice"]]:
        """For each value its links with what the best path through each loses against the best of all, that first."""
        best = {self.leaf: LEVEL}
        choices: list[list[Choice]] = [[] for _ in self.links]
        for node in range(self.leaf + 1, self.root + 1):
            through = [(strength(link.slope).plus(best[link.operand]), link) for link in self.links[node]]
            if through:
                strongest = best[node] = max(way for way, _ in through)
                choices[node] = sorted(
                    (Choice(strongest.minus(way), link) for way, link in through), key=attrgetter("loss")
                )
        return choices


class Choice(NamedTuple):
    """A link, and what the best path through it loses against the best path of all."""

    loss: Strength
    link: Link


class Candidate(NamedTuple):
    """A path that is known by what it loses: up to a place it follows another one, and turns there.

    number  the order of discovery, which decides between equals
    """

    loss: Strength
    number: int
    followed: Steps
    place: int
    turn: Step | None


def links_of(node: Node) -> Iterator[Link]:
    """The links of a node to its operands that are no constants."""
    by_hand = isinstance(node.row, HandMade)
    for slot, (operand, slope) in enumerate(zip(node.operands, node.slopes, strict=True)):
        if slope is not None or by_hand:
            yield Link(operand, slot, slope)


def adjoints(graph: Sequence[Node]) -> list[float | None]:
    """How fast the last value of a graph grows with each, added and rounded in the order of `backward()`.

    None where only a rule made by hand knows it.

    >>> from autograd import Value, export
    >>> a = Value(3.0)
    >>> adjoints(export(a * a + a))
    [7.0, 1.0, 1.0]
    """
    found: list[float | None] = [0.0] * len(graph)
    found[-1] = 1.0
    for node in reversed(graph):
        above = found[node.index]
        links = list(links_of(node))
        if len(node.operands) == 2 and isinstance(node.row, Primitive) and True not in node.row.sequences:
            links.reverse()  # of two operands `backward()` takes the second first
        for link in links:
            so_far = found[link.operand]
            if above is None or link.slope is None or so_far is None:
                found[link.operand] = None
            else:
                found[link.operand] = so_far + above * link.slope
    return found
