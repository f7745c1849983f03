"""Limits to gradients, so that one steep place does not throw a training away: `optimizer.clip = ByNorm(1.0)`."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from autograd.primitives import clip, div, minimum, sqrt
from nn.checks import at_least_zero

SMALL = 1e-6  # keeps a gradient of length 0 from dividing by it (PyTorch's)


@runtime_checkable
class Clip(Protocol):
    """What an optimizer makes of each gradient before a step: arithmetic, so that it can be compiled."""

    def limited(self, g: float, squares: float) -> float:
        """What the gradient g becomes, where the squares of all gradients have this sum."""


@dataclass(frozen=True)
class ByValue:
    """Each gradient is cut at -limit and limit.

    >>> ByValue(1.0).limited(-3.0, 9.0)
    -1.0
    """

    limit: float

    def __post_init__(self) -> None:
        at_least_zero("the limit of gradients", self.limit)

    def limited(self, g: float, squares: float) -> float:
        """The gradient g, cut."""
        return clip(g, -self.limit, self.limit)


@dataclass(frozen=True)
class ByNorm:
    """All gradients together are shortened to the length `limit`, if they are longer: the direction stays.

    The formula of PyTorch's `clip_grad_norm_` (Pascanu, Mikolov and Bengio 2013).

    >>> round(ByNorm(1.0).limited(3.0, 25.0), 6), ByNorm(10.0).limited(3.0, 25.0)
    (0.6, 3.0)
    """

    limit: float

    def __post_init__(self) -> None:
        at_least_zero("the limit of gradients", self.limit)

    def limited(self, g: float, squares: float) -> float:
        """The gradient g, shortened as much as all others."""
        return g * minimum(1.0, div(self.limit, sqrt(squares) + SMALL))
