"""`diagnosis`: which layers and units of a model do not learn, why, and what helps.

It is read off what passes through the units for some rows: f, what a unit gives, and delta = dC/dz, its local
gradient. Deltas are taken row by row: in their sum over rows those of a model that has learnt cancel, and the
ratio of two such sums says nothing.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from nn.by_layer import EXPLODING, VANISHING, fate_of, rounded, size_of
from nn.data.given import of_one_length
from nn.losses import Loss, loss_function
from nn.module import Module
from nn.units import Unit, passing_through

DEAD, SATURATED = "dead", "saturated"

#: A row is at the end of an activation where its slope is less than so much of the largest: tanh beyond 0.99. Ours.
FLAT = 0.02
#: A unit is saturated if so many of the rows are at an end: of those that are not, it still learns. Ours.
NEARLY_ALL = 0.95
#: Activations that flatten out towards both ends, and their largest slope.
STEEPEST = {"tanh": 1.0, "sigmoid": 0.25, "atan": 1.0, "erf": 1.1283791670955126}


class Finding(NamedTuple):
    """Something that keeps a layer, or some of its units, from learning.

    kind    "vanishing", "exploding", "dead" or "saturated"
    units   the numbers of the units in the layer, counted from 0; all of them where the layer is meant

    >>> print(Finding("dead", "layers.0", [3], "unit 3 gives 0 for every row", "take activation='leaky_relu'"))
    layers.0: unit 3 gives 0 for every row; take activation='leaky_relu'
    """

    kind: str
    layer: str
    units: list[int]
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.layer}: {self.reason}; {self.remedy}"


class Sizes(NamedTuple):
    """How large the numbers of a layer are, as root mean squares over its units and the rows.

    activations  what its units give
    deltas       their local gradients, each of one row

    >>> Sizes(activations=0.5, deltas=0.25).deltas
    0.25
    """

    activations: float
    deltas: float


class Diagnosis(NamedTuple):
    """The findings, and the sizes of each layer in the order in which a row meets them; printed as a report.

    >>> print(Diagnosis([], {"layers.0": Sizes(0.5, 0.25)}))
    layer               activations       deltas
    layers.0                    0.5         0.25
    every layer and every unit can learn
    """

    findings: list[Finding]
    sizes: dict[str, Sizes]

    def __str__(self) -> str:
        table = [f"{layer:<16} {each.activations:>14.4g} {each.deltas:>12.4g}" for layer, each in self.sizes.items()]
        found = [str(finding) for finding in self.findings] or ["every layer and every unit can learn"]
        return "\n".join([f"{'layer':<16} {'activations':>14} {'deltas':>12}", *table, *found])


def diagnosis(model: Module, X: Iterable[Any], y: Iterable[Any], *, loss: Loss | str = "squared_error") -> Diagnosis:
    """What keeps layers and units of a model from learning the rows of X and their targets y; nothing is changed.

    vanishing, exploding  the deltas of a layer are 1000 times smaller, or larger, than those of the last layer
    dead       a unit whose activation has slope 0 for every row, as relu below 0: nothing reaches its weights
    saturated  a unit at the ends of tanh or sigmoid, where they are flat, for 95 % of the rows

    Glorot and Bengio (2010) ask for deltas of one size in all layers and name no limit: these limits are ours. A
    hundred rows tell as much as all of them, and a unit that is dead for few rows may live for others.

    >>> from nn import MLP
    >>> model = MLP(1, [2, 1], init=lambda fan_in, fan_out, rng: lambda: 0.5)
    >>> model.layers[0].neurons[1].b.data = -9.0
    >>> print(diagnosis(model, [[1.0], [2.0]], [1.0, 0.0]))
    layer               activations       deltas
    layers.0                  0.559       0.4507
    layers.1                 0.3953        1.275
    layers.0: 1 of 2 units (1) gives 0 for every row, where relu has no slope; lower the learning rate, ...
    """
    rows, targets = of_one_length(X, y)
    cost = loss_function(loss)
    layers = passing_through(model, rows, lambda prediction, i: cost(prediction, targets[i]))
    met = {layer: [unit for unit in units if unit.outputs] for layer, units in layers.items()}
    sizes = {layer: sizes_of(units) for layer, units in met.items() if units}
    if not sizes:
        raise ValueError(f"no unit of this {type(model).__name__} is met by a row: does it use its layers?")
    last = list(sizes)[-1]
    findings: list[Finding] = []
    for layer in sizes:
        findings += deltas_found(layer, last, sizes, layers[layer])
        findings += units_found(layer, layers[layer], layer == last)
    return Diagnosis(findings, sizes)


def sizes_of(units: list[Unit]) -> Sizes:
    """The root mean squares over all that passed through some units.

    >>> sizes_of([Unit(None, [3.0], [1.0], [0.5]), Unit(None, [3.0], [1.0], [0.5])])
    Sizes(activations=3.0, deltas=0.5)
    """
    outputs = [number for unit in units for number in unit.outputs]
    return Sizes(size_of(outputs), size_of([delta for unit in units for delta in unit.deltas]))


def deltas_found(layer: str, last: str, sizes: dict[str, Sizes], units: list[Unit]) -> list[Finding]:
    """Whether the deltas of a layer vanish or explode on the way back from the last one."""
    own, origin = sizes[layer].deltas, sizes[last].deltas
    fate = fate_of(own, origin)
    if not fate:
        return []
    names = {unit.activation.name for unit in units if unit.activation is not None}
    flattens = not names.isdisjoint(STEEPEST)
    if fate == VANISHING:
        reason = f"its deltas are {rounded(origin / own)} times smaller than those of {last}, so that it hardly learns"
        if "sigmoid" in names:
            remedy = (
                "take activation='tanh' or 'relu': the slope of sigmoid is 1/4 at most, which each layer multiplies in"
            )
        elif flattens:
            remedy = (
                "standardize the inputs, draw weights by init='xavier_uniform', or take activation='relu', "
                "init='he_uniform' and fewer layers"
            )
        else:
            remedy = "draw weights by init='he_uniform', which keeps the size of deltas behind relu"
        return [Finding(VANISHING, layer, list(range(len(units))), reason, remedy)]
    reason = f"its deltas are {rounded(own / origin)} times larger than those of {last}, so that steps overshoot"
    init = "xavier_uniform" if flattens else "he_uniform"
    remedy = f"draw smaller weights, by init='{init}', or clip gradients by their norm"
    return [Finding(EXPLODING, layer, list(range(len(units))), reason, remedy)]


def units_found(layer: str, units: list[Unit], is_last: bool) -> list[Finding]:
    """Which units of a layer are saturated, and which others are dead."""
    saturated = [k for k, unit in enumerate(units) if is_saturated(unit)]
    dead = [k for k, unit in enumerate(units) if k not in saturated and is_dead(unit)]
    findings = []
    if saturated:
        name = name_of(units, saturated)
        share = f"for {NEARLY_ALL:.0%} of the rows or more"
        reason = f"{counted(saturated, units, 'is', 'are')} at the ends of {name} {share}, where it is flat"
        remedy = (
            "leave the last layer linear and learn with loss='binary_cross_entropy', whose delta stays large where "
            "a prediction is wrong"
            if is_last
            else "standardize the inputs, draw weights by init='xavier_uniform', and lower the learning rate"
        )
        findings.append(Finding(SATURATED, layer, saturated, reason, remedy))
    if dead:
        name = name_of(units, dead)
        gives = "0" if name == "relu" else "the same"
        reason = f"{counted(dead, units, 'gives', 'give')} {gives} for every row, where {name} has no slope"
        remedy = (
            "lower the learning rate, standardize the inputs, begin with init='he_uniform', or take "
            "activation='leaky_relu'"
        )
        findings.append(Finding(DEAD, layer, dead, reason, remedy))
    return findings


def is_dead(unit: Unit) -> bool:
    """Whether the activation of a unit has slope 0 for every row.

    >>> is_dead(Unit(None, [0.0, 0.0], [0.0, 0.0], [])), is_dead(Unit(None, [0.0, 1.0], [0.0, 1.0], []))
    (True, False)
    """
    return bool(unit.slopes) and not any(unit.slopes)


def is_saturated(unit: Unit) -> bool:
    """Whether a unit is at the ends of its activation for nearly every row.

    >>> from autograd.primitives import TABLE
    >>> is_saturated(Unit(TABLE["tanh"], [1.0, -1.0], [0.0, 0.001], []))
    True
    """
    if unit.activation is None or unit.activation.name not in STEEPEST:
        return False
    at_the_ends = sum(slope < FLAT * STEEPEST[unit.activation.name] for slope in unit.slopes)
    return at_the_ends >= NEARLY_ALL * len(unit.slopes)


def name_of(units: list[Unit], chosen: list[int]) -> str:
    """The names of the activations of some units.

    >>> from autograd.primitives import TABLE
    >>> name_of([Unit(TABLE["tanh"], [], [], []), Unit(TABLE["relu"], [], [], [])], [0, 1])
    'tanh and relu'
    """
    names = [activation.name for k in chosen if (activation := units[k].activation) is not None]
    return " and ".join(dict.fromkeys(names))


def counted(chosen: list[int], units: list[Unit], one: str, several: str) -> str:
    """How many of the units were found, which, and a verb that agrees; of many, the first few are named.

    >>> counted([1, 3], [Unit(None, [], [], [])] * 4, "is", "are")
    '2 of 4 units (1, 3) are'
    """
    named = ", ".join(map(str, chosen[:8])) + (", ..." if len(chosen) > 8 else "")
    return (
        f"{len(chosen)} of {len(units)} unit{'s' * (len(units) > 1)} ({named}) {one if len(chosen) == 1 else several}"
    )
