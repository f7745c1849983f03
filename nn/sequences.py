"""Layers for sequences: `RNN`, `GRU` and `LSTM`, which remember, and `Attention`, which looks at all steps at once.

A sequence is a list of steps, a step a list of numbers; the result has a step for each. The letters: x is an
input, h what is remembered, c the cell of an LSTM. What they compute is what PyTorch's layers of the same names
compute, with one bias for each sum instead of two. `init` and `rng` are those of `Neuron`.
"""

import math
import random
from collections.abc import Iterable
from typing import Any

from autograd.primitives import dot, sigmoid, softmax, tanh
from nn.checks import check_truth, is_sequence, shown, whole_number
from nn.init import Initialiser
from nn.layers import Layer, as_list
from nn.module import Module

Step = list[Any]

#: How weights are drawn if nothing else is said; it suits tanh and sigmoid.
INIT = "xavier_uniform"


class RNN(Module):
    """h = tanh(W [x, h] + b) at each step (Elman 1990).

    >>> import random
    >>> rnn = RNN(2, 3, rng=random.Random(1337))
    >>> [len(h) for h in rnn([[1.0, 2.0], [3.0, 4.0]])], len(rnn.parameters())
    ([3, 3], 18)
    """

    def __init__(
        self, inputs: int, hidden: int, *, init: Initialiser | str = INIT, rng: random.Random | None = None
    ) -> None:
        self.inputs, self.hidden = checked_sizes(inputs, hidden)
        self.cell = linear(inputs + hidden, hidden, init, rng, "cell")

    def __call__(self, sequence: Iterable[Any], h: Any = None) -> list[Step]:
        """What is remembered after each step; at first h, or else zeros."""
        h = remembered(h, self.hidden)
        results = []
        for x in steps_of(sequence, self.inputs):
            h = list(map(tanh, sums(self.cell, [*x, *h])))
            results.append(h)
        return results

    def __repr__(self) -> str:
        return f"RNN({self.inputs}, {self.hidden})"


class GRU(Module):
    """h = (1 - z) * n + z * h at each step, for gates r and z and a candidate n (Cho et al. 2014).

    r, z = sigmoid(W [x, h] + b), n = tanh(U x + a + r * (V h + d)).

    >>> import random
    >>> gru = GRU(2, 3, rng=random.Random(1337))
    >>> [len(h) for h in gru([[1.0, 2.0], [3.0, 4.0]])], len(gru.parameters())
    ([3, 3], 57)
    """

    def __init__(
        self, inputs: int, hidden: int, *, init: Initialiser | str = INIT, rng: random.Random | None = None
    ) -> None:
        self.inputs, self.hidden = checked_sizes(inputs, hidden)
        self.gates = linear(inputs + hidden, 2 * hidden, init, rng, "gates")
        self.candidate = linear(inputs, hidden, init, rng, "candidate")
        self.memory = linear(hidden, hidden, init, rng, "memory")

    def __call__(self, sequence: Iterable[Any], h: Any = None) -> list[Step]:
        """What is remembered after each step; at first h, or else zeros."""
        h = remembered(h, self.hidden)
        results = []
        for x in steps_of(sequence, self.inputs):
            gates = list(map(sigmoid, sums(self.gates, [*x, *h])))
            r, z = gates[: self.hidden], gates[self.hidden :]
            n = [tanh(u + r * v) for u, r, v in zip(sums(self.candidate, x), r, sums(self.memory, h), strict=True)]
            h = [(1.0 - z) * n + z * h for z, n, h in zip(z, n, h, strict=True)]
            results.append(h)
        return results

    def __repr__(self) -> str:
        return f"GRU({self.inputs}, {self.hidden})"


class LSTM(Module):
    """c = f * c + i * g and h = o * tanh(c) at each step (Hochreiter, Schmidhuber 1997; Gers 2000).

    The gates i, f, o = sigmoid(W [x, h] + b) and the candidate g = tanh(W [x, h] + b) stand in one layer, in the
    order i, f, g, o.

    >>> import random
    >>> lstm = LSTM(2, 3, rng=random.Random(1337))
    >>> [len(h) for h in lstm([[1.0, 2.0], [3.0, 4.0]])], len(lstm.parameters())
    ([3, 3], 72)
    """

    def __init__(
        self, inputs: int, hidden: int, *, init: Initialiser | str = INIT, rng: random.Random | None = None
    ) -> None:
        self.inputs, self.hidden = checked_sizes(inputs, hidden)
        self.cell = linear(inputs + hidden, 4 * hidden, init, rng, "cell")

    def __call__(self, sequence: Iterable[Any], h: Any = None, c: Any = None) -> list[Step]:
        """h after each step; at first h and c, or else zeros."""
        h, c = remembered(h, self.hidden), remembered(c, self.hidden)
        results = []
        for x in steps_of(sequence, self.inputs):
            h, c = self.step(x, h, c)
            results.append(h)
        return results

    def step(self, x: Step, h: Step, c: Step) -> tuple[Step, Step]:
        """h and c after one more step, to go on from them with the next."""
        gates = sums(self.cell, [*x, *h])
        i, f, g, o = (gates[k * self.hidden : (k + 1) * self.hidden] for k in range(4))
        c = [sigmoid(f) * c + sigmoid(i) * tanh(g) for i, f, g, c in zip(i, f, g, c, strict=True)]
        return [sigmoid(o) * tanh(c) for o, c in zip(o, c, strict=True)], c

    def __repr__(self) -> str:
        return f"LSTM({self.inputs}, {self.hidden})"


class Attention(Module):
    """Every step becomes a mixture of all steps, weighed by how well its query fits their keys (Vaswani et al. 2017).

    For each of `heads`, queries, keys and values of size / heads numbers; weights are the softmax of
    query . key / sqrt(size / heads). causal: a step looks at itself and at what came before, not ahead.

    >>> import random
    >>> attention = Attention(4, heads=2, rng=random.Random(1337))
    >>> [len(step) for step in attention([[1.0, 2.0, 3.0, 4.0]] * 3)], len(attention.parameters())
    ([4, 4, 4], 80)
    """

    def __init__(
        self,
        size: int,
        *,
        heads: int = 1,
        causal: bool = False,
        init: Initialiser | str = INIT,
        rng: random.Random | None = None,
    ) -> None:
        check_truth("causal", causal)
        self.size, self.heads = whole_number("the size", size, least=1), whole_number("heads", heads, least=1)
        if size % heads:
            raise ValueError(f"the size is a multiple of the heads, got {size} and {heads}")
        self.causal = causal
        self.query, self.key, self.value, self.out = (
            linear(size, size, init, rng, scope) for scope in ("query", "key", "value", "out")
        )

    def __call__(self, sequence: Iterable[Any]) -> list[Step]:
        """The mixtures, a step for each step."""
        steps = steps_of(sequence, self.size)
        queries, keys, values = ([sums(layer, x) for x in steps] for layer in (self.query, self.key, self.value))
        results = []
        for i, query in enumerate(queries):
            hidden = [-math.inf if self.causal and j > i else 0.0 for j in range(len(steps))]
            results.append(sums(self.out, self.mixture(query, keys, values, hidden)))
        return results

    def mixture(self, query: Step, keys: list[Step], values: list[Step], hidden: list[float]) -> Step:
        """The mixtures of the values that the heads make for one query, one after the other.

        hidden  added to the scores: -inf for a step that is not seen, so that every query is computed alike
        """
        width = self.size // self.heads
        mixed: Step = []
        for start in range(0, self.size, width):
            part = slice(start, start + width)
            q = [x / math.sqrt(width) for x in query[part]]
            weights = softmax([dot(q, key[part]) + mask for key, mask in zip(keys, hidden, strict=True)])
            mixed += [dot(weights, list(column)) for column in zip(*(value[part] for value in values), strict=True)]
        return mixed

    def __repr__(self) -> str:
        return f"Attention({self.size}, heads={self.heads}{', causal=True' * self.causal})"


def linear(inputs: int, outputs: int, init: Initialiser | str, rng: random.Random | None, scope: str) -> Layer:
    """A layer without activation, by the name of the part that it is."""
    return Layer(inputs, outputs, activation=None, init=init, rng=rng, scope=scope)


def sums(layer: Layer, x: Step) -> Step:
    """What the neurons of a layer make of x, as a list also if there is one only."""
    results = layer(x)
    return results if type(results) is list else [results]


def checked_sizes(inputs: int, hidden: int) -> tuple[int, int]:
    """How many numbers a step has and how many are remembered, if they are whole numbers above 0."""
    return whole_number("inputs", inputs, least=1), whole_number("hidden", hidden, least=1)


def remembered(h: Any, hidden: int) -> Step:
    """What is remembered at first.

    >>> remembered(None, 2), remembered([1.0, 2.0], 2)
    ([0.0, 0.0], [1.0, 2.0])
    """
    if h is None:
        return [0.0] * hidden
    if not is_sequence(h) or len(held := as_list(h, "what is remembered")) != hidden:
        raise ValueError(f"what is remembered at first is a list of {hidden} numbers, got {shown(h)}")
    return held


def steps_of(sequence: Iterable[Any], size: int) -> list[Step]:
    """The steps of a sequence as lists, if each has `size` numbers.

    >>> steps_of([[1.0], [2.0, 3.0]], 1)
    Traceback (most recent call last):
    ValueError: every step of this sequence has 1 number, got 2 in step 1
    """
    if not is_sequence(sequence) or not all(map(is_sequence, steps := list(sequence))):
        raise TypeError(f"a sequence is a list of steps, each a list of numbers, got {shown(sequence)}")
    if not steps:
        raise ValueError("a sequence has at least one step, got none")
    lists = [as_list(step, "a step of a sequence") for step in steps]
    for i, step in enumerate(lists):
        if len(step) != size:
            raise ValueError(
                f"every step of this sequence has {size} number{'s' * (size != 1)}, got {len(step)} in step {i}"
            )
    return lists
