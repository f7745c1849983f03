"""What a traced function may not ask a value for, and what it records."""

import inspect
import math
import operator

import pytest

import autograd
from autograd import FrozenError, Value, jit
from autograd.compiler.interpret import Interpreter
from autograd.compiler.tracing import Trace
from autograd.modes import tracer


@pytest.mark.parametrize(
    ("asked", "instead"),
    [
        (bool, r"autograd\.where"),
        (lambda v: 1.0 if v else 2.0, r"autograd\.where"),
        (lambda v: v < 1.0, r"autograd\.maximum"),
        (lambda v: v <= v, r"autograd\.maximum"),
        (lambda v: v > 1.0, r"autograd\.maximum"),
        (lambda v: v <= 1.0, r"autograd\.maximum"),
        (lambda v: sorted([v, v]), r"autograd\.maximum"),
        (lambda v: v == 1.0, r"autograd\.equal"),
        (lambda v: v != 1, r"autograd\.equal"),
        (lambda v: v in (0.0, 1.0), r"autograd\.equal"),
        (lambda v: v.data, "compute with the value itself"),
        (lambda v: v.item(), "compute with the value itself"),
        (lambda v: v.grad, r"autograd\.grad"),
        (float, r"autograd\.sin"),
        (math.sin, r"autograd\.sin"),
        (int, r"value\.floor\(\)"),
        (lambda v: [1.0, 2.0][v], r"autograd\.take\(table, index\)"),
        (range, r"autograd\.take\(table, index\)"),
        (operator.index, r"autograd\.take\(table, index\)"),
        (lambda v: setattr(v, "data", 1.0), "assign it outside"),
        (lambda v: setattr(v, "grad", 1.0), "assign it outside"),
        (lambda v: (v * v).backward(), r"autograd\.gradients"),
    ],
)
def test_a_number_or_a_branch_is_not_frozen_in_silence(asked, instead):
    w = Value(2.0)
    for f in (asked, lambda x: asked(x * w), lambda x: asked(w)):
        with pytest.raises(
            FrozenError, match=rf"would be frozen into the compiled function.*{instead}.*static argument"
        ):
            jit(f)(2.0)


def test_the_error_says_where_in_the_users_file():
    def f(x):
        y = x * 2.0
        return y if y > 1.0 else x

    line = inspect.getsourcelines(f)[1] + 2
    with pytest.raises(FrozenError, match=rf"test_compiler_tracing\.py:{line}: use"):
        jit(f)(2.0)
    with pytest.raises(FrozenError, match=rf"test_compiler_tracing\.py:{line}: use"):
        jit(autograd.vmap(f))([2.0])


def test_in_eager_mode_nothing_is_frozen():
    v = Value(2.0)
    assert (v > 1.0, v.data, v == 2.0, v == v, v != 2.0, v in {v}) == (True, 2.0, False, True, True, True)
    with pytest.raises(TypeError, match=r"use autograd\.take\(table, index\), or int\(value\.data\)"):
        [1.0, 2.0][v]


def test_equality_with_another_value_is_identity_while_tracing():
    assert jit(lambda x, y: [x * 1.0, [x == x, x == y, x in [y, x]]])(1.0, 1.0)[1] == [True, False, True]


def test_traced_values_have_no_number():
    seen = []
    jit(lambda x: seen.append((x * 2.0)._data) or x)(3.0)
    assert math.isnan(seen[0])


def test_what_leaves_a_trace_is_refused_in_another():
    kept = []
    jit(lambda x: kept.append(x * 2.0) or x)(3.0)
    with pytest.raises(TypeError, match=r"made while jit\(<lambda>\) was traced, and has no number: return it"):
        jit(lambda x: x + kept[0])(3.0)


def test_a_trace_ends_with_its_function():
    assert jit(lambda x: [x * 1.0, isinstance(tracer(), Trace)])(1.0)[1] is True
    assert tracer() is None


# What is recorded


def recorded(f, *arguments):
    return jit(f).recording(*arguments)


def test_a_recording_holds_rows_and_floats_and_leaves():
    w = Value(2.0)
    recording = recorded(lambda x: Value(3.0) * x + w * 4.0, 1.0)
    (y,) = recording.outputs
    assert str(y._row) == "add"
    assert (y._x._x, y._y._y) == (3.0, 4.0)
    assert recording.captured == (w,)
    assert recording.arguments == (y._x._y,)


def test_a_map_is_a_section_of_one_sample():
    w = Value(2.0)
    recording = recorded(
        lambda X, y: autograd.mean(autograd.vmap(lambda x, t: w * x[0] * x[1] - t)(X, y)), [[1.0, 2.0]], [3.0]
    )
    (section,) = recording.sections
    (reduction,) = recording.reductions
    assert (len(section.inputs), len(section.outputs), str(reduction.row)) == (3, 1, "mean")
    assert recording.outputs == (reduction.leaf,)
    assert recording.captured == (w,)
    assert section.outputs[0]._x._x._x is w  # what a sample sees of it is the parameter itself


def test_sections_come_in_the_order_of_what_they_need():
    def f(X):
        first = autograd.mean(autograd.vmap(lambda x: x)(X))
        second = autograd.mean(autograd.vmap(lambda x: x - first)(X))
        return autograd.sum(autograd.vmap(lambda x: x * second)(X)) + first

    recording = recorded(f, [1.0, 2.0])
    assert [reduction.section for reduction in recording.reductions] == [0, 1, 2]
    assert len({*(v for section in recording.sections for v in section.inputs)}) == 3  # none is in two sections


def test_maps_over_the_same_rows_share_a_section():
    f = lambda X: [row(autograd.vmap(lambda x: x * x)(X)) for row in (autograd.sum, autograd.mean, autograd.max)]
    assert len(recorded(f, [1.0, 2.0]).sections) == 1


def test_a_section_without_a_use_is_left_out():
    f = lambda X, y: (autograd.vmap(lambda x: x)(X) and None) or y * 2.0
    with pytest.raises(TypeError):
        recorded(f, [1.0], 2.0)
    assert recorded(lambda X, y: [autograd.vmap(lambda x: x)(X), y * 2.0][1], [1.0], 2.0).sections == ()


# No gradient


def test_detach_and_no_grad_stop_the_slopes_and_keep_the_value():
    def inside_no_grad(x):
        with autograd.no_grad():
            return x * x

    for f in (lambda x: (x * x).detach() * x, lambda x: x.detach() * x * x.detach(), lambda x: inside_no_grad(x) * x):
        recording = recorded(f, 3.0)
        outputs, _, slopes, _ = run(recording, [3.0])
        assert (outputs.tolist(), slopes.tolist()) == ([27.0], [9.0])
        x = Value(3.0)
        y = jit(f)(x)
        y.backward()
        assert (y.data, x.grad) == (27.0, 9.0)
        assert jit(autograd.grad(f))(3.0) == 9.0


def test_a_batch_inside_no_grad_is_a_constant():
    def f(X):
        with autograd.no_grad():
            centre = autograd.mean(autograd.vmap(lambda x: x)(X))
        return autograd.sum(autograd.vmap(lambda x: (x - centre) * x)(X))

    X = [Value(1.0), Value(3.0)]
    jit(f)(X).backward()
    assert [v.grad for v in X] == [0.0, 4.0]


def run(recording, uniform):
    import numpy

    return Interpreter(recording).pull_back(numpy.array(uniform), [], numpy.ones(1), [])


# Values inside


def test_a_value_made_of_a_traced_one_is_that_value():
    x = Value(3.0)
    y = jit(lambda x: Value(x, label="input") * 2.0)(x)
    y.backward()
    assert (y.data, x.grad) == (6.0, 2.0)


def test_what_is_no_number_is_refused_by_name_while_tracing():
    with pytest.raises(TypeError, match="Value takes a real number, got str: 'a'"):
        jit(lambda x: Value("a"))(1.0)


def test_a_leaf_made_inside_can_be_differentiated():
    def f(x):
        w = Value(2.0)
        return autograd.gradients(w * w * x, [w])[0]

    assert jit(f)(Value(3.0)).data == 12.0


def test_sequences_that_do_not_fit_are_refused_where_they_are_traced():
    with pytest.raises(ValueError, match="dot takes as many weights as inputs, got 2 and 1"):
        jit(lambda v: autograd.dot(v, [v[0]]))([1.0, 2.0])
    with pytest.raises(ValueError, match="mean takes at least one value, got none"):
        jit(lambda x: autograd.mean([]) * x)(1.0)


def test_a_row_of_the_users_own_is_recorded_without_running_on_numbers():
    @autograd.primitive(lambda z, x: 2.0)
    def picky(x: float) -> float:
        if x != x:
            raise AssertionError("this row was run on a placeholder")
        return 2.0 * x

    try:
        assert Interpreter(recorded(picky, 1.0)).inputs[0]._data != 1.0
    finally:
        del autograd.primitives.TABLE["picky"]
        delattr(Value, "picky")
