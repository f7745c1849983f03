"""Steps of `fit` as machine code, many at once: when there can be some, and when it pays."""

import importlib.util
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from autograd.frozen import FrozenError
from autograd.modes import mode, no_grad
from autograd.primitives import TABLE, Operand, Primitive
from autograd.value import Value
from nn import penalties
from nn.dropout import Dropout
from nn.losses import LOSSES
from nn.module import Module, parts
from nn.optim import Optimizer
from nn.steps import (
    Batch,
    OneByOne,
    Steps,
    Task,
    advise_on_first_loss,
    made_of_parameters,
    modules_of,
    refuse_unless_finite,
)

if TYPE_CHECKING:
    from autograd.compiler.recording import Recording

#: Samples that machine code learns from before Python looks up, for a progress bar or Ctrl-C.
SAMPLES_AT_ONCE = 20_000

# Seconds, on the machine that the benchmarks ran on. Counts alone decide, so that a program decides alike each time.
OF_A_NODE = 1.0e-6  # to run it once in Python, forward and backward,
OF_AN_OPERAND = 1.2e-7  # and each of its operands
OF_COMPILING = 0.4  # anything, with the imports that it needs,
OF_COMPILING_AN_OPERAND = 8.0e-6  # and each operand of a sample
WORTH = 2.0  # so many times the seconds of compiling are to be spared


class NotCompiled(TypeError):
    """Why a training is no machine code: a sentence."""


def steps_of(task: Task, jit: bool | None) -> Steps:
    """Who takes the steps: machine code, if it is asked for, or unasked where it is safe and pays; else Python."""
    if jit is False or mode().watching:  # whoever looks for an anomaly wants to see the operation that it comes from
        return OneByOne(task)
    if jit:
        return MachineCode(task)
    if not (installed() and stands_still(task) and pays(task)):
        return OneByOne(task)
    try:
        return MachineCode(task)
    except (NotCompiled, FrozenError, ValueError):  # what is wrong with the data is said where Python meets it
        return OneByOne(task)


def installed() -> bool:
    """Whether the packages of the extra `fast` are there."""
    return all(importlib.util.find_spec(name) is not None for name in ("numpy", "llvmlite"))


def stands_still(task: Task) -> bool:
    """Whether nothing in a training can be another thing the next time it is run: all parts of it are known ones.

    Whatever a program brings along may draw from a source of chance, keep a count or look at a clock, which machine
    code would do once and for all. Nobody can see that from outside, so that it is compiled if somebody says so.

    >>> from nn import MLP, SGD, Dropout, Sequential, squared_error
    >>> def task(model):
    ...     return Task(model, squared_error, None, [[1.0]], [1.0], SGD(model.parameters(), lr=0.1), 1)
    >>> stands_still(task(MLP(1, [1]))), stands_still(task(Sequential(Dropout(), MLP(1, [1]))))
    (True, False)
    """
    known_penalty = task.penalty is None or task.penalty.__module__ == penalties.__name__
    return (
        isinstance(task.model, Module)
        and all(is_known(part) for _, _, part in parts(task.model).values())
        and task.loss in LOSSES.values()
        and known_penalty
        and type(task.optimizer).__module__.startswith("nn.optim.")
    )


def is_known(part: Any) -> bool:
    """Whether a part of a model is of a kind that does the same each time."""
    if isinstance(part, Module):
        ours = type(part).__module__.startswith("nn.") and not isinstance(part, Dropout)
        return ours and all(is_known(held) for held in vars(part).values())
    if isinstance(part, Primitive):
        return TABLE.get(part.name) is part
    if isinstance(part, (list, tuple)):
        return all(map(is_known, part))
    return part is None or type(part) in (Value, bool, int, float, str)


def pays(task: Task) -> bool:
    """Whether Python would take longer for all samples of all epochs than compiling them does."""
    from autograd.compiler.recording import operands_first, operands_of

    loss = made_of_parameters(task.sample_loss(task.rows[0], task.targets[0]), "sample 0")
    operands = [len(operands_of(node)) for node in operands_first([loss]) if node._row is not None]
    in_python = len(task.rows) * task.epochs * (OF_A_NODE * len(operands) + OF_AN_OPERAND * sum(operands))
    return in_python > WORTH * (OF_COMPILING + OF_COMPILING_AN_OPERAND * sum(operands))


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
            recording, again = (recorded(self.task) for _ in range(2))
            if not same_recording(recording, again):
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
                    f"the rule of {kind} cannot be compiled: in `moved`, p, g and the optimizer's lists hold no "
                    "numbers then; write autograd.where for a branch, autograd.sqrt for math.sqrt, and the same "
                    "arithmetic for every parameter, or leave out jit=True"
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
        refuse_unless_finite(losses[-1], batches[len(losses) - 1][0], self.task.optimizer)
        return losses

    def loss_of(self, rows: list[Any], targets: list[Any]) -> float:
        """The mean loss of samples that nothing is learnt from."""
        import autograd

        if self.held_out is None:
            model, loss_of_one = self.task.model, self.task.loss

            def mean_loss(X: Any, y: Any) -> Any:
                return autograd.mean(autograd.vmap(lambda row, target: loss_of_one(model(row), target))(X, y))

            self.held_out = autograd.jit(mean_loss)
        with no_grad():
            loss = self.held_out(rows, targets)
        return float(loss.data if isinstance(loss, Value) else loss)


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
    prediction = task.model(task.rows[0])
    advise_on_first_loss(task, made_of_parameters(task.loss(prediction, task.targets[0]), "sample 0"))
    with no_grad():
        for target in distinct(task.targets):  # a label or side that is none is refused here, as it is step by step
            task.loss(prediction, target)


def distinct(targets: Iterable[Any]) -> list[Any]:
    """Targets, equal ones once.

    >>> distinct([1, 0, 1, 1.0, [1, 2], [1, 2]])
    [1, 0, 1.0, [1, 2]]
    """
    return list({repr(target): target for target in targets}.values())
