"""The networks that compiled code is measured on: their sizes, first parameters and samples, and what a step gives."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np

from benchmarks import moons

Array = Any  # a numpy.ndarray
SEED = 1337
LEARNING_RATE = 0.05  # of training loops
TOLERANCE = 1e-9  # how far a peer's loss and gradients may be from NumPy's, in parts of the largest


@dataclass(frozen=True)
class Effort:
    """How much is measured: a full run takes minutes, a quick one seconds and only shows that all works."""

    turns: int = 15  # in which all contestants are timed, one after the other
    milliseconds: float = 20.0  # of repeated steps in a turn
    batches: tuple[int, int, int] = (100, 32, 128)  # of the moons, and of the wide network
    wide: tuple[int, ...] = (64, 128, 128, 10)  # its layers
    micrograd_steps: int = 5
    fit_steps: int = 20_000  # of the moons in one call of fit
    seeds: int = 5  # of the digits
    accuracy: float = 0.97  # on the digits that are held out
    nodes: tuple[int, ...] = (10_000, 100_000, 1_000_000)  # of an irregular graph
    chain: int = 1_000_000
    torch_compile: bool = True  # takes a minute


QUICK = Effort(
    turns=2,
    milliseconds=0.5,
    batches=(20, 8, 9),
    wide=(16, 24, 24, 5),
    micrograd_steps=1,
    fit_steps=20,
    seeds=1,
    accuracy=0.8,
    nodes=(1000,),
    chain=10_000,
    torch_compile=False,
)


@dataclass(frozen=True)
class Work:
    """One step to be timed: the gradient of a mean loss over a batch plus decay * (squares of all parameters).

    >>> MOONS.shape, len(MOONS.parameters()), MOONS.smaller(20).samples()[0].shape
    ((2, 16, 16, 1), 6, (20, 2))
    """

    name: str
    shape: tuple[int, ...]
    activation: Literal["relu", "tanh"]
    loss: Literal["hinge", "cross_entropy"]
    batch: int
    decay: float = 0.0

    def smaller(self, batch: int, shape: tuple[int, ...] = ()) -> "Work":
        """The same with another number of samples, and perhaps other layers."""
        return replace(self, batch=batch, shape=shape or self.shape)

    @property
    def sizes(self) -> str:
        """The layers, as in 2-16-16-1."""
        return "-".join(map(str, self.shape))

    def parameters(self) -> list[Array]:
        """Weights, as rows of inputs, and biases, layer by layer."""
        rng = np.random.default_rng(SEED)
        drawn = []
        for inputs, outputs in pairwise(self.shape):
            reach = 1.0 / np.sqrt(inputs)
            drawn += [rng.uniform(-reach, reach, (outputs, inputs)), rng.uniform(-reach, reach, outputs)]
        return drawn

    def samples(self) -> tuple[Array, Array]:
        """A row of inputs for each sample; its side, -1 or 1, or its label."""
        if self.shape[0] == 2:
            drawn = moons.points(self.batch)
            return np.array([place for place, _ in drawn]), np.array([side for _, side in drawn])
        rng = np.random.default_rng(SEED)
        X, labels = rng.normal(size=(self.batch, self.shape[0])), rng.integers(0, max(2, self.shape[-1]), self.batch)
        return X, labels if self.loss == "cross_entropy" else 2.0 * labels - 1.0


#: The three that are measured.
MOONS = Work("moons", (2, 16, 16, 1), "relu", "hinge", 100, decay=1e-4)
WIDE = Work("wide", (64, 128, 128, 10), "tanh", "cross_entropy", 32)
SINGLE = Work("single sample", (64, 64, 64, 1), "relu", "hinge", 1)


class Outcome(NamedTuple):
    """A loss, and its gradient for each array of parameters."""

    loss: float
    gradients: list[Array]


class NotMeasured(Exception):
    """Why a peer cannot run here."""


@dataclass(frozen=True)
class Contestant:
    """A program that takes the step: `step` is timed, and `outcome` says what it computed.

    outcome   loss and gradients; of a training loop, the first loss and how far each parameter went
    steps     how many steps of training one call takes
    overhead  is timed too, and subtracted: what a call costs besides its steps
    """

    step: Callable[[], Any]
    outcome: Callable[[], Outcome]
    steps: int = 1
    overhead: Callable[[], Any] | None = None


def check(outcome: Outcome, expected: Outcome, name: str) -> None:
    """Refuse to time a program that computes something else.

    >>> check(Outcome(1.0, [np.ones(2)]), Outcome(1.0, [np.zeros(2)]), "peer")
    Traceback (most recent call last):
    ArithmeticError: peer computes something else: its loss is off by 0, its gradients by 1
    """
    off = abs(outcome.loss - expected.loss)
    scale = np.max([np.abs(g).max() for g in expected.gradients])
    furthest = np.max([np.abs(g - e).max() for g, e in zip(outcome.gradients, expected.gradients, strict=True)])
    if not (off <= TOLERANCE * abs(expected.loss) and furthest <= TOLERANCE * scale):
        raise ArithmeticError(
            f"{name} computes something else: its loss is off by {off:.2g}, its gradients by {furthest:.2g}"
        )


def by_neuron(arrays: list[Array]) -> list[float]:
    """Parameters in the order of a model's own: each neuron's weights, then its bias.

    >>> by_neuron([np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0, 6.0])])
    [1.0, 2.0, 5.0, 3.0, 4.0, 6.0]
    """
    layers = zip(arrays[::2], arrays[1::2], strict=True)
    return [x for weights, biases in layers for x in np.column_stack([weights, biases]).ravel().tolist()]


def by_layer(numbers: list[float], shape: tuple[int, ...]) -> list[Array]:
    """The same back as weights and biases, layer by layer.

    >>> by_layer([1.0, 2.0, 5.0, 3.0, 4.0, 6.0], (2, 2))[1]
    array([5., 6.])
    """
    arrays, at = [], 0
    for inputs, outputs in pairwise(shape):
        layer = np.array(numbers[at : at + outputs * (inputs + 1)]).reshape(outputs, inputs + 1)
        at += layer.size
        arrays += [layer[:, :-1].copy(), layer[:, -1].copy()]
    return arrays


def works(effort: Effort) -> tuple[Work, Work, Work]:
    """The moons, and the wide network with its two batches."""
    moons, *wide = effort.batches
    first, second = (WIDE.smaller(batch, effort.wide) for batch in wide)
    return MOONS.smaller(moons), first, second
