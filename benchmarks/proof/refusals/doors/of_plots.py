"""Pictures of training: `nn.plots`."""

from typing import Any

import nn
from autograd import Value
from benchmarks.proof.refusals.doors.entry import Entry, without
from benchmarks.proof.refusals.doors.kinds import (
    NO_COUNT,
    NO_FUNCTION,
    NO_LIST,
    NO_MODULE,
    NO_NUMBERS,
    NO_ROWS,
    NO_TRUTH,
)
from benchmarks.proof.refusals.doors.world import World

plots = nn.plots

NO_AX = ("number", "text", "list", "object", "class")
NO_LIMITS = ("number", "text", "object", "list of 3", "list of texts", "empty list", "list of None", "class")
CURVES = {"a": [0.5, 0.25]}
RATE = nn.schedules.constant(0.1)
ENDS = nn.Restarts([nn.Run(1, 0.5, "a"), nn.Run(2, 0.25, "b")])
NO_SCOPE = ("None", "number", "list", "object")


def bowl(x: Value, y: Value) -> Value:
    """A surface to draw."""
    return x * x + y * y


def sgd(parameters: list[Value]) -> nn.Optimizer:
    """An optimiser for a path."""
    return nn.SGD(parameters, lr=0.1)


def bounded(world: World, **given: Any) -> object:
    """What `decision_boundary` gives when one of its arguments is another."""
    return plots.decision_boundary(world.model, world.X, world.targets, **{"resolution": 2, **given})


def surface(**given: Any) -> object:
    """What `loss_surface` gives when one of its arguments is another."""
    return plots.loss_surface(bowl, **{"xlim": (0, 1), "ylim": (0, 1), "resolution": 3, **given})


ENTRIES = [
    Entry(
        "plots.loss_curves",
        "losses",
        lambda w, bad: plots.loss_curves(bad),
        without((*NO_NUMBERS, "empty list"), "dictionary"),
        "losses|picture",
    ),
    Entry(
        "plots.loss_curves",
        "validation",
        lambda w, bad: plots.loss_curves([0.5, 0.25], bad),
        without((*NO_NUMBERS, "list of 3", "empty list"), "None"),
        "validation|picture",
    ),
    Entry("plots.loss_curves", "ax", lambda w, bad: plots.loss_curves([0.5, 0.25], ax=bad), NO_AX),
    Entry("plots.decision_boundary", "model", lambda w, bad: plots.decision_boundary(bad, w.X, w.targets), NO_FUNCTION),
    Entry("plots.decision_boundary", "X", lambda w, bad: plots.decision_boundary(w.model, bad, w.targets), NO_ROWS),
    Entry(
        "plots.decision_boundary",
        "y",
        lambda w, bad: plots.decision_boundary(w.model, w.X, bad),
        (*NO_NUMBERS, "list", "empty list"),
    ),
    Entry(
        "plots.decision_boundary",
        "xlim",
        lambda w, bad: plots.decision_boundary(w.model, w.X, w.targets, xlim=bad),
        NO_LIMITS,
        "xlim|picture",
    ),
    Entry(
        "plots.decision_boundary", "ax", lambda w, bad: plots.decision_boundary(w.model, w.X, w.targets, ax=bad), NO_AX
    ),
    Entry(
        "plots.loss_surface", "f", lambda w, bad: plots.loss_surface(bad, xlim=(0, 1), ylim=(0, 1)), NO_FUNCTION, "loss"
    ),
    Entry(
        "plots.loss_surface",
        "paths",
        lambda w, bad: plots.loss_surface(bowl, bad),
        (*NO_LIST, "list", "list of texts"),
        "path",
    ),
    Entry(
        "plots.loss_surface",
        "xlim",
        lambda w, bad: plots.loss_surface(bowl, xlim=bad, ylim=(0, 1)),
        NO_LIMITS,
        "xlim|picture",
    ),
    Entry("plots.descent_path", "f", lambda w, bad: plots.descent_path(bad, [1.0, 1.0], sgd), NO_FUNCTION, "loss"),
    Entry(
        "plots.descent_path",
        "start",
        lambda w, bad: plots.descent_path(bowl, bad, sgd),
        (*NO_NUMBERS, "list of 3", "empty list"),
        "path|start|picture",
    ),
    Entry("plots.descent_path", "optimizer", lambda w, bad: plots.descent_path(bowl, [1.0, 1.0], bad), NO_FUNCTION),
    Entry(
        "plots.descent_path",
        "steps",
        lambda w, bad: plots.descent_path(bowl, [1.0, 1.0], sgd, bad),
        without(NO_COUNT, "zero"),
    ),
    Entry("plots.learning_rates", "schedules", lambda w, bad: plots.learning_rates(bad, 3), NO_FUNCTION, "schedule"),
    Entry(
        "plots.learning_rates", "epochs", lambda w, bad: plots.learning_rates(nn.schedules.constant(0.1), bad), NO_COUNT
    ),
    Entry("plots.restart_ends", "found", lambda w, bad: plots.restart_ends(bad), NO_MODULE),
    Entry("plots.sizes_by_epoch", "sizes", lambda w, bad: plots.sizes_by_epoch(bad), NO_FUNCTION),
    Entry("plots.weights_image", "weights", lambda w, bad: plots.weights_image(bad), NO_ROWS),
    Entry(
        "plots.weights_image",
        "shape",
        lambda w, bad: plots.weights_image([[1.0, 2.0]], bad),
        ("number", "text", "object", "list of 3", "list of texts"),
    ),
    Entry(
        "plots.gradient_histograms",
        "gradients",
        lambda w, bad: plots.gradient_histograms(bad),
        without(NO_MODULE, "dictionary"),
        "numbers",
    ),
    Entry(
        "plots.activation_histograms",
        "model",
        lambda w, bad: plots.activation_histograms(bad, w.X),
        without(NO_MODULE, "dictionary"),
        "Module",
    ),
    Entry(
        "plots.activation_histograms",
        "X",
        lambda w, bad: plots.activation_histograms(w.model, bad),
        without(NO_ROWS, "None"),
        "X|row|inputs",
    ),
    Entry(
        "plots.activations_by_layer", "model", lambda w, bad: plots.activations_by_layer(bad, w.X), NO_MODULE, "Module"
    ),
    Entry(
        "plots.activations_by_layer",
        "X",
        lambda w, bad: plots.activations_by_layer(w.model, bad),
        NO_ROWS,
        "X|row|inputs",
    ),
    Entry("plots.gradients_by_layer", "model", lambda w, bad: plots.gradients_by_layer(bad), NO_MODULE, "gradients"),
    Entry("plots.loss_curves", "log", lambda w, bad: plots.loss_curves([0.5, 0.25], log=bad), NO_TRUTH),
    Entry("plots.decision_boundary", "classes", lambda w, bad: bounded(w, classes=bad), ("number", "object")),
    Entry("plots.decision_boundary", "ylim", lambda w, bad: bounded(w, ylim=bad), NO_LIMITS, "ylim|picture"),
    Entry("plots.decision_boundary", "resolution", lambda w, bad: bounded(w, resolution=bad), (*NO_COUNT, "one")),
    Entry("plots.decision_boundary", "jit", lambda w, bad: bounded(w, jit=bad), NO_TRUTH),
    Entry("plots.loss_surface", "ylim", lambda w, bad: surface(ylim=bad), NO_LIMITS, "ylim|picture"),
    Entry("plots.loss_surface", "resolution", lambda w, bad: surface(resolution=bad), (*NO_COUNT, "one")),
    Entry("plots.loss_surface", "minima", lambda w, bad: surface(minima=bad), NO_TRUTH),
    Entry("plots.loss_surface", "ax", lambda w, bad: surface(ax=bad), NO_AX),
    Entry("plots.learning_rates", "losses", lambda w, bad: plots.learning_rates(RATE, 3, losses=bad), NO_NUMBERS),
    Entry("plots.learning_rates", "ax", lambda w, bad: plots.learning_rates(RATE, 3, ax=bad), NO_AX),
    Entry("plots.restart_ends", "ax", lambda w, bad: plots.restart_ends(ENDS, ax=bad), NO_AX),
    Entry("plots.sizes_by_epoch", "quantity", lambda w, bad: plots.sizes_by_epoch(CURVES, quantity=bad), NO_SCOPE),
    Entry("plots.sizes_by_epoch", "ax", lambda w, bad: plots.sizes_by_epoch(CURVES, ax=bad), NO_AX),
    Entry("plots.weights_image", "ax", lambda w, bad: plots.weights_image([[1.0, 2.0]], ax=bad), NO_AX),
    Entry("plots.gradient_histograms", "ax", lambda w, bad: plots.gradient_histograms(w.model, ax=bad), NO_AX),
    Entry("plots.activation_histograms", "ax", lambda w, bad: plots.activation_histograms(w.model, w.X, ax=bad), NO_AX),
]
