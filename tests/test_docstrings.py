"""Every public name says what you get, and shows it."""

import doctest
from types import ModuleType

import pytest

import autograd
import nn
from autograd import primitives
from autograd.primitives import TABLE


def without_an_example(module: ModuleType, names: list[str]) -> list[str]:
    """The names of functions and classes, of a module, whose docstring has no doctest."""
    found = {name: vars(module)[name] for name in names}
    return [name for name, thing in found.items() if callable(thing) and ">>>" not in (thing.__doc__ or "")]


@pytest.mark.parametrize("module", [autograd, nn], ids=["autograd", "nn"])
def test_every_public_name_has_an_example(module):
    lacking = without_an_example(module, module.__all__)
    assert not lacking, f"no doctest in the docstring of {', '.join(lacking)}"


def test_every_row_has_an_example():
    lacking = without_an_example(primitives, list(TABLE))
    assert not lacking, f"no doctest in the docstring of {', '.join(lacking)}"


@pytest.mark.parametrize("module", [autograd, nn], ids=["autograd", "nn"])
def test_public_names_are_listed_once_and_exist(module):
    names = module.__all__
    assert names
    assert len(set(names)) == len(names)
    assert [name for name in names if name not in vars(module)] == []


def test_every_row_says_what_it_gives_in_its_first_line():
    first_lines = {name: (row.__doc__ or "").partition("\n")[0] for name, row in TABLE.items()}
    assert [name for name, line in first_lines.items() if not line.endswith(".")] == []


def test_the_examples_of_rows_are_among_those_that_doctest_runs():
    run = {test.name.rpartition(".")[2] for test in doctest.DocTestFinder().find(primitives) if test.examples}
    assert set(TABLE) - run == set()


def test_a_name_without_an_example_is_named():
    module = ModuleType("sample")
    exec("def shown():\n    '''>>> 1'''\ndef silent(): pass\nclass Mute:\n    '''No example.'''", vars(module))
    assert without_an_example(module, ["shown", "silent", "Mute"]) == ["silent", "Mute"]
