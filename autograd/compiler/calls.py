"""A compiled function called: numbers in, the machine code once, and results that are values of the ordinary graph."""

from collections.abc import Sequence
from struct import Struct
from typing import Any

import numpy

from autograd.compiler.arguments import Arguments, doubles
from autograd.compiler.one_result import OneResult
from autograd.compiler.recording import Executable, Recording
from autograd.compiler.results import Uniform, arranged
from autograd.compiler.schedule import Filling, Origin
from autograd.compiler.surroundings import Surroundings
from autograd.fused import Fused, made_of
from autograd.modes import mode, open_blocks
from autograd.transforms import same_number_of_samples
from autograd.value import Value, leaf

Array = Any
ONE = numpy.ones(1)


class Native:
    """A function, compiled for arguments that are nested in one way.

    row         what stands in the place of a row in its results
    executable  the machine code
    filling     what its inputs are filled with
    plan        how the results are nested
    surroundings  what the function reads besides its arguments
    origins     of each output, and then of each result sample by sample
    per_sample  for each result sample by sample, its section
    reductions  the sections and the rows that reduce them
    """

    def __init__(
        self,
        name: str,
        recording: Recording,
        executable: Executable,
        filling: Filling,
        plan: Any,
        origins: Sequence[Origin],
        surroundings: Surroundings,
    ) -> None:
        self.surroundings = surroundings
        self.row = Fused(name)
        self.executable = executable
        self.one_result = OneResult(recording, executable)
        self.filling = filling
        self.captured = filling.captured
        self._packed = Struct(f"{len(filling.captured)}d").pack
        self.plan = plan
        self.origins = tuple(origins)
        self.outputs = len(recording.outputs)
        self.per_sample = tuple(section for section, _ in recording.per_sample)
        self._is_single = self.outputs == 1 and not self.per_sample
        self.reductions = tuple((reduction.section, reduction.row) for reduction in recording.reductions)

    def fits(self, given: Arguments) -> bool:
        """Whether this was compiled for as many rows as are given, and for what the function reads now."""
        for place, length in self.filling.fixed:
            if given.rows[place].length != length:
                return False
        return self.surroundings.unchanged()

    def __call__(self, given: Arguments) -> Any:
        uniform = self.uniform(given)
        columns = self.columns(given)
        remembering = (self.captured or given.valued) and (not open_blocks or mode().recording)
        if not remembering:
            outputs, samples = self.executable.forward(uniform, columns)
            return self._leaves(given, outputs, samples)
        if self._is_single and self.is_value(0, given):
            return self._with_slopes(given, uniform, columns)
        return Point(self, given, uniform, [array.copy() for array in columns]).results()

    # What goes in

    def uniform(self, given: Arguments) -> Array:
        """The numbers of the uniform arguments, and then those of the captured values, as they are now."""
        captured = [v._data for v in self.captured]
        if captured and not self.filling.opened and not given.numbers:
            return numpy.frombuffer(self._packed(*captured))  # three times as fast as numpy.array
        opened = [given.rows[place].array.reshape(-1) for place in self.filling.opened]
        return numpy.concatenate([doubles(given.numbers), *opened, captured])

    def columns(self, given: Arguments) -> list[Array]:
        """For each section an array with a row for each sample; the one array that was given, if it is only one."""
        of_axes = [self._samples(axis, given) for axis in self.filling.axes]
        for section, axis in enumerate(self.filling.sections):
            if not len(of_axes[axis]):
                self._refuse_nothing(section)
        return [of_axes[axis] for axis in self.filling.sections]

    def _samples(self, axis: Sequence[tuple[int, str]], given: Arguments) -> Array:
        """The columns of all rows of an axis, side by side."""
        every = given.rows
        first = every[axis[0][0]]
        if len(axis) == 1:
            return first.array
        for place, name in axis:
            if every[place].length != first.length:
                same_number_of_samples((axis[0][1], first.length), (name, every[place].length))
        return numpy.concatenate([every[place].array for place, _ in axis], axis=1)

    def _refuse_nothing(self, section: int) -> None:
        """Raise what a row raises for no values, if one of those that reduce this section does."""
        for reduced, row in self.reductions:
            if reduced == section:
                row.function(())

    def operands(self, given: Arguments) -> tuple[Value, ...]:
        """The values among the arguments, and then the captured ones."""
        if not given.valued:
            return self.captured
        uniform = [v for v in given.numbers if isinstance(v, Value)]
        opened = [v for place in self.filling.opened for _, v in given.rows[place].values]
        columns = [v for axis in self.filling.axes for place, _ in axis for _, v in given.rows[place].values]
        return (*uniform, *opened, *columns, *self.captured)

    def slopes_of_operands(self, given: Arguments, uniform: Array, columns: Sequence[Array]) -> tuple[float, ...]:
        """The slopes in the operands, in their order, among those in all inputs."""
        if not given.valued:
            before = len(uniform) - len(self.captured)
            return tuple((uniform[before:] if before else uniform).tolist())
        found = uniform.tolist()
        slopes = [found[place] for place, v in enumerate(given.numbers) if isinstance(v, Value)]
        start = len(given.numbers)
        for place in self.filling.opened:
            slopes += [found[start + i] for i, _ in given.rows[place].values]
            start += given.rows[place].length * given.rows[place].width
        for number, axis in enumerate(self.filling.axes):
            arrays = [array for array, of in zip(columns, self.filling.sections, strict=True) if of == number]
            with numpy.errstate(all="ignore"):  # inf - inf is nan, as in eager mode, in silence
                total = arrays[0] if len(arrays) == 1 else numpy.sum(arrays, axis=0)
            column = 0
            for place, _ in axis:
                rows = given.rows[place]
                part = total[:, column : column + rows.width].reshape(-1).tolist()
                slopes += [part[i] for i, _ in rows.values]
                column += rows.width
        return (*slopes, *found[len(found) - len(self.captured) :])

    # What comes out

    def is_value(self, result: int, given: Arguments) -> bool:
        """Whether the function itself would give a value there, and not a number."""
        origin = self.origins[result]
        return origin.value or bool(origin.arguments & given.valued)

    def _leaves(self, given: Arguments, outputs: Array, samples: Sequence[Array]) -> Any:
        """Results that remember nothing: numbers, or values without operands."""
        numbers = [outputs.tolist(), *(array.tolist() for array in samples)]

        def uniform(place: int) -> Any:
            return Value(numbers[0][place]) if self.is_value(place, given) else numbers[0][place]

        def sampled(place: int) -> list[Any]:
            each = numbers[1 + place]
            return [*map(leaf, each)] if self.is_value(self.outputs + place, given) else each

        return arranged(self.plan, uniform, sampled)

    def _with_slopes(self, given: Arguments, uniform: Array, columns: list[Array]) -> Any:
        """A single result, with its slopes from the same run of the machine code."""
        if given.valued and any(rows.values for rows in given.rows):
            outputs, _, slopes, column_slopes = self.executable.pull_back(uniform, columns, ONE, ())
            number = float(outputs[0])
        else:
            number, slopes = self.executable.value_and_slopes(uniform, columns)
            column_slopes = columns  # of none is the slope asked for
        found = self.slopes_of_operands(given, slopes, column_slopes)
        result = made_of(self.operands(given), number, self.row, found)
        return result if type(self.plan) is Uniform else arranged(self.plan, lambda place: result, [].__getitem__)


class Point:
    """The inputs of a call with several results, kept for the slopes of those that are asked for theirs."""

    def __init__(self, native: Native, given: Arguments, uniform: Array, columns: list[Array]) -> None:
        self.native = native
        self.given = given
        self.uniform = uniform
        self.columns = columns

    def results(self) -> Any:
        """The results, each a value of the same operands."""
        native = self.native
        outputs, samples = native.executable.forward(self.uniform, self.columns)
        operands = native.operands(self.given)
        numbers = outputs.tolist()

        def made(number: float, result: int, sample: int) -> Any:
            if not native.is_value(result, self.given):
                return number
            return made_of(operands, number, native.row, LaterSlopes(self, result, sample))

        def sampled(place: int) -> list[Any]:
            each = samples[place].tolist()
            return [made(number, native.outputs + place, sample) for sample, number in enumerate(each)]

        return arranged(native.plan, lambda place: made(numbers[place], place, 0), sampled)

    def slopes(self, result: int, sample: int) -> tuple[float, ...]:
        """The slopes of one result, for results sample by sample of one sample, in the operands of the call."""
        uniform, columns = self.native.one_result.pull_back(result, sample, self.uniform, self.columns)
        return self.native.slopes_of_operands(self.given, uniform, columns)


class LaterSlopes:
    """The slopes of one of several results, computed when they are asked for, at the point of the call."""

    __slots__ = ("_found", "_point", "_result", "_sample")

    def __init__(self, point: Point, result: int, sample: int) -> None:
        self._point: Point | None = point
        self._result = result
        self._sample = sample
        self._found: tuple[float, ...] = ()

    @property
    def slopes(self) -> tuple[float, ...]:
        """One for each operand."""
        point = self._point
        if point is not None:
            self._found = point.slopes(self._result, self._sample)
            self._point = None  # two threads may both come here, and find the same
        return self._found

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (self.slopes,)  # a copy has the numbers
