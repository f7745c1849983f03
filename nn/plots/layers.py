"""Numbers by layer as a picture takes them: checked, and by unit where they are given so."""

from collections.abc import Iterable, Mapping
from typing import Any

from nn.by_layer import LayerNumbers
from nn.checks import is_sequence, shown
from nn.plots.given import numbers_of, rows_of


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
