"""Row 15: the readers of what comes from outside, under a coverage-guided fuzzer: atheris, which runs on Linux."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.util import find_spec
from typing import NamedTuple

from benchmarks.proof.effort import Effort
from benchmarks.report import ROOT, Figure, Target

TARGETS = {
    "expressions": "15 fuzzing the expression reader",
    "weights": "15 fuzzing the readers of weight files",
    "graphs": "15 fuzzing graphs made by hand",
}
NEEDED = {"weights": {"numpy": "fast", "safetensors": "safetensors"}}  # and the extras that bring them
SECONDS = 600.0  # for each target
FEWEST_SECONDS = 1.0
PATIENCE = 120.0  # seconds that a target may need on top of its own: to load, and for its last input

EXECUTIONS = re.compile(r"number_of_executed_units: (\d+)")
PROGRESS = re.compile(r"^#(\d+)\t.*?cov: (\d+)", re.MULTILINE)
DEATH = re.compile(r"==\d+== ?(?:ERROR|WARNING): (?:libFuzzer|AddressSanitizer): (.*)")
INPUT = re.compile(r"^Base64: (\S*)", re.MULTILINE)


def figures(effort: Effort) -> list[Figure]:
    """Crashes and hangs of each target: an error that is no sentence of ours, a death, 5 seconds, a gigabyte."""
    seconds = SECONDS * effort.share if effort.seconds is None else effort.seconds / len(TARGETS)
    with ThreadPoolExecutor(min(len(TARGETS), os.cpu_count() or 1)) as pool:
        return list(pool.map(partial(figure_of, seconds=max(seconds, FEWEST_SECONDS)), TARGETS))


def figure_of(target: str, seconds: float) -> Figure:
    """What the fuzzer finds in one target; no number, and why, where a package is missing."""
    none = Target("ours", "at most", 0.0)
    for package, extra in {"atheris": "fuzz", **NEEDED.get(target, {})}.items():
        if find_spec(package) is None:
            missing = f'{package} is not installed: pip install "valuegrad[{extra}]"'
            return Figure(TARGETS[target], "crashes", None, none, details={"not measured": missing})
    run = fuzzed(target, seconds)
    details = {
        "seconds": f"{run.seconds:.0f} of {SECONDS:.0f}",
        "executions": run.executions,
        "places reached": run.coverage,
    }
    if run.found:
        details["found"] = "; ".join(run.found)
    return Figure(TARGETS[target], "crashes", float(len(run.found)), none, details=details)


class Run(NamedTuple):
    """What came of fuzzing one target."""

    found: list[str]
    executions: int
    coverage: int
    seconds: float


def fuzzed(target: str, seconds: float) -> Run:
    """Fuzz a target in a process of its own; what the fuzzer writes goes with a folder of the moment."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.proof.fuzzing.process", target, str(seconds), folder]
        try:
            done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=seconds + PATIENCE)
        except subprocess.TimeoutExpired as error:
            return Run([f"the process did not end: {error}"], 0, 0, time.monotonic() - began)
    told = done.stderr.decode("utf-8", "replace")
    return read_account(done.stdout.decode(), told, done.returncode, time.monotonic() - began)


def read_account(out: str, told: str, code: int, seconds: float) -> Run:
    """What a target printed, and the fuzzer told, as a run; its death is something found.

    >>> read_account("", "#7\\tDONE   cov: 12 ft: 3\\nstat::number_of_executed_units: 7", 0, 1.0)
    Run(found=[], executions=7, coverage=12, seconds=1.0)
    >>> read_account("", "==5== ERROR: libFuzzer: timeout after 5 seconds\\nBase64: YQ==", 70, 1.0).found
    ['timeout after 5 seconds, by YQ==']
    """
    found = [f"{one['what']}, by {one['input']}" for one in map(json.loads, out.splitlines())]
    if code:
        said, given = DEATH.search(told), INPUT.search(told)
        last = told.strip().rpartition("\n")[2]
        found.append(f"{said[1] if said else f'ended with {code}: {last}'}, by {given[1] if given else 'no input'}")
    progress = PROGRESS.findall(told)
    count = EXECUTIONS.search(told)
    executions, coverage = map(int, progress[-1]) if progress else (0, 0)
    return Run(found, int(count[1]) if count else executions, coverage, seconds)
