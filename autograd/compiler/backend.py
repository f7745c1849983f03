"""What runs a recording: families where it is regular, a tape where it is not, or where a result is not finite."""

from collections.abc import Sequence
from functools import cached_property, partial

import numpy as np

from autograd.compiler.families import Families
from autograd.compiler.numbering import Unliftable
from autograd.compiler.program import Array
from autograd.compiler.recording import Executable, Recording
from autograd.compiler.replicated import Replicated, with_batches_found
from autograd.compiler.tape import Tape
from autograd.compiler.team import ALONE, Team


def compile_recording(recording: Recording, team: Team = ALONE) -> Executable:
    """What a team runs for a recording, in which sums over many pieces that are alike have become batches."""
    return with_batches_found(recording, partial(compiled_as_it_is, team=team))


def compiled_as_it_is(recording: Recording, team: Team = ALONE) -> Executable:
    """What runs a recording: families, which a team shares, or a tape."""
    try:
        return Checked(Families(recording, team=team), recording)
    except Unliftable:
        return Tape(recording)


def families_of(executable: Executable) -> Families:
    """The families of an executable; a TypeError, if it is a tape."""
    if isinstance(executable, Replicated):
        return families_of(executable.inner)
    if not isinstance(executable, Checked):
        raise TypeError(
            "this function has no regular form, and runs as a tape of instructions: there are no arrays to show"
        )
    return executable.families


class Checked:
    """Families, and the tape of the same recording for inputs that are huge, or give an inf or a nan.

    Families add up in another order and round a product and a sum once, so that they may say inf, or even go on
    with a number, where the operations one by one overflow. The tape does what eager mode does.
    """

    def __init__(self, families: Families, recording: Recording) -> None:
        self.families = families
        self.recording = recording

    @cached_property
    def tape(self) -> Tape:
        """The same, operation by operation."""
        return Tape(self.recording)

    def forward(self, uniform: Array, columns: Sequence[Array]) -> tuple[Array, list[Array]]:
        """The outputs, and for each result per sample an array."""
        if moderate(uniform, *columns):
            outputs, per_sample = self.families.forward(uniform, columns)
            if all_finite(outputs, *per_sample):
                return outputs, per_sample
        return self.tape.forward(uniform, columns)

    def value_and_slopes(self, uniform: Array, columns: Sequence[Array]) -> tuple[float, Array]:
        """The one output, and its slopes in the uniform inputs."""
        if moderate(uniform, *columns):
            output, slopes = self.families.value_and_slopes(uniform, columns)
            if all_finite(output, slopes):
                return output, slopes
        return self.tape.value_and_slopes(uniform, columns)

    def pull_back(
        self, uniform: Array, columns: Sequence[Array], seeds: Array, sample_seeds: Sequence[Array]
    ) -> tuple[Array, list[Array], Array, list[Array]]:
        """The results, and the slopes of the sum of seeds * results in all inputs."""
        if moderate(uniform, *columns):
            found = self.families.pull_back(uniform, columns, seeds, sample_seeds)
            outputs, per_sample, slopes, column_slopes = found
            if all_finite(outputs, *per_sample, slopes, *column_slopes):
                return found
        return self.tape.pull_back(uniform, columns, seeds, sample_seeds)


HUGE = 1e100  # what is below does not overflow in a product of three


def moderate(*inputs: Array) -> bool:
    """Whether no input is huge, inf or nan.

    >>> moderate(np.ones(2)), moderate(np.array([1.0, -1e150])), moderate(np.array([np.nan]))
    (True, False, False)
    """
    return all(bool(np.abs(given).max(initial=0.0) < HUGE) for given in inputs)


def all_finite(*arrays: Array) -> bool:
    """Whether there is neither an inf nor a nan in any array.

    >>> all_finite(np.ones(2), 0.0), all_finite(np.array([1.0, np.nan]))
    (True, False)
    """
    return all(bool(np.isfinite(array).all()) for array in arrays)
