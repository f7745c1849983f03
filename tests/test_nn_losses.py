import math
import random

import mpmath
import numpy as np
import pytest

from autograd import Value, gradcheck
from nn import MLP, SGD, absolute_error, binary_cross_entropy, cross_entropy, fit, hinge, huber, squared_error
from nn.losses import LOSSES, loss_function

mpmath.mp.dps = 60


@pytest.mark.parametrize(
    ("loss", "prediction", "target", "expected"),
    [
        (squared_error, 3.0, 1.0, 4.0),
        (squared_error, [3.0, 0.0, 1.0], [1.0, 1.0, 1.0], 5.0 / 3.0),
        (absolute_error, 1.0, 3.5, 2.5),
        (absolute_error, [1.0, 0.0], [3.0, 1.0], 1.5),
        (huber, 0.5, 0.0, 0.125),
        (huber, -0.5, 0.0, 0.125),
        (huber, 1.0, 0.0, 0.5),
        (huber, -3.0, 1.0, 3.5),
        (huber, [0.5, 2.0], [0.0, 0.0], 0.8125),
        (hinge, 0.25, 1, 0.75),
        (hinge, 0.25, -1, 1.25),
        (hinge, 1.0, 1, 0.0),
        (hinge, -3.0, -1, 0.0),
        (binary_cross_entropy, 0.0, 1, math.log(2.0)),
        (binary_cross_entropy, 0.0, 0.25, math.log(2.0)),
        (binary_cross_entropy, 2.0, 0.0, math.log1p(math.exp(2.0))),
        (cross_entropy, [0.0, 0.0, 0.0], 2, math.log(3.0)),
        (cross_entropy, [1.0, 2.0], 0, math.log1p(math.e)),
        (cross_entropy, [5.0], 0, 0.0),
    ],
)
def test_values_are_those_of_the_definition_for_numbers_and_values(loss, prediction, target, expected):
    assert loss(prediction, target) == pytest.approx(expected, rel=1e-15)
    recorded = [Value(p) for p in prediction] if isinstance(prediction, list) else Value(prediction)
    assert loss(recorded, target).data == loss(prediction, target)


@pytest.mark.parametrize(
    ("loss", "prediction", "target", "slopes"),
    [
        (squared_error, [3.0], 1.0, [4.0]),
        (squared_error, [3.0, 0.0], [1.0, 1.0], [2.0, -1.0]),
        (absolute_error, [3.0, 0.0], [1.0, 1.0], [0.5, -0.5]),
        (absolute_error, [1.0], 1.0, [0.0]),
        (huber, [0.5], 0.0, [0.5]),
        (huber, [1.0], 0.0, [1.0]),
        (huber, [-1.0], 0.0, [-1.0]),
        (huber, [7.0], 0.0, [1.0]),
        (huber, [-7.0], 0.0, [-1.0]),
        (hinge, [0.25], 1, [-1.0]),
        (hinge, [0.25], -1, [1.0]),
        (hinge, [1.0], 1, [0.0]),
        (binary_cross_entropy, [0.0], 1, [-0.5]),
        (binary_cross_entropy, [0.0], 0.25, [0.25]),
        (cross_entropy, [0.0, 0.0], 1, [0.5, -0.5]),
    ],
)
def test_slopes_are_those_of_the_definition(loss, prediction, target, slopes):
    values = [Value(p) for p in prediction]
    alone = not isinstance(target, list) and loss is not cross_entropy
    loss(values[0] if alone else values, target).backward()
    assert [v.grad for v in values] == pytest.approx(slopes, rel=1e-15)


@pytest.mark.parametrize(
    ("error", "delta", "loss", "slope"),
    [
        (1.5, 2.0, 1.125, 1.5),
        (2.0, 2.0, 2.0, 2.0),
        (-3.0, 2.0, 4.0, -2.0),
        (0.25, 0.5, 0.03125, 0.25),
        (0.75, 0.5, 0.25, 0.5),
        (-0.75, 0.5, 0.25, -0.5),
    ],
)
def test_huber_is_a_parabola_up_to_its_delta_and_a_line_of_that_slope_beyond(error, delta, loss, slope):
    prediction = Value(error)
    found = huber(prediction, 0.0, delta)
    found.backward()
    assert (found.data, prediction.grad) == (loss, slope)


@pytest.mark.parametrize("logit", [-800.0, -40.0, -1.0, -1e-9, 0.0, 0.3, 20.0, 40.0, 300.0])
@pytest.mark.parametrize("target", [0, 0.25, 0.9, 1])
def test_binary_cross_entropy_is_exact_far_from_zero_too(logit, target):
    z, t = mpmath.mpf(logit), mpmath.mpf(target)
    exact = t * mpmath.log1p(mpmath.exp(-z)) + (1 - t) * mpmath.log1p(mpmath.exp(z))
    assert binary_cross_entropy(logit, target) == pytest.approx(float(exact), rel=4e-16)


@pytest.mark.parametrize("target", [0, 1])
@pytest.mark.parametrize("logit", [-40.0, -1.0, 0.3, 40.0])
def test_the_slope_of_binary_cross_entropy_does_not_vanish_early(logit, target):
    value = Value(logit)
    binary_cross_entropy(value, target).backward()
    exact = 1 / (1 + mpmath.exp(-mpmath.mpf(logit))) - target
    assert value.grad == pytest.approx(float(exact), rel=1e-15)


@pytest.mark.parametrize("label", [0, 1, 2])
@pytest.mark.parametrize("logits", [[0.1, 0.2, 0.3], [40.0, 0.0, -5.0], [700.0, -700.0, 0.0], [1000.0, 999.0, -1.0]])
def test_cross_entropy_and_its_slopes_are_exact_far_from_zero_too(logits, label):
    powers = [mpmath.exp(mpmath.mpf(z)) for z in logits]
    others = sum(power for i, power in enumerate(powers) if i != label)
    values = [Value(z) for z in logits]
    loss = cross_entropy(values, label)
    loss.backward()
    # a difference of logits is rounded once: its error counts 1,700 times in the rarest class here
    assert loss.data == pytest.approx(float(mpmath.log1p(others / powers[label])), rel=1e-13)
    exact = [-others / sum(powers) if i == label else power / sum(powers) for i, power in enumerate(powers)]
    assert [v.grad for v in values] == pytest.approx([float(e) for e in exact], rel=1e-13)


@pytest.mark.parametrize(
    ("loss", "target"),
    [(squared_error, 0.7), (absolute_error, 0.7), (huber, 0.7), (hinge, 1), (binary_cross_entropy, 0.7)],
)
def test_slopes_agree_with_measured_ones(loss, target):
    for start in (-2.3, 0.2, 0.6, 3.1):
        assert gradcheck(lambda prediction: loss(prediction, target), [start])


def test_an_infinite_logit_that_is_right_costs_nothing_and_has_no_slope():
    for logit, target in ((math.inf, 1), (-math.inf, 0)):
        value = Value(logit)
        loss = binary_cross_entropy(value, target)
        loss.backward()
        assert (loss.data, value.grad) == (0.0, 0.0)
    logits = [Value(1.0), Value(-math.inf)]
    loss = cross_entropy(logits, 0)
    loss.backward()
    assert (loss.data, [v.grad for v in logits]) == (0.0, [0.0, 0.0])


def test_a_target_may_be_a_value_with_a_slope_of_its_own():
    target = Value(0.25)
    binary_cross_entropy(Value(2.0), target).backward()
    assert target.grad == pytest.approx(-2.0, rel=1e-15)
    margin = Value(1.0)
    hinge(Value(0.25), margin).backward()
    assert margin.grad == -0.25


def test_numpy_predictions_targets_and_labels_are_numbers():
    assert squared_error(np.array([3.0, 1.0]), np.array([1.0, 1.0])) == 2.0
    assert squared_error(np.float64(3.0), Value(1.0)).data == 4.0
    assert cross_entropy(np.array([0.0, 0.0]), np.int64(1)) == math.log(2.0)
    assert hinge(np.float32(0.25), np.int64(-1)) == 1.25


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: squared_error([1.0, 2.0], [1.0]), ValueError, "as many predictions as targets, got 2 and 1"),
        (lambda: squared_error([1.0], 1.0), TypeError, "takes two numbers or two lists, got list and float"),
        (lambda: huber(1.0, [1.0]), TypeError, "huber takes two numbers or two lists, got float and list"),
        (lambda: squared_error({1.0}, {1.0}), TypeError, "squared_error takes a real number, got set: {1.0}"),
        (lambda: cross_entropy({0: 1.0, 1: 2.0}, 0), TypeError, "takes a list of logits, .* got dict: {0: 1.0"),
        (lambda: cross_entropy(["a", 1.0], 0), TypeError, "cross_entropy takes a real number, got str: 'a'"),
        (lambda: absolute_error("a", 1.0), TypeError, "absolute_error takes a real number, got str: 'a'"),
        (lambda: squared_error([], []), ValueError, "mean takes at least one value, got none"),
        (lambda: huber(1.0, 0.0, delta=0.0), ValueError, "huber takes a finite delta above 0, got 0.0"),
        (lambda: huber(1.0, 0.0, delta=math.inf), ValueError, "huber takes a finite delta above 0, got inf"),
        (lambda: huber(1.0, 0.0, delta="1"), TypeError, "huber takes as delta a real number, got str: '1'"),
        (lambda: hinge(1.0, 0), ValueError, "hinge takes a target of -1 or 1, got 0.0"),
        (lambda: hinge(1.0, math.nan), ValueError, "hinge takes a target of -1 or 1, got nan"),
        (lambda: hinge([1.0], 1), TypeError, "hinge takes a real number, got list"),
        (lambda: binary_cross_entropy(1.0, -1), ValueError, "takes a target from 0 to 1, got -1.0"),
        (lambda: binary_cross_entropy(1.0, 1.1), ValueError, "takes a target from 0 to 1, got 1.1"),
        (lambda: binary_cross_entropy(1.0, math.nan), ValueError, "takes a target from 0 to 1, got nan"),
        (lambda: cross_entropy([1.0, 2.0], 2), ValueError, "a label of 2 classes is from 0 to 1, got 2"),
        (lambda: cross_entropy([1.0, 2.0], -1), ValueError, "a label of 2 classes is from 0 to 1, got -1"),
        (lambda: cross_entropy([], 0), ValueError, "cross_entropy takes at least one logit, got none"),
        (lambda: cross_entropy([1.0, 2.0], 1.0), TypeError, "a label is the whole number of a class, got float: 1.0"),
        (lambda: cross_entropy([1.0, 2.0], "a"), TypeError, "a label is the whole number of a class, got str: 'a'"),
        (lambda: cross_entropy(Value(1.0), 0), TypeError, "a list of logits, .* got Value: .* binary_cross_entropy"),
        (lambda: loss_function("squared_eror"), ValueError, "no loss 'squared_eror'; did you mean 'squared_error'"),
        (lambda: loss_function("zzz"), ValueError, "no loss 'zzz'; there are squared_error, .*, cross_entropy$"),
        (lambda: loss_function(2.0), TypeError, r"a function of \(prediction, target\) or its name, got float: 2.0"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_a_sentence(call, error, said):
    with pytest.raises(error, match=said):
        call()


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_teaches_a_small_network(name):
    X, y = [[0.0], [1.0]], [0, 1]
    targets = {"hinge": [-1, 1]}.get(name, y)
    model = MLP(1, [2] if name == "cross_entropy" else [1], rng=random.Random(1))
    history = fit(model, X, targets, loss=name, optimizer=SGD(model.parameters(), lr=0.2), epochs=200)
    assert history.losses[-1] < 0.25
