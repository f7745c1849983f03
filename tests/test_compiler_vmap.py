"""`vmap`: a loop in eager mode, the batch axis in a compiled function; both give the same."""

import math
import random

import numpy
import pytest

import autograd
import nn
from autograd import Value, jit, vmap
from autograd.compiler import making
from autograd.compiler.interpret import Interpreter

REDUCTIONS = [autograd.sum, autograd.mean, autograd.max, autograd.min, autograd.prod, autograd.logsumexp]


@pytest.fixture(autouse=True, params=["interpreted", "compiled"])
def backend(request, monkeypatch):
    """Everything here holds for the machine code, and for the interpreter that it is held against."""
    if request.param == "interpreted":
        monkeypatch.setattr(making, "compile_recording", lambda recording, team=None: Interpreter(recording))


def drawn(samples, width, seed=0):
    rng = random.Random(f"{samples} {width} {seed}")
    return [[rng.uniform(-1.5, 1.5) for _ in range(width)] for _ in range(samples)]


def numbers(tree):
    if isinstance(tree, (list, tuple)):
        return [numbers(part) for part in tree]
    return tree.data if isinstance(tree, Value) else tree


def close(found, expected, tolerance=1e-12):
    assert numpy.allclose(numpy.array(numbers(found)), numpy.array(numbers(expected)), rtol=tolerance, atol=tolerance)


# In eager mode


def test_it_is_a_loop_over_all_arguments():
    assert vmap(lambda x, y: x * y)([1.0, 2.0], (3.0, 4.0)) == [3.0, 8.0]
    assert vmap(lambda x: x[0])(numpy.array([[1.0, 2.0], [3.0, 4.0]])) == [1.0, 3.0]
    assert vmap(lambda x: x)([]) == []


def test_named_arguments_are_the_same_for_all_samples():
    f = vmap(lambda x, w: x * w[0] + w[1])
    assert f([1.0, 2.0], w=[3.0, 1.0]) == [4.0, 7.0]
    close(jit(lambda X, w: f(X, w=w))([1.0, 2.0], [3.0, 1.0]), [4.0, 7.0])


def test_tuples_and_dictionaries_of_results_come_side_by_side():
    f = vmap(lambda x: (x, {"double": x * 2.0, "list": [x, x * x]}))
    expected = ([1.0, 2.0], {"double": [2.0, 4.0], "list": [[1.0, 1.0], [2.0, 4.0]]})
    assert f([1.0, 2.0]) == expected
    assert jit(f)(numpy.array([1.0, 2.0])) == expected


def test_lists_of_different_lengths_are_named():
    f = vmap(lambda x, y: x * y)
    with pytest.raises(ValueError, match="got 2 in argument 0 and 3 in argument 1"):
        f([1.0, 2.0], [1.0, 2.0, 3.0])
    compiled = jit(lambda points, targets: autograd.sum(f(points, targets)))
    with pytest.raises(ValueError, match="got 2 in points and 3 in targets"):
        compiled([1.0, 2.0], [1.0, 2.0, 3.0])
    assert compiled([1.0, 2.0], [1.0, 2.0]) == 5.0
    with pytest.raises(ValueError, match="got 1 in points and 2 in targets"):
        compiled([1.0], [1.0, 2.0])


@pytest.mark.parametrize(("given", "named"), [(3.0, "float"), ("text", "str"), ({"a": [1.0]}, "dict")])
def test_what_is_no_list_of_samples_is_refused(given, named):
    with pytest.raises(TypeError, match=f"vmap takes lists of samples, got {named}"):
        vmap(lambda x: x)(given)
    with pytest.raises(TypeError, match="got no argument"):
        vmap(lambda x: x)()


# Batches of any size


def test_batches_of_every_size_run_without_tracing_again():
    traces = []
    w = [Value(0.3), Value(-0.8)]

    def f(X, y):
        traces.append(1)
        return autograd.sum(vmap(lambda x, t: (autograd.dot(w, x, Value(0.1)) - t).tanh() * x[0])(X, y))

    compiled = jit(f)
    for samples in [*range(1, 20), 64, 67, 0]:
        X, y = drawn(samples, 2), [row[0] for row in drawn(samples, 1, 1)]
        gradients = []
        for function in (f, compiled) if samples else (compiled,):
            for v in w:
                v.grad = 0.0
            result = function(numpy.array(X).reshape(-1, 2), numpy.array(y)) if function is compiled else function(X, y)
            result.backward()
            gradients.append([result.data, *(v.grad for v in w)])
        close(gradients[-1], gradients[0] if samples else [0.0, 0.0, 0.0])
    assert len(traces) == 1 + 21


def test_no_samples_give_what_a_row_of_nothing_gives():
    nothing = numpy.empty((0, 2))
    square = vmap(lambda x: x[0] * x[1])
    of_nothing = {autograd.sum: 0.0, autograd.prod: 1.0, autograd.logsumexp: -math.inf}
    assert jit(lambda X: [row(square(X)) for row in of_nothing])(nothing) == [*of_nothing.values()]
    assert jit(square)(nothing) == []
    for row in (autograd.mean, autograd.max, autograd.min):
        with pytest.raises(ValueError, match=f"{row} takes at least one value, got none"):
            jit(lambda X, row=row: row(square(X)))(nothing)
    with pytest.raises(ValueError, match="mean takes at least one value, got none"):
        jit(lambda X: autograd.mean(square(X)))([])


@pytest.mark.parametrize("row", REDUCTIONS, ids=str)
def test_every_reduction_and_its_slopes_are_those_of_the_row(row):
    X, w = drawn(7, 2), [Value(0.7), Value(-0.4)]

    def f(X):
        return row(vmap(lambda x: (w[0] * x[0]).exp() + w[1] * x[1])(X)) * w[0]

    found = []
    for function, given in ((f, X), (jit(f), X), (jit(f), [[*map(Value, x)] for x in X])):
        for v in w:
            v.grad = 0.0
        result = function(given)
        result.backward()
        found.append([result.data, *(v.grad for v in w)])
    close(found[1], found[0])
    close(found[2], found[0])


def test_slopes_reach_the_values_of_a_batch():
    X, y = [[*map(Value, x)] for x in drawn(3, 2)], [Value(1.0), 2.0, Value(3.0)]
    f = lambda X, y: autograd.mean(vmap(lambda x, t: (x[0] * x[1] - t) ** 2)(X, y))
    values = [*(v for x in X for v in x), y[0], y[2]]
    gradients = []
    for function in (f, jit(f)):
        for v in values:
            v.grad = 0.0
        function(X, y).backward()
        gradients.append([v.grad for v in values])
    close(gradients[1], gradients[0])


# Results for each sample


def test_results_for_each_sample_are_values_with_slopes():
    w, X = Value(2.0), numpy.array([1.0, 2.0, 3.0])
    scores = jit(vmap(lambda x: w * w * x))(X)
    assert [v.data for v in scores] == [4.0, 8.0, 12.0]
    assert scores.numpy().tolist() == [4.0, 8.0, 12.0]
    (scores[0] + 10.0 * scores[2]).backward()
    assert w.grad == 4.0 + 10.0 * 12.0


def test_results_for_each_sample_reach_the_values_of_the_batch():
    X = [Value(1.0), Value(2.0)]
    a, b = jit(vmap(lambda x: x * x * x))(X)
    assert (a.slopes, b.slopes) == ((3.0, 0.0), (0.0, 12.0))
    a, b = jit(lambda X: vmap(lambda x, m: x - m)(X, m=autograd.mean(vmap(lambda x: x)(X))))(X)
    assert (a.slopes, b.slopes) == ((0.5, -0.5), (-0.5, 0.5))


def test_a_result_that_does_not_depend_on_the_sample_comes_for_each():
    w = Value(3.0)
    found = jit(vmap(lambda x: [1.5, w, x]))([1.0, 2.0])
    assert numbers(found) == [[1.5, 3.0, 1.0], [1.5, 3.0, 2.0]]
    total = jit(lambda X: autograd.sum(vmap(lambda x: w)(X)) + autograd.sum(vmap(lambda x: 1.0)(X)))([1.0, 2.0])
    total.backward()
    assert (total.data, w.grad) == (8.0, 2.0)


# Several maps


def test_one_map_may_take_what_another_gives():
    model = nn.MLP(2, [3, 1], rng=random.Random(2))

    def f(X, y):
        scores = vmap(model)(X)
        return autograd.mean(vmap(nn.losses.squared_error)(scores, y)), scores

    X, y = drawn(4, 2), [1.0, 2.0, 3.0, 4.0]
    loss, scores = jit(f)(X, y)
    close([loss, *scores], [f(X, y)[0], *f(X, y)[1]])


def test_maps_over_different_arguments_may_be_of_different_sizes():
    f = lambda X, Y: autograd.sum(vmap(lambda x: x * x)(X)) * autograd.mean(vmap(lambda y: y)(Y))
    assert jit(f)([1.0, 2.0], [3.0, 4.0, 8.0]) == f([1.0, 2.0], [3.0, 4.0, 8.0])


def test_maps_that_share_an_argument_are_of_one_size():
    def f(X, Y):
        a, b = vmap(lambda x: x * x)(X), vmap(lambda y: y + 1.0)(Y)
        return autograd.sum(vmap(lambda a, b, x: a * b - x)(a, b, X))

    assert jit(f)([1.0, 2.0], [3.0, 4.0]) == f([1.0, 2.0], [3.0, 4.0])
    with pytest.raises(ValueError, match="got 2 in X and 1 in Y"):
        jit(f)([1.0, 2.0], [3.0])


def test_a_later_map_may_use_what_an_earlier_one_was_reduced_to():
    def normed(X):
        centre = autograd.mean(vmap(lambda x: x)(X))
        variance = autograd.mean(vmap(lambda x: (x - centre) ** 2)(X))
        return vmap(lambda x: (x - centre) / variance.sqrt())(X)

    X = [1.0, 2.0, 4.0]
    close(jit(normed)(X), [(x - 7 / 3) / math.sqrt(14 / 9) for x in X])
    values = [[*map(Value, X)] for _ in range(2)]
    autograd.sum([a * b for a, b in zip(jit(normed)(values[0]), X, strict=True)]).backward()
    centre = autograd.mean(values[1])
    spread = autograd.mean([(x - centre) ** 2 for x in values[1]]).sqrt()
    autograd.sum([(a - centre) / spread * b for a, b in zip(values[1], X, strict=True)]).backward()
    close([v.grad for v in values[0]], [v.grad for v in values[1]], 1e-10)


def test_a_map_inside_a_map_is_a_loop():
    f = vmap(vmap(lambda x: x * 2.0))
    assert jit(f)([[1.0, 2.0], [3.0, 4.0]]) == [[2.0, 4.0], [6.0, 8.0]]
    g = lambda X, Y: autograd.sum(vmap(lambda x: autograd.sum(vmap(lambda y: x * y)(Y)))(X))
    assert jit(g)([1.0, 2.0, 3.0], [4.0, 5.0]) == 54.0


def test_a_map_over_a_list_that_was_looked_into_is_a_loop():
    f = lambda X: autograd.sum(vmap(lambda x: x * 2.0)([x + 1.0 for x in X]))
    assert jit(f)([1.0, 2.0]) == 10.0


def test_one_argument_may_be_mapped_and_looked_into():
    f = lambda X: autograd.sum(vmap(lambda x: x * X[0])(X)) / len(X)
    assert [jit(f)([2.0, 4.0]), jit(f)([2.0, 4.0, 6.0])] == [6.0, 8.0]


# What a batch refuses


@pytest.mark.parametrize(
    "use",
    [len, list, sum, max, lambda b: b[0], lambda b: b + 1.0, lambda b: 2.0 * b, lambda b: -b, bool, autograd.exp,
     lambda b: Value(1.0) + b, lambda b: 1.0 in b, autograd.norm, lambda b: autograd.sum([b]), lambda b: b < 1.0,
     lambda b: Value(b)],
)  # fmt: skip
def test_a_batch_is_no_list_and_no_number(use):
    with pytest.raises(TypeError, match=r"reduce it by autograd\.sum, autograd\.mean"):
        jit(lambda X: use(vmap(lambda x: x * x)(X)))([1.0, 2.0])


def test_a_batch_of_lists_is_not_reduced():
    with pytest.raises(TypeError, match="a number for each sample, got lists: reduce them inside"):
        jit(lambda X: autograd.sum(vmap(lambda x: [x, x])(X)))([1.0])


def test_what_is_no_number_is_no_result_of_a_sample():
    with pytest.raises(TypeError, match="a function under vmap returns values, numbers or lists of them"):
        jit(vmap(lambda x: "text"))([1.0])


def test_a_value_of_one_sample_does_not_leave_its_map():
    kept = []
    with pytest.raises(TypeError, match="a value of one sample left its vmap"):
        jit(lambda X: (vmap(lambda x: kept.append(x) or x)(X), kept[0]))([1.0])


def test_samples_of_different_maps_do_not_meet():
    def f(X, Y):
        kept = []
        vmap(lambda x: kept.append(x) or x)(X)
        return autograd.sum(vmap(lambda y: y * kept[0])(Y))

    with pytest.raises(TypeError, match="values of two vmaps meet"):
        jit(f)([1.0], [2.0])


# Derivatives of whole batches inside a compiled function


def energy(row):
    """A function of two parameters and a batch, with a reduction that is used twice."""

    def f(w, X):
        total = row(vmap(lambda x: (w[0] * x[0]).tanh() + w[1] * x[1] * x[1] + 0.5)(X))
        return total * total * w[0]

    return f


@pytest.mark.parametrize("row", [row for row in REDUCTIONS if row is not autograd.prod], ids=str)
def test_gradients_and_hessians_through_reductions_are_those_of_eager_mode(row):
    f, w, X = energy(row), [0.4, -0.9], drawn(5, 2)
    for transform in (autograd.value_and_grad, autograd.hessian):
        g = lambda w, X, transform=transform: transform(f)(w, X)
        compiled = jit(g)
        close(numbers(compiled(w, X))[-1], numbers(g(w, X))[-1], 1e-11)
        close(numbers(compiled(w, X[:3]))[-1], numbers(g(w, X[:3]))[-1], 1e-11)


def test_directional_derivatives_pass_through_reductions():
    f, w, X = energy(autograd.logsumexp), [0.4, -0.9], drawn(5, 2)
    for g in (
        lambda w, X: autograd.jvp(lambda w: f(w, X), (w,), ([1.0, -2.0],)),
        lambda w, X: autograd.hvp(lambda w: f(w, X), (w,), ([1.0, -2.0],)),
    ):
        close(jit(g)(w, X), g(w, X), 1e-11)


def test_the_gradient_of_a_whole_network_is_compiled_inside():
    model = nn.MLP(2, [3, 1], activation="tanh", rng=random.Random(4))

    def loss(weights, X, y):
        score = lambda x: autograd.dot(weights[:2], x, weights[2]).tanh() * weights[3] + model(x)
        return autograd.mean(vmap(lambda x, t: (score(x) - t) ** 2)(X, y))

    X, y, weights = drawn(6, 2), [x[0] for x in drawn(6, 1, 2)], [0.1, 0.2, 0.3, 0.4]
    close(jit(autograd.grad(loss))(weights, X, y), autograd.grad(loss)(weights, X, y))


def test_each_sample_may_take_a_derivative_of_its_own():
    f = lambda w, X: vmap(lambda x: autograd.grad(lambda w, x: (w * x).sin(), argnums=(0, 1))(w, x))(X)
    for found, expected in zip(jit(f)(0.7, [1.0, 2.0, 3.0]), f(0.7, [1.0, 2.0, 3.0]), strict=True):
        close(found, expected)


def test_the_product_over_a_batch_has_no_derivative_inside():
    with pytest.raises(ValueError, match="prod over a batch has no derivative"):
        jit(autograd.grad(energy(autograd.prod)))([1.0, 2.0], drawn(3, 2))


# Losses whose target is a value


@pytest.mark.parametrize(
    ("loss", "target"),
    [("squared_error", 0.3), ("absolute_error", 0.3), ("huber", 2.5), ("hinge", -1.0), ("hinge", 1.0),
     ("binary_cross_entropy", 0.0), ("binary_cross_entropy", 1.0), ("binary_cross_entropy", 0.25)],
)  # fmt: skip
def test_losses_take_targets_that_are_known_when_they_run(loss, target):
    f = getattr(nn.losses, loss)
    compiled = jit(lambda scores, targets: autograd.sum(vmap(f)(scores, targets)))
    for score in (-3.0, -0.2, 0.7, 40.0):
        eager, traced = Value(score), Value(score)
        f(eager, target).backward()
        found = compiled([traced], numpy.array([target]))
        found.backward()
        assert found.data == pytest.approx(f(score, target), rel=1e-12, abs=1e-300)
        assert traced.grad == pytest.approx(eager.grad, rel=1e-12, abs=1e-300)


def test_cross_entropy_takes_labels_that_are_known_when_it_runs():
    compiled = jit(lambda logits, labels: autograd.sum(vmap(nn.losses.cross_entropy)(logits, labels)))
    for logits in ([0.3, -1.2, 4.0], [0.0, 50.0, -50.0], [700.0, 700.0, 1.0]):
        for label in range(3):
            eager, traced = [*map(Value, logits)], [*map(Value, logits)]
            expected = nn.losses.cross_entropy(eager, label)
            expected.backward()
            found = compiled([traced], numpy.array([label]))
            found.backward()
            assert found.data == pytest.approx(expected.data, rel=1e-12, abs=1e-300)
            assert [v.grad for v in traced] == pytest.approx([v.grad for v in eager], rel=1e-12, abs=1e-300)
    assert math.isnan(compiled([[1.0, 2.0, 3.0]], numpy.array([3])))
    assert math.isnan(compiled([[1.0, 2.0, 3.0]], numpy.array([0.5])))


# An item of a table


def test_an_item_is_taken_by_an_index_of_each_sample():
    table = [Value(10.0), Value(20.0), Value(30.0)]
    compiled = jit(lambda places: autograd.sum(vmap(lambda i: autograd.take(table, i))(places)))
    total = compiled(numpy.array([2, 0, 2]))
    total.backward()
    assert (total.data, [v.grad for v in table]) == (70.0, [1.0, 0.0, 2.0])
    for wrong in (3, -1, 0.5, math.nan):
        assert math.isnan(compiled(numpy.array([wrong])).data)


@pytest.mark.parametrize("index", [3, -1, 0.5, Value(3.0), math.nan])
def test_an_index_beyond_the_table_is_refused_in_eager_mode(index):
    with pytest.raises(IndexError, match="take needs a whole index from 0 to 2, got"):
        autograd.take([1.0, 2.0, 3.0], index)


def test_an_item_has_slopes_in_the_table_and_none_in_the_index():
    table, index = [Value(1.0), Value(2.0)], Value(1.0)
    autograd.take(table, index).backward()
    assert ([v.grad for v in table], index.grad) == ([0.0, 1.0], 0.0)
    assert autograd.take((5.0, 6.0), True) == 6.0


def test_the_results_of_a_vmap_end_with_the_function_that_asked_for_them():
    kept = []

    def loss(X):
        kept.append(vmap(lambda row: row[0] * row[1])(X))
        return autograd.mean(kept[0])

    jit(loss)(numpy.ones((3, 2)))
    with pytest.raises(TypeError, match="were used after it returned"):
        autograd.sum(kept[0])


@pytest.mark.parametrize(("outputs", "inputs"), [(9, 4), (4, 9)])
def test_weights_that_are_subtracted_have_slopes_of_the_other_sign(outputs, inputs):
    rng = random.Random(1)
    weights = [[Value(rng.uniform(-1.0, 1.0)) for _ in range(inputs)] for _ in range(outputs)]
    X = [[rng.uniform(-1.0, 1.0) for _ in range(inputs)] for _ in range(11)]

    def loss(X):
        def of_row(row):
            sums = []
            for w in weights:
                total = 0.5
                for one, x in zip(w, row, strict=True):
                    total = total - one * x
                sums.append(total)
            return autograd.sum([s.tanh() for s in sums])

        return autograd.mean(vmap(of_row)(X))

    found = []
    for f in (jit(loss), loss):
        for w in weights:
            for one in w:
                one.grad = 0.0
        f(X).backward()
        found.append([one.grad for w in weights for one in w])
    assert found[0] == pytest.approx(found[1], rel=1e-12)


def test_a_sum_of_minus_zeros_is_minus_zero_in_every_sample():
    added = jit(lambda X: vmap(lambda row: [row[0] + row[1], row[0] - row[1], row[0] * row[1] + row[0]])(X))
    assert str(added([[-0.0, -0.0], [-0.0, 0.0]])) == str([[-0.0, 0.0, 0.0], [0.0, -0.0, -0.0]])
