"""A bar for what takes longer than a moment, drawn by tqdm (extra: progress)."""

import importlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

from nn.history import History


def with_progress(epochs: range, progress: bool | None, history: History) -> Iterator[int]:
    """The numbers of the epochs that begin a turn, under a bar if one is wanted.

    >>> list(with_progress(range(0, 5, 2), False, History()))
    [0, 2, 4]
    """
    wanted = sys.stderr.isatty() if progress is None else progress
    bar = load_bar(needed=bool(progress)) if wanted else None
    if bar is None:
        yield from epochs
        return
    with bar(total=epochs.stop, initial=epochs.start, unit=" epochs") as shown:
        for first in epochs:
            yield first
            shown.set_postfix(loss=history.losses[-1], refresh=False)
            shown.update(min(epochs.step, epochs.stop - first))


def load_bar(needed: bool) -> Callable[..., Any] | None:
    """tqdm, which is an extra; without it an error if a bar was asked for, else None."""
    try:
        bar: Callable[..., Any] = importlib.import_module("tqdm").tqdm
    except ImportError as error:
        if needed:
            raise ImportError('a progress bar is drawn by tqdm: pip install "valuegrad[progress]"') from error
        return None
    return bar
