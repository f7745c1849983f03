import io
import math
import random
import sys

import numpy as np
import pytest

import autograd
from autograd import Value
from nn import MLP, SGD, Adam, History, Neuron, accuracy, fit

XOR = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]


def line(start=0.0, lr=0.5):
    """A model of one weight, y = w * x, and its optimiser."""
    w = Value(start)
    return w, (lambda row: w * row[0]), SGD([w], lr=lr)


def test_xor_is_learnt_by_five_neurons():
    model = MLP(2, [4, 1], activation="tanh", rng=random.Random(7))
    history = fit(model, *XOR, optimizer=Adam(model.parameters(), lr=0.1), epochs=150, metric=accuracy)
    assert history.losses[0] > 0.25
    assert history.losses[-1] < 1e-3
    assert len(history.losses) == len(history.metrics) == 150
    assert [round(model(row).data) for row in XOR[0]] == XOR[1]


def test_a_class_of_three_is_learnt_with_cross_entropy():
    X, y = [[-1.0], [0.0], [1.0]], [2, 0, 1]
    model = MLP(1, [6, 3], activation="tanh", rng=random.Random(3))
    fit(model, X, y, loss="cross_entropy", optimizer=Adam(model.parameters(), lr=0.1), epochs=100)
    assert accuracy(model, X, y) == 1.0


def test_steps_and_losses_are_those_computed_by_hand():
    w, model, optimizer = line(lr=0.25)
    history = fit(model, [[1.0], [2.0]], [1.0, 2.0], optimizer=optimizer, epochs=2)
    # mean of (w - 1)^2 and (2w - 2)^2 is 2.5 (w - 1)^2, slope 5 (w - 1): w goes 0, 1.25, 0.9375
    assert history.losses == [2.5, 0.15625]
    assert w.data == 0.9375
    assert history.metrics == []


def test_the_loss_of_an_epoch_is_the_mean_over_samples_and_not_over_batches():
    _, model, optimizer = line(lr=0.0)
    X, y = [[1.0]] * 5, [1.0, 2.0, 3.0, 4.0, 5.0]
    history = fit(model, X, y, optimizer=optimizer, epochs=1, batch_size=2)
    assert history.losses == pytest.approx([11.0], rel=1e-15)


def test_batches_hold_every_sample_once_in_an_order_drawn_anew_each_epoch():
    met, sizes = [], []
    _, model, optimizer = line(lr=0.0)

    def watched(row):
        met.append(row[0])
        return model(row)

    optimizer_step = optimizer.step
    optimizer.step = lambda: (sizes.append(len(met)), optimizer_step())
    fit(
        watched,
        [[float(i)] for i in range(7)],
        [0.0] * 7,
        optimizer=optimizer,
        epochs=2,
        batch_size=3,
        rng=random.Random(1),
    )
    assert sizes == [3, 6, 7, 10, 13, 14]
    assert sorted(met[:7]) == sorted(met[7:]) == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert met[:7] != met[7:]


def test_one_source_of_chance_gives_one_history_and_full_batches_draw_nothing():
    def losses(rng, batch_size):
        model = MLP(2, [4, 1], activation="tanh", rng=random.Random(7))
        optimizer = SGD(model.parameters(), lr=0.1)
        return fit(model, *XOR, optimizer=optimizer, epochs=5, batch_size=batch_size, rng=rng).losses

    assert losses(random.Random(1), 2) == losses(random.Random(1), 2)
    assert losses(random.Random(1), 2) != losses(random.Random(2), 2)
    random.seed(5)
    from_global = losses(None, 2)
    assert from_global == losses(random.Random(5), 2)
    random.seed(5)
    untouched = random.Random(5).random()
    losses(None, None)
    assert random.random() == untouched


def test_arrays_lists_and_values_are_learnt_from_alike():
    def history(X, y):
        model = MLP(2, [4, 1], activation="tanh", rng=random.Random(7))
        return fit(model, X, y, optimizer=SGD(model.parameters(), lr=0.1), epochs=3)

    X, y = XOR
    expected = history(X, y)
    assert history(np.array(X), np.array(y)) == expected
    assert history(tuple(map(tuple, X)), iter(y)) == expected
    assert history([[Value(v) for v in row] for row in X], [Value(v) for v in y]) == expected
    assert history(np.array(X, dtype=np.float32), np.array(y, dtype=bool)) == expected


def test_rows_reach_the_model_as_lists_of_plain_floats_and_targets_the_loss_as_plain_numbers():
    w, model, optimizer = line(lr=0.0)
    seen = []

    def loss(prediction, target):
        seen.append(target)
        return prediction * 1.0

    def watched(row):
        seen.append(row)
        return model(row)

    fit(watched, np.array([[1], [2]]), np.array([[3, 0.5], [4, 1]]), loss=loss, optimizer=optimizer, epochs=1)
    assert seen == [[1.0], [3.0, 0.5], [2.0], [4.0, 1.0]]
    assert [type(number) for item in seen for number in item] == [float] * 6
    assert w.data == 0.0


def test_several_outputs_learn_from_several_targets():
    model = MLP(1, [2], rng=random.Random(1))
    X, y = [[0.0], [1.0]], [[1.0, 0.0], [3.0, -1.0]]
    fit(model, X, y, optimizer=SGD(model.parameters(), lr=0.5), epochs=300)
    assert [v.data for v in model([1.0])] == pytest.approx([3.0, -1.0], abs=1e-6)


def test_the_metric_is_taken_after_each_epoch_without_recording():
    w, model, optimizer = line(lr=0.25)
    seen = []

    def metric(given, X, y):
        seen.append((given is model, X, y, given(X[0]).operands))
        return w.data

    history = fit(model, [[1.0], [2.0]], [1.0, 2.0], optimizer=optimizer, epochs=2, metric=metric)
    assert history.metrics == [1.25, 0.9375]
    assert seen == [(True, [[1.0], [2.0]], [1.0, 2.0], ())] * 2


def test_no_epoch_changes_nothing():
    w, model, optimizer = line(start=3.0)
    assert fit(model, [[1.0]], [1.0], optimizer=optimizer, epochs=0) == History()
    assert w.data == 3.0


def test_old_gradients_do_not_count():
    w, model, optimizer = line(lr=0.25)
    w.grad = 1e9
    fit(model, [[1.0]], [1.0], optimizer=optimizer, epochs=1)
    assert w.data == 0.5


def test_a_loss_that_is_not_finite_stops_before_the_parameters_are_spoilt():
    w, model, optimizer = line(start=0.5, lr=1e200)
    with pytest.raises(
        FloatingPointError,
        match=r"the loss became inf in epoch 1, batch 0, counted from 0: lower the learning rate, which is 1e\+200",
    ):
        fit(model, [[1.0]], [1.0], optimizer=optimizer)
    assert w.data == 1e200  # as the last finite loss left it


@pytest.mark.parametrize(("X", "y"), [([[math.nan]], [1.0]), ([[1.0]], [math.nan]), ([[math.inf]], [1.0])])
def test_a_loss_that_is_not_finite_before_any_step_is_not_blamed_on_the_learning_rate(X, y):
    _, model, optimizer = line(start=0.5)
    with pytest.raises(FloatingPointError, match="no step was taken yet, so look for a nan or inf in X, y and the"):
        fit(model, X, y, optimizer=optimizer)


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"y": [1.0]}, ValueError, "X and y are of one length, got 2 rows and 1 targets"),
        ({"X": [], "y": []}, ValueError, "there is no sample: X and y are empty"),
        ({"X": None}, TypeError, "X is a list, one item for each sample, got NoneType: None"),
        ({"X": {1.0: 2.0}}, TypeError, "X is a list, one item for each sample, got dict"),
        ({"y": 1.0}, TypeError, "y is a list, one item for each sample, got float: 1.0"),
        ({"X": [{1.0}, {2.0}]}, TypeError, "row 0 is set: {1.0}; single"),
        ({"X": [1.0, 2.0]}, TypeError, r"row 0 is float: 1.0; single inputs are written \[\[x\] for x in X\]"),
        ({"X": [[1.0], ["a"]]}, TypeError, "a row of X takes a real number, got str: 'a'"),
        ({"y": [1.0, "a"]}, TypeError, "y takes a real number, got str: 'a'"),
        ({"batch_size": 0}, ValueError, "batch_size is a whole number of at least 1, got 0"),
        ({"batch_size": 1.5}, TypeError, "batch_size is a whole number, got float: 1.5"),
        ({"batch_size": True}, TypeError, "batch_size is a whole number, got bool: True"),
        ({"epochs": -1}, ValueError, "the number of epochs is a whole number of at least 0, got -1"),
        ({"loss": "hing"}, ValueError, "there is no loss 'hing'; did you mean 'hinge'"),
        ({"loss": "hinge", "y": [0, 1]}, ValueError, "hinge takes a target of -1 or 1, got 0.0"),
        ({"rng": 1}, TypeError, r"rng takes a random\.Random or None, got int: 1; a seed s is written"),
        ({"optimizer": "sgd"}, TypeError, r"such as SGD\(model.parameters\(\), lr=0.1\), got str: 'sgd'"),
        ({"model": lambda row: 1.0}, ValueError, "the loss of epoch 0, batch 0 is not made of the parameters"),
        ({"model": None}, TypeError, "the model is a function of one row of X, got NoneType: None"),
        ({"metric": "accuracy"}, TypeError, r"a metric is a function of \(model, X, y\), got str: 'accuracy'"),
        ({"metric": lambda *given: None, "epochs": 1}, TypeError, "a metric gives a real number, got NoneType: None"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_a_sentence(change, error, said):
    w, model, optimizer = line()
    given = {"model": model, "X": [[1.0], [2.0]], "y": [1.0, 2.0], "optimizer": optimizer} | change
    optimizer.lr = 0.0
    with pytest.raises(error, match=said):
        fit(given.pop("model"), given.pop("X"), given.pop("y"), **given)
    assert w.data == 0.0


def test_an_optimizer_of_another_model_is_refused():
    model, old = Neuron(1), Neuron(1)
    with pytest.raises(ValueError, match=r"none of the parameters of this Neuron: make it from model\.parameters"):
        fit(model, [[1.0]], [1.0], optimizer=SGD(old.parameters(), lr=0.1))
    assert len(fit(model, [[1.0]], [1.0], optimizer=SGD(model.parameters()[:1], lr=0.1), epochs=2).losses) == 2


def test_training_inside_no_grad_is_refused():
    _, model, optimizer = line()
    with autograd.no_grad(), pytest.raises(ValueError, match="or this runs in no_grad"):
        fit(model, [[1.0]], [1.0], optimizer=optimizer)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def errors_while_fitting(monkeypatch, stream, progress):
    monkeypatch.setattr(sys, "stderr", stream)
    _, model, optimizer = line(lr=0.25)
    fit(model, [[1.0]], [1.0], optimizer=optimizer, epochs=3, progress=progress)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("stream", "progress", "shown"),
    [(Terminal, None, True), (Terminal, False, False), (io.StringIO, None, False), (io.StringIO, True, True)],
)
def test_a_bar_is_shown_where_it_is_wanted(monkeypatch, stream, progress, shown):
    text = errors_while_fitting(monkeypatch, stream(), progress)
    assert ("3/3" in text) is shown
    assert ("loss=" in text) is shown


def test_without_tqdm_there_is_no_bar_unless_one_was_asked_for(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert errors_while_fitting(monkeypatch, Terminal(), None) == ""
    with pytest.raises(ImportError, match=r'a progress bar is drawn by tqdm: pip install "valuegrad\[progress\]"'):
        errors_while_fitting(monkeypatch, io.StringIO(), True)


@pytest.mark.parametrize(
    ("outputs", "y", "expected"),
    [
        ([2.0, -2.0, 0.0, 1.0], [1, -1, -1, -1], 0.75),
        ([2.0, -2.0, 0.0, 1.0], [1, 0, 1, 1], 0.75),
        ([Value(2.0), Value(-2.0), Value(0.5), Value(0.5)], [1, 1, 1, 1], 0.75),
        ([math.nan, math.nan], [1, -1], 0.0),
        ([[1.0, 2.0, 0.0], [Value(3.0), Value(1.0), Value(2.0)]], [1, 2], 0.5),
        ([[1.0, 1.0], [1.0, 1.0]], [0, 1], 0.5),
        ([[math.nan, 1.0], [1.0, math.nan]], [0, 0], 0.0),
        ([np.array([0.0, 1.0])], np.array([1]), 1.0),
        ([True], [True], 1.0),
    ],
)
def test_accuracy_is_the_share_of_samples_classified_right(outputs, y, expected):
    waiting = iter(outputs)
    assert accuracy(lambda row: next(waiting), [[0.0]] * len(outputs), y) == expected


def test_accuracy_records_nothing():
    neuron, operands = Neuron(1), []

    def watched(row):
        result = neuron(row)
        operands.append(result.operands)
        return result

    accuracy(watched, [[1.0]], [1])
    assert operands == [()]


@pytest.mark.parametrize(
    ("output", "target", "said"),
    [
        (1.0, 2, "the class of a sample is -1, 0 or 1 where a model has one output, got 2"),
        (1.0, 0.5, "the class of a sample is -1, 0 or 1 where a model has one output, got 0.5"),
        ([1.0, 2.0], -1, "a label of 2 classes is from 0 to 1, got -1"),
        ([1.0, 2.0], 2, "a label of 2 classes is from 0 to 1, got 2"),
    ],
)
def test_accuracy_refuses_a_class_that_does_not_exist(output, target, said):
    with pytest.raises(ValueError, match=said):
        accuracy(lambda row: output, [[0.0]], [target])


def test_accuracy_of_nothing_is_refused():
    with pytest.raises(ValueError, match="X and y are empty"):
        accuracy(lambda row: 1.0, [], [])
