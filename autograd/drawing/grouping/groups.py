"""Values gathered into groups, so that a graph of any size is a picture of a few boxes.

What belongs to one part of a model is a group. Everything else goes by structure: what the same operation makes
of the same groups is one group, however many samples there are; a sum of sums is one sum. Constants are in the
group that uses them.
"""

from collections import Counter
from typing import NamedTuple

from autograd.drawing.values import Subject
from autograd.graph import Node

ASSOCIATIVE = frozenset({"add", "mul"})
ABSORBED = -1
BANDS = 8  # parts of a graph that has no other structure


Kind = tuple[int, bool]  # the group of an operand, and whether it is a leaf: squares of weights are no outputs


class Group(NamedTuple):
    """Values that share a box.

    scope    the part of a model that they belong to; "" for none
    members  all of them, constants not counted
    results  those that count for the group: of a chain of sums, the last
    """

    scope: str
    members: list[int]
    results: list[int]


def groups_of(subject: Subject, units: list[str], apart: bool = False) -> list[Group]:
    """The groups of a graph, operands first; `units` has the part of a model that each value goes with.

    Leaves of one kind are a group, unless they are to stay `apart`.

    >>> from autograd import Value, export
    >>> from autograd.drawing.values import subject_of
    >>> samples = [Value(x).exp() for x in (1.0, 2.0, 3.0)]
    >>> graph = export(sum(samples))
    >>> [len(group.results) for group in groups_of(subject_of(graph), [""] * len(graph))]
    [3, 3, 1]
    """
    graph = subject.graph
    inner = inner_of_chains(graph, units)
    keys: dict[object, int] = {}
    of = [ABSORBED] * len(graph)
    users = users_of_leaves(subject, units)
    terms: dict[int, set[Kind]] = {}
    for node in graph:
        if node.index in subject.constants:
            continue
        key: object = units[node.index]
        if not key and node.row is None:
            key = node.index if apart else ("leaves", stem(node.label), users[node.index])
        elif not key and node.row is not None:
            kinds = [(of[o], graph[o].row is None) for o in node.operands]
            found = gathered(node, kinds, terms)
            if node.index in inner:
                terms[node.index] = found
                continue
            key = node.row.symbol, tuple(sorted(found) if str(node.row) in ASSOCIATIVE else kinds)
        of[node.index] = keys.setdefault(key, len(keys))
    for node in reversed(graph):
        for operand in node.operands:
            if operand in inner:
                of[operand] = of[node.index]
    return listed(subject, of, inner, units)


def gathered(node: Node, kinds: list[Kind], terms: dict[int, set[Kind]]) -> set[Kind]:
    """The kinds of operands of a value, and of the chains that end in it, which are taken out of `terms`."""
    found = max([terms[o] for o in node.operands if o in terms], key=len, default=set())
    found.update(*(terms.pop(o) for o in node.operands if o in terms))
    found.update(kind for kind in kinds if kind[0] != ABSORBED)
    return found


def inner_of_chains(graph: list[Node], units: list[str]) -> set[int]:
    """The results that only go on into the same operation, as all but the last of a sum of many do."""
    uses = Counter(operand for node in graph for operand in node.operands)
    return {
        operand
        for node in graph
        if str(node.row) in ASSOCIATIVE and not units[node.index]
        for operand in node.operands
        if graph[operand].row is node.row and uses[operand] == 1 and not units[operand]
    }


def users_of_leaves(subject: Subject, units: list[str]) -> dict[int, tuple[str, ...]]:
    """What each leaf is used by: operations, and parts of a model."""
    users: dict[int, dict[str, None]] = {}
    for node in subject.graph:
        for operand in node.operands:
            if node.row is not None and subject.graph[operand].row is None:
                users.setdefault(operand, {})[units[node.index] or node.row.symbol] = None
    return {leaf: tuple(sorted(found)) for leaf, found in users.items()} | dict.fromkeys(
        [node.index for node in subject.graph if node.row is None and node.index not in users], ()
    )


def stem(label: str) -> str:
    """A label without the number at its end: what `x0` and `x17` have in common.

    >>> stem("x17"), stem("w0,1")
    ('x', 'w')
    """
    return label.rstrip("0123456789,_.[]")[:80]


def listed(subject: Subject, of: list[int], inner: set[int], units: list[str]) -> list[Group]:
    """The groups in an order in which operands come first; groups on a circle become one."""
    count = max(of) + 1
    of = one_for_each_circle(of, links_between(subject, of), count)
    members: dict[int, list[int]] = {}
    for index, group in enumerate(of):
        if group != ABSORBED:
            members.setdefault(group, []).append(index)
    found = [
        Group(common([units[i] for i in held]), held, [i for i in held if i not in inner]) for held in members.values()
    ]
    return sorted_groups(subject, found)


def common(scopes: list[str]) -> str:
    """The scopes of a group in words; values of no scope do not count."""
    return ", ".join(sorted({scope for scope in scopes if scope}))


def links_between(subject: Subject, of: list[int]) -> dict[tuple[int, int], None]:
    """Which group has operands in which other."""
    return {
        (of[operand], of[node.index]): None
        for node in subject.graph
        for operand in node.operands
        if of[operand] != of[node.index] and ABSORBED not in (of[operand], of[node.index])
    }


def one_for_each_circle(of: list[int], links: dict[tuple[int, int], None], count: int) -> list[int]:
    """The groups, those that are made of each other merged: a cell that is applied again and again is one."""
    part = strong_components(count, list(links))
    return [group if group == ABSORBED else part[group] for group in of]


def strong_components(count: int, links: list[tuple[int, int]]) -> list[int]:
    """For each place the first place that it lies on a circle with; itself, if it lies on none. After Tarjan (1972).

    >>> strong_components(4, [(0, 1), (1, 2), (2, 1), (2, 3)])
    [0, 1, 1, 3]
    """
    after: list[list[int]] = [[] for _ in range(count)]
    for tail, head in links:
        after[tail].append(head)
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    part = list(range(count))
    open_ones: list[int] = []
    closed = [False] * count
    for start in range(count):
        if start in number:
            continue
        stack = [(start, 0)]
        while stack:
            place, position = stack.pop()
            if position == 0:
                number[place] = low[place] = len(number)
                open_ones.append(place)
            if position < len(after[place]):
                stack.append((place, position + 1))
                other = after[place][position]
                if other not in number:
                    stack.append((other, 0))
                elif not closed[other]:
                    low[place] = min(low[place], number[other])
                continue
            if stack:
                low[stack[-1][0]] = min(low[stack[-1][0]], low[place])
            if low[place] == number[place]:
                circle = []
                while not closed[place]:
                    circle.append(open_ones.pop())
                    closed[circle[-1]] = True
                first = min(circle)
                for other in circle:
                    part[other] = first
    return part


def sorted_groups(subject: Subject, groups: list[Group]) -> list[Group]:
    """The groups, each after those that its values are made of."""
    of = group_of(subject, groups)
    after: list[list[int]] = [[] for _ in groups]
    waits = [0] * len(groups)
    for tail, head in links_between(subject, of):
        after[tail].append(head)
        waits[head] += 1
    order = [i for i, count in enumerate(waits) if not count]
    for i in order:  # grows while it is read
        for later in after[i]:
            waits[later] -= 1
            if not waits[later]:
                order.append(later)
    return [groups[i] for i in order]


def group_of(subject: Subject, groups: list[Group]) -> list[int]:
    """The place of the group of each value; ABSORBED for constants."""
    of = [ABSORBED] * len(subject.graph)
    for place, group in enumerate(groups):
        for member in group.members:
            of[member] = place
    return of
