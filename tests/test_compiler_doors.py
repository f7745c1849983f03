"""What a function under `jit` says no to, and what it does not leave in silence as it was in its first call."""

import collections
import copy
import dataclasses
import functools
import inspect
import math
import operator
import pickle
import statistics
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy
import pytest

import autograd
import nn
from autograd import FrozenError, Value, compile_graph, jit, vmap
from autograd.compiler import making
from autograd.compiler.interpret import Interpreter


@pytest.fixture(autouse=True)
def backend(monkeypatch):
    """Nothing here is about machine code, which takes longer to make."""
    monkeypatch.setattr(making, "compile_recording", lambda recording, team=None: Interpreter(recording))


def counted(f):
    """A function that counts how often it is run, and the list that grows."""
    calls: list[Any] = []

    @functools.wraps(f)
    def function(*arguments, **named):
        calls.append(arguments)
        return f(*arguments, **named)

    return function, calls


# A placeholder is not taken for a number


@dataclasses.dataclass
class Point:
    x: Any


class Slotted:
    __slots__ = ("x",)

    def __init__(self, x):
        self.x = x


@pytest.mark.parametrize(
    "wrapped",
    [Point, Slotted, lambda x: Point([{"a": x}]), lambda x: lambda: x, lambda x: collections.deque([x]),
     lambda x: functools.partial(max, x), lambda x: iter([x])],
)  # fmt: skip
def test_a_result_inside_of_something_unknown_is_refused(wrapped):
    with pytest.raises(TypeError, match=r"returns lists, tuples and dictionaries of values, got .* outside"):
        jit(lambda x: [1.0, wrapped(x * 2.0)])(3.0)


def test_a_result_that_holds_no_value_is_kept_as_it_is():
    point, model = Point(3.0), nn.Neuron(2)
    assert jit(lambda x: [x, point, model, len])(1.0) == [1.0, point, model, len]


def test_the_text_of_a_placeholder_says_that_it_is_one():
    texts = jit(lambda x: [x, str(x), repr(x * 2.0), f"{x}"])(1.0)[1:]
    assert set(texts) == {"Value(<known at each call of jit(<lambda>)>)"}
    assert jit(lambda x: [x, repr(w)])(1.0)[1] == "Value(data=2.0 while it is traced)"


w = Value(2.0)


@pytest.mark.parametrize("shown", [lambda x: f"{x:.2f}", lambda x: f"{w:.2f}", lambda x: operator.mod("%f", x)])
def test_a_number_is_not_frozen_into_text(shown):
    with pytest.raises(FrozenError, match="would be frozen into the compiled function"):
        jit(shown)(1.0)


def kept_while_traced():
    kept = []
    jit(lambda x: [x, kept.extend([x, x * w])])(1.0)
    return kept


@pytest.mark.parametrize(
    "use",
    [lambda v: v + 1.0, lambda v: 1.0 / v, lambda v: v * w, lambda v: -v, lambda v: v.exp(), lambda v: v < 1.0,
     lambda v: autograd.dot([v], [2.0], w), lambda v: autograd.sum([v, w]), lambda v: v.backward(),
     lambda v: jit(lambda x: x * w)(v), lambda v: jit(autograd.sum)([v]), lambda v: jit(lambda x: x * v)(1.0),
     lambda v: compile_graph(v * 1.0, [w]), lambda v: compile_graph(v, [w]), lambda v: v.data + 1.0,
     lambda v: math.exp(v.data), lambda v: f"{v:.1f}", copy.deepcopy, pickle.dumps],
)  # fmt: skip
def test_a_value_that_was_kept_says_where_it_was_made(use):
    for v in kept_while_traced():
        assert repr(v) == "Value(<no number: made while jit(<lambda>) was traced>)"
        with pytest.raises(FrozenError, match=r"was made while jit\(<lambda>\) was traced, and has no number: return"):
            use(v)
    assert (w.data, w.grad) == (2.0, 0.0)


def test_a_value_that_was_kept_when_a_trace_failed_says_where_it_was_made():
    kept = []
    with pytest.raises(FrozenError, match="a branch would be frozen"):
        jit(lambda x: [kept.append(x), bool(x)])(1.0)
    with pytest.raises(FrozenError, match="was made while"):
        kept[0] + 1.0


@pytest.mark.parametrize(
    "looked_up", [lambda x: {1.0: 2.0}.get(x), lambda x: x in {1.0}, lambda x: {x: 1.0}, lambda x: hash(x * 2.0)]
)
def test_nothing_is_looked_up_by_the_number_of_a_placeholder(looked_up):
    with pytest.raises(FrozenError, match=r"a look-up by its number .* autograd\.take\(table, index\)"):
        jit(looked_up)(1.0)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_placeholder_is_not_copied(copied):
    with pytest.raises(FrozenError, match="a copy would be frozen"):
        jit(lambda x: copied(x) * 2.0)(1.0)
    with pytest.raises(TypeError, match="object of type 'Value' has no len"):
        jit(lambda x: len(x))(1.0)


def test_captured_values_are_looked_up_by_identity_while_tracing():
    assert jit(lambda x: [x * 1.0, {w: "found"}[w], w in {w}])(1.0)[1:] == ["found", True]


def test_the_line_is_the_users_where_numpy_or_python_asks():
    def largest(x):
        return numpy.max(numpy.array([x, x]))

    def middle(x):
        return statistics.median([x, x])

    for f in (largest, middle):
        line = inspect.getsourcelines(f)[1] + 1
        with pytest.raises(FrozenError, match=rf"test_compiler_doors\.py:{line}: use"):
            jit(f)(2.0)
    assert jit(lambda x: numpy.exp(x))(0.0) == 1.0


@pytest.mark.parametrize(
    "f", [lambda x: x % 2, lambda x: 2 % x, lambda x: x // 2, lambda x: 2 // x, lambda x: divmod(x, 2)]
)
def test_remainders_say_what_to_write(f):
    for function in (f, jit(f)):
        with pytest.raises(TypeError, match=r"no %, // or divmod: write \(x / y\)\.floor\(\)"):
            function(Value(3.0))


# Static arguments


@pytest.mark.parametrize(
    "different",
    [(0.0, -0.0), (1, 1.0), (1, True), (Fraction(1), 1), (0j, -0j), ([1], [1.0]), ({1: "a"}, {True: "a"}), ("a", b"a"),
     (range(0, 3, 2), range(0, 4, 2)), ({"a": 1, "b": 2}, {"b": 2, "a": 1}), ("1", 1),
     (numpy.array([0.0]), numpy.array([-0.0])), (numpy.float32(1), numpy.float64(1)), (Point(1), Point(1))],
    ids=repr,
)  # fmt: skip
def test_static_arguments_that_differ_share_no_code(different):
    f, calls = counted(lambda x, thing: [x * 1.0, thing])
    compiled = jit(f, static="thing")
    for thing in (*different, *different):
        assert compiled(1.0, thing)[1] is thing or repr(compiled(1.0, thing)[1]) == repr(thing)
    assert len(calls) == 2


@pytest.mark.parametrize(
    "equal", [(math.nan, float("nan")), ([1, "a"], [1, "a"]), ({"a": {1}}, {"a": {1}}), (1.5, 1.5), (b"ab", b"ab"),
              (numpy.array([1.0]), numpy.array([1.0])), (bytearray(b"a"), bytearray(b"a"))], ids=repr
)  # fmt: skip
def test_plain_data_that_is_equal_shares_code(equal):
    f, calls = counted(lambda x, thing: x * 1.0)
    compiled = jit(f, static="thing")
    assert [compiled(1.0, thing) for thing in equal] == [1.0, 1.0]
    assert len(calls) == 1


def test_a_method_that_is_an_argument_is_the_same_each_time():
    f, calls = counted(lambda x, g: g(x))
    compiled, one, other = jit(f), Value(2.0), Value(3.0)
    assert [compiled(1.0, v.__mul__).data for v in (one, one, other)] == [2.0, 2.0, 3.0]
    assert len(calls) == 2


@pytest.mark.parametrize("change", [lambda a: a.append(1), lambda a: a[0].update(b=2), lambda a: a[0].pop("a")])
def test_a_static_list_that_changed_is_another_one(change):
    sizes = [{"a": 1}]
    compiled = jit(lambda x, sizes: x * (10 * len(sizes) + len(sizes[0])), static="sizes")
    compiled(1.0, sizes)
    change(sizes)
    assert compiled(1.0, sizes) == 10 * len(sizes) + len(sizes[0])


def test_equal_objects_with_values_of_their_own_keep_them():
    @dataclasses.dataclass(frozen=True)
    class Line:
        name: str
        slope: Any = dataclasses.field(compare=False)

    compiled = jit(lambda x, line: line.slope * x)
    assert [compiled(1.0, Line("a", Value(slope))).data for slope in (2.0, 3.0)] == [2.0, 3.0]


def test_keys_that_are_equal_and_differ_are_told_apart():
    compiled = jit(lambda d: [type(key).__name__ for key in d])
    assert [compiled({key: 1.0}) for key in (1, True, 1.0)] == [["int"], ["bool"], ["float"]]


def test_what_is_static_is_named():
    with pytest.raises(TypeError, match="static is the name of an argument, or several, got int: 0"):
        jit(lambda x: x, static=0)
    with pytest.raises(ValueError, match="has no argument 'rest' that could be static"):
        jit(lambda *rest: rest, static="rest")
    f = jit(lambda x, *rest, n=1: [x, *rest, n], static="n")
    assert f(1.0, 2.0, 3.0, n="text") == [1.0, 2.0, 3.0, "text"]
    assert jit(lambda **named: named["x"] * named["n"], static="n")(x=2.0, n=3) == 6.0


# Arguments


def test_an_argument_that_holds_itself_is_refused():
    endless: list[Any] = [1.0]
    endless.append(endless)
    for compiled in (jit(lambda v: v), jit(lambda v: v, static="v")):
        with pytest.raises(ValueError, match="holds itself, or is nested too deeply"):
            compiled(endless)


def test_a_bool_of_numpy_chooses_as_one_of_python():
    f = jit(lambda x, turned: -x if turned else x)
    assert [f(2.0, numpy.bool_(turned)) for turned in (True, False)] == [-2.0, 2.0]


def test_masked_entries_are_refused():
    masked = numpy.ma.array([1.0, 2.0], mask=[True, False])
    for given in (masked, [masked], numpy.ma.masked):
        with pytest.raises(ValueError, match="has no masked entries: fill them first"):
            jit(lambda v: 1.0)(given)
    assert jit(lambda v: v[1])(numpy.ma.array([1.0, 2.0])) == 2.0


@pytest.mark.parametrize(
    "work",
    [lambda x: x * 2.0, lambda x: w * x, lambda x: x + x, lambda x: x @ x, lambda x: -x, lambda x: x == 1.0,
     lambda x: x[0] * 2, lambda x: x[0] + x[1], lambda x: x[1:] * 2, lambda x: x[0][:1] + x[0], lambda x: x ** 2,
     lambda x: vmap(lambda row: row + row)(x), lambda x: x / 2.0, lambda x: x % 2, lambda x: x < 1.0],
)  # fmt: skip
def test_the_arithmetic_of_an_array_is_refused_and_not_taken_for_that_of_a_list(work):
    with pytest.raises(TypeError, match=r"a list of its rows inside a function under jit, and has no arithmetic"):
        jit(work)(numpy.ones((2, 2)))


@pytest.mark.parametrize("given", [numpy.ones((2, 2)), [numpy.ones(2)], [[1.0, 1.0]]], ids=["array", "list", "lists"])
@pytest.mark.parametrize("name", ["shape", "T", "sum", "tolist", "append"])
def test_what_only_an_array_has_says_what_to_write(given, name):
    with pytest.raises(AttributeError, match=rf"without '{name}': write autograd\.sum\(x\)"):
        jit(lambda x: getattr(x, name))(given)


def test_places_in_two_axes_say_what_to_write():
    with pytest.raises(TypeError, match=r"write x\[1\]\[0\]"):
        jit(lambda x: x[1, 0])(numpy.ones((2, 2)))
    with pytest.raises(TypeError, match=r"\[row\[j\] for row in x\]"):
        jit(lambda x: x[:, 0])(numpy.ones((2, 2)))
    with pytest.raises(TypeError, match=r"write \[x\[i\] for i in places\]"):
        jit(lambda x: x[0][[0, 1]])(numpy.ones((2, 2)))
    with pytest.raises(TypeError, match=r"x is an argument of a compiled function, and is not changed: copy it"):
        jit(lambda x: x.__setitem__(0, 1.0))([1.0])


def test_lists_are_joined_and_repeated_as_lists():
    start = [0.0]
    for f in (lambda v: v + v, lambda v: start + v, lambda v: 2 * v, lambda v: v[1:] + v[:1]):
        assert jit(f)([1.0, 2.0]) == f([1.0, 2.0])


def test_numpy_computes_with_what_is_made_an_array():
    X = numpy.array([[1.0, 2.0], [3.0, 4.0]])
    for f in (lambda x: numpy.asarray(x) * 2.0, lambda x: numpy.exp(x), lambda x: numpy.dot(x, [1.0, 2.0])):
        found, expected = jit(f)(X), f(X)
        assert found.dtype == float
        assert numpy.allclose(found, expected)
    assert jit(lambda x, v: numpy.asarray(x) * v)(X, Value(2.0))[1, 1].data == 8.0


# Results


def test_a_result_is_a_value_only_where_the_function_gives_one():
    def f(x, v, n):
        return [x * 2.0, n * 2.0, x * n, v[0] * n, autograd.sum(vmap(lambda a: a * n)(v)), autograd.sum(v) * x]

    for given in ((Value(2.0), [1.0], 3.0), (2.0, [Value(1.0)], 3.0), (2.0, [1.0], Value(3.0)), (2.0, [1.0], 3.0)):
        assert [*map(type, jit(f)(*given))] == [*map(type, f(*given))]


def test_dictionaries_keep_their_kind():
    ordered = collections.OrderedDict(a=1.0, b=2.0)
    found = jit(lambda d: d)(ordered)
    assert (type(found), found) == (collections.OrderedDict, ordered)
    filled = jit(lambda x: collections.defaultdict(list, a=x))(1.0)
    assert (filled["a"], filled["new"]) == (1.0, [])
    for f in (vmap(lambda x: collections.OrderedDict(a=x)), jit(vmap(lambda x: collections.OrderedDict(a=x)))):
        assert f([1.0]) == collections.OrderedDict(a=[1.0])


def test_an_array_among_the_arguments_comes_out_as_one():
    whole, row = jit(lambda X: (X, X[1]))(numpy.array([[1, 2], [3, 4]]))
    assert (whole.tolist(), row.tolist(), whole.dtype) == ([[1.0, 2.0], [3.0, 4.0]], [3.0, 4.0], float)


def test_an_array_that_comes_out_is_not_shared_between_calls():
    compiled = jit(lambda x: [x, numpy.zeros(1)])
    compiled(1.0)[1][0] = 5.0
    assert compiled(1.0)[1] == 0.0


# vmap


def test_only_functions_are_mapped_and_samples_are_alike():
    with pytest.raises(TypeError, match="vmap takes a function, got int: 3"):
        vmap(3)
    with pytest.raises(ValueError, match="gives the same for each sample"):
        vmap(lambda n: (n,) * n)([1, 2])
    with pytest.raises(ValueError, match="gives the same for each sample"):
        vmap(lambda n: {n: n})([1, 2])


# A graph that is there


def test_the_inputs_of_a_graph_are_a_list_of_different_leaves():
    a, b = Value(2.0), Value(3.0)
    with pytest.raises(TypeError, match=r"takes a list of the inputs of a graph, got Value: .* is written \[x\]"):
        compile_graph(a * b, a)
    with pytest.raises(ValueError, match="an input of a graph is given twice"):
        compile_graph(a * b, [a, [b, a]])
    with pytest.raises(TypeError, match=r"takes values that a graph leads to, got float: 3\.0"):
        compile_graph(3.0, [a])
    with pytest.raises(TypeError, match="takes 1 argument, got 2"):
        compile_graph(a * b, [a])(1.0, 2.0)


def test_an_input_that_no_output_was_made_of_has_slope_0():
    a, b = Value(2.0), Value(3.0)
    f, x, y = compile_graph(a * a, [a, b]), Value(5.0), Value(7.0)
    f(x, y).backward()
    assert (x.grad, y.grad) == (10.0, 0.0)
    with pytest.raises(TypeError, match="a compiled graph takes a real number, got str: 'text'"):
        f(1.0, "text")


def test_a_compiled_graph_is_not_traced():
    f = compile_graph(w * w, [w])
    with pytest.raises(TypeError, match="a compiled graph is not traced: call the function that made the graph"):
        jit(lambda x: f(x))(1.0)


# Anomalies


def test_a_result_that_is_not_finite_names_the_compiled_function():
    for f in (jit(lambda x: [{"a": autograd.log(x)}]), compile_graph(w.log(), [w])):
        with (
            autograd.detect_anomaly(),
            pytest.raises(FloatingPointError, match=r"(jit\(<lambda>\)|graph) gave nan, at"),
        ):
            f(-1.0)
        with autograd.detect_anomaly():
            f(1.0)


def test_a_watch_inside_of_a_traced_function_is_refused():
    with pytest.raises(TypeError, match=r"detect_anomaly inside jit\(.*\) has no numbers to look at"):
        jit(autograd.detect_anomaly()(lambda x: x.log()))(1.0)


# The function itself


@jit
def doubled(x):
    return x * 2.0


def test_a_compiled_function_is_shown_with_what_it_holds():
    compiled = jit(doubled.function)
    assert repr(compiled) == "<jit of doubled; 0 structures compiled>"
    compiled(1.0)
    assert repr(compiled) == "<jit of doubled; 1 structure compiled>"
    compiled(True)
    assert repr(compiled) == "<jit of doubled; 2 structures compiled>"


def test_a_compiled_function_can_be_copied_and_pickled():
    assert pickle.loads(pickle.dumps(doubled)) is copy.deepcopy(doubled) is doubled
    compiled = jit(autograd.exp)
    assert [copied(0.0) for copied in (copy.copy(compiled), copy.deepcopy(compiled))] == [1.0, 1.0]


class Line(nn.Module):
    def __init__(self):
        self.slope = Value(2.0)
        self.fast = jit(self.at)

    def at(self, x):
        return self.slope * x


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda line: pickle.loads(pickle.dumps(line))])
def test_a_copy_of_a_model_compiles_its_own_method(copied):
    line = Line()
    line.fast(1.0)
    other = copied(line)
    other.slope.data = 5.0
    assert (line.fast(1.0).data, other.fast(1.0).data) == (2.0, 5.0)


def test_attributes_of_a_model_stay_with_the_model():
    compiled = jit(nn.Neuron(1))
    assert {"w", "b"}.isdisjoint(vars(compiled))


def test_the_structures_that_were_called_last_are_kept(monkeypatch):
    monkeypatch.setattr("autograd.compiler.jit.MOST_STRUCTURES", 3)
    f, calls = counted(lambda v: autograd.sum([x * x for x in v]))
    compiled = jit(f)
    for length in (1, 2, 3, 1, 4):
        assert compiled([1.0] * length) == length
    assert repr(compiled) == "<jit of <lambda>; 3 structures compiled>"
    assert len(calls) == 4
    compiled([1.0])
    assert len(calls) == 4
    compiled([1.0, 1.0])  # was the oldest
    assert len(calls) == 5


# Rows of the user's own


def test_sequences_of_a_row_are_of_one_length():
    @autograd.primitive(lambda z, x, y: [1.0] * len(x), lambda z, x, y: [2.0] * len(y))
    def both(x: Sequence[float], y: Sequence[float]) -> float:
        return math.fsum(x) + 2.0 * math.fsum(y)

    try:
        x = Value(1.0)
        assert autograd.gradients(both([x, x], [1.0, x]), [x])[0].data == 4.0
        for f in (both, jit(both)):
            with pytest.raises(ValueError, match="both takes sequences of one length, got 2 and 1"):
                f([x, x], [x])
    finally:
        del autograd.primitives.TABLE["both"]


def test_a_compiled_hessian_holds_numbers_of_one_kind():
    found = autograd.jit(autograd.hessian(lambda v: v[0] * v[0] * v[1]))([2.0, 3.0])
    assert {type(entry) for row in found for entry in row} == {float}
