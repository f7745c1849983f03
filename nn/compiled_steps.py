"""Steps of `fit` as machine code, many at once."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from autograd.modes import mode, no_grad
from autograd.primitives import Operand
from autograd.value import Value
from nn.known import stands_still
from nn.module import Module, modules_of, resting
from nn.optim import Optimizer
from nn.steps import (
    Batch,
    OneByOne,
    Task,
    advise_on_first_loss,
    made_of_parameters,
    python_loss_of,
    refuse_unless_finite,
)

if TYPE_CHECKING:
    from autograd.compiler.recording import Recording

#: Samples that machine code learns from before Python looks up, for a progress bar or Ctrl-C.
SAMPLES_AT_ONCE = 20_000
#: Different targets that are shown to the loss before it is compiled: labels are few, and numbers are all alike.
MOST_TARGETS = 1000


class NotCompiled(TypeError):
    """Why a training is no machine code: a sentence."""


class MachineCode:
    """Takes steps as machine code: loss, slopes and the rule of the optimizer, compiled together.

    The parameters and the optimizer have their new numbers whenever `take` returns, also by an error. Model, loss
    and penalty are recorded: what Python does in them beside arithmetic happens then, and not in the steps.
    A NotCompiled says what stands in the way.
    """

    def __init__(self, task: Task) -> None:
        refuse_what_is_not_compiled(task)
        self.task = task
        self.epochs_at_once = max(1, SAMPLES_AT_ONCE // len(task.rows))
        self.columns = columns_of(task)
        self.held_out: Any = None
        self.compile()

    def compile(self) -> None:
        """Make the machine code, for what model and optimizer are now."""
        from autograd.compiler.collector import collector_paused
        from autograd.compiler.numbering import Unliftable
        from autograd.compiler.repeated import same_recording
        from autograd.compiler.training import Training

        self.compiled_for = what_is_compiled_in(self.task)
        with collector_paused():
            recording = recorded(self.task)
            if not stands_still(self.task) and not same_recording(recording, recorded(self.task)):
                raise NotCompiled(
                    "model and loss are not the same each time they are run: they draw from a source of chance, or "
                    "keep count of something, and machine code would do for ever what they did once: leave out jit=True"
                )
            try:
                self.training = Training(recording, self.task.optimizer, *self.columns)
            except Unliftable as error:
                raise NotCompiled(f"this training has no regular form: {error}; leave out jit=True") from None
            except (TypeError, AttributeError, NotImplementedError) as error:
                kind = type(self.task.optimizer).__name__
                raise NotCompiled(
                    f"the rule of {kind} cannot be compiled: in `moved` and in its clip, p, g and the optimizer's "
                    "lists hold no numbers then; write autograd.where for a branch, autograd.sqrt for math.sqrt, and "
                    "the same arithmetic for every parameter, or leave out jit=True"
                ) from error

    def take(self, batches: list[Batch]) -> list[float]:
        """The loss of each batch, before the step that is taken from it."""
        if what_is_compiled_in(self.task) != self.compiled_for:
            self.compile()
        self.training.read()
        try:
            losses = self.training.run([batch for _, batch in batches])
        finally:
            self.training.write()
        if not math.isfinite(losses[-1]):
            self._refuse(losses[-1], *batches[len(losses) - 1])
        return losses

    def _refuse(self, loss: float, place: str, batch: list[int]) -> None:
        """Raise for a batch whose loss is not finite: what Python says to it, which may know the cause."""
        OneByOne(self.task).batch_loss(batch, place)
        refuse_unless_finite(loss, place, self.task.optimizer)

    def loss_of(self, rows: list[Any], targets: list[Any]) -> float:
        """The mean loss of samples that nothing is learnt from; what Python says, where it is not finite."""
        if self.held_out is None:
            refuse_targets(self.task, rows[0], targets)
            self.held_out = compiled_mean_loss(self.task)
        with no_grad():
            loss = self.held_out(rows, targets)
        loss = float(loss.data if isinstance(loss, Value) else loss)
        return loss if math.isfinite(loss) else python_loss_of(self.task, rows, targets)


def what_is_compiled_in(task: Task) -> list[Any]:
    """The hyperparameters of the optimizer but for its learning rate, and which parameters and modules there are."""
    optimizer = task.optimizer
    kept = [(k, v) for k, v in vars(optimizer).items() if k not in ("steps", "_lr") and type(v) is not list]
    held: list[Value] = task.model.parameters() if isinstance(task.model, Module) else []
    return [kept, *map(id, (*optimizer.parameters, *held, *modules_of(task.model)))]


def columns_of(task: Task) -> tuple[Any, Any]:
    """Rows and targets as arrays."""
    from autograd.compiler.jit import machinery

    machinery()  # says what to install
    from autograd.compiler.training import table

    return table(task.rows), table(task.targets)


def recorded(task: Task) -> "Recording":
    """What is recorded of the loss of a batch."""
    import autograd

    def batch_loss(X: Any, y: Any) -> Any:
        return task.with_penalty(autograd.mean(autograd.vmap(task.sample_loss)(X, y)))

    return autograd.jit(batch_loss).recording(task.rows[:1], task.targets[:1])


def compiled_mean_loss(task: Task) -> Any:
    """The mean loss of samples by a model that is not learning, as a compiled function of rows and targets."""
    import autograd

    def mean_loss(X: Any, y: Any) -> Any:
        with resting(task.model):
            return autograd.mean(autograd.vmap(task.sample_loss)(X, y))

    return autograd.jit(mean_loss)


def refuse_what_is_not_compiled(task: Task) -> None:
    """Raise for what would be different as machine code, or what Python would refuse step by step."""
    if not mode().recording:
        raise ValueError("fit runs inside no_grad, where nothing can be learnt")
    kind = type(task.optimizer)
    if kind.step is not Optimizer.step or kind.descend is not Optimizer.descend:
        raise NotCompiled(
            f"this {kind.__name__} takes its steps in a way of its own, which is not compiled: leave out jit=True"
        )
    width = len(task.rows[0])
    for i, row in enumerate(task.rows):
        if any(isinstance(number, Operand) for number in row):
            raise NotCompiled(f"row {i} of X holds values: jit=True takes numbers")
        if len(row) != width:
            raise ValueError(
                f"jit=True takes rows of one length, got {width} inputs in row 0 and {len(row)} in row {i}"
            )
    if any(isinstance(target, Operand) for target in task.targets):
        raise NotCompiled("y holds values: jit=True takes numbers")
    advise_on_first_loss(task, made_of_parameters(task.sample_loss(task.rows[0], task.targets[0]), "sample 0"))
    refuse_targets(task, task.rows[0], task.targets)


def refuse_targets(task: Task, row: Any, targets: list[Any]) -> None:
    """Raise what the loss raises for a target that is none, such as a side that is 0: machine code would go on."""
    with no_grad():
        prediction = task.model(row)
        for target in distinct(targets)[:MOST_TARGETS]:
            task.loss(prediction, target)


def distinct(targets: Iterable[Any]) -> list[Any]:
    """Targets, equal ones once.

    >>> distinct([1, 0, 1, 1.0, [1, 2], [1, 2]])
    [1, 0, 1.0, [1, 2]]
    """
    return list({repr(target): target for target in targets}.values())
