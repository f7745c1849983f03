"""The colours and fonts of a picture, in light and in dark surroundings, as style rules for itself alone."""

from typing import NamedTuple

from autograd.drawing.heat import STEPS, mixed, width
from autograd.drawing.lettering import FONT, short
from autograd.drawing.picture import TINTS, Picture, Role

NAME_SIZE = 13.0
TEXT_SIZE = 11.0
SLOPE_SIZE = 10.0


class Inks(NamedTuple):
    """The colours of what has no role. Frames within frames have the two colours in turn."""

    paper: str
    ink: str
    muted: str
    way: str
    hot: str
    frames: tuple[str, str]
    border: str


LIGHT = Inks("#ffffff", "#1d2530", "#566070", "#98a2b0", "#d1470c", ("#f6f8fa", "#edf0f4"), "#c9d0d9")
DARK = Inks("#12151a", "#e8ebf0", "#a3adba", "#6b7584", "#ff8a4c", ("#181c22", "#1f242b"), "#3a424d")


def style(name: str, picture: Picture) -> str:
    """The fonts and colours of a picture, for itself alone, in light and in dark surroundings."""
    fonts = [
        ("text", f"font:{short(SLOPE_SIZE if picture.compact else TEXT_SIZE)}px {FONT}"),
        (".name", f"font-size:{short(NAME_SIZE)}px;font-weight:600"),
        (".symbol", f"font-size:{short(NAME_SIZE)}px"),
        (".slope", f"font-size:{short(SLOPE_SIZE)}px;paint-order:stroke;stroke-width:3px;stroke-linejoin:round"),
        (".slope.middle", "stroke-width:9px"),
        ("tspan", "font-weight:600"),
        (".end", "text-anchor:end"),
        (".middle", "text-anchor:middle"),
        (".way", f"fill:none;stroke-width:{1 if picture.compact else 1.25}"),
        (".still .way,.way.still", "stroke-dasharray:3 3"),
        (".output rect", "stroke-width:2"),
    ]
    roles = {box.role for box in picture.boxes}
    by_day = rules(name, [*fonts, *colours(LIGHT, picture), *tints(roles, dark=False)])
    by_night = rules(name, [*colours(DARK, picture), *tints(roles, dark=True)])
    return f"<style>{by_day}@media(prefers-color-scheme:dark){{{by_night}}}</style>"


def colours(inks: Inks, picture: Picture) -> list[tuple[str, str]]:
    """What is drawn in which ink."""
    found = [
        (".paper", f"fill:{inks.paper}"),
        ("text", f"fill:{inks.ink}"),
        (".word", f"fill:{inks.muted}"),
        (".symbol", f"fill:{inks.muted}"),
        (".slope", f"fill:{inks.muted};stroke:{inks.paper}"),
        (".way", f"stroke:{inks.way}"),
        (".tip", f"fill:{inks.way}"),
    ]
    if picture.frames:
        found += [(f".frame{i}", f"fill:{fill};stroke:{inks.border}") for i, fill in enumerate(inks.frames)]
        found.append((".part-name", f"fill:{inks.muted}"))
    if picture.heated:
        for step in range(STEPS):
            ink = mixed(inks.way, inks.hot, step)
            found.append((f".h{step} .way,.way.h{step}", f"stroke:{ink};stroke-width:{short(width(step))}"))
            found.append((f".h{step} .tip", f"fill:{ink}"))
    return found


def tints(roles: set[Role], dark: bool) -> list[tuple[str, str]]:
    """The colours of the boxes of a picture, by role."""
    return [
        (
            f".{role} rect",
            f"fill:{tint.dark_fill if dark else tint.fill};stroke:{tint.dark_line if dark else tint.line}",
        )
        for role, tint in TINTS.items()
        if role in roles
    ]


def rules(name: str, declarations: list[tuple[str, str]]) -> str:
    """Style rules that hold inside one picture only."""
    return "".join(
        ",".join(f"#{name} {part}" for part in selector.split(",")) + f"{{{declaration}}}"
        for selector, declaration in declarations
    )
