"""The small programs around one operation: alone, within a graph, and with an operand that has another use."""

from typing import Any

from autograd.testing.operations import Operation
from autograd.testing.running import NotAValue, Program

Numbers = dict[str, Any]


def given(operation: Operation, point: tuple[float, ...]) -> list[str]:
    """The lines that make the operands.

    >>> from autograd.testing.operations import CORE
    >>> given(CORE[0], (2.0, -3.0))
    ['a = Value(2.0)', 'b = Value(-3.0)']
    """
    return [f"{name} = Value({x!r})" for name, x in zip(operation.names, point, strict=True)]


def forward(operation: Operation, point: tuple[float, ...]) -> Program:
    """The result alone, and the operands after it.

    >>> from autograd import Value
    >>> from autograd.testing.operations import CORE
    >>> forward(CORE[0], (2.0, -3.0)).run(Value)
    {'a.data': 2.0, 'b.data': -3.0, 'y.data': -6.0}
    """

    def run(Value: Any) -> Numbers:
        operands = [Value(x) for x in point]
        y = operation.function(*operands)
        if isinstance(y, int | float):
            raise NotAValue(f"the result is the {type(y).__name__} {y!r}")
        before = {f"{name}.data": operand.data for name, operand in zip(operation.names, operands, strict=True)}
        return {**before, "y.data": y.data}

    return Program("\n".join([*given(operation, point), f"y = {operation}"]), run)


def alone(operation: Operation, point: tuple[float, ...]) -> Program:
    """The local gradients; and the operands afterwards, which are to be as they were.

    >>> from autograd import Value
    >>> from autograd.testing.operations import CORE
    >>> alone(CORE[0], (2.0, -3.0)).run(Value)
    {'a.data': 2.0, 'b.data': -3.0, 'a.grad': -3.0, 'b.grad': 2.0}
    """

    def run(Value: Any) -> Numbers:
        operands = [Value(x) for x in point]
        operation.function(*operands).backward()
        named = list(zip(operation.names, operands, strict=True))
        return {f"{n}.data": x.data for n, x in named} | {f"{n}.grad": x.grad for n, x in named}

    return Program("\n".join([*given(operation, point), f"y = {operation}", "y.backward()"]), run)


def passed_on(operation: Operation) -> Program:
    """The gradients when the one that arrives is not 1.

    >>> from autograd import Value
    >>> from autograd.testing.operations import CORE
    >>> passed_on(CORE[0]).run(Value)
    {'a.grad': -21.0, 'b.grad': 14.0}
    """
    point = operation.points[0]

    def run(Value: Any) -> Numbers:
        operands = [Value(x) for x in point]
        y = operation.function(*operands) * Value(7.0)
        y.backward()
        return {f"{n}.grad": x.grad for n, x in zip(operation.names, operands, strict=True)}

    return Program("\n".join([*given(operation, point), f"h = {operation}", "y = h * Value(7.0)", "y.backward()"]), run)


def passed_on_twice(operation: Operation) -> Program:
    """The same, after a second call: gradients that the first one left between are passed on by it, if by none before.

    >>> from autograd.testing.operations import CORE
    >>> passed_on_twice(CORE[0]).text.splitlines()[-2:]
    ['y.backward()', 'y.backward()']
    """
    point = operation.points[0]

    def run(Value: Any) -> Numbers:
        operands = [Value(x) for x in point]
        y = operation.function(*operands) * Value(7.0)
        y.backward()
        y.backward()
        return {f"{n}.grad": x.grad for n, x in zip(operation.names, operands, strict=True)}

    return Program(f"{passed_on(operation).text}\ny.backward()", run)


def passed_through(operation: Operation) -> Program:
    """The gradients of what the operands were made of.

    >>> from autograd.testing.operations import CORE
    >>> passed_through(CORE[0]).text.splitlines()[-2]
    'y = h * k'
    """
    point = operation.points[0]
    within = ["h", "k"][: len(point)]

    def run(Value: Any) -> Numbers:
        operands = [Value(x) for x in point]
        y = operation.function(*(x * Value(1.25) for x in operands))
        y.backward()
        return {f"{n}.grad": x.grad for n, x in zip(operation.names, operands, strict=True)}

    made = [f"{inner} = {n} * Value(1.25)" for inner, n in zip(within, operation.names, strict=True)]
    return Program(
        "\n".join([*given(operation, point), *made, f"y = {operation.written(*within)}", "y.backward()"]), run
    )


def beside_another_use(operation: Operation, position: int) -> Program:
    """The gradient of an operand that the result also contains by itself.

    >>> from autograd import Value
    >>> from autograd.testing.operations import CORE
    >>> beside_another_use(CORE[0], 1).run(Value)
    {'b.grad': 3.0}
    """
    point = operation.points[0]
    name = operation.names[position]

    def run(Value: Any) -> Numbers:
        operands = [Value(x) for x in point]
        y = operation.function(*operands) + operands[position]
        y.backward()
        return {f"{name}.grad": operands[position].grad}

    return Program("\n".join([*given(operation, point), f"h = {operation}", f"y = h + {name}", "y.backward()"]), run)


def both_operands(operation: Operation) -> Program:
    """The gradient of a value that is both operands.

    >>> from autograd import Value
    >>> from autograd.testing.operations import CORE
    >>> both_operands(CORE[0]).run(Value)
    {'a.grad': 6.0}
    """

    def run(Value: Any) -> Numbers:
        a = Value(3.0)
        operation.function(a, a).backward()
        return {"a.grad": a.grad}

    return Program(f"a = Value(3.0)\ny = {operation.written('a', 'a')}\ny.backward()", run)
