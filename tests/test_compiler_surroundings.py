"""What a compiled function reads besides its arguments: where that changed, it is traced again."""

import functools
import random
from typing import Any

import pytest

import autograd
import nn
from autograd import Value, jit
from autograd.compiler import making
from autograd.compiler.interpret import Interpreter

factor: Any = 2.0


@pytest.fixture(autouse=True)
def backend(monkeypatch):
    """Nothing here is about machine code, which takes longer to make."""
    monkeypatch.setattr(making, "compile_recording", lambda recording, team=None: Interpreter(recording))


def scaled(x):
    return x * factor


def replaced_bias(model):
    model.layers[0].neurons[1].b = Value(7.0)


def replaced_weight(model):
    model.layers[1].neurons[0].w[2] = Value(7.0)


def replaced_neuron(model):
    model.layers[0].neurons[0] = nn.Neuron(2, rng=random.Random(9))


def added_neuron(model):
    model.layers[1].neurons.append(nn.Neuron(3, rng=random.Random(9)))


def removed_layer(model):
    del model.layers[1]


@pytest.mark.parametrize("change", [replaced_bias, replaced_weight, replaced_neuron, added_neuron, removed_layer])
@pytest.mark.parametrize(
    "reached",
    [lambda model: lambda x: model(x), lambda model: model.__call__, lambda model: functools.partial(called, model),
     lambda model: lambda x, by={"name": (1, [model])}: by["name"][1][0](x), lambda model: autograd.grad(summed(model)),
     lambda model: jit(lambda x: model(x))],
    ids=["closure", "method", "partial", "default", "gradient", "jit"],
)  # fmt: skip
def test_a_part_of_a_model_that_was_replaced_is_seen(change, reached):
    model = nn.MLP(2, [3, 1], rng=random.Random(1))
    f = reached(model)
    compiled = jit(f)
    for _ in range(2):
        assert numbers(compiled([0.5, -1.0])) == pytest.approx(numbers(f([0.5, -1.0])))
    change(model)
    assert numbers(compiled([0.5, -1.0])) == pytest.approx(numbers(f([0.5, -1.0])))


def called(model, x):
    return model(x)


def summed(model):
    def f(x):
        y = model(x)
        return autograd.sum(y) if isinstance(y, list) else y

    return f


def numbers(result):
    return [part.data for part in result] if isinstance(result, list) else [result.data]


def test_a_name_that_stands_for_something_else_is_seen(monkeypatch):
    inner = lambda x: scaled(x) + 1.0
    compiled = jit(lambda x: inner(x))
    assert compiled(3.0) == 7.0
    monkeypatch.setitem(globals(), "factor", Value(5.0))
    y = compiled(3.0)
    y.backward()
    assert (y.data, factor.grad) == (16.0, 3.0)


def test_what_was_compiled_before_is_there_again(monkeypatch):
    calls = []
    compiled = jit(lambda x: [calls.append(1), scaled(x)][1])
    for number in (2.0, 3.0, 2.0, 3.0):
        monkeypatch.setitem(globals(), "factor", KNOWN[number])
        assert compiled(1.0) == number
    assert len(calls) == 2


KNOWN = {2.0: 2.0, 3.0: 3.0}


def test_a_name_that_is_gone_is_missed_as_in_eager_mode(monkeypatch):
    compiled = jit(scaled)
    compiled(1.0)
    monkeypatch.delitem(globals(), "factor")
    with pytest.raises(NameError, match="factor"):
        compiled(1.0)


def test_what_no_captured_value_is_in_is_not_looked_at():
    class Trainer:
        def __init__(self):
            self.model, self.step, self.losses = nn.Neuron(1, rng=random.Random(1)), 0, []

        def loss(self, x):
            calls.append(1)
            return self.model(x)

    calls: list[int] = []
    trainer = Trainer()
    compiled = jit(trainer.loss)
    for _ in range(3):
        trainer.losses.append(compiled([1.0]))
        trainer.step += 1
    assert len(calls) == 1


def test_parameters_that_learn_are_not_traced_again():
    model, calls = nn.MLP(2, [3, 1], rng=random.Random(1)), []
    compiled = jit(lambda x: [calls.append(1), model(x)][1])
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    for _ in range(3):
        model.zero_grad()
        compiled([1.0, 2.0]).backward()
        optimizer.step()
    assert len(calls) == 1


def test_a_name_of_pythons_own_that_was_given_to_something_else_is_seen():
    names = {}
    exec("def f(x): return abs(x) * 2.0", names)
    compiled = jit(names["f"])
    assert compiled(-3.0) == 6.0
    exec("def abs(x): return x", names)
    assert compiled(-3.0) == -6.0
    del names["abs"]
    assert compiled(-3.0) == 6.0
