"""How much air a picture has: distances between boxes, ranks and frames, in pixels."""

from typing import NamedTuple


class Spacing(NamedTuple):
    """Distances of a layout.

    gap       across, between two boxes
    bend_gap  the same where one of them is a bend
    curve     along, between two ranks, for edges to change their place across
    tip       along, for the arrowhead and some air before the label
    port      across, for an edge without a label
    opening, closing  along, between the begin of a frame and what is in it, and at its end
    before, after     across, the same
    """

    gap: float = 18.0
    bend_gap: float = 11.0
    curve: float = 34.0
    tip: float = 16.0
    port: float = 9.0
    opening: float = 8.0
    closing: float = 12.0
    before: float = 12.0
    after: float = 12.0


ROOMY = Spacing()
TIGHT = Spacing(gap=5.0, bend_gap=6.0, curve=26.0, tip=0.0, port=0.0)


def with_titles(spacing: Spacing, room: float, sideways: bool) -> Spacing:
    """The same with room for a title at the top of each frame."""
    return spacing._replace(before=room) if sideways else spacing._replace(opening=room)
