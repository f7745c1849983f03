"""An executable made of families: a program for values, one for slopes too, each compiled when it is first run."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from autograd.compiler.adjoint import differentiated
from autograd.compiler.collector import collector_paused
from autograd.compiler.engine import lanes
from autograd.compiler.kernel import Kernel, Results
from autograd.compiler.lift import Lifted, lift
from autograd.compiler.passes import Passes
from autograd.compiler.program import Array, Program, pruned
from autograd.compiler.recording import Recording
from autograd.compiler.team import ALONE, Team

VECTORS = 2  # of samples to a block: 16 sums of a tile of 8 members then fill the registers


class Families:
    """The executable of a recording that has a regular form; Unliftable, if it has none.

    width  samples to a block, a multiple of the lanes of this machine
    team   the threads that share the samples of a call
    """

    def __init__(self, recording: Recording, width: int | None = None, team: Team = ALONE) -> None:
        self.recording = recording
        self.width = width or VECTORS * lanes()
        self.team = team
        self.sections = len(recording.sections)
        self.inputs = len(recording.arguments) + len(recording.captured)
        self.passes = Passes()
        with self.passes("lift"):
            self.lifted: Lifted = lift(recording)

    @collector_paused()
    def kernel(self, program: Program, passes: Passes | None = None) -> Kernel:
        """The machine code of a program over this recording."""
        return Kernel(program, self.sections, self.width, passes or Passes(self.passes.seconds), self.team)

    @collector_paused()
    def differentiated(self, seeded: bool, columns: bool) -> Kernel:
        """The machine code of the derivative."""
        passes = Passes(self.passes.seconds)
        with passes("differentiate"):
            program = differentiated(self.lifted, self.recording, seeded, columns)
        return self.kernel(program, passes)

    @cached_property
    def values(self) -> Kernel:
        """Gives the results alone."""
        forward = self.lifted.program
        return self.kernel(pruned(Program(list(forward.families), forward.outputs, forward.per_sample)))

    @cached_property
    def slopes(self) -> Kernel:
        """Gives the results, and the slopes of the one output in the uniform inputs."""
        return self.differentiated(seeded=False, columns=False)

    @property
    def with_slopes(self) -> Kernel:
        """Gives the results and their slopes: of the one output, or of all."""
        one = len(self.recording.outputs) == 1 and not self.recording.per_sample
        return self.slopes if one else self.all_slopes

    @cached_property
    def all_slopes(self) -> Kernel:
        """Gives the results, and the slopes of all, weighed by seeds, in all inputs."""
        return self.differentiated(seeded=True, columns=True)

    def forward(self, uniform: Array, columns: Sequence[Array]) -> tuple[Array, list[Array]]:
        """The outputs, and for each result per sample an array."""
        results = self.values(uniform, columns)
        return np.array(results.outputs), self._per_sample(results)

    def value_and_slopes(self, uniform: Array, columns: Sequence[Array]) -> tuple[float, Array]:
        """The one output, and its slopes in the uniform inputs."""
        results = self.slopes(uniform, columns)
        return results.outputs[0], self._or_zeros(results.uniform_slopes)

    def pull_back(
        self, uniform: Array, columns: Sequence[Array], seeds: Array, sample_seeds: Sequence[Array]
    ) -> tuple[Array, list[Array], Array, list[Array]]:
        """The results, and the slopes of the sum of seeds * results in all inputs."""
        by_section = []
        for s in range(len(columns)):
            pairs = zip(self.recording.per_sample, sample_seeds, strict=True)
            mine = [seed for (section, _), seed in pairs if section == s]
            by_section.append(np.ascontiguousarray(np.stack(mine, axis=1)) if mine else np.zeros((len(columns[s]), 0)))
        results = self.all_slopes(uniform, columns, np.ascontiguousarray(seeds, dtype=float), by_section)
        slopes = self._or_zeros(results.uniform_slopes)
        return np.array(results.outputs), self._per_sample(results), slopes, results.column_slopes

    def _or_zeros(self, slopes: Array | None) -> Array:
        return np.zeros(self.inputs) if slopes is None else slopes

    def _per_sample(self, results: Results) -> list[Array]:
        left = [iter(each) for each in results.per_sample]
        return [next(left[section]) for section, _ in self.recording.per_sample]
