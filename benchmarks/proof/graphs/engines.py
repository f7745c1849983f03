"""The engines that random graphs are followed by: this library, and micrograd and PyTorch where they are installed."""

import functools
import importlib
import importlib.util
import math
import operator
from collections.abc import Callable
from typing import Any, NamedTuple

from autograd.primitives import Primitive
from autograd.value import Value
from benchmarks.proof.graphs.recipes import Recipe


class Run(NamedTuple):
    """What a graph gave: the number of every value in order, the root last, and the gradients of the leaves."""

    numbers: list[float]
    gradients: list[float]


class Engine(NamedTuple):
    """How to follow a recipe, and how to read numbers and gradients of what comes out."""

    name: str
    leaf: Callable[[float], Any]
    apply: Callable[[Primitive, list[Any]], Any]
    number: Callable[[Any], float]
    gradient: Callable[[Any], float]
    backward: Callable[[Any], None] = lambda root: root.backward()

    def run(self, recipe: Recipe) -> Run:
        """The graph of a recipe, backpropagated; raises whatever the engine raises.

        >>> from autograd import primitives as ops
        >>> from benchmarks.proof.graphs.recipes import Step
        >>> OURS.run(Recipe([3.0], [Step(ops.mul, (0, 0))]))
        Run(numbers=[3.0, 9.0], gradients=[6.0])
        """
        pool = recipe.followed(self.leaf, self.apply)
        self.backward(pool[-1])
        return Run(list(map(self.number, pool)), [self.gradient(x) for x in pool[: len(recipe.leaves)]])


OURS = Engine("valuegrad", Value, lambda row, operands: row(*operands), lambda v: v.data, lambda v: v.grad)

#: The rows that micrograd has, in its words. An exponent is a constant there.
MICROGRAD_ROWS: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "neg": operator.neg,
    "power": operator.pow,
    "relu": lambda x: x.relu(),
    "sum": lambda values: functools.reduce(operator.add, values),
}


def micrograd() -> Engine | None:
    """micrograd, if it is installed."""
    if importlib.util.find_spec("micrograd") is None:
        return None
    value = importlib.import_module("micrograd.engine").Value
    return Engine("micrograd", value, lambda row, o: MICROGRAD_ROWS[row.name](*o), lambda v: v.data, lambda v: v.grad)


#: The rows that PyTorch has by the same name, and those that it has in other words; a sequence is stacked.
NAMED_ALIKE = (
    "add", "sub", "mul", "div", "neg", "exp", "expm1", "log", "log1p", "log2", "log10", "sqrt", "hypot", "sin", "cos",
    "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc", "sigmoid",
    "relu", "abs", "sign", "floor", "ceil", "round", "maximum", "minimum", "clip", "logaddexp",
)  # fmt: skip
IN_WORDS_OF_TORCH: dict[str, Callable[..., Any]] = {
    "pos": lambda torch, x: +x,
    "power": lambda torch, x, y: torch.pow(x, y),
    "normal_cdf": lambda torch, x: torch.special.ndtr(x),
    "softplus": lambda torch, x: torch.nn.functional.softplus(x),
    "logsigmoid": lambda torch, x: torch.nn.functional.logsigmoid(x),
    "relu6": lambda torch, x: torch.nn.functional.relu6(x),
    "hardtanh": lambda torch, x: torch.nn.functional.hardtanh(x),
    "gelu": lambda torch, x: torch.nn.functional.gelu(x),
    "silu": lambda torch, x: torch.nn.functional.silu(x),
    "softsign": lambda torch, x: torch.nn.functional.softsign(x),
    "where": lambda torch, condition, a, b: torch.where(condition != 0.0, a, b),
    "sum": lambda torch, values: torch.stack(values).sum(),
    "mean": lambda torch, values: torch.stack(values).mean(),
    "prod": lambda torch, values: torch.stack(values).prod(),
    "max": lambda torch, values: torch.stack(values).amax(),
    "min": lambda torch, values: torch.stack(values).amin(),
    "norm": lambda torch, values: torch.linalg.vector_norm(torch.stack(values)),
    "logsumexp": lambda torch, values: torch.logsumexp(torch.stack(values), 0),
    "dot": lambda torch, w, x, bias: torch.dot(torch.stack(w), torch.stack(x)) + bias,
}
TORCH_ROWS = frozenset((*NAMED_ALIKE, *IN_WORDS_OF_TORCH))


def torch() -> Engine | None:
    """PyTorch in double precision, if it is installed."""
    if importlib.util.find_spec("torch") is None:
        return None
    module = importlib.import_module("torch")
    module.set_num_threads(1)
    rows = {name: vars(module)[name] for name in NAMED_ALIKE}
    rows |= {name: functools.partial(words, module) for name, words in IN_WORDS_OF_TORCH.items()}

    def tensor(operand: Any) -> Any:
        if isinstance(operand, tuple):
            return tuple(map(tensor, operand))
        return operand if isinstance(operand, module.Tensor) else module.tensor(operand, dtype=module.float64)

    def leaf(x: float) -> Any:
        return module.tensor(x, dtype=module.float64, requires_grad=True)

    def gradient(x: Any) -> float:
        return 0.0 if x.grad is None else float(x.grad)

    def backward(root: Any) -> None:
        if root.requires_grad:  # a choice between constants does not
            root.backward()

    def apply(row: Primitive, operands: list[Any]) -> Any:
        return rows[row.name](*map(tensor, operands))

    return Engine("torch", leaf, apply, lambda v: float(v.detach()), gradient, backward)


def is_finite_number(x: Any) -> bool:
    """Whether x is a real number, and finite; a negative number under a fractional power is complex in Python."""
    return isinstance(x, (int, float)) and math.isfinite(x)
