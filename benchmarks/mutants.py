"""Seeds defects and says what the tests notice: `python -m benchmarks mutants order` looks at those of one name.

Each defect of `defects/` is written into a copy of the repository, and the tests run there until one fails.
A defect that none of them notices has *survived*: it shows a hole in the tests, not in the library. The figure
over all defects is a row of the proof (`proof/defects.py`); nothing is recorded here.
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
from contextlib import contextmanager
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from benchmarks.defects import DEFECTS, Defect
from benchmarks.report import ROOT

TIME_LIMIT = 600.0  # seconds for the nearest tests, which take some: a defect that makes them run on is noticed, too
TIME_LIMIT_OF_ALL = 3600.0  # of all others: so much more than they take that none survives by a busy machine
NICENESS = 10
NO_TESTS = 5  # what pytest ends with where it finds none
LEFT_OUT = (  # they say that every defect applies, and seed some themselves: so they would notice each of them
    "--ignore=tests/test_mutants.py",
    "--ignore-glob=*/test_proof*",
)
PYTEST = ["-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", *LEFT_OUT]

#: The tests to ask first, where they are not those named after the file.
NEAREST = {
    "autograd/accurate.py": ["accuracy", "primitives"],
    "autograd/anomaly.py": ["modes", "dialects"],
    "autograd/dialects.py": ["dialects", "value", "copying"],
    "autograd/graph.py": ["graph", "transforms", "random_graphs"],
    "autograd/primitives.py": ["conventions", "primitives", "accuracy", "check"],
    "autograd/value.py": ["value", "dialects", "graph", "modes", "primitives", "random_graphs"],
    "autograd/compiler/adjoint.py": ["compiler_adjoint", "compiler_jit"],
    "autograd/compiler/alike.py": ["compiler_replicas"],
    "autograd/compiler/blocks.py": ["compiler_adjoint", "compiler_families"],
    "autograd/compiler/calls.py": ["compiler_vmap", "compiler_jit"],
    "autograd/compiler/gather.py": ["compiler_take"],
    "autograd/compiler/grids.py": ["compiler_vmap", "compiler_adjoint", "compiler_families"],
    "autograd/compiler/invariants.py": ["compiler_program"],
    "autograd/compiler/lanes.py": ["compiler_translate", "compiler_kernels"],
    "autograd/compiler/numbering.py": ["compiler_lift", "compiler_adjoint", "compiler_jit"],
    "autograd/compiler/oversamples.py": ["compiler_adjoint", "compiler_threads", "compiler_families"],
    "autograd/compiler/results.py": ["compiler_vmap", "compiler_jit"],
    "autograd/compiler/schedule.py": ["compiler_vmap", "compiler_jit"],
    "autograd/compiler/section.py": ["compiler_adjoint", "compiler_vmap", "compiler_families"],
    "autograd/compiler/shares.py": ["compiler_threads"],
    "autograd/compiler/team.py": ["compiler_threads"],
    "autograd/compiler/tape_reach.py": ["compiler_tape"],
    "autograd/compiler/tape_rows.py": ["compiler_tape"],
    "autograd/compiler/tape_sequences.py": ["compiler_tape"],
    "autograd/compiler/tape_writing.py": ["compiler_tape"],
    "autograd/compiler/training.py": ["nn_steps"],
    "autograd/compiler/updates.py": ["nn_steps"],
    "autograd/drawing/dot.py": ["drawing_drawing", "drawing_hostile_text"],
    "autograd/drawing/formulas/derivation.py": ["drawing_latex"],
    "autograd/drawing/formulas/paths.py": ["drawing_explain"],
    "autograd/drawing/grouping/merging.py": ["drawing_views"],
    "autograd/drawing/heat.py": ["drawing_views"],
    "autograd/drawing/labels.py": ["drawing_scopes"],
    "autograd/drawing/layout/lanes.py": ["drawing_layout"],
    "autograd/drawing/layout/order.py": ["drawing_layout"],
    "autograd/drawing/lettering.py": ["drawing_hostile_text", "drawing_svg"],
    "autograd/drawing/stepping/gradients.py": ["drawing_stepper"],
    "autograd/drawing/values.py": ["drawing_picture", "drawing_views", "drawing_frames", "drawing_scopes"],
    "nn/compiled_steps.py": ["nn_steps"],
    "nn/data/preparing.py": ["nn_data"],
    "nn/files.py": ["nn_checkpoint"],
    "nn/history.py": ["nn_fit"],
    "nn/images.py": ["nn_more_layers"],
    "nn/module.py": ["nn_module", "nn_fit"],
    "nn/multistart.py": ["nn_restarts"],
    "nn/normalisation.py": ["nn_more_layers"],
    "nn/optim/accumulation.py": ["nn_warnings", "nn_optim"],
    "nn/optim/lbfgs.py": ["nn_optim", "nn_optim_valleys"],
    "nn/resuming.py": ["nn_fit", "nn_stopping"],
    "nn/scores.py": ["nn_train"],
    "nn/sequences.py": ["nn_more_layers"],
    "nn/train.py": ["nn_fit", "nn_schedules"],
    "nn/units.py": ["nn_diagnosis", "nn_local_gradients"],
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
    """Seed the defects, print what became of each, and exit with 1 if one survived."""
    seeded = selected(arguments.name)
    if not seeded:
        raise SystemExit(f"no defect has {arguments.name!r} in its group, file or description")
    if arguments.jobs < 1:
        raise SystemExit(f"--jobs takes a number from 1 on, got {arguments.jobs}")
    if sys.platform != "win32":
        os.nice(NICENESS)
    verdicts = []
    with original() as copy:
        for verdict in judged(seeded, copy, arguments.jobs):
            print(verdict, flush=True)
            verdicts.append(verdict)
        failing = failing_anyway(verdicts, copy)
    if failing:
        raise SystemExit(f"{', '.join(failing)} fail without a defect, too: run this where all tests pass")
    survivors = [verdict for verdict in verdicts if not verdict.test]
    print(f"\n{len(verdicts) - len(survivors)} of {len(verdicts)} caught")
    if survivors:
        raise SystemExit(1)


def selected(name: str) -> list[tuple[str, Defect]]:
    """The defects with `name` in their group, file or description, each behind its group.

    >>> [defect.file for _, defect in selected("off by 1.001")]
    ['autograd/primitives.py']
    """
    return [(group, defect) for group, defect in dealt_out() if name in f"{group}: {defect.breaks} ({defect.file})"]


def dealt_out() -> list[tuple[str, Defect]]:
    """All defects, each behind its group, one of each group in turn: the first few are of as many groups.

    >>> [group for group, _ in dealt_out()[:3]]
    ['derivatives', 'order', 'accumulation']
    """
    rounds = zip_longest(*([(group, defect) for defect in defects] for group, defects in DEFECTS.items()))
    return [seeded for turn in rounds for seeded in turn if seeded is not None]


@contextmanager
def original() -> Iterator[Path]:
    """A copy of the repository, beside which copies with a defect are made."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "original")
        copied(ROOT, copy)
        yield copy


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
        others = [f"--ignore={path}" for path in nearest]
        test = first_failure(copy, nearest, TIME_LIMIT) or first_failure(copy, others, TIME_LIMIT_OF_ALL)
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
            f"which is there {text.count(defect.original)} times: bring benchmarks/defects up to date"
        )
    return text.replace(defect.original, defect.replacement)


def nearest_tests(file: str) -> list[str]:
    """The tests that are asked first about a file: those of its room, and the examples in it.

    >>> nearest_tests("nn/losses.py"), nearest_tests("autograd/check.py")
    (['tests/test_nn_losses.py', 'nn/losses.py'], ['tests/test_check.py', 'autograd/check.py'])
    >>> nearest_tests("nn/optim/descent.py")[0], nearest_tests("autograd/compiler/tape.py")[0]
    ('tests/test_nn_optim.py', 'tests/test_compiler_tape.py')
    """
    path = Path(file)
    own = {
        "nn": f"nn_{path.stem}",
        "optim": "nn_optim",
        "compiler": f"compiler_{path.stem}",
        "drawing": f"drawing_{path.stem}",
    }.get(path.parent.name, path.stem)
    return [*(f"tests/test_{name}.py" for name in NEAREST.get(file, [own])), file]


def first_failure(copy: Path, chosen: list[str], limit: float) -> str:
    """The first test that fails in a copy, or the time limit; empty if all pass. `chosen` are words for pytest."""
    try:
        failed = failures(copy, ["-x", *chosen], limit)
    except subprocess.TimeoutExpired:
        return f"the time limit of {limit:g} s"
    return failed[0] if failed else ""


def failures(copy: Path, chosen: list[str], limit: float) -> list[str]:
    """The names of the tests that fail in a copy."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # none is needed
    command = [sys.executable, *PYTEST, *chosen]
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, timeout=limit)
    failed = re.findall(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", done.stdout, re.MULTILINE)
    if done.returncode not in (0, NO_TESTS) and not failed:
        raise RuntimeError(f"pytest ended with {done.returncode} and named no test:\n{done.stdout}{done.stderr}")
    return failed


def failing_anyway(verdicts: Iterable[Verdict], original: Path) -> list[str]:
    """Those tests that noticed a defect and fail without one, too: they noticed nothing."""
    tests = {without_parameters(verdict.test): None for verdict in verdicts if "::" in verdict.test}
    failed = failures(original, list(tests), TIME_LIMIT_OF_ALL) if tests else []
    return list(dict.fromkeys(map(without_parameters, failed)))


def without_parameters(test: str) -> str:
    """The name of a test for all of its parameters.

    >>> without_parameters("tests/test_check.py::test_a_row[sin]")
    'tests/test_check.py::test_a_row'
    """
    return test.partition("[")[0]
