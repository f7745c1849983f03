"""Handwritten digits, read by a perceptron that stops early and by a net of LeNet's kind, compiled."""

import math
import random
import time
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np

import autograd
import nn
from benchmarks.compiled_frameworks import load
from benchmarks.compiled_work import NotMeasured
from benchmarks.report import Figure, Target
from benchmarks.training import Effort, clocked, epochs

TEST = 0.2  # of 1,797 digits,
QUICK_SAMPLES = 200  # or of so many
BATCH = 32
PERCEPTRON_RATE, PERCEPTRON_EPOCHS, PATIENCE, VALIDATION = 0.002, 200, 10, 0.15
LENET_RATE, LENET_EPOCHS = 0.003, 10
SIDE = 8  # pixels of an image
POOLED = ((SIDE - 2) // 2) ** 2  # pixels of a channel after all convolutions
CONVOLUTIONS, LAYERS = (6, 16), (120, 84)
QUICK_CONVOLUTIONS, QUICK_LAYERS = (1, 2), (4, 4)  # compile in a second
ASIDE = ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0))  # where the copies of an image lie, in half pixels

Rows = list[list[float]]


def figures(effort: Effort) -> list[Figure]:
    """Both networks, each beside the same one of a peer."""
    return [perceptron(effort), lenet(effort)]


def split(seed: int, effort: Effort) -> tuple[Rows, Rows, list[Any], list[Any]]:
    """X_train, X_test, y_train, y_test, with a share of each digit held out."""
    X, y = nn.data.digits()
    count = QUICK_SAMPLES if effort.quick else len(X)
    return nn.data.train_test_split(X[:count], y[:count], test=TEST, rng=random.Random(seed), by_class=True)


def perceptron(effort: Effort) -> Figure:
    """64-64-10 with early stopping, on the same samples as scikit-learn's."""
    tries = [perceptron_try(seed, effort) for seed in range(effort.seeds)]
    ours, theirs, seconds, peer_seconds, stopped = zip(*tries, strict=True)
    return Figure(
        "digits, 64-64-10, EarlyStopping",
        "% held out",
        median(ours),
        Target("ours", "at least", 97.0),
        "scikit-learn",
        median(theirs),
        details={
            "by seed": [f"{percent:.1f}" for percent in ours],
            "epochs": [str(count) for count in stopped],
            "seconds, ours": median(seconds),
            "seconds, peer": median(peer_seconds),
        },
    )


def perceptron_try(seed: int, effort: Effort) -> tuple[float, float, float, float, int]:
    """Percent right of ours and of the peer's, their seconds, and our epochs."""
    X, X_test, y, y_test = split(seed, effort)
    rng = random.Random(seed)
    model = nn.MLP(64, [64, 10], init="he_uniform", rng=rng)
    how: dict[str, Any] = {"epochs": epochs(PERCEPTRON_EPOCHS, effort), "batch_size": BATCH, "rng": rng}
    watch: dict[str, Any] = {"validation": VALIDATION, "stop": [nn.EarlyStopping(PATIENCE)], "progress": False}
    optimizer = nn.Adam(model.parameters(), lr=PERCEPTRON_RATE)
    history, seconds = clocked(lambda: nn.fit(model, X, y, loss="cross_entropy", optimizer=optimizer, **how, **watch))
    kind = load("sklearn.neural_network").MLPClassifier
    peer = kind(
        (64,),
        early_stopping=True,
        n_iter_no_change=PATIENCE,
        validation_fraction=VALIDATION,
        learning_rate_init=PERCEPTRON_RATE,
        batch_size=BATCH,
        random_state=seed,
    )
    _, peer_seconds = clocked(lambda: peer.fit(X, y))
    right = 100.0 * nn.accuracy(model, X_test, y_test)
    return right, 100.0 * peer.score(X_test, y_test), seconds, peer_seconds, len(history.losses)


def lenet(effort: Effort) -> Figure:
    """Two convolutions and three layers of neurons, on the same samples as PyTorch's."""
    tries = [lenet_try(seed, effort) for seed in range(effort.few_seeds)]
    percents, compiling, learning, numbers = zip(*tries, strict=True)
    details: dict[str, Any] = {
        "by seed": [f"{percent:.1f}" for percent in percents],
        "parameters": numbers[0],
        "seconds to compile": median(compiling),
        "seconds to learn": median(learning),
    }
    theirs: float | None = None
    try:
        peers = [peer_lenet_try(seed, effort) for seed in range(effort.few_seeds)]
        theirs = median(percent for percent, _ in peers)
        details["seconds to learn, peer"] = median(seconds for _, seconds in peers)
    except NotMeasured as reason:
        details["not measured"] = str(reason)
    return Figure(
        "digits, LeNet-sized net, compiled",
        "% held out",
        median(percents),
        Target("ours", "at least", 98.5),
        "PyTorch",
        theirs,
        details=details,
    )


def lenet_model(seed: int, effort: Effort) -> nn.Sequential:
    """LeNet's layers for 8 x 8 pixels: one halving of the image, where LeNet's 28 x 28 allow two.

    >>> len(lenet_model(1337, Effort()).parameters())
    29354
    """
    rng = random.Random(seed)
    (few, many), layers = (QUICK_CONVOLUTIONS, QUICK_LAYERS) if effort.quick else (CONVOLUTIONS, LAYERS)
    return nn.Sequential(
        nn.Unflatten(1, SIDE, SIDE),
        nn.Conv2d(1, few, 3, padding=1, rng=rng),
        nn.Conv2d(few, many, 3, rng=rng),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.MLP(many * POOLED, [*layers, 10], init="he_uniform", rng=rng),
    )


def lenet_try(seed: int, effort: Effort) -> tuple[float, float, float, int]:
    """Percent right, seconds to compile and to learn, and how many parameters there are."""
    X, X_test, y, y_test = split(seed, effort)
    model = lenet_model(seed, effort)
    count = epochs(LENET_EPOCHS, effort)
    falling, ready = nn.schedules.cosine(LENET_RATE, count), list[float]()

    def schedule(epoch: int, losses: Any) -> float:
        ready.append(time.process_time())  # the first time when all is compiled
        return falling(epoch, losses)

    start = time.process_time()
    nn.fit(
        model,
        *with_copies(X, y),
        loss="cross_entropy",
        optimizer=nn.Adam(model.parameters()),
        epochs=count,
        batch_size=BATCH,
        schedule=schedule,
        rng=random.Random(seed),
        progress=False,
        jit=True,
    )
    end = time.process_time()
    scores = autograd.jit(autograd.vmap(model))(X_test).numpy()
    right = 100.0 * float(np.mean(np.argmax(scores, axis=1) == y_test))
    return right, ready[0] - start, end - ready[0], len(model.parameters())


def with_copies(X: Rows, y: list[Any]) -> tuple[Rows, list[Any]]:
    """The samples, and each again half a pixel to the right, to the left, down and up.

    >>> X, y = with_copies([[1.0] * 64], [7])
    >>> len(X), y, X[1][:8]
    (5, [7, 7, 7, 7, 7], [0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    """
    return [moved(row, down, right) for down, right in ASIDE for row in X], y * len(ASIDE)


def moved(row: list[float], down: int, right: int) -> list[float]:
    """An image half a pixel aside: each pixel is the mean of itself and its neighbour, and all around is 0."""

    def pixel(i: int, j: int) -> float:
        return row[SIDE * i + j] if 0 <= i < SIDE and 0 <= j < SIDE else 0.0

    return [0.5 * (pixel(i, j) + pixel(i - down, j - right)) for i in range(SIDE) for j in range(SIDE)]


def peer_lenet_try(seed: int, effort: Effort) -> tuple[float, float]:
    """Percent right and seconds to learn of PyTorch's, with the same first weights, rule and rates."""
    torch = load("torch")
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    X, X_test, y, y_test = split(seed, effort)
    more_X, more_y = with_copies(X, y)
    rows, labels = torch.tensor(more_X, dtype=torch.float64), torch.tensor(more_y)
    model = with_weights_of(lenet_model(seed, effort), torch)
    optimizer = torch.optim.Adam(model.parameters())
    count = epochs(LENET_EPOCHS, effort)
    start = time.process_time()
    for epoch in range(count):
        optimizer.param_groups[0]["lr"] = LENET_RATE * (1.0 + math.cos(math.pi * epoch / count)) / 2.0
        for batch in torch.randperm(len(rows)).split(BATCH):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(rows[batch]), labels[batch]).backward()
            optimizer.step()
    seconds = time.process_time() - start
    with torch.no_grad():
        scores = model(torch.tensor(X_test, dtype=torch.float64)).numpy()
    return 100.0 * float(np.mean(np.argmax(scores, axis=1) == y_test)), seconds


def with_weights_of(model: nn.Sequential, torch: Any) -> Any:
    """The same network of PyTorch, with the same first numbers: weights and thresholds are in the same order."""
    layers = torch.nn
    few, many = (len(layer.w) for layer in model.layers if isinstance(layer, nn.Conv2d))
    perceptron = next(layer for layer in model.layers if isinstance(layer, nn.MLP))
    sizes = [many * POOLED, *(len(layer.neurons) for layer in perceptron.layers)]
    dense = [part for pair in pairwise(sizes) for part in (layers.Linear(*pair), layers.ReLU())]
    peer = layers.Sequential(
        layers.Unflatten(1, (1, SIDE, SIDE)),
        *(layers.Conv2d(1, few, 3, padding=1), layers.ReLU()),
        *(layers.Conv2d(few, many, 3), layers.ReLU(), layers.MaxPool2d(2), layers.Flatten()),
        *dense[:-1],
    ).double()
    numbers: dict[str, list[float]] = {"weight": [], "bias": []}
    for name, own in model.named_parameters():
        numbers["bias" if "b" in name.split(".") else "weight"].append(own.data)
    with torch.no_grad():
        for name, parameter in peer.named_parameters():
            left = numbers[name.rpartition(".")[2]]
            parameter.copy_(torch.tensor(left[: parameter.numel()], dtype=torch.float64).view_as(parameter))
            del left[: parameter.numel()]
    return peer
