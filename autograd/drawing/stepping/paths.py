"""How many ways lead from each value to the result, and the strongest of them: one pass, whatever their number."""

from math import fsum, inf, isnan
from typing import NamedTuple

from autograd.drawing.stepping.gradients import Term
from autograd.graph import Node

KEPT = 5  # ways of each value; more are counted
MANY = 10**12  # beyond, ways are not counted any further


class Way(NamedTuple):
    """A way from a value to the result.

    user, place  its first step: the result that uses the value, and as which operand
    rest         it goes on as which of the ways of that result
    product      of the local slopes along it; None where a rule made by hand knows one of them alone
    """

    user: int
    place: int
    rest: int
    product: float | None


class Ways(NamedTuple):
    """All ways from a value to the result: their number, at most MANY; the strongest; what the others add up to."""

    number: int
    strongest: list[Way]
    others: float | None


def ways_of(graph: list[Node], terms: list[list[Term]], gradients: list[float]) -> list[Ways]:
    """The ways from each value to the last one, which has one without a step; strong is a product far from 0.

    >>> from autograd import Value
    >>> from autograd.drawing.stepping.gradients import terms_of
    >>> from autograd.graph import export, topological_order
    >>> x = Value(3.0)
    >>> y = x * x + x
    >>> graph, gradients = export(y), [7.0, 1.0, 1.0]
    >>> ways = ways_of(graph, terms_of(topological_order(y), graph, gradients), gradients)
    >>> ways[0].number, [way.product for way in ways[0].strongest]
    (3, [3.0, 3.0, 1.0])
    """
    found = [Ways(0, [], None)] * len(graph)
    found[-1] = Ways(1, [Way(-1, -1, -1, 1.0)], None)
    for i in reversed(range(len(graph) - 1)):
        count = 0
        candidates = []
        for user, place, _, _ in terms[i]:
            slope = graph[user].slopes[place]
            count += found[user].number
            candidates += [
                Way(user, place, rest, None if slope is None or way.product is None else slope * way.product)
                for rest, way in enumerate(found[user].strongest)
            ]
        strongest = sorted(candidates, key=weakness)[:KEPT]
        found[i] = Ways(min(count, MANY), strongest, sum_of_others(count, strongest, gradients[i]))
    return found


def weakness(way: Way) -> float:
    """What ways are sorted by: the larger the product, the earlier; a product that is no number comes last."""
    return inf if way.product is None or isnan(way.product) else -abs(way.product)


def sum_of_others(count: int, strongest: list[Way], gradient: float) -> float | None:
    """What the ways that are not among the strongest add up to; None if there are none, or no one knows."""
    products = [way.product for way in strongest if way.product is not None]
    if count <= len(strongest) or len(products) < len(strongest):
        return None
    try:
        return fsum([gradient, *(-product for product in products)])
    except (OverflowError, ValueError):  # inf - inf among them
        return None
