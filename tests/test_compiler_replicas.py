"""A sum over pieces that were made alike becomes a batch, and gives what it gave before."""

import functools
import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import primitives as rows
from autograd.compiler import replicas, replicated
from autograd.compiler.alike import Form
from autograd.compiler.backend import compile_recording
from autograd.compiler.interpret import Interpreter
from autograd.compiler.recording import Recording, Reduction, Section, operands_first, operands_of
from autograd.compiler.replicas import Replicas
from autograd.compiler.replicated import Replicated
from autograd.compiler.totals import Totals, most_terms
from autograd.value import Value, hold

SAMPLES = 12

with_replicas = functools.partial(replicas.with_replicas, much=0)
with_batches_found = functools.partial(replicated.with_batches_found, much=0)


def values(count: int, rng: random.Random | None = None) -> list[Value]:
    """Leaves with numbers that no slope is zero at."""
    draw = (rng or random.Random(count)).uniform
    return [Value(draw(0.2, 0.9)) for _ in range(count)]


PARAMETERS = values(2)


def recorded(output: Any, arguments: Sequence[Value] = ()) -> Recording:
    """A recording of uniform results alone."""
    outputs = tuple(output) if isinstance(output, (list, tuple)) else (output,)
    return Recording(tuple(arguments), (), (), outputs, ())


def assert_same(recording: Recording, columns: Sequence[Any] = ()) -> None:
    """Replicas give the results and all slopes of the recording as it is, at its own numbers."""
    uniform = np.array([v.data for v in (*recording.arguments, *recording.captured)])
    seeds = np.linspace(1.0, 2.0, len(recording.outputs))
    sample_seeds = [np.linspace(1.0, 2.0, len(columns[section])) for section, _ in recording.per_sample]
    plain, found = Interpreter(recording), with_batches_found(recording, Interpreter)
    close(found.forward(uniform, columns), plain.forward(uniform, columns))
    expected = plain.pull_back(uniform, columns, seeds, sample_seeds)
    close(found.pull_back(uniform, columns, seeds, sample_seeds), expected)
    if len(recording.outputs) == 1 and not recording.per_sample:
        close(found.value_and_slopes(uniform, columns), plain.value_and_slopes(uniform, columns))


def close(found: Any, expected: Any) -> None:
    """Numbers agree within 1e-12 of the largest, however they are nested; nan and inf are where they should be."""
    if isinstance(expected, (list, tuple)):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            close(one, other)
        return
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape
    size = np.abs(expected[np.isfinite(expected)]).max(initial=1.0)
    np.testing.assert_allclose(found, expected, rtol=0.0, atol=1e-12 * size)


def batches(recording: Recording) -> list[tuple[int, int]]:
    """The samples and columns of each new section; they give what the recording gave."""
    found = with_replicas(recording)
    if not recording.sections:
        assert_same(recording)
    return [] if found is None else [(len(columns[0]), len(columns)) for columns in found.columns]


def size(recording: Recording) -> int:
    """How many operations there are in the sections and outside of them."""
    roots = [*(v for section in recording.sections for v in section.outputs), *recording.outputs]
    return sum(v._row is not None for v in operands_first(roots))


def piece(x: Any, w: Value, b: Value) -> Any:
    """Something of more than eight operations, made of one number that varies."""
    hidden = (w * x + b).tanh()
    return ((hidden * x - b).exp() + rows.dot([w, hidden], [hidden, b]) * x).softplus()


# The demo


def demo(model: Any, points: Any, targets: Any) -> Any:
    """micrograd's loss, written out sample by sample."""
    inputs = [list(map(Value, point)) for point in points]
    scores = list(map(model, inputs))
    losses = [(1 + -target * score).relu() for target, score in zip(targets, scores, strict=True)]
    return sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(p * p for p in model.parameters())


def moons(count: int) -> tuple[nn.MLP, list[list[float]], list[float]]:
    """The demo's model, and so many points."""
    rng = random.Random(count)
    points = [[rng.uniform(-1.0, 1.0), rng.uniform(-1.0, 1.0)] for _ in range(count)]
    return nn.MLP(2, [16, 16, 1], rng=rng), points, [rng.choice([-1.0, 1.0]) for _ in range(count)]


@pytest.mark.parametrize("as_arguments", [True, False])
def test_the_demo_written_out_is_one_batch_of_three_columns(as_arguments: bool) -> None:
    model, points, targets = moons(25)
    f = autograd.jit(functools.partial(demo, model) if as_arguments else lambda: demo(model, points, targets))
    recording = f.recording(points, targets) if as_arguments else f.recording()
    found = with_replicas(recording)
    assert found is not None
    assert [(len(columns), len(columns[0])) for columns in found.columns] == [(3, 25)]
    assert size(found.recording) <= size(recording) - 24 * 69
    given = [v for point in points for v in point] + targets if as_arguments else []
    uniform = np.array(given + [p.data for p in recording.captured])
    plain, compiled = Interpreter(recording), with_batches_found(recording, compile_recording)
    assert isinstance(compiled, Replicated)
    expected = plain.value_and_slopes(uniform, [])
    close(compiled.value_and_slopes(uniform, []), expected)
    close(compiled.pull_back(uniform, [], np.ones(1), [])[2], expected[1])
    close(compiled.forward(uniform, []), plain.forward(uniform, []))


# Ways of adding up


WAYS: dict[str, Callable[[list[Value]], Any]] = {
    "sum of Python": sum,
    "sum": rows.sum,
    "mean": rows.mean,
    "scaled": lambda terms: sum(terms) * (1.0 / len(terms)),
    "from the right": lambda terms: functools.reduce(lambda total, term: term + total, terms),
    "a sum beside others": lambda terms: 1.0 + (rows.sum(terms) + terms[0]),
    "two chains": lambda terms: sum(v * v for v in values(40)) + sum(terms),
    "in another operation": lambda terms: rows.sum(terms).exp().log(),
}


PIECES: dict[str, Callable[[Any, Value, Value], Any]] = {
    "a function": piece,
    "a sum": lambda x, w, b: sum([w * x, b.exp() * x, w.sin(), b, x, x * x], 0.0),
    "a longer sum": lambda x, w, b: sum([piece(x, w, b), *(w * x for _ in range(20))]),
    "a difference": lambda x, w, b: piece(x, w, b) - piece(x, b, w),
}


@pytest.mark.parametrize("kind", PIECES)
@pytest.mark.parametrize("way", WAYS)
def test_however_the_pieces_are_added_up_they_are_one_batch(way: str, kind: str) -> None:
    (w, b), xs = values(2), values(SAMPLES)
    assert batches(recorded(WAYS[way]([PIECES[kind](x, w, b) for x in xs]), xs)) == [(SAMPLES, 1)]


def test_a_mean_of_some_pieces_and_other_terms_is_divided_by_the_count_of_all() -> None:
    (w, b), xs = values(2), values(SAMPLES)
    assert batches(recorded(rows.mean([*[piece(x, w, b) for x in xs], w * b, 3.0]), xs)) == [(SAMPLES, 1)]


def test_terms_that_differ_stay_beside_the_batch() -> None:
    (w, b), xs = values(2), values(SAMPLES)
    terms: list[Any] = [piece(x, w, b) for x in xs]
    total = sum([terms[0], 1.0, w, *terms[1:6], xs[0], w.exp(), terms[0], *terms[6:], xs[1].sin()])
    assert batches(recorded(total, xs)) == [(SAMPLES + 1, 1)]


def test_each_form_is_a_batch_of_its_own() -> None:
    (w, b), xs = values(2), values(30)
    forms = [lambda x: piece(x, w, b), lambda x: piece(x, w, b).sin() * x, lambda x: piece(x * x, b, w)]
    assert batches(recorded(sum(forms[i % 3](x) for i, x in enumerate(xs)), xs)) == [(10, 1)] * 3


def test_operations_with_more_operands_are_another_form() -> None:
    (w, b), xs = values(2), values(30)
    terms = [piece(rows.sum([x, w, b][: 2 + i % 2]), w, b) for i, x in enumerate(xs)]
    assert batches(recorded(sum(terms), xs)) == [(15, 1)] * 2


def test_a_part_of_a_sum_that_is_used_elsewhere_is_a_sum_of_its_own() -> None:
    (w, b), xs = values(2), values(24)
    half = sum(piece(x, w, b) for x in xs[:12])
    total = sum((piece(x, w, b) for x in xs[12:]), half)
    assert batches(recorded(total * half, xs)) == [(12, 1)] * 2


def test_batches_of_constants_and_of_arguments_stand_side_by_side() -> None:
    (w, b), xs = values(2), values(SAMPLES)
    of_constants = rows.mean([piece(0.1 * i, w, b) for i in range(9)])
    assert batches(recorded(rows.sum([piece(x, w, b) for x in xs]) * of_constants, xs)) == [(12, 1), (9, 1)]


def test_forms_with_too_few_pieces_stay() -> None:
    (w, b), xs = values(2), values(28)
    terms = [piece(x, w, b) if i % 2 else functools.reduce(lambda y, _: y.sin(), range(i), x) for i, x in enumerate(xs)]
    assert batches(recorded(sum(terms), xs)) == [(14, 1)]


# What varies


def test_columns_are_arguments_captured_values_and_constants() -> None:
    (w, b), xs, captured = values(2), values(SAMPLES), values(SAMPLES)
    numbers = [0.5 + i for i in range(SAMPLES)]
    numbers[3] = numbers[4]
    mixed = [*captured[:4], *numbers[4:8], *xs[8:]]
    every = zip(xs, captured, numbers, mixed, strict=True)
    recording = recorded(rows.sum([piece(x, w, b) * piece(c, w, b) * n + m * b for x, c, n, m in every]), xs)
    assert batches(recording) == [(SAMPLES, 4)]
    found = with_replicas(recording)
    assert found is not None
    place = {id(v): i for i, v in enumerate((*recording.arguments, *recording.captured))}
    expected = [[v if type(v) is float else place[id(v)] for v in column] for column in (xs, captured, numbers, mixed)]
    assert sorted(map(str, map(list, found.columns[0]))) == sorted(map(str, expected))


def test_the_same_numbers_in_several_places_are_one_column() -> None:
    w, numbers = values(8), [0.5 + i for i in range(SAMPLES)]
    terms = [rows.sum([v.sin() * n for v in w]) * w[0].exp() for n in map(float, map(str, numbers))]
    assert batches(recorded(sum(terms))) == [(SAMPLES, 1)]


def test_zeros_of_both_signs_and_nan_are_numbers_of_their_own() -> None:
    (w, b), numbers = values(2), [0.0, -0.0, math.nan] * 4
    found = with_replicas(recorded(sum((piece(w * n, w, b) for n in numbers), 0.0)))
    assert found is not None
    assert str(found.columns) == str(((tuple(numbers),),))


def test_columns_of_zeros_of_different_signs_are_two() -> None:
    (w, b), numbers = values(2), [0.0, -0.0] * 6
    found = with_replicas(recorded(sum(piece(w * n, w, b) * piece(b * -n, b, w) for n in numbers)))
    assert found is not None
    assert sorted(map(str, found.columns[0])) == sorted(map(str, (tuple(numbers), tuple(-n for n in numbers))))


def test_a_constant_that_became_a_value_when_it_was_looked_at_is_a_constant() -> None:
    (w, b), numbers = values(2), [0.5 + i for i in range(SAMPLES)]
    products = [w * n for n in numbers]
    _ = [v.operands for v in products[::2]]
    found = with_replicas(recorded(sum(piece(v, w, b) for v in products)))
    assert found is not None
    assert found.columns == ((tuple(numbers),),)


def test_parameters_chosen_by_a_label_are_columns_too() -> None:
    rng = random.Random(1)
    model, xs = nn.MLP(3, [6, 5], rng=rng), [values(3, rng) for _ in range(20)]
    scores = [model(x) for x in xs]
    losses = [rows.logsumexp(each) - each[rng.randrange(5)] for each in scores]
    assert batches(recorded(rows.mean(losses), [v for x in xs for v in x])) == [(20, 3 + 6 + 1)]


def test_what_is_constant_to_the_result_stays_so() -> None:
    (w, b), xs = values(2), values(SAMPLES)

    def loss(xs: Any) -> Any:
        return autograd.sum([piece(x, w, b) * autograd.exp(piece(x, b, w).detach()) for x in xs])

    numbers = [x.data for x in xs]
    recording = autograd.jit(loss).recording(numbers)
    found = with_batches_found(recording, Interpreter)
    assert isinstance(found, Replicated)
    uniform = np.array([*numbers, *(v.data for v in recording.captured)])
    close(found.value_and_slopes(uniform, []), Interpreter(recording).value_and_slopes(uniform, []))


def test_pieces_differ_where_one_alone_is_constant_to_the_result() -> None:
    (w, b), xs = values(2), values(2 * SAMPLES)

    def loss(xs: Any) -> Any:
        terms = []
        for i, x in enumerate(xs):
            inner = autograd.exp(x * w)
            constant = inner.detach()
            terms.append(piece(constant if i % 2 else autograd.pos(autograd.pos(inner)), w, b))
        return autograd.sum(terms)

    recording = autograd.jit(loss).recording([x.data for x in xs])
    found = with_replicas(recording)
    assert found is not None
    assert [len(columns[0]) for columns in found.columns] == [SAMPLES, SAMPLES]


def test_an_operand_among_many_that_is_constant_to_the_result_makes_a_difference() -> None:
    (w, b), xs, terms = values(2), values(2 * SAMPLES), []
    for i, x in enumerate(xs):
        node, inner = Value(0.0), x.sin()
        hold(node, rows.sum, ((inner, x),), [1.0 if i % 2 else None, 1.0])
        terms.append(piece(node, w, b))
    assert batches(recorded(sum(terms), xs)) == [(SAMPLES, 1)] * 2


# What stays as it is


def running_sums() -> Recording:
    (w, b), xs = values(2), values(SAMPLES)
    sums: list[Any] = []
    for x in xs:
        sums.append(piece(x, w, b) + (sums[-1] if sums else 0.0))
    return recorded(sums, xs)


def recurrent() -> Recording:
    (w, b), xs, state, terms = values(2), values(40), Value(0.0), []
    for x in xs:
        state = piece(x * state, w, b)
        terms.append(state * state)
    return recorded(sum(terms), xs)


def pairs() -> Recording:
    (w, b), xs = values(2), values(SAMPLES)
    features = [piece(x, w, b) for x in xs]
    return recorded(sum(((one - other) * (one + other)).sin() ** 2.0 for one in features for other in features), xs)


def of_growing_depth() -> Recording:
    return recorded(sum(functools.reduce(lambda y, _: y.sin(), range(i), x) for i, x in enumerate(values(60))))


def used_elsewhere() -> Recording:
    (w, b), xs = values(2), values(SAMPLES)
    terms = [piece(x, w, b) for x in xs]
    return recorded(rows.sum(terms) + rows.max(terms), xs)


def many_small_sums() -> Recording:
    (w, b), xs = values(2), values(20 * 8)
    return recorded([sum(piece(x, w, b) for x in xs[i : i + 8]) for i in range(0, len(xs), 8)], xs)


def of_compiled_functions() -> Recording:
    xs, f = values(SAMPLES), autograd.jit(lambda x: x * x)
    return recorded(sum(piece(f(x), *PARAMETERS) for x in xs), xs)


def deviations() -> Recording:
    xs = values(SAMPLES)
    scores = [piece(x, *PARAMETERS) for x in xs]
    centre = rows.mean(scores)
    return recorded(rows.sum([(score - centre) ** 2.0 for score in scores]), xs)


def over_some() -> Recording:
    xs = values(SAMPLES)
    scores = [piece(x, *PARAMETERS) for x in xs]
    return recorded([rows.mean(scores), rows.sum([score.sin() for score in scores[:-1]])], xs)


STAYING: dict[str, Callable[[], Recording]] = {
    "running sums": running_sums,
    "a recurrent network": recurrent,
    "all pairs": pairs,
    "pieces of growing depth": of_growing_depth,
    "pieces that are used elsewhere": used_elsewhere,
    "many small sums": many_small_sums,
    "squares of parameters": lambda: recorded(sum(p * p for p in values(40))),
    "few pieces": lambda: recorded(sum(piece(x, *PARAMETERS) for x in values(7))),
    "pieces without rows": of_compiled_functions,
    "deviations from the mean": deviations,
    "sums over some of the same": over_some,
    "one piece many times": lambda: recorded(sum([piece(values(1)[0], *values(2))] * 20)),
    "leaves": lambda: recorded(sum(values(20)), ()),
    "no terms": lambda: recorded(rows.sum([Value(1.0)]) + 0.0),
    "a leaf": lambda: recorded(values(1)),
}


def test_a_sum_over_pieces_with_much_in_common_stays_beside_a_batch() -> None:
    (w, b), xs, others = values(2), values(SAMPLES), values(50)
    features = [piece(x, w, b) for x in xs]
    of_pairs = sum((one - other).sin() ** 2.0 * one.exp() for one in features for other in features)
    assert batches(recorded(of_pairs * rows.mean([piece(x, w, b) for x in others]), xs)) == [(50, 1)]


def test_pieces_of_the_reductions_of_a_batch_stay() -> None:
    column, leaves = Value(0.0), values(SAMPLES)
    given = Section((column,), (column.sin(),))
    reductions = tuple(Reduction(leaf, rows.sum, 0, 0) for leaf in leaves)
    output = rows.sum([piece(leaf, *PARAMETERS) for leaf in leaves])
    assert with_replicas(Recording((), (given,), reductions, (output,), ())) is None


@pytest.mark.parametrize("what", STAYING)
def test_it_stays_as_it_is(what: str) -> None:
    recording = STAYING[what]()
    assert with_replicas(recording) is None
    assert isinstance(with_batches_found(recording, Interpreter), Interpreter)


# Several sums


def test_a_second_sum_over_what_the_first_computes_is_another_result_of_the_same_samples() -> None:
    (w, b), xs = values(2), values(SAMPLES)
    scores = [piece(x, w, b) for x in xs]
    recording = recorded([rows.mean(scores), sum(rows.greater(score, 0.5) for score in scores)], xs)
    assert batches(recording) == [(SAMPLES, 1)]
    found = with_replicas(recording)
    assert found is not None
    assert [reduction.output for reduction in found.recording.reductions] in ([0, 1], [1, 0])


def test_a_sum_made_of_another_one_is_a_batch_after_it() -> None:
    (w, b), xs = values(2), values(SAMPLES)
    scores = [piece(x, w, b) for x in xs]
    centre = rows.mean(scores)
    again = [piece(x, w, b) for x in xs]
    level = centre.sin()
    recording = recorded(rows.sum([(score - level) ** 2.0 for score in again]) / centre.exp(), xs)
    assert batches(recording) == [(SAMPLES, 1)] * 2
    found = with_replicas(recording)
    assert found is not None
    assert size(found.recording) < size(recorded(scores)) / 3  # nothing is left of the pieces


def test_sums_of_different_length_are_two_batches() -> None:
    (w, b), xs = values(2), values(SAMPLES)
    inputs = [x.exp() for x in xs]
    total = rows.sum([piece(v, w, b) for v in inputs]) - rows.sum([piece(v, b, w) for v in inputs[:-1]])
    assert batches(recorded(total, xs)) == [(SAMPLES, 1), (SAMPLES - 1, 1)]


def test_a_sum_inside_each_piece_is_no_batch() -> None:
    (w, b), xs = values(2), values(9 * SAMPLES)
    terms = [sum(piece(x, w, b) for x in xs[i : i + 9]) ** 2.0 for i in range(0, len(xs), 9)]
    assert batches(recorded(rows.mean(terms), xs)) == [(SAMPLES, 9)]


def test_a_sum_beside_a_batch_of_the_recording_is_another_section() -> None:
    (w, b), xs, column, leaf = values(2), values(SAMPLES), Value(0.0), Value(0.0)
    given = Section((column,), (piece(column, w, b), column * w))
    output = rows.sum([piece(x, w, leaf) for x in xs]) * leaf
    recording = Recording(tuple(xs), (given,), (Reduction(leaf, rows.mean, 0, 0),), (output,), ((0, 1),))
    assert batches(recording) == [(SAMPLES, 1)]
    assert_same(recording, [np.array([[0.3], [0.6], [0.9]])])


def test_a_sum_that_a_batch_of_the_recording_uses_stays() -> None:
    (w, b), xs, column, leaf = values(2), values(SAMPLES), Value(0.0), Value(0.0)
    total = rows.sum([piece(x, w, b) for x in xs])
    given = Section((column,), (column * total,))
    recording = Recording(tuple(xs), (given,), (Reduction(leaf, rows.sum, 0, 0),), (leaf + total,), ())
    assert with_replicas(recording) is None


# Graphs of any form


def random_function(rng: random.Random, shared: Sequence[Value]) -> Callable[[Sequence[Any]], Any]:
    """A function of some inputs and of shared values, of operations drawn now."""
    unary = [rows.tanh, rows.sin, rows.exp, rows.relu, rows.neg]
    binary = [rows.add, rows.sub, rows.mul, rows.maximum]
    plan = [(rng.choice(unary), rng.choice(binary), rng.random(), rng.random(), rng.random()) for _ in range(10)]

    def function(inputs: Sequence[Any]) -> Any:
        made: list[Any] = [*shared, *inputs]
        for one, two, first, second, kind in plan:
            x, y = made[int(first * len(made))], made[int(second * len(made))]
            made.append(rows.dot([x, y], made[:2], y) if kind < 0.2 else one(two(x, y)))
        return rows.sum(made)

    return function


@pytest.mark.parametrize("seed", range(60))
def test_replicas_give_what_the_graph_gives(seed: int) -> None:
    rng = random.Random(seed)
    shared = values(3, rng)
    shared.append(rows.sum(shared).tanh())
    functions = [random_function(rng, shared) for _ in range(rng.randrange(1, 3))]
    terms: list[Any] = []
    arguments: list[Value] = []
    for _ in range(rng.randrange(1, 30)):
        inputs = [rng.choice([rng.uniform(-1.0, 1.0), Value(rng.uniform(-1.0, 1.0)), shared[0]]) for _ in range(2)]
        arguments += [v for v in inputs if isinstance(v, Value) and v is not shared[0] and rng.random() < 0.5]
        terms.append(rng.choice(functions)(inputs))
        if rng.random() < 0.05:
            terms.append(rng.choice([terms[-1], shared[3], 1.5, shared[1] * terms[-1]]))
    total = rng.choice([*WAYS.values()])(terms)
    assert_same(recorded([total, total * shared[0]] if rng.random() < 0.5 else total, arguments))


def test_pieces_may_be_deep() -> None:
    xs = values(8)
    recording = recorded(sum(functools.reduce(lambda y, _: y.sin(), range(5000), x) for x in xs), xs)
    found = with_replicas(recording)
    assert found is not None
    assert size(found.recording) < 5010


@pytest.mark.parametrize("seed", range(20))
def test_no_total_has_more_terms_than_are_counted_at_first(seed: int) -> None:
    rng = random.Random(seed)
    nodes = values(4, rng)
    for _ in range(60):
        x, y = rng.choices(nodes[-6:], k=2)
        nodes.append(rng.choice([x + y, y + x, x * y, rows.sum([x, y, *rng.choices(nodes, k=5)])]))
    order = operands_first(nodes[-3:])
    longest = max(len(total.terms) for total in Totals(order, nodes[-3:], set()))
    assert 2 <= longest <= most_terms(order)


def test_the_longest_sum_is_counted_to_the_term() -> None:
    x, y, z = values(3)
    chain = (x.exp() + y) + z
    assert most_terms(operands_first([chain.sin()])) == 3
    assert most_terms(operands_first([rows.mean([x, y, z, x]) + chain])) == 4
    assert most_terms(operands_first([x * y])) == 0


def test_the_graph_itself_is_left_alone() -> None:
    (w, b), xs = values(2), values(SAMPLES)
    total = rows.mean([piece(x, w, b) for x in xs]) * w + rows.sum([w * x for x in xs]).exp()
    order = operands_first([total])
    before = [(v._data, v._row, v._x, v._dx, v._y, v._dy, [*operands_of(v)]) for v in order]
    found = with_replicas(recorded(total, xs))
    assert isinstance(found, Replicas)
    assert before == [(v._data, v._row, v._x, v._dx, v._y, v._dy, [*operands_of(v)]) for v in order]
    new = set(map(id, operands_first([v for section in found.recording.sections for v in section.outputs])))
    assert new & set(map(id, order)) == {id(w), id(b)}


def test_layers_written_out_are_looked_at_a_few_times_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    compare = Form.compare

    def counted(form: Form) -> None:
        try:
            compare(form)
        finally:
            seen.append(form.work)

    monkeypatch.setattr(Form, "compare", counted)
    xs = values(24)
    for _ in range(3):
        xs = [rows.tanh(sum(w * x for w, x in zip(values(24), xs, strict=True))) for _ in range(24)]
    recording = recorded(sum(xs))
    assert with_replicas(recording) is None
    assert 0 < sum(seen) < 4 * len(operands_first(recording.outputs))
