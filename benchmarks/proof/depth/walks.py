"""Every walk over a graph, over a long chain: each says whether what came out is right."""

import copy
import gc
import math
import pickle
from collections.abc import Callable
from functools import partial

import autograd
from autograd import Value
from benchmarks.footprint import with_a_small_stack
from benchmarks.proof.depth.chains import TOLERANCE, alternating, alternating_by_hand, operands


class Chain:
    """An alternating chain as a graph of values, and what it has to give."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.known = alternating_by_hand(length)
        x, factor, term = map(Value, operands(length))
        self.leaves = x, factor, term
        self.result = alternating(x, factor, term, length)

    def slopes_arrived(self) -> bool:
        """Whether the leaves have the slopes of the chain as their gradients."""
        return tuple(leaf.grad for leaf in self.leaves) == self.known.slopes


def backward(chain: Chain) -> bool:
    chain.result.backward()
    return chain.slopes_arrived()


def watched(chain: Chain) -> bool:
    with autograd.detect_anomaly():
        chain.result.backward()
    return chain.slopes_arrived()


def ordered(chain: Chain) -> bool:
    order = autograd.topological_order(chain.result)
    return order[-1] is chain.result and len(order) == chain.length + len(chain.leaves)


def counted(chain: Chain) -> bool:
    half = chain.length // 2
    return autograd.counts(chain.result) == {"leaf": len(chain.leaves), "mul": half, "add": half}


def measured(chain: Chain) -> bool:
    return autograd.depth(chain.result) == chain.length


def exported(chain: Chain) -> bool:
    return autograd.export(chain.result)[-1].data == chain.known.value


def traced(chain: Chain) -> bool:
    nodes, edges = autograd.trace(chain.result)
    return len(nodes) == chain.length + len(chain.leaves) and len(edges) == 2 * chain.length


def differentiated(chain: Chain) -> bool:
    found = autograd.gradients(chain.result, chain.leaves)
    return tuple(slope.data for slope in found) == chain.known.slopes


def pushed_forward(chain: Chain) -> bool:
    value, slope = autograd.jvp(partial(alternating, length=chain.length), operands(chain.length), (1.0, 0.0, 0.0))
    return bool(value == chain.known.value and math.isclose(slope, chain.known.slopes[0], rel_tol=TOLERANCE))


def pulled_back(chain: Chain) -> bool:
    value, slopes_of = autograd.vjp(partial(alternating, length=chain.length), *operands(chain.length))
    return (value, slopes_of(1.0)) == chain.known


def shown(chain: Chain) -> bool:
    return repr(chain.result) == f"Value(data={chain.known.value}, grad=0.0)"


def drawn(chain: Chain) -> bool:
    return f"{chain.length + len(chain.leaves):,} values" in autograd.draw(chain.result).svg


def copied(chain: Chain) -> bool:
    chain.result, chain.leaves = copy.deepcopy((chain.result, chain.leaves))
    return backward(chain)


def pickled(chain: Chain) -> bool:
    chain.result, chain.leaves = pickle.loads(pickle.dumps((chain.result, chain.leaves)))
    return backward(chain)


def collected(chain: Chain) -> bool:
    gc.collect()  # what others have left
    return gc.collect() == 0 and backward(chain)


#: What goes through a whole graph; each also records the chain before, and frees it afterwards.
WALKS: dict[str, Callable[[Chain], bool]] = {
    "backward": backward,
    "backward under detect_anomaly": watched,
    "topological_order": ordered,
    "counts": counted,
    "depth": measured,
    "export": exported,
    "trace": traced,
    "gradients": differentiated,
    "jvp": pushed_forward,
    "vjp": pulled_back,
    "repr": shown,
    "draw": drawn,
    "deepcopy": copied,
    "pickle": pickled,
    "the collector": collected,
}


def failing(names: list[str], length: int) -> list[str]:
    """What walks over a chain of so many operations fail with, in words.

    >>> failing(["backward", "repr"], 1000)
    []
    """
    found = []
    for name in names:
        try:
            if not with_a_small_stack(partial(is_right, WALKS[name], length)):
                found.append(f"{name}: something else came out")
        except Exception as error:
            found.append(f"{name}: {type(error).__name__}")
    return found


def is_right(walk: Callable[[Chain], bool], length: int) -> bool:
    """What a walk says of a new chain, which is freed in the end."""
    return walk(Chain(length))
