"""Every operation the library knows, one row each.

A row is a function on floats, which gives the value, under a decorator that holds the rest: how steep
the operation is in each operand, how it is drawn and typeset, where tests may draw its operands.

The letters, here and in every row: `z` is the result, `x` and `y` are the operands, `values` a sequence
of operands. A slope is a function of `(z, x, y, ...)`, written with plain operators and other rows, so
that one text serves floats (backpropagation) and recorded values (derivatives of any order). A division
that may meet a zero is written `div(x, y)`, because Python's own raises where IEEE 754 says inf or nan.

Formulas that stay accurate in the tails, and why each is written as it is: docs/numerics.md.
The slope at kinks and singular points: docs/conventions.md.
"""

import functools
import itertools
import math
import operator
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from numbers import Complex, Real
from types import FunctionType
from typing import Any, Never, SupportsFloat, TypeVar, overload

from autograd import accurate
from autograd.given import shown

AnyOperand = TypeVar("AnyOperand", bound="Operand")

Interval = tuple[float, float]
REAL: Interval = (-1e300, 1e300)
POSITIVE: Interval = (1e-300, 1e300)


class Operand:
    """Whatever a row applies to besides numbers; a kind of operand says how a row is applied to it."""

    __slots__ = ()

    @classmethod
    def apply(cls, row: "Primitive", operands: tuple[Any, ...]) -> Any:
        """What `row` gives for `operands`, of which at least one is of this kind."""
        raise TypeError(f"{cls.__name__} does not say how {row} applies to it")


class WholeSequence(Operand):
    """An operand that stands for a whole sequence of them."""

    __slots__ = ()


def refuse(given: object, wanted: str, instead: str = "") -> Never:
    """Raise the error for something that is not a number, naming what was given."""
    raise TypeError(f"{wanted} a real number, got {shown(given)}{instead}")


def number(given: object, wanted: str = "an operation takes") -> float:
    """`given` as a float, if it is a real number.

    Integers, booleans, fractions, decimals and NumPy scalars are; text, complex numbers, arrays are not.

    >>> number(True), number("1")
    Traceback (most recent call last):
    TypeError: an operation takes a real number, got str: '1'
    """
    if type(given) is float:
        return given
    if not isinstance(given, (int, float)):
        if isinstance(given, Complex) and not isinstance(given, Real):
            refuse(given, wanted)
        if not isinstance(given, SupportsFloat) or isinstance(given, Operand):
            refuse(given, wanted)
        if isinstance(given, Sized):
            refuse(given, wanted, "; give its numbers one by one, as array.tolist() has them")
    try:
        return float(given)
    except (TypeError, ValueError):
        refuse(given, wanted)  # a class, for one, has the method that its instances have; a signaling nan has no float
    except OverflowError as error:
        raise ValueError(f"{wanted} a number that fits a double, got an integer beyond 1.8e308") from error


class Primitive:
    """A row of the table: an operation, called like a function.

    Numbers in, a number out; with a value among the operands, a recorded value out. Operands may be
    named; a parameter annotated as a `Sequence` takes a list, tuple or other iterable of operands.

    >>> exp(0.0), add(1, 2), str(exp)
    (1.0, 3.0, 'exp')
    """

    def __init__(
        self,
        function: Callable[..., float],
        slopes: tuple[Callable[..., Any], ...],
        symbol: str,
        latex: str,
        binds: int,
        instruction: str | None,
        domain: tuple[Interval, ...],
        kink: Callable[..., float] | None,
    ) -> None:
        code = function.__code__
        self.function = function
        self.name = self.__name__ = function.__name__
        self.__doc__ = function.__doc__
        self.__module__ = function.__module__
        self.__qualname__ = function.__qualname__
        self.__wrapped__ = function
        self.parameters = code.co_varnames[: code.co_argcount]
        self.defaults = function.__defaults__ or ()
        annotations = function.__annotations__
        optional = self.parameters[len(self.parameters) - len(self.defaults) :]
        absent = [name for name, default in zip(optional, self.defaults, strict=True) if default is None]
        self.may_be_absent = tuple(name in absent for name in self.parameters)
        self.sequences = tuple("Sequence" in str(annotations.get(name)) for name in self.parameters)
        self.slopes = slopes
        self.symbol = symbol or self.name
        written = self.name.replace("_", r"\_")
        self.latex = latex or rf"\operatorname{{{{{written}}}}}\left({', '.join('{}' for _ in slopes)}\right)"
        self.binds = binds
        self.instruction = instruction
        self.domain = domain or (REAL,) * len(slopes)
        self.kink = kink
        #: A faster way to `apply`, stamped out of this row by the kind of operand that is used most.
        self.recorder: Callable[..., Any] | None = None

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<primitive {self.name}({', '.join(self.parameters)})>"

    def __reduce__(self) -> str:
        return self.__qualname__

    @overload  # all numbers is the narrower case of the two
    def __call__(self, *operands: float | Iterable[float] | None, **named: float | None) -> float: ...  # type: ignore[overload-overlap]

    @overload
    def __call__(
        self,
        *operands: AnyOperand | float | Iterable[AnyOperand | float] | None,
        **named: AnyOperand | float | None,
    ) -> AnyOperand: ...

    def __call__(self, *operands: Any, **named: Any) -> Any:
        if named:
            operands = self.bind(operands, named)
        try:
            for operand in operands:
                if type(operand) is not float:
                    break
            else:
                if True not in self.sequences:
                    return self.function(*operands)
            if self.recorder is not None:
                return self.recorder(*operands)
        except TypeError:
            if len(operands) == len(self.parameters):
                raise
        return self.apply(operands)  # refuses a wrong number of them in words

    def apply(self, operands: tuple[Any, ...]) -> Any:
        """The result for operands of any kind: numbers become floats, the rest is left to their kind."""
        prepared = self.prepare(operands)
        for operand in flat(prepared):
            if type(operand) is not float:
                return type(operand).apply(self, prepared)
        return self.function(*prepared)

    def bind(self, operands: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        """The operands in order, those given by name and the defaults between them included."""
        several = "s" * (len(self.parameters) > 1)
        takes = f"{self.name} takes {len(self.parameters)} operand{several} ({', '.join(self.parameters)})"
        if len(operands) > len(self.parameters):
            raise TypeError(f"{takes}, got {len(operands)}")
        free = self.parameters[len(operands) :]
        for name in named:
            if name not in free:
                raise TypeError(f"{takes}; {name!r} is not one of them, or is given twice")
        values = dict(zip(reversed(self.parameters), reversed(self.defaults), strict=False)) | named
        missing = [name for name in free if name not in values]
        if missing:
            raise TypeError(f"{takes}; missing: {', '.join(missing)}")
        return *operands, *(values[name] for name in free)

    def prepare(self, operands: tuple[Any, ...]) -> tuple[Any, ...]:
        """Operands with defaults filled in, numbers as floats, sequences as tuples; an absent one stays None."""
        if len(operands) != len(self.parameters):
            operands = self.bind(operands, {})
        wanted = f"{self.name} takes"
        prepared: list[Any] = []
        for operand, is_sequence, may_be_absent in zip(operands, self.sequences, self.may_be_absent, strict=True):
            if operand is None and may_be_absent:
                prepared.append(None)
            elif not is_sequence:
                prepared.append(operand if isinstance(operand, Operand) else number(operand, wanted))
            elif isinstance(operand, WholeSequence):
                prepared.append(operand)
            elif isinstance(operand, Iterable) and not isinstance(operand, NO_SEQUENCES):
                prepared.append(tuple(v if isinstance(v, Operand) else number(v, wanted) for v in operand))
            else:
                raise TypeError(f"{wanted} a sequence of numbers or values, got {shown(operand)}")
        return tuple(prepared)


#: Iterable, but of no numbers, or in no order of their own.
NO_SEQUENCES = (str, bytes, bytearray, dict, set, frozenset)


def flat(operands: Iterable[Any]) -> Iterator[Any]:
    """The operands one by one, those of a sequence in its place; an absent one is passed over.

    >>> list(flat(((1.0, 2.0), 3.0, None)))
    [1.0, 2.0, 3.0]
    """
    for operand in operands:
        if isinstance(operand, tuple):
            yield from operand
        elif operand is not None:
            yield operand


#: Every row by name, in the order of definition.
TABLE: dict[str, Primitive] = {}

#: Told of every new row: each kind of operand that offers rows as its methods.
adopters: list[Callable[[Primitive], None]] = []

# How tightly a LaTeX template holds together: what binds less is put in brackets.
SUM, PRODUCT, PREFIX, POWER, ATOM = 1, 2, 3, 4, 5


def primitive(
    *slopes: Callable[..., Any],
    symbol: str = "",
    latex: str = "",
    binds: int = ATOM,
    instruction: str | None = None,
    domain: tuple[Interval, ...] = (),
    kink: Callable[..., float] | None = None,
) -> Callable[[Callable[..., float]], Primitive]:
    """Make a function on floats an operation: a row that everything else in the library reads.

    slopes       one per operand, in order: a function of `(z, x, y, ...)`; of a sequence, a sequence
    symbol       what a picture shows; the name, if not given
    latex        a template with one `{}` for each operand
    binds        how tightly the template binds: SUM, PRODUCT, PREFIX, POWER or ATOM
    instruction  the machine instruction, or function of the C library, that is as accurate, if there is one
    domain       an interval for each operand, in which tests draw
    kink         a function of the operands that is zero exactly where a slope jumps

    >>> @primitive(lambda z, x: 3.0 * x * x)
    ... def cube(x):
    ...     return x * x * x
    >>> cube(2.0)
    8.0
    >>> del TABLE["cube"]
    """

    def make(function: Callable[..., float]) -> Primitive:
        if not isinstance(function, FunctionType) or not function.__name__.isidentifier():
            raise TypeError(f"primitive(...) makes a row of a function with a name, written with def; got {function!r}")
        known = TABLE.get(function.__name__)
        if known is not None and known.__module__ == __name__ != function.__module__:
            raise ValueError(f"the library has an operation {known} of its own: give yours another name")
        row = Primitive(function, slopes, symbol, latex, binds, instruction, domain, kink)
        if len(slopes) != len(row.parameters) or not slopes:
            raise TypeError(
                f"{row.name} takes {len(row.parameters)} operands ({', '.join(row.parameters)}) "
                f"and needs a slope for each, got {len(slopes)}"
            )
        for slope in slopes:
            if not callable(slope):
                raise TypeError(
                    f"a slope of {row.name} is a function of (z, {', '.join(row.parameters)}), got {shown(slope)}"
                )
        for adopt in adopters:
            adopt(row)
        TABLE[row.name] = row
        return row

    return make


def flat_slope(z: Any, *operands: Any) -> float:
    """The slope of a step: nowhere does the result grow with the operand."""
    return 0.0


def unless_nan(x: Any, slope: Any) -> Any:
    """`slope`, or nan where the operand is nan: a comparison with nan alone would say 0."""
    return where(equal(x, x), slope, x)


# Arithmetic


@primitive(
    lambda z, x, y: 1.0,
    lambda z, x, y: 1.0,
    symbol="+",
    latex="{} + {}",
    binds=SUM,
    instruction="fadd",
)
def add(x: float, y: float) -> float:
    """x + y.

    >>> add(2.0, 3.0)
    5.0
    """
    return x + y


@primitive(
    lambda z, x, y: 1.0,
    lambda z, x, y: -1.0,
    symbol="-",
    latex="{} - {}",
    binds=SUM,
    instruction="fsub",
)
def sub(x: float, y: float) -> float:
    """x - y.

    >>> sub(2.0, 3.0)
    -1.0
    """
    return x - y


@primitive(
    lambda z, x, y: y,
    lambda z, x, y: x,
    symbol="*",
    latex=r"{} \cdot {}",
    binds=PRODUCT,
    instruction="fmul",
    domain=((-1e150, 1e150), (-1e150, 1e150)),
)
def mul(x: float, y: float) -> float:
    """x * y.

    >>> mul(2.0, 3.0)
    6.0
    """
    return x * y


@primitive(
    lambda z, x, y: div(1.0, y),
    lambda z, x, y: -div(z, y),
    symbol="/",
    latex=r"\frac{{{}}}{{{}}}",
    instruction="fdiv",
    domain=((-1e100, 1e100), (-1e100, 1e100)),
)
def div(x: float, y: float) -> float:
    """x / y; a division by zero gives inf, or nan for 0 / 0.

    >>> div(1.0, 4.0), div(-1.0, 0.0)
    (0.25, -inf)
    """
    try:
        return x / y
    except ZeroDivisionError:
        return math.nan if x == 0.0 or x != x else math.copysign(math.inf, x) * math.copysign(1.0, y)


@primitive(lambda z, x: -1.0, symbol="-", latex="-{}", binds=PREFIX, instruction="fneg")
def neg(x: float) -> float:
    """-x.

    >>> neg(2.0)
    -2.0
    """
    return -x


@primitive(lambda z, x: 1.0, symbol="+", latex="{}", binds=PREFIX)
def pos(x: float) -> float:
    """x itself, as a step of its own in the graph.

    >>> pos(2.0)
    2.0
    """
    return x


@primitive(
    lambda z, x, y: power_slope(x, y),
    lambda z, x, y: where(equal(x, 0.0) * greater_equal(y, 0.0), 0.0, z * log(x)),
    symbol="**",
    latex="{{{}}}^{{{}}}",
    binds=POWER,
    instruction="pow",
    domain=((1e-60, 1e60), (-4.0, 4.0)),
)
def power(x: float, y: float) -> float:
    """x to the power of y; nan for a negative x under a fractional y, and never a complex number.

    >>> power(2.0, 3.0), power(-8.0, 1 / 3), power(0.0, -1.0)
    (8.0, nan, inf)
    """
    if y == 2.0:
        return x * x
    try:
        return math.pow(x, y)
    except OverflowError:
        return math.copysign(math.inf, x) if y % 2.0 == 1.0 else math.inf
    except ValueError:
        if x != 0.0:
            return math.nan
        return math.copysign(math.inf, x) if y % 2.0 == 1.0 else math.inf


@primitive(
    lambda z, x, y: where(equal(y, 0.0), 0.0, y * rest_of_power(x, y) * power_slope(x, y - 1.0)),
    lambda z, x, y: power(x, y - 1.0) * rest_of_power(x, y) * (1.0 + y * log(x)),
    latex=r"{1} \cdot {0}^{{{1} - 1}}",
    binds=PRODUCT,
    domain=((1e-50, 1e50), (-4.0, 4.0)),
)
def power_slope(x: float, y: float) -> float:
    """The slope of x ** y in x, y * x ** (y - 1), corrected for the rounding of y - 1; 0 for y = 0.

    >>> power_slope(3.0, 2.0), power_slope(math.nan, 0.0)
    (6.0, 0.0)
    """
    if y == 2.0:
        return 2.0 * x
    if y == 0.0:
        return 0.0
    exponent, rest = accurate.two_sum(y, -1.0)
    slope = y * power.function(x, exponent)
    if math.isinf(slope) and x > 0.0:
        half = power.function(x, 0.5 * exponent)  # a power beyond the largest double, of which y may leave little
        slope = y * half * half
    if rest and 0.0 < x < math.inf and math.isfinite(slope):
        slope += slope * (rest * math.log(x))
    elif rest and math.isfinite(y) and round.function(exponent) == exponent and math.copysign(1.0, x) < 0.0:
        slope = math.nan if math.fabs(y) < TWO_TO_52 and -math.inf < x < 0.0 else -slope  # y - 1 is a fraction, or odd
    return slope


def rest_of_power(x: Any, y: Any) -> Any:
    """What x ** (y - 1) is to be multiplied by for the rounding of y - 1; 1 for a whole y, whatever x is.

    The rest is that of `accurate.two_sum`. Each `pos` is a step of its own, so that no compiler adds in another order.
    """
    total = y - 1.0
    grown = total - y
    rest = pos(y - pos(total - grown)) - pos(1.0 + grown)
    rest = where(less(abs(rest), 1.0), rest, 0.0)  # of a y beyond 2**53 the power leaves 0 or inf, whatever the rest
    if type(rest) is float and rest == 0.0:  # as that of most constants is, which then leave no trace in a graph
        return 1.0
    return power(clip(x, LEAST, MOST), rest)


LEAST, MOST = 5e-324, sys.float_info.max  # between these, x ** rest is close to 1


# Exponentials and logarithms


@primitive(lambda z, x: z, latex=r"\mathrm{{e}}^{{{}}}", binds=POWER, instruction="exp", domain=((-700.0, 700.0),))
def exp(x: float) -> float:
    """e to the power of x; inf beyond 709.78.

    >>> exp(0.0), exp(1000.0)
    (1.0, inf)
    """
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


@primitive(
    lambda z, x: exp(x), latex=r"\mathrm{{e}}^{{{}}} - 1", binds=SUM, instruction="expm1", domain=((-700.0, 700.0),)
)
def expm1(x: float) -> float:
    """e to the power of x, less 1; exact for a small x, where exp(x) - 1 is not.

    >>> expm1(1e-20)
    1e-20
    """
    try:
        return math.expm1(x)
    except OverflowError:
        return math.inf


@primitive(
    lambda z, x, y: z,
    lambda z, x, y: -z,
    latex=r"\mathrm{{e}}^{{{} - {}}}",
    binds=POWER,
    domain=((-300.0, 300.0), (-300.0, 300.0)),
)
def exp_difference(x: float, y: float) -> float:
    """e to the power of x - y, corrected for the rounding of x - y; 0 for two infinitely small numbers.

    >>> exp_difference(1000.0, 1000.0), exp_difference(-math.inf, -math.inf)
    (1.0, 0.0)
    """
    if x == y:
        return 0.0 if x == -math.inf else 1.0
    difference, rest = accurate.two_sum(x, -y)
    result = exp.function(difference)
    return result + result * rest if math.isfinite(rest) and result != math.inf else result


def inside(condition: Any, slope: Any) -> Any:
    """`slope` where the operand is in the domain, nan elsewhere."""
    return where(condition, slope, math.nan)


@primitive(
    lambda z, x: inside(greater_equal(x, 0.0), div(1.0, x)),
    latex=r"\ln {}",
    binds=PREFIX,
    instruction="log",
    domain=(POSITIVE,),
)
def log(x: float) -> float:
    """The natural logarithm; -inf at 0, nan below.

    >>> log(1.0), log(0.0), log(-1.0)
    (0.0, -inf, nan)
    """
    try:
        return math.log(x)
    except ValueError:
        return -math.inf if x == 0.0 else math.nan


@primitive(
    lambda z, x: inside(greater_equal(x, -1.0), div(1.0, 1.0 + x)),
    latex=r"\ln(1 + {})",
    binds=PREFIX,
    instruction="log1p",
    domain=((-0.999999, 1e300),),
)
def log1p(x: float) -> float:
    """The natural logarithm of 1 + x; exact for a small x, where log(1 + x) is not.

    >>> log1p(1e-20), log1p(-1.0)
    (1e-20, -inf)
    """
    try:
        return math.log1p(x)
    except ValueError:
        return -math.inf if x == -1.0 else math.nan


@primitive(
    lambda z, x: inside(greater_equal(x, 0.0), div(LOG2_E, x)),
    latex=r"\log_2 {}",
    binds=PREFIX,
    instruction="log2",
    domain=(POSITIVE,),
)
def log2(x: float) -> float:
    """The logarithm to base 2; -inf at 0, nan below.

    >>> log2(8.0)
    3.0
    """
    try:
        return math.log2(x)
    except ValueError:
        return -math.inf if x == 0.0 else math.nan


@primitive(
    lambda z, x: inside(greater_equal(x, 0.0), div(LOG10_E, x)),
    latex=r"\log_{{10}} {}",
    binds=PREFIX,
    instruction="log10",
    domain=(POSITIVE,),
)
def log10(x: float) -> float:
    """The logarithm to base 10; -inf at 0, nan below.

    >>> log10(1000.0)
    3.0
    """
    try:
        return math.log10(x)
    except ValueError:
        return -math.inf if x == 0.0 else math.nan


LOG2_E = 1.4426950408889634
LOG10_E = 0.4342944819032518


# Roots and distances


@primitive(lambda z, x: div(0.5, z), latex=r"\sqrt{{{}}}", instruction="sqrt", domain=(POSITIVE,))
def sqrt(x: float) -> float:
    """The square root; nan below 0.

    >>> sqrt(9.0), sqrt(-1.0)
    (3.0, nan)
    """
    try:
        return math.sqrt(x)
    except ValueError:
        return math.nan


@primitive(lambda z, x: div(1.0, 3.0 * z * z), latex=r"\sqrt[3]{{{}}}")
def cbrt(x: float) -> float:
    """The cube root, of negative numbers too.

    >>> cbrt(27.0), cbrt(-8.0)
    (3.0, -2.0)
    """
    return accurate.cube_root(x)


@primitive(
    lambda z, x, y: direction(x, z),
    lambda z, x, y: direction(y, z),
    latex=r"\sqrt{{{}^2 + {}^2}}",
    instruction="hypot",
    domain=((-1e150, 1e150), (-1e150, 1e150)),
    kink=math.hypot,
)
def hypot(x: float, y: float) -> float:
    """The length of the vector (x, y); its slope at (0, 0) is (0, 0).

    >>> hypot(3.0, 4.0), hypot(1e200, 1e200)
    (5.0, 1.414213562373095e+200)
    """
    return math.hypot(x, y)


def direction(x: Any, length: Any) -> Any:
    """x / length, and 0 for the vector of length 0, which has no direction."""
    return where(equal(length, 0.0), 0.0, div(x, length))


@primitive(
    lambda z, values: [direction(v, z) for v in values],
    latex=r"\left\lVert {} \right\rVert",
    domain=((-1e150, 1e150),),
    kink=lambda values: math.hypot(*values),
)
def norm(values: Sequence[float]) -> float:
    """The length of a vector; its slope at the origin is 0.

    >>> norm([2.0, 3.0, 6.0])
    7.0
    """
    return math.hypot(*values)


# Trigonometry


@primitive(lambda z, x: cos(x), latex=r"\sin {}", binds=PREFIX, instruction="sin", domain=((-1e15, 1e15),))
def sin(x: float) -> float:
    """The sine of an angle in radians; nan for an infinite one.

    >>> sin(0.0), sin(math.inf)
    (0.0, nan)
    """
    return math.sin(x) if x - x == 0.0 else math.nan


@primitive(lambda z, x: -sin(x), latex=r"\cos {}", binds=PREFIX, instruction="cos", domain=((-1e15, 1e15),))
def cos(x: float) -> float:
    """The cosine of an angle in radians; nan for an infinite one.

    >>> cos(0.0)
    1.0
    """
    return math.cos(x) if x - x == 0.0 else math.nan


@primitive(lambda z, x: 1.0 + z * z, latex=r"\tan {}", binds=PREFIX, instruction="tan", domain=((-1e15, 1e15),))
def tan(x: float) -> float:
    """The tangent of an angle in radians; nan for an infinite one.

    >>> tan(0.0)
    0.0
    """
    return math.tan(x) if x - x == 0.0 else math.nan


def one_less_square(x: Any) -> Any:
    """1 - x ** 2; a product where that is small. Elsewhere its slope would be a difference of nearly equal numbers."""
    return where(less(abs(x), 0.5), 1.0 - x * x, (1.0 - x) * (1.0 + x))


@primitive(
    lambda z, x: div(1.0, sqrt(one_less_square(x))),
    latex=r"\arcsin {}",
    binds=PREFIX,
    instruction="asin",
    domain=((-1.0, 1.0),),
)
def asin(x: float) -> float:
    """The angle in radians whose sine is x; nan outside [-1, 1].

    >>> asin(0.0), asin(2.0)
    (0.0, nan)
    """
    return math.asin(x) if -1.0 <= x <= 1.0 else math.nan


@primitive(
    lambda z, x: -div(1.0, sqrt(one_less_square(x))),
    latex=r"\arccos {}",
    binds=PREFIX,
    instruction="acos",
    domain=((-1.0, 1.0),),
)
def acos(x: float) -> float:
    """The angle in radians whose cosine is x; nan outside [-1, 1].

    >>> acos(1.0), acos(2.0)
    (0.0, nan)
    """
    return math.acos(x) if -1.0 <= x <= 1.0 else math.nan


@primitive(
    lambda z, x: div(div(1.0, hypot(1.0, x)), hypot(1.0, x)),
    latex=r"\arctan {}",
    binds=PREFIX,
    instruction="atan",
    domain=((-1e150, 1e150),),
)
def atan(x: float) -> float:
    """The angle in radians whose tangent is x.

    >>> atan(0.0)
    0.0
    """
    return math.atan(x)


@primitive(
    lambda z, y, x: direction(direction(x, hypot(x, y)), hypot(x, y)),
    lambda z, y, x: -direction(direction(y, hypot(x, y)), hypot(x, y)),
    instruction="atan2",
    domain=((-1e100, 1e100), (-1e100, 1e100)),
    kink=lambda y, x: math.hypot(x, y) if x > 0.0 else y,
)
def atan2(y: float, x: float) -> float:
    """The angle in radians of the point (x, y); y comes first, and the slope at the origin is (0, 0).

    >>> atan2(0.0, 1.0)
    0.0
    """
    return math.atan2(y, x)


# Hyperbolic functions


@primitive(lambda z, x: cosh(x), latex=r"\sinh {}", binds=PREFIX, instruction="sinh", domain=((-700.0, 700.0),))
def sinh(x: float) -> float:
    """The hyperbolic sine; inf beyond 710.47.

    >>> sinh(0.0), sinh(-1000.0)
    (0.0, -inf)
    """
    try:
        return math.sinh(x)
    except OverflowError:
        return math.copysign(math.inf, x)


@primitive(lambda z, x: sinh(x), latex=r"\cosh {}", binds=PREFIX, instruction="cosh", domain=((-700.0, 700.0),))
def cosh(x: float) -> float:
    """The hyperbolic cosine; inf beyond 710.47.

    >>> cosh(0.0), cosh(-1000.0)
    (1.0, inf)
    """
    try:
        return math.cosh(x)
    except OverflowError:
        return math.inf


@primitive(lambda z, x: tanh_slope(x), latex=r"\tanh {}", binds=PREFIX, instruction="tanh", domain=((-350.0, 350.0),))
def tanh(x: float) -> float:
    """The hyperbolic tangent, from -1 to 1.

    >>> tanh(0.0), tanh(20.0)
    (0.0, 1.0)
    """
    return math.tanh(x)


@primitive(lambda z, x: -2.0 * tanh(x) * z, latex=r"1 - \tanh^2 {}", binds=SUM, domain=((-350.0, 350.0),))
def tanh_slope(x: float) -> float:
    """The slope of tanh, 4t / (1 + t)^2 with t = e^(-2|x|); 1 - tanh(x)^2 is 0 from x = 20 on.

    >>> tanh_slope(0.0), tanh_slope(20.0)
    (1.0, 1.6993417021166355e-17)
    """
    t = math.exp(-2.0 * math.fabs(x))
    return 4.0 * t / (1.0 + t * (2.0 + t))


@primitive(lambda z, x: div(1.0, hypot(1.0, x)), latex=r"\operatorname{{arsinh}} {}", binds=PREFIX, instruction="asinh")
def asinh(x: float) -> float:
    """The number whose hyperbolic sine is x.

    >>> asinh(0.0)
    0.0
    """
    return math.asinh(x)


@primitive(
    lambda z, x: div(1.0, sqrt(x - 1.0) * sqrt(x + 1.0)),
    latex=r"\operatorname{{arcosh}} {}",
    binds=PREFIX,
    instruction="acosh",
    domain=((1.0, 1e300),),
)
def acosh(x: float) -> float:
    """The number whose hyperbolic cosine is x; nan below 1.

    >>> acosh(1.0), acosh(0.0)
    (0.0, nan)
    """
    return math.acosh(x) if x >= 1.0 else math.nan


@primitive(
    lambda z, x: inside(less_equal(abs(x), 1.0), div(1.0, one_less_square(x))),
    latex=r"\operatorname{{artanh}} {}",
    binds=PREFIX,
    instruction="atanh",
    domain=((-1.0, 1.0),),
)
def atanh(x: float) -> float:
    """The number whose hyperbolic tangent is x; -inf and inf at -1 and 1, nan outside.

    >>> atanh(0.0), atanh(1.0), atanh(2.0)
    (0.0, inf, nan)
    """
    if -1.0 < x < 1.0:
        return math.atanh(x)
    return math.copysign(math.inf, x) if x == 1.0 or x == -1.0 else math.nan


# The bell curve and its sums


@primitive(
    lambda z, x, scale: where(equal(z, 0.0), 0.0, -2.0 * (scale * (x * z))),
    lambda z, x, scale: where(equal(z, 0.0), 0.0, -x * (x * z)),
    latex=r"\mathrm{{e}}^{{-{1} \cdot {0}^2}}",
    binds=POWER,
    domain=((-26.0, 26.0), (0.5, 1.0)),
)
def gaussian(x: float, scale: float = 1.0) -> float:
    """The bell curve, e to the power of -scale * x ** 2, with the rounding of the square put back.

    >>> gaussian(0.0), gaussian(math.inf)
    (1.0, 0.0)
    """
    return accurate.bell(x, scale)


TWO_OVER_SQRT_PI = 1.1283791670955126
ONE_OVER_SQRT_TWO_PI = 0.3989422804014327


@primitive(
    lambda z, x: TWO_OVER_SQRT_PI * gaussian(x, 1.0),
    latex=r"\operatorname{{erf}} {}",
    binds=PREFIX,
    instruction="erf",
    domain=((-26.0, 26.0),),
)
def erf(x: float) -> float:
    """The error function, from -1 to 1.

    >>> erf(0.0), erf(10.0)
    (0.0, 1.0)
    """
    return math.erf(x)


@primitive(
    lambda z, x: -TWO_OVER_SQRT_PI * gaussian(x, 1.0),
    latex=r"\operatorname{{erfc}} {}",
    binds=PREFIX,
    domain=((-26.0, 26.0),),
)
def erfc(x: float) -> float:
    """The complementary error function, 1 - erf(x), accurate where erf(x) is close to 1.

    >>> erfc(0.0)
    1.0
    """
    return accurate.complementary_error_function(x)


@primitive(
    lambda z, x: ONE_OVER_SQRT_TWO_PI * gaussian(x, 0.5),
    latex=r"\Phi\left({}\right)",
    domain=((-37.0, 37.0),),
)
def normal_cdf(x: float) -> float:
    """The share of a standard normal distribution below x, accurate in the lower tail.

    >>> normal_cdf(0.0)
    0.5
    """
    return accurate.normal_cdf(x)


# Activations


@primitive(lambda z, x: sigmoid_slope(x), latex=r"\sigma\left({}\right)", domain=((-700.0, 700.0),))
def sigmoid(x: float) -> float:
    """The logistic function 1 / (1 + e^-x), from 0 to 1.

    >>> sigmoid(0.0), sigmoid(-1000.0)
    (0.5, 0.0)
    """
    e = math.exp(-math.fabs(x))
    return 1.0 / (1.0 + e) if x >= 0.0 else e / (1.0 + e)


@primitive(
    lambda z, x: -z * tanh(0.5 * x),
    latex=r"\sigma\left({0}\right) \cdot \left(1 - \sigma\left({0}\right)\right)",
    binds=PRODUCT,
    domain=((-700.0, 700.0),),
)
def sigmoid_slope(x: float) -> float:
    """The slope of the logistic function, e / (1 + e)^2 with e = e^(-|x|); s * (1 - s) is 0 from x = 37 on.

    >>> sigmoid_slope(0.0), sigmoid_slope(40.0)
    (0.25, 4.248354255291589e-18)
    """
    e = math.exp(-math.fabs(x))
    return e / (1.0 + e * (2.0 + e))


@primitive(
    lambda z, x, y: sigmoid_difference_slope(x, y),
    lambda z, x, y: -sigmoid_difference_slope(x, y),
    latex=r"\sigma\left({} - {}\right)",
    domain=((-300.0, 300.0), (-300.0, 300.0)),
)
def sigmoid_difference(x: float, y: float) -> float:
    """e^x / (e^x + e^y), the share of x against y, corrected for the rounding of x - y; 0 for two of -inf.

    >>> sigmoid_difference(1.0, 1.0), sigmoid_difference(math.inf, 0.0)
    (0.5, 1.0)
    """
    if x == y:
        return 0.0 if x == -math.inf else 0.5
    if x > y:
        return 1.0 / (1.0 + exp_difference.function(y, x))
    e = exp_difference.function(x, y)
    return e / (1.0 + e)


def sigmoid_difference_slope(x: Any, y: Any) -> Any:
    """e / (1 + e)^2 with e = e^-|x - y|, the slope of the logistic function at x - y."""
    ahead = greater(x, y)
    e = exp_difference(where(ahead, y, x), where(ahead, x, y))
    return e / (1.0 + e * (2.0 + e))


@primitive(lambda z, x: sigmoid(x), domain=((-700.0, 1e300),))
def softplus(x: float) -> float:
    """log(1 + e^x), a smooth relu.

    >>> softplus(0.0) == math.log(2.0), softplus(1000.0)
    (True, 1000.0)
    """
    return (x if x > 0.0 else 0.0) + math.log1p(math.exp(-math.fabs(x)))


@primitive(lambda z, x: sigmoid(-x), domain=((-1e300, 700.0),))
def logsigmoid(x: float) -> float:
    """log(sigmoid(x)), accurate on both sides.

    >>> logsigmoid(-1000.0)
    -1000.0
    """
    return -softplus.function(-x)


def step(x: Any) -> Any:
    """1 for x > 0, 0 for x <= 0, nan for nan: the slope of relu."""
    return unless_nan(x, greater(x, 0.0))


@primitive(lambda z, x: step(x), symbol="ReLU", kink=lambda x: x)
def relu(x: float) -> float:
    """x, or 0 for a negative x. The slope at 0 is 0.

    >>> relu(2.0), relu(-2.0)
    (2.0, 0.0)
    """
    return x if x > 0.0 or x != x else 0.0


@primitive(lambda z, x: unless_nan(x, greater(x, 0.0) * less(x, 6.0)), symbol="ReLU6", kink=lambda x: x * (x - 6.0))
def relu6(x: float) -> float:
    """x, held between 0 and 6. The slope at 0 and at 6 is 0.

    >>> relu6(2.0), relu6(7.0)
    (2.0, 6.0)
    """
    return 6.0 if x > 6.0 else relu.function(x)


@primitive(lambda z, x: unless_nan(x, less(abs(x), 1.0)), kink=lambda x: (x - 1.0) * (x + 1.0))
def hardtanh(x: float) -> float:
    """x, held between -1 and 1. The slope at -1 and at 1 is 0.

    >>> hardtanh(0.5), hardtanh(-7.0)
    (0.5, -1.0)
    """
    return 1.0 if x > 1.0 else -1.0 if x < -1.0 else x


def not_above_zero(x: Any) -> Any:
    """x, or 0 for a positive x, an infinite one too.

    >>> not_above_zero(-2.0), not_above_zero(math.inf)
    (-2.0, 0.0)
    """
    return where(greater(x, 0.0), 0.0, x)


@primitive(
    lambda z, x, negative_slope: unless_nan(x, where(greater(x, 0.0), 1.0, negative_slope)),
    lambda z, x, negative_slope: not_above_zero(x),
    symbol="LeakyReLU",
    domain=((-1e150, 1e150), (0.0, 0.9)),
    kink=lambda x, negative_slope: x,
)
def leaky_relu(x: float, negative_slope: float = 0.01) -> float:
    """x, or negative_slope * x for a negative x. The slope at 0 is negative_slope.

    >>> leaky_relu(2.0), leaky_relu(-2.0)
    (2.0, -0.02)
    """
    return x if x > 0.0 else negative_slope * x


@primitive(
    lambda z, x, alpha: where(greater(x, 0.0), 1.0, alpha * exp(not_above_zero(x))),
    lambda z, x, alpha: expm1(not_above_zero(x)),
    symbol="ELU",
    domain=((-700.0, 1e300), (0.1, 2.0)),
    kink=lambda x, alpha: x,
)
def elu(x: float, alpha: float = 1.0) -> float:
    """x, or alpha * (e^x - 1) for a negative x. The slope at 0 is alpha.

    >>> elu(2.0), elu(-1000.0)
    (2.0, -1.0)
    """
    return x if x > 0.0 else alpha * math.expm1(x)


@primitive(lambda z, x: gelu_slope(x), symbol="GELU", domain=((-37.0, 1e150),))
def gelu(x: float) -> float:
    """x times the share of a standard normal distribution below x (Hendrycks and Gimpel 2016).

    >>> gelu(0.0), gelu(-math.inf)
    (0.0, 0.0)
    """
    return accurate.gelu(x)


def two_less_square(x: Any) -> Any:
    """2 - x ** 2; near its zeros, a product for the nearest double to sqrt(2), and 2 less the square of that.

    It is finite for any x, so that times 0 it is 0.
    """
    x = clip(x, -FADED, FADED)
    square = x * x
    near_zero = (SQRT_TWO - x) * (SQRT_TWO + x) + TWO_LESS_SQUARE_OF_SQRT_TWO
    return where(less(abs(square - 2.0), 1.0), near_zero, 2.0 - square)


FADED = 1e100  # where every bell curve is 0
SQRT_TWO = 1.4142135623730951
TWO_LESS_SQUARE_OF_SQRT_TWO = -2.7343234630647693e-16


@primitive(
    lambda z, x: ONE_OVER_SQRT_TWO_PI * gaussian(x, 0.5) * two_less_square(x),
    symbol="GELU'",
    latex=r"\operatorname{{gelu}}'\left({}\right)",
    domain=((-37.0, 37.0),),
)
def gelu_slope(x: float) -> float:
    """The slope of gelu, accurate at its zero near -0.75 too.

    >>> gelu_slope(0.0)
    0.5
    """
    return accurate.gelu_slope(x)


@primitive(lambda z, x: silu_slope(x), symbol="SiLU", domain=((-700.0, 1e300),))
def silu(x: float) -> float:
    """x * sigmoid(x), also called swish.

    >>> silu(0.0), silu(-math.inf)
    (0.0, 0.0)
    """
    e = math.exp(-x if x > -700.0 else x)  # of a larger number 1 + e rounds what e is off by
    if x > -700.0:
        return x / (1.0 + e)
    return x * e if x != -math.inf else 0.0


def silu_bend(x: Any) -> Any:
    """The slope of silu_slope: e * (2 - m + e * (2 + m)) / (1 + e)^3 with m = |x| and e = e^-m.

    Near the zero r of the middle factor, that is (r - m) * (1 - e) + (r - 2) * (e^(r - m) - 1): two terms of one
    sign, so that nothing cancels. The power of 1 + e is written out, which rounds less.
    """
    m = where(greater(x, 0.0), 1.0, -1.0) * clip(x, -FADED, FADED)
    e = exp(-m)
    ahead = pos(SILU_BEND_ZERO - m) + SILU_BEND_ZERO_REST
    near_zero = ahead * (1.0 - e) + SILU_BEND_ZERO_LESS_TWO * expm1(ahead)
    factor = where(less(abs(ahead), 0.4), near_zero, pos(2.0 - m) + e * (2.0 + m))
    return e * factor / (1.0 + e * (3.0 + e * (3.0 + e)))


SILU_BEND_ZERO = 2.3993572805154675
SILU_BEND_ZERO_REST = 1.8464872855353363e-16  # what the line above rounds away
SILU_BEND_ZERO_LESS_TWO = 0.39935728051546765


@primitive(
    lambda z, x: silu_bend(x),
    symbol="SiLU'",
    latex=r"\operatorname{{silu}}'\left({}\right)",
    domain=((-700.0, 700.0),),
)
def silu_slope(x: float) -> float:
    """The slope of silu, accurate at its zero near -1.28 too.

    >>> silu_slope(0.0)
    0.5
    """
    return accurate.silu_slope(x)


@primitive(lambda z, x: div(div(1.0, 1.0 + abs(x)), 1.0 + abs(x)), domain=((-1e150, 1e150),))
def softsign(x: float) -> float:
    """x / (1 + |x|), from -1 to 1.

    >>> softsign(1.0), softsign(-math.inf)
    (0.5, -1.0)
    """
    return x / (1.0 + math.fabs(x)) if math.fabs(x) != math.inf else math.copysign(1.0, x)


# Steps, signs and choices


@primitive(lambda z, x: sign(x), symbol="abs", latex=r"\left|{}\right|", instruction="fabs", kink=lambda x: x)
def abs(x: float) -> float:
    """x without its sign. The slope at 0 is 0.

    >>> abs(-2.0)
    2.0
    """
    return math.fabs(x)


@primitive(flat_slope, kink=lambda x: x)
def sign(x: float) -> float:
    """-1, 0 or 1.

    >>> sign(-2.0), sign(0.0)
    (-1.0, 0.0)
    """
    return 1.0 if x > 0.0 else -1.0 if x < 0.0 else x


def distance_to_integer(x: float) -> float:
    """How far x is from the next integer."""
    return x - round.function(x)


@primitive(flat_slope, latex=r"\lfloor {} \rfloor", instruction="floor", kink=distance_to_integer)
def floor(x: float) -> float:
    """The largest integer that is not above x.

    >>> floor(-1.5)
    -2.0
    """
    return math.copysign(float(math.floor(x)), x) if math.fabs(x) < TWO_TO_52 else x


@primitive(flat_slope, latex=r"\lceil {} \rceil", instruction="ceil", kink=distance_to_integer)
def ceil(x: float) -> float:
    """The smallest integer that is not below x.

    >>> ceil(1.5)
    2.0
    """
    return math.copysign(float(math.ceil(x)), x) if math.fabs(x) < TWO_TO_52 else x


@primitive(flat_slope, instruction="roundeven", kink=lambda x: distance_to_integer(x + 0.5))
def round(x: float) -> float:
    """The nearest integer, the even one of two.

    >>> round(2.5), round(-1.4)
    (2.0, -1.0)
    """
    if not math.fabs(x) < TWO_TO_52:
        return x
    return math.copysign((math.fabs(x) + TWO_TO_52) - TWO_TO_52, x)


TWO_TO_52 = 4503599627370496.0  # from here on every double is an integer


@primitive(
    lambda z, x, y: unless_nan(x, greater(x, y) + 0.5 * equal(x, y)),
    lambda z, x, y: unless_nan(y, greater(y, x) + 0.5 * equal(x, y)),
    symbol="max",
    latex=r"\max\left({}, {}\right)",
    kink=lambda x, y: x - y,
)
def maximum(x: float, y: float) -> float:
    """The larger of two; nan if one is. At a tie, each operand has half the slope.

    >>> maximum(2.0, 3.0), maximum(math.nan, 1.0)
    (3.0, nan)
    """
    return x if x >= y or x != x else y


@primitive(
    lambda z, x, y: unless_nan(x, less(x, y) + 0.5 * equal(x, y)),
    lambda z, x, y: unless_nan(y, less(y, x) + 0.5 * equal(x, y)),
    symbol="min",
    latex=r"\min\left({}, {}\right)",
    kink=lambda x, y: x - y,
)
def minimum(x: float, y: float) -> float:
    """The smaller of two; nan if one is. At a tie, each operand has half the slope.

    >>> minimum(2.0, 3.0)
    2.0
    """
    return x if x <= y or x != x else y


@primitive(
    lambda z, x, low, high: unless_nan(x, greater_equal(x, low) * less_equal(x, high)),
    lambda z, x, low, high: unless_nan(low, less(x, low) * less_equal(low, high)),
    lambda z, x, low, high: unless_nan(high, greater(maximum(x, low), high)),
    domain=(REAL, (-3.0, -1.0), (1.0, 3.0)),
    kink=lambda x, low, high: minimum.function(math.fabs(x - low), math.fabs(x - high)),
)
def clip(x: float, low: float, high: float) -> float:
    """x, held between low and high. The slope is 1 at both ends.

    >>> clip(7.0, 0.0, 1.0)
    1.0
    """
    return minimum.function(maximum.function(x, low), high)


@primitive(
    flat_slope,
    lambda z, condition, a, b: not_equal(condition, 0.0),
    lambda z, condition, a, b: equal(condition, 0.0),
    latex=r"\begin{{cases}} {1} & {0} \\ {2} & \text{{otherwise}} \end{{cases}}",
    instruction="select",
    kink=lambda condition, a, b: condition,
)
def where(condition: float, a: float, b: float) -> float:
    """a where the condition is true (not 0), b elsewhere.

    Both are computed, and an inf or nan in the slope of the one not taken spoils the gradient: an
    ordinary `if` does not have this trap.

    >>> where(True, 2.0, 3.0), where(0.0, 2.0, 3.0)
    (2.0, 3.0)
    """
    return a if condition != 0.0 else b


@primitive(flat_slope, flat_slope, symbol=">", latex="[{} > {}]", kink=lambda x, y: x - y)
def greater(x: float, y: float) -> float:
    """1 where x > y, else 0.

    >>> greater(3.0, 2.0)
    1.0
    """
    return 1.0 if x > y else 0.0


@primitive(flat_slope, flat_slope, symbol=">=", latex=r"[{} \ge {}]", kink=lambda x, y: x - y)
def greater_equal(x: float, y: float) -> float:
    """1 where x >= y, else 0.

    >>> greater_equal(2.0, 2.0)
    1.0
    """
    return 1.0 if x >= y else 0.0


@primitive(flat_slope, flat_slope, symbol="<", latex="[{} < {}]", kink=lambda x, y: x - y)
def less(x: float, y: float) -> float:
    """1 where x < y, else 0.

    >>> less(3.0, 2.0)
    0.0
    """
    return 1.0 if x < y else 0.0


@primitive(flat_slope, flat_slope, symbol="<=", latex=r"[{} \le {}]", kink=lambda x, y: x - y)
def less_equal(x: float, y: float) -> float:
    """1 where x <= y, else 0.

    >>> less_equal(2.0, 2.0)
    1.0
    """
    return 1.0 if x <= y else 0.0


@primitive(flat_slope, flat_slope, symbol="==", latex="[{} = {}]", kink=lambda x, y: x - y)
def equal(x: float, y: float) -> float:
    """1 where x equals y, else 0.

    >>> equal(2.0, 2.0)
    1.0
    """
    return 1.0 if x == y else 0.0


@primitive(flat_slope, flat_slope, symbol="!=", latex=r"[{} \ne {}]", kink=lambda x, y: x - y)
def not_equal(x: float, y: float) -> float:
    """1 where x differs from y, else 0.

    >>> not_equal(2.0, 2.0)
    0.0
    """
    return 1.0 if x != y else 0.0


# Many operands


@primitive(
    lambda z, table, index: share_of_each_place(floor(index), len(table)),
    flat_slope,
    latex="{}_{{{}}}",
    domain=(REAL, (0.5, 2.5)),
    kink=lambda table, index: distance_to_integer(index),
)
def take(table: Sequence[float], index: float) -> float:
    """The value at an index that counts from 0 and is rounded down; nan outside the table.

    >>> take([10.0, 20.0, 30.0], 1), take([10.0, 20.0], -1)
    (20.0, nan)
    """
    return table[int(index)] if 0.0 <= index < len(table) else math.nan


def share_of_each_place(whole: Any, count: int) -> list[Any]:
    """1 for the place that a whole index names among so many, 0 for the others.

    >>> share_of_each_place(2.0, 3), share_of_each_place(3.0, 3)
    ([0.0, 0.0, 1.0], [0.0, 0.0, 0.0])
    """
    return [equal(whole, float(place)) for place in range(count)]


@primitive(lambda z, values: [1.0 for _ in values], symbol="sum", latex=r"\sum\left({}\right)")
def sum(values: Sequence[float]) -> float:
    """All values added up from the first to the last; 0 for none.

    >>> sum([1.0, 2.0, 3.0])
    6.0
    """
    return accurate.sum_in_order(values, 0.0)


@primitive(
    lambda z, w, x, bias: x,
    lambda z, w, x, bias: w,
    lambda z, w, x, bias: 1.0,
    latex=r"{} \cdot {} + {}",
    binds=SUM,
    domain=((-1e150, 1e150), (-1e150, 1e150), (-1e150, 1e150)),
)
def dot(w: Sequence[float], x: Sequence[float], bias: float | None = None) -> float:
    """bias + w[0] * x[0] + w[1] * x[1] + ..., added in this order, like the loop written out.

    >>> dot([1.0, 2.0], [3.0, 4.0], 0.5)
    11.5
    """
    if len(w) != len(x):
        raise ValueError(f"dot takes as many weights as inputs, got {len(w)} and {len(x)}")
    return accurate.sum_in_order(map(operator.mul, w, x), 0.0 if bias is None else bias)


@primitive(lambda z, values: [1.0 / len(values) for _ in values], latex=r"\overline{{{}}}")
def mean(values: Sequence[float]) -> float:
    """The sum of the values divided by their number.

    >>> mean([1.0, 2.0, 6.0])
    3.0
    """
    if not values:
        raise ValueError("mean takes at least one value, got none")
    return accurate.sum_in_order(values, 0.0) / len(values)


@primitive(lambda z, values: products_of_the_others(values), latex=r"\prod\left({}\right)", domain=((-1e60, 1e60),))
def prod(values: Sequence[float]) -> float:
    """All values multiplied, from the first to the last; 1 for none.

    >>> prod([2.0, 3.0, 4.0])
    24.0
    """
    return math.prod(values, start=1.0)


def products_of_the_others(values: Sequence[Any]) -> list[Any]:
    """For each value, the product of all the others; right where one of them is 0."""
    before = list(itertools.accumulate(values, operator.mul, initial=1.0))
    after = list(itertools.accumulate(reversed(values), operator.mul, initial=1.0))[::-1]
    return [b * a for b, a in zip(before[:-1], after[1:], strict=True)]


def share_at(extreme: Any, values: Sequence[Any]) -> list[Any]:
    """1 for the value that is the extreme one, an equal part for each of several, nan for a nan."""
    hits = [equal(v, extreme) for v in values]
    count = sum(hits)
    return [unless_nan(v, div(hit, count + equal(count, 0.0))) for v, hit in zip(values, hits, strict=True)]


def lead(values: Sequence[float]) -> float:
    """How far the largest value is ahead of the next one; inf if there is none."""
    ordered = sorted(values)
    return ordered[-1] - ordered[-2] if len(ordered) > 1 else math.inf


@primitive(lambda z, values: share_at(z, values), latex=r"\max\left({}\right)", kink=lead)
def max(values: Sequence[float]) -> float:
    """The largest value; nan if one is. Several largest ones share the slope equally.

    >>> max([1.0, 3.0, 2.0])
    3.0
    """
    if not values:
        raise ValueError("max takes at least one value, got none")
    return functools.reduce(maximum.function, values)


@primitive(
    lambda z, values: share_at(z, values),
    latex=r"\min\left({}\right)",
    kink=lambda values: lead([-value for value in values]),
)
def min(values: Sequence[float]) -> float:
    """The smallest value; nan if one is. Several smallest ones share the slope equally.

    >>> min([1.0, 3.0, 2.0])
    1.0
    """
    if not values:
        raise ValueError("min takes at least one value, got none")
    return functools.reduce(minimum.function, values)


@primitive(
    lambda z, x, y: sigmoid_difference(x, y),
    lambda z, x, y: sigmoid_difference(y, x),
    domain=((-300.0, 300.0), (-300.0, 300.0)),
)
def logaddexp(x: float, y: float) -> float:
    """log(e^x + e^y), without overflow.

    >>> logaddexp(1000.0, -1000.0), logaddexp(-math.inf, -math.inf)
    (1000.0, -inf)
    """
    return logsumexp.function((x, y))


def softmax(values: Sequence[Any]) -> list[Any]:
    """e^v over the sum of all e^v, for each value: the slopes of logsumexp.

    >>> softmax([0.0, 0.0]), softmax([-math.inf, -math.inf])
    ([0.5, 0.5], [0.0, 0.0])
    """
    largest = max(values)
    hits = [equal(v, largest) for v in values]
    parts = [exp_difference(v, largest) for v in values]
    small = sum([where(hit, 0.0, part) for hit, part in zip(hits, parts, strict=True)])
    large = sum([where(hit, part, 0.0) for hit, part in zip(hits, parts, strict=True)])
    total = small + large  # the large terms last: each sum before them rounds less
    return [part / (total + equal(total, 0.0)) for part in parts]


@primitive(lambda z, values: softmax(values), domain=((-300.0, 300.0),))
def logsumexp(values: Sequence[float]) -> float:
    """log(e^v + ...) over all values, without overflow: a smooth maximum; -inf for none.

    >>> logsumexp([0.0, 0.0]) == math.log(2.0), logsumexp([])
    (True, -inf)
    """
    if not values:
        return -math.inf
    largest = max.function(values)
    if math.isinf(largest):
        return largest
    if largest != largest:
        return largest
    first = values.index(largest)
    rest = [exp_difference.function(v, largest) for i, v in enumerate(values) if i != first]
    return largest + math.log1p(accurate.sum_in_order(rest, 0.0))


# What a star import gives: the rows. Set by its name, because type checkers take a written-out list or none.
globals()["__all__"] = ["TABLE", "Primitive", "primitive", *TABLE]
