"""Each optimiser against its formula as PyTorch documents it, written here a second time."""

import copy
import json
import math
import pickle

import pytest

from autograd import Value
from nn import LBFGS, SGD, Adagrad, Adam, AdamW, ByNorm, Lion, Module, Neuron, Optimizer, RMSProp
from nn.optim.lbfgs import Point, between, strong_wolfe

START, CENTRE, STEEPNESS = [1.0, -2.0, 0.3], [0.5, 1.0, -0.7], [1.0, 0.2, 3.0]


def gradient(p):
    return [2.0 * k * (value - c) for value, c, k in zip(p, CENTRE, STEEPNESS, strict=True)]


def sgd(lr, momentum=0.0, nesterov=False, weight_decay=0.0):
    p, buffer = list(START), None
    while True:
        g = [gi + weight_decay * pi for gi, pi in zip(gradient(p), p, strict=True)]
        if momentum:
            buffer = list(g) if buffer is None else [momentum * b + gi for b, gi in zip(buffer, g, strict=True)]
            g = [gi + momentum * b for gi, b in zip(g, buffer, strict=True)] if nesterov else buffer
        p = [pi - lr * gi for pi, gi in zip(p, g, strict=True)]
        yield p


def adam(lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, decoupled=False):
    p, m, v, t = list(START), [0.0] * 3, [0.0] * 3, 0
    while True:
        t += 1
        g = gradient(p)
        if decoupled:
            p = [pi - lr * weight_decay * pi for pi in p]
        else:
            g = [gi + weight_decay * pi for gi, pi in zip(g, p, strict=True)]
        m = [betas[0] * mi + (1 - betas[0]) * gi for mi, gi in zip(m, g, strict=True)]
        v = [betas[1] * vi + (1 - betas[1]) * gi**2 for vi, gi in zip(v, g, strict=True)]
        m_hat = [mi / (1 - betas[0] ** t) for mi in m]
        v_hat = [vi / (1 - betas[1] ** t) for vi in v]
        p = [pi - lr * mi / (math.sqrt(vi) + eps) for pi, mi, vi in zip(p, m_hat, v_hat, strict=True)]
        yield p


def rmsprop(lr=0.01, alpha=0.99, eps=1e-8, momentum=0.0, weight_decay=0.0):
    p, v, buffer = list(START), [0.0] * 3, [0.0] * 3
    while True:
        g = [gi + weight_decay * pi for gi, pi in zip(gradient(p), p, strict=True)]
        v = [alpha * vi + (1 - alpha) * gi**2 for vi, gi in zip(v, g, strict=True)]
        scaled = [gi / (math.sqrt(vi) + eps) for gi, vi in zip(g, v, strict=True)]
        if momentum:
            buffer = [momentum * b + s for b, s in zip(buffer, scaled, strict=True)]
            scaled = buffer
        p = [pi - lr * s for pi, s in zip(p, scaled, strict=True)]
        yield p


def adagrad(lr=0.01, lr_decay=0.0, eps=1e-10, weight_decay=0.0):
    p, total, t = list(START), [0.0] * 3, 0
    while True:
        g = [gi + weight_decay * pi for gi, pi in zip(gradient(p), p, strict=True)]
        total = [ti + gi * gi for ti, gi in zip(total, g, strict=True)]
        rate = lr / (1 + t * lr_decay)
        p = [pi - rate * gi / (math.sqrt(ti) + eps) for pi, gi, ti in zip(p, g, total, strict=True)]
        t += 1
        yield p


def lion(lr=0.0001, betas=(0.9, 0.99), weight_decay=0.0):
    p, m = list(START), [0.0] * 3
    while True:
        g = gradient(p)
        along = [math.copysign(1.0, betas[0] * mi + (1 - betas[0]) * gi) for mi, gi in zip(m, g, strict=True)]
        m = [betas[1] * mi + (1 - betas[1]) * gi for mi, gi in zip(m, g, strict=True)]
        p = [pi - lr * (a + weight_decay * pi) for pi, a in zip(p, along, strict=True)]
        yield p


CASES = [
    (SGD, sgd, {"lr": 0.05}),
    (SGD, sgd, {"lr": 0.05, "weight_decay": 0.3}),
    (SGD, sgd, {"lr": 0.05, "momentum": 0.9}),
    (SGD, sgd, {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.3}),
    (SGD, sgd, {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.3}),
    (Adam, adam, {}),
    (Adam, adam, {"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.3}),
    (AdamW, lambda **named: adam(decoupled=True, **({"weight_decay": 0.01} | named)), {}),
    (AdamW, lambda **named: adam(decoupled=True, **named), {"lr": 0.1, "betas": (0.8, 0.95), "weight_decay": 0.3}),
    (Adagrad, adagrad, {}),
    (Adagrad, adagrad, {"lr": 0.5, "lr_decay": 0.1, "eps": 1e-3, "weight_decay": 0.3}),
    (Lion, lion, {}),
    (Lion, lion, {"lr": 0.05, "betas": (0.8, 0.95), "weight_decay": 0.3}),
    (RMSProp, rmsprop, {}),
    (RMSProp, rmsprop, {"lr": 0.05, "alpha": 0.9, "eps": 1e-4, "weight_decay": 0.3}),
    (RMSProp, rmsprop, {"lr": 0.05, "alpha": 0.9, "momentum": 0.8, "weight_decay": 0.3}),
]
EVERY = [(SGD, {"lr": 0.1}), (Adam, {}), (AdamW, {}), (RMSProp, {}), (Adagrad, {}), (Lion, {})]


def descend(optimizer):
    optimizer.zero_grad()
    error = [(p - c) ** 2 * k for p, c, k in zip(optimizer.parameters, CENTRE, STEEPNESS, strict=True)]
    sum(error).backward()
    optimizer.step()
    return [p.data for p in optimizer.parameters]


@pytest.mark.parametrize(("kind", "formula", "named"), CASES)
def test_thirty_steps_follow_the_published_formula(kind, formula, named):
    optimizer = kind([Value(p) for p in START], **named)
    for step, expected in zip(range(30), formula(**named), strict=False):
        assert descend(optimizer) == pytest.approx(expected, rel=1e-12, abs=1e-12), f"step {step}"


def test_the_first_steps_are_those_computed_by_hand():
    w = Value(1.0)
    optimizer = SGD([w], lr=0.5, momentum=0.5)
    seen = []
    for _ in range(3):
        w.grad = 1.0
        optimizer.step()
        seen.append(w.data)
    assert seen == [0.5, -0.25, -1.125]  # m is 1, 1.5, 1.75
    w = Value(1.0)
    w.grad = 1e-3
    Adam([w], lr=0.5, eps=0.0).step()
    assert w.data == pytest.approx(0.5, rel=1e-15)  # the first step has length lr, however small the gradient


@pytest.mark.parametrize(("kind", "named"), EVERY)
def test_going_on_from_a_state_gives_the_steps_that_were_left(kind, named):
    first = kind([Value(p) for p in START], **named)
    for _ in range(5):
        descend(first)
    second = kind([Value(p.data) for p in first.parameters], **named)
    second.load_state_dict(json.loads(json.dumps(first.state_dict())))
    assert [descend(first) for _ in range(5)] == [descend(second) for _ in range(5)]


@pytest.mark.parametrize(("kind", "named"), EVERY)
def test_a_state_is_a_copy(kind, named):
    optimizer = kind([Value(p) for p in START], **named)
    state = optimizer.state_dict()
    before = json.dumps(state)
    optimizer.load_state_dict(state)
    descend(optimizer)
    assert json.dumps(state) == before


@pytest.mark.parametrize(("kind", "named"), EVERY)
def test_the_learning_rate_may_be_assigned_and_nothing_moves_at_zero(kind, named):
    optimizer = kind([Value(p) for p in START], **named)
    optimizer.lr = 0
    assert descend(optimizer) == START
    optimizer.lr = 0.25
    assert descend(optimizer) != START
    with pytest.raises(ValueError, match=r"lr is a finite number of at least 0, got -0\.1"):
        optimizer.lr = -0.1
    assert optimizer.lr == 0.25


@pytest.mark.parametrize(("kind", "named"), EVERY)
def test_parameters_may_be_a_generator_and_count_once(kind, named):
    shared = Value(1.0)
    optimizer = kind((v for v in (shared, Value(2.0), shared)), **named)
    assert [v.data for v in optimizer.parameters] == [1.0, 2.0]
    model = Neuron(3)
    assert kind((p for _, p in model.named_parameters()), **named).parameters == model.parameters()


@pytest.mark.parametrize(("kind", "named"), EVERY)
def test_nothing_is_hung_on_the_parameters(kind, named):
    optimizer = kind([Value(p) for p in START], **named)
    descend(optimizer)
    assert [vars(p) for p in optimizer.parameters] == [{}, {}, {}]


@pytest.mark.parametrize(("kind", "named"), EVERY)
@pytest.mark.parametrize(
    ("parameters", "error", "said"),
    [
        ([], ValueError, "takes at least one parameter, got none"),
        (Module().parameters(), ValueError, "takes at least one parameter, got none"),
        ([1.0], TypeError, "takes values as parameters, got float: 1.0"),
        ([Value(1.0), None], TypeError, "takes values as parameters, got NoneType: None"),
        (Neuron(2), TypeError, r"takes parameters, got a Neuron: write \w+\(model\.parameters\(\)\)"),
        (Value(1.0), TypeError, "takes a list of values, got Value"),
        ({Value(1.0)}, TypeError, r"takes a list of values, got set: .*; those of a model are model\.parameters\(\)"),
        ([Value(1.0) * 2.0], ValueError, "takes parameters, got a result of mul"),
    ],
)
def test_what_cannot_be_a_parameter_is_refused_with_a_sentence(kind, named, parameters, error, said):
    with pytest.raises(error, match=f"^{kind.__name__} {said}"):
        kind(parameters, **named)


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda w: SGD(w, lr=-0.1), ValueError, r"lr is a finite number of at least 0, got -0\.1"),
        (lambda w: SGD(w, lr=math.nan), ValueError, "lr is a finite number of at least 0, got nan"),
        (lambda w: SGD(w, lr=math.inf), ValueError, "lr is a finite number of at least 0, got inf"),
        (lambda w: SGD(w, lr="0.1"), TypeError, "lr is a real number, got str: '0.1'"),
        (lambda w: SGD(w, lr=0.1, momentum=-1), ValueError, "momentum is a finite number of at least 0, got -1"),
        (lambda w: SGD(w, lr=0.1, weight_decay=-1), ValueError, "weight_decay is a finite number of at least 0, got"),
        (lambda w: SGD(w, lr=0.1, nesterov=True), ValueError, "momentum is 0: give one, such as momentum=0.9"),
        (lambda w: Adam(w, betas=(0.9, 1.0)), ValueError, "betas is a share from 0 to below 1, got 1.0"),
        (lambda w: Adam(w, betas=0.9), TypeError, "betas is a pair of numbers, got 0.9"),
        (lambda w: AdamW(w, betas=(0.9,)), TypeError, r"betas is a pair of numbers, got \(0.9,\)"),
        (lambda w: AdamW(w, eps=-1e-8), ValueError, "eps is a finite number of at least 0, got -1e-08"),
        (lambda w: RMSProp(w, alpha=-0.1), ValueError, "alpha is a share from 0 to below 1, got -0.1"),
        (lambda w: Optimizer(w, lr=0.1).step(), NotImplementedError, "Optimizer does not say where a parameter moves"),
    ],
)  # fmt: skip
def test_hyperparameters_that_make_no_sense_are_refused_with_a_sentence(make, error, said):
    with pytest.raises(error, match=said):
        make([Value(1.0)])


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({}, "the state of a SGD holds lr, steps, .*; this one holds nothing"),
        (Adam([Value(1.0)]).state_dict(), "this one holds lr, steps, beta1, beta2"),
        (SGD([Value(1.0), Value(2.0)], lr=9.0).state_dict(), r"m is a list of 1 number here, got list: \[0.0, 0.0\]"),
        (SGD([Value(1.0)], lr=9.0).state_dict() | {"m": 0.0}, "m is a list of 1 number here, got float: 0.0"),
        (SGD([Value(1.0)], lr=9.0).state_dict() | {"nesterov": "no"}, "nesterov is True or False, got str: 'no'"),
        (SGD([Value(1.0)], lr=9.0).state_dict() | {"lr": -1.0}, "lr is a finite number of at least 0"),
        (dict(reversed((SGD([Value(1.0)], lr=9.0).state_dict() | {"lr": -1.0}).items())), "lr is a finite number"),
        (SGD([Value(1.0)], lr=9.0).state_dict() | {"m": ["a"]}, "m holds a real number, got str: 'a'"),
        (SGD([Value(1.0)], lr=9.0).state_dict() | {"momentum": "a"}, "momentum is a real number, got str: 'a'"),
        (SGD([Value(1.0)], lr=9.0).state_dict() | {"steps": -1}, "steps is a whole number of at least 0, got -1"),
        (None, "a state is a dictionary, as state_dict.. gives it, got NoneType: None"),
        ([], "a state is a dictionary, as state_dict.. gives it, got list"),
    ],
)
def test_a_state_that_does_not_fit_is_refused_and_nothing_is_loaded(state, said):
    optimizer = SGD([Value(1.0)], lr=0.5)
    before = optimizer.state_dict()
    with pytest.raises((TypeError, ValueError), match=said):
        optimizer.load_state_dict(state)
    assert optimizer.state_dict() == before


@pytest.mark.parametrize("kind", [SGD, LBFGS])
@pytest.mark.parametrize(
    ("loss", "said"),
    [
        (Value(1.0), "a loss is a function of no arguments that gives a value, got Value"),
        (lambda: 5.0, "a loss is a value made of the parameters, got float: 5.0"),
        (lambda: [Value(1.0)], "a loss is a value made of the parameters, got list"),
    ],
)
def test_what_cannot_be_descended_is_refused_with_a_sentence(kind, loss, said):
    w = Value(3.0)
    w.grad = 2.0
    with pytest.raises(TypeError, match=said):
        kind([w], lr=0.1).descend(loss)
    assert (w.data, w.grad) == (3.0, 2.0)


def test_a_model_and_its_optimiser_are_pickled_and_copied_together():
    model = Neuron(2)
    optimizer = Adam(model.parameters())
    for copied in (pickle.loads(pickle.dumps((model, optimizer))), copy.deepcopy((model, optimizer))):
        assert list(map(id, copied[1].parameters)) == list(map(id, copied[0].parameters()))
        assert copied[1].state_dict() == optimizer.state_dict()
        assert not {id(p) for p in copied[1].parameters} & {id(p) for p in optimizer.parameters}


def test_an_optimiser_says_what_it_is():
    optimizer = Adam(Neuron(2).parameters(), lr=0.5)
    optimizer.step()
    assert repr(optimizer) == "<Adam of 3 parameters, lr=0.5, steps=1>"
    assert repr(SGD([Value(1.0)], lr=1e-3)) == "<SGD of 1 parameter, lr=0.001, steps=0>"


def test_a_vanished_average_gives_nan_and_no_exception():
    w = Value(1.0)
    Adam([w], eps=0.0).step()
    assert math.isnan(w.data)  # 0 / 0, as in PyTorch


@pytest.mark.parametrize(
    ("low", "high"),
    [
        (Point(1.0, 5.0, -1.0), Point(1.0, 5.0, -1.0)),  # one place
        (Point(0.0, 9.0, -6.0), Point(4.0, math.inf, 2.0)),  # a cliff
        (Point(0.0, 0.0, 1.0), Point(1.0, 1.0, 1.0)),  # a straight line
        (Point(0.0, 0.0, -1.0), Point(1.0, -2.0, -1.0)),  # a cubic that only falls
        (Point(0.0, 0.0025, -0.1), Point(1.0, 0.9025, 1.9)),  # a parabola that is lowest at 0.05, hardly a step
    ],
)
def test_a_line_search_looks_halfway_where_no_cubic_says_more(low, high):
    assert between(low, high) == (low.t + high.t) / 2.0


@pytest.mark.parametrize("lowest", [1.2, 2.1, 3.0, 3.3, 3.9, 7.5])
def test_a_line_search_finds_a_narrow_valley_from_both_sides(lowest):
    def at(t):
        distance = math.hypot(t - lowest, 1e-3)
        return Point(t, distance, (t - lowest) / distance)

    reached = strong_wolfe(at, at(0.0), 4.0)
    assert abs(at(reached).slope) <= 0.9


def test_a_limit_to_all_gradients_leaves_their_direction():
    parameters = [Value(0.0), Value(0.0)]
    optimizer = SGD(parameters, lr=1.0)
    optimizer.clip = ByNorm(1.0)
    for parameter, grad in zip(parameters, (30.0, -40.0), strict=True):
        parameter.grad = grad
    optimizer.step()
    assert [p.data for p in parameters] == pytest.approx([-0.6, 0.8], rel=1e-6)


@pytest.mark.parametrize("none", [1.0, "norm", ByNorm])
def test_what_does_not_limit_gradients_is_refused_where_it_is_given_and_the_limit_stays(none):
    optimizer = SGD([Value(0.0)], lr=1.0)
    optimizer.clip = ByNorm(1.0)
    with pytest.raises(TypeError, match=r"clip limits gradients, as ByNorm\(1.0\)"):
        optimizer.clip = none
    assert optimizer.clip == ByNorm(1.0)


@pytest.mark.parametrize("given", [None, "1", [0.5]])
def test_a_limit_that_gives_no_number_is_refused_before_anything_changes(given):
    class Wrong:
        def limited(self, g, squares):
            return given

    w = Value(1.0)
    optimizer = Adam([w], lr=1.0)
    optimizer.clip = Wrong()
    before = optimizer.state_dict()
    with pytest.raises(TypeError, match="a limit gives as gradient a real number, got"):
        optimizer.step()
    assert (w.data, optimizer.state_dict()) == (1.0, before)


def test_a_limit_is_no_part_of_the_state_of_a_kind_of_optimizer_that_has_its_own():
    class Limited(SGD):
        clip = ByNorm(1.0)

    optimizer = Limited([Value(0.0)], lr=1.0)
    optimizer.clip = ByNorm(2.0)
    assert optimizer.clip == ByNorm(2.0)
    assert optimizer.state_dict().keys() == SGD([Value(0.0)], lr=1.0).state_dict().keys()


def test_a_limit_among_the_attributes_of_an_optimizer_is_its_limit():
    optimizer = copy.copy(SGD([Value(0.0)], lr=1.0))
    vars(optimizer).update(clip=ByNorm(1.0))  # as a pickled optimizer has it
    assert optimizer.clip == ByNorm(1.0)


def test_the_truths_of_numpy_are_flags_and_stay_plain_data():
    numpy = pytest.importorskip("numpy")
    optimizer = SGD([Value(0.0)], lr=1.0, momentum=0.5, nesterov=numpy.bool_(True))
    assert optimizer.nesterov is True
    optimizer.load_state_dict(optimizer.state_dict() | {"nesterov": numpy.bool_(False)})
    assert optimizer.nesterov is False
    assert LBFGS([Value(0.0)], line_search=numpy.bool_(False)).line_search is False


@pytest.mark.parametrize("kind", [SGD, Adam])
def test_each_descent_goes_by_the_gradient_of_its_own_loss(kind):
    one, other = Value(1.0), Value(1.0)
    descending, stepping = kind([one], lr=0.1), kind([other], lr=0.1)
    for _ in range(3):
        descending.descend(lambda: one * one)
        other.grad = 2.0 * other.data
        stepping.step()
        assert (one.data, one.grad) == (other.data, other.grad)
