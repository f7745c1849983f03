"""`Embedding`: a list of numbers for each symbol."""

import random
from typing import Any

from autograd import take
from autograd.value import Value
from nn.checks import whole_number
from nn.init import Initialiser, drawer
from nn.layers import name_parameters
from nn.module import Module


class Embedding(Module):
    """A table of `size` numbers for each of `count` symbols; a symbol is a whole number, counted from 0.

    >>> table = Embedding(3, 2, rng=random.Random(1337))
    >>> len(table(2)), len(table.parameters())
    (2, 6)
    """

    def __init__(
        self, count: int, size: int, *, init: Initialiser | str = "uniform", rng: random.Random | None = None
    ) -> None:
        count, size = whole_number("the count of symbols", count, least=1), whole_number("the size", size, least=1)
        draw = drawer(init, count, size, rng)
        self.w = [[Value(draw()) for _ in range(size)] for _ in range(count)]
        for symbol, row in enumerate(self.w):
            name_parameters(row, (f"w{i}" for i in range(size)), f"symbols.{symbol}")

    def __call__(self, symbol: Any) -> list[Any]:
        """The numbers of a symbol, which may be a value."""
        row: list[Any] = take(self.w, symbol)
        return row

    def __repr__(self) -> str:
        return f"Embedding({len(self.w)}, {len(self.w[0])})"
