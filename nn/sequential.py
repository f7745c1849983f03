"""`Sequential`: layers one after the other."""

from collections.abc import Callable
from typing import Any

from nn.checks import check_function
from nn.layers import within
from nn.module import Module


class Sequential(Module):
    """Modules and functions, each applied to what the one before it gave.

    >>> from nn import MLP, Flatten
    >>> model = Sequential(Flatten(), MLP(4, [3, 1]))
    >>> len(model.parameters()), type(model([[1.0, 2.0], [3.0, 4.0]])).__name__
    (19, 'Value')
    """

    def __init__(self, *layers: Callable[[Any], Any]) -> None:
        for layer in layers:
            if isinstance(layer, type) and issubclass(layer, Module):
                raise TypeError(f"a layer is made before it is given: write {layer.__name__}(...)")
            check_function("a layer", layer, "what the layer before it gives")
        self.layers = list(layers)
        for i, layer in enumerate(layers):
            if isinstance(layer, Module):
                for parameter in layer.parameters():
                    parameter.scope = within(f"layers.{i}", parameter.scope)

    def __call__(self, x: Any) -> Any:
        """What the last layer gives."""
        for layer in self.layers:
            x = layer(x)
        return x

    def __repr__(self) -> str:
        return f"Sequential({', '.join(map(str, self.layers))})"
