"""Penalties on large weights, which a loss is increased by so that a model prefers simple answers.

A penalty is a function of a model that gives a value. Thresholds (biases) shift an answer and do not make it less
simple, so they are left out unless asked for: what a module holds under the name `b` is a threshold.
"""

from collections.abc import Callable
from typing import Any

from autograd.primitives import abs as absolute
from autograd.primitives import dot
from autograd.primitives import sum as total
from autograd.value import Value
from nn.checks import at_least_zero, check_truth, shown
from nn.module import Module

Penalty = Callable[[Module], Any]


def l2(strength: float, *, thresholds: bool = False) -> Penalty:
    """strength * (the sum of all squared weights): ridge, or weight decay.

    Its slope is 2 * strength * w, so that a weight shrinks by a share of itself.

    >>> from nn import Neuron
    >>> neuron = Neuron(2, init=lambda fan_in, fan_out, rng: lambda: 3.0)
    >>> l2(0.5)(neuron)
    Value(data=9.0, grad=0.0)
    """
    strength = at_least_zero("the strength of l2", strength)
    check_truth("thresholds", thresholds)

    def penalty(model: Module) -> Any:
        weights = weights_of(model, thresholds)
        return strength * dot(weights, weights)

    return penalty


def l1(strength: float, *, thresholds: bool = False) -> Penalty:
    """strength * (the sum of the sizes of all weights): lasso.

    Its slope is as steep for a small weight as for a large one, so that weights which do not pay become 0.

    >>> from nn import Neuron
    >>> neuron = Neuron(2, init=lambda fan_in, fan_out, rng: lambda: -3.0)
    >>> l1(0.5)(neuron)
    Value(data=3.0, grad=0.0)
    """
    strength = at_least_zero("the strength of l1", strength)
    check_truth("thresholds", thresholds)
    return lambda model: strength * total([absolute(w) for w in weights_of(model, thresholds)])


def elastic(l1_strength: float, l2_strength: float, *, thresholds: bool = False) -> Penalty:
    """The sum of both penalties: the elastic net of Zou and Hastie (2005).

    >>> from nn import Neuron
    >>> neuron = Neuron(2, init=lambda fan_in, fan_out, rng: lambda: -3.0)
    >>> elastic(0.5, 0.5)(neuron)
    Value(data=12.0, grad=0.0)
    """
    first, second = l1(l1_strength, thresholds=thresholds), l2(l2_strength, thresholds=thresholds)
    return lambda model: first(model) + second(model)


def weights_of(model: Module, thresholds: bool) -> list[Value]:
    """The weights of a model, with its thresholds if asked for.

    >>> from nn import Neuron
    >>> len(weights_of(Neuron(2), thresholds=False)), len(weights_of(Neuron(2), thresholds=True))
    (2, 3)
    """
    if not isinstance(model, Module):
        raise TypeError(f"a penalty is taken of a Module, which says what its weights are called, got {shown(model)}")
    return [p for name, p in model.named_parameters() if thresholds or "b" not in name.split(".")]
