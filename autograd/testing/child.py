"""The process in which an unknown engine runs: it says which program it is at, and at the end what it found."""

import importlib
import importlib.util
import json
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from autograd.testing.diagnosis import examined
from autograd.testing.examination import Examination
from autograd.testing.running import words_of

LOADING = ""  # in the place of a program: the file of the engine itself
NAME = "checked_engine"  # of its module: a file may be called like one of ours


def main(target: str, stopped: str) -> None:
    """Examine the engine at `target`; every line on what was the standard output is a message in JSON."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)  # what the engine prints, by whatever means, is not taken for a message

    def say(**message: Any) -> None:
        channel.write(json.dumps(message) + "\n")
        channel.flush()

    say(program=LOADING)
    try:
        engine = load(target)
    except ValueError as error:
        say(refused=str(error))
        return
    report = examined(Examination(engine, json.loads(stopped), lambda text: say(program=text)))
    findings = [[f.idea.title, f.operation, f.program, f.outcome, f.also] for f in report.findings]
    say(report={"findings": findings, "missing": report.missing, "unexamined": report.unexamined})
    os._exit(0)  # threads that the engine started, and what it does at the end, are not waited for


def load(target: str) -> Any:
    """The class at "path.py:Value" or "package.module:Value"; a ValueError in a sentence if there is none.

    >>> load("autograd.value:Value")
    <class 'autograd.value.Value'>
    """
    place, colon, name = target.rpartition(":")
    if not colon or not place or not name:
        raise ValueError(f"write the file and the class, as in mine.py:Value, got {target!r}")
    try:
        module = module_from(Path(place)) if place.endswith(".py") else importlib.import_module(place)
    except (Exception, SystemExit) as error:
        raise ValueError(f"{place} could not be loaded: {type(error).__name__}: {words_of(error)}") from error
    if name not in vars(module):
        classes = [each for each, thing in vars(module).items() if isinstance(thing, type)]
        raise ValueError(f"{place} has no {name}; its classes are: {', '.join(classes) or 'none'}")
    if not isinstance(vars(module)[name], type):
        raise ValueError(f"{name} in {place} is no class")
    return vars(module)[name]


def module_from(path: Path) -> ModuleType:
    """The module in a file, which may import its neighbours."""
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {str(path)!r}")
    sys.path.insert(0, str(path.resolve().parent))
    specification = importlib.util.spec_from_file_location(NAME, path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[NAME] = module
    specification.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main(*sys.argv[1:])
