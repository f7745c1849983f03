"""What `detect_anomaly` does: stop at the first nan or inf, and say where it came from."""

import os
import sys
from collections.abc import Callable
from math import isfinite
from typing import Any

from autograd.primitives import Primitive, flat

ABOVE = os.path.dirname(os.path.dirname(__file__))
OUR_FOLDERS = (os.path.join(ABOVE, "autograd", ""), os.path.join(ABOVE, "nn", ""))


def recorded_under_watch(row: Primitive, operands: tuple[Any, ...], make: Callable[..., Any]) -> Any:
    """What `make` gives for a row and its operands, if it is a finite number with finite slopes."""
    result = make(row, operands)
    if not isfinite(result.data):
        raise FloatingPointError(f"{row} gave {result.data} for {names(flat(operands))}, at {place_of_the_user()}")
    result.recorded_at = place_of_the_user()
    return result


def watched_backward(order: list[Any]) -> None:
    """Backpropagation through nodes in order, checking each slope and gradient on the way."""
    for node in reversed(order):
        for operand, slope in zip(node.operands, node.slopes, strict=True):
            if slope is None:
                continue
            operand._grad += node._grad * slope
            if not isfinite(operand._grad):
                place = node.__dict__.get(
                    "recorded_at", "a place that was not recorded: put the forward pass inside too"
                )
                raise FloatingPointError(
                    f"the gradient of {name(operand)} became {operand._grad}: {node._row} of {names(node.operands)} "
                    f"has slope {slope} there, times {node._grad} from above; recorded at {place}"
                )
        if callable(node._dx):
            node._dx()


def name(operand: Any) -> str:
    """An operand for a message: its label, if it has one, and its number."""
    if type(operand) is float:
        return repr(operand)
    return f"{operand.label}={operand.data}" if operand.label else repr(operand.data)


def names(operands: Any) -> str:
    """Several operands for a message; of many, the first few.

    >>> names([1.0, 2.0])
    '1.0, 2.0'
    """
    shown = [name(operand) for operand in operands]
    return ", ".join(shown if len(shown) <= 8 else [*shown[:8], f"and {len(shown) - 8} more"])


def place_of_the_user() -> str:
    """File and line of the innermost call that is not the library's own."""
    frame: Any = sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename.startswith(OUR_FOLDERS):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
