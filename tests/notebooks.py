"""A lesson of `notebooks/`: what its file holds, and what its cells do as plain Python.

`python tests/notebooks.py notebooks/01-*.ipynb` runs lessons through Jupyter and writes them back, outputs renewed
and everything volatile left out.
"""

import ast
import io
import json
import linecache
import re
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, NamedTuple, Protocol, runtime_checkable

from autograd.primitives import TABLE

FOLDER = Path(__file__).parent.parent / "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
SOLUTION = re.compile(r"<details><summary>Solution</summary>.*?</details>", re.DOTALL)
FENCED = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


class Cell(NamedTuple):
    """A cell as its file has it; `place` says in a message which one it is."""

    place: str
    kind: str
    source: str
    outputs: list[dict[str, Any]]
    rest: dict[str, Any]

    @property
    def printed(self) -> str:
        """What it wrote to standard output when the file was made."""
        return "".join(text_of(output["text"]) for output in self.outputs if output.get("name") == "stdout")

    @property
    def shown(self) -> str:
        """The value of its last expression as text; empty if it showed none."""
        results = [output["data"] for output in self.outputs if output["output_type"] == "execute_result"]
        return "".join(text_of(data["text/plain"]) for data in results)

    @property
    def solutions(self) -> list[str]:
        """The programs that are folded away in its text."""
        return [code for hidden in SOLUTION.findall(self.source) for code in FENCED.findall(hidden)]


class Lesson(NamedTuple):
    """A notebook: its file, its cells in order, and whatever else the file says."""

    path: Path
    cells: list[Cell]
    rest: dict[str, Any]

    @property
    def code(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.kind == "code"]

    @property
    def prose(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.kind == "markdown"]


class Ran(NamedTuple):
    """What a code cell did when it was run."""

    cell: Cell
    printed: str
    shown: str


@runtime_checkable
class ShowsItself(Protocol):
    """A value that tells Jupyter how it is shown."""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]: ...


def text_of(given: str | list[str]) -> str:
    """A text that a notebook may hold as a list of lines."""
    return given if isinstance(given, str) else "".join(given)


def read(path: Path) -> Lesson:
    """The lesson in a file."""
    return lesson_of(path, json.loads(path.read_text(encoding="utf-8")))


def lesson_of(path: Path, content: dict[str, Any]) -> Lesson:
    """The lesson that a notebook's content is."""
    cells = []
    for number, held in enumerate(content.pop("cells"), 1):
        kind, source = held.pop("cell_type"), text_of(held.pop("source"))
        cells.append(Cell(f"{path.stem}, cell {number}", kind, source, held.pop("outputs", []), held))
    return Lesson(path, cells, content)


# Running a lesson without Jupyter


def run(lesson: Lesson, folder: Path) -> list[Ran]:
    """What each code cell does, one after the other in one namespace, in a folder of its own.

    Solutions run where they stand, in a copy of the names, and then the exercise before runs again with what they
    define in the place of what it defines, so that its asserts judge them.
    """
    done: list[Ran] = []
    with surroundings(folder) as namespace:
        for cell in lesson.cells:
            if cell.kind == "code":
                done.append(Ran(cell, *run_code(cell.source, cell.place, namespace)))
            for solution in cell.solutions:
                tried = dict(namespace)
                run_code(solution, f"{cell.place}, solution", tried)
                exercise = done[-1].cell.source if done else ""
                run_code(without_what(solution, exercise), f"{cell.place}, the exercise solved", tried)
    return done


def run_code(source: str, place: str, namespace: dict[str, Any]) -> tuple[str, str]:
    """What a piece of code prints, and the text of its last expression as Jupyter would show it."""
    # tracebacks, and whatever reads the source of a function, find it under the name of the place
    linecache.cache[place] = (len(source), None, source.splitlines(keepends=True), place)
    before, last = split(source, place)
    value = None
    with redirect_stdout(io.StringIO()) as printed:
        exec(before, namespace)
        if last is not None:
            value = eval(last, namespace)
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")  # as Jupyter does when it has shown the figures of a cell
    if value is None or source.rstrip().endswith(";"):
        return printed.getvalue(), ""
    namespace["_"] = value
    shown = value._repr_mimebundle_()["text/plain"] if isinstance(value, ShowsItself) else repr(value)
    return printed.getvalue(), shown


def split(source: str, place: str) -> tuple[CodeType, CodeType | None]:
    """The statements of a cell, and apart from them the expression that it ends with, if it does."""
    tree = ast.parse(source, place)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    expression = compile(ast.Expression(last.value), place, "eval") if isinstance(last, ast.Expr) else None
    return compile(tree, place, "exec"), expression


def without_what(solution: str, exercise: str) -> str:
    """An exercise less all that the solution defines; nothing if that is none of it.

    >>> without_what("x = 2", "x = 1; print(x)")
    'print(x)'
    >>> without_what("x = 2", "print(3)")
    ''
    """
    given = {name for statement in ast.parse(solution).body for name in defined_by(statement)}
    statements = ast.parse(exercise).body
    left = [statement for statement in statements if given.isdisjoint(defined_by(statement))]
    return "\n".join(map(ast.unparse, left)) if len(left) < len(statements) else ""


def defined_by(statement: ast.stmt) -> set[str]:
    """The names that a statement at the margin gives a meaning to; none for a loop or an import."""
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Assign(targets=targets):
            parts = [part for target in targets for part in ast.walk(target)]
            return {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    return set()


@contextmanager
def surroundings(folder: Path) -> Iterator[dict[str, Any]]:
    """A fresh main program in `folder`, beside copies of the data files of the lessons; all is as it was afterwards."""
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.ipynb", ".*"), dirs_exist_ok=True)
    main, rows = sys.modules["__main__"], set(TABLE)
    lesson = sys.modules["__main__"] = ModuleType("__main__")
    try:
        with chdir(folder), pictures_without_a_screen():
            yield vars(lesson)
    finally:
        sys.modules["__main__"] = main
        for name in set(TABLE) - rows:  # an operation that a lesson invents is unknown to the other tests
            del TABLE[name]


@contextmanager
def pictures_without_a_screen() -> Iterator[None]:
    """matplotlib, if it is there, draws into memory, and its settings are as they were afterwards."""
    if find_spec("matplotlib") is None:
        yield
        return
    import matplotlib

    matplotlib.use("Agg")
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="FigureCanvasAgg is non-interactive")
        yield


# Running a lesson through Jupyter


def executed(path: Path, folder: Path) -> dict[str, Any]:
    """The content of a notebook after Jupyter has run it in `folder`, what is volatile left out."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.ipynb", ".*"), dirs_exist_ok=True)
    for cell in notebook.cells:
        cell.metadata = {}
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--log-level=ERROR"],  # what else the kernel logs is not of the lesson
    )
    client.execute()
    for number, cell in enumerate(notebook.cells, 1):
        cell.id, cell.metadata = f"cell-{number}", {}
        for output in cell.get("outputs", []):
            output.get("metadata", {}).clear()
    notebook.metadata = METADATA
    nbformat.validate(notebook)
    content: dict[str, Any] = json.loads(json.dumps(notebook))
    return content


def renew(path: Path) -> None:
    """Run a notebook and write it back, one way only: keys sorted, cells numbered, nothing volatile."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        content = executed(path, Path(folder))
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for named in sys.argv[1:]:
        renew(Path(named))
