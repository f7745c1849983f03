"""How the first weights are drawn.

An initialiser is a function of `(fan_in, fan_out, rng)`, the inputs of a neuron, the neurons of its layer
and a source of chance, that gives a drawer: a function without arguments that gives one weight each time.
Without a source, weights come from the global `random`, because existing scripts seed that.
"""

import math
import random
from collections.abc import Callable

from autograd.primitives import number
from nn.checks import check_function, named, shown, whole_number

Drawer = Callable[[], float]
Initialiser = Callable[[int, int, random.Random | None], Drawer]


def uniform(low: float = -1.0, high: float = 1.0) -> Initialiser:
    """An initialiser that draws evenly between `low` and `high`, whatever the layer; micrograd's by default.

    >>> draw = uniform(0.5, 0.75)(2, 16, random.Random(1337))
    >>> 0.5 <= draw() <= 0.75
    True
    """
    low, high = number(low, "uniform takes"), number(high, "uniform takes")
    if not (low <= high and math.isfinite(high - low)):
        raise ValueError(f"uniform takes two finite numbers, the lower one first, got {low} and {high}")

    def initialiser(fan_in: int, fan_out: int, rng: random.Random | None = None) -> Drawer:
        draw = uniform_of(rng)
        return lambda: draw(low, high)

    return initialiser


def xavier_uniform(fan_in: int, fan_out: int, rng: random.Random | None = None) -> Drawer:
    """Evenly drawn weights of variance 2 / (fan_in + fan_out), for tanh and its like (Glorot and Bengio 2010).

    >>> draw = xavier_uniform(2, 4, random.Random(1337))
    >>> -1.0 <= draw() <= 1.0
    True
    """
    check_fans(fan_in, fan_out)
    return evenly(math.sqrt(6.0 / (fan_in + fan_out)), rng)


def xavier_normal(fan_in: int, fan_out: int, rng: random.Random | None = None) -> Drawer:
    """Normally distributed weights of variance 2 / (fan_in + fan_out) (Glorot and Bengio 2010).

    >>> draw = xavier_normal(2, 4, random.Random(1337))
    >>> draw() != draw()
    True
    """
    check_fans(fan_in, fan_out)
    return normally(math.sqrt(2.0 / (fan_in + fan_out)), rng)


def he_uniform(fan_in: int, fan_out: int, rng: random.Random | None = None) -> Drawer:
    """Evenly drawn weights of variance 2 / fan_in, for relu (He, Zhang, Ren and Sun 2015).

    >>> draw = he_uniform(6, 4, random.Random(1337))
    >>> -1.0 <= draw() <= 1.0
    True
    """
    check_fans(fan_in, fan_out)
    return evenly(math.sqrt(6.0 / fan_in), rng)


def he_normal(fan_in: int, fan_out: int, rng: random.Random | None = None) -> Drawer:
    """Normally distributed weights of variance 2 / fan_in, for relu (He, Zhang, Ren and Sun 2015).

    >>> draw = he_normal(6, 4, random.Random(1337))
    >>> draw() != draw()
    True
    """
    check_fans(fan_in, fan_out)
    return normally(math.sqrt(2.0 / fan_in), rng)


def check_fans(fan_in: int, fan_out: int) -> None:
    """Refuse what is no count of inputs, or of neurons.

    >>> check_fans(0, 1)
    Traceback (most recent call last):
    ValueError: fan_in is a whole number of at least 1, got 0
    """
    whole_number("fan_in", fan_in, least=1)
    whole_number("fan_out", fan_out, least=1)


def evenly(bound: float, rng: random.Random | None) -> Drawer:
    """A drawer of numbers between -bound and bound.

    >>> -0.5 <= evenly(0.5, random.Random(1337))() <= 0.5
    True
    """
    draw = uniform_of(rng)
    return lambda: draw(-bound, bound)


def normally(deviation: float, rng: random.Random | None) -> Drawer:
    """A drawer of normally distributed numbers around 0.

    >>> normally(0.0, random.Random(1337))()
    0.0
    """
    check_rng(rng)
    draw = random.normalvariate if rng is None else rng.normalvariate
    return lambda: draw(0.0, deviation)


def uniform_of(rng: random.Random | None) -> Callable[[float, float], float]:
    """The `uniform` of a source of chance, or of the global one.

    >>> uniform_of(None) == random.uniform
    True
    """
    check_rng(rng)
    return random.uniform if rng is None else rng.uniform


def check_rng(rng: object) -> None:
    """Refuse what is neither None nor a source of chance, such as a seed.

    >>> check_rng(1337)
    Traceback (most recent call last):
    TypeError: rng takes a random.Random or None, got int: 1337; a seed s is written rng=random.Random(s)
    """
    if rng is not None and not isinstance(rng, random.Random):
        raise TypeError(
            f"rng takes a random.Random or None, got {shown(rng)}; a seed s is written rng=random.Random(s)"
        )


#: Those that may be given by name; `uniform` is the one from -1 to 1.
INITIALISERS: dict[str, Initialiser] = {
    "uniform": uniform(),
    "xavier_uniform": xavier_uniform,
    "xavier_normal": xavier_normal,
    "he_uniform": he_uniform,
    "he_normal": he_normal,
}


def drawer(init: Initialiser | str, fan_in: int, fan_out: int, rng: random.Random | None) -> Drawer:
    """The drawer of an initialiser that is given by itself or by its name.

    >>> drawer("he_nomal", 2, 1, None)
    Traceback (most recent call last):
    ValueError: there is no initialiser 'he_nomal'; did you mean 'he_normal'...
    """
    if isinstance(init, str):
        init = named(init, INITIALISERS, "initialiser")
    check_function("an initialiser", init, "(fan_in, fan_out, rng) or its name")
    check_fans(fan_in, fan_out)
    draw = init(fan_in, fan_out, rng)
    check_function("what an initialiser gives", draw, "no arguments that gives one weight")
    return draw
