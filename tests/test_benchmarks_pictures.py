"""The benchmark of pictures runs, and the figures that no machine changes meet their targets."""

import json
import shutil

import pytest

from benchmarks import pictures, report
from benchmarks.__main__ import main
from benchmarks.crossings import crossings


def test_a_quick_run_prints_its_figures_and_keeps_none(capsys: pytest.CaptureFixture[str]):
    path = report.RESULTS / "pictures.jsonl"
    before = path.read_bytes() if path.exists() else None
    main(["pictures", "--quick", "--json"])
    figures = {figure["name"]: figure for figure in json.loads(capsys.readouterr().out)["figures"]}
    assert figures["SVG of about 516 values, compact"]["met"]
    assert (path.read_bytes() if path.exists() else None) == before


@pytest.mark.skipif(shutil.which("dot") is None, reason="the program dot is not on this machine")
def test_edges_cross_hardly_more_often_than_in_the_picture_of_dot():
    assert pictures.edges_crossed("nn", pictures.CROSSED["nn"][0]).met
    assert pictures.edges_crossed("written out", pictures.CROSSED["written out"][1]).met


def test_crossings_are_counted_between_edges_that_share_no_box():
    cross = [[(0.0, 0.0), (2.0, 2.0)], [(0.0, 2.0), (2.0, 0.0)]]
    assert crossings(cross, [(0, 1), (2, 3)]) == 1
    assert crossings(cross, [(0, 1), (0, 3)]) == 0
    assert crossings([[(0.0, 0.0), (2.0, 0.0)], [(0.0, 1.0), (2.0, 1.0)]], [(0, 1), (2, 3)]) == 0
