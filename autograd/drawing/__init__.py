"""Pictures of recorded graphs: `draw` with nothing but the standard library, `draw_dot` for Graphviz."""

from autograd.drawing.drawing import Drawing, draw, draw_dot

__all__ = ["Drawing", "draw", "draw_dot"]
