"""The sums of a graph, each with all that it adds up, from the last to the first."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from autograd import primitives as rows
from autograd.compiler.recording import operands_of
from autograd.value import Value

TOTALS = {rows.add, rows.sum, rows.mean}


class Total(NamedTuple):
    """A sum or mean, and its terms: values, and constants as floats."""

    node: Value
    terms: tuple[Any, ...]


class Totals:
    """All totals among some values, in which operands stand before what is made of them.

    settled  ids of values that are not looked at, or are part of a total already; more may be added on the way

    >>> a, b, c = Value(1.0), Value(2.0), Value(3.0)
    >>> first = a + b
    >>> last = first + c
    >>> [total.terms == (a, b, c) for total in Totals([a, b, c, first, last], [last], set())]
    [True]
    """

    def __init__(self, order: Sequence[Value], outputs: Sequence[Value], settled: set[int]) -> None:
        self.settled = settled
        self._nodes = [v for v in order if v._row in TOTALS]
        self._lengths: dict[int, int] = {}
        once = used_once(self._nodes, order, outputs)
        for v in self._nodes:
            if v._row is rows.add and id(v) in once:
                self._lengths[id(v)] = 1 + max(self._length(v._x), self._length(v._y))

    def __iter__(self) -> Iterator[Total]:
        for node in reversed(self._nodes):
            if id(node) not in self.settled:
                yield Total(node, tuple(self._terms(node) if node._row is rows.add else operands_of(node)))

    def _terms(self, node: Value) -> list[Any]:
        """Of `((a + b) + c) + d` a to d, in this order.

        A term may be a sum itself. Where a chain begins with one, its length tells them apart: the terms of a loop
        have one length.
        """
        terms: list[Any] = []
        length = 0
        while True:
            x, y = operands_of(node)
            rest, term = (x, y) if self._length(x) >= self._length(y) else (y, x)
            terms.append(term)
            length = length if type(term) is float else self._length(term)
            if self._length(rest) <= length or id(rest) in self.settled:
                return [rest, *reversed(terms)]
            self.settled.add(id(rest))
            assert isinstance(rest, Value)
            node = rest

    def _length(self, operand: Any) -> int:
        """How many additions follow one another to give an operand, if it has no other use."""
        return self._lengths.get(id(operand), 0)


def most_terms(order: Sequence[Value]) -> int:
    """As many terms as no total among some values exceeds, found without a look at what else uses a sum.

    >>> a, b = Value(1.0), Value(2.0)
    >>> first = a + b
    >>> most_terms([a, b, first, first + a]), most_terms([a])
    (3, 0)
    """
    most = 0
    terms: dict[int, int] = {}
    for v in order:
        if v._row is rows.add:
            count = terms[id(v)] = 1 + max(terms.get(id(v._x), 1), terms.get(id(v._y), 1))
            most = max(most, count)
        elif v._row in TOTALS:
            most = max(most, len(v._x))
    return most


def used_once(values: Sequence[Value], among: Sequence[Value], outputs: Sequence[Value]) -> set[int]:
    """The ids of those values that one operation uses, and nothing else.

    >>> x = Value(1.0)
    >>> y, z = x.exp(), x.sin()
    >>> used_once([x, y, z], [x, y, z, y + z], [z]) == {id(y)}
    True
    """
    wanted = set(map(id, values))
    several = chain.from_iterable(v._x for v in among if type(v._y) is int)
    operands = chain((v._x for v in among), (v._y for v in among), several, outputs)
    times = Counter(filter(wanted.__contains__, map(id, operands)))
    return {place for place, count in times.items() if count == 1}
