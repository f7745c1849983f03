"""Defects in the walk back through a graph: its order, and the accumulation of gradients."""

from benchmarks.defects.defect import Defect

VALUE, DIALECTS, ANOMALY, GRAPH = (f"autograd/{room}.py" for room in ("value", "dialects", "anomaly", "graph"))

ORDER = (
    Defect(
        VALUE,
        "operand = node._y\n            if operand._row is not None and (mark := operand._grad) is not done:",
        "operand = node._y\n            if operand._row is not None and operand not in stack"
        " and (mark := operand._grad) is not done:",
        "backward() takes a second operand that waits already for visited: wrong on a diamond",
    ),
    Defect(
        VALUE,
        "elif type(dx) is tuple:  # no constant among the operands\n            for operand in reversed(node._x):",
        "elif type(dx) is tuple:  # no constant among the operands\n            for operand in node._x:",
        "backward() visits the operands of a long operation from the last to the first",
    ),
    Defect(
        VALUE,
        "operand = node._y\n            if operand._row is not None and (mark := operand._grad) is not done:\n"
        "                if mark is opened:\n                    raise cycle(operand)\n",
        "operand = node._y\n            if operand._row is not None and (mark := operand._grad) is not done:\n",
        "backward() does not notice a cycle through a second operand",
    ),
    Defect(
        GRAPH,
        "                    stack.append(operand)",
        "                    if operand not in stack:\n                        stack.append(operand)",
        "topological_order takes an operand that waits already for visited: wrong on a diamond",
    ),
    Defect(
        GRAPH,
        "for operand in list(held_by(node))[::-1]:",
        "for operand in held_by(node):",
        "topological_order visits operands from the last to the first",
    ),
    Defect(
        GRAPH,
        "stack = list(roots)[::-1]",
        "stack = list(roots)",
        "topological_order visits several roots from the last to the first",
    ),
    Defect(
        GRAPH,
        "                    if id(operand) in opened:\n                        raise cycle(operand)\n",
        "",
        "topological_order gives an order for a graph with a cycle",
    ),
    Defect(
        GRAPH,
        "tuple(index[id(operand)] for operand in node.operands)",
        "tuple(dict.fromkeys(index[id(operand)] for operand in node.operands))",
        "an export has one operand for a + a",
    ),
    Defect(
        GRAPH,
        "max((level[id(operand)] + 1 for operand in node.operands), default=0)",
        "max((level[id(operand)] + 1 for operand in node.operands[:1]), default=0)",
        "depth looks at the first operand alone",
    ),
)

ACCUMULATION = (
    Defect(
        VALUE,
        "operand = node._y\n                operand._grad += grad * dy",
        "operand = node._y\n                operand._grad = grad * dy",
        "a second operand keeps the last path alone",
    ),
    Defect(
        VALUE,
        "                if dx is not None:\n                    operand = node._x\n"
        "                    operand._grad += grad * dx",
        "                if dx is not None:\n                    operand = node._x\n"
        "                    operand._grad = grad * dx",
        "a first operand of two keeps the last path alone",
    ),
    Defect(
        VALUE,
        "elif type(dx) is float:\n                operand = node._x\n                operand._grad += grad * dx",
        "elif type(dx) is float:\n                operand = node._x\n                operand._grad = grad * dx",
        "an only operand, or one beside a constant, keeps the last path alone",
    ),
    Defect(
        VALUE,
        "for operand, slope in zip(node._x, dx, strict=True):",
        "for operand, slope in dict(zip(node._x, dx, strict=True)).items():",
        "sum([a, a]) counts a once",
    ),
    Defect(
        VALUE,
        "            self._grad += 1.0\n            return",
        "            self._grad = 1.0\n            return",
        "backward() on a leaf does not add up",
    ),
    Defect(
        VALUE,
        "        self._grad = BEGUN\n        if open_blocks and mode().watching:\n"
        "            watched_backward(order)\n            return\n",
        "        if open_blocks and mode().watching:\n            watched_backward(order)\n            return\n"
        "        self._grad = BEGUN\n",
        "backward() inside detect_anomaly starts from 0",
    ),
    Defect(
        VALUE,
        "            if type(dx) is HandWalk:\n                forget_the_walk(node)\n",
        "",
        "backward() after a walk by hand counts the walk again",
    ),
    Defect(
        VALUE,
        "row.slopes[0](data, x_data, y_data)",
        "row.slopes[0](data, y_data, x_data)",
        "an operator's slope in x is taken with its operands exchanged",
    ),
    Defect(
        VALUE,
        "return of_two(primitives.power, other, self)",
        "return of_two(primitives.power, self, other)",
        "2 ** value is value ** 2",
    ),
    Defect(
        VALUE,
        "node._dx = dx if type(dx) is float else float(dx)",
        "node._dx = dx",
        "the slope of a user's row may be recorded as an integer, which backward() takes for something else",
    ),
    Defect(
        VALUE,
        "node._dx = 1.0 if data > 0.0 else data",
        "node._dx = 1.0 if data >= 0.0 else data",
        "the slope of a recorded relu at 0 is 1",
    ),
    Defect(
        VALUE,
        "slopes = [*inputs, *[None] * len(inputs), 1.0]",
        "slopes = [*inputs, *[None] * len(inputs), None]",
        "a bias beside constant inputs gets no gradient",
    ),
    Defect(
        VALUE,
        "elif {*map(type, x)} == {float}:",
        "elif type(x[-1]) is float:",
        "a dot of inputs that are constants at both ends takes a value between them for one",
    ),
    Defect(
        VALUE,
        "if grad == 0.0 and isfinite(sum(dx)):",
        "if grad == 0.0:",
        "0 times inf is 0 behind a relu that is off",
    ),
    Defect(
        DIALECTS,
        "record.parts[walked] = record.parts.get(walked, 0.0) + part",
        "record.parts[walked] = part",
        "of a node that walked to one leaf twice by hand, backward() takes back the last walk alone",
    ),
    Defect(
        ANOMALY,
        "operand._grad += node._grad * slope",
        "operand._grad = node._grad * slope",
        "backward() inside detect_anomaly keeps the last path alone",
    ),
)
