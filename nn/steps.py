"""Who takes the steps of `fit`: Python one by one, or machine code many at once."""

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from autograd.modes import mode, no_grad
from autograd.primitives import Operand, mean
from autograd.value import Value
from nn.losses import Loss
from nn.optim import Optimizer

Model = Callable[[list[Any]], Any]

#: A place in the training, for messages, and the indices of the samples that are learnt from there.
Batch = tuple[str, list[int]]

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

    The parameters and the optimizer have their new numbers whenever `take` returns, also by an error. The model
    and the loss are run once, to be traced: chance and state in them would be what they were then.
    """

    def __init__(self, model: Model, loss: Loss, rows: list[Any], targets: list[Any], optimizer: Optimizer) -> None:
        from autograd.compiler.training import table

        refuse_what_is_not_traced(model, loss, rows, targets, optimizer)
        self.model, self.loss = model, loss
        self.X, self.y = table(rows), table(targets)
        self.optimizer = optimizer
        self.epochs_at_once = max(1, SAMPLES_AT_ONCE // len(rows))
        self.compile()

    def compile(self) -> None:
        """Make the machine code, for the hyperparameters that the optimizer has now."""
        import autograd
        from autograd.compiler.collector import collector_paused
        from autograd.compiler.training import Training

        def batch_loss(X: Any, y: Any) -> Any:
            return autograd.mean(autograd.vmap(lambda row, target: self.loss(self.model(row), target))(X, y))

        self.hyperparameters = hyperparameters(self.optimizer)
        with collector_paused():
            recording = autograd.jit(batch_loss).recording(self.X, self.y)
            self.training = Training(recording, self.optimizer, self.X, self.y)

    def take(self, batches: list[Batch]) -> list[float]:
        """The mean loss of each batch, before the step that is taken from it."""
        if hyperparameters(self.optimizer) != self.hyperparameters:
            self.compile()
        self.training.read()
        try:
            losses = self.training.run([batch for _, batch in batches])
        finally:
            self.training.write()
        refuse_unless_finite(losses[-1], batches[len(losses) - 1][0], self.optimizer)
        return losses


def hyperparameters(optimizer: Optimizer) -> dict[str, Any]:
    """What an optimizer holds besides its parameters, its lists and its count of steps."""
    return {name: value for name, value in vars(optimizer).items() if name != "steps" and type(value) is not list}


def refuse_what_is_not_traced(
    model: Model, loss: Loss, rows: list[Any], targets: list[Any], optimizer: Optimizer
) -> None:
    """Raise for what would be different as machine code, or would raise step by step."""
    if not mode().recording:
        raise ValueError("fit runs inside no_grad, where nothing can be learnt")
    if type(optimizer).step is not Optimizer.step:
        raise TypeError(
            f"{type(optimizer).__name__} has a step of its own, which cannot be compiled: leave out jit=True"
        )
    width = len(rows[0])
    for i, row in enumerate(rows):
        if any(isinstance(number, Operand) for number in row):
            raise TypeError(f"row {i} of X holds values: jit=True takes numbers")
        if len(row) != width:
            raise ValueError(
                f"jit=True takes rows of one length, got {width} inputs in row 0 and {len(row)} in row {i}"
            )
    prediction = model(rows[0])
    made_of_parameters(loss(prediction, targets[0]), "sample 0")
    with no_grad():
        for target in targets:  # a label or side that is none is refused here, as it is step by step
            loss(prediction, target)


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
