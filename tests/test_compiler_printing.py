"""Printed programs: they say what they said before, and compute what the machine code computes."""

import math
import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import primitives as rows
from autograd.compiler.adjoint import differentiated
from autograd.compiler.families import Families
from autograd.compiler.kernel import Kernel
from autograd.compiler.lift import lift
from autograd.compiler.printing import source
from autograd.compiler.program import UNIFORM, Family, Given, Map, Piece, Program, Ref, Update
from autograd.compiler.recording import Recording
from autograd.compiler.symbols import Apply, At
from autograd.value import Value
from tests.compiler_networks import RECORDINGS

GOLDEN = Path(__file__).parent / "golden"
SAMPLES = (0, 1, 13)


@cache
def compiled(name: str) -> tuple[Recording, list[Kernel]]:
    """A recording, and its programs: for values, for all slopes and, where there is one output, for its slopes."""
    recording = RECORDINGS[name]()
    families = Families(recording)
    one = len(recording.outputs) == 1 and not recording.per_sample
    return recording, [families.values, families.all_slopes, *([families.slopes] if one else [])]


def flat(results: Any) -> list[float]:
    """All numbers of all results, those of a matrix column by column."""
    results = results if isinstance(results, tuple) else (results,)
    return np.concatenate([np.asarray(each, dtype=float).T.ravel() for each in results]).tolist()  # type: ignore[no-any-return]


def compared(recording: Recording, kernel: Kernel, samples: int) -> tuple[list[float], list[float]]:
    """What the printed and the compiled program give for inputs drawn at random."""
    rng = np.random.default_rng(samples)
    uniform = rng.normal(size=len(recording.arguments) + len(recording.captured))
    columns = [np.round(rng.normal(size=(samples, len(section.inputs))), 2) for section in recording.sections]
    seeds = rng.normal(size=len(recording.outputs))
    counts = [sum(section == s for section, _ in recording.per_sample) for s in range(len(columns))]
    sample_seeds = [rng.normal(size=(samples, count)) for count in counts]
    given = [f.given.what for f in kernel.program.families if f.given is not None]
    ordered = [seeds] * ("seeds" in given) + [each for each, count in zip(sample_seeds, counts, strict=True) if count]
    printed = source(kernel.program, recording).function()
    run = printed(uniform, *columns, *(ordered if "seeds" in given or "sample seeds" in given else []))
    native = kernel(uniform, columns, seeds, sample_seeds)
    per_sample = [each.T for each, count in zip(native.per_sample, counts, strict=True) if count]
    expected = [np.array(native.outputs), *per_sample]
    slopes = kernel.program.uniform_slopes, *kernel.program.column_slopes
    found = zip(slopes, (native.uniform_slopes, *native.column_slopes), strict=False)
    return flat(run), flat((*expected, *(each for family, each in found if family is not None)))


@pytest.mark.parametrize("samples", SAMPLES)
@pytest.mark.parametrize("name", RECORDINGS)
def test_a_printed_program_computes_what_the_compiled_one_does(name: str, samples: int) -> None:
    recording, kernels = compiled(name)
    for kernel in kernels:
        run, expected = compared(recording, kernel, samples)
        np.testing.assert_allclose(run, expected, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("name", ["moons", "softmax"])
def test_a_printed_program_is_the_text_that_it_was(name: str) -> None:
    recording = RECORDINGS[name]()
    program = differentiated(lift(recording), recording, seeded=False, columns=False)
    both = [source(lift(recording).program, recording, "loss"), source(program, recording, "loss_and_slopes")]
    text = "\n\n\n".join(map(str, both)) + "\n"
    golden = GOLDEN / f"{name}_printed.txt"
    if "VALUEGRAD_WRITE_GOLDEN" in os.environ:
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_layers_are_matrix_products_under_their_activation() -> None:
    recording = RECORDINGS["moons"]()
    lines = [line.partition("#")[0].strip() for line in source(lift(recording).program, recording).text.splitlines()]
    assert "z2 = h1 @ W2.T + b2" in lines
    assert "h2 = relu(z2)" in lines


def test_shared_filters_are_one_matrix_product() -> None:
    recording = RECORDINGS["convolution"]()
    text = source(Families(recording).slopes.program, recording).text
    assert "@ W1.T" in text
    assert "np.einsum" in text


def test_a_program_is_printed_without_what_no_result_needs() -> None:
    recording = RECORDINGS["softmax"]()
    lifted = lift(recording)
    families = len(lifted.program.families)
    forward, slopes = lifted.program, differentiated(lift(recording), recording, seeded=False, columns=False)
    assert len(source(forward, recording).text.splitlines()) < len(source(slopes, recording).text.splitlines())
    assert len(lifted.program.families) == families


def test_tables_are_printed_short_and_are_there_to_run() -> None:
    recording = RECORDINGS["convolution"]()
    printed = source(Families(recording).slopes.program, recording)
    assert "..." in printed.text
    tables = [table for name, table in printed.namespace.items() if name.startswith(("places", "constants"))]
    assert max(table.size for table in tables) > 6


def test_a_step_of_a_training_gives_what_goes_into_the_next_one() -> None:
    uniform, state = Family(UNIFORM, 3, given=Given("uniform")), Family(UNIFORM, 2, given=Given("state"))
    places, every = np.array([0, 2]), np.arange(2)
    difference = Map(Apply(rows.sub, (At(0), At(1))), (Ref(uniform, places), Ref(state, every)))
    moved = Family(UNIFORM, 2, [Piece(every, difference)])
    program = Program(
        [uniform, state, moved], [Ref(moved, np.array([1]))], [], updates=[Update(uniform, places, moved)]
    )
    recording = Recording((Value(0.0),) * 3, (), (), (), ())
    printed = source(program, recording, "step")
    assert "def step(p, state):" in printed.text
    given = np.array([1.0, 2.0, 3.0])
    result, following = printed.function()(given, np.array([0.25, 0.5]))
    assert result == 2.5
    assert following.tolist() == [0.75, 2.0, 2.5]
    assert given.tolist() == [1.0, 2.0, 3.0]


def test_numbers_that_differ_in_their_sign_alone_are_a_table() -> None:
    constants = Family(UNIFORM, 2, given=Given("constants", np.array([0.0, -0.0])))
    uniform = Family(UNIFORM, 2, given=Given("uniform"))
    every = np.arange(2)
    quotient = Map(Apply(rows.div, (At(0), At(1))), (Ref(uniform, every), Ref(constants, every)))
    made = Family(UNIFORM, 2, [Piece(every, quotient)])
    program = Program([constants, uniform, made], [Ref(made, np.array([k])) for k in range(2)], [])
    printed = source(program, Recording((Value(0.0),) * 2, (), (), (), ()))
    assert printed.function()(np.array([1.0, 1.0])).tolist() == [math.inf, -math.inf]
