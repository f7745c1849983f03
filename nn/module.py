"""`Module`: anything that holds parameters, found by walking its attributes."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

from autograd.given import shown
from autograd.primitives import number
from autograd.value import Value


class Module:
    """A part of a model. Its parameters are the values among its attributes, in order of assignment.

    They are found through lists, tuples, dictionaries and other modules; a shared one counts once. An
    attribute that starts with an underscore is private, and a value that an operation gave is a result:
    neither is a parameter. A subclass need not call `super().__init__()`, and may say what its
    parameters are by a method `parameters` of its own that returns a list.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.offset = Value(2.0), Value(1.0)
    ...     def __call__(self, x):
    ...         return self.slope * x + self.offset
    >>> line = Line()
    >>> line(3.0).data, line
    (7.0, Line(slope: 1 parameter, offset: 1 parameter))
    """

    #: False after `eval()`: for modules that work differently while they learn.
    training: bool = True

    #: For type checkers: a module is called, with what its kind takes. `Module` itself has no such method.
    __call__: Callable[..., Any]

    def parameters(self) -> list[Value]:
        """Every value that learning may change.

        >>> from nn import Neuron
        >>> len(Neuron(2).parameters())
        3
        """
        return [part for _, _, part in parts(self).values() if isinstance(part, Value)]

    def named_parameters(self) -> Iterator[tuple[str, Value]]:
        """The same in the same order, each with the path that leads to it.

        >>> from nn import MLP
        >>> [name for name, _ in MLP(1, [2]).named_parameters()]
        ['layers.0.neurons.0.w.0', 'layers.0.neurons.0.b', 'layers.0.neurons.1.w.0', 'layers.0.neurons.1.b']
        """
        found = parts(self)
        for i, parameter in enumerate(self.parameters()):
            path, key, _ = found.get(id(parameter), ("parameters.", i, parameter))
            yield f"{path}{key}", parameter

    def zero_grad(self) -> None:
        """Set every gradient to 0, so that the next `backward()` does not add to the last one.

        >>> from nn import Neuron
        >>> neuron = Neuron(1)
        >>> neuron([2.0]).backward()
        >>> neuron.zero_grad()
        >>> [p.grad for p in neuron.parameters()]
        [0.0, 0.0]
        """
        for parameter in self.parameters():
            parameter.grad = 0.0

    def train(self) -> Self:
        """This module, with `training` set to True here and in every module inside.

        >>> Module().train().training
        True
        """
        return self._set_training(True)

    def eval(self) -> Self:
        """This module, with `training` set to False here and in every module inside.

        >>> Module().eval().training
        False
        """
        return self._set_training(False)

    def _set_training(self, training: bool) -> Self:
        for _, _, part in parts(self).values():
            if isinstance(part, Module):
                part.training = training
        return self

    def state_dict(self) -> dict[str, float]:
        """The number of every parameter by its name: plain data, to be kept in a file.

        >>> from nn import Neuron
        >>> Neuron(1, init=lambda fan_in, fan_out, rng: lambda: 0.5).state_dict()
        {'w.0': 0.5, 'b': 0.0}
        """
        return {name: parameter.data for name, parameter in self._parameters_by_name().items()}

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        """Give every parameter the number of its name; where names do not match, an error, and nothing changes.

        >>> from nn import Neuron
        >>> neuron = Neuron(1)
        >>> neuron.load_state_dict({"w.0": 2.0, "b": 1.0})
        >>> neuron.load_state_dict({"w.0": 2.0, "bias": 1.0})
        Traceback (most recent call last):
        ValueError: this state does not fit a Neuron; missing: b; unexpected: bias
        """
        if not isinstance(state, Mapping):
            raise TypeError(f"a state is a dictionary, as state_dict() gives it, got {shown(state)}")
        parameters = self._parameters_by_name()
        missing = [name for name in parameters if name not in state]
        unexpected = [str(name) for name in state if name not in parameters]
        if missing or unexpected:
            wrong = {"missing": missing, "unexpected": unexpected}
            lists = "".join(f"; {what}: {listed(names)}" for what, names in wrong.items() if names)
            raise ValueError(f"this state does not fit a {type(self).__name__}{lists}")
        numbers = {name: number(state[name], f"the parameter {name} takes") for name in parameters}
        for name, parameter in parameters.items():
            parameter.data = numbers[name]

    def _parameters_by_name(self) -> dict[str, Value]:
        by_name: dict[str, Value] = {}
        for name, parameter in self.named_parameters():
            if name in by_name:
                raise ValueError(f"two parameters of this {type(self).__name__} have the name {name!r}")
            by_name[name] = parameter
        return by_name

    def __repr__(self) -> str:
        sizes = Counter(name.partition(".")[0] for name, _ in self.named_parameters())
        held = ", ".join(f"{name}: {size} parameter{'s' * (size > 1)}" for name, size in sizes.items())
        return f"{type(self).__name__}({held})"


#: By identity: the path to what holds a part, the key of the part in it, and the part.
Found = dict[int, tuple[str, Any, Value | Module]]


def parts(module: Module) -> Found:
    """The module itself, and every module and parameter inside, once each, with the path and key that lead to it.

    >>> from nn import Layer
    >>> [f"{path}{key}" for path, key, _ in parts(Layer(1, 1)).values()]
    ['', 'neurons.0', 'neurons.0.w.0', 'neurons.0.b']
    """
    found: Found = {id(module): ("", "", module)}
    walk(module, "", found)
    return found


def walk(holder: object, path: str, found: Found) -> None:
    """Add what `holder` holds to what was found."""
    for key, part in held_by(holder):
        if isinstance(part, Value):
            if part._row is None:
                found.setdefault(id(part), (path, key, part))
        elif isinstance(part, (list, tuple, dict)):
            walk(part, f"{path}{key}.", found)
        elif isinstance(part, Module) and id(part) not in found:
            found[id(part)] = (path, key, part)
            reach = walk if type(part).parameters is Module.parameters else ask
            reach(part, f"{path}{key}.", found)


def ask(module: Module, path: str, found: Found) -> None:
    """Add what is inside a module that says itself which of its values are parameters."""
    inside = dict(found)
    walk(module, path, inside)
    found |= {key: part for key, part in inside.items() if isinstance(part[2], Module)}
    for name, parameter in module.named_parameters():
        found.setdefault(id(parameter), (path, name, parameter))


def held_by(holder: object) -> Iterable[tuple[Any, object]]:
    """The keys and items of a dictionary, list or tuple, or the public attributes of a module.

    >>> list(held_by(["a", "b"]))
    [(0, 'a'), (1, 'b')]
    """
    if isinstance(holder, Module):
        return [(name, part) for name, part in vars(holder).items() if not name.startswith("_")]
    if isinstance(holder, dict):
        return holder.items()
    return enumerate(holder) if isinstance(holder, (list, tuple)) else ()


def modules_of(model: object) -> list[Module]:
    """The modules that a model is made of, itself included; none for a plain function.

    >>> from nn import MLP
    >>> len(modules_of(MLP(1, [2]))), modules_of(lambda row: row[0])
    (4, [])
    """
    if not isinstance(model, Module):
        return []
    return [part for _, _, part in parts(model).values() if isinstance(part, Module)]


@contextmanager
def resting(model: object) -> Iterator[None]:
    """Inside, `training` is False in all modules of a model.

    >>> model = Module()
    >>> with resting(model):
    ...     model.training
    False
    """
    learning = [part for part in modules_of(model) if part.training]
    for part in learning:
        part.training = False
    try:
        yield
    finally:
        for part in learning:
            part.training = True


def listed(names: list[str]) -> str:
    """Names for a message; of many, the first few.

    >>> listed(["w", "b"])
    'w, b'
    """
    return ", ".join(names if len(names) <= 8 else [*names[:8], f"and {len(names) - 8} more"])
