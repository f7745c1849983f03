"""Neurons that a program wrote out with plain values, found by their shape: sums of products and one bias.

A bias is a leaf that stands as a term beside products; its weights are the leaves in these products that meet
no other bias. That is what neurons look like in a graph, however many samples went through them.
"""

from collections import Counter

from autograd.graph import Node

FEWEST = 2  # neurons; a single sum with one free term is no network


def with_neurons_found(graph: list[Node]) -> list[Node]:
    """A graph whose weights and biases have the scopes of the neurons they make up; itself, if there are none.

    >>> from autograd import Value, export
    >>> x, w, v, b, c = map(Value, range(5))
    >>> [node.scope for node in with_neurons_found(export((c + (b + w * x).tanh() * v))) if not node.row]
    ['layers.1.neurons.0', 'layers.0.neurons.0', 'layers.0.neurons.0', '', 'layers.1.neurons.0']
    """
    if any(node.scope for node in graph):
        return graph
    sums = biased_sums(graph)
    weights = weights_of(graph, sums)
    layers = layers_of(graph, {total: bias for total, (bias, _) in sums.items() if bias in weights})
    if len(weights) < FEWEST or not explain(graph, sums, weights):
        return graph
    numbers: Counter[int] = Counter()
    scope: dict[int, str] = {}
    for bias, layer in layers.items():
        name = f"layers.{layer}.neurons.{numbers[layer]}"
        numbers[layer] += 1
        scope[bias] = name
        scope |= dict.fromkeys(weights[bias], name)
    return [node._replace(scope=scope[node.index]) if node.index in scope else node for node in graph]


def explain(
    graph: list[Node], sums: dict[int, tuple[int, list[tuple[int, ...]]]], weights: dict[int, list[int]]
) -> bool:
    """Whether most leaves belong to the neurons or are what these are applied to; else the shape is chance."""
    met = {leaf for bias, products in sums.values() if bias in weights for leaves in products for leaf in leaves}
    varying = {o for node in graph for o, slope in zip(node.operands, node.slopes, strict=True) if slope is not None}
    leaves = sum(node.row is None and node.index in varying for node in graph)
    return 2 * len(met | weights.keys()) > leaves


def biased_sums(graph: list[Node]) -> dict[int, tuple[int, list[tuple[int, ...]]]]:
    """Each sum of products and one leaf: the leaf, and the leaves in each product."""
    uses = Counter(operand for node in graph for operand in node.operands)
    terms: dict[int, list[int]] = {}
    for node in graph:
        if node.row is not None and str(node.row) in ("add", "sum"):
            found: list[int] = []
            for operand, slope in zip(node.operands, node.slopes, strict=True):
                if operand in terms and uses[operand] == 1:
                    found = terms.pop(operand) + found if not found else found + terms.pop(operand)
                elif slope is not None:
                    found.append(operand)
            terms[node.index] = found
    sums = {}
    for total, found in terms.items():
        leaves = [term for term in found if graph[term].row is None]
        products = [factors(graph[term], graph) for term in found if graph[term].row is not None]
        if len(leaves) == 1 and products and all(products):
            sums[total] = leaves[0], products
    sums |= {node.index: (node.operands[-1], pairs(node, graph)) for node in graph if is_biased_dot(node, graph)}
    return sums


def factors(node: Node, graph: list[Node]) -> tuple[int, ...]:
    """The leaves that a product multiplies; none for anything else."""
    if str(node.row) != "mul":
        return ()
    return tuple(
        o for o, slope in zip(node.operands, node.slopes, strict=True) if slope is not None and graph[o].row is None
    )


def is_biased_dot(node: Node, graph: list[Node]) -> bool:
    """Whether a value is a dot product with a leaf added."""
    return str(node.row) == "dot" and len(node.operands) % 2 == 1 and graph[node.operands[-1]].row is None


def pairs(node: Node, graph: list[Node]) -> list[tuple[int, ...]]:
    """The leaves that a dot product multiplies, product by product."""
    half = len(node.operands) // 2
    varies = {o for o, slope in zip(node.operands, node.slopes, strict=True) if slope is not None}
    both = zip(node.operands[:half], node.operands[half : 2 * half], strict=True)
    return [tuple(o for o in pair if o in varies and graph[o].row is None) for pair in both]


def weights_of(graph: list[Node], sums: dict[int, tuple[int, list[tuple[int, ...]]]]) -> dict[int, list[int]]:
    """The weights of each bias: in every product with it, a leaf that meets no other bias."""
    met: dict[int, set[int]] = {}
    often: Counter[int] = Counter()
    for bias, products in sums.values():
        for leaves in products:
            for leaf in leaves:
                met.setdefault(leaf, set()).add(bias)
                often[leaf] += 1
    weights: dict[int, dict[int, None]] = {}
    broken = set()
    for bias, products in sums.values():
        own = weights.setdefault(bias, {})
        for leaves in products:
            faithful = [leaf for leaf in leaves if len(met[leaf]) == 1]
            if not faithful:
                broken.add(bias)
                break
            own[max(faithful, key=often.__getitem__)] = None
    return {bias: list(own) for bias, own in weights.items() if bias not in broken}


def layers_of(graph: list[Node], neurons: dict[int, int]) -> dict[int, int]:
    """The layer of each bias: how many neurons come before its first sum; `neurons` has the bias of each sum."""
    level = [0] * len(graph)
    layers: dict[int, int] = {}
    for node in graph:
        reached = max((level[operand] for operand in node.operands), default=0)
        if node.index in neurons:
            layers.setdefault(neurons[node.index], reached)
            reached += 1
        level[node.index] = reached
    return layers
