"""How wrong a prediction is: functions of one sample. The mean over samples is taken where training happens.

A prediction is what a model gives: a value, a number, or a list of them. Each loss is built of the rows
of the table, so that its value and slopes stay accurate where the prediction is almost right.
"""

import math
import operator
from collections.abc import Callable
from typing import Any

from autograd.given import digits
from autograd.indexing import take
from autograd.primitives import Operand, clip, equal, logsumexp, mean, number, relu, softplus, where
from autograd.primitives import abs as absolute
from nn.checks import check_function, is_sequence, named, shown

Loss = Callable[[Any, Any], Any]


def squared_error(prediction: Any, target: Any) -> Any:
    """The square of prediction - target; of two sequences of one length, the mean of the squares.

    >>> squared_error(3.0, 1.0), squared_error([3.0, 1.0], [1.0, 1.0])
    (4.0, 2.0)
    """
    return mean_over_outputs(lambda error: error * error, prediction, target, "squared_error")


def absolute_error(prediction: Any, target: Any) -> Any:
    """The distance between prediction and target; of two sequences of one length, the mean of the distances.

    >>> absolute_error(3.0, 1.0), absolute_error([3.0, 1.0], [1.0, 1.0])
    (2.0, 1.0)
    """
    return mean_over_outputs(absolute, prediction, target, "absolute_error")


def huber(prediction: Any, target: Any, delta: float = 1.0) -> Any:
    """Half the squared error up to a distance of `delta`, from there on a straight line of slope `delta` (Huber 1964).

    Of two sequences of one length it is the mean.

    >>> huber(0.5, 0.0), huber(-3.0, 0.0)
    (0.125, 2.5)
    """
    delta = number(delta, "huber takes as delta")
    if not 0.0 < delta < float("inf"):
        raise ValueError(f"huber takes a finite delta above 0, got {delta}")

    def of_error(error: Any) -> Any:
        held = clip(error, -delta, delta)
        return held * (error - 0.5 * held)

    return mean_over_outputs(of_error, prediction, target, "huber")


def hinge(score: Any, target: Any) -> Any:
    """1 - target * score for a target of -1 or 1, and 0 where that is negative: 1 away from 0 is far enough.

    >>> hinge(0.25, 1), hinge(0.25, -1), hinge(2.0, 1)
    (0.75, 1.25, 0.0)
    """
    score, target = single(score, "hinge"), single(target, "hinge")
    if isinstance(target, float) and target not in (-1.0, 1.0):
        raise ValueError(f"hinge takes a target of -1 or 1, got {target}")
    return relu(1.0 + -target * score)


def binary_cross_entropy(logit: Any, target: Any) -> Any:
    """-log of the probability given to the target, from 0 to 1, by a model that gives sigmoid(logit) to 1.

    It is softplus(logit) - target * logit, written as a sum of two positive terms: nothing cancels, so
    that a prediction that is almost right still has the loss and the slopes it should.

    >>> binary_cross_entropy(0.0, 1), binary_cross_entropy(1000.0, 0), binary_cross_entropy(40.0, 1)
    (0.6931471805599453, 1000.0, 4.248354255291589e-18)
    """
    logit, target = single(logit, "binary_cross_entropy"), single(target, "binary_cross_entropy")
    if isinstance(target, float):
        if not 0.0 <= target <= 1.0:
            raise ValueError(f"binary_cross_entropy takes a target from 0 to 1, got {target}")
        if target in (0.0, 1.0):
            return softplus(-logit if target else logit)
    return target * softplus(-logit) + (1.0 - target) * softplus(logit)


def cross_entropy(logits: Any, label: Any) -> Any:
    """-log of the probability given to class `label` by a model that gives softmax(logits) to the classes.

    It is logsumexp(logits) - logits[label], written as the softplus of how far all others together are
    above the label: nothing cancels, so that a prediction that is almost right still has a loss and slopes.

    >>> cross_entropy([0.0, 0.0], 1), cross_entropy([0.0, 1000.0], 0), cross_entropy([0.0, 40.0], 1)
    (0.6931471805599453, 1000.0, 4.248354255291589e-18)
    """
    if not is_sequence(logits):
        raise TypeError(
            "cross_entropy takes a list of logits, one for each class, "
            f"got {shown(logits)}; a model of one output is trained with binary_cross_entropy"
        )
    others = list(logits)
    if not others:
        raise ValueError("cross_entropy takes at least one logit, got none")
    if isinstance(label, Operand):  # known only when a compiled function runs
        own = take(others, label)
        others = [where(equal(label, float(j)), -math.inf, logit) for j, logit in enumerate(others)]
    else:
        own = single(others.pop(class_index(label, len(others))), "cross_entropy")
    return softplus(logsumexp(others) - own)


#: The losses that may be given by name.
LOSSES: dict[str, Loss] = {
    loss.__name__: loss for loss in (squared_error, absolute_error, huber, hinge, binary_cross_entropy, cross_entropy)
}


def loss_function(loss: Loss | str) -> Loss:
    """A loss that is given by itself or by its name.

    >>> loss_function("hinge") is hinge
    True
    """
    if isinstance(loss, str):
        return named(loss, LOSSES, "loss")
    check_function("a loss", loss, "(prediction, target) or its name")
    return loss


def class_index(label: object, classes: int) -> int:
    """`label`, if it is the whole number of a class, counted from 0.

    >>> class_index(3, 3)
    Traceback (most recent call last):
    ValueError: a label of 3 classes is from 0 to 2, got 3
    """
    try:
        index = operator.index(label)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"a label is the whole number of a class, got {shown(label)}") from None
    if not 0 <= index < classes:
        raise ValueError(f"a label of {classes} classes is from 0 to {classes - 1}, got {digits(index)}")
    return index


def single(given: Any, loss: str) -> Any:
    """A prediction or target of one output: a value as it is, a number as a float."""
    return given if isinstance(given, Operand) else number(given, f"{loss} takes")


def mean_over_outputs(of_error: Callable[[Any], Any], prediction: Any, target: Any, loss: str) -> Any:
    """`of_error(prediction - target)`, or its mean over the outputs of two sequences."""
    if is_sequence(prediction) != is_sequence(target):
        raise TypeError(
            f"{loss} takes two numbers or two lists, got {type(prediction).__name__} and {type(target).__name__}: "
            "a model of one output gives a bare value, and its target is a number"
        )
    if not is_sequence(prediction):
        return of_error(single(prediction, loss) - single(target, loss))
    predictions, targets = list(prediction), list(target)
    if len(predictions) != len(targets):
        raise ValueError(f"{loss} takes as many predictions as targets, got {len(predictions)} and {len(targets)}")
    return mean([of_error(single(p, loss) - single(t, loss)) for p, t in zip(predictions, targets, strict=True)])
