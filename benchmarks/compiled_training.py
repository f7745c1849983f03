"""How long learning takes: the moons demo for 100 epochs, and the digits until they are read well."""

import random
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

from benchmarks import timing
from benchmarks.compiled_frameworks import load
from benchmarks.compiled_scalars import Ours, autograd, available, micrograd_contestant, nn
from benchmarks.compiled_work import SEED, Array, Effort, NotMeasured, Work, works
from benchmarks.peers import MICROGRAD
from benchmarks.report import Figure, Target

EPOCHS = 100
HELD_OUT = 360  # of 1,797 digits
HIDDEN = 64
BATCH = 32
RATE = 0.001  # what all three take by default
MOST_EPOCHS = 200

Epochs = tuple[float, int]  # seconds, and after how many epochs the accuracy was reached
Learner = Callable[["Digits", int, float], Epochs]


def figures(effort: Effort) -> list[Figure]:
    """The moons beside micrograd, the digits beside scikit-learn and PyTorch."""
    return [demo(works(effort)[0], effort), *digit_figures(effort)]


def demo(work: Work, effort: Effort) -> Figure:
    """100 epochs through fit, compilation included, beside micrograd's steps of the same training."""
    details: dict[str, Any] = {"how": f"{effort.micrograd_steps} steps of {MICROGRAD} were measured, for 100 epochs"}
    theirs = EPOCHS * 1e-3 * timing.in_fresh_process(demo_milliseconds, work, effort.micrograd_steps)
    ours: float | None = None
    try:
        ours = timing.in_fresh_process(seconds_of_fit, work)
    except NotMeasured as reason:
        details["not measured"] = str(reason)
    return Figure(
        f"{work.name}, {EPOCHS} epochs through nn.fit",
        "seconds",
        ours=ours,
        peer=theirs,
        peer_name=MICROGRAD,
        ratio=None if ours is None else theirs / ours,
        target=Target("ratio", "at least", 50.0),
        details=details,
    )


def seconds_of_fit(work: Work) -> float:
    """The wall time of 100 epochs, in a process that has compiled nothing yet."""
    ours = Ours(work)
    start = time.perf_counter()
    available("nn.fit(jit=True)", lambda: ours.fit(EPOCHS))
    return time.perf_counter() - start


def demo_milliseconds(work: Work, steps: int) -> float:
    """The usual time of a step of micrograd, in this process; the update adds nothing that could be measured."""
    return timing.usual_time(lambda _: micrograd_contestant(work).step, MICROGRAD, steps)


class Digits:
    """1,797 images of 8x8 pixels from 0 to 1, with their labels, 360 of them held out.

    >>> Digits().X.shape, Digits().y_held_out.shape
    ((1437, 64), (360,))
    """

    def __init__(self) -> None:
        bunch = load("sklearn.datasets").load_digits()
        order = np.random.default_rng(SEED).permutation(len(bunch.data))
        images, labels = bunch.data[order] / 16.0, bunch.target[order]
        self.X, self.y = images[HELD_OUT:].copy(), labels[HELD_OUT:].copy()
        self.X_held_out, self.y_held_out = images[:HELD_OUT].copy(), labels[:HELD_OUT].copy()

    def accuracy(self, scores: Array) -> float:
        """The share of held out digits whose label has the largest score."""
        return float(np.mean(np.argmax(scores, axis=1) == self.y_held_out))


def digit_figures(effort: Effort) -> list[Figure]:
    """Ours beside each peer: the same split, network, batch, rate and criterion after every epoch."""
    try:
        digits = Digits()
    except NotMeasured as reason:
        nothing = {"not measured": str(reason)}
        return [Figure("digits", "seconds", None, Target("ratio", "at least", 1.0), details=nothing)]
    learners: dict[str, Learner] = {"ours": with_ours, "scikit-learn": with_sklearn, "PyTorch": with_torch}
    taken: dict[str, list[Epochs]] = {name: [] for name in learners}
    reasons: dict[str, str] = {}
    for seed in range(effort.seeds):
        for name, learner in learners.items():
            if name not in reasons:
                try:
                    taken[name].append(learner(digits, seed, effort.accuracy))
                except NotMeasured as reason:
                    reasons[name] = str(reason)
    title = f"digits to {effort.accuracy:.0%} held out"
    return [digit_figure(title, name, taken, reasons) for name in learners if name != "ours"]


def digit_figure(title: str, peer: str, taken: dict[str, list[Epochs]], reasons: dict[str, str]) -> Figure:
    """The figure beside one peer: medians over the seeds."""
    ours, theirs = ([seconds for seconds, _ in taken[name]] for name in ("ours", peer))
    missing = [reason for name, reason in reasons.items() if name in ("ours", peer)]
    epochs = {f"epochs, {name}": [str(e) for _, e in taken[name]] for name in ("ours", peer)}
    return Figure(
        title,
        "seconds",
        ours=median(ours) if ours else None,
        peer=median(theirs) if theirs else None,
        peer_name=peer,
        ratio=median(theirs) / median(ours) if ours and theirs else None,
        target=Target("ratio", "at least", 1.0),
        details=epochs | ({"not measured": "; ".join(missing)} if missing else {}),
    )


def until(accuracy: float, epoch: Callable[[], None], measured: Callable[[], float], start: float) -> Epochs:
    """The wall time since `start` and the number of epochs until the measured accuracy is reached."""
    for epochs in range(1, MOST_EPOCHS + 1):
        epoch()
        if measured() >= accuracy:
            return time.perf_counter() - start, epochs
    raise NotMeasured(f"an accuracy of {accuracy:.0%} was not reached in {MOST_EPOCHS} epochs")


class Reached(Exception):
    """The accuracy is there: what the metric raises to end the training."""


def with_ours(digits: Digits, seed: int, accuracy: float) -> Epochs:
    """Our network through one `nn.fit`, compilation included; a compiled prediction after each epoch."""
    start = time.perf_counter()
    rng = random.Random(seed)
    model = nn.MLP(64, [HIDDEN, 10], init="xavier_uniform", rng=rng)
    predict = available("autograd.jit", lambda: autograd.jit(autograd.vmap(model)))
    reached: list[float] = []

    def metric(*_: Any) -> float:
        reached.append(digits.accuracy(predict(digits.X_held_out).numpy()))
        if reached[-1] >= accuracy:
            raise Reached
        return reached[-1]

    def train() -> None:
        optimizer = nn.Adam(model.parameters(), lr=RATE)
        how: dict[str, Any] = {"epochs": MOST_EPOCHS, "batch_size": BATCH, "rng": rng, "jit": True, "progress": False}
        nn.fit(model, digits.X, digits.y, loss="cross_entropy", optimizer=optimizer, metric=metric, **how)

    try:
        available("nn.fit(jit=True)", train)
    except Reached:
        return time.perf_counter() - start, len(reached)
    raise NotMeasured(f"an accuracy of {accuracy:.0%} was not reached in {MOST_EPOCHS} epochs")


def with_sklearn(digits: Digits, seed: int, accuracy: float) -> Epochs:
    """scikit-learn's MLPClassifier, one pass over the samples at a time; its own first weights, Glorot's too."""
    classifier = load("sklearn.neural_network").MLPClassifier
    start = time.perf_counter()
    model = classifier((HIDDEN,), batch_size=BATCH, learning_rate_init=RATE, alpha=0.0, random_state=seed)
    labels = np.arange(10)
    return until(
        accuracy,
        lambda: model.partial_fit(digits.X, digits.y, classes=labels),
        lambda: digits.accuracy(model.predict_proba(digits.X_held_out)),
        start,
    )


def with_torch(digits: Digits, seed: int, accuracy: float) -> Epochs:
    """PyTorch's usual loop, in float64 like all others."""
    torch = load("torch")
    torch.set_num_threads(1)
    X, y, X_held_out = (torch.tensor(array) for array in (digits.X, digits.y, digits.X_held_out))
    start = time.perf_counter()
    torch.manual_seed(seed)
    layers = torch.nn.Linear(64, HIDDEN, dtype=torch.float64), torch.nn.Linear(HIDDEN, 10, dtype=torch.float64)
    for layer in layers:
        torch.nn.init.xavier_uniform_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
    model = torch.nn.Sequential(layers[0], torch.nn.ReLU(), layers[1])
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)

    def epoch() -> None:
        for batch in torch.randperm(len(X)).split(BATCH):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(X[batch]), y[batch]).backward()
            optimizer.step()

    def measured() -> float:
        with torch.no_grad():
            return digits.accuracy(model(X_held_out).numpy())

    return until(accuracy, epoch, measured, start)
