"""Lifting finds the arrays in a recording, and keeps what the numbers mean down to the sign of a zero."""

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from autograd import primitives as rows
from autograd.compiler.classes import FEW_FAMILIES, LONGEST_CHAIN, MOST_FAMILIES, OPERATIONS_TO_A_FAMILY
from autograd.compiler.interpret import Interpreter
from autograd.compiler.invariants import check
from autograd.compiler.lift import Lifted, lift
from autograd.compiler.numbering import LONG, MOST_KINDS, Unliftable
from autograd.compiler.program import UNIFORM, Family, Fold, Map, OverSamples, Sum, pruned
from autograd.compiler.recording import Recording, Reduction, Section
from autograd.compiler.symbols import Apply, At
from autograd.primitives import TABLE, primitive
from autograd.value import Value
from benchmarks.proof.compiled.recordings import Drawing, inputs_of
from tests.compiler_recordings import agree, any_number_of_families, run


def leaves(count: int) -> list[Value]:
    return [Value(0.1 * (i + 1)) for i in range(count)]


def lifted(*outputs: Value, arguments: Sequence[Value] = ()) -> Lifted:
    """The families of some outputs, without those that nothing needs."""
    found = lift(Recording(tuple(arguments), (), (), outputs, ()))
    pruned(found.program)
    check(found.program)
    return found


def computed(found: Lifted) -> list[Family]:
    return [family for family in found.program.families if family.given is None]


def bodies(found: Lifted) -> list[Any]:
    return [piece.body for family in computed(found) for piece in family.pieces]


def results(found: Lifted, *uniform: float) -> list[float]:
    recording = Recording((), (), (), (), ())
    given = (np.array(uniform), [], np.ones(len(found.program.outputs)), [])
    return run(found.program, recording, given)[: len(found.program.outputs)].tolist()  # type: ignore[no-any-return]


# What is found


def test_a_layer_is_one_family_and_its_weights_are_read_in_rows() -> None:
    weights, x, biases = [leaves(3) for _ in range(4)], leaves(3), leaves(4)
    layer = [rows.dot(w, x, b).tanh() for w, b in zip(weights, biases, strict=True)]
    arguments = [*x, *biases, *(v for w in weights for v in w)]
    (total, tanh, _) = computed(lifted(rows.sum(layer), arguments=arguments))
    assert (total.size, tanh.size) == (4, 4)
    body = total.pieces[0].body
    assert isinstance(body, Sum)
    read = {tuple(factor.index.ravel().tolist()) for term in body.terms for factor in term.factors}
    assert read == {(3, 4, 5, 6), tuple(range(7, 19)), (0, 1, 2) * 4}


def test_a_layer_that_is_written_with_operators_is_the_same_family() -> None:
    weights, x = [leaves(3) for _ in range(4)], leaves(3)
    by_hand = [w[0] * x[0] + w[1] * x[1] + w[2] * x[2] for w in weights]
    (layer, last) = bodies(lifted(rows.prod(by_hand)))[:2]
    assert [factor.index.shape for term in layer.terms for factor in term.factors] == [(4, 3), (4, 3)]
    assert isinstance(last, Fold)
    assert last.operand.index.tolist() == [[0, 1, 2, 3]]


def test_weights_that_slide_along_an_array_are_read_with_a_stride() -> None:
    w, x = leaves(2), leaves(5)
    convolved = [rows.dot(w, x[i : i + 2]) for i in range(4)]
    body = bodies(lifted(rows.prod(convolved), arguments=[*w, *x]))[0]
    read = {str(factor.index.tolist()) for factor in body.terms[0].factors}
    assert read == {"[[0, 1], [0, 1], [0, 1], [0, 1]]", "[[2, 3], [3, 4], [4, 5], [5, 6]]"}


def test_equal_operations_are_one() -> None:
    x, y = leaves(2)
    found = lifted(rows.exp(x * y) + rows.sin(rows.exp(x * y)))
    assert [family.size for family in computed(found)] == [1, 1, 1, 1]


def test_sums_of_another_number_of_products_are_other_families() -> None:
    """Whichever factor of a product was written first."""
    x = leaves(4)
    y = [v.exp() for v in x]
    sums = [rows.sum([x[0] * y[0], y[1] * x[1]]), rows.sum([x[2] * y[2]]), rows.sum([y[3] * x[3]])]
    found = [family for family in computed(lifted(*sums)) if isinstance(family.pieces[0].body, Sum)]
    assert [family.size for family in found] == [1, 2]


def test_a_constant_that_became_a_value_when_the_graph_was_looked_at_is_a_constant() -> None:
    x = leaves(3)
    looked_at = [x[0] * 2.0, 2.0 * x[1], rows.where(3.0, x[2], 2.0)]
    assert all(v.operands for v in looked_at)
    recording = of(*looked_at)
    assert len(recording.captured) == 3
    (constants,) = [f for f in lift(recording).program.families if f.given is not None and f.given.what == "constants"]
    assert constants.given is not None
    assert constants.given.table.tolist() == [2.0, 3.0]


def test_a_product_that_is_used_twice_is_not_computed_twice() -> None:
    x, y = leaves(2)
    product = x * y
    found = lifted((product + x) * (product + y))
    assert isinstance(bodies(found)[0], Map)
    assert [len(factors) for body in bodies(found)[1:2] for term in body.terms for factors in [term.factors]] == [1, 1]


def test_what_is_the_same_for_all_samples_is_not_computed_for_each() -> None:
    v, w, x = leaves(3)
    recording = Recording((v, w), (Section((x,), (v * w + x,)),), (), (), ((0, 0),))
    found = pruned(lift(recording).program)
    assert {f.space: type(f.pieces[0].body) for f in found.families if f.pieces} == {UNIFORM: Map, 0: Sum}


def test_a_result_stays_a_family_of_its_own_even_where_a_sum_would_take_it_over() -> None:
    x, y = leaves(2)
    product, total = x * y, x + y
    found = lifted(product, total, product + total, arguments=[x, y])
    assert results(found, 2.0, 3.0) == [6.0, 5.0, 11.0]


def test_constants_are_one_family_and_each_is_there_once() -> None:
    x = leaves(3)
    found = lifted(x[0] * 2.0 * x[1], x[1] * 3.0 * x[2], x[2] * 2.0 * x[0])
    (constants,) = [f for f in found.program.families if f.given is not None and f.given.what == "constants"]
    assert constants.given is not None
    assert constants.given.table.tolist() == [2.0, 3.0]


def test_an_exponent_is_a_number_in_the_code() -> None:
    x = leaves(2)
    expressions = [body.expression for body in bodies(lifted(rows.prod([x[0] ** 3.0, x[1] ** 3.0, x[0] ** 2.0])))[:2]]
    assert expressions == [Apply(rows.power, (At(0), 3.0)), Apply(rows.power, (At(0), 2.0))]


def test_a_row_of_many_operands_of_one_kind_is_a_fold_and_of_several_kinds_an_expression() -> None:
    x = leaves(4)
    assert isinstance(bodies(lifted(rows.max(x)))[0], Fold)
    mixed = bodies(lifted(rows.max([x[0], x[1].exp(), x[2].sin()])))[-1]
    assert mixed.expression == Apply(rows.maximum, (Apply(rows.maximum, (At(0), At(1))), At(2)))


def test_a_result_of_each_sample_that_is_the_same_for_all_is_spread_over_them() -> None:
    w, x, total = Value(0.5), Value(1.0), Value(1.0)
    recording = Recording((w,), (Section((x,), (w, x)),), (Reduction(total, rows.sum, 0, 0),), (total,), ((0, 0),))
    found = lift(recording)
    check(found.program)
    assert found.program.per_sample[0].family.space == 0
    given = (np.array([0.5]), [np.ones((3, 1))], np.ones(1), [np.ones(3)])
    assert run(found.program, recording, given)[:4].tolist() == [1.5, 0.5, 0.5, 0.5]


def test_a_mean_over_samples_divides_by_their_number() -> None:
    x, mean = leaves(2)
    recording = Recording((), (Section((x,), (x,)),), (Reduction(mean, rows.mean, 0, 0),), (mean,), ())
    assert [type(p.body) for f in pruned(lift(recording).program).families for p in f.pieces] == [OverSamples, Map]
    assert run(lift(recording).program, recording, (np.zeros(0), [np.array([[1.0], [4.0]])], np.ones(1), []))[0] == 2.5


# What the numbers mean


SIGNS: list[tuple[str, Callable[..., Any], tuple[float, ...]]] = [
    ("a sum", lambda x, y: rows.sum([x, y]), (-0.0, -0.0)),
    ("a dot product", lambda x, y: rows.dot([x], [y]), (-0.0, 1.0)),
    ("a dot product and a bias", lambda x, y: rows.dot([x], [y], y), (0.0, -0.0)),
    ("two numbers", lambda x, y: x + y, (-0.0, -0.0)),
    ("a sum in a sum", lambda x, y: x + rows.sum([x, y]), (-0.0, -0.0)),
    ("a sum turned over", lambda x, y: -(x - y), (1.0, 1.0)),
    ("a long sum turned over", lambda x, y: -(x - y + (x - y)), (1.0, 1.0)),
    ("a sum subtracted", lambda x, y: x - (y - x), (1.0, 2.0)),
    ("a product turned over", lambda x, y: -(x * y), (0.0, 1.0)),
    ("twice turned over", lambda x, y: rows.neg(-x) + y * 0.0, (0.0, 1.0)),
    ("a mean", lambda x, y: rows.mean([x, y]), (-0.0, -0.0)),
]


@pytest.mark.parametrize(("function", "numbers"), [case[1:] for case in SIGNS], ids=[case[0] for case in SIGNS])
def test_zero_has_the_sign_that_eager_values_give_it(function: Callable[..., Any], numbers: tuple[float, ...]) -> None:
    x, y = map(Value, numbers)
    result = function(x, y)
    sign = math.copysign(1.0, result.data)
    assert result.data == 0.0
    assert [math.copysign(1.0, v) for v in results(lifted(result, arguments=[x, y]), *numbers)] == [sign]


def test_a_long_sum_is_not_copied_with_its_signs_turned() -> None:
    x = leaves(LONG + 1)
    y = rows.exp(x[0])
    short = bodies(lifted(y - rows.dot(x[:LONG], x[:LONG])))[-1]
    long = bodies(lifted(y - rows.dot(x, x)))[-1]
    assert [term.factors[0].index.shape[1] for term in short.terms] == [1, LONG]
    assert [term.factors[0].index.shape[1] for term in long.terms] == [1, 1]


def test_a_chain_of_many_operations_of_one_kind_is_lifted_without_recursion() -> None:
    x = Value(1.0)
    total: Any = x
    for _ in range(20_000):
        total = total + x * x
    assert results(lifted(total, arguments=[x]), 3.0) == [3.0 + 20_000 * 9.0]


@settings(max_examples=40, deadline=None, derandomize=True, phases=[Phase.generate])
@given(rng=st.randoms(use_true_random=False), sections=st.integers(0, 3), samples=st.integers(1, 5))
def test_the_families_of_any_recording_give_what_the_interpreter_gives(
    rng: random.Random, sections: int, samples: int
) -> None:
    recording = Drawing(rng).recording(sections)
    given = inputs_of(recording, samples, samples)
    with any_number_of_families():
        program = lift(recording).program
    check(program)
    values = len(recording.outputs) + samples * len(recording.per_sample)
    agree(run(program, recording, given)[:values], recording, given)


# What is refused


def refused(recording: Recording) -> str:
    with pytest.raises(Unliftable) as refusal:
        lift(recording)
    return str(refusal.value)


def of(*outputs: Value) -> Recording:
    return Recording((), (), (), outputs, ())


def test_a_largest_number_of_a_batch_is_refused() -> None:
    x, largest = leaves(2)
    recording = Recording((), (Section((x,), (x,)),), (Reduction(largest, rows.max, 0, 0),), (largest,), ())
    assert refused(recording) == "max over the samples of a batch"


def test_an_operation_on_two_batches_is_refused() -> None:
    x, y = leaves(2)
    sections = (Section((x,), (x,)), Section((y,), (x * y,)))
    assert refused(Recording((), sections, (), (), ((1, 0),))) == "an operation takes numbers of two batches"


def test_a_node_made_by_hand_is_refused() -> None:
    x = Value(2.0)
    assert "was made by hand" in refused(of(Value(4.0, (x,), (3.0,))))


def test_more_kinds_of_operations_than_code_is_made_for_are_refused() -> None:
    x = Value(0.5)
    for _ in range(FEW_FAMILIES):
        x = x.sin()
    assert isinstance(lift(of(x)), Lifted)
    for _ in range(FEW_FAMILIES):
        x = x.sin()
    few = FEW_FAMILIES + (2 * FEW_FAMILIES + 1) // OPERATIONS_TO_A_FAMILY
    assert refused(of(x)) == f"the recording has more than {few} kinds of operations"


def test_an_irregular_recording_is_refused_before_it_is_walked_to_its_end() -> None:
    x = Value(0.5)
    kinds = [x]
    for number in range(1, MOST_KINDS + 1):  # each is another path of sin and cos, a dozen operations long at most
        before = kinds[(number - 1) // 2]
        kinds.append(before.sin() if number % 2 else before.cos())
    by_hand = Value(1.0, (x,), (1.0,))
    many = of(rows.sum([*kinds, by_hand]))
    assert refused(many) == f"the recording has more than {MOST_KINDS} kinds of operations"
    assert "by hand" in refused(of(rows.sum([*kinds[: MOST_KINDS // 2], by_hand])))


def test_a_deep_recording_is_refused_before_it_is_walked_to_its_end() -> None:
    def after(count: int) -> Value:
        x, w = leaves(2)
        for _ in range(count):
            x = x * w + x
        return Value(1.0, (x,), (1.0,)) + x

    limit = f"the recording has more than {MOST_FAMILIES} operations one behind the other"
    assert "by hand" in refused(of(after(MOST_FAMILIES)))
    assert refused(of(after(MOST_FAMILIES + 1))) == limit


def test_sums_may_follow_one_another_however_many() -> None:
    x, w = leaves(2)
    y = x
    for _ in range(2 * MOST_FAMILIES):
        y = y + w
    (total,) = computed(lifted(y, arguments=(x, w)))
    assert isinstance(total.pieces[0].body, Sum)


def test_a_long_row_of_several_kinds_is_refused() -> None:
    x = leaves(LONGEST_CHAIN)
    assert isinstance(lift(of(rows.max([*x[1:], x[0].sin()]))), Lifted)
    assert refused(of(rows.max([*x, x[0].sin()]))) == "maximum of 101 operands of several kinds"


@pytest.fixture
def own_rows() -> Any:
    known = [*TABLE]
    yield
    for name in [*TABLE]:
        if name not in known:
            del TABLE[name]


@pytest.mark.usefixtures("own_rows")
def test_a_row_that_only_python_can_run_is_refused_and_so_is_a_slope() -> None:
    @primitive(lambda z, x: 2.0 * x)
    def squared_by_text(x: float) -> float:
        return float(str(x)) * x

    @primitive(lambda z, x: math.cos(x))
    def sine_by_mathematics(x: float) -> float:
        return math.sin(x)

    @primitive(lambda z, x: 2.0 * x)
    def squared(x: float) -> float:
        return x * x

    x = Value(0.5)
    for row in (squared_by_text, sine_by_mathematics):
        assert refused(of(row(x))) == f"{row}, or its slope, is for Python alone"
    assert isinstance(lift(of(squared(x))), Lifted)


@pytest.mark.usefixtures("own_rows")
def test_a_row_of_a_sequence_that_does_not_say_how_it_is_made_is_refused() -> None:
    @primitive(lambda z, values: [1.0 for _ in values])
    def added_up(values: Sequence[float]) -> float:
        return math.fsum(values)

    assert "takes a sequence" in refused(of(added_up(leaves(2))))


def test_the_interpreter_agrees_that_a_detached_value_is_not_stopped_by_lifting() -> None:
    x = Value(0.5)
    recording = Recording((x,), (), (), (x.sin() + x,), ())
    assert results(lifted(*recording.outputs, arguments=[x]), 0.25) == pytest.approx(
        Interpreter(recording).forward(np.array([0.25]), [])[0].tolist(), rel=1e-15
    )


def test_every_family_of_a_lifted_program_has_a_space_of_the_recording() -> None:
    x, w, total = leaves(3)
    recording = Recording((w,), (Section((x,), (w * x,)),), (Reduction(total, rows.sum, 0, 0),), (total,), ())
    assert {family.space for family in lift(recording).program.families} == {UNIFORM, 0}
