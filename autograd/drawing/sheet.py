"""Where everything of a picture goes on the page: its layout, for boxes and labels as large as their text."""

from typing import NamedTuple

from autograd.drawing.ink import NAME_SIZE, SLOPE_SIZE, TEXT_SIZE
from autograd.drawing.layout.layout import Layout, layout
from autograd.drawing.layout.plane import Point, Size
from autograd.drawing.layout.spacing import ROOMY, TIGHT, Spacing, with_titles
from autograd.drawing.lettering import CELL, cells, lines_of, printed, short
from autograd.drawing.picture import Box, Edge, Picture

NAME_ROW = 19.0
ROW = 15.0
SLOPE_ROW = 14.0
HOT_AIR = 3.0  # more, where edges are wide
NOTICE_ROW = 16.0
LEGEND_ROW = 22.0
SIDE = 10.0  # between text and the left and right of its box
SMALL_SIDE = 5.0  # the same in a compact picture
SMALL_ROW = 17.0
ABOVE = 5.0  # between text and the top and bottom of its box
NARROWEST = 126.0  # boxes of numbers with four digits have one width: `grad -1.234e-05` fits
SMALLEST = 56.0  # the same in a compact picture
LONGEST_LINE = 96  # cells in a line of the notice
LEGEND_ROOM = 340.0
MARGIN = 16.0  # around the whole
TITLE_ROOM = 22.0  # for the title of a frame


class Rectangle(NamedTuple):
    """A rectangle on the page."""

    x: float
    y: float
    width: float
    height: float

    def drawn(self, kind: str = "", corner: float = 6.0) -> str:
        """The rectangle as an element, with round corners."""
        x, y, width, height = map(short, self)
        named = f' class="{kind}"' if kind else ""
        return f'<rect{named} x="{x}" y="{y}" width="{width}" height="{height}" rx="{short(corner)}"/>'


class Sheet:
    """A layout on the page: x runs along it if it goes from left to right, else y does."""

    def __init__(self, placed: Layout, sideways: bool, notice: str, legend: bool) -> None:
        self.placed = placed
        self.sideways = sideways
        width, height = self.turned(*placed.room)
        self.notice = lines_of(notice, LONGEST_LINE)
        words = max(map(cells, self.notice), default=0) * CELL * TEXT_SIZE
        width = max(width, words, LEGEND_ROOM * legend)
        self.headroom = NOTICE_ROW * len(self.notice) + LEGEND_ROW * legend
        self.headroom += MARGIN * bool(self.headroom)
        #: Width and height of the page.
        self.extent = width + 2 * MARGIN, height + 2 * MARGIN + self.headroom

    def box(self, box: int) -> Rectangle:
        """Where a box is drawn."""
        return Rectangle(*self.at(self.placed.corners[box]), *self.turned(*self.placed.sizes[box]))

    def frame(self, frame: int) -> Rectangle | None:
        """Where a frame is drawn, if it is."""
        place = self.placed.frames[frame]
        return Rectangle(*self.at(place[0]), *self.turned(*place[1])) if place else None

    def route(self, edge: int) -> list[tuple[float, float]]:
        """The points of an edge on the page."""
        return [self.at(point) for point in self.placed.routes[edge]]

    def at(self, point: Point) -> tuple[float, float]:
        """A place on the page."""
        x, y = self.turned(*point)
        return x + MARGIN, y + MARGIN + self.headroom

    def turned(self, along: float, across: float) -> tuple[float, float]:
        """Along and across as right and down."""
        return (along, across) if self.sideways else (across, along)


def placed(picture: Picture, texts: list[tuple[float, float]], sideways: bool) -> Layout:
    """The layout of a picture, for boxes that hold these texts."""
    air = HOT_AIR if picture.heated else 0.0
    slopes = [room_for_slope(edge, air) for edge in picture.edges]
    edges = [(edge.tail, edge.head) for edge in picture.edges]
    frame = [box.frame for box in picture.boxes]
    inside = [frame.inside for frame in picture.frames]
    spacing: Spacing = TIGHT if picture.compact else ROOMY
    if picture.frames:
        spacing = with_titles(spacing, TITLE_ROOM, sideways)
    rooms = [[Size(*room) if sideways else Size(*reversed(room)) for room in given] for given in (texts, slopes)]
    return layout(rooms[0], edges, rooms[1], frame, inside, spacing, apart=picture.heated)


# Room for text


def room_for_text(box: Box, compact: bool) -> tuple[float, float]:
    """Width and height of a box that holds its texts."""
    if compact:
        content = cells(printed(box.name)) + sum(1 + cells(number) for _, number in box.lines)
        return max(SMALLEST, content * CELL * SLOPE_SIZE + 2 * SMALL_SIDE), SMALL_ROW
    header = cells(printed(box.name)) * NAME_SIZE
    if box.symbol not in ("", box.name):
        header += (2 + cells(printed(box.symbol))) * NAME_SIZE
    if not box.lines:
        return header * CELL + 2 * SIDE, NAME_ROW + 2 * ABOVE
    lines = max(cells(word) + 2 + cells(number) for word, number in box.lines) * TEXT_SIZE
    height = (NAME_ROW if box.name else 0.0) + ROW * len(box.lines) + 2 * ABOVE
    return max(NARROWEST, max(header, lines) * CELL + 2 * SIDE), height


def room_for_slope(edge: Edge, air: float = 0.0) -> tuple[float, float]:
    """Width and height of the label of an edge, with some air around it."""
    return ((cells(edge.label) * CELL * SLOPE_SIZE + 8.0), SLOPE_ROW + air) if edge.label else (0.0, 0.0)
