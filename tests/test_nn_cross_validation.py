"""Sweeps: every choice on every fold, on any executor, and sentences for what cannot be tried."""

import math
import random
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

import nn

X = [[i / 10.0] for i in range(20)]
Y = [2.0 * row[0] + 0.3 * (i % 3) for i, row in enumerate(X)]


def mean_or_line(choice, X, y, rng):
    """A constant, the best line through 0, or what was learnt by heart."""
    if choice == "mean":
        mean = sum(y) / len(y)
        return [("constant", mean)]
    slope = sum(row[0] * target for row, target in zip(X, y, strict=True)) / sum(row[0] ** 2 for row in X)
    if choice == "line":
        return [("slope", slope)]
    return [*zip(map(tuple, X), y, strict=True)]


def answer(model, row):
    kind, held = model[0]
    if kind == "constant":
        return held
    if kind == "slope":
        return held * row[0]
    return dict(model).get(tuple(row), 0.0)


def squared(model, X, y):
    return sum((answer(model, row) - target) ** 2 for row, target in zip(X, y, strict=True)) / len(y)


def test_the_best_choice_is_neither_too_simple_nor_learnt_by_heart():
    found = nn.sweep(mean_or_line, ["mean", "line", "heart"], X, Y, error=squared, k=4, rng=random.Random(1))
    mean, line, heart = found.trials
    assert found.best is line
    assert heart.train_error == 0.0
    assert heart.held_out_error > line.held_out_error
    assert mean.train_error > line.train_error
    assert len(line.held_out_errors) == 4


def test_processes_find_what_one_process_finds():
    given = {"error": squared, "k": 3}
    here = nn.sweep(mean_or_line, ["mean", "line"], X, Y, **given, rng=random.Random(7))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        there = nn.sweep(mean_or_line, ["mean", "line"], X, Y, **given, rng=random.Random(7), executor=executor)
    assert there == here


def test_the_table_has_a_line_for_each_choice_and_marks_the_best():
    lines = str(nn.sweep(mean_or_line, ["mean", "line"], X, Y, error=squared, rng=random.Random(1))).splitlines()
    assert len(lines) == 3
    assert [line.endswith("best") for line in lines] == [False, False, True]


def test_a_training_may_change_its_samples_in_place():
    def centre(choice, X, y, rng):
        mean = sum(row[0] for row in X) / len(X)
        for row in X:
            row[0] -= mean
        return mean_or_line("line", X, y, rng)

    before = [list(row) for row in X]
    found = nn.sweep(centre, [1, 2], X, Y, error=squared, k=4, rng=random.Random(1))
    assert before == X
    assert found.trials[0].held_out_errors == found.trials[1].held_out_errors


def test_a_choice_that_diverges_has_the_error_inf_and_the_others_go_on():
    def learn(choice, X, y, rng):
        if choice == 2:
            raise FloatingPointError("the loss became nan")
        return mean_or_line("line", X, y, rng)

    found = nn.sweep(learn, [2, 1], X, Y, error=squared, k=4, rng=random.Random(1))
    assert found.trials[0].held_out_errors == [math.inf] * 4
    assert found.best.choice == 1
    assert str(found).splitlines()[1].split() == ["2", "inf", "inf", "nan"]


def test_an_error_may_be_a_value_and_is_not_recorded():
    def error(model, X, y):
        mean = sum(model(row) for row in X) / len(X)
        assert mean.operands == ()
        return mean

    found = nn.sweep(lambda *_: nn.Neuron(1), [1], X, Y, error=error, rng=random.Random(1))
    assert all(type(each) is float for each in found.trials[0].held_out_errors)


def test_an_error_that_is_nan_is_never_the_best():
    found = nn.Sweep([nn.Trial("a", [1.0, 1.0], [math.nan, 0.0]), nn.Trial("b", [1.0, 1.0], [2.0, 3.0])])
    assert found.best.choice == "b"
    assert found.trials[1].deviation == pytest.approx(math.sqrt(0.5))


def test_an_error_in_a_training_names_the_choice():
    with pytest.raises(ZeroDivisionError) as error:
        nn.sweep(lambda choice, *_: 1 / choice, [0], X, Y, error=squared)
    assert error.value.__notes__ == ["in a training with the choice 0"]


def test_the_columns_of_the_table_are_as_wide_as_the_choices():
    lines = str(nn.Sweep([nn.Trial((16, 16, 16), [1.0, 1.0], [1.0, 1.5]), nn.Trial(2, [0.5, 1.0], [2.0, 3.0])]))
    assert len({len(line.removesuffix("  best")) for line in lines.splitlines()}) == 1


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: nn.sweep(mean_or_line, [], X, Y, error=squared), "choices is empty"),
        (lambda: nn.sweep(mean_or_line, 3, X, Y, error=squared), "choices is a list of what is tried, got int: 3"),
        (lambda: nn.sweep(mean_or_line, ["line"], X, Y, error=squared, executor=2), "executor takes a concurrent"),
        (lambda: nn.sweep(mean_or_line, [1], X, Y, error=3), "error is a function"),
        (lambda: nn.sweep(3, [1], X, Y, error=squared), "learn is a function"),
        (lambda: nn.sweep(mean_or_line, ["line"], X, Y, error=squared, k=30), "20 samples are too few for 30 folds"),
        (lambda: nn.sweep(mean_or_line, ["line"], X, Y[1:], error=squared), "20 rows and 19 targets"),
        (lambda: nn.sweep(mean_or_line, ["line"], X, Y, error=lambda *_: "low"), "an error is"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(call, says):
    with pytest.raises((ValueError, TypeError)) as error:
        call()
    assert says in str(error.value)
