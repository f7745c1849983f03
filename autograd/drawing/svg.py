"""A picture as SVG text: one document that brings its own ink and paper, and loads and runs nothing."""

from collections.abc import Callable

from autograd.drawing.heat import STEPS, Scale, scale_of
from autograd.drawing.ink import NAME_SIZE, SLOPE_SIZE, TEXT_SIZE, style
from autograd.drawing.layout.layers import NO_FRAME
from autograd.drawing.layout.spacing import ROOMY
from autograd.drawing.lettering import CELL, cells, escaped, printed, short, text, whole
from autograd.drawing.picture import Box, Edge, Picture, clipped
from autograd.drawing.sheet import (
    ABOVE,
    HOT_AIR,
    MARGIN,
    NAME_ROW,
    NOTICE_ROW,
    ROW,
    SIDE,
    SMALL_SIDE,
    TITLE_ROOM,
    Rectangle,
    Sheet,
    placed,
    room_for_text,
)

TIP_LENGTH = 6.0
LEGEND_LINE = 22.0  # length of a sample of a line
PILE = 2.5  # how far the sheets of a pile are apart
BASELINE = 0.35  # of the size of a text: how far below its middle it stands


def svg_of(picture: Picture) -> str:
    """A picture as an SVG document.

    Its identifiers begin with a hash of what it says, so that several pictures live in one page.
    """
    from hashlib import sha256

    sideways = picture.rankdir == "LR"
    texts = [room_for_text(box, picture.compact) for box in picture.boxes]
    sheet = Sheet(placed(picture, texts, sideways), sideways, picture.notice, picture.heated)
    name = "g" + sha256(repr(picture).encode()).hexdigest()[:10]
    scale = scale_of(edge.heat for edge in picture.edges) if picture.heated else None
    parts = [opening(picture, name, sheet.extent), style(name, picture)]
    parts.append('<rect class="paper" width="100%" height="100%"/>')
    parts += [text("notice", MARGIN, MARGIN + TEXT_SIZE + NOTICE_ROW * i, line) for i, line in enumerate(sheet.notice)]
    if scale is not None:
        parts.append(legend(scale, MARGIN + NOTICE_ROW * len(sheet.notice) + TEXT_SIZE))
    parts += frames_text(picture, sheet)
    parts += edges_text(picture, sheet, name, scale)
    if picture.compact:
        parts += [small_box_text(box, sheet.box(i)) for i, box in enumerate(picture.boxes)]
    else:
        parts += [box_text(box, f"{name}-n{i}", sheet.box(i), texts[i]) for i, box in enumerate(picture.boxes)]
    return "\n".join([*parts, "</svg>\n"])


def opening(picture: Picture, name: str, extent: tuple[float, float]) -> str:
    """The first tag: as wide as there is room for, and never wider than drawn."""
    width, height = map(short, extent)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{name}" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" style="max-width:100%;height:auto" role="img" aria-label="{escaped(picture.summary)}">'
    )


# Frames


def frames_text(picture: Picture, sheet: Sheet) -> list[str]:
    """Every frame with its title in the corner, the widest first."""
    parts = []
    depths: list[int] = []
    for i, frame in enumerate(picture.frames):
        depths.append(0 if frame.inside == NO_FRAME else depths[frame.inside] + 1)
        place = sheet.frame(i)
        if place is None:
            continue
        room = int((place.width - SIDE) / (CELL * TEXT_SIZE))
        title = text("part-name", place.x + SIDE / 2, place.y + TITLE_ROOM / 2 + 3.0, clipped(frame.title, room))
        parts.append(f"<g><title>{escaped(frame.title)}</title>{place.drawn(f'frame{depths[i] % 2}', 8.0)}")
        parts[-1] += title * (room > 1) + "</g>"
    return parts


# Boxes


def box_text(box: Box, name: str, frame: Rectangle, room: tuple[float, float]) -> str:
    """A value as a group: title, rectangle, and texts in the middle of it. Behind many values lie more sheets."""
    parts = [f'<g class="{box.role}" id="{name}"><title>{escaped(box.title)}</title>']
    if box.stands_for > 1:
        parts += [frame._replace(x=frame.x + by, y=frame.y - by).drawn() for by in (2 * PILE, PILE)]
    parts.append(frame.drawn(corner=6.0 if box.lines else frame.height / 2))
    middle = frame.x + frame.width / 2
    left, right = middle - room[0] / 2 + SIDE, middle + room[0] / 2 - SIDE
    top = frame.y + (frame.height - room[1]) / 2 + ABOVE
    if box.name:
        baseline = top + NAME_ROW / 2 + BASELINE * NAME_SIZE
        if box.lines:
            parts.append(text("name", left, baseline, printed(box.name)))
        else:
            parts.append(text("name middle", middle, baseline, printed(box.name)))
        if box.symbol not in ("", box.name):
            parts.append(text("symbol end", right, baseline, printed(box.symbol)))
        top += NAME_ROW
    for word, number in box.lines:
        baseline = top + ROW / 2 + BASELINE * TEXT_SIZE
        parts.append(text("word", left, baseline, word))
        if number:
            parts.append(text("end", right, baseline, number))
        top += ROW
    return "".join([*parts, "</g>"])


def small_box_text(box: Box, frame: Rectangle) -> str:
    """A value as one line, in as few characters as it takes: there are many."""
    x, y, width, height = (whole(number) for number in frame)
    text_x, text_y = whole(frame.x + SMALL_SIDE), whole(frame.y + frame.height / 2 + BASELINE * SLOPE_SIZE)
    name = f"<tspan>{escaped(printed(box.name))}</tspan>" if box.name else ""
    words = " ".join(filter(None, (name, *(number for _, number in box.lines))))
    return (
        f'<g class="{box.role}"><title>{escaped(box.title)}</title>'
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="4"/>'
        f'<text x="{text_x}" y="{text_y}">{words}</text></g>'
    )


# Edges


def edges_text(picture: Picture, sheet: Sheet, name: str, scale: Scale | None) -> list[str]:
    """All edges; of a heated picture, the hottest lie on top."""
    edges = list(enumerate(picture.edges))
    if scale is not None:
        edges.sort(key=lambda numbered: scale.step(numbered[1].heat))
    if picture.compact:
        return [small_edge_text(edge, sheet.route(i), sheet.sideways, scale) for i, edge in edges]
    return [edge_text(edge, f"{name}-e{i}", sheet.route(i), sheet.sideways, scale) for i, edge in edges]


def edge_text(edge: Edge, name: str, points: list[tuple[float, float]], sideways: bool, scale: Scale | None) -> str:
    """An edge as a group: title, line, arrowhead and slope."""
    x, y = points[-1]
    line = path([*points[:-1], (x - TIP_LENGTH, y) if sideways else (x, y - TIP_LENGTH)], sideways)
    half, back = short(TIP_LENGTH / 2), short(-TIP_LENGTH)
    tip = f"l{back} -{half}v{short(TIP_LENGTH)}z" if sideways else f"l-{half} {back}h{short(TIP_LENGTH)}z"
    parts = [f'<g class="{kind_of(edge, "edge", scale)}" id="{name}"><title>{escaped(edge.title)}</title>']
    parts.append(f'<path class="way" d="{line}"/><path class="tip" d="M{short(x)} {short(y)}{tip}"/>')
    if edge.label:
        if sideways:
            above = 4.0 if scale is None else 4.0 + HOT_AIR / 2
            parts.append(text("slope end", x - TIP_LENGTH - 2.0, y - above, edge.label))
        else:
            parts.append(text("slope middle", x, y - ROOMY.tip, edge.label))
    return "".join([*parts, "</g>"])


def small_edge_text(edge: Edge, points: list[tuple[float, float]], sideways: bool, scale: Scale | None) -> str:
    """An edge as a line with a title."""
    kind = kind_of(edge, "way", scale)
    return f'<path class="{kind}" d="{path(points, sideways, whole)}"><title>{escaped(edge.title)}</title></path>'


def kind_of(edge: Edge, kind: str, scale: Scale | None) -> str:
    """The classes of an edge."""
    if edge.still:
        return f"{kind} still"
    return kind if scale is None else f"{kind} h{scale.step(edge.heat)}"


def path(points: list[tuple[float, float]], sideways: bool, written: Callable[[float], str] = short) -> str:
    """Lines and curves in turn through the points; curves leave and arrive in the direction of the picture."""
    x, y = points[0]
    steps = [f"M{written(x)} {written(y)}"]
    line = "H" if sideways else "V"
    for i, (to_x, to_y) in enumerate(points[1:]):
        if i % 2 == 0 or (y == to_y if sideways else x == to_x):
            if (x, y) != (to_x, to_y):
                if steps[-1].startswith(line):
                    steps.pop()
                steps.append(line + written(to_x if sideways else to_y))
        else:
            middle_x, middle_y = written((x + to_x) / 2), written((y + to_y) / 2)
            first = f"{middle_x} {written(y)}" if sideways else f"{written(x)} {middle_y}"
            second = f"{middle_x} {written(to_y)}" if sideways else f"{written(to_x)} {middle_y}"
            steps.append(f"C{first} {second} {written(to_x)} {written(to_y)}")
        x, y = to_x, to_y
    return "".join(steps)


def legend(scale: Scale, y: float) -> str:
    """What the widths of edges mean."""
    words = f"gradient {scale.least:.2g} "
    x = MARGIN + cells(words) * CELL * TEXT_SIZE
    parts = [text("legend", MARGIN, y, words.rstrip())]
    for step in range(STEPS):
        line = f"M{short(x)} {short(y - 4.0)}h{short(LEGEND_LINE)}"
        parts.append(f'<path class="way h{step}" d="{line}"/>')
        x += LEGEND_LINE
    return "".join([*parts, text("legend", x + CELL * TEXT_SIZE, y, f"{scale.most:.2g}")])
