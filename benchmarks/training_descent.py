"""Ways down: optimisers beside PyTorch's, where starts above several valleys end, and how many samples to a step."""

import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import nn
from autograd import Value, sin
from benchmarks.compiled_frameworks import load
from benchmarks.compiled_work import NotMeasured
from benchmarks.report import Figure, Target
from benchmarks.training import Effort, clocked, epochs
from benchmarks.training_valleys import OPTIMISERS, VALLEYS, largest_difference
from nn.data.samples import Rows
from nn.optim import Optimizer
from nn.plots.minima import Minimum, local_minima

WAVE_EPOCHS = 500
WAVE_X = [[-math.pi + 2.0 * math.pi * i / 24] for i in range(25)]
WAVE_Y = [1.5 * math.sin(3.0 * x) for [x] in WAVE_X]
HEIGHTS, TURNS = (-2.0, 2.0), (0.5, 6.0)  # where the starts are drawn
NEAR = 0.1  # of a minimum: arrived
METHODS: dict[str, Callable[[Sequence[Value]], Optimizer]] = {
    "SGD": lambda parameters: nn.SGD(parameters, lr=0.02),
    "momentum": lambda parameters: nn.SGD(parameters, lr=0.02, momentum=0.9),
    "Adam": lambda parameters: nn.Adam(parameters, lr=0.1),
}

MOONS = 256
PASSES = 50  # through all samples
SIZES: dict[str, int | None] = {"full": None, "32": 32, "1": 1}


def figures(effort: Effort) -> list[Figure]:
    """Steps beside PyTorch's, valleys, batches."""
    return [*(beside_torch(valley, effort.steps) for valley in VALLEYS), *valleys(effort), batch_sizes(effort)]


def beside_torch(valley: str, steps: int) -> Figure:
    """The largest difference that a parameter ever has, over all optimisers that PyTorch has too."""
    name, target = f"{len(OPTIMISERS)} optimisers on the {valley}, {steps} steps", Target("ours", "at most", 1e-10)
    try:
        torch = load("torch")
    except NotMeasured as reason:
        return Figure(name, "from PyTorch", None, target, details={"not measured": str(reason)})
    found = {pair: largest_difference(torch, OPTIMISERS[pair], valley, steps) for pair in OPTIMISERS}
    details: dict[str, Any] = {pair: f"{difference:.1e}" for pair, difference in found.items()}
    return Figure(name, "from PyTorch", max(found.values()), target, details=details | {"Lion": "PyTorch has none"})


class Wave(nn.Module):
    """height * sin(turns * x): two parameters, and a loss with a valley for every count of turns that almost fits.

    >>> wave = Wave(random.Random(1337))
    >>> len(wave.parameters()), wave([0.0]).data
    (2, 0.0)
    """

    def __init__(self, rng: random.Random) -> None:
        self.height, self.turns = Value(rng.uniform(*HEIGHTS)), Value(rng.uniform(*TURNS))

    def __call__(self, row: list[float]) -> Any:
        return self.height * sin(self.turns * row[0])


def wave_loss(height: float, turns: float) -> float:
    """The mean squared error of a wave.

    >>> wave_loss(1.5, 3.0)
    0.0
    """
    errors = [height * math.sin(turns * x) - y for [x], y in zip(WAVE_X, WAVE_Y, strict=True)]
    return math.fsum(error * error for error in errors) / len(errors)


def bottoms() -> list[Minimum]:
    """The local minima of the loss of a wave, the lowest first.

    >>> [(round(minimum.x, 2), round(minimum.y, 2)) for minimum in bottoms()][:2]
    [(1.5, 3.0), (-0.37, 1.52)]
    """
    heights, turns = [-2.5 + 5.0 * i / 60 for i in range(61)], [0.2 + 6.6 * i / 60 for i in range(61)]
    return local_minima(wave_loss, heights, turns, [[wave_loss(h, t) for h in heights] for t in turns])


def valleys(effort: Effort) -> list[Figure]:
    """For each method, how many starts end in the lowest valley, and in which others."""
    minima = bottoms()
    return [wave_figure(name, method, minima, effort) for name, method in METHODS.items()]


def wave_figure(
    name: str, method: Callable[[Sequence[Value]], Optimizer], minima: list[Minimum], effort: Effort
) -> Figure:
    """Where the starts of one method end; the best of them is to be at the bottom of all."""

    def train(rng: random.Random) -> tuple[float, Wave]:
        wave = Wave(rng)
        how: dict[str, Any] = {"optimizer": method(wave.parameters()), "epochs": epochs(WAVE_EPOCHS, effort)}
        return nn.fit(wave, WAVE_X, WAVE_Y, **how, progress=False).losses[-1], wave

    found = nn.restarts(train, effort.starts, rng=random.Random(1337))
    ends = Counter(valley_of(run.result, minima) for run in found.runs)
    details = {f"loss {minimum.value:.3f}, {minimum.y:.1f} turns": ends[minimum] for minimum in minima if ends[minimum]}
    return Figure(
        f"wave of 2 parameters, {effort.starts} starts, {name}",
        "best loss",
        found.best.loss,
        Target("ours", "at most", 1e-6),
        details=details | {"still under way, or outside": ends[None]},
    )


def valley_of(wave: Wave, minima: list[Minimum]) -> Minimum | None:
    """The minimum that a wave has arrived at, if it has.

    >>> valley_of(Wave(random.Random(1337)), bottoms())
    """
    height, turns = wave.height.data, wave.turns.data
    return next((m for m in minima if math.hypot(height - m.x, turns - m.y) < NEAR), None)


def batch_sizes(effort: Effort) -> Figure:
    """The loss that the same passes through the samples lead to, by the number of samples to a step."""
    X, y = nn.data.moons(MOONS, noise=0.1, rng=random.Random(1337))
    tries = {name: clocked(partial(loss_after, X, y, size, effort)) for name, size in SIZES.items()}
    details: dict[str, Any] = {
        f"{name:>4} to a step: steps, loss, seconds": f"{steps}, {loss:.3g}, {seconds:.2g}"
        for name, ((loss, steps), seconds) in tries.items()
    }
    (full, _), _ = tries["full"]
    (mini, _), _ = tries["32"]
    return Figure(
        f"moons, {epochs(PASSES, effort)} passes, batches of 32 beside one",
        "loss",
        mini,
        Target("ratio", "at least", 1.25),
        "full batch",
        full,
        full / mini,
        details,
    )


def loss_after(X: Rows, y: list[Any], size: int | None, effort: Effort) -> tuple[float, int]:
    """The loss of all samples after a training, and its steps."""
    rng = random.Random(1337)
    model = nn.MLP(2, [16, 1], activation="tanh", rng=rng)
    optimizer = nn.SGD(model.parameters(), lr=0.5)
    how: dict[str, Any] = {"epochs": epochs(PASSES, effort), "batch_size": size, "rng": rng, "validation": (X, y)}
    history = nn.fit(model, X, y, loss="binary_cross_entropy", optimizer=optimizer, **how, progress=False)
    return history.validation[-1], optimizer.steps
