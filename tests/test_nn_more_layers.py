"""Layers for images and sequences: their slopes measured from outside, their numbers held against PyTorch's."""

import copy
import math
import pickle
import random

import pytest

import nn
from autograd import Value, gradcheck, jit

CHANCE = 1337


def numbers(*sizes, chance=None):
    chance = chance or random.Random(CHANCE)
    if not sizes:
        return chance.uniform(-1.0, 1.0)
    return [numbers(*sizes[1:], chance=chance) for _ in range(sizes[0])]


def flat(nested):
    return [x for item in nested for x in flat(item)] if isinstance(nested, list) else [nested]


def data(nested):
    return [x.data if isinstance(x, Value) else x for x in flat(nested)]


def weighed(nested):
    """One number that depends on every result in its own way."""
    return sum(math.sin(1.0 + i) * x for i, x in enumerate(flat(nested)))


LAYERS = {
    "Conv2d": (lambda rng: nn.Conv2d(2, 2, 2, activation="tanh", rng=rng), numbers(2, 3, 2)),
    "Conv2d, stride and padding": (lambda rng: nn.Conv2d(1, 2, 2, stride=2, padding=1, rng=rng), numbers(1, 3, 4)),
    "MaxPool2d": (lambda rng: nn.MaxPool2d(2), numbers(2, 4, 4)),
    "MaxPool2d, overlapping": (lambda rng: nn.MaxPool2d(3, stride=1), numbers(1, 4, 5)),
    "Flatten": (lambda rng: nn.Flatten(), numbers(2, 2, 3)),
    "LayerNorm": (lambda rng: nn.LayerNorm(5), numbers(5)),
    "RNN": (lambda rng: nn.RNN(2, 3, rng=rng), numbers(3, 2)),
    "RNN of one": (lambda rng: nn.RNN(1, 1, rng=rng), numbers(3, 1)),
    "GRU": (lambda rng: nn.GRU(1, 2, rng=rng), numbers(2, 1)),
    "LSTM": (lambda rng: nn.LSTM(1, 2, rng=rng), numbers(2, 1)),
    "Attention": (lambda rng: nn.Attention(2, heads=2, rng=rng), numbers(2, 2)),
    "Attention, causal": (lambda rng: nn.Attention(2, causal=True, rng=rng), numbers(2, 2)),
}


def with_numbers(nested, values):
    """Nested lists of the same shape, filled from an iterator."""
    return [with_numbers(item, values) for item in nested] if isinstance(nested, list) else next(values)


@pytest.mark.parametrize(("make", "x"), LAYERS.values(), ids=LAYERS)
def test_slopes_agree_with_finite_differences(make, x):
    layer = make(random.Random(CHANCE))
    parameters = layer.parameters()
    start = [p.data for p in parameters]

    def result(*operands):
        values = iter(operands)
        for place in places:
            place(next(values))
        return weighed(layer(with_numbers(x, values)))

    places = [setter(layer, p) for p in parameters]
    gradcheck(result, [*start, *flat(x)])


def setter(layer, parameter):
    """A function that puts another value where a layer holds a parameter."""

    def search(holder):
        for key, item in enumerate(holder) if isinstance(holder, list) else vars(holder).items():
            if item is parameter:
                return holder, key
            if isinstance(item, (list, nn.Module)) and (found := search(item)):
                return found
        return None

    holder, key = search(layer)

    def put(value):
        if isinstance(holder, list):
            holder[key] = value
        else:
            setattr(holder, key, value)

    return put


@pytest.mark.parametrize(("make", "x"), LAYERS.values(), ids=LAYERS)
def test_machine_code_gives_what_python_gives(make, x):
    pytest.importorskip("llvmlite")
    layer = make(random.Random(CHANCE))
    eager = weighed(layer(x))
    compiled = jit(lambda x: weighed(layer(x)))
    assert float(compiled(x).data if isinstance(compiled(x), Value) else compiled(x)) == pytest.approx(
        float(eager.data if isinstance(eager, Value) else eager), rel=1e-12
    )
    if layer.parameters():
        eager.backward()
        slopes = [p.grad for p in layer.parameters()]
        layer.zero_grad()
        compiled(x).backward()
        assert [p.grad for p in layer.parameters()] == pytest.approx(slopes, rel=1e-9, abs=1e-12)


def filled(torch, tensor, rows):
    with torch.no_grad():
        tensor.copy_(torch.tensor(rows, dtype=torch.float64).reshape(tensor.shape))


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1), (3, 2)])
def test_convolution_and_pooling_are_those_of_pytorch(stride, padding):
    torch = pytest.importorskip("torch")
    ours, x = nn.Conv2d(2, 3, 3, stride=stride, padding=padding, activation=None), numbers(2, 7, 6)
    theirs = torch.nn.Conv2d(2, 3, 3, stride=stride, padding=padding, dtype=torch.float64)
    filled(torch, theirs.weight, [[w.data for w in kernel] for kernel in ours.w])
    filled(torch, theirs.bias, [b.data for b in ours.b])
    results = theirs(torch.tensor(x, dtype=torch.float64))
    assert data(ours(x)) == pytest.approx(results.flatten().tolist(), rel=1e-10)
    pooled = torch.nn.MaxPool2d(2)(results)
    assert data(nn.MaxPool2d(2)(ours(x))) == pytest.approx(pooled.flatten().tolist(), rel=1e-10)
    weighed(nn.MaxPool2d(2)(ours(x))).backward()
    sum(math.sin(1.0 + i) * y for i, y in enumerate(pooled.flatten())).backward()
    slopes = [w.grad for kernel in ours.w for w in kernel]
    assert slopes == pytest.approx(theirs.weight.grad.flatten().tolist(), rel=1e-10, abs=1e-14)


def rows_of(layer, start, end, columns):
    """The weights of some neurons of a layer, in some columns."""
    return [[w.data for w in neuron.w[columns]] for neuron in layer.neurons[start:end]]


def biases_of(layer):
    return [neuron.b.data for neuron in layer.neurons]


@pytest.mark.parametrize("kind", ["RNN", "LSTM"])
def test_a_recurrent_layer_is_that_of_pytorch(kind):
    torch = pytest.importorskip("torch")
    ours, x = vars(nn)[kind](2, 3, rng=random.Random(CHANCE)), numbers(4, 2)
    for i, neuron in enumerate(ours.cell.neurons):
        neuron.b.data = 0.1 * i
    theirs = vars(torch.nn)[kind](2, 3, dtype=torch.float64)
    filled(torch, theirs.weight_ih_l0, rows_of(ours.cell, 0, None, slice(0, 2)))
    filled(torch, theirs.weight_hh_l0, rows_of(ours.cell, 0, None, slice(2, 5)))
    filled(torch, theirs.bias_ih_l0, biases_of(ours.cell))
    filled(torch, theirs.bias_hh_l0, [0.0] * len(ours.cell.neurons))
    expected, _ = theirs(torch.tensor(x, dtype=torch.float64))
    assert data(ours(x)) == pytest.approx(expected.flatten().tolist(), rel=1e-10)
    weighed(ours(x)).backward()
    sum(math.sin(1.0 + i) * y for i, y in enumerate(expected.flatten())).backward()
    slopes = [w.grad for neuron in ours.cell.neurons for w in neuron.w[:2]]
    assert slopes == pytest.approx(theirs.weight_ih_l0.grad.flatten().tolist(), rel=1e-10, abs=1e-14)


def test_a_gru_is_that_of_pytorch():
    torch = pytest.importorskip("torch")
    ours, x = nn.GRU(2, 3, rng=random.Random(CHANCE)), numbers(4, 2)
    for i, parameter in enumerate(ours.parameters()):
        parameter.data += 0.01 * i
    theirs = torch.nn.GRU(2, 3, dtype=torch.float64)
    inputs, hidden = slice(0, 2), slice(2, 5)
    everything = slice(None)
    filled(torch, theirs.weight_ih_l0, rows_of(ours.gates, 0, 6, inputs) + rows_of(ours.candidate, 0, 3, everything))
    filled(torch, theirs.weight_hh_l0, rows_of(ours.gates, 0, 6, hidden) + rows_of(ours.memory, 0, 3, everything))
    filled(torch, theirs.bias_ih_l0, biases_of(ours.gates) + biases_of(ours.candidate))
    filled(torch, theirs.bias_hh_l0, [0.0] * 6 + biases_of(ours.memory))
    expected, _ = theirs(torch.tensor(x, dtype=torch.float64))
    assert data(ours(x)) == pytest.approx(expected.flatten().tolist(), rel=1e-10)


@pytest.mark.parametrize("causal", [False, True])
def test_attention_is_that_of_pytorch(causal):
    torch = pytest.importorskip("torch")
    ours, x = nn.Attention(4, heads=2, causal=causal, rng=random.Random(CHANCE)), numbers(5, 4)
    theirs = torch.nn.MultiheadAttention(4, 2, dtype=torch.float64)
    parts = [ours.query, ours.key, ours.value]
    filled(torch, theirs.in_proj_weight, [row for part in parts for row in rows_of(part, 0, None, slice(None))])
    filled(torch, theirs.in_proj_bias, [b for part in parts for b in biases_of(part)])
    filled(torch, theirs.out_proj.weight, rows_of(ours.out, 0, None, slice(None)))
    filled(torch, theirs.out_proj.bias, biases_of(ours.out))
    sequence = torch.tensor(x, dtype=torch.float64)
    mask = torch.triu(torch.ones(5, 5, dtype=torch.bool), diagonal=1) if causal else None
    expected, _ = theirs(sequence, sequence, sequence, attn_mask=mask, need_weights=False)
    assert data(ours(x)) == pytest.approx(expected.flatten().tolist(), rel=1e-10)


def test_an_embedding_looks_up_and_learns_the_rows_that_were_asked_for():
    table = nn.Embedding(4, 2, rng=random.Random(CHANCE))
    assert data([table(2), table(0)]) == [p.data for p in [*table.w[2], *table.w[0]]]
    weighed([table(2), table(2)]).backward()
    assert [any(p.grad for p in row) for row in table.w] == [False, False, True, False]
    with pytest.raises(IndexError, match="from 0 to 3"):
        table(4)


def test_a_character_model_learns_as_machine_code():
    pytest.importorskip("llvmlite")
    text = [0, 1, 2, 3] * 10
    X = [[float(c) for c in text[i : i + 3]] for i in range(len(text) - 3)]
    y = text[3:]
    rng = random.Random(CHANCE)
    embedding, mlp = nn.Embedding(4, 3, rng=rng), nn.MLP(9, [8, 4], activation="tanh", rng=rng)
    model = nn.Sequential(lambda row: [x for c in row for x in embedding(c)], mlp)
    parameters = [*embedding.parameters(), *mlp.parameters()]
    nn.fit(model, X, y, loss="cross_entropy", optimizer=nn.Adam(parameters, lr=0.05), epochs=60, jit=True)
    assert nn.accuracy(model, X, y) == 1.0


def test_layer_norm_is_that_of_pytorch():
    torch = pytest.importorskip("torch")
    ours, x = nn.LayerNorm(6), numbers(6)
    for i, parameter in enumerate(ours.parameters()):
        parameter.data += 0.1 * i
    theirs = torch.nn.LayerNorm(6, dtype=torch.float64)
    filled(torch, theirs.weight, [w.data for w in ours.w])
    filled(torch, theirs.bias, [b.data for b in ours.b])
    expected = theirs(torch.tensor(x, dtype=torch.float64))
    assert data(ours(x)) == pytest.approx(expected.tolist(), rel=1e-10)


def test_layer_norm_of_what_does_not_vary_is_its_b_or_nan_without_eps():
    assert data(nn.LayerNorm(2)([3.0, 3.0])) == [0.0, 0.0]
    assert all(map(math.isnan, data(nn.LayerNorm(2, eps=0.0)([3.0, 3.0]))))


def test_an_lstm_goes_on_from_its_last_step():
    lstm, x = nn.LSTM(2, 3, rng=random.Random(CHANCE)), numbers(4, 2)
    h, c = [0.0] * 3, [0.0] * 3
    for step in x[:2]:
        h, c = lstm.step(step, h, c)
    assert data(lstm(x[2:], h, c)) == data(lstm(x)[2:])


@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU])
def test_a_recurrent_layer_goes_on_from_what_it_remembers(kind):
    layer, x = kind(2, 3, rng=random.Random(CHANCE)), numbers(4, 2)
    first = layer(iter(x[:2]))
    assert data(first + layer(x[2:], h=iter(first[-1]))) == data(layer(x))


@pytest.mark.parametrize(("make", "x"), LAYERS.values(), ids=LAYERS)
def test_inputs_may_be_arrays_or_come_one_by_one(make, x):
    numpy = pytest.importorskip("numpy")
    layer = make(random.Random(CHANCE))
    assert data(layer(numpy.array(x))) == data(layer(x))
    assert data(layer(iter(x))) == data(layer(x))


def test_an_image_may_come_row_by_row():
    layer = nn.Conv2d(1, 1, 2, rng=random.Random(CHANCE))
    x = numbers(1, 2, 3)
    assert data(layer(iter([map(iter, channel) for channel in x]))) == data(layer(x))


@pytest.mark.parametrize("make", [*(make for make, _ in LAYERS.values()), lambda rng: nn.Embedding(2, 2, rng=rng)])
def test_a_layer_is_pickled_and_copied_with_parameters_of_its_own(make):
    layer = make(random.Random(CHANCE))
    for copied in (pickle.loads(pickle.dumps(layer)), copy.deepcopy(layer)):
        assert (copied.state_dict(), repr(copied)) == (layer.state_dict(), repr(layer))
        assert not set(map(id, copied.parameters())) & set(map(id, layer.parameters()))


@pytest.mark.parametrize(
    ("layer", "names"),
    [
        (nn.Conv2d(1, 2, 1), ["w.0.0", "w.1.0", "b.0", "b.1"]),
        (nn.Embedding(2, 1), ["w.0.0", "w.1.0"]),
        (nn.LayerNorm(1), ["w.0", "b.0"]),
        (nn.RNN(1, 1), ["cell.neurons.0.w.0", "cell.neurons.0.w.1", "cell.neurons.0.b"]),
        (nn.Sequential(nn.Flatten(), nn.LayerNorm(1)), ["layers.1.w.0", "layers.1.b.0"]),
    ],
)
def test_parameters_have_names_that_say_where_they_are(layer, names):
    assert list(layer.state_dict()) == names


def test_layers_say_what_they_are():
    model = nn.Sequential(nn.Unflatten(1, 4, 4), nn.Conv2d(1, 2, 3, padding=1), nn.MaxPool2d(3, stride=1), nn.Flatten())
    assert repr(model) == (
        "Sequential(Unflatten(1, 4, 4), Conv2d(1, 2, 3, stride=1, padding=1), MaxPool2d(3, stride=1), Flatten())"
    )
    assert repr(nn.Attention(4, heads=2, causal=True)) == "Attention(4, heads=2, causal=True)"


def test_a_causal_attention_does_not_look_ahead():
    attention, x = nn.Attention(2, causal=True, rng=random.Random(CHANCE)), numbers(3, 2)
    before = list(map(data, attention(x)[:2]))
    x[2] = [100.0, -100.0]
    assert list(map(data, attention(x)[:2])) == before


def test_a_small_convolutional_network_learns():
    bars = [([1.0, 1.0, 0.0, 0.0] * 4, 1), ([0.0, 0.0, 1.0, 1.0] * 4, 1)]
    bars += [([1.0] * 8 + [0.0] * 8, 0), ([0.0] * 8 + [1.0] * 8, 0)]
    X, y = [row for row, _ in bars], [label for _, label in bars]
    rng = random.Random(CHANCE)
    model = nn.Sequential(
        nn.Unflatten(1, 4, 4), nn.Conv2d(1, 6, 2, rng=rng), nn.MaxPool2d(3), nn.Flatten(), nn.MLP(6, [1], rng=rng)
    )
    nn.fit(model, X, y, loss="binary_cross_entropy", optimizer=nn.Adam(model.parameters(), lr=0.05), epochs=150)
    assert nn.accuracy(model, X, y) == 1.0


def test_dropout_silences_a_share_and_keeps_the_mean():
    layer = nn.Dropout(0.3, rng=random.Random(CHANCE))
    passed = layer([1.0] * 10_000)
    assert passed.count(0.0) == pytest.approx(3000, abs=150)
    assert sum(passed) / len(passed) == pytest.approx(1.0, abs=0.03)
    assert layer.eval()([1.0, 2.0]) == [1.0, 2.0]


def test_dropout_silences_pixels_of_an_image_one_by_one():
    passed = nn.Dropout(0.5, rng=random.Random(CHANCE))([[[1.0] * 50, [1.0] * 50]])
    assert [len(passed), len(passed[0]), len(passed[0][0])] == [1, 2, 50]
    assert set(flat(passed)) == {0.0, 2.0}
    assert passed[0][0] != passed[0][1]


def test_learning_and_not_learning_reach_every_dropout_inside():
    inner, outer = nn.Dropout(0.9), nn.Dropout(0.9)
    model = nn.Sequential(outer, nn.Sequential(nn.Flatten(), inner))
    model.eval()
    assert [outer.training, inner.training, model([1.0] * 20)] == [False, False, [1.0] * 20]
    model.train()
    assert [outer.training, inner.training] == [True, True]
    assert 0.0 in model([1.0] * 20)


def test_dropout_is_not_frozen_into_machine_code():
    pytest.importorskip("llvmlite")
    rng = random.Random(CHANCE)
    model = nn.Sequential(nn.Dropout(0.5, rng=rng), nn.MLP(2, [1], rng=rng))
    given = {"optimizer": nn.SGD(model.parameters(), lr=0.1), "epochs": 1, "jit": True}
    with pytest.raises(TypeError, match=r"Dropout draws anew .* leave out jit=True, or call model.eval\(\) first"):
        nn.fit(model, [[1.0, 2.0]], [1.0], **given)
    nn.fit(model.eval(), [[1.0, 2.0]], [1.0], **given)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: nn.Conv2d(1, 1, 3)([[1.0]]), "an image is a list of channels"),
        (lambda: nn.Conv2d(2, 1, 1)([[[1.0]]]), "takes an image of 2 channels, got 1"),
        (lambda: nn.Conv2d(1, 1, 3)([[[1.0]]]), "squares of 3 x 3 do not fit into an image of 1 x 1"),
        (lambda: nn.Conv2d(1, 1, 1)([[[1.0], [1.0, 2.0]]]), "its rows of one width"),
        (lambda: nn.Conv2d(0, 1, 1), "in_channels is a whole number of at least 1"),
        (lambda: nn.MaxPool2d(2)([]), "of one height"),
        (lambda: nn.Unflatten(1, 2, 2)([1.0]), "Unflatten makes 1 x 2 x 2 of a row of 4, got 1"),
        (lambda: nn.Unflatten(), "at least one size"),
        (lambda: nn.Flatten()([1.0, [2.0]]), "nested lists of one depth"),
        (lambda: nn.RNN(2, 3)([1.0]), "a sequence is a list of steps"),
        (lambda: nn.RNN(2, 3)([[1.0]]), "every step of this sequence has 2 numbers, got 1 in step 0"),
        (lambda: nn.RNN(2, 3)([]), "a sequence has at least one step, got none"),
        (lambda: nn.RNN(0, 3), "inputs is a whole number of at least 1"),
        (lambda: nn.RNN(1, 3, activation="relu"), "unexpected keyword argument 'activation'"),
        (lambda: nn.Attention(4, heads=0), "heads is a whole number of at least 1"),
        (lambda: nn.LSTM(1, 2)([[1.0]], h=[0.0]), "a list of 2 numbers"),
        (lambda: nn.Attention(4, heads=3), "multiple of the heads"),
        (lambda: nn.LayerNorm(2)([1.0]), "takes 2 numbers, got 1"),
        (lambda: nn.Dropout(1.0), "the probability of silence"),
        (lambda: nn.Sequential(3), "a layer is a function"),
        (lambda: nn.Sequential(nn.Flatten), "a layer is made before it is given: write Flatten(...)"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(call, says):
    with pytest.raises((ValueError, TypeError)) as error:
        call()
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("make", "scopes"),
    [
        (lambda: nn.Conv2d(1, 2, 2), {"channels.0", "channels.1"}),
        (lambda: nn.LayerNorm(2), {"norm"}),
        (lambda: nn.Embedding(2, 1), {"symbols.0", "symbols.1"}),
        (lambda: nn.RNN(1, 1), {"cell.neurons.0"}),
        (lambda: nn.Attention(1), {f"{part}.neurons.0" for part in ("query", "key", "value", "out")}),
        (lambda: nn.Sequential(nn.Flatten(), nn.Layer(1, 1)), {"layers.1.neurons.0"}),
    ],
)
def test_parameters_know_the_part_they_belong_to(make, scopes):
    parameters = make().parameters()
    assert {p.scope for p in parameters} == scopes
    assert all(p.label for p in parameters)


def test_dropout_says_how_much_it_silences():
    assert repr(nn.Dropout(0.25)) == "Dropout(0.25)"


def test_weights_of_a_convolution_are_drawn_for_all_that_a_neuron_sees():
    fans = []

    def noted(fan_in, fan_out, rng):
        fans.append((fan_in, fan_out))
        return lambda: 0.5

    nn.Conv2d(3, 5, 2, init=noted)
    assert fans == [(3 * 2 * 2, 5 * 2 * 2)]
