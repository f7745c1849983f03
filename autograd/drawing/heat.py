"""The size of the gradient that flows through an edge, as a step of width and colour on a log scale."""

from collections.abc import Iterable
from math import isfinite, log
from typing import NamedTuple

STEPS = 8
COLDEST, HOTTEST = 0.75, 5.0  # widths of lines
WIDEST = 1e12  # what is smaller than the largest by more than that counts as the smallest


class Scale(NamedTuple):
    """The smallest and the largest size that are told apart."""

    least: float
    most: float

    def step(self, heat: float) -> int:
        """The step of a size, from 0 for the smallest.

        >>> [Scale(0.001, 1000.0).step(heat) for heat in (0.0, 0.001, 1.0, 1000.0)]
        [0, 0, 4, 7]
        """
        if heat != heat or heat >= self.most:
            return STEPS - 1
        if heat <= self.least:
            return 0
        return int(STEPS * log(heat / self.least) / log(self.most / self.least))


def scale_of(heats: Iterable[float]) -> Scale:
    """The scale that sizes need; zeros and what is not finite lie outside it.

    >>> scale_of([0.0, 0.5, 2.0, float("inf")])
    Scale(least=0.5, most=2.0)
    """
    sizes = [heat for heat in heats if heat and isfinite(heat)]
    most = max(sizes, default=1.0)
    return Scale(max(min(sizes, default=1.0), most / WIDEST), most)


def width(step: int) -> float:
    """How wide an edge of a step is."""
    return COLDEST + (HOTTEST - COLDEST) * step / (STEPS - 1)


def mixed(cold: str, hot: str, step: int) -> str:
    """The colour of a step, between two.

    >>> mixed("#000000", "#ff0000", STEPS - 1)
    '#ff0000'
    """
    share = step / (STEPS - 1)
    pairs = [(int(cold[i : i + 2], 16), int(hot[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(one + (other - one) * share):02x}" for one, other in pairs)
