"""What a function reads besides its arguments: is it still what it was when the function was traced?

Names are held against what they named: a model that was made anew under the same name is another model. The
lists, dictionaries and objects that lead from there to captured values are held against their items: a
parameter that was replaced, or a neuron that was added, is seen. Whatever else is found inside them is not.
"""

import dis
import functools
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from operator import attrgetter, contains, getitem, is_
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple

from autograd.frozen import is_of_the_user
from autograd.primitives import Primitive
from autograd.value import Value

contents = attrgetter("cell_contents")
PLAIN = {float, int, bool, str, bytes}
NOT_YET = object()  # what a global name stands for that is Python's own, such as len, until somebody gives it another


class Link(NamedTuple):
    """A thing that another one holds, and where: under a key of `place`, if it may be replaced there."""

    holder: Any
    thing: Any
    place: Any = None
    key: Any = None


class Surroundings:
    """The names that functions read, and what leads from them to the values that were captured.

    >>> weights = [Value(1.0)]
    >>> around = Surroundings([lambda x: weights[0] * x], weights)
    >>> around.unchanged()
    True
    >>> weights.append(Value(2.0))
    >>> around.unchanged()
    False
    """

    def __init__(self, roots: Iterable[Any], captured: Collection[Value]) -> None:
        links = links_from(roots)
        watched = [link for link in links if isinstance(link.holder, FunctionType)]
        watched += [link for link in leading_to(captured, links) if not isinstance(link.holder, FunctionType)]
        self._cells = [link.place for link in watched if type(link.place) is CellType]
        self._in_cells = [*map(contents, self._cells)]
        holders = {id(link.holder): link.holder for link in watched}
        self._lists = [held for held in holders.values() if type(held) is list and equal_to_themselves_alone(held)]
        self._copies = [[*held] for held in self._lists]  # compared as a whole, which is faster than item by item
        whole = {*map(id, self._lists)}
        single = [link for link in watched if link.key is not None and id(link.holder) not in whole]
        unset = [link for link in single if link.thing is NOT_YET]
        self._unset_in, self._unset = [[link[i] for link in unset] for i in (2, 3)]
        single = [link for link in single if link.thing is not NOT_YET]
        self._places, self._keys, self._things = [[link[i] for link in single] for i in (2, 3, 1)]
        self._sized = [held for held in holders.values() if isinstance(held, (list, dict)) and id(held) not in whole]
        self._sizes = [*map(len, self._sized)]

    def unchanged(self) -> bool:
        """Whether all of this is as it was."""
        try:
            return (
                all(map(is_, map(getitem, self._places, self._keys), self._things))
                and self._lists == self._copies
                and all(map(is_, map(contents, self._cells), self._in_cells))
                and [*map(len, self._sized)] == self._sizes
                and not any(map(contains, self._unset_in, self._unset))
            )
        except (LookupError, ValueError):  # something is gone, or a cell is empty
            return False


def equal_to_themselves_alone(items: Iterable[Any]) -> bool:
    """Whether things that are equal are the same one, which holds of values and of most objects.

    >>> equal_to_themselves_alone([Value(1.0)]), equal_to_themselves_alone([[]])
    (True, False)
    """
    kinds: set[Any] = {*map(type, items)}
    return all(kind is Value or kind.__eq__ is object.__eq__ for kind in kinds)


def links_from(roots: Iterable[Any]) -> list[Link]:
    """Everything that can be reached from things, each with what holds it."""
    found: list[Link] = []
    seen: set[int] = set()
    stack = [*roots]
    while stack:
        here = stack.pop()
        if id(here) not in seen:
            seen.add(id(here))
            links = links_of(here)
            found += links
            stack += [link.thing for link in links]
    return found


def links_of(thing: Any) -> list[Link]:
    """What a thing holds."""
    if type(thing) in PLAIN or isinstance(thing, (Value, Primitive, ModuleType, type)):
        return []
    if isinstance(thing, FunctionType):
        return links_of_function(thing)
    if isinstance(thing, (list, tuple)):
        if {*map(type, thing)} <= PLAIN:
            return []
        return [Link(thing, item, thing, place) for place, item in enumerate(thing)]
    if isinstance(thing, dict):
        return [Link(thing, item, thing, key) for key, item in [*thing.items()]]
    if isinstance(thing, MethodType):
        return [Link(thing, thing.__func__), Link(thing, thing.__self__)]
    if isinstance(thing, functools.partial):
        return [Link(thing, part) for part in (thing.func, thing.args, thing.keywords)]
    try:
        attributes = vars(thing)
    except TypeError:
        return []
    if type(attributes) is not dict:  # of a class that only looks like having some
        return []
    if "__wrapped__" in attributes:  # a function in a coat, such as one under jit
        return [Link(thing, attributes["__wrapped__"])]
    # What functions among the attributes read is left out: most of them are called elsewhere, as hooks are.
    parts = [(name, item) for name, item in [*attributes.items()] if not isinstance(item, FunctionType)]
    return [Link(thing, item, attributes, name) for name, item in parts]


def links_of_function(function: FunctionType) -> list[Link]:
    """What a function closes over and has as defaults, and what the names are that it reads, if the user wrote it."""
    links = [Link(function, contents(cell), cell) for cell in function.__closure__ or () if is_filled(cell)]
    links += [Link(function, default) for default in (function.__defaults__, function.__kwdefaults__)]
    if is_of_the_user(function.__code__.co_filename):
        known = function.__globals__
        links += [Link(function, known.get(name, NOT_YET), known, name) for name in names_read(function.__code__)]
    return links


def is_filled(cell: CellType) -> bool:
    """Whether the name of a cell was given something by now."""
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True


def names_read(code: CodeType) -> list[str]:
    """The global names that a piece of code reads, those of functions inside it included.

    >>> names_read(compile("lambda: len(a.b)", "", "eval"))
    ['len', 'a']
    """
    inner = [part for part in code.co_consts if isinstance(part, CodeType)]
    own = [i.argval for i in dis.get_instructions(code) if i.opname in ("LOAD_GLOBAL", "LOAD_NAME")]
    return [*dict.fromkeys([*own, *(name for part in inner for name in names_read(part))])]


def leading_to(values: Collection[Value], links: Sequence[Link]) -> list[Link]:
    """Those links from which one of the values is reached."""
    held_by: dict[int, list[int]] = defaultdict(list)
    for number, link in enumerate(links):
        held_by[id(link.thing)].append(number)
    leading: set[int] = set()
    stack = [*map(id, values)]
    while stack:
        for number in held_by.pop(stack.pop(), ()):
            leading.add(number)
            stack.append(id(links[number].holder))
    return [links[number] for number in sorted(leading)]
