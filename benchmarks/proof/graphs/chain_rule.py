"""The gradient of a graph by the chain rule in doubles, from slopes that are given: which bits it has.

The order is the one that the library promises: from the root back, each result before the operands it was made of,
as a walk finds them that visits operands from the first to the last. An operation of several operands passes its
gradient on from the first to the last, one of two from the last to the first. Every sum begins at 0.0.
"""

from collections.abc import Sequence

from autograd.primitives import flat
from benchmarks.proof.graphs.recipes import Recipe, Step


def chained(recipe: Recipe, slopes: Sequence[Sequence[float | None]]) -> list[float]:
    """How fast the root grows with each value, from the slopes of each step; None is that of a constant.

    >>> from autograd import primitives as ops
    >>> chained(Recipe([3.0], [Step(ops.mul, (0, 0))]), [[3.0, 3.0]])
    [6.0, 1.0]
    """
    leaves, steps = len(recipe.leaves), recipe.joined()
    gradients = [0.0] * (leaves + len(steps))
    gradients[-1] = 1.0
    for place in reversed(visited(recipe)):
        step = steps[place - leaves]
        edges = list(zip(flat(step.operands), slopes[place - leaves], strict=True))
        for operand, slope in reversed(edges) if is_of_two(step) else edges:
            if type(operand) is int and slope is not None:
                gradients[operand] += gradients[place] * slope
    return gradients


def is_of_two(step: Step) -> bool:
    """Whether a step has two operands, and neither is a sequence."""
    return len(step.operands) == 2 and not any(isinstance(operand, tuple) for operand in step.operands)


def visited(recipe: Recipe) -> list[int]:
    """The places of the results, each after those it is made of, operands from the first to the last."""
    leaves, steps = len(recipe.leaves), recipe.joined()
    order: list[int] = []

    def visit(place: int) -> None:
        if place >= leaves and place not in order:
            for operand in flat(steps[place - leaves].operands):
                if type(operand) is int:
                    visit(operand)
            order.append(place)

    visit(leaves + len(steps) - 1)
    return order


def same_number(x: float, y: float) -> bool:
    """Whether two gradients are the same; nan is nan, and a zero has no sign, as a sum that begins at 0.0 leaves none.

    >>> same_number(0.0, -0.0), same_number(float("nan"), float("nan")), same_number(1.0, 1.0000000000000002)
    (True, True, False)
    """
    return x == y or (x != x and y != y)
