"""Learning rates that change while a model learns.

A schedule is a function of (epoch, losses): the epoch that begins, counted from 0, and the losses of those before.
It gives the learning rate of that epoch and keeps nothing, so that a training goes on where it stopped.
"""

import math
from collections.abc import Callable, Sequence

from autograd.primitives import power
from nn.checks import at_least_zero, check_function, share, whole_number
from nn.stopping import fell

Schedule = Callable[[int, Sequence[float]], float]


def constant(lr: float) -> Schedule:
    """The same learning rate in every epoch.

    >>> constant(0.1)(5, [])
    0.1
    """
    lr = at_least_zero("lr", lr)
    return lambda epoch, losses: lr


def step(lr: float, every: int, factor: float = 0.1) -> Schedule:
    """lr, times `factor` after `every` so many epochs.

    >>> [step(1.0, every=2, factor=0.5)(epoch, []) for epoch in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    lr, every = at_least_zero("lr", lr), whole_number("every", every, least=1)
    factor = at_least_zero("factor", factor)
    return lambda epoch, losses: lr * power(factor, epoch // every)


def exponential(lr: float, factor: float) -> Schedule:
    """lr, times `factor` after each epoch.

    >>> [exponential(1.0, 0.5)(epoch, []) for epoch in range(4)]
    [1.0, 0.5, 0.25, 0.125]
    """
    return step(lr, every=1, factor=factor)


def cosine(lr: float, epochs: int, lowest: float = 0.0) -> Schedule:
    """From lr in the first epoch down to `lowest` in the last, along half a cosine (Loshchilov and Hutter 2017).

    >>> [round(cosine(1.0, 5)(epoch, []), 3) for epoch in range(6)]
    [1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """
    lr, lowest = at_least_zero("lr", lr), at_least_zero("lowest", lowest)
    epochs = whole_number("epochs", epochs, least=1)

    def rate(epoch: int, losses: Sequence[float]) -> float:
        along = min(1.0, epoch / max(1, epochs - 1))
        return lowest + (lr - lowest) * (1.0 + math.cos(math.pi * along)) / 2.0

    return rate


def warm_up(schedule: Schedule, epochs: int) -> Schedule:
    """A schedule that begins only after so many epochs, in which the rate rises evenly to its first.

    >>> [warm_up(constant(1.0), 4)(epoch, []) for epoch in range(6)]
    [0.2, 0.4, 0.6, 0.8, 1.0, 1.0]
    """
    check_function("a schedule", schedule, "(epoch, losses)")
    epochs = whole_number("epochs", epochs, least=0)

    def rate(epoch: int, losses: Sequence[float]) -> float:
        if epoch < epochs:
            return schedule(0, []) * (epoch + 1) / (epochs + 1)
        return schedule(epoch - epochs, losses[epochs:])

    return rate


def one_cycle(peak: float, epochs: int, rising: float = 0.3) -> Schedule:
    """From peak / 25 up to `peak` in a share `rising` of the epochs, then down to nearly nothing, along cosines.

    The end is peak / 250,000 (Smith and Topin 2018; the divisors are those of PyTorch).

    >>> [round(one_cycle(1.0, 11)(epoch, []), 3) for epoch in (0, 3, 10)]
    [0.04, 1.0, 0.0]
    """
    peak, rising = at_least_zero("peak", peak), share("rising", rising)
    epochs = whole_number("epochs", epochs, least=2)
    first, last = peak / 25.0, peak / 250_000.0
    top = rising * (epochs - 1)

    def rate(epoch: int, losses: Sequence[float]) -> float:
        if epoch < top:
            return between(first, peak, epoch / top)
        return between(peak, last, min(1.0, (epoch - top) / (epochs - 1 - top)))

    return rate


def between(start: float, end: float, along: float) -> float:
    """A number on the way from start to end along half a cosine.

    >>> between(0.0, 2.0, 0.5)
    1.0
    """
    return end + (start - end) * (1.0 + math.cos(math.pi * along)) / 2.0


def reduce_on_plateau(lr: float, factor: float = 0.1, patience: int = 10, least: float = 1e-4) -> Schedule:
    """lr, times `factor` whenever the loss has not fallen for more than `patience` epochs.

    least  how much lower a loss has to be to count as lower, as a share of the lowest so far

    >>> schedule = reduce_on_plateau(1.0, factor=0.5, patience=1)
    >>> [schedule(4, [3.0, 2.0, 1.0, 0.5]), schedule(4, [3.0, 2.0, 2.0, 2.0])]
    [1.0, 0.5]
    """
    lr, factor, least = at_least_zero("lr", lr), at_least_zero("factor", factor), at_least_zero("least", least)
    patience = whole_number("patience", patience, least=0)

    def rate(epoch: int, losses: Sequence[float]) -> float:
        now, lowest, waited = lr, math.inf, 0
        for loss in losses:
            if fell(loss, lowest, least):
                lowest, waited = loss, 0
            else:
                waited += 1
            if waited > patience:
                now, waited = now * factor, 0
        return now

    return rate
