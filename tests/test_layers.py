"""Imports only go down: the floors of the house, read from every import statement in it."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

#: From the ground up. `autograd` alone is the front door, autograd/__init__.py; `autograd.drawing` is a whole folder.
FLOORS = (
    ("autograd.accurate", "autograd.given", "autograd.modes", "autograd.primitives"),
    ("autograd.advice", "autograd.anomaly", "autograd.dialects", "autograd.frozen", "autograd.fused", "autograd.value"),
    ("autograd.graph", "autograd.copying", "autograd.indexing"),
    ("autograd.transforms", "autograd.check", "autograd.testing"),
    ("autograd.drawing", "autograd.compiler"),
    ("autograd",),
    ("nn",),
    ("autograd.__main__", "autograd.demo", "autograd.expression"),
)
FLOOR = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_of(path): path for house in ("autograd", "nn") for path in sorted((ROOT / house).rglob("*.py"))}


def room_of(module: str) -> str:
    """The room of a module: itself, or the folder it is in."""
    parts = module.split(".")
    return parts[0] if parts[0] == "nn" else ".".join(parts[:2])


def imported(statement: ast.stmt, importer: str) -> Iterator[str]:
    """The modules that a statement imports, as far as they are ours; the first part of their names otherwise."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            yield known(alias.name)
    elif isinstance(statement, ast.ImportFrom):
        package = importer if FILES[importer].name == "__init__.py" else importer.rpartition(".")[0]
        above = package.split(".")[: len(package.split(".")) - statement.level + 1] if statement.level else []
        base = ".".join([*above, *([statement.module] if statement.module else [])])
        for alias in statement.names:
            within = f"{base}.{alias.name}"
            yield within if within in FILES else known(base)


def known(module: str) -> str:
    return module if module in FILES else module.partition(".")[0]


def all_imports(module: str) -> Iterator[tuple[str, int]]:
    """What a module of ours imports of ours, wherever in its text, and the line."""
    for statement in ast.walk(ast.parse(FILES[module].read_text(encoding="utf-8"))):
        if isinstance(statement, ast.stmt):
            for name in imported(statement, module):
                if name in FILES:
                    yield name, statement.lineno


def imports_when_loaded(body: list[ast.stmt], module: str) -> Iterator[str]:
    """What a module imports when it is loaded: not inside functions, and not for type checkers alone."""
    for statement in body:
        yield from imported(statement, module)
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            yield from imports_when_loaded(statement.orelse, module)
            continue
        for child in ast.iter_child_nodes(statement):
            if isinstance(child, ast.stmt):
                yield from imports_when_loaded([child], module)
            elif isinstance(child, (ast.ExceptHandler, ast.match_case)):
                yield from imports_when_loaded(child.body, module)


def test_every_file_has_a_floor():
    homeless = [str(path.relative_to(ROOT)) for module, path in FILES.items() if room_of(module) not in FLOOR]
    assert not homeless, f"give {', '.join(homeless)} a floor in FLOORS, tests/test_layers.py"
    assert len(FILES) > 10


@pytest.mark.parametrize("module", [module for module in FILES if room_of(module) in FLOOR])
def test_no_import_goes_up(module):
    up = [
        f"{FILES[module].relative_to(ROOT)}:{line} imports {name}"
        for name, line in all_imports(module)
        if FLOOR.get(room_of(name), -1) > FLOOR[room_of(module)]
    ]
    assert not up, f"imports only go down: {'; '.join(up)}"


def test_imports_on_one_floor_have_no_cycle():
    neighbours = {
        module: {
            name for name, _ in all_imports(module) if FLOOR.get(room_of(name)) == FLOOR.get(room_of(module))
        }
        for module in FILES
    }  # fmt: skip
    try:
        TopologicalSorter(neighbours).prepare()
    except CycleError as error:
        pytest.fail(f"these modules import each other: {' -> '.join(error.args[1])}")


#: The part of the compiler that comes along with `import autograd`.
LOADED_AT_ONCE = {"autograd.compiler", "autograd.compiler.jit"}


@pytest.mark.parametrize("module", FILES)
def test_loading_a_module_needs_the_standard_library_alone(module):
    body = ast.parse(FILES[module].read_text(encoding="utf-8")).body
    foreign = {
        name
        for name in imports_when_loaded(body, module)
        if name not in FILES and name not in sys.stdlib_module_names
    }  # fmt: skip
    if module == "nn.sklearn":
        foreign -= {"numpy", "sklearn"}  # its classes have scikit-learn's as bases, and nobody loads it unasked
    if room_of(module) == "autograd.compiler" and module not in LOADED_AT_ONCE:
        foreign -= {"numpy", "llvmlite"}
    assert not foreign, f"import {', '.join(sorted(foreign))} inside the function that needs it"


WHAT_COMES_ALONG = """
import sys
before = set(sys.modules)
import {house}
loaded = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(*sorted(loaded - set(sys.stdlib_module_names)))
"""


@pytest.mark.parametrize(("house", "expected"), [("autograd", {"autograd"}), ("nn", {"autograd", "nn"})])
def test_an_import_loads_nothing_of_third_parties(house, expected):
    command = [sys.executable, "-c", WHAT_COMES_ALONG.format(house=house)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert set(run.stdout.split()) == expected


def test_the_reading_of_imports_finds_them_in_every_form():
    text = "import numpy.linalg\nfrom autograd import primitives, Value\nfrom .value import new\nfrom . import graph"
    found = [name for statement in ast.parse(text).body for name in imported(statement, "autograd.check")]
    assert found == ["numpy", "autograd.primitives", "autograd", "autograd.value", "autograd.graph"]
    hidden = "class A:\n  import a\ntry:\n  import b\nexcept ImportError:\n  import c\ndef f():\n  import d"
    assert list(imports_when_loaded(ast.parse(hidden).body, "autograd.check")) == ["a", "b", "c"]


def test_floors_are_told_apart_by_folder_and_by_file():
    rising = ["autograd.modes", "autograd.value", "autograd.graph", "autograd.check", "autograd.drawing.svg"]
    rising += ["autograd", "nn.layers", "autograd.demo"]
    heights = [FLOOR[room_of(module)] for module in rising]
    assert heights == sorted(set(heights))
