"""`deltas`: the local gradient of every neuron.

The delta of a neuron is dC/dz = dC/df * df/dz: how the cost C grows with z, the sum w . x + b that goes into its
activation f. It is what backpropagation hands from layer to layer, and every slope of the neuron is made of it:
dC/dw = delta * x and dC/db = delta. The last equation is how it is read off here.
"""

from nn.module import Module
from nn.units import units_by_layer


def deltas(model: Module) -> dict[str, list[float]]:
    """The delta of each neuron by its layer, after `backward()`; of several samples, the sum of their deltas.

    A loss that is the mean over samples gives the mean of the deltas of each. Gradients add up until `zero_grad()`.
    A channel of a `Conv2d` counts as a neuron, and has the sum over the places it looks at.

    >>> from nn import MLP
    >>> model = MLP(1, [2, 1], activation="tanh", init=lambda fan_in, fan_out, rng: lambda: 0.5)
    >>> (model([1.0]) ** 2).backward()
    >>> for layer, found in deltas(model).items():
    ...     print(layer, [round(delta, 4) for delta in found])
    layers.0 [0.3634, 0.3634]
    layers.1 [0.9242]
    """
    return {layer: [b.grad for b in units] for layer, units in units_by_layer(model).items()}
