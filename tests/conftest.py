"""What tests share: rows that a test may break."""

from collections.abc import Iterator
from weakref import WeakKeyDictionary

import pytest


@pytest.fixture
def breakable_rows(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Rows whose slopes a test may change: machine code of them is made anew, and none of it is kept."""
    pytest.importorskip("llvmlite")
    from autograd.compiler import symbols, tape_rows

    monkeypatch.setattr(tape_rows, "_compiled", WeakKeyDictionary())
    symbols.slope_expression.cache_clear()
    yield
    symbols.slope_expression.cache_clear()
