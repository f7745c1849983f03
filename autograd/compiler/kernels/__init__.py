"""Elementary functions as polynomials: Python functions on floats, which the translator compiles for vectors."""

from collections.abc import Callable

from autograd.compiler.kernels.bell import erf, erfc
from autograd.compiler.kernels.exponential import cosh, exp, expm1, sinh, tanh
from autograd.compiler.kernels.logarithmic import acosh, asinh, atanh, log, log1p, log2, log10, logaddexp
from autograd.compiler.kernels.powers import cbrt, hypot, pow, power
from autograd.compiler.kernels.trigonometric import acos, asin, atan, atan2, cos, sin, tan

#: The kernel of each instruction that machines do not have, by its name.
KERNELS: dict[str, Callable[..., float]] = {
    kernel.__name__: kernel
    for kernel in (
        *(exp, expm1, log, log1p, log2, log10, logaddexp, pow, power, cbrt, hypot),
        *(sin, cos, tan, asin, acos, atan, atan2, sinh, cosh, tanh, asinh, acosh, atanh, erf, erfc),
    )
}
