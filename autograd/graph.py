"""Walking a recorded graph: its order, its size, and the one plain export that pictures and compilers read."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from operator import attrgetter
from typing import Any, NamedTuple

from autograd.dialects import HandMade
from autograd.given import shown
from autograd.primitives import Primitive
from autograd.value import Value, cycle


class Node(NamedTuple):
    """One value of a graph, as plain data.

    index     its place in the export; every operand has a smaller one
    row       the operation that made it; None for a leaf, a HandMade where a program said itself how it was made
    operands  the indices of its operands, in order; twice the same for `a + a`
    slopes    the local slope in each operand. None under a row is a constant; under a HandMade all are None where
              only a rule of the program's own knows them
    """

    index: int  # type: ignore[assignment]  # a node has a place of its own; the tuple's method is not needed
    row: Primitive | HandMade | None
    data: float
    grad: float
    label: str
    scope: str
    operands: tuple[int, ...]
    slopes: tuple[float | None, ...]


def topological_order(*roots: Value) -> list[Value]:
    """Every value that the roots are made of, leaves and constants included, each after its operands.

    The order depends on the graph alone: operands are visited from the first to the last.

    >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
    >>> [v.label or str(v._row) for v in topological_order((a * b).exp())]
    ['a', 'b', 'mul', 'exp']
    """
    for root in roots:
        if not isinstance(root, Value):
            raise TypeError(f"a graph is walked from values, got {shown(root)}")
    return operands_first(roots, attrgetter("operands"))


def operands_first(
    roots: Iterable[Value], held_by: Callable[[Value], Iterable[Any]], known: Container[int] = ()
) -> list[Value]:
    """The roots and every value that is held by one of them or by another, each after those that it holds.

    Without those whose ids are `known`, and what only they hold.

    >>> x, w = Value(3.0, label="x"), Value(2.0, label="w")
    >>> [v.label or str(v._row) for v in operands_first([x * w], attrgetter("operands"), known={id(w)})]
    ['x', 'mul']
    """
    order: list[Value] = []
    done: set[int] = set()
    opened: set[int] = set()
    stack = list(roots)[::-1]
    while stack:
        node = stack[-1]
        if id(node) in done:
            stack.pop()
        elif id(node) in opened:
            stack.pop()
            done.add(id(node))
            order.append(node)
        else:
            opened.add(id(node))
            for operand in list(held_by(node))[::-1]:
                if isinstance(operand, Value) and id(operand) not in done and id(operand) not in known:
                    if id(operand) in opened:
                        raise cycle(operand)
                    stack.append(operand)
    return order


def export(*roots: Value) -> list[Node]:
    """The graph of the roots as plain data, operands first.

    >>> x = Value(3.0, label="x")
    >>> for node in export(x * x):
    ...     print(node.index, node.row, node.data, node.label, node.operands, node.slopes)
    0 None 3.0 x () ()
    1 mul 9.0  (0, 0) (3.0, 3.0)
    """
    return exported(topological_order(*roots))


def exported(order: list[Value]) -> list[Node]:
    """Values in topological order as plain data, one node each.

    >>> x = Value(3.0, label="x")
    >>> [node.label for node in exported(topological_order(x * x))]
    ['x', '']
    """
    index = {id(node): i for i, node in enumerate(order)}
    return [
        Node(
            i,
            node._row,
            node.data,
            node.grad,
            str(node.label),
            str(node.scope),
            tuple(index[id(operand)] for operand in node.operands),
            node.slopes,
        )
        for i, node in enumerate(order)
    ]


def counts(*roots: Value) -> dict[str, int]:
    """How many values there are of each operation; leaves count as `leaf`.

    >>> x = Value(3.0)
    >>> counts(x * x + x)
    {'leaf': 1, 'mul': 1, 'add': 1}
    """
    return dict(Counter(str(node._row or "leaf") for node in topological_order(*roots)))


def depth(*roots: Value) -> int:
    """The number of operations on the longest path from a leaf.

    >>> x = Value(3.0)
    >>> depth(x), depth(x * x + x)
    (0, 2)
    """
    level: dict[int, int] = {}
    for node in topological_order(*roots):
        level[id(node)] = max((level[id(operand)] + 1 for operand in node.operands), default=0)
    return max(level.values(), default=0)


def trace(root: Value) -> tuple[set[Value], set[tuple[Value, Value]]]:
    """The values and the edges (operand, result) of a graph, as the notebooks of micrograd have them.

    >>> nodes, edges = trace(Value(2.0).exp())
    >>> len(nodes), len(edges)
    (2, 1)
    """
    nodes = topological_order(root)
    return set(nodes), set(_edges(nodes))


def _edges(nodes: list[Value]) -> Iterator[tuple[Value, Value]]:
    for node in nodes:
        for operand in node.operands:
            yield operand, node
