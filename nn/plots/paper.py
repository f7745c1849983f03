"""What a picture is drawn on: axes, their paper and ink, and colours that are readable on both."""

from typing import TYPE_CHECKING, Any

from nn.checks import shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

Colour = tuple[float, float, float]

#: Four colours of Okabe and Ito (2008) and two of Tol's muted scheme (2021): of both, those that every kind of
#: colour vision still tells apart when `readable` has made them darker or lighter.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#882255", "#DDCC77")
LINE = 3.0  # the contrast that WCAG 2.1 asks of graphics (1.4.11)
TEXT = 4.5  # and of text (1.4.3)
ROOM = 1.1  # widths of the axes that a legend may have: their layout is not final, and grows
MIXES = 20  # steps from a colour to the ink, in the search for one with enough contrast


def axes_of(ax: Any, height: float | None = None) -> "Axes":
    """The axes that were given, or those of a new figure, of a height in inches or the usual one."""
    axes_class()
    if ax is None:
        from matplotlib import pyplot

        figure, new = pyplot.subplots(layout="constrained")
        if height is not None:
            figure.set_figheight(height)
        return new
    check_axes(ax)
    return ax  # type: ignore[no-any-return]  # checked


def check_axes(ax: Any) -> None:
    """Refuse what is neither None nor what a picture is drawn on, before anything is computed for it.

    >>> check_axes([])
    Traceback (most recent call last):
    TypeError: ax is one Axes, got list: []; of several, give one, as in axes[0]
    """
    if ax is not None and not isinstance(ax, axes_class()):
        raise TypeError(f"ax is one Axes, got {shown(ax)}; of several, give one, as in axes[0]")


def axes_class() -> type["Axes"]:
    """The class of what matplotlib draws on, loaded when the first picture is drawn."""
    try:
        from matplotlib.axes import Axes
    except ImportError as error:
        raise ImportError('pictures of training are drawn by matplotlib: pip install "valuegrad[plots]"') from error
    return Axes


def ink(ax: "Axes") -> Colour:
    """The colour in which these axes are labelled."""
    return rgb(ax.xaxis.label.get_color())


def paper(ax: "Axes") -> Colour:
    """The colour behind what is drawn; where all is transparent, white or black, whichever is further from the ink."""
    from matplotlib.colors import to_rgba

    for colour in (ax.get_facecolor(), ax.figure.get_facecolor()):
        if to_rgba(colour)[3] > 0.0:
            return rgb(colour)
    white, black = (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)
    return max(white, black, key=lambda colour: contrast(colour, ink(ax)))


def rgb(colour: Any) -> Colour:
    """Red, green and blue from 0 to 1, of any colour that matplotlib knows.

    >>> rgb("white")
    (1.0, 1.0, 1.0)
    """
    from matplotlib.colors import to_rgb

    return to_rgb(colour)


def mixed(colour: Colour, other: Colour, share: float) -> Colour:
    """A colour with a share of another one in it.

    >>> mixed((0.0, 0.0, 0.0), (1.0, 1.0, 0.0), 0.25)
    (0.25, 0.25, 0.0)
    """
    red, green, blue = ((1.0 - share) * mine + share * its for mine, its in zip(colour, other, strict=True))
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """How far apart two colours are in lightness, from 1 to 21 (WCAG 2.1).

    >>> round(contrast((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)), 9)
    21.0
    """
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Colour) -> float:
    """How light a colour is, from 0 to 1 (WCAG 2.1).

    >>> luminance((0.0, 1.0, 0.0))
    0.7152
    """
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def readable(colour: Any, ax: "Axes", wanted: float) -> Colour:
    """The colour, with as much ink in it as gives it the wanted contrast to the paper."""
    own, background = rgb(colour), paper(ax)
    steps = (mixed(own, ink(ax), step / MIXES) for step in range(MIXES))
    return next((mix for mix in steps if contrast(mix, background) >= wanted), ink(ax))


def open_frame(ax: "Axes") -> None:
    """Leave only the two sides of the frame that have a scale."""
    ax.spines[["top", "right"]].set_visible(False)


def ring(ax: "Axes", colour: Colour) -> dict[str, Any]:
    """How `plot` draws a point as a ring with paper inside."""
    return {
        "marker": "o", "markersize": 8.0, "markerfacecolor": paper(ax), "markeredgecolor": colour,
        "markeredgewidth": 2.0,
    }  # fmt: skip


def count_whole(axis: "Axis") -> None:
    """Label the axis at whole numbers only."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))


def legend_above(ax: "Axes") -> None:
    """Name what has a label above the axes, where it hides nothing, in as few rows as have room."""
    handles, _ = ax.get_legend_handles_labels()
    for columns in range(len(handles), 0, -1):
        legend = ax.legend(
            loc="lower left", bbox_to_anchor=(0.0, 1.0), borderaxespad=0.2, frameon=False, labelcolor=ink(ax),
            ncols=columns, columnspacing=1.2, handletextpad=0.4,
        )  # fmt: skip
        if legend.get_window_extent().width <= ROOM * ax.bbox.width:
            return
