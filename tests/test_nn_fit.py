"""What `fit` does beside taking steps: penalties, schedules, samples held out, reasons to stop, a file to go on from.

Everything is done by Python and as machine code, and held against each other.
"""

import json
import math
import multiprocessing
import random

import pytest

import nn
from autograd import Value
from nn.compiled_steps import MachineCode
from nn.known import stands_still
from nn.machine import steps_of
from nn.resuming import Best
from nn.schedules import cosine
from nn.steps import OneByOne, Task
from nn.stopping import EarlyStopping, gradient_norm, no_progress, target_loss, wall_time

X = [[math.sin(3.0 * i), math.cos(5.0 * i)] for i in range(30)]
Y = [1.0 if a * b > 0.0 else -1.0 for a, b in X]


def model():
    return nn.MLP(2, [5, 1], activation="tanh", rng=random.Random(1337))


def learnt(jit, optimizer_of=nn.Adam, epochs=12, batch_size=8, clip=None, **how):
    if jit:
        pytest.importorskip("llvmlite")
    m = model()
    optimizer = optimizer_of(m.parameters(), lr=0.05)
    optimizer.clip = clip
    rng = random.Random(5)
    given = {"loss": "squared_error", "optimizer": optimizer, "epochs": epochs, "batch_size": batch_size, "rng": rng}
    history = nn.fit(m, X, Y, **(given | how), jit=jit)
    return history, [p.data for p in m.parameters()]


WAYS = {
    "a penalty on squares": {"penalty": nn.penalties.l2(0.01)},
    "a penalty on sizes": {"penalty": nn.penalties.l1(0.01)},
    "both, with thresholds": {"penalty": nn.penalties.elastic(0.01, 0.02, thresholds=True)},
    "a schedule": {"schedule": cosine(0.1, 12)},
    "a share held out": {"validation": 0.3},
    "samples held out": {"validation": (X[:5], Y[:5])},
    "a limit to each gradient": {"clip": nn.ByValue(0.05)},
    "a limit to all gradients": {"clip": nn.ByNorm(0.1)},
    "early stopping": {"validation": (X[:5], [-y for y in Y[:5]]), "stop": [EarlyStopping(2)]},
    "a target": {"stop": [target_loss(0.9)]},
}


@pytest.mark.parametrize("how", WAYS.values(), ids=WAYS)
def test_machine_code_does_what_python_does(how):
    (one, parameters), (other, same) = learnt(False, **how), learnt(True, **how)
    assert one.losses == pytest.approx(other.losses, rel=1e-9)
    assert one.validation == pytest.approx(other.validation, rel=1e-9)
    assert one.rates == other.rates
    assert len(one.losses) == len(other.losses)
    assert parameters == pytest.approx(same, rel=1e-7, abs=1e-10)


@pytest.mark.parametrize(
    "way", [way for way in WAYS if way not in ("a share held out", "samples held out", "a target")]
)
def test_every_way_makes_a_difference(way):
    assert learnt(False, **WAYS[way])[1] != learnt(False)[1]


@pytest.mark.parametrize("clip", [nn.ByNorm(0.7), nn.ByValue(0.3)])
def test_gradients_are_limited_as_pytorch_limits_them(clip):
    torch = pytest.importorskip("torch")
    numbers, slopes = [1.0, -2.0, 0.5], [0.9, -0.1, 0.4]
    ours = [Value(number) for number in numbers]
    optimizer = nn.SGD(ours, lr=1.0)
    optimizer.clip = clip
    theirs = torch.tensor(numbers, dtype=torch.float64, requires_grad=True)
    for parameter, slope in zip(ours, slopes, strict=True):
        parameter.grad = slope
    theirs.grad = torch.tensor(slopes, dtype=torch.float64)
    limit = torch.nn.utils.clip_grad_norm_ if isinstance(clip, nn.ByNorm) else torch.nn.utils.clip_grad_value_
    limit([theirs], clip.limit)
    optimizer.step()
    torch.optim.SGD([theirs], lr=1.0).step()
    assert [p.data for p in ours] == pytest.approx(theirs.tolist(), rel=1e-12)


def test_a_penalty_is_part_of_the_loss_and_shrinks_the_weights():
    plain, free = learnt(False, epochs=40)
    heavy, bound = learnt(False, epochs=40, penalty=nn.penalties.l2(0.1))
    assert math.hypot(*bound) < math.hypot(*free)
    assert heavy.losses[0] > plain.losses[0]


def test_the_rates_of_a_schedule_are_kept():
    assert learnt(False, schedule=cosine(0.1, 12))[0].rates == [cosine(0.1, 12)(epoch, []) for epoch in range(12)]


def test_a_schedule_on_plateaus_sees_the_losses_held_out():
    seen = []

    def schedule(epoch, losses):
        seen.append(list(losses))
        return 0.05

    history, _ = learnt(False, epochs=4, validation=0.3, schedule=schedule)
    assert seen == [history.validation[:epoch] for epoch in range(4)]


def test_a_loss_held_out_is_taken_after_the_epoch_without_penalty_or_dropout():
    m = nn.Sequential(nn.MLP(2, [4], rng=random.Random(1)), nn.Dropout(0.5, rng=random.Random(2)), nn.MLP(4, [1]))
    optimizer = nn.SGD(m.parameters(), lr=0.0)
    history = nn.fit(m, X, Y, optimizer=optimizer, epochs=2, validation=(X[:4], Y[:4]), penalty=nn.penalties.l2(1.0))
    m.eval()
    expected = sum((m(row).data - target) ** 2 for row, target in zip(X[:4], Y[:4], strict=True)) / 4
    assert history.validation == pytest.approx([expected, expected])


def test_a_module_learns_again_after_what_was_held_out():
    m = nn.Sequential(nn.MLP(2, [2]), nn.Dropout(0.5).eval())
    nn.fit(m, X, [[y, y] for y in Y], optimizer=nn.SGD(m.parameters(), lr=0.01), epochs=1, validation=0.3)
    assert m.training
    assert not m.layers[1].training


REASONS = {
    "the loss": (target_loss(0.9), {}),
    "the gradient": (gradient_norm(1e9), {}),
    "has not fallen for 2 epochs": (no_progress(2), {"optimizer_of": lambda p, lr: nn.SGD(p, lr=0.0)}),
    "0 seconds have passed": (wall_time(0.0), {}),
    "held out has not fallen for 1 epochs": (EarlyStopping(1), {"validation": (X[:5], [-y for y in Y[:5]])}),
}


@pytest.mark.parametrize("said", REASONS)
def test_a_training_stops_for_a_reason_and_says_it(said):
    condition, how = REASONS[said]
    history, _ = learnt(False, epochs=50, stop=[condition], **how)
    assert said in history.stopped
    assert len(history.losses) < 50


def test_a_training_that_nothing_stopped_says_nothing():
    assert learnt(False, stop=[target_loss(0.0)])[0].stopped == ""


@pytest.mark.parametrize("jit", [False, True])
def test_early_stopping_restores_the_best_epoch(jit):
    held_out = (X[:6], [-y for y in Y[:6]])
    history, parameters = learnt(jit, epochs=60, validation=held_out, stop=[EarlyStopping(3)])
    assert history.best == len(history.losses) - 4
    _, best = learnt(jit, epochs=history.best + 1, validation=held_out)
    assert parameters == best
    _, last = learnt(jit, epochs=len(history.losses), validation=held_out)
    kept = learnt(jit, epochs=60, validation=held_out, stop=[EarlyStopping(3, restore_best=False)])[1]
    assert kept == last


# A file to go on from


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("optimizer_of", [nn.Adam, nn.LBFGS])
def test_a_training_goes_on_to_the_bit(jit, optimizer_of, tmp_path):
    if jit and optimizer_of is nn.LBFGS:
        pytest.skip("LBFGS takes its steps itself")
    how = {"optimizer_of": optimizer_of, "validation": 0.3, "schedule": cosine(0.1, 12)}
    how |= {"batch_size": None} if optimizer_of is nn.LBFGS else {}
    whole, parameters = learnt(jit, **how)
    file = tmp_path / "training.json"
    learnt(jit, **(how | {"epochs": 5}), checkpoint=file)
    resumed, same = learnt(jit, **how, checkpoint=file, resume=True)
    assert resumed == whole
    assert same == parameters


def test_chance_inside_a_model_goes_on_too(tmp_path):
    def learn(epochs, **how):
        rng = random.Random(3)
        m = nn.Sequential(nn.MLP(2, [4], rng=rng), nn.Dropout(0.4, rng=random.Random(4)), nn.MLP(4, [1], rng=rng))
        optimizer = nn.SGD(m.parameters(), lr=0.05)
        history = nn.fit(m, X, Y, optimizer=optimizer, epochs=epochs, batch_size=7, rng=random.Random(5), **how)
        return history, [p.data for p in m.parameters()]

    learn(4, checkpoint=tmp_path / "t.json")
    assert learn(9, checkpoint=tmp_path / "t.json", resume=True) == learn(9)


def test_without_a_file_there_is_nothing_to_resume(tmp_path):
    assert learnt(False, checkpoint=tmp_path / "t.json", resume=True) == learnt(False)


def test_a_training_that_has_ended_stays_ended(tmp_path):
    file = tmp_path / "t.json"
    first = learnt(False, stop=[target_loss(0.9)], checkpoint=file)
    assert learnt(False, stop=[target_loss(0.9)], checkpoint=file, resume=True) == first


@pytest.mark.parametrize(("before", "after"), [({}, {"schedule": cosine(0.1, 12)}), ({"validation": 0.3}, {})])
def test_a_history_goes_on_with_the_columns_that_it_has(before, after, tmp_path):
    file = tmp_path / "t.json"
    learnt(False, epochs=2, checkpoint=file, **before)
    with pytest.raises(ValueError, match="go on with the same validation, metric and schedule"):
        learnt(False, epochs=4, checkpoint=file, resume=True, **after)


def test_a_history_of_nothing_has_no_best_epoch():
    with pytest.raises(ValueError, match="nothing was trained"):
        nn.History().best  # noqa: B018


def test_a_file_of_another_training_is_refused_and_nothing_changes(tmp_path):
    file = tmp_path / "t.json"
    learnt(False, epochs=2, checkpoint=file)
    m = nn.MLP(2, [3, 1], rng=random.Random(1))
    before = [p.data for p in m.parameters()]
    with pytest.raises(ValueError, match="keeps another training: one of 21 parameters"):
        nn.fit(m, X, Y, optimizer=nn.Adam(m.parameters()), checkpoint=file, resume=True, rng=random.Random(1))
    assert [p.data for p in m.parameters()] == before


def learn_for_long(file):
    learnt(False, epochs=10**6, checkpoint=file)


def test_a_training_that_is_killed_goes_on_from_its_file(tmp_path, monkeypatch):
    file = tmp_path / "t.json"
    child = multiprocessing.get_context("spawn").Process(target=learn_for_long, args=(file,))
    child.start()
    while not file.exists():
        assert child.is_alive()
        child.join(0.05)
    child.kill()
    child.join()
    done = len(json.loads(file.read_bytes())["content"]["history"]["losses"])
    assert learnt(False, epochs=done + 2, checkpoint=file, resume=True) == learnt(False, epochs=done + 2)


# Unasked


def task(m, loss=nn.squared_error, penalty=None, epochs=100_000, optimizer=None):
    return Task(m, loss, penalty, X, Y, optimizer or nn.SGD(m.parameters(), lr=0.1), epochs)


class Own(nn.Module):
    def __init__(self):
        self.inner = model()

    def __call__(self, row):
        return self.inner(row)


def test_what_is_made_of_known_parts_is_compiled_unasked_where_it_pays():
    pytest.importorskip("llvmlite")
    assert isinstance(steps_of(task(model()), None), MachineCode)
    assert isinstance(steps_of(task(model(), epochs=10), None), OneByOne)
    assert isinstance(steps_of(task(model()), False), OneByOne)


def test_what_a_program_brings_along_is_compiled_only_when_asked_for():
    pytest.importorskip("llvmlite")
    known = model()
    own_row = model()
    own_row.layers[0].neurons[0].activation = nn.layers.Primitive.__new__(nn.layers.Primitive)
    own_row.layers[0].neurons[0].activation.name = "tanh"
    for unknown in (
        task(Own()),
        task(lambda row: known(row), optimizer=nn.SGD(known.parameters(), lr=0.1)),
        task(known, loss=lambda p, t: (p - t) ** 2),
        task(known, penalty=lambda m: 0.0),
        task(nn.Sequential(known, lambda x: x)),
        task(nn.Sequential(nn.Dropout(0.5), known)),
        task(own_row),
    ):
        assert not stands_still(unknown)
    assert stands_still(task(known, penalty=nn.penalties.l2(0.1)))
    assert isinstance(steps_of(task(Own()), True), MachineCode)


class Noisy(Own):
    def __call__(self, row):
        return self.inner(row) * (1.0 + random.random())


def test_a_model_that_is_not_the_same_twice_is_no_machine_code():
    pytest.importorskip("llvmlite")
    m = Noisy()
    with pytest.raises(TypeError, match="not the same each time they are run"):
        nn.fit(m, X, Y, optimizer=nn.SGD(m.parameters(), lr=0.1), jit=True)


def test_compiled_unasked_gives_what_python_gives():
    pytest.importorskip("llvmlite")
    m, other = model(), model()
    one = nn.fit(m, X, Y, optimizer=nn.SGD(m.parameters(), lr=0.05), epochs=1500)
    same = nn.fit(other, X, Y, optimizer=nn.SGD(other.parameters(), lr=0.05), epochs=1500, jit=False)
    assert one.losses == pytest.approx(same.losses, rel=1e-8)


# What happened


def test_a_history_is_a_table_a_csv_and_json():
    history, _ = learnt(False, epochs=3, validation=0.3, metric=lambda *_: 1.0, schedule=cosine(0.1, 3))
    lines = history.to_csv().splitlines()
    assert lines[0] == "epoch,loss,validation,metric,rate"
    assert float(lines[1].split(",")[1]) == history.losses[0]
    assert nn.History.from_json(history.to_json()) == history
    assert len(str(history).splitlines()) == 4
    assert len(str(nn.History([1.0] * 1000)).splitlines()) <= 14


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"validation": 1.5}, "validation, a pair (X, y) or a share of the samples, is a share"),
        ({"validation": (X,)}, "validation is a pair (X, y) or a share of the samples, got 1 items"),
        ({"validation": (X, Y[1:])}, "X and y are of one length"),
        ({"stop": [3]}, "a condition to stop is a function"),
        ({"stop": EarlyStopping(3)}, "stop is a list of conditions"),
        ({"schedule": 0.1}, "a schedule is a function of (epoch, losses)"),
        ({"penalty": 0.1}, "a penalty is a function of the model"),
        ({"checkpoint": 3}, "a checkpoint is the path of a file"),
        ({"resume": True}, "resume goes on from a checkpoint"),
        ({"resume": "no"}, "resume is True or False"),
        ({"penalty": lambda model: None}, "the penalty gives None"),
        ({"stop": [EarlyStopping(2)]}, "EarlyStopping watches what is held out"),
        ({"schedule": lambda epoch, losses: -1.0}, "lr is a finite number of at least 0"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(how, says):
    with pytest.raises((ValueError, TypeError)) as error:
        learnt(False, **how)
    assert says in str(error.value)


@pytest.mark.parametrize("jit", [False, True])
def test_the_best_epoch_may_lie_between_the_first_and_the_last(jit):
    if jit:
        pytest.importorskip("llvmlite")
    line = nn.Neuron(1, nonlin=False, init=lambda fan_in, fan_out, rng: lambda: 0.0)
    (w,) = line.w  # goes from 0 to 2, and passes what fits the sample held out
    descent = nn.SGD([w], lr=0.05)
    held_out = [[1.0]], [1.0]
    history = nn.fit(
        line, [[1.0]], [2.0], optimizer=descent, epochs=50, validation=held_out, stop=[EarlyStopping(3)], jit=jit
    )
    assert history.best == len(history.losses) - 4 > 1
    assert (w.data - 1.0) ** 2 == pytest.approx(history.validation[history.best], rel=1e-12)


def test_of_equally_good_epochs_the_first_is_the_best():
    w = Value(1.0)
    best = Best(nn.SGD([w], lr=0.1))
    best.see(0.5)
    w.data = 2.0
    best.see(0.5)
    best.restore()
    assert w.data == 1.0
    assert nn.History([0.5, 0.5]).best == 0


def test_the_file_of_a_training_that_took_a_moment_holds_its_end(tmp_path):
    file = tmp_path / "training.json"
    history, parameters = learnt(False, epochs=3, checkpoint=file)
    kept = json.loads(file.read_text())["content"]
    assert (kept["history"]["losses"], kept["parameters"]) == (history.losses, parameters)


def test_what_machine_code_refuses_unasked_is_left_to_python_to_say(monkeypatch):
    pytest.importorskip("llvmlite")
    monkeypatch.setattr("nn.machine.pays", lambda task: True)
    said = []
    for jit in (False, None):
        m = model()
        with pytest.raises(ValueError, match="a target of -1 or 1, got 3") as raised:
            nn.fit(m, X, [*Y[1:], 3.0], loss="hinge", optimizer=nn.SGD(m.parameters(), lr=0.1), jit=jit)
        said.append((str(raised.value), [p.data for p in m.parameters()]))
    assert said[0] == said[1]


def test_a_normal_number_that_was_drawn_ahead_is_kept_with_a_training(tmp_path):
    file, rngs = tmp_path / "training.json", [random.Random(1), random.Random(2)]
    rngs[0].gauss(0.0, 1.0)  # makes two, and keeps one for the next call
    for rng, resume in zip(rngs, (False, True), strict=True):
        learnt(False, epochs=1, rng=rng, checkpoint=file, resume=resume)
    assert rngs[0].gauss(0.0, 1.0) == rngs[1].gauss(0.0, 1.0)


def test_the_loss_of_an_epoch_is_the_mean_over_its_samples_whatever_the_batches():
    still = lambda parameters, lr: nn.SGD(parameters, lr=0.0)
    whole, _ = learnt(False, optimizer_of=still, epochs=1, batch_size=None)
    for batch_size in (1, 7, 29):  # the last batch of 30 samples has 1, 2 or 1
        parts, _ = learnt(False, optimizer_of=still, epochs=1, batch_size=batch_size)
        assert parts.losses == pytest.approx(whole.losses, rel=1e-12)


def test_a_resumed_training_remembers_the_best_epoch_before_it(tmp_path):
    ends = []
    for interruptions in ([50], [9, 50]):  # the best epoch is the seventh
        file = tmp_path / f"{len(interruptions)}.json"
        for epochs in interruptions:
            line = nn.Neuron(1, nonlin=False, init=lambda fan_in, fan_out, rng: lambda: 0.0)
            how = {"epochs": epochs, "validation": ([[1.0]], [1.0]), "stop": [EarlyStopping(5)]}
            descent = nn.SGD(line.w, lr=0.05)
            history = nn.fit(line, [[1.0]], [2.0], optimizer=descent, checkpoint=file, resume=file.exists(), **how)
        ends.append((history.best, history.losses, line.w[0].data))
    assert ends[0] == ends[1]
    assert ends[0][0] == 6


@pytest.mark.parametrize("name", ["progress", "jit", "resume"])
def test_a_flag_may_be_a_truth_of_numpy(name):
    false = pytest.importorskip("numpy").bool_(False)
    model = nn.Neuron(1, rng=random.Random(1))
    history = nn.fit(
        model, [[1.0]], [1.0], loss=nn.squared_error, optimizer=nn.SGD(model.parameters(), lr=0.1), **{name: false}
    )
    assert history.losses


@pytest.mark.parametrize("name", ["progress", "jit", "resume"])
def test_an_array_is_no_flag(name):
    flags = pytest.importorskip("numpy").array([True, False])
    model = nn.Neuron(1, rng=random.Random(1))
    with pytest.raises(TypeError, match=f"{name} is True"):
        nn.fit(
            model, [[1.0]], [1.0], loss=nn.squared_error, optimizer=nn.SGD(model.parameters(), lr=0.1), **{name: flags}
        )


@pytest.mark.parametrize("place", [".", "nowhere/training.json"])
def test_a_checkpoint_that_cannot_be_written_is_refused_before_the_first_epoch(place, tmp_path):
    model, rng = nn.Neuron(1, rng=random.Random(1)), random.Random(2)
    before = model.state_dict(), rng.getstate()
    descent = nn.SGD(model.parameters(), lr=0.1)
    with pytest.raises((IsADirectoryError, FileNotFoundError), match="folder"):
        nn.fit(
            model,
            [[1.0], [2.0]],
            [1.0, 2.0],
            loss=nn.squared_error,
            optimizer=descent,
            validation=0.5,
            rng=rng,
            checkpoint=tmp_path / place,
        )
    assert (model.state_dict(), rng.getstate()) == before


@pytest.mark.parametrize(
    "record", [{"losses": 3}, {"losses": None}, {"losses": "abc"}, {"metrics": [1.0, "a"]}, {"stopped": 3}]
)
def test_a_history_of_something_else_than_numbers_is_refused_where_it_is_read(record):
    (name,) = record
    with pytest.raises(TypeError, match=name):
        nn.History.from_json(json.dumps(record))
