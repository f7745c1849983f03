"""The benchmark of training runs, its peers learn from the same samples, and what is promised is kept."""

import ast
import json
import random
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sklearn")

from benchmarks import training_descent, training_step
from benchmarks.training import PARTS, QUICK, Effort
from benchmarks.training_digits import lenet_model, moved, split, with_copies, with_weights_of
from benchmarks.training_functions import peer_solves, solves
from tests.quick_runs import quick_run_of

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "training.jsonl"
PROMISES = [
    "corrupt files loaded, or model touched",
    "models lost by kill -9 during save",
    "training that was killed and resumed",
    "nn/ to read for one training step",
]


@pytest.fixture(scope="module")
def quick_run() -> Any:
    return quick_run_of("training")


@pytest.fixture(scope="module")
def figures(quick_run: Any) -> dict[str, Any]:
    return {figure["name"]: figure for figure in quick_run["figures"]}


def test_a_quick_run_measures_every_part(figures: dict[str, Any]) -> None:
    assert len(figures) > len(PARTS)
    for figure in figures.values():
        assert figure["ours"] is not None or figure["details"]["not measured"], figure


def test_a_run_names_neither_the_computer_nor_a_path(quick_run: Any) -> None:
    assert str(ROOT) not in json.dumps(quick_run)
    assert str(Path.home()) not in json.dumps(quick_run)


@pytest.mark.parametrize("name", PROMISES)
def test_a_promise_is_kept(figures: dict[str, Any], name: str) -> None:
    assert figures[name]["met"] is True, figures[name]


def test_every_recorded_line_holds_all_figures(figures: dict[str, Any]) -> None:
    for line in RESULTS.read_text(encoding="utf-8").splitlines():
        recorded = json.loads(line)
        assert datetime.fromisoformat(recorded["date"]).tzinfo is not None
        assert len(recorded["figures"]) >= len(figures)


def test_a_line_of_code_is_counted_once_and_its_docstring_is_not() -> None:
    tree = ast.parse('def f(x):\n    """Says.\n\n    >>> f(1)\n    """\n    # why\n    return g(\n        x,\n    )\n')
    assert len(training_step.lines_of(training_step.without_docstring(tree.body[0]))) == 4


def test_every_function_on_the_way_of_a_step_is_called_there() -> None:
    assert set(training_step.WAY) <= training_step.functions_that_run()


def test_xor_is_solved_by_both() -> None:
    assert solves(0, "tanh", 1)
    assert peer_solves(0)


def test_the_net_of_pytorch_gives_what_ours_gives() -> None:
    torch = pytest.importorskip("torch")
    model, (X, *_) = lenet_model(1, QUICK), split(1, QUICK)
    theirs = with_weights_of(model, torch)(torch.tensor(X[:3], dtype=torch.float64))
    for row, scores in zip(X[:3], theirs.tolist(), strict=True):
        assert [score.data for score in model(row)] == pytest.approx(scores, rel=1e-12)


def test_copies_keep_the_digit_and_lie_half_a_pixel_aside() -> None:
    image = [0.0] * 64
    image[8 * 3 + 4] = 1.0
    X, y = with_copies([image], [5])
    assert y == [5] * 5
    assert X[0] == image
    assert [[i for i, pixel in enumerate(copy) if pixel] for copy in X[1:]] == [[28, 29], [27, 28], [28, 36], [20, 28]]
    assert moved(image, 0, 1)[28] == 0.5


def test_what_is_held_out_is_in_no_copy() -> None:
    X, X_test, _, _ = split(0, Effort())
    learnt = set(map(tuple, X))
    assert sum(tuple(row) in learnt for row in X_test) == 0


def test_a_wave_belongs_to_the_valley_that_it_is_in() -> None:
    minima, wave = training_descent.bottoms(), training_descent.Wave(random.Random(1))
    wave.height.data, wave.turns.data = 1.45, 3.02
    assert training_descent.valley_of(wave, minima) == minima[0]
    wave.turns.data = 3.5
    assert training_descent.valley_of(wave, minima) is None
    assert len(minima) > 3
    assert minima[0].value < 1e-12 < 0.5 < minima[1].value
