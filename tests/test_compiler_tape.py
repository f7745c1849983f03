"""The tape gives what eager values give: the same bits from arithmetic, the same nan and inf from everything."""

import gc
import math
import random
import sys
import threading
import weakref
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from struct import pack
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import primitives as rows
from autograd.compiler.engine import lanes
from autograd.compiler.interpret import Interpreter
from autograd.compiler.recording import Recording, Reduction, Section
from autograd.compiler.tape import Tape
from autograd.compiler.tape_python import PythonRow
from autograd.compiler.tape_rows import compiled
from autograd.compiler.tape_writing import Writing
from autograd.primitives import TABLE, Primitive, primitive
from autograd.value import Value

SCALAR_ROWS = [row for row in TABLE.values() if True not in row.sequences]
SEQUENCE_ROWS = [rows.sum, rows.mean, rows.prod, rows.max, rows.min, rows.norm, rows.logsumexp]

#: Rows whose machine code rounds as Python does, so that a graph of them gives the same bits.
EXACT = [
    rows.add, rows.sub, rows.mul, rows.div, rows.neg, rows.pos, rows.relu, rows.abs, rows.sqrt, rows.maximum,
    rows.minimum, rows.where, rows.clip, rows.less, rows.sign, rows.floor, rows.round, rows.leaky_relu,
]  # fmt: skip
EXACT_SEQUENCES = [rows.sum, rows.mean, rows.prod, rows.max, rows.min, rows.dot]

HOSTILE = [
    0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, -2.2250738585072014e-308, 1e290, 1e200, -1e-200, 1.0, -1.0, 0.5,
    -2.0, 3.0, 6.0, 710.0, -745.5,
]  # fmt: skip


@dataclass
class Case:
    """What a function of uniform values and of one sample computes, to be run eagerly and as a tape.

    sample(uniform, columns)  gives the results of one sample
    reductions                rows over all samples, and which result each is taken of
    finish(uniform, reduced)  gives the outputs
    """

    finish: Callable[[Sequence[Value], Sequence[Value]], Sequence[Value]]
    sample: Callable[[Sequence[Value], Sequence[Value]], Sequence[Value]] = lambda uniform, columns: ()
    reductions: Sequence[tuple[Primitive, int]] = ()
    inputs: int = 0

    def tape(self, uniform: int, per_sample: int = 0) -> Tape:
        arguments, columns = ([Value(1.0) for _ in range(n)] for n in (uniform, self.inputs))
        leaves = [Value(1.0) for _ in self.reductions]
        section = Section(tuple(columns), tuple(self.sample(arguments, columns)))
        reductions = tuple(Reduction(v, row, 0, k) for v, (row, k) in zip(leaves, self.reductions, strict=True))
        outputs = tuple(self.finish(arguments, leaves))
        sections = (section,) if self.inputs else ()
        return Tape(
            Recording(tuple(arguments), sections, reductions, outputs, tuple((0, k) for k in range(per_sample)))
        )

    def eager(self, uniform: Iterable[float], batch: Any = (), seeds: Any = (1.0,), sample_seeds: Any = ()) -> Any:
        """Outputs, results per sample, slopes in the uniform values and in the columns."""
        arguments = [Value(number) for number in uniform]
        samples = [[Value(number) for number in numbers] for numbers in batch]
        results = [self.sample(arguments, columns) for columns in samples]
        reduced = [row([result[k] for result in results]) for row, k in self.reductions]
        outputs = self.finish(arguments, reduced)
        seeded = [*zip(outputs, seeds, strict=True)]
        for k, column in enumerate(sample_seeds):
            seeded += [(result[k], seed) for result, seed in zip(results, column, strict=True)]
        autograd.sum([v * seed for v, seed in seeded if isinstance(v, Value)]).backward()
        per_sample = [[result[k].data for result in results] for k in range(len(sample_seeds))]
        slopes = [[v.grad for v in columns] for columns in samples]
        return [v.data for v in outputs], per_sample, [v.grad for v in arguments], slopes


def bits(numbers: Iterable[float]) -> list[bytes]:
    """The bits of each number; one nan is as good as another."""
    return [pack("d", math.nan if x != x else x) for x in numbers]


def close(got: Any, expected: Any, scale: float = 0.0) -> bool:
    return np.allclose(got, expected, rtol=1e-12, atol=1e-12 * scale + 1e-320, equal_nan=True)


def tape_of(*outputs: Value, arguments: Sequence[Value]) -> Tape:
    return Tape(Recording(tuple(arguments), (), (), outputs, ()))


# Each row alone


@pytest.mark.parametrize("row", [*SCALAR_ROWS, rows.sum, rows.dot], ids=str)
@pytest.mark.parametrize("width", [1, lanes()])
def test_a_row_of_the_library_runs_without_python(row: Primitive, width: int) -> None:
    assert not any(isinstance(kept, PythonRow) for kept in compiled((row, 0), width).alive)


@pytest.mark.parametrize("row", SCALAR_ROWS, ids=str)
def test_a_row_gives_the_value_and_the_slopes_of_the_eager_row(row: Primitive) -> None:
    rng = random.Random(str(row))
    count = len(row.parameters)
    case = Case(lambda uniform, _: [row(*uniform)])
    tape = case.tape(count)
    drawn = [[rng.uniform(max(low, -30.0), min(high, 30.0)) for low, high in row.domain] for _ in range(30)]
    for operands in [*drawn, *([rng.choice(HOSTILE) for _ in range(count)] for _ in range(60))]:
        outputs, _, slopes, _ = tape.pull_back(np.array(operands), [], np.ones(1), [])
        expected = case.eager(operands)
        assert close(outputs, expected[0]), operands
        assert close(slopes, expected[2]), operands


@pytest.mark.parametrize("row", SEQUENCE_ROWS, ids=str)
@pytest.mark.parametrize("length", [1, 2, 3, 7])
def test_a_row_of_a_sequence_gives_the_value_and_the_slopes_of_the_eager_row(row: Primitive, length: int) -> None:
    rng = random.Random(f"{row} {length}")
    case = Case(lambda uniform, _: [row(uniform)])
    tape = case.tape(length)
    drawn = [[rng.uniform(-3.0, 3.0) for _ in range(length)] for _ in range(10)]
    for operands in [*drawn, *([rng.choice(HOSTILE) for _ in range(length)] for _ in range(60))]:
        outputs, _, slopes, _ = tape.pull_back(np.array(operands), [], np.ones(1), [])
        expected = case.eager(operands)
        assert close(outputs, expected[0]), operands
        assert close(slopes, expected[2]), operands


def test_the_kinks_of_sequences_are_those_of_eager_values() -> None:
    inf = math.inf
    for row, operands in [
        (rows.prod, [0.0, 3.0, 2.0]), (rows.prod, [0.0, 0.0]), (rows.max, [2.0, 2.0, 1.0]), (rows.max, [0.0, -0.0]),
        (rows.logsumexp, [-inf, -inf]), (rows.logsumexp, [inf, 0.0]), (rows.min, [math.nan, 1.0]),
        (rows.norm, [0.0, -0.0]),
    ]:  # fmt: skip
        case = Case(lambda uniform, _, row=row: [row(uniform)])
        outputs, _, slopes, _ = case.tape(len(operands)).pull_back(np.array(operands), [], np.ones(1), [])
        expected = case.eager(operands)
        assert (bits(outputs), bits(slopes)) == (bits(expected[0]), bits(expected[2])), (row, operands)


# Graphs

numbers = st.one_of(st.sampled_from(HOSTILE), st.floats(-10.0, 10.0))
steps = st.lists(
    st.tuples(st.integers(0, 99), st.lists(st.integers(0, 99), min_size=3, max_size=5), numbers), max_size=25
)


def built(values: Sequence[Value], plan: Iterable[tuple[int, list[int], float]]) -> Value:
    """A graph of exact rows after a plan: which row, which operands, and a constant among them now and then."""
    pool = list(values)
    for choice, places, constant in plan:
        operands: list[Any] = [pool[place % len(pool)] for place in places]
        if places[0] % 3 == 0:
            operands[places[1] % 2 + 1] = constant
        kinds = [*EXACT, *EXACT_SEQUENCES]
        row = kinds[choice % len(kinds)]
        if row is rows.dot:
            result = row(operands[:2], operands[1:3], operands[0] if places[0] % 2 else None)
        else:
            result = row(operands) if row in EXACT_SEQUENCES else row(*operands[: len(row.parameters)])
        pool.append(result)
    return autograd.sum(pool[-4:])


@settings(max_examples=150, deadline=None)
@given(plan=steps, operands=st.lists(numbers, min_size=3, max_size=3))
def test_a_graph_of_arithmetic_gives_the_bits_of_eager_values(
    plan: list[tuple[int, list[int], float]], operands: list[float]
) -> None:
    case = Case(lambda uniform, _: [built(uniform, plan)])
    outputs, _, slopes, _ = case.tape(3).pull_back(np.array(operands), [], np.ones(1), [])
    expected = case.eager(operands)
    assert bits(outputs) == bits(expected[0])
    assert bits(slopes) == bits(expected[2])


@settings(max_examples=40, deadline=None)
@given(plan=steps, seed=st.integers(0, 1000), samples=st.integers(0, 17))
def test_a_batch_of_any_graph_and_any_size_gives_what_eager_values_give(
    plan: list[tuple[int, list[int], float]], seed: int, samples: int
) -> None:
    rng = np.random.default_rng(seed)
    case = Case(
        lambda uniform, reduced: [reduced[0] * uniform[0] + uniform[1]],
        lambda uniform, columns: [built([*columns, *uniform, uniform[0] * uniform[1]], plan)],
        [(rows.sum, 0)],
        inputs=2,
    )
    uniform, batch, seeds = rng.normal(size=2), rng.normal(size=(samples, 2)), rng.normal(size=samples)
    got = case.tape(2, per_sample=1).pull_back(uniform, [batch], np.ones(1), [seeds])
    expected = case.eager(uniform, batch.tolist(), sample_seeds=[seeds.tolist()])
    assert close(got[0], expected[0])
    assert all(map(close, got[1][0], expected[1][0]))
    scale = max((abs(x) for x in expected[2] if math.isfinite(x)), default=0.0) + samples
    # what is the same for all samples is computed once: inf times a sum, where eager mode adds up inf and -inf
    finite = np.isfinite(expected[2])
    assert np.array_equal(np.isfinite(got[2]), finite)
    assert close(got[2][finite], np.array(expected[2])[finite], scale)
    assert close(got[3][0], np.reshape(expected[3], (samples, 2)), scale)


# Batches


def network(uniform: Sequence[Value], columns: Sequence[Value]) -> list[Value]:
    """What depends on no sample, a shape for each weight, and a row of many operands."""
    scale = uniform[0].exp()
    hidden = [(columns[0] * w * scale + columns[1]).tanh() for w in uniform]
    return [autograd.logsumexp([*hidden, scale]), autograd.max(hidden) * columns[1]]


BATCHED = Case(
    lambda uniform, reduced: [reduced[0] * reduced[1] + uniform[1], reduced[2] * reduced[3], reduced[4] + reduced[5]],
    network,
    [(rows.mean, 0), (rows.max, 1), (rows.sum, 1), (rows.logsumexp, 0), (rows.prod, 0), (rows.min, 0)],
    inputs=2,
)


@pytest.mark.parametrize("samples", [*range(1, 18), 64, 67])
def test_a_batch_of_any_size_is_right_to_the_last_sample(samples: int) -> None:
    rng = np.random.default_rng(samples)
    uniform, batch = rng.normal(size=3), rng.normal(size=(samples, 2))
    seeds, sample_seeds = [1.0, -0.5, 0.25], rng.normal(size=(2, samples))
    got = BATCHED.tape(3, per_sample=2).pull_back(uniform, [batch], np.array(seeds), list(sample_seeds))
    expected = BATCHED.eager(uniform, batch.tolist(), seeds, sample_seeds.tolist())
    for part, wanted in zip(got, expected, strict=True):
        assert close(part if part is not got[3] else part[0], wanted, scale=float(samples))


def test_the_bits_of_a_sample_do_not_depend_on_the_others() -> None:
    rng = np.random.default_rng(0)
    uniform, batch, tape = rng.normal(size=3), rng.normal(size=(23, 2)), BATCHED.tape(3, per_sample=1)
    together = tape.forward(uniform, [batch])[1][0]
    assert bits(together) == [b for row in batch for b in bits(tape.forward(uniform, [row[None]])[1][0])]


def test_an_empty_batch_has_an_empty_sum_and_no_slopes() -> None:
    case = Case(lambda uniform, reduced: [reduced[0] + uniform[0]], lambda u, c: [u[0] * c[0]], [(rows.sum, 0)], 1)
    outputs, per_sample, slopes, columns = case.tape(1, 1).pull_back(
        np.array([3.0]), [np.empty((0, 1))], np.ones(1), [np.empty(0)]
    )
    assert (outputs.tolist(), per_sample[0].tolist(), slopes.tolist(), columns[0].shape) == ([3.0], [], [1.0], (0, 1))


def test_a_mean_of_no_samples_is_refused_as_it_is_for_values() -> None:
    case = Case(lambda uniform, reduced: [reduced[0]], lambda u, c: [u[0] * c[0]], [(rows.mean, 0)], 1)
    with pytest.raises(ValueError, match="mean takes at least one value"):
        case.tape(1).forward(np.array([3.0]), [np.empty((0, 1))])


def test_a_section_may_use_what_the_section_before_it_gave() -> None:
    """Numbers less their mean, squared, and the mean of that: the slopes are 2 / n * (x - mean)."""
    x, again, average, variance = (Value(1.0) for _ in range(4))
    centred = again - average
    recording = Recording(
        (),
        (Section((x,), (x * 1.0,)), Section((again,), (centred * centred,))),
        (Reduction(average, rows.mean, 0, 0), Reduction(variance, rows.mean, 1, 0)),
        (variance,),
        (),
    )
    batch = np.random.default_rng(1).normal(size=(11, 1))
    outputs, _, _, slopes = Tape(recording).pull_back(np.empty(0), [batch, batch], np.ones(1), [])
    assert close(outputs, batch.var())
    assert close(slopes[0] + slopes[1], 2.0 / 11.0 * (batch - batch.mean()), scale=1.0)


def test_captured_leaves_are_read_at_every_call_after_the_arguments() -> None:
    x, w = Value(1.0), Value(1.0)
    tape = tape_of(x * w, arguments=[x])
    assert tape.forward(np.array([2.0, 3.0]), [])[0].tolist() == [6.0]
    assert tape.forward(np.array([2.0, 5.0]), [])[0].tolist() == [10.0]


def test_an_output_may_be_a_leaf_or_stand_twice() -> None:
    x = Value(1.0)
    y = x * x
    tape = tape_of(x, y, y, arguments=[x])
    outputs, _, slopes, _ = tape.pull_back(np.array([3.0]), [], np.array([1.0, 2.0, 4.0]), [])
    assert (outputs.tolist(), slopes.tolist()) == ([3.0, 9.0, 9.0], [37.0])


# Against the interpreter, which runs a recording as it is written


def test_no_adjoint_comes_through_a_detached_value() -> None:
    """Not even 0 times the infinite slope of a root at 0."""
    x, column = Value(1.0), Value(1.0)
    root, of_sample = x.sqrt(), column.sqrt()
    through = [root * 2.0, rows.clip(x, -root, root), autograd.sum([root, x]), autograd.max([root, x]), root * x]
    through[0]._dx = None
    through[1]._dx = [1.0, None, None]
    through[2]._dx = through[3]._dx = [None, 1.0]
    through[4]._dx = None
    sample = of_sample * column
    sample._dx = None
    leaf = Value(1.0)
    recording = Recording(
        (x,), (Section((column,), (sample,)),), (Reduction(leaf, rows.sum, 0, 0),), (*through, leaf), ((0, 0),)
    )
    given = np.zeros(1), [np.zeros((3, 1))], np.arange(1.0, 7.0), [np.ones(3)]
    got, expected = Tape(recording).pull_back(*given), Interpreter(recording).pull_back(*given)
    assert bits(got[2]) == bits(expected[2])
    assert bits(got[3][0][:, 0]) == bits(expected[3][0][:, 0])
    assert all(map(math.isfinite, got[2]))


@pytest.mark.parametrize("samples", [1, 5, 9])
@pytest.mark.parametrize("seed", [0.0, 1.0])
def test_a_seed_of_zero_is_a_number_like_others(samples: int, seed: float) -> None:
    w, x, leaf = Value(1.0), Value(1.0), Value(1.0)
    section = Section((x,), (x.sqrt() * w, x * w))
    recording = Recording((w,), (section,), (Reduction(leaf, rows.max, 0, 1),), (leaf, w.log()), ((0, 0), (0, 1)))
    given = np.ones(1), [np.arange(float(samples))[:, None]], np.array([seed, 1.0])
    seeds = [np.full(samples, seed), np.ones(samples)]
    got, expected = Tape(recording).pull_back(*given, seeds), Interpreter(recording).pull_back(*given, seeds)
    assert close(got[2], expected[2])
    assert close(got[3][0], expected[3][0])


def test_an_index_beyond_the_table_gives_nan() -> None:
    x, index = Value(1.0), Value(1.0)
    tape = tape_of(rows.take([x, 2.0], index), arguments=[x, index])
    assert bits(tape.forward(np.array([7.0, 0.0]), [])[0]) == bits([7.0])
    assert bits(tape.forward(np.array([7.0, 2.0]), [])[0]) == bits([math.nan])


# Rows that only Python can run


@pytest.fixture
def own_rows() -> Iterable[None]:
    before = dict(TABLE)
    yield
    TABLE.clear()
    TABLE.update(before)


def made(row: Primitive, operands: Sequence[float]) -> tuple[list[float], list[float]]:
    """Value and slopes from the tape, after they were held against eager values."""
    case = Case(lambda uniform, _: [row(*uniform) if True not in row.sequences else row(uniform[:-1], uniform[-1])])
    outputs, _, slopes, _ = case.tape(len(operands)).pull_back(np.array(operands), [], np.ones(1), [])
    expected = case.eager(operands)
    assert (bits(outputs), bits(slopes)) == (bits(expected[0]), bits(expected[2]))
    return outputs.tolist(), slopes.tolist()


@pytest.mark.usefixtures("own_rows")
def test_a_row_whose_slope_takes_only_floats_is_called_in_python() -> None:
    @primitive(lambda z, x, y: math.cos(x) * y, lambda z, x, y: math.sin(x))
    def wave(x: float, y: float) -> float:
        return [math.sin(x)][0] * y

    assert made(wave, [0.0, 2.0]) == ([0.0], [2.0, 0.0])


@pytest.mark.usefixtures("own_rows")
def test_a_row_of_a_sequence_of_ones_own_is_called_in_python_for_every_sample() -> None:
    @primitive(lambda z, values, power: [power * v ** (power - 1.0) for v in values], lambda z, values, power: 0.0)
    def power_sum(values: Sequence[float], power: float) -> float:
        return math.fsum(v**power for v in values)

    assert made(power_sum, [1.0, 3.0, 2.0]) == ([10.0], [2.0, 6.0, 0.0])
    case = Case(lambda u, r: [r[0]], lambda u, c: [power_sum([c[0], u[0]], 2.0)], [(rows.sum, 0)], 1)
    got = case.tape(1).pull_back(np.array([1.0]), [np.arange(11.0)[:, None]], np.ones(1), [])
    assert (got[0].tolist(), got[2].tolist()) == ([396.0], [22.0])
    assert got[3][0][:, 0].tolist() == (2.0 * np.arange(11.0)).tolist()


@pytest.mark.usefixtures("own_rows")
def test_what_a_row_raises_in_python_is_raised_by_the_call() -> None:
    @primitive(lambda z, values: list(values))
    def picky(values: Sequence[float]) -> float:
        if values[0] < 0.0:
            raise ValueError("picky takes no negative number")
        return values[0]

    x = Value(1.0)
    tape = tape_of(picky([x]), arguments=[x])
    with pytest.raises(ValueError, match="picky takes no negative"):
        tape.forward(np.array([-1.0]), [])
    assert tape.forward(np.array([2.0]), [])[0].tolist() == [2.0]


# What cannot be a tape


def test_a_node_made_by_hand_is_named() -> None:
    x = Value(2.0)
    with pytest.raises(ValueError, match="cube has no row to be compiled from"):
        tape_of(Value(8.0, (x,), "cube"), arguments=[x])


def test_a_graph_with_a_cycle_is_refused() -> None:
    x = Value(2.0)
    y = x * x
    z = y + x
    y._y = z
    with pytest.raises(ValueError, match="this graph has a cycle"):
        tape_of(z, arguments=[x])


def test_a_value_of_one_sample_is_not_an_output() -> None:
    x = Value(1.0)
    y = x * x
    with pytest.raises(ValueError, match="used outside of the function that vmap maps"):
        Tape(Recording((), (Section((x,), (y,)),), (), (y + 1.0,), ()))


# Size


def irregular(nodes: int, values: Sequence[Value], rng: random.Random) -> Value:
    """A graph of about so many nodes, in which hardly two are made alike, and all stay between -1 and 1."""
    pool = list(values)
    for _ in range(nodes // 2):
        x, y = pool[rng.randrange(len(pool))], pool[-1 - rng.randrange(min(len(pool), 50))]
        choice = rng.randrange(5)
        pool.append(
            x * y if choice == 0 else (x + y).tanh() if choice == 1 else (x - y).tanh() if choice == 2
            else (x * 0.5).sin() if choice == 3 else autograd.dot([x, y], [y, x], x).tanh()
        )  # fmt: skip
    return autograd.mean(pool[len(values) :])


def test_a_compiled_graph_takes_few_bytes_for_each_node() -> None:
    values = [Value(0.5 + 0.1 * i) for i in range(5)]
    writing = Writing(Recording(tuple(values), (), (), (irregular(3000, values, random.Random(0)),), ()))
    tape = writing.uniform
    assert len(tape.opcodes) * tape.opcodes.itemsize + len(tape.operands) * tape.operands.itemsize <= 20 * 3000


@pytest.mark.parametrize("operations", [20_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_a_long_chain_is_no_deeper_than_a_short_one(operations: int) -> None:
    x = Value(1.0)
    y = x
    for _ in range(operations):
        y = y * 1.000001 if y._row is not rows.mul else -y
    outputs, _, slopes, _ = tape_of(y, arguments=[x]).pull_back(np.array([1.0]), [], np.ones(1), [])
    assert outputs.tolist() == [y.data]
    assert close(slopes, y.data)


@pytest.mark.slow
def test_a_million_irregular_operations_give_what_eager_values_give() -> None:
    values = [Value(0.5 + 0.1 * i) for i in range(5)]
    y = irregular(1_000_000, values, random.Random(0))
    outputs, _, slopes, _ = tape_of(y, arguments=values).pull_back(
        np.array([v.data for v in values]), [], np.ones(1), []
    )
    y.backward()
    assert close(outputs, [y.data])
    assert close(slopes, [v.grad for v in values], max(abs(v.grad) for v in values))


# Many calls


def test_a_tape_runs_after_its_graph_is_gone_and_keeps_none_of_it() -> None:
    x = Value(1.0)
    y = (x * x).exp()
    y.held = lambda: None  # values cannot be watched, but what hangs on them can
    held, tape = weakref.ref(y.held), tape_of(y, arguments=[x])
    del x, y
    gc.collect()
    assert held() is None
    assert tape.forward(np.array([0.0]), [])[0].tolist() == [1.0]


def test_threads_may_call_one_tape_at_once() -> None:
    tape = BATCHED.tape(3, per_sample=1)
    rng = np.random.default_rng(0)
    given_to = [(rng.normal(size=3), rng.normal(size=(50, 2))) for _ in range(4)]
    alone = [tape.pull_back(u, [b], np.ones(3), [np.ones(50)])[2].tolist() for u, b in given_to]
    wrong = []

    def call(k: int) -> None:
        uniform, batch = given_to[k]
        for _ in range(100):
            if tape.pull_back(uniform, [batch], np.ones(3), [np.ones(50)])[2].tolist() != alone[k]:
                wrong.append(k)

    threads = [threading.Thread(target=call, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads how large the process is from /proc")
def test_tapes_that_are_dropped_leave_nothing_behind() -> None:
    def pages() -> int:
        gc.collect()
        return int(Path("/proc/self/statm").read_text().split()[1])

    def cycle(times: int) -> None:
        for _ in range(times):
            BATCHED.tape(3).pull_back(np.ones(3), [np.ones((3, 2))], np.ones(3), [])

    cycle(100)
    before = pages()
    cycle(300)
    assert pages() - before < 500  # 2 MB; a megabyte for each engine would be 75,000


def test_adjoints_of_samples_and_of_the_rest_that_make_nan_together_make_it_in_silence() -> None:
    """NumPy warns of inf - inf; the tests turn warnings into errors."""
    case = Case(
        lambda uniform, reduced: [reduced[0] - rows.div(uniform[0], 0.0)],
        lambda uniform, columns: [uniform[0] / columns[0]],
        reductions=[(rows.sum, 0)],
        inputs=1,
    )
    _, _, slopes, _ = case.tape(1).pull_back(np.ones(1), [np.zeros((2, 1))], np.ones(1), [])
    assert math.isnan(slopes[0])
    assert math.isnan(case.eager([1.0], [[0.0], [0.0]])[2][0])


def test_an_operand_that_stands_twice_gets_its_slopes_in_the_order_of_backward() -> None:
    rng = random.Random(1)
    for _ in range(20):
        x = Value(rng.uniform(0.5, 2.0))
        y = x / x + (x * x) / x * 0.3 + (x - x * 3.0) * x
        tape = Tape(Recording((x,), (), (), (y,), ()))
        _, (slope,) = tape.value_and_slopes(np.array([x.data]), [])
        y.backward()
        assert slope == x.grad
