"""A program as users write it, with types: mypy and pyright must find nothing in it, and it must run."""

import random
from collections.abc import Sequence
from pathlib import Path

import autograd
import nn
from autograd import Primitive, Value, draw, explain, grad, gradcheck, gradients, no_grad, stepper
from nn import EarlyStopping, penalties, schedules


def parabola(x: Value) -> Value:
    return (x - 1.0) ** 2 + abs(x) / 2


def slopes() -> list[float]:
    """Gradients in numbers and in values."""
    a, b = Value(2.0, label="a"), Value(-3.0)
    y: Value = (a * b + 6.5).tanh() + autograd.relu(a) - 2 / b + autograd.dot([a, b], [1.0, 2.0])
    y.backward()
    (second,) = gradients(gradients(parabola(a), [a])[0], [a])
    number: float = autograd.relu(1.5)  # a number gives a number,
    recorded: Value = autograd.relu(b)  # and a value a value
    gradcheck(parabola, [0.3])
    steep = grad(parabola)
    return [y.data, a.grad, b.grad, second.data, number, recorded.data, float(steep(2.0))]


def pictures(folder: Path) -> Path:
    """A drawing, a page, and an explanation."""
    x = Value(0.5, label="x")
    y = x * x + x
    y.backward()
    path: Path = folder / "graph.svg"
    draw(y, edges="contribution", heat=True).save(path)
    stepper(y).save(folder / "graph.html")
    print(explain(y, x))
    return path


class Scaled(nn.Module):
    """A module of one's own: its parameters are found."""

    def __init__(self, inner: nn.Module) -> None:
        self.inner = inner
        self.scale = Value(1.0)

    def __call__(self, x: Sequence[float]) -> Value:
        with no_grad():
            size = autograd.norm([Value(v) for v in x]).data
        output: Value = self.inner(x)
        return output * self.scale / (1.0 + size)


def training() -> float:
    """A model, trained with most of what `fit` takes."""
    samples = nn.data.moons(40, noise=0.1, rng=random.Random(1))
    X, y = samples
    model = Scaled(nn.MLP(2, [4, 1], rng=random.Random(1)))
    optimizer = nn.Adam(model.parameters(), lr=0.05)
    history = nn.fit(
        model,
        X,
        y,
        loss="binary_cross_entropy",
        penalty=penalties.l2(1e-3),
        optimizer=optimizer,
        epochs=3,
        batch_size=8,
        schedule=schedules.cosine(0.05, epochs=3),
        validation=0.25,
        stop=[EarlyStopping(patience=2)],
        rng=random.Random(1),
        progress=False,
    )
    losses: list[float] = history.losses
    return losses[-1] + nn.accuracy(model, X, y)


def main(folder: Path) -> list[float]:
    """What the program prints."""
    row: Primitive = autograd.tanh
    return [*slopes(), float(pictures(folder).exists()), training(), row(0.0)]
