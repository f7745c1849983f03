"""Training: schedules, penalties, conditions to stop, `fit`, searches."""

import random
from typing import Any

import nn
from benchmarks.proof.refusals.doors.entry import Entry, without
from benchmarks.proof.refusals.doors.kinds import (
    A_FEW_SIZES,
    NO_COUNT,
    NO_FUNCTION,
    NO_LIST,
    NO_LOSS,
    NO_NUMBER,
    NO_NUMBERS,
    NO_RNG,
    NO_ROWS,
    NO_SHARE,
    NO_SIZE,
    NO_TRUTH,
    NO_VALUE,
)
from benchmarks.proof.refusals.doors.world import World


def fitted(world: World, **given: Any) -> object:
    """What `fit` gives when one of its arguments is another."""
    usual = {"model": world.model, "X": world.X, "y": world.targets, "optimizer": world.optimizer, "epochs": 1}
    return nn.fit(**{**usual, **given})


def swept(world: World, **given: Any) -> object:
    """What `sweep` gives when one of its arguments is another."""
    usual = {
        "learn": lambda choice, X, y, rng: choice,
        "choices": [1],
        "X": world.X,
        "y": world.targets,
        "error": lambda model, X, y: 0.0,
        "k": 2,
    }
    return nn.sweep(**{**usual, **given})


RATES = [
    Entry("schedules.constant", "lr", lambda w, bad: nn.schedules.constant(bad), NO_SIZE),
    Entry("schedules.step", "lr", lambda w, bad: nn.schedules.step(bad, 2), A_FEW_SIZES),
    Entry("schedules.step", "every", lambda w, bad: nn.schedules.step(0.1, bad), NO_COUNT),
    Entry("schedules.step", "factor", lambda w, bad: nn.schedules.step(0.1, 2, bad), A_FEW_SIZES),
    Entry("schedules.exponential", "factor", lambda w, bad: nn.schedules.exponential(0.1, bad), A_FEW_SIZES),
    Entry("schedules.exponential", "lr", lambda w, bad: nn.schedules.exponential(bad, 0.5), A_FEW_SIZES),
    Entry("schedules.cosine", "lr", lambda w, bad: nn.schedules.cosine(bad, 2), A_FEW_SIZES),
    Entry("schedules.cosine", "epochs", lambda w, bad: nn.schedules.cosine(0.1, bad), NO_COUNT),
    Entry("schedules.cosine", "lowest", lambda w, bad: nn.schedules.cosine(0.1, 2, bad), A_FEW_SIZES),
    Entry("schedules.warm_up", "schedule", lambda w, bad: nn.schedules.warm_up(bad, 2), NO_FUNCTION),
    Entry(
        "schedules.warm_up",
        "epochs",
        lambda w, bad: nn.schedules.warm_up(nn.schedules.constant(0.1), bad),
        without(NO_COUNT, "zero"),
    ),
    Entry("schedules.one_cycle", "peak", lambda w, bad: nn.schedules.one_cycle(bad, 9), A_FEW_SIZES),
    Entry("schedules.one_cycle", "epochs", lambda w, bad: nn.schedules.one_cycle(0.1, bad), (*NO_COUNT, "one")),
    Entry("schedules.one_cycle", "rising", lambda w, bad: nn.schedules.one_cycle(0.1, 9, bad), NO_SHARE),
    Entry(
        "schedules.reduce_on_plateau",
        "patience",
        lambda w, bad: nn.schedules.reduce_on_plateau(0.1, patience=bad),
        without(NO_COUNT, "zero"),
    ),
    Entry(
        "schedules.reduce_on_plateau",
        "least",
        lambda w, bad: nn.schedules.reduce_on_plateau(0.1, least=bad),
        A_FEW_SIZES,
    ),
    Entry("schedules.reduce_on_plateau", "lr", lambda w, bad: nn.schedules.reduce_on_plateau(bad), A_FEW_SIZES),
    Entry(
        "schedules.reduce_on_plateau", "factor", lambda w, bad: nn.schedules.reduce_on_plateau(0.1, bad), A_FEW_SIZES
    ),
    Entry("penalties.l1", "strength", lambda w, bad: nn.penalties.l1(bad), NO_SIZE),
    Entry("penalties.l2", "strength", lambda w, bad: nn.penalties.l2(bad), NO_SIZE),
    Entry("penalties.l1", "thresholds", lambda w, bad: nn.penalties.l1(0.1, thresholds=bad), NO_TRUTH),
    Entry("penalties.elastic", "thresholds", lambda w, bad: nn.penalties.elastic(0.1, 0.1, thresholds=bad), NO_TRUTH),
    Entry("penalties.l2", "thresholds", lambda w, bad: nn.penalties.l2(0.1, thresholds=bad), NO_TRUTH),
    Entry(
        "penalties.l2",
        "model",
        lambda w, bad: nn.penalties.l2(0.1)(bad),
        ("None", "number", "list", "object"),
        "penalty",
    ),
    Entry("penalties.elastic", "l1_strength", lambda w, bad: nn.penalties.elastic(bad, 0.1), A_FEW_SIZES, "l1"),
    Entry("penalties.elastic", "l2_strength", lambda w, bad: nn.penalties.elastic(0.1, bad), A_FEW_SIZES, "l2"),
    Entry("stopping.target_loss", "loss", lambda w, bad: nn.stopping.target_loss(bad), (*NO_NUMBER, "nan", "infinity")),
    Entry("stopping.gradient_norm", "least", lambda w, bad: nn.stopping.gradient_norm(bad), NO_SIZE, "gradient"),
    Entry("stopping.no_progress", "patience", lambda w, bad: nn.stopping.no_progress(bad), NO_COUNT),
    Entry("stopping.no_progress", "least", lambda w, bad: nn.stopping.no_progress(2, bad), A_FEW_SIZES),
    Entry("stopping.wall_time", "seconds", lambda w, bad: nn.stopping.wall_time(bad), NO_SIZE),
    Entry("nn.EarlyStopping", "patience", lambda w, bad: nn.EarlyStopping(bad), NO_COUNT),
    Entry("nn.EarlyStopping", "restore_best", lambda w, bad: nn.EarlyStopping(2, restore_best=bad), NO_TRUTH),
]
FITTED = [
    Entry("nn.fit", "model", lambda w, bad: fitted(w, model=bad), NO_FUNCTION),
    Entry("nn.fit", "X", lambda w, bad: fitted(w, X=bad), NO_ROWS),
    Entry("nn.fit", "an input", lambda w, bad: fitted(w, X=[[bad, 1.0], [1.0, 0.0], [1.0, 1.0]]), NO_NUMBER, "row"),
    Entry(
        "nn.fit", "rows too long", lambda w, bad: fitted(w, X=[bad, bad, bad]), ("list of 3", "empty list"), "inputs"
    ),
    Entry("nn.fit", "y", lambda w, bad: fitted(w, y=bad), (*NO_NUMBERS, "list", "empty list")),
    Entry(
        "nn.fit",
        "a target",
        lambda w, bad: fitted(w, y=[0.0, 1.0, bad]),
        without(NO_NUMBER, "used generator"),
        "y|squared_error",
    ),
    Entry("nn.fit", "optimizer", lambda w, bad: fitted(w, optimizer=bad), (*NO_FUNCTION, "class")),
    Entry("nn.fit", "loss", lambda w, bad: fitted(w, loss=bad), NO_LOSS),
    Entry("nn.fit", "what loss gives", lambda w, bad: fitted(w, loss=lambda p, t: bad), NO_VALUE, "loss"),
    Entry("nn.fit", "penalty", lambda w, bad: fitted(w, penalty=bad), without(NO_FUNCTION, "None")),
    Entry(
        "nn.fit",
        "what penalty gives",
        lambda w, bad: fitted(w, penalty=lambda m: bad),
        without(NO_NUMBER, "array"),
        "penalty|loss|operation",
    ),
    Entry("nn.fit", "epochs", lambda w, bad: fitted(w, epochs=bad), without(NO_COUNT, "zero")),
    Entry("nn.fit", "batch_size", lambda w, bad: fitted(w, batch_size=bad), without(NO_COUNT, "None")),
    Entry("nn.fit", "rng", lambda w, bad: fitted(w, rng=bad), NO_RNG),
    Entry("nn.fit", "schedule", lambda w, bad: fitted(w, schedule=bad), without(NO_FUNCTION, "None")),
    Entry("nn.fit", "what schedule gives", lambda w, bad: fitted(w, schedule=lambda epoch, losses: bad), NO_SIZE, "lr"),
    Entry(
        "nn.fit",
        "validation",
        lambda w, bad: fitted(w, validation=bad),
        without((*NO_SHARE, "zero", "list of 3", "empty list"), "None"),
        "validation|share|X",
    ),
    Entry("nn.fit", "metric", lambda w, bad: fitted(w, metric=bad), without(NO_FUNCTION, "None")),
    Entry(
        "nn.fit",
        "stop",
        lambda w, bad: fitted(w, stop=bad),
        (*without(NO_LIST, "dictionary"), "list", "list of texts", "dictionary"),
    ),
    Entry("nn.fit", "checkpoint", lambda w, bad: fitted(w, checkpoint=bad), ("number", "list", "object", "bytes")),
    Entry("nn.fit", "resume", lambda w, bad: fitted(w, resume=bad), (*NO_TRUTH, "None")),
    Entry("nn.fit", "progress", lambda w, bad: fitted(w, progress=bad), NO_TRUTH),
    Entry("nn.fit", "jit", lambda w, bad: fitted(w, jit=bad), NO_TRUTH),
    Entry("nn.restarts", "train", lambda w, bad: nn.restarts(bad, 1), NO_FUNCTION),
    Entry(
        "nn.restarts",
        "what train gives",
        lambda w, bad: nn.restarts(lambda rng: bad, 1, rng=random.Random(1)),
        NO_NUMBER,
        "train",
    ),
    Entry(
        "nn.restarts",
        "a loss",
        lambda w, bad: nn.restarts(lambda rng: (bad, None), 1, rng=random.Random(1)),
        NO_NUMBER,
        "loss",
    ),
    Entry(
        "nn.restarts", "n", lambda w, bad: nn.restarts(lambda rng: (0.0, None), bad), NO_COUNT, "the number of starts"
    ),
    Entry("nn.restarts", "rng", lambda w, bad: nn.restarts(lambda rng: (0.0, None), 1, rng=bad), NO_RNG),
    Entry("nn.restarts", "executor", lambda w, bad: nn.restarts(lambda rng: (0.0, None), 1, executor=bad), NO_RNG),
    Entry("nn.restarts", "progress", lambda w, bad: nn.restarts(lambda rng: (0.0, None), 1, progress=bad), NO_TRUTH),
    Entry("nn.sweep", "learn", lambda w, bad: swept(w, learn=bad), NO_FUNCTION),
    Entry("nn.sweep", "choices", lambda w, bad: swept(w, choices=bad), (*NO_LIST, "empty list", "used generator")),
    Entry("nn.sweep", "X", lambda w, bad: swept(w, X=bad), (*NO_LIST, "empty list")),
    Entry("nn.sweep", "y", lambda w, bad: swept(w, y=bad), (*NO_LIST, "empty list")),
    Entry("nn.sweep", "error", lambda w, bad: swept(w, error=bad), NO_FUNCTION),
    Entry(
        "nn.sweep",
        "what error gives",
        lambda w, bad: swept(w, rng=random.Random(1), error=lambda m, X, y: bad),
        NO_NUMBER,
        "error",
    ),
    Entry("nn.sweep", "k", lambda w, bad: swept(w, k=bad), (*NO_COUNT, "one")),
    Entry("nn.sweep", "rng", lambda w, bad: swept(w, rng=bad), NO_RNG),
    Entry("nn.sweep", "executor", lambda w, bad: swept(w, executor=bad), NO_RNG),
    Entry("nn.sweep", "progress", lambda w, bad: swept(w, progress=bad), NO_TRUTH),
]

ENTRIES = [*RATES, *FITTED]
