"""Pictures of training: what is drawn is what was given, and it can be read."""

import math
import os
import random
import subprocess
import sys
from itertools import combinations, pairwise
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

import nn
from autograd import Value, mean
from nn import MLP, SGD, Adam, History, Layer, Module, Neuron, plots
from nn.plots.boundary import scores_on_grid
from nn.plots.labels import pushed_apart
from nn.plots.minima import local_minima
from nn.plots.paper import COLOURS, contrast, ink, mixed, paper, readable

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def closed_figures():
    matplotlib.use("Agg")
    pyplot.close("all")  # of the examples in docstrings
    yield
    pyplot.close("all")


def new_axes() -> Axes:
    return Figure(layout="constrained").subplots()


def lines(ax):
    """The lines that stand for something given, by their names."""
    return {str(line.get_label()): line for line in ax.lines if not str(line.get_label()).startswith("_")}


def texts(ax, gid=None):
    return [text.get_text() for text in ax.texts if gid is None or text.get_gid() == gid]


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def bowl(x, y):
    return x * x + 2.0 * y * y


# All pictures

MODEL = MLP(2, [3, 1], activation="tanh", rng=random.Random(5))
POINTS, LABELS = [[0.0, 0.0], [1.0, 1.0], [0.0, 1.0]], [0, 1, 1]
PICTURES = {
    "loss_curves": lambda ax=None: plots.loss_curves([0.9, 0.4, 0.2], [0.8, 0.5, 0.6], ax=ax),
    "several losses": lambda ax=None: plots.loss_curves({"a": [0.9, 0.01], "b": [0.7, 0.001]}, ax=ax),
    "decision_boundary": lambda ax=None: plots.decision_boundary(MODEL, POINTS, LABELS, resolution=8, ax=ax),
    "loss_surface": lambda ax=None: plots.loss_surface(bowl, {"a": [(1, 1), (0, 0)]}, resolution=12, ax=ax),
    "gradient_histograms": lambda ax=None: plots.gradient_histograms({"a": [1e-6, 0.0], "b": [1.0]}, ax=ax),
    "activation_histograms": lambda ax=None: plots.activation_histograms(MODEL, POINTS, ax=ax),
    "weights_image": lambda ax=None: plots.weights_image(MODEL.layers[0], ax=ax),
    "tiles": lambda ax=None: plots.weights_image(MODEL.layers[0], (2, 1), ax=ax),
}


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES)
def test_a_picture_is_drawn_on_the_axes_that_are_given_and_touches_nothing_else(draw):
    before, ax = dict(matplotlib.rcParams), new_axes()
    assert draw(ax) is ax
    assert pyplot.get_fignums() == []
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES)
def test_without_axes_a_picture_has_a_new_figure_of_pyplot(draw):
    ax = draw()
    assert [pyplot.figure(number) for number in pyplot.get_fignums()] == [ax.figure]


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES)
def test_both_axes_say_in_words_what_they_are(draw):
    ax = draw(new_axes())
    assert len(ax.get_xlabel()) >= 5
    assert ax.get_ylabel() or len(ax.get_yticklabels()) > 1  # layers are named one by one


STYLES = ["default", "dark_background", "Solarize_Light2"]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES)
def test_every_text_can_be_read_on_its_paper(draw, style):
    with pyplot.style.context(style):
        ax = new_axes()
    draw(ax)  # outside the style: the axes know their own colours
    wanted = min(4.5, contrast(ink(ax), paper(ax)))  # a style may be pale by itself
    written = [*ax.texts, *(ax.get_legend().get_texts() if ax.get_legend() else [])]
    poor = [text.get_text() for text in written if contrast(to_rgb(text.get_color()), paper(ax)) < wanted]
    assert poor == []


def test_on_a_transparent_figure_the_paper_is_opposite_to_the_ink():
    with pyplot.style.context("dark_background"):
        ax = Figure(facecolor="none").subplots(subplot_kw={"facecolor": "none"})
    assert paper(ax) == (0.0, 0.0, 0.0)
    assert paper(Figure(facecolor="none").subplots(subplot_kw={"facecolor": "none"})) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("style", ["default", "dark_background"])
@pytest.mark.parametrize("colour", COLOURS)
def test_a_colour_gets_the_contrast_that_is_wanted_of_it(colour, style):
    with pyplot.style.context(style):
        ax = new_axes()
    for wanted in (3.0, 4.5):
        assert contrast(readable(colour, ax, wanted), paper(ax)) >= wanted


#: Linear red, green and blue as they are seen without one kind of cone (Machado, Oliveira and Fernandes 2009).
VISIONS = {
    "normal": np.eye(3),
    "without red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "without green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "without blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}


def lab(colour, vision):
    """A colour as CIE L*a*b*, in which a distance of 2.3 is just noticed."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = to_xyz @ np.clip(np.array(vision) @ linear, 0.0, 1.0) / [0.9505, 1.0, 1.089]
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16.0 / 116.0)
    return np.array([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)])


@pytest.mark.parametrize("style", ["default", "dark_background"])
@pytest.mark.parametrize("vision", VISIONS.values(), ids=VISIONS)
def test_every_kind_of_colour_vision_tells_the_lines_apart(vision, style):
    with pyplot.style.context(style):
        ax = new_axes()
    seen = [lab(readable(colour, ax, 3.0), vision) for colour in COLOURS]
    assert min(np.linalg.norm(one - other) for one, other in combinations(seen, 2)) > 6.0 * 2.3


def test_axes_that_are_none_are_refused():
    with pytest.raises(TypeError, match=r"ax is one Axes, got ndarray: .*; of several, give one, as in axes\[0\]"):
        plots.loss_curves([1.0], ax=Figure().subplots(1, 2))


def test_a_refused_picture_leaves_no_figure():
    with pytest.raises(ValueError, match="no number in the losses"):
        plots.loss_curves([])
    with pytest.raises(ValueError, match="finite nowhere"):
        plots.loss_surface(lambda x, y: math.nan, xlim=(0, 1), ylim=(0, 1), resolution=3)
    with pytest.raises(ValueError, match="a region takes finite scores"):
        plots.decision_boundary(lambda row: math.inf if row[0] < 0.0 else 1.0, POINTS, LABELS, resolution=3)
    assert pyplot.get_fignums() == []


def run(code):
    """What a fresh interpreter says."""
    command, env = [sys.executable, "-c", code], os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_nn_is_imported_without_matplotlib_and_numpy_and_has_its_pictures():
    done = run("import sys, nn; print(nn.plots.loss_curves.__name__, *{'matplotlib', 'numpy'} & set(sys.modules))")
    assert done.stdout.split() == ["loss_curves"], done.stderr


def test_without_matplotlib_a_picture_names_the_extra():
    done = run("import sys; sys.modules['matplotlib'] = None; import nn; nn.plots.loss_curves([1.0])")
    assert done.stderr.splitlines()[-1] == (
        'ImportError: pictures of training are drawn by matplotlib: pip install "valuegrad[plots]"'
    )


def test_every_public_name_exists_and_has_an_example():
    assert [name for name in plots.__all__ if ">>>" not in (vars(plots)[name].__doc__ or "")] == []


# loss_curves


def test_curves_are_the_losses_by_epoch_from_0_on():
    train, held = [0.9, 0.4, 0.2], [0.8, 0.5, 0.6]
    for given, validation in ((History(train, []), History(held, [])), (train, held), (iter(train), tuple(held))):
        drawn = lines(plots.loss_curves(given, validation, ax=new_axes()))
        assert drawn["train"].get_xydata().tolist() == [[0, 0.9], [1, 0.4], [2, 0.2]]
        assert drawn["validation"].get_xydata().tolist() == [[0, 0.8], [1, 0.5], [2, 0.6]]


def test_the_first_lowest_loss_of_the_validation_is_ringed_and_named():
    ax = plots.loss_curves([0.9, 0.4, 0.2, 0.1], [0.8, 0.5, 0.5, 0.6], ax=new_axes())
    rings = [line.get_xydata().tolist() for line in ax.lines if line.get_label() == "_best"]
    assert rings == [[[1, 0.5]]]
    assert texts(ax) == ["train", "validation\nlowest 0.5, epoch 1"]


def test_each_of_several_trainings_has_its_own_colour_and_its_validation_is_dashed():
    ax = plots.loss_curves({"sgd": [0.9, 0.8], "adam": [0.7, 0.2]}, {"adam": [0.7, 0.4]}, ax=new_axes())
    drawn = lines(ax)
    assert list(drawn) == ["sgd", "adam, train", "adam, validation"]
    assert drawn["adam, train"].get_color() == drawn["adam, validation"].get_color() != drawn["sgd"].get_color()
    assert [line.get_linestyle() for line in drawn.values()] == ["-", "-", "--"]
    assert texts(ax) == ["sgd\nlowest 0.8, epoch 1", "adam, train", "adam, validation\nlowest 0.4, epoch 1"]


def test_of_many_trainings_the_best_is_named_and_stands_out():
    ax = plots.loss_curves({f"start {i}": [2.0, 1.0 + abs(i - 7)] for i in range(20)}, ax=new_axes())
    assert texts(ax) == ["best of 20: start 7\nlowest 1, epoch 1"]
    assert len(lines(ax)) == 20
    assert [name for name, line in lines(ax).items() if line.get_linewidth() == 2.0] == ["best of 20: start 7"]


@pytest.mark.parametrize(
    ("losses", "log", "scale"),
    [([1.0, 0.02], None, "linear"), ([1.0, 0.002], None, "log"), ([1.0, 0.0], None, "linear"),
     ([1.0, 0.5], True, "log"), ([1.0, 0.002], False, "linear")],
)  # fmt: skip
def test_the_scale_is_logarithmic_when_wanted_or_when_losses_are_a_factor_of_100_apart(losses, log, scale):
    ax = plots.loss_curves(losses, log=log, ax=new_axes())
    assert ax.get_yscale() == scale
    assert ("log scale" in ax.get_ylabel()) == (scale == "log")


@pytest.mark.parametrize("layout", ["constrained", None])
@pytest.mark.parametrize("size", [(6.4, 4.8), (4.0, 3.0)])
def test_the_names_of_curves_are_inside_the_axes_and_apart(size, layout):
    ax = Figure(figsize=size, layout=layout).subplots()
    plots.loss_curves({name: [1.0, 0.5 + i / 1000] for i, name in enumerate(["sgd", "adam", "lion"])}, ax=ax)
    ax.figure.draw_without_rendering()
    boxes = sorted((text.get_window_extent() for text in ax.texts), key=lambda box: box.y0)
    assert all(below.y1 <= above.y0 for below, above in pairwise(boxes))
    assert all(ax.bbox.x0 <= box.x0 and box.x1 <= ax.bbox.x1 + 1.0 for box in boxes)
    assert all(ax.bbox.y0 - 1.0 <= box.y0 and box.y1 <= ax.bbox.y1 + 1.0 for box in boxes)


def test_names_are_pushed_apart_no_further_than_they_must_be_and_stay_within_bounds():
    assert pushed_apart([10.0, 0.0, 10.0], [4.0, 2.0, 4.0], -5.0, 50.0) == [8.0, 0.0, 12.0]
    assert pushed_apart([0.0, 0.0], [4.0, 4.0], 0.0, 50.0) == [2.0, 6.0]
    assert pushed_apart([50.0, 50.0], [4.0, 4.0], 0.0, 50.0) == [44.0, 48.0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([],), "there is nothing to draw: no number in the losses"),
        (({},), "there is nothing to draw: no training in the losses"),
        ((History([], []),), "there is nothing to draw"),
        (([1.0, math.nan],), "number 1 of the losses, counted from 0, is nan: a picture takes numbers that are finite"),
        (({"sgd": [math.inf]},), "number 0 of the losses of sgd, counted from 0, is inf"),
        (([1e300],), r"is 1e\+300: a picture takes numbers up to 1e\+200"),
        (([1.0, 2.0], [1.0]), "a validation loss for each epoch, got 2 losses and 1 of validation"),
        (({"a": [1.0]}, {"b": [1.0]}), "validation has losses of b, but losses has none of that name"),
        (({"a": [1.0]}, [1.0]), "losses and validation have one form"),
        (([1.0], {"a": [1.0]}), "losses and validation have one form"),
        ((0.5,), "a list of numbers is wanted as the losses, got float: 0.5"),
        (([[1.0], [2.0]],), r"a picture takes a real number, got list: \[1.0\]"),
    ],
)
def test_losses_that_cannot_be_drawn_are_refused(arguments, said):
    with pytest.raises((TypeError, ValueError), match=said):
        plots.loss_curves(*arguments)


def test_a_logarithm_of_zero_is_refused():
    with pytest.raises(ValueError, match="a logarithmic scale takes losses above 0, got 0: leave out log=True"):
        plots.loss_curves([1.0, 0.0], log=True)


# decision_boundary


def region_at(ax, x, y):
    """The colour of the picture at a point."""
    image, (left, right, bottom, top) = ax.images[0].get_array(), ax.images[0].get_extent()
    rows, columns = image.shape[:2]
    return tuple(
        image[round((y - bottom) / (top - bottom) * (rows - 1)), round((x - left) / (right - left) * (columns - 1))]
    )


def nearest_class(colour):
    """The class whose colour is in a mixture with white."""
    tints = [np.array(to_rgb(own)) - 1.0 for own in COLOURS]
    away = np.array(colour) - 1.0
    return max(range(len(tints)), key=lambda k: tints[k] @ away / np.linalg.norm(tints[k]))


def test_regions_have_the_colour_of_the_sign_of_the_score():
    ax = plots.decision_boundary(
        lambda row: 3.0 * (row[0] - row[1]), [[0, 0], [1, 0], [0, 1]], [0, 1, 0], ax=new_axes()
    )
    assert nearest_class(region_at(ax, 1.0, 0.0)) == 1
    assert nearest_class(region_at(ax, 0.0, 1.0)) == 0


def test_a_region_is_shaded_by_its_probability():
    ax = plots.decision_boundary(
        lambda row: row[0], [[-4, 0], [4, 1]], [0, 1], xlim=(-4, 4), ylim=(0, 1), resolution=41, ax=new_axes()
    )
    for score in (0.4, 2.0, 4.0):
        share = 0.10 + 0.45 * 2.0 * (1.0 / (1.0 + math.exp(-score)) - 0.5)
        assert region_at(ax, score, 0.5) == pytest.approx(mixed((1.0, 1.0, 1.0), to_rgb(COLOURS[1]), share), abs=2e-3)


def test_the_line_between_two_classes_is_where_the_score_is_0():
    ax = plots.decision_boundary(lambda row: [Value(row[0] - 0.3)], [[0, 0], [1, 1]], [0, 1], ax=new_axes())
    solid = next(
        drawn
        for drawn in ax.collections
        if drawn.get_linestyle() == [(0.0, None)] and drawn.get_paths()[0].codes is not None
    )
    assert solid.get_paths()[0].vertices[:, 0] == pytest.approx(0.3)


def test_several_scores_draw_the_class_of_the_largest():
    def scores(row):
        return (row[0], row[1], 0.2)

    corners = [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]
    ax = plots.decision_boundary(scores, corners, [0, 1, 2], classes=["a", "b", "c"], ax=new_axes())
    assert [nearest_class(region_at(ax, *corner)) for corner in corners] == [0, 1, 2]
    assert legend(ax) == ["a (1)", "b (1)", "c (1)"]


def test_samples_are_drawn_by_class_and_those_in_a_wrong_region_crossed_out():
    X, y = [[1.0, 0.0], [-1.0, 0.5], [2.0, 1.0]], [1, 0, -1]
    ax = plots.decision_boundary(lambda row: row[0], X, y, resolution=4, ax=new_axes())
    drawn = {c.get_label(): c.get_offsets().tolist() for c in ax.collections if not c.get_label().startswith("_")}
    assert drawn == {
        "class 0 (2)": [[-1.0, 0.5], [2.0, 1.0]],
        "class 1 (1)": [[1.0, 0.0]],
        "in the wrong region (1)": [[2.0, 1.0]],
    }
    assert legend(ax) == list(drawn)


@pytest.mark.parametrize("outputs", [1, 3])
def test_machine_code_gives_the_same_scores(outputs):
    model = MLP(2, [5, outputs], activation="tanh", rng=random.Random(3))
    limits = [(-1.0, 2.0), (0.0, 1.0)]
    eager, machine = (scores_on_grid(model, limits, 6, jit) for jit in (False, True))
    assert np.shape(eager) == (36, outputs)
    assert np.array(machine) == pytest.approx(np.array(eager), rel=1e-12, abs=1e-14)


def test_a_picture_of_regions_leaves_gradients_as_they_are():
    MODEL([0.5, 0.5]).backward()
    before = [p.grad for p in MODEL.parameters()]
    plots.decision_boundary(MODEL, POINTS, LABELS, resolution=4, ax=new_axes())
    assert [p.grad for p in MODEL.parameters()] == before


@pytest.mark.parametrize(
    ("X", "y", "more", "said"),
    [
        ([[1.0, 2.0, 3.0]], [1], {}, "a plane has two inputs, row 0 of X has 3: draw a model of two of them"),
        ([[1.0, math.nan]], [1], {}, "number 1 of row 0 of X, counted from 0, is nan"),
        ([], [], {}, "there is no sample: X and y are empty"),
        ([1.0, 2.0], [1, 0], {}, "X holds rows, each a list of inputs"),
        (POINTS, [0, 1, 2], {}, "the class of a sample is -1, 0 or 1 where a model has one output, got 2"),
        (POINTS, LABELS, {"classes": ["a"]}, r"this model has 2 classes: classes is a list of as many names, got list"),
        (POINTS, LABELS, {"xlim": (1, 0)}, "xlim is the lower and the upper end of an axis"),
        (POINTS, LABELS, {"resolution": 1}, "resolution is a whole number of at least 2, got 1"),
    ],
)
def test_samples_that_cannot_be_drawn_are_refused(X, y, more, said):
    with pytest.raises((TypeError, ValueError), match=said):
        plots.decision_boundary(MODEL, X, y, **more)


def test_a_model_of_ever_other_scores_is_refused():
    with pytest.raises(ValueError, match="as many at every point"):
        plots.decision_boundary(lambda row: [1.0] * (2 + (row[0] > 1.05)), POINTS, LABELS, resolution=4)


# loss_surface, local minima, descent_path


def himmelblau(x, y):
    return (x * x + y - 11.0) ** 2 + (x + y * y - 7.0) ** 2


def grid_of(f, low, high, count):
    ends = [low + (high - low) * i / (count - 1) for i in range(count)]
    return local_minima(f, ends, ends, [[f(x, y) for x in ends] for y in ends])


def test_all_minima_of_himmelblaus_function_are_found_to_six_digits():
    found = sorted((minimum.x, minimum.y) for minimum in grid_of(himmelblau, -5.0, 5.0, 41))
    published = [(-3.779310, -3.283186), (-2.805118, 3.131312), (3.0, 2.0), (3.584428, -1.848126)]
    assert len(found) == 4
    for own, known in zip(found, published, strict=True):
        assert own == pytest.approx(known, abs=1e-6)


@pytest.mark.parametrize(
    ("f", "minima"),
    [
        (lambda x, y: (1.0 - x) ** 2 + 100.0 * (y - x * x) ** 2, [(1.0, 1.0)]),  # Rosenbrock's valley
        (lambda x, y: abs(x - 0.31) + abs(y + 0.2), [(0.31, -0.2)]),  # a kink
        (lambda x, y: x**3 - 3.0 * x * y * y, []),  # the monkey saddle
        (lambda x, y: x + y, []),  # lowest at a corner, where it goes on
        (lambda x, y: (x - y) ** 2, []),  # a floor that is level
        (lambda x, y: 1.0, []),
    ],
)  # fmt: skip
def test_valleys_saddles_slopes_and_floors_have_the_minima_they_have(f, minima):
    found = [(minimum.x, minimum.y) for minimum in grid_of(f, -2.0, 2.0, 40)]
    assert len(found) == len(minima)
    for own, known in zip(found, minima, strict=True):
        assert own == pytest.approx(known, abs=2e-2)


def test_minima_are_marked_the_lowest_with_a_star_and_their_losses():
    ax = plots.loss_surface(
        lambda x, y: (x * x - 1.0) ** 2 + 0.5 * x + y * y, xlim=(-2, 2), ylim=(-1, 1), ax=new_axes()
    )
    marked = {line.get_label(): (line.get_marker(), line.get_xydata()[0].tolist()) for line in ax.lines}
    assert marked["_lowest minimum"] == ("*", pytest.approx([-1.0574, 0.0], abs=1e-4))
    assert marked["_local minimum"] == ("X", pytest.approx([0.9304, 0.0], abs=1e-4))
    assert texts(ax, "minimum") == ["-0.515", "0.483"]


def test_paths_are_drawn_from_ring_to_dot_with_their_names_and_losses():
    paths = {"SGD": [(2.0, 1.0), (1.0, 0.5)], "Adam": [(2.0, 1.0), (1.0, 0.0), (0.0, 0.0)]}
    ax = plots.loss_surface(bowl, paths, resolution=9, ax=new_axes())
    drawn = lines(ax)
    assert drawn["SGD: 1.5 after 1 step"].get_xydata().tolist() == [[2.0, 1.0], [1.0, 0.5]]
    assert drawn["Adam: 0 after 2 steps"].get_xydata().tolist() == [[2.0, 1.0], [1.0, 0.0], [0.0, 0.0]]
    assert legend(ax) == list(drawn)
    for label, points in (("_start", [[2.0, 1.0], [2.0, 1.0]]), ("_end", [[1.0, 0.5], [0.0, 0.0]])):
        assert [line.get_xydata()[0].tolist() for line in ax.lines if line.get_label() == label] == points
    assert (ax.get_xlim(), ax.get_ylim()) == ((-0.5, 2.5), (-0.25, 1.25))


def test_paths_without_names_are_one_or_several_and_have_no_legend():
    one = plots.loss_surface(bowl, [(1, 1), (0, 0)], resolution=5, minima=False, ax=new_axes())
    several = plots.loss_surface(bowl, [[(1, 1), (0, 0)], np.zeros((3, 2))], resolution=5, minima=False, ax=new_axes())
    assert [len(ax.lines) for ax in (one, several)] == [3, 6]
    assert one.get_legend() is several.get_legend() is None


def test_where_the_loss_is_not_finite_the_map_is_blank():
    plots.loss_surface(lambda x, y: math.inf if x < 0 else x + y * y, xlim=(-1, 1), ylim=(-1, 1), ax=new_axes())
    ax = plots.loss_surface(lambda x, y: math.nan if x < 0 else x + y * y, xlim=(-1, 1), ylim=(-1, 1), ax=new_axes())
    shaded = [path.vertices[:, 0] for path in ax.collections[0].get_paths() if len(path.vertices)]
    assert min(xs.min() for xs in shaded) >= 0.0


@pytest.mark.parametrize(
    ("paths", "more", "said"),
    [
        ((), {}, r"what part of the plane is drawn\? give paths, or xlim=\(lowest, highest\)"),
        ({"SGD": [(1, 1), (math.nan, 0)]}, {}, "number 0 of row 1 of path SGD, counted from 0, is nan"),
        ([(1, 1, 1)], {}, "a point is two numbers, point 0 of path 0 has 3"),
        ({"SGD": []}, {}, "there is nothing to draw: no row in path SGD"),
        ([(1, 1)], {"ylim": (0, 1, 2)}, "ylim is the lower and the upper end of an axis"),
    ],
)
def test_paths_that_cannot_be_drawn_are_refused(paths, more, said):
    with pytest.raises((TypeError, ValueError), match=said):
        plots.loss_surface(bowl, paths, **more)


def test_a_descent_path_is_what_the_optimiser_does():
    path = plots.descent_path(bowl, (1, -1), lambda parameters: SGD(parameters, lr=0.125), steps=3)
    assert path == [(0.75**i, -(0.5**i)) for i in range(4)]
    x, y = Value(1.0), Value(-1.0)
    adam = Adam([x, y], lr=0.1)
    for _ in range(5):
        adam.zero_grad()
        bowl(x, y).backward()
        adam.step()
    assert plots.descent_path(bowl, (1, -1), lambda parameters: Adam(parameters, lr=0.1), steps=5)[-1] == (
        x.data,
        y.data,
    )


def test_a_path_that_diverges_ends_before_it_is_not_finite():
    path = plots.descent_path(lambda x, y: x**4 + y * y, (10.0, 1.0), lambda p: SGD(p, lr=10.0), steps=100)
    assert 2 <= len(path) < 20
    assert all(math.isfinite(x) and math.isfinite(y) for x, y in path)


def test_what_makes_no_optimiser_is_refused():
    with pytest.raises(TypeError, match="optimizer makes an Optimizer for a list of parameters, got NoneType"):
        plots.descent_path(bowl, (1, 1), lambda p: None)
    with pytest.raises(ValueError, match="starts at two numbers, got 3"):
        plots.descent_path(bowl, (1, 1, 1), lambda p: SGD(p, lr=0.1))


# Histograms


def test_gradients_are_grouped_by_layer_and_neuron():
    model = MLP(2, [3, 1], activation="tanh", rng=random.Random(1))
    mean([nn.squared_error(model(row), 1.0) for row in POINTS]).backward()
    found = plots.gradients_by_layer(model)
    assert list(found) == ["layers.0", "layers.1"]
    assert found["layers.0"] == [[*(w.grad for w in neuron.w), neuron.b.grad] for neuron in model.layers[0].neurons]


def test_modules_of_other_kinds_are_layers_by_themselves():
    class Scaled(Module):
        def __init__(self):
            self.scale, self.inner, self.single = Value(2.0), [Layer(1, 2)], Neuron(1)

    assert {name: len(units) for name, units in plots.gradients_by_layer(Scaled()).items()} == {
        "Scaled": 1, "inner.0": 2, "single": 1,
    }  # fmt: skip


def test_activations_are_what_each_neuron_gives_for_each_row():
    model = MLP(2, [3, 2], activation="tanh", rng=random.Random(2))
    found = plots.activations_by_layer(model, POINTS)
    hidden = [[neuron(row).data for row in POINTS] for neuron in model.layers[0].neurons]
    outputs = [model(row) for row in POINTS]
    assert found == {"layers.0": hidden, "layers.1": [[output[i].data for output in outputs] for i in (0, 1)]}


def heights_of(ax):
    """What the bins of each layer count, as shares of the fullest, and their edges."""
    drawn = [patch.get_data() for patch in ax.patches if type(patch).__name__ == "StepPatch"]
    return [((data.values - data.baseline) / 0.62, data.edges) for data in drawn]


def test_a_histogram_counts_sizes_in_bins_of_a_quarter_decade():
    ax = plots.gradient_histograms({"a": [0.2, -0.2, 0.3, 5.0, 0.0], "b": [1.0]}, ax=new_axes())
    (shares, edges), _ = heights_of(ax)
    assert np.diff(np.log10(edges)) == pytest.approx(0.25)
    assert {round(math.log10(edges[i]), 2): round(float(share), 6) for i, share in enumerate(shares) if share} == {
        -0.75: 1.0, 0.5: 0.333333,
    }  # fmt: skip
    assert shares.max() == pytest.approx(1.0)


def test_layers_that_vanish_and_explode_are_named_with_their_ratio():
    layers = {"small": [2e-5, -2e-5], "equal": [0.02], "large": [50.0], "last": [0.03, -0.03, 0.03, 0.03]}
    ax = plots.gradient_histograms(layers, ax=new_axes())
    assert texts(ax, "layer") == [
        "0 of 2 zero (0%), size 1 / 1,500 of last: vanishing",
        "0 of 1 zero (0%)",
        "0 of 1 zero (0%), size 1,670 times last: exploding",
        "0 of 4 zero (0%)",
    ]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == list(layers)
    diamonds = [line.get_xydata()[0].tolist() for line in ax.lines if line.get_marker() == "D"]
    assert diamonds == [[pytest.approx(2e-5), 3.0], [0.02, 2.0], [50.0, 1.0], [pytest.approx(0.03), 0.0]]
    assert texts(ax, "limit") == ["vanishing", "exploding"]


def test_activations_are_held_against_the_first_layer_and_dead_units_are_counted():
    ax = plots.activation_histograms({"first": [[1.0, 0.0], [0.0, 0.0]], "next": [[1e-5, 1e-5]]}, ax=new_axes())
    assert texts(ax, "layer") == [
        "3 of 4 zero (75%), 1 of 2 units dead",
        "0 of 2 zero (0%), 0 of 1 unit dead, size 1 / 50,000 of first: vanishing",
    ]


def test_a_dead_relu_is_counted_from_a_model_and_from_its_gradients():
    model = MLP(2, [3, 1], rng=random.Random(1))
    for neuron, bias in zip(model.layers[0].neurons, (-100.0, 100.0, 100.0), strict=True):
        neuron.b.data = bias
    mean([nn.squared_error(model(row), 1.0) for row in POINTS]).backward()
    for ax in (
        plots.gradient_histograms(model, ax=new_axes()),
        plots.activation_histograms(model, POINTS, ax=new_axes()),
    ):
        assert ", 1 of 3 units dead" in texts(ax, "layer")[0]


@pytest.mark.parametrize(
    "layers",
    [{"a": [0.0]}, {"a": [1.0], "b": [0.0]}, {"a": [1e200], "b": [5e-324]}, {"a": [5e-324], "b": [1e200]},
     {f"layer {i}": [10.0**-i] for i in range(12)}],
)  # fmt: skip
def test_extreme_layers_are_drawn(layers):
    ax = plots.gradient_histograms(layers)
    ax.figure.draw_without_rendering()
    assert len(texts(ax, "layer")) == len(layers)
    assert all(
        (shares.sum() > 0.0) == any(numbers)
        for (shares, _), numbers in zip(heights_of(ax), layers.values(), strict=True)
    )


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (
            lambda: plots.gradient_histograms(MLP(1, [1])),
            r"every gradient is 0: call backward\(\) on a loss of this model",
        ),
        (lambda: plots.gradient_histograms({}), "there is no layer"),
        (lambda: plots.gradient_histograms({"a": []}), "no number in layer a"),
        (lambda: plots.gradient_histograms({"a": [math.nan]}), "number 0 of layer a, counted from 0, is nan"),
        (lambda: plots.gradient_histograms([1.0]), r"numbers by layer are a dictionary \{layer: numbers\}, got list"),
        (lambda: plots.gradients_by_layer(Module()), "this Module has no parameters"),
        (lambda: plots.activation_histograms(MODEL), r"write activation_histograms\(model, X\)"),
        (lambda: plots.activation_histograms({"a": [1.0]}, POINTS), "X is for a model"),
        (
            lambda: plots.activation_histograms(nn.LayerNorm(2), POINTS),
            "there is no Neuron and no Conv2d",
        ),
        (lambda: plots.activation_histograms(MODEL, []), "no row in X"),
    ],
)
def test_layers_that_cannot_be_drawn_are_refused(draw, said):
    with pytest.raises((TypeError, ValueError), match=said):
        draw()


# weights_image


@pytest.mark.parametrize(
    "form", [lambda layer: layer, lambda layer: [n.w for n in layer.neurons]], ids=["layer", "rows"]
)
def test_the_image_of_a_layer_is_its_weights_centred_at_zero(form):
    layer = Layer(4, 3, rng=random.Random(7))
    image = plots.weights_image(form(layer), ax=new_axes()).images[0]
    weights = [[w.data for w in neuron.w] for neuron in layer.neurons]
    assert image.get_array().tolist() == weights
    largest = max(abs(w) for row in weights for w in row)
    assert image.get_clim() == (-largest, largest)


@pytest.mark.parametrize("style", ["default", "dark_background"])
def test_zero_has_the_colour_of_the_paper_and_both_signs_are_as_strong(style):
    with pyplot.style.context(style):
        ax = new_axes()
    colours = plots.weights_image([[1.0, -1.0]], ax=ax).images[0].get_cmap()
    assert colours(0.5)[:3] == pytest.approx(paper(ax), abs=0.01)
    assert contrast(colours(0.0)[:3], paper(ax)) > 4.5
    assert contrast(colours(1.0)[:3], paper(ax)) > 4.5


def test_neurons_with_a_shape_are_tiles_in_rows():
    rows = [[float(10 * neuron + i) for i in range(6)] for neuron in range(5)]
    ax = plots.weights_image(rows, (2, 3), ax=new_axes())
    image = np.ma.filled(ax.images[0].get_array(), math.nan)
    assert image.shape == (2 * 3 - 1, 3 * 4 - 1)
    assert image[0:2, 0:3].tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    assert image[3:5, 4:7].tolist() == [[40.0, 41.0, 42.0], [43.0, 44.0, 45.0]]
    assert np.isnan(image[2]).all()
    assert np.isnan(image[3:5, 8:]).all()
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["0 - 2", "3 - 4"]
    assert ax.get_xlabel() == "2 by 3 inputs of each neuron"


@pytest.mark.parametrize(
    ("weights", "shape", "said"),
    [
        (MODEL, None, r"an image shows a Layer, got MLP: .*; of an MLP, give one, as in model\.layers\[0\]"),
        ([], None, "no row in the weights"),
        ([[1.0, 2.0], [3.0]], None, "one number of weights, got 2 in row 0 and 1 in row 1"),
        ([[math.nan]], None, "number 0 of row 0 of the weights, counted from 0, is nan"),
        ([1.0, 2.0], None, "a list of numbers is wanted as row 0 of the weights, got float: 1.0"),
        ([[1.0] * 64], (8, 9), r"shape \(8, 9\) has 72 places, and a neuron 64 weights"),
        ([[1.0] * 64], 8, r"shape is a number of rows and of columns, as \(8, 8\), got int: 8"),
    ],
)
def test_weights_that_cannot_be_drawn_are_refused(weights, shape, said):
    with pytest.raises((TypeError, ValueError), match=said):
        plots.weights_image(weights, shape)
