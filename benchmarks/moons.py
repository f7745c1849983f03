"""micrograd's demo, one training step: 100 points of two moons, a network 2-16-16-1, hinge loss and L2."""

import math
import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from benchmarks.peers import network_class, value_class

SEED = 1337
SHAPE = [2, 16, 16, 1]
NOISE = 0.1

COUNT = 100

Points = list[tuple[list[float], float]]


def points(count: int = COUNT) -> Points:
    """Points of two moons, each with its side, -1 or 1: the hundred that the demo draws, or another number like them.

    They are plain floats for every library: with NumPy's scalars micrograd would be 6 % slower.
    Without scikit-learn the hundred too are drawn by the formula.
    """
    if count != COUNT:
        return points_by_formula(count)
    try:
        from sklearn.datasets import make_moons  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        return points_by_formula(count)
    places, sides = make_moons(n_samples=count, noise=NOISE, random_state=SEED)
    return [(place, 2.0 * side - 1.0) for place, side in zip(places.tolist(), sides.tolist(), strict=True)]


def points_by_formula(count: int) -> Points:
    """The same two half circles, upper and lower, with normal noise from the standard library.

    >>> len(points_by_formula(10)), {side for _, side in points_by_formula(10)} == {-1.0, 1.0}
    (10, True)
    """
    rng = random.Random(SEED)
    drawn: Points = []
    for i in range(count):
        angle = math.pi * (i // 2) / max(1, (count - 1) // 2)
        x, y = (math.cos(angle), math.sin(angle)) if i % 2 == 0 else (1.0 - math.cos(angle), 0.5 - math.sin(angle))
        drawn.append(([x + rng.gauss(0.0, NOISE), y + rng.gauss(0.0, NOISE)], -1.0 if i % 2 == 0 else 1.0))
    return drawn


class WrittenOut:
    """A network as a script writes it: products and sums of two operands, on any library's values."""

    def __init__(self, value: Any, shape: Sequence[int]) -> None:
        self.layers = [
            [([value(random.uniform(-1, 1)) for _ in range(inputs)], value(0.0)) for _ in range(outputs)]
            for inputs, outputs in pairwise(shape)
        ]

    def __call__(self, x: list[Any]) -> Any:
        for layer in self.layers:
            x = [sum((w * v for w, v in zip(weights, x, strict=True)), bias) for weights, bias in layer]
            if layer is not self.layers[-1]:
                x = [v.relu() for v in x]
        return x[0]

    def parameters(self) -> list[Any]:
        """Every weight and bias, neuron by neuron."""
        return [p for layer in self.layers for weights, bias in layer for p in (*weights, bias)]

    def zero_grad(self) -> None:
        """Set every gradient to 0."""
        for p in self.parameters():
            p.grad = 0.0


def training_step(model: Any, value: Any, data: Points) -> Callable[[], float]:
    """A function that trains `model` by one step of the demo, the same code for every library, and gives the loss."""

    def step() -> float:
        inputs = [[value(x) for x in place] for place, _ in data]
        scores = [model(x) for x in inputs]
        losses = [(1 + -side * score).relu() for (_, side), score in zip(data, scores, strict=True)]
        loss = sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(p * p for p in model.parameters())
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= 0.05 * p.grad
        return float(loss.data)

    return step


def demo(library: str, count: int = COUNT) -> Callable[[], float]:
    """The demo on a library's own network."""
    random.seed(SEED)
    return training_step(network_class(library)(SHAPE[0], SHAPE[1:]), value_class(library), points(count))


def written_out(library: str, count: int = COUNT) -> Callable[[], float]:
    """The demo on a network of two-operand nodes."""
    value = value_class(library)
    random.seed(SEED)
    return training_step(WrittenOut(value, SHAPE), value, points(count))
