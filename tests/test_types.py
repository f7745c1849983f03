"""The types that a user's type checker sees: those of the package as it is installed, with `py.typed` in both."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import autograd
import nn
from tests import client

CLIENT = Path(client.__file__)

#: Each has to say that it is happy, and to refuse the program with a mistake in it.
CHECKERS = {
    "mypy": [sys.executable, "-m", "mypy", "--strict"],
    "pyright": ["pyright", "--pythonpath", sys.executable],
}
MISTAKES = {
    "[y.data, a.grad,": "[y.data, a.gradient,",
    "number: float = autograd.relu(1.5)": "number: Value = autograd.relu(1.5)",
    "losses: list[float] = history.losses": "losses: list[str] = history.losses",
    "lr=0.05)\n    history": "learning=0.05)\n    history",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside of this repository, where mypy keeps what it knows of the library from test to test."""
    return tmp_path_factory.mktemp("client")


def said(checker: str, program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What a type checker says of a program in a folder."""
    if checker == "pyright" and shutil.which("pyright") is None:
        pytest.skip("pyright is not installed: pip install pyright")
    path = folder / "program.py"
    path.write_text(program, encoding="utf-8")
    (folder / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}', encoding="utf-8")
    return subprocess.run([*CHECKERS[checker], path.name], cwd=folder, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("checker", CHECKERS)
def test_a_typed_program_has_no_type_errors(checker: str, folder: Path) -> None:
    done = said(checker, CLIENT.read_text(encoding="utf-8"), folder)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("checker", CHECKERS)
def test_every_mistake_in_it_is_a_type_error(checker: str, folder: Path) -> None:
    program = CLIENT.read_text(encoding="utf-8")
    for right, wrong in MISTAKES.items():
        assert program.count(right) == 1
        program = program.replace(right, wrong)
    done = said(checker, program, folder)
    places = {line.split(":")[1] for line in done.stdout.splitlines() if "error" in line and "program.py:" in line}
    mistakes = {str(1 + program[: program.index(wrong)].count("\n")) for wrong in MISTAKES.values()}
    assert mistakes <= places, done.stdout + done.stderr


def test_the_program_runs(tmp_path: Path) -> None:
    second, number, relu, steep, saved = client.main(tmp_path)[3:8]
    assert (second, number, relu, steep, saved) == (2.0, 1.5, 0.0, 2.5, 1.0)


def test_both_packages_say_that_they_are_typed() -> None:
    for package in (autograd, nn):
        assert (Path(package.__file__).parent / "py.typed").exists()
