"""Seconds by pass: where the time of compiling goes."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

#: What compiling does, in order.
NAMES = ("record", "lift", "differentiate", "emit", "optimise", "link")


class Passes:
    """How long each pass took, in seconds; those of `before` are taken over.

    >>> passes = Passes({"record": 0.5})
    >>> with passes("lift"):
    ...     pass
    >>> list(passes.seconds), passes.seconds["lift"] < 0.1
    (['record', 'lift'], True)
    """

    def __init__(self, before: Mapping[str, float] | None = None) -> None:
        self.seconds: dict[str, float] = dict(before or {})

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Add the time of a block to that of a pass."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start
