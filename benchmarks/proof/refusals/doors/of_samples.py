"""Samples: `nn.data`."""

from collections.abc import Callable
from typing import Any

import nn
from benchmarks.proof.refusals.doors.entry import Entry, without
from benchmarks.proof.refusals.doors.kinds import (
    NO_COUNT,
    NO_LIST,
    NO_NUMBER,
    NO_RNG,
    NO_ROWS,
    NO_SHARE,
    NO_SIZE,
    NO_TRUTH,
    NO_WHOLE,
)

data = nn.data

SHAPES: dict[str, Callable[..., Any]] = {
    f"data.{shape.__name__}": shape
    for shape in (data.moons, data.circles, data.spirals, data.gaussians, data.xor, data.sine)
}
DRAWN = [
    entry
    for name, shape in SHAPES.items()
    for entry in (
        Entry(name, "n", lambda w, bad, f=shape: f(bad), NO_COUNT),
        Entry(name, "noise", lambda w, bad, f=shape: f(4, noise=bad), NO_SIZE),
        Entry(name, "rng", lambda w, bad, f=shape: f(4, rng=bad), NO_RNG),
    )
] + [
    Entry("data.spirals", "classes", lambda w, bad: data.spirals(4, classes=bad), NO_COUNT),
    Entry("data.gaussians", "distance", lambda w, bad: data.gaussians(4, distance=bad), NO_SIZE),
]
PREPARED = [
    Entry(
        "data.train_test_split",
        "X",
        lambda w, bad: data.train_test_split(bad, w.targets),
        (*NO_LIST, "empty list", "list"),
    ),
    Entry(
        "data.train_test_split", "y", lambda w, bad: data.train_test_split(w.X, bad), (*NO_LIST, "empty list", "list")
    ),
    Entry(
        "data.train_test_split",
        "test",
        lambda w, bad: data.train_test_split(w.X, w.targets, test=bad),
        (*NO_SHARE, "zero"),
        "test|share",
    ),
    Entry("data.train_test_split", "rng", lambda w, bad: data.train_test_split(w.X, w.targets, rng=bad), NO_RNG),
    Entry(
        "data.train_test_split",
        "by_class",
        lambda w, bad: data.train_test_split(w.X, w.targets, by_class=bad),
        NO_TRUTH,
    ),
    Entry("data.batches", "X", lambda w, bad: data.batches(bad, w.targets, 1), (*NO_LIST, "empty list", "list")),
    Entry("data.batches", "y", lambda w, bad: data.batches(w.X, bad, 1), (*NO_LIST, "empty list", "list")),
    Entry("data.batches", "size", lambda w, bad: data.batches(w.X, w.targets, bad), NO_COUNT),
    Entry("data.batches", "rng", lambda w, bad: data.batches(w.X, w.targets, 1, rng=bad), NO_RNG),
    Entry("data.folds", "count", lambda w, bad: data.folds(bad, 2), (*NO_COUNT, "one"), "the number of samples"),
    Entry("data.folds", "k", lambda w, bad: data.folds(4, bad), (*NO_COUNT, "one")),
    Entry("data.folds", "rng", lambda w, bad: data.folds(4, 2, rng=bad), NO_RNG),
    Entry("data.one_hot", "label", lambda w, bad: data.one_hot(bad, 2), (*without(NO_WHOLE, "truth"), "negative")),
    Entry("data.one_hot", "classes", lambda w, bad: data.one_hot(0, bad), NO_COUNT),
    Entry("data.standardize", "X", lambda w, bad: data.standardize(bad), NO_ROWS),
    Entry("data.standardize", "ragged X", lambda w, bad: data.standardize(bad), ("ragged list",), "X"),
    Entry(
        "data.standardize",
        "an input",
        lambda w, bad: data.standardize([[1.0], [bad]]),
        (*NO_NUMBER, "nan", "infinity"),
        "X",
    ),
    Entry("data.standardizer", "X", lambda w, bad: data.standardizer(bad), NO_ROWS),
    Entry(
        "data.Standardizer",
        "X",
        lambda w, bad: data.standardizer(w.X)(bad),
        without(NO_ROWS, "empty list", "used generator"),
    ),
    Entry("data.Standardizer", "wide X", lambda w, bad: data.standardizer([[1.0], [2.0]])(bad), ("matrix",), "X"),
]


ENTRIES = [*DRAWN, *PREPARED]
