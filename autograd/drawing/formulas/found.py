"""What is known of the paths between two values of a graph, for those who tell and draw it."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from autograd.accurate import sum_in_order
from autograd.drawing.formulas.formula import decimal
from autograd.drawing.formulas.names import Name, names_of
from autograd.drawing.formulas.paths import Between, Steps, adjoints, product
from autograd.drawing.formulas.written import WrittenGraph
from autograd.drawing.picture import NAME_LENGTH, clipped
from autograd.graph import Node
from autograd.value import Value


class Path(NamedTuple):
    """One way from a value to a result.

    values   the names of the values on it, the first and the last included
    slopes   the local slope of each step; None where only a rule made by hand knows it
    product  all slopes multiplied, from the last to the first as `backward()` does; None if one is unknown
    """

    values: tuple[str, ...]
    slopes: tuple[float | None, ...]
    product: float | None


class Found(NamedTuple):
    """All that is known of the paths between two values.

    graph     the graph of the result, the last of its nodes
    leaf      the place of the other; None if it is no part of it
    routes    the strongest paths as steps, from the result down
    paths     the same, told from the leaf up
    unknown   the results on paths whose slopes only a rule made by hand knows
    adjoints  how fast the result grows with each value
    held      what `leaf.grad` is now
    """

    graph: WrittenGraph
    leaf: int | None
    leaf_name: Name
    routes: list[Steps]
    paths: list[Path]
    path_count: int
    unknown: list[int]
    adjoints: list[float | None]
    gradient: float | None
    rest: float | None
    held: float


def find(root: Value, leaf: Value, most: int) -> Found:
    """The paths from `leaf` to `root`, the strongest first."""
    graph = WrittenGraph(root)
    place = graph.index_of(leaf)
    if place is None:
        name = names_of_one(leaf)
        return Found(graph, None, name, [], [], 0, [], [], 0.0, 0.0, leaf.grad)
    between = Between(graph.nodes, place)
    routes = list(between.strongest(most))
    paths = [told_upwards(graph, place, steps) for steps in routes]
    number = between.count()
    found = adjoints(graph.nodes)
    gradient = found[place]
    rest: float | None = 0.0
    if number > len(paths):
        rest = None if gradient is None else gradient - total(paths)
    unknown = between.unknown()
    name = graph.names[place] or names_of_one(leaf)
    return Found(graph, place, name, routes, paths, number, unknown, found, gradient, rest, leaf.grad)


def names_of_one(value: Value) -> Name:
    """What a value is called that has no name in the graph."""
    label = clipped(str(value.label), NAME_LENGTH)
    if not label:
        return Name(f"{value.data:.4g}", decimal(value.data), "")
    (name,) = names_of([Node(0, None, value.data, 0.0, label, "", (), ())])
    assert name is not None, "a leaf that nothing uses is no constant"
    return name


def told_upwards(graph: WrittenGraph, leaf: int, steps: Steps) -> Path:
    """A path by names, from the leaf to the result."""
    upwards = steps[::-1]
    values = tuple(graph.name(index).plain for index in (leaf, *(step.result for step in upwards)))
    slopes = tuple(step.link.slope for step in upwards)
    known = [slope for slope in slopes if slope is not None]
    return Path(values, slopes, product(known) if len(known) == len(slopes) else None)


def total(paths: Sequence[Path]) -> float:
    """The products of paths added up, rounded once; nan where infinities of both signs meet."""
    products = [path.product for path in paths if path.product is not None]
    if all(map(math.isfinite, products)):
        try:
            return math.fsum(products)
        except OverflowError:
            return sum_in_order(products, 0.0)
    return sum(product for product in products if not math.isfinite(product))
