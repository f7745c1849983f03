"""Processes that are killed while they save, and whether what they had saved is there, whole.

A kill comes from outside at any moment, or from inside between two lines of the saving: before the file is written,
before it is forced to the disk, before it is renamed.
"""

import importlib
import inspect
import math
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import nn
from benchmarks.proof.sentences import place_of
from nn import files, resuming
from nn.stopping import Progress

PATIENCE = 60.0  # seconds that a process may need to begin
LONGEST = 0.01  # seconds from the first save to a kill from outside
MOST_SAVES = 8  # before a kill from inside
QUIETLY: dict[str, Any] = {"jit": False, "progress": False}
SIZE = 200  # parameters
LINES = len(inspect.getsourcelines(files.replace_file)[0])

Report = Any  # a number in shared memory: how many saves have returned


class Kills(NamedTuple):
    """How many savings were killed, and what was lost."""

    tried: int
    lost: list[str]


def processes(loaded: list[str]) -> Any:
    """Where processes come from: copies of one that has loaded these modules, where the system has such.

    It is started once for each process that asks, and has loaded then what was asked for first.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(loaded)
    return context


# What the processes do


def save_for_ever(path: Path, saved: Report, lines: int) -> None:
    """Save models one after the other, all of whose parameters are the number of the save, counted from 1."""
    model = nn.Neuron(SIZE)
    kill_after(lines)
    for count in range(1, 10**9):
        for parameter in model.parameters():
            parameter.data = float(count)
        nn.save(model, path)
        saved.value = count


def train_for_ever(path: Path, saved: Report, lines: int) -> None:
    """Train, and keep the training after every epoch."""
    resuming.SECONDS_BETWEEN = -math.inf

    def note(progress: Progress) -> None:
        saved.value = len(progress.losses) - 1  # the epochs before this one have been kept

    kill_after(lines)
    trained(10**9, checkpoint=path, stop=[note])


def trained(epochs: int, **keep: Any) -> tuple[list[float], list[float]]:
    """The losses and parameters of a small training with batches and momentum."""
    rng = random.Random(1337)
    model = nn.Neuron(2, nonlin=False, rng=rng)
    X, y = [[0.0, 1.0], [1.0, 0.5], [2.0, -1.0]], [1.0, 0.0, 2.0]
    optimizer = nn.SGD(model.parameters(), lr=0.01, momentum=0.9)
    history = nn.fit(model, X, y, optimizer=optimizer, epochs=epochs, batch_size=2, rng=rng, **QUIETLY, **keep)
    return history.losses, [p.data for p in model.parameters()]


def save_by_torch_for_ever(path: Path, saved: Report, lines: int) -> None:
    """Save tensors with PyTorch, which writes into the file itself."""
    torch = importlib.import_module("torch")
    for count in range(1, 10**9):
        torch.save({"w": torch.full((SIZE,), float(count), dtype=torch.float64)}, path)
        saved.value = count


def kill_after(lines: int) -> None:
    """Have this process killed after so many lines of `replace_file`, counted over all its calls; never after 0."""
    if not lines:
        return
    left = lines

    def on_line(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal left
        left -= event == "line"
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return on_line

    sys.settrace(lambda frame, event, argument: on_line if frame.f_code is files.replace_file.__code__ else None)


# What is left of their work


def lost_model(path: Path, saved: int) -> str:
    """What is lost of saved models; "" for nothing."""
    model = nn.Neuron(SIZE)
    nn.load(path, into=model)
    found = {parameter.data for parameter in model.parameters()}
    return "" if found <= {saved, saved + 1} and len(found) == 1 else f"{saved} were saved, the file has {found}"


def lost_training(path: Path, saved: int) -> str:
    """What is lost of a training; "" for nothing: it has all epochs that were kept, and is that training to the bit."""
    losses, parameters = trained(0, checkpoint=path, resume=True)
    if len(losses) not in (saved, saved + 1):
        return f"{saved} epochs were kept, the file has {len(losses)}"
    return "" if (losses, parameters) == trained(len(losses)) else "another training is kept"


def lost_by_torch(path: Path, saved: int) -> str:
    """What is lost of tensors that PyTorch saved; "" for nothing."""
    found = set(importlib.import_module("torch").load(path, weights_only=True)["w"].tolist())
    return "" if found <= {saved, saved + 1} and len(found) == 1 else f"{saved} were saved, the file has {found}"


class Way(NamedTuple):
    """What is killed, how one sees what is lost, and whether the kill comes from inside."""

    work: Callable[[Path, Report, int], None]
    lost: Callable[[Path, int], str]
    inside: bool = False


WAYS = [
    Way(save_for_ever, lost_model),
    Way(save_for_ever, lost_model, inside=True),
    Way(train_for_ever, lost_training),
    Way(train_for_ever, lost_training, inside=True),
]
TORCH = Way(save_by_torch_for_ever, lost_by_torch)


def killed(cases: Iterator[int], ways: list[Way] = WAYS) -> Kills:
    """Kill savings, and see what is lost."""
    tried, lost = 0, list[str]()
    context = processes([__name__, *(["torch"] if TORCH in ways else [])])
    for case in cases:
        tried += 1
        way = ways[case % len(ways)]
        if said := trial(context, way, random.Random(case)):
            lost.append(f"case {case}, {way.work.__name__}: {said}")
    return Kills(tried, lost)


def trial(context: Any, way: Way, chance: random.Random) -> str:
    """What is lost when one saving is killed; "" for nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path, saved = Path(folder, "kept.json"), context.Value("q", 0, lock=False)
        lines = chance.randrange(LINES, MOST_SAVES * LINES) if way.inside else 0
        child = context.Process(target=way.work, args=(path, saved, lines))
        child.start()
        wait_until(lambda: saved.value > 0 or not child.is_alive())
        if not way.inside:
            time.sleep(chance.random() * LONGEST)
            child.kill()
        child.join(PATIENCE)
        if os.name == "posix" and child.exitcode != -signal.SIGKILL:
            raise RuntimeError(f"a process that was to be killed ended with {child.exitcode}")
        try:
            return way.lost(path, saved.value)
        except Exception as error:
            return place_of(error)


def wait_until(true: Callable[[], bool]) -> None:
    """Wait for something that a process brings about."""
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("the process that is to be killed did not begin")
        time.sleep(0.001)
