"""The stepper as its readers have it: in Chromium, by mouse, keyboard, fingers and ear."""

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograd import Value, dot, stepper
from autograd import sum as sum_of
from autograd.graph import topological_order
from tests.browser import MISSING, Browser
from tests.stepper_graphs import by_hand, mlp, twice
from tests.test_drawing_hostile_text import HOSTILE

pytestmark = pytest.mark.skipif(MISSING, reason="Chromium and chromedriver are not on this machine")

DESK = (1280, 800)
PHONE = (390, 844)
READABLE = 4.5  # contrast of text and what is behind it, at least: AA of the W3C's guidelines
LAST = 13  # the last step of `twice`: the inputs, six operations, the seed, and six operations again


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages that several tests open."""
    folder = tmp_path_factory.mktemp("pages")
    graphs = {"twice": twice(), "mlp": mlp(), "batch": mlp(samples=20), "hand": by_hand()[2]}
    for name, root in graphs.items():
        stepper(root).save(folder / f"{name}.html")
    return {name: folder / f"{name}.html" for name in graphs}


@pytest.fixture
def page(browser: Browser, pages: dict[str, Path]) -> Iterator[Browser]:
    """A browser on a desk that shows `twice`; whatever a test does, the console stays empty."""
    open_at_a_desk(browser, pages["twice"])
    yield browser
    assert browser.console() == []


def open_at_a_desk(browser: Browser, file: Path) -> None:
    browser.resize(*DESK)
    browser.prefer(reduced_motion="reduce")
    browser.open(file)


def step(browser: Browser) -> int:
    return int(browser.text("#counter").partition("/")[0])


def view(browser: Browser) -> dict[str, float]:
    return dict(browser.run("return view"))


def typed(browser: Browser, selector: str) -> list[str]:
    """The texts of elements, with signs as they are typed."""
    signs = {ord("\N{MULTIPLICATION SIGN}"): "x", ord("\N{MINUS SIGN}"): "-"}
    return [text.translate(signs) for text in browser.texts(selector)]


def without_an_error(browser: Browser) -> bool:
    return browser.console() == []


# Steps


def test_a_page_begins_with_the_inputs_and_explains_itself(page: Browser) -> None:
    assert (page.text("#summary"), page.text("#counter")) == ("How loss was computed: 9 values", f"0 / {LAST}")
    assert page.run("return document.title") == "loss: backpropagation, step by step"
    assert "Given: 2 inputs and 1 constant." in page.text("#now")
    assert "Keys:" in page.text("#details")
    assert [page.run(f"return document.getElementById('{name}').disabled") for name in ("first", "back")] == [True] * 2


def test_the_buttons_go_first_back_next_and_last(page: Browser) -> None:
    for button, expected in [("next", 1), ("next", 2), ("back", 1), ("last", LAST), ("back", LAST - 1), ("first", 0)]:
        page.click(f"#{button}")
        assert step(page) == expected
        assert page.run("return Number(document.getElementById('slider').value)") == expected
    page.click("#last")
    assert [page.run(f"return document.getElementById('{name}').disabled") for name in ("next", "last")] == [True] * 2


def test_play_goes_on_to_the_end_and_can_be_stopped(page: Browser) -> None:
    label = "return document.getElementById('play').getAttribute('aria-label')"
    page.click("#play")
    assert page.run(label) == "Pause"
    page.until("state.step > 0")
    page.click("#play")
    assert (page.run("return player"), page.run(label)) == (0, "Play")
    page.run("document.querySelector('#speed option:last-child').value = 20")
    page.run("const s = document.getElementById('speed'); s.selectedIndex = 2; s.dispatchEvent(new Event('change'))")
    page.click("#play")
    page.until(f"state.step === {LAST} && !player")
    assert page.run(label) == "Play"


def test_whoever_steps_by_hand_stops_the_play_and_at_the_end_it_begins_again(page: Browser) -> None:
    page.press("end", "space")
    assert step(page) == 0
    assert page.run("return player") != 0
    page.click("#next")
    assert page.run("return player") == 0


def test_the_slider_goes_anywhere(page: Browser) -> None:
    page.run("const s = document.getElementById('slider'); s.value = 9; s.dispatchEvent(new Event('input'))")
    assert step(page) == 9
    page.click("#slider")
    assert step(page) in (LAST // 2, LAST // 2 + 1)  # the middle is between two steps
    page.press("home", "right")
    assert step(page) == 1
    assert page.run("return document.getElementById('slider').getAttribute('aria-valuetext')") == "Forward: 1 of 6"


def test_keys_step_play_and_zoom(page: Browser) -> None:
    page.press("right", "right", "left")
    assert step(page) == 1
    page.press("end")
    assert step(page) == LAST
    page.press("home")
    assert step(page) == 0
    page.press("space")
    assert page.run("return player") != 0
    page.press("space")
    assert page.run("return player") == 0
    scale = view(page)["scale"]
    page.press("+")
    assert view(page)["scale"] == pytest.approx(scale * 1.25)
    page.press("-", "-")
    assert view(page)["scale"] == pytest.approx(scale / 1.25)
    page.press("0")
    assert view(page)["scale"] == pytest.approx(scale)


def test_keys_with_another_key_held_belong_to_the_browser(page: Browser) -> None:
    page.run("document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'End', ctrlKey: true, bubbles: true }))")
    assert step(page) == 0


def test_every_step_is_said_aloud(page: Browser) -> None:
    said = []
    for _ in range(LAST):
        page.press("right")
        said.append(page.text("#said"))
    assert len(set(said)) == LAST
    assert said[0].startswith("Step 1 of 13. Forward: d")
    assert said[6] == "Step 7 of 13. Backward begins: the gradient of loss is 1."
    assert "a gets" in said[-1]
    assert "its gradient is -1.25" in said[-1]


# The numbers


def numbers_of(root: Value) -> list[tuple[str, str]]:
    """The data and gradient of every value, by the library."""
    order = topological_order(root)
    for value in order:
        value.grad = 0.0
    root.backward()
    return [(repr(value.data), repr(value.grad)) for value in order]


def test_the_numbers_in_boxes_and_panel_are_those_of_the_library(browser: Browser, pages: dict[str, Path]) -> None:
    open_at_a_desk(browser, pages["mlp"])
    browser.run("step(LAST); fit()")
    shown = browser.run(
        "return [...svg.querySelectorAll('.node')].map(e => [Number(e.dataset.node), e.classList.contains('constant'), "
        "[...e.querySelectorAll('.number')].map(t => t.textContent), e.querySelector('title').textContent])"
    )
    details = browser.run(
        "return data.names.map((_, i) => {"
        "  select(i);"
        "  return [...document.querySelectorAll('#details dd')].slice(0, 2).map(e => e.textContent);"
        "})"
    )
    numbers = numbers_of(mlp())
    assert sorted(node for node, *_ in shown) == list(range(len(numbers)))
    for node, constant, texts, title in shown:
        data, grad = numbers[node]
        if constant:
            assert texts == [f"{float(data):.4g}"]
        else:
            assert texts == [f"{float(data):.4g}", f"{float(grad):.4g}"]
            assert f"data {data}, gradient {grad}" in title
            assert details[node] == [data, grad]
    assert without_an_error(browser)


def test_every_sum_is_written_out_with_its_numbers_as_it_grows(page: Browser) -> None:
    page.run("step(8 + 2)")
    assert typed(page, ".sum p:first-child") == ["∂loss/∂a = 0.9919 x 0.5 = 0.496"]
    assert "so far; 2 uses to come" in page.text(".sum")
    page.press("right", "right")
    assert typed(page, ".sum p:first-child") == [
        "∂loss/∂a = 0.9919 x 0.5 + (-1.19) x 1 = -0.6944",
        "∂loss/∂b = -1.19 x 1 = -1.19",
    ]
    page.press("right")
    assert typed(page, ".sum p:first-child") == [
        "∂loss/∂a = 0.9919 x 0.5 + (-1.19) x 1 + 0.6944 x (-0.8) = -1.25",
        "∂loss/∂b = -1.19 x 1 + 0.6944 x 1.5 = -0.1488",
    ]
    assert typed(page, "[data-node='0'] .term") == ["0.9919 x 0.5", "+ (-1.19) x 1", "+ 0.6944 x (-0.8)"]
    assert page.run("return document.querySelector('.sum .num').title") == repr(-1.249848860497376)


def test_values_appear_going_forward_and_the_active_edges_carry_their_slopes(page: Browser) -> None:
    assert page.texts("[data-node='2'] .number") == ["·", "·"]
    page.press("right")
    assert page.texts("[data-node='2'] .number") == ["-1.2", "·"]
    assert typed(page, ".line.active.forward .slope") == ["x -0.8", "x 1.5"]
    page.press("end")
    assert typed(page, ".line.active.backward .slope") == ["x -0.8", "x 1.5"]
    assert page.run("return document.querySelectorAll('.node.future').length") == 0


def test_numbers_that_are_none_are_shown_as_the_library_writes_them(browser: Browser, tmp_path: Path) -> None:
    x, huge = Value(-0.0, label="x"), Value(float("inf"), label="huge")
    stepper((x * huge) * -huge + x).save(tmp_path / "page.html")
    open_at_a_desk(browser, tmp_path / "page.html")
    browser.run("step(LAST)")
    assert browser.texts("[data-node='0'] .number") == ["-0", "-inf"]
    assert browser.texts("[data-node='1'] .number") == ["inf", "nan"]
    browser.run("select(0)")
    assert browser.texts("#details dd") == ["-0.0", "-inf"]
    assert typed(browser, "#details tbody td")[:4] == ["L", "1 x 1", "1", "1"]
    assert browser.run("step(1); return document.querySelector('#now math:last-of-type') !== null")
    assert without_an_error(browser)


def test_what_only_a_rule_made_by_hand_knows_is_said_to_be_unknown(browser: Browser, pages: dict[str, Path]) -> None:
    open_at_a_desk(browser, pages["hand"])
    browser.run("step(LAST); select(0)")
    rows = typed(browser, "#details tbody td")
    assert [rows[i : i + 4] for i in range(0, len(rows), 4)] == [
        ["given", "1 x 2", "2", "2"],
        ["made", "1 x ?", "?", "12"],
    ]
    assert without_an_error(browser)


# One value


def test_a_click_shows_formula_operands_uses_and_paths(page: Browser) -> None:
    page.click("[data-node='0'] .box")
    assert page.text("#details h2").startswith("a")
    assert page.texts("#details dd")[:2] == ["1.5", "-1.249848860497376"]
    assert "3 paths to loss" in page.texts("#details h3")
    assert page.texts(".path .names") == ["a → e → f → v2 → loss", "a → d → f → v2 → loss", "a → v1 → v2 → loss"]
    assert typed(page, ".path .equation")[0] == "1 x (-1.2) x 1 x 0.9919 = -1.19"
    page.click(".path")
    assert page.run("return [...svg.querySelectorAll('.node.way')].map(e => Number(e.dataset.node))") == [0, 3, 4, 7, 8]
    page.click("#close")
    assert "How to read this" in page.text("#details")
    assert page.run("return svg.querySelectorAll('.node.selected').length") == 0


def test_enter_and_space_select_and_escape_lets_go(page: Browser) -> None:
    page.press("end")
    for key in ("enter", "space"):
        page.run("svg.querySelector('[data-node=\"4\"]').focus()")
        page.press(key)
        assert typed(page, "#details math") == ["f=d·e", "=(-1.2)·0.7=-0.84"]
        assert page.run("return document.activeElement.dataset.node") == "4"
        page.press("escape")
        assert "How to read this" in page.text("#details")
    assert step(page) == LAST
    assert page.run("return player") == 0


def test_chips_lead_from_value_to_value(page: Browser) -> None:
    page.click("[data-node='8'] .box")
    page.click("#details li .chip")
    assert page.text("#details h2").startswith("v2")
    assert page.run("return state.selected") == 7


def test_a_formula_is_typeset_for_every_kind_of_operation(browser: Browser, tmp_path: Path) -> None:
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    own = Value(1.0, (a, b), "@")
    own._backward = lambda: None
    parts = [a / b, a**2.0, (a * a).sqrt(), b.abs(), sum_of([a, b, a]), b.relu(), a.log(), own, dot([a, b], [b, a], b)]
    stepper(sum_of([*parts, dot([a], [b])])).save(tmp_path / "page.html")
    open_at_a_desk(browser, tmp_path / "page.html")
    shown = [
        browser.run("step(arguments[0]); return document.querySelector('#now math').textContent", n + 1)
        for n in range(11)
    ]
    assert [formula.partition("=")[2] for formula in shown] == [
        "ab", "a2", "a·a", "v3", "|b|", "∑(a,b,a)", "relu(b)", "lna", "a@b", "(a,b)·(b,a)+b", "(a)·(b)",
    ]  # fmt: skip
    assert browser.run("step(1); return document.querySelector('#now mfrac') !== null")
    assert browser.run("step(4); return document.querySelector('#now msqrt') !== null")
    assert without_an_error(browser)


# Finding


def test_search_finds_by_name_by_operation_and_by_part(browser: Browser, pages: dict[str, Path]) -> None:
    open_at_a_desk(browser, pages["mlp"])
    for sought, expected in [("x0", 1), ("tanh", 8), ("layers.1 w0", 4), ("nothing like it", 0)]:
        browser.run("document.getElementById('sought').value = ''")
        browser.type("#sought", sought)
        assert browser.text("#found p") == f"{expected} value{'s' * (expected != 1)} found"
        assert browser.run("return svg.querySelectorAll('.node.match').length") <= expected
        assert browser.run("return state.matches.size") == expected
    assert without_an_error(browser)


def test_enter_goes_to_the_first_that_is_found_and_escape_clears(page: Browser) -> None:
    page.press("/")
    assert page.run("return document.activeElement.id") == "sought"
    page.press("v", "2", "enter")
    assert page.run("return state.selected") == 7
    assert page.run("return document.getElementById('found').hidden")
    page.press("/")
    page.press("escape")
    assert page.run("return [document.getElementById('sought').value, state.matches.size]") == ["", 0]
    assert page.run("return document.activeElement.id") != "sought"


def test_what_is_written_into_the_search_moves_no_step(page: Browser) -> None:
    page.click("#sought")
    page.press("a", "space", "+", "left", "end")
    assert step(page) == 0
    assert page.run("return player") == 0


# Parts of a model


def test_frames_collapse_and_expand_by_click_and_by_key(browser: Browser, pages: dict[str, Path]) -> None:
    open_at_a_desk(browser, pages["mlp"])
    browser.run("fit()")
    before = browser.run("return svg.querySelectorAll('.node').length")
    browser.click("[data-frame] .caption")
    frame = int(browser.run("return document.activeElement.dataset.frame"))
    assert browser.run("return svg.querySelectorAll('.node').length") < before
    assert browser.run("return document.activeElement.getAttribute('aria-expanded')") == "false"
    assert re.fullmatch(r"layers.\d is collapsed\.", browser.text("#said"))
    assert browser.text(f"[data-frame='{frame}'] .word").startswith("data ")
    browser.press("enter")
    assert browser.run("return document.activeElement.getAttribute('aria-expanded')") == "true"
    assert browser.run("return svg.querySelectorAll('.node').length") == before
    assert without_an_error(browser)


def test_all_frames_collapse_and_expand_at_once(browser: Browser, pages: dict[str, Path]) -> None:
    open_at_a_desk(browser, pages["mlp"])
    browser.click("#shut")
    assert browser.run("return svg.querySelectorAll('.frame.shut').length") == 3
    browser.press("end")
    assert browser.texts(".frame.shut .word") == ["grad 6 of 6", "grad 28 of 28", "grad 20 of 20"]
    browser.click("#open")
    assert browser.run("return svg.querySelectorAll('.frame.shut').length") == 0
    assert without_an_error(browser)


def test_boxes_never_overlap_whatever_is_collapsed(browser: Browser, pages: dict[str, Path]) -> None:
    open_at_a_desk(browser, pages["mlp"])
    frames = browser.run("return frames.length")
    for chosen in [range(1, frames), range(1, 4), range(4, frames), range(1, frames, 2), [2], [frames - 1]]:
        browser.run("shut.clear(); arguments[0].forEach((f) => shut.add(f)); rearrange()", list(chosen))
        shown = browser.run(
            "return [...boxes.filter(Boolean), ...borders.filter((b, f) => b && shut.has(f))]"
            ".map(({ x, y, width, height }) => [x, y, x + width, y + height])"
        )
        for one, other in itertools.combinations(shown, 2):
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    assert without_an_error(browser)


def test_a_step_inside_a_collapsed_frame_marks_it_and_finding_a_value_opens_it(
    browser: Browser, pages: dict[str, Path]
) -> None:
    open_at_a_desk(browser, pages["mlp"])
    browser.click("#shut")
    browser.press("right")
    assert browser.run("return svg.querySelectorAll('.frame.shut.active.forward').length") == 1
    browser.run("select(arguments[0], true)", browser.run("return stepOf(1).node"))
    assert browser.run("return svg.querySelectorAll('.node.selected').length") == 1
    assert without_an_error(browser)


def test_a_large_model_begins_collapsed(browser: Browser, pages: dict[str, Path]) -> None:
    open_at_a_desk(browser, pages["batch"])
    assert browser.run("return shut.size") > 0
    assert browser.run("return boxesInSight()") < 250
    assert without_an_error(browser)


# Moving about


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("name", ["twice", "mlp"])
def test_the_first_view_has_the_first_operation_and_its_operands_in_sight(
    browser: Browser, pages: dict[str, Path], name: str, size: tuple[int, int]
) -> None:
    browser.resize(*size, phone=size == PHONE)
    browser.prefer(reduced_motion="no-preference")
    browser.open(pages[name])
    first = "const node = operations[0]; const { left } = extentOf(targetsOf([node, ...data.operands[node]]));"
    first += "const { right } = extentOf(targetsOf([node])); const seen = inSight();"
    left, right, seen_left, seen_right = browser.run(first + "return [left, right, seen.left, seen.right]")
    assert right <= seen_right
    assert left >= seen_left or (right - left) > seen_right - seen_left
    assert browser.run("return gliding") == 0
    assert without_an_error(browser)


def test_wheel_drag_and_buttons_move_the_view(page: Browser) -> None:
    before = view(page)
    page.drag((460, 200), (520, 260))
    assert (view(page)["x"] - before["x"], view(page)["y"] - before["y"]) == (60, 60)
    page.wheel(460, 300, -100)
    assert view(page)["scale"] > before["scale"]
    page.wheel(460, 300, 100)
    page.wheel(460, 300, 100)
    assert view(page)["scale"] < before["scale"]
    page.click("#fit")
    assert view(page)["scale"] == pytest.approx(before["scale"])
    page.click("#closer")
    assert view(page)["scale"] == pytest.approx(before["scale"] * 1.25)
    page.click("#farther")
    assert view(page)["scale"] == pytest.approx(before["scale"])


def test_the_place_under_the_wheel_stays_where_it_is(page: Browser) -> None:
    place = "return [(300 - view.x) / view.scale, (150 - view.y) / view.scale]"
    before = page.run(place)
    page.wheel(300, 150 + int(page.run("return graph.getBoundingClientRect().top")), -120)
    assert page.run(place) == pytest.approx(before, abs=1.0)  # a pixel


def test_a_drag_that_ends_on_a_box_selects_nothing(page: Browser) -> None:
    x, y = page.run(
        "const { x, y } = svg.querySelector('[data-node=\"4\"] .box').getBoundingClientRect();"
        "return [x, y].map(Math.round)"
    )
    page.drag((x + 20, y + 20), (x + 60, y + 40))
    assert page.run("return state.selected") == -1


def test_two_fingers_zoom(page: Browser) -> None:
    before = view(page)["scale"]
    page.pinch([(400, 300), (350, 300)], [(500, 300), (550, 300)])
    assert view(page)["scale"] == pytest.approx(before * 2, rel=0.1)


def test_a_step_brings_its_value_into_sight(browser: Browser, pages: dict[str, Path]) -> None:
    open_at_a_desk(browser, pages["mlp"])
    for number in range(1, int(browser.run("return LAST")) + 1):
        browser.run("step(arguments[0])", number)
        sight, box = browser.run("return [inSight(), targetsOf([active.node])[0]]")
        assert sight["left"] <= box["x"] <= box["x"] + box["width"] <= sight["right"]
        assert sight["top"] <= box["y"] <= box["y"] + box["height"] <= sight["bottom"]
    assert without_an_error(browser)


def test_motion_is_a_glide_unless_the_reader_prefers_none(browser: Browser, pages: dict[str, Path]) -> None:
    open_at_a_desk(browser, pages["mlp"])
    arrived = browser.run("view.x = -5000; step(3); return view.x")
    assert arrived == view(browser)["x"] > -5000
    browser.prefer()
    assert browser.run("view.x = -5000; step(5); return view.x") == -5000
    browser.until("view.x > -5000 && !gliding")


# Large graphs


def test_5000_values_are_a_few_elements(browser: Browser, tmp_path: Path) -> None:
    """What is not in sight has no element, so that a step costs what is in sight."""
    total = Value(0.0, label="start")
    for i in range(2500):
        total = total * 0.999 if i % 2 else total + Value(0.01)
    stepper(total).save(tmp_path / "page.html")
    open_at_a_desk(browser, tmp_path / "page.html")
    assert browser.run("return COUNT") == 5000
    counts = []
    for program in ("step(2500)", "fit()", "zoom(0.02)", "toggleAll(true)", "step(LAST)"):
        counts.append(browser.run(f"{program}; return svg.querySelectorAll('*').length"))
    assert max(counts) < 8000
    assert without_an_error(browser)


def test_from_afar_boxes_are_drawn_on_a_canvas_and_a_click_goes_to_one(
    browser: Browser, pages: dict[str, Path]
) -> None:
    open_at_a_desk(browser, pages["batch"])
    browser.run("toggleAll(false); fit(); step(LAST)")
    assert browser.run("return [svg.querySelectorAll('.node').length, pens[1].canvas.hidden]") == [0, False]
    painted = (
        "const c = pens[1].canvas; return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(Boolean)"
    )
    assert browser.run(painted)
    x, y = browser.run(
        "const box = boxes[ROOT]; const { left, top } = graph.getBoundingClientRect();"
        "return [left + view.x + (box.x + 20) * view.scale, top + view.y + (box.y + 10) * view.scale].map(Math.round)"
    )
    browser.drag((x, y))
    assert browser.run("return state.selected === ROOT && view.scale > 0.5")
    assert browser.run("return svg.querySelector('.node.selected') !== null")
    assert without_an_error(browser)


def test_a_cut_graph_says_so_in_the_page(browser: Browser, tmp_path: Path) -> None:
    x = Value(0.5, label="x")
    total = x
    for i in range(6000):
        total = total + x if i % 2 else total * 0.9
    stepper(total).save(tmp_path / "page.html")
    open_at_a_desk(browser, tmp_path / "page.html")
    assert "9,001 values, the 5,000 nearest to the result are shown" in browser.text("#notice")
    browser.run("step(LAST); select(data.names.indexOf('x'))")
    assert re.search(r"\d+ uses not shown", browser.run("return termText(terms[state.selected].at(-1))"))
    assert browser.texts("#details dd")[1] == browser.run("return exact(terms[state.selected].at(-1).sum)")
    assert without_an_error(browser)


# Text of the user


def test_hostile_labels_are_text_and_nothing_else(browser: Browser, tmp_path: Path) -> None:
    total = Value(0.0, label="total")
    for label in HOSTILE:
        leaf = Value(1.0, label=label)
        leaf.scope = label
        total = total + leaf
        total.label = label
    stepper(total).save(tmp_path / "page.html")
    open_at_a_desk(browser, tmp_path / "page.html")
    elements = "return [...new Set([...document.querySelectorAll('*')].map(e => e.localName))].sort()"
    browser.run("shut.clear(); rearrange(); step(LAST)")
    for node in range(0, 2 * len(HOSTILE), 5):
        browser.run("select(arguments[0], true); step(1 + arguments[0])", node)
    browser.type("#sought", "script")
    assert int(browser.text("#found p").split()[0]) > 3
    known = (
        "aside body button canvas dd details div dl dt footer form g h1 h2 h3 head header html input label li main "
        "math meta mi mn mo mrow mspace noscript ol option output p path rect script section select span style "
        "summary svg table tbody td text th thead title tr ul"
    )
    assert set(browser.run(elements)) <= set(known.split())
    assert browser.run("return document.scripts.length") == 2
    attributes = browser.run("return [...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())")
    assert [name for name in attributes if re.search("^on|href|src", name)] == []
    assert without_an_error(browser)


def test_the_policy_of_the_page_stops_what_would_be_put_in_later(page: Browser) -> None:
    page.run("const s = document.createElement('script'); s.textContent = 'window.evil = 1'; document.body.append(s)")
    assert page.run("return window.evil === undefined")
    refused = page.console()
    assert len(refused) == 1
    assert "Content Security Policy" in refused[0]


def test_nothing_is_loaded(page: Browser) -> None:
    assert page.run("return performance.getEntriesByType('resource').length") == 0


def test_a_notebooks_frame_shows_the_page_without_any_rights(browser: Browser, tmp_path: Path) -> None:
    shown = stepper(twice())._repr_html_()
    (tmp_path / "notebook.html").write_text(f"<!doctype html><meta charset=utf-8>{shown}", encoding="utf-8")
    open_at_a_desk(browser, tmp_path / "notebook.html")
    frame = browser.send("POST", "/element", {"using": "css selector", "value": "iframe"})
    browser.send("POST", "/frame", {"id": frame})
    try:
        browser.click("#next")
        assert browser.text("#counter") == f"1 / {LAST}"
        assert browser.run("return origin") == "null"
    finally:
        browser.send("POST", "/frame", {"id": None})
    assert without_an_error(browser)


# For every reader


def test_everything_that_is_pressed_has_a_name_and_keys_reach_it(page: Browser) -> None:
    tree = page.devtools("Accessibility.getFullAXTree")["nodes"]
    pressed = [node for node in tree if node["role"]["value"] in ("button", "slider", "searchbox", "combobox")]
    assert len(pressed) > 15
    assert [node for node in pressed if not node["name"]["value"]] == []
    reached = set()
    for _ in range(30):
        page.press("tab")
        reached.add(page.run("return document.activeElement.id || document.activeElement.dataset.node"))
    assert reached >= {"sought", "closer", "fit", "panel", "play", "next", "slider", "speed", "0", "8"}


def test_a_phone_shows_all_without_scrolling_sideways(browser: Browser, pages: dict[str, Path]) -> None:
    browser.resize(*PHONE, phone=True)
    browser.open(pages["twice"])
    browser.run("step(12); select(0)")
    assert browser.run(
        "return [innerWidth, document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    ) == [390, 390, 844]
    for selector in ("#graph", "#panel", "footer", "#next", "#slider", "#sought"):
        left, top, right, bottom = browser.run(
            "const { left, top, right, bottom } = document.querySelector(arguments[0]).getBoundingClientRect();"
            "return [left, top, right, bottom]",
            selector,
        )
        assert 0 <= left < right <= 390
        assert 0 <= top < bottom <= 844
    rectangles = "return ['counter', 'speed'].map(id => document.getElementById(id).getBoundingClientRect().toJSON())"
    counter, speed = browser.run(rectangles)
    assert counter["bottom"] <= speed["top"] or counter["right"] <= speed["left"]
    fingers = browser.run(
        "return [...document.querySelectorAll('#buttons button')].map(b => Math.min(b.offsetWidth, b.offsetHeight))"
    )
    assert min(fingers) >= 44
    assert browser.run("return graph.clientHeight") > 240
    assert without_an_error(browser)


#: What each visible text of the page is, and its contrast with what is behind it.
CONTRASTS = (Path(__file__).parent / "contrasts.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(browser: Browser, pages: dict[str, Path], scheme: str) -> None:
    browser.resize(*DESK)
    browser.prefer(color_scheme=scheme, reduced_motion="reduce")
    browser.open(pages["twice"])
    for program in (
        "",
        "step(3)",
        "step(7)",
        "step(12); select(0)",
        "document.getElementById('sought').value = 'a'; search()",
    ):
        browser.run(program)
        browser.run("return new Promise(done => setTimeout(done, 200))")  # colours change in a moment
        found = browser.run(CONTRASTS)
        assert len(found) > 40
        assert [what for contrast, what in found if contrast < READABLE] == []
    paper = browser.run("return getComputedStyle(document.body).backgroundColor")
    assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 21, 26)"}[scheme]


def test_the_data_of_a_page_is_all_it_says(page: Browser, pages: dict[str, Path]) -> None:
    """The program adds no numbers: each one in the panel and the boxes is one that the library wrote."""
    data: dict[str, Any] = json.loads(page.run("return document.getElementById('data').textContent"))
    known = {*data["short"], *data["exact"], "·", "?"}
    shown = page.run(
        "const found = new Set();"
        "for (let number = 0; number <= LAST; number++) {"
        "  step(number);"
        "  for (let i = 0; i < COUNT; i++) {"
        "    select(i);"
        "    for (const e of document.querySelectorAll('.num, .node:not(.constant) .number')) found.add(e.textContent);"
        "  }"
        "}"
        "return [...found]"
    )
    assert len(shown) >= 20
    assert set(shown) <= known
