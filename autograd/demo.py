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
from nn.train import with_progress

EXPRESSION = "tanh(a*b + c)"
NUMBERS = {"a": 2.0, "b": -3.0, "c": 10.0}


def run_demo(out: str) -> int:
    """Run the three parts, leave SVG and JSON in the folder `out`, and give 0 if every check held."""
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    results = {"expression": demo_expression(folder), "moons": demo_moons(folder), "digits": demo_digits()}
    (folder / "demo.json").write_text(json.dumps(results, indent=2) + "\n")
    names = ", ".join(sorted(path.name for path in folder.iterdir()))
    print(f"\n{time.perf_counter() - start:.0f} seconds; in {folder}: {names}")
    return 0


def demo_expression(folder: Path) -> dict[str, Any]:
    """Backpropagation through one expression, drawn and held against finite differences."""
    print(f"1. {EXPRESSION} at {', '.join(f'{k} = {v:g}' for k, v in NUMBERS.items())}\n")
    inputs = [Value(number, label=name) for name, number in NUMBERS.items()]
    result = tanh_of(*inputs)
    result.label = EXPRESSION
    result.backward()
    draw(result).save(folder / "expression.svg")
    checks = gradcheck(tanh_of, inputs)
    print(f"   {'':8}{'gradient':>16}{'measured':>16}{'difference':>14}")
    for check in checks:
        difference = abs(check.gradient - check.measured)
        print(f"   {check.name:8}{check.gradient:16.9g}{check.measured:16.9g}{difference:14.1e}")
    return {check.name: {"gradient": check.gradient, "measured": check.measured} for check in checks}


def tanh_of(a: Value, b: Value, c: Value) -> Value:
    return (a * b + c).tanh()


def demo_moons(folder: Path) -> dict[str, Any]:
    """micrograd's published run: 100 points of two moons, 2-16-16-1 units, hinge loss, 100 steps."""
    print("\n2. Two moons, 337 parameters, micrograd's published run\n")
    points, targets = two_moons()
    random.seed(1337)
    model = nn.MLP(2, [16, 16, 1])
    history = nn.History([], [])
    for step in with_progress(100, None, history):
        loss, accuracy = moons_loss(model, points, targets)
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= (1.0 - 0.9 * step / 100) * p.grad
        history.losses.append(loss.data)
        history.metrics.append(accuracy)
    for step in (0, 99):
        print(f"   step {step}: loss {history.losses[step]:.6f}, accuracy {history.metrics[step]:.0%}")
    first = nn.losses.hinge(model([Value(points[0][0], label="x"), Value(points[0][1], label="y")]), targets[0])
    first.backward()
    draw(first).save(folder / "moons.svg")
    return {"losses": history.losses, "accuracies": history.metrics}


def moons_loss(model: Any, points: Sequence[Any], targets: Sequence[float]) -> tuple[Value, float]:
    """The mean hinge loss with an L2 penalty of 1e-4, written as in micrograd's notebook, and the accuracy."""
    inputs = [list(map(Value, point)) for point in points]
    scores = list(map(model, inputs))
    losses = [(1 + -target * score).relu() for target, score in zip(targets, scores, strict=True)]
    data_loss = sum(losses) * (1.0 / len(losses))
    penalty = 1e-4 * sum(p * p for p in model.parameters())
    hits = [(target > 0) == (score.data > 0) for target, score in zip(targets, scores, strict=True)]
    return data_loss + penalty, sum(hits) / len(hits)


def two_moons() -> tuple[list[list[float]], list[float]]:
    """The 100 points of the published run, and -1 or 1 for each."""
    datasets = sklearn_datasets()
    points, labels = datasets.make_moons(n_samples=100, noise=0.1, random_state=1337)
    return points.tolist(), [float(2 * label - 1) for label in labels]


def demo_digits() -> dict[str, Any]:
    """A small MLP on 1,797 handwritten digits of 8 x 8 pixels, tested on a quarter that it never saw."""
    print("\n3. Handwritten digits (scikit-learn's copy of the UCI set), 64-24-10 units\n")
    digits = sklearn_datasets().load_digits()
    rows = [[pixel / 16.0 for pixel in image] for image in digits.data.tolist()]
    labels = [int(label) for label in digits.target]
    rng = random.Random(0)
    order = list(range(len(rows)))
    rng.shuffle(order)
    test, train = order[: len(order) // 4], order[len(order) // 4 :]
    model = nn.MLP(64, [24, 10], init=nn.he_uniform, rng=rng)
    history = nn.fit(
        model,
        [rows[i] for i in train],
        [labels[i] for i in train],
        loss="cross_entropy",
        optimizer=nn.Adam(model.parameters(), lr=0.005),
        epochs=8,
        batch_size=32,
        rng=rng,
    )
    accuracy = nn.accuracy(model, [rows[i] for i in test], [labels[i] for i in test])
    print(
        f"   {len(train)} to learn from: loss {history.losses[0]:.3f} in epoch 0, {history.losses[-1]:.3f} in epoch 7"
    )
    print(f"   {len(test)} held out: {accuracy:.1%} recognised")
    return {"losses": history.losses, "held_out": len(test), "accuracy": accuracy}


def sklearn_datasets() -> Any:
    try:
        from sklearn import datasets
    except ImportError as error:
        raise ImportError('the demo reads data that ships with scikit-learn: pip install "valuegrad[demo]"') from error
    return datasets
