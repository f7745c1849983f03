"""The benchmarks run, and the figures that no machine changes meet their targets; no timing is tested."""

import json
import os
import platform
import subprocess
import sys
from datetime import datetime
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

from benchmarks import gpt, moons, peers
from benchmarks.report import Figure, Target, table

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "eager.jsonl"
DETERMINISTIC = [
    "memory of y = y * x",
    "left to the collector by 1,000 graphs",
    "chain that backward() and freeing survive on a small stack",
    "distinct gradient bits over 3 processes",
]


def run_benchmarks(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def quick_run() -> str:
    before = RESULTS.read_bytes() if RESULTS.exists() else None
    text = run_benchmarks("eager", "--quick", "--json")
    assert (RESULTS.read_bytes() if RESULTS.exists() else None) == before, "a quick run is not recorded"
    return text


@pytest.fixture(scope="module")
def figures(quick_run: str) -> dict[str, Any]:
    return {figure["name"]: figure for figure in json.loads(quick_run)["figures"]}


def test_without_a_name_the_benchmarks_are_listed() -> None:
    assert "eager" in run_benchmarks()


def test_a_run_says_when_where_and_on_what_code_it_was(quick_run: str) -> None:
    line = json.loads(quick_run)
    assert datetime.fromisoformat(line["date"]).tzinfo is not None
    assert line["machine"]["processor"]
    assert line["machine"]["cores"] == os.cpu_count()
    assert platform.python_version() in line["machine"]["python"]
    assert line["peers"] == {"micrograd": "0.1.0"}


def test_a_run_names_neither_the_computer_nor_a_path(quick_run: str) -> None:
    assert str(ROOT) not in quick_run
    assert str(Path.home()) not in quick_run
    assert f'"{platform.node()}"' not in quick_run


def test_every_training_step_is_timed_beside_its_peer(figures: dict[str, Any]) -> None:
    steps = [figure for figure in figures.values() if figure["unit"] == "ms a step"]
    assert len(steps) == 6
    for figure in steps:
        assert figure["ours"] > 0.0
        assert figure["peer"] > 0.0
        assert figure["met"] is (figure["ratio"] >= float(figure["target"].removeprefix("ratio >= ")))


@pytest.mark.parametrize("name", DETERMINISTIC)
def test_a_figure_that_no_machine_changes_meets_its_target(figures: dict[str, Any], name: str) -> None:
    assert figures[name]["met"] is True, figures[name]


def test_the_import_loads_nothing_from_outside_the_standard_library(figures: dict[str, Any]) -> None:
    assert figures["import autograd, over bare Python"]["details"]["third-party modules loaded"] == []


def test_the_peers_are_measured_too(figures: dict[str, Any]) -> None:
    assert figures["left to the collector by 1,000 graphs"]["peer"] > 0
    assert figures["chain that backward() and freeing survive on a small stack"]["peer"] < sys.getrecursionlimit()
    assert figures["README until the first gradient"]["peer"] == 28


def test_every_recorded_line_holds_all_figures(figures: dict[str, Any]) -> None:
    for line in RESULTS.read_text(encoding="utf-8").splitlines():
        recorded = json.loads(line)
        assert datetime.fromisoformat(recorded["date"]).tzinfo is not None
        assert len(recorded["figures"]) >= len(figures)


def test_without_micrograd_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_installed(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(peers, "version", not_installed)
    with pytest.raises(SystemExit, match=r'pip install "valuegrad\[test\]"'):
        peers.micrograd_version()


@pytest.mark.parametrize("demo", [moons.demo, moons.written_out])
def test_the_demo_of_both_libraries_is_the_same_program(demo: Any) -> None:
    ours, theirs = demo(peers.OURS, count=20), demo(peers.MICROGRAD, count=20)
    assert [ours() for _ in range(3)] == pytest.approx([theirs() for _ in range(3)], rel=1e-12)


def test_the_demo_starts_at_the_published_loss() -> None:
    pytest.importorskip("sklearn")
    assert moons.demo(peers.MICROGRAD)() == pytest.approx(0.8958441028683222, rel=1e-12)


def test_the_peer_of_microgpts_design_computes_the_same_gradients() -> None:
    gradients = []
    for library in (peers.OURS, peers.MICROGPT):
        x, y = (peers.value_class(library)(data) for data in (0.5, 2.0))
        result = ((x * y - x / y) ** 2 + (-x).exp() * y.log()).relu()
        result.backward()
        gradients += [[x.grad, y.grad]]
    assert gradients[0] == pytest.approx(gradients[1], rel=1e-12)


def test_a_step_of_microgpt_has_about_51_000_nodes_in_both() -> None:
    counts = [gpt.node_count(library) for library in (peers.OURS, peers.MICROGPT)]
    assert counts == pytest.approx([51_000, 51_000], rel=0.02)


def test_the_table_marks_what_misses_its_target() -> None:
    shown = table(
        [
            Figure("slow", "ms", 40.0, Target("ours", "at most", 30.0)),
            Figure("fast", "ms", 20.0, Target("ours", "at most", 30.0)),
            Figure("far", "ms", 2.0, Target("ratio", "at least", 2.0), peer_name="peer", peer=3.0, ratio=1.5),
            Figure("absent", "lines", None, Target("ours", "at most", 15.0), details={"not measured": "no README"}),
        ]
    )
    verdicts = {line.split()[0]: line.split()[-1] for line in shown.splitlines()}
    assert (verdicts["slow"], verdicts["fast"], verdicts["far"]) == ("MISSED", "yes", "MISSED")
    assert verdicts["absent"] == "measured"
    assert "no README" in shown
