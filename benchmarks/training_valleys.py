"""Two hard valleys, and every optimiser on them step by step beside PyTorch's. The tests read these tables too."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import nn
from autograd import Value
from nn.optim import Optimizer

CURVATURES = [1000.0 ** (i / 4) for i in range(5)]  # condition 1,000

Valley = Callable[[Sequence[Any]], Any]


def rosenbrock(x: Sequence[Any]) -> Any:
    """A curved valley with the bottom at (1, 1).

    >>> rosenbrock([1.0, 1.0]), rosenbrock([0.0, 0.0])
    (0.0, 1.0)
    """
    return (1.0 - x[0]) ** 2 + 100.0 * (x[1] - x[0] * x[0]) ** 2


def quadratic(x: Sequence[Any]) -> Any:
    """A bowl that is a thousand times as steep in one direction as in another.

    >>> quadratic([0.0] * 5), quadratic([1.0, 0.0, 0.0, 0.0, 0.0])
    (0.0, 0.5)
    """
    return sum(0.5 * curvature * each * each for curvature, each in zip(CURVATURES, x, strict=True))


#: The function, and where the descent begins.
VALLEYS: dict[str, tuple[Valley, list[float]]] = {
    "Rosenbrock": (rosenbrock, [-1.2, 1.0]),
    "quadratic": (quadratic, [1.0, -2.0, 0.5, 1.5, -1.0]),
}


class Pair(NamedTuple):
    """An optimiser of ours, the name of PyTorch's, what both are given, and what is given to one of them alone."""

    ours: Callable[..., Optimizer]
    peer: str
    both: Mapping[str, Any]
    ours_alone: Mapping[str, Any] = MappingProxyType({})
    peer_alone: Mapping[str, Any] = MappingProxyType({})


#: All but Lion, which PyTorch does not have.
OPTIMISERS = {
    "SGD": Pair(nn.SGD, "SGD", {"lr": 1e-4}),
    "momentum": Pair(nn.SGD, "SGD", {"lr": 1e-4, "momentum": 0.9, "weight_decay": 0.01}),
    "Nesterov": Pair(nn.SGD, "SGD", {"lr": 1e-4, "momentum": 0.9, "nesterov": True}),
    "Adagrad": Pair(nn.Adagrad, "Adagrad", {"lr": 0.1, "lr_decay": 0.01, "weight_decay": 0.01}),
    "RMSProp": Pair(nn.RMSProp, "RMSprop", {"lr": 0.01, "momentum": 0.5, "weight_decay": 0.01}),
    "Adam": Pair(nn.Adam, "Adam", {"lr": 0.01, "weight_decay": 0.01}),
    "AdamW": Pair(nn.AdamW, "AdamW", {"lr": 0.01, "weight_decay": 0.1}),
    "L-BFGS": Pair(
        nn.LBFGS,
        "LBFGS",
        {"lr": 0.5},
        {"history": 4, "line_search": False},
        {"history_size": 4, "max_iter": 1, "tolerance_grad": 0.0, "tolerance_change": 0.0},
    ),
}


def largest_difference(torch: Any, pair: Pair, valley: str, steps: int) -> float:
    """How far apart a parameter of ours and of PyTorch's ever are on the way, as a share of what is above 1."""
    loss, start = VALLEYS[valley]
    x, theirs = list(map(Value, start)), torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = pair.ours(x, **pair.both, **pair.ours_alone)
    peer = vars(torch.optim)[pair.peer]([theirs], **pair.both, **pair.peer_alone)

    def their_loss() -> Any:
        peer.zero_grad()
        value = loss(theirs)
        value.backward()
        return value

    largest = 0.0
    for _ in range(steps):
        optimizer.descend(lambda: loss(x))
        peer.step(their_loss)
        ways = zip([each.data for each in x], theirs.tolist(), strict=True)
        largest = max([largest, *(abs(own - other) / max(1.0, abs(other)) for own, other in ways)])
    return largest
