"""Every lesson runs, as plain Python and through Jupyter, prints what its file shows, and keeps to one form."""

import ast
import pkgutil
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from autograd.primitives import TABLE
from tests.notebooks import FOLDER, METADATA, Lesson, executed, lesson_of, read, run

ROOT = FOLDER.parent
PATHS = sorted(FOLDER.glob("*.ipynb"))
LARGEST = 300_000  # bytes: what a page of the repository still shows, and a slow line still loads
RENEW = "`python tests/notebooks.py NOTEBOOK` runs it through Jupyter and writes it back"

each_lesson = pytest.mark.parametrize("lesson", [*map(read, PATHS)], ids=[path.stem for path in PATHS])


def without_white_space(text: str) -> str:
    """Jupyter breaks a long list over several lines, where `repr` has one."""
    return "".join(text.split())


# What the cells do


@each_lesson
def test_a_lesson_and_its_solutions_run_as_plain_python_and_give_what_the_file_shows(
    lesson: Lesson, tmp_path: Path
) -> None:
    for cell, printed, shown in run(lesson, tmp_path):
        assert printed == cell.printed, f"{cell.place} prints something else; {RENEW}"
        assert without_white_space(shown) == without_white_space(cell.shown), f"{cell.place} gives something else"


def texts(lesson: Lesson) -> list[tuple[str, str, list[str]]]:
    """What each code cell of a notebook printed and showed, and what the pictures in it call themselves."""
    displayed = [[o["data"] for o in cell.outputs if o["output_type"] == "display_data"] for cell in lesson.code]
    return [
        (cell.printed, cell.shown, ["".join(data["text/plain"]) for data in pictures])
        for cell, pictures in zip(lesson.code, displayed, strict=True)
    ]


@pytest.mark.skipif(
    find_spec("nbclient") is None or find_spec("ipykernel") is None,
    reason='Jupyter\'s executor is not installed: pip install "valuegrad[notebooks]"',
)
@pytest.mark.filterwarnings("default")  # those of Jupyter's own packages are not ours to answer for
@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=[pytest.mark.slow] if i else [], id=path.stem) for i, path in enumerate(PATHS)],
)
def test_a_lesson_run_by_jupyter_gives_what_the_file_shows(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    again = lesson_of(path, executed(path, tmp_path))
    committed = texts(read(path))
    assert texts(again) == committed, RENEW


# The form


def test_the_lessons_are_numbered_without_a_gap() -> None:
    assert PATHS
    numbers = [re.fullmatch(r"(\d\d)(-[a-z0-9]+)+", path.stem) for path in PATHS]
    assert all(numbers), "a lesson is called like 01-a-slope-is-a-nudge.ipynb"
    assert [int(number[1]) for number in numbers if number] == [*range(1, len(PATHS) + 1)]


@each_lesson
def test_a_lesson_begins_with_its_title_and_what_one_can_do_after_it(lesson: Lesson) -> None:
    first = lesson.cells[0]
    assert first.kind == "markdown"
    assert re.match(rf"# {int(lesson.path.stem[:2])}\. \S", first.source)
    assert "After this you can" in first.source


@each_lesson
def test_a_lesson_ends_by_asserting_what_was_learnt(lesson: Lesson) -> None:
    assert any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(lesson.code[-1].source)))


@each_lesson
def test_a_lesson_asks_for_two_predictions_and_the_next_cell_answers(lesson: Lesson) -> None:
    after = zip(lesson.cells, lesson.cells[1:], strict=False)
    asked = [(cell, following) for cell, following in after if cell.kind == "markdown" and "Predict" in cell.source]
    assert len(asked) >= 2
    for cell, following in asked:
        assert "?" in cell.source, f"{cell.place} asks nothing"
        assert following.kind == "code", f"{cell.place}: the next cell has to answer by running"
        assert following.outputs, f"{following.place} shows no answer"


@each_lesson
def test_a_lesson_has_an_exercise_with_a_folded_solution(lesson: Lesson) -> None:
    assert sum(len(cell.solutions) for cell in lesson.prose) >= 1
    for cell in lesson.prose:
        assert cell.source.count("<details>") == cell.source.count("</details>"), cell.place
        folded = cell.source.count("<summary>Solution</summary>\n\n")  # Markdown needs the empty line
        assert folded == cell.source.count("Solution</summary>") >= len(cell.solutions), cell.place


@each_lesson
def test_a_lesson_is_small_enough_to_be_read_anywhere(lesson: Lesson) -> None:
    assert lesson.path.stat().st_size < LARGEST


@each_lesson
def test_the_file_of_a_lesson_holds_nothing_volatile(lesson: Lesson) -> None:
    assert lesson.rest == {"metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}, RENEW
    for number, cell in enumerate(lesson.cells, 1):
        assert cell.rest["id"] == f"cell-{number}", RENEW
        assert cell.rest["metadata"] == {}, f"{cell.place}: {RENEW}"
    assert [cell.rest["execution_count"] for cell in lesson.code] == [*range(1, len(lesson.code) + 1)], RENEW
    assert not [cell.place for cell in lesson.cells if not cell.source.strip()]


@each_lesson
def test_the_outputs_of_a_lesson_are_the_same_on_every_machine(lesson: Lesson) -> None:
    for cell in lesson.code:
        for output in cell.outputs:
            assert output["output_type"] in ("stream", "execute_result", "display_data"), f"{cell.place} failed"
            assert output.get("name") != "stderr", f"{cell.place} warns: {output['text']}"
            assert output.get("metadata", {}) == {}, f"{cell.place}: {RENEW}"
        assert sum(o["output_type"] == "stream" for o in cell.outputs) <= 1, f"{cell.place} prints in pieces; {RENEW}"
        text = cell.printed + cell.shown
        assert not re.search(r"0x[0-9a-f]{6,}", text), f"{cell.place} shows an address in memory"
        assert not re.search(r"/(home|root|tmp|Users)/", text), f"{cell.place} shows a folder of one machine"


# What the prose refers to


def outside_code(source: str) -> str:
    """A text without its programs, its code font and its formulas, where brackets mean something else."""
    return re.sub(r"```.*?```|\$\$.*?\$\$|\$[^$\n]+\$|`[^`\n]+`", "", source, flags=re.DOTALL)


def headings(lesson: Lesson) -> set[str]:
    """The anchors that Jupyter gives to the headings of a lesson."""
    lines = [line for cell in lesson.prose for line in cell.source.splitlines()]
    return {line.lstrip("#").strip().replace(" ", "-") for line in lines if re.match("#+ ", line)}


@each_lesson
def test_links_and_images_lead_somewhere(lesson: Lesson) -> None:
    for cell in lesson.prose:
        text = outside_code(cell.source)
        links = re.findall(r"\]\(\s*([^)\s]+)[^)]*\)", text) + re.findall(r'\b(?:href|src)="([^"]*)"', text)
        for link in links:
            if link.startswith(("https://", "http://")):
                continue  # nothing is fetched: lessons and their tests work offline
            name, _, anchor = unquote(link).partition("#")
            file = lesson.path.parent / name if name else lesson.path
            assert file.exists(), f"{cell.place} refers to {link}, and there is no such file"
            if anchor and file.suffix == ".ipynb":
                assert anchor in headings(read(file) if name else lesson), f"{cell.place}: no heading for {link}"


@each_lesson
def test_every_lesson_but_the_last_leads_to_the_next(lesson: Lesson) -> None:
    following = [path.name for path in PATHS if path.stem[:2] == f"{int(lesson.path.stem[:2]) + 1:02}"]
    assert all(f"]({name})" in lesson.cells[-1].source for name in following)


@each_lesson
def test_the_names_and_files_in_the_prose_exist(lesson: Lesson) -> None:
    for cell in lesson.prose:
        without_programs = re.sub(r"```.*?```", "", cell.source, flags=re.DOTALL)
        for span in re.findall(r"`([^`\n]+)`", without_programs):
            if re.fullmatch(r"(autograd|nn|notebooks|docs|tests|benchmarks)/[\w./-]*", span):
                assert (ROOT / span).exists(), f"{cell.place}: the repository has no {span}"
            elif named := re.match(r"(autograd|nn|Value)((?:\.\w+)+)", span):
                assert exists(named[0]), f"{cell.place}: the library has no {named[0]}"


def exists(name: str) -> bool:
    """Whether the library has what a dotted name says."""
    try:
        pkgutil.resolve_name(name.replace("Value", "autograd.Value", 1) if name.startswith("Value") else name)
    except (ImportError, AttributeError):
        return False
    return True


# The tests themselves

SOLVED = "<details><summary>Solution</summary>\n\n```python\ndouble = lambda x: x + x\n```\n\n</details>"


def small_lesson(**changes: str) -> Lesson:
    """A lesson of a few cells that keeps to the form, but for the cells that are given."""
    held = {
        "title": "# 1. Doubling\n\nAfter this you can double.",
        "define": "double = lambda x: 2 * x\nassert double(4) == 8",
        "solution": SOLVED,
        "first": "Predict: what is `double(2)`?",
        "call": "print(double(2))\ndouble(3)",
        "second": "Predict: and `autograd.sin(0)`? See [the code](../autograd/value.py).",
        "end": "import autograd\nassert autograd.sin(0) == 0\nprint(double(1))",
        **changes,
    }
    outputs: dict[str, list[dict[str, Any]]] = {
        "call": [
            {"output_type": "stream", "name": "stdout", "text": ["4\n"]},
            {"output_type": "execute_result", "metadata": {}, "data": {"text/plain": ["6"]}, "execution_count": 2},
        ],
        "end": [{"output_type": "stream", "name": "stdout", "text": "2\n"}],
    }
    count = iter(range(1, 4))
    cells = [
        {"id": f"cell-{number}", "metadata": {}, "source": source}
        | (
            {"cell_type": "code", "outputs": outputs.get(name, []), "execution_count": next(count)}
            if name in ("define", "call", "end")
            else {"cell_type": "markdown"}
        )
        for number, (name, source) in enumerate(held.items(), 1)
    ]
    content = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return lesson_of(FOLDER / "01-doubling.ipynb", content)


FORM = [
    test_a_lesson_begins_with_its_title_and_what_one_can_do_after_it,
    test_a_lesson_ends_by_asserting_what_was_learnt,
    test_a_lesson_asks_for_two_predictions_and_the_next_cell_answers,
    test_a_lesson_has_an_exercise_with_a_folded_solution,
    test_the_file_of_a_lesson_holds_nothing_volatile,
    test_the_outputs_of_a_lesson_are_the_same_on_every_machine,
    test_links_and_images_lead_somewhere,
    test_the_names_and_files_in_the_prose_exist,
]


def check(lesson: Lesson, folder: Path) -> None:
    """All that is said of a single lesson."""
    test_a_lesson_and_its_solutions_run_as_plain_python_and_give_what_the_file_shows(lesson, folder)
    for test in FORM:
        test(lesson)


def test_a_small_lesson_that_keeps_to_the_form_passes(tmp_path: Path) -> None:
    check(small_lesson(), tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "# 2. Doubling\n\nAfter this you can double."},
        {"title": "# 1. Doubling"},
        {"define": "double = lambda x: 3 * x"},
        {"define": "double = lambda x: 2 * x\nassert double(4) == 9"},
        {"define": "double = lambda x: 2 * x\nimport warnings\nwarnings.warn('slow', stacklevel=1)"},
        {"solution": "The solution is left to the reader."},
        {"solution": SOLVED.replace("x + x", "x + y")},
        {"solution": SOLVED.replace("x + x", "x * x")},
        {"solution": SOLVED.replace("\n\n```", "\n```")},
        {"first": "What is `double(2)`?"},
        {"first": "Predict `double(2)`."},
        {"call": "print(double(2))\ndouble(3);"},
        {"call": "print(double(2), end='')\ndouble(3)"},
        {"second": "Predict: and `autograd.sine(0)`?"},
        {"second": "Predict: and `Value.forward`?"},
        {"second": "Predict? See [the code](../autograd/values.py)."},
        {"second": "Predict? See [above](#Halving)."},
        {"second": "Predict? ![a slope](slope.png)"},
        {"second": "Predict? It is in `autograd/values.py`."},
        {"end": "print(double(1))"},
    ],
    ids=str,
)
def test_each_fault_in_a_lesson_is_noticed(change: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises((AssertionError, NameError, UserWarning)):
        check(small_lesson(**change), tmp_path)


def test_a_lesson_leaves_no_operation_and_no_file_behind(tmp_path: Path) -> None:
    before, files = list(TABLE), list(FOLDER.iterdir())
    invents = "from autograd import primitive\n@primitive(lambda z, x: 2.0)\ndef double(x):\n    return 2 * x\n"
    run(small_lesson(define=invents + "open('notes.txt', 'w').close()"), tmp_path)
    assert (list(TABLE), list(FOLDER.iterdir())) == (before, files)
    assert (tmp_path / "notes.txt").exists()
