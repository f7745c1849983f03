"""What a model holds layer by layer, the gradients of its parameters and the outputs of its units, and how large it is.

Glorot and Bengio (2010) ask that activations on the way forward, and gradients on the way back, keep their size
from layer to layer: a ratio of 1. They name no limit; `LIMIT` is ours.
"""

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

from nn.checks import shown
from nn.layers import Layer, Neuron
from nn.module import Module, parts
from nn.units import layer_of, passing_through

#: A layer vanishes or explodes when its numbers are so many times smaller or larger than where the signal comes in.
LIMIT = 1000.0
VANISHING, EXPLODING = "vanishing", "exploding"


class LayerNumbers(NamedTuple):
    """The numbers of a layer, and of each of its units where it is known which are whose."""

    numbers: list[float]
    units: list[list[float]]

    @property
    def zeros(self) -> int:
        """How many of the numbers are 0."""
        return self.numbers.count(0.0)

    @property
    def dead(self) -> int:
        """How many units have nothing but zeros."""
        return sum(not any(unit) for unit in self.units)

    @property
    def size(self) -> float:
        """The root mean square of the numbers.

        >>> LayerNumbers([3.0, 0.0, 0.0, 4.0], []).size
        2.5
        """
        return size_of(self.numbers)


def size_of(numbers: list[float]) -> float:
    """The root mean square of numbers, which neither overflows nor vanishes where they do not; 0.0 of none.

    >>> size_of([-2e200, 2e200])
    2e+200
    """
    largest = max(map(abs, numbers), default=0.0)
    if largest == 0.0 or not math.isfinite(largest):
        return largest
    return largest * math.sqrt(math.fsum((each / largest) ** 2 for each in numbers) / len(numbers))


def fate_of(size: float, origin: float) -> str:
    """Whether numbers of this size vanish or explode, where the signal comes in with the size `origin`; "" if neither.

    >>> fate_of(1e-4, 1.0), fate_of(1.0, 1e-4), fate_of(0.5, 1.0), fate_of(0.0, 1.0)
    ('vanishing', 'exploding', '', '')
    """
    if size and origin > LIMIT * size:
        return VANISHING
    return EXPLODING if origin and size > LIMIT * origin else ""


def rounded(ratio: float) -> str:
    """A ratio above 1, to three digits.

    >>> rounded(305941.2), rounded(2.5e12)
    ('306,000', '2.5e+12')
    """
    return f"{float(f'{ratio:.3g}'):,.0f}" if ratio < 1e7 else f"{ratio:.3g}"


def gradients_by_layer(model: Module) -> dict[str, list[list[float]]]:
    """The gradients of the parameters after `backward()`: for each layer, by its path, a list for each neuron.

    The layer of a parameter is the `Layer` that it is in, or else the list of neurons, or else the innermost module.

    >>> from nn import MLP
    >>> model = MLP(1, [2, 1], activation="linear", init=lambda fan_in, fan_out, rng: lambda: 0.5)
    >>> model([2.0]).backward()
    >>> gradients_by_layer(model)
    {'layers.0': [[1.0, 0.5], [1.0, 0.5]], 'layers.1': [[1.0, 1.0, 1.0]]}
    """
    if not isinstance(model, Module):
        raise TypeError(f"gradients are taken from a Module, got {shown(model)}")
    modules = {f"{path}{key}": part for path, key, part in parts(model).values() if isinstance(part, Module)}
    found: dict[str, dict[str, list[float]]] = {}
    for name, parameter in model.named_parameters():
        holders = [holder for holder in prefixes(name) if holder in modules]
        unit = next((holder for holder in holders if isinstance(modules[holder], Neuron)), holders[-1])
        own = layer_of(unit) if isinstance(modules[unit], Neuron) else unit
        layer = next((holder for holder in holders if isinstance(modules[holder], Layer)), own)
        found.setdefault(layer or type(model).__name__, {}).setdefault(unit, []).append(parameter.grad)
    if not found:
        raise ValueError(f"this {type(model).__name__} has no parameters")
    return {layer: list(units.values()) for layer, units in found.items()}


def prefixes(name: str) -> list[str]:
    """The paths that lead to what holds a parameter of that name, from the whole model inwards.

    >>> prefixes("layers.0.b")
    ['', 'layers', 'layers.0']
    """
    pieces = name.split(".")
    return [".".join(pieces[:count]) for count in range(len(pieces))]


def activations_by_layer(model: Module, X: Iterable[Any]) -> dict[str, list[list[float]]]:
    """What the units of a model give for the rows of X: for each layer, by its path, a list for each unit.

    A unit that is used several times for a row, as in a `Conv2d`, has as many numbers for it; one that no row meets
    is left out. The recorded graphs are looked at, so that a forward pass elsewhere is as fast as ever.

    >>> from nn import MLP
    >>> model = MLP(1, [2, 1], init=lambda fan_in, fan_out, rng: lambda: 0.5)
    >>> activations_by_layer(model, [[2.0], [-2.0]])
    {'layers.0': [[1.0, 0.0], [1.0, 0.0]], 'layers.1': [[1.0, 0.0]]}
    """
    found = {
        layer: [unit.outputs for unit in units if unit.outputs]
        for layer, units in passing_through(model, X).items()
    }  # fmt: skip
    return {layer: units for layer, units in found.items() if units}
