"""What keeps a model from learning is found, named with its reason, and not found where it is not."""

import math
import random

import pytest
from matplotlib.figure import Figure

import nn
from autograd import mean, no_grad
from nn import MLP, SGD, Adam, Layer, Recorder, Sequential, diagnosis, fit, plots, squared_error
from nn.by_layer import fate_of, gradients_by_layer, size_of
from nn.plots.weights import rows_of_weights
from nn.units import passing_through

RNG = random.Random(7)
X = [[RNG.gauss(0.0, 1.0) for _ in range(4)] for _ in range(40)]
Y = [math.sin(row[0]) + row[1] for row in X]


def found(report):
    return [(finding.kind, finding.layer, finding.units) for finding in report.findings]


def deep(activation, init, layers=10, width=12):
    return MLP(4, [width] * layers + [1], activation=activation, init=init, rng=random.Random(3))


def test_sigmoids_in_ten_layers_vanish_and_he_on_relu_keeps_the_size():
    report = diagnosis(deep("sigmoid", "xavier_uniform"), X, Y)
    kinds = {finding.layer: finding.kind for finding in report.findings}
    assert kinds["layers.0"] == "vanishing"
    assert "layers.9" not in kinds
    first = report.findings[0]
    ratio = report.sizes["layers.10"].deltas / report.sizes["layers.0"].deltas
    assert ratio > 1000.0
    assert f"{float(f'{ratio:.3g}'):,.0f} times smaller than those of layers.10" in str(first)
    assert "activation='tanh' or 'relu'" in report.findings[0].remedy
    for healthy in (deep("relu", "he_uniform"), deep("tanh", "xavier_uniform")):
        assert {finding.kind for finding in diagnosis(healthy, X, Y).findings} <= {"dead"}  # a relu or two, by chance


def test_weights_that_are_too_large_explode_and_too_small_vanish():
    large = diagnosis(deep("linear", nn.uniform(-2.0, 2.0)), X, Y)
    assert ("exploding", "layers.0", list(range(12))) in found(large)
    assert "clip gradients" in large.findings[0].remedy
    small = diagnosis(deep("relu", nn.uniform(-0.1, 0.1), layers=4), X, Y)
    assert ("vanishing", "layers.0", list(range(12))) in found(small)
    assert "init='he_uniform'" in small.findings[0].remedy
    healed = diagnosis(deep("relu", "he_uniform", layers=4), X, Y)
    assert "vanishing" not in {finding.kind for finding in healed.findings}


def test_relus_that_give_0_for_every_row_are_dead_and_others_are_not():
    model = MLP(4, [6, 1], rng=random.Random(3))
    for k in (1, 4):
        model.layers[0].neurons[k].b.data = -100.0
    report = diagnosis(model, X, Y)
    assert found(report) == [("dead", "layers.0", [1, 4])]
    assert str(report.findings[0]).startswith(
        "layers.0: 2 of 6 units (1, 4) give 0 for every row, where relu has no slope; lower the learning rate"
    )
    towards = [math.copysign(1000.0, w.data) for w in model.layers[0].neurons[1].w]
    assert found(diagnosis(model, [*X, towards], [*Y, 0.0])) == [("dead", "layers.0", [4])]  # one row wakes the other


def test_a_whole_layer_may_be_dead_and_no_layer_vanishes_behind_it():
    model = MLP(4, [3, 3, 1], rng=random.Random(3))
    for neuron in model.layers[1].neurons:
        neuron.b.data = -100.0
    report = diagnosis(model, X, Y)
    assert found(report) == [("dead", "layers.1", [0, 1, 2])]
    assert report.sizes["layers.0"].deltas == 0.0


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_units_at_the_ends_of_their_activation_are_saturated(activation):
    model = MLP(4, [3, 1], activation=activation, rng=random.Random(3))
    for w in model.layers[0].neurons[2].w:
        w.data *= 1000.0
    assert found(diagnosis(model, X, Y)) == [("saturated", "layers.0", [2])]
    for w in model.layers[0].neurons[2].w:
        w.data *= 1e6  # slopes are 0 there: still saturated, and not dead besides
    assert found(diagnosis(model, X, Y))[0] == ("saturated", "layers.0", [2])
    assert "dead" not in {finding.kind for finding in diagnosis(model, X, Y).findings}


def test_a_saturated_output_is_told_to_learn_by_cross_entropy():
    model = MLP(4, [3, 1], activation="tanh", output_activation="sigmoid", rng=random.Random(3))
    model.layers[1].neurons[0].b.data = 50.0
    (finding,) = diagnosis(model, X, [0.0] * len(X)).findings
    assert (finding.kind, finding.layer) == ("saturated", "layers.1")
    assert "binary_cross_entropy" in finding.remedy


def test_an_activation_outside_the_layer_is_seen():
    model = Sequential(Layer(4, 2, nonlin=False), lambda z: [each.tanh() for each in z], Layer(2, 1, nonlin=False))
    for neuron in model.layers[0].neurons:
        neuron.b.data = 30.0
    assert ("saturated", "layers.0", [0, 1]) in found(diagnosis(model, X, Y))


def test_a_model_that_has_learnt_is_not_found_to_explode():
    model = MLP(4, [8, 1], activation="tanh", init="xavier_uniform", rng=random.Random(3))
    fit(model, X[:10], Y[:10], optimizer=Adam(model.parameters(), lr=0.02), epochs=400)
    assert diagnosis(model, X[:10], Y[:10]).findings == []
    mean([squared_error(model(row), target) for row, target in zip(X[:10], Y[:10], strict=True)]).backward()
    # in their sum, the deltas of the last layer cancel: to 1/100 of their size here, and less with every epoch
    assert abs(nn.deltas(model)["layers.1"][0]) < 0.1 * diagnosis(model, X[:10], Y[:10]).sizes["layers.1"].deltas


def test_a_diagnosis_changes_nothing_and_works_inside_no_grad():
    model = MLP(4, [3, 1], rng=random.Random(3))
    model(X[0]).backward()
    before = [(p.data, p.grad) for p in model.parameters()]
    with no_grad():
        inside = diagnosis(model, X, Y)
    assert inside == diagnosis(model, X, Y)
    assert [(p.data, p.grad) for p in model.parameters()] == before


def test_the_report_is_a_table_and_the_findings():
    healthy = str(diagnosis(deep("relu", "he_uniform", layers=1), X, Y)).splitlines()
    assert [line.split()[0] for line in healthy] == ["layer", "layers.0", "layers.1", "every"]
    assert len(str(diagnosis(deep("sigmoid", "xavier_uniform"), X, Y)).splitlines()) > 12


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: diagnosis(MLP(1, [1]), [[1.0]], []), ValueError, "X and y are of one length, got 1 rows and 0"),
        (lambda: diagnosis(MLP(1, [1]), [], []), ValueError, "there is no sample"),
        (lambda: diagnosis(MLP(1, [1]), [["a"]], [1.0]), TypeError, "a row of X takes a real number, got str: 'a'"),
        (lambda: diagnosis(lambda row: row[0], [[1.0]], [1.0]), TypeError, "the units of a Module are looked at"),
        (lambda: diagnosis(MLP(1, [1]), [[1.0]], [1.0], loss="square"), ValueError, "there is no loss 'square'"),
        (lambda: Recorder("square"), ValueError, "there is no loss 'square'"),
        (lambda: Recorder(rows=0), ValueError, "the number of rows is a whole number of at least 1, got 0"),
    ],
)
def test_what_cannot_be_diagnosed_is_refused(call, error, said):
    with pytest.raises(error, match=said):
        call()


@pytest.mark.parametrize(
    ("size", "origin", "fate"),
    [(1.0, 999.0, ""), (1.0, 1001.0, "vanishing"), (1001.0, 1.0, "exploding"), (999.0, 1.0, ""), (0.0, 1.0, ""),
     (1.0, 0.0, ""), (math.nan, 1.0, ""), (1e300, 1e-300, "exploding")],
)  # fmt: skip
def test_the_limit_is_a_thousand(size, origin, fate):
    assert fate_of(size, origin) == fate


def test_sizes_are_root_mean_squares_at_every_scale():
    assert size_of([3e-200, 4e-200]) == pytest.approx(math.sqrt(12.5) * 1e-200, rel=1e-15)
    assert (size_of([]), size_of([0.0]), size_of([math.inf, 1.0])) == (0.0, 0.0, math.inf)


# Recorder


@pytest.mark.parametrize("jit", [False, True])
def test_a_recorder_keeps_the_sizes_of_every_epoch_and_the_training_stays_the_same(jit):
    trained = []
    recorder = Recorder()
    for metric in (None, recorder):
        model = MLP(4, [5, 1], activation="tanh", rng=random.Random(3))
        optimizer = SGD(model.parameters(), lr=0.05)
        rng = random.Random(1)
        fit(model, X, Y, optimizer=optimizer, epochs=4, batch_size=8, rng=rng, metric=metric, jit=jit)
        trained.append([p.data for p in model.parameters()])
    assert trained[0] == trained[1]
    assert {layer: len(sizes) for layer, sizes in recorder.deltas.items()} == {"layers.0": 4, "layers.1": 4}
    final = diagnosis(model, X, Y)
    assert recorder.reports[-1] == final
    assert recorder.activations["layers.0"][-1] == final.sizes["layers.0"].activations
    assert repr(recorder) == "<Recorder of 4 epochs>"


def test_the_number_of_a_recorder_is_the_mean_loss_of_rows_from_all_over_the_set():
    model = MLP(4, [5, 1], activation="tanh", rng=random.Random(3))
    recorder = Recorder("absolute_error", rows=4)
    losses = [nn.absolute_error(model(X[i]), Y[i]).data for i in (0, 10, 20, 30)]
    assert recorder(model, X, Y) == pytest.approx(sum(losses) / 4.0)


def test_dropout_draws_no_chance_for_a_recorder():
    model = Sequential(Layer(4, 6, rng=random.Random(3)), nn.Dropout(0.5, rng=random.Random(1)), Layer(6, 1))
    state = model.layers[1].rng.getstate()
    Recorder()(model, X, Y)
    assert model.layers[1].rng.getstate() == state


# The picture of it


def test_the_sizes_of_each_layer_are_drawn_epoch_by_epoch():
    sizes = {"layers.0": [0.01, 0.0, 0.001], "layers.1": [0.5, 0.4, 0.0]}
    ax = plots.sizes_by_epoch(sizes, ax=Figure().subplots())
    drawn = {line.get_label(): line.get_xydata().tolist() for line in ax.lines}
    assert drawn["layers.0"][::2] == [[0, 0.01], [2, 0.001]]
    assert math.isnan(drawn["layers.0"][1][1])
    assert ax.get_yscale() == "log"
    assert ax.get_ylabel() == "size of a delta (log scale)"
    assert [text.get_text() for text in ax.texts] == ["layers.0", "layers.1"]
    assert len({line.get_color() for line in ax.lines}) == 2


def test_many_layers_and_single_epochs_are_drawn():
    sizes = {f"layers.{i}": [10.0**-i] for i in range(14)} | {"silent": [0.0]}
    ax = plots.sizes_by_epoch(sizes, ax=Figure().subplots())
    ax.figure.draw_without_rendering()
    assert len({(line.get_color(), line.get_linestyle()) for line in ax.lines}) == 15


@pytest.mark.parametrize(
    ("sizes", "error", "said"),
    [
        ({}, ValueError, "no layer in the sizes"),
        ([1.0], TypeError, r"sizes are a dictionary \{layer: sizes\}"),
        ({"a": [1.0], "b": [1.0, 2.0]}, ValueError, "got 1 of a and 2 of b"),
        ({"a": [-1.0]}, ValueError, "a size is not below 0, got -1 of a"),
        ({"a": []}, ValueError, "no number in the sizes of a"),
    ],
)
def test_sizes_that_cannot_be_drawn_are_refused(sizes, error, said):
    with pytest.raises(error, match=said):
        plots.sizes_by_epoch(sizes, ax=Figure().subplots())


class Unused(nn.Module):
    def __init__(self):
        self.neuron = nn.Neuron(1)

    def __call__(self, row):
        return row[0] * self.neuron.w[0]


@pytest.mark.parametrize(
    ("ask", "raised", "said"),
    [
        (lambda: diagnosis(Unused(), [[1.0]], [1.0]), ValueError, "no unit of this Unused is met by a row"),
        (lambda: gradients_by_layer([1.0]), TypeError, "gradients are taken from a Module, got list"),
        (lambda: passing_through(MLP(1, [1]), 3.0), TypeError, "X is a list of rows, got float"),
        (lambda: rows_of_weights(MLP(1, [1])), TypeError, "an image shows a Layer, got MLP"),
    ],
)
def test_what_cannot_be_looked_into_is_refused_with_a_sentence(ask, raised, said):
    with pytest.raises(raised, match=said):
        ask()


class UsedTwice(nn.Module):
    def __init__(self):
        self.neuron = nn.Neuron(1, nonlin=False, init=lambda fan_in, fan_out, rng: lambda: 2.0)

    def __call__(self, row):
        z = self.neuron(row)
        return z.tanh() + z.sigmoid()


def test_a_sum_under_two_activations_has_neither_for_its_own():
    (unit,) = passing_through(UsedTwice(), [[0.5]])["neuron"]
    assert (unit.activation, unit.outputs, unit.slopes) == (None, [1.0], [1.0])
