"""Networks and other functions that tests of the compiler lift, print and run."""

import math
import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import autograd
import nn
from autograd import primitives as rows
from autograd.compiler.recording import Recording

Sample = Any  # a value, or a list of values

FEATURES = 4  # of a sample of the small functions


def weights(rows: int, columns: int) -> list[list[autograd.Value]]:
    """A matrix of parameters."""
    return [[autograd.Value(0.3 * i - 0.2 * k + 0.1) for k in range(columns)] for i in range(rows)]


MATRIX, VECTOR, FILTERS = weights(3, 3), weights(1, 3)[0], weights(2, 2)


def moons() -> Recording:
    """The loss of micrograd's demo: 2-16-16-1, hinge, and the squares of the weights."""
    model = nn.MLP(2, [16, 16, 1], rng=random.Random(1))

    def sample_loss(x: Sample, target: Sample) -> Any:
        return nn.losses.hinge(model(x), target)

    def loss(X: Sample, y: Sample) -> Any:
        return autograd.mean(autograd.vmap(sample_loss)(X, y)) + 1e-4 * sum(p * p for p in model.parameters())

    return autograd.jit(loss).recording([[0.0, 0.0]], [0.0])


def softmax() -> Recording:
    """3-4-2 with tanh: the mean cross-entropy of a softmax."""
    model = nn.MLP(3, [4, 2], activation="tanh", rng=random.Random(1))

    def sample_loss(x: Sample, own: Sample) -> Any:
        scores = model(x)
        mine = sum(rows.equal(own, float(j)) * score for j, score in enumerate(scores))
        return rows.logsumexp(scores) - mine

    def loss(X: Sample, y: Sample) -> Any:
        return autograd.mean(autograd.vmap(sample_loss)(X, y))

    return autograd.jit(loss).recording([[0.0] * 3], [0.0])


def of_samples(function: Callable[[Sample], Any], reduce: Any = autograd.mean) -> Recording:
    """The mean of a function over samples of FEATURES numbers."""
    return autograd.jit(lambda X: reduce(autograd.vmap(function)(X))).recording([[0.0] * FEATURES])


def recurrent(x: Sample) -> Any:
    """The same matrices at every step."""
    state = [rows.sin(w * x[0]) for w in VECTOR]
    for given in x:
        state = [rows.tanh(rows.dot(row, state) + w * given) for row, w in zip(MATRIX, VECTOR, strict=True)]
    return rows.sum(state)


def convolution(x: Sample) -> Any:
    """Two filters over three windows of a sample, and the products of what came out."""
    maps = [[rows.dot(each, x[k : k + 2]) for each in FILTERS] for k in range(FEATURES - 1)]
    return rows.sum([rows.dot(a, b) for a in maps for b in maps]) + rows.max([v for each in maps for v in each])


def one_filter(x: Sample) -> Any:
    """One filter over three windows."""
    return rows.sum([rows.sin(rows.dot(FILTERS[0], x[k : k + 2])) for k in range(FEATURES - 1)])


def out_of_order(x: Sample) -> Any:
    """Two filters over three windows, one after the other in no order of either."""
    order = [(0, 0), (1, 2), (0, 1), (1, 0), (1, 1), (0, 2)]
    return rows.sum([(k + 1.0) * rows.sin(rows.dot(FILTERS[i], x[j : j + 2])) for k, (i, j) in enumerate(order)])


def of_many_rows(x: Sample) -> Any:
    """Rows with and without a name in NumPy, in both orders of what binds tightly."""
    a, b, c, d = x
    terms = [a - (b - c), -(a * b), (-a) ** 2.0, a / (b * c), rows.maximum(a, b), rows.where(rows.greater(a, b), c, d)]
    terms += [rows.softplus(d), rows.atan2(a, b), rows.hypot(a, rows.hypot(b, c)), rows.min([a, b, c, d]), rows.erf(a)]
    terms += [
        rows.prod([a, b, c]),
        rows.norm([a, b, d]),
        rows.equal(a, b) - rows.less(a, b),
        2.0**a,
        rows.abs(b) ** 0.5,
    ]
    return rows.sum(terms)


def of_infinities(x: Sample) -> Any:
    """Numbers that Python writes as words."""
    chosen = [rows.where(rows.greater(v, 0.0), v, -math.inf) for v in x]
    return rows.maximum(rows.max(chosen), rows.where(rows.less(x[0], math.inf), -1.0, math.nan))


def single_sample() -> Recording:
    """A network that runs on one sample at a time."""
    model = nn.MLP(3, [8, 8, 2], activation="tanh", rng=random.Random(1))
    return autograd.jit(lambda x: rows.logsumexp(model(x))).recording([0.0] * 3)


def sample_by_sample() -> Recording:
    """Results of every sample, some of them the same for all, beside a mean."""
    w = FILTERS[1]

    def results(X: Sample) -> Any:
        both = autograd.vmap(lambda x: [rows.dot(w, x[:2]), x[3] * w[0], w[1] * 2.0])(X)
        return both, autograd.mean(autograd.vmap(lambda x: rows.exp(x[0] * w[1]))(X))

    return autograd.jit(results).recording([[0.0] * FEATURES])


def in_two_passes() -> Recording:
    """The variance over samples: a mean that the next pass reads."""

    def variance(X: Sample) -> Any:
        middle = autograd.mean(autograd.vmap(lambda x: x[0] * x[1])(X))
        return autograd.mean(autograd.vmap(lambda x: (x[0] * x[1] - middle) ** 2)(X))

    return autograd.jit(variance).recording([[0.0] * FEATURES])


def hessian() -> Recording:
    """Second derivatives of a small function."""

    def rosenbrock(x: Sample) -> Any:
        return rows.sum([100.0 * (b - a * a) ** 2 + (1.0 - a) ** 2 for a, b in pairwise(x)])

    return autograd.jit(autograd.hessian(rosenbrock)).recording([0.0] * FEATURES)


RECORDINGS: dict[str, Callable[[], Recording]] = {
    "moons": moons,
    "softmax": softmax,
    "recurrent": lambda: of_samples(recurrent),
    "convolution": lambda: of_samples(convolution),
    "one filter": lambda: of_samples(one_filter, autograd.sum),
    "out of order": lambda: of_samples(out_of_order),
    "own products": lambda: of_samples(lambda x: rows.dot(x[:2], x[2:])),
    "many rows": lambda: of_samples(of_many_rows),
    "infinities": lambda: of_samples(of_infinities),
    "single sample": single_sample,
    "sample by sample": sample_by_sample,
    "two passes": in_two_passes,
    "hessian": hessian,
}
