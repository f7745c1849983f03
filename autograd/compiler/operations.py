"""What Python's operators and built-in functions do when an operand is a register, or known now.

A value is a Python object that is known now (a number, a tuple, a function, a module) or a register.
"""

import ast
import math
from collections.abc import Callable
from typing import Any

from autograd.compiler.engine import load_llvm
from autograd.compiler.kernels import KERNELS
from autograd.compiler.lanes import NATIVE, Lanes

ir, _ = load_llvm()

ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "fadd", ast.Sub: "fsub", ast.Mult: "fmul", ast.Div: "fdiv"}
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
#: Built-in functions on what is known: they give numbers, or what a loop runs over.
AT_ONCE = (range, reversed, enumerate, zip, len, tuple, list)
#: Functions of the math module that are an instruction.
MATHEMATICS: dict[Any, str] = {
    function: name for name, function in vars(math).items() if name in KERNELS or name in NATIVE
}


class Refusal(Exception):
    """Why something cannot be translated; who asked for it knows the line."""


def is_number(value: Any) -> bool:
    """Whether a value can be an operand.

    >>> is_number(2.0), is_number("2")
    (True, False)
    """
    return isinstance(value, (int, float, ir.Value))


def numbers(*values: Any) -> bool:
    """Whether all of these are known now; a Refusal, if one is not a number.

    >>> numbers(1, 2.0)
    True
    """
    for value in values:
        if not is_number(value):
            raise Refusal(f"{value!r} is not a number")
    return not any(isinstance(value, ir.Value) for value in values)


def computed(expression: ast.expr) -> Any:
    """What Python gives for an expression of constants.

    >>> computed(ast.BinOp(ast.Constant(2), ast.Pow(), ast.Constant(5)))
    32
    """
    try:
        return eval(compile(ast.fix_missing_locations(ast.Expression(expression)), "<constants>", "eval"))
    except ArithmeticError as error:
        raise Refusal(str(error)) from error


class Operations:
    """Operators at a place in a function under construction.

    apply  emits the result of a row, an instruction or a kernel
    """

    def __init__(self, lanes: Lanes, apply: Callable[..., Any]) -> None:
        self.lanes = lanes
        self.apply = apply

    def binary(self, op: ast.operator, a: Any, b: Any) -> Any:
        """An operator between two numbers."""
        if numbers(a, b):
            return computed(ast.BinOp(ast.Constant(a), op, ast.Constant(b)))
        if type(op) in ARITHMETIC:
            return NATIVE[ARITHMETIC[type(op)]](self.lanes, a, b)
        if isinstance(op, ast.Pow) and isinstance(b, (int, float)) and math.isfinite(b) and b == int(b):
            return self.apply("pow", a, float(b))
        raise Refusal(f"{type(op).__name__.lower()} of numbers that are not known now is for Python alone")

    def unary(self, op: ast.unaryop, operand: Any) -> Any:
        """An operator before a number."""
        known = numbers(operand)
        match op:
            case ast.Not():
                return not operand if known else self.lanes.negation(self.lanes.truth(operand))
            case ast.USub():
                return -operand if known else NATIVE["fneg"](self.lanes, operand)
            case ast.UAdd():
                return operand
        raise Refusal("bits of an integer are for Python alone")

    def compared(self, op: ast.cmpop, a: Any, b: Any) -> Any:
        """A comparison of two numbers, or of anything with None or with a type."""
        if isinstance(op, (ast.Is, ast.IsNot)) and (a is None or b is None or isinstance(b, type)):
            return (a is b) is isinstance(op, ast.Is)
        if type(op) not in COMPARISONS:
            raise Refusal("identity and membership are for Python alone")
        if numbers(a, b):
            return computed(ast.Compare(ast.Constant(a), [op], [ast.Constant(b)]))
        return self.lanes.compare(COMPARISONS[type(op)], a, b)

    def truth(self, value: Any) -> Any:
        """Whether a number counts as true."""
        numbers(value)
        return self.lanes.truth(value)

    def choose(self, condition: Any, a: Any, b: Any) -> Any:
        """a in the lanes where the condition holds, b in the others."""
        if a is b:
            return a
        if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
            return tuple(self.choose(condition, x, y) for x, y in zip(a, b, strict=True))
        numbers(a, b)
        return self.lanes.choose(condition, a, b)

    def built_in(self, function: Any, operands: list[Any]) -> Any:
        """What a function gives that is not written in Python."""
        known = not any(isinstance(operand, ir.Value) for operand in operands)
        if function in AT_ONCE or (known and (function in MATHEMATICS or function is float)):
            try:
                return function(*operands)
            except (ArithmeticError, ValueError, TypeError) as error:
                raise Refusal(str(error)) from error
        if function is float:
            return self.lanes.number(operands[0])
        if function is abs:
            return self.apply("fabs", *operands)
        if function is max or function is min:
            return self.extreme(">" if function is max else "<", operands)
        if function in MATHEMATICS:
            return self.apply(MATHEMATICS[function], *operands)
        raise Refusal(f"{function.__name__} is for Python alone")

    def extreme(self, sign: str, operands: list[Any]) -> Any:
        """The first of the largest or smallest, as Python's max and min choose it."""
        best = operands[0]
        for other in operands[1:]:
            best = self.lanes.choose(self.lanes.compare(sign, other, best), other, best)
        return best

    def rarely(self, condition: Any, function: Any, otherwise: Any, *operands: Any) -> Any:
        """A branch that is taken when the condition holds in one lane or more."""
        if isinstance(condition, bool):
            return self.apply(function, *operands) if condition else otherwise
        build = self.lanes.builder
        otherwise = self.lanes.number(otherwise)
        before = build.block
        with build.if_then(self.lanes.any_lane(condition), likely=False):
            chosen = self.lanes.choose(condition, self.apply(function, *operands), otherwise)
            inside = build.block
        result = build.phi(self.lanes.type)
        result.add_incoming(otherwise, before)
        result.add_incoming(chosen, inside)
        return result
