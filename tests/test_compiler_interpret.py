"""The interpreter of recordings, which everything compiled is held against, held against the eager engine."""

import math
import random

import numpy
import pytest

from autograd import primitives
from autograd.compiler.interpret import Interpreter
from autograd.compiler.recording import Recording, Reduction, Section
from autograd.primitives import TABLE, Primitive, flat
from autograd.value import Value

REDUCTIONS = [primitives.sum, primitives.mean, primitives.max, primitives.min, primitives.prod, primitives.logsumexp]


def same(found, expected):
    assert numpy.array_equal(numpy.array(found), numpy.array(expected), equal_nan=True), f"{found} is not {expected}"


def whole(outputs, arguments):
    """A recording without a batch."""
    return Recording(tuple(arguments), (), (), tuple(outputs), ())


def drawn(row: Primitive, rng: random.Random):
    """Operands for a row: values, and here and there a constant; where it takes a sequence, three."""
    draw = lambda: Value(rng.uniform(0.1, 0.9)) if rng.random() < 0.8 else rng.uniform(0.1, 0.9)
    return tuple([draw() for _ in range(3)] if is_sequence else draw() for is_sequence in row.sequences)


@pytest.mark.parametrize("row", TABLE.values(), ids=str)
def test_every_row_has_the_value_and_the_slopes_of_eager_mode(row):
    rng = random.Random(str(row))
    for _ in range(5):
        operands = drawn(row, rng)
        leaves = [o for o in flat(tuple(o) if isinstance(o, list) else o for o in operands) if isinstance(o, Value)]
        if not leaves:
            continue
        y = row(*operands)
        y.backward()
        outputs, _, slopes, _ = Interpreter(whole([y], leaves)).pull_back(
            numpy.array([v.data for v in leaves]), [], numpy.ones(1), []
        )
        same(outputs, [y.data])
        same(slopes, [v.grad for v in leaves])


def test_other_numbers_give_what_the_graph_would_give_for_them():
    x, w = Value(1.0), Value(2.0)
    f = lambda x, w: primitives.dot([w, 3.0], [x, x], w) * x.tanh()
    interpreter = Interpreter(whole([f(x, w), x], [x]))
    assert interpreter.recording.captured == (w,)
    y, z = interpreter.forward(numpy.array([0.5, -4.0]), [])[0].tolist()
    assert (y, z) == (f(Value(0.5), Value(-4.0)).data, 0.5)


def test_what_all_samples_share_gets_their_adjoints_in_one_sum():
    """An infinite slope times the sum of what the samples send is inf; of each alone, inf and -inf, it is nan."""
    w, x, total = Value(0.0), Value(1.0), Value(1.0)
    sections = (Section((x,), (w.sqrt() * x,)),)
    recording = Recording((w,), sections, (Reduction(total, primitives.sum, 0, 0),), (total,), ())
    given = numpy.zeros(1), [numpy.array([[1.0], [-0.5]])], numpy.ones(1), []
    same(Interpreter(recording).pull_back(*given)[2], [math.inf])


def test_a_shared_value_is_handed_on_once_all_its_uses_are_counted():
    x = Value(3.0)
    a = x * x
    b = a * a + a
    _, _, slopes, _ = Interpreter(whole([b * a], [x])).pull_back(numpy.array([2.0]), [], numpy.ones(1), [])
    assert slopes.tolist() == [6 * 2.0**5 + 4 * 2.0**3]  # of x^6 + x^4


def test_seeds_weigh_the_outputs():
    x = Value(3.0)
    _, _, slopes, _ = Interpreter(whole([x * x, x, x * 2.0], [x])).pull_back(
        numpy.array([3.0]), [], numpy.array([1.0, 10.0, 100.0]), []
    )
    assert slopes.tolist() == [6.0 + 10.0 + 200.0]


def batch(row, second=False):
    """A recording of a batch of two columns, a parameter and a captured value; and the same in eager mode."""
    w, b, x, t, leaf = (Value(math.nan) for _ in range(5))
    one = lambda x, t, w, b: (w * x - t).tanh() + b * x
    other = lambda x, y, total: (x - total) * y
    sections = [Section((x, t), (one(x, t, w, b), x * 1.0))]
    reductions = [Reduction(leaf, row, 0, 0)]
    outputs = [leaf * w + leaf]
    if second:
        u, v, total = (Value(math.nan) for _ in range(3))
        sections.append(Section((u, v), (other(u, v, leaf),)))
        reductions.append(Reduction(total, primitives.sum, 1, 0))
        outputs.append(total * leaf)
    recording = Recording((w,), tuple(sections), tuple(reductions), tuple(outputs), ((0, 1), (0, 0)))

    def eager(w, b, rows):
        total = row([one(x, t, w, b) for x, t in rows])
        found = [total * w + total]
        if second:
            found.append(primitives.sum([other(x, t, total) for x, t in rows]) * total)
        return found, [x * 1.0 for x, _ in rows], [one(x, t, w, b) for x, t in rows]

    return recording, b, eager


@pytest.mark.parametrize("second", [False, True], ids=["one section", "two sections"])
@pytest.mark.parametrize("row", REDUCTIONS, ids=str)
def test_a_batch_has_the_values_and_slopes_of_the_loop(row, second):
    recording, captured, eager = batch(row, second)
    assert recording.captured == (captured,)
    rng = random.Random(5)
    columns = numpy.array([[rng.uniform(-1, 1), rng.uniform(-1, 1)] for _ in range(4)])
    uniform = numpy.array([0.7, -0.3])
    seeds = numpy.array([2.0, -1.0][: len(recording.outputs)])
    sample_seeds = [numpy.array([rng.uniform(-1, 1) for _ in columns]) for _ in recording.per_sample]

    w, b = map(Value, uniform)
    rows = [(Value(x), Value(t)) for x, t in columns]
    outputs, first, other = eager(w, b, rows)
    total = sum(s * y for s, y in zip(seeds.tolist(), outputs, strict=True))
    for weights, values in zip(sample_seeds, (first, other), strict=True):
        total = total + sum(s * y for s, y in zip(weights.tolist(), values, strict=True))
    total.backward()

    given = [columns] * len(recording.sections)
    interpreter = Interpreter(recording)
    found, samples, slopes, column_slopes = interpreter.pull_back(uniform, given, seeds, sample_seeds)
    assert numpy.allclose(found, [y.data for y in outputs], rtol=1e-14)
    assert numpy.allclose(samples, [[y.data for y in first], [y.data for y in other]], rtol=1e-14)
    assert numpy.allclose(slopes, [w.grad, b.grad], rtol=1e-12)
    assert numpy.allclose(sum(column_slopes), [[x.grad, t.grad] for x, t in rows], rtol=1e-12, atol=1e-14)
    same(interpreter.forward(uniform, given)[0], found)


def test_a_batch_may_be_empty():
    recording, _, _ = batch(primitives.sum)
    outputs, samples, slopes, (columns,) = Interpreter(recording).pull_back(
        numpy.array([1.0, 2.0]), [numpy.empty((0, 2))], numpy.ones(1), [numpy.empty(0)] * 2
    )
    assert (outputs.tolist(), [s.tolist() for s in samples], slopes.tolist()) == ([0.0], [[], []], [0.0, 0.0])
    assert columns.shape == (0, 2)


def test_hostile_numbers_have_the_values_and_slopes_of_eager_mode():
    for point in ([0.0, -0.0], [math.inf, 1.0], [math.nan, 2.0], [1e200, 1e200], [-1.0, 0.5], [5e-324, -1.0]):
        x, y = map(Value, point)
        z = (x / y).log() + primitives.maximum(x, y) ** 0.5 * x.exp() - primitives.where(x, y, x)
        recording = whole([z], [x, y])
        z.backward()
        outputs, _, slopes, _ = Interpreter(recording).pull_back(numpy.array(point), [], numpy.ones(1), [])
        same(outputs, [z.data])
        same(slopes, [x.grad, y.grad])


def test_a_row_that_refuses_its_operands_gives_nan():
    @primitives.primitive(lambda z, x: 0.0)
    def strict(x: float) -> float:
        if x > 1.0:
            raise LookupError("too far")
        return x

    try:
        x = Value(0.5)
        interpreter = Interpreter(whole([strict(x) * 2.0], [x]))
        assert interpreter.forward(numpy.array([0.5]), [])[0].tolist() == [1.0]
        assert math.isnan(interpreter.forward(numpy.array([1.5]), [])[0][0])
    finally:
        del TABLE["strict"]
        delattr(Value, "strict")


def test_a_node_made_by_hand_is_named():
    x = Value(2.0)
    with pytest.raises(ValueError, match="cube was made by hand, and has no row"):
        Interpreter(whole([Value(8.0, (x,), "cube")], [x])).forward(numpy.array([2.0]), [])
