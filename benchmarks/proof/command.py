"""The command line of the proof: which rows, how much of each, and where the figures go."""

import argparse
import importlib
import json

from benchmarks import report
from benchmarks.proof.effort import WHOLE, Effort
from benchmarks.report import Figure

#: The parts, with the rows of the table that each one fills.
PARTS = {
    "graphs": "random graphs against exact arithmetic",
    "hostile_graphs": "random graphs of 0, -0, inf, nan and numbers without measure",
    "conventions": "kinks and singular points",
    "accuracy": "the last digits of every value and slope",
    "second_order": "derivatives of derivatives",
    "compiled": "machine code against values",
    "defects": "seeded defects against the tests",
    "refusals": "bad inputs",
    "labels": "hostile labels in pictures",
    "files": "kills and damaged files",
    "depth": "long chains",
    "processes": "the same bits in every process",
    "memory": "growth over many steps",
    "threads": "many threads at once",
    "fuzzing": "readers against a coverage-guided fuzzer",
}
SHORT = Effort(share=0.002)  # what the tests run: seconds in all


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--json", action="store_true", help="print the line of the results file, not a table")
    parser.add_argument("--seconds", type=float, metavar="N", help="at most about N seconds, dealt out to the parts")
    parser.add_argument("--short", action="store_true", help="few cases of each row, as in the tests: under a minute")
    parser.add_argument("--only", choices=PARTS, nargs="+", metavar="part", help=f"some of: {', '.join(PARTS)}")


def run(arguments: argparse.Namespace) -> None:
    """Run the parts, print the table, and exit with 1 if a target is missed.

    Where every case was run, a dated line is appended to results/proof.jsonl.
    """
    parts = arguments.only or list(PARTS)
    effort = effort_of(arguments, len(parts))
    figures = [figure for part in parts for figure in figures_of(part, effort)]
    line = report.dated(figures, effort=vars(effort))
    print(json.dumps(line) if arguments.json else report.table(figures))
    if effort.share == 1.0 and effort.seconds is None:
        path = report.append(line, "proof")
        if not arguments.json:
            print(f"\nappended to {path.relative_to(report.ROOT)}")
    if any(figure.met is False for figure in figures):
        raise SystemExit(1)


def effort_of(arguments: argparse.Namespace, parts: int) -> Effort:
    """How much each of so many parts may do."""
    if arguments.short:
        return SHORT
    if arguments.seconds is None:
        return WHOLE
    if not arguments.seconds > 0.0:
        raise SystemExit(f"--seconds takes a number above 0, got {arguments.seconds:g}")
    return Effort(seconds=arguments.seconds / parts, processes=WHOLE.processes)


def figures_of(part: str, effort: Effort) -> list[Figure]:
    """The figures of one part, which is loaded now: some need packages that others do without."""
    figures: list[Figure] = importlib.import_module(f"benchmarks.proof.{part}").figures(effort)
    return figures
