"""A small training that stands still: what weight files and kept trainings are loaded into, to see what they change."""

import random
from pathlib import Path

import nn
from nn.history import History
from nn.resuming import Best, Checkpoint


class Training:
    """A model with its optimizer, history, source of chance and best numbers so far."""

    def __init__(self) -> None:
        self.model = nn.Neuron(2, init=lambda fan_in, fan_out, rng: lambda: 0.25)
        self.optimizer = nn.Adam(self.model.parameters(), lr=0.01)
        self.history = History()
        self.rng = random.Random(1)
        self.best = Best(self.optimizer)

    def checkpoint(self, path: Path) -> Checkpoint:
        """The keeper of this training."""
        return Checkpoint(path, self.model, self.optimizer, self.history, self.best, self.rng)

    def state(self) -> str:
        """Everything that loading may change, as text, to the last bit.

        >>> Training().state() == Training().state()
        True
        """
        numbers = [(p.data, p.grad) for p in self.model.parameters()]
        best = (self.best.loss, self.best.numbers)
        return repr([numbers, self.optimizer.state_dict(), vars(self.history), self.rng.getstate(), best])
