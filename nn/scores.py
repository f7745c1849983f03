"""`accuracy`: how often a model is right."""

from collections.abc import Callable, Iterable
from typing import Any

from autograd.modes import no_grad
from autograd.primitives import number
from autograd.value import Value
from nn.checks import check_function, is_sequence
from nn.data.given import samples
from nn.losses import class_index


def accuracy(model: Callable[[list[Any]], Any], X: Iterable[Any], y: Iterable[Any]) -> float:
    """The share of samples that a model classifies right, from 0 to 1.

    With one output, a score above 0 says class 1, and any other the class that is written 0 or -1. With
    several, the largest says the class, counted from 0, and of equal ones the first.

    >>> accuracy(lambda row: row[0], [[2.0], [-1.0], [3.0], [0.5]], [1, -1, -1, 1])
    0.75
    """
    check_function("a model", model, "one row of X")
    rows, targets = samples(X, y)
    with no_grad():
        hits = sum(is_right(model(row), target) for row, target in zip(rows, targets, strict=True))
    return hits / len(rows)


def is_right(prediction: Any, target: Any) -> bool:
    """Whether one prediction, a score or a list of scores, is of the class `target`.

    >>> is_right(0.3, 1), is_right([0.1, 0.7], 0)
    (True, False)
    """
    if is_sequence(prediction) and len(scores := [number_of(score) for score in prediction]) != 1:
        if not scores:
            raise ValueError("a model gives a score or a list of scores, got none")
        label = class_index(target, len(scores))
        own = scores[label]
        return all(own > score for score in scores[:label]) and all(own >= score for score in scores[label:])
    if target not in (-1, 0, 1):
        raise ValueError(f"the class of a sample is -1, 0 or 1 where a model has one output, got {target!r}")
    score = scores[0] if is_sequence(prediction) else number_of(prediction)
    return score > 0.0 if target > 0 else score <= 0.0


def number_of(score: Any) -> float:
    """The number that a score is or holds."""
    return score.data if isinstance(score, Value) else number(score, "a score is")
