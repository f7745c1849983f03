"""Warnings for programs that run, but almost surely not as they are meant to: what happens, and what to do.

A warning names the user's line, and Python shows it once for each. False alarms are worse than misses: what may be
meant is not warned of.
"""

import math
import sys
import warnings
from collections.abc import Callable
from typing import Any

from autograd.anomaly import OUR_FOLDERS
from autograd.primitives import Primitive


class TrainingWarning(UserWarning):
    """Something that is allowed, and hardly ever meant, in the way a model is trained.

    Where it is meant, say so:

    >>> import warnings
    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> y = x * x
    >>> y.backward()
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", TrainingWarning)
    ...     y.backward()
    >>> x.grad
    12.0
    """


def advise(message: str) -> None:
    """Warn of something, at the line of the innermost call that is not the library's own."""
    frame: Any = sys._getframe(1)
    level = 2
    while frame.f_back is not None and frame.f_code.co_filename.startswith(OUR_FOLDERS):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, TrainingWarning, stacklevel=level)


def on_repeated_backward(order: list[Any], recomputed: Callable[[Any], float]) -> None:
    """Warn of a second `backward()` from one value, unless it can be meant: nothing changed, and gradients at 0.

    order       the nodes of the graph, without leaves
    recomputed  what the row of a node gives for the numbers that its operands hold now
    """
    if any(isinstance(node._row, Primitive) and differ(recomputed(node), node._data) for node in order):
        advise(
            "backward() was called again on a value that was computed before the numbers it is made of changed: its "
            "gradients are those of the old numbers; compute the loss anew before each backward()"
        )
    elif any(leaf._grad != 0.0 for node in order for leaf in leaves_of(node)):
        advise(
            "backward() was called again on the same value, and its gradients were added to those of the first time: "
            "call it once, or zero_grad() in between"
        )


def leaves_of(node: Any) -> list[Any]:
    """The operands of a node that nothing made, constants left out."""
    held = node._x if type(node._y) is int else (node._x, node._y)
    return [each for each in held if each is not None and type(each) is not float and each._row is None]


def differ(one: float, other: float) -> bool:
    """Whether two numbers are not the same; two nans are.

    >>> differ(1.0, 2.0), differ(math.nan, math.nan)
    (True, False)
    """
    return one != other and not (math.isnan(one) and math.isnan(other))
