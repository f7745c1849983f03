"""Each warning comes once, at the user's line, with what to do; and what may be meant is not warned of."""

import random
import warnings

import pytest

import nn
from autograd import Value, relu
from nn import MLP, SGD, Adam, Embedding, Layer, Module, Neuron, Sequential, TrainingWarning
from nn.advice import check_divergence, check_reach, check_scale
from nn.data import standardize


def one_warning(caught):
    """The message of the only warning, which names a line of this file."""
    assert [each.category for each in caught] == [TrainingWarning]
    assert caught[0].filename == __file__
    return str(caught[0].message)


@pytest.fixture
def caught():
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("default", TrainingWarning)
        yield seen


def test_the_category_is_one_for_users_and_nothing_else():
    assert issubclass(TrainingWarning, UserWarning)


# A second backward()


def test_a_second_backward_that_doubles_gradients_is_warned_of_once_for_a_line(caught):
    x = Value(3.0)
    y = x * x
    for _ in range(3):
        y.backward()
    assert x.grad == 18.0
    assert one_warning(caught) == (
        "backward() was called again on the same value, and its gradients were added to those of the first time: "
        "call it once, or zero_grad() in between"
    )


def test_a_loss_that_is_not_computed_anew_is_warned_of_though_gradients_are_zeroed(caught):
    neuron = Neuron(2, activation="tanh", rng=random.Random(1))
    loss = (neuron([1.0, 2.0]) - 1.0) ** 2
    optimizer = SGD(neuron.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert "compute the loss anew before each backward()" in one_warning(caught)


def test_another_backward_is_silent_where_it_may_be_meant():
    x = Value(3.0)
    hidden = x * x
    y, z = hidden.exp(), hidden.sin()
    y.backward()
    z.backward()  # another root of the same graph
    hidden.backward()  # a part of it
    x.grad = 0.0
    y.backward()  # begun again from 0, as a measurement of time does
    (y * 2.0).backward()  # what holds it
    x.backward()
    x.backward()  # a leaf
    y.grad = 1.0
    y.backward()  # by hand, as in the lecture


def test_accumulation_over_batches_is_silent():
    model = MLP(2, [3, 1], rng=random.Random(1))
    optimizer = Adam(model.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        for row in ([1.0, 2.0], [0.5, -1.0]):
            (model(row) ** 2).backward()
        optimizer.step()


# Steps without zero_grad


def descend(model, zero, steps=4, kind=SGD):
    optimizer = kind(model.parameters(), lr=0.01)
    for _ in range(steps):
        loss = (model([1.0, 2.0]) - 1.0) ** 2
        loss.backward()
        optimizer.step()
        zero(model, optimizer)


@pytest.mark.parametrize("kind", [SGD, Adam, nn.RMSProp, nn.Lion, nn.Adagrad, nn.AdamW])
def test_steps_without_zero_grad_are_warned_of_once(kind, caught):
    descend(MLP(2, [3, 1], activation="tanh", rng=random.Random(1)), lambda model, optimizer: None, kind=kind)
    assert "call zero_grad() before each backward()" in one_warning(caught)


def assign_zeros(model, optimizer):
    for p in model.parameters():
        p.grad = 0


def keep_half(model, optimizer):
    for p in model.parameters():
        p.grad *= 0.5


@pytest.mark.parametrize(
    "zero", [lambda m, o: o.zero_grad(), lambda m, o: m.zero_grad(), assign_zeros, keep_half],
    ids=["of the optimizer", "of the model", "by hand", "a share kept on purpose"],
)  # fmt: skip
def test_gradients_that_are_assigned_between_steps_are_silent(zero):
    descend(MLP(2, [3, 1], activation="tanh", rng=random.Random(1)), zero)


def test_two_steps_from_one_backward_are_silent():
    w = Value(1.0)
    (w * w).backward()
    optimizer = SGD([w], lr=0.1)
    optimizer.step()
    optimizer.step()
    w.grad = float("nan")
    optimizer.step()
    optimizer.step()


def test_two_optimizers_that_take_turns_are_silent():
    body, head = Layer(2, 2, activation="tanh", rng=random.Random(1)), Neuron(2, rng=random.Random(2))
    optimizers = [SGD(body.parameters(), lr=0.1), SGD(head.parameters(), lr=0.1)]
    for _ in range(3):
        for optimizer in optimizers:
            optimizer.zero_grad()
            (head(body([1.0, 2.0])) ** 2).backward()
            optimizer.step()


def test_a_step_leaves_the_gradients_and_walks_by_hand_as_they_were():
    x, twin = Value(3.0), Value(3.0)
    for leaf in (x, twin):
        leaf.grad = 1.0
    SGD([x], lr=0.0).step()
    for leaf in (x, twin):
        y = leaf * 2.0
        y.grad = 1.0
        y._backward()
        y.backward()
    assert x.grad == twin.grad == 3.0
    assert vars(x) == {}


# What fit looks at


class Forgetful(Module):
    """Has a layer, a list of neurons and a single value that it never uses, and a layer whose number it takes."""

    def __init__(self):
        rng = random.Random(1)
        self.used, self.forgotten = Layer(1, 1, nonlin=False, rng=rng), Layer(1, 2, rng=rng)
        self.spare, self.offset = [Neuron(1, rng=rng)], Value(0.0)
        self.frozen = Neuron(1, rng=rng)

    def __call__(self, x):
        return self.used(x) + self.frozen(x).data


def reach(model, loss, learnt=None):
    check_reach(model, model.parameters() if learnt is None else learnt, loss)


def test_what_the_loss_does_not_reach_is_named(caught):
    model = Forgetful()
    reach(model, model([1.0]) ** 2)
    assert one_warning(caught) == (
        "the loss does not reach forgotten, spare, offset, frozen of this Forgetful, so that it is never learnt: "
        "use it in the model, look for a .data on its way to the loss, or leave it out of the optimizer"
    )


def test_what_is_not_to_be_learnt_need_not_be_reached():
    model = Forgetful()
    reach(model, model([1.0]) ** 2, model.used.parameters())


def test_what_is_reached_by_a_slope_of_0_is_reached():
    model = MLP(1, [4, 1], activation="relu", rng=random.Random(1))
    for neuron in model.layers[0].neurons:
        neuron.b.data = -100.0
    reach(model, model([1.0]) * 0.0)
    reach(model, relu(model([1.0]) - 1e9))


def test_rows_of_a_table_may_wait_for_their_samples():
    class Words(Module):
        def __init__(self):
            self.table, self.out = Embedding(50, 2, rng=random.Random(1)), Layer(2, 1, rng=random.Random(2))
            self.own = [[Value(0.1), Value(0.2)] for _ in range(9)]

        def __call__(self, row):
            symbol = int(row[0])
            return self.out([a + b for a, b in zip(self.table(symbol), self.own[symbol], strict=True)])

    model = Words()
    reach(model, model([3.0]) ** 2)


def test_a_neuron_whose_branch_is_off_is_not_named():
    class Branching(Module):
        def __init__(self):
            self.units, self.out = Layer(1, 3, nonlin=False, rng=random.Random(1)), Neuron(3, rng=random.Random(1))

        def __call__(self, x):
            return self.out([z if z.data > 0.0 else 0.0 for z in self.units(x)])

    for start in (1.0, -1.0):
        model = Branching()
        reach(model, model([start]) ** 2)


def scale(model, rows):
    check_scale(rows, model(rows[0]) * 1.0)


YEARS = [[1950.0 + 3.0 * i, random.Random(i).gauss(0.0, 1.0)] for i in range(20)]


@pytest.mark.parametrize("form", ["dot", "mul"])
def test_a_column_of_a_far_scale_is_named_with_its_numbers(form, caught):
    w = Value(0.5)
    scale(MLP(2, [3, 1], rng=random.Random(1)) if form == "dot" else lambda x: w * x[0] + x[1], YEARS)
    said = one_warning(caught)
    assert said.startswith("column 0 of X has mean 1.98e+03 and deviation 17.3, too far from 0 and 1")
    assert "nn.data.standardize(X)" in said


def test_several_columns_are_counted(caught):
    scale(MLP(3, [1]), [[500.0, 0.1, -40.0], [510.0, 0.2, 45.0]])
    assert "column 0 of X (and 1 more) has mean 505" in one_warning(caught)


WITHOUT_ALARM = {
    "standardized": (MLP(2, [2, 1]), standardize(YEARS)),
    "the table of XOR": (MLP(2, [2, 1]), [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]),
    "iris in centimetres": (MLP(2, [2, 1]), [[5.1, 3.5], [7.9, 2.8], [6.2, 3.4]]),
    "sixteen shades of grey": (MLP(2, [2, 1]), [[16.0, 0.0], [16.0, 12.0]]),
    "a column of zeros": (MLP(2, [2, 1]), [[0.0, 0.0], [0.0, 0.0]]),
    "one outlier in a thousand": (MLP(1, [2, 1]), [[900.0], *[[0.1]] * 999]),
    "brought to scale by the model": (Sequential(lambda x: [each / 1000.0 for each in x], MLP(2, [1])), YEARS),
    "symbols": (Sequential(lambda x: int(x[0]), Embedding(3000, 2), Layer(2, 1)), [[2999.0], [1500.0]]),
    "features": (Sequential(lambda x: [Value(x[0]).sin()], Layer(1, 1)), [[100.0], [200.0]]),
    "nothing finite": (MLP(1, [1]), [[float("nan")], [float("inf")]]),
}


@pytest.mark.parametrize(("model", "rows"), WITHOUT_ALARM.values(), ids=WITHOUT_ALARM)
def test_what_is_near_enough_or_brought_to_scale_is_silent(model, rows):
    scale(model, rows)


def diverge(losses):
    for epoch in range(len(losses)):
        check_divergence(losses[: epoch + 1], lr=0.5)


def test_a_loss_that_grows_by_orders_is_warned_of_once_in_a_training(caught):
    diverge([50.0**epoch for epoch in range(12)])
    assert one_warning(caught) == (
        "the loss has grown from 1 to 6.25e+06: the learning rate 0.5 is too high for this loss; "
        "divide it by 10, or clip the gradients"
    )


def test_a_training_whose_rate_is_too_high_diverges_as_checked(caught):
    line = Neuron(1, nonlin=False, rng=random.Random(1))
    optimizer = SGD(line.parameters(), lr=0.3)
    diverge([optimizer.descend(lambda: (line([4.0]) - 8.0) ** 2).data for _ in range(9)])
    assert "the learning rate 0.5 is too high" in one_warning(caught)


@pytest.mark.parametrize(
    "losses",
    [
        [1.0] * 9,
        [1.0, 5e3, 5e3, 0.5, 5e3, 5e3, 0.5],  # leaps, and comes back
        [1e-12, 1e-8, 1e-6, 1e-5, 1e-4, 1e-3],  # shaken by the first steps of Adam, after a training that had ended
        [-5.0, 2.0, 3.0, 4.0, 5.0],  # a loss may be below 0
        [1.0, 2.0, 4.0, 8.0, 16.0, 32.0],
        [],
        [float("nan")] * 9,
    ],
)
def test_a_loss_that_need_not_diverge_is_silent(losses):
    diverge(losses)
