"""What small networks can do: XOR from many starts, the sine by more and more units, noise that is not to be learnt."""

import math
import random
import warnings
from statistics import fmean, median
from typing import Any

import nn
from benchmarks.compiled_frameworks import load
from benchmarks.report import Figure, Target
from benchmarks.training import Effort, clocked, epochs
from nn.penalties import elastic, l1, l2

XOR: tuple[list[list[float]], list[int]] = ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
XOR_EPOCHS = 100
RESTARTS = 5

UNITS = (2, 4, 8, 16, 32)
SINE_EPOCHS = 6000
NODES = 100  # samples of the sine
#: Denser at the ends, where an interpolation is worst: Chebyshev's nodes.
SINE_X = [[-math.pi * math.cos(math.pi * (i + 0.5) / NODES)] for i in range(NODES)]
SINE_Y = [math.sin(x) for [x] in SINE_X]

FEW = 15  # noisy samples, for a network of 49 parameters
NOISE = 0.3
NOISE_EPOCHS = 2000
CLEAN_X = [[-3.0 + 6.0 * i / 199] for i in range(200)]
CLEAN_Y = [math.sin(x) for [x] in CLEAN_X]
PENALTIES = {"no penalty": None, "l2": l2(3e-3), "l1": l1(3e-3), "elastic": elastic(1e-3, 1e-3)}


def figures(effort: Effort) -> list[Figure]:
    """XOR, universal approximation, overfitting."""
    return [*xor(effort), *sine(effort), overfitting(effort)]


def xor(effort: Effort) -> list[Figure]:
    """How many of so many starts end with XOR solved, from one start and from the best of five."""
    once, again = (sum(solves(seed, "tanh", starts) for seed in range(effort.xors)) for starts in (1, RESTARTS))
    relu, relu_again = (sum(solves(seed, "relu", starts) for seed in range(effort.xors)) for starts in (1, RESTARTS))
    unit = f"solved of {effort.xors}"
    return [
        Figure(
            "XOR by 2-4-1, tanh",
            unit,
            once,
            Target("ours", "at least", 0.95 * effort.xors),
            "scikit-learn",
            sum(peer_solves(seed) for seed in range(effort.xors)),
            details={"relu, which can die": relu},
        ),
        Figure(
            f"XOR by 2-4-1, tanh, restarts({RESTARTS})",
            unit,
            again,
            Target("ours", "at least", effort.xors),
            details={"relu, which can die": relu_again},
        ),
    ]


def solves(seed: int, activation: str, starts: int) -> bool:
    """Whether the best of so many starts tells all four samples of XOR apart."""

    def train(rng: random.Random) -> tuple[float, nn.MLP]:
        model = nn.MLP(2, [4, 1], activation=activation, rng=rng)
        optimizer = nn.Adam(model.parameters(), lr=0.1)
        history = nn.fit(model, *XOR, loss="binary_cross_entropy", optimizer=optimizer, epochs=XOR_EPOCHS)
        return history.losses[-1], model

    return nn.accuracy(nn.restarts(train, starts, rng=random.Random(seed)).best.result, *XOR) == 1.0


def peer_solves(seed: int) -> bool:
    """The same of scikit-learn's network, with the same rule, rate, batch and epochs."""
    kind = load("sklearn.neural_network").MLPClassifier
    how: dict[str, Any] = {"learning_rate_init": 0.1, "max_iter": XOR_EPOCHS, "batch_size": 4, "alpha": 0.0}
    model = kind((4,), activation="tanh", random_state=seed, **how)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not converged after these epochs
        return bool(model.fit(*XOR).score(*XOR) == 1.0)


def sine(effort: Effort) -> list[Figure]:
    """The largest error on [-pi, pi] by the number of hidden units."""
    tried = {h: [sine_error(h, seed, effort) for seed in range(effort.seeds)] for h in UNITS}
    most = UNITS[-1]
    peers = [peer_sine_error(most, seed, effort) for seed in range(effort.seeds)]
    best = {h: min(error for error, _ in tries) for h, tries in tried.items()}
    details: dict[str, Any] = {
        f"{h:>2} units, best and median": f"{best[h]:.2g}, {median(error for error, _ in tries):.2g}"
        for h, tries in tried.items()
    }
    details["seconds, ours and peer's"] = f"{sum(t for _, t in tried[most]):.2g}, {sum(t for _, t in peers):.2g}"
    return [
        Figure(
            f"sin(x) on [-pi, pi], 1-{most}-1, tanh",
            "largest error",
            median(error for error, _ in tried[most]),
            Target("ours", "at most", 0.01),
            "scikit-learn",
            median(error for error, _ in peers),
            details=details,
        ),
        Figure(
            f"sin(x), {UNITS[0]} units beside {most}: best of {effort.seeds} starts",
            "largest error",
            best[most],
            Target("ratio", "at least", 5.0),
            f"{UNITS[0]} units",
            best[UNITS[0]],
            best[UNITS[0]] / best[most],
        ),
    ]


def sine_error(units: int, seed: int, effort: Effort) -> tuple[float, float]:
    """The largest error of a network that has learnt the sine, and the seconds of its training."""
    model = nn.MLP(1, [units, 1], activation="tanh", rng=random.Random(seed))
    optimizer = nn.Adam(model.parameters(), lr=0.01)
    count = epochs(SINE_EPOCHS, effort)
    _, seconds = clocked(lambda: nn.fit(model, SINE_X, SINE_Y, optimizer=optimizer, epochs=count, progress=False))
    return largest_error([model([x]).data for x in fine()]), seconds


def peer_sine_error(units: int, seed: int, effort: Effort) -> tuple[float, float]:
    """The same of scikit-learn's network, all samples in one batch as well."""
    kind = load("sklearn.neural_network").MLPRegressor
    count = epochs(SINE_EPOCHS, effort)
    how: dict[str, Any] = {"max_iter": count, "n_iter_no_change": count, "alpha": 0.0, "batch_size": NODES}
    model = kind(hidden_layer_sizes=(units,), activation="tanh", learning_rate_init=0.01, random_state=seed, **how)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not converged after these epochs
        _, seconds = clocked(lambda: model.fit(SINE_X, SINE_Y))
    return largest_error(model.predict([[x] for x in fine()]).tolist()), seconds


def fine() -> list[float]:
    """Places from -pi to pi, ten times as many as were learnt from.

    >>> fine()[0] == -math.pi, len(fine())
    (True, 1001)
    """
    return [-math.pi + 2.0 * math.pi * i / 1000 for i in range(1001)]


def largest_error(predictions: list[float]) -> float:
    """How far predictions for the places of `fine` ever are from the sine.

    >>> largest_error([math.sin(x) for x in fine()])
    0.0
    """
    return max(abs(prediction - math.sin(x)) for prediction, x in zip(predictions, fine(), strict=True))


def overfitting(effort: Effort) -> Figure:
    """The error on clean samples of the sine, learnt from a few noisy ones, with each penalty and without."""
    tries = {
        name: [noisy_errors(penalty, seed, effort) for seed in range(2 * effort.seeds)]
        for name, penalty in PENALTIES.items()
    }
    train, held_out = ({name: median(e[i] for e in tries[name]) for name in tries} for i in (0, 1))
    return Figure(
        f"l2 against {FEW} noisy samples of a sine, 1-16-1",
        "held-out error",
        held_out["l2"],
        Target("ratio", "at least", 1.25),
        "no penalty",
        held_out["no penalty"],
        held_out["no penalty"] / held_out["l2"],
        {f"{name}: train, held out": f"{train[name]:.3f}, {held_out[name]:.3f}" for name in tries},
    )


def noisy_errors(penalty: Any, seed: int, effort: Effort) -> tuple[float, float]:
    """The mean squared error on what was learnt from, and on what was not."""
    rng = random.Random(seed)
    X = [[rng.uniform(-3.0, 3.0)] for _ in range(FEW)]
    y = [math.sin(x) + rng.gauss(0.0, NOISE) for [x] in X]
    model = nn.MLP(1, [16, 1], activation="tanh", init=nn.uniform(-2.0, 2.0), rng=rng)
    optimizer = nn.Adam(model.parameters(), lr=0.02)
    nn.fit(model, X, y, optimizer=optimizer, penalty=penalty, epochs=epochs(NOISE_EPOCHS, effort), progress=False)
    return mean_error(model, X, y), mean_error(model, CLEAN_X, CLEAN_Y)


def mean_error(model: nn.MLP, X: list[list[float]], y: list[float]) -> float:
    """The mean squared error."""
    return fmean((model(row).data - target) ** 2 for row, target in zip(X, y, strict=True))
