"""The main job on real input: draw an expression, check its gradients, train on two moons and on digits."""

import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nn
from autograd.check import gradcheck
from autograd.drawing import draw
from autograd.value import Value
from nn.progress import with_progress

NUMBERS = {"a": 2.0, "b": -3.0, "c": 6.5}  # those of the README's first example
STEPS = 100
EPOCHS = 8


def run_demo(out: str) -> None:
    """Run the three parts, and leave two pictures and every figure in the folder `out`.

    Raises an error that names the operand if a gradient does not agree with its measurement.
    """
    datasets = sklearn_datasets()
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    results = {
        "expression": demo_expression(folder / "expression.svg"),
        "moons": demo_moons(*two_moons(datasets), folder / "neuron.svg"),
        "digits": demo_digits(datasets.load_digits()),
    }
    (folder / "demo.json").write_text(json.dumps(results, indent=2) + "\n")
    print(f"\n{time.perf_counter() - start:.0f} seconds. Left in {folder}, for a browser and for programs:\n")
    print("   expression.svg   part 1: a box for each value with its gradient, on each edge the local slope")
    print("   neuron.svg       part 2: a neuron of the trained network, with its own gradients at one of the points")
    print("   demo.json        every gradient, loss and accuracy")


def expression(a: Value, b: Value, c: Value) -> Value:
    """The expression of part 1.

    >>> expression(Value(2.0), Value(-3.0), Value(6.0)).data
    0.0
    """
    return (a * b + c).tanh()


def demo_expression(picture: Path) -> dict[str, Any]:
    """Backpropagation through one expression, drawn and held against finite differences."""
    print(f"1. y = tanh(a * b + c) at {', '.join(f'{k} = {v:g}' for k, v in NUMBERS.items())}\n")
    inputs = [Value(number, label=name) for name, number in NUMBERS.items()]
    y = expression(*inputs)
    y.label = "y"
    y.backward()
    draw(y).save(picture)
    checks = gradcheck(expression, inputs)
    print(f"   {'':8}{'gradient':>16}{'measured':>16}{'difference':>14}")
    for check in checks:
        difference = abs(check.gradient - check.measured)
        print(f"   {check.name:8}{check.gradient:16.9g}{check.measured:16.9g}{difference:14.1e}")
    return {check.name: {"gradient": check.gradient, "measured": check.measured} for check in checks}


def demo_moons(points: Sequence[Any], targets: Sequence[float], picture: Path) -> dict[str, Any]:
    """micrograd's published run: 100 points of two moons, 2-16-16-1 units, hinge loss, 100 steps."""
    print("\n2. Two moons, 337 parameters, micrograd's published run\n")
    random.seed(1337)
    model = nn.MLP(2, [16, 16, 1])
    history = nn.History([], [])
    for step in with_progress(range(STEPS), None, history):
        loss, accuracy = moons_loss(model, points, targets)
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= (1.0 - 0.9 * step / STEPS) * p.grad
        history.losses.append(loss.data)
        history.metrics.append(accuracy)
    for step in (0, STEPS - 1):
        print(f"   step {step}: loss {history.losses[step]:.6f}, accuracy {history.metrics[step]:.0%}")
    draw(strongest_neuron(model, points[-1])).save(picture)
    return {"losses": history.losses, "accuracies": history.metrics}


def moons_loss(model: nn.MLP, points: Sequence[Any], targets: Sequence[float]) -> tuple[Value, float]:
    """The mean hinge loss with an L2 penalty of 1e-4, written as in micrograd's notebook, and the accuracy."""
    inputs = [list(map(Value, point)) for point in points]
    scores = list(map(model, inputs))
    losses = [(1 + -target * score).relu() for target, score in zip(targets, scores, strict=True)]
    data_loss = sum(losses) * (1.0 / len(losses))
    penalty = 1e-4 * sum(p * p for p in model.parameters())
    hits = [(target > 0) == (score.data > 0) for target, score in zip(targets, scores, strict=True)]
    return data_loss + penalty, sum(hits) / len(hits)


def strongest_neuron(model: nn.MLP, point: Sequence[float]) -> Value:
    """The largest result of the first layer at a point, after backpropagation through its neuron alone."""
    layer = model.layers[0]
    results: list[Value] = layer([Value(number, label=name) for number, name in zip(point, "xy", strict=True)])
    result, neuron = max(zip(results, layer.neurons, strict=True), key=lambda pair: pair[0].data)
    for name, parameter in neuron.named_parameters():
        parameter.label = name
    model.zero_grad()
    result.backward()
    return result


def two_moons(datasets: Any) -> tuple[list[list[float]], list[float]]:
    """The 100 points of the published run, and -1 or 1 for each."""
    points, labels = datasets.make_moons(n_samples=100, noise=0.1, random_state=1337)
    return points.tolist(), [float(2 * label - 1) for label in labels]


def demo_digits(digits: Any) -> dict[str, Any]:
    """A small MLP on 1,797 handwritten digits of 8 x 8 pixels, tested on a quarter that it never saw."""
    print("\n3. Handwritten digits (scikit-learn's copy of the UCI set), 64-24-10 units\n")
    X = [[pixel / 16.0 for pixel in image] for image in digits.data.tolist()]
    y = [int(label) for label in digits.target]
    rng = random.Random(0)
    order = list(range(len(X)))
    rng.shuffle(order)
    test, train = order[: len(order) // 4], order[len(order) // 4 :]
    model = nn.MLP(64, [24, 10], init="he_uniform", rng=rng)
    history = nn.fit(
        model,
        [X[i] for i in train],
        [y[i] for i in train],
        loss="cross_entropy",
        optimizer=nn.Adam(model.parameters(), lr=0.005),
        epochs=EPOCHS,
        batch_size=32,
        rng=rng,
    )
    accuracy = nn.accuracy(model, [X[i] for i in test], [y[i] for i in test])
    first, last = history.losses[0], history.losses[-1]
    print(f"   {len(train)} to learn from: loss {first:.3f} in epoch 0, {last:.3f} in epoch {EPOCHS - 1}")
    print(f"   {len(test)} held out: {accuracy:.1%} recognised")
    return {"losses": history.losses, "held_out": len(test), "accuracy": accuracy}


def sklearn_datasets() -> Any:
    """The data sets that ship with scikit-learn, which is an extra."""
    try:
        from sklearn import datasets
    except ImportError as error:
        raise ImportError('the demo reads data that ships with scikit-learn: pip install "valuegrad[demo]"') from error
    return datasets
