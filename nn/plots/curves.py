"""`loss_curves`: how the losses of one training or of several went down, and where validation was best."""

import textwrap
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from nn.checks import check_truth, shown
from nn.history import History
from nn.plots.given import numbers_of
from nn.plots.labels import End, label_ends
from nn.plots.paper import COLOURS, LINE, Colour, axes_of, count_whole, ink, mixed, open_frame, paper, readable, ring

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Losses = History | Iterable[float]

#: A logarithmic scale is taken by itself when the largest loss is more than so many times the smallest.
WIDE = 100.0
WIDTH = 28  # characters of a line in the name of a curve


class Curve(NamedTuple):
    """The losses of a training epoch by epoch, and how they are drawn."""

    name: str
    losses: list[float]
    colour: str | None
    validation: bool
    marked: bool

    @property
    def best(self) -> int:
        """The first epoch of the lowest loss."""
        return self.losses.index(min(self.losses))


def loss_curves(
    losses: Losses | Mapping[str, Losses],
    validation: Losses | Mapping[str, Losses] | None = None,
    *,
    log: bool | None = None,
    ax: "Axes | None" = None,
) -> "Axes":
    """The mean loss epoch by epoch, of one training or, by their names, of several.

    losses      a `History` or its numbers, or {name: history}
    validation  the losses on samples that were not learnt from, in the same form; epochs as in `losses`
    log         a logarithmic scale; by default, if all losses are above 0 and more than a factor 100 apart

    Epochs are counted from 0. The lowest loss of each training is ringed, that of its validation if there is one.
    Of more trainings than there are colours, all are thin lines and only the best one is named.

    >>> ax = loss_curves([0.9, 0.4, 0.2], validation=[0.8, 0.5, 0.6])
    >>> [text.get_text() for text in ax.texts]
    ['train', 'validation\\nlowest 0.5, epoch 1']
    """
    curves = named_curves(losses, validation)
    logarithmic = log_wanted(log, [loss for curve in curves for loss in curve.losses])
    ax = axes_of(ax)
    for curve in curves:
        draw_curve(ax, curve)
    if logarithmic:
        ax.set_yscale("log")
    count_whole(ax.xaxis)
    ax.set_xlabel("epoch")
    ax.set_ylabel("mean loss of a sample" + (" (log scale)" if logarithmic else ""))
    open_frame(ax)
    ends = [End(len(c.losses) - 1, c.losses[-1], label_of(c), c.colour) for c in curves if c.colour is not None]
    label_ends(ax, ends)
    return ax


def named_curves(
    losses: Losses | Mapping[str, Losses], validation: Losses | Mapping[str, Losses] | None
) -> list[Curve]:
    """The curves of a picture: for each training its losses, then its validation losses.

    >>> [(curve.name, curve.marked) for curve in named_curves({"adam": [0.5, 0.25], "sgd": [0.5, 0.4]}, None)]
    [('adam', True), ('sgd', True)]
    """
    if isinstance(losses, Mapping) and (validation is None or isinstance(validation, Mapping)):
        curves = curves_of_several(losses, validation or {})
    elif isinstance(losses, Mapping) or isinstance(validation, Mapping):
        forms = f"got {shown(losses)} and {shown(validation)}"
        raise TypeError(
            f"losses and validation have one form: both are lists or histories, or both go by names; {forms}"
        )
    else:
        first, second = COLOURS[:2]
        curves = [Curve("train", losses_of(losses, ""), first, False, validation is None)]
        if validation is not None:
            curves.append(Curve("validation", losses_of(validation, "validation"), second, True, True))
    check_epochs(curves)
    return curves


def curves_of_several(losses: Mapping[str, Losses], validation: Mapping[str, Losses]) -> list[Curve]:
    """The curves of trainings that go by names."""
    if not losses:
        raise ValueError("there is nothing to draw: no training in the losses")
    unknown = [str(name) for name in validation if name not in losses]
    if unknown:
        raise ValueError(f"validation has losses of {', '.join(unknown)}, but losses has none of that name")
    curves = []
    for i, (name, given) in enumerate(losses.items()):
        colour, held = COLOURS[i % len(COLOURS)], name in validation
        curves.append(Curve(f"{name}, train" if held else str(name), losses_of(given, name), colour, False, not held))
        if held:
            curves.append(Curve(f"{name}, validation", losses_of(validation[name], name), colour, True, True))
    if len(losses) <= len(COLOURS):
        return curves
    best = min((curve for curve in curves if curve.marked), key=lambda curve: min(curve.losses))
    name = f"best of {len(losses)}: {best.name}"
    return [c._replace(name=name) if c is best else c._replace(colour=None, marked=False) for c in curves]


def check_epochs(curves: list[Curve]) -> None:
    """Refuse a validation curve that has not the epochs of its training."""
    for train, held in pairwise(curves):
        if held.validation and len(held.losses) != len(train.losses):
            raise ValueError(
                f"there is a validation loss for each epoch, got {len(train.losses)} losses and "
                f"{len(held.losses)} of validation"
            )


def losses_of(given: Losses, name: str) -> list[float]:
    """The losses of a history, or numbers as they are.

    >>> losses_of(History([0.5, 0.25], []), "")
    [0.5, 0.25]
    """
    numbers = given.losses if isinstance(given, History) else given
    return numbers_of(numbers, f"the losses of {name}" if name else "the losses")


def log_wanted(log: bool | None, losses: list[float]) -> bool:
    """Whether the scale is logarithmic; refused where a loss has no logarithm.

    >>> log_wanted(None, [1.0, 0.5]), log_wanted(None, [1.0, 0.001]), log_wanted(None, [1.0, 0.0])
    (False, True, False)
    """
    if log is not None:
        check_truth("log", log)
    least = min(losses)
    if log and least <= 0.0:
        raise ValueError(f"a logarithmic scale takes losses above 0, got {least:g}: leave out log=True")
    return bool(log) if log is not None else least > 0.0 and max(losses) > WIDE * least


def label_of(curve: Curve) -> str:
    """What is written at the end of a curve.

    >>> label_of(Curve("sgd", [0.5, 0.25], "black", False, True))
    'sgd\\nlowest 0.25, epoch 1'
    """
    name = textwrap.fill(curve.name, WIDTH)
    if not curve.marked:
        return name
    return f"{name}\nlowest {curve.losses[curve.best]:.3g}, epoch {curve.best}"


def draw_curve(ax: "Axes", curve: Curve) -> None:
    """Draw one curve, with a ring at its lowest loss."""
    crowd: Colour = mixed(paper(ax), ink(ax), 0.35)
    colour = crowd if curve.colour is None else readable(curve.colour, ax, LINE)
    ax.plot(
        curve.losses,
        color=colour,
        linewidth=1.0 if curve.colour is None else 2.0,
        linestyle="dashed" if curve.validation else "solid",
        label=curve.name,
        zorder=2.0 if curve.colour is None else 3.0,
    )
    if curve.marked:
        ax.plot([curve.best], [curve.losses[curve.best]], label="_best", zorder=4.0, **ring(ax, colour))
