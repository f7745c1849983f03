"""Row 7: seeded defects that our own tests notice, one at a time, in copies of the repository.

The defects are those of `benchmarks/defects/`, in turn of each group; `python -m benchmarks mutants NAME` looks at
single ones.
"""

from collections.abc import Iterable

from benchmarks import mutants
from benchmarks.mutants import Verdict
from benchmarks.proof.effort import Effort
from benchmarks.report import Figure, Target

LEAST = 97.0  # percent of the defects


def figures(effort: Effort) -> list[Figure]:
    """The share of the defects that is caught, with what survived by name."""
    full = len(mutants.dealt_out())
    verdicts = [verdict for share in effort.spread(verdicts_on, full) for verdict in share]
    return [share_caught(verdicts, full)]


def verdicts_on(cases: Iterable[int]) -> list[Verdict]:
    """What the tests say to these defects; a test that fails without any defect has noticed none."""
    defects = mutants.dealt_out()
    with mutants.original() as copy:
        verdicts = [mutants.verdict_on(copy, *defects[case]) for case in cases]
        failing = mutants.failing_anyway(verdicts, copy)
    return [v._replace(test="") if mutants.without_parameters(v.test) in failing else v for v in verdicts]


def share_caught(verdicts: list[Verdict], full: int) -> Figure:
    """The figure: percent of the defects that were seeded, the counts of each group, and the survivors."""
    groups = dict.fromkeys(sorted(verdict.group for verdict in verdicts))
    caught = {group: [bool(verdict.test) for verdict in verdicts if verdict.group == group] for group in groups}
    return Figure(
        "7 seeded defects that the tests catch",
        "%",
        ours=100.0 * sum(map(sum, caught.values())) / len(verdicts),
        target=Target("ours", "at least", LEAST),
        details={
            "cases": f"{len(verdicts):,} of {full:,}",
            **{group: f"{sum(noticed)} of {len(noticed)}" for group, noticed in caught.items()},
            "survived": [verdict.defect.breaks for verdict in verdicts if not verdict.test],
        },
    )
