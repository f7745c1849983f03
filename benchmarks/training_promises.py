"""What is promised of a training: what is kept survives a kill, scikit-learn's checks pass, and a step can be read."""

import multiprocessing
import random
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import nn
from benchmarks import training_step
from benchmarks.compiled_frameworks import load
from benchmarks.proof.files.damaged import damaged
from benchmarks.proof.files.killed import killed
from benchmarks.report import Figure, Target
from benchmarks.training import Effort
from nn.stopping import Progress

FILES, FEW_FILES = 2_100, 60  # damaged; `python -m benchmarks proof` has 10,000
KILLS, FEW_KILLS = 300, 4  # and 500
SCREEN = 50  # lines

KEPT_EPOCHS = 60
PATIENCE = 60.0  # seconds that a process may need to begin


def figures(effort: Effort) -> list[Figure]:
    """Kept models, a training that was killed, scikit-learn's checks, the lines of a step."""
    with tempfile.TemporaryDirectory() as folder:
        return [*kept(effort), resumed(Path(folder), effort), checks(effort), reading()]


def kept(effort: Effort) -> list[Figure]:
    """Damaged files and killed savings, by the machinery of the proof, which has thousands."""
    found = damaged(iter(range(FEW_FILES if effort.quick else FILES)))
    kills = killed(iter(range(FEW_KILLS if effort.quick else KILLS)))
    none = Target("ours", "at most", 0.0)
    notes = {"files": found.tried, "refused": found.refused}
    return [
        Figure("corrupt files loaded, or model touched", "files", float(len(found.faults)), none, details=notes),
        Figure(
            "models lost by kill -9 during save", "models", float(len(kills.lost)), none, details={"kills": kills.tried}
        ),
    ]


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
