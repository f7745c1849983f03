"""`Neuron`, `Layer`, `MLP`: the networks of micrograd.

A neuron is one `dot` of its weights, its inputs and its bias, under an activation, which is a row of the
table of operations or its name. Parameters are named when they are made, for pictures and messages: "w0", "b",
each with the scope that its neuron has in the model, as in "layers.0.neurons.3".
"""

import random
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from autograd.primitives import TABLE, Operand, Primitive, number
from autograd.value import Value, record_dot
from nn.checks import check_text, is_sequence, named, shown, whole_number
from nn.init import Initialiser, drawer
from nn.module import Module

Inputs = Iterable[Value | float]


class Neuron(Module):
    """A neuron of `nin` inputs: w, its weights, b, its bias, and its activation; linear without `nonlin`.

    activation  a row of one operand or its name; "linear" or None for none
    init        how the weights are drawn (see `nn.init`), or its name; evenly from -1 to 1 by default
    rng         a source of chance; without it, weights come from the global `random`, as in micrograd
    fan_out     how many neurons share the inputs, for initialisers that ask
    scope       what pictures and messages call it

    >>> neuron = Neuron(2, activation="tanh", rng=random.Random(1337))
    >>> neuron, -1.0 < neuron([1.0, -2.0]).data < 1.0
    (TanhNeuron(2), True)
    """

    def __init__(
        self,
        nin: int,
        nonlin: bool = True,
        *,
        activation: Primitive | str | None = "relu",
        init: Initialiser | str = "uniform",
        rng: random.Random | None = None,
        fan_out: int = 1,
        scope: str = "neuron",
    ) -> None:
        nin = whole_number("the number of inputs", nin, least=1)
        check_text("scope", scope)
        self.activation = activation_row(activation)
        draw = drawer(init, nin, fan_out, rng)
        self.w = [Value(draw()) for _ in range(nin)]
        self.b = Value(0.0)
        name_parameters((*self.w, self.b), parameter_names(nin), scope)
        self.nonlin = bool(nonlin) and self.activation is not None

    def __call__(self, x: Inputs) -> Any:
        if type(x) is not list:
            x = as_list(x)
        if len(x) != len(self.w):
            raise ValueError(f"this neuron takes {len(self.w)} inputs, got {len(x)}")
        total = record_dot(self.w, x, self.b)
        if not self.nonlin:
            return total
        record = self.activation.recorder  # type: ignore[union-attr]  # nonlin says there is one
        return record(total) if record is not None else self.activation(total)  # type: ignore[misc]

    def __repr__(self) -> str:
        return f"{activation_title(self.activation if self.nonlin else None)}Neuron({len(self.w)})"


class Layer(Module):
    """`nout` neurons that look at the same `nin` inputs; named arguments go to each of them.

    It gives a list with the result of every neuron, or the bare result of a single one.

    >>> layer = Layer(2, 3, nonlin=False)
    >>> layer, len(layer([1.0, 2.0]))
    (Layer of [LinearNeuron(2), LinearNeuron(2), LinearNeuron(2)], 3)
    """

    def __init__(self, nin: int, nout: int, *, scope: str = "", **kwargs: Any) -> None:
        nout = whole_number("the size of a layer", nout, least=1)
        kwargs = {"fan_out": nout} | kwargs
        self.neurons = [Neuron(nin, scope=within(scope, f"neurons.{i}"), **kwargs) for i in range(nout)]

    def __call__(self, x: Inputs) -> Any:
        if type(x) is not list:
            x = as_list(x)
        results = [neuron(x) for neuron in self.neurons]
        return results[0] if len(results) == 1 else results

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(str, self.neurons))}]"


class MLP(Module):
    """A multilayer perceptron of `nin` inputs and layers of `nouts` neurons, the last one linear.

    It gives a list of `nouts[-1]` results, or the bare result of a single one. `output_activation` puts
    an activation on the last layer; `init` and `rng` are those of `Neuron`. Pictures of a program with several
    networks keep them apart by their `scope`.

    >>> MLP(2, [2, 1])
    MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(2)]]
    """

    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        *,
        activation: Primitive | str | None = "relu",
        output_activation: Primitive | str | None = None,
        init: Initialiser | str = "uniform",
        rng: random.Random | None = None,
        scope: str = "",
    ) -> None:
        nin = whole_number("the number of inputs", nin, least=1)
        if not is_sequence(nouts):
            raise TypeError(f"an MLP takes a list of layer sizes, as in [16, 16, 1], got {shown(nouts)}")
        nouts = [whole_number("the size of a layer", nout, least=1) for nout in nouts]
        if not nouts:
            raise ValueError(f"an MLP takes at least one layer size, as in MLP({nin}, [16, 16, 1]), got {nouts}")
        hidden: dict[str, Any] = {"activation": activation_row(activation)}
        output = activation_row(output_activation)
        last = {"activation": output} if output is not None else hidden | {"nonlin": False}
        kinds = [hidden] * (len(nouts) - 1) + [last]
        self.layers = [
            Layer(fan_in, nout, init=init, rng=rng, scope=within(scope, f"layers.{i}"), **kind)
            for i, (fan_in, nout, kind) in enumerate(zip([nin, *nouts[:-1]], nouts, kinds, strict=True))
        ]

    def __call__(self, x: Inputs) -> Any:
        *hidden, last = self.layers
        for layer in hidden:
            result = layer(x)
            x = result if type(result) is list else [result]
        return last(x)

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(str, self.layers))}]"


def as_list(x: Any, taker: str = "a neuron") -> list[Any]:
    """Inputs of any kind of sequence, as a list of values and floats; a refusal says whose inputs they were to be.

    >>> as_list((1, 2.5))
    [1.0, 2.5]
    >>> as_list(1.0)
    Traceback (most recent call last):
    TypeError: a neuron takes a list of inputs, got float: 1.0; a single input is written [x]
    """
    if not is_sequence(x):
        raise TypeError(f"{taker} takes a list of inputs, got {shown(x)}; a single input is written [x]")
    return [item if isinstance(item, Operand) else number(item, f"{taker} takes") for item in x]


def name_parameters(parameters: Iterable[Value], names: Iterable[str], scope: str) -> None:
    """Tell parameters what pictures and messages call them, and which part of a model they belong to.

    >>> w = Value(0.5)
    >>> name_parameters([w], ["w0"], "layers.0")
    >>> w.label, w.scope
    ('w0', 'layers.0')
    """
    for parameter, name in zip(parameters, names, strict=True):
        parameter.label = name
        parameter.scope = scope


@cache
def parameter_names(inputs: int) -> tuple[str, ...]:
    """What the weights and the bias of a neuron are called, each text once for all neurons.

    >>> parameter_names(3)
    ('w0', 'w1', 'w2', 'b')
    """
    return *(f"w{i}" for i in range(inputs)), "b"


def within(scope: str, part: str) -> str:
    """The scope of a part of something.

    >>> within("layers.0", "neurons.3"), within("", "neurons.3")
    ('layers.0.neurons.3', 'neurons.3')
    """
    check_text("scope", scope)
    return f"{scope}.{part}" if scope else part


def activation_row(given: Primitive | str | None) -> Primitive | None:
    """The row of an activation that is given by itself or by its name; None for "linear" or None.

    >>> str(activation_row("tanh"))
    'tanh'
    >>> activation_row("rellu")
    Traceback (most recent call last):
    ValueError: there is no activation 'rellu'; did you mean 'relu'...
    """
    if is_linear(given):
        return None
    if isinstance(given, Primitive) and takes_one_operand(given):
        return given
    if isinstance(given, str):
        known = {name: row for name, row in TABLE.items() if takes_one_operand(row)}
        return named(given, known, "activation")
    raise TypeError(f"an activation is an operation of one operand or its name, got {shown(given)}")


def is_linear(activation: Primitive | str | None) -> bool:
    """Whether an activation is none at all.

    >>> is_linear(None), is_linear("linear"), is_linear("relu")
    (True, True, False)
    """
    return activation is None or (isinstance(activation, str) and activation == "linear")


def takes_one_operand(row: Primitive) -> bool:
    """Whether a row can be called with a single number.

    >>> [takes_one_operand(TABLE[name]) for name in ("relu", "leaky_relu", "add", "sum")]
    [True, True, False, False]
    """
    return not row.sequences[0] and len(row.parameters) - len(row.defaults) == 1


def activation_title(row: Primitive | None) -> str:
    """What a neuron with this activation is called.

    >>> activation_title(TABLE["relu"]), activation_title(TABLE["tanh"]), activation_title(None)
    ('ReLU', 'Tanh', 'Linear')
    """
    if row is None:
        return "Linear"
    name = row.symbol if row.symbol.isalnum() else row.name
    return name[0].upper() + name[1:]
