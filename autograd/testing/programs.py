"""The small programs that each are about one idea of graphs, and a larger one.

They are functions of the class; a report shows their lines. They use `+` and `*` between values and nothing else, and
values that are not the same hold different numbers unless that is the question.
"""

from typing import Any

Numbers = dict[str, Any]

DOUBLINGS = 12
PATHS = 2**DOUBLINGS


def new_value(Value: Any) -> Numbers:
    """What a value begins with."""
    a = Value(2.5)
    return {"a.data": a.data, "a.grad": a.grad}


def gradient_in_itself(Value: Any) -> Numbers:
    """The gradient of the result, where backpropagation begins."""
    a, b = Value(2.0), Value(-3.0)
    y = a * b
    y.backward()
    return {"y.grad": y.grad, "a.grad": a.grad, "b.grad": b.grad}


def backward_of_a_leaf(Value: Any) -> Numbers:
    """The gradient of a value in itself, where nothing made it."""
    a = Value(2.0)
    a.backward()
    return {"a.grad": a.grad}


def used_by_two(Value: Any) -> Numbers:
    """A value with two uses in one graph."""
    a, b, c = Value(3.0), Value(2.0), Value(5.0)
    y = a * b + a * c
    y.backward()
    return {"a.grad": a.grad}


def added_to_what_is_there(Value: Any) -> Numbers:
    """A gradient that was given by hand, and one use."""
    a, b = Value(3.0), Value(2.0)
    a.grad = 10.0
    y = a * b
    y.backward()
    return {"a.grad": a.grad}


def two_graphs(Value: Any) -> Numbers:
    """A value in two graphs, as the weights are in those of two samples."""
    a, b, c = Value(3.0), Value(2.0), Value(5.0)
    y = a * b
    z = a * c
    y.backward()
    z.backward()
    return {"a.grad": a.grad}


def apart(Value: Any) -> Numbers:
    """Two graphs that have nothing in common."""
    a, b, c, d = Value(2.0), Value(3.0), Value(5.0), Value(7.0)
    y = a * b
    z = c * d
    y.backward()
    z.backward()
    return {"a.grad": a.grad, "b.grad": b.grad, "c.grad": c.grad, "d.grad": d.grad}


def equal_numbers(Value: Any) -> Numbers:
    """Two results that are equal, and are not the same."""
    a, b, c, d = Value(2.0), Value(12.0), Value(3.0), Value(8.0)
    y = a * b + c * d
    y.backward()
    return {"a.grad": a.grad, "b.grad": b.grad, "c.grad": c.grad, "d.grad": d.grad}


def diamond(Value: Any) -> Numbers:
    """Two ways of the same length from h to y."""
    a, b, c, d = Value(3.0), Value(2.0), Value(5.0), Value(7.0)
    h = a * b
    y = h * c + h * d
    y.backward()
    return {"a.grad": a.grad}


def short_way_first(Value: Any) -> Numbers:
    """Two ways from h to y, the short one on the left."""
    a, b, c, d = Value(3.0), Value(2.0), Value(5.0), Value(7.0)
    h = a * b
    y = h + h * c * d
    y.backward()
    return {"a.grad": a.grad}


def long_way_first(Value: Any) -> Numbers:
    """Two ways from h to y, the short one on the right."""
    a, b, c, d = Value(3.0), Value(2.0), Value(5.0), Value(7.0)
    h = a * b
    y = h * c * d + h
    y.backward()
    return {"a.grad": a.grad}


def twice_backward(Value: Any) -> Numbers:
    """Two calls for one result, with nothing between it and its operands."""
    a, b = Value(3.0), Value(2.0)
    y = a * b
    y.backward()
    y.backward()
    return {"a.grad": a.grad}


def twice_backward_through(Value: Any) -> Numbers:
    """Two calls for one result, with a value on the way."""
    a, b, c = Value(3.0), Value(2.0), Value(5.0)
    h = a * b
    y = h * c
    y.backward()
    y.backward()
    return {"a.grad": a.grad}


def two_results(Value: Any) -> Numbers:
    """Two results that are made of the same value on the way."""
    a, b, c, d = Value(3.0), Value(2.0), Value(5.0), Value(7.0)
    h = a * b
    y = h * c
    z = h * d
    y.backward()
    z.backward()
    return {"a.grad": a.grad}


def added_in_place(Value: Any) -> Numbers:
    """A running sum, as every loss is."""
    a, b = Value(3.0), Value(2.0)
    h = a * b
    y = h
    y += a
    y.backward()
    return {"h.data": h.data, "y.data": y.data, "a.grad": a.grad}


def deep(Value: Any) -> Numbers:
    """A graph as deep as a sum over samples."""
    a, y = Value(2.0), Value(0.0)
    for _ in range(5000):
        y = y + a
    y.backward()
    return {"a.grad": a.grad}


def doubled(Value: Any) -> Numbers:
    """A few values, and many paths between the first and the last."""
    y = Value(1.0)
    for _ in range(12):
        y = y + y
    y.backward()
    return {"y.data": y.data}


def three_contributions(Value: Any) -> Numbers:
    """A gradient of three parts, whose last bits tell in which order they were added."""
    a, b, c, d = Value(1.0), Value(0.1), Value(0.2), Value(0.3)
    y = a * b + (a * c + a * d)
    y.backward()
    return {"a.grad": a.grad}


def complex_power(Value: Any) -> Numbers:
    """The cube root of a negative number, as a power: Python's is complex."""
    a = Value(-8.0)
    y = a ** (1 / 3)
    return {"y.data": y.data}


def larger(Value: Any) -> Numbers:
    """Two layers of three units each, and the square of what they give."""
    inputs = [Value(0.3), Value(-0.7), Value(0.45)]
    first = [Value(0.11), Value(-0.13), Value(0.17)]
    second = [Value(-0.19), Value(0.23), Value(0.29)]
    total = Value(0.01)
    for row in (first, second):
        sums = []
        for i in range(3):
            unit = row[i] * total
            for x in inputs:
                unit = unit + x * row[i] * row[(i + 1) % 3]
            sums.append(unit)
        inputs = sums
        total = sums[0] * sums[1] + sums[2] * total
    y = total * total + total
    y.backward()
    numbers = {f"first[{i}].grad": w.grad for i, w in enumerate(first)}
    return {"y.data": y.data, **numbers, **{f"second[{i}].grad": w.grad for i, w in enumerate(second)}}
