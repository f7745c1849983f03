"""The proof by fuzzing: what is found is counted, and the targets see what is wrong."""

import base64
import importlib
import json
from importlib.util import find_spec

import pytest

pytest.importorskip("numpy")
pytest.importorskip("safetensors")

import nn
from autograd import Value
from benchmarks.proof.effort import Effort
from benchmarks.proof.fuzzing import expressions as fuzz_expressions
from benchmarks.proof.fuzzing import graphs as fuzz_graphs
from benchmarks.proof.fuzzing import row as fuzzing
from benchmarks.proof.fuzzing import weights as fuzz_weights
from benchmarks.proof.fuzzing.process import WATCHED, tell
from benchmarks.proof.fuzzing.row import TARGETS, read_account
from benchmarks.proof.sentences import OWN, is_meant

MODULES = {"expressions": fuzz_expressions, "weights": fuzz_weights, "graphs": fuzz_graphs}
pytestmark = pytest.mark.filterwarnings("ignore")  # of values made by hand, and of gradients that grow


@pytest.mark.skipif(find_spec("atheris") is None, reason="the extra fuzz is not installed")
def test_a_short_run_finds_nothing():
    for figure in fuzzing.figures(Effort(share=0.002)):
        assert figure.ours == 0.0, figure
        assert figure.details["executions"] > 0
        assert figure.details["places reached"] > 100


def test_without_the_fuzzer_nothing_is_measured_and_it_says_why(monkeypatch):
    monkeypatch.setattr(fuzzing, "find_spec", lambda name: None)
    for figure in fuzzing.figures(Effort(share=0.002)):
        assert figure.met is None
        assert "valuegrad[fuzz]" in figure.details["not measured"]


@pytest.mark.parametrize("target", TARGETS)
def test_every_start_of_a_target_passes(target):
    for start in MODULES[target].STARTS:
        MODULES[target].check(start)


def test_the_starts_reach_what_is_read():
    """Files that are whole are loaded, expressions drawn, instructions carried out."""
    ways = {start[0] for start in fuzz_weights.STARTS}
    assert ways == set(range(len(fuzz_weights.WAYS)))
    training = fuzz_weights.as_training(fuzz_weights.short_content(fuzz_weights.Training()))
    assert json.loads(training)["content"]["chance"][0][1][-1] == 624
    maker = fuzz_graphs.Maker(fuzz_graphs.Instructions(fuzz_graphs.STARTS[0]))
    maker.made()
    assert len(maker.values) > 3


@pytest.mark.parametrize("names", WATCHED.values())
def test_what_the_fuzzer_watches_is_there(names):
    for name in names:
        importlib.import_module(name)


# What is found


def test_what_a_target_prints_and_how_it_dies_is_found():
    line = json.dumps({"what": "KeyError: 'x' in y.py, z", "input": "YQ=="})
    assert read_account(line, "", 0, 1.0).found == ["KeyError: 'x' in y.py, z, by YQ=="]
    out_of_memory = "==7== ERROR: libFuzzer: out-of-memory (used: 1100Mb; limit: 1024Mb)\nBase64: Yg=="
    assert read_account("", out_of_memory, 71, 1.0).found == ["out-of-memory (used: 1100Mb; limit: 1024Mb), by Yg=="]
    assert read_account("", "Fatal Python error", -11, 1.0).found == ["ended with -11: Fatal Python error, by no input"]


def test_an_error_is_told_once_with_its_input(capsys):
    found: set[str] = set()
    for data in (b"first", b"second"):
        try:
            int("x")
        except ValueError as error:
            tell(error, data, found)
    told = json.loads(capsys.readouterr().out)
    assert told["what"].startswith("ValueError: ")
    assert base64.b64decode(told["input"]) == b"first"


def test_a_target_that_fails_is_a_crash(monkeypatch):
    pytest.importorskip("atheris")
    monkeypatch.setitem(TARGETS, "fuzz_nothing", "15 fuzzing what is not there")
    figure = fuzzing.figure_of("fuzz_nothing", 1.0)
    assert figure.met is False
    assert "ended with 1" in figure.details["found"]


def test_only_a_sentence_of_the_library_is_meant():
    def error_of(call, *given):
        try:
            call(*given)
        except Exception as error:
            return error

    assert is_meant(error_of(Value, "text"), TypeError)
    assert not is_meant(error_of(Value, "text"), ValueError)
    assert not is_meant(error_of(json.loads, "{"), ValueError)
    assert not is_meant(error_of(lambda: 1 / 0), ZeroDivisionError)


# The targets


def test_an_expression_that_is_evaluated_by_python_is_seen(monkeypatch):
    monkeypatch.setattr(fuzz_expressions, "read_expression", lambda text, names: eval(text, dict(names)))
    with pytest.raises(SyntaxError):
        fuzz_expressions.check(b"1 +")


def test_a_slope_that_is_off_is_seen(monkeypatch):
    monkeypatch.setattr(fuzz_expressions, "gradients", lambda root, leaves: [Value(x.grad * 1.001) for x in leaves])
    with pytest.raises(AssertionError, match=r"gradient for a: .* is also"):
        fuzz_expressions.check(b"tanh(a)\na=0.5")


def test_a_command_that_fails_where_the_reader_does_not_is_seen(monkeypatch):
    monkeypatch.setattr(fuzz_expressions, "main", lambda words: 2)
    with pytest.raises(AssertionError, match="read, yet the command said"):
        fuzz_expressions.check(b"a\na=0.5")


def weights(way, data):
    return bytes([[made.__name__ for made, _ in fuzz_weights.WAYS].index(way)]) + data


def test_a_loader_that_lets_anything_in_is_seen(monkeypatch):
    monkeypatch.setattr(nn.Neuron, "load_state_dict", lambda model, state: setattr(model.b, "_data", state["b"]))
    monkeypatch.setattr("nn.checkpoint.numbers_by_name", lambda found, path: found)
    with pytest.raises(AssertionError, match="loaded"):
        fuzz_weights.check(weights("as_parameters", b'{"b": "1"}'))


def test_a_loader_that_changes_half_is_seen(monkeypatch):
    def load(training, path):
        training.model.b.data = 3.0
        nn.load(path, into=nn.Neuron(7))

    monkeypatch.setattr(fuzz_weights, "load", load)
    with pytest.raises(AssertionError, match="refused by halves"):
        fuzz_weights.check(weights("as_parameters", b'{"b": 0.0}'))


def test_a_copy_that_differs_is_seen(monkeypatch):
    monkeypatch.setattr(fuzz_graphs.copy, "deepcopy", lambda root: Value(root.data + 1.0))
    with pytest.raises(AssertionError, match="a copy differs"):
        fuzz_graphs.check(b"")


def test_a_picture_that_is_no_xml_is_seen(monkeypatch):
    monkeypatch.setattr("autograd.drawing.svg.escaped", lambda text: f"<{text}")
    with pytest.raises(Exception, match=r"not well-formed|mismatched"):
        fuzz_graphs.check(b"")


@pytest.mark.parametrize(
    ("written", "folder", "meant"),
    [
        ("raise ValueError('a sentence')", OWN[0], True),
        ("if True: raise ValueError('a sentence')", OWN[0], True),
        ("raise ValueError('word')", OWN[0], False),
        ("int('no number')", OWN[0], False),
        ("raise ValueError('a sentence')", f"{OWN[0]}_of_others", False),
    ],
)
def test_an_error_is_meant_if_a_raise_in_the_library_says_it(written, folder, meant):
    with pytest.raises(ValueError, match=r"sentence|word|literal") as caught:
        exec(compile(written, f"{folder}/somewhere.py", "exec"))
    assert is_meant(caught.value, ValueError) == meant
