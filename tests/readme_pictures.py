"""The pictures in README.md, drawn anew: `python -m tests.readme_pictures` writes them."""

import random
from pathlib import Path

import nn
from autograd import Value, animate, draw, mean

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"


def expression() -> str:
    """The backward pass through the first example, moving."""
    a, b, c = Value(2.0, label="a"), Value(-3.0, label="b"), Value(6.5, label="c")
    y = (a * b + c).tanh()
    y.label = "y"
    y.backward()
    return animate(y).svg


def network() -> str:
    """A small network: what flows through each edge, and how much."""
    model = nn.MLP(2, [3, 1], activation="tanh", rng=random.Random(1))
    loss = (model([Value(1.0, label="x0"), Value(-0.5, label="x1")]) - 1.0) ** 2
    loss.label = "loss"
    loss.backward()
    return draw(loss, edges="contribution", heat=True).svg


def batch() -> str:
    """The loss of a hundred samples: layers, and operations that do the same."""
    rng = random.Random(1337)
    X, y = nn.data.moons(100, rng=rng)
    model = nn.MLP(2, [16, 16, 1], rng=rng)
    losses = [nn.losses.hinge(model(row), 2 * label - 1) for row, label in zip(X, y, strict=True)]
    loss = mean(losses) + nn.penalties.l2(1e-4)(model)
    loss.label = "loss"
    loss.backward()
    return draw(loss, heat=True).svg


PICTURES = {"expression.svg": expression, "network.svg": network, "batch.svg": batch}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, picture in PICTURES.items():
        (FOLDER / name).write_text(picture(), encoding="utf-8")
