"""What `copy` and `pickle` do with a value: its graph goes along, however deep it is, and every gradient with it.

Both modules follow references by calling themselves, so that a chain of a thousand operations would
exhaust Python's stack. A deep copy is therefore made in two rounds: an empty twin for every value of the
graph, then what each holds. In a pickle a value is preceded by a `Group`: the values it is made of,
operands first, so that whatever is reached by a reference is there already.

The functions become methods of `Value` at the end of this file, from above, because they are about graphs.
"""

import threading
import weakref
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from autograd.dialects import ByHand, nothing_flows
from autograd.graph import operands_first
from autograd.value import Value

new = object.__new__

#: The attributes of a value, if it has any, and its slots.
Parts = tuple[dict[str, Any] | None, dict[str, Any]]


def copied(self: Value) -> Value:
    """A value with the same operands and slopes, and with a gradient and attributes of its own.

    >>> import copy
    >>> x = Value(3.0)
    >>> y = copy.copy(x * x)
    >>> y.data, y.operands == (x, x)
    (9.0, True)
    """
    twin = new(type(self))
    twin.__setstate__(parts(self))
    if twin._row is None:
        twin._x = None  # what walks by hand added is told of the original
    return twin


def deep_copied(self: Value, memo: dict[int, Any]) -> Value:
    """A copy of a value and of everything it was made of; what `memo` has already is taken from there.

    >>> x = Value(3.0)
    >>> y, z = deepcopy([x * x, x])
    >>> y.backward()
    >>> z.grad, x.grad
    (6.0, 0.0)
    """
    originals = operands_first([self], held_by, memo)
    for node in originals:
        memo[id(node)] = new(type(node))
    for node in originals:
        # One by one, because `memo` would keep the two dictionaries alive, which exist for this moment only.
        attributes, slots = ({name: deepcopy(part, memo) for name, part in (of or {}).items()} for of in parts(node))
        memo[id(node)].__setstate__((attributes, slots))
    return memo[id(self)]  # type: ignore[no-any-return]


def reduced(self: Value, protocol: Any) -> Any:
    """How a value is pickled: behind its group, by its class and its parts.

    >>> import pickle
    >>> x = Value(3.0)
    >>> y, z = pickle.loads(pickle.dumps([x * x, x]))
    >>> y.backward()
    >>> z.grad
    6.0
    """
    if type(self).__reduce__ is not object.__reduce__:
        return self.__reduce__()  # a subclass with a way of its own
    return behind, (group_of(self), type(self)), parts(self)


def behind(group: list[Value] | None, kind: type[Value]) -> Value:
    """An empty value, whose operands were loaded with its group."""
    return new(kind)


class Group:
    """In a pickle, the values that one value is made of, as a list; those of earlier groups are left out.

    A pickler asks an object for its parts once, then remembers it and keeps it alive. So while a group
    lives, its values are in that pickle and need not be listed again. A group that is asked a second time
    is asked by another pickler, at work beside the first: for that one everything has to be listed.
    """

    __slots__ = ("__weakref__", "root", "values")

    def __init__(self, root: Value) -> None:
        self.root = root
        self.values: list[Value] = []

    def __reduce__(self) -> tuple[type[list[Value]], tuple[()], None, Iterator[Value]]:
        groups = pickled.groups
        if self.values:
            groups.clear()
        self.values = operands_first([self.root], held_by, groups)
        this = weakref.ref(self, lambda _: groups.clear())
        groups.update(dict.fromkeys(map(id, self.values), this))
        return list, (), None, iter(self.values[:-1])  # the root is what the pickler is at


class Pickled(threading.local):
    """The living groups of this thread, each under the ids of its values; it holds these, so an id stays theirs."""

    def __init__(self) -> None:
        self.groups: dict[int, weakref.ref[Group]] = {}


pickled = Pickled()


def group_of(value: Value) -> Group | None:
    """The group that stands before a value in a pickle; a leaf has none."""
    if value._row is None:
        return None
    known = pickled.groups.get(id(value))
    group = known() if known is not None else None
    if group is None:
        return Group(value)
    group.root = value
    return group


def held_by(node: Value) -> tuple[Any, ...]:
    """The operands of a value; constants as the floats that they are, of which `operands` would make values."""
    return node._x if type(node._y) is int else (node._x, node._y)


def parts(node: Value) -> Parts:
    """What a value holds; refused for one whose `_backward` speaks of the original by name."""
    if callable(node._dx) and node._dx is not nothing_flows:
        raise TypeError(
            f"{node!r} has a _backward of its own, which would use the gradients of the original in a copy: "
            "make the operation a row with @autograd.primitive, and its results can be copied and pickled"
        )
    return node.__getstate__()  # type: ignore[return-value]


def set_parts(self: Value, held: Parts) -> None:
    """Give a new value what `parts` took from another."""
    attributes, slots = held
    for name, part in slots.items():
        setattr(self, name, part)
    walks = slots.get("_x")
    if type(walks) is ByHand and repr(walks.after) == repr(self._grad):
        self._grad = walks.after  # one object again, which says that nothing was added to it since
    if attributes:
        vars(self).update(attributes)


for name, method in (
    ("__copy__", copied),
    ("__deepcopy__", deep_copied),
    ("__reduce_ex__", reduced),
    ("__setstate__", set_parts),
):
    setattr(Value, name, method)
