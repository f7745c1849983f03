"""Optimisers, with each hyperparameter."""

from collections.abc import Callable
from typing import Any

import nn
from benchmarks.proof.refusals.doors.entry import Entry
from benchmarks.proof.refusals.doors.kinds import (
    A_FEW_SIZES,
    NO_COUNT,
    NO_FUNCTION,
    NO_LIST,
    NO_SHARE,
    NO_SIZE,
    NO_TRUTH,
    NO_VALUE,
    NO_VALUES,
)

#: Each optimiser, its sizes from 0 on, its shares, and whether it has betas.
OPTIMISERS: dict[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "nn.SGD": (nn.SGD, ("momentum", "weight_decay")),
    "nn.Lion": (nn.Lion, ("weight_decay",)),
    "nn.Adagrad": (nn.Adagrad, ("lr_decay", "eps", "weight_decay")),
    "nn.RMSProp": (nn.RMSProp, ("eps", "momentum", "weight_decay")),
    "nn.Adam": (nn.Adam, ("eps", "weight_decay")),
    "nn.AdamW": (nn.AdamW, ("eps", "weight_decay")),
    "nn.LBFGS": (nn.LBFGS, ()),
    "nn.Optimizer": (nn.Optimizer, ()),
}
NO_PAIR = (*NO_LIST, "list", "list of 3", "list of texts", "list of None", "empty list", "list of lists")
NO_STATE = ("None", "number", "text", "list", "dictionary", "object")

ENTRIES = [
    entry
    for name, (kind, sizes) in OPTIMISERS.items()
    for entry in (
        Entry(name, "parameters", lambda w, bad, k=kind: k(bad, lr=0.1), (*NO_VALUES, "empty list", "used generator")),
        Entry(name, "lr", lambda w, bad, k=kind: k(w.parameters, lr=bad), NO_SIZE),
        *(
            Entry(name, size, lambda w, bad, k=kind, size=size: k(w.parameters, lr=0.1, **{size: bad}), A_FEW_SIZES)
            for size in sizes
        ),
    )
] + [
    Entry("nn.SGD", "nesterov", lambda w, bad: nn.SGD(w.parameters, 0.1, momentum=0.9, nesterov=bad), NO_TRUTH),
    Entry("nn.RMSProp", "alpha", lambda w, bad: nn.RMSProp(w.parameters, alpha=bad), NO_SHARE),
    Entry("nn.Adam", "betas", lambda w, bad: nn.Adam(w.parameters, betas=bad), NO_PAIR),
    Entry("nn.AdamW", "a beta", lambda w, bad: nn.AdamW(w.parameters, betas=(0.9, bad)), NO_SHARE, "betas"),
    Entry("nn.Lion", "betas", lambda w, bad: nn.Lion(w.parameters, betas=bad), NO_PAIR),
    Entry("nn.LBFGS", "history", lambda w, bad: nn.LBFGS(w.parameters, history=bad), NO_COUNT),
    Entry("nn.LBFGS", "line_search", lambda w, bad: nn.LBFGS(w.parameters, line_search=bad), NO_TRUTH),
    Entry("nn.Optimizer", "lr assigned", lambda w, bad: setattr(w.optimizer, "lr", bad), NO_SIZE, "lr"),
    Entry("nn.Optimizer", "loss", lambda w, bad: w.optimizer.descend(bad), NO_FUNCTION),
    Entry("nn.Optimizer", "what loss gives", lambda w, bad: w.optimizer.descend(lambda: bad), NO_VALUE, "loss"),
    Entry("nn.Optimizer", "state", lambda w, bad: w.optimizer.load_state_dict(bad), NO_STATE),
    Entry(
        "nn.Optimizer",
        "lr in a state",
        lambda w, bad: w.optimizer.load_state_dict(w.optimizer.state_dict() | {"lr": bad}),
        NO_SIZE,
        "lr",
    ),
    Entry("nn.Optimizer", "clip", lambda w, bad: setattr(w.optimizer, "clip", bad), ("number", "text", "object")),
    Entry("nn.ByNorm", "limit", lambda w, bad: nn.ByNorm(bad), NO_SIZE),
    Entry("nn.ByValue", "limit", lambda w, bad: nn.ByValue(bad), NO_SIZE),
]
