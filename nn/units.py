"""What passes through the units of a model for some rows: forwards what they give, and back their local gradients.

A unit is a `Neuron`, or a channel of a `Conv2d`: whatever adds up w . x + b and has its own b. Nothing listens while
a model runs. The recorded graph of a row is walked afterwards, and a unit is found in it by its b, wherever it was
used. The letters: z is a sum w . x + b, f what the activation makes of it, and C the loss of one row.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from autograd.copying import held_by
from autograd.graph import operands_first
from autograd.modes import recording
from autograd.primitives import Primitive, dot, number
from autograd.value import Value
from nn.checks import is_sequence, shown
from nn.images import Conv2d
from nn.layers import Neuron, takes_one_operand
from nn.module import Module, parts, resting


class Unit(NamedTuple):
    """What passed through a unit: an entry for each row, and for each place where the unit looks at it.

    activation  the row of its activation; None if there is none, or if no row met the unit
    outputs     f, or z where there is no activation
    slopes      df/dz
    deltas      dC/dz of each row by itself; empty where no loss was given
    """

    activation: Primitive | None
    outputs: list[float]
    slopes: list[float]
    deltas: list[float]


def passing_through(
    model: Module, X: Iterable[Any], cost: Callable[[Any, int], Any] | None = None
) -> dict[str, list[Unit]]:
    """What passes through each unit of each layer for the rows of X, the layers in the order in which they are met.

    cost  a function of the prediction for a row and the number of the row that gives the loss

    Gradients stay as they are, and the model is run as after `eval()`, so that no chance is drawn.

    >>> from nn import MLP
    >>> model = MLP(1, [2, 1], init=lambda fan_in, fan_out, rng: lambda: 0.5)
    >>> found = passing_through(model, [[2.0], [-2.0]], lambda prediction, i: prediction * prediction)
    >>> found["layers.0"][0].outputs, found["layers.0"][0].deltas
    ([1.0, 0.0], [1.0, 0.0])
    """
    biases = units_by_layer(model)
    if not is_sequence(X):
        raise TypeError(f"X is a list of rows, got {shown(X)}")
    rows = [plain(row) for row in X]
    if not rows:
        raise ValueError("there is no row in X")
    found = {id(b): Unit(None, [], [], []) for layer in biases.values() for b in layer}
    met: dict[int, int] = {}
    with recording(), left_as_it_is(model):
        for i, row in enumerate(rows):
            for b, seen in seen_by_units(model, row, i, cost, found):
                found[b] = added(found[b], seen)
                met.setdefault(b, len(met))
    by_flow = sorted(biases, key=lambda layer: min(met.get(id(b), len(found)) for b in biases[layer]))
    return {layer: [found[id(b)] for b in biases[layer]] for layer in by_flow}


@contextmanager
def left_as_it_is(model: Module) -> Iterator[None]:
    """The model is as after `eval()` inside; at the end its modes and gradients are what they were.

    >>> from nn import Neuron
    >>> neuron = Neuron(1)
    >>> with left_as_it_is(neuron):
    ...     neuron([1.0]).backward()
    >>> neuron.b.grad, neuron.training
    (0.0, True)
    """
    parameters = model.parameters()
    gradients = [parameter.grad for parameter in parameters]
    try:
        with resting(model):
            yield
    finally:
        for parameter, grad in zip(parameters, gradients, strict=True):
            parameter.grad = grad


def seen_by_units(
    model: Module, row: Any, i: int, cost: Callable[[Any, int], Any] | None, known: dict[int, Unit]
) -> list[tuple[int, Unit]]:
    """What one row shows of the units whose b is known: the id of b, and what passed there."""
    prediction = model(row)
    order = operands_first(values_in(prediction), recorded_operands)
    if cost is not None:
        loss = cost(prediction, i)
        if not isinstance(loss, Value):
            raise ValueError(f"the loss of row {i} is not made of the parameters: the model gave plain numbers")
        loss.backward()
    consumers: dict[int, list[Value]] = {}
    for node in order:
        for operand in recorded_operands(node):
            consumers.setdefault(id(operand), []).append(node)
    sums = [(id(z._x[-1]), z) for z in order if z._row is dot and id(z._x[-1]) in known]
    return [(b, seen_at(z, consumers.get(id(z), []), cost is not None)) for b, z in sums]


def seen_at(z: Value, consumers: list[Value], with_delta: bool) -> Unit:
    """What passes at a sum that these values are made of, of which a single one may be its activation."""
    deltas = [z.grad] if with_delta else []
    if len(consumers) == 1:
        f = consumers[0]
        if isinstance(f._row, Primitive) and takes_one_operand(f._row):
            return Unit(f._row, [f.data], [f.slopes[0] or 0.0], deltas)
    return Unit(None, [z.data], [1.0], deltas)


def added(unit: Unit, seen: Unit) -> Unit:
    """A unit, and what another row or place has shown of it; the lists grow in place."""
    unit.outputs.extend(seen.outputs)
    unit.slopes.extend(seen.slopes)
    unit.deltas.extend(seen.deltas)
    return unit._replace(activation=seen.activation)


def units_by_layer(model: Module) -> dict[str, list[Value]]:
    """The b of each unit by its layer; a layer has the path that leads to it in the model.

    >>> from nn import MLP
    >>> {name: len(units) for name, units in units_by_layer(MLP(2, [3, 1])).items()}
    {'layers.0': 3, 'layers.1': 1}
    """
    if not isinstance(model, Module):
        raise TypeError(f"the units of a Module are looked at, got {shown(model)}")
    found: dict[str, list[Value]] = {}
    for path, key, part in parts(model).values():
        if isinstance(part, Neuron):
            found.setdefault(layer_of(f"{path}{key}") or type(model).__name__, []).append(part.b)
        elif isinstance(part, Conv2d):
            found[f"{path}{key}" or type(model).__name__] = list(part.b)
    if not found:
        raise ValueError(f"there is no Neuron and no Conv2d in this {type(model).__name__}")
    return found


def layer_of(path: str) -> str:
    """The path of the layer of a neuron: what holds the list that the neuron is in, or else the neuron itself.

    A list that is not called `neurons`, as those of `Layer` are, is a layer by its own name.

    >>> layer_of("layers.0.neurons.3"), layer_of("hidden.3"), layer_of("single"), layer_of("neurons.0")
    ('layers.0', 'hidden', 'single', '')
    """
    holder, _, key = path.rpartition(".")
    if not key.isdigit():
        return path
    return "" if holder == "neurons" else holder.removesuffix(".neurons")


def recorded_operands(node: Value) -> list[Value]:
    """The operands of a value that are results themselves.

    >>> x = Value(2.0)
    >>> len(recorded_operands(x.exp() * x))
    1
    """
    return [operand for operand in held_by(node) if isinstance(operand, Value) and operand._row is not None]


def values_in(prediction: Any) -> list[Value]:
    """The values in what a model gives, be it one, a list or nested lists.

    >>> len(values_in([[Value(1.0), 2.0], (Value(3.0),)]))
    2
    """
    if is_sequence(prediction):
        return [value for each in prediction for value in values_in(each)]
    return [prediction] if isinstance(prediction, Value) else []


def plain(row: Any) -> Any:
    """A row, or a nested list such as an image, with floats in it and nothing else.

    >>> plain(((1, Value(2.0)), [True]))
    [[1.0, 2.0], [1.0]]
    """
    if is_sequence(row):
        return [plain(each) for each in row]
    return row.data if isinstance(row, Value) else number(row, "a row of X takes")
