"""Row 2: random graphs of 0, -0, inf, nan and numbers without measure, against mpmath semantics and PyTorch.

A graph is right if each step is, at the operands it recorded, and if its gradient is to the last bit what the chain
rule gives in doubles over the recorded slopes. Together these say what every number in the graph has to be.
"""

import math
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from autograd import primitives as ops
from benchmarks.proof.effort import Effort, wrong
from benchmarks.proof.graphs.against_torch import TorchBeside
from benchmarks.proof.graphs.chain_rule import chained, same_number
from benchmarks.proof.graphs.drawings import EVERYWHERE, HOSTILE_GRAPHS, HOSTILE_ROWS
from benchmarks.proof.graphs.engines import MICROGRAD_ROWS, TORCH_ROWS, Engine, micrograd, torch
from benchmarks.proof.graphs.exact_graphs import ALLOWED
from benchmarks.proof.graphs.extended import expected
from benchmarks.proof.graphs.recipes import Drawing, Fixed, Recipe, at_place
from benchmarks.proof.graphs.recorded import mismatches, recorded
from benchmarks.proof.ulps import VALUE_LIMIT
from benchmarks.report import Figure

GRAPHS = 20_000
PEER_EVERY = 10  # graphs, micrograd is given one


def limited(names: frozenset[str]) -> Drawing:
    """Hostile graphs of the rows of these names alone."""
    return HOSTILE_GRAPHS._replace(rows={row: HOSTILE_ROWS[row] for row in HOSTILE_ROWS if row.name in names})


#: Every other graph is one that PyTorch can follow as a whole.
DRAWINGS = (HOSTILE_GRAPHS, limited(TORCH_ROWS))
OF_MICROGRAD = limited(frozenset(MICROGRAD_ROWS))
OF_MICROGRAD.rows[ops.power] = (EVERYWHERE, Fixed(*EVERYWHERE))  # an exponent is a constant there


class Found(NamedTuple):
    """What some cases gave: how much was compared, differences with a reason, ours and PyTorch's, and those without."""

    counts: Counter[str]
    ours: Counter[str]
    torch: Counter[str]
    unexplained: list[str]


def figures(effort: Effort) -> list[Figure]:
    """The figure of this row."""
    found = merged(effort.spread(examined, GRAPHS))
    counts = found.counts
    notes: dict[str, Any] = {"steps": counts["steps"]}
    notes |= {f"explained: {why}": count for why, count in found.ours.most_common()}
    if counts["torch steps"]:
        notes["torch"] = f"{counts['torch steps']:,} steps and {counts['torch graphs']:,} whole graphs compared"
        notes |= {f"torch differs: {why}": count for why, count in found.torch.most_common()}
    if counts["micrograd"]:
        notes["micrograd"] = (
            f"{counts['micrograd wrong']:,} of {counts['micrograd']:,} graphs of its own operations wrong"
        )
    name = "2 random graphs, hostile inputs"
    return [wrong(name, "unexplained", found.unexplained, counts["graphs"], GRAPHS, **notes)]


def merged(parts: list[Found]) -> Found:
    """What several processes found, as one."""
    whole = Found(Counter(), Counter(), Counter(), [])
    for part in parts:
        whole.counts.update(part.counts)
        whole.ours.update(part.ours)
        whole.torch.update(part.torch)
        whole.unexplained.extend(part.unexplained)
    return whole


def examined(cases: Iterator[int]) -> Found:
    """What some cases gave; of a graph, the first thing without a reason is enough."""
    found = Found(Counter(), Counter(), Counter(), [])
    engine, rival = torch(), micrograd()
    beside = TorchBeside(engine) if engine is not None else None
    for case in cases:
        if what := unexplained(DRAWINGS[case % 2].recipe(random.Random(case)), found, beside):
            found.unexplained.append(f"case {case}: {what}")
        if rival is not None and case % PEER_EVERY == 0:
            found.counts["micrograd"] += 1
            found.counts["micrograd wrong"] += not is_right(rival, OF_MICROGRAD.recipe(random.Random(case)))
    if beside is not None:
        found.torch.update(beside.reasons)
        found.counts.update({f"torch {what}": count for what, count in beside.counts.items()})
    return found


def unexplained(recipe: Recipe, found: Found, beside: TorchBeside | None) -> str:
    """The first thing in a graph that nothing explains, after all that is explained was counted."""
    graph = recorded(recipe)
    found.counts.update(graphs=1, steps=len(graph.slopes))
    differing = mismatches(recipe, graph)
    found.ours.update(mismatch.reason for mismatch in differing if mismatch.reason)
    of_torch = beside.compare(recipe, graph) if beside is not None else ""
    return next((mismatch.what for mismatch in differing if not mismatch.reason), of_torch)


# A peer, judged in the same way, but for the bits


def is_right(engine: Engine, recipe: Recipe) -> bool:
    """Whether each value is the exact one, and the gradient what the exact slopes give, up to rounding."""
    try:
        run = engine.run(recipe)
    except Exception:  # whatever it is, it is no gradient
        return False
    if any(isinstance(x, complex) for x in (*run.numbers, *run.gradients)):
        return False
    numbers = list(map(float, run.numbers))
    wanted = [expected(s.row.name, tuple(at_place(o, numbers) for o in s.operands)) for s in recipe.joined()]
    results = numbers[len(recipe.leaves) :]
    if not all(one.value.is_met(got, VALUE_LIMIT) for one, got in zip(wanted, results, strict=True)):
        return False
    slopes = [[float(slope.exact) for slope in one.slopes] for one in wanted]
    sizes = chained(recipe, [list(map(abs, each)) for each in slopes])
    return all(
        same_number(got, exact) or (math.isfinite(size) and abs(got - exact) <= float(ALLOWED) * size)
        for got, exact, size in zip(run.gradients, chained(recipe, slopes), sizes, strict=False)
    )
