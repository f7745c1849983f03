"""Fewer groups: those that do the same for the same, those that follow each other, and at last bands of the whole."""

from collections import Counter

from autograd.drawing.grouping.groups import ABSORBED, BANDS, Group, group_of, links_between, sorted_groups
from autograd.drawing.values import Subject


def side_by_side_merged(subject: Subject, groups: list[Group]) -> list[Group]:
    """The groups, those of one operation whose results go to the same groups merged: the squares of all weights."""
    users = neighbours(subject, groups)[1]
    keys: dict[object, int] = {}
    part = []
    for place, group in enumerate(groups):
        node = subject.graph[group.results[-1]]
        mergeable = not group.scope and users[place] and len(group.members) > 1
        key = (node.row.symbol, tuple(sorted(users[place]))) if mergeable and node.row else place
        part.append(keys.setdefault(key, len(keys)))
    return merged(subject, groups, part)


def one_after_another_merged(subject: Subject, groups: list[Group]) -> list[Group]:
    """The groups, those merged that are made of one other alone, leaves aside, which nothing else uses."""
    made_of, users = neighbours(subject, groups)
    leaves = {place for place, group in enumerate(groups) if subject.graph[group.results[-1]].row is None}
    part = list(range(len(groups)))
    for place, group in enumerate(groups):
        before = [other for other in made_of[place] if other not in leaves]
        if len(before) == 1 and not group.scope and not groups[before[0]].scope and len(users[before[0]]) == 1:
            part[place] = part[before[0]]
    return merged(subject, groups, part)


def in_bands(subject: Subject) -> list[Group]:
    """A graph in a few groups of about equal size, by how many operations each value is away from the leaves."""
    graph = subject.graph
    depth = [0] * len(graph)
    first_use = [len(graph)] * len(graph)
    for node in graph:
        depth[node.index] = max((depth[o] + 1 for o in node.operands), default=0)
        for operand in node.operands:
            first_use[operand] = min(first_use[operand], depth[node.index])
    at = [first_use[n.index] if n.row is None else depth[n.index] for n in graph]
    sizes = Counter(at)
    band_of: dict[int, int] = {}
    seen = 0
    for d in sorted(sizes):
        band_of[d] = min(BANDS - 1, seen * BANDS // len(graph))
        seen += sizes[d]
    members: dict[int, list[int]] = {}
    for node in graph:
        if node.index not in subject.constants:
            members.setdefault(band_of[at[node.index]], []).append(node.index)
    return [Group("", held, held) for _, held in sorted(members.items())]


def neighbours(subject: Subject, groups: list[Group]) -> tuple[list[list[int]], list[list[int]]]:
    """Of each group, those that it is made of, and those that use it."""
    made_of: list[list[int]] = [[] for _ in groups]
    users: list[list[int]] = [[] for _ in groups]
    for tail, head in links_between(subject, group_of(subject, groups)):
        made_of[head].append(tail)
        users[tail].append(head)
    return made_of, users


def merged(subject: Subject, groups: list[Group], part: list[int]) -> list[Group]:
    """The groups with the same part in one; its results are those that something else uses, and the last of all."""
    together: dict[int, list[Group]] = {}
    for group, which in zip(groups, part, strict=True):
        together.setdefault(which, []).append(group)
    if len(together) == len(groups):
        return groups
    found = []
    for several in together.values():
        if len(several) == 1:
            found += several
        else:
            members = sorted(i for group in several for i in group.members)
            found.append(Group("", members, sorted(i for group in several for i in group.results)))
    return sorted_groups(subject, found)


def used_outside(subject: Subject, groups: list[Group]) -> list[list[int]]:
    """Of each group the values that others are made of, or that nothing is: what comes out of it."""
    of = group_of(subject, groups)
    leaves_it = [True] * len(subject.graph)
    for node in subject.graph:
        for operand in node.operands:
            leaves_it[operand] = False
    for node in subject.graph:
        for operand in node.operands:
            if of[operand] != of[node.index] and of[operand] != ABSORBED:
                leaves_it[operand] = True
    return [[i for i in group.members if leaves_it[i]] for group in groups]
