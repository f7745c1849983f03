"""Work on case after case in a child process, whose death is a finding and not the end of the proof."""

from collections.abc import Callable, Iterable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any


def outcomes(work: Callable[[int], Any], cases: Iterable[int]) -> Iterator[tuple[int, Any]]:
    """Each case with what `work` gives for it in a child process, or else a `Death`; another child does the rest.

    work is a function of a module, or a partial of one.

    >>> list(outcomes(abs, [-1, 2]))
    [(-1, 1), (2, 2)]
    """
    child = None
    try:
        for case in cases:
            child = child or Child(work)
            found = child.result_of(case)
            if isinstance(found, Death):
                child = None
            yield case, found
    finally:
        if child is not None:
            child.end()


class Death(str):
    """How a child died."""

    __slots__ = ()


class Child:
    """A process that does the same work again and again."""

    def __init__(self, work: Callable[[int], Any]) -> None:
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=answer, args=(work, theirs), daemon=False)
        self.process.start()
        theirs.close()

    def result_of(self, case: int) -> Any:
        """What the work gives for a case, or a `Death`."""
        try:
            self.connection.send(case)
            return self.connection.recv()
        except (EOFError, ConnectionError):
            self.process.join()
            return Death(f"its process died with exit code {self.process.exitcode}")

    def end(self) -> None:
        """Let the process go."""
        self.connection.close()
        self.process.join()


def answer(work: Callable[[int], Any], connection: Connection) -> None:
    """Do the work for every case that comes, until none can come any more."""
    while True:
        try:
            case = connection.recv()
        except EOFError:
            return
        connection.send(work(case))
