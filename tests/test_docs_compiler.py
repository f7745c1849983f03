"""The page on the compiler shows what its code prints."""

import doctest
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "compiler.md"


def test_the_page_on_the_compiler_is_what_its_code_prints() -> None:
    found = doctest.testfile(str(PAGE), module_relative=False)
    assert found.attempted > 15
    assert found.failed == 0
