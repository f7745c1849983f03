"""The part of a model that each value belongs to, read off a recorded graph: nothing is recorded for it.

A layer names its parameters when it is made, and running it names nothing, so that a forward pass costs what it
costs. Which values a neuron computed follows from its parameters: its products, their sum, its activation.
"""

from collections import Counter

from autograd.graph import Node

#: Rows whose result is in a scope if their operands are: they gather the products of a neuron.
GATHERING = frozenset({"add", "sub", "sum"})

#: Rows that apply a parameter to a plain number; `p ** 2` and `abs(p)` are penalties and no part of a neuron.
APPLYING = GATHERING | {"mul", "div", "dot"}

#: Rows of one operand that come after a linear neuron, in a loss, more often than they are its activation.
NO_ACTIVATIONS = frozenset({"neg", "pos", "exp", "log", "log1p", "log2", "log10", "sqrt", "abs", "sign"})

NEURONS = "neurons"  # what `nn.Layer` calls its parts

DEEPEST = 8  # frames within frames; a name with more dots than that is not a path


def scopes_of(graph: list[Node]) -> list[str]:
    """The scope of each node of an exported graph; "" for those that are in none.

    In a scope is what says so itself; what applies one of its parameters; a sum of such; and one operation of
    one operand after that, if nothing else uses the sum and the same comes after all sums of the scope.

    >>> from autograd import Value, export
    >>> w, b, x = Value(2.0), Value(1.0), Value(3.0, label="x")
    >>> w.scope = b.scope = "neurons.0"
    >>> graph = export((w * x + b).tanh() * 5.0)
    >>> [(str(node.row), scope) for node, scope in zip(graph, scopes_of(graph)) if node.row]
    [('mul', 'neurons.0'), ('add', 'neurons.0'), ('tanh', 'neurons.0'), ('mul', '')]
    """
    uses = Counter(operand for node in graph for operand in set(node.operands))
    sizes = Counter(node.scope.strip() for node in graph if node.row is None)
    scopes: list[str] = []
    applied: dict[int, int] = {}  # of each linear part of a scope, how many of its parameters are in it
    activated: list[int] = []
    for node in graph:
        scope, count = node.scope.strip(), 0
        if not scope and node.row is not None:
            scope, count = scope_of_linear_part(node, graph, scopes, applied)
            if count > sizes[scope]:
                scope = ""  # a sum over samples, which have the parameters in common
            elif scope:
                applied[node.index] = count
            elif is_activation(node) and node.operands[0] in applied and uses[node.operands[0]] == 1:
                scope = scopes[node.operands[0]]
                activated.append(node.index)
        scopes.append(scope)
    for index in not_of_all_sums(activated, graph, scopes, applied):
        scopes[index] = ""
    return scopes


def scope_of_linear_part(node: Node, graph: list[Node], scopes: list[str], applied: dict[int, int]) -> tuple[str, int]:
    """The scope of a node as a linear part of a neuron, "" if it is none, and how many parameters are applied in it."""
    scope, count = scope_of_parameters(node, graph, scopes)
    if str(node.row) not in GATHERING:
        return scope, count
    if not scope:
        return scope_of_terms(node, graph, scopes, applied)
    return scope, count + sum(applied.get(operand, 0) for operand in node.operands if scopes[operand] == scope)


def scope_of_parameters(node: Node, graph: list[Node], scopes: list[str]) -> tuple[str, int]:
    """The scope of the parameters that a node applies to something else, and their number; of scopes, the deepest."""
    found: Counter[str] = Counter()
    applies = False
    for operand, slope in zip(node.operands, node.slopes, strict=True):
        if graph[operand].row is None and scopes[operand]:
            found[scopes[operand]] += 1
        elif slope is not None or str(node.row) in APPLYING:
            applies = True
    if not applies or not found:
        return "", 0
    *_, second, deepest = "", *sorted(found, key=depth_of)
    return (deepest, found[deepest]) if depth_of(second) < depth_of(deepest) else ("", 0)


def scope_of_terms(node: Node, graph: list[Node], scopes: list[str], applied: dict[int, int]) -> tuple[str, int]:
    """The scope that all terms of a sum are in, and how many parameters they apply.

    The constant 0, with which Python's `sum` begins, is no term.
    """
    found: Counter[str] = Counter()
    for operand, slope in zip(node.operands, node.slopes, strict=True):
        if slope is not None:
            found[scopes[operand] if operand in applied else ""] += applied.get(operand, 0)
        elif graph[operand].data != 0.0:
            return "", 0
    return next(iter(found.items())) if len(found) == 1 else ("", 0)


def is_activation(node: Node) -> bool:
    """Whether a node may be what a neuron does to its sum."""
    return len(node.operands) == 1 and str(node.row) not in NO_ACTIVATIONS


def not_of_all_sums(activated: list[int], graph: list[Node], scopes: list[str], applied: dict[int, int]) -> list[int]:
    """The activations that only some sums of their scope have: the loss of a sample looks like that, and no neuron."""
    inner = {o for i in applied for o in graph[i].operands if o in applied and scopes[o] == scopes[i]}
    sums = Counter(scopes[i] for i in applied if i not in inner)
    kinds = Counter((scopes[i], graph[i].row) for i in activated)
    return [i for i in activated if kinds[scopes[i], graph[i].row] < sums[scopes[i]]]


def depth_of(scope: str) -> int:
    """How many frames a scope is inside of.

    >>> depth_of("layers.0.neurons.3")
    2
    """
    return len(ancestors(scope))


def ancestors(scope: str) -> list[str]:
    """A scope and all that it is in, the widest first; a number belongs to the word before it.

    >>> ancestors("encoder.layers.0.neurons.3")
    ['encoder', 'encoder.layers.0', 'encoder.layers.0.neurons.3']
    >>> ancestors("")
    []
    """
    if not scope:
        return []
    parts = scope.split(".")
    if len(parts) > 2 * DEEPEST:
        return [scope]
    ends = [i for i in range(1, len(parts) + 1) if i == len(parts) or not parts[i].isdecimal()]
    return [".".join(parts[:end]) for end in ends]


def layer_of(scope: str) -> str:
    """What a neuron is a part of; of any other scope, itself.

    >>> layer_of("layers.0.neurons.3"), layer_of("neurons.3"), layer_of("block.2")
    ('layers.0', 'neurons', 'block.2')
    """
    head, _, number = scope.rpartition(".")
    if not number.isdecimal() or not (head == NEURONS or head.endswith(f".{NEURONS}")):
        return scope
    return head.removesuffix(NEURONS).removesuffix(".") or NEURONS
