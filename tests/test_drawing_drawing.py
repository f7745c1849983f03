"""`draw` and `draw_dot` as they are called: in notebooks, on machines without Graphviz, on graphs of any size."""

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import graphviz
import pytest

import autograd
from autograd import Value
from autograd.drawing import Drawing, draw, draw_dot
from nn import MLP

ROOT = Path(autograd.__file__).parent.parent

README = """
from autograd import Value
a, b, c = Value(2.0, label="a"), Value(-3.0, label="b"), Value(10.0, label="c")
y = (a * b + c).tanh()
y.backward()
"""


def output_of(program: str, **environment: str) -> bytes:
    """What a program prints in a fresh process with these environment variables and no others."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    given = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PATH": ""} | kept | environment
    return subprocess.run([sys.executable, "-c", program], env=given, capture_output=True, check=True).stdout


@pytest.fixture
def without_programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


def small() -> Value:
    y = (Value(2.0, label="a") * Value(-3.0, label="b")).tanh()
    y.backward()
    return y


NETWORK = """
import random
from nn import MLP
from autograd.drawing import draw, draw_dot
model = MLP(2, [4, 3, 1], rng=random.Random(0))
loss = sum((model([Value(i), 0.5]) - 1.0) ** 2 for i in range(3)) + sum(p * p for p in model.parameters())
loss.backward()
for root in (y, loss):
    for view in ("detail", "compact", "neuron", "layer", "summary"):
        print(draw(root, view, labels={"a": a, "c": c}, heat=True).svg)
    print(draw_dot(root).source, draw_dot(root, look="classic").source)
"""


def test_ten_processes_make_the_same_bytes():
    assert len({output_of(README + NETWORK, PYTHONHASHSEED=str(seed)) for seed in range(10)}) == 1


def test_without_any_program_or_package_a_picture_is_drawn_all_the_same():
    program = (
        "import sys; sys.modules['graphviz'] = None\n"
        + README
        + "from autograd.drawing import draw\nprint(draw(y).svg)"
    )
    assert ElementTree.fromstring(output_of(program)).attrib["role"] == "img"


def test_without_the_package_draw_dot_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(ImportError, match="pip install valuegrad"):
        draw_dot(small())


def test_the_import_needs_the_standard_library_alone():
    program = "import autograd.drawing, sys; print(*(name.partition('.')[0] for name in sys.modules))"
    loaded = set(output_of(program, PYTHONNOUSERSITE="1").decode().split())
    ours = {"autograd", "__main__"}
    by_site = set(output_of("import sys; print(*(name.partition('.')[0] for name in sys.modules))").decode().split())
    assert loaded - ours - by_site <= sys.stdlib_module_names
    assert not loaded & {"graphviz", "numpy", "hashlib", "subprocess"}


def test_draw_dot_gives_a_digraph_under_the_names_of_micrograd(without_programs: None):
    graph = draw_dot(small(), format="png", rankdir="TB")
    assert isinstance(graph, graphviz.Digraph)
    assert graph.format == "png"
    assert "rankdir=TB" in graph.source
    assert graph.source.count("->") == 3
    assert 'n0 -> n2 [label="\N{MULTIPLICATION SIGN} -3"]' in graph.source


def test_without_the_program_a_notebook_is_shown_the_built_in_picture_of_draw_dot(without_programs: None):
    assert draw_dot(small())._repr_mimebundle_() == {"image/svg+xml": draw(small()).svg}


def test_without_the_program_the_error_of_draw_dot_names_the_way_that_needs_nothing(
    tmp_path: Path, without_programs: None
):
    graph = draw_dot(small())
    for needs_dot in (graph.pipe, lambda: graph.render(tmp_path / "graph")):
        with pytest.raises(graphviz.ExecutableNotFound) as refused:
            needs_dot()
        assert "draw(value).save('graph.svg') makes the same picture" in refused.value.__notes__[0]


def test_a_copy_of_a_digraph_is_a_digraph_without_a_picture(without_programs: None):
    copy = draw_dot(small()).copy()
    assert copy.source == draw_dot(small()).source
    with pytest.raises(graphviz.ExecutableNotFound):
        copy._repr_mimebundle_()


def test_the_classic_look_has_a_node_for_each_operation_and_no_record():
    source = draw_dot(small(), look="classic").source
    assert source.count("->") == 2 + 1 + 2
    assert 'n2op [label="*" shape=oval]' in source
    assert "n0 -> n2op" in source
    assert "n2op -> n2" in source
    assert "a \N{BOX DRAWINGS LIGHT VERTICAL} data 2 \N{BOX DRAWINGS LIGHT VERTICAL} grad" in source
    assert "record" not in source


def test_another_look_is_refused_by_name():
    with pytest.raises(ValueError, match=r'look is "valuegrad".*got \'micrograd\''):
        draw_dot(small(), look="micrograd")  # type: ignore[arg-type]


def test_the_parts_of_a_model_are_clusters_inside_each_other():
    source = draw_dot(MLP(1, [2, 1])([Value(1.0)])).source
    assert source.count("subgraph cluster_") == 4
    outer, inner = source.index('label="layers.0"'), source.index('label="neurons.0"')
    assert outer < inner


@pytest.mark.skipif(shutil.which("dot") is None, reason="the program dot is not on this machine")
@pytest.mark.parametrize("look", ["valuegrad", "classic"])
def test_dot_draws_a_network_in_both_looks(look: str):
    model = MLP(2, [3, 1])
    drawn = ElementTree.fromstring(draw_dot(model([1.0, 2.0]), look=look).pipe())
    kinds = [element.get("class") for element in drawn.iter()]
    assert kinds.count("cluster") == (5 if look == "valuegrad" else 0)
    assert kinds.count("edge") == (3 * 5 + 3 + 7 if look == "valuegrad" else 3 * 5 + 3 + 7 + 7)


def test_draw_dot_draws_two_edges_for_a_value_used_twice():
    a = Value(3.0, label="a")
    assert draw_dot(a + a).source.count("n0 -> n1") == 2


def test_the_source_of_a_large_graph_says_what_is_collapsed():
    source = draw_dot(autograd.sum([Value(1.0) for _ in range(2000)])).source
    assert "2,001 values in 2 boxes" in source
    assert source.count("->") == 1


@pytest.mark.parametrize("format", ["html", "", None, "svg\n"])
def test_an_unknown_format_is_refused_by_name(format: object):
    with pytest.raises(ValueError, match="format is one that Graphviz writes"):
        draw_dot(small(), format=format)  # type: ignore[arg-type]


def test_a_notebook_is_given_svg_and_text():
    drawing = draw(small())
    bundle = drawing._repr_mimebundle_(include=None, exclude=None)
    assert bundle == {"image/svg+xml": drawing.svg, "text/plain": "<Drawing of 4 values; .save('graph.svg') keeps it>"}


def test_a_drawing_keeps_the_numbers_of_its_moment():
    y = small()
    drawing = draw(y)
    before = drawing.svg
    y.data = 7.0
    assert drawing.svg == before != draw(y).svg


def test_save_writes_svg_and_dot_source(tmp_path: Path, without_programs: None):
    drawing = draw(small())
    for name in ("graph.svg", "GRAPH2.SVG", "graph.dot", "graph.gv"):
        drawing.save(tmp_path / name)
    drawing.save(str(tmp_path / "by_text.svg"))
    assert (tmp_path / "graph.svg").read_bytes() == (tmp_path / "by_text.svg").read_bytes() == drawing.svg.encode()
    assert (tmp_path / "GRAPH2.SVG").read_bytes() == drawing.svg.encode()
    assert (
        (tmp_path / "graph.dot").read_bytes()
        == (tmp_path / "graph.gv").read_bytes()
        == draw_dot(small()).source.encode()
    )


@pytest.mark.parametrize("name", ["graph.png", "graph.pdf"])
def test_without_the_program_save_names_the_way_that_needs_nothing(name: str, tmp_path: Path, without_programs: None):
    with pytest.raises(RuntimeError, match=r"needs the program dot.*save as \.svg, which needs nothing"):
        draw(small()).save(tmp_path / name)
    assert not (tmp_path / name).exists()


@pytest.mark.skipif(shutil.which("dot") is None, reason="the program dot is not on this machine")
def test_with_the_program_save_writes_png(tmp_path: Path):
    draw(small()).save(tmp_path / "graph.png")
    assert (tmp_path / "graph.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["graph", "graph.html", "graph.", ".svg"])
def test_save_refuses_a_name_that_says_no_format(name: str, tmp_path: Path):
    with pytest.raises(ValueError, match=r"ends with \.svg.*got .*" + re.escape(name)):
        draw(small()).save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_chain_of_100_000_operations_is_drawn_collapsed():
    x = Value(1.0)
    for i in range(100_000):
        x = x + 1e-5 if i % 2 else x * 0.99999
    drawing = draw(x)
    assert "200,001 values in 2 boxes" in drawing.svg
    assert ">100,000</text>" in drawing.svg


def test_a_drawing_is_made_of_a_value_alone():
    assert isinstance(draw(Value(1.0)), Drawing)
    with pytest.raises(TypeError, match="a Value, got float"):
        draw(1.0)  # type: ignore[arg-type]
