import math
import random
from fractions import Fraction

import numpy as np
import pytest
from micrograd.engine import Value as MicrogradValue
from micrograd.nn import MLP as MicrogradMLP

import autograd
from autograd import Value
from autograd.primitives import TABLE
from nn import MLP, Layer, Neuron


def test_a_neuron_is_one_dot_and_its_activation():
    neuron = Neuron(2, activation="tanh")
    x = [Value(0.5), Value(-1.5)]
    assert autograd.counts(neuron(x)) == {"leaf": 5, "dot": 1, "tanh": 1}
    assert neuron(x).data == math.tanh(neuron.w[0].data * 0.5 + neuron.w[1].data * -1.5 + neuron.b.data)
    linear = Neuron(2, nonlin=False)
    assert autograd.counts(linear(x)) == {"leaf": 5, "dot": 1}


def test_the_graph_of_a_neuron_has_its_weights_then_its_inputs_then_its_bias():
    neuron = Neuron(2, nonlin=False)
    x = [Value(0.5), Value(-1.5)]
    assert neuron(x).operands == (*neuron.w, *x, neuron.b)
    assert neuron([0.5, -1.5]).slopes == (0.5, -1.5, None, None, 1.0)


@pytest.mark.parametrize(
    "x",
    [
        [2.0, -3.0],
        (2.0, -3.0),
        [2, -3],
        [Value(2.0), Value(-3.0)],
        [Value(2.0), -3],
        np.array([2.0, -3.0]),
        list(np.array([2.0, -3.0])),
        np.array([2, -3]),
        np.array([Value(2.0), Value(-3.0)]),
        [Fraction(2), np.float32(-3.0)],
    ],
    ids=str,
)
def test_inputs_of_every_kind_give_the_same_numbers_and_gradients(x):
    model = MLP(2, [3, 1], activation="tanh", rng=random.Random(5))
    reference = MLP(2, [3, 1], activation="tanh", rng=random.Random(5))
    model(x).backward()
    expected = reference([Value(2.0), Value(-3.0)])
    expected.backward()
    assert model(x).data == expected.data
    assert [p.grad for p in model.parameters()] == [p.grad for p in reference.parameters()]


def test_a_generator_feeds_every_neuron_of_a_layer():
    layer = Layer(2, 3, rng=random.Random(5), nonlin=False)
    assert [v.data for v in layer(x for x in (1.0, 2.0))] == [v.data for v in layer([1.0, 2.0])]


def test_reprs_are_those_of_micrograd():
    assert repr(Neuron(2)) == "ReLUNeuron(2)"
    assert repr(Neuron(16, nonlin=False)) == "LinearNeuron(16)"
    assert repr(Layer(2, 2)) == "Layer of [ReLUNeuron(2), ReLUNeuron(2)]"
    assert repr(MLP(2, [16, 16, 1])) == repr(MicrogradMLP(2, [16, 16, 1]))


@pytest.mark.parametrize(
    ("activation", "title"),
    [
        ("relu", "ReLU"), ("tanh", "Tanh"), ("sigmoid", "Sigmoid"), ("gelu", "GELU"), ("leaky_relu", "LeakyReLU"),
        ("neg", "Neg"), (autograd.sin, "Sin"), ("linear", "Linear"), (None, "Linear"),
    ],
)  # fmt: skip
def test_a_neuron_is_called_after_its_activation(activation, title):
    assert repr(Neuron(2, activation=activation)) == f"{title}Neuron(2)"


def test_an_activation_given_by_name_is_the_row_itself():
    assert Neuron(1, activation="tanh").activation is autograd.tanh
    assert Neuron(1, activation=autograd.tanh).activation is autograd.tanh
    assert Neuron(1, activation="linear").activation is None


def test_an_operation_of_the_users_own_is_an_activation_by_its_name():
    @autograd.primitive(lambda z, x: 2.0 * x)
    def parabola(x):
        return x * x

    try:
        neuron = Neuron(1, activation="parabola", rng=random.Random(1))
        assert repr(neuron) == "ParabolaNeuron(1)"
        assert neuron([3.0]).data == (neuron.w[0].data * 3.0) ** 2
    finally:
        del TABLE["parabola"]


def test_nonlin_may_be_changed_later_as_in_micrograd():
    neuron = Neuron(1)
    neuron.w[0].data = -1.0
    assert neuron([2.0]).data == 0.0
    neuron.nonlin = False
    assert neuron([2.0]).data == -2.0
    assert repr(neuron) == "LinearNeuron(1)"


def test_the_last_layer_of_an_mlp_may_be_given_the_activation_of_the_others_later():
    model = MLP(2, [2, 1], rng=random.Random(1))
    model.layers[-1].neurons[0].nonlin = True
    assert repr(model.layers[-1]) == "Layer of [ReLUNeuron(2)]"
    assert isinstance(model([1.0, 2.0]), Value)


def test_an_mlp_is_linear_at_the_end_and_has_the_activation_elsewhere():
    model = MLP(2, [3, 2, 1], activation="tanh")
    assert [neuron.nonlin for layer in model.layers for neuron in layer.neurons] == [True] * 5 + [False]
    assert (
        repr(MLP(1, [1, 1], output_activation="sigmoid"))
        == "MLP of [Layer of [ReLUNeuron(1)], Layer of [SigmoidNeuron(1)]]"
    )


def test_one_output_is_a_bare_value_and_several_are_a_list():
    assert isinstance(MLP(2, [3, 1])([1.0, 2.0]), Value)
    assert len(MLP(2, [3, 2])([1.0, 2.0])) == 2
    assert isinstance(Layer(2, 1)([1.0, 2.0]), Value)


def test_a_hidden_layer_may_have_a_single_neuron():
    model = MLP(1, [1, 1], rng=random.Random(2), activation=None)
    first, second = (layer.neurons[0].w[0].data for layer in model.layers)
    assert model([3.0]).data == second * (first * 3.0)


def test_weights_are_drawn_by_the_global_random_in_the_order_of_micrograd():
    random.seed(1337)
    ours = MLP(3, [4, 4, 1])
    after_ours = random.random()
    random.seed(1337)
    theirs = MicrogradMLP(3, [4, 4, 1])
    after_theirs = random.random()
    assert [p.data for p in ours.parameters()] == [p.data for p in theirs.parameters()]
    assert after_ours == after_theirs


def test_values_and_gradients_are_those_of_micrograd():
    random.seed(7)
    ours = MLP(3, [4, 4, 1])
    random.seed(7)
    theirs = MicrogradMLP(3, [4, 4, 1])
    x = [0.4, -1.1, 0.9]
    our_result, their_result = ours(x), theirs(list(map(MicrogradValue, x)))
    our_result.backward()
    their_result.backward()
    assert our_result.data == pytest.approx(their_result.data, rel=1e-14)
    assert [p.grad for p in ours.parameters()] == pytest.approx([p.grad for p in theirs.parameters()], rel=1e-13)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "softplus", "gelu", "silu"])
def test_gradients_of_an_mlp_agree_with_five_point_differences(activation):
    model = MLP(3, [4, 3, 2], activation=activation, output_activation="tanh", rng=random.Random(11))
    x = [Value(0.3), Value(-0.8), Value(1.1)]

    def total():
        first, second = model([*x])
        return first * 2.0 - second * first

    total().backward()
    h = 1e-3
    for value in [*model.parameters(), *x]:
        at, around = value.data, {}
        for k in (-2, -1, 1, 2):
            value.data = at + k * h
            around[k] = total().data
        value.data = at
        measured = (around[-2] - 8.0 * around[-1] + 8.0 * around[1] - around[2]) / (12.0 * h)
        assert value.grad == pytest.approx(measured, rel=1e-8, abs=1e-11)


@pytest.mark.parametrize(
    ("x", "error", "said"),
    [
        ([1.0], ValueError, "this neuron takes 2 inputs, got 1"),
        ([1.0, 2.0, 3.0], ValueError, "this neuron takes 2 inputs, got 3"),
        ([], ValueError, "this neuron takes 2 inputs, got 0"),
        ((1.0, 2.0, 3.0), ValueError, "this neuron takes 2 inputs, got 3"),
        (1.0, TypeError, r"a neuron takes a list of inputs, got float: 1.0; a single input is written \[x\]"),
        (Value(1.0), TypeError, r"a neuron takes a list of inputs, got Value: Value\(data=1.0, grad=0.0\); a single"),
        ("ab", TypeError, "a neuron takes a list of inputs, got str: 'ab'"),
        (b"ab", TypeError, "a neuron takes a list of inputs, got bytes: b'ab'"),
        ({1.0, 2.0}, TypeError, "a neuron takes a list of inputs, got set: {1.0, 2.0}"),
        ({1.0: 3.0, 2.0: 4.0}, TypeError, "a neuron takes a list of inputs, got dict"),
        (("a", "b"), TypeError, "a neuron takes a real number, got str: 'a'"),
        (["a", "b"], TypeError, "dot takes a real number, got str: 'a'"),
        (np.zeros((2, 2)), TypeError, "a neuron takes a real number, got ndarray"),
    ],
)
def test_wrong_inputs_are_refused_with_a_sentence(x, error, said):
    for model in (Neuron(2), Layer(2, 3), MLP(2, [3, 1])):
        with pytest.raises(error, match=said):
            model(x)


def test_a_single_input_is_not_taken_for_a_list_of_one():
    with pytest.raises(TypeError, match=r"a single input is written \[x\]"):
        Neuron(1)(Value(2.0))


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda: MLP(0, []), ValueError, "the number of inputs is a whole number of at least 1, got 0"),
        (
            lambda: MLP(2, []),
            ValueError,
            r"an MLP takes at least one layer size, as in MLP\(2, \[16, 16, 1\]\), got \[\]",
        ),
        (lambda: MLP(2, 16), TypeError, r"an MLP takes a list of layer sizes, as in \[16, 16, 1\], got int: 16"),
        (lambda: MLP(2, "16"), TypeError, "an MLP takes a list of layer sizes, .* got str: '16'"),
        (lambda: MLP(2, b"16"), TypeError, "an MLP takes a list of layer sizes, .* got bytes: b'16'"),
        (lambda: MLP(2, {16, 1}), TypeError, "an MLP takes a list of layer sizes, .* got set"),
        (lambda: MLP(2, [4, 0]), ValueError, "the size of a layer is a whole number of at least 1, got 0"),
        (lambda: MLP(2, [4, -1]), ValueError, "the size of a layer is a whole number of at least 1, got -1"),
        (lambda: MLP(2, [4, 1.0]), TypeError, "the size of a layer is a whole number, got float: 1.0"),
        (lambda: MLP(True, [1]), TypeError, "the number of inputs is a whole number, got bool: True"),
        (lambda: Layer(2, False), TypeError, "the size of a layer is a whole number, got bool: False"),
        (lambda: Layer(2, -3), ValueError, "the size of a layer is a whole number of at least 1, got -3"),
        (lambda: Neuron(0), ValueError, "the number of inputs is a whole number of at least 1, got 0"),
        (lambda: Neuron("2"), TypeError, "the number of inputs is a whole number, got str: '2'"),
        (lambda: Neuron(2, activation="tahn"), ValueError, "there is no activation 'tahn'; did you mean .*'tanh'"),
        (lambda: Neuron(2, activation="zzzz"), ValueError, "there is no activation 'zzzz'; there are neg, .*relu"),
        (lambda: Neuron(2, activation="add"), ValueError, "there is no activation 'add'"),
        (
            lambda: Neuron(2, activation=autograd.add),
            TypeError,
            "an operation of one operand or its name, got Primitive",
        ),
        (lambda: Neuron(2, activation=math.tanh), TypeError, "operation of one operand or its name, got builtin"),
        (
            lambda: Neuron(2, init="he_nomal"),
            ValueError,
            "there is no initialiser 'he_nomal'; did you mean 'he_normal'",
        ),
        (
            lambda: Neuron(2, init=0.5),
            TypeError,
            r"an initialiser is a function of \(fan_in, .* got float: 0.5",
        ),
        (lambda: Neuron(2, init=lambda *given: 0.5), TypeError, "what an initialiser gives is a function of .* 0.5"),
        (lambda: Neuron(2, rng=1337), TypeError, "rng takes a random.Random or None, got int: 1337; a seed s is"),
        (lambda: MLP(2, [1], output_activation="sigmod"), ValueError, "no activation 'sigmod'; did you mean 'sigmoid'"),
    ],
)
def test_a_network_that_makes_no_sense_is_refused_with_a_sentence(make, error, said):
    with pytest.raises(error, match=said):
        make()


def test_sizes_may_be_numpy_integers_and_any_sequence():
    assert repr(MLP(np.int64(2), (np.int32(1),))) == "MLP of [Layer of [LinearNeuron(2)]]"


def test_an_array_is_no_activation():
    with pytest.raises(TypeError, match="an activation is an operation of one operand or its name, got ndarray"):
        MLP(1, [1], activation=np.array([]))
