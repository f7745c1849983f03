"""The benchmark of microgpt's training runs, and trains the model that it is compared with; no timing is tested."""

import json
import math
import random

import pytest

from autograd import Value
from benchmarks import gpt, names, report
from benchmarks.__main__ import main


def model_of(seed: int) -> dict[str, list[list[Value]]]:
    return gpt.weights(Value, random.Random(seed))


def test_a_quick_run_prints_its_figure_and_keeps_none(capsys: pytest.CaptureFixture[str]) -> None:
    path = report.RESULTS / "names.jsonl"
    before = path.read_bytes() if path.exists() else None
    main(["names", "--quick", "--json"])
    (figure,) = json.loads(capsys.readouterr().out)["figures"]
    assert figure["ours"] > 0.0
    assert figure["peer"] > 0.0
    assert abs(figure["details"]["mean loss of the steps"] - math.log(gpt.VOCABULARY)) < 0.5
    assert (path.read_bytes() if path.exists() else None) == before


@pytest.mark.parametrize("name", ["al", "maria", "maximilianmarie"])
def test_the_form_for_the_compiler_has_the_loss_of_the_published_form(name: str) -> None:
    names.same_loss(name)


def test_programs_of_different_losses_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "loss_of", lambda model, row: Value(3.3))
    with pytest.raises(ArithmeticError, match="losses of maria"):
        names.same_loss("maria")


def test_both_forms_have_the_same_slopes() -> None:
    one, other = model_of(1), model_of(1)
    names.loss_of(one, names.row_of("ann")).backward()
    gpt.loss_of(other, "ann").backward()
    for matrix in one:
        slopes, expected = ([p.grad for row in model[matrix] for p in row] for model in (one, other))
        assert slopes == pytest.approx(expected, rel=1e-9, abs=1e-15), matrix


def test_no_place_sees_what_comes_after_it() -> None:
    one, other = (names.scores_of(model_of(1), row) for row in ([26, 3, 4, 5], [26, 3, 4, 6]))
    for place in range(3):
        assert [score.data for score in one[place]] == [score.data for score in other[place]]
    assert one[3][0].data != other[3][0].data


def test_every_name_fits_into_a_row() -> None:
    assert {len(names.row_of(name)) for name in names.names()} == {gpt.LONGEST + 1}
    assert all(name.isascii() and name.islower() for name in names.names())


def test_the_rate_falls_evenly_from_the_first_step_to_the_last() -> None:
    p = Value(0.0)
    optimizer = names.LinearDecay([p], total=4)
    moves = []
    for _ in range(4):
        p.grad, before = 1.0, p.data
        optimizer.step()
        moves.append(before - p.data)
    assert moves == pytest.approx([names.RATE * share for share in (1.0, 0.75, 0.5, 0.25)], rel=1e-6)
