"""What runs a recording in which sums have become batches: it gathers the columns, and takes their slopes back."""

from collections.abc import Callable, Sequence

import numpy as np

from autograd.compiler.program import Array
from autograd.compiler.recording import Executable, Recording
from autograd.compiler.replicas import MUCH, Replicas, with_replicas

ONE = np.ones(1)


def with_batches_found(
    recording: Recording, compile: Callable[[Recording], Executable], much: int = MUCH
) -> Executable:
    """What `compile` gives, after sums over many pieces that are alike became batches; see `with_replicas`."""
    replicas = with_replicas(recording, much)
    return compile(recording) if replicas is None else Replicated(recording, replicas, compile(replicas.recording))


class Columns:
    """The columns of one section: constants, and places in the uniform inputs."""

    def __init__(self, columns: Sequence[Sequence[int | float]]) -> None:
        given = [*zip(*columns, strict=True)]
        self.numbers = np.array([[v if type(v) is float else 0.0 for v in row] for row in given])
        from_inputs = np.array([[type(v) is int for v in row] for row in given])
        self.filled = np.flatnonzero(from_inputs)
        self.places = np.array([v for row in given for v in row if type(v) is int], dtype=np.int64)

    def filled_in(self, uniform: Array) -> Array:
        """The columns, for these uniform inputs."""
        if self.places.size == self.numbers.size:
            return uniform[self.places].reshape(self.numbers.shape)
        if not self.places.size:
            return self.numbers
        found = self.numbers.copy()
        found.reshape(-1)[self.filled] = uniform[self.places]
        return found

    def add_slopes(self, slopes: Array, uniform_slopes: Array) -> None:
        """Add the slopes in these columns to those in the uniform inputs."""
        if self.places.size:
            each = slopes.reshape(-1)[self.filled]
            with np.errstate(all="ignore"):  # inf - inf is nan, as in eager mode, in silence
                uniform_slopes += np.bincount(self.places, each, len(uniform_slopes))


class Replicated:
    """The executable of a recording, around one of the same recording with replicas.

    >>> from autograd import Value, mean
    >>> from autograd.compiler.interpret import Interpreter
    >>> w, xs = Value(0.0), [Value(0.0) for _ in range(8)]
    >>> recording = Recording(tuple(xs), (), (), (mean([((w * x) * (w * x) * w) ** 2.0 for x in xs]),), ())
    >>> with_batches_found(recording, Interpreter, much=0).value_and_slopes(np.ones(9), [])
    (1.0, array([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 6. ]))
    """

    def __init__(self, recording: Recording, replicas: Replicas, inner: Executable) -> None:
        self.inner = inner
        self.columns = [Columns(columns) for columns in replicas.columns]
        place = {id(v): i for i, v in enumerate((*recording.arguments, *recording.captured))}
        new = replicas.recording
        self._count = len(place)
        self._given = len(recording.sections)
        self._kept = as_slice([place[id(v)] for v in (*new.arguments, *new.captured)])
        self._constant = not any(columns.places.size for columns in self.columns)

    def forward(self, uniform: Array, columns: Sequence[Array]) -> tuple[Array, list[Array]]:
        """The outputs, and for each result per sample an array."""
        return self.inner.forward(uniform[self._kept], self._all_columns(uniform, columns))

    def value_and_slopes(self, uniform: Array, columns: Sequence[Array]) -> tuple[float, Array]:
        """The one output, and its slopes in the uniform inputs."""
        if self._constant:
            value, slopes = self.inner.value_and_slopes(uniform[self._kept], self._all_columns(uniform, columns))
            return value, self._slopes(slopes, ())
        outputs, _, slopes, _ = self.pull_back(uniform, columns, ONE, ())
        return float(outputs[0]), slopes

    def pull_back(
        self, uniform: Array, columns: Sequence[Array], seeds: Array, sample_seeds: Sequence[Array]
    ) -> tuple[Array, list[Array], Array, list[Array]]:
        """The results, and the slopes of the sum of seeds * results in all inputs."""
        given = self._all_columns(uniform, columns)
        outputs, samples, slopes, of_columns = self.inner.pull_back(uniform[self._kept], given, seeds, sample_seeds)
        return outputs, samples, self._slopes(slopes, of_columns[self._given :]), of_columns[: self._given]

    def _all_columns(self, uniform: Array, columns: Sequence[Array]) -> list[Array]:
        return [*columns, *(each.filled_in(uniform) for each in self.columns)]

    def _slopes(self, slopes: Array, of_columns: Sequence[Array]) -> Array:
        """The slopes in the uniform inputs of the original."""
        found = np.zeros(self._count)
        found[self._kept] = slopes
        for columns, each in zip(self.columns, of_columns, strict=bool(of_columns)):
            columns.add_slopes(each, found)
        return found


def as_slice(places: list[int]) -> "slice | Array":
    """Places one after the other as a slice, which copies nothing; others as an array.

    >>> as_slice([3, 4, 5]), as_slice([1, 3])
    (slice(3, 6, None), array([1, 3]))
    """
    if places and places == [*range(places[0], places[0] + len(places))]:
        return slice(places[0], places[0] + len(places))
    return np.array(places, dtype=np.int64)
