"""Which part of a model each value belongs to, and how it gets its name: when it is made, or from outside."""

import copy
import pickle
import random
from itertools import pairwise

import pytest

import nn
from autograd import Value, detect_anomaly, export
from autograd.drawing.grouping.neurons import with_neurons_found
from autograd.drawing.grouping.scopes import ancestors, layer_of, scopes_of
from autograd.drawing.labels import names_given


def scopes_by_row(root: Value) -> list[tuple[str, str]]:
    graph = export(root)
    return [(str(node.row), scope) for node, scope in zip(graph, scopes_of(graph), strict=True) if node.row]


def scoped(data: float, scope: str, label: str = "") -> Value:
    value = Value(data, label=label)
    value.scope = scope
    return value


def test_a_network_names_its_parameters_when_it_is_made():
    model = nn.MLP(2, [3, 1])
    names = [(p.scope, p.label) for p in model.parameters()]
    assert names[:3] == [("layers.0.neurons.0", "w0"), ("layers.0.neurons.0", "w1"), ("layers.0.neurons.0", "b")]
    assert names[-1] == ("layers.1.neurons.0", "b")
    assert [f"{scope}.{label[0]}" for scope, label in names] == [
        ".".join(part for part in path.split(".")[:5]) for path, _ in model.named_parameters()
    ]


def test_a_neuron_and_a_layer_alone_have_names_too():
    assert {p.scope for p in nn.Neuron(2).parameters()} == {"neuron"}
    assert [p.scope for p in nn.Layer(1, 2).parameters()] == ["neurons.0"] * 2 + ["neurons.1"] * 2
    assert {p.scope.partition(".")[0] for p in nn.MLP(1, [1], scope="actor").parameters()} == {"actor"}


def test_the_parameters_of_a_neuron_share_the_text_of_their_scope():
    neuron = nn.MLP(2, [2]).layers[0].neurons[1]
    assert len({id(p.scope) for p in neuron.parameters()}) == 1


def test_running_a_network_names_nothing():
    result = nn.MLP(2, [2, 1])([1.0, 2.0])
    assert [node.scope for node in export(result) if node.row] == [""] * 5


def test_names_stay_with_copies_and_are_no_part_of_the_state():
    neuron = nn.Neuron(1)
    for twin in (copy.deepcopy(neuron), pickle.loads(pickle.dumps(neuron))):
        assert [(p.label, p.scope) for p in twin.parameters()] == [("w0", "neuron"), ("b", "neuron")]
    assert list(neuron.state_dict()) == ["w.0", "b"]


def test_an_anomaly_is_reported_by_the_name_of_the_parameter():
    neuron = nn.Neuron(1)
    neuron.w[0].data = float("inf")
    with detect_anomaly(), pytest.raises(FloatingPointError, match="w0=inf"):
        neuron([1.0])


def test_a_neuron_is_its_products_their_sum_and_its_activation():
    w, v, b = (scoped(0.5, "neurons.0") for _ in range(3))
    x, y = Value(1.0), Value(2.0)
    found = scopes_by_row((sum((w * x, v * y), b).tanh() * 3.0).exp())
    assert [row for row, scope in found if scope == "neurons.0"] == ["mul", "add", "mul", "add", "tanh"]
    assert found[-2:] == [("mul", ""), ("exp", "")]


@pytest.mark.parametrize("inputs", [[Value(1.0), Value(2.0)], [1.0, 2.0]], ids=["values", "numbers"])
def test_a_dot_product_and_its_activation_are_a_neuron(inputs: list[Value | float]):
    found = scopes_by_row(nn.Neuron(2, activation="tanh")(inputs))
    assert found == [("dot", "neuron"), ("tanh", "neuron")]


def test_what_a_loss_does_with_a_linear_neuron_is_no_part_of_it():
    score = nn.Neuron(1, nonlin=False)([1.0])
    for after in (score - 1.0, -score, score.exp(), score * 2.0, 1.0 - score):
        assert scopes_by_row(after)[1:] == [(str(after._row), "")]


def test_an_activation_is_in_its_neuron_only_if_nothing_else_uses_the_sum():
    total = nn.Neuron(1, nonlin=False)([1.0])
    assert ("tanh", "") in scopes_by_row(total.tanh() + total)


def test_a_penalty_on_weights_is_no_part_of_a_neuron():
    model = nn.MLP(2, [2, 1])
    penalty = sum(p * p for p in model.parameters()) + sum(abs(p) for p in model.parameters())
    assert {scope for _, scope in scopes_by_row(penalty)} == {""}
    assert {scope for _, scope in scopes_by_row(sum(p**2 for p in model.parameters()))} == {""}


def test_a_sum_over_samples_is_no_part_of_the_neuron_they_went_through():
    neuron = nn.Neuron(1, nonlin=False)
    total = neuron([1.0]) + neuron([2.0])
    assert scopes_by_row(total)[-1] == ("add", "")
    w, b = scoped(1.0, "neurons.0"), scoped(0.0, "neurons.0")
    assert scopes_by_row((w * Value(1.0) + b) + (w * Value(2.0) + b))[-1] == ("add", "")


def test_a_scope_that_a_value_was_given_counts():
    result = scoped(1.0, "neurons.0") * Value(2.0)
    result.scope = "mine"
    assert scopes_by_row(result) == [("mul", "mine")]


def test_parameters_of_two_scopes_leave_a_result_in_none_unless_one_is_deeper():
    assert scopes_by_row(scoped(1.0, "a") * scoped(2.0, "b")) == [("mul", "")]
    assert scopes_by_row(scoped(1.0, "layers.0.neurons.1") * scoped(2.0, "inputs") + Value(1.0))[0] == ("mul", "")
    third = Value(3.0)
    mixed = scoped(1.0, "layers.0.neurons.1")
    assert scopes_by_row(third * mixed) == [("mul", "layers.0.neurons.1")]


@pytest.mark.parametrize("scope", ["a", "a.0", "a.b", "0", "..", ".", "a..1", "1.2.3", ". .", "a." * 100, "é.\u0663"])
def test_any_text_is_a_scope(scope: str):
    found = ancestors(scope)
    assert found[-1] == scope
    assert all(scope.startswith(ancestor) for ancestor in found)
    assert isinstance(layer_of(scope), str)


def test_names_come_from_a_model_a_dictionary_or_variables():
    a, b = Value(1.0), Value(2.0)
    model = nn.MLP(1, [1])
    assert names_given({a: "first", b: "second"}) == {a: ("first", ""), b: ("second", "")}
    assert names_given({"a": a, "pair": [a, b], "n": 3, "Value": Value}) == {a: ("a", ""), b: ("pair1", "")}
    by_model, by_name = names_given(model), names_given({"critic": model})
    assert by_model[model.layers[0].neurons[0].w[0]] == ("w0", "layers.0.neurons.0")
    assert by_name[model.layers[0].neurons[0].b] == ("b", "critic.layers.0.neurons.0")


def test_a_module_of_plain_values_names_them_after_its_attributes():
    class Line(nn.Module):
        def __init__(self) -> None:
            self.slope, self.offset = Value(2.0), Value(1.0)

    line = Line()
    assert names_given(line) == {line.slope: ("slope", "Line"), line.offset: ("offset", "Line")}


def test_two_networks_in_one_module_are_kept_apart():
    class Pair(nn.Module):
        def __init__(self) -> None:
            self.actor, self.critic = nn.MLP(1, [1]), nn.MLP(1, [1])

    scopes = [scope for _, scope in names_given(Pair()).values()]
    assert sorted(set(scopes)) == ["actor.layers.0.neurons.0", "critic.layers.0.neurons.0"]


@pytest.mark.parametrize("labels", [3, "a", [Value(1.0)]])
def test_other_labels_are_refused_by_name(labels: object):
    with pytest.raises(TypeError, match=f"labels is .* got {type(labels).__name__}"):
        names_given(labels)


def neurons_written_out(shape: list[int], samples: int) -> Value:
    rng = random.Random(0)
    layers = [
        [([Value(rng.uniform(-1, 1)) for _ in range(fan_in)], Value(0.1)) for _ in range(fan_out)]
        for fan_in, fan_out in pairwise(shape)
    ]
    total = Value(0.0)
    for _ in range(samples):
        x = [Value(rng.uniform(-1, 1)) for _ in range(shape[0])]
        for layer in layers:
            x = [sum((w * v for w, v in zip(weights, x, strict=True)), bias).tanh() for weights, bias in layer]
        total = total + sum(x)
    return total


@pytest.mark.parametrize("samples", [1, 5])
def test_neurons_that_were_written_out_are_found_by_their_shape(samples: int):
    graph = with_neurons_found(export(neurons_written_out([3, 4, 2], samples)))
    found = [node.scope for node in graph if node.scope]
    assert len(found) == 4 * (3 + 1) + 2 * (4 + 1)
    assert len(set(found)) == 6
    scopes = scopes_of(graph)
    tanhs = [scope for node, scope in zip(graph, scopes, strict=True) if str(node.row) == "tanh"]
    assert len(tanhs) == 6 * samples
    assert "" not in tanhs


def test_no_neurons_are_found_where_values_have_scopes_or_nothing_has_their_shape():
    x, y = Value(1.0), Value(2.0)
    for root in (x * y + x, (x + y) * (x - y), neurons_written_out([1, 1], 1)):
        graph = export(root)
        assert with_neurons_found(graph) is graph


def test_what_only_some_samples_go_through_is_their_loss_and_no_activation():
    neuron = nn.Neuron(1, activation="linear")
    answers = [neuron([Value(x)]) for x in (1.0, 2.0, 3.0)]
    loss = answers[0].softplus() + (-answers[1]).softplus() + answers[2].softplus()
    assert {scope for row, scope in scopes_by_row(loss) if row in ("softplus", "neg", "add")} == {""}
    assert [scope for row, scope in scopes_by_row(loss) if row == "dot"] == ["neuron"] * 3
