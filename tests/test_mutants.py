"""Seeding defects: each applies, each changes what runs, and verdicts are what the tests say."""

from argparse import Namespace
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from benchmarks import mutants
from benchmarks.defects import DEFECTS, Defect
from benchmarks.mutants import Verdict

ROOT = Path(__file__).parent.parent
EVERY = [defect for defects in DEFECTS.values() for defect in defects]


@cache
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
    assert len({defect.breaks for defect in EVERY}) == len(EVERY) >= 100
    assert len({(defect.file, defect.original, defect.replacement) for defect in EVERY}) == len(EVERY)


def test_a_defect_whose_place_is_gone_is_reported() -> None:
    with pytest.raises(ValueError, match="0 times: bring benchmarks/defects"):
        mutants.with_defect("return x", Defect("sum.py", "x + y", "x - y", "adding subtracts"))


@pytest.mark.parametrize("file", sorted({defect.file for defect in EVERY}))
def test_the_tests_that_are_asked_first_are_there(file: str) -> None:
    assert [path for path in mutants.nearest_tests(file) if not (ROOT / path).exists()] == []


def test_no_file_has_nearest_tests_without_a_defect() -> None:
    assert mutants.NEAREST.keys() <= {defect.file for defect in EVERY}


def test_the_first_defects_are_one_of_each_group_and_all_come_once() -> None:
    dealt = mutants.dealt_out()
    assert [group for group, _ in dealt[: len(DEFECTS)]] == list(DEFECTS)
    assert sorted(defect for _, defect in dealt) == sorted(EVERY)


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


def test_tests_that_seed_defects_themselves_are_left_out(project: Path) -> None:
    (project / "tests" / "test_proof_defects.py").write_text("def test_that_fails():\n    assert False\n")
    assert mutants.failures(project, [], mutants.TIME_LIMIT) == []


def test_a_test_that_fails_without_a_defect_is_found(project: Path) -> None:
    defect = Defect("sums.py", "x + y", "x - y", "adding subtracts")
    seen = Verdict("sums", defect, "tests/test_others.py::test_adding", 1.0)
    assert mutants.failing_anyway([seen], project) == []
    anyway = seen._replace(test="tests/test_broken.py::test_broken[one]")
    (project / "tests" / "test_broken.py").write_text("def test_broken():\n    assert False\n")
    assert mutants.failing_anyway([seen, anyway], project) == ["tests/test_broken.py::test_broken"]


def test_the_command_names_the_test_that_caught_a_defect_and_fails_if_one_survives(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    defects = [Defect("sums.py", "x + y", "x - y", "adding subtracts"), Defect("sums.py", "x + y", "y + x", "as well")]
    monkeypatch.setattr(mutants, "DEFECTS", {"sums": defects})
    monkeypatch.setattr(mutants, "original", lambda: nullcontext(project))
    monkeypatch.setattr(mutants.os, "nice", lambda by: by, raising=False)
    with pytest.raises(SystemExit) as ended:
        mutants.run(Namespace(name="", jobs=2))
    assert ended.value.code == 1
    out = capsys.readouterr().out
    assert "caught by tests/test_others.py::test_adding" in out
    assert "1 of 2 caught" in out


def test_a_name_that_no_defect_has_is_refused() -> None:
    with pytest.raises(SystemExit, match="no defect has 'nonsense'"):
        mutants.run(Namespace(name="nonsense", jobs=1))
