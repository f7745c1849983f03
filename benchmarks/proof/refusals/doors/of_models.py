"""Models: neurons, layers, networks, and how their first weights are drawn."""

import random
from collections.abc import Callable
from typing import Any

import nn
from benchmarks.proof.refusals.doors.entry import Entry, without
from benchmarks.proof.refusals.doors.kinds import (
    NO_COUNT,
    NO_FUNCTION,
    NO_INPUTS,
    NO_MODULE,
    NO_NAME,
    NO_NUMBER,
    NO_NUMBERS,
    NO_RNG,
    NO_SHARE,
    NO_SIZE,
    NO_TRUTH,
)

NO_INIT = ("None", "misspelt name", "number", "list", "object")
NO_SCOPE = ("None", "number", "list", "object")

NEURONS = [
    Entry("nn.Neuron", "nin", lambda w, bad: nn.Neuron(bad), NO_COUNT, "the number of inputs"),
    Entry("nn.Neuron", "activation", lambda w, bad: nn.Neuron(2, activation=bad), NO_NAME),
    Entry("nn.Neuron", "init", lambda w, bad: nn.Neuron(2, init=bad), NO_INIT, "initialiser"),
    Entry(
        "nn.Neuron",
        "what init gives",
        lambda w, bad: nn.Neuron(2, init=lambda i, o, r: bad),
        NO_FUNCTION,
        "initialiser",
    ),
    Entry("nn.Neuron", "a drawn weight", lambda w, bad: nn.Neuron(2, init=lambda *_: lambda: bad), NO_NUMBER, "Value"),
    Entry("nn.Neuron", "rng", lambda w, bad: nn.Neuron(2, rng=bad), NO_RNG),
    Entry("nn.Neuron", "fan_out", lambda w, bad: nn.Neuron(2, fan_out=bad), NO_COUNT),
    Entry("nn.Neuron", "scope", lambda w, bad: nn.Neuron(2, scope=bad), NO_SCOPE),
    Entry("nn.Neuron", "x", lambda w, bad: w.model.layers[0].neurons[0](bad), NO_INPUTS, "neuron|dot"),
    Entry("nn.Neuron", "an input", lambda w, bad: w.model.layers[0].neurons[0]([bad, 1.0]), NO_NUMBER, "neuron|dot"),
    Entry("nn.Layer", "nin", lambda w, bad: nn.Layer(bad, 2), NO_COUNT, "the number of inputs"),
    Entry("nn.Layer", "nout", lambda w, bad: nn.Layer(2, bad), NO_COUNT, "the size of a layer"),
    Entry("nn.Layer", "scope", lambda w, bad: nn.Layer(2, 2, scope=bad), NO_SCOPE),
    Entry("nn.Layer", "activation", lambda w, bad: nn.Layer(2, 2, activation=bad), NO_NAME),
    Entry("nn.Layer", "x", lambda w, bad: w.model.layers[0](bad), NO_INPUTS, "neuron|dot"),
    Entry("nn.MLP", "nin", lambda w, bad: nn.MLP(bad, [2, 1]), NO_COUNT, "the number of inputs"),
    Entry("nn.MLP", "nouts", lambda w, bad: nn.MLP(2, bad), (*NO_NUMBERS, "empty list", "list"), "layer"),
    Entry("nn.MLP", "a size", lambda w, bad: nn.MLP(2, [bad, 1]), NO_COUNT, "the size of a layer"),
    Entry("nn.MLP", "activation", lambda w, bad: nn.MLP(2, [2, 1], activation=bad), NO_NAME),
    Entry("nn.MLP", "unused activation", lambda w, bad: nn.MLP(2, [1], activation=bad), NO_NAME, "activation"),
    Entry("nn.MLP", "output_activation", lambda w, bad: nn.MLP(2, [1], output_activation=bad), NO_NAME, "activation"),
    Entry("nn.MLP", "init", lambda w, bad: nn.MLP(2, [2, 1], init=bad), NO_INIT, "initialiser"),
    Entry("nn.MLP", "rng", lambda w, bad: nn.MLP(2, [2, 1], rng=bad), NO_RNG),
    Entry("nn.MLP", "scope", lambda w, bad: nn.MLP(2, [2, 1], scope=bad), NO_SCOPE),
    Entry("nn.MLP", "x", lambda w, bad: w.model(bad), NO_INPUTS, "neuron|dot"),
    Entry("nn.Module", "state", lambda w, bad: w.model.load_state_dict(bad), NO_MODULE),
    Entry(
        "nn.Module",
        "a number",
        lambda w, bad: w.model.load_state_dict(w.model.state_dict() | {"layers.1.neurons.0.b": bad}),
        NO_NUMBER,
        "parameter",
    ),
]

CONV = nn.Conv2d(1, 1, 2, rng=random.Random(1337))
EMBEDDING = nn.Embedding(2, 2, rng=random.Random(1337))
ATTENTION = nn.Attention(2, rng=random.Random(1337))
SEQUENCE = [[1.0, 2.0], [3.0, 4.0]]
NO_IMAGE = (*NO_NUMBERS, "list", "empty list", "list of lists", "used generator", "array")
NO_SEQUENCE = (*NO_NUMBERS, "list", "ragged list", "array")
RECURRENT: dict[str, Callable[..., Any]] = {"nn.RNN": nn.RNN, "nn.LSTM": nn.LSTM, "nn.GRU": nn.GRU}
REMEMBERING = {name: kind(2, 2, rng=random.Random(1337)) for name, kind in RECURRENT.items()}

LAYERS = [
    Entry("nn.Conv2d", "in_channels", lambda w, bad: nn.Conv2d(bad, 1, 2), NO_COUNT),
    Entry("nn.Conv2d", "out_channels", lambda w, bad: nn.Conv2d(1, bad, 2), NO_COUNT),
    Entry("nn.Conv2d", "kernel_size", lambda w, bad: nn.Conv2d(1, 1, bad), NO_COUNT),
    Entry("nn.Conv2d", "stride", lambda w, bad: nn.Conv2d(1, 1, 2, stride=bad), NO_COUNT),
    Entry("nn.Conv2d", "padding", lambda w, bad: nn.Conv2d(1, 1, 2, padding=bad), without(NO_COUNT, "zero")),
    Entry("nn.Conv2d", "activation", lambda w, bad: nn.Conv2d(1, 1, 2, activation=bad), NO_NAME),
    Entry("nn.Conv2d", "init", lambda w, bad: nn.Conv2d(1, 1, 2, init=bad), NO_INIT, "initialiser"),
    Entry("nn.Conv2d", "rng", lambda w, bad: nn.Conv2d(1, 1, 2, rng=bad), NO_RNG),
    Entry("nn.Conv2d", "image", lambda w, bad: CONV(bad), NO_IMAGE),
    Entry("nn.Conv2d", "a pixel", lambda w, bad: CONV([[[bad, 1.0], [1.0, 1.0]]]), NO_NUMBER, "image"),
    Entry("nn.MaxPool2d", "kernel_size", lambda w, bad: nn.MaxPool2d(bad), NO_COUNT),
    Entry("nn.MaxPool2d", "stride", lambda w, bad: nn.MaxPool2d(2, stride=bad), without(NO_COUNT, "None")),
    Entry("nn.MaxPool2d", "image", lambda w, bad: nn.MaxPool2d(2)(bad), NO_IMAGE),
    Entry("nn.MaxPool2d", "a pixel", lambda w, bad: nn.MaxPool2d(1)([[[bad]]]), NO_NUMBER, "image"),
    Entry("nn.Flatten", "nested", lambda w, bad: nn.Flatten()(bad), NO_NUMBERS, "nested"),
    Entry("nn.Unflatten", "sizes", lambda w, bad: nn.Unflatten(bad), NO_COUNT, "size"),
    Entry("nn.Unflatten", "row", lambda w, bad: nn.Unflatten(1, 2)(bad), (*NO_NUMBERS, "list of 3")),
    Entry("nn.Dropout", "p", lambda w, bad: nn.Dropout(bad), NO_SHARE),
    Entry("nn.Dropout", "rng", lambda w, bad: nn.Dropout(rng=bad), NO_RNG),
    Entry("nn.Dropout", "x", lambda w, bad: nn.Dropout().eval()(bad), NO_NUMBERS),
    Entry("nn.Embedding", "count", lambda w, bad: nn.Embedding(bad, 2), NO_COUNT, "the count of symbols"),
    Entry("nn.Embedding", "size", lambda w, bad: nn.Embedding(2, bad), NO_COUNT),
    Entry("nn.Embedding", "init", lambda w, bad: nn.Embedding(2, 2, init=bad), NO_INIT, "initialiser"),
    Entry("nn.Embedding", "rng", lambda w, bad: nn.Embedding(2, 2, rng=bad), NO_RNG),
    Entry("nn.Embedding", "symbol", lambda w, bad: EMBEDDING(bad), (*NO_NUMBER, "negative", "nan", "number"), "index"),
    Entry("nn.LayerNorm", "size", lambda w, bad: nn.LayerNorm(bad), NO_COUNT),
    Entry("nn.LayerNorm", "eps", lambda w, bad: nn.LayerNorm(2, eps=bad), NO_SIZE),
    Entry("nn.LayerNorm", "x", lambda w, bad: nn.LayerNorm(2)(bad), NO_INPUTS),
    Entry("nn.Attention", "size", lambda w, bad: nn.Attention(bad), NO_COUNT),
    Entry("nn.Attention", "heads", lambda w, bad: nn.Attention(2, heads=bad), (*NO_COUNT, "list of 3")),
    Entry("nn.Attention", "causal", lambda w, bad: nn.Attention(2, causal=bad), NO_TRUTH),
    Entry("nn.Attention", "init", lambda w, bad: nn.Attention(2, init=bad), NO_INIT, "initialiser"),
    Entry("nn.Attention", "rng", lambda w, bad: nn.Attention(2, rng=bad), NO_RNG),
    Entry("nn.Attention", "sequence", lambda w, bad: ATTENTION(bad), NO_SEQUENCE),
    Entry("nn.Sequential", "a layer", lambda w, bad: nn.Sequential(bad), (*NO_FUNCTION, "used generator"), "layer"),
    Entry("nn.Sequential", "a class", lambda w, bad: nn.Sequential(bad), ("module class",), "layer"),
] + [
    entry
    for name, kind in RECURRENT.items()
    for entry in (
        Entry(name, "inputs", lambda w, bad, k=kind: k(bad, 2), NO_COUNT),
        Entry(name, "hidden", lambda w, bad, k=kind: k(2, bad), NO_COUNT),
        Entry(name, "init", lambda w, bad, k=kind: k(2, 2, init=bad), NO_INIT, "initialiser"),
        Entry(name, "rng", lambda w, bad, k=kind: k(2, 2, rng=bad), NO_RNG),
        Entry(name, "sequence", lambda w, bad, m=REMEMBERING[name]: m(bad), NO_SEQUENCE),
        Entry(
            name,
            "h",
            lambda w, bad, m=REMEMBERING[name]: m(SEQUENCE, bad),
            (*without(NO_NUMBERS, "None"), "list of 3"),
            "remembered",
        ),
    )
]

FANS: dict[str, Callable[..., Any]] = {
    f"nn.{init.__name__}": init for init in (nn.xavier_uniform, nn.xavier_normal, nn.he_uniform, nn.he_normal)
}
INITIALISERS = [
    entry
    for name, init in FANS.items()
    for entry in (
        Entry(name, "fan_in", lambda w, bad, i=init: i(bad, 2), NO_COUNT),
        Entry(name, "fan_out", lambda w, bad, i=init: i(2, bad), NO_COUNT),
        Entry(name, "rng", lambda w, bad, i=init: i(2, 2, bad), NO_RNG),
    )
] + [
    Entry("nn.uniform", "low", lambda w, bad: nn.uniform(bad, 1.0), (*NO_NUMBER, "nan", "infinity", "number")),
    Entry("nn.uniform", "high", lambda w, bad: nn.uniform(0.0, bad), (*NO_NUMBER, "nan", "infinity", "negative")),
    Entry("nn.uniform", "rng", lambda w, bad: nn.uniform()(2, 2, bad), NO_RNG),
]


ENTRIES = [*NEURONS, *LAYERS, *INITIALISERS]
