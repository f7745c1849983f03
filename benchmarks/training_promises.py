"""What is promised of a training: what is kept survives a kill, scikit-learn's checks pass, and a step can be read."""

import multiprocessing
import random
import shlex
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import nn
from benchmarks import training_step
from benchmarks.compiled_frameworks import load
from benchmarks.report import ROOT, Figure, Target
from benchmarks.training import Effort
from nn.stopping import Progress

#: It kills 300 savings and damages 2,100 files; without its slow tests 5 and 180.
KEEPING = ["pytest", "tests/test_nn_checkpoint.py", "-k", "killed or damaged_file", "-m"]
SCREEN = 50  # lines

KEPT_EPOCHS = 60
PATIENCE = 60.0  # seconds that a process may need to begin


def figures(effort: Effort) -> list[Figure]:
    """Kept models, a training that was killed, scikit-learn's checks, the lines of a step."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        which = "not slow" if effort.quick else "slow"
        keeping = subprocess.Popen(
            [sys.executable, "-m", *KEEPING, which, f"--junitxml={report}"], cwd=ROOT, stdout=subprocess.DEVNULL
        )
        try:
            others = [resumed(Path(folder), effort), checks(effort), reading()]
            keeping.wait()
        finally:
            keeping.kill()
        return [*kept(report, which), *others]


def kept(report: Path, which: str) -> list[Figure]:
    """What the tests of kept models found, which run beside all else."""
    details: dict[str, Any] = {"command": shlex.join([*KEEPING, which])}
    cases = list(ElementTree.parse(report).iter("testcase")) if report.exists() else []
    titles = {"damaged_file": "corrupt files loaded, or model touched", "killed": "models lost by kill -9 during save"}
    found: list[Figure] = []
    for word, title in titles.items():
        results = [[part.tag for part in case] for case in cases if word in case.attrib["name"]]
        failed = [tags for tags in results if "failure" in tags or "error" in tags]
        passed = len(results) - len(failed) - sum("skipped" in tags for tags in results)
        count = float(len(failed)) if passed or failed else None
        notes = {"tests passed": passed} if count is not None else {"not measured": "no test ran"}
        found.append(Figure(title, "tests failed", count, Target("ours", "at most", 0.0), details=details | notes))
    return found


def resumed(folder: Path, effort: Effort) -> Figure:
    """Parameters that differ between a training and the same one that was killed and went on, to the bit."""
    path, count = folder / "training.json", 4 if effort.quick else KEPT_EPOCHS
    losses, parameters = learnt(count)
    spawn = multiprocessing.get_context("spawn")
    halted = spawn.Event()
    child = spawn.Process(target=learnt, args=(count, path, halted))
    child.start()
    if not halted.wait(PATIENCE):
        raise TimeoutError("the training that is to be killed did not begin")
    child.kill()
    child.join()
    losses_after, parameters_after = learnt(count, path)
    differing = sum(p.hex() != q.hex() for p, q in zip(parameters, parameters_after, strict=True))
    return Figure(
        "training that was killed and resumed",
        "parameters that differ",
        differing + (losses != losses_after),
        Target("ours", "at most", 0.0),
        details={"epochs": count, "parameters": len(parameters)},
    )


def learnt(count: int, path: Path | None = None, halted: Any = None) -> tuple[list[float], list[float]]:
    """The losses and parameters of a training with batches, dropout and Adam, which goes on from a file, if given.

    Given an event as well, it sets it halfway, and waits there to be killed.
    """

    def halt(progress: Progress) -> None:
        if len(progress.losses) > count // 2:
            halted.set()
            time.sleep(PATIENCE)

    rng = random.Random(1337)
    X, y = nn.data.moons(100, rng=rng)
    hidden, last = nn.Layer(2, 8, activation="tanh", rng=rng), nn.Layer(8, 1, nonlin=False, rng=rng)
    model = nn.Sequential(hidden, nn.Dropout(0.1, rng=random.Random(7)), last)
    how: dict[str, Any] = {"batch_size": 16, "rng": rng, "epochs": count, "stop": [halt] if halted else []}
    keep: dict[str, Any] = {"checkpoint": path, "resume": path is not None}
    optimizer = nn.Adam(model.parameters(), lr=0.01)
    history = nn.fit(model, X, y, loss="binary_cross_entropy", optimizer=optimizer, **how, **keep, progress=False)
    return history.losses, [p.data for p in model.parameters()]


def checks(effort: Effort) -> Figure:
    """The checks of scikit-learn that our estimators fail, with their defaults."""
    if effort.quick:
        left_out = {"not measured": "a quick run leaves it out"}
        return Figure("check_estimator", "checks failed", None, Target("ours", "at most", 0.0), details=left_out)
    from nn.sklearn import MLPClassifier, MLPRegressor

    check, kinds = load("sklearn.utils.estimator_checks").check_estimator, (MLPClassifier(), MLPRegressor())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its checks warn of what they skip
        results = [result for kind in kinds for result in check(kind, on_skip=None, on_fail=None)]
    named = {
        status: sorted({result["check_name"] for result in results if result["status"] == status})
        for status in ("passed", "skipped", "failed")
    }
    failed = [result for result in results if result["status"] not in ("passed", "skipped")]
    return Figure(
        "check_estimator",
        "checks failed",
        len(failed),
        Target("ours", "at most", 0.0),
        details={"run": len(results), "skipped": named["skipped"], "failed": named["failed"]},
    )


def reading() -> Figure:
    """The lines that a reader sees on the way of one training step."""
    lines = training_step.lines_of_a_step()
    return Figure(
        "nn/ to read for one training step",
        "lines of code",
        sum(lines.values()),
        Target("ours", "at most", SCREEN),
        details=dict(lines)
        | {
            "fit as a whole": training_step.code_lines(nn.fit),
            "functions of nn/ that an epoch calls": len(training_step.functions_that_run()),
        },
    )
