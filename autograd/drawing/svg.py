"""A picture as SVG text: one document that brings its own ink and paper, and loads and runs nothing."""

from typing import NamedTuple

from autograd.drawing.layout import TIP, Layout, Point, Size, layout
from autograd.drawing.picture import TIMES, TINTS, Box, Edge, Picture

# All text is monospaced, so that its width is known without its font: a cell is 0.6 of the size.
FONT = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"
CELL = 0.602

NAME_SIZE = 13.0
TEXT_SIZE = 11.0
SLOPE_SIZE = 10.0
NAME_ROW = 19.0
ROW = 15.0
SLOPE_ROW = 14.0
NOTICE_ROW = 26.0
SIDE = 10.0  # between text and the left and right of its box
ABOVE = 5.0  # between text and the top and bottom of its box
NARROWEST = 120.0  # boxes of ordinary numbers have one width
FRAME = 16.0  # around the whole
TIP_LENGTH = 6.0
BASELINE = 0.35  # of the size of a text: how far below its middle it stands

#: Symbols of operations as they are printed rather than typed.
PRINTED = {"*": TIMES, "-": "\N{MINUS SIGN}", "<=": "≤", ">=": "≥", "!=": "≠"}


class Inks(NamedTuple):
    """The colours of what has no role."""

    paper: str
    ink: str
    muted: str
    way: str


LIGHT = Inks("#ffffff", "#1d2530", "#5f6979", "#98a2b0")
DARK = Inks("#12151a", "#e8ebf0", "#a3adba", "#6b7584")


class Frame(NamedTuple):
    """A rectangle on the page."""

    x: float
    y: float
    width: float
    height: float


class Sheet:
    """A layout on the page: x runs along it if it goes from left to right, else y does."""

    def __init__(self, placed: Layout, sideways: bool, headroom: float) -> None:
        self.placed = placed
        self.sideways = sideways
        self.headroom = headroom

    def extent(self) -> tuple[float, float]:
        """Width and height of the page."""
        width, height = self.turned(*self.placed.room)
        return width + 2 * FRAME, height + 2 * FRAME + self.headroom

    def frame(self, box: int) -> Frame:
        """Where a box is drawn."""
        return Frame(*self.at(self.placed.corners[box]), *self.turned(*self.placed.sizes[box]))

    def route(self, edge: int) -> list[tuple[float, float]]:
        """The points of an edge on the page."""
        return [self.at(point) for point in self.placed.routes[edge]]

    def at(self, point: Point) -> tuple[float, float]:
        """A place on the page."""
        x, y = self.turned(*point)
        return x + FRAME, y + FRAME + self.headroom

    def turned(self, along: float, across: float) -> tuple[float, float]:
        """Along and across as right and down."""
        return (along, across) if self.sideways else (across, along)


def svg_of(picture: Picture) -> str:
    """A picture as an SVG document.

    Its identifiers begin with a hash of what it says, so that several pictures live in one page.
    """
    from hashlib import sha256

    sideways = picture.rankdir == "LR"
    texts = [room_for_text(box) for box in picture.boxes]
    slopes = [room_for_slope(edge) for edge in picture.edges]
    edges = [(edge.tail, edge.head) for edge in picture.edges]
    if sideways:
        placed = layout([Size(*room) for room in texts], edges, [Size(*room) for room in slopes])
    else:
        placed = layout([Size(h, w) for w, h in texts], edges, [Size(h, w) for w, h in slopes])
    sheet = Sheet(placed, sideways, NOTICE_ROW if picture.notice else 0.0)
    name = "g" + sha256(repr(picture).encode()).hexdigest()[:10]
    parts = [opening(picture, name, sheet.extent()), style(name), '<rect class="paper" width="100%" height="100%"/>']
    if picture.notice:
        parts.append(text("notice", FRAME, FRAME + TEXT_SIZE, picture.notice))
    parts += [edge_text(edge, f"{name}-e{i}", sheet.route(i), sideways) for i, edge in enumerate(picture.edges)]
    parts += [box_text(box, f"{name}-n{i}", sheet.frame(i), texts[i]) for i, box in enumerate(picture.boxes)]
    return "\n".join([*parts, "</svg>\n"])


def opening(picture: Picture, name: str, extent: tuple[float, float]) -> str:
    """The first tag: as wide as there is room for, and never wider than drawn."""
    width, height = extent
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{name}" viewBox="0 0 {short(width)} {short(height)}" '
        f'width="100%" style="max-width:{short(width)}px" role="img" aria-label="{escaped(picture.summary)}">'
    )


# Boxes


def room_for_text(box: Box) -> tuple[float, float]:
    """Width and height of a box that holds its texts."""
    header = cells(printed(box.name)) * NAME_SIZE
    if box.symbol not in ("", box.name):
        header += (2 + cells(printed(box.symbol))) * NAME_SIZE
    if not box.lines:
        return header * CELL + 2 * SIDE, NAME_ROW + 2 * ABOVE
    lines = max(cells(word) + 2 + cells(number) for word, number in box.lines) * TEXT_SIZE
    height = (NAME_ROW if box.name else 0.0) + ROW * len(box.lines) + 2 * ABOVE
    return max(NARROWEST, max(header, lines) * CELL + 2 * SIDE), height


def box_text(box: Box, name: str, frame: Frame, room: tuple[float, float]) -> str:
    """A value as a group: title, rectangle, and texts in the middle of it."""
    parts = [f'<g class="{box.role}" id="{name}"><title>{escaped(box.title)}</title>']
    corner = 6.0 if box.lines else frame.height / 2
    x, y, width, height = map(short, frame)
    parts.append(f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{short(corner)}"/>')
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


# Edges


def room_for_slope(edge: Edge) -> tuple[float, float]:
    """Width and height of the label of an edge, with some air around it."""
    return ((cells(edge.label) * CELL * SLOPE_SIZE + 8.0), SLOPE_ROW) if edge.label else (0.0, 0.0)


def edge_text(edge: Edge, name: str, points: list[tuple[float, float]], sideways: bool) -> str:
    """An edge as a group: title, line, arrowhead and slope."""
    x, y = points[-1]
    line = path([*points[:-1], (x - TIP_LENGTH, y) if sideways else (x, y - TIP_LENGTH)], sideways)
    half, back = short(TIP_LENGTH / 2), short(-TIP_LENGTH)
    tip = f"l{back} -{half}v{short(TIP_LENGTH)}z" if sideways else f"l-{half} {back}h{short(TIP_LENGTH)}z"
    parts = [f'<g class="{"edge" if edge.label else "edge still"}" id="{name}"><title>{escaped(edge.title)}</title>']
    parts.append(f'<path class="way" d="{line}"/><path class="tip" d="M{short(x)} {short(y)}{tip}"/>')
    if edge.label:
        if sideways:
            parts.append(text("slope end", x - TIP_LENGTH - 2.0, y - 4.0, edge.label))
        else:
            parts.append(text("slope middle", x, y - TIP, edge.label))
    return "".join([*parts, "</g>"])


def path(points: list[tuple[float, float]], sideways: bool) -> str:
    """Lines and curves in turn through the points; curves leave and arrive in the direction of the picture."""
    x, y = points[0]
    steps = [f"M{short(x)} {short(y)}"]
    for i, (to_x, to_y) in enumerate(points[1:]):
        if i % 2 == 0 or (y == to_y if sideways else x == to_x):
            if (x, y) != (to_x, to_y):
                steps.append(f"L{short(to_x)} {short(to_y)}")
        else:
            middle_x, middle_y = short((x + to_x) / 2), short((y + to_y) / 2)
            first = f"{middle_x} {short(y)}" if sideways else f"{short(x)} {middle_y}"
            second = f"{middle_x} {short(to_y)}" if sideways else f"{short(to_x)} {middle_y}"
            steps.append(f"C{first} {second} {short(to_x)} {short(to_y)}")
        x, y = to_x, to_y
    return "".join(steps)


# Ink


def style(name: str) -> str:
    """The fonts and colours of a picture, for itself alone, in light and in dark surroundings."""
    fonts = [
        ("text", f"font:{short(TEXT_SIZE)}px {FONT}"),
        (".name", f"font-size:{short(NAME_SIZE)}px;font-weight:600"),
        (".symbol", f"font-size:{short(NAME_SIZE)}px"),
        (".slope", f"font-size:{short(SLOPE_SIZE)}px;paint-order:stroke;stroke-width:3px;stroke-linejoin:round"),
        (".slope.middle", "stroke-width:9px"),
        (".end", "text-anchor:end"),
        (".middle", "text-anchor:middle"),
        (".way", "fill:none;stroke-width:1.25"),
        (".still .way", "stroke-dasharray:3 3"),
        (".output rect", "stroke-width:2"),
    ]
    light = [(f".{role} rect", f"fill:{tint.fill};stroke:{tint.line}") for role, tint in TINTS.items()]
    dark = [(f".{role} rect", f"fill:{tint.dark_fill};stroke:{tint.dark_line}") for role, tint in TINTS.items()]
    by_day = rules(name, [*fonts, *colours(LIGHT), *light])
    by_night = rules(name, [*colours(DARK), *dark])
    return f"<style>{by_day}@media(prefers-color-scheme:dark){{{by_night}}}</style>"


def colours(inks: Inks) -> list[tuple[str, str]]:
    """What is drawn in which ink."""
    return [
        (".paper", f"fill:{inks.paper}"),
        ("text", f"fill:{inks.ink}"),
        (".word", f"fill:{inks.muted}"),
        (".symbol", f"fill:{inks.muted}"),
        (".slope", f"fill:{inks.muted};stroke:{inks.paper}"),
        (".way", f"stroke:{inks.way}"),
        (".tip", f"fill:{inks.way}"),
    ]


def rules(name: str, declarations: list[tuple[str, str]]) -> str:
    """Style rules that hold inside one picture only."""
    return "".join(f"#{name} {selector}{{{declaration}}}" for selector, declaration in declarations)


# Text


def text(kind: str, x: float, y: float, content: str) -> str:
    """A piece of text."""
    return f'<text class="{kind}" x="{short(x)}" y="{short(y)}">{escaped(content)}</text>'


def printed(symbol: str) -> str:
    """A symbol as it is printed; any other text as it is."""
    return PRINTED.get(symbol, symbol)


def cells(content: str) -> int:
    """How many cells of a monospaced font a text takes: two for wide characters, none for accents.

    >>> cells("loss"), cells("損失")
    (4, 4)
    """
    if content.isascii():
        return len(content)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in content)


def short(number: float) -> str:
    """A length or coordinate, to a tenth.

    >>> short(12.0), short(1234567.25), short(-0.01)
    ('12', '1234567.2', '0')
    """
    return f"{round(number, 1) + 0.0:.1f}".removesuffix(".0")


def escaped(content: str) -> str:
    """`content` as XML text or as the value of an attribute."""
    return content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
