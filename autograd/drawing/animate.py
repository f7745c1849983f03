"""`animate`: the backward pass as a picture that moves by itself, also in a README, where no script may run.

What draws is imported when something is drawn, so that `import autograd` is fast.
"""

from typing import TYPE_CHECKING, Any

from autograd.drawing.drawing import Drawing
from autograd.value import Value

if TYPE_CHECKING:
    from autograd.drawing.picture import Picture

SECONDS_TO_A_STEP = 1.1
STEPS_AT_REST = 3  # at the end, before it begins again
MOST_STEPS = 24  # of a longer pass, values of one distance from the result go together
GLOW = 0.85  # of a step, that a box and its edges are lit
RISE = 0.15  # of a step, to light up, and to go out


def animate(root: Value, direction: str = "LR", labels: Any = None) -> Drawing:
    """The picture of a value in which gradients appear in the order of backpropagation, again and again.

    Call `backward()` before, so that the gradients are in it. A box lights up when its gradient is complete, and
    with it the edges that hand the gradient on, each times its local slope. It is a picture like that of `draw`. It
    moves by its style sheet alone: as .svg, and nothing else, and not for those who asked their system for less motion.
    Of a graph too large for a box to a value, parts of it are one box.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> y = (a * b).tanh()
    >>> y.backward()
    >>> picture = animate(y)
    >>> picture.svg.count("@keyframes"), "<script" in picture.svg
    (8, False)
    """
    from autograd.drawing.views import describe

    picture = describe(root, direction, "detail", 150, labels, "slope", False)
    drawing = Drawing(picture)
    name = drawing.svg.partition(' id="')[2].partition('"')[0]
    drawing.svg = drawing.svg.removesuffix("</svg>\n") + f"{motion(picture, name)}\n</svg>\n"
    return drawing


def motion(picture: "Picture", name: str) -> str:
    """The style sheet that moves a picture, whose identifiers begin with `name`."""
    steps = steps_of(picture)
    count = max(steps, default=0) + 1 + STEPS_AT_REST
    length = f"{count * SECONDS_TO_A_STEP:.1f}s"
    used = sorted({*steps, *(steps[edge.head] for edge in picture.edges if not edge.still)})
    rules = [inks_at_rest(name, dark=False)]
    rules.append(f"@media(prefers-color-scheme:dark){{{inks_at_rest(name, dark=True)}}}")
    for step in used:
        start, lit, dim, end = (percent(step + part, count) for part in (0.0, RISE, GLOW - RISE, GLOW))
        rules.append(f"@keyframes {name}s{step}{{0%,{start}{{fill-opacity:0}}{lit},to{{fill-opacity:1}}}}")
        glow = f"{lit},{dim}{{stroke:var(--lit);stroke-width:3px}}"
        rest = f"0%,{start},{end},to{{stroke:var(--own);stroke-width:var(--wide)}}"
        rules.append(f"@keyframes {name}l{step}{{{rest}{glow}}}")
    moving = []
    for i, box in enumerate(picture.boxes):
        place = 1 + next((k for k, (word, _) in enumerate(reversed(box.lines)) if word.endswith("grad")), -1)
        if place:
            gradient = f"#{name}-n{i} text.end:nth-last-of-type({2 * place - 1})"
            moving.append(f"{gradient}{{animation:{name}s{steps[i]} {length} infinite}}")
            moving.append(f"#{name}-n{i} rect{{animation:{name}l{steps[i]} {length} infinite}}")
    for i, edge in enumerate(picture.edges):
        if not edge.still:
            moving.append(f"#{name}-e{i} .way{{animation:{name}l{steps[edge.head]} {length} infinite}}")
    rules.append(f"@media(prefers-reduced-motion:no-preference){{{''.join(moving)}}}")
    return f"<style>{''.join(rules)}</style>"


def inks_at_rest(name: str, dark: bool) -> str:
    """What lines look like lit, and what each kind of line looks like at rest, for the keyframes to name."""
    from autograd.drawing.ink import DARK, LIGHT, rules
    from autograd.drawing.picture import TINTS

    inks = DARK if dark else LIGHT
    lines = [(".way", f"--own:{inks.way};--wide:1.25px")]
    for role, tint in TINTS.items():
        width = 2 if role == "output" else 1
        lines.append((f".{role} rect", f"--own:{tint.dark_line if dark else tint.line};--wide:{width}px"))
    return f"#{name}{{--lit:{inks.hot}}}" + rules(name, lines)


def percent(step: float, count: int) -> str:
    """How far a step is along an animation of so many.

    >>> percent(1.5, 4)
    '37.5%'
    """
    return f"{round(100.0 * step / count, 2):g}%"


def steps_of(picture: "Picture") -> list[int]:
    """For each box, the step in which its gradient is complete: when all of its uses have had theirs."""
    turns = [box.role != "constant" for box in picture.boxes]
    if sum(turns) <= MOST_STEPS:
        return [sum(turns[i + 1 :]) for i in range(len(turns))]
    distance = [0] * len(turns)
    for edge in reversed(picture.edges):
        distance[edge.tail] = max(distance[edge.tail], distance[edge.head] + 1)
    return distance
