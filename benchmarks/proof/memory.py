"""Row 13: how much more memory is held after many training steps, where the garbage collector never comes.

What Python has allocated is exact to the byte; what the system has given also shows what machine code takes, but it
comes by the page, and some of it only later. Each is measured in a process of its own, after steps to warm up.
"""

import gc
import importlib.util
import random
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import autograd
import nn
from autograd.value import Value
from benchmarks.footprint import resident_bytes
from benchmarks.peers import MICROGRAD, network_class
from benchmarks.proof.effort import Effort
from benchmarks.report import Figure, Target
from benchmarks.timing import in_fresh_process

STEPS = 10_000
FEWEST = 100  # fewer would make much of the few bytes that come and go
PEER_STEPS = 200  # it keeps every graph: those of 10,000 steps would not fit everywhere
WARM_UP = 50
STEPS_OF_AN_EPOCH = 10  # whose loss a history keeps, as it should
MEGABYTE = 1e6

#: One or the other, but not both: inputs and side.
SAMPLES = [([0.0, 0.0], -1.0), ([0.0, 1.0], 1.0), ([1.0, 0.0], 1.0), ([1.0, 1.0], -1.0)]


class Grown(NamedTuple):
    """By how many bytes the memory grew over so many steps; None where the system does not say."""

    steps: int
    bytes: int | None

    @property
    def megabytes(self) -> float | None:
        """The growth as it was."""
        return None if self.bytes is None else self.bytes / MEGABYTE

    @property
    def over_all_steps(self) -> float:
        """The growth in megabytes, in proportion where fewer steps were taken."""
        return (self.megabytes or 0.0) * STEPS / self.steps


class Meter:
    """Asked after steps whether these are enough; looks at the memory after those to warm up, and at the end."""

    def __init__(self, held: Callable[[], int | None], steps: int, seconds: float | None = None) -> None:
        self.held = partial(without_spare_objects, held)
        self.wanted = steps
        self.seconds = seconds
        self.steps = -WARM_UP
        self.began = 0.0
        self.before: int | None = None
        self.after: int | None = None

    def enough(self, more: int = 1) -> bool:
        """Whether no further step is wanted, after so many more."""
        self.steps += more
        if self.steps == 0:
            self.began, self.before = time.monotonic(), self.held()
        late = self.seconds is not None and time.monotonic() - self.began > self.seconds
        if self.steps < self.wanted and not (late and self.steps > 0):
            return False
        self.after = self.held()
        return True

    @property
    def grown(self) -> Grown:
        """What was found."""
        if self.before is None or self.after is None:
            return Grown(self.steps, None)
        return Grown(self.steps, self.after - self.before)


Training = Callable[[Meter], None]


def figures(effort: Effort) -> list[Figure]:
    """The growth in every way of training, beside micrograd's loop."""
    peer = None
    if importlib.util.find_spec(MICROGRAD) is not None:
        peer = in_fresh_process(growth, of_micrograd, PEER_STEPS, effort.seconds, True)
    return [figure(name, training, effort, peer) for name, training in TRAININGS.items()]


def figure(name: str, training: Training, effort: Effort, peer: Grown | None) -> Figure:
    """The growth of one training: the larger of what was allocated, and of what the system gave if all is run."""
    steps = max(effort.count(STEPS), FEWEST)
    seconds = None if effort.seconds is None else effort.seconds / (2 * len(TRAININGS))
    allocated = in_fresh_process(growth, training, steps, seconds, True)
    resident = in_fresh_process(growth, training, steps, seconds, False) if effort.share == 1.0 else Grown(0, None)
    details = {
        "steps": f"{allocated.steps:,} of {STEPS:,}",
        "allocated, MB": allocated.over_all_steps,
        "resident, MB": resident.megabytes,
    }
    if peer is not None:
        details[f"steps of {MICROGRAD}"] = f"{peer.steps:,} of {STEPS:,}, in proportion"
    return Figure(
        f"13 growth over {STEPS:,} steps, {name}",
        "MB",
        max(allocated.over_all_steps, resident.megabytes or 0.0),
        Target("ours", "at most", 1.0),
        "" if peer is None else MICROGRAD,
        None if peer is None else peer.over_all_steps,
        details=details,
    )


def growth(training: Training, steps: int, seconds: float | None, traced: bool) -> Grown:
    """By how much the memory grows in a training, of which no garbage is collected."""
    meter = Meter(traced_bytes if traced else resident_bytes, steps, seconds)
    gc.collect()
    gc.disable()
    if traced:
        tracemalloc.start()
    try:
        training(meter)
    finally:
        tracemalloc.stop()
        gc.unfreeze()
        gc.enable()
    return meter.grown


def without_spare_objects(held: Callable[[], int | None]) -> int | None:
    """What is held but for the objects that Python keeps for use again, which only a collection gives back.

    It finds no garbage: all objects are set aside before, those in cycles that nobody needs among them.
    """
    gc.freeze()
    gc.collect()
    return held()


def traced_bytes() -> int:
    """What Python and NumPy have allocated and not freed since the tracing began."""
    return tracemalloc.get_traced_memory()[0]


def by_hand(meter: Meter, *, compiled: bool) -> None:
    """A loop of steps as a script writes it, with an optimiser."""
    model = nn.MLP(2, [4, 1], rng=random.Random(0))
    optimizer = nn.Adam(model.parameters(), lr=0.01)

    def eager_loss() -> Value:
        losses: list[Value] = [nn.squared_error(model(x), side) for x, side in SAMPLES]
        return autograd.mean(losses)

    loss = autograd.jit(eager_loss) if compiled else eager_loss
    while not meter.enough():
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()


def by_fit(meter: Meter, *, compiled: bool) -> None:
    """`nn.fit`, which asks the meter after every epoch."""
    model = nn.MLP(2, [4, 1], rng=random.Random(0))
    X, y = (list(columns) * STEPS_OF_AN_EPOCH for columns in zip(*SAMPLES, strict=True))
    nn.fit(
        model,
        X,
        y,
        optimizer=nn.Adam(model.parameters(), lr=0.01),
        epochs=2 * STEPS,
        batch_size=len(SAMPLES),
        rng=random.Random(0),
        stop=[lambda progress: "enough" if meter.enough(STEPS_OF_AN_EPOCH) else None],
        jit=compiled,
    )


def of_micrograd(meter: Meter) -> None:
    """The loop of micrograd's demo."""
    random.seed(0)
    model = network_class(MICROGRAD)(2, [4, 1])
    while not meter.enough():
        loss = sum((model(x) - side) ** 2 for x, side in SAMPLES)
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= 0.01 * p.grad


TRAININGS: dict[str, Training] = {
    "eager": partial(by_hand, compiled=False),
    "compiled": partial(by_hand, compiled=True),
    "compiled fit": partial(by_fit, compiled=True),
}
