"""Where rows are measured: operands in ordinary ranges, in the tails, at ties, and beside the zeros of slopes."""

import math
import random
from collections.abc import Iterator
from typing import Any

from autograd.primitives import Interval, Primitive

RANGES = ("core", "wide")
CORE = 5.0
LENGTHS = (3, 4, 5)  # of sequences

#: Operands near which a term of the row or of its slope vanishes; a part of the draws lies close to one.
HARD_POINTS = {
    "gelu": (-0.7517915246935645,),
    "gelu_slope": (-0.7517915246935645, -math.sqrt(2.0), math.sqrt(2.0)),
    "silu": (-1.2784645427610737,),
    "silu_slope": (-1.2784645427610737, -2.3993572805154675, 2.3993572805154675),
    "power": (1.0,),
    "power_slope": (1.0,),
    "log": (1.0,),
    "log2": (1.0,),
    "log10": (1.0,),
}


def log_uniform(rng: random.Random, low: float, high: float) -> float:
    """A number between two positive ones, of any order of magnitude alike."""
    return min(max(math.exp(rng.uniform(math.log(low), math.log(high))), low), high)


def smallest_magnitude(end: float) -> float:
    """A domain that ends early, so that nothing overflows, starts as early, so that nothing underflows.

    >>> smallest_magnitude(1e100), smallest_magnitude(700.0)
    (1e-100, 1e-300)
    """
    return 1.0 / end if end > 1e50 else 1e-300


def draw_wide(rng: random.Random, interval: Interval) -> float:
    """A number of any magnitude; one in four lies close to an end of the interval, one in four between 1 and it."""
    low, high = interval
    where = rng.random()
    if where < 0.25:
        end, inwards = rng.choice(((low, 1.0), (high, -1.0)))
        return end + inwards * log_uniform(rng, 1e-17, 1.0) * min(1.0, high - low)
    sign = rng.choice([s for s, end in ((1.0, high), (-1.0, -low)) if end > 0.0])
    far, near = (high, low) if sign > 0.0 else (-low, -high)
    nearest = 1.0 if where < 0.5 else smallest_magnitude(far)
    return sign * log_uniform(rng, min(max(near, nearest), far), far)


def draw(rng: random.Random, span: str, interval: Interval, hard: tuple[float, ...]) -> float:
    """One number of an interval, in a range by its name; one in four beside a hard point, if there are any."""
    if hard and rng.random() < 0.25:
        return rng.choice(hard) * (1.0 + rng.choice((-1.0, 1.0)) * log_uniform(rng, 1e-17, 0.3))
    if span == "wide":
        return draw_wide(rng, interval)
    return rng.uniform(max(interval[0], -CORE), min(interval[1], CORE))


def points(row: Primitive, span: str, count: int, block: int = 0) -> Iterator[tuple[Any, ...]]:
    """Operands for `row`, the same at every run; one number in 16 is the one before it, for the ties.

    Each block of points has a seed of its own. The sequences of a point are of one length, and those of each
    length make up a third of the block.

    >>> from autograd.primitives import exp
    >>> list(points(exp, "core", 2)) == list(points(exp, "core", 2))
    True
    """
    rng = random.Random(f"{row} {span} {block}")
    for place in range(count):
        length = LENGTHS[place * len(LENGTHS) // count]
        last = math.nan
        operands: list[Any] = []
        for i, (is_sequence, interval) in enumerate(zip(row.sequences, row.domain, strict=True)):
            drawn = []
            for _ in range(length if is_sequence else 1):
                tie = interval[0] <= last <= interval[1] and rng.random() < 1 / 16
                last = last if tie else draw(rng, span, interval, () if i else HARD_POINTS.get(row.name, ()))
                drawn.append(last)
            operands.append(tuple(drawn) if is_sequence else last)
        yield tuple(operands)
