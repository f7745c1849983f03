"""`fit`: the loop that lets a model learn from samples, and `accuracy`, how often it is right."""

import importlib
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from numbers import Integral
from typing import Any, NamedTuple

from autograd.modes import no_grad
from autograd.primitives import Operand, number
from autograd.value import Value
from nn.checks import check_function, is_sequence, shown, whole_number
from nn.init import check_rng
from nn.losses import Loss, class_index, loss_function
from nn.module import Module
from nn.optim import Optimizer
from nn.steps import MachineCode, Model, OneByOne, Steps

Metric = Callable[[Model, Any, Any], float]


class History(NamedTuple):
    """What happened epoch by epoch.

    losses   the mean loss of the samples, each as it was met, before the step that learnt from it
    metrics  the metric after the epoch; empty without one

    >>> History([0.5, 0.25], []).losses[-1]
    0.25
    """

    losses: list[float]
    metrics: list[float]


def fit(
    model: Model,
    X: Iterable[Any],
    y: Iterable[Any],
    *,
    optimizer: Optimizer,
    loss: Loss | str = "squared_error",
    epochs: int = 100,
    batch_size: int | None = None,
    rng: random.Random | None = None,
    metric: Metric | None = None,
    progress: bool | None = None,
    jit: bool = False,
) -> History:
    """The history of a model that learns from the rows of X and their targets y; the model is changed.

    loss        of one sample, or its name in `nn.losses`; a step goes down the mean over its batch
    optimizer   holds the parameters that learn
    batch_size  samples to a step, drawn in a new order each epoch by `rng` or else by the global `random`;
                without one, every step sees all samples, and nothing is drawn
    metric      a function of (model, X, y), such as `accuracy`, taken after each epoch
    progress    a bar on the error output; by default, if that is a terminal and tqdm is installed
    jit         run as machine code, with results that are the same within rounding, and hundreds of times as fast;
                model and loss are traced once, so that chance and state in them stand still (extra: fast)

    A loss that is not finite stops it with a FloatingPointError before the parameters are changed.

    >>> from nn import SGD, Neuron
    >>> line = Neuron(1, nonlin=False, rng=random.Random(1337))
    >>> history = fit(line, [[0.0], [1.0]], [1.0, 3.0], optimizer=SGD(line.parameters(), lr=0.5))
    >>> round(line.w[0].data, 3), round(line.b.data, 3), len(history.losses)
    (2.0, 1.0, 100)
    """
    rows, targets = samples(X, y)
    loss = loss_function(loss)
    check_learners(model, optimizer)
    if metric is not None:
        check_function("a metric", metric, "(model, X, y)")
    epochs = whole_number("the number of epochs", epochs, least=0)
    draw_batches = batches_of(len(rows), batch_size, rng)
    history = History([], [])
    kind: type[OneByOne] | type[MachineCode] = MachineCode if jit else OneByOne
    steps: Steps = kind(model, loss, rows, targets, optimizer)
    at_once = 1 if metric is not None else steps.epochs_at_once
    for first in with_progress(epochs, at_once, progress, history):
        drawn = [(epoch, draw_batches()) for epoch in range(first, min(first + at_once, epochs))]
        batches = [(f"epoch {epoch}, batch {i}", b) for epoch, several in drawn for i, b in enumerate(several)]
        losses = iter(steps.take(batches))
        for _, several in drawn:
            history.losses.append(sum([next(losses) * len(batch) for batch in several]) / len(rows))
        if metric is not None:
            with no_grad():
                history.metrics.append(number(metric(model, rows, targets), "a metric gives"))
    return history


def check_learners(model: Model, optimizer: Optimizer) -> None:
    """Refuse a model or an optimiser that is none, and a pair of which the one does not know the other."""
    check_function("the model", model, "one row of X")
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"fit takes an optimizer, such as SGD(model.parameters(), lr=0.1), got {optimizer!r}")
    if isinstance(model, Module):
        own = set(map(id, model.parameters()))
        if own.isdisjoint(map(id, optimizer.parameters)):
            raise ValueError(
                f"the optimizer holds none of the parameters of this {type(model).__name__}: "
                "make it from model.parameters(), after the model"
            )


def accuracy(model: Model, X: Iterable[Any], y: Iterable[Any]) -> float:
    """The share of samples that a model classifies right, from 0 to 1.

    With one output, a score above 0 says class 1, and any other the class that is written 0 or -1. With
    several, the largest says the class, counted from 0, and of equal ones the first.

    >>> accuracy(lambda row: row[0], [[2.0], [-1.0], [3.0], [0.5]], [1, -1, -1, 1])
    0.75
    """
    rows, targets = samples(X, y)
    with no_grad():
        hits = sum(is_right(model(row), target) for row, target in zip(rows, targets, strict=True))
    return hits / len(rows)


def is_right(prediction: Any, target: Any) -> bool:
    """Whether one prediction, a score or a list of scores, is of the class `target`.

    >>> is_right(0.3, 1), is_right([0.1, 0.7], 0)
    (True, False)
    """
    if is_sequence(prediction):
        scores = [number_of(score) for score in prediction]
        label = class_index(target, len(scores))
        own = scores[label]
        return all(own > score for score in scores[:label]) and all(own >= score for score in scores[label:])
    if target not in (-1, 0, 1):
        raise ValueError(f"the class of a sample is -1, 0 or 1 where a model has one output, got {target!r}")
    score = number_of(prediction)
    return score > 0.0 if target > 0 else score <= 0.0


def number_of(score: Any) -> float:
    """The number that a score is or holds."""
    return score.data if isinstance(score, Value) else number(score, "a score is")


def samples(X: Iterable[Any], y: Iterable[Any]) -> tuple[list[list[Any]], list[Any]]:
    """The rows of X as lists of plain floats and the targets as plain numbers; values stay as they are.

    >>> samples(((1, 2), (3, 4)), (True, 0.5))
    ([[1.0, 2.0], [3.0, 4.0]], [1, 0.5])
    """
    for name, given in (("X", X), ("y", y)):
        if not is_sequence(given):
            raise TypeError(f"{name} is a list, one item for each sample, got {shown(given)}")
    rows = []
    for i, row in enumerate(X):
        if not is_sequence(row):
            raise TypeError(
                f"X holds rows, each a list of inputs; row {i} is {shown(row)}; "
                "single inputs are written [[x] for x in X]"
            )
        rows.append([item if isinstance(item, Operand) else number(item, "a row of X takes") for item in row])
    targets = [plain_target(target) for target in y]
    if len(rows) != len(targets):
        raise ValueError(f"X and y are of one length, got {len(rows)} rows and {len(targets)} targets")
    if not rows:
        raise ValueError("there is no sample: X and y are empty")
    return rows, targets


def plain_target(target: Any) -> Any:
    """A target as Python's own integer or float; several as a list of them; a value as it is.

    >>> plain_target((1, 0.5))
    [1, 0.5]
    """
    if is_sequence(target):
        return [plain_target(each) for each in target]
    if isinstance(target, Operand):
        return target
    return int(target) if isinstance(target, Integral) else number(target, "y takes")


def batches_of(count: int, batch_size: int | None, rng: random.Random | None) -> Callable[[], list[list[int]]]:
    """A function that gives the batches of an epoch, as lists of the indices of samples.

    >>> batches_of(4, None, None)()
    [[0, 1, 2, 3]]
    >>> [len(batch) for batch in batches_of(5, 2, random.Random(1337))()]
    [2, 2, 1]
    """
    check_rng(rng)
    if batch_size is None:
        return lambda: [list(range(count))]
    size = whole_number("batch_size", batch_size, least=1)

    def draw() -> list[list[int]]:
        order = list(range(count))
        (rng or random).shuffle(order)
        return [order[start : start + size] for start in range(0, count, size)]

    return draw


def with_progress(epochs: int, at_once: int, progress: bool | None, history: History) -> Iterator[int]:
    """The numbers of the epochs, or of every so many that are taken at once, under a bar if one is wanted.

    >>> list(with_progress(5, 2, False, History([], [])))
    [0, 2, 4]
    """
    wanted = sys.stderr.isatty() if progress is None else progress
    bar = load_bar(needed=bool(progress)) if wanted else None
    if bar is None:
        yield from range(0, epochs, at_once)
        return
    with bar(total=epochs, unit=" epochs") as shown:
        for first in range(0, epochs, at_once):
            yield first
            shown.set_postfix(loss=history.losses[-1], refresh=False)
            shown.update(min(at_once, epochs - first))


def load_bar(needed: bool) -> Callable[..., Any] | None:
    """tqdm, which is an extra; without it an error if a bar was asked for, else None."""
    try:
        bar: Callable[..., Any] = importlib.import_module("tqdm").tqdm
    except ImportError as error:
        if needed:
            raise ImportError('a progress bar is drawn by tqdm: pip install "valuegrad[progress]"') from error
        return None
    return bar
