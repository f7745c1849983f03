"""Row 12: one program in many processes, under other hash seeds and at other addresses, gives the same bits.

What it prints is a digest of each of its parts: numbers, trainings, machine code, pictures and files, made by Python
and by machine code. A set whose order gets into a sum or into a picture would show.
"""

import hashlib
import importlib.util
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import autograd
import nn
from autograd.value import Value
from benchmarks import moons
from benchmarks.footprint import gradient_bits, under_hash_seed
from benchmarks.peers import MICROGRAD, OURS
from benchmarks.proof.effort import Effort
from benchmarks.report import Figure, Target

PROCESSES = 50
FEWEST = 2  # with fewer there is nothing to compare
POINTS = 19
HOLES = 20_000
EPOCHS = 4

#: Of each part of the program, its digest.
Digests = tuple[tuple[str, str], ...]


def figures(effort: Effort) -> list[Figure]:
    """How many different results there are, of ours and of micrograd."""
    effort = replace(effort, share=max(effort.share, FEWEST / PROCESSES))
    ours = [digests for found in effort.spread(ours_under, PROCESSES) for digests in found]
    peer = [bits for found in effort.spread(peer_under, PROCESSES) for bits in found]
    return [
        Figure(
            "12 one program in many processes",
            "results",
            len({*ours}),
            Target("ours", "at most", 1.0),
            MICROGRAD if peer else "",
            len({*peer}) if peer else None,
            details={
                "processes": f"{len(ours)} of {PROCESSES}",
                "parts that differ": differing(ours),
                f"processes of {MICROGRAD}": len(peer),
            },
        )
    ]


def differing(several: Iterable[Digests]) -> list[str]:
    """The parts that have more than one digest.

    >>> differing([(("a", "1"), ("b", "2")), (("a", "1"), ("b", "3"))])
    ['b']
    """
    return [part[0][0] for part in zip(*several, strict=True) if len({*part}) > 1]


def ours_under(seeds: Iterable[int]) -> list[Digests]:
    """The digests of the program in a process for each hash seed."""
    return [under_hash_seed(seed, digests_at_other_addresses, seed) for seed in seeds]


def peer_under(seeds: Iterable[int]) -> list[tuple[str, ...]]:
    """The gradients of micrograd in a process for each hash seed; none, if it is not installed."""
    if importlib.util.find_spec(MICROGRAD) is None:
        return []
    return [under_hash_seed(seed, gradient_bits, MICROGRAD) for seed in seeds]


def digests_at_other_addresses(seed: int) -> Digests:
    """The digests, where new values come to lie in an order of addresses that is another for each seed.

    A system may place a whole process elsewhere, which leaves the order of its objects as it was.
    """
    among = scattered(seed)
    found = digests()
    del among
    return found


def scattered(seed: int) -> list[Value]:
    """Values between which others have been freed, in random order: what is made next fills these holes.

    >>> among = scattered(1)
    >>> made = [Value(0.0) for _ in range(100)]
    >>> [*map(id, made)] == sorted(map(id, made))
    False
    """
    rng = random.Random(seed)
    values = [Value(0.0) for _ in range(HOLES)]
    rng.shuffle(values)
    del values[HOLES // 2 :]
    return values


def digests() -> Digests:
    """The digest of each part of the program, run now."""
    return tuple((name, hashlib.sha256("\n".join(part()).encode()).hexdigest()) for name, part in PROGRAM.items())


# The program: each part gives lines


def gradients() -> Iterable[str]:
    """Every gradient of a small network."""
    return gradient_bits(OURS)


def compiled_gradients() -> Iterator[str]:
    """The value and the gradients of a compiled loss, and the code that it became, in two languages."""
    model = network()
    X, y = samples()
    loss = autograd.jit(lambda X, y: autograd.mean(autograd.vmap(sample_loss(model))(X, y)))
    (value := loss(X, y)).backward()
    yield from map(float.hex, (value.data, *(p.grad for p in model.parameters())))
    yield loss.source(X, y).text
    yield loss.lower(X, y).llvm


def eager_training() -> Iterator[str]:
    """Losses and parameters of a training in Python."""
    return training(jit=False)


def compiled_training() -> Iterator[str]:
    """The same in machine code."""
    return training(jit=True)


def training(jit: bool) -> Iterator[str]:
    """The losses of a training, and the parameters at its end in a file."""
    model = network()
    X, y = samples()
    optimizer = nn.Adam(model.parameters(), lr=0.05)
    rng = random.Random(2)
    history = nn.fit(model, X, y, optimizer=optimizer, epochs=EPOCHS, batch_size=7, rng=rng, validation=0.3, jit=jit)
    yield from map(float.hex, (*history.losses, *history.validation))
    with TemporaryDirectory() as folder:
        path = Path(folder, "model.json")
        nn.save(model, path)
        yield path.read_text(encoding="utf-8")


def pictures() -> Iterator[str]:
    """The bytes of every kind of picture, formula and page."""
    x, w, b = Value(0.5, label="x"), Value(-3.0, label="w"), Value(1.0, label="b")
    y = autograd.tanh(x * w + b) + x * w
    y.label = "y"
    y.backward()
    yield from (autograd.draw(y).svg, autograd.draw(y, heat=True).svg, autograd.animate(y).svg)
    yield from (autograd.stepper(y).html, str(autograd.latex(y)), str(autograd.explain(y, x)))
    yield autograd.draw_dot(y).source
    yield autograd.draw(network()([0.5, -1.0])).svg


PROGRAM: dict[str, Callable[[], Iterable[str]]] = {
    "gradients": gradients,
    "compiled gradients": compiled_gradients,
    "eager training": eager_training,
    "compiled training": compiled_training,
    "pictures": pictures,
}


def network() -> nn.MLP:
    """A small network, the same every time."""
    return nn.MLP(2, [5, 3, 1], activation="tanh", rng=random.Random(1))


def samples() -> tuple[list[list[float]], list[float]]:
    """The points of two moons, and their sides."""
    points = moons.points_by_formula(POINTS)
    return [place for place, _ in points], [side for _, side in points]


def sample_loss(model: nn.MLP) -> Callable[..., Value]:
    """The squared error of a model at a sample."""
    return lambda x, y: nn.squared_error(model(x), y)
