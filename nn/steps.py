"""Who takes the steps of `fit`: Python one by one, or machine code many at once."""

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from autograd.primitives import Operand, mean
from autograd.value import Value
from nn.losses import Loss
from nn.optim import Optimizer

Model = Callable[[list[Any]], Any]

#: A place in the training, for messages, and the indices of the samples that are learnt from there.
Batch = tuple[str, list[int]]

#: Products of samples, epochs and parameters: above, steps one by one would take about a second.
WORTH_COMPILING = 2_000_000

#: Samples that machine code learns from before Python looks up, for a progress bar or Ctrl-C.
SAMPLES_AT_ONCE = 20_000


class Steps(Protocol):
    """Takes the steps of a training."""

    #: So many epochs may be handed over together, if nobody looks at the model between them.
    epochs_at_once: int

    def take(self, batches: list[Batch]) -> Iterable[float]:
        """The mean loss of each batch, before the step that is taken from it."""


class OneByOne:
    """Takes steps one by one, each on a graph of its own."""

    epochs_at_once = 1

    def __init__(self, model: Model, loss: Loss, rows: list[Any], targets: list[Any], optimizer: Optimizer) -> None:
        self.model = model
        self.loss = loss
        self.rows = rows
        self.targets = targets
        self.optimizer = optimizer

    def take(self, batches: list[Batch]) -> Iterator[float]:
        """The mean loss of each batch, before the step that is taken from it."""
        for place, batch in batches:
            yield self._step(place, batch)

    def _step(self, place: str, batch: list[int]) -> float:
        losses = [self.loss(self.model(self.rows[i]), self.targets[i]) for i in batch]
        batch_loss = made_of_parameters(mean(losses), place)
        refuse_unless_finite(batch_loss.data, place, self.optimizer)
        self.optimizer.zero_grad()
        batch_loss.backward()
        self.optimizer.step()
        return batch_loss.data


class MachineCode:
    """Takes steps as machine code: loss, slopes and the rule of the optimizer, compiled together.

    The parameters and the optimizer have their new numbers whenever `take` returns, also by an error.
    """

    def __init__(self, model: Model, loss: Loss, rows: list[Any], targets: list[Any], optimizer: Optimizer) -> None:
        import autograd
        from autograd.compiler.collector import collector_paused
        from autograd.compiler.training import Training, table

        if any(isinstance(number, Operand) for row in rows for number in row):
            raise TypeError("a row of X holds values: jit=True takes numbers")
        X, y = table(rows), table(targets)
        self.optimizer = optimizer
        self.epochs_at_once = max(1, SAMPLES_AT_ONCE // len(rows))

        def batch_loss(X: Any, y: Any) -> Any:
            return autograd.mean(autograd.vmap(lambda row, target: loss(model(row), target))(X, y))

        with collector_paused():
            self.training = Training(autograd.jit(batch_loss).recording(X, y), optimizer, X, y)

    def take(self, batches: list[Batch]) -> list[float]:
        """The mean loss of each batch, before the step that is taken from it."""
        self.training.read()
        try:
            losses = self.training.run([batch for _, batch in batches])
        finally:
            self.training.write()
        refuse_unless_finite(losses[-1], batches[len(losses) - 1][0], self.optimizer)
        return losses


def steps_of(
    model: Model,
    loss: Loss,
    rows: list[Any],
    targets: list[Any],
    optimizer: Optimizer,
    epochs: int,
    jit: bool | None,
) -> Steps:
    """Who takes the steps: machine code if `jit` says so, or says nothing and it can and pays."""
    one_by_one = OneByOne(model, loss, rows, targets, optimizer)
    if jit:
        return MachineCode(model, loss, rows, targets, optimizer)
    if jit is None and len(rows) * epochs * len(optimizer.parameters) > WORTH_COMPILING:
        try:
            return MachineCode(model, loss, rows, targets, optimizer)
        except Exception:  # what a model does that can't be traced, it does step by step, and says itself what is wrong
            return one_by_one
    return one_by_one


def made_of_parameters(loss: Any, place: str) -> Value:
    """`loss`, if a step can be taken from it."""
    if not isinstance(loss, Value) or loss._row is None:
        raise ValueError(
            f"the loss of {place} is not made of the parameters: the model gave plain numbers, or this runs in no_grad"
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
