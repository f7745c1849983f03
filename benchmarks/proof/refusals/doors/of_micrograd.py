"""The entry points of micrograd that are entry points here as well, with the kinds that are bad at ours."""

import importlib
from importlib.util import find_spec
from typing import Any

from benchmarks.proof.refusals.doors.entry import Case, Entry, without
from benchmarks.proof.refusals.doors.kinds import NO_COUNT, NO_INPUTS, NO_NUMBER, NO_NUMBERS, NO_OPERAND
from benchmarks.proof.refusals.doors.of_values import ARITHMETIC

NO_SMALL_COUNT = without(NO_COUNT, "huge integer", "endless integer")  # it would make as many weights, without end


def peers_folders() -> tuple[str, ...]:
    """Where the code of micrograd is; nothing if it is not installed."""
    spec = find_spec("micrograd")
    return tuple(map(str, spec.submodule_search_locations or ())) if spec is not None else ()


def engine() -> Any:
    """The class of its values."""
    return importlib.import_module("micrograd.engine").Value


def network(name: str, *arguments: Any) -> Any:
    """One of its modules."""
    return vars(importlib.import_module("micrograd.nn"))[name](*arguments)


RIGHT = [
    Entry("Value", f"value {sign} operand", lambda w, bad, f=function: f(engine()(2.0), bad), NO_OPERAND, "operand")
    for sign, function in ARITHMETIC.items()
]
LEFT = [
    Entry("Value", f"operand {sign} value", lambda w, bad, f=function: f(bad, engine()(2.0)), NO_OPERAND, "operand")
    for sign, function in ARITHMETIC.items()
    if sign != "**"  # it has none
]
ENTRIES = [
    Entry("Value", "data", lambda w, bad: engine()(bad), without(NO_NUMBER, "foreign value")),
    *(*RIGHT, *LEFT),
    Entry("Neuron", "nin", lambda w, bad: network("Neuron", bad), NO_SMALL_COUNT),
    Entry("Neuron", "x", lambda w, bad: network("Neuron", 2)(bad), NO_INPUTS),
    Entry("Layer", "nin", lambda w, bad: network("Layer", bad, 2), NO_SMALL_COUNT),
    Entry("Layer", "nout", lambda w, bad: network("Layer", 2, bad), NO_SMALL_COUNT),
    Entry("MLP", "nin", lambda w, bad: network("MLP", bad, [2, 1]), NO_SMALL_COUNT),
    Entry("MLP", "nouts", lambda w, bad: network("MLP", 2, bad), (*NO_NUMBERS, "empty list")),
    Entry("MLP", "a size", lambda w, bad: network("MLP", 2, [bad, 1]), NO_SMALL_COUNT),
    Entry("MLP", "x", lambda w, bad: network("MLP", 2, [2, 1])(bad), NO_INPUTS),
]
PEERS = [Case(entry, kind) for entry in ENTRIES for kind in entry.bad]
