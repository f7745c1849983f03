"""The demo that micrograd publishes, the script as it stands there, run on both libraries."""

import gc
import random

import micrograd.engine
import micrograd.nn
import numpy as np
import pytest
from sklearn.datasets import make_moons

import autograd
import nn
from nn import MLP, SGD, accuracy, fit

PUBLISHED_FIRST_LOSS = 0.8958441028683222


def moons():
    np.random.seed(1337)
    random.seed(1337)
    X, y = make_moons(n_samples=100, noise=0.1)
    return X, y * 2 - 1


def demo(library, Value, steps):
    """Loss and accuracy of each step."""
    X, y = moons()
    model = library.MLP(2, [16, 16, 1])

    def loss():
        inputs = [list(map(Value, xrow)) for xrow in X]
        scores = list(map(model, inputs))
        losses = [(1 + -yi * scorei).relu() for yi, scorei in zip(y, scores, strict=True)]
        data_loss = sum(losses) * (1.0 / len(losses))
        alpha = 1e-4
        reg_loss = alpha * sum(p * p for p in model.parameters())
        accuracy = [(yi > 0) == (scorei.data > 0) for yi, scorei in zip(y, scores, strict=True)]
        return data_loss + reg_loss, sum(accuracy) / len(accuracy)

    for k in range(steps):
        total_loss, share = loss()
        model.zero_grad()
        total_loss.backward()
        learning_rate = 1.0 - 0.9 * k / 100
        for p in model.parameters():
            p.data -= learning_rate * p.grad
        yield total_loss.data, share


@pytest.fixture(scope="module", autouse=True)
def collector_off():
    """micrograd spends nine tenths of its time in the garbage collector."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(scope="module")
def trajectory():
    return list(demo(nn, autograd.Value, 100))


def test_the_demo_starts_and_ends_as_published(trajectory):
    assert trajectory[0][0] == pytest.approx(PUBLISHED_FIRST_LOSS, rel=1e-15)
    assert trajectory[0][1] == 0.5
    assert trajectory[-1][1] == 1.0
    assert trajectory[-1][0] < 0.02


def test_the_first_steps_are_those_of_micrograd(trajectory):
    theirs = list(demo(micrograd.nn, micrograd.engine.Value, 3))
    assert [loss for loss, _ in trajectory[:3]] == pytest.approx([loss for loss, _ in theirs], rel=1e-12)
    assert [share for _, share in trajectory[:3]] == [share for _, share in theirs]


def test_fit_follows_the_demo_at_a_constant_learning_rate():
    X, y = moons()
    model = MLP(2, [16, 16, 1])
    start = sum(p.data * p.data for p in model.parameters())
    optimizer = SGD(model.parameters(), lr=1.0, weight_decay=2e-4)  # the slope of 1e-4 * p * p
    history = fit(model, X, y, loss="hinge", optimizer=optimizer, epochs=1, metric=accuracy)
    assert history.losses[0] + 1e-4 * start == pytest.approx(PUBLISHED_FIRST_LOSS, rel=1e-14)
    X, y = moons()
    twin = nn.MLP(2, [16, 16, 1])
    scores = [twin(list(row)) for row in X]
    loss = sum((1 + -yi * s).relu() for yi, s in zip(y, scores, strict=True)) * 0.01
    (loss + 1e-4 * sum(p * p for p in twin.parameters())).backward()
    moved = [p.data - p.grad for p in twin.parameters()]
    assert [p.data for p in model.parameters()] == pytest.approx(moved, rel=1e-12, abs=1e-14)
