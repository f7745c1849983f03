"""A check in a process of its own, which is stopped when a program does not end."""

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from autograd.given import shown
from autograd.primitives import number
from autograd.testing.child import LOADING
from autograd.testing.ideas import Idea, idea_titled, ideas_forgiven
from autograd.testing.report import Finding, Report

SECONDS = 10.0  # for one program; the longest takes an honest engine a small part of a second
LONGEST = 3600.0
TRIES = 4  # after so many programs that had to be stopped, what was found is enough
STARTING = 60.0  # seconds for Python to start, on the busiest of machines


class Stopped(NamedTuple):
    """The text of a program that did not come to its end, and why."""

    program: str
    why: str


def check_engine_at(target: str, *, seconds: float = SECONDS, forgive: Iterable[str] = ()) -> Report:
    """What is broken in the class at "path.py:Value" or "package.module:Value", run in a process of its own.

    A program that takes longer than `seconds`, or ends the process, is a finding, and the others are still run.
    Raises ValueError if there is no such class to check.

    >>> check_engine_at("autograd.value:Value").ok
    True
    """
    forgiven = ideas_forgiven(forgive)
    if not isinstance(target, str):
        raise TypeError(f"check_engine_at takes the file and the class, as in 'mine.py:Value', got {shown(target)}")
    seconds = number(seconds, "check_engine_at takes as seconds")
    if not 0.0 < seconds <= LONGEST:
        raise ValueError(f"a program is given more than 0 and at most {LONGEST:g} seconds, got {seconds!r}")
    stopped: dict[str, str] = {}
    for _ in range(TRIES):
        result = one_try(target, seconds, stopped)
        if isinstance(result, Report):
            return result.without(forgiven)
        stopped[result.program] = result.why
    endless = [Finding(Idea.ENDLESS, "", program, why) for program, why in stopped.items()]
    return Report(tuple(endless), unexamined=("everything else: too many programs had to be stopped",))


def one_try(target: str, seconds: float, stopped: dict[str, str]) -> Report | Stopped:
    """The report of one process, or the program at which it had to be stopped."""
    command = [sys.executable, "-m", "autograd.testing.child", target, json.dumps(stopped)]
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            return followed(messages(process, seconds), target, seconds)
        finally:
            process.kill()


def messages(process: "subprocess.Popen[bytes]", seconds: float) -> Iterator[dict[str, Any] | None]:
    """What the process says, line by line, from its start; None if it then says nothing for too long."""
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    stream = process.stdout
    assert stream is not None

    def read() -> None:
        try:
            for line in stream:
                lines.put(line)
        except ValueError:  # closed under our hands: nobody is waiting for more
            pass
        lines.put(b"")

    threading.Thread(target=read, daemon=True).start()
    patience = STARTING
    while True:
        try:
            line = lines.get(timeout=patience)
        except queue.Empty:
            yield None
            return
        if not line:
            return
        yield json.loads(line)
        patience = seconds


def followed(said: Iterator[dict[str, Any] | None], target: str, seconds: float) -> Report | Stopped:
    """The report that the process ends with, or where and why it did not."""
    program = LOADING
    for message in said:
        if message is None:
            return stopped_at(program, f"it does not end within {seconds:g} s", target)
        if "refused" in message:
            raise ValueError(message["refused"])
        if "report" in message:
            return report_from(message["report"])
        program = message["program"]
    return stopped_at(program, "it ends the whole process", target)


def stopped_at(program: str, why: str, target: str) -> Stopped:
    """The program that was stopped; an error if it is the file itself, before any program."""
    if program == LOADING:
        raise ValueError(
            f"{target} could not be loaded: {why}; put what is not the class below `if __name__ == '__main__':`"
        )
    return Stopped(program, why)


def report_from(fields: dict[str, Any]) -> Report:
    """The report that was sent as lists and texts.

    >>> report_from({"findings": [], "missing": ["a.sin()"], "unexamined": []}).missing
    ('a.sin()',)
    """
    findings = tuple(
        Finding(idea_titled(idea), operation, program, outcome, tuple(also))
        for idea, operation, program, outcome, also in fields["findings"]
    )
    return Report(findings, (), tuple(fields["missing"]), tuple(fields["unexamined"]))
