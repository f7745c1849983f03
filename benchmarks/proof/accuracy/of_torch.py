"""Values and slopes of rows as PyTorch computes them in float64, where it has the function."""

import functools
import importlib
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from autograd.primitives import Primitive

ALIKE = (
    *("add", "sub", "mul", "div", "neg", "exp", "expm1", "log", "log1p", "log2", "log10", "sqrt", "hypot", "sin"),
    *("cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc"),
    *("sigmoid", "abs", "maximum", "minimum", "logaddexp"),
)
ACTIVATIONS = ("softplus", "logsigmoid", "relu", "relu6", "hardtanh", "gelu", "silu", "softsign")
OF_SEQUENCES = ("sum", "mean", "prod", "logsumexp")


@functools.cache
def functions() -> dict[str, Callable[..., Any]]:
    """PyTorch's function for a row by its name, of a batch; a sequence is the last dimension of a tensor."""
    torch = importlib.import_module("torch")
    activations = vars(importlib.import_module("torch.nn.functional"))
    return {
        **{name: vars(torch)[name] for name in ALIKE},
        **{name: activations[name] for name in ACTIVATIONS},
        **{name: functools.partial(vars(torch)[name], dim=-1) for name in OF_SEQUENCES},
        "power": torch.pow,
        "norm": functools.partial(torch.linalg.vector_norm, dim=-1),
        "normal_cdf": torch.special.ndtr,
        "dot": lambda w, x, bias: (w * x).sum(dim=-1) + bias,
        "max": functools.partial(torch.amax, dim=-1),
        "min": functools.partial(torch.amin, dim=-1),
    }


def in_torch(row: Primitive, points: Sequence[tuple[Any, ...]]) -> list[list[Sequence[float]]]:
    """The value and the slopes at each point, each a list, for the numbers of a sequence."""
    torch = importlib.import_module("torch")
    found: list[list[Sequence[float]]] = []
    for _, alike in groupby(points, lambda operands: [len(o) for o in operands if isinstance(o, tuple)]):
        columns = [torch.tensor(c, dtype=torch.float64, requires_grad=True) for c in zip(*alike, strict=True)]
        values = functions()[row.name](*columns)
        slopes = torch.autograd.grad(values.sum(), columns)
        parts = [part.detach().reshape(len(values), -1).tolist() for part in (values, *slopes)]
        found += map(list, zip(*parts, strict=True))
    return found
