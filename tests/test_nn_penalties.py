"""Penalties: their values and slopes against sums written here, and what they leave out."""

import math
import random

import pytest

import nn
from nn.penalties import elastic, l1, l2

KINDS = {
    "MLP": lambda rng: nn.MLP(2, [3, 1], rng=rng),
    "Conv2d": lambda rng: nn.Conv2d(1, 2, 2, rng=rng),
    "LSTM": lambda rng: nn.LSTM(1, 2, rng=rng),
    "LayerNorm": lambda rng: nn.LayerNorm(3),
}


def made(kind):
    model = KINDS[kind](random.Random(1337))
    for i, parameter in enumerate(model.parameters()):
        parameter.data += 0.01 * i
    return model


def is_threshold(name):
    return name.endswith(".b") or name.startswith("b.")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("thresholds", [False, True])
def test_penalties_and_their_slopes_are_those_of_the_weights(kind, thresholds):
    model = made(kind)
    counted = {name: p for name, p in model.named_parameters() if thresholds or not is_threshold(name)}
    assert thresholds or 0 < len(counted) < len(model.parameters())
    penalty = elastic(0.5, 0.25, thresholds=thresholds)(model)
    expected = [0.5 * abs(p.data) + 0.25 * p.data**2 for p in counted.values()]
    assert penalty.data == pytest.approx(math.fsum(expected), rel=1e-12)
    penalty.backward()
    for name, p in model.named_parameters():
        slope = 0.5 * math.copysign(1.0, p.data) + 0.5 * p.data if name in counted else 0.0
        assert p.grad == pytest.approx(slope, rel=1e-12), name


def test_the_slope_of_l1_at_0_is_0():
    neuron = nn.Neuron(1, init=lambda fan_in, fan_out, rng: lambda: 0.0)
    l1(1.0)(neuron).backward()
    assert neuron.w[0].grad == 0.0


def test_the_elastic_net_is_the_sum_of_both():
    model = made("MLP")
    assert elastic(0.3, 0.7)(model).data == l1(0.3)(model).data + l2(0.7)(model).data


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: l1(-0.1), "the strength of l1 is a finite number of at least 0, got -0.1"),
        (lambda: l2(math.nan), "the strength of l2 is a finite number of at least 0, got nan"),
        (lambda: elastic(0.1, "a"), "the strength of l2 is a real number, got str"),
        (lambda: l2(0.1)([1.0]), "a penalty is taken of a Module, which says what its weights are called, got list"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(call, says):
    with pytest.raises((ValueError, TypeError)) as error:
        call()
    assert says in str(error.value)
