"""The colours of a picture: every text can be read on what lies behind it, in light and in dark surroundings."""

import pytest

from autograd.drawing.ink import DARK, LIGHT, Inks
from autograd.drawing.picture import TINTS

READABLE = 4.5  # WCAG 2.2, level AA, for text of ordinary size
VISIBLE = 3.0  # the same for lines that carry meaning


def luminance(colour: str) -> float:
    """How bright a colour is, after WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """How far two colours are apart, from 1 to 21.

    >>> round(contrast("#000000", "#ffffff"), 6)
    21.0
    """
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("role", TINTS)
def test_the_texts_of_every_box_can_be_read(role: str, dark: bool):
    inks, tint = (DARK, TINTS[role]) if dark else (LIGHT, TINTS[role])
    fill = tint.dark_fill if dark else tint.fill
    assert contrast(inks.ink, fill) >= READABLE
    assert contrast(inks.muted, fill) >= READABLE


@pytest.mark.parametrize("inks", [LIGHT, DARK], ids=["light", "dark"])
def test_texts_beside_boxes_can_be_read_on_the_paper_and_in_frames(inks: Inks):
    for ground in (inks.paper, *inks.frames):
        assert contrast(inks.ink, ground) >= READABLE
        assert contrast(inks.muted, ground) >= READABLE


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("role", [role for role in TINTS if role != "constant"])
def test_the_borders_that_tell_roles_apart_can_be_seen(role: str, dark: bool):
    tint = TINTS[role]
    line, paper = (tint.dark_line, DARK.paper) if dark else (tint.line, LIGHT.paper)
    assert contrast(line, paper) >= VISIBLE


@pytest.mark.parametrize("inks", [LIGHT, DARK], ids=["light", "dark"])
def test_the_hottest_edge_can_be_seen(inks: Inks):
    assert min(contrast(inks.hot, ground) for ground in (inks.paper, *inks.frames)) >= VISIBLE
