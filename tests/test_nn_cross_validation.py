"""Sweeps: every choice on every fold, on any executor, and sentences for what cannot be tried."""

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


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: nn.sweep(mean_or_line, [], X, Y, error=squared), "choices is empty"),
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
