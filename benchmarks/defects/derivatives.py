"""Defects in derivatives of functions, in the check of gradients, and in modes."""

from benchmarks.defects.defect import Defect

TRANSFORMS, CHECK, MODES, VALUE = (f"autograd/{room}.py" for room in ("transforms", "check", "modes", "value"))

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
    Defect(
        CHECK,
        "    for v, grad in before:\n        v.grad = grad\n",
        "",
        "gradcheck leaves gradients behind in what the function captured",
    ),
    Defect(
        CHECK,
        "(above - below) / width]\n",
        "(above - below) / (2.0 * step)]\n",
        "a measured slope is divided by the step that was meant, not by the one that was taken",
    ),
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
        "        return primitives.dot.apply((w, x, bias))\n    if open_blocks:\n",
        "        return primitives.dot.apply((w, x, bias))\n    if False:\n",
        "a neuron is recorded inside no_grad",
    ),
    Defect(
        VALUE,
        "        if open_blocks:\n            return leaf(data)\n        node = new(Value)\n",
        "        node = new(Value)\n",
        "an operation of one operand is recorded inside no_grad",
    ),
)
