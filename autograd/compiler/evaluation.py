"""Runs a Python function on registers: every step of it adds instructions to the function under construction.

Steps between what is known are done at once; a branch that depends on a register runs both ways, and each name
gets what the lane's own way gave it. Loops are unrolled.
"""

import ast
import inspect
from collections.abc import Callable, Iterable, Sequence
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, Never

from autograd import accurate
from autograd.compiler.engine import load_llvm
from autograd.compiler.kernels import KERNELS, machine
from autograd.compiler.lanes import STEPS, Lanes
from autograd.compiler.operations import AT_ONCE, Operations, Refusal
from autograd.compiler.source import NotTranslatable, definition_of, names_of
from autograd.primitives import Primitive

ir, _ = load_llvm()

#: Functions that a machine has a shorter way for.
SHORTER: dict[Callable[..., Any], Callable[..., Any]] = {
    accurate.two_product: machine.two_product,
    accurate.complementary_error_function: KERNELS["erfc"],
    accurate.cube_root: KERNELS["cbrt"],
}
#: Kernels are functions of their own in the machine code; all other functions become a part of their caller.
OWN = frozenset(KERNELS.values())


class NoResult:
    """What a block of statements gives that did not return."""


class Evaluation:
    """One call of one Python function.

    apply    emits the result of a row, an instruction or a kernel
    callers  the functions that are being evaluated, from the outermost on
    """

    def __init__(
        self,
        function: Callable[..., Any],
        lanes: Lanes,
        apply: Callable[..., Any],
        callers: tuple[Callable[..., Any], ...] = (),
    ) -> None:
        self.function = function
        self.lanes = lanes
        self.apply = apply
        self.callers = (*callers, function)
        self.operations = Operations(lanes, apply)
        self.definition = definition_of(function)
        self.outer_names = names_of(function)
        self.names: dict[str, Any] = {}

    def result(self, *operands: Any, **named: Any) -> Any:
        """What the function returns."""
        try:
            bound = inspect.signature(self.function).bind(*operands, **named)
        except TypeError as error:
            self.refuse(self.definition.body[0], error)
        bound.apply_defaults()
        self.names = dict(bound.arguments)
        returned = self.block(self.definition.body)
        if returned is NoResult:
            self.refuse(self.definition.body[-1], "it returns nothing")
        return returned

    def refuse(self, node: ast.stmt | ast.expr, reason: object) -> Never:
        place = f"{self.function.__qualname__} ({self.definition.file}, line {node.lineno})"
        raise NotTranslatable(f"{place}: {reason}")

    # Statements

    def block(self, statements: Sequence[ast.stmt]) -> Any:
        """Run statements; what they return, or NoResult."""
        for place, statement in enumerate(statements):
            rest = statements[place + 1 :]
            match statement:
                case ast.Return(value=ast.expr() as value):
                    return self.value(value)
                case ast.If(test=test):
                    try:
                        returned = self.branch(statement, self.operations.truth(self.value(test)), rest)
                    except Refusal as refusal:
                        self.refuse(statement, refusal)
                    if returned is not NoResult or has_return(statement):
                        return returned
                case ast.For(target=target, iter=items, body=body, orelse=[]):
                    turns = [[ast.Assign([target], ast.Constant(item)), *body] for item in self.items(items)]
                    return self.block([*(each for turn in turns for each in turn), *rest])
                case ast.Expr(value=ast.Constant()) | ast.Pass():
                    pass
                case _:
                    self.set_names(statement)
        return NoResult

    def set_names(self, statement: ast.stmt) -> None:
        """Run an assignment."""
        match statement:
            case ast.Assign(targets=targets, value=value):
                result = self.value(value)
                for target in targets:
                    self.assign(target, result)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self.assign(target, self.value(value))
            case ast.AugAssign(target=ast.Name() as target, op=op, value=value):
                before = ast.copy_location(ast.Name(target.id), target)
                self.assign(target, self.value(ast.copy_location(ast.BinOp(before, op, value), statement)))
            case _:
                self.refuse(statement, f"{type(statement).__name__.lower()} is for Python alone")

    def assign(self, target: ast.expr, value: Any) -> None:
        match target:
            case ast.Name(id=name):
                self.names[name] = value
            case ast.Tuple(elts=parts) if isinstance(value, (tuple, list)) and len(value) == len(parts):
                for part, item in zip(parts, value, strict=True):
                    self.assign(part, item)
            case _:
                self.refuse(target, "only names can be set, to as many values as there are names")

    def branch(self, statement: ast.If, condition: Any, rest: Sequence[ast.stmt]) -> Any:
        """Both ways of an if; and what follows it, if one of them returns."""
        follows = rest if has_return(statement) else ()
        if isinstance(condition, bool):
            return self.block([*(statement.body if condition else statement.orelse), *follows])
        before = dict(self.names)
        first = self.block([*statement.body, *follows])
        after_first, self.names = self.names, before
        second = self.block([*statement.orelse, *follows])
        if first is not NoResult and second is not NoResult:
            return self.operations.choose(condition, first, second)
        if first is not second:
            raise Refusal("one way through it returns nothing")
        common = [name for name in self.names if name in after_first]
        self.names = {name: self.operations.choose(condition, after_first[name], self.names[name]) for name in common}
        return NoResult

    # Expressions

    def value(self, node: ast.expr) -> Any:
        """What an expression gives."""
        try:
            return self.value_of(node)
        except Refusal as refusal:
            self.refuse(node, refusal)

    def value_of(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return self.look_up(name)
            case ast.BinOp(left=left, op=op, right=right):
                return self.operations.binary(op, self.value(left), self.value(right))
            case ast.UnaryOp(op=op, operand=operand):
                return self.operations.unary(op, self.value(operand))
            case ast.BoolOp(op=op, values=values):
                return self.logical(isinstance(op, ast.And), values)
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                return self.comparison([self.value(operand) for operand in (left, *comparators)], ops)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                condition = self.operations.truth(self.value(test))
                if isinstance(condition, bool):
                    return self.value(body if condition else orelse)
                return self.operations.choose(condition, self.value(body), self.value(orelse))
            case ast.Call(func=function, args=arguments, keywords=keywords):
                named = {word.arg: self.value(word.value) for word in keywords if word.arg is not None}
                if len(named) < len(keywords):
                    raise Refusal("arguments out of a dictionary are for Python alone")
                return self.call(self.value(function), self.values(arguments), named)
        return self.part(node)

    def part(self, node: ast.expr) -> Any:
        """A tuple, or a part of something that is known."""
        match node:
            case ast.Tuple(elts=parts):
                return tuple(self.values(parts))
            case ast.Slice():
                ends = (node.lower, node.upper, node.step)
                return slice(*(None if end is None else self.value(end) for end in ends))
            case ast.Subscript(value=whole, slice=place):
                items, places = self.value(whole), self.value(place)
                if isinstance(items, (tuple, list)) and isinstance(places, (int, slice)):
                    return items[places]
            case ast.Attribute(value=owner, attr=name):
                known = self.value(owner)
                if isinstance(known, Primitive) and name == "function":
                    return known
                if isinstance(known, ModuleType) and name in vars(known):
                    return vars(known)[name]
        raise Refusal(f"{ast.unparse(node)!r} is for Python alone")

    def values(self, nodes: Sequence[ast.expr]) -> list[Any]:
        """Values in order, those of a starred tuple one by one."""
        values: list[Any] = []
        for node in nodes:
            values += self.items(node.value) if isinstance(node, ast.Starred) else [self.value(node)]
        return values

    def items(self, node: ast.expr) -> list[Any]:
        """What a loop runs over, known now."""
        items = self.value(node)
        if isinstance(items, ir.Value) or not isinstance(items, Iterable):
            self.refuse(node, "a loop runs over what is known before the call")
        return list(items)

    def look_up(self, name: str) -> Any:
        if name in self.names:
            return self.names[name]
        if name in self.function.__code__.co_varnames or name not in self.outer_names:
            raise Refusal(f"{name!r} may have no value here")
        return self.outer_names[name]

    def logical(self, conjunction: bool, nodes: Sequence[ast.expr]) -> Any:
        """The truth of operands joined by and, or by or."""
        combine = self.lanes.both if conjunction else self.lanes.either
        result: Any = conjunction
        for node in nodes:
            if isinstance(result, bool) and result is not conjunction:
                return result
            result = combine(result, self.operations.truth(self.value(node)))
        return result

    def comparison(self, values: Sequence[Any], ops: Sequence[ast.cmpop]) -> Any:
        """The truth of a chain of comparisons."""
        result: Any = True
        for a, op, b in zip(values, ops, values[1:], strict=False):
            result = self.lanes.both(result, self.operations.compared(op, a, b))
        return result

    def call(self, function: Any, operands: list[Any], named: dict[str, Any]) -> Any:
        """What a function gives, whatever kind of function it is."""
        if isinstance(function, Primitive):
            return self.apply(function, *(function.bind(tuple(operands), named) if named else operands))
        if named and not isinstance(function, FunctionType):
            raise Refusal("only functions written in Python take named arguments here")
        if isinstance(function, BuiltinFunctionType) or function in AT_ONCE or function is float:
            return self.operations.built_in(function, operands)
        if function is type:
            return float  # of which kind every operand is here
        if function is machine.rarely:
            return self.operations.rarely(*operands)
        if function in STEPS:
            return STEPS[function](self.lanes, *operands)
        if not isinstance(function, FunctionType):
            raise Refusal(f"{function!r} is for Python alone")
        function = SHORTER.get(function, function)
        if function in OWN:
            return self.apply(function, *operands)
        if function in self.callers:
            raise Refusal(f"{function.__qualname__} calls itself")
        return Evaluation(function, self.lanes, self.apply, self.callers).result(*operands, **named)


def has_return(statement: ast.stmt) -> bool:
    """Whether a return stands somewhere in a statement.

    >>> has_return(ast.parse("if x: y = 1").body[0]), has_return(ast.parse("while x: return y").body[0])
    (False, True)
    """
    return any(isinstance(node, ast.Return) for node in ast.walk(statement))
