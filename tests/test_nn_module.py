import copy
import json
import pickle
import random

import pytest

from autograd import Value
from nn import MLP, Layer, Module, Neuron


class Everything(Module):
    """Holds parameters in every way there is, and never calls `super().__init__()`."""

    def __init__(self):
        self.first = Value(1.0)
        self.listed = [Value(2.0), (Value(3.0), Value(4.0))]
        self.table = {"a": Value(5.0), 7: [Value(6.0)]}
        self.inner = Neuron(1)
        self._private = Value(-1.0)
        self.result = self.first * 2.0
        self.name, self.size, self.nothing = "everything", 3, None


def test_parameters_are_found_through_lists_tuples_dictionaries_and_modules_in_order_of_assignment():
    model = Everything()
    names = [name for name, _ in model.named_parameters()]
    assert names == ["first", "listed.0", "listed.1.0", "listed.1.1", "table.a", "table.7.0", "inner.w.0", "inner.b"]
    assert [p.data for p in model.parameters()[:6]] == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert model.parameters() == [parameter for _, parameter in model.named_parameters()]


def test_private_attributes_and_results_of_operations_are_not_parameters():
    model = Everything()
    assert model._private not in model.parameters()
    assert model.result not in model.parameters()


def test_a_shared_parameter_counts_once_under_its_first_name():
    model = Module()
    shared = Value(1.0)
    model.a, model.b = [shared, Value(2.0)], shared
    assert [name for name, _ in model.named_parameters()] == ["a.0", "a.1"]
    assert model.parameters()[0] is shared


def test_a_shared_module_and_a_module_that_knows_its_parent_count_once():
    parent, child = Module(), Neuron(1)
    parent.left = parent.right = child
    child.parent = parent
    assert [name for name, _ in parent.named_parameters()] == ["left.w.0", "left.b"]
    assert [name for name, _ in child.named_parameters()] == ["w.0", "b"]


def test_a_module_without_parameters_gives_an_empty_list_as_in_micrograd():
    assert Module().parameters() == []
    assert list(Module().named_parameters()) == []
    assert Module().state_dict() == {}


def test_names_of_an_mlp_lead_to_its_weights():
    model = MLP(2, [4, 1])
    named = dict(model.named_parameters())
    assert named["layers.0.neurons.3.w.0"] is model.layers[0].neurons[3].w[0]
    assert named["layers.0.neurons.3.b"] is model.layers[0].neurons[3].b
    assert list(named.values()) == model.parameters()


def test_parameters_of_an_mlp_come_neuron_by_neuron_weights_before_the_bias():
    model = MLP(2, [3, 1])
    as_in_micrograd = [p for layer in model.layers for neuron in layer.neurons for p in [*neuron.w, neuron.b]]
    assert model.parameters() == as_in_micrograd


class Chosen(Module):
    """Says itself what its parameters are, as classes written for micrograd do."""

    def __init__(self):
        self.kept, self._hidden, self.frozen, self.inner = Value(1.0), Value(2.0), Value(3.0), Neuron(1)

    def parameters(self):
        return [self._hidden, self.kept]


def test_a_list_of_parameters_of_its_own_is_respected_everywhere():
    chosen, parent = Chosen(), Module()
    parent.own, parent.chosen = Value(0.0), chosen
    assert parent.parameters() == [parent.own, chosen._hidden, chosen.kept]
    assert [name for name, _ in chosen.named_parameters()] == ["parameters.0", "kept"]
    assert [name for name, _ in parent.named_parameters()] == ["own", "chosen.parameters.0", "chosen.kept"]
    for value in (chosen.kept, chosen._hidden, chosen.frozen):
        value.grad = 5.0
    parent.zero_grad()
    chosen.zero_grad()
    assert [v.grad for v in (chosen.kept, chosen._hidden, chosen.frozen)] == [0.0, 0.0, 5.0]


def test_a_list_of_parameters_may_extend_the_usual_one():
    class Extended(Neuron):
        def __init__(self):
            super().__init__(1)
            self._extra = Value(1.0)

        def parameters(self):
            return [*super().parameters(), self._extra]

    assert [name for name, _ in Extended().named_parameters()] == ["w.0", "b", "parameters.2"]


def test_zero_grad_sets_every_gradient_to_zero():
    model = MLP(2, [3, 1], activation="tanh", rng=random.Random(1337))
    model([1.0, -2.0]).backward()
    assert any(p.grad for p in model.parameters())
    model.zero_grad()
    assert [p.grad for p in model.parameters()] == [0.0] * 13


def test_train_and_eval_reach_every_module_inside_and_give_the_module_back():
    parent = Module()
    parent.layers, parent.chosen = [MLP(1, [1])], Chosen()
    inside = [parent, parent.layers[0], parent.layers[0].layers[0].neurons[0], parent.chosen, parent.chosen.inner]
    assert [module.training for module in inside] == [True] * 5
    assert parent.eval() is parent
    assert [module.training for module in inside] == [False] * 5
    assert parent.train() is parent
    assert [module.training for module in inside] == [True] * 5


def test_a_state_is_plain_data_and_comes_back_through_json():
    model, other = MLP(2, [3, 1], rng=random.Random(1)), MLP(2, [3, 1], rng=random.Random(2))
    assert model.state_dict() != other.state_dict()
    other.load_state_dict(json.loads(json.dumps(model.state_dict())))
    assert model.state_dict() == other.state_dict()
    assert model([0.3, -0.7]).data == other([0.3, -0.7]).data


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"w.0": 9.0}, "this state does not fit a Neuron; missing: b$"),
        ({"w.0": 9.0, "b": 9.0, "w.1": 9.0}, "this state does not fit a Neuron; unexpected: w.1$"),
        ({"w.0": 9.0, "bias": 9.0}, "missing: b; unexpected: bias$"),
        ({"w.0": 9.0, "b": 9.0} | {str(i): 0.0 for i in range(10)}, "unexpected: 0, 1, 2, 3, 4, 5, 6, 7, and 2 more$"),
    ],
)
def test_a_state_with_other_names_is_refused_by_name_and_nothing_is_loaded(state, said):
    neuron = Neuron(1)
    before = neuron.state_dict()
    with pytest.raises(ValueError, match=said):
        neuron.load_state_dict(state)
    assert neuron.state_dict() == before


def test_a_state_with_something_that_is_not_a_number_is_refused_and_nothing_is_loaded():
    neuron = Neuron(1)
    before = neuron.state_dict()
    with pytest.raises(TypeError, match="the parameter b takes a real number, got str: 'one'"):
        neuron.load_state_dict({"w.0": 9.0, "b": "one"})
    assert neuron.state_dict() == before


def test_two_parameters_of_one_name_are_refused_rather_than_kept_as_one():
    model = Module()
    model.table = {1: Value(1.0), "1": Value(2.0)}
    with pytest.raises(ValueError, match=r"two parameters of this Module have the name 'table\.1'"):
        model.state_dict()
    with pytest.raises(ValueError, match=r"two parameters of this Module have the name 'table\.1'"):
        model.load_state_dict({"table.1": 1.0})


def test_the_repr_of_a_module_counts_its_parameters():
    assert repr(Everything()) == (
        "Everything(first: 1 parameter, listed: 3 parameters, table: 2 parameters, inner: 2 parameters)"
    )
    assert repr(Module()) == "Module()"


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copy_of_a_model_is_equal_and_independent(copied):
    model = MLP(2, [3, 1], activation="gelu", rng=random.Random(3))
    twin = copied(model)
    assert twin.state_dict() == model.state_dict()
    assert twin.layers[0].neurons[0].activation is model.layers[0].neurons[0].activation
    twin.parameters()[0].data = 9.0
    assert model.parameters()[0].data != 9.0


def test_layers_find_what_a_subclass_adds():
    class Scaled(Layer):
        def __init__(self):
            super().__init__(1, 1)
            self.scale = Value(1.0)

    assert [name for name, _ in Scaled().named_parameters()] == ["neurons.0.w.0", "neurons.0.b", "scale"]
