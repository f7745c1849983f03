"""`sweep`: trial and error done properly. Each choice learns and is tested on every fold of the samples."""

import copy
import math
import random
import statistics
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from typing import Any, NamedTuple

from autograd.modes import no_grad
from autograd.value import Value
from nn.checks import check_function, is_sequence, shown
from nn.data.given import of_one_length
from nn.data.preparing import folds
from nn.init import check_rng
from nn.multistart import check_executor, number_in
from nn.progress import check_progress, counted

#: (choice, X, y, rng) -> a model that has learnt from X and y.
Learn = Callable[[Any, list[Any], list[Any], random.Random], Any]
#: (model, X, y) -> its error, of which less is better.
Error = Callable[[Any, list[Any], list[Any]], float | Value]


class Trial(NamedTuple):
    """What a choice achieved: its errors on what it learnt from, and on what was held out, fold by fold.

    >>> Trial(16, [0.0, 0.1], [0.3, 0.5]).held_out_error
    0.4
    """

    choice: Any
    train_errors: list[float]
    held_out_errors: list[float]

    @property
    def train_error(self) -> float:
        """The mean over the folds."""
        return statistics.fmean(self.train_errors)

    @property
    def held_out_error(self) -> float:
        """The mean over the folds."""
        return statistics.fmean(self.held_out_errors)

    @property
    def deviation(self) -> float:
        """The standard deviation of the errors on what was held out; nan if one of them is not finite."""
        finite = all(map(math.isfinite, self.held_out_errors))
        return statistics.stdev(self.held_out_errors) if finite else math.nan


class Sweep(NamedTuple):
    """All trials, in the order of the choices; printed as a table.

    >>> print(Sweep([Trial(2, [0.4, 0.4], [0.5, 0.4]), Trial(16, [0.0, 0.0], [0.1, 0.1])]))
      choice      train   held out       +-
           2        0.4       0.45    0.071
          16          0        0.1        0  best
    """

    trials: list[Trial]

    @property
    def best(self) -> Trial:
        """The trial with the lowest error on what was held out, nan being the highest; of equal ones, the first."""
        return min(self.trials, key=lambda trial: (math.isnan(trial.held_out_error), trial.held_out_error))

    def __str__(self) -> str:
        width = max([8, *(len(str(trial.choice)) for trial in self.trials)])
        lines = [f"{'choice':>{width}} {'train':>10} {'held out':>10} {'+-':>8}"]
        best = self.best
        for trial in self.trials:
            mark = "  best" if trial is best else ""
            errors = f"{trial.train_error:>10.4g} {trial.held_out_error:>10.4g} {trial.deviation:>8.2g}"
            lines.append(f"{trial.choice!s:>{width}} {errors}{mark}")
        return "\n".join(lines)


def sweep(
    learn: Learn,
    choices: Iterable[Any],
    X: Iterable[Any],
    y: Iterable[Any],
    *,
    error: Error,
    k: int = 5,
    rng: random.Random | None = None,
    executor: Executor | None = None,
    progress: bool | None = None,
) -> Sweep:
    """The errors of each choice by k-fold cross-validation: on what it learnt from, and on what was held out.

    learn     a function of (choice, X, y, rng) that gives a model; a choice is anything, such as a size of hidden
              layer. If it raises a FloatingPointError, as `fit` does when a loss diverges, the errors are inf.
    error     a function of (model, X, y), of which less is better; nothing is recorded in it
    rng       draws the folds, which are the same for all choices, and the chance of each training
    executor  as in `restarts`: runs trainings at once, with the same results
    progress  a bar, as in `restarts`

    Each training has the samples for itself, so that it may change them in place.
    Where the two errors are both high, a choice is too simple; where only the second is, it overfits.

    >>> def learn(degree, X, y, rng):  # means of the targets in bins as a model of 1, 2, ... steps
    ...     def step_of(row):
    ...         return min(degree - 1, int(row[0] * degree))
    ...     steps = [[t for row, t in zip(X, y) if step_of(row) == i] or [0.0] for i in range(degree)]
    ...     return lambda row: sum(steps[step_of(row)]) / len(steps[step_of(row)])
    >>> def error(model, X, y):
    ...     return sum((model(row) - target) ** 2 for row, target in zip(X, y)) / len(y)
    >>> X = [[i / 40] for i in range(40)]
    >>> y = [float(row[0] > 0.5) for row in X]
    >>> sweep(learn, [1, 2, 40], X, y, error=error, rng=random.Random(1)).best.choice
    2
    """
    check_function("learn", learn, "(choice, X, y, rng)")
    check_function("error", error, "(model, X, y)")
    check_rng(rng)
    check_executor(executor)
    check_progress(progress)
    rows, targets = of_one_length(X, y)
    if not is_sequence(choices):
        raise TypeError(f"choices is a list of what is tried, got {shown(choices)}")
    tried = list(choices)
    if not tried:
        raise ValueError("there is nothing to try: choices is empty")
    parts = folds(len(rows), k, rng)
    tasks = [(choice, kept, held_out, (rng or random).getrandbits(64)) for choice in tried for kept, held_out in parts]
    if executor is None:
        errors = [errors_of(learn, error, rows, targets, *task) for task in counted(tasks, "trainings", progress)]
    else:
        futures = [executor.submit(errors_of, learn, error, rows, targets, *task) for task in tasks]
        errors = [future.result() for future in counted(futures, "trainings", progress)]
    by_choice = [errors[i * len(parts) : (i + 1) * len(parts)] for i in range(len(tried))]
    return Sweep(
        [
            Trial(choice, [train for train, _ in found], [held_out for _, held_out in found])
            for choice, found in zip(tried, by_choice, strict=True)
        ]
    )


def errors_of(
    learn: Learn,
    error: Error,
    rows: list[Any],
    targets: list[Any],
    choice: Any,
    kept: list[int],
    held_out: list[int],
    seed: int,
) -> tuple[float, float]:
    """The error of a choice on the samples that were kept to learn from, and on those held out."""

    def samples(indices: list[int]) -> tuple[list[Any], list[Any]]:
        return copy.deepcopy(([rows[i] for i in indices], [targets[i] for i in indices]))

    try:
        model = learn(choice, *samples(kept), random.Random(seed))
    except FloatingPointError:
        return math.inf, math.inf
    except Exception as raised:
        raised.add_note(f"in a training with the choice {choice!r}")
        raise
    with no_grad():
        on_train, on_held_out = (number_in(error(model, *samples(part)), "an error is") for part in (kept, held_out))
    return on_train, on_held_out
