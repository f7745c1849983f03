"""Optimisers on two hard valleys: step by step as PyTorch goes, and all the way down."""

import math
import random
from itertools import pairwise

import pytest

import nn
from autograd import Value, log
from benchmarks.training_valleys import OPTIMISERS, VALLEYS, Pair, largest_difference, rosenbrock

#: Steps until rounding has grown to the bound: L-BFGS divides by small differences of gradients.
STEPS = {"L-BFGS": 15}


@pytest.mark.parametrize("valley", VALLEYS)
@pytest.mark.parametrize("name", OPTIMISERS)
def test_every_step_is_that_of_pytorch(name, valley):
    torch = pytest.importorskip("torch")
    assert largest_difference(torch, OPTIMISERS[name], valley, STEPS.get(name, 50)) < 1e-12


def test_a_rule_that_is_slightly_another_is_noticed():
    torch = pytest.importorskip("torch")
    _, peer, given, *_ = OPTIMISERS["Adam"]
    other = Pair(nn.Adam, peer, {**given, "eps": 1e-8}, {"betas": (0.9, 0.999001)})
    assert largest_difference(torch, other, "Rosenbrock", 50) > 1e-10


@pytest.mark.parametrize(("valley", "steps"), [("Rosenbrock", 45), ("quadratic", 30)])
def test_lbfgs_reaches_the_bottom(valley, steps):
    loss, start = VALLEYS[valley]
    x = list(map(Value, start))
    optimizer = nn.LBFGS(x)
    losses = [optimizer.descend(lambda: loss(x)).data for _ in range(steps)]
    assert losses == sorted(losses, reverse=True)
    assert loss(x).data < 1e-14


def test_lbfgs_comes_back_from_where_the_loss_is_not_finite():
    x = Value(5.0)
    optimizer = nn.LBFGS([x], lr=100.0)
    for _ in range(30):
        optimizer.descend(lambda: x - log(x))  # nan for a negative x, which the first step would reach
    assert x.data == pytest.approx(1.0)


@pytest.mark.parametrize("line_search", [True, False])
def test_lbfgs_does_not_move_at_a_rate_of_0(line_search):
    x = Value(3.0)
    optimizer = nn.LBFGS([x], lr=0.0, line_search=line_search)
    for _ in range(3):
        assert optimizer.descend(lambda: x * x).data == 9.0
    assert x.data == 3.0


@pytest.mark.parametrize("start", [0.0, math.nan, math.inf])
def test_lbfgs_stays_where_there_is_no_finite_slope(start):
    x = Value(start)
    optimizer = nn.LBFGS([x])
    for _ in range(2):
        optimizer.descend(lambda: x.sqrt())
    assert x.data == start or math.isnan(start)


def test_lbfgs_does_not_step_to_where_the_slope_is_not_finite():
    x, y = Value(1.0), Value(1.0)
    optimizer = nn.LBFGS([x, y], lr=2.0)  # the first try is x = 0, lower, and with a slope of inf
    for _ in range(5):
        optimizer.descend(lambda: 2.0 * x.sqrt() + (y - 1.0) ** 2)
        assert x.data > 0.0


@pytest.mark.parametrize("calls", [1, 2, 4])
def test_an_error_in_the_loss_leaves_lbfgs_where_it_was(calls):
    x, count = Value(5.0), iter(range(calls))

    def loss():
        next(count)
        return (x - 1.0) ** 4

    optimizer = nn.LBFGS([x], lr=1e-3)  # so that the search goes on for a while
    with pytest.raises(StopIteration):
        optimizer.descend(loss)
    assert x.data == 5.0


def test_after_a_step_of_lbfgs_gradients_are_those_before_it():
    x, y = Value(-1.2), Value(1.0)
    rosenbrock([x, y]).backward()
    before = [x.grad, y.grad]
    nn.LBFGS([x, y]).descend(lambda: rosenbrock([x, y]))
    assert [x.grad, y.grad] == before


def test_lbfgs_goes_on_learning_near_a_minimum():
    x = list(map(Value, [-1.2, 1.0]))
    scale = 1e-9  # of the loss: its curvature is far below PyTorch's bound
    optimizer = nn.LBFGS(x)
    for _ in range(60):
        optimizer.descend(lambda: scale * rosenbrock(x))
    assert [each.data for each in x] == pytest.approx([1.0, 1.0], abs=1e-4)


def test_lbfgs_stays_at_a_minimum():
    x = Value(0.0)
    optimizer = nn.LBFGS([x])
    for _ in range(3):
        optimizer.descend(lambda: x * x)
    assert x.data == 0.0


def test_lbfgs_goes_on_from_a_state():
    x, y = list(map(Value, [-1.2, 1.0])), list(map(Value, [-1.2, 1.0]))
    one, other = nn.LBFGS(x, history=3), nn.LBFGS(y, history=3)
    for _ in range(7):
        one.descend(lambda: rosenbrock(x))
    for mine, given in zip(y, x, strict=True):
        mine.data = given.data
    other.load_state_dict(one.state_dict())
    for _ in range(7):
        one.descend(lambda: rosenbrock(x))
        other.descend(lambda: rosenbrock(y))
    assert [v.data for v in x] == [v.data for v in y]


def test_lbfgs_needs_the_loss_itself():
    x = Value(1.0)
    (x * x).backward()
    optimizer = nn.LBFGS([x])
    with pytest.raises(TypeError, match="write optimizer"):
        optimizer.step()
    assert (x.data, optimizer.steps) == (1.0, 0)


def test_a_step_along_a_line_is_never_uphill():
    chance = random.Random(1337)
    for _ in range(100):
        k, shift, wave = chance.uniform(0.1, 10.0), chance.uniform(-3.0, 3.0), chance.uniform(0.0, 5.0)
        x = Value(chance.uniform(-5.0, 5.0))

        def loss(x=x, k=k, shift=shift, wave=wave):
            return k * (x - shift) ** 2 + wave * (3.0 * x).sin()

        optimizer = nn.LBFGS([x])
        losses = [optimizer.descend(loss).data for _ in range(10)]
        assert all(after <= before for before, after in pairwise(losses)), losses
        assert math.isfinite(x.data)
