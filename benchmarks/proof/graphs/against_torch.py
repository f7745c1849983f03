"""PyTorch on hostile graphs: every step at the recorded operands, and the whole graph; each difference has a reason."""

import math
from collections import Counter
from typing import Any

from autograd.primitives import Primitive, flat
from benchmarks.proof.graphs.chain_rule import chained, same_number
from benchmarks.proof.graphs.engines import TORCH_ROWS, Engine, Run
from benchmarks.proof.graphs.exact_graphs import ALLOWED
from benchmarks.proof.graphs.extended import expected
from benchmarks.proof.graphs.recipes import Recipe, Step
from benchmarks.proof.graphs.recorded import Recorded
from benchmarks.proof.graphs.torch_differences import has_extreme_square, reason

LIMIT = 8.0  # units of the last place: what PyTorch is held to before a difference needs a reason
A_STEP = "one of its steps differs"
ZERO_TIMES_INFINITY = "0 times an infinity or nan, which a branch not taken, a step or a quotient leaves out"
ANOTHER_ROUNDING = "a value rounded otherwise on the way"
ANOTHER_ORDER = "numbers beyond 1e150, or below its inverse, multiplied in another order"


class TorchBeside:
    """What was found while PyTorch went along: how much was compared, and the differences by reason."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.counts: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.known: dict[str, str | None] = {}

    def compare(self, recipe: Recipe, recorded: Recorded) -> str:
        """The first difference in a graph that has no reason; empty if there is none."""
        steps_agree = True
        for step, operands in zip(recipe.joined(), recorded.operands, strict=True):
            if step.row.name in TORCH_ROWS:
                self.counts["steps"] += 1
                why = self.step(step.row, operands)
                if why == "":
                    return f"torch differs in {step.row}{operands}"
                if why is not None:
                    self.reasons[why] += 1
                    steps_agree = False
        if all(step.row.name in TORCH_ROWS for step in recipe.joined()):
            self.counts["graphs"] += 1
            return self.whole(recipe, recorded, steps_agree)
        return ""

    def step(self, row: Primitive, operands: tuple[Any, ...]) -> str | None:
        """Why PyTorch differs in one step; None if it does not, empty if there is no reason."""
        key = f"{row}{operands}"
        if key not in self.known:
            wanted, got = expected(row.name, operands), self.engine.run(alone(row, operands))
            agrees = wanted.value.is_met(got.numbers[-1], LIMIT) and all(
                slope.is_met(gradient, LIMIT) for slope, gradient in zip(wanted.slopes, got.gradients, strict=True)
            )
            self.known[key] = None if agrees else reason(row.name, operands)
        return self.known[key]

    def whole(self, recipe: Recipe, recorded: Recorded, steps_agree: bool) -> str:
        """The same for the gradient of a whole graph."""
        run = self.engine.run(recipe)
        ours = recorded.gradients[: len(recipe.leaves)]
        sizes = chained(recipe, [[None if s is None else abs(s) for s in slopes] for slopes in recorded.slopes])
        if all(map(close, ours, run.gradients, sizes)):
            return ""
        why = A_STEP if not steps_agree else reason_of_whole(recipe, recorded, run)
        if not why:
            return f"torch has the gradient {run.gradients}, ours is {ours}"
        self.reasons[f"whole graph: {why}"] += 1
        return ""


def alone(row: Primitive, operands: tuple[Any, ...]) -> Recipe:
    """One operation on leaves.

    >>> from autograd import primitives as ops
    >>> alone(ops.sum, ((2.0, 3.0),)).steps[0].operands
    ((0, 1),)
    """
    leaves = list(flat(operands))
    places = iter(range(len(leaves)))
    placed = (tuple(next(places) for _ in o) if isinstance(o, tuple) else next(places) for o in operands)
    return Recipe(leaves, [Step(row, tuple(placed))])


def close(x: float, y: float, size: float) -> bool:
    """Whether two gradients are the same, but for the rounding of sums of this size in another order."""
    return same_number(x, y) or (math.isfinite(size) and abs(x - y) <= float(ALLOWED) * size)


def reason_of_whole(recipe: Recipe, recorded: Recorded, run: Run) -> str:
    """Why a gradient differs although each step agrees: something is multiplied, left out or rounded otherwise."""
    results = recorded.gradients[len(recipe.leaves) :]
    pairs = [(grad, slope) for grad, slopes in zip(results, recorded.slopes, strict=True) for slope in slopes]
    if any(slope is not None and is_zero_times_infinity(grad, slope) for grad, slope in pairs):
        return ZERO_TIMES_INFINITY
    if not all(map(same_number, recorded.numbers, run.numbers)):
        return ANOTHER_ROUNDING
    return ANOTHER_ORDER if has_extreme_square([*recorded.numbers, *recorded.gradients]) else ""


def is_zero_times_infinity(x: float, y: float) -> bool:
    """Whether a product is nan, or is one of nan, because of a zero.

    >>> is_zero_times_infinity(0.0, math.inf), is_zero_times_infinity(2.0, math.inf)
    (True, False)
    """
    return (x == 0.0 and not math.isfinite(y)) or (y == 0.0 and not math.isfinite(x))
