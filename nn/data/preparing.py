"""What is done to samples before a model learns from them: split, brought to one scale, drawn in batches."""

import math
import random
import statistics
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from autograd.primitives import number
from nn.checks import check_truth, is_sequence, share, shown, whole_number
from nn.data.given import of_one_length
from nn.data.samples import Rows
from nn.init import check_rng
from nn.losses import class_index

Row = TypeVar("Row")
Target = TypeVar("Target")


def train_test_split(
    X: Iterable[Row],
    y: Iterable[Target],
    test: float = 0.25,
    rng: random.Random | None = None,
    by_class: bool = False,
) -> tuple[list[Row], list[Row], list[Target], list[Target]]:
    """X_train, X_test, y_train, y_test: the samples in random order, of which a share `test` is held out.

    The rows are those that were given, not copies.

    by_class  hold out that share of every class (stratified), within one sample, rather than of all together

    >>> X_train, X_test, y_train, y_test = train_test_split([[0], [1], [2], [3]], [0, 1, 2, 3], rng=random.Random(1))
    >>> len(X_train), [row[0] for row in X_test] == y_test
    (3, True)
    """
    rows, targets = of_one_length(X, y)
    part = share("test, the share that is held out,", test)
    check_truth("by_class", by_class)
    if by_class:
        check_classes(targets)
    if not 0 < round(len(rows) * part) < len(rows):
        raise ValueError(f"a share of {part:g} of {len(rows)} samples leaves one of the two sides empty")
    order = shuffled(len(rows), rng)
    groups = by_target(order, targets) if by_class else [order]
    chosen: set[int] = set()
    seen = 0
    for group in groups:  # rounded where a class ends, so that many small classes do not all round to nothing
        chosen.update(group[: round((seen + len(group)) * part) - round(seen * part)])
        seen += len(group)
    kept, held_out = [i for i in order if i not in chosen], [i for i in order if i in chosen]
    return (
        [rows[i] for i in kept],
        [rows[i] for i in held_out],
        [targets[i] for i in kept],
        [targets[i] for i in held_out],
    )


def check_classes(targets: Sequence[Any]) -> None:
    """Refuse targets that samples cannot be sorted by.

    >>> check_classes([[1]])
    Traceback (most recent call last):
    TypeError: by_class takes a number or a name as the class of a sample, got list: [1]
    """
    for target in targets:
        try:
            hash(target)
        except TypeError:  # a list, or a tuple with one in it
            raise TypeError(
                f"by_class takes a number or a name as the class of a sample, got {shown(target)}"
            ) from None


def by_target(order: list[int], targets: Sequence[Any]) -> list[list[int]]:
    """The indices in `order`, those of one target together.

    >>> by_target([2, 0, 1], ["a", "b", "a"])
    [[2, 0], [1]]
    """
    groups: dict[Any, list[int]] = {}
    for i in order:
        groups.setdefault(targets[i], []).append(i)
    return list(groups.values())


def folds(count: int, k: int, rng: random.Random | None = None) -> list[tuple[list[int], list[int]]]:
    """k times the indices to learn from and those held out, for cross-validation: each index is held out once.

    >>> [held_out for _, held_out in folds(4, 2, random.Random(1))]
    [[3, 0], [2, 1]]
    """
    count, k = whole_number("the number of samples", count, least=2), whole_number("k", k, least=2)
    if k > count:
        raise ValueError(f"{count} samples are too few for {k} folds")
    order = shuffled(count, rng)
    parts = [order[i * count // k : (i + 1) * count // k] for i in range(k)]
    return [([i for other in parts if other is not part for i in other], part) for part in parts]


class Standardizer(NamedTuple):
    """Brings rows to the scale of the rows it was made from: their columns then have mean 0 and deviation 1.

    >>> Standardizer(means=[1.0], deviations=[2.0])([[5.0]])
    [[2.0]]
    """

    means: list[float]
    deviations: list[float]

    def __call__(self, X: Iterable[Iterable[float]]) -> Rows:
        """The rows, each input less its mean, over its deviation."""
        return [
            [(x - mean) / deviation for x, mean, deviation in zip(row, self.means, self.deviations, strict=True)]
            for row in table(X, len(self.means))
        ]


def standardizer(X: Iterable[Iterable[float]]) -> Standardizer:
    """The `Standardizer` of the rows of X; make it of what is learnt from, and use it on what is held out too.

    A column that is the same everywhere has the deviation 1, and becomes 0.

    >>> standardizer([[1.0, 5.0], [3.0, 5.0]])
    Standardizer(means=[2.0, 5.0], deviations=[1.0, 1.0])
    """
    columns = list(zip(*table(X), strict=True))  # `statistics` is exact: what does not vary has the deviation 0
    return Standardizer(list(map(statistics.mean, columns)), [statistics.pstdev(column) or 1.0 for column in columns])


def standardize(X: Iterable[Iterable[float]]) -> Rows:
    """The rows of X with every column at mean 0 and standard deviation 1.

    >>> standardize([[1.0], [3.0]])
    [[-1.0], [1.0]]
    """
    rows = table(X)
    return standardizer(rows)(rows)


def one_hot(label: int, classes: int) -> list[float]:
    """A list with 1 at the place of a class, and 0 elsewhere.

    >>> one_hot(1, 3)
    [0.0, 1.0, 0.0]
    """
    hot = class_index(label, whole_number("the number of classes", classes, least=1))
    return [float(i == hot) for i in range(classes)]


def batches(
    X: Iterable[Row], y: Iterable[Target], size: int, rng: random.Random | None = None
) -> Iterator[tuple[list[Row], list[Target]]]:
    """The samples once through, in random order, `size` at a time; the last batch holds what is left.

    The rows are those that were given, not copies.

    >>> [len(rows) for rows, targets in batches([[0], [1], [2]], [0, 1, 2], size=2, rng=random.Random(1))]
    [2, 1]
    """
    rows, targets = of_one_length(X, y)
    size = whole_number("size", size, least=1)
    drawn = index_batches(len(rows), size, rng)
    return (([rows[i] for i in batch], [targets[i] for i in batch]) for batch in drawn)


def index_batches(count: int, size: int, rng: random.Random | None) -> list[list[int]]:
    """The numbers below `count` in random order, `size` at a time.

    >>> index_batches(3, 2, random.Random(1))
    [[1, 2], [0]]
    """
    order = shuffled(count, rng)
    return [order[start : start + size] for start in range(0, count, size)]


def shuffled(count: int, rng: random.Random | None) -> list[int]:
    """The numbers below `count` in random order."""
    check_rng(rng)
    order = list(range(count))
    (rng or random).shuffle(order)
    return order


def table(X: Iterable[Iterable[float]], width: int | None = None) -> Rows:
    """X as rows of finite floats, all of one length.

    >>> table([[1, 2], [3]])
    Traceback (most recent call last):
    ValueError: the rows of X are of one length, got 2 inputs in row 0 and 1 in row 1
    """
    if not is_sequence(X):
        raise TypeError(f"X is a list of rows, got {shown(X)}")
    rows: Rows = []
    for i, row in enumerate(X):
        if not is_sequence(row):
            raise TypeError(f"X holds rows, each a list of inputs; row {i} is {shown(row)}")
        rows.append([number(x, "a row of X takes") for x in row])
        if not all(map(math.isfinite, rows[-1])):
            raise ValueError(f"row {i} of X holds a nan or inf, which has no place on a scale")
        if not rows[-1]:
            raise ValueError(f"a row of X has at least one input, got none in row {i}")
        if len(rows[-1]) != (width or len(rows[0])):
            given = f"got {len(rows[0])} inputs in row 0 and" if width is None else f"this takes {width}, got"
            raise ValueError(f"the rows of X are of one length, {given} {len(rows[-1])} in row {i}")
    if not rows:
        raise ValueError("there is no sample: X is empty")
    return rows
