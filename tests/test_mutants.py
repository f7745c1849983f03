"""The run that seeds defects: each applies, each changes what runs, and verdicts are what the tests say."""

import json
import subprocess
import sys
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from benchmarks import mutants
from benchmarks.defects import DEFECTS, Defect
from benchmarks.mutants import Verdict

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "mutants.jsonl"
EVERY = [defect for defects in DEFECTS.values() for defect in defects]


def what_runs(text: str) -> Any:
    """The compiled code of a file without its docstrings and line numbers."""

    def plain(code: CodeType) -> tuple[Any, ...]:
        constants = tuple(plain(c) if isinstance(c, CodeType) else repr(c) for c in code.co_consts)
        return code.co_code, code.co_names, code.co_varnames, code.co_freevars, constants

    return plain(compile(text, "defect", "exec", optimize=2, dont_inherit=True))


@pytest.mark.parametrize("defect", EVERY, ids=lambda defect: defect.breaks)
def test_every_defect_applies_in_one_place_and_changes_what_runs(defect: Defect) -> None:
    text = (ROOT / defect.file).read_text(encoding="utf-8")
    assert what_runs(mutants.with_defect(text, defect)) != what_runs(text)


def test_no_defect_is_listed_twice() -> None:
    assert len({defect.breaks for defect in EVERY}) == len(EVERY) >= 40
    assert len({(defect.file, defect.original, defect.replacement) for defect in EVERY}) == len(EVERY)


def test_a_defect_whose_place_is_gone_is_reported() -> None:
    with pytest.raises(ValueError, match="0 times: bring benchmarks/defects"):
        mutants.with_defect("return x", Defect("sum.py", "x + y", "x - y", "adding subtracts"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    original = tmp_path / "original"
    (original / "tests").mkdir(parents=True)
    (original / "sums.py").write_text("def add(x, y):\n    return x + y\n\n\ndef unused():\n    return 1\n")
    near = "from sums import add\n\n\ndef test_adding_a_zero():\n    assert add(2, 0) == 2\n"
    far = "from sums import add\n\n\ndef test_adding():\n    assert add(2, 3) == 5\n"
    (original / "tests" / "test_sums.py").write_text(near)
    (original / "tests" / "test_others.py").write_text(far)
    (original / "tests" / "test_mutants.py").write_text("def test_that_fails():\n    assert False\n")
    return original


@pytest.mark.parametrize(
    ("replacement", "test"),
    [
        ("x + y + 1", "tests/test_sums.py::test_adding_a_zero"),
        ("x - y", "tests/test_others.py::test_adding"),
        ("y + x", ""),
    ],
)
def test_a_defect_is_caught_by_a_test_that_fails_and_survives_otherwise(
    project: Path, replacement: str, test: str
) -> None:
    verdict = mutants.verdict_on(project, "sums", Defect("sums.py", "x + y", replacement, "adding goes wrong"))
    assert verdict.test == test
    assert ("SURVIVED" in str(verdict)) == (not test)
    assert "x + y" in (project / "sums.py").read_text()


def test_a_defect_that_never_ends_is_caught_by_the_time_limit(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutants, "TIME_LIMIT", 2.0)
    endless = Defect("sums.py", "    return x + y", "    while True:\n        pass", "adding never ends")
    assert mutants.verdict_on(project, "sums", endless).test == "the time limit of 2 s"


def test_a_test_that_fails_without_a_defect_counts_for_nothing(project: Path) -> None:
    defect = Defect("sums.py", "x + y", "x - y", "adding subtracts")
    mutants.refuse_tests_that_fail_anyway([Verdict("sums", defect, "tests/test_others.py::test_adding", 1.0)], project)
    anyway = Verdict("sums", defect, "tests/test_broken.py::test_broken", 1.0)
    (project / "tests" / "test_broken.py").write_text("def test_broken():\n    assert False\n")
    with pytest.raises(SystemExit, match="test_broken fails without a defect, too"):
        mutants.refuse_tests_that_fail_anyway([anyway], project)


def test_survivors_are_counted_and_named() -> None:
    defects = [Defect("sums.py", "x + y", "x - y", name) for name in ("adding subtracts", "adding is off")]
    figure = mutants.share_caught([Verdict("sums", defects[0], "a test", 1.0), Verdict("sums", defects[1], "", 1.0)])
    assert (figure.ours, figure.met) == (50.0, False)
    assert figure.details == {"defects": 2, "sums": "1 of 2", "survived": ["adding is off"]}


def test_seeded_defects_of_the_library_are_caught_and_a_part_of_the_run_is_not_recorded() -> None:
    before = RESULTS.read_bytes() if RESULTS.exists() else None
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "mutants", "keeps the last path alone (autograd/transforms.py)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "caught by tests/test_transforms.py::" in done.stdout
    assert (RESULTS.read_bytes() if RESULTS.exists() else None) == before


def test_a_name_that_no_defect_has_is_refused() -> None:
    with pytest.raises(SystemExit, match="no defect has 'nonsense'"):
        mutants.run(mutants.argparse.Namespace(name="nonsense", jobs=1))


def test_the_last_recorded_run_caught_what_it_should() -> None:
    *_, last = RESULTS.read_text(encoding="utf-8").splitlines()
    (figure,) = json.loads(last)["figures"]
    assert figure["details"]["defects"] >= 40
    assert figure["met"] is True, figure["details"]["survived"]
