"""An explanation of a gradient as LaTeX: the sum over paths, written out."""

from autograd.drawing.formulas.derivation import aligned
from autograd.drawing.formulas.formula import decimal
from autograd.drawing.formulas.found import Found
from autograd.drawing.formulas.paths import Step, Steps
from autograd.drawing.formulas.telling import FIRST_STEPS, LAST_STEPS, MOST_STEPS, paths_counted
from autograd.drawing.formulas.templates import bracketed


def formula(found: Found) -> str:
    """The explanation as LaTeX: a line for each path, below each slope its number."""
    root, leaf = found.graph.name(len(found.graph.nodes) - 1).latex, found.leaf_name.latex
    left = rf"\frac{{\partial {root}}}{{\partial {leaf}}}"
    if not found.paths or found.routes == [[]]:
        return f"{left} = {decimal(found.gradient or 0.0)}"
    lines = []
    for place, (steps, path) in enumerate(zip(found.routes, found.paths, strict=True)):
        sign = f"{left} &= " if place == 0 else r"&\quad {} + "
        number = "?" if path.product is None else decimal(path.product)
        lines.append(rf"{sign}{product_of(found, steps)} && \text{{adds }} {{{number}}} && {way_of(found, steps)}")
    if found.path_count > len(found.routes):
        rest = "?" if found.rest is None else decimal(found.rest)
        others = paths_in_latex(found.path_count - len(found.routes))
        lines.append(rf"&\quad {{}} + {bracketed(rest) if rest.startswith('-') else rest} && && {others}")
    result = r"\text{known only to a rule made by hand}" if found.gradient is None else decimal(found.gradient)
    return aligned([*lines, f"&= {result}"])


def product_of(found: Found, steps: Steps) -> str:
    """The slopes along a path, from the leaf up, each above its number."""
    factors = []
    for step in cut(steps):
        if step is None:
            factors.append(r"\ldots")
            continue
        slope = found.graph.slope(step.result, step.link.slot).text
        number = "?" if step.link.slope is None else decimal(step.link.slope)
        factors.append(slope_over_number(slope, number))
    return r" \cdot ".join(factors)


def slope_over_number(slope: str, number: str) -> str:
    """A slope above its number; once where that is all there is."""
    if slope == number:
        return bracketed(slope) if slope.startswith("-") else slope
    return rf"\underbrace{{{slope}}}_{{{number}}}"


def way_of(found: Found, steps: Steps) -> str:
    """The values on a path with arrows between them."""
    names = [r"\cdots" if step is None else found.graph.name(step.result).latex for step in cut(steps)]
    return r" \to ".join([found.leaf_name.latex, *names])


def cut(steps: Steps) -> list[Step | None]:
    """The steps of a path from the leaf up; of a long one the first and the last, with None between."""
    upwards = steps[::-1]
    return [*upwards] if len(steps) <= MOST_STEPS else [*upwards[:FIRST_STEPS], None, *upwards[-LAST_STEPS:]]


def paths_in_latex(count: int) -> str:
    """What the paths that are not written are called."""
    return rf"\text{{{paths_counted(count).replace('^', ' to the ')} more}}"
