"""The benchmark `training`: what networks of `nn` learn, and what is promised of a training, beside the peers.

All runs in one process on one thread, but for what is killed. Chance comes from seeds that are counted from 0, and a
figure is the median over them. PyTorch is named where it is not installed, and its place stays empty.
"""

import argparse
import importlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from benchmarks import compiled, report, timing
from benchmarks.report import Figure

#: One module each, with a function `figures(effort)`. They load NumPy, which has to find one thread to work with.
PARTS = ("training_functions", "training_digits", "training_tables", "training_descent", "training_promises")

Result = TypeVar("Result")


@dataclass(frozen=True)
class Effort:
    """How much is measured: a full run takes minutes, a quick one seconds and only shows that all works."""

    quick: bool = False
    seeds: int = 5  # of what learns in a second,
    few_seeds: int = 3  # and of what takes longer
    xors: int = 20
    starts: int = 30  # above a surface with several valleys
    steps: int = 50  # beside PyTorch
    share: float = 1.0  # of the epochs


QUICK = Effort(quick=True, seeds=1, few_seeds=1, xors=1, starts=2, steps=10, share=0.005)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--json", action="store_true", help="print the line of the results file, not a table")
    parser.add_argument("--quick", action="store_true", help="a smoke test of seconds, whose figures are not recorded")
    parser.add_argument(
        "--only", choices=[short(part) for part in PARTS], help="one part, which is not recorded either"
    )


def run(arguments: argparse.Namespace) -> None:
    """Measure, print, and, if it was a whole run, append a dated line to results/training.jsonl."""
    effort = QUICK if arguments.quick else Effort()
    parts = [part for part in PARTS if arguments.only in (None, short(part))]
    with compiled.one_thread():
        figures = timing.in_fresh_process(figures_of, parts, effort)
    line = report.dated(figures, peers=compiled.versions(), effort=vars(effort))
    report.tell(figures, line, arguments.json, "training" if not arguments.quick and arguments.only is None else None)


def short(part: str) -> str:
    """The name of a part on the command line.

    >>> short("training_digits")
    'digits'
    """
    return part.removeprefix("training_")


def figures_of(parts: list[str], effort: Effort) -> list[Figure]:
    """The figures of some parts, in this process."""
    return [figure for part in parts for figure in importlib.import_module(f"benchmarks.{part}").figures(effort)]


def epochs(full: int, effort: Effort) -> int:
    """The epochs of a training at this effort.

    >>> epochs(100, Effort()), epochs(100, QUICK)
    (100, 1)
    """
    return max(1, round(full * effort.share))


def clocked(work: Callable[[], Result]) -> tuple[Result, float]:
    """What some work gives, and the seconds of processor time that it took.

    >>> clocked(lambda: "done")[0]
    'done'
    """
    start = time.process_time()
    result = work()
    return result, time.process_time() - start
