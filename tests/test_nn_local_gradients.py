"""The local gradient of every neuron: measured from outside, and by hand."""

import math
import random

import pytest

import nn
from autograd import mean
from nn import MLP, Layer, Module, Neuron, Sequential, deltas, squared_error
from nn.by_layer import activations_by_layer, gradients_by_layer
from nn.units import layer_of, passing_through

STEP = 1e-5  # errors of rounding and of curvature are both near 1e-10 there
ROWS, TARGETS = [[0.3, -1.2], [1.5, 0.4], [-0.7, 0.9]], [1.0, -0.5, 0.25]


class Ladder(Module):
    """A user's own module: a list of neurons, a single one, and a layer inside a dictionary, used in this order."""

    def __init__(self, rng):
        self.last = {"out": Layer(1, 1, nonlin=False, rng=rng)}  # assigned first, met last
        self.rungs = [Neuron(2, activation="sigmoid", rng=rng) for _ in range(3)]
        self.middle = Neuron(3, activation="tanh", rng=rng)

    def __call__(self, x):
        return self.last["out"]([self.middle([rung(x) for rung in self.rungs])])


def model_of(name):
    rng = random.Random(11)
    return {
        "a neuron": lambda: Neuron(2, activation="tanh", rng=rng),
        "a layer": lambda: Layer(2, 3, activation="sigmoid", rng=rng),
        "a perceptron": lambda: MLP(2, [4, 3, 2], activation="tanh", output_activation="sigmoid", rng=rng),
        "relu": lambda: MLP(2, [5, 1], rng=rng),
        "in a sequence": lambda: Sequential(MLP(2, [3, 3], activation="gelu", rng=rng), Layer(3, 1, rng=rng)),
        "of a user": lambda: Ladder(rng),
    }[name]()


def cost(model):
    """The mean loss, as a number that may be measured and as a value that may go backward."""
    losses = []
    for row, target in zip(ROWS, TARGETS, strict=True):
        prediction = model(row)
        wanted = [target] * len(prediction) if isinstance(prediction, list) else target
        losses.append(squared_error(prediction, wanted))
    return mean(losses)


def neurons_of(model):
    """The neurons of a model layer by layer, found without the library."""
    if isinstance(model, Neuron):
        return {"Neuron": [model]}
    if isinstance(model, Layer):
        return {"Layer": model.neurons}
    if isinstance(model, MLP):
        return {f"layers.{i}": layer.neurons for i, layer in enumerate(model.layers)}
    if isinstance(model, Sequential):
        first, second = model.layers
        within = {f"layers.0.layers.{i}": layer.neurons for i, layer in enumerate(first.layers)}
        return within | {"layers.1": second.neurons}
    return {"last.out": model.last["out"].neurons, "rungs": model.rungs, "middle": [model.middle]}


def measured_delta(neuron, model):
    """dC/dz, from a bump on either side of z, which is what a change of b is."""
    before = neuron.b.data
    costs = []
    for bump in (STEP, -STEP):
        neuron.b.data = before + bump
        costs.append(cost(model).data)
    neuron.b.data = before
    return (costs[0] - costs[1]) / (2.0 * STEP)


NAMES = ["a neuron", "a layer", "a perceptron", "relu", "in a sequence", "of a user"]


@pytest.mark.parametrize("name", NAMES)
def test_deltas_are_the_slopes_of_the_cost_in_each_sum_as_measured(name):
    model = model_of(name)
    cost(model).backward()
    expected = {layer: [measured_delta(n, model) for n in held] for layer, held in neurons_of(model).items()}
    found = deltas(model)
    assert list(found) == list(expected)
    for layer, numbers in found.items():
        assert numbers == pytest.approx(expected[layer], rel=1e-6, abs=1e-9)


def test_a_delta_is_the_slope_of_the_cost_in_f_times_that_of_f_in_z():
    model = MLP(2, [2, 1], activation="tanh", output_activation="sigmoid", rng=random.Random(3))
    (first, second), (out,) = (layer.neurons for layer in model.layers)
    x, t = [0.6, -0.4], 1.0
    h = [math.tanh(n.w[0].data * x[0] + n.w[1].data * x[1] + n.b.data) for n in (first, second)]
    f = 1.0 / (1.0 + math.exp(-(out.w[0].data * h[0] + out.w[1].data * h[1] + out.b.data)))
    delta_out = 2.0 * (f - t) * f * (1.0 - f)
    hidden = [delta_out * w.data * (1.0 - each * each) for w, each in zip(out.w, h, strict=True)]
    squared_error(model(x), t).backward()
    assert deltas(model)["layers.1"] == pytest.approx([delta_out], rel=1e-12)
    assert deltas(model)["layers.0"] == pytest.approx(hidden, rel=1e-12)
    assert [w.grad for w in first.w] == pytest.approx([hidden[0] * each for each in x], rel=1e-12)
    assert [w.grad for w in out.w] == pytest.approx([delta_out * each for each in h], rel=1e-12)


def test_deltas_of_several_samples_are_the_sum_of_those_of_each():
    model = model_of("a perceptron")
    for row in ROWS:
        model(row)[0].backward()
    together = deltas(model)
    alone = []
    for row in ROWS:
        model.zero_grad()
        model(row)[0].backward()
        alone.append(deltas(model))
    for layer, numbers in together.items():
        assert numbers == pytest.approx([sum(each) for each in zip(*(d[layer] for d in alone), strict=True)])


def test_the_deltas_of_xor_are_those_of_its_four_rows():
    model = MLP(2, [2, 1], activation="tanh", rng=random.Random(1))
    X, y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0.0, 1.0, 1.0, 0.0]
    passed = passing_through(model, X, lambda prediction, i: squared_error(prediction, y[i]))
    mean([squared_error(model(row), target) for row, target in zip(X, y, strict=True)]).backward()
    for layer, units in passed.items():
        assert [sum(unit.deltas) / 4.0 for unit in units] == pytest.approx(deltas(model)[layer], rel=1e-12)
    assert [unit.deltas for unit in passed["layers.1"]] == [
        pytest.approx([2.0 * (model(row).data - target) for row, target in zip(X, y, strict=True)])
    ]


def test_what_passes_through_is_what_each_neuron_gives_and_gradients_and_modes_stay():
    dropout, ladder = nn.Dropout(0.5, rng=random.Random(1)), Ladder(random.Random(5))
    model = Sequential(dropout, ladder)
    cost(ladder).backward()
    gradients, state = [p.grad for p in model.parameters()], dropout.rng.getstate()
    passed = passing_through(model, ROWS, lambda prediction, i: prediction * prediction)
    assert list(passed) == ["layers.1.rungs", "layers.1.middle", "layers.1.last.out"]  # in the order of the way
    rungs = [[rung(row).data for row in ROWS] for rung in ladder.rungs]
    assert [unit.outputs for unit in passed["layers.1.rungs"]] == rungs
    slopes = [unit.slopes for unit in passed["layers.1.rungs"]]
    assert slopes == [pytest.approx([f * (1.0 - f) for f in each]) for each in rungs]
    assert [unit.activation.name for unit in passed["layers.1.middle"]] == ["tanh"]
    assert passed["layers.1.last.out"][0].activation is None
    assert [p.grad for p in model.parameters()] == gradients
    assert dropout.rng.getstate() == state
    assert dropout.training


def test_a_unit_that_is_used_several_times_has_an_entry_for_each():
    rnn = nn.RNN(1, 2, rng=random.Random(2))
    model = Sequential(lambda row: rnn([[x] for x in row])[-1], Layer(2, 1, nonlin=False))
    model.rnn = rnn  # a module is found where it is held: what only a function knows is not
    passed = passing_through(model, [[0.5, -0.5, 1.0]], lambda prediction, i: prediction)
    states = rnn([[0.5], [-0.5], [1.0]])
    assert passed["rnn.cell"][1].outputs == [h[1].data for h in states]
    assert passed["rnn.cell"][0].activation.name == "tanh"  # though it stands outside the layer
    model([0.5, -0.5, 1.0]).backward()
    assert [sum(unit.deltas) for unit in passed["rnn.cell"]] == pytest.approx(deltas(model)["rnn.cell"])


def test_a_channel_of_a_convolution_is_a_unit():
    image = [[[random.Random(i).uniform(-1, 1) for i in range(row, row + 4)] for row in range(4)]]
    model = Sequential(nn.Conv2d(1, 2, 3, rng=random.Random(4)), nn.Flatten(), Layer(8, 1, nonlin=False))
    passed = passing_through(model, [image], lambda prediction, i: prediction)
    model(image).backward()
    assert [len(unit.outputs) for unit in passed["layers.0"]] == [4, 4]
    assert [sum(unit.deltas) for unit in passed["layers.0"]] == pytest.approx(deltas(model)["layers.0"])
    assert deltas(model)["layers.0"] == [b.grad for b in model.layers[0].b]


def test_gradients_deltas_and_activations_name_the_layers_alike():
    model = Ladder(random.Random(5))
    names = {"rungs": 3, "middle": 1, "last.out": 1}
    for found in (gradients_by_layer(model), deltas(model), activations_by_layer(model, ROWS)):
        assert {layer: len(units) for layer, units in found.items()} == names


@pytest.mark.parametrize(
    ("path", "layer"),
    [("", ""), ("neurons.0", ""), ("layers.2.neurons.10", "layers.2"), ("a.neurons.b", "a.neurons.b"), ("x.1", "x")],
)
def test_the_layer_of_a_neuron_is_what_holds_its_list(path, layer):
    assert layer_of(path) == layer


def test_without_neurons_there_are_no_deltas():
    with pytest.raises(ValueError, match=r"there is no Neuron and no Conv2d in this LayerNorm"):
        deltas(nn.LayerNorm(2))
    with pytest.raises(TypeError, match=r"the units of a Module are looked at, got function"):
        deltas(cost)
    with pytest.raises(ValueError, match="the loss of row 0 is not made of the parameters"):
        passing_through(Neuron(1), [[1.0]], lambda prediction, i: prediction.data)
    neuron = Neuron(1)
    neuron.training = False
    with pytest.raises(ValueError, match="takes 1 inputs, got 2"):
        passing_through(neuron, [[1.0, 2.0]])
    assert not neuron.training
