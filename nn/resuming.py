"""A training kept in a file while it runs, so that it goes on where it was killed, to the bit."""

import math
import random
import time
from dataclasses import asdict
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from nn.checks import shown
from nn.files import content_of, document, replace_file
from nn.history import History
from nn.module import listed, modules_of
from nn.optim import Optimizer
from nn.steps import Model

KIND = "valuegrad training"
SECONDS_BETWEEN = 1.0  # from one writing to the next: forcing a file to the disk takes milliseconds


class Best:
    """The numbers of the parameters after the best epoch so far."""

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer = optimizer
        self.loss = math.inf
        self.numbers: list[float] = []

    def see(self, loss: float) -> None:
        """Take note of the loss on what is held out, and of the parameters if it is the lowest."""
        if loss < self.loss:
            self.loss, self.numbers = loss, [p.data for p in self.optimizer.parameters]

    def restore(self) -> None:
        """Give the parameters the numbers of the best epoch."""
        for parameter, number in zip(self.optimizer.parameters, self.numbers, strict=bool(self.numbers)):
            parameter.data = number


class Checkpoint:
    """The file that keeps a training: parameters, optimizer, history, sources of chance, and the best so far.

    The sources are `rng`, from which batches are drawn, and every `random.Random` that a module holds.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        model: Model,
        optimizer: Optimizer,
        history: History,
        best: Best,
        rng: random.Random | None,
    ) -> None:
        self.path = Path(path)
        self.optimizer = optimizer
        self.history = history
        self.best = best
        held = [part for module in modules_of(model) for part in vars(module).values()]
        sources = [rng, *(part for part in held if isinstance(part, random.Random))]
        self.sources = list({id(source): source for source in sources}.values())
        for source in self.sources:
            check_source(source or random)
        self.written = -math.inf

    def keep(self, at_once: bool = False) -> None:
        """Write the training as it is now, unless that was done a moment ago."""
        now = time.monotonic()
        if at_once or now - self.written >= SECONDS_BETWEEN:
            replace_file(self.path, document(KIND, self.content()))
            self.written = now

    def content(self) -> dict[str, Any]:
        """The training as plain data."""
        return {
            "parameters": [p.data for p in self.optimizer.parameters],
            "gradients": [p.grad for p in self.optimizer.parameters],
            "optimizer": self.optimizer.state_dict(),
            "history": asdict(self.history),
            "chance": [(source or random).getstate() for source in self.sources],
            "best": [self.best.loss, self.best.numbers],
        }

    def resume(self, asked_for: set[str]) -> None:
        """Go on from the file, if there is one; where it does not fit, a ValueError, and nothing changes.

        asked_for  the columns that the history is to have beside the loss
        """
        if not self.path.exists():
            return
        kept = kept_in(content_of(KIND, self.path.read_bytes(), self.path), self.path)
        parameters, sources = self.optimizer.parameters, self.sources
        if len(kept.parameters) != len(parameters) or len(kept.chance) != len(sources):
            raise ValueError(
                f"{self.path} keeps another training: one of {len(kept.parameters)} parameters and "
                f"{len(kept.chance)} sources of chance, not of {len(parameters)} and {len(sources)}"
            )
        columns = kept.history.columns().keys() - {"loss"}
        if kept.history.losses and columns != asked_for:
            found, wanted = (listed(sorted(names)) or "nothing" for names in (columns, asked_for))
            raise ValueError(
                f"{self.path} keeps a history of {found} beside the loss, and fit is asked for {wanted}: "
                "go on with the same validation, metric and schedule, or begin another file"
            )
        try:
            self.optimizer.load_state_dict(kept.optimizer)
        except TypeError as error:
            raise ValueError(f"{self.path} keeps another training: {error}") from None
        for parameter, number, grad in zip(parameters, kept.parameters, kept.gradients, strict=True):
            parameter.data, parameter.grad = number, grad
        for source, state in zip(sources, kept.chance, strict=True):
            (source or random).setstate(state)
        vars(self.history).update(vars(kept.history))
        self.best.loss, self.best.numbers = kept.best_loss, kept.best


class Kept(NamedTuple):
    """What the file of a training holds, each part of the kind that it is meant to be."""

    parameters: list[float]
    gradients: list[float]
    optimizer: dict[str, Any]
    history: History
    chance: list[tuple[Any, ...]]
    best_loss: float
    best: list[float]


def kept_in(content: dict[str, Any], path: object) -> Kept:
    """What `Checkpoint.content` gave; a ValueError if anything else was put into the file.

    >>> kept_in({"parameters": [1.0]}, "training.json")
    Traceback (most recent call last):
    ValueError: training.json holds no training as fit keeps it (KeyError: 'best')
    """
    try:
        (best_loss,), best = floats(content["best"][:1]), floats(content["best"][1])
        kept = Kept(
            floats(content["parameters"]),
            floats(content["gradients"]),
            dict(content["optimizer"]),
            history_of(content["history"]),
            list(map(state_of, content["chance"])),
            best_loss,
            best,
        )
        if len(kept.gradients) != len(kept.parameters) or len(kept.best) not in (0, len(kept.parameters)):
            raise ValueError("there is not one number for each parameter")
    except (LookupError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{path} holds no training as fit keeps it ({type(error).__name__}: {error})") from None
    return kept


def floats(held: Any) -> list[float]:
    """A list of floats, if it is one.

    >>> floats([0.5, "1"])
    Traceback (most recent call last):
    TypeError: a list of numbers, got list: [0.5, '1']
    """
    if not isinstance(held, list) or not all(type(item) is float for item in held):
        raise TypeError(f"a list of numbers, got {shown(held)}")
    return held


def history_of(record: Any) -> History:
    """A history whose columns are numbers, one for each epoch."""
    history = History.of(record)
    columns = [history.losses, history.metrics, history.validation, history.rates]
    if len({len(floats(column)) for column in columns if column != []}) > 1 or not isinstance(history.stopped, str):
        raise ValueError("its history has not one number for each epoch")
    return history


def check_source(source: Any) -> None:
    """Refuse a source of chance that a file cannot keep, before anything is drawn from it.

    >>> check_source(random.SystemRandom())
    Traceback (most recent call last):
    TypeError: a checkpoint keeps the state of a random.Random, and a SystemRandom has none of that form
    """
    try:
        state_of(source.getstate())
    except (NotImplementedError, TypeError, ValueError):
        kind = type(source).__name__
        raise TypeError(
            f"a checkpoint keeps the state of a random.Random, and a {kind} has none of that form"
        ) from None


def state_of(held: Any) -> tuple[Any, ...]:
    """The state of a source of chance, if it is one: what a `random.Random` accepts."""
    version, state, gauss = held
    random.Random().setstate((version, tuple(state), gauss))
    if gauss is not None:
        floats([gauss])
    return version, tuple(state), gauss
