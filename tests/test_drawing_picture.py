"""What a picture says, before anything is drawn: boxes, roles, slopes, and what is left out of a large graph."""

import pytest

import autograd
from autograd import Value
from autograd.drawing.picture import Picture, clipped
from autograd.drawing.views import MOST_BOXES, describe


def called(picture: Picture) -> list[str]:
    return [box.name for box in picture.boxes]


def labels(picture: Picture) -> list[str]:
    return [edge.label.removeprefix("\N{MULTIPLICATION SIGN} ") for edge in picture.edges]


def readme_expression() -> Value:
    a, b, c = Value(2.0, label="a"), Value(-3.0, label="b"), Value(10.0, label="c")
    y = (a * b + c).tanh()
    y.label = "y"
    y.backward()
    return y


def test_the_readme_expression_has_a_box_for_each_value_and_its_slopes_on_the_edges():
    picture = describe(readme_expression())
    assert called(picture) == ["a", "b", "*", "c", "+", "y"]
    assert [box.role for box in picture.boxes] == ["leaf", "leaf", "intermediate", "leaf", "intermediate", "output"]
    assert [box.symbol for box in picture.boxes] == ["", "", "*", "", "+", "tanh"]
    assert [(edge.tail, edge.head) for edge in picture.edges] == [(0, 2), (1, 2), (2, 4), (3, 4), (4, 5)]
    assert labels(picture) == ["-3", "2", "1", "1", "0.001341"]
    assert picture.boxes[0].lines == (("data", "2"), ("grad", "-0.004023"))
    assert picture.notice == ""


def test_a_value_used_twice_by_one_operation_has_two_edges():
    a = Value(3.0, label="a")
    picture = describe(a + a)
    assert [(edge.tail, edge.head) for edge in picture.edges] == [(0, 1), (0, 1)]
    assert labels(picture) == ["1", "1"]


def test_each_of_two_equal_operands_has_its_own_slope():
    a = Value(3.0)
    assert labels(describe(a - a)) == ["1", "-1"]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1e-5, "1e-05"),
        (0.1 + 0.2, "0.3"),
        (1234567.0, "1.235e+06"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
        (-0.0, "-0"),
    ],
)
def test_numbers_have_four_significant_digits(number: float, shown: str):
    assert describe(Value(number)).boxes[0].lines[0] == ("data", shown)


def test_the_title_has_every_digit():
    assert "data 0.30000000000000004," in describe(Value(0.1 + 0.2, label="sum")).boxes[0].title


def test_a_number_beside_a_value_is_a_constant_without_gradient_or_slope():
    picture = describe(Value(2.0, label="a") * 5.0)
    constant = picture.boxes[1]
    assert (constant.name, constant.role, constant.lines) == ("5", "constant", ())
    assert picture.edges[1].label == ""
    assert "constant" in picture.edges[1].title


def test_a_leaf_that_is_a_constant_nowhere_else_is_no_constant():
    a = Value(2.0)
    assert [box.role for box in describe(a).boxes] == ["leaf"]
    assert [box.role for box in describe(autograd.dot([a], [1.0], Value(0.0))).boxes].count("constant") == 1


def test_a_result_made_by_hand_under_its_own_rule_has_unknown_slopes_and_no_constants():
    a = Value(2.0, label="a")
    made = Value(4.0, (a,), "square")
    picture = describe(made)
    assert [box.role for box in picture.boxes] == ["leaf", "output"]
    assert labels(picture) == ["?"]
    assert picture.boxes[1].name == "square"


def test_slopes_given_by_hand_are_shown():
    assert labels(describe(Value(4.0, (Value(2.0),), (4.0,)))) == ["4"]


def test_a_chain_of_sums_is_one_sum_in_the_picture_of_a_large_graph_and_the_picture_says_so():
    x = Value(1.0, label="x")
    y = x
    for _ in range(3000):
        y = y + x
    picture = describe(y)
    assert [(box.name, box.role) for box in picture.boxes] == [("x", "leaf"), ("sum", "output")]
    assert picture.boxes[-1].lines[0] == ("terms", "3,001")
    assert picture.notice.startswith("3,001 values in 2 boxes")
    assert picture.notice.endswith('More: view="compact", max_nodes=3001')


def test_a_graph_of_the_largest_size_is_drawn_whole():
    picture = describe(autograd.sum([Value(1.0) for _ in range(MOST_BOXES - 1)]), view="detail")
    assert (len(picture.boxes), picture.notice) == (MOST_BOXES, "")


@pytest.mark.parametrize("rankdir", ["RL", "BT", "lr", "", None, ["LR"]])
def test_another_direction_is_refused_by_name(rankdir: object):
    with pytest.raises(ValueError, match=r'"LR".*"TB".*got') as refused:
        describe(Value(1.0), rankdir)  # type: ignore[arg-type]
    assert repr(rankdir) in str(refused.value)


@pytest.mark.parametrize("root", [1.0, "a", None, [Value(1.0)], Value])
def test_only_a_value_can_be_drawn(root: object):
    with pytest.raises(TypeError, match=f"a Value, got {type(root).__name__}"):
        describe(root)  # type: ignore[arg-type]


def test_text_is_clipped_on_one_line():
    assert clipped(" a\tb\r\nc ", 10) == "a b c"
    assert clipped("x" * 11, 10) == "x" * 9 + "…"
    assert clipped("x" * 10, 10) == "x" * 10


@pytest.mark.parametrize(
    "sign", ["\0", "\x1b", "\x9f", "\udfff", "\ufffe", "\uffff", "\u202e", "\u202a", "\u2066", "\u2069"]
)
def test_what_no_format_holds_or_what_turns_text_round_is_replaced(sign: str):
    assert clipped(f"a{sign}b", 10) == "a\ufffdb"


@pytest.mark.parametrize("sign", ["\u200d", "\u200f", "\u05e9", "\u640d", "\U0001f600", "<", "&", "\\"])
def test_what_every_format_can_hold_is_kept(sign: str):
    assert clipped(f"a{sign}b", 10) == f"a{sign}b"
