"""Walking a recorded graph: order, counts, depth, export, trace."""

import pytest
from micrograd.engine import Value as MicrogradValue

from autograd import Value, counts, depth, dot, export, topological_order, trace
from autograd.dialects import HandMade
from autograd.primitives import TABLE, add, clip, mul


def diamond():
    a = Value(2.0, label="a")
    b = a * 3.0
    c = a + b
    return a, b, c, b * c


def chain(operations):
    x = Value(1.0)
    y = x
    for _ in range(operations):
        y = y + x
    return x, y


# Order


def test_every_value_comes_after_its_operands_and_once():
    *_, root = diamond()
    order = topological_order(root)
    place = {v: i for i, v in enumerate(order)}
    assert len(place) == len(order) == 5
    assert order[-1] is root
    for node in order:
        assert all(place[operand] < place[node] for operand in node.operands)


def test_operands_are_visited_from_the_first_to_the_last():
    a, b, c, d = (Value(float(i), label=name) for i, name in enumerate("abcd"))
    assert [v.label or v._op for v in topological_order((a * b) + (c * d))] == ["a", "b", "*", "c", "d", "*", "+"]
    assert [v.label or v._op for v in topological_order((c * d) + (a * b))] == ["c", "d", "*", "a", "b", "*", "+"]
    assert [v.label or v._op for v in topological_order(dot([b, a], [d, c], a))] == ["b", "a", "d", "c", "dot"]


def test_a_long_way_and_a_short_way_to_one_operand_do_not_disturb_the_order():
    a = Value(2.0, label="a")
    b = a.exp()
    c = b.tanh()
    root = a * c + b
    assert [v.label or v._op for v in topological_order(root)] == ["a", "exp", "tanh", "*", "+"]


def test_several_roots_share_one_order_without_repeats():
    a, b, c, d = diamond()
    order = topological_order(b, d, c, b)
    assert order == topological_order(b, d)
    assert len(order) == len(set(order)) == 5
    assert order.index(b) < order.index(c) < order.index(d)
    assert topological_order() == []
    assert topological_order(a, a) == [a]


def test_several_roots_are_visited_from_the_first_to_the_last():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    up, down = a.exp(), b.tanh()
    assert [v.label or v._op for v in topological_order(up, down)] == ["a", "exp", "b", "tanh"]
    assert [v.label or v._op for v in topological_order(down, up)] == ["b", "tanh", "a", "exp"]


def test_walking_changes_no_gradient():
    a, b, c, d = diamond()
    d.backward()
    before = [v.grad for v in (a, b, c, d)]
    topological_order(d)
    export(d)
    trace(d)
    assert [v.grad for v in (a, b, c, d)] == before


def test_a_cycle_is_refused_with_a_sentence():
    x = Value(2.0)
    inner = x * x
    inner.label = "inner"
    root = (inner + 1.0).exp()
    inner._y = root
    for walk in (topological_order, export, counts, depth, trace):
        with pytest.raises(ValueError, match=r"this graph has a cycle: .* is made of itself; give operands only when"):
            walk(root)


def test_a_deep_chain_is_walked_without_recursion():
    x, y = chain(50_000)
    order = topological_order(y)
    assert (order[0], order[-1], len(order)) == (x, y, 50_001)
    assert depth(y) == 50_000
    assert counts(y) == {"leaf": 1, "add": 50_000}
    nodes = export(y)
    assert nodes[-1].operands == (49_999, 0)
    values, edges = trace(y)
    assert (len(values), len(edges)) == (50_001, 99_999)


# Counts and depth


def test_counts_are_by_operation_and_count_constants_as_leaves():
    x = Value(3.0)
    assert counts(x) == {"leaf": 1}
    assert counts(x * x + x * 2.0 - 2.0) == {"leaf": 3, "mul": 2, "add": 1, "sub": 1}
    assert counts(dot([x, x], [x, 1.0], x)) == {"leaf": 2, "dot": 1}


def test_a_node_made_by_hand_is_counted_under_its_symbol():
    x = Value(3.0)
    assert counts(Value(9.0, (x,), "square")) == {"leaf": 1, "square": 1}
    assert counts(Value(9.0, (x,), (6.0,))) == {"leaf": 1, "a value made by hand": 1}


def test_the_depth_is_that_of_the_longest_path_over_all_roots():
    a, b, c, d = diamond()
    assert [depth(v) for v in (a, b, c, d)] == [0, 1, 2, 3]
    assert depth(a, b) == 1
    assert depth(d, a) == 3
    assert depth() == 0


# Export


def test_an_export_is_the_graph_as_plain_data():
    a, b, c, d = diamond()
    b.label = "b"
    c.scope = "layers.0"
    d.backward()
    nodes = export(d)
    assert [node.index for node in nodes] == [0, 1, 2, 3, 4]
    assert [node.row for node in nodes] == [None, None, mul, add, mul]
    assert [node.data for node in nodes] == [2.0, 3.0, 6.0, 8.0, 48.0]
    assert [node.grad for node in nodes] == [a.grad, 0.0, b.grad, c.grad, 1.0]
    assert [node.label for node in nodes] == ["a", "", "b", "", ""]
    assert [node.scope for node in nodes] == ["", "", "", "layers.0", ""]
    assert [node.operands for node in nodes] == [(), (), (0, 1), (0, 2), (2, 3)]
    assert [node.slopes for node in nodes] == [(), (), (3.0, None), (1.0, 1.0), (8.0, 6.0)]


def test_an_n_ary_node_exports_its_operands_in_order_with_constants_and_repeats():
    w, v, bias = Value(2.0), Value(3.0), Value(0.5)
    nodes = export(dot([w, v, w], [5.0, w, 7.0], bias))
    assert [node.data for node in nodes[:-1]] == [2.0, 3.0, 5.0, 7.0, 0.5]
    assert nodes[-1].operands == (0, 1, 0, 2, 0, 3, 4)
    assert nodes[-1].slopes == (5.0, 2.0, 7.0, None, 3.0, None, 1.0)
    assert nodes[-1].data == 10.0 + 6.0 + 14.0 + 0.5


def test_a_dot_product_without_a_bias_exports_two_operands_for_each_product():
    w, x = [Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]
    node = export(dot(w, x))[-1]
    assert node.operands == (0, 1, 2, 3)
    assert node.slopes == (3.0, 4.0, 1.0, 2.0)


def test_a_row_of_three_operands_exports_constants_as_leaves():
    x = Value(0.25)
    nodes = export(clip(x, 0.0, 1.0))
    assert [(node.row, node.data) for node in nodes] == [(None, 0.25), (None, 0.0), (None, 1.0), (clip, 0.25)]
    assert nodes[-1].slopes == (1.0, None, None)


def test_one_constant_of_one_operation_is_the_same_value_at_every_walk():
    x = Value(2.0)
    y = x * 3.0 + dot([x], [4.0])
    assert topological_order(y) == topological_order(y)
    assert len(export(y)) == len(export(y)) == 6


def test_one_operand_used_twice_is_exported_once_and_named_twice():
    x = Value(3.0)
    nodes = export(x - x)
    assert [node.operands for node in nodes] == [(), (0, 0)]


def test_several_roots_export_into_one_list():
    a, b, _, d = diamond()
    nodes = export(b, d, a)
    assert len(nodes) == 5
    assert nodes[2].data == b.data


def test_a_node_made_by_hand_exports_its_symbol_and_slopes():
    x = Value(3.0)
    y = Value(9.0, (x,), "square")
    z = Value(18.0, (y,), (2.0,))
    first, second, third = export(z)
    assert isinstance(second.row, HandMade)
    assert (first.row, str(second.row), second.slopes, third.slopes) == (None, "square", (None,), (2.0,))


def test_an_export_tells_a_constant_from_a_slope_that_only_a_rule_of_the_programs_own_knows():
    x = Value(3.0)
    constant, unknown = x * 2.0, x * 2.0
    unknown._backward = lambda: None
    constant, unknown = export(constant)[-1], export(unknown)[-1]
    assert (constant.row, constant.slopes) == (mul, (2.0, None))
    assert (type(unknown.row), unknown.slopes) == (HandMade, (None, None))
    assert (str(unknown.row), unknown.row.symbol) == ("mul", "*")


@pytest.mark.parametrize("walk", [topological_order, export, counts, depth, trace])
def test_what_is_not_a_value_has_no_graph_and_is_refused_by_name(walk):
    for given in (3.0, None, [Value(1.0)]):
        with pytest.raises(TypeError, match=f"a graph is walked from values, got {type(given).__name__}: "):
            walk(given)


def test_labels_of_any_kind_are_exported_as_text():
    x = Value(3.0)
    x.label = 7
    x.scope = ("layers", 0)
    assert (export(x)[0].label, export(x)[0].scope) == ("7", "('layers', 0)")


# Trace


def test_the_trace_has_the_nodes_and_edges_that_the_notebooks_trace_finds():
    def their_trace(root):
        nodes, edges = set(), set()

        def build(v):
            if v not in nodes:
                nodes.add(v)
                for child in v._prev:
                    edges.add((child, v))
                    build(child)

        build(root)
        return nodes, edges

    def expression(kind):
        a, b = kind(2.0), kind(-3.0)
        c = a * b
        return (c + a) * (c + b).relu()

    ours = expression(Value)
    assert trace(ours) == their_trace(ours)
    theirs = their_trace(expression(MicrogradValue))
    assert [len(part) for part in trace(ours)] == [len(part) for part in theirs]


def test_an_empty_operation_is_a_leaf_that_is_walked_like_any():
    nothing = TABLE["sum"]([])
    assert nothing == 0.0
    assert topological_order(Value(nothing) + 1.0)[0].data == 0.0
