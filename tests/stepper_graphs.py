"""Graphs that the tests of the stepper go through."""

import random

import autograd
import nn
from autograd import Value


def twice() -> Value:
    """A loss in which one input is used three times, and a constant once."""
    a, b = Value(1.5, label="a"), Value(-0.8, label="b")
    d = a * b
    e = a + b
    f = d * e
    d.label, e.label, f.label = "d", "e", "f"
    loss = (f + a * 0.5).tanh()
    loss.label = "loss"
    return loss


def mlp(samples: int = 1, sizes: tuple[int, ...] = (4, 4, 1)) -> Value:
    """The loss of a network of neurons, which are its scopes."""
    rng = random.Random(1)
    model = nn.MLP(2, list(sizes), activation="tanh", rng=rng)
    for name, parameter in model.named_parameters():
        layers, layer, neurons, neuron, *own = name.split(".")
        parameter.scope, parameter.label = f"{layers}.{layer}.{neurons}.{neuron}", "".join(own)
    errors = []
    for _ in range(samples):
        point = [Value(rng.uniform(-1.0, 1.0), label=f"x{i}") for i in range(2)]
        errors.append((model(point) - rng.choice([-1.0, 1.0])) ** 2)
    loss: Value = errors[0] if samples == 1 else autograd.mean(errors)
    loss.label = "loss"
    return loss


def by_hand() -> tuple[Value, Value, Value]:
    """Two inputs and a result; an operation between has a rule of its own, and one has slopes given by hand."""
    x, y = Value(3.0, label="x"), Value(5.0, label="y")
    made = Value(15.0, (x, y), "mystery")
    made.label = "made"

    def rule() -> None:
        x.grad += 10.0 * made.grad
        y.grad += 7.0 * made.grad

    made._backward = rule
    given = Value(6.0, (x,), (2.0,))
    given.label = "given"
    result = made + given
    result.label = "result"
    return x, y, result
