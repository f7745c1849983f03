"""Pictures of recorded graphs: `draw` with nothing but the standard library, `draw_dot` for Graphviz."""

from autograd.drawing.dot import draw_dot
from autograd.drawing.drawing import Drawing, draw

__all__ = ["Drawing", "draw", "draw_dot"]
