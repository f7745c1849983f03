"""`learning_rates`: schedules, epoch by epoch."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from autograd.primitives import number
from nn.checks import check_function, is_sequence, shown, whole_number
from nn.plots.labels import End, label_ends
from nn.plots.paper import COLOURS, LINE, axes_of, count_whole, open_frame, readable
from nn.schedules import Schedule

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def learning_rates(
    schedules: Schedule | Mapping[str, Schedule],
    epochs: int,
    *,
    losses: Sequence[float] = (),
    ax: "Axes | None" = None,
) -> "Axes":
    """The learning rates of one schedule, or of several by their names.

    losses  those of the epochs, for schedules that look at them, such as `reduce_on_plateau`

    >>> from nn.schedules import cosine, step
    >>> ax = learning_rates({"cosine": cosine(0.1, 20), "step": step(0.1, every=5)}, 20)
    >>> [text.get_text() for text in ax.texts], len(ax.lines[0].get_ydata())
    (['cosine', 'step'], 20)
    """
    epochs = whole_number("epochs", epochs, least=1)
    named = dict(schedules) if isinstance(schedules, Mapping) else {"": schedules}
    if not named:
        raise ValueError("there is nothing to draw: no schedule")
    if not is_sequence(losses):
        raise TypeError(f"losses is a list of those of the epochs, got {shown(losses)}")
    past = [number(loss, "the losses are each") for loss in losses]
    rates = {}
    for name, schedule in named.items():
        check_function("a schedule", schedule, "(epoch, losses)")
        rates[str(name)] = [schedule(epoch, past[:epoch]) for epoch in range(epochs)]
    ax = axes_of(ax)
    for i, (name, numbers) in enumerate(rates.items()):
        colour = readable(COLOURS[i % len(COLOURS)], ax, LINE)
        ax.plot(numbers, color=colour, linewidth=2.0, drawstyle="steps-mid", label=name or None)
    count_whole(ax.xaxis)
    ax.set(xlabel="epoch", ylabel="learning rate", ylim=(0.0, None))
    open_frame(ax)
    ends = [(name, numbers[-1], COLOURS[i % len(COLOURS)]) for i, (name, numbers) in enumerate(rates.items()) if name]
    label_ends(ax, [End(epochs - 1, rate, name, colour) for name, rate, colour in ends])
    return ax
