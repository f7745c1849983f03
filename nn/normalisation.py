"""`LayerNorm`: the numbers of a layer brought to one scale."""

from typing import Any

from autograd.primitives import div, mean, sqrt
from autograd.value import Value
from nn.checks import at_least_zero, whole_number
from nn.layers import as_list, name_parameters
from nn.module import Module


class LayerNorm(Module):
    """w * (x - mean) / sqrt(variance + eps) + b for each of `size` numbers (Ba, Kiros and Hinton 2016).

    Mean and variance are those of the numbers given; w starts at 1 and b at 0.

    >>> [round(y.data, 4) for y in LayerNorm(2)([1.0, 3.0])]
    [-1.0, 1.0]
    """

    def __init__(self, size: int, *, eps: float = 1e-5) -> None:
        size = whole_number("the size", size, least=1)
        self.eps = at_least_zero("eps", eps)
        self.w = [Value(1.0) for _ in range(size)]
        self.b = [Value(0.0) for _ in range(size)]
        name_parameters(self.w, (f"w{i}" for i in range(size)), "norm")
        name_parameters(self.b, (f"b{i}" for i in range(size)), "norm")

    def __call__(self, x: Any) -> list[Any]:
        """The numbers on one scale; they have to be as many as w."""
        numbers = as_list(x, "LayerNorm")
        if len(numbers) != len(self.w):
            raise ValueError(f"this LayerNorm takes {len(self.w)} numbers, got {len(numbers)}")
        centre = mean(numbers)
        distances = [x - centre for x in numbers]
        deviation = sqrt(mean([d * d for d in distances]) + self.eps)
        return [w * div(d, deviation) + b for w, d, b in zip(self.w, distances, self.b, strict=True)]

    def __repr__(self) -> str:
        return f"LayerNorm({len(self.w)})"
