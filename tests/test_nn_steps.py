"""Steps of `fit`, one by one and as machine code: the same training."""

import math
import multiprocessing
import os
import random
import signal

import pytest

import nn
from autograd import Value, no_grad, where
from nn.optim import Optimizer

pytest.importorskip("llvmlite")

X = [[math.sin(3.0 * i), math.cos(5.0 * i)] for i in range(23)]
SIDES = [1 if a * b > 0.0 else -1 for a, b in X]
LABELS = [i % 3 for i in range(23)]


def model(outputs=1, activation="tanh"):
    return nn.MLP(2, [5, outputs], activation=activation, rng=random.Random(1337))


def trained(jit, make_optimizer, loss="hinge", y=SIDES, outputs=1, **how):
    m = model(outputs)
    optimizer = make_optimizer(m.parameters())
    history = nn.fit(m, X, y, loss=loss, optimizer=optimizer, rng=random.Random(1), jit=jit, **how)
    return m, optimizer, history


def assert_same(one, other):
    (m, optimizer, history), (m2, optimizer2, history2) = one, other
    assert history.losses == pytest.approx(history2.losses, rel=1e-10)
    assert [p.data for p in m.parameters()] == pytest.approx([p.data for p in m2.parameters()], rel=1e-9, abs=1e-12)
    assert [p.grad for p in m.parameters()] == pytest.approx([p.grad for p in m2.parameters()], rel=1e-8, abs=1e-12)
    assert optimizer.state_dict().keys() == optimizer2.state_dict().keys()
    for name, value in optimizer.state_dict().items():
        assert optimizer2.state_dict()[name] == pytest.approx(value, rel=1e-8, abs=1e-12)


OPTIMIZERS = {
    "SGD": lambda p: nn.SGD(p, lr=0.1),
    "momentum": lambda p: nn.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01),
    "nesterov": lambda p: nn.SGD(p, lr=0.05, momentum=0.9, nesterov=True),
    "Adam": lambda p: nn.Adam(p, lr=0.01, weight_decay=0.1),
    "AdamW": lambda p: nn.AdamW(p, lr=0.01),
    "RMSProp": lambda p: nn.RMSProp(p, momentum=0.5),
    "Adagrad": lambda p: nn.Adagrad(p, lr=0.1, lr_decay=0.1),
    "Lion": lambda p: nn.Lion(p, lr=0.01, weight_decay=0.1),
}


@pytest.mark.parametrize("make_optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_machine_code_takes_the_steps_that_python_takes(make_optimizer):
    how = {"epochs": 7, "batch_size": 6}
    assert_same(trained(False, make_optimizer, **how), trained(True, make_optimizer, **how))


@pytest.mark.parametrize(
    ("loss", "y", "outputs"),
    [
        ("hinge", SIDES, 1),
        ("squared_error", SIDES, 1),
        ("huber", SIDES, 1),
        ("binary_cross_entropy", [(s + 1) // 2 for s in SIDES], 1),
        ("cross_entropy", LABELS, 3),
        ("squared_error", [[a, b, a - b] for a, b in X], 3),
    ],
)
def test_every_loss_runs_as_machine_code(loss, y, outputs):
    how = {"loss": loss, "y": y, "outputs": outputs, "epochs": 3}
    assert_same(trained(False, OPTIMIZERS["Adam"], **how), trained(True, OPTIMIZERS["Adam"], **how))


def test_a_second_fit_goes_on_where_the_first_ended():
    m, m2 = model(), model()
    optimizer, optimizer2 = nn.Adam(m.parameters()), nn.Adam(m2.parameters())
    for _ in range(3):
        nn.fit(m, X, SIDES, loss="hinge", optimizer=optimizer, epochs=2, jit=True)
    nn.fit(m2, X, SIDES, loss="hinge", optimizer=optimizer2, epochs=6, jit=False)
    assert [p.data for p in m.parameters()] == pytest.approx([p.data for p in m2.parameters()], rel=1e-10)


def test_a_metric_sees_the_parameters_of_its_epoch():
    _, _, one = trained(False, OPTIMIZERS["SGD"], epochs=5, metric=nn.accuracy)
    _, _, other = trained(True, OPTIMIZERS["SGD"], epochs=5, metric=nn.accuracy)
    assert one.metrics == other.metrics


def test_parameters_that_the_loss_does_not_use_are_moved_too():
    ends = []
    for jit in (False, True):
        m, idle = model(), Value(3.0)
        optimizer = nn.AdamW([*m.parameters(), idle], lr=0.1, weight_decay=0.5)
        nn.fit(m, X, SIDES, loss="hinge", optimizer=optimizer, epochs=2, jit=jit)
        ends.append(idle.data)
    assert ends[0] == pytest.approx(ends[1])
    assert ends[0] < 3.0


def test_parameters_that_the_optimizer_does_not_hold_stay():
    m = model()
    first, *others = m.parameters()
    before = first.data
    nn.fit(m, X, SIDES, loss="hinge", optimizer=nn.SGD(others, lr=0.1), epochs=3, jit=True)
    assert first.data == before


def test_a_loss_that_is_not_finite_stops_before_anything_is_changed():
    for jit in (False, True):
        m = model(activation="relu")
        optimizer = nn.SGD(m.parameters(), lr=1e200)
        with pytest.raises(FloatingPointError, match=r"the loss became (inf|nan) in epoch 1, batch 0") as raised:
            nn.fit(m, X, [1e3 * s for s in SIDES], loss="squared_error", optimizer=optimizer, epochs=9, jit=jit)
        assert "1e+200" in str(raised.value)
        assert all(math.isfinite(p.data) for p in m.parameters())
        assert optimizer.steps == 1


class SignDescent(Optimizer):
    def moved(self, i, p, g):
        return p - self.lr * where(g, g / abs(g), 0.0)


class Branching(Optimizer):
    def moved(self, i, p, g):
        return p - self.lr * g if g > 0.0 else p


def test_an_optimizer_of_the_users_own_is_compiled():
    make = lambda p: SignDescent(p, lr=0.01)
    assert_same(trained(False, make, epochs=4), trained(True, make, epochs=4))


class PerPlace(Optimizer):
    def moved(self, i, p, g):
        return p - self.lr * g * (10.0 if i < 3 else 1.0)


class Decaying(nn.SGD):
    def step(self):
        super().step()
        self.lr *= 0.9


@pytest.mark.parametrize("kind", [Branching, PerPlace, Decaying])
def test_an_optimizer_that_cannot_be_traced_is_refused(kind):
    m = model()
    with pytest.raises(TypeError):
        nn.fit(m, X, SIDES, loss="hinge", optimizer=kind(m.parameters(), lr=0.1), jit=True)


def test_a_model_that_looks_at_a_number_is_refused():
    m = model()
    looking = lambda row: m(row) if m(row).data > 0.0 else m(row) * 0.5
    with pytest.raises(TypeError, match="frozen"):
        nn.fit(looking, X, SIDES, loss="hinge", optimizer=nn.SGD(m.parameters(), lr=0.01), jit=True)


@pytest.mark.parametrize(
    ("loss", "target", "outputs"), [("hinge", 3.0, 1), ("binary_cross_entropy", 3, 1), ("cross_entropy", 7, 3)]
)
def test_a_target_that_is_refused_step_by_step_is_refused_as_machine_code(loss, target, outputs):
    said = []
    for jit in (False, True):
        m = model(outputs)
        with pytest.raises(ValueError, match=f"{target:g}") as raised:
            nn.fit(m, X, [target] * len(X), loss=loss, optimizer=nn.SGD(m.parameters(), lr=0.1), epochs=1, jit=jit)
        said.append(str(raised.value))
    assert said[0] == said[1]


def said_by_both(raised, make_model, rows, targets, **how):
    said = []
    for jit in (False, True):
        m = make_model()
        with pytest.raises(raised) as error:
            nn.fit(m, rows, targets, optimizer=nn.SGD(m.parameters(), lr=0.1), epochs=2, jit=jit, **how)
        said.append(str(error.value))
    assert said[0] == said[1]
    return said[0]


@pytest.mark.parametrize(
    ("loss", "target", "outputs", "raised"),
    [("hinge", 0, 1, ValueError), ("cross_entropy", 3, 3, ValueError), ("cross_entropy", 0.5, 3, TypeError)],
)
def test_a_target_held_out_is_refused_as_machine_code_too(loss, target, outputs, raised):
    targets = LABELS if outputs > 1 else SIDES
    held_out = X[:2], [targets[0], target]
    assert str(target) in said_by_both(raised, lambda: model(outputs), X, targets, loss=loss, validation=held_out)


class Looking(nn.Module):
    """Gives a number for each of nine symbols."""

    def __init__(self):
        self.table = nn.Embedding(9, 2, rng=random.Random(1))
        self.last = nn.Neuron(2, rng=random.Random(2))

    def __call__(self, row):
        return self.last(self.table(row[0]))


@pytest.mark.parametrize("symbol", [9.0, -1.0, 2.5])
def test_a_symbol_that_is_none_is_named_by_machine_code_too(symbol):
    says = f"take needs a whole index from 0 to 8, got {symbol:g}"
    rows, targets = [[1.0], [2.0]], [0.0, 1.0]
    assert said_by_both(IndexError, Looking, [[3.0], [symbol]], targets) == says
    assert said_by_both(IndexError, Looking, rows, targets, validation=([[symbol]], [1.0])) == says


class HalvedWhileLearning(nn.Module):
    def __init__(self):
        self.inner = model()

    def __call__(self, row):
        return self.inner(row) * (0.5 if self.training else 1.0)


def test_what_is_held_out_is_for_a_model_that_is_not_learning():
    found = []
    for jit in (False, True):
        m = HalvedWhileLearning()
        optimizer = nn.SGD(m.parameters(), lr=0.1)
        history = nn.fit(m, X, SIDES, optimizer=optimizer, epochs=3, validation=(X[:5], SIDES[:5]), jit=jit)
        assert m.training
        found.append(history.validation)
    assert found[1] == pytest.approx(found[0], rel=1e-10)


def test_a_learning_rate_that_a_metric_changes_counts_from_then_on():
    ends = []
    for jit in (False, True):
        m = model()
        optimizer = nn.SGD(m.parameters(), lr=0.5)

        def slower(*_, optimizer=optimizer):
            optimizer.lr *= 0.5
            return 0.0

        history = nn.fit(m, X, SIDES, loss="hinge", optimizer=optimizer, epochs=4, metric=slower, jit=jit)
        ends.append(history.losses)
    assert ends[0] == pytest.approx(ends[1], rel=1e-10)


class Announced(random.Random):
    """Says when it is first asked: `fit` has compiled by then, and runs."""

    def __init__(self, seed, asked):
        super().__init__(seed)
        self.asked = asked

    def shuffle(self, items):
        self.asked.set()
        super().shuffle(items)


def learn_until_interrupted(running, results):
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
    m = model()
    optimizer = nn.SGD(m.parameters(), lr=1e-9)
    try:
        nn.fit(
            m,
            X,
            SIDES,
            loss="hinge",
            optimizer=optimizer,
            epochs=10**7,
            batch_size=6,
            rng=Announced(1, running),
            jit=True,
        )
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        results.send((optimizer.steps, [p.data for p in m.parameters()]))


def test_ctrl_c_leaves_the_parameters_after_the_last_step():
    spawn = multiprocessing.get_context("spawn")  # a process of its own: pytest would catch some interrupts itself
    running, (received, sent) = spawn.Event(), spawn.Pipe(duplex=False)
    child = spawn.Process(target=learn_until_interrupted, args=(running, sent))
    child.start()
    assert running.wait(60.0)
    while child.is_alive() and not received.poll(1.0):  # Python drops an interrupt that comes in a callback
        os.kill(child.pid, signal.SIGINT)
    steps, parameters = received.recv()
    child.join()
    m, optimizer, _ = trained(True, lambda p: nn.SGD(p, lr=1e-9), epochs=steps // 4, batch_size=6)
    assert steps > 0
    assert optimizer.steps == steps
    assert [p.data for p in m.parameters()] == parameters


class InterruptedOnce(nn.SGD):
    """Ctrl-C comes while its list m gets new numbers, when the parameters have theirs."""

    armed = False

    def __setattr__(self, name, new):
        if name == "m" and InterruptedOnce.armed:
            InterruptedOnce.armed = False
            raise KeyboardInterrupt
        super().__setattr__(name, new)


def test_ctrl_c_between_two_numbers_leaves_none_behind():
    m, twin = model(), model()
    how = {"lr": 0.1, "momentum": 0.9}
    optimizer, whole = InterruptedOnce(m.parameters(), **how), nn.SGD(twin.parameters(), **how)
    InterruptedOnce.armed = True
    with pytest.raises(KeyboardInterrupt):
        nn.fit(m, X, SIDES, loss="hinge", optimizer=optimizer, epochs=5, jit=True)
    nn.fit(twin, X, SIDES, loss="hinge", optimizer=whole, epochs=5, jit=True)
    assert not InterruptedOnce.armed
    assert optimizer.state_dict() == whole.state_dict()
    assert [p.data for p in m.parameters()] == [p.data for p in twin.parameters()]


def test_a_momentum_that_a_metric_changes_counts_from_then_on():
    ends = []
    for jit in (False, True):
        m = model()
        optimizer = nn.SGD(m.parameters(), lr=0.1, momentum=0.9)

        def calmer(*_, optimizer=optimizer):
            optimizer.momentum *= 0.5
            return 0.0

        history = nn.fit(m, X, SIDES, loss="hinge", optimizer=optimizer, epochs=5, metric=calmer, jit=jit)
        ends.append(history.losses)
    assert ends[0] == pytest.approx(ends[1], rel=1e-10)


@pytest.mark.parametrize(
    ("rows", "targets", "said"),
    [
        ([[1.0, Value(2.0)]], [1.0], "row 0 of X holds values"),
        ([[1.0, 2.0]], [Value(1.0)], "y holds values"),
        ([[1.0, 2.0], [1.0]], [1.0, 1.0], "got 2 inputs in row 0 and 1 in row 1"),
    ],
)
def test_samples_that_are_no_table_of_numbers_are_refused_as_machine_code(rows, targets, said):
    m = model()
    with pytest.raises((TypeError, ValueError), match=said):
        nn.fit(m, rows, targets, optimizer=nn.SGD(m.parameters(), lr=0.1), jit=True)


def test_machine_code_learns_nothing_inside_no_grad_either():
    m = model()
    with no_grad(), pytest.raises(ValueError, match="no_grad"):
        nn.fit(m, X, SIDES, optimizer=nn.SGD(m.parameters(), lr=0.1), jit=True)


class LooksAtTheFirst(nn.SGD):
    def moved(self, i, p, g):
        return p - self.lr * (g + self.m[0])


class Counting(nn.SGD):
    calls = 0

    def moved(self, i, p, g):
        self.calls += 1
        return p - self.lr * g


class KeepsTheFirst(nn.SGD):
    def moved(self, i, p, g):
        return p if i == 0 else p - self.lr * g


@pytest.mark.parametrize("kind", [LooksAtTheFirst, Counting, KeepsTheFirst])
def test_an_optimizer_that_is_not_the_same_arithmetic_for_every_parameter_is_refused(kind):
    m = model()
    with pytest.raises(TypeError, match=f"the rule of {kind.__name__} cannot be compiled"):
        nn.fit(m, X, SIDES, optimizer=kind(m.parameters(), lr=0.1), jit=True)


def test_parameters_decay_where_the_loss_depends_on_none_of_them():
    ends = []
    for jit in (False, True):
        idle, held = Value(1.0), Value(2.0)
        optimizer = nn.SGD([idle], lr=0.1, weight_decay=1.0)
        predict = lambda row, held=held: held.detach() * row[0]
        history = nn.fit(predict, X, SIDES, optimizer=optimizer, epochs=3, jit=jit)
        ends.append((idle.data, held.data, history.losses[0] == pytest.approx(history.losses[2])))
    assert ends[0] == ends[1] == (pytest.approx(0.9**3), 2.0, True)
