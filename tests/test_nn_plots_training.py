"""Pictures of schedules and of where starts ended: what is drawn, and what is refused."""

import math
import random

import pytest

import nn
from nn.plots import learning_rates, restart_ends
from nn.schedules import cosine, reduce_on_plateau

pyplot = pytest.importorskip("matplotlib.pyplot")
pyplot.switch_backend("Agg")


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


def runs(*losses):
    return nn.Restarts([nn.Run(seed, loss, None) for seed, loss in enumerate(losses)])


def test_a_schedule_is_drawn_epoch_by_epoch():
    ax = learning_rates(cosine(0.1, 10), 10)
    assert list(ax.lines[0].get_ydata()) == [cosine(0.1, 10)(epoch, []) for epoch in range(10)]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "learning rate")


def test_a_schedule_on_plateaus_sees_the_losses_that_are_given():
    ax = learning_rates(reduce_on_plateau(1.0, factor=0.5, patience=0), 4, losses=[1.0, 1.0, 1.0])
    assert list(ax.lines[0].get_ydata()) == [1.0, 1.0, 0.5, 0.25]


def test_starts_are_drawn_in_the_order_of_their_losses():
    ax = restart_ends(runs(0.5, 0.1, 0.3))
    assert list(ax.lines[0].get_ydata()) == [0.1, 0.3, 0.5]
    assert [text.get_text() for text in ax.texts] == ["best: 0.1, seed 1"]


def test_losses_that_differ_by_orders_are_drawn_on_a_logarithmic_scale():
    assert restart_ends(runs(1e-9, 0.5)).get_yscale() == "log"
    assert restart_ends(runs(0.25, 0.5)).get_yscale() == "linear"


def test_runs_without_a_finite_loss_are_counted():
    ax = restart_ends(runs(0.5, math.nan, math.inf))
    assert ax.texts[1].get_text() == "2 of 3 did not end with a finite loss"


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: learning_rates(0.1, 5), "a schedule is a function"),
        (lambda: learning_rates({}, 5), "no schedule"),
        (lambda: learning_rates(cosine(0.1, 5), 0), "epochs is a whole number"),
        (lambda: restart_ends([0.5]), "draws what nn.restarts gives"),
        (lambda: restart_ends(runs(math.nan)), "no start ended with a finite loss"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(call, says):
    with pytest.raises((TypeError, ValueError)) as error:
        call()
    assert says in str(error.value)


def test_both_draw_on_the_axes_that_are_given():
    _, (left, right) = pyplot.subplots(1, 2)
    assert learning_rates(cosine(0.1, 5), 5, ax=left) is left
    assert restart_ends(runs(*(random.Random(1).random() for _ in range(5))), ax=right) is right
