"""The defects that `python -m benchmarks mutants` seeds, one at a time, to see whether the tests notice.

Each is a mistake that somebody could make: most leave the ordinary case right and go wrong in a tail, at a
kink, at a tie, with a constant, on the second call. None is a mere change of style: each gives some result,
gradient, graph or error that differs from the original's.
"""

from typing import NamedTuple

PRIMITIVES, ACCURATE = "autograd/primitives.py", "autograd/accurate.py"
VALUE, DIALECTS, ANOMALY = "autograd/value.py", "autograd/dialects.py", "autograd/anomaly.py"
GRAPH, TRANSFORMS = "autograd/graph.py", "autograd/transforms.py"
CHECK, MODES = "autograd/check.py", "autograd/modes.py"
INIT, LAYERS, LOSSES, SCORES = (f"nn/{room}.py" for room in ("init", "layers", "losses", "scores"))
DESCENT, ADAPTIVE, OPTIMIZER = (f"nn/optim/{room}.py" for room in ("descent", "adaptive", "optimizer"))


class Defect(NamedTuple):
    """One mistake: in `file`, the text `original`, which stands there once, is written as `replacement`."""

    file: str
    original: str
    replacement: str
    breaks: str


SLOPES = (
    Defect(PRIMITIVES, "z, x: cos(x), latex", "z, x: 1.001 * cos(x), latex", "the slope of sin is off by 1.001"),
    Defect(PRIMITIVES, "z, x: 1.0 + z * z", "z, x: 1.0 + x * x", "the slope of tan is made of x, not of z"),
    Defect(PRIMITIVES, "x, y: -div(z, y)", "x, y: -div(x, y)", "the slope of div in y is made of x, not of z"),
    Defect(PRIMITIVES, "z, x: div(0.5, z)", "z, x: div(0.5, x)", "the slope of sqrt is right at 1 alone"),
    Defect(
        PRIMITIVES,
        "z, x: -div(1.0, sqrt((1.0 - x) * (1.0 + x)))",
        "z, x: div(1.0, sqrt((1.0 - x) * (1.0 + x)))",
        "the slope of acos has the sign of that of asin",
    ),
    Defect(
        PRIMITIVES,
        "z, x: div(1.0, hypot(1.0, x)), latex",
        "z, x: div(1.0, sqrt(1.0 + x * x)), latex",
        "the slope of asinh is 0 from 1e155 on",
    ),
    Defect(
        PRIMITIVES,
        "sqrt(x - 1.0) * sqrt(x + 1.0)",
        "sqrt(x * x - 1.0)",
        "the slope of acosh cancels near 1 and is 0 from 1e155 on",
    ),
    Defect(
        PRIMITIVES, "lambda z, x: exp(x), latex", "lambda z, x: z + 1.0, latex", "the slope of expm1 is 0 below -38"
    ),
    Defect(
        PRIMITIVES,
        "1.0, alpha * exp(x - relu(x))),",
        "1.0, z + alpha),",
        "the slope of elu cancels for a negative x",
    ),
    Defect(
        PRIMITIVES, "z, x: sigmoid(-x), domain", "z, x: 1.0 - sigmoid(x), domain", "the slope of logsigmoid cancels"
    ),
    Defect(
        PRIMITIVES,
        "-TWO_OVER_SQRT_PI * gaussian(x, 1.0)",
        "-TWO_OVER_SQRT_PI * exp(-x * x)",
        "the slope of erfc has the rounding of x * x in its exponent",
    ),
    Defect(
        PRIMITIVES,
        "z, x, scale: -(x * x) * z",
        "z, x, scale: -(x * scale) * z",
        "the slope of gaussian in scale is made of the wrong operand",
    ),
    Defect(
        PRIMITIVES,
        "negative_slope: x - relu(x)",
        "negative_slope: 0.0 * x",
        "leaky_relu has no path to its negative_slope",
    ),
    Defect(
        PRIMITIVES,
        "values: products_of_the_others(values), latex",
        "values: [div(z, v) for v in values], latex",
        "the slopes of prod are nan at a value of 0",
    ),
    Defect(
        PRIMITIVES,
        "x, y: power(x, y - 1.0) * (1.0 + y * log(x))",
        "x, y: power(x, y - 1.0) * (y * log(x))",
        "the mixed second derivative of power lacks a term",
    ),
    Defect(PRIMITIVES, "z, x: -2.0 * tanh(x) * z", "z, x: -tanh(x) * z", "the second derivative of tanh is halved"),
    Defect(
        PRIMITIVES,
        "z, x: -z * tanh(0.5 * x)",
        "z, x: -z * tanh(x)",
        "the second derivative of sigmoid forgets a half",
    ),
)

KINKS_AND_EDGES = (
    Defect(
        PRIMITIVES,
        "where(equal(length, 0.0), 0.0, div(x, length))",
        "div(x, length)",
        "the slopes of hypot, norm and atan2 are nan at the origin",
    ),
    Defect(
        PRIMITIVES,
        'z, x: sign(x), symbol="abs"',
        'z, x: where(greater_equal(x, 0.0), 1.0, -1.0), symbol="abs"',
        "the slope of abs at 0 is 1, and -1 for nan",
    ),
    Defect(
        PRIMITIVES,
        "-1.0 if x < 0.0 else x\n",
        "-1.0 if x < 0.0 else 0.0\n",
        "sign of nan is 0, and of -0.0 it is 0.0",
    ),
    Defect(PRIMITIVES, "less(x, 6.0)), symbol", "less_equal(x, 6.0)), symbol", "the slope of relu6 at 6 is 1"),
    Defect(
        PRIMITIVES,
        "kink=lambda x: (x - 1.0) * (x + 1.0)",
        "kink=lambda x: x - 1.0",
        "the row of hardtanh does not say that it has a kink at -1",
    ),
    Defect(
        PRIMITIVES,
        "unless_nan(x, greater(x, y) + 0.5 * equal(x, y))",
        "unless_nan(x, greater_equal(x, y))",
        "at a tie of maximum the slopes add up to 1.5",
    ),
    Defect(
        PRIMITIVES,
        "return x if x <= y or x != x else y",
        "return x if x <= y else y",
        "minimum(nan, 1.0) is 1.0",
    ),
    Defect(
        PRIMITIVES,
        "less(x, low) * less_equal(low, high)",
        "less(x, low)",
        "clip has a slope in low where low is above high",
    ),
    Defect(
        PRIMITIVES,
        "a, b: not_equal(condition, 0.0)",
        "a, b: greater(condition, 0.0)",
        "where has no slope in a under a negative condition",
    ),
    Defect(
        PRIMITIVES,
        "unless_nan(v, div(hit, count + equal(count, 0.0)))",
        "unless_nan(v, hit)",
        "several largest values have the full slope of max each",
    ),
    Defect(
        PRIMITIVES,
        "div(part, total + equal(total, 0.0))",
        "div(part, total)",
        "the slopes of logsumexp are nan where all values are -inf",
    ),
    Defect(
        PRIMITIVES,
        "where(equal(x, 0.0) * greater_equal(y, 0.0), 0.0, z * log(x))",
        "z * log(x)",
        "the slope of 0 ** y in y is nan",
    ),
    Defect(
        PRIMITIVES,
        "except OverflowError:\n        return math.copysign(math.inf, x) if y % 2.0 == 1.0 else math.inf",
        "except OverflowError:\n        return math.inf",
        "(-1e200) ** 3 is inf, not -inf",
    ),
    Defect(
        PRIMITIVES,
        "inside(greater_equal(x, 0.0), div(1.0, x))",
        "div(1.0, x)",
        "log has a slope where it has no value",
    ),
    Defect(
        PRIMITIVES,
        "return math.copysign(math.inf, x) if x == 1.0 or",
        "return math.inf if x == 1.0 or",
        "atanh(-1.0) is inf, not -inf",
    ),
    Defect(
        PRIMITIVES,
        "math.copysign(float(math.floor(x)), x)",
        "float(math.floor(x))",
        "floor(-0.0) is 0.0",
    ),
)

VALUES = (
    Defect(
        PRIMITIVES,
        "return 4.0 * t / (1.0 + t * (2.0 + t))",
        "return 1.0 - math.tanh(x) ** 2",
        "the slope of tanh is 0 from 20 on",
    ),
    Defect(
        PRIMITIVES,
        "if x >= 0.0 else e / (1.0 + e)",
        "if x >= 0.0 else 1.0 - 1.0 / (1.0 + e)",
        "sigmoid is 0 from -37 on",
    ),
    Defect(
        PRIMITIVES,
        "return result + result * rest if math.isfinite(rest) and result != math.inf else result",
        "return result",
        "exp_difference has the rounding of x - y in its exponent",
    ),
    Defect(
        PRIMITIVES,
        "slope += slope * (rest * math.log(x))",
        "slope += slope * rest",
        "the slope of power in x has a part of the rounding of y - 1 in its exponent",
    ),
    Defect(
        PRIMITIVES,
        "return accurate.sum_in_order(values, 0.0)\n",
        "return math.fsum(values)\n",
        "sum does not round as the loop written out",
    ),
    Defect(
        PRIMITIVES,
        "return accurate.sum_in_order(map(operator.mul, w, x), 0.0 if bias is None else bias)",
        "return accurate.sum_in_order(map(operator.mul, w, x), 0.0) + (0.0 if bias is None else bias)",
        "dot adds its bias last",
    ),
    Defect(ACCURATE, "a_low * b_high) + a_low * b_low", "a_low * b_high)", "two_product lacks its smallest term"),
    Defect(
        ACCURATE,
        "return root - excess / (3.0 * square)",
        "return root",
        "cbrt is the one of the C library, whatever that is",
    ),
    Defect(
        ACCURATE,
        "correction = scale * square_rest + rest",
        "correction = scale * square_rest",
        "gaussian has the rounding of scale * x ** 2 in its exponent",
    ),
    Defect(
        ACCURATE,
        "top_rest + e * factor_rest - top * square_rest, bottom",
        "top_rest + e * factor_rest, bottom",
        "erfc has the rounding of x * x in its exponent",
    ),
    Defect(ACCURATE, "if x < 6.0:", "if x < 4.0:", "erfc lacks the pole of its integral between 4 and 6"),
    Defect(
        ACCURATE,
        "return product + (rest + 0.5 * x * correction)",
        "return product + rest",
        "gelu has the rounding of x / sqrt(2) in its tail",
    ),
    Defect(ACCURATE, "if -2.5 < x < -0.5:", "if -1.2 < x < -0.5:", "the slope of silu cancels just beyond its zero"),
)

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
        "forget_the_walk(node)\n            for operand in reversed(node._x):",
        "forget_the_walk(node)\n            for operand in node._x:",
        "backward() visits operands among which is a constant from the last to the first",
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
        "                    if slope is not None:\n                        operand._grad += grad * slope",
        "                    if slope is not None:\n                        operand._grad = grad * slope",
        "an operand of a long operation with a constant keeps the last path alone",
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
        "if type(dx) is float:\n            operand = node._x\n            if operand._row",
        "if type(dx) is float:\n            operand = node._x\n            if operand._row is None:\n"
        "                operand._grad = 0.0\n            if operand._row",
        "a leaf that is a first operand is set afresh by each backward()",
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
        "row.slopes[1](data, x_data, y_data)",
        "row.slopes[1](x_data, x_data, y_data)",
        "an operator's slope in y is given x for the result",
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
        "    if data <= 0.0:\n        data = 0.0",
        "    if not data > 0.0:\n        data = 0.0",
        "a recorded relu of nan is 0",
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
        "    data = sum_in_order(map(operator.mul, weights, inputs), bias._data)",
        "    data = bias._data + sum_in_order(map(operator.mul, weights, inputs), 0.0)",
        "a recorded dot adds its bias last",
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
    Defect(
        ANOMALY,
        "        if callable(node._dx):\n            node._dx()\n",
        "",
        "backward() inside detect_anomaly does not call a rule of the user's own",
    ),
)

DERIVATIVES = (
    Defect(
        TRANSFORMS,
        "contribution if before is None else before + contribution",
        "contribution",
        "gradients keeps the last path alone",
    ),
    Defect(
        TRANSFORMS,
        "for operand, contribution in edges if type(node._y) is int else reversed(edges):",
        "for operand, contribution in edges:",
        "gradients rounds x / x otherwise than backward() does",
    ),
    Defect(
        TRANSFORMS,
        "if tracer() is None and row.function(*map(data_of, operands)) != node._data == node._data:",
        "if False:",
        "gradients does not notice that the data of an operand changed, where slopes stay as they were",
    ),
    Defect(
        TRANSFORMS,
        "if recorded is not None and data_of(float(now) if type(now) is int else now) != recorded == recorded:",
        "if False:",
        "gradients does not notice that the data of an operand changed, where the result stays as it was",
    ),
    Defect(
        TRANSFORMS,
        "(slope is not None or callable(node._dx))",
        "slope is not None",
        "gradients says 0 through a rule of the user's own, where it should refuse",
    ),
    Defect(
        TRANSFORMS,
        "node._row is None and not node.spent",
        "node._row is None",
        "a derivative inside a derivative gives values where numbers were given",
    ),
    Defect(
        TRANSFORMS,
        "pos(v) if isinstance(v, Value) else",
        "v if isinstance(v, Value) else",
        "an argument that the function captured as well is confused with the captured one",
    ),
    Defect(
        TRANSFORMS,
        "for n in as_tuple(argnums)]",
        "for n in sorted(as_tuple(argnums))]",
        "grad with argnums (1, 0) gives the gradients in the order of the arguments",
    ),
    Defect(
        TRANSFORMS,
        "return v if mode().recording else v.detach()",
        "return v",
        "grad inside no_grad gives a value that remembers",
    ),
    Defect(
        TRANSFORMS,
        "with recording():\n            total =",
        "if True:\n            total =",
        "a cotangent pulled back inside no_grad gives 0",
    ),
    Defect(
        TRANSFORMS,
        "moved[id(node)] = sum(steps[1:], steps[0])",
        "moved[id(node)] = steps[0]",
        "jvp follows the first operand that moves alone",
    ),
)

CHECKS = (
    Defect(CHECK, "<= self.allowed < inf", "<= self.allowed", "a slope that could not be measured agrees with any"),
    Defect(CHECK, "TOLERANCE = 1e-9 ", "TOLERANCE = 1e-6 ", "gradcheck passes a slope that is off by 1e-7"),
    Defect(
        CHECK,
        "found.get(id(operand), 0.0) + abs(slope) *",
        "found.get(id(operand), 0.0) + slope *",
        "the scale of a gradient cancels as the gradient does",
    ),
    Defect(CHECK, "if not off <= excess:", "if off > excess:", "gradcheck does not blame a row whose slope is nan"),
)

BLOCKS = (
    Defect(
        MODES,
        "_mode.set(Mode(*map(sub, mode(), self.counts_as)))",
        "_mode.set(Mode())",
        "the end of an inner no_grad ends the outer one",
    ),
    Defect(
        MODES,
        "_replace(silencing=mode().silencing + silencing)",
        "_replace(silencing=silencing)",
        "a no_grad that began inside a derivative and is still open counts for nothing after it",
    ),
    Defect(
        VALUE,
        "make = recorded if current.recording else unrecorded",
        "make = recorded",
        "no_grad is ignored inside detect_anomaly",
    ),
    Defect(
        VALUE,
        "    data = sum_in_order(map(operator.mul, weights, inputs), bias._data)\n    if open_blocks:\n",
        "    data = sum_in_order(map(operator.mul, weights, inputs), bias._data)\n    if False:\n",
        "a neuron is recorded inside no_grad",
    ),
    Defect(
        VALUE,
        "        if open_blocks:\n            return leaf(data)\n        node = new(Value)\n",
        "        node = new(Value)\n",
        "an operation of one operand is recorded inside no_grad",
    ),
)

NETWORKS = (
    Defect(
        LAYERS,
        "record_dot(self.w, x, self.b)",
        "record_dot(x, self.w, self.b)",
        "a neuron's graph has its inputs before its weights",
    ),
    Defect(
        INIT,
        "math.sqrt(2.0 / (fan_in + fan_out))",
        "math.sqrt(2.0 / fan_in)",
        "xavier_normal forgets the neurons beside it",
    ),
    Defect(LOSSES, "held = clip(error, -delta, delta)", "held = clip(error, -1.0, 1.0)", "huber ignores its delta"),
    Defect(
        LOSSES,
        "(1.0 - target) * softplus(logit)",
        "(1.0 - target) * softplus(-logit)",
        "binary_cross_entropy of a target between 0 and 1 has a wrong sign",
    ),
    Defect(
        LOSSES,
        "return softplus(logsumexp(others) - own)",
        "return logsumexp([*others, own]) - own",
        "cross_entropy cancels where the prediction is almost right",
    ),
    Defect(DESCENT, "g = g + self.momentum * self.m[i] if", "g = g + self.m[i] if", "nesterov looks too far ahead"),
    Defect(
        ADAPTIVE,
        "div(m, sqrt(v) + self.eps)",
        "div(m, sqrt(v + self.eps))",
        "Adam adds eps under the root",
    ),
    Defect(
        ADAPTIVE,
        "p * (1.0 - self.lr * self.weight_decay)",
        "p * (1.0 - self.weight_decay)",
        "AdamW decays weights at a rate of its own",
    ),
    Defect(
        OPTIMIZER,
        "list({id(parameter): parameter for parameter in parameters}.values())",
        "parameters",
        "a parameter that is given twice moves twice",
    ),
    Defect(
        SCORES,
        "all(own > score for score in scores[:label])",
        "all(own >= score for score in scores[:label])",
        "of equal scores, accuracy counts each as the largest",
    ),
)

DEFECTS: dict[str, tuple[Defect, ...]] = {
    "rows: slopes": SLOPES,
    "rows: kinks and edges": KINKS_AND_EDGES,
    "rows: values": VALUES,
    "order": ORDER,
    "accumulation": ACCUMULATION,
    "derivatives": DERIVATIVES,
    "gradcheck": CHECKS,
    "modes": BLOCKS,
    "nn": NETWORKS,
}
