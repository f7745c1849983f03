"""Every gradient of a graph as `backward()` finds it, and the terms that it is the sum of, in the order of the sum."""

from contextvars import Context
from typing import NamedTuple

from autograd.graph import Node
from autograd.value import Value


class Term(NamedTuple):
    """What one use of a value adds to its gradient.

    user, place  the result that uses it, and as which of its operands
    amount       the gradient of the result times the local slope; None where a rule made by hand knows alone
    so_far       the sum after it; None where an amount before it is not known
    """

    user: int
    place: int
    amount: float | None
    so_far: float | None


def undisturbed_gradients(order: list[Value]) -> list[float]:
    """The gradients of the last of some values in each of them, while every `.grad` stays what it is.

    They are those of a first `backward()`, found by it: rules made by hand are run, and anomalies looked for by none.
    `order` is what `topological_order` gives.

    >>> x = Value(3.0)
    >>> undisturbed_gradients([x, x * 2.0]), x.grad
    ([2.0, 1.0], 0.0)
    """
    kept = [(value, value._grad, value._x) for value in order]
    try:
        for value in order:
            value._grad = 0.0
            if value._row is None:
                value._x = None  # its record of what was added by hand is put aside too
        Context().run(order[-1].backward)
        return [value._grad for value in order]
    finally:
        for value, grad, x in kept:
            value._grad = grad
            if value._row is None:
                value._x = x


def terms_of(order: list[Value], graph: list[Node], gradients: list[float]) -> list[list[Term]]:
    """The terms of the gradient of each value, in the order in which `backward()` adds them up.

    >>> from autograd.graph import export, topological_order
    >>> x = Value(3.0)
    >>> y = x * x + x
    >>> values = topological_order(y)
    >>> for term in terms_of(values, export(y), undisturbed_gradients(values))[0]:
    ...     print(term.amount, term.so_far)
    1.0 1.0
    3.0 4.0
    3.0 7.0
    """
    terms: list[list[Term]] = [[] for _ in graph]
    for value, node in zip(reversed(order), reversed(graph), strict=True):
        places = list(range(len(node.operands)))
        if type(value._y) is not int:
            places.reverse()  # of two operands the second comes first
        for place in places:
            slope, operand = node.slopes[place], node.operands[place]
            if slope is not None:
                add_term(terms[operand], node.index, place, gradients[node.index] * slope)
            elif callable(value._dx):
                add_term(terms[operand], node.index, place, None)
    for found, gradient in zip(terms, gradients, strict=True):
        if found and found[-1].so_far is None:
            amount = gradient if len(found) == 1 else found[-1].amount
            found[-1] = found[-1]._replace(amount=amount, so_far=gradient)
    return terms


def add_term(terms: list[Term], user: int, place: int, amount: float | None) -> None:
    """Add a term to a sum, which begins at 0."""
    before = terms[-1].so_far if terms else 0.0
    terms.append(Term(user, place, amount, None if before is None or amount is None else before + amount))
