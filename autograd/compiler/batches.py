"""What is the same for all samples of a batch, what belongs to each, and the ways between the two.

Every value made in a trace has a *level*: it is uniform, or it belongs to the samples of a batch. A uniform
value that meets one of a sample is *spread* over the samples; a result for each sample is *reduced* to a
uniform one. These two are the only ways between the levels, and each is the derivative of the other.
"""

from collections.abc import Mapping
from typing import Any, Never, Protocol

from autograd import primitives
from autograd.frozen import Unknown, refuse_to_freeze
from autograd.fused import OwnRule
from autograd.modes import tracer
from autograd.primitives import Operand, Primitive, WholeSequence
from autograd.transforms import product
from autograd.value import Value

#: The rows that may be applied to a whole batch.
REDUCTIONS = (
    primitives.sum, primitives.mean, primitives.max, primitives.min, primitives.prod, primitives.logsumexp,
)  # fmt: skip


class Level(Unknown):
    """What a traced value holds in the place of its number and of its gradient.

    trace  the trace it is of
    batch  the batch whose samples it belongs to, or None
    """

    __slots__ = ("batch", "trace")

    def __init__(self, title: str, trace: object, batch: int | None) -> None:
        super().__init__(title)
        self.trace = trace
        self.batch = batch


class Traced(Value):
    """A value that was made in a trace, and has no number.

    Elsewhere values are looked up by identity. Here one may stand for a number, which would be found by its number.
    """

    __slots__ = ()

    def __hash__(self) -> int:
        refuse_to_freeze("a look-up by its number", "use autograd.take(table, index), or autograd.equal(x, y)")
        return object.__hash__(self)

    def __repr__(self) -> str:
        return f"Value({self._grad!r})"

    def __copy__(self) -> None:
        self._refuse_a_copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> None:
        self._refuse_a_copy()

    def _refuse_a_copy(self) -> None:
        refuse_to_freeze("a copy", "use the value itself, or +value for another node")
        held: Any = self._grad
        held.refuse_later()


Traced.__name__ = Value.__name__  # in what Python itself says, as of len(value)


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
        level: Any = y._grad
        if type(level) is Level and level.batch is not None:
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
    __mod__ = __rmod__ = __floordiv__ = __rfloordiv__ = __matmul__ = __rmatmul__ = __round__ = refuse
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
