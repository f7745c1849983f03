"""What PyTorch and JAX give for the cases of the conventions, where they have the operation: run, not read up."""

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from itertools import combinations
from typing import Any

from autograd.primitives import flat
from benchmarks.proof.conventions.cases import CASES, Answer, Case, compositions, same_slope

Functions = dict[str, Callable[..., Any]]
Ask = Callable[[Case], Answer]

#: Relatively, and a zero has no sign here: as far off is only another convention, or a slope that is lost.
NEARLY = 1e-9

#: Operations that NumPy, and both libraries after it, have under the name of our row.
SHARED = (
    *("abs", "sign", "floor", "ceil", "round", "maximum", "minimum", "max", "min", "sum", "prod", "hypot", "atan2"),
    *("sqrt", "exp", "log", "log2", "log10", "log1p", "logaddexp", "sinh", "cosh", "tanh", "acosh", "atanh"),
    *("sin", "cos", "tan", "asin", "acos"),
)

#: What both write as operators, or with them.
OPERATORS: Functions = {
    "div": lambda x, y: x / y,
    "power": lambda x, y: x**y,
    "dot": lambda w, x, bias: (w * x).sum() + bias,
}


def comparison() -> dict[str, str]:
    """How many cases each library answers otherwise than the document, and the two otherwise than each other."""
    document = {str(case): Answer(case, "the table", case.value, dict(enumerate(case.slopes))) for case in CASES}
    answers = {"the table": document}
    for name, asker in {"torch": torch_asker, "jax": jax_asker}.items():
        try:
            answers[f"{name} {version(name)}"] = dict(answers_of(asker()))
        except PackageNotFoundError:
            continue
    return {
        f"{one} and {other} differ": counted(answers[one], answers[other]) for one, other in combinations(answers, 2)
    }


def counted(one: dict[str, Answer], other: dict[str, Answer]) -> str:
    """How many of the cases that both answer they answer differently."""
    both = one.keys() & other.keys()
    return f"{sum(differ(one[case], other[case]) for case in both)} of {len(both)} cases"


def answers_of(ask: Ask) -> Iterator[tuple[str, Answer]]:
    """The answers of a library by the name of the case; nothing for what it does not have, or raises at."""
    for case in CASES:
        try:
            yield str(case), ask(case)
        except (LookupError, RuntimeError):
            continue


def differ(one: Answer, other: Answer) -> bool:
    """Whether two answers are not nearly the same, in the value or in a slope that both have."""
    pairs = [(one.slopes[place], other.slopes[place]) for place in one.slopes.keys() & other.slopes.keys()]
    if one.value is not None and other.value is not None:
        pairs.append((one.value, other.value))
    return not all(same_slope(x, y, NEARLY) for x, y in pairs)


def torch_asker() -> Ask:
    """PyTorch's answer to a case; a LookupError if it does not have the operation."""
    torch = import_module("torch")
    functional = torch.nn.functional
    functions = {name: vars(torch)[name] for name in SHARED}
    functions |= {name: vars(functional)[name] for name in ("relu", "relu6", "hardtanh", "softsign", "softplus")}
    functions |= {
        "sigmoid": torch.sigmoid,
        "logsigmoid": functional.logsigmoid,
        "gelu": functional.gelu,
        "silu": functional.silu,
        "leaky_relu": lambda x, slope: functional.leaky_relu(x, slope.item()),
        "elu": lambda x, alpha: functional.elu(x, alpha.item()),
        "clip": torch.clamp,
        "where": lambda condition, a, b: torch.where(condition != 0, a, b),
        "norm": torch.linalg.vector_norm,
        "logsumexp": lambda values: torch.logsumexp(values, 0),
    }
    functions |= OPERATORS
    functions |= compositions(functions, lambda x: torch.where(x > 0, torch.log(x), 0.0))

    def ask(case: Case) -> Answer:
        operands = [torch.tensor(o, dtype=torch.float64, requires_grad=True) for o in case.operands]
        result = functions[case.operation](*operands)
        result.backward()
        gradients = (numbers(o.grad.tolist()) if o.grad is not None else [None] * o.numel() for o in operands)
        return answer(case, "torch", result.item(), gradients)

    return ask


def jax_asker() -> Ask:
    """JAX's answer to a case; a LookupError if it does not have the operation."""
    jax = import_module("jax")
    jax.config.update("jax_enable_x64", True)
    array = jax.numpy
    functions = {name: vars(array)[name] for name in (*SHARED, "cbrt", "clip")}
    functions |= {name: vars(jax.nn)[name] for name in ("relu", "relu6", "softplus", "sigmoid", "silu", "logsumexp")}
    functions |= {
        "hardtanh": jax.nn.hard_tanh,
        "softsign": jax.nn.soft_sign,
        "logsigmoid": jax.nn.log_sigmoid,
        "gelu": lambda x: jax.nn.gelu(x, approximate=False),
        "leaky_relu": jax.nn.leaky_relu,
        "elu": jax.nn.elu,
        "where": lambda condition, a, b: array.where(condition != 0, a, b),
        "norm": array.linalg.norm,
    }
    functions |= OPERATORS
    functions |= compositions(functions, lambda x: array.where(x > 0, array.log(x), 0.0))

    def ask(case: Case) -> Answer:
        operands = [array.array(o, dtype=float) for o in case.operands]
        with_gradient = jax.value_and_grad(functions[case.operation], tuple(range(len(operands))))
        value, gradients = with_gradient(*operands)
        return answer(case, "jax", float(value), (numbers(g.tolist()) for g in gradients))

    return ask


def numbers(gradient: Any) -> list[float | None]:
    """A gradient as a list, that of a single number too.

    >>> numbers(2.0), numbers([2.0, 3.0])
    ([2.0], [2.0, 3.0])
    """
    return gradient if isinstance(gradient, list) else [gradient]


def answer(case: Case, library: str, value: float, gradients: Iterable[Iterable[float | None]]) -> Answer:
    """The answer of a library, without the slopes that it does not know."""
    slopes = enumerate(flat(map(tuple, gradients)))
    return Answer(case, library, value, {place: slope for place, slope in slopes if slope is not None})
