"""The benchmark `compiled`: what compiled values cost, beside C and NumPy by hand, PyTorch, JAX, CasADi, scikit-learn.

Each part runs in a process of its own, in which nothing may use a second thread. A peer that is not
installed is named, and its row stays empty.
"""

import argparse
import importlib
import os
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from benchmarks import report, timing
from benchmarks.peers import micrograd_version
from benchmarks.report import Figure, Target

#: One module each, with a function `figures(effort)`. They load NumPy, which has to find ONE_THREAD in place.
PARTS = ("compiled_steps", "compiled_training", "compiled_programs")
PEERS = ("micrograd", "numpy", "torch", "jax", "casadi", "scikit-learn", "llvmlite")
ONE_THREAD = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"),
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_PLATFORMS": "cpu",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--json", action="store_true", help="print the line of the results file, not a table")
    parser.add_argument("--quick", action="store_true", help="a smoke test of seconds, whose figures are not recorded")
    parser.add_argument(
        "--only", choices=[short(part) for part in PARTS], help="one part, which is not recorded either"
    )


def run(arguments: argparse.Namespace) -> None:
    """Measure, print, and, if it was a whole run, append a dated line to results/compiled.jsonl."""
    micrograd_version()
    parts = [part for part in PARTS if arguments.only in (None, short(part))]
    with one_thread():
        figures = [figure for part in parts for figure in measured(part, arguments.quick)]
    line = report.dated(figures, peers=versions(), quick=arguments.quick)
    report.tell(figures, line, arguments.json, "compiled" if not arguments.quick and arguments.only is None else None)


def short(part: str) -> str:
    """The name of a part on the command line.

    >>> short("compiled_steps")
    'steps'
    """
    return part.removeprefix("compiled_")


def measured(part: str, quick: bool) -> list[Figure]:
    """The figures of one part, from a process of its own; one that crashes is a figure too."""
    try:
        return timing.in_fresh_process(figures_of, part, quick)
    except BrokenProcessPool:
        return [Figure(short(part), "", None, Target("ours", "at least", 1.0), details={"not measured": "it crashed"})]


def figures_of(part: str, quick: bool) -> list[Figure]:
    """The figures of one part, in this process."""
    work = importlib.import_module("benchmarks.compiled_work")
    figures: list[Figure] = importlib.import_module(f"benchmarks.{part}").figures(
        work.QUICK if quick else work.Effort()
    )
    return figures


@contextmanager
def one_thread() -> Iterator[None]:
    """Processes that are started inside keep their arithmetic to one thread.

    >>> with one_thread():
    ...     os.environ["OMP_NUM_THREADS"]
    '1'
    """
    before = dict(os.environ)
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def versions() -> dict[str, Any]:
    """The versions of the peers that are installed.

    >>> versions()["micrograd"]
    '0.1.0'
    """
    found = {}
    for name in PEERS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
