"""`History`: what happened in a training, epoch by epoch."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from autograd.primitives import number
from nn.checks import check_text, shown

MOST_LINES = 12  # of a printed history; of a longer one, so many epochs evenly spread


@dataclass
class History:
    """What happened epoch by epoch; each list is empty where nothing was asked for.

    losses      the mean loss of the samples, each as it was met, before the step that learnt from it, with its penalty
    metrics     the metric after the epoch
    validation  the mean loss of the samples held out, after the epoch
    rates       the learning rate of the epoch
    stopped     why it ended before its last epoch; empty if it did not

    >>> History([0.5, 0.25]).losses[-1]
    0.25
    """

    losses: list[float] = field(default_factory=list)
    metrics: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    stopped: str = ""

    @property
    def best(self) -> int:
        """The epoch, counted from 0, of the lowest loss on what was held out, or else of the training.

        >>> History([0.5, 0.25, 0.125], validation=[0.6, 0.4, 0.5]).best
        1
        """
        watched = self.validation or self.losses
        if not watched:
            raise ValueError("there is no best epoch: nothing was trained")
        return min(range(len(watched)), key=watched.__getitem__)

    def columns(self) -> dict[str, list[float]]:
        """The lists that hold something, by what they are called.

        >>> History([0.5]).columns()
        {'loss': [0.5]}
        """
        named = {"loss": self.losses, "validation": self.validation, "metric": self.metrics, "rate": self.rates}
        return {name: numbers for name, numbers in named.items() if numbers}

    def to_csv(self) -> str:
        """A line for each epoch, for a spreadsheet.

        >>> print(History([0.5, 0.25], metrics=[0.8, 1.0]).to_csv())
        epoch,loss,metric
        0,0.5,0.8
        1,0.25,1.0
        <BLANKLINE>
        """
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        columns = self.columns()
        writer.writerow(["epoch", *columns])
        writer.writerows([epoch, *row] for epoch, row in enumerate(zip(*columns.values(), strict=True)))
        return text.getvalue()

    def to_json(self) -> str:
        """The record as JSON.

        >>> History.from_json(History([0.5]).to_json()) == History([0.5])
        True
        """
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What `to_json` wrote."""
        try:
            record = json.loads(text)
        except (TypeError, ValueError, RecursionError):
            raise ValueError(f"a history is read from the text that to_json() gives, got {shown(text)}") from None
        return cls.of(record)

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """A history of plain data, as `dataclasses.asdict` gives it.

        >>> History.of({"losses": [0.5]}).losses
        [0.5]
        """
        known = [each.name for each in fields(cls)]
        if not isinstance(record, Mapping) or not all(name in known for name in record):
            raise ValueError(f"a history is a dictionary of {', '.join(known)}, got {shown(record)}")
        for name, held in record.items():
            if name == "stopped":
                check_text("stopped, of a history,", held)
            elif not isinstance(held, list):
                raise TypeError(f"{name} of a history is a list of numbers, got {shown(held)}")
            else:
                for each in held:
                    number(each, f"{name} of a history holds")
        return cls(**record)

    def __str__(self) -> str:
        columns = self.columns()
        lines = ["  ".join([f"{'epoch':>6}", *(f"{name:>11}" for name in columns)])]
        for epoch in spread(len(self.losses), MOST_LINES):
            numbers = (f"{numbers[epoch]:>11.5g}" for numbers in columns.values())
            lines.append("  ".join([f"{epoch:>6}", *numbers]))
        return "\n".join([*lines, f"stopped: {self.stopped}"] if self.stopped else lines)


def spread(count: int, most: int) -> list[int]:
    """The numbers below `count`, or so many of them evenly spread, the first and the last included.

    >>> spread(3, 5), spread(9, 3)
    ([0, 1, 2], [0, 4, 8])
    """
    if count <= most:
        return list(range(count))
    return [i * (count - 1) // (most - 1) for i in range(most)]
