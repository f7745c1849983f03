"""Learning rates that change: against PyTorch's schedules, and at their ends."""

import math

import pytest

from nn.schedules import constant, cosine, exponential, one_cycle, reduce_on_plateau, step, warm_up

EPOCHS = 20


def of_pytorch(torch, name, losses=None, **given):
    """The rates of a scheduler of PyTorch, epoch by epoch, from a rate of 0.5."""
    weight = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.5, momentum=0.9)
    scheduler = vars(torch.optim.lr_scheduler)[name](optimizer, **given)
    rates = []
    for epoch in range(EPOCHS):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if losses is not None:
            scheduler.step(losses[epoch])
        elif epoch < EPOCHS - 1:
            scheduler.step()
    return rates


def rates_of(schedule, losses=()):
    return [schedule(epoch, losses[:epoch]) for epoch in range(EPOCHS)]


@pytest.mark.parametrize(
    ("schedule", "name", "given"),
    [
        (constant(0.5), "ConstantLR", {"factor": 1.0}),
        (step(0.5, every=3, factor=0.2), "StepLR", {"step_size": 3, "gamma": 0.2}),
        (exponential(0.5, 0.9), "ExponentialLR", {"gamma": 0.9}),
        (cosine(0.5, EPOCHS, lowest=0.1), "CosineAnnealingLR", {"T_max": EPOCHS - 1, "eta_min": 0.1}),
    ],
)
def test_rates_are_those_of_pytorch(schedule, name, given):
    torch = pytest.importorskip("torch")
    assert rates_of(schedule) == pytest.approx(of_pytorch(torch, name, **given), rel=1e-9)


def test_a_plateau_reduces_the_rate_where_pytorch_does():
    torch = pytest.importorskip("torch")
    losses = [1.0, 0.9, 0.9, 0.9, 0.9, 0.8, 0.8, 0.85, 0.7999, 0.8, 0.8, 0.8, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7]
    expected = of_pytorch(torch, "ReduceLROnPlateau", losses, factor=0.5, patience=2)
    assert rates_of(reduce_on_plateau(0.5, factor=0.5, patience=2), losses) == pytest.approx(expected)
    assert expected[-1] < 0.2


def test_one_cycle_rises_falls_and_ends_at_almost_nothing():
    rates = rates_of(one_cycle(2.0, EPOCHS, rising=0.25))
    top = rates.index(max(rates))
    assert rates[0] == pytest.approx(2.0 / 25.0)
    assert top == 5  # the first epoch after a quarter of the way
    assert one_cycle(2.0, 21, rising=0.25)(5, []) == 2.0
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert rates[-1] == pytest.approx(2.0 / 250_000.0)


def test_after_its_end_a_schedule_stays_where_it_is():
    assert cosine(1.0, 5, lowest=0.2)(100, []) == pytest.approx(0.2)
    assert one_cycle(1.0, 5)(100, []) == pytest.approx(1.0 / 250_000.0)


def test_a_warm_up_hands_the_later_losses_on():
    schedule = warm_up(reduce_on_plateau(1.0, factor=0.5, patience=0), 3)
    assert schedule(3, [9.0, 9.0, 9.0]) == 1.0
    assert schedule(6, [9.0, 9.0, 9.0, 2.0, 2.0, 2.0]) == 0.25


def test_a_loss_that_is_nan_counts_as_no_progress():
    schedule = reduce_on_plateau(1.0, factor=0.5, patience=1)
    assert schedule(3, [1.0, math.nan, math.nan]) == 0.5
    assert schedule(5, [math.nan, 4.0, 3.0, 2.0, 1.0]) == 1.0
    assert schedule(4, [math.inf] * 4) == 0.25


def test_a_factor_above_1_grows_to_inf_and_raises_nothing():
    assert exponential(1.0, 2.0)(2000, []) == math.inf


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: constant(-1.0), "lr is a finite number of at least 0"),
        (lambda: step(1.0, every=0), "every is a whole number of at least 1"),
        (lambda: cosine(1.0, 0), "epochs is a whole number of at least 1"),
        (lambda: warm_up(0.1, 3), "a schedule is a function of (epoch, losses)"),
        (lambda: one_cycle(1.0, 1), "epochs is a whole number of at least 2"),
        (lambda: one_cycle(1.0, 10, rising=1.0), "rising is a share"),
        (lambda: reduce_on_plateau(1.0, patience=-1), "patience is a whole number of at least 0"),
    ],
)
def test_bad_hyperparameters_are_refused_with_a_sentence(make, says):
    with pytest.raises((ValueError, TypeError)) as error:
        make()
    assert says in str(error.value)
