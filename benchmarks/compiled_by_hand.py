"""The step written by hand, as arrays in NumPy and as vectors in C (compiled_by_hand.c)."""

import ctypes
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.compiled_work import Array, Contestant, NotMeasured, Outcome, Work

SOURCE = Path(__file__).with_suffix(".c")
FLAGS = ["-O3", "-march=native", "-shared", "-fPIC"]

#: The tiles and blocks that were fastest on the machine they were chosen on.
CHOICES = {"hinge": ["-DBLOCK=64"], "cross_entropy": ["-DBLOCK=32"]}


def numpy_step(work: Work, parameters: list[Array], X: Array, targets: Array) -> Outcome:
    """The loss and its gradients, on arrays."""
    W1, b1, W2, b2, W3, b3 = parameters
    share = 1.0 / len(X)
    h1 = X @ W1.T
    h1 += b1
    activate(h1, work)
    h2 = h1 @ W2.T
    h2 += b2
    activate(h2, work)
    scores = h2 @ W3.T
    scores += b3
    loss, d3 = (hinge if work.loss == "hinge" else cross_entropy)(scores, targets, share)
    d2 = d3 @ W3
    through_activation(d2, h2, work)
    d1 = d2 @ W2
    through_activation(d1, h1, work)
    gradients = [d1.T @ X, d1.sum(axis=0), d2.T @ h1, d2.sum(axis=0), d3.T @ h2, d3.sum(axis=0)]
    if work.decay:
        for gradient, p in zip(gradients, parameters, strict=True):
            gradient += (2.0 * work.decay) * p
            loss += work.decay * np.vdot(p, p)
    return Outcome(loss, gradients)


def activate(h: Array, work: Work) -> None:
    """h becomes what the activation gives."""
    if work.activation == "relu":
        np.maximum(h, 0.0, out=h)
    else:
        np.tanh(h, out=h)


def through_activation(d: Array, h: Array, work: Work) -> None:
    """d is multiplied by the slope of the activation that gave h."""
    if work.activation == "relu":
        d *= h > 0.0
    else:
        d *= 1.0 - h * h


def hinge(scores: Array, sides: Array, share: float) -> tuple[float, Array]:
    """The mean hinge loss, and its slopes in the scores.

    >>> hinge(np.array([[0.5], [2.0]]), np.array([1.0, 1.0]), 0.5)[0]
    0.25
    """
    margins = 1.0 - sides * scores[:, 0]
    slopes = np.where(margins > 0.0, -share * sides, 0.0)
    return share * float(np.maximum(margins, 0.0).sum()), slopes[:, None]


def cross_entropy(scores: Array, labels: Array, share: float) -> tuple[float, Array]:
    """The mean of -log(softmax) at the labels, and its slopes in the scores, which are overwritten.

    >>> cross_entropy(np.zeros((1, 2)), np.array([1]), 1.0)[1]
    array([[ 0.5, -0.5]])
    """
    rows = np.arange(len(labels))
    scores -= scores.max(axis=1, keepdims=True)
    own = scores[rows, labels]
    np.exp(scores, out=scores)
    totals = scores.sum(axis=1)
    loss = share * float((np.log(totals) - own).sum())
    scores *= (share / totals)[:, None]
    scores[rows, labels] -= share
    return loss, scores


def with_numpy(work: Work) -> Contestant:
    """NumPy by hand."""
    parameters, (X, targets) = work.parameters(), work.samples()
    step = lambda: numpy_step(work, parameters, X, targets)
    return Contestant(step, step)


def with_c(work: Work) -> Contestant:
    """C by hand, called through ctypes with arguments that are ready."""
    function = compiled(work.shape, work.activation, work.loss)
    X, targets = work.samples()
    parameters = np.concatenate([p.ravel() for p in work.parameters()])
    gradients = np.zeros_like(parameters)
    kept = (parameters, X, targets)
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in kept]
    arguments = (*pointers, ctypes.c_int64(len(X)), ctypes.c_double(work.decay), ctypes.c_void_p(gradients.ctypes.data))

    def step(kept: tuple[Array, ...] = kept) -> float:  # the pointers alone would not keep the arrays
        return float(function(*arguments))

    def outcome() -> Outcome:
        loss, at, arrays = step(), 0, []
        for p in work.parameters():
            arrays.append(gradients[at : at + p.size].reshape(p.shape).copy())
            at += p.size
        return Outcome(loss, arrays)

    return Contestant(step, outcome)


@cache
def compiled(shape: tuple[int, ...], activation: str, loss: str) -> Any:
    """The function `loss_and_gradient` of compiled_by_hand.c for these sizes."""
    compiler = shutil.which("gcc")
    if compiler is None:
        raise NotMeasured("there is no gcc")
    sizes = [f"-DN{i}={size}" for i, size in enumerate(shape)]
    kind = [f"-D{activation.upper()}", f"-D{loss.upper()}", *CHOICES[loss]]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "by_hand.so"
        words = [compiler, *FLAGS, *sizes, *kind, str(SOURCE), "-o", str(path), "-lm"]
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode:
            raise NotMeasured(f"gcc refuses it: {done.stderr.strip().splitlines()[0]}")
        function = ctypes.CDLL(str(path)).loss_and_gradient
    function.restype = ctypes.c_double
    function.argtypes = [ctypes.c_void_p] * 3 + [ctypes.c_int64, ctypes.c_double, ctypes.c_void_p]
    return function
