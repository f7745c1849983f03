"""`Entry`: one argument of one public name, the kinds that are bad there, and the call that hands one in."""

from collections.abc import Callable
from typing import Any, NamedTuple

from benchmarks.proof.refusals.doors.kinds import KINDS


class Entry(NamedTuple):
    """One argument of one name.

    name      what is called, as in "nn.fit"
    argument  which of its arguments is bad
    call      a function of the world and the bad input that makes the call
    bad       the kinds that are refused here
    said      the words that messages have for the argument, where that is neither its name nor that of what is called
    """

    name: str
    argument: str
    call: Callable[..., object]
    bad: tuple[str, ...]
    said: str = ""


class Case(NamedTuple):
    """One bad input at one door."""

    entry: Entry
    kind: str

    def given(self) -> Any:
        """What is handed in; a kind that is none is a text, handed in as it is."""
        return KINDS[self.kind]() if self.kind in KINDS else self.kind

    def __str__(self) -> str:
        return f"{self.entry.name}({self.entry.argument}: {self.kind:.40})"


def without(kinds: tuple[str, ...], *left_out: str) -> tuple[str, ...]:
    """Kinds without those that mean something at a door.

    >>> without(("None", "text"), "None")
    ('text',)
    """
    return tuple(kind for kind in kinds if kind not in left_out)
