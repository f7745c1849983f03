"""`Dropout`: chance silences some of what passes, so that no neuron relies on another one."""

import random
from typing import Any

from autograd.modes import tracer
from nn.checks import is_sequence, share
from nn.init import check_rng
from nn.layers import as_list
from nn.module import Module


class Dropout(Module):
    """While the model learns, every number is 0 with probability p, and the others are divided by 1 - p.

    After `model.eval()` everything passes as it is. rng is the source of chance, else the global `random`
    (Srivastava et al. 2014). Numbers may stand in nested lists, such as an image.

    >>> Dropout(0.5, rng=random.Random(2))([1.0, 1.0, 1.0, 1.0])
    [2.0, 2.0, 0.0, 0.0]
    >>> Dropout(0.5).eval()([1.0, 2.0])
    [1.0, 2.0]
    """

    def __init__(self, p: float = 0.5, *, rng: random.Random | None = None) -> None:
        check_rng(rng)
        self.p = share("p, the probability of silence,", p)
        self.rng = rng

    def __call__(self, x: Any) -> list[Any]:
        """The numbers that pass, zeros in the place of the others."""
        items = list(x) if is_sequence(x) else as_list(x, "Dropout")
        if items and all(map(is_sequence, items)):
            return list(map(self, items))
        numbers = as_list(items, "Dropout")
        if not self.training:
            return numbers
        if tracer() is not None:
            raise TypeError(
                "Dropout draws anew for each sample, and machine code is traced once: leave out jit=True, "
                "or call model.eval() first"
            )
        draw = (self.rng or random).random
        return [item / (1.0 - self.p) if draw() >= self.p else item * 0.0 for item in numbers]

    def __repr__(self) -> str:
        return f"Dropout({self.p:g})"
