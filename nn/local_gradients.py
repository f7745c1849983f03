"""`deltas`: the local gradient of every neuron, and `diagnosis`, what the deltas of the layers say about a network.

The delta of a neuron is dC/dz = dC/df * df/dz: how the cost C grows with z, the sum w . x + b that goes into its
activation f. It is what backpropagation hands from layer to layer, and every slope of the neuron is made of it:
dC/dw = delta * x and dC/db = delta. The last equation is how it is read off here.
"""

from nn.checks import shown
from nn.layers import Neuron
from nn.module import Module, parts

VANISHING = 1e-3  # a layer learns a thousand times slower than the last one
EXPLODING = 1e3
SATURATED = 0.99  # of the range of tanh or sigmoid: Glorot and Bengio (2010) call a unit saturated near its asymptotes


def deltas(model: Module) -> dict[str, list[float]]:
    """The delta of each neuron by its layer, after `backward()`; of several samples, the sum of their deltas.

    A loss that is the mean over samples gives the mean of the deltas of each. Gradients add up until `zero_grad()`.

    >>> from nn import MLP
    >>> model = MLP(1, [2, 1], activation="tanh", init=lambda fan_in, fan_out, rng: lambda: 0.5)
    >>> (model([1.0]) ** 2).backward()
    >>> for layer, found in deltas(model).items():
    ...     print(layer, [round(delta, 4) for delta in found])
    layers.0 [0.3634, 0.3634]
    layers.1 [0.9242]
    """
    return {name: [neuron.b.grad for neuron in neurons] for name, neurons in neurons_by_layer(model).items()}


def neurons_by_layer(model: Module) -> dict[str, list[Neuron]]:
    """The neurons of a model by the name of what holds them: a layer, or the model itself.

    >>> from nn import MLP
    >>> {name: len(neurons) for name, neurons in neurons_by_layer(MLP(2, [3, 1])).items()}
    {'layers.0': 3, 'layers.1': 1}
    """
    if not isinstance(model, Module):
        raise TypeError(f"the neurons of a Module are looked at, got {shown(model)}")
    found: dict[str, list[Neuron]] = {}
    for path, _, part in parts(model).values():
        if isinstance(part, Neuron):
            layer = path.removesuffix("neurons.").removesuffix(".")
            found.setdefault(layer or type(model).__name__, []).append(part)
    if not found:
        raise ValueError(f"there is no Neuron in this {type(model).__name__}")
    return found
