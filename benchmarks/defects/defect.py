"""What a seeded defect is."""

from typing import NamedTuple


class Defect(NamedTuple):
    """One mistake: in `file`, the text `original`, which stands there once, is written as `replacement`."""

    file: str
    original: str
    replacement: str
    breaks: str
