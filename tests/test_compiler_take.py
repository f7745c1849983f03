"""An item of a table whose index is known when compiled code runs: it is read there, and slopes are added there."""

import math
import os
import random
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Value, jit, vmap
from autograd import primitives as rows
from autograd.compiler import numbering
from autograd.compiler.adjoint import differentiated
from autograd.compiler.families import Families
from autograd.compiler.interpret import Interpreter
from autograd.compiler.invariants import check
from autograd.compiler.lift import lift
from autograd.compiler.lowering import describe
from autograd.compiler.printing import source
from autograd.compiler.program import Gather, Scatter
from autograd.compiler.recording import Recording, Reduction, Section
from autograd.compiler.tape import Tape
from benchmarks.proof.compiled.guards import between_guards, guarded
from benchmarks.proof.compiled.rounding import flattened
from tests.compiler_recordings import run

LENGTH = numbering.SHORT_TABLE + 3
BEYOND = [-1.0, float(LENGTH), LENGTH + 0.5, -0.5, math.inf, -math.inf, math.nan, 1e300]
INSIDE = [0.0, -0.0, 0.5, LENGTH - 1.0, LENGTH - 0.5]
HARD = [math.inf, -math.inf, math.nan, -0.0, 0.0, 1e308, -1e-310]

Table = Callable[[list[Value], Value], list[Any]]

#: Tables of parameters w and a number x of the sample.
TABLES: dict[str, Table] = {
    "parameters": lambda w, x: w[:LENGTH],
    "parameters in no order": lambda w, x: [w[(3 * k) % 7] for k in range(LENGTH)],
    "every other parameter, from the last on": lambda w, x: w[2 * LENGTH :: -2][:LENGTH],
    "one parameter": lambda w, x: w[:1] * LENGTH,
    "constants": lambda w, x: [float(k % 4) for k in range(LENGTH)],
    "parameters and constants": lambda w, x: [0.0, 1.5, *w[: LENGTH - 2]],
    "what parameters come to": lambda w, x: [rows.sin(v) for v in w[:LENGTH]],
    "numbers of the sample": lambda w, x: [rows.sin(v * x) for v in w[:LENGTH]],
    "numbers of the sample, parameters and constants": lambda w, x: [2.5, x, *(v * x for v in w[:4]), *w[: LENGTH - 6]],
    "few parameters": lambda w, x: w[:3],
}


@cache
def recorded(name: str) -> Recording:
    """Three items of a table for each sample, of which one is an index that all share, and their sum over all."""
    w, total, shared = [Value(0.0) for _ in range(2 * LENGTH + 1)], Value(0.0), Value(0.0)
    first, second, x = Value(0.0), Value(0.0), Value(0.5)
    items = [rows.take(TABLES[name](w, x), index) for index in (first, shared, second)]
    again = rows.take(TABLES[name](w[1:] + w[:1], x), first)
    section = Section((first, second, x), (*items, rows.dot(items, [x, w[0], 2.0], again)))
    return Recording((*w, shared), (section,), (Reduction(total, rows.sum, 0, 3),), (total,), ((0, 0), (0, 1), (0, 2)))


@cache
def families_of(name: str) -> Families:
    return Families(recorded(name))


def inputs_of(name: str, samples: int, indices: list[float], hard: float = 0.0) -> tuple[Any, ...]:
    """Uniform inputs, columns, seeds, and seeds of the samples; some parameters are hard numbers."""
    rng = random.Random(samples)
    uniform = np.array(
        [rng.choice(HARD) if rng.random() < hard else rng.uniform(-2.0, 2.0) for _ in range(2 * LENGTH + 1)]
    )
    places = [*map(float, range(LENGTH)), *indices]
    columns = [[rng.choice(places), rng.choice(places), rng.uniform(-2.0, 2.0)] for _ in range(samples)]
    seeds = [np.array([rng.uniform(-1.0, 1.0) for _ in range(samples)]) for _ in range(3)]
    return np.append(uniform, rng.choice(places)), [np.array(columns).reshape(samples, 3)], np.array([0.75]), seeds


def same(got: Any, expected: Any) -> None:
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12, equal_nan=True)


@pytest.mark.parametrize("name", TABLES)
def test_a_program_with_a_table_keeps_its_invariants(name: str) -> None:
    lifted = lift(recorded(name))
    check(lifted.program)
    bodies = {type(piece.body) for family in lifted.program.families for piece in family.pieces}
    assert (Gather in bodies) is (name != "few parameters")
    for columns in (False, True):
        check(differentiated(lifted, recorded(name), seeded=True, columns=columns))


@pytest.mark.parametrize("name", TABLES)
def test_the_passes_alone_give_what_the_interpreter_gives(name: str) -> None:
    for columns in (False, True):
        given = inputs_of(name, 7, INSIDE + BEYOND)
        program = differentiated(lift(recorded(name)), recorded(name), seeded=True, columns=columns)
        expected = flattened(Interpreter(recorded(name)).pull_back(*given))
        got = run(program, recorded(name), given)
        same(got[: None if columns else -21], expected[: None if columns else -21])


@pytest.mark.parametrize("name", TABLES)
def test_an_item_and_its_slopes_are_those_of_the_interpreter_for_a_batch_of_any_size(name: str) -> None:
    for samples in range(68) if name == "parameters" else (*range(10), 15, 16, 17, 31, 33, 67):
        given = inputs_of(name, samples, INSIDE)
        expected = Interpreter(recorded(name)).pull_back(*given)
        same(flattened(families_of(name).pull_back(*given)), flattened(expected))
        outputs, per_sample = families_of(name).forward(*given[:2])
        same(np.concatenate([outputs, *per_sample]), np.concatenate([expected[0], *expected[1]]))


@pytest.mark.parametrize("name", TABLES)
def test_an_index_beyond_the_table_gives_nan_and_has_no_slopes(name: str) -> None:
    for samples in (1, 9, 40):
        given = inputs_of(name, samples, INSIDE + BEYOND * 3)
        same(flattened(families_of(name).pull_back(*given)), flattened(Interpreter(recorded(name)).pull_back(*given)))


@pytest.mark.parametrize("name", ["parameters", "parameters and constants", "numbers of the sample"])
def test_the_tape_says_the_same(name: str) -> None:
    given = inputs_of(name, 9, INSIDE + BEYOND, hard=0.2)
    same(flattened(Tape(recorded(name)).pull_back(*given)), flattened(Interpreter(recorded(name)).pull_back(*given)))


def test_what_is_read_from_a_table_keeps_its_bits() -> None:
    uniform, columns, *_ = inputs_of("parameters", 67, INSIDE, hard=0.7)
    items = families_of("parameters").forward(uniform, columns)[1]
    expected = Interpreter(recorded("parameters")).forward(uniform, columns)[1]
    for got, wanted in zip(items, expected, strict=True):
        there = ~np.isnan(wanted)
        assert got[there].tobytes() == wanted[there].tobytes()
        assert np.isnan(got[~there]).all()


def test_slopes_that_are_inf_or_nan_are_never_hidden_by_an_index_beyond() -> None:
    """A run that shows one is done again by the tape, where each item has 0 times the slope: nan."""
    uniform, columns, seeds, sample_seeds = inputs_of("parameters", 5, [])
    columns[0][2, 0], sample_seeds[0][2] = -1.0, math.inf
    _, _, slopes, _ = families_of("parameters").pull_back(uniform, columns, seeds, sample_seeds)
    assert not np.isfinite(slopes).all()


@pytest.mark.parametrize("name", TABLES)
def test_a_printed_table_computes_what_the_compiled_one_does(name: str) -> None:
    for samples in (0, 1, 13):
        given = inputs_of(name, samples, INSIDE + BEYOND)
        uniform, columns, seeds, sample_seeds = given
        program = families_of(name).all_slopes.program
        printed = source(program, recorded(name)).function()(uniform, *columns, seeds, np.array(sample_seeds).T)
        outputs, per_sample, slopes, column_slopes = families_of(name).pull_back(*given)
        same(
            np.concatenate([np.ravel(each.T if np.ndim(each) == 2 else each) for each in printed]),
            np.concatenate([outputs, *per_sample, slopes, column_slopes[0].T.ravel()]),
        )


def test_every_call_gives_the_same_bits() -> None:
    given = inputs_of("parameters", 67, INSIDE)
    first = flattened(families_of("parameters").pull_back(*given)).tobytes()
    families_of("parameters").pull_back(*inputs_of("parameters", 9, INSIDE))
    assert flattened(families_of("parameters").pull_back(*given)).tobytes() == first
    assert flattened(Families(recorded("parameters")).pull_back(*given)).tobytes() == first


# Guard pages

GUARDED = ["parameters", "constants", "parameters and constants", "numbers of the sample"]


def run_all_between_guards() -> None:
    for name, at_end in product(GUARDED, (False, True)):
        with between_guards(at_end):
            families = Families(recorded(name))
            for samples in (0, 1, 9, 33):
                uniform, columns, seeds, sample_seeds = given = inputs_of(name, samples, INSIDE + BEYOND)
                arrays = [guarded(array, at_end) for array in columns]
                families.forward(guarded(uniform, at_end), arrays)
                got = families.pull_back(guarded(uniform, at_end), arrays, guarded(seeds, at_end), sample_seeds)
                if samples:
                    same(flattened(got), flattened(Interpreter(recorded(name)).pull_back(*given)))
    print("every byte outside untouched")


def test_no_index_makes_compiled_code_touch_memory_that_is_not_the_table() -> None:
    path = os.pathsep.join(p for p in sys.path if p)
    command = [sys.executable, "-W", "error", __file__]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env={**os.environ, "PYTHONPATH": path})
    assert done.stdout == "every byte outside untouched\n", (done.returncode, done.stderr[-2000:])


# Rows


def embedding(count: int, width: int, seed: int = 0) -> list[list[Value]]:
    rng = random.Random(seed)
    return [[Value(rng.uniform(-1.0, 1.0)) for _ in range(width)] for _ in range(count)]


def score(table: list[list[Value]], x: Any) -> Any:
    """A number made of the rows at all indices of a sample."""
    chosen = [v for index in x for v in autograd.take(table, index)]
    return autograd.tanh(autograd.sum([v * (0.1 * k + 0.2) for k, v in enumerate(chosen)]))


def average(table: list[list[Value]]) -> Callable[..., Any]:
    return lambda X: autograd.mean(vmap(lambda x: score(table, x))(X))


def test_a_look_up_of_rows_is_as_many_families_whatever_the_size_of_the_table() -> None:
    shapes = []
    for count, width in ((27, 10), (270, 10), (27, 20)):
        lowered = jit(average(embedding(count, width))).lower(np.zeros((4, 3), dtype=int))
        bodies = [type(piece.body) for family in lowered.program.families for piece in family.pieces]
        shapes.append((len(lowered.program.families), bodies.count(Gather), bodies.count(Scatter)))
    assert shapes[0][1:] == (1, 1)
    assert len(set(shapes)) == 1


def test_a_look_up_is_described_as_what_it_is() -> None:
    compiled = jit(average(embedding(27, 10)))
    X = np.zeros((4, 3), dtype=int)
    program = compiled.lower(X).program
    lines = [line for line in describe(program).splitlines() if " item " in line]
    assert ["of 27 in f0 from table on" in lines[0], "added to item" in lines[1], len(lines)] == [True, True, 2]
    text = str(compiled.source(X))
    assert "E1 = p.reshape(10, 27).T\n" in text
    assert "taken_1 = rows_at(E1, chosen_1).reshape(-1, 30)" in text


@pytest.mark.parametrize("samples", [1, 2, 8, 33, 67])
def test_rows_and_their_slopes_are_those_of_eager_mode(samples: int) -> None:
    eager, compiled = embedding(11, 3), embedding(11, 3)
    X = np.random.default_rng(samples).integers(0, 11, (samples, 2))
    expected, found = average(eager)(X.tolist()), compiled_average(samples < 3)(compiled, X)
    expected.backward()
    found.backward()
    assert found.data == pytest.approx(expected.data, rel=1e-13)
    same([v.grad for row in compiled for v in row], [v.grad for row in eager for v in row])


def compiled_average(as_argument: bool) -> Callable[..., Any]:
    """The average, of a table that is an argument, or of one that is captured."""
    if as_argument:
        return jit(lambda table, X: average(table)(X))
    return lambda table, X: jit(average(table))(X)


@pytest.mark.parametrize("index", [3, 3.0, True, Value(3.0), np.int64(3), np.float64(3.0)])
def test_any_whole_number_is_an_index_of_a_compiled_function(index: Any) -> None:
    table = embedding(12, 2)
    taken = jit(lambda i: autograd.sum(autograd.take(table, i)))(index)
    assert taken.data == autograd.sum(table[1 if index is True else 3]).data


def test_a_number_that_is_not_whole_gives_nan_in_a_compiled_function() -> None:
    compiled = jit(lambda i: autograd.sum(autograd.take(embedding(12, 2), i)))
    assert all(math.isnan(compiled(i).data) for i in (-1, 12, 0.5, math.nan, math.inf))
    with pytest.raises(IndexError, match="take needs a whole index from 0 to 11, got 12"):
        jit(lambda x: x * autograd.sum(autograd.take(embedding(12, 2), 12)))(1.0)


def test_a_table_may_hold_numbers_that_are_not_finite() -> None:
    table = [[Value(v), Value(1.0)] for v in (*HARD, *map(float, range(9)))]
    columns = np.arange(16)
    found = jit(lambda X: vmap(lambda i: autograd.take(table, i)[0])(X))(columns)
    assert [repr(v.data) for v in found] == [repr(row[0].data) for row in table]


def test_rows_of_rows_come_out_as_they_are_nested() -> None:
    table = [[[Value(100.0 * a + 10.0 * b + c) for c in range(2)] for b in range(3)] for a in range(10)]
    found = jit(lambda i: autograd.take(table, i))(7)
    assert [[v.data for v in row] for row in found] == [[v.data for v in row] for row in table[7]]


def test_derivatives_inside_a_compiled_function_go_through_a_look_up() -> None:
    X = [[1, 10], [10, 10], [0, 3]]
    table = [[0.1 * k, 0.5 - 0.05 * k] for k in range(12)]

    def loss(table: Any) -> Any:
        return autograd.mean([score(table, x) for x in X])

    def traced(table: Any, X: Any) -> Any:
        return autograd.grad(lambda t: autograd.mean(vmap(lambda x: score(t, x))(X)))(table)

    same(jit(traced)(table, np.array(X)), autograd.grad(loss)(table))


def test_second_derivatives_go_through_a_look_up() -> None:
    def curved(w: Any, i: Any) -> Any:
        return autograd.exp(autograd.take([v * w[0] for v in w], i) * w[1])

    w = [0.1 * k + 0.3 for k in range(LENGTH)]
    for i in (0, 1, 4):
        expected = autograd.hessian(curved)(w, i)
        same(jit(autograd.hessian(curved))(w, i), expected)


def test_samples_written_out_become_a_batch_with_its_look_ups() -> None:
    eager, compiled = embedding(12, 2), embedding(12, 2)
    X = [[k % 12, (5 * k) % 12] for k in range(30)]
    written_out = jit(lambda X: autograd.sum([score(compiled, x) for x in X]))
    expected = autograd.sum([score(eager, x) for x in X])
    found = written_out([[float(i) for i in x] for x in X])
    expected.backward()
    found.backward()
    assert found.data == pytest.approx(expected.data, rel=1e-13)
    same([v.grad for row in compiled for v in row], [v.grad for row in eager for v in row])


class Letters(nn.Module):
    """A model that looks letters up."""

    def __init__(self) -> None:
        rng = random.Random(0)
        self.table = [[Value(rng.uniform(-1.0, 1.0)) for _ in range(2)] for _ in range(12)]
        self.layers = nn.MLP(4, [12], rng=rng)

    def __call__(self, x: Any) -> Any:
        return self.layers([v for index in x for v in autograd.take(self.table, index)])


def test_a_compiled_training_of_a_table_ends_where_an_eager_one_does() -> None:
    X = [[k % 12, (7 * k) % 12] for k in range(40)]
    y = [(a + b) % 12 for a, b in X]
    found = []
    for compiled in (True, False):
        model = Letters()
        options = {"batch_size": 16, "epochs": 3, "rng": random.Random(1), "jit": compiled}
        nn.fit(model, X, y, loss="cross_entropy", optimizer=nn.SGD(model.parameters(), lr=0.5), **options)
        found.append([p.data for p in model.parameters()])
    same(*found)


if __name__ == "__main__":
    run_all_between_guards()
