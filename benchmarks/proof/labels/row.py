"""Row 9: hostile labels in everything that shows labels: none may do more than be shown."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from benchmarks.proof.effort import Effort, wrong
from benchmarks.proof.labels.pages import page_faults
from benchmarks.proof.labels.sinks import (
    Faults,
    dot_faults,
    explanation_faults,
    faults_of,
    latex_faults,
    moving_faults,
    naive_faults,
    read_faults,
    svg_faults,
)
from benchmarks.proof.labels.texts import COUNT, LABELS
from benchmarks.report import Figure

SINKS: dict[str, Callable[[str], Faults]] = {
    "SVG": svg_faults,
    "moving SVG": moving_faults,
    "DOT": dot_faults,
    "page": page_faults,
    "LaTeX": latex_faults,
    "explanation": explanation_faults,
}
READ_BY_DOT = {"DOT read by dot": read_faults} if shutil.which("dot") is not None else {}
FEWEST = 8  # labels of a short run
STRIDE = 37  # so that a few labels are some of every kind


class Found(NamedTuple):
    """How many labels were tried, the faults of ours, and how many labels the peer shows as something else."""

    labels: int
    ours: list[str]
    naive: int


def figures(effort: Effort) -> list[Figure]:
    """Labels that break out of a picture, a source, a page or a formula."""
    found = effort.spread(judged, max(COUNT, round(FEWEST / effort.share)))
    labels, sinks = sum(part.labels for part in found), [*SINKS, *READ_BY_DOT]
    notes: dict[str, Any] = {"labels": labels, "sinks": sinks}
    if READ_BY_DOT:
        notes["python-graphviz, labels shown as something else"] = sum(part.naive for part in found)
    else:
        notes["read by dot"] = "not measured: the program dot is not on this machine"
    faults = [fault for part in found for fault in part.ours]
    return [wrong("9 hostile labels", "break out", faults, labels * len(sinks), COUNT * len(sinks), **notes)]


def judged(cases: Iterator[int]) -> Found:
    """What the judges find wrong with some labels, and with what the Python package graphviz makes of them."""
    labels, naive, ours = 0, 0, list[str]()
    for case in cases:
        label = LABELS[case * STRIDE % COUNT]
        labels += 1
        for sink, judge in {**SINKS, **READ_BY_DOT}.items():
            if faults := faults_of(judge, label):
                ours.append(f"{sink}, {label[:24]!a}: {'; '.join(faults)}")
        naive += bool(READ_BY_DOT and faults_of(naive_faults, label))
    return Found(labels, ours, naive)
