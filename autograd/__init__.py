"""valuegrad: numbers that remember how they were made, and their gradients.

>>> import autograd
>>> x = autograd.Value(3.0)
>>> (x * x).backward()
>>> x.grad
6.0
"""

import builtins
import os
import warnings

from autograd import copying as copying
from autograd.check import GradientError, gradcheck
from autograd.compiler.jit import compile_graph, jit
from autograd.drawing import Drawing, animate, draw, draw_dot, explain, latex, stepper
from autograd.frozen import FrozenError
from autograd.graph import counts, depth, export, topological_order, trace
from autograd.modes import detect_anomaly, no_grad
from autograd.primitives import *  # noqa: F403  every row: to add an operation is to edit one place
from autograd.primitives import TABLE, Primitive, primitive, softmax
from autograd.transforms import grad, gradients, hessian, hvp, jacobian, jvp, value_and_grad, vjp, vmap
from autograd.value import Value

from autograd.indexing import take as take  # type: ignore[assignment] # isort: skip  the row, its index checked

__version__ = "0.1.0"

__all__ = [  # the rows come from the table
    "Drawing",
    "animate",
    "FrozenError",
    "GradientError",
    "Primitive",
    "Value",
    "compile_graph",
    "counts",
    "depth",
    "detect_anomaly",
    "draw",
    "draw_dot",
    "explain",
    "export",
    "grad",
    "gradcheck",
    "gradients",
    "hessian",
    "hvp",
    "jacobian",
    "jit",
    "jvp",
    "latex",
    "no_grad",
    "primitive",
    "softmax",
    "stepper",
    "topological_order",
    "trace",
    "value_and_grad",
    "vjp",
    "vmap",
    *(name for name in TABLE if name not in vars(builtins)),  # a star import must not hide the built-in sum
]

if os.path.exists(os.path.join(os.path.dirname(__file__), "differential_operators.py")):
    warnings.warn(
        "the distributions 'autograd' (by HIPS) and 'valuegrad' are installed over each other, valuegrad last: "
        "keep one of them, with `pip uninstall -y autograd valuegrad` and then `pip install valuegrad`",
        RuntimeWarning,
        stacklevel=2,
    )
