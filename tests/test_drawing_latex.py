"""Formulas and derivations: what the LaTeX says is computed, and held against the recorded numbers."""

import math
import random
import re

import pytest

import autograd
from autograd import TABLE, Value, jit, latex, primitive
from autograd.drawing.formulas.formula import Formula, constant, written
from autograd.drawing.formulas.names import names_of
from autograd.drawing.formulas.templates import SYMBOL
from autograd.drawing.formulas.written import WrittenGraph
from autograd.graph import export
from autograd.primitives import POWER, Primitive
from tests.latex_reader import computed

ROWS = list(TABLE.values())
FOUR_DIGITS = {"rel": 2e-3, "abs": 2e-4}  # numbers in formulas are rounded, and then subtracted


def readme_expression() -> Value:
    a, b, c = Value(2.0, label="a"), Value(-3.0, label="b"), Value(10.0, label="c")
    y = (a * b + c).tanh()
    y.label = "y"
    return y


def operands_of(row: Primitive, rng: random.Random, wrap: object = None) -> list[object]:
    """Labelled operands from the row's domain, near the origin; of a sequence three, for `take` an index."""
    if row.name == "take":
        return [[Value(v, label=f"t_{i}") for i, v in enumerate((0.5, -1.5, 2.5))], Value(1.25, label="i")]
    operands: list[object] = []
    for place, ((low, high), is_sequence) in enumerate(zip(row.domain, row.sequences, strict=True)):
        low, high = max(low, -2.0), min(high, 2.0)
        numbers = [low + (high - low) * rng.uniform(0.1, 0.9) for _ in range(3)]
        if is_sequence:
            operands.append([Value(number, label=f"{'pqr'[place]}_{i}") for i, number in enumerate(numbers)])
        else:
            operands.append(Value(numbers[0], label="xyz"[place]))
    return operands


def numbers_of(root: Value) -> dict[str, float]:
    """What the names and bars in the formulas of a value stand for."""
    root.backward()
    graph = export(root)
    named = [(name, node) for name, node in zip(names_of(graph), graph, strict=True) if name is not None]
    return {name.latex: node.data for name, node in named} | {name.bar: node.grad for name, node in named}


def lines_of(derivation: str) -> list[list[str]]:
    """The forward and the backward cell of each line, each `name &= formula = number`."""
    body = derivation.removeprefix("\\begin{aligned}\n").removesuffix("\n\\end{aligned}")
    return [line.split(r" &\qquad ") for line in body.split(" \\\\\n")[1:]]


# What a formula says


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_expression_of_every_row_gives_its_number(row):
    root = row(*operands_of(row, random.Random(1)))
    assert computed(latex(root).expression, numbers_of(root)) == pytest.approx(root.data, rel=1e-9, nan_ok=True)


@pytest.mark.parametrize("row", ROWS, ids=str)
@pytest.mark.parametrize("seed", range(2))
def test_every_line_of_the_derivation_of_every_row_gives_its_number(row, seed):
    root = row(*operands_of(row, random.Random(seed)))
    numbers = numbers_of(root)
    for cells in lines_of(latex(root).derivation):
        for cell in cells:
            name, *formulas = re.split(r" &?= ", cell) if "[" not in cell else re.split(r" &= | = (?![^\[]*\])", cell)
            for formula in formulas:
                assert computed(formula, numbers) == pytest.approx(numbers[name], **FOUR_DIGITS), cell


INFIX = [TABLE[name] for name in ("add", "sub", "mul", "div", "neg", "pos", "power", "exp", "tanh", "log1p", "max")]


@pytest.mark.parametrize("seed", range(60))
def test_brackets_are_where_they_are_needed(seed):
    rng = random.Random(seed)
    known: list[Value] = [Value(rng.choice((0.5, 2.0, -3.0, 1e-5)), label=label) for label in "abc"]
    for _ in range(rng.randint(2, 6)):
        row = rng.choice(INFIX)
        picked = [rng.choice([*known, rng.choice((-2.0, 3.0, 0.5, 1e6))]) for _ in row.parameters]
        if any(isinstance(operand, Value) for operand in picked):
            known.append(row([*picked, picked[0]]) if True in row.sequences else row(*picked))
    root = known[-1]
    lines = latex(root).expression.removeprefix("\\begin{aligned}\n").removesuffix("\n\\end{aligned}").split(" \\\\\n")
    numbers = numbers_of(root)
    for line in lines:
        name, _, formula = line.rpartition(" &= ")
        wanted = numbers[name] if name else root.data
        assert computed(formula, numbers) == pytest.approx(wanted, rel=1e-9, nan_ok=True), line


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda a, b: (a + b) * (a - b), r"(a + b) \cdot (a - b)"),
        (lambda a, b: a - (b - a), "a - (b - a)"),
        (lambda a, b: a + (b + a), "a + b + a"),
        (lambda a, b: (-a) ** 2, r"{(-a)}^{2}"),
        (lambda a, b: -(a**2), r"-{a}^{2}"),
        (lambda a, b: a * -b, r"a \cdot (-b)"),
        (lambda a, b: a * -3.0, r"a \cdot (-3)"),
        (lambda a, b: autograd.neg(-a), "-(-a)"),
        (lambda a, b: -(a + b), "-(a + b)"),
        (lambda a, b: (a / b) ** a, r"{\left(\frac{a}{b}\right)}^{a}"),
        (lambda a, b: (a**b) ** a, "{({a}^{b})}^{a}"),
        (lambda a, b: (a + b).tanh() * b, r"\tanh(a + b) \cdot b"),
        (lambda a, b: a.tanh() ** 2, r"{(\tanh(a))}^{2}"),
        (lambda a, b: (a - b).log1p(), r"\ln(1 + a - b)"),
        (lambda a, b: (-b).log1p(), r"\ln(1 + (-b))"),
        (lambda a, b: autograd.exp_difference(a, a + b), r"\mathrm{e}^{a - (a + b)}"),
        (lambda a, b: autograd.gaussian(a + b, 2.0), r"\mathrm{e}^{-2 \cdot (a + b)^2}"),
        (lambda a, b: (+(a + b)) * a, r"(a + b) \cdot a"),
        (lambda a, b: autograd.dot([a, b], [2.0, b]), r"(a, b) \cdot (2, b)"),
        (lambda a, b: a * 1e-5, r"a \cdot 10^{-5}"),
        (lambda a, b: a ** 1.5e-5, r"{a}^{1.5 \cdot 10^{-5}}"),
    ],
)  # fmt: skip
def test_an_expression_is_written_as_one_would_by_hand(build, expected):
    assert latex(build(Value(2.0, label="a"), Value(3.0, label="b"))).expression == expected


# The expression


def test_what_is_used_twice_has_a_line_of_its_own():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    h = a * b
    y = h.tanh() + h * h
    assert latex(y).expression == (
        "\\begin{aligned}\nv_4 &= \\tanh(v_1) + v_1 \\cdot v_1 \\\\\nv_1 &= a \\cdot b\n\\end{aligned}"
    )


def test_leaves_without_a_label_are_numbers_in_the_expression_and_names_in_the_derivation():
    y = Value(2.0) * Value(-3.0) + 1.0
    assert latex(y).expression == r"2 \cdot (-3) + 1"
    assert r"v_1 &= 2 &\qquad \bar{v}_1 &= \bar{v}_3 \cdot v_2 = -3" in latex(y).derivation


def test_a_leaf_alone_is_its_name_or_its_number():
    assert (latex(Value(2.0, label="a")).expression, latex(Value(-0.5)).expression) == ("a", "-0.5")


def test_a_long_graph_is_cut_with_a_sentence():
    v = x = Value(1.0, label="x")
    for _ in range(5000):
        v = (v * 0.5 + x).sin()
    both = latex(v)
    assert r"\text{and more lines: the graph has" in both.expression
    assert r"\text{the first 14,961 lines of 15,001 are left out}" in both.derivation
    assert max(len(both.expression), len(both.derivation)) < 10_000
    assert both.derivation.count("\n") == 40 + 3


def test_a_wide_sum_names_a_few_of_its_operands():
    values = [Value(1.0, label=f"x_{i}") for i in range(1000)]
    total = autograd.sum(values) * values[0]
    assert latex(total).expression == r"\sum(x_0, x_1, x_2, \dots, x_{999}) \cdot x_0"


def test_a_value_used_many_times_shows_some_terms_and_counts_the_rest():
    x = Value(1.0, label="x")
    line = latex(autograd.sum([x] * 50)).derivation.splitlines()[2]
    assert line.endswith(r"\bar{v}_1 + \bar{v}_1 + \text{42 more terms} = 50 \\")


# The derivation


def test_the_numbers_of_the_derivation_do_not_need_backward_and_change_nothing():
    y = readme_expression()
    before = [node.grad for node in export(y)]
    assert r"\bar{a} &= \bar{v}_1 \cdot b = -0.004023" in latex(y).derivation
    assert [node.grad for node in export(y)] == before


def test_a_labelled_constant_has_a_line_without_an_adjoint():
    x = Value(2.0, label="x")
    y = x * 3.0
    y.operands[1].label = "k"
    assert latex(y).expression == r"x \cdot k"
    assert "\nk &= 3 &\\qquad \\\\\n" in latex(y).derivation


def test_a_slope_that_only_takes_numbers_is_shown_as_its_number():
    def slope(z: float, x: float) -> float:
        return {2.0: 12.0}[x]

    @primitive(slope, latex="{}^3", binds=POWER)
    def cubed(x: float) -> float:
        return x**3

    try:
        y = cubed(Value(2.0, label="x"))
        assert latex(y).expression == "x^3"
        assert r"\bar{v}_1 \cdot 12 = 12" in latex(y).derivation
    finally:
        del TABLE["cubed"], Value.cubed  # type: ignore[attr-defined]


def test_a_slope_that_asks_for_floats_or_branches_is_told_the_recorded_ones():
    def slope(z: float, x: float) -> float:
        return x * math.cos(x) if x > 0.0 else -x

    @primitive(slope)
    def twisted(x: float) -> float:
        return x

    try:
        assert r"\bar{v}_1 \cdot x \cdot 0.5403 = 0.5403" in latex(twisted(Value(1.0, label="x"))).derivation
    finally:
        del TABLE["twisted"], Value.twisted  # type: ignore[attr-defined]


def test_a_very_long_slope_is_shown_as_its_number():
    values = [Value(1.01, label=f"x_{i}") for i in range(200)]
    line = latex(autograd.prod(values), lines=2).derivation.splitlines()[-3]
    assert line == r"x_{199} &= 1.01 &\qquad \bar{x}_{199} &= \bar{v}_1 \cdot 7.244 = 7.244 \\"


def test_a_node_made_by_hand_is_a_function_of_its_name():
    a = Value(2.0, label="a")
    assert latex(Value(8.0, (a,), (12.0,))).derivation.splitlines()[2:4] == [
        r"a &= 2 &\qquad \bar{a} &= \bar{v}_1 \cdot 12 = 12 \\",
        r"v_1 &= f(a) = 8 &\qquad \bar{v}_1 &= 1",
    ]


def test_a_rule_made_by_hand_keeps_its_slopes_to_itself():
    a = Value(2.0, label="a")
    y = Value(8.0, (a,), "cube")
    y._backward = lambda: None
    assert latex(y).expression == r"\mathrm{cube}(a)"
    assert r"\bar{v}_1 \cdot ? = \text{known only to a rule made by hand}" in latex(y).derivation


def test_a_compiled_function_is_one_step_with_its_slopes():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    y = jit(lambda p, q: p * q + p)(a, b)
    assert re.search(r"\\bar{a} &= \\bar{v}_1 \\cdot 4 = 4", latex(y).derivation)


def test_nan_inf_and_zero_are_written_as_such():
    x = Value(0.0, label="x")
    y = x.log() * x
    text = latex(y).derivation
    assert r"\ln(x) = -\infty" in text
    assert text.endswith("= \\mathrm{nan} &\\qquad \\bar{v}_2 &= 1\n\\end{aligned}")


# Names


@pytest.mark.parametrize(
    ("label", "name", "bar"),
    [
        ("w_1", "w_1", r"\bar{w}_1"),
        ("x12", "x_{12}", r"\bar{x}_{12}"),
        ("w_0_3", "w_{0,3}", r"\bar{w}_{0,3}"),
        ("alpha", r"\alpha", r"\bar{\alpha}"),
        ("Omega_in", r"\Omega_{\mathrm{in}}", r"\bar{\Omega}_{\mathrm{in}}"),
        ("loss", r"\mathrm{loss}", r"\overline{\mathrm{loss}}"),
        ("größe 1", r"{\text{größe 1}}", r"\overline{{\text{größe 1}}}"),
    ],
)
def test_a_label_that_looks_like_a_name_is_typeset_like_one(label, name, bar):
    (written_name,) = names_of(export(Value(1.0, label=label)))
    assert written_name is not None
    assert (written_name.latex, written_name.bar) == (name, bar)


def test_no_two_values_have_one_name():
    labels = ["w", "w", "w_1", "w1", "v_1", "", "", "w"]
    names = names_of(export(autograd.sum([Value(1.0, label=label) for label in labels])))
    assert [name.plain for name in names if name] == ["w", "w(2)", "w_1", "w1(2)", "v_1", "v2", "v3", "w(3)", "v4"]
    assert len({name.latex for name in names if name}) == len({name.bar for name in names if name}) == 9


# The object


def test_notebooks_show_the_expression_and_the_derivation():
    shown = latex(readme_expression())
    assert shown._repr_latex_() == f"$$\n{shown.expression}\n$$\n\n$$\n{shown.derivation}\n$$"
    assert str(shown) == shown.expression
    assert repr(shown).startswith(r"<Latex of y = \tanh(a \cdot b + c);")


def test_what_is_no_value_is_refused():
    with pytest.raises(TypeError, match=r"latex takes a Value, got float: 2\.0"):
        latex(2.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="lines is a number of lines from 1 on, got 0"):
        latex(Value(1.0), lines=0)
    with pytest.raises(ValueError, match="lines is a number of lines from 1 on, got '3'"):
        latex(Value(1.0), lines="3")  # type: ignore[arg-type]


def test_a_slope_formula_that_does_not_give_the_recorded_slope_is_not_shown():
    x = Value(2.0, label="x")
    y = x * x
    x.data = 5.0
    assert WrittenGraph(y).slope(1, 0).text == "2"


def test_a_template_that_writes_its_operand_twice_brackets_it_in_each_place():
    x = Formula("x", SYMBOL, 2.0)
    made = written(TABLE["add"], (x, constant(-1.0)), 1.0)
    assert written(TABLE["power_slope"], (made, constant(-2.0)), 0.0).text == r"-2 \cdot (x + (-1))^{-2 - 1}"


@pytest.mark.parametrize(
    ("at", "written"), [(-3.0, r"\bar{v}_1 \cdot 2 = 2"), (9.0, r"\bar{v}_1 \cdot \frac{1}{x} = 0.1111"), (0.0, "= 5")]
)
def test_a_slope_may_branch_by_every_kind_of_comparison(at: float, written: str):
    def slope(z: float, x: float) -> float:
        if x < -2.0 or x <= -1.0:
            return 2.0
        return 1.0 / x if x else 5.0

    @primitive(slope)
    def twisted(x: float) -> float:
        return 2.0 * x if x < -1.0 else math.log(x) if x else 0.0

    try:
        assert written in latex(twisted(Value(at, label="x"))).derivation
    finally:
        del TABLE["twisted"], Value.twisted  # type: ignore[attr-defined]
