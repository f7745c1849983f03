"""The table of families: each on its line, with its place, its formula and its readers."""

from autograd.compiler.adjoint import differentiated
from autograd.compiler.families import Families
from autograd.compiler.lift import lift
from autograd.compiler.lowering import describe, lowered
from tests.compiler_networks import RECORDINGS


def test_a_layer_is_a_formula_of_its_places() -> None:
    lines = describe(lift(RECORDINGS["moons"]()).program).splitlines()
    (layer,) = (line for line in lines if "for k < 2)" in line)
    assert "f0[3i + 2] + sum(f0[3i + k] * f1[k] for k < 2)" in layer
    assert layer.split()[1:4] == ["batch", "0", "16"]


def test_slopes_of_weights_are_a_grid_over_samples() -> None:
    recording = RECORDINGS["moons"]()
    text = describe(differentiated(lift(recording), recording, seeded=False, columns=False))
    assert "17r + c + 48: over samples, " in text
    assert "for r < 16, c < 16" in text


def test_every_family_has_a_line_and_every_one_but_the_last_a_reader() -> None:
    for make in RECORDINGS.values():
        recording = make()
        program = Families(recording).all_slopes.program
        lines = [line for line in describe(program).splitlines()[1:] if line.startswith("f")]
        assert [line.split()[0] for line in lines] == [f"f{i}" for i in range(len(program.families))]
        readers = [line.rpartition("  ")[2] for line in lines]
        assert all(reader == "the caller" or reader[0] == "f" for reader in readers)


def test_what_was_lowered_prints_as_its_table_and_holds_the_text_of_its_code() -> None:
    recording = RECORDINGS["softmax"]()
    kernel = Families(recording).slopes
    found = lowered(kernel)
    assert repr(found) == describe(kernel.program)
    assert "define void" in found.llvm
    assert "fma.v" in found.llvm or "fmul <" in found.llvm
