"""The package as its users meet it: README, command line, imports, and the other project of the same name."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def run_python(
    *arguments: str, path: Path = ROOT, folder: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """What a fresh interpreter does in a folder, with the packages that are in `path`."""
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(path), **environment},
        cwd=folder or path,
        timeout=120,
    )


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_readme_has_its_two_commands_one_line_each() -> None:
    main, tests = blocks("bash")[:2]
    assert "python -m autograd demo" in main
    assert "pytest" in tests
    assert main.count("\n") == tests.count("\n") == 1


def test_a_newcomer_reads_at_most_15_lines_before_the_first_gradient() -> None:
    before, backward, _ = README.partition(".backward()")
    assert backward
    assert before.count("\n") <= 15


def test_the_python_of_the_readme_runs_and_prints_what_its_comments_say(tmp_path: Path) -> None:
    assert len(blocks("python")) >= 5
    for block in blocks("python"):
        expected = re.findall(r"# -> (.*)", block)
        done = run_python("-W", "error", "-c", block, folder=tmp_path)
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines() == expected


def test_the_version_of_the_package_is_that_of_the_distribution() -> None:
    version = re.search(r'^version = "(.*)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version is not None
    assert run_python("-c", "import autograd; print(autograd.__version__)").stdout.strip() == version[1]


def test_a_star_import_hides_no_builtin() -> None:
    done = run_python("-c", "from autograd import *; print(sum([1, 2]), max(1, 2), tanh(0.0), Value(2.0).exp().label)")
    assert done.stdout == "3 2 0.0 \n"


def test_what_draws_is_loaded_when_something_is_drawn() -> None:
    program = "import sys, autograd; print(*(name for name in sys.modules if name.startswith('autograd.drawing')))"
    doors = [f"drawing.{room}" for room in ("drawing", "animate", "explain", "latex", "stepper")] + ["drawing"]
    assert run_python("-c", program).stdout.split() == [f"autograd.{door}" for door in doors]


# The command line


def test_draw_writes_a_picture_and_prints_the_gradients(tmp_path: Path) -> None:
    target = tmp_path / "graph.svg"
    done = run_python("-m", "autograd", "draw", "tanh(a*b + c)", "a=2", "b=-3", "c=10", "-o", str(target))
    assert done.returncode == 0, done.stderr
    assert target.read_text().startswith("<svg")
    assert "gradient for a = -0.00402285" in done.stdout


@pytest.mark.parametrize(("file", "begins"), [("x.svg", "<svg"), ("x.html", "<!doctype html>"), ("x.dot", "digraph")])
def test_the_end_of_the_file_name_says_what_draw_writes(tmp_path: Path, file: str, begins: str) -> None:
    done = run_python("-m", "autograd", "draw", "a*a", "a=2", "-o", file, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / file).read_text().startswith(begins)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["tanh(a)", "-o", "x.svg"], "'a' has no number"),
        (["tanh(a)", "a=b"], "write for example a=2.5"),
        (["tanh(a)", "a=1", "a=2"], "'a' is given twice"),
        (["", "-o", "x.svg"], "not an expression"),
        (["dot(a, a)", "a=1"], "dot takes a sequence"),
        (["-a*2", "a=1"], "unrecognized arguments: -a*2"),
        (["__import__('os')", "a=1"], "not"),
        (["a", "a=1", "-o", "no/such/folder/x.svg"], "folder"),
        (["a", "a=1", "-o", "x.doc"], "x.doc"),
    ],
)
def test_draw_says_what_it_did_not_understand(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = run_python("-m", "autograd", "draw", *arguments, folder=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_draw_without_the_program_dot_says_so_in_one_line(tmp_path: Path) -> None:
    done = run_python("-m", "autograd", "draw", "a", "a=1", "-o", "x.png", folder=tmp_path, PATH="")
    assert done.returncode == 2
    assert re.fullmatch(r"python -m autograd draw: a \.png file needs the program dot .*\n", done.stderr)


def test_the_demo_without_scikit_learn_says_so_in_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    program = "import sys; sys.modules['sklearn'] = None; from autograd.__main__ import main; sys.exit(main(['demo']))"
    done = run_python("-c", program, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        'python -m autograd demo: the demo reads data that ships with scikit-learn: pip install "valuegrad[demo]"'
    ]
    assert list(tmp_path.iterdir()) == []


def test_the_demo_refuses_a_file_as_its_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("kept")
    done = run_python("-m", "autograd", "demo", folder=tmp_path)
    assert done.returncode == 2
    assert re.fullmatch(r"python -m autograd demo: .*exists.*'out'\n", done.stderr)
    assert (tmp_path / "out").read_text() == "kept"


def test_the_demo_draws_checks_and_trains(tmp_path: Path) -> None:
    done = run_python("-W", "error", "-m", "autograd", "demo", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "demo.json").read_text())
    for checked in results["expression"].values():
        assert checked["gradient"] == pytest.approx(checked["measured"], rel=1e-8)
    assert results["moons"]["losses"][0] == pytest.approx(0.8958441028683222, rel=1e-12)
    assert results["moons"]["accuracies"][0] == 0.5
    assert results["moons"]["accuracies"][-1] == 1.0
    assert results["digits"]["accuracy"] > 0.93
    assert results["expression"]["a"]["gradient"] == pytest.approx(-2.359343, abs=1e-6)  # as the README says
    assert {path.name for path in tmp_path.iterdir()} == {"demo.json", "expression.svg", "neuron.svg"}
    assert all(path.name in done.stdout for path in tmp_path.iterdir())
    assert "How ReLU was computed: 7 values" in (tmp_path / "neuron.svg").read_text()


# The other project that imports as autograd


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with both of our packages in it, as pip would lay them out."""
    for package in ("autograd", "nn"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def install_the_other(site: Path, over_ours: bool) -> None:
    (site / "autograd" / "differential_operators.py").write_text("def grad(f): ...\n")
    if over_ours:
        (site / "autograd" / "__init__.py").write_text("from .differential_operators import grad\n")


def test_alone_we_import_without_a_word(site: Path) -> None:
    done = run_python("-W", "error", "-c", "import autograd, nn", path=site)
    assert (done.returncode, done.stderr) == (0, "")


def test_installed_over_the_other_we_warn_in_one_sentence(site: Path) -> None:
    install_the_other(site, over_ours=False)
    done = run_python("-c", "import autograd", path=site)
    assert done.returncode == 0
    assert "the distributions 'autograd' (by HIPS) and 'valuegrad' are installed over each other" in done.stderr


def test_overwritten_by_the_other_nn_and_the_command_line_say_so(site: Path) -> None:
    install_the_other(site, over_ours=True)
    says_what_to_do(site)


def test_left_in_pieces_by_uninstalling_the_other_nn_and_the_command_line_say_so(site: Path) -> None:
    (site / "autograd" / "__init__.py").unlink()  # it stood in the other's list of files too
    says_what_to_do(site)


def says_what_to_do(site: Path) -> None:
    for arguments in (["-c", "import nn"], ["-m", "autograd", "demo"]):
        done = run_python("-S", *arguments, path=site)  # without site-packages, where another valuegrad may be
        assert done.returncode != 0
        assert "pip uninstall -y autograd valuegrad" in done.stderr.splitlines()[-1]
