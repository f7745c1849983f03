"""The slopes of one result of several are its own, whatever those of the others are."""

import math

import numpy as np
import pytest

import autograd
from autograd import Value, jit, primitives, vmap
from autograd.compiler.interpret import Interpreter
from autograd.compiler.one_result import of_one_result
from autograd.compiler.recording import Recording
from benchmarks.proof.compiled.recordings import inputs_of
from tests.compiler_recordings import handmade

pytest.importorskip("llvmlite")

w = Value(0.0, label="w")
u = Value(2.0, label="u")


def steep_and_flat(X):
    return w.sqrt(), w * 3.0 + u


def steep_mean_and_flat_sum(X):
    return autograd.mean(vmap(lambda x: (w * x).sqrt())(X)), autograd.sum(vmap(lambda x: w * x + u)(X))


def of_each_sample(X):
    return vmap(lambda x: (w * x, (w * x).sqrt()))(X)


def each_sample_beside_a_steep_mean(X):
    mean = autograd.mean(vmap(lambda x: (w * x).sqrt())(X))
    return vmap(lambda x: u * x)(X), mean


def two_means_one_behind_the_other(X):
    mean = autograd.mean(vmap(lambda x: u * x)(X))
    return autograd.mean(vmap(lambda x: (w * x - mean) ** 2.0)(X)), mean * w.sqrt(), mean


def steep_matrix(X):
    return [[w.sqrt() * u, u], [w.sqrt(), w]]


FUNCTIONS = [
    steep_and_flat,
    steep_mean_and_flat_sum,
    of_each_sample,
    each_sample_beside_a_steep_mean,
    two_means_one_behind_the_other,
    steep_matrix,
]


def slopes_of_each_result(f, X):
    found = []
    for result in autograd.transforms.leaves(f(X)):
        w.grad = u.grad = 0.0
        result.backward()
        found += [w.grad, u.grad]
    return found


@pytest.mark.parametrize("f", FUNCTIONS)
def test_an_infinite_slope_of_another_result_does_no_harm(f):
    X = [[1.0, 2.0, 3.0], [0.5] * 9, [1.0]]
    compiled = jit(f)
    for samples in X:
        expected = slopes_of_each_result(f, samples)
        assert any(map(math.isinf, expected))
        assert slopes_of_each_result(compiled, samples) == pytest.approx(expected, rel=1e-14)


def test_arguments_that_are_values_have_their_own_slopes_too():
    compiled = jit(lambda x, y: (x.sqrt(), x * y))
    x, y = Value(0.0), Value(5.0)
    compiled(x, y)[1].backward()
    assert (x.grad, y.grad) == (5.0, 0.0)


def chain_beside_a_mean(X):
    mean = autograd.mean(vmap(lambda x: u * x)(X))
    return vmap(lambda x: (u * x).sqrt())(X), mean


def chain_on_a_mean(X):
    mean = autograd.mean(vmap(lambda x: u * x)(X))
    return vmap(lambda x: (u * x).sqrt() * mean)(X)


@pytest.mark.parametrize("f", [chain_beside_a_mean, chain_on_a_mean])
@pytest.mark.parametrize("valued", [False, True])
def test_an_infinite_slope_of_another_sample_does_no_harm(f, valued):
    numbers = [4.0, 0.0, 1.0, 9.0]

    def slopes(f):
        X = [Value(x) for x in numbers] if valued else numbers
        found = []
        for result in autograd.transforms.leaves(f(X)):
            given = [u, *X] if valued else [u]
            for value in given:
                value.grad = 0.0
            result.backward()
            found += [value.grad for value in given]
        return found

    expected = slopes(f)
    assert sum(map(math.isnan, expected)) == 1, "of the sample itself: 0 times inf"
    assert slopes(jit(f)) == pytest.approx(expected, rel=1e-14, nan_ok=True)


HANDMADE = handmade()


@pytest.mark.parametrize("result", range(len(HANDMADE.outputs) + len(HANDMADE.per_sample)))
def test_a_result_by_itself_is_what_it_is_among_the_others(result):
    count = len(HANDMADE.outputs)
    uniform, columns, seeds, sample_seeds = inputs_of(HANDMADE, 5, 0)
    seeds, sample_seeds = np.zeros_like(seeds), [np.zeros_like(each) for each in sample_seeds]
    if result < count:
        seeds[result] = 1.0
        mine = seeds[result : result + 1], []
    else:
        sample_seeds[result - count][2] = 1.0
        mine = np.zeros(0), [sample_seeds[result - count]]
    alone = of_one_result(HANDMADE, result)
    assert len(alone.captured) == 0
    together = Interpreter(HANDMADE).pull_back(uniform, columns, seeds, sample_seeds)
    found = Interpreter(alone).pull_back(uniform, columns, *mine)
    np.testing.assert_array_equal(found[2], together[2])
    for one, other in zip(found[3], together[3], strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_another_result_alone_needs_is_left_out():
    x = Value(0.0)
    steep = primitives.sqrt(x)
    alone = of_one_result(Recording((x,), (), (), (steep, x * 2.0), ()), 1)
    assert [node._row for node in alone.outputs] == [primitives.mul]
