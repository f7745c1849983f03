"""The proof of hostile labels: it holds, and its judges see what breaks out."""

import json

import pytest

from autograd import Value, draw
from autograd.drawing import svg
from autograd.drawing.picture import Picture
from autograd.drawing.sheet import Sheet
from benchmarks.proof.effort import Effort
from benchmarks.proof.labels import row as labels
from benchmarks.proof.labels.pages import page_faults
from benchmarks.proof.labels.row import SINKS
from benchmarks.proof.labels.sinks import active_in_svg, faults_by_dot, faults_of, illegible, tokens
from benchmarks.proof.labels.texts import COUNT, LABELS


def test_a_short_run_finds_nothing():
    (figure,) = labels.figures(Effort(share=0.002))
    assert figure.ours == 0.0
    assert figure.details["labels"] == labels.FEWEST


def test_there_are_two_hundred_labels_and_each_is_another():
    assert len(set(LABELS)) == COUNT == 200


#: Where a text is made harmless, and which judges have to see it when it is not.
GUARDS = [
    ("autograd.drawing.svg.escaped", {"SVG", "moving SVG"}),
    ("autograd.drawing.dot.literal", {"DOT"}),
    ("autograd.drawing.formulas.names.escaped", {"LaTeX", "explanation"}),
]


@pytest.mark.parametrize(("guard", "judges"), GUARDS)
def test_a_text_that_is_not_made_harmless_is_seen(guard: str, judges: set[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(guard, lambda text: text)
    for judge in judges:
        assert faults_of(SINKS[judge], "<script>\\def\\input{x}</script>") != []


def test_data_that_end_their_element_are_seen(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("autograd.drawing.stepping.page.embedded", json.dumps)
    assert faults_of(page_faults, "</script><script>alert(1)</script>") != []
    assert faults_of(page_faults, "a<b") != []


def test_a_label_that_is_shown_as_another_is_seen(monkeypatch: pytest.MonkeyPatch):
    """A guard that takes things away is no guard."""
    monkeypatch.setattr("autograd.drawing.lettering.escaped", lambda text: text.replace("<", ""))
    monkeypatch.setattr("autograd.drawing.dot.literal", lambda text: text.replace("\\", ""))
    monkeypatch.setattr("autograd.drawing.formulas.names.escaped", lambda text: r"\text{x}")
    assert faults_of(SINKS["SVG"], "a<b") == ["it is shown as ['ab']"]
    assert faults_of(SINKS["DOT"], "a\\b") == ["the source has the label 'ab'"]
    assert faults_of(SINKS["LaTeX"], "a<b") != []


@pytest.mark.parametrize("sink", SINKS)
def test_what_is_legible_is_not_asked_of_the_library(sink: str, monkeypatch: pytest.MonkeyPatch):
    """A character that its own table forgets turns round what follows, in every sink."""
    monkeypatch.setattr("autograd.drawing.picture.LEGIBLE", {})
    assert faults_of(SINKS[sink], "a\u202eb") != []
    assert list(illegible("two\u2028lines\x7f")) == ["it holds '\\u2028', '\\x7f'"]


def test_the_title_of_a_frame_is_among_what_is_looked_at(monkeypatch: pytest.MonkeyPatch):
    raw = svg.frames_text

    def unguarded(picture: Picture, sheet: Sheet) -> list[str]:
        return [part.replace("&lt;", "<") for part in raw(picture, sheet)]

    monkeypatch.setattr(svg, "frames_text", unguarded)
    assert faults_of(SINKS["SVG"], "a<b") != []


def test_an_error_is_a_fault(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("autograd.drawing.svg.escaped", lambda text: 1 / 0)
    assert faults_of(SINKS["SVG"], "a")[0].startswith("ZeroDivisionError: 'division by zero' in test_proof_labels.py")


def test_what_loads_or_runs_is_seen():
    drawn = draw(Value(1.0)).svg
    for active in ("<script/>", '<a href="x"/>', '<g onload="x"/>', "<style>@import 'x'</style>", "<image/>"):
        assert list(active_in_svg(drawn.replace("</svg>", f"{active}</svg>"), "it")) != []


def test_source_that_is_no_dot_is_an_error():
    assert tokens('digraph { n0 [label="a"] }') == ["digraph", "{", "n0", "[", "label", "=", "LABEL", "]", "}"]
    with pytest.raises(ValueError, match="not DOT"):
        tokens("digraph { <b> }")


@pytest.mark.skipif(not labels.READ_BY_DOT, reason="the program dot is not on this machine")
def test_what_dot_reads_as_something_else_is_seen():
    assert list(faults_by_dot('digraph { n0 [label="a"] }', ["a"])) == []
    for source in ("digraph { n0 [label=<<b>a</b>>] n1 }", 'digraph { n0 [label="\\N"] }', "digraph { n0 [label="):
        assert list(faults_by_dot(source, ["a"])) != []
    assert list(faults_by_dot('digraph { n0 [label="a" URL="x"] }', ["a"])) == ["dot shows a"]
