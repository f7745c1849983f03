"""A training kept in a file while it runs, so that it goes on where it was killed, to the bit."""

import math
import random
import time
from dataclasses import asdict
from os import PathLike
from pathlib import Path
from typing import Any

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
        content = content_of(KIND, self.path.read_bytes(), self.path)
        parameters, sources = self.optimizer.parameters, self.sources
        if len(content["parameters"]) != len(parameters) or len(content["chance"]) != len(sources):
            raise ValueError(
                f"{self.path} keeps another training: one of {len(content['parameters'])} parameters and "
                f"{len(content['chance'])} sources of chance, not of {len(parameters)} and {len(sources)}"
            )
        history = History.of(content["history"])
        kept = history.columns().keys() - {"loss"}
        if history.losses and kept != asked_for:
            found, wanted = (listed(sorted(names)) or "nothing" for names in (kept, asked_for))
            raise ValueError(
                f"{self.path} keeps a history of {found} beside the loss, and fit is asked for {wanted}: "
                "go on with the same validation, metric and schedule, or begin another file"
            )
        self.optimizer.load_state_dict(content["optimizer"])
        for parameter, number, grad in zip(parameters, content["parameters"], content["gradients"], strict=True):
            parameter.data, parameter.grad = number, grad
        for source, (version, state, gauss) in zip(sources, content["chance"], strict=True):
            (source or random).setstate((version, tuple(state), gauss))
        vars(self.history).update(vars(history))
        self.best.loss, self.best.numbers = content["best"]
