"""Row 1: the gradients of random graphs, against exact fractions and 300 bits.

Ours are also held, to the last bit, against the chain rule in doubles over the slopes that were recorded: a sum in
another order is within any allowance.
"""

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from mpmath import mp

from autograd import primitives as ops
from benchmarks.proof.effort import Effort, wrong
from benchmarks.proof.graphs.chain_rule import chained
from benchmarks.proof.graphs.drawings import RATIONAL_GRAPHS, RATIONAL_ROWS, SMOOTH_GRAPHS, SMOOTH_ROWS
from benchmarks.proof.graphs.engines import MICROGRAD_ROWS, OURS, TORCH_ROWS, Engine, is_finite_number, micrograd, torch
from benchmarks.proof.graphs.exact_graphs import (
    PRECISE,
    RATIONAL,
    Arithmetic,
    exact_graph,
    gradient_is_right,
    value_is_right,
)
from benchmarks.proof.graphs.recipes import Drawing, Recipe
from benchmarks.proof.graphs.recorded import recorded
from benchmarks.proof.own_rows import OWN_ROWS
from benchmarks.proof.ulps import PRECISION, VALUE_LIMIT
from benchmarks.report import Figure

GRAPHS = 20_000
PEERS_EVERY = 10  # graphs, a peer is given one


class Contest(NamedTuple):
    """An engine, the graphs it is given, and the arithmetic that judges it."""

    engine: Engine
    drawing: Drawing
    arithmetic: Arithmetic


OUR_CONTESTS = (Contest(OURS, RATIONAL_GRAPHS, RATIONAL), Contest(OURS, SMOOTH_GRAPHS, PRECISE))


def contests_of_peers() -> list[Contest]:
    """The peers that are installed, each on graphs that its operations can express."""
    found = []
    if (engine := micrograd()) is not None:
        rows = {row: RATIONAL_ROWS[row] for row in RATIONAL_ROWS if row.name in MICROGRAD_ROWS}
        graphs = RATIONAL_GRAPHS._replace(rows=rows | {ops.relu: SMOOTH_ROWS[ops.relu]})
        found.append(Contest(engine, graphs, RATIONAL))
    if (engine := torch()) is not None:
        rows = {row: SMOOTH_ROWS[row] for row in SMOOTH_ROWS if row.name in TORCH_ROWS}
        found.append(Contest(engine, SMOOTH_GRAPHS._replace(rows=rows), PRECISE))
    return found


class Found(NamedTuple):
    """What some of the cases gave: how often each row occurred, how many graphs each engine got, and which wrong."""

    rows: Counter[str]
    graphs: Counter[str]
    wrong: dict[str, list[str]]


def figures(effort: Effort) -> list[Figure]:
    """The figure of this row."""
    parts = effort.spread(examined, GRAPHS)
    rows = sum((part.rows for part in parts), Counter[str]())
    graphs = sum((part.graphs for part in parts), Counter[str]())
    found = {name: [one for part in parts for one in part.wrong.get(name, [])] for name in graphs}
    notes: dict[str, Any] = {
        "rows": f"{sum(rows[row.name] > 0 for row in OWN_ROWS)} of {len(OWN_ROWS)}, {sum(rows.values()):,} steps",
        "allowed error": f"64 epsilon x absolute adjoint of each gradient, {VALUE_LIMIT} ulp of each value",
    }
    for name in sorted(graphs.keys() - {OURS.name}):
        notes[name] = f"{len(found[name]):,} mismatches in {graphs[name]:,} graphs of its own operations"
    return [wrong("1 random graphs, benign inputs", "mismatches", found[OURS.name], graphs[OURS.name], GRAPHS, **notes)]


def examined(cases: Iterator[int]) -> Found:
    """What some cases gave: even ones are rational, odd ones are of all rows."""
    found = Found(Counter(), Counter(), {})
    peers = contests_of_peers()
    for case in cases:
        recipe = examine(OUR_CONTESTS[case % 2], case, found)
        found.rows.update(step.row.name for step in recipe.joined())
        if case % PEERS_EVERY == 0:
            for contest in peers:
                examine(contest, case, found)
    return found


def examine(contest: Contest, case: int, found: Found) -> Recipe:
    """The graph of a case, after it was added to what was found."""
    name = contest.engine.name
    recipe = contest.drawing.recipe(random.Random(case))
    found.graphs[name] += 1
    mismatch = first_mismatch(contest.engine, recipe, contest.arithmetic)
    if mismatch or (contest.engine is OURS and (mismatch := first_other_bits(recipe))):
        found.wrong.setdefault(name, []).append(f"case {case}: {mismatch}")
    return recipe


def first_other_bits(recipe: Recipe) -> str:
    """The first gradient of ours that is not, to the last bit, what its own slopes give in the promised order."""
    graph = recorded(recipe)
    for place, (got, wanted) in enumerate(zip(graph.gradients, chained(recipe, graph.slopes), strict=True)):
        if got != wanted:
            return f"the gradient of value {place} is {got!r}, in order {wanted!r}"
    return ""


def first_mismatch(engine: Engine, recipe: Recipe, arithmetic: Arithmetic) -> str:
    """The first value or gradient that an engine gets wrong in a graph, or what it raises; nothing if all is right."""
    try:
        run = engine.run(recipe)
    except Exception as error:  # whatever it is, it is no gradient
        return f"{type(error).__name__}: {error}"
    if not all(map(is_finite_number, (*run.numbers, *run.gradients))):
        return "a number that is not finite and real"
    with mp.workprec(PRECISION):
        exact = exact_graph(recipe, run.numbers, arithmetic)
        results = run.numbers[len(recipe.leaves) :]
        for step, got, value, terms in zip(recipe.joined(), results, exact.values, exact.terms, strict=True):
            if not value_is_right(got, value, terms):
                return f"{step.row} gives {got!r}, exactly {float(value)!r}"
        for got, slope, absolute in zip(run.gradients, exact.root.slope, exact.root.absolute, strict=True):
            if not gradient_is_right(got, slope, absolute):
                return f"a gradient is {got!r}, exactly {float(slope)!r}"
    return ""
