"""`stands_still`: whether all parts of a training are known ones, which do the same each time."""

from typing import Any

from autograd.primitives import TABLE, Primitive
from autograd.value import Value
from nn import penalties
from nn.dropout import Dropout
from nn.losses import LOSSES
from nn.module import Module, parts
from nn.steps import Task


def stands_still(task: Task) -> bool:
    """Whether nothing in a training can be another thing the next time it is run: all parts of it are known ones.

    Whatever a program brings along may draw from a source of chance, keep a count or look at a clock, which machine
    code would do once and for all. Nobody can see that from outside, so that it is compiled if somebody says so.

    >>> from nn import MLP, SGD, Dropout, Sequential, squared_error
    >>> def task(model):
    ...     return Task(model, squared_error, None, [[1.0]], [1.0], SGD(model.parameters(), lr=0.1), 1)
    >>> stands_still(task(MLP(1, [1]))), stands_still(task(Sequential(Dropout(), MLP(1, [1]))))
    (True, False)
    """
    known_penalty = task.penalty is None or task.penalty.__module__ == penalties.__name__
    return (
        isinstance(task.model, Module)
        and all(is_known(part) for _, _, part in parts(task.model).values())
        and task.loss in LOSSES.values()
        and known_penalty
        and type(task.optimizer).__module__.startswith("nn.optim.")
    )


def is_known(part: Any) -> bool:
    """Whether a part of a model is of a kind that does the same each time."""
    if isinstance(part, Module):
        ours = type(part).__module__.startswith("nn.") and not isinstance(part, Dropout)
        return ours and all(is_known(held) for held in vars(part).values())
    if isinstance(part, Primitive):
        return TABLE.get(part.name) is part
    if isinstance(part, (list, tuple)):
        return all(map(is_known, part))
    return part is None or type(part) in (Value, bool, int, float, str)
