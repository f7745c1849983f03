"""Bad inputs are refused at every door, and what checks that can fail."""

import builtins
from importlib.util import find_spec

import pytest

import autograd
import nn
from autograd import Value
from benchmarks.proof.effort import Effort
from benchmarks.proof.refusals import row as refusals
from benchmarks.proof.refusals.doors import CASES, ENTRIES, WITHOUT_A_DOOR
from benchmarks.proof.refusals.doors.entry import Case, Entry
from benchmarks.proof.refusals.doors.kinds import KINDS, NO_ASSIGNMENT, NO_EXPRESSION
from benchmarks.proof.refusals.doors.verdict import fault_of


def endings(*entries):
    """How the cases of entries end."""
    return refusals.endings_of([Case(entry, kind) for entry in entries for kind in entry.bad])


def faults(*entries):
    """What is wrong with how the cases of entries end."""
    return [ending.fault for ending in endings(*entries)]


def entries_at(name, argument):
    return [entry for entry in ENTRIES if (entry.name, entry.argument) == (name, argument)]


# The library


def test_every_bad_input_is_refused_in_a_sentence_that_names_it():
    wrong = [f"{case}: {ending.fault}" for case, ending in zip(CASES, refusals.endings_of(CASES), strict=True)]
    assert [line for line in wrong if not line.endswith(": ")] == []


def test_the_figure_of_a_tenth_is_met_with_and_without_assertions():
    (figure,) = refusals.figures(Effort(share=0.1))
    assert figure.met, figure.details
    assert figure.details["cases"].endswith(f"of {len(CASES):,}")
    assert len(CASES) >= 500


@pytest.mark.parametrize(
    ("module", "prefix"),
    [
        (autograd, "autograd"),
        (nn, "nn"),
        (nn.data, "data"),
        (nn.plots, "plots"),
        (autograd.testing, "testing"),
    ],
    ids=["autograd", "nn", "nn.data", "nn.plots", "autograd.testing"],
)
def test_every_public_name_has_a_door_or_a_reason_for_none(module, prefix):
    doors = {entry.name for entry in ENTRIES}
    names = {f"{prefix}.{name}" for name in module.__all__}
    assert names - doors - WITHOUT_A_DOOR.keys() == set()
    assert doors & WITHOUT_A_DOOR.keys() == set()


def test_every_reason_for_no_door_is_that_of_a_public_name():
    modules = {"autograd": autograd, "nn": nn, "data": nn.data, "testing": autograd.testing}
    public = {f"{prefix}.{name}" for prefix, module in modules.items() for name in module.__all__}
    assert WITHOUT_A_DOOR.keys() - public == set()


def test_every_kind_is_bad_somewhere_and_no_case_is_there_twice():
    used = {case.kind for case in CASES}
    assert KINDS.keys() - used == set()
    assert used - KINDS.keys() == {*NO_EXPRESSION, *NO_ASSIGNMENT}
    assert not KINDS.keys() & {*NO_EXPRESSION, *NO_ASSIGNMENT}
    cases = [(entry.name, entry.argument, kind) for entry in ENTRIES for kind in entry.bad]
    assert len(set(cases)) == len(cases)


@pytest.mark.skipif(find_spec("micrograd") is None, reason="micrograd is not installed")
def test_micrograd_refuses_none_of_those_that_it_can_be_given():
    assert refusals.peers_notes()["micrograd"].startswith("refuses 0 of ")


# What was not refused, or by accident, before there was such a list


@pytest.mark.parametrize("product", [lambda x: x * [1.0], lambda x: [1.0] * x], ids=["value * list", "list * value"])
def test_a_value_times_a_list_is_no_repetition(product):
    with pytest.raises(TypeError, match=r"for \*: .* a list is multiplied item by item"):
        product(Value(2.0))


def test_a_product_is_left_to_the_class_of_the_other_operand():
    class Matrix:
        def __rmul__(self, other):
            return "scaled"

    assert Value(2.0) * Matrix() == "scaled"


@pytest.mark.parametrize("operands", [(), (1.0, 2.0), (Value(1.0), Value(2.0))], ids=["none", "two", "two values"])
def test_a_row_called_with_another_number_of_operands_says_which_it_takes(operands):
    with pytest.raises(TypeError, match=r"^exp takes 1 operand \(x\)[,;]"):
        autograd.exp(*operands)


def test_an_error_inside_a_row_of_the_user_is_not_taken_for_a_wrong_number_of_operands():
    def wrong(x):
        raise TypeError("from inside")

    row = autograd.Primitive(wrong, (lambda z, x: 1.0,), "", "", 5, None, (), None)
    with pytest.raises(TypeError, match="from inside"):
        row(1.0)


@pytest.mark.parametrize(
    "refused",
    [
        lambda: nn.MLP(2, [2, 1], output_activation="tahn"),
        lambda: nn.Neuron(2, activation="tahn"),
        lambda: nn.data.train_test_split([[0.0], [1.0]], [0, 1], test=0.1),
    ],
    ids=["output_activation", "activation", "test"],
)
def test_nothing_is_drawn_before_a_refusal(refused):
    state = refusals.random.getstate()
    with pytest.raises(ValueError):  # noqa: PT011  which sentence is another test's affair
        refused()
    assert refusals.random.getstate() == state


# The checker


def test_an_input_that_is_taken_is_caught(monkeypatch):
    monkeypatch.setattr("nn.optim.optimizer.at_least_zero", lambda name, given: given)
    (entry,) = entries_at("nn.Adam", "lr")
    assert set(faults(entry)) == {"it was taken"}


def test_a_refusal_that_only_an_assertion_makes_is_caught():
    def door(world, bad):
        assert isinstance(bad, float), f"door takes a float as size, got {bad!r}"

    assert all(fault.startswith("AssertionError") for fault in faults(Entry("door", "size", door, ("None", "text"))))


def test_an_error_that_python_meets_inside_is_caught(monkeypatch):
    monkeypatch.setattr("nn.layers.is_sequence", lambda given: True)
    (entry,) = entries_at("nn.MLP", "nouts")
    assert "TypeError by accident: 'NoneType' object is not iterable" in faults(entry)


def test_pythons_words_count_for_the_operator_that_was_called_alone():
    direct = Entry("Value +", "operand", lambda w, bad: w.x + bad, ("None",))
    deep_inside = direct._replace(call=lambda w, bad: nn.Sequential(lambda x: w.x + bad)(1.0))
    assert faults(direct) == [""]
    assert faults(deep_inside)[0].startswith("TypeError by accident: unsupported operand type")


def test_what_changes_something_before_it_refuses_is_caught():
    def door(world, bad):
        world.x.grad = 9.0
        Value(bad)

    entry = Entry("door", "data", door, ("None", "text"), "Value")
    assert faults(entry) == ["something was changed before it was refused"] * 2


def test_a_world_that_was_changed_is_replaced():
    def door(world, bad):
        if world.x.grad == 9.0:
            raise AssertionError("the world of the case before")
        world.x.grad = 9.0
        Value(bad)

    assert not any("Assertion" in fault for fault in faults(Entry("door", "data", door, ("None", "text"), "Value")))


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ("lr is a finite number of at least 0, got str: '3'", ""),
        ("lr is a finite number of at least 0", "it does not name what was given"),
        ("a finite number of at least 0 is taken, got str: '3'", "it names neither lr nor SGD"),
        ("lr: str", "no sentence"),
    ],
)
def test_a_message_has_to_be_a_sentence_about_what_was_given(message, fault):
    source = f"raise TypeError({message!r})"
    entry = Entry("nn.SGD", "lr", lambda w, bad: None, ("text",))
    with pytest.raises(TypeError) as caught:
        builtins.exec(compile(source, "/ours/room.py", "exec"))
    assert fault_of(caught.value, "3", entry, ("/ours",)).partition(":")[0] == fault
    assert fault_of(caught.value, "3", entry, ("/another",)).startswith("TypeError by accident")


def test_other_words_without_assertions_are_caught():
    case = CASES[0]
    refused, other = refusals.Ending("", "TypeError: a"), refusals.Ending("", "TypeError: b")
    assert refusals.faults([case], [refused], [refused]) == []
    assert refusals.faults([case], [refused], [other]) == [f"{case}: with -O TypeError: b, without TypeError: a"]
