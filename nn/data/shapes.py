"""Shapes in the plane, drawn by chance: small problems whose answer can be seen.

Each is a function of n, how many samples, noise, the standard deviation of what is added to every input
(of `sine`, to the target), and rng, a source of chance; without one, numbers come from the global `random`.
Classes are whole numbers from 0, equally many of each as far as n allows, in random order; the corners of `xor`
and the inputs of `sine` come in the order that is written there.
"""

import math
import random
from collections.abc import Callable

from nn.checks import at_least_zero, whole_number
from nn.data.samples import Rows, Samples
from nn.init import check_rng

#: A place on the curve of a class, for how far along it is, from 0 to 1.
Curve = Callable[[float], tuple[float, float]]


def moons(n: int = 100, noise: float = 0.1, rng: random.Random | None = None) -> Samples:
    """Two half circles of radius 1 that reach into each other; the classes are 0 and 1.

    The curves are those of scikit-learn's `make_moons`.

    >>> X, y = moons(4, noise=0.0, rng=random.Random(1337))
    >>> sorted((target, round(a, 6), round(b, 6)) for (a, b), target in zip(X, y))
    [(0, -1.0, 0.0), (0, 1.0, 0.0), (1, 0.0, 0.5), (1, 2.0, 0.5)]
    """

    def upper(along: float) -> tuple[float, float]:
        return math.cos(math.pi * along), math.sin(math.pi * along)

    def lower(along: float) -> tuple[float, float]:
        return 1.0 - math.cos(math.pi * along), 0.5 - math.sin(math.pi * along)

    return along_curves([upper, lower], n, noise, rng)


def circles(n: int = 100, noise: float = 0.05, rng: random.Random | None = None) -> Samples:
    """Two circles around one centre: class 0 of radius 1, class 1 of radius 0.5.

    >>> X, y = circles(10, noise=0.0, rng=random.Random(1337))
    >>> {round(math.hypot(*row), 6) for row, target in zip(X, y) if target == 1}
    {0.5}
    """

    def circle(radius: float) -> Curve:
        return lambda along: (radius * math.cos(math.tau * along), radius * math.sin(math.tau * along))

    return along_curves([circle(1.0), circle(0.5)], n, noise, rng, closed=True)


def spirals(n: int = 100, noise: float = 0.02, classes: int = 2, rng: random.Random | None = None) -> Samples:
    """As many spirals as classes, each a turn and a half from the centre out to radius 1.

    >>> X, y = spirals(9, classes=3, rng=random.Random(1337))
    >>> sorted(y)
    [0, 0, 0, 1, 1, 1, 2, 2, 2]
    """
    classes = whole_number("the number of classes", classes, least=1)

    def spiral(start: float) -> Curve:
        return lambda r: (
            r * math.cos(math.tau * (1.5 * r + start)),
            r * math.sin(math.tau * (1.5 * r + start)),
        )

    return along_curves([spiral(k / classes) for k in range(classes)], n, noise, rng)


def gaussians(n: int = 100, noise: float = 1.0, distance: float = 3.0, rng: random.Random | None = None) -> Samples:
    """Two clouds whose centres are `distance` apart on the first axis: class 0 on the left, class 1 on the right.

    Their standard deviation is `noise`. No classifier is right more often than Phi(distance / (2 * noise)), the
    normal distribution's share, and a straight line reaches that.

    >>> X, y = gaussians(100, noise=0.1, rng=random.Random(1337))
    >>> all((row[0] > 0.0) == (target == 1) for row, target in zip(X, y))
    True
    """
    half = at_least_zero("the distance", distance) / 2.0
    return along_curves([lambda along: (-half, 0.0), lambda along: (half, 0.0)], n, noise, rng)


def xor(n: int = 4, noise: float = 0.0, rng: random.Random | None = None) -> Samples:
    """The corners of a square in turn, of class 1 where just one of the inputs is 1: no straight line parts them.

    >>> xor()
    Samples(X=[[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], y=[0, 1, 1, 0])
    """
    n, disturbed = whole_number("n", n, least=1), disturbance(noise, rng)
    corners = [(0, 0), (0, 1), (1, 0), (1, 1)]
    drawn = [corners[i % len(corners)] for i in range(n)]
    return Samples([[disturbed(float(a)), disturbed(float(b))] for a, b in drawn], [a ^ b for a, b in drawn])


def sine(n: int = 100, noise: float = 0.0, rng: random.Random | None = None) -> Samples:
    """Rows of one input, evenly spaced from -pi to pi, and its sine as the target.

    >>> X, y = sine(5)
    >>> [round(row[0], 2) for row in X], [round(target, 6) + 0.0 for target in y]
    ([-3.14, -1.57, 0.0, 1.57, 3.14], [0.0, -1.0, 0.0, 1.0, 0.0])
    """
    n, disturbed = whole_number("n", n, least=1), disturbance(noise, rng)
    X: Rows = [[math.pi * (2.0 * along - 1.0)] for along in evenly_spaced(n)]
    return Samples(X, [disturbed(math.sin(x)) for (x,) in X])


def along_curves(curves: list[Curve], n: int, noise: float, rng: random.Random | None, closed: bool = False) -> Samples:
    """Noisy samples, evenly spaced along the curve of each class, in random order."""
    n, disturbed = whole_number("n", n, least=1), disturbance(noise, rng)
    drawn: list[tuple[list[float], int]] = []
    for label, curve in enumerate(curves):
        count = (n + len(curves) - 1 - label) // len(curves)
        for along in evenly_spaced(count, closed):
            x, y = curve(along)
            drawn.append(([disturbed(x), disturbed(y)], label))
    (rng or random).shuffle(drawn)
    return Samples([row for row, _ in drawn], [label for _, label in drawn])


def evenly_spaced(count: int, closed: bool = False) -> list[float]:
    """Numbers from 0 to 1; along a closed curve, without the last, where it meets its beginning.

    >>> evenly_spaced(3), evenly_spaced(4, closed=True), evenly_spaced(1)
    ([0.0, 0.5, 1.0], [0.0, 0.25, 0.5, 0.75], [0.0])
    """
    return [i / max(1, count - (not closed)) for i in range(count)]


def disturbance(noise: float, rng: random.Random | None) -> Callable[[float], float]:
    """A function that adds normally distributed noise to a number; without noise, nothing is drawn.

    >>> disturbance(0.0, None)(2.0)
    2.0
    """
    check_rng(rng)
    deviation = at_least_zero("noise", noise)
    draw = (rng or random).gauss
    return lambda x: x + draw(0.0, deviation) if deviation else x
