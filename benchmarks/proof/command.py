"""The command line of the proof: which rows, how much of each, and where the figures go."""

import argparse
import importlib
import math
from importlib.util import find_spec

from benchmarks import report
from benchmarks.proof.effort import WHOLE, Effort
from benchmarks.report import Figure, Target

#: The parts in the order of the table, with the room that has the figures of each.
PARTS = {
    "graphs": "graphs.benign",
    "hostile_graphs": "graphs.hostile",
    "conventions": "conventions.row",
    "accuracy": "accuracy.row",
    "second_order": "second_order",
    "compiled": "compiled.row",
    "defects": "defects",
    "refusals": "refusals.row",
    "labels": "labels.row",
    "files": "files.row",
    "depth": "depth.row",
    "processes": "processes",
    "memory": "memory",
    "threads": "threads",
    "fuzzing": "fuzzing.row",
}
MACHINE_CODE, EXACT = {"numpy": "fast", "llvmlite": "fast"}, {"mpmath": "test"}
#: The packages that a part does not do without, each with the extra that brings it.
NEEDED = {
    "graphs": EXACT,
    "hostile_graphs": EXACT,
    "conventions": MACHINE_CODE,
    "accuracy": EXACT | MACHINE_CODE,
    "second_order": EXACT | MACHINE_CODE,
    "compiled": MACHINE_CODE,
    "defects": {"pytest": "test", "hypothesis": "test"} | EXACT | MACHINE_CODE,
    "refusals": MACHINE_CODE,
    "files": {"numpy": "fast", "safetensors": "safetensors"},
    "depth": MACHINE_CODE,
    "processes": MACHINE_CODE,
    "memory": MACHINE_CODE,
    "threads": MACHINE_CODE,
}
SHORT = Effort(share=0.002)  # what the tests run: seconds in all


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--json", action="store_true", help="print the line of the results file, not a table")
    less = parser.add_mutually_exclusive_group()
    less.add_argument(
        "--seconds",
        type=float,
        metavar="N",
        help="stop after about N seconds, dealt out to the parts; each runs a case at least",
    )
    less.add_argument("--short", action="store_true", help="few cases of each row, as in the tests: under a minute")
    parser.add_argument("--only", choices=PARTS, nargs="+", metavar="part", help=f"some of: {', '.join(PARTS)}")


def run(arguments: argparse.Namespace) -> None:
    """Run the parts, print the table, and exit with 1 if a target is missed.

    Where every case was run, a dated line is appended to results/proof.jsonl.
    """
    parts = list(dict.fromkeys(arguments.only or PARTS))
    effort = effort_of(arguments, len(parts))
    figures = [figure for part in parts for figure in figures_of(part, effort)]
    line = report.dated(figures, effort=vars(effort))
    whole = effort.share == 1.0 and effort.seconds is None
    report.tell(figures, line, arguments.json, "proof" if whole else None)
    if any(figure.met is False for figure in figures):
        raise SystemExit(1)


def effort_of(arguments: argparse.Namespace, parts: int) -> Effort:
    """How much each of so many parts may do."""
    if arguments.short:
        return SHORT
    if arguments.seconds is None:
        return WHOLE
    if not 0.0 < arguments.seconds < math.inf:
        raise SystemExit(f"--seconds takes a finite number above 0, got {arguments.seconds:g}")
    return Effort(seconds=arguments.seconds / parts, processes=WHOLE.processes)


def figures_of(part: str, effort: Effort) -> list[Figure]:
    """The figures of one part, which is loaded now; no number, and why, where a package that it needs is missing."""
    for package, extra in NEEDED.get(part, {}).items():
        if find_spec(package) is None:
            name = f"{list(PARTS).index(part) + 1} {part.replace('_', ' ')}"
            missing = f'{package} is not installed: pip install "valuegrad[{extra}]"'
            return [Figure(name, "", None, Target("ours", "at most", 0.0), details={"not measured": missing})]
    figures: list[Figure] = importlib.import_module(f"benchmarks.proof.{PARTS[part]}").figures(effort)
    return figures
