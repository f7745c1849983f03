"""Threads that work together: what one call has to do in several tasks, shared out among them and the caller."""

import operator
import os
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import Executor


class Task:
    """Work that is done once, by the thread that comes first.

    error  what it raised
    """

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self._claim = threading.RLock()  # the thread that has it keeps it
        self._ended = threading.Event()
        self.error: Exception | None = None

    def __call__(self) -> None:
        """Do the work, unless it was begun."""
        if self._claim.acquire(blocking=False) and not self._ended.is_set():
            try:
                self._work()
            except Exception as error:
                self.error = error
            finally:
                self._ended.set()

    def settle(self) -> None:
        """Come back when no other thread is at it, and none ever will be."""
        if not self._claim.acquire(blocking=False):
            self._ended.wait()


class Team:
    """So many threads, the caller's among them; the others start when they are first needed, and end with the team.

    >>> team, done = Team(3), []
    >>> team.run([lambda: done.append("a"), lambda: done.append("b"), lambda: done.append("c")])
    >>> sorted(done)
    ['a', 'b', 'c']
    """

    def __init__(self, threads: int | None = None) -> None:
        self.size = number_of_threads(threads)
        self._others: tuple[int, Executor] | None = None

    def run(self, works: Sequence[Callable[[], Any]]) -> None:
        """Do all works, and come back when all are done, even if that takes longer than Ctrl-C would like.

        The first is the caller's, and so is each that no thread has begun by then: a team that is busy with
        another call, or slow to wake up, is not waited for.
        """
        tasks = list(map(Task, works))
        try:
            self._call_the_others(tasks[1:])
            for task in tasks:
                task()
        finally:
            settle(tasks)
        for task in tasks:
            if task.error is not None:
                raise task.error

    def _call_the_others(self, tasks: Sequence[Task]) -> None:
        try:
            for task in tasks:
                self._executor().submit(task)
        except RuntimeError:  # no more threads are to be had, or Python is about to end: the caller does it alone
            self._others = None  # with the tasks that wait in there

    def _executor(self) -> "Executor":
        process = os.getpid()
        if self._others is None or self._others[0] != process:  # threads do not come along when a process forks
            from concurrent.futures import ThreadPoolExecutor

            self._others = process, ThreadPoolExecutor(self.size - 1, "valuegrad")
        return self._others[1]


def settle(tasks: Sequence[Task]) -> None:
    """Come back when no thread is at any task, for they write into arrays of the caller; then raise what came in."""
    left, raised = list(tasks), None
    while left:
        try:
            left[-1].settle()
            left.pop()
        except KeyboardInterrupt as error:
            raised = error
    if raised is not None:
        raise raised


def number_of_threads(threads: int | None) -> int:
    """The number that `threads` asks for; None asks for one.

    >>> number_of_threads(None), number_of_threads(4)
    (1, 4)
    >>> number_of_threads(0)
    Traceback (most recent call last):
    ValueError: threads is how many threads share a batch, 1 or more; got 0
    """
    if threads is None:
        return 1
    try:
        if isinstance(threads, bool):
            raise TypeError
        count = operator.index(threads)
    except TypeError:
        raise TypeError(f"threads is how many threads share a batch, a whole number; got {threads!r:.60}") from None
    if count < 1:
        raise ValueError(f"threads is how many threads share a batch, 1 or more; got {count}")
    return count


#: The caller alone.
ALONE = Team()
