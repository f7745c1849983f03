"""`fit`: the loop that lets a model learn from samples."""

import math
import random
import time
from collections.abc import Callable, Iterable, Sequence
from os import PathLike
from typing import Any

from autograd.accurate import sum_in_order
from autograd.modes import no_grad
from autograd.primitives import number
from nn.advice import check_divergence
from nn.checks import check_function, check_truth, is_sequence, is_truth, share, shown, whole_number
from nn.data.given import samples
from nn.data.preparing import index_batches, train_test_split
from nn.files import place_of
from nn.history import History
from nn.init import check_rng
from nn.losses import Loss, loss_function
from nn.machine import steps_of
from nn.module import Module
from nn.optim import Optimizer
from nn.penalties import Penalty
from nn.progress import check_progress, with_progress
from nn.resuming import Best, Checkpoint
from nn.schedules import Schedule
from nn.steps import Model, Steps, Task
from nn.stopping import Condition, EarlyStopping, Progress

Metric = Callable[[Model, Any, Any], float]


def fit(
    model: Model,
    X: Iterable[Any],
    y: Iterable[Any],
    *,
    optimizer: Optimizer,
    loss: Loss | str = "squared_error",
    penalty: Penalty | None = None,
    epochs: int = 100,
    batch_size: int | None = None,
    rng: random.Random | None = None,
    schedule: Schedule | None = None,
    validation: tuple[Iterable[Any], Iterable[Any]] | float | None = None,
    metric: Metric | None = None,
    stop: Sequence[Condition] = (),
    checkpoint: str | PathLike[str] | None = None,
    resume: bool = False,
    progress: bool | None = None,
    jit: bool | None = None,
) -> History:
    """The history of a model that learns from the rows of X and their targets y; the model is changed.

    loss        of one sample, or its name in `nn.losses`; a step goes down the mean over its batch
    penalty     on top of that, such as `nn.penalties.l2(1e-4)`
    optimizer   holds the parameters that learn
    batch_size  samples to a step, drawn in a new order each epoch by `rng` or else by the global `random`;
                without one, every step sees all samples, and nothing is drawn
    schedule    the learning rate of each epoch, such as `nn.schedules.cosine(0.1, 100)`
    validation  samples held out, as (X, y), or a share of the samples, drawn by `rng`; their loss goes into the history
    metric      a function of (model, X, y), such as `accuracy`, taken after each epoch
    stop        conditions of `nn.stopping`, such as `EarlyStopping(10)`; the first that has a reason ends it
    checkpoint  a file that keeps the training while it runs; with `resume`, it goes on from there, to the bit
    progress    a bar on the error output; by default, if that is a terminal and tqdm is installed
    jit         True for machine code, hundreds of times as fast, with results that are the same within rounding, or an
                error that says why there is none; False for Python; by default machine code for what is made of
                `nn`'s own parts, without chance, where it pays (extra: fast)

    A loss that is not finite stops it with a FloatingPointError before the parameters are changed.

    >>> from nn import SGD, Neuron
    >>> line = Neuron(1, nonlin=False, rng=random.Random(1337))
    >>> history = fit(line, [[0.0], [1.0]], [1.0, 3.0], optimizer=SGD(line.parameters(), lr=0.5))
    >>> round(line.w[0].data, 3), round(line.b.data, 3), len(history.losses)
    (2.0, 1.0, 100)
    """
    check_learners(model, optimizer)
    check_rng(rng)
    check_progress(progress)
    check_ways(penalty, schedule, metric, stop, checkpoint, resume, jit)
    rows, targets, held_out = divided(X, y, validation, rng)
    epochs = whole_number("the number of epochs", epochs, least=0)
    draw_batches = batches_of(len(rows), batch_size, rng)
    task = Task(model, loss_function(loss), penalty, rows, targets, optimizer, epochs)
    steps, history = steps_of(task, jit), History()
    course = Course(task, steps, history, held_out, metric, stop)
    if checkpoint is not None:
        course.checkpoint = Checkpoint(checkpoint, model, optimizer, history, course.best, rng)
        if resume:
            columns = {"validation": held_out, "metric": metric, "rate": schedule}
            course.checkpoint.resume({name for name, given in columns.items() if given is not None})
    looked_at = schedule or held_out or metric or stop or checkpoint is not None
    at_once = 1 if looked_at else steps.epochs_at_once
    for first in with_progress(range(len(history.losses), epochs, at_once), progress, history):
        if history.stopped:
            break
        if schedule is not None:
            optimizer.lr = schedule(first, history.validation or history.losses)
            history.rates.append(optimizer.lr)
        course.run([(epoch, draw_batches()) for epoch in range(first, min(first + at_once, epochs))])
        course.look()
    course.end()
    return history


class Course:
    """A training under way: its epochs, and what is done after each of them."""

    def __init__(
        self,
        task: Task,
        steps: Steps,
        history: History,
        held_out: tuple[list[Any], list[Any]] | None,
        metric: Metric | None,
        stop: Sequence[Condition],
    ) -> None:
        self.task = task
        self.steps = steps
        self.history = history
        self.held_out = held_out
        self.metric = metric
        self.stop = stop
        self.checkpoint: Checkpoint | None = None
        self.best = Best(task.optimizer)
        self.began = time.monotonic()

    def run(self, drawn: list[tuple[int, list[list[int]]]]) -> None:
        """Take the steps of some epochs, of which the batches are drawn."""
        batches = [(f"epoch {epoch}, batch {i}", b) for epoch, several in drawn for i, b in enumerate(several)]
        losses = iter(self.steps.take(batches))
        for _, several in drawn:
            of_batches = [next(losses) * len(batch) for batch in several]
            self.history.losses.append(sum_in_order(of_batches, 0.0) / len(self.task.rows))
            check_divergence(self.history.losses, self.task.optimizer.lr)

    def look(self) -> None:
        """Measure what is asked for after an epoch; keep the training, and see whether it is to stop."""
        task, history = self.task, self.history
        if self.held_out is not None:
            history.validation.append(self.steps.loss_of(*self.held_out))
            self.best.see(history.validation[-1])
        if self.metric is not None:
            with no_grad():
                history.metrics.append(number(self.metric(task.model, task.rows, task.targets), "a metric gives"))
        so_far = Progress(history.losses, history.validation, self.gradient, time.monotonic() - self.began)
        history.stopped = next((reason for condition in self.stop if (reason := condition(so_far))), "")
        if self.checkpoint is not None:
            self.checkpoint.keep()

    def gradient(self) -> float:
        """The length of the gradient of the last batch."""
        return math.hypot(*(p.grad for p in self.task.optimizer.parameters))

    def end(self) -> None:
        """Keep the training as it ended, and then give the model its best parameters, if that was asked for."""
        if self.checkpoint is not None:
            self.checkpoint.keep(at_once=True)
        if any(isinstance(condition, EarlyStopping) and condition.restore_best for condition in self.stop):
            self.best.restore()


def divided(
    X: Iterable[Any], y: Iterable[Any], validation: Any, rng: random.Random | None
) -> tuple[list[Any], list[Any], tuple[list[Any], list[Any]] | None]:
    """The rows and targets to learn from, and those held out, if there are any.

    >>> divided([[1], [2]], [3, 4], ([[5]], [6]), None)
    ([[1.0], [2.0]], [3, 4], ([[5.0]], [6]))
    """
    rows, targets = samples(X, y)
    if validation is None:
        return rows, targets, None
    if is_sequence(validation):
        pair = list(validation)
        if len(pair) != 2:
            raise ValueError(f"validation is a pair (X, y) or a share of the samples, got {len(pair)} items")
        return rows, targets, samples(*pair)
    kept, held_out, kept_targets, held_out_targets = train_test_split(
        rows, targets, share("validation, a pair (X, y) or a share of the samples,", validation), rng
    )
    return kept, kept_targets, (held_out, held_out_targets)


def check_learners(model: Model, optimizer: Optimizer) -> None:
    """Refuse a model or an optimiser that is none, and a pair of which the one does not know the other."""
    check_function("the model", model, "one row of X")
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"fit takes an optimizer, such as SGD(model.parameters(), lr=0.1), got {shown(optimizer)}")
    if isinstance(model, Module):
        own = set(map(id, model.parameters()))
        if own.isdisjoint(map(id, optimizer.parameters)):
            raise ValueError(
                f"the optimizer holds none of the parameters of this {type(model).__name__}: "
                "make it from model.parameters(), after the model"
            )


def check_ways(
    penalty: object, schedule: object, metric: object, stop: object, checkpoint: object, resume: bool, jit: object
) -> None:
    """Refuse ways of training that are none.

    >>> check_ways(None, None, None, EarlyStopping(3), None, False, None)
    Traceback (most recent call last):
    TypeError: stop is a list of conditions, as in [EarlyStopping(10)], got EarlyStopping: EarlyStopping(patience=3...
    """
    for name, given, takes in (
        ("a penalty", penalty, "the model"),
        ("a schedule", schedule, "(epoch, losses)"),
        ("a metric", metric, "(model, X, y)"),
    ):
        if given is not None:
            check_function(name, given, takes)
    if not isinstance(stop, (list, tuple)):
        raise TypeError(f"stop is a list of conditions, as in [EarlyStopping(10)], got {shown(stop)}")
    for condition in stop:
        check_function("a condition to stop", condition, "its progress")
    if checkpoint is not None and not isinstance(checkpoint, (str, PathLike)):
        raise TypeError(f"a checkpoint is the path of a file, got {shown(checkpoint)}")
    if checkpoint is not None:
        place_of(checkpoint)  # refused now, and not after the first epoch
    check_truth("resume", resume)
    if resume and checkpoint is None:
        raise ValueError("resume goes on from a checkpoint: give its path, as in checkpoint='training.json'")
    if not (jit is None or is_truth(jit) or (isinstance(jit, int) and jit in (0, 1))):
        raise TypeError(f"jit is True, False or None, which lets fit choose, got {shown(jit)}")


def batches_of(count: int, batch_size: int | None, rng: random.Random | None) -> Callable[[], list[list[int]]]:
    """A function that gives the batches of an epoch, as lists of the indices of samples.

    >>> batches_of(4, None, None)()
    [[0, 1, 2, 3]]
    >>> [len(batch) for batch in batches_of(5, 2, random.Random(1337))()]
    [2, 2, 1]
    """
    if batch_size is None:
        return lambda: [list(range(count))]
    size = whole_number("batch_size", batch_size, least=1)

    return lambda: index_batches(count, size, rng)
