"""`LBFGS`: Newton's method with a curvature that is guessed from the last few steps, and a line search for each.

The letters: x are the numbers of the parameters, g their gradients, d the direction of a step and t how far it goes
along it; s and y are the changes of x and of g in one of the last steps. Nocedal and Wright, Numerical Optimization,
2006: algorithm 7.4 for the direction, 3.5 and 3.6 for the line search.
"""

import math
import sys
from collections.abc import Callable, Iterable
from typing import NamedTuple

from autograd.accurate import sum_in_order
from autograd.primitives import dot
from autograd.value import Value
from nn.checks import check_truth, whole_number
from nn.optim.optimizer import Optimizer

Vector = list[float]

LEAST_CURVATURE = 1e-10  # below, s and y say nothing about the curvature: PyTorch's bound, without a line search
EPSILON = sys.float_info.epsilon  # times y . y, the bound with one: it shrinks with the steps, near a minimum
ENOUGH_DESCENT = 1e-4  # the share of the descent that the slope promises, at least (Wolfe's first condition)
ENOUGH_FLATTENING = 0.9  # the share of the slope that may be left, at most (the second)
TRIALS = 25  # points that a line search looks at
WIDENING = 2.0


class Point(NamedTuple):
    """A place on the line of a search: how far along, the loss, and its slope along the line."""

    t: float
    loss: float
    slope: float

    @property
    def finite(self) -> bool:
        """Whether it says where to look next."""
        return math.isfinite(self.loss) and math.isfinite(self.slope)


class LBFGS(Optimizer):
    """Steps along the direction of Newton's method, guessed from the last `history` steps (Liu and Nocedal 1989).

    It looks at the loss several times for each step, so it is for full batches. With line_search=False every step
    after the first has the length lr, as in PyTorch without its line search.

    >>> x, y = Value(-1.0), Value(2.0)
    >>> optimizer = LBFGS([x, y])
    >>> for _ in range(40):
    ...     loss = optimizer.descend(lambda: (1.0 - x) ** 2 + 100.0 * (y - x * x) ** 2)
    >>> round(x.data, 9), round(y.data, 9)
    (1.0, 1.0)
    """

    def __init__(
        self, parameters: Iterable[Value], lr: float = 1.0, history: int = 10, line_search: bool = True
    ) -> None:
        super().__init__(parameters, lr)
        self.history = whole_number("history", history, least=1)
        check_truth("line_search", line_search)
        self.line_search = bool(line_search)
        count = len(self.parameters)
        self.s = [0.0] * (self.history * count)
        self.y = [0.0] * (self.history * count)
        self.remembered = 0
        self.last_move = [0.0] * count
        self.last_gradient = [0.0] * count

    def descend(self, loss: Callable[[], Value]) -> Value:
        """Take a step down a loss; gives the loss before it. The parameters keep the gradient before it, too."""
        value = self.looked_at(loss)
        g = [p.grad for p in self.parameters]
        self.steps += 1
        if self.steps > 1:
            self.learn(self.last_move, difference(g, self.last_gradient))
        d = self.direction(g)
        t = self.move_along(d, Point(0.0, value.data, dot(g, d)), loss)
        self.last_move, self.last_gradient = [t * x for x in d] if t else [0.0] * len(d), g
        return value

    def move_along(self, d: Vector, here: Point, loss: Callable[[], Value]) -> float:
        """Move the parameters along d; gives how far. They stay if d does not lead down, or the loss raises."""
        if not (here.finite and here.slope < 0.0):
            return 0.0
        g, start = [p.grad for p in self.parameters], [p.data for p in self.parameters]
        t = self.lr * min(1.0, 1.0 / sum_in_order(map(abs, g), 0.0)) if self.steps == 1 else self.lr

        def at(t: float) -> Point:
            self.put(start, d, t)
            there = self.looked_at(loss)
            return Point(t, there.data, dot([p.grad for p in self.parameters], d))

        reached = 0.0
        try:
            reached = strong_wolfe(at, here, t) if self.line_search else t
        finally:
            self.put(start, d, reached)
            for parameter, slope in zip(self.parameters, g, strict=True):
                parameter.grad = slope
        return reached

    def moved(self, i: int, p: float, g: float) -> float:
        self.steps -= 1  # none was taken
        raise TypeError("LBFGS looks at the loss itself: write optimizer.descend(loss), loss a function that gives it")

    def put(self, start: Vector, d: Vector, t: float) -> None:
        """Move the parameters to a place on the line from `start` along d."""
        for parameter, x, along in zip(self.parameters, start, d, strict=True):
            parameter.data = x + t * along

    def learn(self, s: Vector, y: Vector) -> None:
        """Remember a step, if it says something about the curvature; forget the oldest."""
        least = EPSILON * dot(y, y) if self.line_search else LEAST_CURVATURE
        if dot(s, y) > least:
            self.s = self.s[len(s) :] + s
            self.y = self.y[len(y) :] + y
            self.remembered = min(self.remembered + 1, self.history)

    def direction(self, g: Vector) -> Vector:
        """The gradient, turned and scaled by the guessed inverse of the curvature, downhill."""
        count, d = len(g), [-x for x in g]
        starts = range((self.history - self.remembered) * count, self.history * count, count)
        pairs = [(self.s[i : i + count], self.y[i : i + count]) for i in starts]
        shares = []
        for s, y in reversed(pairs):
            share = dot(s, d) / dot(s, y)
            d = [x - share * change for x, change in zip(d, y, strict=True)]
            shares.append(share)
        if pairs:
            s, y = pairs[-1]
            scale = dot(s, y) / dot(y, y)
            d = [scale * x for x in d]
        for (s, y), share in zip(pairs, reversed(shares), strict=True):
            rest = share - dot(y, d) / dot(s, y)
            d = [x + rest * change for x, change in zip(d, s, strict=True)]
        return d


def strong_wolfe(at: Callable[[float], Point], start: Point, t: float) -> float:
    """How far to go along a line so that the loss is enough lower, and its slope enough flatter, than at the start.

    When no such place is found in time, the lowest that was seen; 0.0, if none is lower than the start.

    >>> parabola = lambda t: Point(t, (t - 3.0) ** 2, 2.0 * (t - 3.0))
    >>> strong_wolfe(parabola, parabola(0.0), 10.0)
    3.0
    """
    low, seen = start, [start]
    for _ in range(TRIALS):
        here = at(t)
        seen.append(here)
        if not here.finite:
            t = (low.t + t) / 2.0
            continue
        if too_high(here, start) or (low is not start and here.loss >= low.loss):
            return zoom(at, start, low, here, seen)
        if abs(here.slope) <= -ENOUGH_FLATTENING * start.slope:
            return here.t
        if here.slope >= 0.0:
            return zoom(at, start, here, low, seen)
        low, t = here, WIDENING * t
    return lowest(seen)


def zoom(at: Callable[[float], Point], start: Point, low: Point, high: Point, seen: list[Point]) -> float:
    """The place that `strong_wolfe` looks for, between two places that have it between them."""
    while len(seen) <= TRIALS and low.t != high.t:
        here = at(between(low, high))
        seen.append(here)
        if not here.finite or too_high(here, start) or here.loss >= low.loss:
            high = here
            continue
        if abs(here.slope) <= -ENOUGH_FLATTENING * start.slope:
            return here.t
        if here.slope * (high.t - low.t) >= 0.0:
            high = low
        low = here
    return lowest(seen)


def too_high(here: Point, start: Point) -> bool:
    """Whether a place is not as much lower than the start as its slope promised."""
    return here.loss > start.loss + ENOUGH_DESCENT * here.t * start.slope


def lowest(seen: list[Point]) -> float:
    """The place of the lowest loss, of those with finite slopes."""
    return min((point for point in seen if point.finite), key=lambda point: point.loss).t


def between(low: Point, high: Point) -> float:
    """Where the cubic through two places is lowest, kept away from both; else halfway.

    >>> between(Point(0.0, 9.0, -6.0), Point(4.0, 1.0, 2.0))
    3.0
    """
    width = high.t - low.t
    middle = low.t + width / 2.0
    if width == 0.0 or not high.finite:
        return middle
    a = low.slope + high.slope - 3.0 * (high.loss - low.loss) / width
    square = a * a - low.slope * high.slope
    if square < 0.0:
        return middle
    root = math.copysign(math.sqrt(square), width)
    below = high.slope - low.slope + 2.0 * root
    if below == 0.0:
        return middle
    t = high.t - width * (high.slope + root - a) / below
    share = (t - low.t) / width
    return t if 0.1 <= share <= 0.9 else middle


def difference(x: Vector, y: Vector) -> Vector:
    """x - y, number by number."""
    return [a - b for a, b in zip(x, y, strict=True)]
