"""What a compiled program costs: counted by hand for a known network, and measured where it is time or memory."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from autograd import dot, jit, mean, vmap
from autograd.compiler.cost import Cost, cost
from autograd.compiler.families import Families
from autograd.compiler.passes import NAMES, Passes
from autograd.compiler.program import UNIFORM
from autograd.compiler.recording import Recording
from autograd.compiler.work import work_of
from autograd.value import Value
from tests.compiler_networks import RECORDINGS

SIZES = (2, 16, 16, 1)  # of the network of the moons


@pytest.fixture(scope="module")
def moons() -> tuple[Cost, Cost]:
    """The costs of its values alone, and with their slopes."""
    recording = RECORDINGS["moons"]()
    families = Families(recording)
    return cost(recording, families.values), cost(recording, families.slopes)


def test_a_layer_is_two_operations_for_each_weight_and_one_for_each_activation(moons: tuple[Cost, Cost]) -> None:
    weights = sum(a * b for a, b in pairwise(SIZES))
    activations, margin, added_up = 2 * 16, 3, 1  # 1 - y * z under relu; the sum over samples
    values, _ = moons
    assert values.samples[0].flops == 2 * weights + activations + margin + added_up
    assert values.samples[0].functions == Counter()


def test_slopes_cost_about_twice_what_values_do(moons: tuple[Cost, Cost]) -> None:
    values, slopes = moons
    assert 1.5 < slopes.samples[0].flops / values.samples[0].flops - 1.0 < 2.5


def test_the_work_of_a_call_grows_with_the_batch(moons: tuple[Cost, Cost]) -> None:
    values, _ = moons
    assert values.flops(0) == values.per_call.flops
    assert values.flops(100) == values.per_call.flops + 100 * values.samples[0].flops


def test_functions_of_many_operations_are_counted_apart() -> None:
    recording = RECORDINGS["softmax"]()
    work = work_of(Families(recording).slopes.program)
    assert work[0].functions["tanh"] == 4
    assert work[0].functions["exp_difference"] == 2
    assert work[UNIFORM].functions == Counter()


def test_nodes_and_families_are_counted() -> None:
    x, y = Value(0.0), Value(0.0)
    recording = Recording((x, y), (), (), ((x * y + x).exp(),), ())
    found = cost(recording, Families(recording).values)
    assert found.nodes == 5
    assert found.families == Counter({UNIFORM: 2})


def test_every_pass_is_timed(moons: tuple[Cost, Cost]) -> None:
    values, slopes = moons
    assert [name for name in NAMES if name in slopes.seconds] == ["lift", "differentiate", "emit", "optimise", "link"]
    assert "differentiate" not in values.seconds
    assert all(0.0 < seconds < 10.0 for seconds in slopes.seconds.values())


def test_times_of_one_pass_add_up() -> None:
    passes = Passes({"lift": 1.0})
    with pytest.raises(ValueError, match="halfway"), passes("lift"):
        raise ValueError("halfway")
    assert 1.0 < passes.seconds["lift"] < 1.5


def test_bytes_are_those_of_the_memory_that_a_kernel_holds(moons: tuple[Cost, Cost]) -> None:
    recording = RECORDINGS["moons"]()
    kernel = Families(recording).slopes
    found = cost(recording, kernel).bytes
    kernel(np.zeros(len(recording.captured)), [np.zeros((5, 3))])
    scratch = kernel.machine.scratch()
    assert 0 <= scratch.uniform.nbytes - found.uniform < 1000
    assert 0 <= scratch.block.nbytes - found.block < 1000
    assert 1_000 < found.code < 100_000


def test_a_cost_prints_as_a_table(moons: tuple[Cost, Cost]) -> None:
    _, slopes = moons
    lines = str(slopes).splitlines()
    assert repr(slopes) == str(slopes)
    assert lines[0].split() == ["recorded", f"{slopes.nodes:,}", "nodes"]
    assert any(line.startswith("to optimise") and line.endswith("seconds") for line in lines)
    assert len({line.index(" bytes") for line in lines if line.endswith("bytes")}) == 1


def test_a_function_under_jit_says_what_values_and_slopes_cost_for_such_arguments() -> None:
    weights = [Value(0.5), Value(-0.25)]
    loss = jit(lambda X: mean(vmap(lambda row: dot(weights, row) ** 2.0)(X)))
    found = loss.cost(np.ones((3, 2)))
    recording = loss.recording(np.ones((3, 2)))
    values = cost(recording, Families(recording).values)
    assert found.nodes == values.nodes
    assert found.samples[0].flops > values.samples[0].flops > 0
