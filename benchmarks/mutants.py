"""The run `mutants`: whether the tests notice when the library is wrong.

Each defect of `defects.py` is written into a copy of the repository, and the tests run there until one fails.
A defect that none of them notices has *survived*: it shows a hole in the tests, not in the library.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks import report
from benchmarks.defects import ACCURATE, ANOMALY, DEFECTS, DIALECTS, GRAPH, PRIMITIVES, VALUE, Defect
from benchmarks.report import Figure, Target

TARGET = 95.0  # percent of the defects
TIME_LIMIT = 300.0  # seconds for one run of tests; a defect that makes them run on is noticed, too
OF_THIS_RUN = "tests/test_mutants.py"  # says that every defect applies, and so would notice each of them
NICENESS = 10
PYTEST = ["-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider", f"--ignore={OF_THIS_RUN}"]

#: The tests to ask first, where they are not those named after the file.
NEAREST = {
    PRIMITIVES: ["conventions", "primitives", "accuracy", "check"],
    ACCURATE: ["accuracy", "primitives"],
    VALUE: ["value", "dialects", "graph", "modes", "primitives", "random_graphs"],
    DIALECTS: ["dialects", "value", "copying"],
    ANOMALY: ["modes", "dialects"],
    GRAPH: ["graph", "transforms", "random_graphs"],
}


class Verdict(NamedTuple):
    """What became of a defect: the test that noticed it, empty if none did, and the seconds that took."""

    group: str
    defect: Defect
    test: str
    seconds: float

    def __str__(self) -> str:
        outcome = f"caught by {self.test}" if self.test else "SURVIVED"
        return f"{self.group}: {self.defect.breaks} ({self.defect.file})\n    {outcome}, {self.seconds:.0f} s"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("name", nargs="?", default="", help="seed only defects with this in group, file or description")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="run the tests of N defects at a time")


def run(arguments: argparse.Namespace) -> None:
    """Seed the defects, print what became of each, and, if all were seeded, append a line to results/mutants.jsonl."""
    seeded = selected(arguments.name)
    if not seeded:
        raise SystemExit(f"no defect has {arguments.name!r} in its group, file or description")
    if arguments.jobs < 1:
        raise SystemExit(f"--jobs takes a number from 1 on, got {arguments.jobs}")
    if sys.platform != "win32":
        os.nice(NICENESS)
    start = time.monotonic()
    verdicts = []
    with tempfile.TemporaryDirectory() as folder:
        original = Path(folder, "original")
        copied(report.ROOT, original)
        for verdict in judged(seeded, original, arguments.jobs):
            print(verdict, flush=True)
            verdicts.append(verdict)
        refuse_tests_that_fail_anyway(verdicts, original)
    figure = share_caught(verdicts)
    print(f"\n{report.table([figure])}")
    if not arguments.name:
        line = report.dated([figure], seconds=round(time.monotonic() - start))
        print(f"\nappended to {report.append(line, 'mutants').relative_to(report.ROOT)}")


def selected(name: str) -> list[tuple[str, Defect]]:
    """The defects with `name` in their group, file or description, each behind its group.

    >>> [defect.file for _, defect in selected("off by 1.001")]
    ['autograd/primitives.py']
    """
    every = [(group, defect) for group, defects in DEFECTS.items() for defect in defects]
    return [(group, defect) for group, defect in every if name in f"{group}: {defect.breaks} ({defect.file})"]


def judged(seeded: Iterable[tuple[str, Defect]], original: Path, jobs: int) -> Iterator[Verdict]:
    """The verdict on each defect, in order."""
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(partial(verdict_on, original), *zip(*seeded, strict=True))


def verdict_on(original: Path, group: str, defect: Defect) -> Verdict:
    """What the tests say of a copy with a defect: first those nearest to it, then all others."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory(dir=original.parent) as folder:
        copy = Path(folder, "copy")
        copied(original, copy)
        file = copy / defect.file
        file.write_text(with_defect(file.read_text(encoding="utf-8"), defect), encoding="utf-8")
        nearest = nearest_tests(defect.file)
        test = first_failure(copy, nearest) or first_failure(copy, [f"--ignore={path}" for path in nearest])
    return Verdict(group, defect, test, time.monotonic() - start)


def copied(source: Path, target: Path) -> None:
    """Make a copy of the repository without what is hidden (its history, caches, an environment) or compiled."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(".*", "__pycache__"))


def with_defect(text: str, defect: Defect) -> str:
    """The text of a file with a defect in it.

    >>> with_defect("return x + y", Defect("sum.py", "x + y", "x - y", "adding subtracts"))
    'return x - y'
    """
    if text.count(defect.original) != 1:
        raise ValueError(
            f"the defect {defect.breaks!r} is seeded where {defect.file} says {defect.original!r}, "
            f"which is there {text.count(defect.original)} times: bring benchmarks/defects.py up to date"
        )
    return text.replace(defect.original, defect.replacement)


def nearest_tests(file: str) -> list[str]:
    """The tests that are asked first about a file: those of its room, and the examples in it.

    >>> nearest_tests("nn/losses.py"), nearest_tests("autograd/check.py")
    (['tests/test_nn_losses.py', 'nn/losses.py'], ['tests/test_check.py', 'autograd/check.py'])
    """
    path = Path(file)
    own = f"nn_{path.stem}" if path.parent.name == "nn" else path.stem
    return [*(f"tests/test_{name}.py" for name in NEAREST.get(file, [own])), file]


def first_failure(copy: Path, chosen: list[str]) -> str:
    """The name of the first test that fails in a copy, empty if all pass; `chosen` are words for pytest."""
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    command = [sys.executable, *PYTEST, *chosen]
    try:
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, timeout=TIME_LIMIT)
    except subprocess.TimeoutExpired:
        return f"the time limit of {TIME_LIMIT:g} s"
    if done.returncode == 0:
        return ""
    failed = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", done.stdout, re.MULTILINE)
    if failed is None:
        raise RuntimeError(f"pytest ended with {done.returncode} and named no test:\n{done.stdout}{done.stderr}")
    return failed[1]


def refuse_tests_that_fail_anyway(verdicts: list[Verdict], original: Path) -> None:
    """Raise an error if a test that noticed a defect fails without one: then it noticed nothing."""
    tests = {verdict.test.partition("[")[0]: None for verdict in verdicts if "::" in verdict.test}  # for all parameters
    failed = first_failure(original, list(tests)) if tests else ""
    if failed:
        raise SystemExit(f"{failed} fails without a defect, too: run this where all tests pass")


def share_caught(verdicts: list[Verdict]) -> Figure:
    """The share of the defects that were noticed, with the counts of each group and the names of the survivors."""
    groups = {verdict.group: None for verdict in verdicts}
    caught = {group: [bool(verdict.test) for verdict in verdicts if verdict.group == group] for group in groups}
    return Figure(
        "seeded defects that the tests catch",
        "%",
        ours=100.0 * sum(map(sum, caught.values())) / len(verdicts),
        target=Target("ours", "at least", TARGET),
        details={
            "defects": len(verdicts),
            **{group: f"{sum(noticed)} of {len(noticed)}" for group, noticed in caught.items()},
            "survived": [verdict.defect.breaks for verdict in verdicts if not verdict.test],
        },
    )
