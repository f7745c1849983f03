"""`Value`: a number that remembers how it was made, and backpropagation through what it remembers.

Every operation gives a new `Value` that holds its result, its row of the table (`primitives.py`), its
operands and, for each operand, the *local slope*: how fast the result grows with that operand, taken
when the operation ran. `backward()` walks from a result to the values it was made of and multiplies
slopes along the way. The chain rule stands in one loop, in `Value.backward`.

How a node holds its operands, flat so that it needs no container (most nodes have one or two):

    kind                     _row  _x                _dx                      _y                       _dy
    leaf                     None  None              None                     None                     None
    ... reached by hand      None  ByHand            None                     None                     None
    one operand              row   operand           slope                    None                     None
    two operands             row   operand           slope                    operand                  slope
    any other number         row   tuple, flattened  tuple of slopes          length of its sequences  None
    ... a constant among it  row   tuple, flattened  list of slopes           length of its sequences  None
    walked by hand           row   tuple, flattened  HandWalk                 length of its sequences  None
    with a rule of its own   row   tuple             a function               0                        None

An operand that is a constant is a float, and its slope is None: it is never differentiated.
"""

import operator
from collections.abc import Callable, Iterable
from itertools import islice
from math import isfinite
from typing import TYPE_CHECKING, Any, Never

from autograd import primitives
from autograd.accurate import sum_in_order
from autograd.advice import on_repeated_backward
from autograd.anomaly import recorded_under_watch, watched_backward
from autograd.dialects import Dialects, HandMade, HandWalk, forget_the_walk, named_as_elsewhere
from autograd.frozen import refuse_to_freeze
from autograd.modes import mode, open_blocks, tracer
from autograd.primitives import TABLE, Operand, Primitive, number

new = object.__new__
MINUS_ZERO = -0.0
BEGUN = MINUS_ZERO + 1.0  # the gradient of a value that backward() was called on: a 1.0 told by its identity
NO_OPERANDS: tuple[Any, ...] = ()


class Value(Dialects):
    """A number that remembers how it was made.

    data is the number, and grad how fast the value that `backward()` was last called on grows with this
    one; 0.0 until then. Both may be assigned. Values are compared by their data (`<`, `>=`, ...), but
    equal only to themselves, so that they live in sets and dictionaries.

    >>> a = Value(2.0, label="a")
    >>> b = Value(-3.0, label="b")
    >>> c = (a * b + 5.0).tanh()
    >>> c.backward()
    >>> c, round(a.grad, 4)
    (Value(data=-0.7615941559557649, grad=1.0), -1.2599)

    A second and third argument make a node by hand, from its operands and its slope in each:

    >>> y = Value(a.data ** 3, (a,), (3 * a.data ** 2,))
    >>> a.grad = 0.0
    >>> y.backward()
    >>> a.grad
    12.0
    """

    __slots__ = ("_data", "_grad", "_row", "_x", "_dx", "_y", "_dy", "__dict__")  # noqa: RUF023  in the order of the table above

    _row: Primitive | HandMade | None

    #: What pictures and messages call this value.
    label: str = ""
    #: The part of a model it belongs to, as in "layers.0.neurons.3".
    scope: str = ""
    #: True for an argument of a derivative that has been taken: a constant to all that comes after.
    spent: bool = False

    def __init__(
        self,
        data: Any,
        operands: Iterable[Any] = NO_OPERANDS,
        made_by: str | Iterable[Any] = "",
        label: str = "",
        **named: Any,
    ) -> None:
        self._grad = 0.0
        self._row = self._x = self._dx = self._y = self._dy = None
        if label:
            self.label = label
        if named:
            operands, made_by = named_as_elsewhere(named, operands, made_by)
        if open_blocks and (trace := tracer()) is not None:
            trace.fill(self, data, operands)
            return
        self._data = number(data, "Value takes")
        if operands is not NO_OPERANDS or made_by != "":
            self._make_by_hand(operands, made_by)

    # What a value holds

    @property
    def data(self) -> float:
        """The number. What is assigned counts from then on; results already computed stay as they were."""
        if open_blocks:
            refuse_to_freeze("its data", "compute with the value itself")
        return self._data

    @data.setter
    def data(self, data: Any) -> None:
        if open_blocks:
            refuse_to_freeze("an assignment to its data", "return the new number, and assign it outside")
        self._data = number(data, "data takes")

    @property
    def grad(self) -> float:
        """The gradient of the value that `backward()` was called on, with respect to this one."""
        if open_blocks:
            refuse_to_freeze("its gradient", "use autograd.grad or autograd.gradients, which give values")
        return self._grad

    @grad.setter
    def grad(self, grad: Any) -> None:
        if open_blocks:
            refuse_to_freeze("an assignment to its gradient", "assign it outside")
        self._grad = number(grad, "grad takes")
        if self._row is None:
            self._x = None  # what walks by hand added is gone

    @property
    def operands(self) -> tuple["Value", ...]:
        """The values this one was made of, in order, constants included; none for a leaf."""
        if self._row is None:
            return ()
        if type(self._y) is int:
            if any(type(operand) is float for operand in self._x):
                self._x = tuple(Value(o) if type(o) is float else o for o in self._x)
            return self._x  # type: ignore[no-any-return]
        if type(self._x) is float:
            self._x = Value(self._x)
        if self._y is None:
            return (self._x,)
        if type(self._y) is float:
            self._y = Value(self._y)
        return (self._x, self._y)

    @property
    def slopes(self) -> tuple[float | None, ...]:
        """The local slope in each operand; None for a constant, and where only a rule of the user's own knows it."""
        if self._row is None:
            return ()
        if type(self._y) is int:
            if callable(self._dx):
                return (None,) * len(self._x)
            return tuple(self._dx) if type(self._dx) in (list, tuple) else self._dx.slopes
        return (self._dx,) if self._y is None else (self._dx, self._dy)

    def item(self) -> float:
        """The number, as in NumPy and PyTorch.

        >>> Value(2.0).item()
        2.0
        """
        return self.data

    def detach(self) -> "Value":
        """A new leaf with the same number: what is computed from it has no slope in this value.

        >>> Value(2.0).exp().detach().operands
        ()
        """
        if open_blocks and (trace := tracer()) is not None:
            return trace.detached(self)  # type: ignore[no-any-return]
        return Value(self._data)

    # Backpropagation

    def backward(self) -> None:
        """Set the gradient of this value in everything it was made of.

        Leaves add up over several calls (assign `grad = 0.0`, or call a module's `zero_grad`, to start
        again); every value between is set afresh. The slopes are those of the recorded point.

        >>> x = Value(3.0)
        >>> y = x * x + x
        >>> y.backward()
        >>> x.grad
        7.0
        """
        if open_blocks:
            refuse_to_freeze("backward()", "use autograd.grad or autograd.gradients, which give values")
        if type(self._data) is not float:
            float(self._data)  # made while a function was traced: refuses before any gradient changes
        begun_before = self._grad is BEGUN
        order = operands_first(self)
        if not order:
            self._grad += 1.0
            return
        if begun_before:
            on_repeated_backward(order, recomputed)
        self._grad = BEGUN
        if open_blocks and mode().watching:
            watched_backward(order)
            return
        for node in reversed(order):
            grad = node._grad
            dx = node._dx
            dy = node._dy
            if dy is not None:
                operand = node._y
                operand._grad += grad * dy
                if dx is not None:
                    operand = node._x
                    operand._grad += grad * dx
            elif type(dx) is float:
                operand = node._x
                operand._grad += grad * dx
            elif type(dx) is tuple:
                # Behind a relu that is off, every product is a zero, which changes no gradient: none is -0.0, because
                # each began at 0.0. An inf or nan among the slopes would show in their sum, and is multiplied.
                if grad == 0.0 and isfinite(sum(dx)):
                    continue
                for operand, slope in zip(node._x, dx, strict=True):
                    operand._grad += grad * slope
            elif callable(dx):
                dx()
            else:
                for operand, slope in zip(node._x, dx if type(dx) is list else dx.slopes, strict=True):
                    if slope is not None:
                        operand._grad += grad * slope

    # Operators

    @classmethod
    def apply(cls, row: Primitive, operands: tuple[Any, ...]) -> "Value":
        """The result of a row for operands of which at least one is a value, recorded."""
        if open_blocks:
            if (trace := tracer()) is not None:
                return trace.record(row, operands)  # type: ignore[no-any-return]
            current = mode()
            if current.watching:
                make = recorded if current.recording else unrecorded
                return recorded_under_watch(row, operands, make)  # type: ignore[no-any-return]
            if not current.recording:
                return unrecorded(row, operands)
        return recorded(row, operands)

    def __add__(self, other: Any) -> "Value":
        if type(other) is not Value or open_blocks:
            return of_two(primitives.add, self, other)
        node = new(Value)
        node._data = self._data + other._data
        node._grad = 0.0
        node._row = primitives.add
        node._x = self
        node._dx = 1.0
        node._y = other
        node._dy = 1.0
        return node

    def __mul__(self, other: Any) -> "Value":
        if type(other) is not Value or open_blocks:
            return of_two(primitives.mul, self, other)
        node = new(Value)
        x = self._data
        y = other._data
        node._data = x * y
        node._grad = 0.0
        node._row = primitives.mul
        node._x = self
        node._dx = y
        node._y = other
        node._dy = x
        return node

    def __radd__(self, other: Any) -> "Value":
        return of_two(primitives.add, other, self)

    def __rmul__(self, other: Any) -> "Value":
        return of_two(primitives.mul, other, self)

    def __sub__(self, other: Any) -> "Value":
        return of_two(primitives.sub, self, other)

    def __rsub__(self, other: Any) -> "Value":
        return of_two(primitives.sub, other, self)

    def __truediv__(self, other: Any) -> "Value":
        return of_two(primitives.div, self, other)

    def __rtruediv__(self, other: Any) -> "Value":
        return of_two(primitives.div, other, self)

    def __pow__(self, other: Any) -> "Value":
        return of_two(primitives.power, self, other)

    def __rpow__(self, other: Any) -> "Value":
        return of_two(primitives.power, other, self)

    def __neg__(self) -> "Value":
        return primitives.neg(self)

    def __pos__(self) -> "Value":
        return primitives.pos(self)

    def __abs__(self) -> "Value":
        return primitives.abs(self)

    def __floor__(self) -> "Value":
        return primitives.floor(self)

    def __ceil__(self) -> "Value":
        return primitives.ceil(self)

    def __round__(self, digits: int | None = None) -> "Value":
        if digits is not None:
            raise TypeError(f"round(value, {digits}) has no slope: round value.data, or write f'{{value:.{digits}f}}'")
        return primitives.round(self)

    # Comparisons: by data; equality is identity, as for any object

    def __eq__(self, other: object) -> bool:
        if open_blocks and isinstance(other, (int, float)):
            refuse_to_freeze("a comparison", "use autograd.equal(x, y), and autograd.where(condition, a, b) to choose")
        return self is other

    __hash__ = object.__hash__

    def __lt__(self, other: Any) -> bool:
        return compared(operator.lt, self, other)

    def __le__(self, other: Any) -> bool:
        return compared(operator.le, self, other)

    def __gt__(self, other: Any) -> bool:
        return compared(operator.gt, self, other)

    def __ge__(self, other: Any) -> bool:
        return compared(operator.ge, self, other)

    # What would guess, or drop the gradient in silence

    def __bool__(self) -> bool:
        if open_blocks:
            refuse_to_freeze("a branch", "use autograd.where(condition, a, b)")
        raise TypeError("a Value is neither true nor false: ask for value.data != 0, or for value is None")

    def __float__(self) -> float:
        if open_blocks:
            refuse_to_freeze("its number", "use autograd.sin(value) and the like in the place of math.sin(value)")
        raise TypeError(
            "float(value) and the functions of math would drop the gradient: "
            "use autograd.sin(value) or value.sin(), or value.data for the number"
        )

    def __int__(self) -> int:
        if open_blocks:
            refuse_to_freeze("its whole number", "use value.floor()")
        raise TypeError("int(value) would drop the gradient: use value.floor(), or int(value.data) for the number")

    def __index__(self) -> int:
        if open_blocks:
            refuse_to_freeze("a place in a list", "use autograd.take(table, index)")
        raise TypeError("a Value is no place in a list: use autograd.take(table, index), or int(value.data)")

    def _refuse_rest(self, _: Any) -> Never:
        raise TypeError("a Value has no %, // or divmod: write (x / y).floor() for x // y, and x - y * that for x % y")

    __mod__ = __rmod__ = __floordiv__ = __rfloordiv__ = __divmod__ = __rdivmod__ = _refuse_rest

    # Text

    def __repr__(self) -> str:
        if open_blocks and tracer() is not None:
            return f"Value(data={self._data} while it is traced)"
        return f"Value(data={self._data}, grad={self._grad})"

    def __format__(self, form: str) -> str:
        if not form:
            return repr(self)
        if open_blocks:
            refuse_to_freeze("its number as text", "return the value, and format it outside")
        return format(self._data, form)

    if TYPE_CHECKING:  # every row of one or more scalars is a method; `adopt` puts it here

        def __getattr__(self, name: str) -> Callable[..., "Value"]: ...


def compared(comparison: Callable[[float, float], bool], x: Value, y: Any) -> bool:
    """The comparison of a value's number with another value's, or with a number."""
    if open_blocks:
        refuse_to_freeze("a comparison", "use autograd.maximum(x, y), or autograd.where(autograd.less(x, y), a, b)")
    try:
        other = y._data if isinstance(y, Value) else number(y)
    except TypeError:
        return NotImplemented  # type: ignore[no-any-return]  # Python asks the other operand then
    return comparison(x._data, other)


def operands_first(root: Value) -> list[Value]:
    """The recorded values that `root` is made of, each after its operands, `root` last; leaves are left out.

    Operands are visited from the first to the last, so that the order, and with it the rounding of every
    gradient, depends on the graph alone. The mark of a visit is the gradient itself: a fresh zero, told
    from any other by its identity. That saves a set of all nodes, and sets the gradients afresh.
    """
    if root._row is None:
        return []
    done = MINUS_ZERO * -1.0
    opened = MINUS_ZERO * -1.0
    order: list[Value] = []
    stack = [root]
    push, pop, emit = stack.append, stack.pop, order.append
    while stack:
        node = stack[-1]
        mark = node._grad
        if mark is opened:
            node._grad = done
            emit(node)
            pop()
            continue
        if mark is done:
            pop()
            continue
        node._grad = opened
        dx = node._dx
        if node._dy is not None:
            operand = node._y
            if operand._row is not None and (mark := operand._grad) is not done:
                if mark is opened:
                    raise cycle(operand)
                push(operand)
        if type(dx) is float:
            operand = node._x
            if operand._row is not None and (mark := operand._grad) is not done:
                if mark is opened:
                    raise cycle(operand)
                push(operand)
        elif type(dx) is tuple:  # no constant among the operands
            for operand in reversed(node._x):
                if operand._row is not None and (mark := operand._grad) is not done:
                    if mark is opened:
                        raise cycle(operand)
                    push(operand)
        elif dx is not None:
            if type(dx) is HandWalk:
                forget_the_walk(node)
            for operand in reversed(node._x):
                if type(operand) is not float and operand._row is not None and (mark := operand._grad) is not done:
                    if mark is opened:
                        raise cycle(operand)
                    push(operand)
    return order


def cycle(node: Value) -> ValueError:
    """The error for a value that is, through changes by hand, an operand of itself."""
    name = f"the value {node.label!r}" if node.label else f"a result of {node._row}, {node!r},"
    return ValueError(f"this graph has a cycle: {name} is made of itself; give operands only when a value is made")


# How an operation becomes a node


def data_of(operand: Any) -> Any:
    """The number that an operand is or holds; of a sequence, the numbers."""
    if type(operand) is float or operand is None:
        return operand
    return tuple(map(data_of, operand)) if type(operand) is tuple else operand._data


def as_called(node: Value) -> tuple[Any, ...]:
    """The operands of a recorded value as its row takes them.

    Constants are floats, sequences are tuples, and an absent operand is None.

    >>> as_called(primitives.dot([Value(2.0)], [3.0]))
    ((Value(data=2.0, grad=0.0),), (3.0,), None)
    """
    row = node._row
    operands = tuple(
        o if slope is not None else data_of(o) for o, slope in zip(node.operands, node.slopes, strict=True)
    )
    if not isinstance(row, Primitive) or type(node._y) is not int:
        return operands
    left = iter(operands)
    return tuple(tuple(islice(left, node._y)) if is_sequence else next(left, None) for is_sequence in row.sequences)


def recomputed(node: Value) -> float:
    """What the row of a value gives for the numbers that its operands hold now.

    >>> x = Value(3.0)
    >>> y = x * x
    >>> x.data = 4.0
    >>> recomputed(y), y.data
    (16.0, 9.0)
    """
    return float(node._row.function(*map(data_of, as_called(node))))  # type: ignore[union-attr]  # of a Primitive


def leaf(data: float) -> Value:
    """`Value(data)` for a float, without the detours.

    >>> leaf(2.0)
    Value(data=2.0, grad=0.0)
    """
    node = new(Value)
    node._data = data
    node._grad = 0.0
    node._row = node._x = node._dx = node._y = node._dy = None
    return node


def unrecorded(row: Primitive, operands: tuple[Any, ...]) -> Value:
    """The result of a row as a leaf that knows nothing of its operands."""
    return Value(row.function(*map(data_of, operands)))


def recorded(row: Primitive, operands: tuple[Any, ...]) -> Value:
    """The result of a row for any number of operands, prepared by it, as a value that remembers them."""
    numbers = tuple(map(data_of, operands))
    node = new(Value)
    node._data = data = float(row.function(*numbers))
    node._grad = 0.0
    slopes: list[float | None] = []
    for operand, slope in zip(operands, row.slopes, strict=True):
        if type(operand) is tuple:
            each = slope(data, *numbers) if operand else ()
            slopes += [None if type(o) is float else float(s) for o, s in zip(operand, each, strict=True)]
        elif operand is not None:
            slopes.append(None if type(operand) is float else float(slope(data, *numbers)))
    hold(node, row, operands, slopes)
    return node


def hold(node: Value, row: Primitive, operands: tuple[Any, ...], slopes: list[float | None]) -> None:
    """Let a value remember the operands of its row, and its slope in each; see the table above."""
    node._row = row
    if True in row.sequences or len(operands) > 2:
        node._x, node._dx = tuple(primitives.flat(operands)), slopes if None in slopes else tuple(slopes)
        lengths = [len(o) for o in operands if type(o) is tuple]
        if len(lengths) > 1 and lengths.count(lengths[0]) < len(lengths):
            raise ValueError(f"{row} takes sequences of one length, got {' and '.join(map(str, lengths))}")
        node._y, node._dy = lengths[0] if lengths else 0, None
    else:
        node._x, node._dx, node._y, node._dy = operands[0], slopes[0], None, None
        if len(operands) == 2:
            node._y, node._dy = operands[1], slopes[1]


# The same for the shapes that are met most, without the detours; tests hold their bits against `recorded`


def of_two(row: Primitive, x: Any, y: Any) -> Value:
    """An operator between x and y, recorded; NotImplemented beside something that is not a number."""
    if type(x) is not Value or type(y) is not Value or open_blocks:
        try:
            x = x if isinstance(x, Operand) else number(x)
            y = y if isinstance(y, Operand) else number(y)
        except TypeError:
            if row is primitives.mul:
                refuse_to_repeat(x, y)
            return NotImplemented  # type: ignore[no-any-return]  # Python asks the other operand then
        if open_blocks:
            known = isinstance(x, (Value, float)) and isinstance(y, (Value, float))
            return Value.apply(row, (x, y)) if known else row.apply((x, y))
    x_data = x if type(x) is float else x._data
    y_data = y if type(y) is float else y._data
    node = new(Value)
    node._data = data = row.function(x_data, y_data)
    node._grad = 0.0
    node._row = row
    node._x = x
    node._dx = None if type(x) is float else row.slopes[0](data, x_data, y_data)
    node._y = y
    node._dy = None if type(y) is float else row.slopes[1](data, x_data, y_data)
    return node


#: What Python repeats when it is multiplied, if the other operand says of itself how often.
REPEATED = (str, bytes, bytearray, list, tuple)


def refuse_to_repeat(x: Any, y: Any) -> None:
    """Raise the error for a value times a list, in the place of Python's, which takes the value for a whole number.

    >>> refuse_to_repeat(Value(2.0), [1.0])
    Traceback (most recent call last):
    TypeError: unsupported operand types for *: Value and list; a list is multiplied item by item
    """
    if type(x) in REPEATED or type(y) in REPEATED:
        types = f"{type(x).__name__} and {type(y).__name__}"
        raise TypeError(f"unsupported operand types for *: {types}; a list is multiplied item by item")


def stamped(row: Primitive) -> Callable[[Any], Any]:
    """A row of one operand as a method, and as the recorder of the row."""
    function, (slope,) = row.function, row.slopes

    def record(operand: Any) -> Any:
        if type(operand) is not Value or (open_blocks and not silent()):
            return row.apply((operand,))
        x = operand._data
        data = function(x)
        data = data if type(data) is float else float(data)
        if open_blocks:
            return leaf(data)
        node = new(Value)
        node._data = data
        node._grad = 0.0
        node._row = row
        node._x = operand
        dx = slope(data, x)
        node._dx = dx if type(dx) is float else float(dx)
        node._y = None
        node._dy = None
        return node

    return record


def record_relu(operand: Any) -> Any:
    if type(operand) is not Value or (open_blocks and not silent()):
        return primitives.relu.apply((operand,))
    data = operand._data
    if data <= 0.0:
        data = 0.0
    if open_blocks:
        return leaf(data)
    node = new(Value)
    node._data = data
    node._dx = 1.0 if data > 0.0 else data  # 0.0, or nan
    node._grad = 0.0
    node._row = primitives.relu
    node._x = operand
    node._y = None
    node._dy = None
    return node


def silent() -> bool:
    """Whether the blocks around this thread or task want nothing but numbers: `no_grad`, and no other.

    >>> from autograd import detect_anomaly, no_grad
    >>> with no_grad():
    ...     with detect_anomaly():
    ...         among_others = silent()
    ...     silent(), among_others
    (True, False)
    """
    now = mode()
    return tracer() is None and not now.recording and not now.watching


def record_dot(w: Any, x: Any, bias: Any = None) -> Any:
    """The dot product of two lists; plain floats among the inputs are constants."""
    if (
        (open_blocks and not silent())
        or type(w) is not list
        or type(x) is not list
        or len(w) != len(x)
        or not isinstance(bias, Value)
    ):
        return primitives.dot.apply((w, x, bias))
    try:
        weights = [operand._data for operand in w]
        if type(x[0]) is not float:
            inputs = [operand._data for operand in x]
            slopes: Any = (*inputs, *weights, 1.0)
        elif {*map(type, x)} == {float}:
            inputs = x
            slopes = [*inputs, *[None] * len(inputs), 1.0]
        else:
            return primitives.dot.apply((w, x, bias))
        data = sum_in_order(map(operator.mul, weights, inputs), bias._data)
    except (AttributeError, IndexError, TypeError):
        return primitives.dot.apply((w, x, bias))
    if open_blocks:
        return leaf(data)
    node = new(Value)
    node._data = data
    node._grad = 0.0
    node._row = primitives.dot
    node._x = (*w, *x, bias)
    node._dx = slopes
    node._y = len(weights)
    node._dy = None
    return node


NUMPY_NAMES = {
    "abs": "absolute", "acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh", "atan": "arctan",
    "atan2": "arctan2", "atanh": "arctanh", "round": "rint",
}  # fmt: skip


#: The names of all rows that were made methods.
adopted: set[str] = set()


def adopt(row: Primitive) -> None:
    """Make a row a method of every value: by its name, and by NumPy's where that differs."""
    if row.sequences[0]:
        return
    if row.name not in adopted and any(row.name in vars(kind) for kind in Value.__mro__):
        raise ValueError(f"a Value has a {row.name!r} of its own: give the operation another name")
    adopted.add(row.name)
    if len(row.sequences) == 1 and row.recorder is None:
        row.recorder = stamped(row)

    def method(self: Value, *operands: Any, **named: Any) -> Any:
        return row(self, *operands, **named)

    operation = row.recorder if row.recorder is not None else method
    operation.__name__, operation.__qualname__ = row.name, f"Value.{row.name}"
    operation.__doc__ = (row.__doc__ or "").partition("\n\n")[0]  # examples stay with the row
    for name in (row.name, NUMPY_NAMES.get(row.name, row.name)):
        setattr(Value, name, operation)


primitives.relu.recorder = record_relu
primitives.dot.recorder = record_dot
for row in TABLE.values():
    adopt(row)
primitives.adopters.append(adopt)

# CPython makes room in every instance for as many attributes as the first instances of its class were given,
# up to 30. Once 30 instances without attributes were made and the next was given one, there is room for that one
# alone, and a program that hangs more on some values does not make all others larger.
for _ in range(30):
    Value(0.0)
Value(0.0, label="the one attribute with a place of its own")
