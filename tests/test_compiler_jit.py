"""A compiled function: what it takes, what it gives, and what it is as a node of an ordinary graph."""

import copy
import gc
import math
import random
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path
from typing import Any, NamedTuple

import numpy
import pytest

import autograd
import nn
from autograd import Value, jit
from autograd.compiler import making
from autograd.compiler.interpret import Interpreter
from autograd.compiler.results import Samples
from autograd.modes import open_blocks

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True, params=["interpreted", "compiled"])
def backend(request, monkeypatch):
    """Everything here holds for the machine code, and for the interpreter that it is held against."""
    if request.param == "interpreted":
        monkeypatch.setattr(making, "compile_recording", lambda recording, team=None: Interpreter(recording))


def counted(f):
    """A function that counts how often it is run, and the list that grows."""
    calls = []

    def function(*arguments, **named):
        calls.append(arguments)
        return f(*arguments, **named)

    return function, calls


def agrees(found, expected, tolerance=1e-12):
    """Whether two nests of numbers and values have the same shape, kinds and, within rounding, numbers."""
    if isinstance(expected, (list, tuple)):
        assert isinstance(found, list if isinstance(expected, list) else type(expected))
        assert len(found) == len(expected)
        for f, e in zip(found, expected, strict=True):
            agrees(f, e, tolerance)
    elif isinstance(expected, dict):
        assert list(found) == list(expected)
        agrees([*found.values()], [*expected.values()], tolerance)
    elif isinstance(expected, Value):
        assert type(found) is Value
        assert found.data == pytest.approx(expected.data, rel=tolerance, abs=tolerance, nan_ok=True)
    elif isinstance(expected, float):
        assert type(found) is float
        assert found == pytest.approx(expected, rel=tolerance, abs=tolerance, nan_ok=True)
    else:
        assert found == expected


def moons(samples, rng):
    points = [[rng.uniform(-2, 2), rng.uniform(-2, 2)] for _ in range(samples)]
    return points, [rng.choice((-1.0, 1.0)) for _ in points]


# The promise


@pytest.mark.parametrize("given", ["lists", "arrays", "values"])
def test_the_example_of_the_documentation_gives_what_the_eager_engine_gives(given):
    rng = random.Random(7)
    model = nn.MLP(2, [16, 16, 1], rng=rng)

    def sample_loss(x, target):
        return nn.losses.hinge(model(x), target)

    def loss(X, y):
        return autograd.mean(autograd.vmap(sample_loss)(X, y)) + 1e-4 * sum(p * p for p in model.parameters())

    compiled = jit(loss)
    for samples in (5, 1, 9):
        X, y = moons(samples, rng)
        expected = loss(X, y)
        model.zero_grad()
        expected.backward()
        gradients = [p.grad for p in model.parameters()]
        if given == "arrays":
            X, y = numpy.array(X), numpy.array(y)
        elif given == "values":
            X, y = [[Value(x) for x in point] for point in X], [Value(t) for t in y]
        value = compiled(X, y)
        model.zero_grad()
        value.backward()
        assert value.data == pytest.approx(expected.data, rel=1e-12)
        assert [p.grad for p in model.parameters()] == pytest.approx(gradients, rel=1e-12, abs=1e-12)


def test_a_training_loop_around_a_compiled_loss_goes_the_same_way():
    X, y = moons(6, random.Random(3))
    losses = []
    for compile_it in (False, True):
        model = nn.MLP(2, [4, 1], activation="tanh", rng=random.Random(5))
        f = lambda X, y, model=model: autograd.mean(autograd.vmap(lambda x, t: (model(x) - t) ** 2)(X, y))
        f = jit(f) if compile_it else f
        optimizer = nn.Adam(model.parameters(), lr=0.05)
        losses.append([])
        for _ in range(10):
            loss = f(X, y)
            model.zero_grad()
            loss.backward()
            optimizer.step()
            losses[-1].append(loss.data)
    assert losses[0][-1] < losses[0][0]
    assert losses[1] == pytest.approx(losses[0], rel=1e-10)


# What goes in and out


class Pair(NamedTuple):
    first: Any
    second: Any


CASES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "a number": (lambda x: x * x + 1.0, (3,)),
    "a value": (lambda x: x.exp() * x, (Value(0.5),)),
    "a list": (lambda v: [v[0] * v[1], v[2]], ([2.0, 3, 4.0],)),
    "nested lists": (lambda m: [[b * 2.0 for b in row] for row in m], ([[1.0, 2.0], [3.0, 4.0]],)),
    "ragged lists": (lambda m: [autograd.sum(row) for row in m], ([[1.0, 2.0], [3.0]],)),
    "a tuple": (lambda p: (p[1], p[0] - p[1]), ((5.0, 3.0),)),
    "a named tuple": (lambda p: Pair(p.second * 2.0, p.first * 1.0), (Pair(5.0, 3.0),)),
    "a dictionary": (lambda d: {"b": d["a"] * d["c"][0]}, ({"a": 2.0, "c": [3.0]},)),
    "values among numbers": (lambda v: v[0] * v[1] + v[2], ([Value(2.0), 3.0, Value(4.0)],)),
    "text, None and bools": (lambda x, s, n, b: [x * 2.0, s, n, x if b else -x], (3.0, "text", None, True)),
    "a constant result": (lambda x: [1.5, x, "name", None], (2.0,)),
    "an argument that comes out": (lambda v, x: (v, x * 1.0), ([1.0, 2.0], 3.0)),
    "no argument": (lambda: 2.5, ()),
    "a value made inside": (lambda x: Value(2.0) * x + Value(1.0), (3.0,)),
    "several values and one result": (lambda a, b: autograd.dot(a, b, 1.0), ([Value(1.0), Value(2.0)], [3.0, 4.0])),
    "a list of tuples": (lambda data: autograd.sum([x * t for x, t in data]), ([(1.0, 2.0), (3.0, 4.0)],)),
    "an empty list": (lambda v, x: x * 2.0 + len(v), ([], 3.0)),
}


@pytest.mark.parametrize("case", CASES)
def test_it_gives_what_the_function_gives(case):
    f, arguments = CASES[case]
    compiled = jit(f)
    for _ in range(2):
        agrees(compiled(*arguments), f(*arguments))


@pytest.mark.parametrize("case", [name for name, (_, given) in CASES.items() if "value" in name])
def test_its_slopes_are_those_of_the_function(case):
    f, arguments = CASES[case]
    values = [v for v in autograd.transforms.leaves(list(arguments)) if isinstance(v, Value)]
    gradients = []
    for function in (f, jit(f)):
        for v in values:
            v.grad = 0.0
        result = function(*arguments)
        result.backward()
        gradients.append([v.grad for v in values])
    assert gradients[1] == pytest.approx(gradients[0], rel=1e-12)


@pytest.mark.parametrize(
    "array",
    [
        numpy.array([[1, 2], [3, 4]]),
        numpy.array([[1, 2], [3, 4]], dtype=numpy.float32),
        numpy.array([[1, 2], [3, 4]], dtype=numpy.uint8),
        numpy.array([[True, False], [False, True]]),
        numpy.arange(8.0).reshape(2, 4)[:, ::2],
        numpy.asfortranarray([[1.0, 2.0], [3.0, 4.0]]),
        numpy.array([[1.0, 2.0], [3.0, 4.0]], dtype=">f8"),
        numpy.array([[Value(1.0), 2.0], [3.0, 4.0]], dtype=object),
    ],
    ids=lambda array: f"{array.dtype}, {array.strides}",
)
def test_arrays_of_any_real_kind_and_layout_are_read(array):
    rows = [[float(v.data if isinstance(v, Value) else v) for v in row] for row in array.tolist()]
    expected = [row[0] - 10.0 * row[1] for row in rows]
    found = jit(autograd.vmap(lambda x: x[0] - 10.0 * x[1]))(array)
    assert found.numpy().tolist() == expected


@pytest.mark.parametrize("array", [numpy.array([1j]), numpy.array(["a"]), numpy.array([], dtype="M8[s]")])
def test_an_array_of_something_else_is_refused(array):
    with pytest.raises(TypeError, match="arrays of real numbers, got an array of"):
        jit(lambda v: v)(array)


def test_an_iterator_is_refused():
    with pytest.raises(TypeError, match="got generator: make a list of it"):
        jit(lambda v: v)(x for x in [1.0])
    with pytest.raises(TypeError, match="lists, tuples and dictionaries of values, got map"):
        jit(lambda v: map(abs, v))([1.0])


def test_arrays_that_are_doubles_in_rows_are_not_copied(monkeypatch):
    seen = []

    class Spy(Interpreter):
        def forward(self, uniform, columns):
            seen.extend(columns)
            return super().forward(uniform, columns)

    monkeypatch.setattr(making, "compile_recording", lambda recording, team: Spy(recording))
    X = numpy.arange(6.0).reshape(3, 2)
    jit(lambda X: autograd.sum(autograd.vmap(lambda x: x[0] * x[1])(X)))(X)
    assert seen[0] is X


def test_named_arguments_are_arguments_in_any_order():
    f, calls = counted(lambda x, *, scale, shift=0.0: x * scale + shift)
    compiled = jit(f)
    assert compiled(2.0, scale=3.0, shift=1.0) == 7.0
    assert compiled(2.0, shift=2.0, scale=4.0) == 10.0
    assert compiled(2.0, scale=3.0) == 6.0
    assert len(calls) == 2


def test_a_method_may_be_compiled():
    class Line(nn.Module):
        def __init__(self):
            self.slope = Value(2.0)

        @jit
        def at(self, x):
            return self.slope * x

    one, other = Line(), Line()
    other.slope.data = 5.0
    assert (one.at(3.0).data, other.at(3.0).data) == (6.0, 15.0)


def test_it_has_the_name_and_the_text_of_the_function():
    @jit
    def gauss(x):
        """The bell curve."""
        return (-x * x).exp()

    assert (gauss.__name__, gauss.__doc__) == ("gauss", "The bell curve.")
    assert str(gauss(Value(1.0))._row) == "jit(gauss)"


@pytest.mark.parametrize("given", [3, None, "f"])
def test_only_functions_are_compiled(given):
    with pytest.raises(TypeError, match=r"takes a function|Compiled"):
        jit(given)() if given is None else jit(given)


# Tracing once


def test_one_structure_is_traced_once():
    f, calls = counted(lambda X, w: autograd.mean(autograd.vmap(lambda x: w * x)(X)))
    compiled = jit(f)
    for X in ([1.0], [1.0, 2.0], [1, 2, 3], numpy.ones(7), [Value(1.0)], (1.0, 2.0)):
        compiled(X, 2.0)
    assert len(calls) == 3  # a tuple is of its own length, and an array refuses what a list does not


def test_a_list_that_is_looked_into_is_traced_for_each_length():
    f, calls = counted(lambda v: autograd.sum([x * x for x in v]))
    compiled = jit(f)
    assert [compiled([2.0] * n) for n in (1, 2, 1, 3, 2, 3)] == [4.0, 8.0, 4.0, 12.0, 8.0, 12.0]
    assert len(calls) == 3


def test_what_is_compiled_in_is_part_of_the_key():
    f, calls = counted(lambda x, way: x * 2.0 if way == "double" else -x)
    compiled = jit(f)
    assert [compiled(3.0, way) for way in ("double", "turn", "double")] == [6.0, -3.0, 6.0]
    assert len(calls) == 2


def test_static_arguments_are_compiled_in_by_place_and_by_name():
    f, calls = counted(lambda x, n: autograd.sum([x] * n))

    def power(x, n):
        return f(x, n)

    compiled = jit(power, static="n")
    assert [compiled(2.0, 3), compiled(2.0, n=3), compiled(2.0, 4)] == [6.0, 6.0, 8.0]
    assert len(calls) == 3

    @jit(static=("sizes",))
    def total(x, sizes):
        return x * sum(sizes)

    assert [total(2.0, [1, 2]), total(2.0, [1, 3])] == [6.0, 8.0]
    with pytest.raises(ValueError, match="has no argument 'm' that could be static"):
        jit(power, static="m")


def test_true_and_one_are_told_apart():
    compiled = jit(lambda x, flag: [x * 1.0, flag])
    assert [compiled(2.0, True)[1], compiled(2.0, 1)[1]] == [True, 1.0]


# Values that are captured


def test_captured_values_are_read_at_every_call():
    w = Value(2.0)
    compiled = jit(lambda x: w * x)
    assert compiled(3.0).data == 6.0
    w.data = 5.0
    y = compiled(3.0)
    y.backward()
    assert (y.data, w.grad) == (15.0, 3.0)


def test_a_result_computed_outside_is_captured_as_it_is_at_the_call():
    w = Value(2.0)
    h = w * w
    compiled = jit(lambda x: h * x + h)
    y = compiled(3.0)
    y.backward()
    assert (y.data, w.grad, h.grad) == (16.0, 16.0, 4.0)


def test_an_argument_that_is_also_captured_has_both_slopes():
    w = Value(3.0)
    y = jit(lambda x: w * x)(w)
    y.backward()
    assert (y.data, w.grad) == (9.0, 6.0)


def test_a_captured_value_that_is_returned_hands_its_gradient_on():
    w = Value(3.0)
    (jit(lambda: w)() * 2.0).backward()
    assert w.grad == 2.0


# As a node of a graph


def test_a_single_result_is_one_node_of_its_operands():
    a, w = Value(2.0), Value(3.0)
    y = jit(lambda x, z: w * x * x + z)(a, 1.0)
    assert all(o is v for o, v in zip(y.operands, (a, w), strict=True))
    assert y.slopes == (12.0, 4.0)
    assert y._op == "jit(<lambda>)"


@pytest.mark.filterwarnings("ignore::autograd.advice.TrainingWarning")
def test_it_joins_an_ordinary_graph_before_and_behind():
    x = Value(0.5)
    f = lambda v: v.tanh() * v
    gradients = []
    for function in (f, jit(f)):
        x.grad = 0.0
        y = function(x.exp()).log() + function(x)
        y.backward()
        y.backward()
        gradients.append(x.grad)
    assert gradients[1] == pytest.approx(gradients[0], rel=1e-12)


def test_several_results_have_slopes_of_their_own():
    x, w = Value(2.0), Value(3.0)
    a, (b, c) = jit(lambda x: (w * x, [x * x, 5.0]))(x)
    assert (a.slopes, b.slopes, c) == ((3.0, 2.0), (4.0, 0.0), 5.0)
    (a * 10.0 + b).backward()
    assert (x.grad, w.grad) == (34.0, 20.0)


def test_slopes_asked_for_later_are_those_of_the_recorded_point():
    X, w = numpy.array([2.0, 3.0]), Value(5.0)
    total, each = jit(lambda X: (w * autograd.sum(X), autograd.vmap(lambda x: w * w * x)(X)))(X)
    X[:] = 100.0
    w.data = 1000.0
    (total + each[1]).backward()
    assert w.grad == 5.0 + 2.0 * 5.0 * 3.0


def test_results_can_be_copied():
    w = Value(3.0)
    a, b = copy.deepcopy(jit(lambda x: (w * x, w + x))(2.0))
    (a + b).backward()
    assert (a.data, b.data, w.grad) == (6.0, 5.0, 0.0)


def test_numbers_alone_give_numbers():
    found = jit(lambda x: [x * x, (x + 1.0, "end")])(3.0)
    assert found == [9.0, (4.0, "end")]
    assert type(found[0]) is float


def test_inside_no_grad_nothing_is_remembered():
    w = Value(2.0)
    compiled = jit(lambda x: [w * x, x])
    with autograd.no_grad():
        y, x = compiled(3.0)
        single = jit(lambda x: w * x)(Value(3.0))
    assert (type(y), y.data, y.operands, x) == (Value, 6.0, (), 3.0)
    assert (single.data, single.operands) == (6.0, ())
    assert compiled(3.0)[0].operands == (w,)  # it was traced inside no_grad, and is not spoilt by it


def test_inside_detect_anomaly_the_operation_at_fault_is_named():
    compiled = jit(lambda x: (x - 1.0).log() * 2.0)
    with autograd.detect_anomaly(), pytest.raises(FloatingPointError, match="log gave nan"):
        compiled(Value(0.5))


def test_a_node_refers_to_nothing_that_refers_to_it():
    w = Value(2.0)
    compiled = jit(lambda x: [w * x, x * x])
    sum(compiled(Value(1.0)), Value(0.0)).backward()
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            a, b = compiled(Value(1.0))
            (a + b).backward()
        del a, b
        assert gc.collect() == 0
    finally:
        gc.enable()


# Derivatives


def rosenbrock(v):
    return (1.0 - v[0]) ** 2 + 100.0 * (v[1] - v[0] * v[0]) ** 2


@pytest.mark.parametrize("transform", [autograd.grad, autograd.value_and_grad, autograd.hessian, autograd.jacobian])
@pytest.mark.parametrize("kind", [float, Value])
def test_derivatives_are_compiled_inside(transform, kind):
    f = (lambda v: [rosenbrock(v), v[0] * v[1]]) if transform is autograd.jacobian else rosenbrock
    point = [kind(0.3), kind(-0.7)]
    agrees(jit(transform(f))(point), transform(f)(point))


def test_jvp_vjp_and_hvp_are_compiled_inside():
    for f in (
        lambda v: autograd.jvp(rosenbrock, (v,), ([1.0, 0.5],)),
        lambda v: autograd.hvp(rosenbrock, (v,), ([1.0, 0.5],)),
        lambda v: autograd.vjp(rosenbrock, v)[1](2.0),
    ):
        agrees(jit(f)([0.3, -0.7]), f([0.3, -0.7]))


def test_a_gradient_with_captured_values_is_a_value_that_has_slopes():
    w = Value(2.0)
    gradients = []
    for transform in (autograd.grad, lambda f: jit(autograd.grad(f))):
        w.grad = 0.0
        slope = transform(lambda x: w * w * x**3)(2.0)
        slope.backward()
        gradients.append((slope.data, w.grad))
    assert gradients[1] == pytest.approx(gradients[0], rel=1e-12)


def test_a_first_derivative_passes_through_a_compiled_function():
    f = jit(lambda v: v[0] * v[0] * v[1])
    assert autograd.grad(f)([3.0, 2.0]) == [12.0, 9.0]
    assert autograd.jvp(f, ([3.0, 2.0],), ([1.0, 2.0],)) == (18.0, 30.0)


def test_a_second_derivative_through_a_compiled_function_is_refused():
    f = jit(lambda x: x**3)
    with pytest.raises(ValueError, match=r"take the derivative inside, as in autograd\.jit\(autograd\.grad\(f\)\)"):
        autograd.grad(autograd.grad(f))(2.0)
    x = Value(2.0)
    (slope,) = autograd.gradients(f(x), [x])
    with pytest.raises(ValueError, match=r"the slope of .* has no slope of its own"):
        slope.backward()


# One function inside another


def test_a_compiled_function_is_traced_along_with_another():
    inner = jit(lambda x: x * x)
    assert autograd.grad(lambda x: x)(1.0) == 1.0
    assert jit(lambda x: inner(x) + inner(2.0 * x))(3.0) == 45.0
    assert jit(autograd.grad(autograd.grad(lambda x: inner(x) * x)))(2.0) == 12.0


def test_an_error_inside_leaves_no_trace_open():
    def f(x):
        raise RuntimeError("inside")

    with pytest.raises(RuntimeError, match="inside"):
        jit(f)(1.0)
    assert not open_blocks
    assert Value(2.0).data == 2.0


def test_two_threads_call_one_function_at_once():
    f, calls = counted(lambda X, w: w * autograd.sum(autograd.vmap(lambda x: x * x)(X)))
    compiled, found, start = jit(f), [], threading.Barrier(4)

    def work(n):
        start.wait()
        for _ in range(20):
            x = Value(float(n))
            y = compiled([1.0] * n, x)
            y.backward()
            plain = x * x  # while another thread may be tracing
            found.append((n, y.data, x.grad, plain.data))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 80
    assert all(row == (row[0], row[0] ** 2, row[0], row[0] ** 2) for row in found)
    assert len(calls) == 1


# A graph that is there


def test_a_graph_that_is_there_is_computed_for_other_numbers():
    a, b, w = Value(2.0), Value(3.0), Value(10.0)
    outputs = {"y": a * b + w, "z": [(a - b).exp(), "kept"]}
    f = autograd.compile_graph(outputs, [a, b])
    w.data = 20.0
    found = f(5.0, 5.0)
    assert (found["y"].data, found["z"][0].data, found["z"][1]) == (45.0, 1.0, "kept")
    found["y"].backward()
    assert w.grad == 1.0
    assert (outputs["y"].data, a.grad) == (16.0, 0.0)


def test_a_graph_whose_constants_were_looked_at_is_compiled_all_the_same():
    x = Value(2.0)
    y = x * 3.0 + autograd.dot([x, 2.0], [4.0, x], 1.0)
    autograd.draw(y)
    assert autograd.compile_graph(y, [x])(3.0) == 28.0


def test_a_graph_with_a_cycle_is_refused_and_not_walked_for_ever():
    x = Value(2.0)
    y = x * x
    z = (y + x).exp()
    y._y = z
    with pytest.raises(ValueError, match="this graph has a cycle"):
        autograd.compile_graph(z, [x])


def test_inputs_of_a_graph_may_be_nested_and_are_counted():
    v = [[Value(1.0), Value(2.0)], Value(3.0)]
    f = autograd.compile_graph(v[0][0] * v[0][1] + v[1], v)
    assert f([2.0, 5.0], 7.0) == 17.0
    with pytest.raises(TypeError, match="takes 2 arguments, got 1"):
        f([2.0, 5.0])
    with pytest.raises(TypeError, match="takes 2 numbers as argument 0, got 1"):
        f([2.0], 7.0)
    with pytest.raises(TypeError, match="takes a real number, got str: 'a'"):
        f([2.0, "a"], 7.0)
    with pytest.raises(TypeError, match="inputs of a graph are leaves"):
        autograd.compile_graph(v[1], [v[1] * 2.0])


def test_what_was_made_by_hand_is_named():
    x = Value(2.0)
    by_hand = Value(8.0, (x,), (12.0,))
    with pytest.raises(ValueError, match=r"a value made by hand cannot be compiled: .* @autograd\.primitive"):
        autograd.compile_graph(by_hand + 1.0, [x])
    with pytest.raises(ValueError, match=r"jit\(<lambda>\) is compiled already, .* call the function without jit"):
        autograd.compile_graph(jit(lambda x: x * x)(x), [x])
    with pytest.raises(TypeError, match=r"made by hand cannot be compiled: .* @autograd\.primitive"):
        jit(lambda x: Value(1.0, (x,), (1.0,)))(2.0)

    def with_a_rule(x):
        y = x * x
        y._backward = lambda: None
        return y

    with pytest.raises(ValueError, match="mul has a _backward of its own"):
        jit(with_a_rule)(2.0)


# What is needed


def run_python(code):
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, cwd=ROOT)
    return done.stdout.strip(), done.stderr.strip()


def test_numpy_is_loaded_when_a_function_is_compiled_and_not_before():
    code = (
        "import sys, autograd; f = autograd.jit(lambda x: x * x)\nprint('numpy' in sys.modules)\n"
        "f(2.0); print('numpy' in sys.modules)"
    )
    assert run_python(code) == ("False\nTrue", "")


@pytest.mark.parametrize("missing", ["numpy"])
def test_a_missing_extra_is_named(missing):
    _, said = run_python(f"import sys, autograd; sys.modules[{missing!r}] = None; autograd.jit(lambda x: x)(1.0)")
    assert said.endswith('ImportError: jit compiles with numpy: pip install "valuegrad[fast]"')


def test_samples_are_a_list_and_an_array_where_asked():
    found = jit(autograd.vmap(lambda x: [x, x * x]))(numpy.array([1.0, 2.0]))
    assert isinstance(found, Samples)
    assert found == [[1.0, 1.0], [2.0, 4.0]]
    assert found.numpy().tolist() == found


@pytest.mark.parametrize(
    "numbers", [(1e200, 1e200, -1e200, 1e200), (1e200, 1e200, -math.inf, 1.0), (1e308, 1.0, -1e308, 1.0)]
)
def test_what_overflows_inside_a_function_that_saturates_is_what_it_is_in_eager_mode(numbers: Any) -> None:
    f = lambda a, b, c, d: (a * b + c * d + c * d + a * b).tanh()
    given = [Value(number) for number in numbers]
    assert repr(jit(f)(*given).data) == repr(f(*given).data)


def test_a_constant_among_the_results_is_a_value_without_operands():
    doubled, constant = jit(lambda x: [x * 2.0, Value(3.0)])(1.0)
    assert (doubled, constant.data, constant.operands) == (2.0, 3.0, ())


def test_any_sequence_and_any_number_in_a_dictionary_is_taken():
    total = jit(lambda rows: autograd.sum([row["a"] * row["b"] for row in rows]))
    assert total([{"a": numpy.float32(2.0), "b": 3}, {"a": 4.0, "b": True}]) == 10.0
    assert jit(autograd.sum)(deque([1.0, 2.0, 4.0])) == 7.0
    assert jit(lambda x: x * 2.0)(numpy.array(3.0)) == 6.0


def test_an_array_that_holds_no_numbers_is_compiled_in_by_what_it_holds():
    scaled = jit(lambda x, names: x * sum(name is not None for name in names))
    assert scaled(2.0, numpy.array(["a", None], dtype=object)) == 2.0
    assert scaled(2.0, numpy.array(["a", "b"], dtype=object)) == 4.0


def test_arguments_of_many_structures_are_right_long_after_the_first_were_forgotten(monkeypatch):
    monkeypatch.setattr("autograd.compiler.jit.MOST_STRUCTURES", 4)
    total = jit(lambda *xs: autograd.dot(list(xs), [2.0] * len(xs)))
    for _ in range(2):
        assert [total(*[1.0] * count) for count in range(1, 8)] == [2.0 * count for count in range(1, 8)]
    assert len(total._keys) == 4


def test_a_copy_of_a_function_that_has_no_name_in_a_module_is_compiled_again():
    doubled = jit(lambda x: x * 2.0)
    assert copy.copy(doubled)(3.0) == copy.deepcopy(doubled)(3.0) == 6.0
    assert copy.copy(doubled) is not doubled


def test_slopes_of_several_results_that_overflow_are_those_of_values():
    x, y = Value(1e200), Value(3.0)
    of = lambda x, y: [x * y, x * x * y, x + y]
    for compiled, eager in zip(jit(of)(x, y), of(x, y), strict=True):
        assert compiled.data == eager.data
        slopes = []
        for result in (compiled, eager):
            x.grad = y.grad = 0.0
            result.backward()
            slopes.append((x.grad, y.grad))
        assert slopes[0] == slopes[1]


def test_values_in_several_tables_get_the_slopes_of_their_own_places():
    def tables() -> list[list[list[Value]]]:
        return [[[Value(start + 3.0 * i + j) for j in range(3)] for i in range(2)] for start in (1.0, 10.0, 100.0)]

    def total(A, B, C):
        return autograd.sum([A[i][j] * B[i][j] * C[i][j] for i in range(2) for j in range(3)])

    slopes = []
    for of in (jit(total), total):
        given = tables()
        of(*given).backward()
        slopes.append([[[v.grad for v in row] for row in table] for table in given])
    assert slopes[0] == slopes[1]


def test_an_array_that_a_call_gave_is_the_callers_own():
    scaled = jit(lambda x: (x * 2.0, numpy.arange(3.0)))
    scaled(1.0)[1][:] = 7.0
    assert scaled(1.0)[1].tolist() == [0.0, 1.0, 2.0]


def test_adjoints_that_are_handed_on_in_another_order_go_to_their_own_members():
    def function(xs):
        squares = [x * x for x in xs]
        seen = autograd.sum([square.detach() for square in squares])  # numbers the squares from the first on
        factors = (1.0, -2.0, 3.0, 5.0, -7.0, 11.0)
        return seen + autograd.sum([(s + 1.0).tanh() * f for s, f in zip(reversed(squares), factors, strict=True)])

    xs = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    assert jit(autograd.grad(function))(xs) == pytest.approx(autograd.grad(function)(xs), rel=1e-14)
    values = [Value(x) for x in xs]
    jit(function)(values).backward()
    assert [v.grad for v in values] == pytest.approx(autograd.grad(function)(xs), rel=1e-14)


def test_the_constants_zero_and_minus_zero_stay_apart():
    assert list(map(str, jit(lambda x: [x * -0.0, x * 0.0])(2.0))) == ["-0.0", "0.0"]
    assert list(map(str, jit(lambda x: [x / 0.0, x / -0.0])(2.0))) == ["inf", "-inf"]
