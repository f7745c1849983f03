"""Expressions as text: what is read, and what is refused."""

import math

import pytest

from autograd.expression import LONGEST, read_assignment, read_assignments, read_expression
from autograd.value import Value


def read(text: str, **numbers: float) -> Value:
    return read_expression(text, {name: Value(number, label=name) for name, number in numbers.items()})


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 + 2 * 3", 7.0),
        ("-2 ** 2", -4.0),
        ("(1 + 2) * 3 / 2", 4.5),
        ("+a - -b", 5.0),
        ("2 ** -1", 0.5),
        ("max(a, b, 10)", 10.0),
        ("dot_free", 1.5),
        ("where(greater(a, b), a, b)", 3.0),
        ("clip(a, 0, 1)", 1.0),
        ("1 / 0", math.inf),
        ("9 ** 9 ** 9", math.inf),
        ("1e400", math.inf),
        ("  a  ", 2.0),
    ],
)
def test_an_expression_has_the_value_of_its_arithmetic(text: str, result: float) -> None:
    assert read(text, a=2.0, b=3.0, dot_free=1.5).data == result


def test_the_gradients_of_an_expression_are_those_of_its_values() -> None:
    names = {"a": Value(2.0), "b": Value(-3.0), "c": Value(10.0)}
    read_expression("tanh(a*b + c)", names).backward()
    assert names["a"].grad == pytest.approx(-3.0 / math.cosh(4.0) ** 2, rel=1e-14)


def test_a_number_in_an_expression_is_a_constant_and_not_differentiated() -> None:
    a = Value(-2.0)
    square = read_expression("a ** 2 + 3 * a", {"a": a})
    square.backward()
    assert a.grad == -1.0
    assert square.operands[0].slopes == (-4.0, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not an expression"),
        ("a +", "not an expression"),
        ("a = 2", "not an expression"),
        ("x", "'x' has no number"),
        ("tahn(a)", "did you mean tan"),
        ("nothing_like_it(a)", "there is no operation"),
        ("tanh(a, a)", "tanh takes 1 operand"),
        ("tanh()", "missing"),
        ("a @ a", "not allowed"),
        ("a.data", "not allowed"),
        ("a[0]", "not allowed"),
        ("[a]", "not allowed"),
        ("'a'", "not allowed"),
        ("1j", "not allowed"),
        ("None", "not allowed"),
        ("a if a else a", "not allowed"),
        ("lambda: a", "not allowed"),
        ("(a := 2)", "not allowed"),
        ("a < 1", "not allowed"),
        ("not a", "not allowed"),
        ("f'{a}'", "not allowed"),
        ("tanh(*a)", "not allowed"),
        ("tanh(x=a)", "not allowed"),
        ("tanh(a)(a)", "not allowed"),
        ("dot(a, a)", "dot takes a sequence of numbers or values, got Value"),
        ("__import__('os').system('true')", "not allowed"),
        ("a.__class__.__base__", "not allowed"),
        ("[x for x in a]", "not allowed"),
        ("1" + "0" * 400, "fits a double"),
        ("(" * 250 + "a" + ")" * 250, "not an expression"),
        ("-" * 5000 + "a", "nested too deeply"),
        ("+".join("a" * 5000), "nested too deeply"),
        ("a" * (LONGEST + 1), "at most 10,000 characters"),
        ("a\0", "not an expression"),
        ("a\ud800", "not an expression"),
        ("0x" + "f" * 5000, "fits a double"),
        ("1" * 5000, "not an expression"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(text, a=2.0)


def test_a_name_is_found_however_its_letters_were_typed() -> None:
    """Python reads the micro sign of a keyboard as the Greek letter, and a ligature as its letters."""
    for typed in ("\N{MICRO SIGN}", "\N{LATIN SMALL LIGATURE FI}", "\N{FULLWIDTH LATIN SMALL LETTER X}"):
        assert read_expression(f"2 * {typed}", read_assignments([f"{typed}=1.5"])).data == 3.0


def test_a_long_text_is_cut_in_the_message() -> None:
    for text in ("(" * 5000, "[" + "a," * 4000 + "]"):
        with pytest.raises(ValueError, match="expression") as refused:
            read(text, a=2.0)
        assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    "text", ["a", "=2", "a=", "a=x", "2=2", "a b=2", "a==2", "", "a=1+1", "True=2", "None=2", "lambda=2"]
)
def test_an_assignment_that_gives_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"a=2\.5"):
        read_assignment(text)


def test_a_name_is_given_once():
    assert {name: value.data for name, value in read_assignments(["a=1", "b=2"]).items()} == {"a": 1.0, "b": 2.0}
    with pytest.raises(ValueError, match="'a' is given twice"):
        read_assignments(["a=1", "b=2", " a = 1"])


def test_an_assignment_labels_its_value() -> None:
    name, value = read_assignment(" b = -3e2 ")
    assert (name, value.label, value.data) == ("b", "b", -300.0)
