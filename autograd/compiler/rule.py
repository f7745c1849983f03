"""The rule of an optimizer as expressions: what it does to one parameter is arithmetic, and is run once on symbols."""

import copy
from typing import Any, NamedTuple, Never

from autograd.compiler.symbols import At, Expression, Symbol, expression_of

PARAMETER, GRADIENT, FIRST_LIST = 0, 1, 2  # the operands of an optimizer's rule


class Rule(NamedTuple):
    """What an optimizer makes of a parameter p and its gradient g.

    The operands of the expressions are p, g, one for each of `lists`, and last three that are the same for all
    parameters: the count of steps, this one included, the learning rate, and the sum of the squares of all gradients.

    lists   the names of the lists that the optimizer keeps beside its parameters
    moved   what the parameter becomes
    kept    what the entry of each list becomes
    """

    lists: tuple[str, ...]
    moved: Expression
    kept: tuple[Expression, ...]


class Place:
    """The place of a parameter, of which a rule may know no more than that its lists have an entry there."""

    def __eq__(self, other: object) -> bool:
        raise TypeError("a rule that is not the same for all parameters cannot be compiled")

    __hash__ = None  # type: ignore[assignment]


class Entries:
    """A list of the optimizer, of which a rule sees the entry of its own parameter."""

    def __init__(self, entry: Symbol) -> None:
        self.entry: Any = entry

    def __getitem__(self, place: Place) -> Any:
        return self.entry if isinstance(place, Place) else refuse_other_places()

    def __setitem__(self, place: Place, entry: Any) -> None:
        self.entry = entry if isinstance(place, Place) else refuse_other_places()


def refuse_other_places() -> Never:
    """Raise for a rule that looks at another parameter than its own."""
    raise TypeError("a rule that looks at the entries of other parameters cannot be compiled")


def rule_of(optimizer: Any) -> Rule:
    """The rule of an optimizer of `nn`, as expressions.

    >>> from autograd import Value
    >>> from nn import SGD
    >>> rule_of(SGD([Value(1.0)], lr=0.5)).moved
    Apply(row=<primitive sub(x, y)>, arguments=(At(place=0), Apply(row=<primitive mul(x, y)>, ...
    """
    count = len(optimizer.parameters)
    state = {k: v for k, v in vars(optimizer).items() if type(v) is list and len(v) == count and k != "parameters"}
    twin = copy.copy(optimizer)
    entries = [Entries(Symbol(At(FIRST_LIST + place))) for place in range(len(state))]
    steps, rate, squares = (Symbol(At(FIRST_LIST + len(state) + k)) for k in range(3))
    vars(twin).update(zip(state, entries, strict=True), steps=steps, _lr=rate)
    before = dict(vars(twin))
    g: Any = Symbol(At(GRADIENT))
    if optimizer.clip is not None:
        g = optimizer.clip.limited(g, squares)
    moved = expression_of(twin.moved(Place(), Symbol(At(PARAMETER)), g))
    if before.keys() != vars(twin).keys() or any(value is not before[name] for name, value in vars(twin).items()):
        raise TypeError("a rule that changes what is no entry of a parameter cannot be compiled")
    return Rule(tuple(state), moved, tuple(expression_of(each.entry) for each in entries))
