"""What a traced function holds in its hands: arguments that may be a batch, and results for all samples of one.

Every value made in a trace has a *level*: it is uniform, or it belongs to the samples of a batch. A uniform
value that meets one of a sample is *spread* over the samples; a result for each sample is *reduced* to a
uniform one. These two are the only ways between the levels, and each is the derivative of the other.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Never, Protocol, overload

from autograd import primitives
from autograd.compiler.structure import Spec
from autograd.fused import OwnRule
from autograd.modes import tracer
from autograd.primitives import Operand, Primitive, WholeSequence
from autograd.transforms import product
from autograd.value import Value

#: The rows that may be applied to a whole batch.
REDUCTIONS = (
    primitives.sum, primitives.mean, primitives.max, primitives.min, primitives.prod, primitives.logsumexp,
)  # fmt: skip


class Level(float):
    """What a traced value holds in the place of its gradient: the trace it is of, and the batch, if any."""

    trace: object
    batch: int | None

    def __new__(cls, trace: object, batch: int | None) -> "Level":
        level = super().__new__(cls, math.nan)
        level.trace, level.batch = trace, batch
        return level


class Reducer(Protocol):
    """What the derivatives below ask of a trace."""

    def reduced(self, row: Primitive, sample: Any, batch: int) -> Value:
        """The uniform value of a row over all samples."""

    def slope_of_reduction(self, row: Primitive, node: Value, batch: int) -> Any:
        """How fast a reduction grows with what one sample gives."""


class Spread(OwnRule):
    """The row of a uniform value as every sample of a batch sees it."""

    __slots__ = ("batch",)

    def __init__(self, batch: int) -> None:
        super().__init__("spread")
        self.batch = batch

    def pulled_back(self, node: Value, gradient: Any, y: Value) -> list[Any]:
        if type(y._grad) is Level and y._grad.batch is not None:
            return [gradient]  # of one sample, asked for by that sample
        return [the_trace().reduced(primitives.sum, gradient, self.batch)]

    def pushed_forward(self, node: Value, moved: Mapping[int, Any]) -> Any:
        return moved[id(node._x)]


class Reduced(OwnRule):
    """The row of a uniform value that was made of what all samples of a batch give."""

    __slots__ = ("batch", "row")

    def __init__(self, row: Primitive, batch: int) -> None:
        super().__init__(f"{row} over a batch")
        self.row = row
        self.batch = batch

    def pulled_back(self, node: Value, gradient: Any, y: Value) -> list[Any]:
        return [product(gradient, the_trace().slope_of_reduction(self.row, node, self.batch))]

    def pushed_forward(self, node: Value, moved: Mapping[int, Any]) -> Any:
        slope = the_trace().slope_of_reduction(self.row, node, self.batch)
        return the_trace().reduced(primitives.sum, product(moved[id(node._x)], slope), self.batch)


def the_trace() -> Reducer:
    trace: Any = tracer()
    if trace is None:
        raise TypeError("the results of a vmap inside a function under jit were used after it returned")
    return trace  # type: ignore[no-any-return]


class RowsOwner(Protocol):
    """What rows ask of the trace they are of."""

    def fix_length(self, rows: "Rows") -> int:
        """The number of rows, which is compiled in from now on."""

    def opened(self, rows: "Rows") -> list[Any]:
        """All rows, as uniform arguments."""


class Rows(Sequence[Any]):
    """A list or array among the arguments of a traced function.

    `vmap` makes it a batch of any length. Indexed, iterated or asked for its length it is a list, whose
    length is compiled in.
    """

    def __init__(self, trace: RowsOwner, place: int, name: str, length: int, element: Spec) -> None:
        self.trace = trace
        self.place = place
        self.name = name
        self.length = length
        self.element = element

    def __len__(self) -> int:
        return self.trace.fix_length(self)

    @overload
    def __getitem__(self, place: int) -> Any: ...

    @overload
    def __getitem__(self, place: slice) -> list[Any]: ...

    def __getitem__(self, place: Any) -> Any:
        return self.trace.opened(self)[place]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.trace.opened(self))


class Batch(WholeSequence):
    """What a traced `vmap` gives: a result for every sample of a batch whose size is open.

    result is a value, or nested lists of values, for one sample.
    """

    __slots__ = ("number", "result")

    def __init__(self, number: int, result: Any) -> None:
        self.number = number
        self.result = result

    @classmethod
    def apply(cls, row: Primitive, operands: tuple[Any, ...]) -> Any:
        """The reduction of a batch by a row; refused for any other row."""
        batch = operands[0]
        if row not in REDUCTIONS or not isinstance(batch, Batch):
            batch.refuse() if isinstance(batch, Batch) else refuse_batch()
        if not isinstance(batch.result, Value):
            raise TypeError(f"{row} takes a number for each sample, got lists: reduce them inside the function of vmap")
        return the_trace().reduced(row, batch.result, batch.number)

    def refuse(self, *_: Any) -> Never:
        refuse_batch()

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = refuse
    __pow__ = __rpow__ = __neg__ = __abs__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __float__ = refuse
    __iter__ = __len__ = __getitem__ = __contains__ = refuse


def refuse_batch() -> Never:
    """Raise the error for a batch that is used like a list or a number."""
    raise TypeError(
        "the result of vmap inside a function under jit has no length and no items yet: reduce it by autograd.sum, "
        "autograd.mean, max, min, prod or logsumexp, hand it to another vmap, or return it; "
        "what is done sample by sample belongs into the function that vmap is given"
    )


def is_value(operand: object) -> bool:
    """Whether an operand is a value, and not a batch, a number or nothing.

    >>> is_value(Value(1.0)), is_value(1.0)
    (True, False)
    """
    if isinstance(operand, Operand) and not isinstance(operand, Value):
        refuse_batch()
    return isinstance(operand, Value)
