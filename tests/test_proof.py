"""The short version of `python -m benchmarks proof`: every row of its table, with fewer cases, and its command line."""

import json
import re
from typing import Any

import pytest

from benchmarks import report
from benchmarks.__main__ import main
from benchmarks.proof import command
from benchmarks.proof.command import PARTS, SHORT, figures_of
from benchmarks.proof.effort import Effort, wrong
from benchmarks.report import Figure, Target

ROWS = 15


@pytest.mark.parametrize("part", PARTS)
def test_every_target_is_met_by_the_short_version(part: str) -> None:
    figures = figures_of(part, SHORT)
    assert figures
    for figure in figures:
        assert figure.met or "not measured" in figure.details, report.table([figure])


def test_the_parts_are_the_rows_of_one_table() -> None:
    assert len(PARTS) == ROWS


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> dict[str, Figure]:
    """A proof of two rows that may be changed, and that keeps its results elsewhere."""
    rows = {part: wrong(part, "mismatches", [], 10, 10) for part in ("graphs", "labels")}
    monkeypatch.setattr(command, "PARTS", dict.fromkeys(rows, ""))
    monkeypatch.setattr(command, "figures_of", lambda part, effort: [rows[part]])
    monkeypatch.setattr(report, "ROOT", tmp_path)
    monkeypatch.setattr(report, "RESULTS", tmp_path / "results")
    return rows


def test_a_whole_run_is_kept_and_a_shorter_one_is_not(
    rows: dict[str, Figure], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["proof", "--short"])
    main(["proof", "--seconds", "4"])
    assert not report.RESULTS.exists()
    main(["proof", "--json"])
    kept = (report.RESULTS / "proof.jsonl").read_text(encoding="utf-8")
    assert json.loads(kept) == json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [figure["met"] for figure in json.loads(kept)["figures"]] == [True, True]


def test_a_missed_target_is_shown_and_is_the_exit_code(
    rows: dict[str, Figure], capsys: pytest.CaptureFixture[str]
) -> None:
    rows["labels"] = wrong("labels", "mismatches", ["case 3", "case 8"], 10, 10)
    with pytest.raises(SystemExit, match="1"):
        main(["proof", "--short"])
    said = capsys.readouterr().out
    assert "MISSED" in said
    assert "first: case 3; case 8" in said


def test_a_row_that_cannot_be_measured_here_is_named_and_misses_nothing(
    rows: dict[str, Figure], capsys: pytest.CaptureFixture[str]
) -> None:
    rows["labels"] = Figure("labels", "crashes", None, Target("ours", "at most", 0.0))
    main(["proof", "--only", "labels", "--short"])
    assert "not measured" in capsys.readouterr().out


def test_figures_that_no_file_can_hold_are_shown_all_the_same(
    rows: dict[str, Figure], capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    (tmp_path / "results").write_text("a file where the folder is to be", encoding="utf-8")
    with pytest.raises(SystemExit, match="the figures are above, and could not be kept in a file"):
        main(["proof", "--json"])
    assert len(json.loads(capsys.readouterr().out)["figures"]) == len(rows)


@pytest.mark.parametrize("part", command.NEEDED)
def test_a_part_without_a_package_that_it_needs_says_which_extra_brings_it(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda package: None)
    (figure,) = figures_of(part, SHORT)
    assert figure.met is None
    assert re.search(r'is not installed: pip install "valuegrad\[\w+\]"', figure.details["not measured"])


@pytest.mark.parametrize(
    "words",
    [
        ["--seconds", "0"],
        ["--seconds", "nan"],
        ["--seconds", "inf"],
        ["--short", "--seconds", "9"],
        ["--only", "everything"],
    ],
)
def test_a_command_that_means_nothing_is_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(["proof", *words])


def test_seconds_cut_a_row_off_and_a_share_makes_it_smaller() -> None:
    assert list(Effort(seconds=0.0).cases(100)) == [0]
    assert list(Effort(share=0.05).cases(100)) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_cases_are_dealt_out_to_processes_and_each_is_run_once(processes: int) -> None:
    assert sorted(case for dealt in Effort(processes=processes).spread(list, 7) for case in dealt) == [*range(7)]
