"""`restart_ends`: where each start of `restarts` ended."""

import math
from typing import TYPE_CHECKING

from nn.checks import shown
from nn.multistart import Restarts
from nn.plots.paper import COLOURS, LINE, TEXT, axes_of, count_whole, open_frame, readable, ring

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDE = 100.0  # the largest loss over the smallest, from where on a logarithmic scale shows more


def restart_ends(found: Restarts, *, ax: "Axes | None" = None) -> "Axes":
    """The final loss of every start, the best on the left; starts that ended in one valley stand at one height.

    A run that failed, or ended with nan or inf, has no height: such runs are counted.

    >>> from nn import Run
    >>> ax = restart_ends(Restarts([Run(1, 0.5, None), Run(2, 0.25, None), Run(3, float("nan"), None)]))
    >>> [text.get_text() for text in ax.texts]
    ['best: 0.25, seed 2', '1 of 3 did not end with a finite loss']
    """
    if not isinstance(found, Restarts):
        raise TypeError(f"restart_ends draws what nn.restarts gives, got {shown(found)}")
    losses = sorted(run.loss for run in found.runs if math.isfinite(run.loss))
    if not losses:
        raise ValueError("there is nothing to draw: no start ended with a finite loss")
    ax = axes_of(ax)
    ax.plot(range(1, len(losses) + 1), losses, "o", color=readable(COLOURS[0], ax, LINE))
    ax.plot([1], [losses[0]], linestyle="none", **ring(ax, readable(COLOURS[1], ax, LINE)))
    best, colour = f"best: {losses[0]:.4g}, seed {found.best.seed}", readable(COLOURS[1], ax, TEXT)
    ax.annotate(best, (1, losses[0]), xytext=(10.0, 10.0), textcoords="offset points", color=colour)
    lost = len(found.runs) - len(losses)
    if lost:
        said = f"{lost} of {len(found.runs)} did not end with a finite loss"
        ax.annotate(said, (0.98, 0.04), xycoords="axes fraction", horizontalalignment="right")
    if losses[0] > 0.0 and losses[-1] > WIDE * losses[0]:
        ax.set_yscale("log")
    count_whole(ax.xaxis)
    ax.set(xlabel="starts, the best first", ylabel="final loss")
    ax.margins(0.08)
    open_frame(ax)
    return ax
