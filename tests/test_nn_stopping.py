"""Conditions that stop a training: when, and with which words."""

import math

import pytest

from nn.stopping import EarlyStopping, Progress, gradient_norm, no_progress, target_loss, wall_time


def after(losses, validation=(), gradient=1.0, seconds=0.0):
    return Progress(losses, validation, lambda: gradient, seconds)


def stops_at(condition, losses, validation=()):
    """The number of epochs after which a condition first has a reason to stop; None if it never has."""
    counts = range(1, len(losses) + 1)
    return next((n for n in counts if condition(after(losses[:n], validation[:n]))), None)


def test_a_target_is_reached_by_what_is_held_out_if_there_is_any():
    assert stops_at(target_loss(0.5), [2.0, 1.0, 0.5, 0.4]) == 3
    assert stops_at(target_loss(0.5), [0.1, 0.1, 0.1], [0.9, 0.5, 0.4]) == 2
    assert stops_at(target_loss(-1.5), [0.0, -1.0, -2.0]) == 3
    assert stops_at(target_loss(0.5), [math.nan, 1.0]) is None


@pytest.mark.parametrize(("length", "stops"), [(0.01, True), (0.011, False), (0.0, True), (math.nan, False)])
def test_a_short_gradient_stops(length, stops):
    assert bool(gradient_norm(0.01)(after([1.0], gradient=length))) is stops


def test_no_progress_counts_the_epochs_since_the_loss_last_fell_enough():
    assert stops_at(no_progress(2), [1.0, 0.9, 0.95, 0.9, 0.1]) == 4
    assert stops_at(no_progress(2, least=0.2), [1.0, 0.9, 0.81, 0.1]) == 3
    assert stops_at(no_progress(2, least=0.1), [-1.0, -1.05, -1.2, -1.3, -1.31]) == 5
    assert stops_at(no_progress(3), [math.nan, math.nan, 1.0, math.nan, 0.5, 0.25]) is None


def test_early_stopping_waits_for_what_is_held_out():
    losses, validation = [5.0, 4.0, 3.0, 2.0, 1.0], [1.0, 0.5, 0.6, 0.5, 0.4]
    assert stops_at(EarlyStopping(2), losses, validation) == 4
    assert stops_at(EarlyStopping(3), losses, validation) is None


def test_time_stops_only_once_it_has_passed():
    assert wall_time(1.5)(after([1.0], seconds=1.4)) is None
    assert wall_time(1.5)(after([1.0], seconds=1.5)) == "1.5 seconds have passed"


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: EarlyStopping(0), "patience is a whole number of at least 1, got 0"),
        (lambda: EarlyStopping("3"), "patience is a whole number, got str: '3'"),
        (lambda: EarlyStopping()(after([1.0])), "EarlyStopping watches what is held out"),
        (lambda: no_progress(0), "patience is a whole number of at least 1, got 0"),
        (lambda: no_progress(2, least=-0.1), "least is a finite number of at least 0"),
        (lambda: target_loss(math.nan), "the target loss is a finite number, got nan"),
        (lambda: target_loss("low"), "the target loss is a real number, got str: 'low'"),
        (lambda: gradient_norm(-1.0), "the length of a gradient is a finite number of at least 0"),
        (lambda: wall_time(-1.0), "the number of seconds is a finite number of at least 0"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(call, says):
    with pytest.raises((ValueError, TypeError)) as error:
        call()
    assert says in str(error.value)
