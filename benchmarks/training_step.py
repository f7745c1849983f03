"""How much of `nn` a reader must see to follow one training step: the lines of its way from `fit` to a parameter."""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import nn
from nn.optim import Optimizer
from nn.steps import OneByOne, Task
from nn.train import Course, fit

#: The loop of `fit`, and what it leads to until a parameter has its new number; what a line says by name is left out.
WAY: dict[str, Callable[..., Any]] = {
    "Course.run": Course.run,
    "OneByOne.take": OneByOne.take,
    "OneByOne.batch_loss": OneByOne.batch_loss,
    "Task.sample_loss": Task.sample_loss,
    "Task.with_penalty": Task.with_penalty,
    "Optimizer.descend": Optimizer.descend,
    "Optimizer.zero_grad": Optimizer.zero_grad,
    "Optimizer.step": Optimizer.step,
    "SGD.moved": nn.SGD.moved,
}


def lines_of_a_step() -> dict[str, int]:
    """The lines of code of each function on the way; of `fit` its loop, for the rest of it is done once.

    >>> lines_of_a_step()["OneByOne.take"]
    3
    """
    return {"the loop of fit": len(lines_of(loop_of_fit()))} | {name: code_lines(part) for name, part in WAY.items()}


def code_lines(function: Callable[..., Any]) -> int:
    """How many lines of code a function has, without its docstring, comments and empty lines.

    >>> code_lines(code_lines)
    3
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return len(lines_of(without_docstring(tree.body[0])))


def without_docstring(function: ast.stmt) -> ast.stmt:
    """A function as a tree, its docstring taken out."""
    if isinstance(function, ast.FunctionDef) and ast.get_docstring(function) is not None:
        function.body = function.body[1:]
    return function


def lines_of(tree: ast.stmt) -> set[int]:
    """The numbers of the lines on which some part of a statement begins or ends.

    >>> lines_of(ast.parse("if x:\\n\\n    y = (1,\\n    2)").body[0])
    {1, 3, 4}
    """
    inside = [node for node in ast.walk(tree) if isinstance(node, (ast.stmt, ast.expr, ast.arg, ast.keyword))]
    return {line for node in inside for line in (node.lineno, node.end_lineno or node.lineno)}


def loop_of_fit() -> ast.stmt:
    """The loop over the epochs in `fit`."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(fit)))
    return next(node for node in ast.walk(tree) if isinstance(node, ast.For))


def functions_that_run() -> set[str]:
    """The names of all functions of `nn` that one epoch of a training calls, from the layers to the history.

    >>> "SGD.moved" in functions_that_run()
    True
    """
    called: set[CodeType] = set()
    model = nn.MLP(1, [2, 1])
    optimizer = nn.SGD(model.parameters(), lr=0.1)

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            called.add(frame.f_code)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        nn.fit(model, [[0.0], [1.0]], [0.0, 1.0], optimizer=optimizer, epochs=1, progress=False, jit=False)
    finally:
        sys.setprofile(before)
    home = str(Path(nn.__file__).parent)
    return {code.co_qualname for code in called if code.co_filename.startswith(home) and "<" not in code.co_qualname}
