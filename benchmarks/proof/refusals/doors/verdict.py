"""Whether a call was refused: by us, on purpose, before anything changed, in a sentence that names what was given.

`fault_of` says what is wrong with what a call did; nothing, where all of this holds:

    an exception was raised, and it is a TypeError, a ValueError, an IndexError, or a class of the library's own
    it comes from a `raise` in the library, and not from what Python, NumPy or the standard library met inside
    its message has at least a few words, among them what was given: its type, its text, its number or its length
    ... and what took it: the argument or the function
    everything around is as it was

An operator beside an operand that it does not know gives NotImplemented, so that the class of the other operand may
answer. Where that does not either, it is Python that raises, and its sentence names both types: that counts.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from benchmarks.proof.refusals.doors.entry import Entry
from benchmarks.proof.sentences import OWN, Origin

FEWEST_WORDS = 5
LONGEST_SHOWN = 40  # characters of a text that a message may have cut

PYTHONS_OWN = re.compile(
    r"unsupported operand type\(s\) for \S+(?: or pow\(\))?: '(\w+)' and '(\w+)'"
    r"|'\S+' not supported between instances of '(\w+)' and '(\w+)'"
    r"|can only concatenate (\w+) \(not \"\w+\"\) to \w+|can't concat \w+ to (\w+)"
)
QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
ADDRESS = re.compile(r"0x[0-9a-fA-F]+")


def fault_of(error: BaseException | None, given: Any, entry: Entry, folders: tuple[str, ...] = OWN) -> str:
    """What is wrong with how a bad input was met; empty, if it was refused as it should be."""
    if error is None:
        return "it was taken"
    message = str(error.args[0]) if error.args else ""
    kind = type(error).__name__
    if not (type(error) in (TypeError, ValueError, IndexError) or is_ours(error, folders)):
        return f"{kind}, which is no refusal: {message}"
    origin = Origin(error, folders)
    python_says = PYTHONS_OWN.fullmatch(message)
    if (
        python_says
        and origin.code
        and origin.code is code_of(entry.call)
        and type(given).__name__ in python_says.groups()
    ):
        return ""
    if not (origin.is_ours and origin.raises):
        return f"{kind} by accident: {message}"
    if len(message.split()) < FEWEST_WORDS:
        return f"no sentence: {message}"
    if not names(message, given):
        return f"it does not name what was given: {message}"
    takers = (*(entry.said or entry.argument).split("|"), entry.name.rpartition(".")[2])
    if not any(has_word(message, taker) for taker in takers):
        return f"it names neither {' nor '.join(takers)}: {message}"
    return ""


def is_ours(error: BaseException, folders: tuple[str, ...]) -> bool:
    """Whether the class of an error is one of the library's own."""
    return type(error).__module__.partition(".")[0] in {Path(folder).name for folder in folders}


def code_of(call: Callable[..., object]) -> CodeType | None:
    """The code of the function that makes a call; None for a call that is no function of Python's."""
    return call.__code__ if isinstance(call, FunctionType) else None


def names(message: str, given: Any) -> bool:
    """Whether a message names what was given.

    >>> names("lr is a number, got str: 'fast'", "fast"), names("lr is a number", "fast")
    (True, False)
    """
    if isinstance(given, str):
        quoted = [part for pair in QUOTED.findall(message) for part in pair if part]
        if repr(given)[:LONGEST_SHOWN] in message or any(part in given for part in quoted):
            return True
    return any(has_word(message, mark) for mark in marks_of(given))


def marks_of(given: Any) -> Iterator[str]:
    """The words that name what was given: its type, its text, its number, its length, or those of what is in it.

    >>> sorted(set(marks_of([3])))
    ['1', '3', '3.0', '[3]', 'int', 'integer', 'list']
    """
    yield type(given).__name__
    if isinstance(given, int) and not isinstance(given, bool):
        yield "integer"
    if isinstance(given, int) and abs(given) >= 10**300:
        return
    if isinstance(given, float | int):
        yield from (repr(float(given)), f"{given:g}")
    yield repr(given)[:LONGEST_SHOWN]
    if isinstance(given, type):
        yield given.__name__
    if isinstance(given, str):
        yield from (given, f"{len(given):,}")
        yield from re.findall(r"\w\w+", given)
    if isinstance(given, list | tuple | set | dict):
        yield str(len(given))
        yield from () if given else ("none", "no", "empty")
        for item in given if isinstance(given, Iterable) else ():
            yield from marks_of(item)
    elif type(given).__name__ == "ndarray":
        yield from marks_of(given.tolist())
    elif isinstance(given, Iterator):
        yield from ("none", "no", "empty", "0")


def has_word(message: str, word: str) -> bool:
    """Whether a message has some text in it that no letter or digit continues.

    >>> has_word("got float: 1.0", "1.0"), has_word("got 21.0", "1.0")
    (True, False)
    """
    return word in message and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", message) is not None


def without_addresses(text: str) -> str:
    """A message that is the same in every process.

    >>> without_addresses("got object: <object object at 0x7f00>")
    'got object: <object object at 0x>'
    """
    return ADDRESS.sub("0x", text)
