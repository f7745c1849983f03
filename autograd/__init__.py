"""valuegrad: numbers that remember how they were made, and their gradients."""

from autograd.graph import counts, depth, export, topological_order, trace
from autograd.modes import detect_anomaly, no_grad
from autograd.primitives import *  # noqa: F403  every row: one place to edit is enough to add an operation
from autograd.value import Value

__all__ = [
    "Value",
    "counts",
    "depth",
    "detect_anomaly",
    "export",
    "no_grad",
    "topological_order",
    "trace",
]
