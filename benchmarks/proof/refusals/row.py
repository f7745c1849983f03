"""Row 8: bad inputs at every door; each is refused on purpose, before anything changes, in a sentence that names it.

The doors and what is bad at each are a table in `doors`; what counts as refused is `fault_of` in its `verdict.py`. The
same cases run once more in a Python that was started with -O, which leaves assertions out, and have to end in the same
words there.
"""

import json
import random
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import nn
from benchmarks.proof.effort import Effort, wrong
from benchmarks.proof.refusals.doors import CASES, ENTRIES
from benchmarks.proof.refusals.doors.entry import Case
from benchmarks.proof.refusals.doors.of_micrograd import PEERS, peers_folders
from benchmarks.proof.refusals.doors.verdict import fault_of, without_addresses
from benchmarks.proof.refusals.doors.world import World
from benchmarks.report import ROOT, Figure

SEED = 8  # of the order in which cases are run, so that few of them are some of everywhere


class Ending(NamedTuple):
    """How a case ended: what was wrong with it, if anything, and the error in words."""

    fault: str
    error: str


def figures(effort: Effort) -> list[Figure]:
    """How many bad inputs are not refused as they should be, with -O or without; micrograd's beside it."""
    order, half = in_order(), replace(effort, seconds=effort.seconds and effort.seconds / 2.0)
    endings = endings_of(order[number] for number in half.cases(len(CASES)))
    cases = order[: len(endings)]
    found = faults(cases, endings, endings_with_optimiser(len(cases)))
    notes = {"names": len({entry.name for entry in ENTRIES}), "arguments": len(ENTRIES)} | peers_notes()
    return [wrong("8 bad inputs", "not refused", found, len(cases), len(CASES), **notes)]


def in_order() -> list[Case]:
    """All cases, in the order in which they are run."""
    return random.Random(SEED).sample(CASES, len(CASES))


def faults(cases: list[Case], endings: list[Ending], with_optimiser: list[Ending]) -> list[str]:
    """What is wrong with each case that was not refused, or not in the same words with -O."""
    found = []
    for case, ending, other in zip(cases, endings, with_optimiser, strict=True):
        if ending.fault:
            found.append(f"{case}: {ending.fault}")
        elif ending != other:
            found.append(f"{case}: with -O {other.fault or other.error}, without {ending.error}")
    return found


def endings_of(cases: Iterable[Case]) -> list[Ending]:
    """How each case ends in this process."""
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nn.save(World(Path(folder)).model, Path(folder, "model.json"))
        return list(endings_in(Path(folder), cases))


def endings_in(folder: Path, cases: Iterable[Case]) -> Iterator[Ending]:
    """How each case ends in a world that has its files in a folder; a case that changes it leaves a new one behind."""
    world = World(folder)
    before = world.state()
    for case in cases:
        given = case.given()
        error = raised_by(lambda: case.entry.call(world, given))  # noqa: B023  called at once
        fault = fault_of(error, given, case.entry)
        after = world.state()
        if after != before:
            fault = fault or "something was changed before it was refused"
            world = World(folder)
            after = world.state()
        before = after
        yield Ending(fault, without_addresses(f"{type(error).__name__}: {error}"))


def raised_by(call: Callable[[], object]) -> Exception | None:
    """What a call raises, if it does."""
    try:
        call()
    except Exception as error:
        return error
    return None


def endings_with_optimiser(count: int) -> list[Ending]:
    """How the first cases end in a Python without assertions."""
    command = [sys.executable, "-O", "-m", "benchmarks.proof.refusals.row", str(count)]
    answer = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [Ending(*ending) for ending in json.loads(answer.stdout)]


def peers_notes() -> dict[str, Any]:
    """How many bad inputs micrograd refuses, of those that its own entry points can be given."""
    folders = peers_folders()
    if not folders:
        return {}
    refused = 0
    for case in PEERS:
        given = case.given()
        error = raised_by(lambda: case.entry.call(None, given))  # noqa: B023
        refused += not fault_of(error, given, case.entry, folders)
    return {"micrograd": f"refuses {refused:,} of {len(PEERS):,} that it can be given"}


if __name__ == "__main__":
    print(json.dumps(endings_of(in_order()[: int(sys.argv[1])])))
