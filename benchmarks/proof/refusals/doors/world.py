"""What a bad input could change: values, a model that is learning, an optimiser, a file, the modes of the library."""

import random
import sys
from pathlib import Path
from typing import Any

import nn
from autograd import Value
from autograd.modes import mode
from autograd.primitives import TABLE


class World:
    """A small world in which a call is made, afresh for every case."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "model.json"
        self.x, self.y = Value(2.0, label="x"), Value(-3.0, label="y")
        self.z = (self.x * self.y).tanh()
        self.model = nn.MLP(2, [2, 1], activation="tanh", rng=random.Random(1337))
        self.X = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
        self.targets = [0.0, 1.0, 1.0]
        self.parameters = self.model.parameters()
        self.optimizer = nn.SGD(self.parameters, lr=0.1, momentum=0.9)
        self.history = nn.History([0.5, 0.25], validation=[0.6, 0.3])
        self.z.backward()
        self.model([1.0, 2.0]).backward()
        self.optimizer.step()

    def state(self) -> tuple[Any, ...]:
        """Everything in it that a refused call leaves as it was."""
        return (
            [(value.data, value.grad, value.label, len(value.operands)) for value in (self.x, self.y, self.z)],
            [(parameter.data, parameter.grad, parameter.scope) for parameter in self.parameters],
            (self.optimizer.state_dict(), self.optimizer.clip, self.model.training, str(self.history)),
            (self.X, self.targets),
            {path.name: path.read_bytes() for path in self.folder.iterdir()},
            (tuple(TABLE), mode(), hash(random.getstate())),
            figures_open(),
        )


def figures_open() -> int:
    """How many figures pyplot holds; none where nothing was drawn yet."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    return 0 if pyplot is None else len(pyplot.get_fignums())
