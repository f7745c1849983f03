"""What a model holds layer by layer: the gradients of its parameters, and the outputs of its units for some rows."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from autograd.modes import no_grad
from nn.checks import is_sequence, shown
from nn.layers import MLP, Layer, Neuron
from nn.module import Module, parts
from nn.plots.given import numbers_of, rows_of
from nn.train import number_of


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
        largest = max(map(abs, self.numbers))
        if largest == 0.0:
            return 0.0
        return largest * math.sqrt(math.fsum((each / largest) ** 2 for each in self.numbers) / len(self.numbers))


def gradients_by_layer(model: Module) -> dict[str, list[list[float]]]:
    """The gradients of the parameters after `backward()`: for each layer, by its path, a list for each neuron.

    In a module that is not made of `Layer`s, the innermost module around a parameter is its layer.

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
        layer = next((holder for holder in holders if isinstance(modules[holder], Layer)), holders[-1])
        unit = next((holder for holder in holders if isinstance(modules[holder], Neuron)), layer)
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


def activations_by_layer(model: MLP, X: Iterable[Any]) -> dict[str, list[list[float]]]:
    """What the units of an MLP give for the rows of X: for each layer, by its path, a list for each neuron.

    The layers are run one after the other here, so that a forward pass elsewhere is as fast as ever.

    >>> from nn import MLP
    >>> model = MLP(1, [2, 1], init=lambda fan_in, fan_out, rng: lambda: 0.5)
    >>> activations_by_layer(model, [[2.0], [-2.0]])
    {'layers.0': [[1.0, 0.0], [1.0, 0.0]], 'layers.1': [[1.0, 0.0]]}
    """
    if not isinstance(model, MLP) or type(model).__call__ is not MLP.__call__:
        raise TypeError(
            f"activations are collected of an MLP, got {shown(model)}; of another model, "
            "collect {layer: [outputs of each unit]} yourself"
        )
    rows = rows_of(X, "X")
    outputs: dict[str, list[list[float]]] = {f"layers.{i}": [] for i in range(len(model.layers))}
    with no_grad():
        for row in rows:
            inputs: Any = row
            for layer, collected in zip(model.layers, outputs.values(), strict=True):
                result = layer(inputs)
                inputs = result if is_sequence(result) else [result]
                collected.append(list(map(number_of, inputs)))
    return {name: [list(unit) for unit in zip(*collected, strict=True)] for name, collected in outputs.items()}


def layers_of(given: Mapping[str, Iterable[Any]]) -> dict[str, LayerNumbers]:
    """Numbers by layer; where a layer is a list of lists, each of them is a unit.

    >>> layers_of({"hidden": [[0.0, 0.0], [1.0, 0.0]], "out": [0.5]})["hidden"].dead
    1
    """
    if not isinstance(given, Mapping):
        raise TypeError(f"numbers by layer are a dictionary {{layer: numbers}}, got {shown(given)}")
    if not given:
        raise ValueError("there is nothing to draw: there is no layer")
    layers = {}
    for name, numbers in given.items():
        held = list(numbers) if is_sequence(numbers) else [numbers]
        units = rows_of(held, f"layer {name}") if held and is_sequence(held[0]) else []
        flat = [number for unit in units for number in unit] if units else numbers_of(held, f"layer {name}")
        layers[str(name)] = LayerNumbers(flat, units)
    return layers
