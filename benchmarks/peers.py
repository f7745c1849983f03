"""What the library is measured against: micrograd 0.1.0, and microgpt's `Value`, rewritten after its design."""

import importlib
import math
from importlib.metadata import PackageNotFoundError, version
from operator import attrgetter
from typing import Any, Union

#: The libraries by the names that tables show.
OURS, MICROGRAD, MICROGPT = "valuegrad", "micrograd", "microgpt's design"

#: How each library's values name what they were made of.
OPERANDS = {OURS: attrgetter("operands"), MICROGRAD: attrgetter("_prev"), MICROGPT: attrgetter("children")}

Operand = Union["Value", float]


class Value:
    """microgpt's Value, rewritten after its design: slots, tuples of operands and of slopes, a recursive sort.

    Fewer operations record a node of their own than in the library: a difference is a sum with a product
    by -1, and a quotient a product with a power.

    >>> x = Value(3.0)
    >>> y = x * x + x
    >>> y.backward()
    >>> x.grad
    7.0
    """

    __slots__ = ("children", "data", "grad", "local_grads")

    def __init__(self, data: float, children: tuple["Value", ...] = (), local_grads: tuple[float, ...] = ()) -> None:
        self.data = data
        self.grad = 0.0
        self.children = children
        self.local_grads = local_grads

    def __add__(self, other: Operand) -> "Value":
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), (1, 1))

    def __mul__(self, other: Operand) -> "Value":
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, exponent: float) -> "Value":
        return Value(self.data**exponent, (self,), (exponent * self.data ** (exponent - 1),))

    def exp(self) -> "Value":
        """e to the power of this value."""
        result = math.exp(self.data)
        return Value(result, (self,), (result,))

    def log(self) -> "Value":
        """The natural logarithm of this value."""
        return Value(math.log(self.data), (self,), (1 / self.data,))

    def relu(self) -> "Value":
        """This value, or 0 for a negative one."""
        return Value(max(0.0, self.data), (self,), (float(self.data > 0),))

    def __neg__(self) -> "Value":
        return self * -1

    def __sub__(self, other: Operand) -> "Value":
        return self + (-other)

    def __truediv__(self, other: Operand) -> "Value":
        return self * other**-1

    __radd__ = __add__
    __rmul__ = __mul__

    def backward(self) -> None:
        """Add the gradient of this value to everything it was made of."""
        order: list[Value] = []
        visited: set[Value] = set()

        def visit(node: Value) -> None:
            if node not in visited:
                visited.add(node)
                for child in node.children:
                    visit(child)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for child, slope in zip(node.children, node.local_grads, strict=False):
                child.grad += slope * node.grad


def value_class(library: str) -> Any:
    """The class of a library's values.

    >>> value_class("valuegrad")(2.0)
    Value(data=2.0, grad=0.0)
    """
    if library == MICROGPT:
        return Value
    return importlib.import_module({OURS: "autograd", MICROGRAD: "micrograd.engine"}[library]).Value


def network_class(library: str) -> Any:
    """The class of a library's multilayer perceptrons: `network_class("micrograd")(2, [16, 16, 1])`."""
    return importlib.import_module({OURS: "nn", MICROGRAD: "micrograd.nn"}[library]).MLP


def micrograd_version() -> str:
    """The version of micrograd that is installed; without one, the program ends and says what to install."""
    try:
        return version("micrograd")
    except PackageNotFoundError:
        raise SystemExit(
            'this benchmark measures beside micrograd, which is not installed: pip install "valuegrad[test]"'
        ) from None
