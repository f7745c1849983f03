"""The operations that an engine may have: how each is written, and where it is tried.

`a` and `b` are the operands. The functions run on the values of any engine, and on names, which gives their text.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from autograd.testing.ideas import Idea

Points = tuple[tuple[float, ...], ...]


class Written:
    """A name that operations turn into the text of an expression.

    >>> print(2 * Written("a"), Written("h") ** 3, Written("a").tanh())
    2 * a h ** 3 a.tanh()
    """

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text

    def __getattr__(self, method: str) -> Callable[[], "Written"]:
        return lambda: Written(f"{self}.{method}()")

    def __neg__(self) -> "Written":
        return Written(f"-{self}")

    def __abs__(self) -> "Written":
        return Written(f"abs({self})")

    def __add__(self, other: Any) -> "Written":
        return Written(f"{self} + {other}")

    def __radd__(self, other: Any) -> "Written":
        return Written(f"{other} + {self}")

    def __sub__(self, other: Any) -> "Written":
        return Written(f"{self} - {other}")

    def __rsub__(self, other: Any) -> "Written":
        return Written(f"{other} - {self}")

    def __mul__(self, other: Any) -> "Written":
        return Written(f"{self} * {other}")

    def __rmul__(self, other: Any) -> "Written":
        return Written(f"{other} * {self}")

    def __truediv__(self, other: Any) -> "Written":
        return Written(f"{self} / {other}")

    def __rtruediv__(self, other: Any) -> "Written":
        return Written(f"{other} / {self}")

    def __pow__(self, other: Any) -> "Written":
        return Written(f"{self} ** {other}")

    def __rpow__(self, other: Any) -> "Written":
        return Written(f"{other} ** {self}")


class Operation(NamedTuple):
    """An operation, what a class defines for it, and operands to try it at.

    special_case_of  another operation, as written, that has to be right before this one is asked about
    idea             what is broken if that one is right and this one is not; None for an extension: if an engine
                     refuses its operands, it is not there
    """

    function: Callable[..., Any]
    method: str
    points: Points
    special_case_of: str = ""
    idea: Idea | None = None

    @property
    def names(self) -> list[str]:
        """The names of the operands."""
        return ["a", "b"][: len(self.points[0])]

    def written(self, *names: str) -> str:
        """The expression, for operands of these names.

        >>> CORE[0].written("a", "k")
        'a * k'
        """
        return str(self.function(*map(Written, names)))

    def __str__(self) -> str:
        return self.written(*self.names)


#: What every engine needs, and all programs about more than one operation are made of.
CORE = (
    Operation(lambda a, b: a * b, "__mul__", ((2.0, -3.0),)),
    Operation(lambda a, b: a + b, "__add__", ((2.0, -3.0),)),
)

#: What an engine may have: a method that it lacks is no fault.
OTHERS = (
    Operation(lambda a: -a, "__neg__", ((3.0,),)),
    Operation(lambda a, b: a - b, "__sub__", ((2.0, -3.0),)),
    Operation(lambda a: a**3, "__pow__", ((1.5,),)),
    Operation(lambda a: a**-1, "__pow__", ((4.0,),)),
    Operation(lambda a: a**0.5, "__pow__", ((2.25,),)),
    Operation(lambda a, b: a / b, "__truediv__", ((3.0, -2.0),)),
    Operation(lambda a, b: a**b, "__pow__", ((2.0, 3.0),), "a ** 3"),
    Operation(lambda a: a.relu(), "relu", ((1.5,), (-0.5,))),
    Operation(lambda a: a.tanh(), "tanh", ((0.5,), (-0.75,))),
    Operation(lambda a: a.exp(), "exp", ((0.5,), (-0.75,))),
    Operation(lambda a: a.log(), "log", ((0.5,), (3.0,))),
    Operation(lambda a: a.sigmoid(), "sigmoid", ((0.5,), (-0.75,))),
    Operation(lambda a: a.sqrt(), "sqrt", ((2.25,),)),
    Operation(lambda a: a.sin(), "sin", ((0.5,),)),
    Operation(lambda a: a.cos(), "cos", ((0.5,),)),
    Operation(lambda a: abs(a), "__abs__", ((1.5,), (-0.5,))),
)

#: The same operations with a plain number on one side.
WITH_NUMBERS = (
    Operation(lambda a: a + 2, "__add__", ((3.0,),), "a + b", Idea.CONSTANT),
    Operation(lambda a: a * 2, "__mul__", ((3.0,),), "a * b", Idea.CONSTANT),
    Operation(lambda a: a - 2, "__sub__", ((5.0,),), "a - b", Idea.CONSTANT),
    Operation(lambda a: a / 2, "__truediv__", ((3.0,),), "a / b", Idea.CONSTANT),
    Operation(lambda a: 2 + a, "__radd__", ((3.0,),), "a + 2", Idea.RIGHT_HAND),
    Operation(lambda a: 2 * a, "__rmul__", ((3.0,),), "a * 2", Idea.RIGHT_HAND),
    Operation(lambda a: 1 - a, "__rsub__", ((5.0,),), "a - 2", Idea.RIGHT_HAND),
    Operation(lambda a: 1 / a, "__rtruediv__", ((4.0,),), "a / 2", Idea.RIGHT_HAND),
    Operation(lambda a: 2**a, "__rpow__", ((3.0,),), "a ** b", Idea.RIGHT_HAND),
)

#: Operands at which a formula that is right elsewhere gives way.
HARD_PLACES = (
    Operation(lambda a: a**2, "__pow__", ((-3.0,), (0.0,)), "a ** 3", Idea.POWER_BASE),
    Operation(lambda a: a**1, "__pow__", ((0.0,),), "a ** 3", Idea.POWER_BASE),
    Operation(lambda a: a**0, "__pow__", ((0.0,),), "a ** 3", Idea.POWER_BASE),
    Operation(lambda a: a.relu(), "relu", ((0.0,),), "a.relu()", Idea.RELU_AT_0),
    Operation(lambda a: a.tanh(), "tanh", ((400.0,), (-400.0,)), "a.tanh()", Idea.OVERFLOW),
    Operation(lambda a: a.sigmoid(), "sigmoid", ((800.0,), (-800.0,)), "a.sigmoid()", Idea.OVERFLOW),
)
