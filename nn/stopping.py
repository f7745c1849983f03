"""When a training stops before its last epoch, and why.

A condition is a function of a `Progress` that gives the reason to stop, in words, or None. Several are given to `fit`
as a list; the first that has a reason ends it after that epoch, and the reason stands in its history.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from autograd.primitives import number
from nn.checks import at_least_zero, check_truth, whole_number


class Progress(NamedTuple):
    """How far a training has come after an epoch.

    losses      the mean loss of every epoch
    validation  the loss on what is held out after every epoch; empty without any
    gradient    a function that gives the length of the gradient of the last batch
    seconds     since the training began
    """

    losses: Sequence[float]
    validation: Sequence[float]
    gradient: Callable[[], float]
    seconds: float


Condition = Callable[[Progress], str | None]


def target_loss(loss: float) -> Condition:
    """Stop when the loss is as low as wanted: on what is held out, if there is any.

    >>> target_loss(0.1)(Progress([0.5, 0.05], [], lambda: 1.0, 0.0))
    'the loss 0.05 has reached the target 0.1'
    """
    loss = number(loss, "the target loss is")  # below 0 it may be: the logarithm of a density has no sign
    if not math.isfinite(loss):
        raise ValueError(f"the target loss is a finite number, got {loss}")

    def condition(progress: Progress) -> str | None:
        last = watched(progress)[-1]
        return f"the loss {last:.6g} has reached the target {loss:g}" if last <= loss else None

    return condition


def gradient_norm(least: float) -> Condition:
    """Stop when the gradient of the last batch is short: at the bottom of a valley, or on a plateau.

    >>> gradient_norm(1e-3)(Progress([0.5], [], lambda: 1e-4, 0.0))
    'the gradient has the length 0.0001, at most 0.001'
    """
    least = at_least_zero("the length of a gradient", least)

    def condition(progress: Progress) -> str | None:
        length = progress.gradient()
        return f"the gradient has the length {length:.6g}, at most {least:g}" if length <= least else None

    return condition


def no_progress(patience: int, least: float = 1e-4) -> Condition:
    """Stop when the loss has not fallen by a share `least` of its lowest for `patience` epochs.

    >>> no_progress(patience=2)(Progress([0.5, 0.4, 0.41, 0.4], [], lambda: 1.0, 0.0))
    'the loss has not fallen for 2 epochs'
    """
    patience, least = whole_number("patience", patience, least=1), at_least_zero("least", least)

    def condition(progress: Progress) -> str | None:
        stuck = waited(watched(progress), least) >= patience
        return f"the loss has not fallen for {patience} epochs" if stuck else None

    return condition


def wall_time(seconds: float) -> Condition:
    """Stop after the epoch in which so many seconds have passed. The only condition that chance decides.

    >>> wall_time(60)(Progress([0.5], [], lambda: 1.0, 61.2))
    '60 seconds have passed'
    """
    seconds = at_least_zero("the number of seconds", seconds)
    return lambda progress: f"{seconds:g} seconds have passed" if progress.seconds >= seconds else None


@dataclass(frozen=True)
class EarlyStopping:
    """Stop when the loss on what is held out has not fallen for `patience` epochs: from there on, a model overfits.

    restore_best  give the model the parameters of its best epoch back

    >>> EarlyStopping(patience=2)(Progress([0.5, 0.4, 0.3], [0.6, 0.7, 0.8], lambda: 1.0, 0.0))
    'the loss on what is held out has not fallen for 2 epochs'
    """

    patience: int = 10
    restore_best: bool = True

    def __post_init__(self) -> None:
        whole_number("patience", self.patience, least=1)
        check_truth("restore_best", self.restore_best)

    def __call__(self, progress: Progress) -> str | None:
        if not progress.validation:
            raise ValueError("EarlyStopping watches what is held out: give fit a validation=(X, y) or a share of X")
        stuck = waited(progress.validation, 0.0) >= self.patience
        return f"the loss on what is held out has not fallen for {self.patience} epochs" if stuck else None


def watched(progress: Progress) -> Sequence[float]:
    """The losses on what is held out, or else those of the training."""
    return progress.validation or progress.losses


def waited(losses: Sequence[float], least: float) -> int:
    """How many epochs ago the loss last fell, by a share `least` of its lowest.

    >>> waited([3.0, 2.0, 2.0, 1.9999], least=0.01), waited([3.0, 2.0, 1.0], least=0.0)
    (2, 0)
    """
    lowest, since = math.inf, 0
    for loss in losses:
        since += 1
        if fell(loss, lowest, least):
            lowest, since = loss, 0
    return since


def fell(loss: float, lowest: float, least: float) -> bool:
    """Whether a loss is lower than the lowest one before, by a share `least` of that.

    >>> fell(0.5, math.inf, least=0.1), fell(0.95, 1.0, least=0.1), fell(math.nan, math.inf, least=0.1)
    (True, False, False)
    """
    return loss < lowest - (least * abs(lowest) if lowest < math.inf else 0.0)
