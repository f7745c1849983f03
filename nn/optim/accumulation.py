"""What tells an optimiser that gradients go on adding up from one of its steps to the next.

A step leaves a note on one parameter, in the place where a leaf holds what walks by hand added to its gradient.
Whoever assigns a gradient takes the note away. So a note that is still there, beside a gradient that has changed,
says that `backward()` added to what the step before has used already.
"""

from collections.abc import Iterable

from autograd.advice import advise
from autograd.dialects import ByHand
from autograd.value import Value


class UsedByAStep(ByHand):
    """On a leaf: the gradient that a step has used."""

    __slots__ = ()


def note_use(parameters: Iterable[Value]) -> None:
    """Note that a step uses the gradients as they are, and warn if they are added to those of the step before.

    The first parameter with a gradient stands for all of them.

    >>> w = Value(1.0)
    >>> w.grad = 3.0
    >>> note_use([w])
    >>> w.grad = 0.0  # takes the note away, and so does zero_grad()
    >>> (w * w).backward()
    >>> note_use([w])
    """
    witness = next((parameter for parameter in parameters if parameter.grad != 0.0), None)
    if witness is None:
        return
    if type(witness._x) is UsedByAStep and abs(witness._grad - witness._x.after) > 0.0:
        advise(
            "step() was called again, and the gradients of the step before are still in those of this one: call "
            "zero_grad() before each backward(); to keep a share of them on purpose, assign it: p.grad = share * p.grad"
        )
    witness._x = UsedByAStep(witness._grad)
