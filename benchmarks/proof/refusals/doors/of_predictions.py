"""What is said of a model and its predictions: losses, scores, a diagnosis, a history, files."""

from collections.abc import Callable
from typing import Any

import nn
from benchmarks.proof.refusals.doors.entry import Entry, without
from benchmarks.proof.refusals.doors.kinds import (
    NO_COUNT,
    NO_FUNCTION,
    NO_LIST,
    NO_LOSS,
    NO_MODULE,
    NO_NUMBER,
    NO_NUMBERS,
    NO_ROWS,
    NO_SIZE,
)

MEAN_LOSSES: dict[str, Callable[..., Any]] = {
    f"nn.{loss.__name__}": loss for loss in (nn.squared_error, nn.absolute_error, nn.huber)
}
LOSSES = [
    entry
    for name, loss in MEAN_LOSSES.items()
    for entry in (
        Entry(name, "prediction", lambda w, bad, f=loss: f(bad, 1.0), NO_NUMBER),
        Entry(name, "target", lambda w, bad, f=loss: f(w.x, bad), NO_NUMBER),
        Entry(
            name,
            "as many targets",
            lambda w, bad, f=loss: f([w.x, w.y], bad),
            (*NO_LIST, "list of 3", "empty list", "list of texts"),
        ),
    )
] + [
    Entry("nn.huber", "delta", lambda w, bad: nn.huber(1.0, 2.0, bad), (*NO_SIZE, "zero")),
    Entry("nn.hinge", "score", lambda w, bad: nn.hinge(bad, 1), NO_NUMBER),
    Entry("nn.hinge", "target", lambda w, bad: nn.hinge(w.x, bad), (*NO_NUMBER, "zero", "number", "nan")),
    Entry("nn.binary_cross_entropy", "logit", lambda w, bad: nn.binary_cross_entropy(bad, 1), NO_NUMBER),
    Entry(
        "nn.binary_cross_entropy",
        "target",
        lambda w, bad: nn.binary_cross_entropy(w.x, bad),
        (*NO_NUMBER, "negative", "number", "nan"),
    ),
    Entry(
        "nn.cross_entropy",
        "logits",
        lambda w, bad: nn.cross_entropy(bad, 1),
        (*NO_NUMBERS, "empty list", "used generator"),
    ),
    Entry(
        "nn.cross_entropy",
        "label",
        lambda w, bad: nn.cross_entropy([w.x, w.y], bad),
        (*NO_NUMBER, "negative", "number", "nan"),
    ),
]

READ_OFF = [
    Entry("nn.accuracy", "model", lambda w, bad: nn.accuracy(bad, w.X, w.targets), NO_FUNCTION),
    Entry("nn.accuracy", "X", lambda w, bad: nn.accuracy(w.model, bad, w.targets), NO_ROWS),
    Entry("nn.accuracy", "y", lambda w, bad: nn.accuracy(w.model, w.X, bad), (*NO_NUMBERS, "list", "empty list")),
    Entry(
        "nn.accuracy",
        "what model gives",
        lambda w, bad: nn.accuracy(lambda row: bad, w.X, w.targets),
        without(NO_NUMBER, "list", "array"),
        "score",
    ),
    Entry("nn.diagnosis", "model", lambda w, bad: nn.diagnosis(bad, w.X, w.targets), NO_MODULE, "Module"),
    Entry("nn.diagnosis", "X", lambda w, bad: nn.diagnosis(w.model, bad, w.targets), NO_ROWS),
    Entry("nn.diagnosis", "y", lambda w, bad: nn.diagnosis(w.model, w.X, bad), (*NO_NUMBERS, "list", "empty list")),
    Entry("nn.diagnosis", "loss", lambda w, bad: nn.diagnosis(w.model, w.X, w.targets, loss=bad), NO_LOSS),
    Entry("nn.deltas", "model", lambda w, bad: nn.deltas(bad), NO_MODULE, "Module"),
    Entry("nn.Recorder", "loss", lambda w, bad: nn.Recorder(bad), NO_LOSS),
    Entry("nn.Recorder", "rows", lambda w, bad: nn.Recorder(rows=bad), NO_COUNT),
    Entry(
        "nn.History",
        "text",
        lambda w, bad: nn.History.from_json(bad),
        ("None", "number", "text", "list", "object", "misspelt name"),
        "history",
    ),
    Entry(
        "nn.History",
        "record",
        lambda w, bad: nn.History.of(bad),
        ("None", "number", "text", "list", "object", "dictionary"),
        "history",
    ),
    Entry("nn.save", "model", lambda w, bad: nn.save(bad, w.file), NO_MODULE),
    Entry(
        "nn.save",
        "path",
        lambda w, bad: nn.save(w.model, bad),
        ("None", "number", "list", "object", "bytes", "text"),
        "path|file",
    ),
    Entry(
        "nn.load",
        "path",
        lambda w, bad: nn.load(bad, into=w.model),
        ("None", "number", "list", "object", "bytes", "text"),
        "path|file",
    ),
    Entry("nn.load", "into", lambda w, bad: nn.load(w.file, into=bad), NO_MODULE),
]

ENTRIES = [*LOSSES, *READ_OFF]
