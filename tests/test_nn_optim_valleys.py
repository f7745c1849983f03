"""Optimisers on two hard valleys: step by step as PyTorch goes, and all the way down."""

import math
import random
from itertools import pairwise

import pytest

import nn
from autograd import Value, log

CURVATURES = [1000.0 ** (i / 4) for i in range(5)]  # condition 1,000


def rosenbrock(x):
    return (1.0 - x[0]) ** 2 + 100.0 * (x[1] - x[0] * x[0]) ** 2


def quadratic(x):
    return sum(0.5 * curvature * each * each for curvature, each in zip(CURVATURES, x, strict=True))


VALLEYS = {"Rosenbrock": (rosenbrock, [-1.2, 1.0]), "quadratic": (quadratic, [1.0, -2.0, 0.5, 1.5, -1.0])}

#: Ours, PyTorch's name, and what both are given.
OPTIMISERS = {
    "SGD": (nn.SGD, "SGD", {"lr": 1e-4}),
    "momentum": (nn.SGD, "SGD", {"lr": 1e-4, "momentum": 0.9, "weight_decay": 0.01}),
    "Nesterov": (nn.SGD, "SGD", {"lr": 1e-4, "momentum": 0.9, "nesterov": True}),
    "Adagrad": (nn.Adagrad, "Adagrad", {"lr": 0.1, "lr_decay": 0.01, "weight_decay": 0.01}),
    "RMSProp": (nn.RMSProp, "RMSprop", {"lr": 0.01, "momentum": 0.5, "weight_decay": 0.01}),
    "Adam": (nn.Adam, "Adam", {"lr": 0.01, "weight_decay": 0.01}),
    "AdamW": (nn.AdamW, "AdamW", {"lr": 0.01, "weight_decay": 0.1}),
}


def assert_steps_agree(torch, optimizer, peer, x, theirs, valley, steps):
    for _ in range(steps):
        optimizer.descend(lambda: valley(x))

        def closure():
            peer.zero_grad()
            loss = valley(theirs)
            loss.backward()
            return loss

        peer.step(closure)
        assert [each.data for each in x] == pytest.approx(theirs.tolist(), rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("valley", VALLEYS)
@pytest.mark.parametrize("name", OPTIMISERS)
def test_every_step_is_that_of_pytorch(name, valley):
    torch = pytest.importorskip("torch")
    (kind, peer, given), (loss, start) = OPTIMISERS[name], VALLEYS[valley]
    x, theirs = list(map(Value, start)), torch.tensor(start, dtype=torch.float64, requires_grad=True)
    peer = vars(torch.optim)[peer]([theirs], **given)
    assert_steps_agree(torch, kind(x, **given), peer, x, theirs, loss, 50)


@pytest.mark.parametrize("valley", VALLEYS)
def test_lbfgs_without_a_line_search_is_that_of_pytorch(valley):
    torch = pytest.importorskip("torch")
    loss, start = VALLEYS[valley]
    x, theirs = list(map(Value, start)), torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = nn.LBFGS(x, lr=0.5, history=4, line_search=False)
    peer = torch.optim.LBFGS([theirs], lr=0.5, max_iter=1, history_size=4, tolerance_grad=0.0, tolerance_change=0.0)
    assert_steps_agree(torch, optimizer, peer, x, theirs, loss, 15)


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
    with pytest.raises(TypeError, match="write optimizer"):
        nn.LBFGS([x]).step()


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
