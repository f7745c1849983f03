"""Which values of a graph are in which frame: parts within parts, none of which needs another one that needs it."""

from heapq import heappop, heappush

from autograd.drawing.grouping.scopes import ancestors
from autograd.graph import Node


class Tree:
    """Which frame is in which, and in which frame each value is; frame 0 is the whole."""

    def __init__(self, graph: list[Node], scopes: list[str]) -> None:
        self.names = [""]
        self.parents = [0]
        self.home = [0] * len(graph)
        self.graph = graph
        open_frames = [(0, 0, list(range(len(graph))))]  # a frame, how deep it is, and the values in it
        for frame, level, inside in open_frames:  # grows while it is read
            parts = [part_at(scopes[i], level) for i in inside]
            for part, members in groups(graph, inside, parts):
                self.names.append(part)
                self.parents.append(frame)
                for i in members:
                    self.home[i] = len(self.names) - 1
                open_frames.append((len(self.names) - 1, level + 1, members))

    def chain(self, frame: int) -> list[int]:
        """A frame and all around it, up to the whole."""
        found = [frame]
        while found[-1] != 0:
            found.append(self.parents[found[-1]])
        return found


def part_at(scope: str, level: int) -> str:
    """The name of the frame at a level of nesting, without that of the frames around it; "" if there is none.

    >>> part_at("layers.0.neurons.3", 0), part_at("layers.0.neurons.3", 1), part_at("layers.0.neurons.3", 2)
    ('layers.0', 'neurons.3', '')
    """
    around = ["", *ancestors(scope)]
    if level + 1 >= len(around):
        return ""
    return around[level + 1][len(around[level]) :].lstrip(".") or around[level + 1]


def groups(graph: list[Node], inside: list[int], parts: list[str]) -> list[tuple[str, list[int]]]:
    """The values of each part of a frame, two or more of them.

    A part that others need before it is done, as a cell that is applied again and again, falls into several.
    """
    stages = [0] * len(inside)
    found = gathered(inside, parts, stages)
    if not in_one_direction(graph, inside, found):
        stages = stages_of(graph, inside, parts)
        found = gathered(inside, parts, stages)
    return [(part, members) for (part, _), members in found.items() if len(members) > 1]


def gathered(inside: list[int], parts: list[str], stages: list[int]) -> dict[tuple[str, int], list[int]]:
    """The values of each part at each stage."""
    found: dict[tuple[str, int], list[int]] = {}
    for i, part, stage in zip(inside, parts, stages, strict=True):
        if part:
            found.setdefault((part, stage), []).append(i)
    return found


def stages_of(graph: list[Node], inside: list[int], parts: list[str]) -> list[int]:
    """How often the way to each value goes from one part into another; that of a leaf is that of its first use."""
    part_of = dict(zip(inside, parts, strict=True))
    stage = dict.fromkeys(inside, 0)
    for i in inside:
        stage[i] = max((stage[o] + crosses(part_of, o, i) for o in graph[i].operands if o in stage), default=0)
    first: dict[int, int] = {}
    for i in inside:
        for o in graph[i].operands:
            if o in stage and not graph[o].operands:
                first[o] = min(first.get(o, stage[i]), stage[i] - crosses(part_of, o, i))
    return [first.get(i, stage[i]) for i in inside]


def crosses(part_of: dict[int, str], one: int, other: int) -> bool:
    """Whether an edge leaves its part or enters one."""
    return part_of[one] != part_of[other] or not part_of[one]


def in_one_direction(graph: list[Node], inside: list[int], found: dict[tuple[str, int], list[int]]) -> bool:
    """Whether no group needs another one that needs it."""
    group = {i: i for i in inside}
    for members in found.values():
        group |= dict.fromkeys(members, members[0])
    return len(in_order(sorted(set(group.values())), pairs_between(graph, inside, group))) == len(set(group.values()))


def pairs_between(graph: list[Node], inside: list[int], group: dict[int, int]) -> list[tuple[int, int]]:
    """The pairs of different groups with an edge from the one to the other, each once."""
    pairs: dict[tuple[int, int], None] = {}
    for i in inside:
        for operand in graph[i].operands:
            if operand in group and group[operand] != group[i]:
                pairs[group[operand], group[i]] = None
    return list(pairs)


def in_order(items: list[int], pairs: list[tuple[int, int]]) -> list[int]:
    """The items, each after those that it needs and else by number; a circle, and what needs it, is left out.

    >>> in_order([1, 2, 3, 4], [(3, 1), (2, 4), (4, 2)])
    [3, 1]
    """
    waiting = dict.fromkeys(items, 0)
    then: dict[int, list[int]] = {item: [] for item in items}
    for first, second in pairs:
        waiting[second] += 1
        then[first].append(second)
    ready = sorted(item for item in items if not waiting[item])
    order = []
    while ready:
        order.append(heappop(ready))
        for other in then[order[-1]]:
            waiting[other] -= 1
            if not waiting[other]:
                heappush(ready, other)
    return order
