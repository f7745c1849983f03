"""The inner loop of microgpt, one training step: a transformer of one layer on scalars, for any library's values.

Written afresh after the published program, with its sizes and its steps: embeddings of token and place, rmsnorm,
attention of four heads over a growing list of keys and values, a perceptron of four times the width,
and the mean of -log p over the letters of one document.
"""

import random
from collections.abc import Callable
from typing import Any

from benchmarks.peers import OPERANDS, value_class

WIDTH = 16
HEADS = 4
LONGEST = 16
VOCABULARY = 27
BOUNDARY = VOCABULARY - 1  # the token before the first letter and after the last
SPREAD = 0.08
SEED = 1337
DOCUMENT = "maria"  # five letters and the end: about 51,000 nodes

Vector = list[Any]
Matrix = list[Vector]


def weights(value: Any, rng: random.Random) -> dict[str, Matrix]:
    """The matrices of the model by name, drawn in this order."""
    shapes = {
        "token": (VOCABULARY, WIDTH),
        "place": (LONGEST, WIDTH),
        "query": (WIDTH, WIDTH),
        "key": (WIDTH, WIDTH),
        "content": (WIDTH, WIDTH),
        "blend": (WIDTH, WIDTH),
        "widen": (4 * WIDTH, WIDTH),
        "narrow": (WIDTH, 4 * WIDTH),
        "answer": (VOCABULARY, WIDTH),
    }
    return {
        name: [[value(rng.gauss(0.0, SPREAD)) for _ in range(columns)] for _ in range(rows)]
        for name, (rows, columns) in shapes.items()
    }


def product(matrix: Matrix, x: Vector) -> Vector:
    """Matrix times vector.

    >>> product([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0])
    [3.0, 7.0]
    """
    return [sum(w * v for w, v in zip(row, x, strict=True)) for row in matrix]


def plus(x: Vector, y: Vector) -> Vector:
    """The sum of two vectors.

    >>> plus([1.0, 2.0], [3.0, 4.0])
    [4.0, 6.0]
    """
    return [a + b for a, b in zip(x, y, strict=True)]


def rmsnorm(x: Vector) -> Vector:
    """The vector, scaled so that the mean of its squares is 1.

    >>> [round(v, 3) for v in rmsnorm([3.0, -3.0])]
    [1.0, -1.0]
    """
    scale = (sum(v * v for v in x) / len(x) + 1e-5) ** -0.5
    return [v * scale for v in x]


def softmax(x: Vector) -> Vector:
    """Probabilities in proportion to e^v.

    >>> [share.data for share in softmax([value_class("valuegrad")(1000.0)] * 2)]
    [0.5, 0.5]
    """
    highest = max(v.data for v in x)
    parts = [(v - highest).exp() for v in x]
    total = sum(parts)
    return [part / total for part in parts]


def attention(query: Vector, keys: Matrix, contents: Matrix) -> Vector:
    """What one head reads: the contents so far, each by how well its key fits the query."""
    shares = softmax([sum(q * k for q, k in zip(query, key, strict=True)) / len(query) ** 0.5 for key in keys])
    return [sum(s * c[i] for s, c in zip(shares, contents, strict=True)) for i in range(len(query))]


def logits(model: dict[str, Matrix], token: int, place: int, keys: Matrix, contents: Matrix) -> Vector:
    """A score for each token that may come next; this place's key and content join those of the places before."""
    x = rmsnorm(plus(model["token"][token], model["place"][place]))
    normed = rmsnorm(x)
    query = product(model["query"], normed)
    keys.append(product(model["key"], normed))
    contents.append(product(model["content"], normed))
    read: Vector = []
    for head in range(HEADS):
        part = slice(head * WIDTH // HEADS, (head + 1) * WIDTH // HEADS)
        read += attention(query[part], [k[part] for k in keys], [c[part] for c in contents])
    x = plus(product(model["blend"], read), x)
    hidden = [v.relu() for v in product(model["widen"], rmsnorm(x))]
    return product(model["answer"], plus(product(model["narrow"], hidden), x))


def loss_of(model: dict[str, Matrix], document: str) -> Any:
    """The mean of -log p over the letters of a document and its end."""
    tokens = [BOUNDARY, *(ord(letter) - ord("a") for letter in document), BOUNDARY]
    keys: Matrix = []
    contents: Matrix = []
    losses = []
    for place in range(min(LONGEST, len(tokens) - 1)):
        chances = softmax(logits(model, tokens[place], place, keys, contents))
        losses.append(-chances[tokens[place + 1]].log())
    return sum(losses) * (1 / len(losses))


def inner_loop(library: str) -> Callable[[], float]:
    """A function that runs one forward and backward pass of microgpt on a library's values, and gives the loss."""
    model = weights(value_class(library), random.Random(SEED))
    parameters = [p for matrix in model.values() for row in matrix for p in row]

    def step() -> float:
        for p in parameters:
            p.grad = 0.0
        loss = loss_of(model, DOCUMENT)
        loss.backward()
        return float(loss.data)

    return step


def node_count(library: str) -> int:
    """How many nodes one step records, leaves and constants included.

    >>> 45_000 < node_count("microgpt's design") < 55_000
    True
    """
    root = loss_of(weights(value_class(library), random.Random(SEED)), DOCUMENT)
    operands = OPERANDS[library]
    seen = {root}
    waiting = [root]
    while waiting:
        for operand in operands(waiting.pop()):
            if operand not in seen:
                seen.add(operand)
                waiting.append(operand)
    return len(seen)
