"""Row 7 of the proof: the share of seeded defects that is caught falls with each that is not."""

from contextlib import nullcontext
from pathlib import Path

import pytest

from benchmarks import mutants
from benchmarks.defects import Defect
from benchmarks.proof import defects
from benchmarks.proof.effort import Effort

ADDING = "from sums import add\n\n\ndef test_adding():\n    assert add(2, 3) == 5\n"
NOTICED = Defect("sums.py", "x + y", "x - y", "adding subtracts")
EQUIVALENT = Defect("sums.py", "x + y", "y + x", "adding is turned round")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one function and its test, in the place of the repository; nothing is seeded yet."""
    folder = tmp_path / "original"
    (folder / "tests").mkdir(parents=True)
    (folder / "sums.py").write_text("def add(x, y):\n    return x + y\n")
    (folder / "tests" / "test_sums.py").write_text(ADDING)
    monkeypatch.setattr(mutants, "original", lambda: nullcontext(folder))
    return folder


def seed(monkeypatch: pytest.MonkeyPatch, *seeded: Defect) -> None:
    monkeypatch.setattr(mutants, "DEFECTS", {"sums": seeded})


def test_defects_that_survive_are_counted_and_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seed(monkeypatch, NOTICED, EQUIVALENT)
    (figure,) = defects.figures(Effort())
    assert (figure.ours, figure.met) == (50.0, False)
    assert figure.details == {"cases": "2 of 2", "sums": "1 of 2", "survived": ["adding is turned round"]}


def test_a_test_that_fails_without_a_defect_catches_none(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seed(monkeypatch, NOTICED)
    (project / "tests" / "test_sums.py").write_text(ADDING.replace("== 5", "== 6"))
    (figure,) = defects.figures(Effort())
    assert (figure.ours, figure.details["survived"]) == (0.0, ["adding subtracts"])


def test_a_short_run_seeds_a_defect_of_the_library_itself() -> None:
    (figure,) = defects.figures(Effort(share=0.002))
    assert figure.met is True, figure.details["survived"]
    assert figure.details["cases"].startswith("1 of ")
