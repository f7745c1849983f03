"""The pictures in the README are those that the library draws."""

import pytest

from tests.readme_pictures import FOLDER, PICTURES


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_in_the_readme_is_what_is_drawn_today(name):
    drawn = PICTURES[name]()
    assert (FOLDER / name).read_text(encoding="utf-8") == drawn, "write it anew: python -m tests.readme_pictures"
