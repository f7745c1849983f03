"""`nn` as it is imported: the guard against an overwritten `autograd`, checks that no switch removes, public names."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(code, *options, folder=ROOT):
    """What a fresh interpreter says that looks for packages in `folder` first, and then here."""
    command, env = [sys.executable, *options, "-c", code], os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_an_overwritten_autograd_is_named_in_one_sentence(tmp_path):
    (tmp_path / "autograd").mkdir()
    (tmp_path / "autograd" / "__init__.py").write_text("def grad(fun): ...\n")
    error = run("import nn", folder=tmp_path).stderr.splitlines()[-1]
    assert error == (
        "ImportError: the `autograd` package of another distribution has overwritten the one of valuegrad: "
        "run `pip uninstall -y autograd valuegrad`, then `pip install valuegrad`"
    )


def test_an_autograd_that_fails_by_itself_says_so_itself(tmp_path):
    (tmp_path / "autograd").mkdir()
    (tmp_path / "autograd" / "__init__.py").write_text("import no_such_module\n")
    error = run("import nn", folder=tmp_path).stderr.splitlines()[-1]
    assert error == "ModuleNotFoundError: No module named 'no_such_module'"


REFUSED = """
import nn
from autograd import Value
w = Value(1.0)
calls = [
    lambda: nn.MLP(0, []),
    lambda: nn.MLP(2, [0]),
    lambda: nn.Neuron(2, activation="rellu"),
    lambda: nn.Neuron(2)([1.0]),
    lambda: nn.Neuron(1).load_state_dict({}),
    lambda: nn.hinge(1.0, 0),
    lambda: nn.cross_entropy([1.0], 1),
    lambda: nn.SGD([], lr=0.1),
    lambda: nn.SGD([w], lr=-1.0),
    lambda: nn.fit(lambda row: w, [[1.0]], [], optimizer=nn.SGD([w], lr=0.1)),
]
for call in calls:
    try:
        call()
        print("nothing was raised")
    except ValueError as error:
        print(error)
"""


@pytest.mark.parametrize("options", [(), ("-O",), ("-OO",)])
def test_checks_hold_under_every_optimisation_switch(options):
    result = run(REFUSED, *options)
    assert result.stderr == ""
    assert result.stdout.splitlines() == [
        "the number of inputs is a whole number of at least 1, got 0",
        "the size of a layer is a whole number of at least 1, got 0",
        "there is no activation 'rellu'; did you mean 'relu' or 'relu6' or 'elu'?",
        "this neuron takes 2 inputs, got 1",
        "this state does not fit a Neuron; missing: w.0, b",
        "hinge takes a target of -1 or 1, got 0.0",
        "a label of 1 classes is from 0 to 0, got 1",
        "SGD takes at least one parameter, got none",
        "lr is a finite number of at least 0, got -1.0",
        "X and y are of one length, got 1 rows and 0 targets",
    ]
