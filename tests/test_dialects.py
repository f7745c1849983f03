"""Programs written for micrograd, its lecture, its later editions and microgpt, with only the class exchanged."""

import copy
import math
import random
import warnings
from itertools import pairwise

import numpy as np
import pytest
from micrograd.engine import Value as MicrogradValue

from autograd import Value, detect_anomaly, dot, gradients, no_grad

# Constructors and views


def test_micrograds_constructor_takes_operands_and_a_symbol():
    a, b = Value(2.0), Value(3.0)
    for node in (
        Value(5.0, (a, b), "+"),
        Value(5.0, _children=(a, b), _op="+"),
        Value(data=5.0, _children=[a, b], _op="+"),
    ):
        assert (node.data, node._prev, node._op) == (5.0, (a, b), "+")


def test_the_lectures_constructor_takes_a_label():
    a = Value(2.0, label="a")
    node = Value(4.0, (a, a), "+", label="sum")
    assert (a.label, node.label, node._op, node._prev) == ("a", "sum", "+", (a, a))
    assert Value(2.0, (), "", "a").label == "a"
    assert Value(2.0).label == ""


def test_the_later_editions_constructor_takes_a_tuple_named_prev():
    a = Value(2.0)
    node = Value(6.0, _prev=(a,), _op="x3")
    assert (node._prev, node._op) == ((a,), "x3")


def test_microgpts_constructor_takes_children_and_local_grads():
    a, b = Value(2.0), Value(3.0)
    for node in (Value(6.0, (a, b), (3.0, 2.0)), Value(6.0, children=(a, b), local_grads=(3.0, 2.0))):
        assert (node._children, node._local_grads) == ((a, b), (3.0, 2.0))
        a.grad = b.grad = 0.0
        node.backward()
        assert (a.grad, b.grad) == (3.0, 2.0)


@pytest.mark.parametrize("none", [(), [], set()], ids=str)
def test_a_value_without_operands_is_a_leaf_whatever_the_dialect_writes(none):
    for leaf in (
        Value(2.0, none),
        Value(2.0, none, ""),
        Value(2.0, children=none, local_grads=()),
        Value(2.0, _prev=none),
    ):
        assert (leaf._prev, leaf._children, leaf._local_grads, leaf._op) == ((), (), (), "")
        leaf.backward()
        leaf.backward()
        assert leaf.grad == 2.0


def test_an_unknown_name_is_refused_by_name():
    with pytest.raises(
        TypeError, match=r"Value takes data, operands, slopes or a symbol, and label; got 'requires_grad'"
    ):
        Value(1.0, requires_grad=True)


def test_slopes_and_operands_must_match_in_number():
    with pytest.raises(ValueError, match="one slope for each operand, got 2 for 1"):
        Value(1.0, (Value(1.0),), (1.0, 2.0))
    with pytest.raises(TypeError, match="a slope is a real number, got str: 'a'"):
        Value(1.0, (Value(1.0),), ("a",))


def test_a_plain_number_among_operands_becomes_a_value():
    a = Value(2.0)
    node = Value(6.0, (a, 3), (3.0, 2.0))
    assert [operand.data for operand in node._prev] == [2.0, 3.0]


@pytest.mark.parametrize(
    "given", [Value(2.0), 5, None, "w1", b"w1", {"a": 1.0}], ids=lambda given: type(given).__name__
)
def test_operands_that_are_no_sequence_are_refused_by_name(given):
    kind = type(given).__name__
    with pytest.raises(
        TypeError, match=rf"^Value takes a tuple of operands, got {kind}: .* called as Value\(data, operands,"
    ):
        Value(3.0, given)
    with pytest.raises(TypeError, match=rf"^Value takes a tuple of operands, got {kind}: "):
        Value(3.0, _children=given)


@pytest.mark.parametrize("given", [Value(2.0), 5, None], ids=lambda given: type(given).__name__)
def test_slopes_that_are_no_sequence_are_refused_by_name(given):
    with pytest.raises(TypeError, match=rf"^Value takes a tuple of slopes, got {type(given).__name__}: "):
        Value(3.0, (Value(1.0),), given)


def test_operands_may_come_as_any_iterable():
    a = Value(2.0)
    for operands in ([a, a], (v for v in (a, a)), np.array([a, a])):
        assert Value(4.0, operands, (1.0, 1.0)).operands == (a, a)


def test_slopes_without_operands_are_refused():
    with pytest.raises(ValueError, match="one slope for each operand, got 1 for 0"):
        Value(2.0, (), (1.0,))


def test_a_leaf_keeps_the_symbol_that_a_program_gave_it_and_stays_a_leaf():
    leaf = Value(2.0, (), "in")
    assert (leaf._op, leaf._prev, copy.deepcopy(leaf)._op) == ("in", (), "in")
    (leaf * 3.0).backward()
    (leaf * 3.0).backward()
    assert leaf.grad == 6.0


A, B = Value(2.0), Value(3.0)
OPERATIONS = [
    (A + B, "+", (A, B), (1.0, 1.0)),
    (A * B, "*", (A, B), (3.0, 2.0)),
    (A - B, "-", (A, B), (1.0, -1.0)),
    (A / B, "/", (A, B), (1.0 / 3.0, -(2.0 / 3.0) / 3.0)),
    (-A, "-", (A,), (-1.0,)),
    (A**B, "**", (A, B), (12.0, 8.0 * math.log(2.0))),
    (A.relu(), "ReLU", (A,), (1.0,)),
    (A.tanh(), "tanh", (A,), (1.0 / math.cosh(2.0) ** 2,)),
    (A.exp(), "exp", (A,), (math.exp(2.0),)),
    (A.log(), "log", (A,), (0.5,)),
    (A.sigmoid(), "sigmoid", (A,), (math.exp(-2.0) / (1.0 + math.exp(-2.0)) ** 2,)),
]


@pytest.mark.parametrize(("node", "symbol", "operands", "slopes"), OPERATIONS, ids=[o[1] for o in OPERATIONS])
def test_symbol_operands_and_slopes_are_seen_under_the_names_of_each_dialect(node, symbol, operands, slopes):
    assert node._op == symbol
    assert node._prev == node._children == operands
    assert node._local_grads == pytest.approx(slopes, rel=1e-15)


@pytest.mark.parametrize(
    ("exponent", "symbol"), [(2, "**2"), (2.0, "**2"), (-1, "**-1"), (0.5, "**0.5"), (-0.5, "**-0.5"), (3, "**3")]
)
def test_a_constant_exponent_is_part_of_the_symbol(exponent, symbol):
    node = A**exponent
    assert node._op == symbol
    assert node._prev[0] is A
    assert node._local_grads[0] == exponent * 2.0 ** (exponent - 1)


def test_a_constant_is_an_operand_with_the_slope_zero():
    node = 5.0 - A
    five, a = node._prev
    assert (five.data, five._prev, a) == (5.0, (), A)
    assert node._local_grads == (0.0, -1.0)
    assert node._prev[0] is five


def test_a_walk_by_hand_does_not_change_the_symbol():
    for node, symbol in [(A**2, "**2"), (A**B, "**"), (2**A, "**"), (A * B, "*"), (A.tanh(), "tanh")]:
        node._backward()
        assert node._op == symbol


def test_the_views_are_read_only():
    node = A * B
    for name in ("_prev", "_children", "_op", "_local_grads", "operands", "slopes"):
        with pytest.raises(AttributeError):
            setattr(node, name, ())
    assert isinstance(node._prev, tuple)
    assert isinstance(node._local_grads, tuple)


def test_the_text_of_a_value_is_micrograds_with_floats():
    x = Value(2)
    y = x * x
    y.backward()
    assert repr(x) == "Value(data=2.0, grad=4.0)"
    assert repr(y) == "Value(data=4.0, grad=1.0)"


# Walking by hand, as the lecture does


class Neuron:
    """Two inputs, two weights, a bias and a squashing, each step under its own name."""

    def __init__(self):
        self.x1, self.x2 = Value(1.5, label="x1"), Value(-0.5, label="x2")
        self.w1, self.w2 = Value(-2.0, label="w1"), Value(0.75, label="w2")
        self.b = Value(3.25, label="b")
        self.x1w1 = self.x1 * self.w1
        self.x2w2 = self.x2 * self.w2
        self.both = self.x1w1 + self.x2w2
        self.n = self.both + self.b
        self.o = self.n.tanh()

    def inner(self):
        return [self.n, self.both, self.x1w1, self.x2w2]

    def leaves(self):
        return [self.x1, self.x2, self.w1, self.w2, self.b]

    def gradients(self):
        return [v.grad for v in [self.o, *self.inner(), *self.leaves()]]

    def walk(self):
        self.o.grad = 1.0
        for node in [self.o, *self.inner()]:
            node._backward()


def expected_gradients():
    o = math.tanh(1.5 * -2.0 + -0.5 * 0.75 + 3.25)
    s = 1.0 - o * o
    return pytest.approx([1.0, s, s, s, s, s * -2.0, s * 0.75, s * 1.5, s * -0.5, s], rel=1e-14)


def gradients_of_the_leaves():
    neuron = Neuron()
    neuron.o.backward()
    return [v.grad for v in neuron.leaves()]


def test_a_neuron_walked_by_hand_has_the_gradients_of_backward():
    by_hand, at_once = Neuron(), Neuron()
    by_hand.walk()
    at_once.o.backward()
    assert by_hand.gradients() == at_once.gradients() == expected_gradients()


@pytest.mark.filterwarnings("ignore::autograd.advice.TrainingWarning")
def test_backward_after_the_walk_counts_nothing_twice():
    neuron = Neuron()
    neuron.walk()
    neuron.o.backward()
    assert neuron.gradients() == expected_gradients()
    neuron.o.backward()
    assert [v.grad for v in neuron.leaves()] == [2.0 * grad for grad in gradients_of_the_leaves()]


@pytest.mark.parametrize("steps", range(1, 6))
def test_backward_after_part_of_the_walk_counts_nothing_twice(steps):
    neuron = Neuron()
    neuron.o.grad = 1.0
    for node in [neuron.o, *neuron.inner()][:steps]:
        node._backward()
    neuron.o.backward()
    assert neuron.gradients() == expected_gradients()


def test_a_walk_after_zeroing_and_then_backward_counts_nothing_twice():
    neuron = Neuron()
    neuron.walk()
    for v in [neuron.o, *neuron.inner(), *neuron.leaves()]:
        v.grad = 0.0
    neuron.walk()
    assert neuron.gradients() == expected_gradients()
    for v in neuron.leaves():
        v.grad = 0.0
    neuron.o.backward()
    assert neuron.gradients() == expected_gradients()


def test_a_walk_after_backward_adds_like_backward_and_is_taken_back_by_the_next():
    neuron = Neuron()
    neuron.o.backward()
    once = [v.grad for v in neuron.leaves()]
    for node in neuron.inner():
        node.grad = 0.0
    neuron.walk()
    assert [v.grad for v in neuron.leaves()] == [2.0 * grad for grad in once]
    neuron.o.backward()
    assert [v.grad for v in neuron.leaves()] == [2.0 * grad for grad in once]


def test_what_a_leaf_had_before_the_walk_stays():
    neuron = Neuron()
    neuron.w1.grad = 10.0
    neuron.walk()
    neuron.o.backward()
    assert neuron.w1.grad == pytest.approx(10.0 + gradients_of_the_leaves()[2], rel=1e-15)


def test_a_walk_through_one_graph_stays_when_another_goes_backward():
    x = Value(3.0)
    square, other = x * x, x * 5.0
    square.grad = 1.0
    square._backward()
    other.backward()
    assert x.grad == 6.0 + 5.0


@pytest.mark.filterwarnings("ignore::autograd.advice.TrainingWarning")
def test_walks_through_two_graphs_that_share_a_leaf_are_each_taken_back_by_their_own_backward():
    x = Value(3.0)
    double, five = x * 2.0, x * 5.0
    double.grad = five.grad = 1.0
    double._backward()
    five._backward()
    assert x.grad == 7.0
    double.backward()
    assert x.grad == 7.0
    five.backward()
    assert x.grad == 7.0
    double.backward()
    assert x.grad == 9.0


def test_what_is_assigned_between_walk_and_backward_stays():
    x = Value(3.0)
    double, five = x * 2.0, x * 5.0
    double.grad = five.grad = 1.0
    double._backward()
    five._backward()
    x.grad = 0.25
    five.backward()
    double.backward()
    assert x.grad == 7.25


def test_two_walks_through_one_node_are_both_taken_back():
    x = Value(3.0)
    y = x * x
    y.grad = 1.0
    y._backward()
    y._backward()
    assert x.grad == 12.0
    y.backward()
    assert x.grad == 6.0


def test_an_n_ary_node_that_was_walked_keeps_its_sequences_apart():
    w, x = [Value(2.0), Value(3.0)], [Value(5.0), Value(7.0)]
    y = dot(w, x, Value(1.0))
    y.grad = 1.0
    y._backward()
    assert [v.data for v in gradients(y, [*w, *x])] == [5.0, 7.0, 2.0, 3.0]


def test_a_leaf_that_is_used_twice_by_the_walk_gets_both_slopes_once():
    x = Value(3.0)
    square = x * x
    y = square + x
    y.grad = 1.0
    y._backward()
    square._backward()
    assert x.grad == 7.0
    y.backward()
    assert x.grad == 7.0


def test_the_rule_of_a_leaf_does_nothing():
    x = Value(3.0)
    x.grad = 2.0
    x._backward()
    assert (x.grad, x._prev) == (2.0, ())


def test_a_walk_through_n_ary_nodes_passes_constants_by():
    w, x = [Value(1.0), Value(2.0)], [3.0, 4.0]
    y = dot(w, x, Value(0.5))
    y.grad = 2.0
    y._backward()
    assert [v.grad for v in w] == [6.0, 8.0]
    y.backward()
    assert [v.grad for v in w] == [3.0, 4.0]
    assert [operand.grad for operand in y._prev] == [3.0, 4.0, 0.0, 0.0, 1.0]


def sorted_by_the_program(root):
    """The topological order as programs of every dialect compute it for themselves."""
    order, visited = [], set()

    def build(v):
        if v not in visited:
            visited.add(v)
            for child in v._prev:
                build(child)
            order.append(v)

    build(root)
    return order


def deep_expression(a, b, c):
    d = a * b + c**2
    e = (d / b - c).tanh() * d.exp()
    return e + (d - a).relu() * 3 + 1 / (c + 7)


def test_a_program_with_a_walk_of_its_own_over_backward_rules_finds_the_same_gradients():
    first, second = [[Value(0.5), Value(-1.25), Value(2.0)] for _ in range(2)]
    deep_expression(*first).backward()
    y = deep_expression(*second)
    y.grad = 1.0
    for node in reversed(sorted_by_the_program(y)):
        node._backward()
    assert [v.grad for v in second] == pytest.approx([v.grad for v in first], rel=1e-15)
    y.backward()
    assert [v.grad for v in second] == [v.grad for v in first]


def test_a_program_with_a_walk_of_its_own_over_local_grads_finds_the_same_gradients():
    first, second = [[Value(0.5), Value(-1.25), Value(2.0)] for _ in range(2)]
    deep_expression(*first).backward()
    y = deep_expression(*second)
    y.grad = 1
    for node in reversed(sorted_by_the_program(y)):
        for child, local_grad in zip(node._children, node._local_grads, strict=True):
            child.grad += local_grad * node.grad
    assert [v.grad for v in second] == pytest.approx([v.grad for v in first], rel=1e-15)


# Nodes made by hand


def test_a_node_with_slopes_of_its_own_takes_part_in_any_graph():
    x = Value(2.0)
    inner = x * 3.0
    cube = Value(inner.data**3, (inner,), (3 * inner.data**2,))
    y = cube * x
    y.backward()
    assert y.data == 432.0
    assert x.grad == 216.0 + 2.0 * 108.0 * 3.0
    x.grad = 0.0
    y.backward()
    assert x.grad == 216.0 + 648.0


def test_a_node_with_a_symbol_and_no_rule_warns_that_no_gradient_flows():
    x = Value(2.0)
    y = Value(4.0, (x,), "double")
    with pytest.warns(UserWarning, match="no gradient flows through it: write Value"):
        (y * 3.0).backward()
    assert (y.grad, x.grad) == (3.0, 0.0)


def softsign(self):
    """An operation in the manner of micrograd: a node, and a closure that is its rule."""
    down = 1.0 + abs(self.data)
    out = type(self)(self.data / down, (self,), "softsign")

    def _backward():
        self.grad += out.grad / down**2

    out._backward = _backward
    return out


@pytest.mark.parametrize("kind", [MicrogradValue, Value], ids=["micrograd", "autograd"])
def test_an_operation_added_to_the_class_with_a_closure_is_honoured(kind, monkeypatch):
    monkeypatch.setattr(kind, "softsign", softsign, raising=False)
    x = kind(-1.0)
    y = (x * 3.0).softsign() * x + x.softsign()
    y.backward()
    assert y.data == 0.75 - 0.5
    assert x.grad == pytest.approx(-1.0 * 3.0 / 16.0 - 0.75 + 0.25)


@pytest.mark.filterwarnings("ignore::autograd.advice.TrainingWarning")
def test_a_closure_is_called_once_each_time_and_the_second_backward_is_right():
    x = Value(2.0)
    hidden = x * 1.5
    out = Value(hidden.data * 10.0, (hidden,), "ten")
    calls = []

    def _backward():
        calls.append(out.grad)
        hidden.grad += 10.0 * out.grad

    out._backward = _backward
    y = out + out
    y.backward()
    assert (x.grad, hidden.grad) == (30.0, 20.0)
    y.backward()
    assert (x.grad, hidden.grad) == (60.0, 20.0)
    assert calls == [2.0, 2.0]
    assert out._backward is _backward
    out._backward()
    assert hidden.grad == 40.0


def test_a_closure_of_several_operands_reaches_each_in_its_turn():
    a, b = Value(3.0), Value(4.0)
    sides = [a * 2.0, b * 2.0]
    out = Value(math.hypot(*(v.data for v in sides)), sides, "length")

    def _backward():
        for side in sides:
            side.grad += side.data / out.data * out.grad

    out._backward = _backward
    (out**2).backward()
    assert (a.grad, b.grad) == pytest.approx((24.0, 32.0))


def test_a_rule_replaced_on_a_recorded_node_replaces_its_slopes():
    x = Value(2.0)
    y = x * x

    def _backward():
        x.grad += 100.0 * y.grad

    y._backward = _backward
    assert (y._op, y._prev) == ("*", (x, x))
    (y * 2.0).backward()
    assert x.grad == 200.0


def test_a_rule_may_call_the_rule_that_it_replaces():
    x = Value(3.0)
    y = x * x
    seen = []
    ours = y._backward

    def _backward():
        seen.append(y.grad)
        ours()

    y._backward = _backward
    (y * 2.0).backward()
    assert (seen, x.grad) == ([2.0], 12.0)
    (y * 2.0).backward()
    assert (seen, x.grad) == ([2.0, 2.0], 24.0)


def test_a_leaf_that_is_given_an_empty_rule_still_adds_up():
    x = Value(3.0)
    x._backward = lambda: None
    (x * 2.0).backward()
    (x * 5.0).backward()
    assert x.grad == 7.0


def test_a_rule_that_is_not_a_function_is_refused():
    with pytest.raises(TypeError, match="_backward takes a function without arguments, got int: 3"):
        Value(1.0, (Value(2.0),), "f")._backward = 3


def test_a_closure_works_while_anomalies_are_looked_for():
    x = Value(2.0)
    with detect_anomaly():
        y = softsign(x) * 2.0
        y.backward()
    assert x.grad == pytest.approx(2.0 / 9.0)


def test_a_node_made_by_hand_inside_no_grad_is_what_the_program_made():
    x = Value(2.0)
    with no_grad():
        y = Value(4.0, (x,), (2.0,))
    y.backward()
    assert x.grad == 2.0


# Whole programs


def train_like_micrograd(kind, steps=40):
    """A perceptron with one hidden layer on four points, trained by gradient descent on a hinge loss."""
    rng = random.Random(11)
    points = [(0.0, 0.2), (1.0, 0.9), (0.1, 1.0), (0.9, 0.1)]
    targets = [-1, 1, -1, 1]
    hidden = [([kind(rng.uniform(-1, 1)) for _ in range(2)], kind(0)) for _ in range(6)]
    last = ([kind(rng.uniform(-1, 1)) for _ in range(6)], kind(0))
    parameters = [p for w, b in [*hidden, last] for p in [*w, b]]
    losses = []
    for step in range(steps):
        scores = []
        for point in points:
            x = [kind(coordinate) for coordinate in point]
            layer = [sum((wi * xi for wi, xi in zip(w, x, strict=True)), b).relu() for w, b in hidden]
            scores.append(sum((wi * xi for wi, xi in zip(last[0], layer, strict=True)), last[1]))
        margins = [(1 + -target * score).relu() for target, score in zip(targets, scores, strict=True)]
        loss = sum(margins) * (1.0 / len(margins)) + 1e-4 * sum(p * p for p in parameters)
        for p in parameters:
            p.grad = 0
        loss.backward()
        for p in parameters:
            p.data -= (0.5 - 0.01 * step) * p.grad
        losses.append(loss.data)
    return losses, [p.data for p in parameters]


def test_a_training_script_for_micrograd_follows_the_same_trajectory():
    losses, parameters = train_like_micrograd(Value)
    expected_losses, expected_parameters = train_like_micrograd(MicrogradValue)
    assert losses == pytest.approx(expected_losses, rel=1e-10)
    assert parameters == pytest.approx(expected_parameters, rel=1e-10)
    assert losses[-1] < 0.5 * losses[0]


def test_the_expressions_of_micrograds_readme_have_the_same_values_and_gradients():
    def program(kind):
        a, b = kind(-4.0), kind(2.0)
        c = a + b
        d = a * b + b**3
        c += c + 1
        c += 1 + c + (-a)
        d += d * 2 + (b + a).relu()
        d += 3 * d + (b - a).relu()
        e = c - d
        f = e**2
        g = f / 2.0
        g += 10.0 / f
        g.backward()
        return g.data, a.grad, b.grad

    assert program(Value) == pytest.approx(program(MicrogradValue), rel=1e-14)


class Adam:
    """An optimiser in the manner of the later editions: it keeps its moments on the parameters themselves."""

    def __init__(self, parameters, rate):
        self.parameters, self.rate, self.step_number = parameters, rate, 0
        for p in parameters:
            p.m = 0.0
            p.v = 0.0

    def step(self):
        self.step_number += 1
        for p in self.parameters:
            p.m = 0.9 * p.m + 0.1 * p.grad
            p.v = 0.95 * p.v + 0.05 * p.grad**2
            m = p.m / (1.0 - 0.9**self.step_number)
            v = p.v / (1.0 - 0.95**self.step_number)
            p.data -= self.rate * m / (v**0.5 + 1e-8)
            p.grad = 0.0


def cross_entropy(logits, target):
    largest = max(v.data for v in logits)
    shifted = [v - largest for v in logits]
    return sum([v.exp() for v in shifted]).log() - shifted[target]


def measured(p, loss):
    """How fast `loss()` grows with the data of one parameter, measured to both sides."""
    middle, step = p.data, 1e-5
    p.data = middle + step
    above = loss().data
    p.data = middle - step
    below = loss().data
    p.data = middle
    return (above - below) / (2.0 * step)


def test_a_classifier_in_the_manner_of_the_later_editions_learns():
    rng = random.Random(42)
    data = [([rng.gauss(2.0 * (k - 1), 0.3), rng.gauss(k % 2, 0.3)], k) for k in range(3) for _ in range(5)]
    first = [[Value(rng.uniform(-1, 1) * 2**-0.5) for _ in range(2)] + [Value(0.0)] for _ in range(4)]
    second = [[Value(rng.uniform(-1, 1) * 4**-0.5) for _ in range(4)] + [Value(0.0)] for _ in range(3)]
    parameters = [p for row in [*first, *second] for p in row]
    for p in parameters:
        p._vis_color = (0.2, 0.4, 0.8)

    def logits(x):
        h = [sum((w * xi for w, xi in zip(row, x, strict=False)), row[-1]).tanh() for row in first]
        return [sum((w * hi for w, hi in zip(row, h, strict=False)), row[-1]) for row in second]

    def loss():
        return sum([cross_entropy(logits(x), k) for x, k in data]) * (1.0 / len(data))

    start = loss()
    start.backward()
    for p in parameters[::7]:
        assert p.grad == pytest.approx(measured(p, loss), rel=1e-7, abs=1e-9)
    for p in parameters:
        p.grad = 0.0
    optimiser = Adam(parameters, 0.1)
    for _ in range(25):
        loss().backward()
        optimiser.step()
    assert loss().data < 0.2 * start.data
    assert all(type(node._prev) is tuple for node in sorted_by_the_program(cross_entropy(logits(data[0][0]), 0)))
    assert parameters[0]._vis_color == (0.2, 0.4, 0.8)


def linear(x, weights):
    return [sum(wi * xi for wi, xi in zip(row, x, strict=True)) for row in weights]


def softmax(logits):
    largest = max(v.data for v in logits)
    powers = [(v - largest).exp() for v in logits]
    total = sum(powers)
    return [p / total for p in powers]


def rmsnorm(x):
    mean_square = sum(xi * xi for xi in x) / len(x)
    scale = (mean_square + 1e-5) ** -0.5
    return [xi * scale for xi in x]


class TinyLanguageModel:
    """One block of attention and one of rectified units over single scalars, with a cache of keys and values."""

    def __init__(self, symbols, length, width, heads, rng):
        self.heads, self.width = heads, width

        def matrix(rows, columns):
            return [[Value(rng.gauss(0.0, 0.3)) for _ in range(columns)] for _ in range(rows)]

        self.tensors = {
            "token": matrix(symbols, width),
            "place": matrix(length, width),
            **{name: matrix(width, width) for name in ("query", "key", "value", "out")},
            "up": matrix(2 * width, width),
            "down": matrix(width, 2 * width),
            "head": matrix(symbols, width),
        }
        self.parameters = [p for tensor in self.tensors.values() for row in tensor for p in row]

    def __call__(self, token, place, keys, values):
        tensors, size = self.tensors, self.width // self.heads
        x = rmsnorm([t + p for t, p in zip(tensors["token"][token], tensors["place"][place], strict=True)])
        residual, x = x, rmsnorm(x)
        query = linear(x, tensors["query"])
        keys.append(linear(x, tensors["key"]))
        values.append(linear(x, tensors["value"]))
        mixed = []
        for head in range(0, self.width, size):
            scores = [sum(query[head + j] * k[head + j] for j in range(size)) / size**0.5 for k in keys]
            shares = softmax(scores)
            mixed += [sum(s * v[head + j] for s, v in zip(shares, values, strict=True)) for j in range(size)]
        x = [a + b for a, b in zip(linear(mixed, tensors["out"]), residual, strict=True)]
        up = [v.relu() ** 2 for v in linear(rmsnorm(x), tensors["up"])]
        x = [a + b for a, b in zip(linear(up, tensors["down"]), x, strict=True)]
        return linear(x, tensors["head"])

    def loss(self, text):
        keys, values, losses = [], [], []
        for place, (token, following) in enumerate(pairwise(text)):
            probabilities = softmax(self(token, place, keys, values))
            losses.append(-probabilities[following].log())
        return (1 / len(losses)) * sum(losses)


def test_a_language_model_in_the_manner_of_microgpt_learns_a_word():
    model = TinyLanguageModel(symbols=4, length=6, width=4, heads=2, rng=random.Random(42))
    word = [0, 1, 2, 2, 3, 0]
    start = model.loss(word)
    start.backward()
    for p in model.parameters[::23]:
        assert p.grad == pytest.approx(measured(p, lambda: model.loss(word)), rel=1e-6, abs=1e-9)
    for p in model.parameters:
        p.grad = 0
    optimiser = Adam(model.parameters, 0.05)
    for _ in range(8):
        model.loss(word).backward()
        optimiser.step()
    assert model.loss(word).data < 0.5 * start.data


def test_operations_written_in_the_manner_of_microgpt_agree_with_ours():
    def times(a, b):
        return Value(a.data * b.data, (a, b), (b.data, a.data))

    def plus(a, b):
        return Value(a.data + b.data, (a, b), (1, 1))

    def log(a):
        return Value(math.log(a.data), (a,), (1 / a.data,))

    a, b, c, d = Value(2.0), Value(3.0), Value(2.0), Value(3.0)
    log(plus(times(a, b), a)).backward()
    (c * d + c).log().backward()
    assert [a.grad, b.grad] == [c.grad, d.grad]


def test_no_program_of_a_dialect_sees_a_warning():
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        train_like_micrograd(Value, steps=1)
        softsign(Value(2.0)).backward()
        Neuron().walk()
    assert not seen
