"""Random graphs: how they are drawn, followed by engines, and judged by exact arithmetic."""
