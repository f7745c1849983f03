"""A bar for what takes longer than a moment, drawn by tqdm (extra: progress)."""

import importlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from nn.checks import is_truth, shown
from nn.history import History

Item = TypeVar("Item")


def with_progress(epochs: range, progress: bool | None, history: History) -> Iterator[int]:
    """The numbers of the epochs that begin a turn, under a bar if one is wanted.

    >>> list(with_progress(range(0, 5, 2), False, History()))
    [0, 2, 4]
    """
    bar = wanted_bar(progress)
    if bar is None:
        yield from epochs
        return
    with bar(total=epochs.stop, initial=epochs.start, unit=" epochs") as drawn:
        for first in epochs:
            yield first
            drawn.set_postfix(loss=history.losses[-1], refresh=False)
            drawn.update(min(epochs.step, epochs.stop - first))


def counted(items: Sequence[Item], unit: str, progress: bool | None) -> Iterable[Item]:
    """The items, under a bar that counts them if one is wanted.

    >>> list(counted([1, 2, 3], "starts", False))
    [1, 2, 3]
    """
    bar = wanted_bar(progress)
    return items if bar is None else bar(items, unit=f" {unit}")


def wanted_bar(progress: bool | None) -> Callable[..., Any] | None:
    """tqdm, if a bar is wanted: asked for, or else on a terminal where it is installed."""
    wanted = sys.stderr.isatty() if progress is None else progress
    return load_bar(needed=bool(progress)) if wanted else None


def check_progress(progress: object) -> None:
    """Refuse what does not say whether a bar is wanted.

    >>> check_progress("yes")
    Traceback (most recent call last):
    TypeError: progress is True, False or None, got str: 'yes'
    """
    if progress is not None and not is_truth(progress):
        raise TypeError(f"progress is True, False or None, got {shown(progress)}")


def load_bar(needed: bool) -> Callable[..., Any] | None:
    """tqdm, which is an extra; without it an error if a bar was asked for, else None."""
    try:
        bar: Callable[..., Any] = importlib.import_module("tqdm").tqdm
    except ImportError as error:
        if needed:
            raise ImportError('a progress bar is drawn by tqdm: pip install "valuegrad[progress]"') from error
        return None
    return bar
