"""`Recorder`: how large activations and local gradients are in every layer, epoch by epoch, over a training."""

from collections.abc import Iterable
from typing import Any

from autograd.accurate import sum_in_order
from autograd.value import Value
from nn.checks import whole_number
from nn.data.given import of_one_length
from nn.diagnosis import Diagnosis, Sizes, diagnosis
from nn.losses import Loss, loss_function
from nn.module import Module

#: Rows that are looked at after an epoch, if there are more: enough for a size, which is a mean.
ROWS = 64


class Recorder:
    """Keeps a `diagnosis` of each epoch, as the `metric` of `fit`; its number is the mean loss of the rows it looks at.

    loss  that of the training, or its name
    rows  how many rows are looked at, evenly spaced among all of them

    A training without one is as fast as ever: nothing listens while a model runs.

    >>> import random
    >>> from nn import MLP, SGD, fit
    >>> model = MLP(1, [2, 1], activation="tanh", rng=random.Random(1337))
    >>> recorder = Recorder()
    >>> optimizer = SGD(model.parameters(), lr=0.1)
    >>> history = fit(model, [[0.0], [1.0]], [0.0, 1.0], optimizer=optimizer, epochs=3, metric=recorder)
    >>> {layer: len(sizes) for layer, sizes in recorder.deltas.items()}
    {'layers.0': 3, 'layers.1': 3}
    """

    def __init__(self, loss: Loss | str = "squared_error", *, rows: int = ROWS) -> None:
        self.loss = loss_function(loss)
        self.rows = whole_number("the number of rows", rows, least=1)
        self.reports: list[Diagnosis] = []

    def __call__(self, model: Module, X: Iterable[Any], y: Iterable[Any]) -> float:
        rows, targets = of_one_length(X, y)
        count = min(self.rows, len(rows))
        chosen = [i * len(rows) // count for i in range(count)]
        losses: list[float] = []

        def noted(prediction: Any, target: Any) -> Any:
            loss = self.loss(prediction, target)
            if isinstance(loss, Value):  # any other is refused where it arrives
                losses.append(loss.data)
            return loss

        report = diagnosis(model, [rows[i] for i in chosen], [targets[i] for i in chosen], loss=noted)
        self.reports.append(report)
        return sum_in_order(losses, 0.0) / count

    @property
    def activations(self) -> dict[str, list[float]]:
        """The size of the activations of each layer, epoch by epoch."""
        return {layer: [each.activations for each in sizes] for layer, sizes in self._sizes().items()}

    @property
    def deltas(self) -> dict[str, list[float]]:
        """The size of the deltas of each layer, epoch by epoch."""
        return {layer: [each.deltas for each in sizes] for layer, sizes in self._sizes().items()}

    def _sizes(self) -> dict[str, list[Sizes]]:
        """The sizes of each layer; none of an epoch in which no row met it are two zeros."""
        layers = dict.fromkeys(layer for report in self.reports for layer in report.sizes)
        return {layer: [report.sizes.get(layer, Sizes(0.0, 0.0)) for report in self.reports] for layer in layers}

    def __repr__(self) -> str:
        return f"<Recorder of {len(self.reports)} epoch{'s' * (len(self.reports) != 1)}>"
