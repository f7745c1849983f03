"""What stands for a list or an array among the arguments of a traced function.

Both are lists there. What was given as an array refuses what only an array does, since a list would do
something else in silence: `x * 2` is a list twice as long.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Never, Protocol, overload

from autograd.compiler.structure import Spec


class RowsOwner(Protocol):
    """What rows ask of the trace they are of."""

    def fix_length(self, rows: "Rows") -> int:
        """The number of rows, which is compiled in from now on."""

    def opened(self, rows: "Rows") -> list[Any]:
        """All rows, as uniform arguments."""


class NoArray:
    """Refuses the arithmetic of arrays, and names what to write for a list."""

    __slots__ = ()

    def refuse_array_work(self, *_: object) -> Never:
        """Raise the error for an operator."""
        raise TypeError(
            "an array is a list of its rows inside a function under jit, and has no arithmetic: "
            "write [a * b for a, b in zip(x, y)], autograd.dot(x, y), or autograd.vmap(f)(x)"
        )

    __add__ = __radd__ = __iadd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __imul__ = refuse_array_work
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = refuse_array_work
    __matmul__ = __rmatmul__ = __pow__ = __rpow__ = __neg__ = __pos__ = __abs__ = refuse_array_work
    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = refuse_array_work
    __hash__ = None  # type: ignore[assignment]


def refuse_places(place: Any) -> None:
    """An error for x[1, 0] and for a list of places; a whole number and a slice pass.

    >>> refuse_places((1, 0))
    Traceback (most recent call last):
    TypeError: an array is a list of its rows inside a function under jit: write x[1][0]
    """
    if isinstance(place, tuple):
        one_item = all(isinstance(part, int) for part in place)
        instead = "".join(f"[{part}]" for part in place) if one_item else "[i][j], or [row[j] for row in x]"
        raise TypeError(f"an array is a list of its rows inside a function under jit: write x{instead}")
    if isinstance(place, list):
        raise TypeError("an array is a list of its rows inside a function under jit: write [x[i] for i in places]")


def refuse_attribute(listed: object, name: str) -> Never:
    """Raise the error for x.shape, x.sum() and the like."""
    raise AttributeError(
        f"arguments that are lists or arrays are lists that do not change inside a function under jit, without "
        f"{name!r}: write autograd.sum(x), autograd.mean(x), len(x), len(x[0]), or [*x] for a copy",
        name=name,
        obj=listed,
    )


class ArrayRow(NoArray, list[Any]):
    """A row of an array, or of a row of one, as a list."""

    __slots__ = ()

    def __getitem__(self, place: Any) -> Any:
        refuse_places(place)
        part = super().__getitem__(place)
        return ArrayRow(part) if isinstance(place, slice) else part

    def __getattr__(self, name: str) -> Never:
        refuse_attribute(self, name)


class Rows(Sequence[Any]):
    """A list among the arguments of a traced function.

    `vmap` makes it a batch of any length. Indexed, iterated or asked for its length it is a list, whose
    length is compiled in.
    """

    def __init__(self, trace: RowsOwner, place: int, name: str, length: int, element: Spec) -> None:
        self.trace = trace
        self.place = place
        self.name = name
        self.length = length
        self.element = element

    def __len__(self) -> int:
        return self.trace.fix_length(self)

    @overload
    def __getitem__(self, place: int) -> Any: ...

    @overload
    def __getitem__(self, place: slice) -> list[Any]: ...

    def __getitem__(self, place: Any) -> Any:
        refuse_places(place)
        return self.trace.opened(self)[place]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.trace.opened(self))

    def __setitem__(self, place: Any, new: Any) -> Never:
        raise TypeError(
            f"{self.name} is an argument of a compiled function, and is not changed: copy it, [*{self.name}]"
        )

    def __getattr__(self, name: str) -> Never:
        refuse_attribute(self, name)

    def __add__(self, other: Any) -> list[Any]:
        return [*self] + ([*other] if isinstance(other, Rows) else other)

    def __radd__(self, other: Any) -> list[Any]:
        return [*other, *self] if isinstance(other, list) else NotImplemented

    def __mul__(self, times: Any) -> list[Any]:
        return [*self] * times

    __rmul__ = __mul__


class ArrayRows(NoArray, Rows):
    """The same for an array."""

    def __getitem__(self, place: Any) -> Any:
        part = super().__getitem__(place)
        return ArrayRow(part) if isinstance(place, slice) else part
