"""Steps of `fit`, as Python takes them one by one; machine code takes the same many at once (`nn.compiled_steps`)."""

import math
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple, Protocol

from autograd.modes import no_grad
from autograd.primitives import Operand, mean, number
from autograd.value import Value
from nn.advice import check_reach, check_scale
from nn.checks import shown
from nn.losses import Loss
from nn.module import resting
from nn.optim import Optimizer
from nn.penalties import Penalty

Model = Callable[[list[Any]], Any]

#: A place in the training, for messages, and the indices of the samples that are learnt from there.
Batch = tuple[str, list[int]]


class Task(NamedTuple):
    """What is to be learnt, by what, from which samples, and how."""

    model: Model
    loss: Loss
    penalty: Penalty | None
    rows: list[Any]
    targets: list[Any]
    optimizer: Optimizer
    epochs: int

    def sample_loss(self, row: Any, target: Any) -> Any:
        """The loss of one sample."""
        return self.loss(self.model(row), target)

    def with_penalty(self, loss: Any) -> Any:
        """The loss of a batch, and on top of it the penalty, if there is one."""
        return loss if self.penalty is None else loss + penalty_on(self.model, self.penalty)


def penalty_on(model: Any, penalty: Penalty) -> Any:
    """What a penalty gives for a model.

    >>> penalty_on(None, lambda model: None)
    Traceback (most recent call last):
    TypeError: the penalty gives None: let its function return a number or a value
    """
    given = penalty(model)
    if given is None:
        raise TypeError("the penalty gives None: let its function return a number or a value")
    if not isinstance(given, Operand):
        number(given, "the penalty gives a value or")
    return given


class Steps(Protocol):
    """Takes the steps of a training."""

    #: So many epochs may be handed over together, if nobody looks at the model between them.
    epochs_at_once: int

    def take(self, batches: list[Batch]) -> Iterable[float]:
        """The loss of each batch, before the step that is taken from it."""

    def loss_of(self, rows: list[Any], targets: list[Any]) -> float:
        """The mean loss of samples that nothing is learnt from."""


class OneByOne:
    """Takes steps one by one, each on a graph of its own."""

    epochs_at_once = 1

    def __init__(self, task: Task) -> None:
        self.task = task
        self.advised = False

    def take(self, batches: list[Batch]) -> Iterator[float]:
        """The loss of each batch, before the step that is taken from it."""
        for place, batch in batches:
            yield self.task.optimizer.descend(partial(self.batch_loss, batch, place)).data

    def batch_loss(self, batch: list[int], place: str) -> Value:
        """The mean loss of some samples with its penalty, if a step can be taken from it."""
        task = self.task
        losses = [task.sample_loss(task.rows[i], task.targets[i]) for i in batch]
        loss = made_of_parameters(task.with_penalty(self.looked_at(mean_of_losses(losses))), place)
        refuse_unless_finite(loss.data, place, task.optimizer)
        return loss

    def looked_at(self, loss: Any) -> Any:
        """The loss; if it is the first, after a look at what is hardly ever meant."""
        if not self.advised:
            self.advised = True
            advise_on_first_loss(self.task, loss)
        return loss

    def loss_of(self, rows: list[Any], targets: list[Any]) -> float:
        """The mean loss of samples that nothing is learnt from."""
        return python_loss_of(self.task, rows, targets)


def mean_of_losses(losses: list[Any]) -> Any:
    """The mean of the losses of some samples.

    >>> mean_of_losses([0.5, None])
    Traceback (most recent call last):
    TypeError: the loss of a sample is a value or a real number, got NoneType: None
    """
    try:
        return mean(losses)
    except TypeError:
        for loss in losses:
            if not isinstance(loss, Value):
                number(loss, "the loss of a sample is a value or")
        raise


def advise_on_first_loss(task: Task, loss: Any) -> None:
    """Warn of parameters that a loss, without its penalty, does not reach, and of inputs far from their scale."""
    if isinstance(loss, Value):
        check_reach(task.model, task.optimizer.parameters, loss)
        check_scale(task.rows, loss)


def python_loss_of(task: Task, rows: list[Any], targets: list[Any]) -> float:
    """The mean loss of samples, computed without recording, by a model that is not learning meanwhile."""
    with resting(task.model), no_grad():
        losses = [task.sample_loss(row, target) for row, target in zip(rows, targets, strict=True)]
        return float(mean([loss.data if isinstance(loss, Value) else loss for loss in losses]))


def made_of_parameters(loss: Any, place: str) -> Value:
    """`loss`, if a step can be taken from it."""
    if not isinstance(loss, Value) or loss._row is None:
        raise ValueError(
            f"the loss of {place} is not made of the parameters, got {shown(loss)}: "
            "the model gave plain numbers, or this runs in no_grad"
        )
    return loss


def refuse_unless_finite(loss: float, place: str, optimizer: Optimizer) -> None:
    """An error that says where a loss became inf or nan, if it did."""
    if not math.isfinite(loss):
        advice = (
            f"lower the learning rate, which is {optimizer.lr}, unless X or y holds a nan or inf"
            if optimizer.steps
            else "no step was taken yet, so look for a nan or inf in X, y and the parameters"
        )
        raise FloatingPointError(f"the loss became {loss} in {place}, counted from 0: {advice}")
