"""Two recordings of a function are told apart by every operation, input, captured value and constant."""

import random

import numpy as np
import pytest

import autograd
from autograd import Value
from autograd.compiler.repeated import same_recording

X = np.ones((4, 2))
W, V = Value(2.0), Value(2.0)


def recorded(of_sample):
    return autograd.jit(lambda X: autograd.mean(autograd.vmap(of_sample)(X))).recording(X)


FUNCTIONS = {
    "product": lambda row: W * row[0] + row[1],
    "other input": lambda row: W * row[1] + row[1],
    "other value of the same number": lambda row: V * row[0] + row[1],
    "other operation": lambda row: W * row[0] - row[1],
    "other order": lambda row: row[1] + W * row[0],
    "used twice": lambda row: W * row[0] + W * row[0],
    "constant": lambda row: W * row[0] + 1.0,
    "minus zero": lambda row: W * row[0] + -0.0,
    "zero": lambda row: W * row[0] + 0.0,
    "nan": lambda row: W * row[0] + float("nan"),
    "without a slope": lambda row: (W * row[0]).detach() + row[1],
    "with the slope": lambda row: autograd.pos(+(W * row[0])) + row[1],  # as many operations as detach()
    "sum": lambda row: autograd.sum([W * row[0], row[1]]),
    "sum with a constant": lambda row: autograd.sum([W * row[0], 2.0]),
    "sum with another": lambda row: autograd.sum([W * row[0], 3.0]),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_recording_is_the_same_as_that_of_the_same_function_alone(name):
    one = recorded(FUNCTIONS[name])
    assert [other for other in FUNCTIONS if same_recording(one, recorded(FUNCTIONS[other]))] == [name]


def test_a_factor_that_is_drawn_tells_two_recordings_apart():
    chance = random.Random(1)
    drawing = lambda row: W * row[0] * chance.random()
    assert not same_recording(recorded(drawing), recorded(drawing))
