"""The step as users of scalars write it: micrograd as it is installed, and ours, compiled."""

import importlib
import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.compiled_work import LEARNING_RATE, Array, Contestant, NotMeasured, Outcome, Work, by_layer, by_neuron
from benchmarks.peers import MICROGRAD, network_class, value_class

autograd: Any = importlib.import_module("autograd")
nn: Any = importlib.import_module("nn")


def micrograd_contestant(work: Work) -> Contestant:
    """micrograd's own network, loss and backward; tanh, exp and log are nodes that a user adds, as its lectures do."""
    value = value_class(MICROGRAD)
    model = network_class(MICROGRAD)(work.shape[0], list(work.shape[1:]))
    for p, data in zip(model.parameters(), by_neuron(work.parameters()), strict=True):
        p.data = data
    X, targets = (array.tolist() for array in work.samples())
    last: list[Any] = []

    def step() -> float:
        losses = [micrograd_loss(work, model, [value(x) for x in row], t) for row, t in zip(X, targets, strict=True)]
        loss = sum(losses) * (1.0 / len(losses))
        if work.decay:
            loss = loss + work.decay * sum(p * p for p in model.parameters())
        model.zero_grad()
        loss.backward()
        last[:] = [loss]
        return float(loss.data)

    return Contestant(step, lambda: Outcome(step(), by_layer([p.grad for p in model.parameters()], work.shape)))


def micrograd_loss(work: Work, model: Any, x: list[Any], target: Any) -> Any:
    """The loss of one sample on micrograd's values."""
    if work.activation == "relu":
        scores = model(x)
    else:
        *hidden, last = model.layers
        for layer in hidden:
            x = [extended(math.tanh, lambda z, v: 1.0 - z * z, affine(neuron, x)) for neuron in layer.neurons]
        scores = [affine(neuron, x) for neuron in last.neurons]
    if work.loss == "hinge":
        return (1 + -target * scores).relu()
    total = sum(extended(math.exp, lambda z, v: z, score) for score in scores)
    return extended(math.log, lambda z, v: 1.0 / v, total) - scores[target]


def affine(neuron: Any, x: list[Any]) -> Any:
    """A neuron of micrograd without its activation."""
    return sum((w * v for w, v in zip(neuron.w, x, strict=True)), neuron.b)


def extended(function: Callable[[float], float], slope: Callable[[float, float], float], x: Any) -> Any:
    """A node of an operation that micrograd has not.

    >>> from benchmarks.peers import value_class
    >>> x = value_class("micrograd")(0.0)
    >>> extended(math.exp, lambda z, v: z, x).backward()
    >>> x.grad
    1.0
    """
    result = type(x)(function(x.data), (x,))

    def backward() -> None:
        x.grad += slope(result.data, x.data) * result.grad

    result._backward = backward
    return result


class Ours:
    """The network and the loss of a piece of work, as a user of the library writes them."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.model = nn.MLP(work.shape[0], list(work.shape[1:]), activation=work.activation)
        self.reset()
        self.X, self.y = work.samples()
        model, of_one = self.model, {"hinge": nn.hinge, "cross_entropy": nn.cross_entropy}[work.loss]

        def sample_loss(x: Any, target: Any) -> Any:
            return of_one(model(x), target)

        def loss(X: Any, y: Any) -> Any:
            mean = autograd.mean(autograd.vmap(sample_loss)(X, y))
            return mean + work.decay * sum(p * p for p in model.parameters()) if work.decay else mean

        self.loss = available("autograd.jit", lambda: autograd.jit(sample_loss if work.batch == 1 else loss))
        if work.batch == 1:  # written without a batch
            self.X, self.y = self.X[0], self.y[0]

    def reset(self) -> None:
        """Give the model the first parameters."""
        for p, data in zip(self.model.parameters(), by_neuron(self.work.parameters()), strict=True):
            p.data = data

    def step(self) -> Any:
        """The public call: parameters are read, their gradients written."""
        value = self.loss(self.X, self.y)
        value.backward()
        return value

    def fit(self, steps: int) -> float:
        """The first loss of a training run through `nn.fit`, a step being an epoch."""
        optimizer = nn.SGD(self.model.parameters(), lr=LEARNING_RATE, weight_decay=2.0 * self.work.decay)
        history = nn.fit(
            self.model, self.X, self.y, optimizer=optimizer, loss=self.work.loss, epochs=steps, jit=True, progress=False
        )
        return float(history.losses[0])


def available(name: str, call: Callable[[], Any]) -> Any:
    """What a call gives; NotMeasured where what compiles is not installed."""
    try:
        return call()
    except ImportError as error:
        raise NotMeasured(f"{name}: {error}") from None


def public_call(work: Work) -> Contestant:
    """`value = loss(X, y); value.backward()`."""
    ours = Ours(work)
    available("autograd.jit", ours.step)

    def outcome() -> Outcome:
        ours.model.zero_grad()
        value = ours.step()
        return Outcome(value.data, by_layer([p.grad for p in ours.model.parameters()], work.shape))

    return Contestant(ours.step, outcome)


def kernel(work: Work) -> Contestant:
    """The machine code alone, called with pointers that are ready, as the C by hand is."""
    ours = Ours(work)
    given = importlib.import_module("autograd.compiler.arguments").Arguments((ours.X, ours.y), {})
    native = available("a compiled loss", lambda: ours.loss.native(given))
    uniform, columns = native.uniform(given), native.columns(given)
    place = {id(v): len(uniform) - len(native.captured) + i for i, v in enumerate(native.captured)}
    order = [place[id(p)] for p in ours.model.parameters()]
    value_and_slopes = partial(native.executable.value_and_slopes, uniform, columns)

    def outcome() -> Outcome:
        loss, slopes = value_and_slopes()
        return Outcome(float(loss), by_layer(slopes[order].tolist(), work.shape))

    return Contestant(machine_code(native.executable, value_and_slopes), outcome)


def machine_code(executable: Any, call: Callable[[], Any]) -> Callable[[], Any]:
    """What `call` runs in the end, with the pointers that it passes; `call` itself for a graph without families."""
    try:
        code = executable.families.slopes
    except AttributeError:
        return call
    run, passed = code.run, []
    code.run = lambda *pointers: passed.append(pointers)
    try:
        call()
    finally:
        code.run = run
    return partial(run, *passed[0])


def inside_fit(work: Work, steps: int) -> Contestant:
    """Steps inside `nn.fit(..., jit=True)`; what one step with its compilation takes is subtracted."""
    ours = Ours(work)

    def run(count: int) -> float:
        ours.reset()
        return ours.fit(count)

    available("nn.fit(jit=True)", lambda: run(1))

    def outcome() -> Outcome:
        penalty = work.decay * sum(float(np.vdot(p, p)) for p in work.parameters())  # fit has it in the optimizer alone
        first = run(steps) + penalty
        moved: list[Array] = by_layer([p.data for p in ours.model.parameters()], work.shape)
        started = zip(moved, work.parameters(), strict=True)
        return Outcome(first, [now - then for now, then in started])

    return Contestant(lambda: run(steps + 1), outcome, steps=steps, overhead=lambda: run(1))
