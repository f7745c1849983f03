"""What `fit` looks at while it trains: parameters that the loss does not reach, inputs of a far scale, divergence.

Each function is silent, or warns once at the line that called `fit`. None of them changes anything.
"""

import math
from collections.abc import Container, Iterable, Sequence
from itertools import pairwise
from statistics import fmean, pstdev

from autograd.advice import advise
from autograd.copying import held_by
from autograd.graph import operands_first
from autograd.primitives import dot, mul
from autograd.value import Value
from nn.by_layer import prefixes, size_of
from nn.layers import Neuron
from nn.module import Module, listed, parts
from nn.units import recorded_operands

#: Inputs are far from their scale if the root mean square of a column is above. The curvature of a squared error is
#: then 1000 times that along the bias, so that what is a small step for the one is far too long for the other (LeCun,
#: Bottou, Orr and Müller, Efficient BackProp, 1998, section 4.3, ask for mean 0 and deviation 1). The limit is ours.
FAR = 32.0
#: A training diverges if its loss was so many times the first one for so many epochs, and above 1. Ours.
GROWN, EPOCHS = 1000.0, 3


def check_reach(model: object, learnt: Iterable[Value], loss: Value) -> None:
    """Warn if the loss of a first batch reaches nothing of a module, or of an attribute of it, that is to be learnt.

    learnt  the parameters that the optimizer holds
    loss    without penalties, which reach every parameter

    Single items of a list may wait for their samples, as the rows of an `Embedding` do: of them it says nothing.

    >>> from nn import Neuron
    >>> neuron = Neuron(1)
    >>> check_reach(neuron, neuron.parameters(), neuron([1.0]) * 2.0)
    """
    wanted = {id(parameter) for parameter in learnt}
    reached = {id(leaf) for node in operands_first([loss], recorded_operands) for leaf in held_by(node)}
    if wanted <= reached or not isinstance(model, Module):
        return
    groups = parameters_by_holder(model).items()
    missed = [path for path, ids in groups if ids <= wanted and ids.isdisjoint(reached)]
    outermost = [path for path in missed if not any(path.startswith(f"{other}.") for other in missed)]
    if outermost:
        advise(
            f"the loss does not reach {listed(outermost)} of this {type(model).__name__}, so that it is never learnt: "
            "use it in the model, look for a .data on its way to the loss, or leave it out of the optimizer"
        )


def parameters_by_holder(model: Module) -> dict[str, set[int]]:
    """The ids of the parameters in each attribute and each module inside a model; neurons in a list stay together.

    >>> from nn import MLP
    >>> {path: len(ids) for path, ids in parameters_by_holder(MLP(2, [3, 1])).items()}
    {'layers': 13, 'layers.0': 9, 'layers.0.neurons': 9, 'layers.1': 4, 'layers.1.neurons': 4}
    """
    modules = {f"{path}{key}": part for path, key, part in parts(model).values() if isinstance(part, Module)}
    found: dict[str, set[int]] = {}
    for name, parameter in model.named_parameters():
        for before, path in pairwise([*prefixes(name), name]):
            if isinstance(modules.get(before), Neuron) or (isinstance(modules.get(path), Neuron) and in_a_list(path)):
                break
            if before in modules or path in modules:
                found.setdefault(path, set()).add(id(parameter))
    return found


def in_a_list(path: str) -> bool:
    """Whether what is at the end of a path is an item of a list.

    >>> in_a_list("layers.0"), in_a_list("out")
    (True, False)
    """
    return path.rpartition(".")[2].isdigit()


def check_scale(rows: Sequence[Sequence[object]], loss: Value) -> None:
    """Warn if a column of the rows is far from mean 0 and deviation 1, and meets a parameter as it is.

    loss  that of some of the rows: in its graph one sees whether the model brings the column to scale by itself

    >>> from nn import Neuron
    >>> neuron = Neuron(1)
    >>> check_scale([[0.5], [-2.0]], neuron([0.5]) * 2.0)
    """
    columns = [column_of(rows, i) for i in range(len(rows[0]))]
    far = [i for i, column in enumerate(columns) if size_of(column) > FAR]
    large = {number for i in far for number in columns[i] if abs(number) > FAR}
    if not large or not any(meets_a_leaf(node, large) for node in operands_first([loss], recorded_operands)):
        return
    first = columns[far[0]]
    advise(
        f"column {far[0]} of X{f' (and {len(far) - 1} more)' * (len(far) > 1)} has mean {fmean(first):.3g} and "
        f"deviation {pstdev(first):.3g}, too far from 0 and 1 to be learnt well: give fit nn.data.standardize(X), "
        "or keep scale = nn.data.standardizer(X) for new rows too"
    )


def column_of(rows: Sequence[Sequence[object]], column: int) -> list[float]:
    """The plain finite numbers in a column; rows that are too short have none.

    >>> column_of([[1.0, 2.0], [3.0]], 1)
    [2.0]
    """
    given = [row[column] for row in rows if column < len(row)]
    return [number for number in given if isinstance(number, float) and math.isfinite(number)]


def meets_a_leaf(node: Value, numbers: Container[float]) -> bool:
    """Whether a node multiplies a leaf, such as a weight, by one of some numbers.

    >>> w = Value(0.5)
    >>> [meets_a_leaf(y, {100.0}) for y in (w * 100.0, w * 2.0, w + 100.0, w.exp() * 100.0)]
    [True, False, False, False]
    """
    held = held_by(node)
    if node._row is dot:
        pairs = zip(held[: node._y], held[node._y : 2 * node._y], strict=True)
    else:
        pairs = zip(held, held[::-1], strict=True) if node._row is mul else zip((), (), strict=True)
    return any(type(x) is float and x in numbers and isinstance(w, Value) and w._row is None for w, x in pairs)


def check_divergence(losses: Sequence[float], lr: float) -> None:
    """Warn, after the epoch in which it shows, that the loss grows by orders of magnitude.

    losses  the mean loss of every epoch so far
    lr      the learning rate

    >>> check_divergence([0.5, 0.4, 0.7, 0.3], lr=0.1)
    """
    if has_grown(losses) and not has_grown(losses[:-1]):
        advise(
            f"the loss has grown from {losses[0]:.3g} to {losses[-1]:.3g}: the learning rate {lr:g} is too high for "
            "this loss; divide it by 10, or clip the gradients"
        )


def has_grown(losses: Sequence[float]) -> bool:
    """Whether the last losses are all 1000 times the first one, and not small.

    >>> has_grown([0.5, 600.0, 700.0, 650.0]), has_grown([1e-9, 1e-3, 1e-3, 1e-3])
    (True, False)
    """
    if len(losses) <= EPOCHS:
        return False
    least = max(GROWN * abs(losses[0]), 1.0)
    return all(loss > least for loss in losses[-EPOCHS:])
