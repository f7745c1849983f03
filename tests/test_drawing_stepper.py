"""What a stepper is made of: gradients that disturb nothing, sums in the library's order, paths, frames, its page."""

import base64
import hashlib
import html
import itertools
import json
import math
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import autograd
from autograd import Value, stepper
from autograd.drawing.stepping.data import page_data
from autograd.drawing.stepping.formulas import formula_tree
from autograd.drawing.stepping.frames import HEADER, PADDING, Frame, Item, frames_of
from autograd.drawing.stepping.gradients import terms_of, undisturbed_gradients
from autograd.drawing.stepping.page import OTHER_TEXT, PROGRAM, TEXT, page_of
from autograd.drawing.stepping.paths import MANY, ways_of
from autograd.drawing.stepping.subject import HIDDEN, subject_of
from autograd.graph import Node, export, topological_order
from autograd.primitives import TABLE
from autograd.value import operands_first
from benchmarks.proof.labels.sinks import graph_with
from tests.stepper_graphs import by_hand, mlp, twice

ROOT = Path(autograd.__file__).parent.parent
LARGEST_PAGE = 60_000  # bytes, without the data of a graph


OPERATIONS: list[Callable[[Value, Value], Value]] = [
    lambda x, y: x + y,
    lambda x, y: x * y,
    lambda x, y: x / y,
    lambda x, y: x - 0.5,
    lambda x, y: 3.0 * y,
    lambda x, y: x.tanh(),
    lambda x, y: y.relu(),
    lambda x, y: autograd.sum([x, y, x, 2.0]),
    lambda x, y: autograd.dot([x, y], [0.5, x], y),
]


def random_value(seed: int, operations: int = 30) -> Value:
    """A value made of leaves, constants and operations of one, two and many operands, many used several times."""
    rng = random.Random(seed)
    values = [Value(rng.uniform(-2.0, 2.0)) for _ in range(4)]
    for _ in range(operations):
        values.append(rng.choice(OPERATIONS)(rng.choice(values), rng.choice(values)))
    return autograd.sum(values)


def bits(number: float | None) -> str:
    """A number as text that tells 0.0 from -0.0."""
    return repr(number)


# Gradients


def test_gradients_are_those_of_a_first_backward_and_no_grad_changes() -> None:
    for seed in range(30):
        root = random_value(seed)
        order = topological_order(root)
        for value in order:
            value.grad = random.Random(seed).uniform(-1.0, 1.0)
        before = [value.grad for value in order]
        found = undisturbed_gradients(order)
        assert [value.grad for value in order] == before
        for value in order:
            value.grad = 0.0
        root.backward()
        assert list(map(bits, found)) == [bits(value.grad) for value in order]


@pytest.mark.filterwarnings("ignore::autograd.advice.TrainingWarning")
def test_a_page_is_the_same_before_and_after_backward() -> None:
    root = twice()
    before = stepper(root).html
    root.backward()
    root.backward()
    grads = [value.grad for value in topological_order(root)]
    assert stepper(root).html == before
    assert [value.grad for value in topological_order(root)] == grads


@pytest.mark.filterwarnings("ignore::autograd.advice.TrainingWarning")
def test_backward_adds_up_after_a_stepper_as_if_there_were_none() -> None:
    root = twice()
    root.backward()
    stepper(root)
    root.backward()
    leaf = topological_order(root)[0]
    assert leaf.grad == 2 * undisturbed_gradients(topological_order(root))[0]


def test_a_walk_by_hand_is_not_forgotten() -> None:
    """What `_backward()`, called by hand, added to a leaf is taken back by a later `backward()`, and only then."""
    x = Value(3.0)
    y = x * 2.0
    y.grad = 1.0
    y._backward()
    assert x.grad == 2.0
    stepper(y)
    assert x.grad == 2.0
    y.backward()
    assert x.grad == 2.0


def test_an_error_in_a_rule_of_the_users_own_leaves_every_grad_as_it_was() -> None:
    x = Value(3.0)
    y = Value(9.0, (x,), "square")
    z = y + x

    def rule() -> None:
        x.grad += 5.0
        raise ArithmeticError("no slope today")

    y._backward = rule
    x.grad, y.grad, z.grad = 0.25, 0.5, 0.75
    with pytest.raises(ArithmeticError, match="no slope today"):
        stepper(z)
    assert (x.grad, y.grad, z.grad) == (0.25, 0.5, 0.75)


def test_nan_is_shown_even_where_anomalies_are_looked_for() -> None:
    root = Value(0.0).log() * 0.0
    with autograd.detect_anomaly():
        data = page_data(root)
    assert data["exact"][data["data"][-1]] == "nan"


# Terms


def test_terms_add_up_to_the_gradient_bit_for_bit() -> None:
    for seed in range(30):
        order = topological_order(random_value(seed))
        gradients = undisturbed_gradients(order)
        for found, gradient in zip(terms_of(order, export(order[-1]), gradients), gradients, strict=True):
            total = 0.0
            for term in found:
                assert term.amount is not None
                total += term.amount
                assert bits(total) == bits(term.so_far)
            assert not found or bits(total) == bits(gradient)


def test_steps_go_in_the_order_of_backward() -> None:
    """The chain rule visits operations in this order; terms come from users in it."""
    for seed in range(10):
        root = random_value(seed)
        made = [value for value in topological_order(root) if value._row is not None]
        assert [id(value) for value in made] == [id(value) for value in operands_first(root)]
        for found in page_data(root)["terms"]:
            assert [term[4] for term in found] == sorted(term[4] for term in found)


def test_of_two_operands_the_second_comes_first_as_in_backward() -> None:
    x = Value(1.5)
    order = topological_order(x - x)
    assert [term.place for term in terms_of(order, export(order[-1]), [0.0, 1.0])[0]] == [1, 0]


def test_of_many_operands_the_first_comes_first() -> None:
    x = Value(1.5)
    order = topological_order(autograd.sum([x, x, x]))
    assert [term.place for term in terms_of(order, export(order[-1]), [3.0, 1.0])[0]] == [0, 1, 2]


def test_what_only_a_rule_made_by_hand_knows_is_unknown_and_its_sum_is_not() -> None:
    x, y, result = by_hand()
    order = topological_order(result)
    terms = dict(zip(map(id, order), terms_of(order, export(result), undisturbed_gradients(order)), strict=True))
    ((amount, so_far),) = [(term.amount, term.so_far) for term in terms[id(y)]]
    assert (amount, so_far) == (7.0, 7.0)
    assert [(term.amount, term.so_far) for term in terms[id(x)]] == [(2.0, 2.0), (None, 12.0)]


def test_a_node_made_by_hand_without_a_rule_warns_as_backward_does() -> None:
    x = Value(3.0)
    with pytest.warns(UserWarning, match="no gradient flows through it"):
        data = page_data(Value(9.0, (x,), "square"))
    assert data["exact"][data["grad"][0]] == "0.0"


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan, -0.0, 5e-324, 1.7976931348623157e308, 0.1])
def test_every_number_is_there_with_all_its_digits(number: float) -> None:
    data = page_data(Value(number, label="x") * 1.0)
    assert data["exact"][data["data"][0]] == repr(number)
    assert data["short"][data["data"][0]] == f"{number:.4g}"


def test_constants_are_no_inputs_and_have_no_slope() -> None:
    data = page_data(Value(2.0, label="a") * 3.0)
    assert data["roles"] == ["leaf", "constant", "output"]
    assert data["slopes"][-1][1] == -2
    assert data["terms"][1] == []


def test_a_leaf_alone_has_two_steps() -> None:
    data = page_data(Value(2.0))
    assert (data["roles"], data["terms"], data["exact"][data["grad"][0]]) == (["output"], [[]], "1.0")


def test_names_do_not_repeat_those_of_the_user() -> None:
    a = Value(2.0, label="v1")
    assert subject_of(((a * a).exp() * 1.0).tanh()).names == ["v1", "v2", "v3", "1", "v4", "L"]
    assert subject_of(Value(2.0, label="L").exp()).names == ["L", "v1"]


# Paths


def all_products(graph: list[Node], start: int) -> list[float]:
    """The product of every path from a value to the last one, by walking each of them."""
    if start == len(graph) - 1:
        return [1.0]
    found = []
    for node in graph:
        for operand, slope in zip(node.operands, node.slopes, strict=True):
            if operand == start and slope is not None:
                found += [slope * product for product in all_products(graph, node.index)]
    return found


def test_the_strongest_paths_are_those_that_walking_all_of_them_finds() -> None:
    for seed in range(12):
        order = topological_order(random_value(seed, operations=9))
        graph, gradients = export(order[-1]), undisturbed_gradients(order)
        ways = ways_of(graph, terms_of(order, graph, gradients), gradients)
        for i, found in enumerate(ways):
            products = sorted(all_products(graph, i), key=abs, reverse=True)
            kept = [way.product for way in found.strongest]
            assert found.number == len(products)
            assert [abs(p) for p in kept if p is not None] == pytest.approx([abs(p) for p in products[: len(kept)]])
            if found.others is not None:
                assert found.others == pytest.approx(sum(products) - sum(p for p in kept if p), abs=1e-9)


def test_paths_beyond_counting_are_counted_to_a_limit_in_one_pass() -> None:
    x = Value(1.0)
    for _ in range(300):
        x = x + x
    order = topological_order(x)
    graph, gradients = export(x), undisturbed_gradients(order)
    ways = ways_of(graph, terms_of(order, graph, gradients), gradients)
    assert ways[0].number == MANY
    assert ways[-3].number == 4


# Frames


def corners(frames: list[Frame], sizes: list[tuple[float, float]]) -> dict[tuple[bool, int], tuple[float, ...]]:
    """The left, top, right and bottom of every value and every frame on the page."""
    places: dict[tuple[bool, int], tuple[float, ...]] = {(True, 0): (0.0, 0.0, *frames[0].room)}
    for f, frame in enumerate(frames):
        left, top = places[True, f][:2]
        inside = (left, top) if f == 0 else (left + PADDING, top + HEADER)
        for item in frame.items:
            width, height = sizes[item.number] if not item.is_frame else outer(frames[item.number])
            x, y = inside[0] + item.x, inside[1] + item.y
            places[item.is_frame, item.number] = (x, y, x + width, y + height)
    return places


def outer(frame: Frame) -> tuple[float, float]:
    return frame.room[0] + 2 * PADDING, frame.room[1] + HEADER + PADDING


def test_what_is_in_a_frame_is_inside_its_border_and_nothing_overlaps() -> None:
    data = page_data(mlp())
    sizes = [(box[0] + box[1], box[2]) for box in data["boxes"]]
    frames = [
        Frame(name, parent, [Item(bool(a), b, c, d) for a, b, c, d in items], room, {}, {})
        for name, parent, room, items, _, _ in data["frames"]
    ]
    assert {frame.name for frame in frames} >= {"", "layers.0", "neurons.0", "layers.2"}
    places = corners(frames, sizes)
    for f, frame in enumerate(frames):
        left, top, right, bottom = places[True, f]
        inside = [places[item.is_frame, item.number] for item in frame.items]
        for x, y, to_x, to_y in inside:
            assert left <= x < to_x <= right + 0.2
            assert top <= y < to_y <= bottom + 0.2
        for one, other in itertools.combinations(inside, 2):
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart


def test_edges_from_outside_pass_between_the_leaves_of_a_frame() -> None:
    data = page_data(mlp())
    heights = [box[2] for box in data["boxes"]]
    passed = 0
    for _, _, _, items, _, gaps in data["frames"]:
        leaves = [(x, y, y + heights[i]) for is_frame, i, x, y in items if not is_frame and not data["operands"][i]]
        for _, left, right, middle in gaps:
            beside = [(top, bottom) for x, top, bottom in leaves if left <= x <= right]
            assert not [1 for top, bottom in beside if top <= middle <= bottom]
            passed += len(beside)
    assert passed > 50


def test_a_cell_that_is_applied_again_and_again_falls_into_several_frames() -> None:
    state, weight = Value(0.1, label="h"), Value(0.5, label="w")
    scopes = []
    for _ in range(3):
        state = ((state * weight).tanh() + 1.0).exp()
    graph = export(state)
    scopes = ["cell" if str(node.row) in ("mul", "tanh") else "" for node in graph]
    frames = frames_of(graph, scopes, [(60.0, 40.0)] * len(graph))
    assert [frame.name for frame in frames] == ["", "cell", "cell", "cell"]
    assert sorted(item.number for frame in frames for item in frame.items if not item.is_frame) == list(
        range(len(graph))
    )


def test_two_parts_that_need_each_other_fall_apart() -> None:
    a, b = Value(1.0), Value(2.0)
    one = a.exp()
    two = b.exp()
    result = one.sin() * two.sin()
    graph = export(result)
    scopes = ["p" if node.data in (one.data, two.sin().data) else "q" for node in graph[:-1]] + [""]
    frames = frames_of(graph, scopes, [(60.0, 40.0)] * len(graph))
    assert sum(len(frame.items) for frame in frames) == len(graph) + len(frames) - 1


# Formulas


def holes_in(tree: object) -> set[int]:
    if isinstance(tree, int):
        return {tree}
    return set().union(*map(holes_in, tree)) if isinstance(tree, list) else set()


@pytest.mark.parametrize("row", TABLE.values(), ids=str)
def test_every_row_has_a_formula_with_all_its_operands_and_no_latex_left(row: autograd.Primitive) -> None:
    tree = formula_tree(row.latex)
    assert holes_in(tree) == set(range(len(row.slopes)))
    assert "\\" not in json.dumps(tree, ensure_ascii=False)


@pytest.mark.parametrize(
    "template", ["{", "{}}", "{5", "{name}", r"\frac", "^", "_", r"\sqrt[", r"\begin", "{{" * 5000, ""]
)
def test_a_broken_template_is_shown_somehow(template: str) -> None:
    assert formula_tree(template)[0] == "mrow"


# The page


def parts(page: str) -> tuple[str, str, str, str]:
    """The policy of a page, its style, its data and its program."""
    found = re.fullmatch(
        r'.*http-equiv="Content-Security-Policy" content="([^"]*)">.*<style>(.*)</style>.*'
        r'<script type="application/json" id="data">(.*)</script>\n<script>(.*)</script>\n</body>\n</html>\n',
        page,
        re.DOTALL,
    )
    assert found
    return found[1], found[2], found[3], found[4]


def test_a_page_is_less_than_60_kb_without_its_data() -> None:
    assert len(page_of({}).encode()) < LARGEST_PAGE


def test_the_policy_allows_the_style_and_the_program_of_the_page_alone() -> None:
    policy, style, _, program = parts(stepper(twice()).html)
    for kind, text in (("style", style), ("script", program)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def test_a_page_loads_nothing() -> None:
    _, style, _, program = parts(stepper(twice()).html)
    assert not re.search(r"https?://(?!www\.w3\.org/(2000/svg|1998/Math/MathML))", style + program)
    assert "url(" not in style
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(|import", program)


NOTHING_FLOWS = pytest.mark.filterwarnings("ignore:a value made by hand has neither slopes nor a _backward")


def test_three_processes_make_the_same_bytes() -> None:
    program = "from autograd import stepper; from tests.stepper_graphs import mlp; print(stepper(mlp()).html)"
    pages = set()
    for seed in ("0", "1", "4711"):
        given = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", program], env=given, capture_output=True, check=True, cwd=ROOT)
        pages.add(done.stdout)
    assert len(pages) == 1


@NOTHING_FLOWS
def test_a_notebook_is_given_a_frame_without_rights() -> None:
    page = stepper(graph_with('"><script>alert(1)</script>'))
    shown = page._repr_html_()
    found = re.fullmatch(r'<iframe sandbox="allow-scripts" [^<>]* srcdoc="([^"<>]*)"></iframe>', shown)
    assert found
    assert html.unescape(found[1]) == page.html


def test_save_writes_the_page(tmp_path: Path) -> None:
    page = stepper(twice())
    page.save(tmp_path / "a.html")
    page.save(str(tmp_path / "B.HTM"))
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "B.HTM").read_bytes() == page.html.encode()
    with pytest.raises(ValueError, match=r"ends with \.html, got 'x\.svg'"):
        page.save("x.svg")


def test_a_stepper_keeps_the_numbers_of_its_moment_and_says_what_it_is() -> None:
    root = twice()
    page = stepper(root)
    before = page.html
    root.data = 7.0
    assert page.html == before != stepper(root).html
    assert repr(page) == "<Stepper through 9 values; .save('stepper.html') keeps it>"


def test_what_is_no_value_is_refused() -> None:
    with pytest.raises(TypeError, match="a Value, got float"):
        stepper(1.0)  # type: ignore[arg-type]


def test_a_large_graph_is_cut_and_says_so_and_its_gradients_are_those_of_all() -> None:
    x = Value(0.5, label="x")
    y = x
    for i in range(6000):
        y = y + x if i % 2 else y * 0.9
    page = stepper(y)
    notice = "the 5,000 nearest to the result are shown"
    assert notice in repr(page)
    data = json.loads(parts(page.html)[2])
    assert notice in data["notice"]
    assert len(data["names"]) == 5000
    place = data["names"].index("x")
    y.backward()
    assert data["exact"][data["grad"][place]] == repr(x.grad)
    hidden = [term for term in data["terms"][place] if term[0] == HIDDEN]
    assert len(hidden) == 1
    assert hidden[0][1] > 100
    assert data["exact"][data["terms"][place][-1][3]] == repr(x.grad)


def test_a_value_used_everywhere_does_not_fill_the_page_with_the_ways_of_its_edges() -> None:
    x = Value(0.5, label="x")
    y = x
    for _ in range(1500):
        y = y * 0.9 + x
    assert len(stepper(y).html) < 2_000_000


# The files of the page


@pytest.mark.parametrize("name", PROGRAM)
def test_a_program_has_no_text_inside_the_text_of_a_template(name: str) -> None:
    """Spaces are taken out around the texts of a line; that needs to be able to tell where a text ends."""
    source = (ROOT / "autograd" / "drawing" / "stepping" / f"{name}.js").read_text(encoding="utf-8")
    for line in source.splitlines():
        if not line.lstrip().startswith("//"):
            assert not OTHER_TEXT.search(TEXT.sub("", line)), line
            assert [text for text in TEXT.findall(line) if text.count("{") != text.count("}")] == [], line


def test_every_file_of_the_page_is_in_the_folder_that_is_packaged() -> None:
    folder = ROOT / "autograd" / "drawing" / "stepping"
    assert {path.name for path in folder.iterdir() if path.suffix in (".js", ".css", ".html")} == {
        "stepper.html",
        "stepper.css",
        *(f"{name}.js" for name in PROGRAM),
    }
