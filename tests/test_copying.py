"""`copy`, `deepcopy` and `pickle` of values: graphs of any depth, sharing, gradients, and refusals."""

import copy
import gc
import importlib
import io
import os
import pickle
import random
import subprocess
import sys
import threading
from itertools import pairwise

import pytest

from autograd import TABLE, Value, dot, topological_order
from autograd.copying import pickled
from benchmarks.footprint import with_a_small_stack


class Parameter(Value):
    """A subclass with an attribute and a slot of its own."""

    __slots__ = ("rate",)

    def __init__(self, data, rate):
        super().__init__(data)
        self.rate = rate
        self.history = [data]


class Secretive(Value):
    """A subclass that says itself what is pickled."""

    def __getstate__(self):
        attributes, slots = super().__getstate__()
        return {name: part for name, part in attributes.items() if name != "file"}, slots


class Numbered(Value):
    """A subclass that pickles in a way of its own."""

    def __reduce__(self):
        return Numbered, (self.data + 1.0,)


def through_deepcopy(thing):
    return copy.deepcopy(thing)


def through_pickle(thing):
    return pickle.loads(pickle.dumps(thing))


def through_pythons_own_pickler(thing):
    file = io.BytesIO()
    pickle._Pickler(file).dump(thing)
    return pickle._loads(file.getvalue())


WAYS = [through_deepcopy, through_pickle, through_pythons_own_pickler]
in_every_way = pytest.mark.parametrize("twin_of", WAYS, ids=lambda way: way.__name__.removeprefix("through_"))


def network(rng):
    """A loss, a value inside its graph, and its leaves: every shape that a node can have."""
    x = [Value(rng.uniform(-1.0, 1.0), label=f"x{i}") for i in range(4)]
    w = [Value(rng.uniform(-1.0, 1.0)) for _ in range(4)]
    hidden = dot(w, x, Value(0.5)).tanh() + dot(w, [1.0, 2.0, 3.0, x[0]]) + TABLE["logsumexp"](x)
    by_hand = Value(hidden.data**3, (hidden,), (3.0 * hidden.data**2,))
    loss = (by_hand - hidden * w[0]).relu() + x[1].clip(-0.9, w[2]) ** 2 + 2.0**hidden / (3.0 + abs(x[3])) - -x[2]
    return loss, hidden, [*x, *w]


def chain(operations):
    x = Value(1.0, label="x")
    y = x
    for _ in range(operations // 2):
        y = y * x + 0.5
    return x, y


def bits(values):
    return [(v.data.hex(), v.grad.hex()) for v in values]


# In every way


@in_every_way
def test_a_leaf_keeps_its_number_gradient_and_attributes(twin_of):
    x = Value(2.5, label="x")
    x.grad, x.m, x.scope = -0.75, [1.0, 2.0], "layers.0"
    twin = twin_of(x)
    assert type(twin) is Value
    assert twin is not x
    assert (twin.data, twin.grad, twin.label, twin.m, twin.scope) == (2.5, -0.75, "x", [1.0, 2.0], "layers.0")
    assert twin.m is not x.m
    assert twin.operands == ()


@in_every_way
def test_a_copied_graph_holds_the_same_and_shares_nothing_with_the_original(twin_of):
    loss, *_ = network(random.Random(1))
    loss.backward()
    twin = twin_of(loss)
    ours, theirs = topological_order(loss), topological_order(twin)
    assert bits(ours) == bits(theirs)
    assert [v._op for v in ours] == [v._op for v in theirs]
    assert [v.label for v in ours] == [v.label for v in theirs]
    assert [v.slopes for v in ours] == [v.slopes for v in theirs]
    place = {v: i for i, v in enumerate(ours)}, {v: i for i, v in enumerate(theirs)}
    assert [[place[0][o] for o in v.operands] for v in ours] == [[place[1][o] for o in v.operands] for v in theirs]
    assert not set(ours) & set(theirs)


@in_every_way
@pytest.mark.filterwarnings("ignore::autograd.advice.TrainingWarning")
def test_a_copy_backpropagates_to_the_same_bits_and_leaves_the_original_alone(twin_of):
    loss, hidden, leaves = network(random.Random(2))
    twin, twin_hidden, twin_leaves = twin_of((loss, hidden, leaves))
    twin.backward()
    assert not any(v.grad for v in [loss, hidden, *leaves])
    loss.backward()
    assert bits([loss, hidden, *leaves]) == bits([twin, twin_hidden, *twin_leaves])
    twin.backward()
    loss.backward()
    assert bits([loss, hidden, *leaves]) == bits([twin, twin_hidden, *twin_leaves])


@in_every_way
def test_several_roots_and_leaves_stay_the_parts_of_one_graph_in_any_order(twin_of):
    loss, hidden, leaves = network(random.Random(3))
    second = hidden * 2.0 + leaves[0]
    model = {"parameters": leaves, "again": [leaves[0], leaves[0]]}
    things = [hidden, loss, model, second, leaves[1]]
    for order in ([0, 1, 2, 3, 4], [1, 0, 3, 4, 2], [2, 4, 3, 1, 0], [4, 3, 2, 0, 1]):
        twins = dict(zip(order, twin_of([things[i] for i in order]), strict=True))
        twin_leaves = twins[2]["parameters"]
        inside = set(topological_order(twins[1]))
        assert twins[0] in inside
        assert set(twin_leaves) <= inside
        assert twins[0] in topological_order(twins[3])
        assert twins[4] is twin_leaves[1]
        assert twins[2]["again"] == [twin_leaves[0], twin_leaves[0]]


@in_every_way
def test_an_operand_used_twice_is_one_operand_used_twice(twin_of):
    a = Value(3.0)
    for root in (a + a, a - a, a * a, dot([a, a], [a, 2.0], a)):
        a.grad = 0.0
        root.backward()
        twin = twin_of(root)
        assert len(set(twin.operands)) == len(set(root.operands))
        twin.operands[0].grad = 0.0
        twin.backward()
        assert twin.operands[0].grad == a.grad


@in_every_way
def test_attributes_may_hold_values_inside_and_outside_of_the_graph_and_the_value_itself(twin_of):
    x, elsewhere = Value(2.0), Value(5.0) * 3.0
    y = x * x
    y.itself, x.result, x.friends = y, y, {"far": elsewhere, "near": [x, y]}
    elsewhere.back = x
    twin = twin_of(y)
    twin_x = twin.operands[0]
    assert twin.itself is twin
    assert twin_x.result is twin
    assert twin_x.friends["near"] == [twin_x, twin]
    far = twin_x.friends["far"]
    assert far is not elsewhere
    assert far.back is twin_x
    assert (far.data, far._op) == (15.0, "*")


@in_every_way
def test_a_subclass_keeps_its_class_attributes_and_slots(twin_of):
    w = Parameter(3.0, rate=[0.1])
    y = w * 2.0 + Parameter(1.0, rate=[0.2])
    twin_y, twin_w = twin_of([y, w])
    assert type(twin_w) is Parameter
    assert (twin_w.data, twin_w.rate, twin_w.history) == (3.0, [0.1], [3.0])
    assert twin_w.rate is not w.rate
    twin_y.backward()
    assert (twin_w.grad, w.grad) == (2.0, 0.0)
    assert type(twin_y.operands[1]) is Parameter


@in_every_way
def test_a_subclass_may_say_what_of_it_goes_along(twin_of):
    v = Secretive(2.0)
    v.file, v.name = sys.stdout, "v"
    twin, _ = twin_of([v, v * v])
    assert vars(twin) == {"name": "v"}
    assert twin.data == 2.0


@in_every_way
def test_a_node_made_by_hand_keeps_its_symbol_and_slopes(twin_of):
    x = Value(2.0)
    y = Value(8.0, (x, 5), (12.0, 0.5))
    z = Value(4.0, (x,), "double")
    twin_y, twin_z, twin_x = twin_of([y, z, x])
    assert (twin_y.slopes, twin_y._op, twin_y.operands[0]) == ((12.0, 0.5), "", twin_x)
    assert (twin_z._op, twin_z.operands) == ("double", (twin_x,))
    twin_y.backward()
    assert (twin_x.grad, x.grad) == (12.0, 0.0)
    with pytest.warns(UserWarning, match="no gradient flows"):
        twin_z.backward()


@in_every_way
def test_a_graph_that_was_walked_by_hand_counts_nothing_twice_in_the_copy(twin_of):
    x = Value(3.0)
    inner = x * x
    y = inner + x
    y.grad = 1.0
    y._backward()
    inner._backward()
    twin, twin_x = twin_of([y, x])
    assert twin_x.grad == 7.0
    twin.backward()
    assert twin_x.grad == 7.0
    y.backward()
    assert x.grad == 7.0


@in_every_way
def test_what_a_walk_by_hand_swallowed_comes_back_in_the_copy(twin_of):
    x = Value(1.0)
    x.grad = 0.1
    y = x * 1e17
    y.grad = 1.0
    y._backward()
    root = y * 0.0
    twin, twin_x = twin_of([root, x])
    twin.backward()
    root.backward()
    assert twin_x.grad == x.grad == 0.1


@in_every_way
def test_an_infinite_walk_by_hand_is_taken_back_in_the_copy(twin_of):
    x = Value(0.0)
    y = x.log10()
    y.grad = -1.0
    y._backward()
    twin, twin_x = twin_of([y, x])
    y.grad = twin.grad = 0.0
    twin.backward()
    y.backward()
    assert twin_x.grad == x.grad == float("inf")


@in_every_way
def test_every_row_of_the_table_survives(twin_of):
    for row in TABLE.values():
        operands = [[Value(0.5), Value(0.75)] if is_sequence else Value(0.5) for is_sequence in row.sequences]
        root = row(*operands)
        root.backward()
        twin = twin_of(root)
        assert twin._row is row
        assert bits(topological_order(twin)) == bits(topological_order(root))


@in_every_way
def test_numbers_that_are_hard_to_write_survive(twin_of):
    for number in (float("inf"), float("-inf"), float("nan"), -0.0, 5e-324, 0.1):
        twin = twin_of(Value(number) * 1.0)
        assert twin.data.hex() == (number * 1.0).hex()


@in_every_way
def test_a_node_with_a_rule_of_the_users_own_is_refused_with_a_sentence(twin_of):
    x = Value(2.0)
    out = Value(4.0, (x,), "double")

    def _backward():
        x.grad += 2.0 * out.grad

    out._backward = _backward
    for thing in (out, out * 3.0, [x, (out + x).exp()]):
        with pytest.raises(
            TypeError, match=r"^Value\(data=4\.0, .* has a _backward of its own, .* make the operation a row"
        ):
            twin_of(thing)
    assert twin_of(x).data == 2.0
    (out * 3.0).backward()
    assert x.grad == 6.0


@in_every_way
def test_nothing_is_left_to_the_cycle_collector(twin_of):
    loss, hidden, leaves = network(random.Random(4))
    twin_of([loss, hidden, leaves])
    gc.collect()
    gc.disable()
    try:
        for _ in range(50):
            twin, *_ = twin_of([loss, hidden, leaves])
            twin.backward()
        del twin, _
        assert gc.collect() == 0
    finally:
        gc.enable()


@in_every_way
def test_copying_changes_nothing_of_the_original(twin_of):
    loss, hidden, leaves = network(random.Random(5))
    held = [(v, v._x, v._dx, v._y, v._dy, dict(vars(v))) for v in (loss, hidden, *leaves)]
    twin_of([loss, hidden, leaves])
    assert [(v, v._x, v._dx, v._y, v._dy, vars(v)) for v in (loss, hidden, *leaves)] == held


# A copy of one value


def test_a_shallow_copy_shares_operands_and_has_a_gradient_and_attributes_of_its_own():
    x = Value(3.0)
    y = x * x
    y.label, y.notes = "y", []
    y.grad = 0.5
    twin = copy.copy(y)
    assert (twin.data, twin.grad, twin.operands, twin.slopes) == (9.0, 0.5, (x, x), (3.0, 3.0))
    assert twin.notes is y.notes
    twin.label, twin.grad, twin.data = "twin", 7.0, 1.0
    assert (y.label, y.grad, y.data) == ("y", 0.5, 9.0)
    (twin * 2.0).backward()
    assert (x.grad, y.grad, twin.grad) == (12.0, 0.5, 2.0)


def test_a_shallow_copy_of_a_subclass_is_of_that_class():
    twin = copy.copy(Parameter(3.0, rate=0.1))
    assert (type(twin), twin.data, twin.rate, twin.history) == (Parameter, 3.0, 0.1, [3.0])


def test_a_shallow_copy_of_a_node_with_a_rule_of_its_own_is_refused():
    out = Value(4.0, (Value(2.0),), "double")
    out._backward = lambda: None
    with pytest.raises(TypeError, match="has a _backward of its own"):
        copy.copy(out)


def test_a_shallow_copy_of_a_leaf_knows_nothing_of_walks_through_the_original():
    x = Value(3.0)
    y = x * 2.0
    y.grad = 1.0
    y._backward()
    twin = copy.copy(x)
    z = twin * 5.0
    z.grad = 1.0
    z._backward()
    y.backward()
    z.backward()
    assert (x.grad, twin.grad) == (2.0, 7.0)


# Deep copies


def test_a_deep_copy_takes_from_the_memo_what_is_there():
    x, w = Value(3.0), Value(2.0)
    hidden = x * w
    y = hidden + x
    shared = Value(10.0)
    memo = {id(x): shared, id(w): w}
    twin = copy.deepcopy(y, memo)
    assert twin.operands[1] is shared
    assert twin.operands[0].operands == (shared, w)
    assert memo[id(hidden)] is twin.operands[0]
    assert memo[id(y)] is twin
    assert copy.deepcopy(hidden, memo) is twin.operands[0]


def test_a_cycle_is_refused_with_a_sentence():
    y = Value(2.0) * Value(3.0)
    y._x = y * 1.0
    with pytest.raises(ValueError, match="this graph has a cycle"):
        copy.deepcopy(y)
    with pytest.raises(ValueError, match="this graph has a cycle"):
        pickle.dumps(y)


def test_a_model_is_copied_with_its_parameters_in_their_places():
    class Layer:
        def __init__(self):
            self.w = [Value(1.0), Value(2.0)]
            self.last = self.w[-1]

    model = Layer()
    loss = dot(model.w, [3.0, 4.0], Value(0.0))
    twin_model, twin_loss = copy.deepcopy([model, loss])
    twin_loss.backward()
    assert [v.grad for v in twin_model.w] == [3.0, 4.0]
    assert twin_model.last is twin_model.w[-1]
    assert [v.grad for v in model.w] == [0.0, 0.0]


# Pickles


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("pickler", [pickle.Pickler, pickle._Pickler], ids=["pickle", "python's own"])
def test_every_protocol_keeps_the_graph(pickler, protocol):
    loss, hidden, leaves = network(random.Random(6))
    loss.backward()
    file = io.BytesIO()
    pickler(file, protocol).dump([hidden, loss, leaves])
    twin_hidden, twin, twin_leaves = pickle.loads(file.getvalue())
    assert bits(topological_order(twin)) == bits(topological_order(loss))
    assert {twin_hidden, *twin_leaves} <= set(topological_order(twin))


def test_one_pickler_keeps_what_is_shared_between_its_dumps():
    x = Value(3.0)
    y = x * x
    z = y.exp() + x
    file = io.BytesIO()
    pickler = pickle.Pickler(file)
    for v in (y, z, x):
        pickler.dump(v)
    unpickler = pickle.Unpickler(io.BytesIO(file.getvalue()))
    twin_y, twin_z, twin_x = (unpickler.load() for _ in range(3))
    assert twin_z.operands[1] is twin_x
    assert twin_z.operands[0].operands == (twin_y,)
    assert twin_y.operands == (twin_x, twin_x)


def test_picklers_at_work_at_the_same_time_do_not_disturb_each_other():
    x, y = chain(6_000)
    middle = y
    for _ in range(3_000):
        middle = middle.operands[0]
    files = [io.BytesIO() for _ in range(2)]
    first, second = (pickle.Pickler(file) for file in files)
    first.dump(y)
    x.data = 7.0
    second.dump(middle)
    y_now, x_now = through_pickle([y, x])
    first.dump(middle)
    second.dump(y)
    loaded = []
    for file in files:
        unpickler = pickle.Unpickler(io.BytesIO(file.getvalue()))
        loaded.append([unpickler.load(), unpickler.load()])
    (first_y, first_middle), (second_middle, second_y) = loaded
    assert first_middle in topological_order(first_y)
    assert second_middle in topological_order(second_y)
    assert [len(topological_order(v)) for v in (first_y, second_y, y_now)] == [len(topological_order(y))] * 3
    assert [topological_order(v)[0].data for v in (first_y, second_y, y_now)] == [1.0, 7.0, 7.0]
    assert x_now.data == 7.0


def test_a_pickle_of_a_part_holds_that_part_alone_while_another_pickler_holds_the_whole():
    _, y = chain(2_000)
    part = y
    for _ in range(1_990):
        part = part.operands[0]
    alone = len(pickle.dumps(part))
    other = pickle.Pickler(io.BytesIO())
    other.dump(y)
    assert len(pickle.dumps(part)) == alone < 2_000


def test_threads_that_pickle_one_graph_do_not_disturb_each_other():
    loss, hidden, leaves = network(random.Random(7))
    found = [None] * 4

    def work(i):
        for _ in range(30):
            twin_hidden, twin, twin_leaves = through_pickle([hidden, loss, leaves])
            found[i] = {twin_hidden, *twin_leaves} <= set(topological_order(twin))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 4


def test_a_pickle_leaves_nothing_behind_even_when_it_fails():
    loss, *_ = network(random.Random(8))
    pickle.dumps(loss)
    assert pickled.groups == {}
    loss.cannot = lambda: None
    with pytest.raises((AttributeError, pickle.PicklingError), match="<lambda>"):
        pickle.dumps(loss * 2.0)
    assert pickled.groups == {}
    del loss.cannot
    assert through_pickle(loss).data == loss.data


def test_a_subclass_may_pickle_in_a_way_of_its_own():
    twin = through_pickle(Numbered(2.0))
    assert (type(twin), twin.data) == (Numbered, 3.0)


ROW_OF_A_USER = """
from autograd import primitive

@primitive(lambda z, x: 3.0 * x * x)
def cube_of_the_user(x):
    return x * x * x
"""


def test_a_row_of_the_users_own_is_pickled_by_the_name_of_its_module(tmp_path, monkeypatch):
    (tmp_path / "rows_of_the_user.py").write_text(ROW_OF_A_USER)
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("rows_of_the_user")
    try:
        x = Value(2.0)
        y = module.cube_of_the_user(x) * x.cube_of_the_user()
        twin = through_pickle(y)
        twin.backward()
        y.backward()
        assert bits(topological_order(twin)) == bits(topological_order(y))
        assert twin.operands[0]._row is module.cube_of_the_user
    finally:
        del TABLE["cube_of_the_user"], Value.cube_of_the_user, sys.modules["rows_of_the_user"]


# Size


@pytest.mark.parametrize("twin_of", [through_deepcopy, through_pickle], ids=["deepcopy", "pickle"])
def test_a_chain_of_a_hundred_thousand_operations_is_copied_without_recursion(twin_of):
    operations = 100_000
    x, y = chain(operations)
    twin, twin_x = with_a_small_stack(lambda: twin_of([y, x]))
    y.backward()
    twin.backward()
    assert twin_x.label == "x"
    assert len(topological_order(twin)) == operations + 1 + operations // 2
    assert (twin.data, twin_x.grad) == (y.data, x.grad)


def test_a_program_that_imports_the_package_alone_copies_deep_chains():
    lines = [
        "import copy, autograd",
        "y = x = autograd.Value(1.0)",
        "for _ in range(3_000): y = y * x",
        "print(autograd.depth(copy.deepcopy(y)))",
    ]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        check=False,
    )
    assert done.stdout == "3000\n", done.stderr


def test_pythons_own_pickler_takes_a_deep_chain_too():
    x, y = chain(4_000)
    twin, twin_x = through_pythons_own_pickler([y, x])
    twin.backward()
    y.backward()
    assert twin_x.grad == x.grad


@in_every_way
@pytest.mark.parametrize("backwards", [False, True], ids=["first to last", "last to first"])
def test_a_list_of_all_values_of_a_chain_takes_no_longer_than_the_chain(twin_of, backwards):
    values = [Value(1.0)]
    for _ in range(5_000):
        values.append(values[-1] * 0.5)
    if backwards:
        values.reverse()
    twins = twin_of(values)
    if backwards:
        twins.reverse()
    assert all(after.operands[0] is before for before, after in pairwise(twins))


def test_a_pickle_is_small():
    _, y = chain(10_000)
    assert len(pickle.dumps(y)) < 80 * 10_000
    assert len(pickle.dumps([Value(0.5) for _ in range(1_000)])) < 60 * 1_000
