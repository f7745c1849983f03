"""`no_grad` and `detect_anomaly`: what they change, where that ends, and what an anomaly is told with."""

import asyncio
import inspect
import math
import re
import threading

import pytest

from autograd import Value, detect_anomaly, dot, grad, log, no_grad, primitive
from autograd.modes import Mode, mode, open_blocks
from autograd.primitives import TABLE


@pytest.fixture(autouse=True)
def _every_block_is_closed_after_a_test():
    yield
    left_open = list(open_blocks)
    open_blocks.clear()
    assert left_open == []
    assert mode() == Mode()


def is_recorded(y):
    return len(y.operands) > 0


def in_a_new_thread(work):
    """What `work` gives in a thread of its own."""
    found = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found[0]


# no_grad


def test_nothing_is_recorded_inside_and_the_numbers_are_the_same():
    x, w = Value(3.0), Value(-2.0)

    def everything():
        return [
            x * w,
            x + 1,
            2 - x,
            x / w,
            x**2,
            2**x,
            -x,
            abs(w),
            x.tanh(),
            w.relu(),
            log(x),
            x.maximum(w),
            dot([x, w], [w, x], x),
            dot([x, w], [1.0, 2.0]),
            sum([x, w]),
            TABLE["sum"]([x, w]),
            TABLE["clip"](x, 0.0, w),
        ]

    recorded = everything()
    with no_grad():
        unrecorded = everything()
    assert [v.data for v in unrecorded] == [v.data for v in recorded]
    assert all(map(is_recorded, recorded))
    assert not any(map(is_recorded, unrecorded))
    assert {type(v) for v in unrecorded} == {Value}


def test_recording_goes_on_after_the_block_and_no_gradient_passes_through_it():
    x = Value(3.0)
    with no_grad():
        constant = x * x
    y = constant * x
    y.backward()
    assert x.grad == 9.0


def test_blocks_inside_blocks_end_one_by_one():
    x = Value(3.0)
    with no_grad():
        with no_grad():
            assert not is_recorded(x * x)
        assert not is_recorded(x * x)
    assert is_recorded(x * x)


def test_one_block_object_may_be_entered_inside_itself_and_again_later():
    x, block = Value(3.0), no_grad()
    with block:
        with block:
            assert not is_recorded(x * x)
        assert not is_recorded(x * x)
    assert is_recorded(x * x)
    with block:
        assert not is_recorded(x * x)
    assert is_recorded(x * x)


def test_an_exception_ends_the_block_and_passes_through():
    x = Value(3.0)
    with pytest.raises(ZeroDivisionError), no_grad(), no_grad():
        raise ZeroDivisionError
    assert is_recorded(x * x)


def test_a_decorated_function_records_nothing_and_keeps_its_name():
    x = Value(3.0)

    @no_grad()
    def evaluate(depth):
        """The square."""
        return evaluate(depth - 1) if depth else x * x

    assert not is_recorded(evaluate(3))
    assert is_recorded(x * x)
    assert (evaluate.__name__, evaluate.__doc__) == ("evaluate", "The square.")


def test_a_decorator_refuses_what_runs_after_its_call_has_returned():
    def numbers():
        yield Value(1.0) * 2.0

    async def later():
        return Value(1.0) * 2.0

    async def numbers_later():
        yield Value(1.0) * 2.0

    for function in (numbers, later, numbers_later):
        with pytest.raises(
            TypeError, match=rf"the body of {function.__name__} runs after .* `with no_grad\(\):` inside"
        ):
            no_grad()(function)
        with pytest.raises(TypeError, match=r"write `with detect_anomaly\(\):` inside the body"):
            detect_anomaly()(function)


def test_a_decorated_function_that_raises_ends_its_block():
    @no_grad()
    def fail():
        raise KeyError("k")

    with pytest.raises(KeyError, match="k"):
        fail()
    assert is_recorded(Value(1.0) * 2.0)


def test_a_block_inside_a_generator_ends_with_it():
    x = Value(3.0)

    def numbers():
        with no_grad():
            for _ in range(3):
                yield x * x

    results = list(numbers())
    assert not any(map(is_recorded, results))
    assert is_recorded(x * x)


def test_a_generator_that_is_closed_early_ends_its_block():
    def numbers():
        with no_grad():
            yield Value(1.0) * 2.0

    generator = numbers()
    next(generator)
    generator.close()
    assert is_recorded(Value(1.0) * 2.0)


def test_blocks_of_generators_that_end_in_another_order_leave_nothing_behind():
    def numbers():
        with no_grad():
            yield
            yield

    def recorded_after_both():
        first, second = numbers(), numbers()
        next(first)
        next(second)
        first.close()
        second.close()
        with detect_anomaly():
            return is_recorded(Value(1.0) * 2.0)

    assert in_a_new_thread(recorded_after_both)


def test_a_block_that_begins_inside_a_derivative_and_ends_after_it_leaves_the_block_around_it_open():
    def numbers():
        with no_grad():
            yield 2.0

    def recorded_inside_and_after():
        generator = numbers()
        with no_grad():
            grad(lambda x: x * next(generator))(3.0)
            generator.close()
            inside = is_recorded(Value(1.0) * 2.0)
        return inside, is_recorded(Value(1.0) * 2.0)

    assert in_a_new_thread(recorded_inside_and_after) == (False, True)


def test_a_block_in_one_thread_does_not_reach_into_another():
    x = Value(3.0)
    with no_grad():
        assert is_recorded(in_a_new_thread(lambda: x * x))
        assert is_recorded(in_a_new_thread(lambda: dot([x], [x], x)))
        assert is_recorded(in_a_new_thread(lambda: x.tanh()))
        assert not is_recorded(x * x)


def test_threads_in_and_out_of_blocks_do_not_disturb_each_other():
    wrong = []
    start = threading.Barrier(8)

    def work(silent):
        x = Value(3.0)
        start.wait()
        for _ in range(300):
            if silent:
                with no_grad():
                    y = x * x + x.tanh()
            else:
                y = x * x + x.tanh()
            if is_recorded(y) == silent:
                wrong.append(silent)

    threads = [threading.Thread(target=work, args=(i % 2 == 0,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_one_block_object_may_serve_two_threads_at_once():
    block, both_inside, one_outside = no_grad(), threading.Barrier(2), threading.Event()
    recorded, failures = [], []

    def work(leaves_first):
        try:
            with block:
                both_inside.wait()
                if not leaves_first:
                    one_outside.wait()
        except ValueError as failure:
            failures.append(failure)
        one_outside.set()
        recorded.append(is_recorded(Value(1.0) * 2.0))

    threads = [threading.Thread(target=work, args=(leaves_first,)) for leaves_first in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (recorded, failures) == ([True, True], [])


def test_tasks_have_modes_of_their_own():
    async def silent():
        with no_grad():
            await asyncio.sleep(0)
            return is_recorded(Value(1.0) * 2.0)

    async def loud():
        await asyncio.sleep(0)
        return is_recorded(Value(1.0) * 2.0)

    async def both():
        return await asyncio.gather(silent(), loud(), silent())

    assert asyncio.run(both()) == [False, True, False]


def test_backward_inside_no_grad_walks_what_was_recorded_before():
    x = Value(3.0)
    y = x * x
    with no_grad():
        y.backward()
    assert x.grad == 6.0


def test_the_mode_says_which_blocks_are_open():
    assert (mode().recording, mode().watching) == (True, False)
    with no_grad(), detect_anomaly():
        assert (mode().recording, mode().watching) == (False, True)


# detect_anomaly


def line_below(lines=1):
    """This file, and the line so many below the one that asks."""
    return f"{__file__}:{inspect.currentframe().f_back.f_lineno + lines}"


def test_the_first_nan_is_told_with_operation_operands_labels_file_and_line():
    a, b = Value(-1.0, label="a"), Value(2.0)
    with detect_anomaly():
        inner = a * b
        place = line_below(2)
        with pytest.raises(FloatingPointError) as told:
            inner.log()
    assert str(told.value) == f"log gave nan for -2.0, at {place}"


def test_an_overflow_is_told_with_the_labels_of_its_operands():
    a, b = Value(1e200, label="mass"), Value(1e200, label="speed")
    with (
        detect_anomaly(),
        pytest.raises(FloatingPointError, match=r"^mul gave inf for mass=1e\+200, speed=1e\+200, at "),
    ):
        _ = a * b


def test_an_operation_without_a_recorder_of_its_own_is_watched_too():
    for operation in (
        lambda v: v.maximum(math.nan),
        lambda v: dot([v], [v], v),
        lambda v: dot([v, v], [1e200, math.inf]),
        lambda v: 1.0 / (v - v),
        lambda v: v**1000,
        lambda v: TABLE["sum"]([v, math.inf]),
    ):
        with (
            detect_anomaly(),
            pytest.raises(FloatingPointError, match=rf" gave (inf|nan) for .*{re.escape(__file__)}:\d+$"),
        ):
            operation(Value(1e300))


def test_of_many_operands_the_first_few_are_shown():
    values = [Value(1e308, label=f"v{i}") for i in range(50)]
    with detect_anomaly(), pytest.raises(FloatingPointError, match=r"v0=1e\+308, .* and 42 more, at ") as told:
        TABLE["sum"](values)
    assert "v8" not in str(told.value)


def test_a_gradient_that_becomes_infinite_is_told_with_the_line_that_recorded_it():
    x = Value(0.0, label="x")
    with detect_anomaly():
        place = line_below()
        root = x.sqrt()
        y = root * 2.0
        with pytest.raises(FloatingPointError) as told:
            y.backward()
    assert str(told.value) == (
        "the gradient of x=0.0 became inf: sqrt of x=0.0 has slope inf there, "
        f"times 2.0 from above; recorded at {place}"
    )


def test_a_gradient_that_becomes_nan_is_told_even_when_the_forward_pass_was_outside():
    x = Value(0.0)
    y = x.sqrt() * 0.0
    with (
        detect_anomaly(),
        pytest.raises(FloatingPointError, match=r"became nan: sqrt of 0\.0 .* put the forward pass inside too"),
    ):
        y.backward()


def test_an_infinite_gradient_in_an_n_ary_node_is_told():
    v, w = Value(1e300, label="v"), Value(1e300, label="w")
    with detect_anomaly():
        y = dot([v], [Value(1e-300)], w) * 1.0
        y = Value(1.0, (y,), (1e300,))
        y = Value(1.0, (y,), (1e10,))
        with pytest.raises(FloatingPointError, match=r"^the gradient of .* became inf: a value made by hand of "):
            y.backward()


def test_a_row_of_the_users_own_is_told_by_its_name():
    @primitive(lambda z, x: 1.0)
    def explode(x):
        return math.inf

    try:
        with detect_anomaly(), pytest.raises(FloatingPointError, match=r"^explode gave inf for 1\.0, at "):
            explode(Value(1.0))
    finally:
        del TABLE["explode"]
        del Value.explode


def test_watching_changes_no_number():
    def gradients():
        a, b = Value(0.3), Value(-1.7)
        y = (a * b + a.exp() / 3 - dot([a, b], [b, 2.0], a)).tanh() ** 3
        y.backward()
        return y.data, a.grad, b.grad

    unwatched = gradients()
    with detect_anomaly():
        assert gradients() == unwatched


def test_nothing_is_told_outside_of_the_block():
    with detect_anomaly():
        pass
    x = Value(-1.0)
    assert math.isnan(x.log().data)
    with detect_anomaly():
        assert math.isnan(in_a_new_thread(lambda: x.log().data))


def test_no_grad_inside_detect_anomaly_is_watched_and_not_recorded():
    x = Value(-1.0)
    with detect_anomaly(), no_grad():
        assert not is_recorded(x * x)
        with pytest.raises(FloatingPointError, match="log gave nan"):
            x.log()


def test_detect_anomaly_inside_no_grad_is_watched_and_not_recorded():
    x = Value(-1.0)
    with no_grad():
        with detect_anomaly():
            assert not is_recorded(x * x)
            with pytest.raises(FloatingPointError, match="log gave nan"):
                x.log()
        assert math.isnan(x.log().data)


def test_detect_anomaly_is_a_decorator_too():
    @detect_anomaly()
    def step(x):
        return x.log()

    assert step(Value(1.0)).data == 0.0
    with pytest.raises(FloatingPointError, match="log gave nan"):
        step(Value(-1.0))
