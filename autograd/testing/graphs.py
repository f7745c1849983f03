"""What can be wrong with the walk over a graph, where every operation is right by itself."""

import sys
from types import FrameType
from typing import Any

from autograd.testing import programs
from autograd.testing.examination import Examination
from autograd.testing.ideas import Idea
from autograd.testing.running import Program, from_function
from autograd.testing.single import OF_THE_WALK, examine_combined

TIMES = 64  # runs in which a set that is ordered by addresses shows more than one order


def examine_graphs(examination: Examination) -> None:
    """Everything about graphs of + and *, as far as the answers to earlier questions allow."""
    examination.check(programs.equal_numbers, Idea.EQUALITY)
    if examination.findings:
        examination.unexamined.append("how gradients add up and repeated calls: values must be told apart first")
        return
    examine_sharing(examination)
    examine_combined(examination)
    if examination.broken(*OF_THE_WALK, Idea.RAISES, Idea.ENDLESS):
        examination.unexamined.append("the order of the walk, repeated calls, deep graphs: gradients must add up first")
        return
    examine_order(examination)
    if examination.broken(*OF_THE_WALK, Idea.RAISES, Idea.ENDLESS):
        examination.unexamined.append("repeated calls, deep graphs: each node must be visited once, in order, first")
        return
    if not examination.broken(Idea.CLEARS):
        examine_repetition(examination)
    examination.check(programs.backward_of_a_leaf, Idea.LEAF)
    examination.check(programs.added_in_place, Idea.IN_PLACE)
    examine_depth(examination)
    examine_paths(examination)
    examine_bits(examination)


def examine_sharing(examination: Examination) -> None:
    """How the gradients of a value add up: over its uses in one graph, and over graphs."""
    if separate := examination.compare(programs.apart):
        examination.note(Idea.SHARED_STATE, separate)
        return
    if uses := examination.compare(programs.used_by_two):
        overwritten = examination.compare(programs.added_to_what_is_there) is not None
        fewer = Idea.ACCUMULATES if overwritten else Idea.FORGETS_SHARED
        examination.note(Idea.COUNTED_AGAIN if uses.too_much else fewer, uses)
    elif graphs := examination.compare(programs.two_graphs):
        examination.note(Idea.SHARED_STATE if graphs.too_much else Idea.CLEARS, graphs)


def examine_order(examination: Examination) -> None:
    """Whether a node waits until its whole gradient has arrived, and passes it on once."""
    for program in (programs.diamond, programs.short_way_first, programs.long_way_first):
        if comparison := examination.compare(program):
            examination.note(Idea.COUNTED_AGAIN if comparison.too_much else Idea.WRONG_ORDER, comparison)
            return


def examine_repetition(examination: Examination) -> None:
    """What a second call of backward() finds."""
    if comparison := examination.compare(programs.twice_backward):
        examination.note(Idea.SEED if comparison.too_much else Idea.BACKWARD_ONCE, comparison)
        return
    for program in (programs.twice_backward_through, programs.two_results):
        if comparison := examination.compare(program):
            examination.note(Idea.STALE_GRADIENTS if comparison.too_much else Idea.BACKWARD_ONCE, comparison)
            return


def examine_depth(examination: Examination) -> None:
    """Whether a deep graph is walked to its end."""
    if comparison := examination.compare(programs.deep):
        deep = comparison.got.error == "RecursionError" or comparison.got.stopped
        examination.note(Idea.RECURSION_DEPTH if deep else Idea.LARGER_GRAPH, comparison)


def examine_paths(examination: Examination) -> None:
    """Whether the work grows with the number of values, or with that of the paths between them."""
    got = examination.outcome(Program(from_function(programs.doubled).text, calls_of_backward))
    calls = got.numbers.get("calls", 0)
    if got.stopped or calls >= programs.PATHS:
        said = got.stopped or f"got {calls} calls of functions, one or more for each of {programs.PATHS} paths"
        said = f"expected work for {programs.DOUBLINGS + 1} values, {said}"
        examination.add(Idea.ENDLESS if got.stopped else Idea.EVERY_PATH, from_function(programs.doubled).text, said)


def calls_of_backward(Value: Any) -> dict[str, Any]:
    """How many functions are called while a graph with many paths is walked.

    >>> from autograd import Value
    >>> calls_of_backward(Value)["calls"] < 100
    True
    """
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    profiler = sys.getprofile()
    sys.setprofile(count)
    try:
        programs.doubled(Value)
    finally:
        sys.setprofile(profiler)
    return {"calls": calls}


def examine_bits(examination: Examination) -> None:
    """Whether the same program gives the same bits each time."""
    text = from_function(programs.three_contributions).text

    def run(Value: Any) -> dict[str, Any]:
        kept, found = [], set()
        for time in range(TIMES):
            kept.append([Value(0.0) for _ in range(time % 5)])  # the next values lie elsewhere in memory
            found.add(programs.three_contributions(Value)["a.grad"])
        return {f"different results in {TIMES} runs": float(len(found))}

    if comparison := examination.compare(Program(text, run)):
        examination.note(Idea.SET_ORDER, comparison)
