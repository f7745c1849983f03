"""Names given to `draw` from outside: by a model, a dictionary, or the variables of a program."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol, runtime_checkable

from autograd.graph import Node
from autograd.value import Value


@runtime_checkable
class HasParameters(Protocol):
    """A model: what has names for its parameters, as every `nn.Module` does."""

    def named_parameters(self) -> Iterator[tuple[str, Value]]:
        """Each parameter with the path that leads to it."""


def with_labels(graph: list[Node], order: list[Value], labels: Any) -> list[Node]:
    """An exported graph under the names that were given; `order` has the value of each of its nodes.

    >>> from autograd import export
    >>> a = Value(2.0)
    >>> with_labels(export(a), [a], {"a": a, "b": "no value"})[0].label
    'a'
    """
    names = names_given(labels)
    if not names:
        return graph
    return [
        node._replace(label=names[value][0] or node.label, scope=names[value][1] or node.scope)
        if value in names
        else node
        for node, value in zip(graph, order, strict=True)
    ]


def names_given(labels: Any) -> dict[Value, tuple[str, str]]:
    """The label and the scope that each value was given, "" for none; of several names, the first counts."""
    names: dict[Value, tuple[str, str]] = {}
    if labels is None:
        return names
    if isinstance(labels, HasParameters):
        for value, name, scope in of_model(labels, ""):
            names.setdefault(value, (name, scope or type(labels).__name__ * (not value.scope)))
        return names
    if not isinstance(labels, Mapping):
        raise TypeError(
            "labels is a model, a dictionary of values and their names, or the variables of a program, "
            f"as locals() gives them; got {type(labels).__name__}: {labels!r:.60}"
        )
    for key, held in list(labels.items()):
        for value, name, scope in [(key, str(held), "")] if isinstance(key, Value) else of_variable(str(key), held):
            names.setdefault(value, (name, scope))
    return names


def of_variable(name: str, held: object) -> Iterator[tuple[Value, str, str]]:
    """The values under the name of a variable: itself, those of a list or tuple, or the parameters of a model."""
    if isinstance(held, Value):
        yield held, name, ""
    elif isinstance(held, list | tuple):
        yield from ((item, f"{name}{i}", "") for i, item in enumerate(held) if isinstance(item, Value))
    elif isinstance(held, HasParameters) and not isinstance(held, type):
        yield from of_model(held, name)


def of_model(model: HasParameters, prefix: str) -> Iterator[tuple[Value, str, str]]:
    """The parameters of a model, each with its name and the scope that its path says."""
    for path, value in model.named_parameters():
        name, scope = parted(path)
        yield value, name, ".".join(filter(None, (prefix, scope)))


def parted(path: str) -> tuple[str, str]:
    """The name and the scope in the path to a parameter.

    >>> parted("layers.0.neurons.3.w.1"), parted("offset")
    (('w1', 'layers.0.neurons.3'), ('offset', ''))
    """
    parts = path.split(".")
    end = len(parts)
    while end > 1 and parts[end - 1].isdecimal():
        end -= 1
    return parts[end - 1] + ",".join(parts[end:]), ".".join(parts[: end - 1])
