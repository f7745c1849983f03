"""The benchmark `names`: microgpt's training, 1,000 steps on a name each, as machine code, beside microgpt's design.

The model is that of `gpt.py`, with its weights and its loss. What differs is the form: all names are as long as
the longest, places after the end count for nothing, and a place sees those after it with a weight of e^-inf. So
every place is computed in the same way, which is what the compiler makes arrays of.
"""

import argparse
import math
import random
import time
from functools import partial
from typing import Any, NamedTuple

import autograd
import nn
from benchmarks import gpt, report, timing
from benchmarks.gpt import BOUNDARY, HEADS, LONGEST, WIDTH, Matrix, Vector, plus, rmsnorm
from benchmarks.peers import MICROGPT, OURS, value_class
from benchmarks.report import Figure, Target
from nn.optim.adaptive import Moments

NAMES = report.ROOT / "notebooks" / "data" / "names.txt"
STEPS = 1000
PEER_STEPS = 20  # that many names tell how long a step of the peer takes
HELD_OUT = 20  # names that no step sees, for the loss in the end
ALLOWED = 5.0  # seconds of processor time for the whole training, starting from nothing compiled

RATE, BETAS = 0.01, (0.85, 0.99)  # microgpt's


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--json", action="store_true", help="print the line of the results file, not a table")
    parser.add_argument("--quick", action="store_true", help="a smoke test of seconds, whose figures are not recorded")


def run(arguments: argparse.Namespace) -> None:
    """Measure, print, and, if it was not a quick run, append a dated line to results/names.jsonl."""
    figure = training(*(1, 1, 1) if arguments.quick else (STEPS, PEER_STEPS, HELD_OUT))
    line = report.dated([figure], quick=arguments.quick)
    report.tell([figure], line, arguments.json, "names" if not arguments.quick else None)


def training(steps: int, peer_steps: int, held_out: int) -> Figure:
    """The processor time of a training, each in a process of its own, beside that of the peer's steps, scaled."""
    same_loss(names()[0])
    trained = timing.in_fresh_process(trained_by_us, steps, held_out)
    compiled = trained if steps == 1 else timing.in_fresh_process(trained_by_us, 1, 1)
    peer = timing.in_fresh_process(seconds_of_peer, peer_steps) * steps
    return Figure(
        f"microgpt, {steps:,} steps of one name, compiling included",
        "s",
        ours=trained.seconds,
        target=Target("ours", "at most", ALLOWED),
        peer_name=f"{MICROGPT}, {peer_steps} steps, scaled",
        peer=peer,
        ratio=peer / trained.seconds,
        details={
            "seconds with one step": compiled.seconds,
            "ms for each step besides": (trained.seconds - compiled.seconds) / max(1, steps - 1) * 1e3,
            "mean loss of the steps": trained.loss,
            "loss of names held out": trained.held_out,
        },
    )


class Trained(NamedTuple):
    """What a training took, in seconds of processor time, and where it came to."""

    seconds: float
    loss: float
    held_out: float


def names() -> list[str]:
    """The names to learn from.

    >>> len(names())
    4096
    """
    return NAMES.read_text(encoding="utf-8").split()


def row_of(name: str) -> list[int]:
    """A name as tokens, begun by a boundary and filled up with boundaries to one length.

    >>> len(row_of("emma")), row_of("emma")[:7]
    (17, [26, 4, 12, 12, 0, 26, 26])
    """
    tokens = [BOUNDARY, *(ord(letter) - ord("a") for letter in name)]
    return tokens + [BOUNDARY] * (LONGEST + 1 - len(tokens))


class LinearDecay(Moments):
    """Adam, at a rate that falls evenly to 0 within so many steps: microgpt's."""

    def __init__(self, parameters: list[Any], total: int) -> None:
        super().__init__(parameters, RATE, BETAS)
        self.total = total

    def moved(self, i: int, p: float, g: float) -> float:
        """The rate of the first step is the whole rate."""
        return p - self.lr * (1.0 - (self.steps - 1) / self.total) * self.direction(i, g)


def trained_by_us(steps: int, held_out: int) -> Trained:
    """A training from a fresh model, compiled, and the loss of the last names of the list."""
    known = names()
    rows = [row_of(name) for name in known[:steps]]
    model = gpt.weights(value_class(OURS), random.Random(gpt.SEED))
    optimizer = LinearDecay([p for matrix in model.values() for row in matrix for p in row], steps)
    start = time.process_time()
    history = nn.fit(
        partial(loss_of, model),
        rows,
        [0.0] * steps,  # what comes next stands in the row
        loss=lambda loss, _: loss,
        optimizer=optimizer,
        epochs=1,
        batch_size=1,
        rng=random.Random(gpt.SEED),
        progress=False,
        jit=True,
    )
    seconds = time.process_time() - start
    with autograd.no_grad():
        losses = [float(loss_of(model, row_of(name)).data) for name in known[-held_out:]]
    return Trained(seconds, history.losses[0], math.fsum(losses) / held_out)


def seconds_of_peer(steps: int) -> float:
    """The mean processor time of a forward and backward pass of microgpt's design; its optimiser comes on top."""
    model = gpt.weights(value_class(MICROGPT), random.Random(gpt.SEED))
    start = time.process_time()
    for name in names()[:steps]:
        gpt.loss_of(model, name).backward()
    return (time.process_time() - start) / steps


def same_loss(name: str) -> None:
    """Refuse to compare programs that do not compute the same loss of a name."""
    first = gpt.loss_of(gpt.weights(value_class(MICROGPT), random.Random(gpt.SEED)), name).data
    second = loss_of(gpt.weights(value_class(OURS), random.Random(gpt.SEED)), row_of(name)).data
    if not math.isclose(first, second, rel_tol=1e-12):
        raise ArithmeticError(f"the two programs are not the same: their losses of {name} are {first} and {second}")


def loss_of(model: dict[str, Matrix], row: Vector) -> Any:
    """The mean of -log p over the letters of a name and its end; places after that count 0."""
    tokens, following = row[:-1], row[1:]
    losses = [
        autograd.logsumexp(scores) - autograd.take(scores, token)
        for scores, token in zip(scores_of(model, tokens), following, strict=True)
    ]
    counts = [1.0, *(autograd.not_equal(token, float(BOUNDARY)) for token in tokens[1:])]
    return autograd.dot(counts, losses) / autograd.sum(counts)


def scores_of(model: dict[str, Matrix], tokens: Vector) -> Matrix:
    """For each place, a score for each token that may come next."""
    at_places = model["place"][: len(tokens)]
    xs = [
        rmsnorm(plus(autograd.take(model["token"], token), place))
        for token, place in zip(tokens, at_places, strict=True)
    ]
    normed = [rmsnorm(x) for x in xs]
    queries, keys, contents = ([product(model[name], x) for x in normed] for name in ("query", "key", "content"))
    scores = []
    for place, (x, query) in enumerate(zip(xs, queries, strict=True)):
        x = plus(product(model["blend"], read(place, query, keys, contents)), x)
        hidden = [v.relu() for v in product(model["widen"], rmsnorm(x))]
        scores.append(product(model["answer"], plus(product(model["narrow"], hidden), x)))
    return scores


def product(matrix: Matrix, x: Vector) -> Vector:
    """Matrix times vector, in which a row is one node: a seventh of the nodes to record.

    >>> product([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0])
    [3.0, 7.0]
    """
    return [autograd.dot(row, x) for row in matrix]


def read(place: int, query: Vector, keys: Matrix, contents: Matrix) -> Vector:
    """What all heads read at a place: contents up to there, each by how well its key fits the query."""
    result: Vector = []
    size = WIDTH // HEADS
    for first in range(0, WIDTH, size):
        part = slice(first, first + size)
        fits = [
            autograd.dot(query[part], key[part]) / math.sqrt(size) + (0.0 if other <= place else -math.inf)
            for other, key in enumerate(keys)
        ]
        shares = softmax(fits)
        result += [autograd.dot(shares, [content[i] for content in contents]) for i in range(first, first + size)]
    return result


def softmax(scores: Vector) -> Vector:
    """Probabilities in proportion to e^score, also of values whose numbers are not known yet.

    >>> [share.data for share in softmax([autograd.Value(1000.0), autograd.Value(1000.0)])]
    [0.5, 0.5]
    """
    highest = autograd.max(scores)
    parts = [autograd.exp(score - highest) for score in scores]
    total = autograd.sum(parts)
    return [part / total for part in parts]
