"""Pictures of recorded graphs: `draw` with nothing but the standard library, `draw_dot` for Graphviz; formulas too."""

from autograd.drawing.animate import animate
from autograd.drawing.drawing import Drawing, draw, draw_dot
from autograd.drawing.explain import Explanation, explain
from autograd.drawing.latex import Latex, latex
from autograd.drawing.stepper import Stepper, stepper

__all__ = [
    "Drawing",
    "Explanation",
    "Latex",
    "Stepper",
    "animate",
    "draw",
    "draw_dot",
    "explain",
    "latex",
    "stepper",
]
