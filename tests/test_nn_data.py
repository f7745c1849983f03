"""Samples: drawn shapes, real sets, and what prepares them."""

import math
import random
import statistics
from collections import Counter

import pytest

from nn.data import (
    batches,
    breast_cancer,
    circles,
    digits,
    folds,
    gaussians,
    iris,
    moons,
    one_hot,
    sine,
    spirals,
    standardize,
    standardizer,
    train_test_split,
    wine,
    xor,
)

SHAPES = [moons, circles, spirals, gaussians]


def chance():
    return random.Random(1337)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("n", [1, 2, 7, 100])
def test_a_shape_has_n_samples_and_classes_of_one_size(shape, n):
    X, y = shape(n, rng=chance())
    assert len(X) == len(y) == n
    assert all(len(row) == 2 and all(type(x) is float and math.isfinite(x) for x in row) for row in X)
    sizes = Counter(y)
    assert set(sizes) <= {0, 1}
    assert abs(sizes[0] - sizes[1]) <= 1


@pytest.mark.parametrize("shape", [*SHAPES, xor, sine])
def test_the_same_chance_gives_the_same_samples(shape):
    assert shape(20, noise=0.3, rng=chance()) == shape(20, noise=0.3, rng=chance())
    assert shape(20, noise=0.3, rng=chance()) != shape(20, noise=0.3, rng=random.Random(7))


@pytest.mark.parametrize("shape", [*SHAPES, xor, sine])
def test_without_a_source_of_chance_the_global_one_is_asked(shape):
    random.seed(5)
    first = shape(20, noise=0.3)
    random.seed(5)
    assert shape(20, noise=0.3) == first


def test_moons_are_those_of_scikit_learn():
    datasets = pytest.importorskip("sklearn.datasets")
    points, labels = datasets.make_moons(n_samples=50, shuffle=False)
    X, y = moons(50, noise=0.0, rng=chance())
    ours = sorted((label, *row) for row, label in zip(X, y, strict=True))
    theirs = sorted((label, *row) for row, label in zip(points.tolist(), labels.tolist(), strict=True))
    for one, other in zip(ours, theirs, strict=True):
        assert one == pytest.approx(other, abs=1e-12)


def test_noise_is_the_standard_deviation_of_what_is_added():
    X, _ = circles(4000, noise=0.1, rng=chance())
    radii = [math.hypot(*row) for row in X if math.hypot(*row) > 0.75]
    assert statistics.stdev(radii) == pytest.approx(0.1, rel=0.1)


def test_spirals_do_not_meet_away_from_their_centre():
    X, y = spirals(300, noise=0.0, classes=3, rng=chance())
    far = [(row, label) for row, label in zip(X, y, strict=True) if math.hypot(*row) > 0.3]
    apart = [math.dist(row, other) for row, label in far for other, second in far if label != second]
    assert min(apart) > 0.1


@pytest.mark.parametrize(("load", "rows", "width", "classes"), [(iris, 150, 4, 3), (wine, 178, 13, 3)])
def test_a_real_set_is_plain_lists(load, rows, width, classes):
    pytest.importorskip("sklearn")
    X, y = load()
    assert (len(X), len(X[0]), len(set(y))) == (rows, width, classes)
    assert [type(X), type(X[0]), type(X[0][0]), type(y[0])] == [list, list, float, int]


def test_digits_lie_between_0_and_1():
    pytest.importorskip("sklearn")
    X, _ = digits()
    assert min(map(min, X)) == 0.0
    assert max(map(max, X)) == 1.0


def test_a_split_holds_every_sample_once_with_its_target():
    X, y = [[float(i)] for i in range(41)], [i % 3 for i in range(41)]
    X_train, X_test, y_train, y_test = train_test_split(X, y, test=0.3, rng=chance())
    assert len(X_test) == 12
    assert sorted(X_train + X_test) == X
    assert all(row[0] % 3 == target for row, target in zip(X_train + X_test, y_train + y_test, strict=True))


def test_a_split_by_class_holds_out_the_same_share_of_each():
    X, y = [[0.0]] * 100, [0] * 80 + [1] * 20
    _, _, _, y_test = train_test_split(X, y, test=0.25, rng=chance(), by_class=True)
    assert Counter(y_test) == {0: 20, 1: 5}


@pytest.mark.parametrize("target", [[1], (1, [2]), {1}])
def test_a_class_that_samples_cannot_be_sorted_by_is_refused_before_anything_is_drawn(target):
    rng = chance()
    before = rng.getstate()
    with pytest.raises(TypeError, match="by_class takes a number or a name as the class of a sample, got"):
        train_test_split([[0.0]] * 4, [target] * 4, test=0.25, rng=rng, by_class=True)
    assert rng.getstate() == before


def test_a_split_by_class_is_in_random_order():
    X, y = [[float(i)] for i in range(40)], [0] * 20 + [1] * 20
    for targets in train_test_split(X, y, test=0.5, rng=chance(), by_class=True)[2:]:
        assert targets not in ([0] * 10 + [1] * 10, [1] * 10 + [0] * 10)


def test_a_split_by_class_holds_out_its_share_also_of_many_small_classes():
    _, _, _, y_test = train_test_split([[0.0]] * 8, [0, 0, 1, 1, 2, 2, 3, 3], test=0.25, rng=chance(), by_class=True)
    assert len(y_test) == len(set(y_test)) == 2


def test_a_split_takes_arrays_and_leaves_them_as_they_are():
    numpy = pytest.importorskip("numpy")
    X, y = numpy.arange(8.0).reshape(4, 2), numpy.arange(4)
    X_train, X_test, y_train, y_test = train_test_split(X, y, rng=chance())
    assert [row[0] / 2.0 for row in [*X_train, *X_test]] == [*y_train, *y_test]
    assert X.tolist() == [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0], [6.0, 7.0]]


def test_folds_hold_out_each_index_once_and_learn_from_the_others():
    found = folds(11, 3, chance())
    assert sorted(i for _, held_out in found for i in held_out) == list(range(11))
    for kept, held_out in found:
        assert sorted(kept + held_out) == list(range(11))


def test_standardized_columns_have_mean_0_and_deviation_1():
    pytest.importorskip("sklearn")
    X, _ = breast_cancer()
    for column in zip(*standardize(X), strict=True):
        assert statistics.fmean(column) == pytest.approx(0.0, abs=1e-12)
        assert statistics.pstdev(column) == pytest.approx(1.0)


@pytest.mark.parametrize("x", [0.1, 1.0 / 3.0, 1e300, -5e-324])
@pytest.mark.parametrize("count", [1, 3, 10])
def test_a_column_that_is_the_same_everywhere_becomes_0(x, count):
    assert standardize([[x]] * count) == [[0.0]] * count


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_no_scale_is_too_small_or_too_large(scale):
    assert standardize([[-scale], [scale]]) == [[-1.0], [1.0]]


def test_standardizing_leaves_the_rows_given_as_they_are():
    X = [[1.0, 2.0], [3.0, 4.0]]
    assert standardize(row for row in X) == standardize(X)
    assert X == [[1.0, 2.0], [3.0, 4.0]]


def test_what_is_held_out_is_brought_to_the_scale_of_what_was_learnt_from():
    scale = standardizer([[0.0], [2.0]])
    assert scale([[4.0]]) == [[3.0]]


def test_batches_go_once_through_all_samples():
    X, y = [[i] for i in range(10)], list(range(10))
    drawn = list(batches(X, y, 4, chance()))
    assert [len(rows) for rows, _ in drawn] == [4, 4, 2]
    assert sorted(target for _, targets in drawn for target in targets) == y
    assert all(row == [target] for rows, targets in drawn for row, target in zip(rows, targets, strict=True))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: moons(0), "n is a whole number of at least 1, got 0"),
        (lambda: moons(10, noise=-1), "noise is a finite number of at least 0"),
        (lambda: moons(10, rng=1337), "rng takes a random.Random or None"),
        (lambda: spirals(10, classes=0), "the number of classes"),
        (lambda: train_test_split([[0]], [0]), "leaves one of the two sides empty"),
        (lambda: train_test_split([[0], [1]], [0]), "2 rows and 1 targets"),
        (lambda: train_test_split([[0], [1]], [0, 1], test=1.0), "the share that is held out"),
        (lambda: folds(3, 5), "3 samples are too few for 5 folds"),
        (lambda: standardize([]), "X is empty"),
        (lambda: standardize(1.0), "X is a list of rows, got float: 1.0"),
        (lambda: standardize([[], []]), "got none in row 0"),
        (lambda: standardize([1.0]), "row 0 is float: 1.0"),
        (lambda: standardize([[math.nan]]), "row 0 of X holds a nan or inf"),
        (lambda: standardizer([[1.0]])([[1.0, 2.0]]), "this takes 1, got 2 in row 0"),
        (lambda: one_hot(3, 3), "a label of 3 classes is from 0 to 2, got 3"),
        (lambda: train_test_split([[0], [1]], [[1], [1]], by_class=True), "as the class of a sample, got list: [1]"),
        (lambda: batches([[0]], [0], 0), "size is a whole number of at least 1"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(call, says):
    with pytest.raises((ValueError, TypeError)) as error:
        call()
    assert says in str(error.value)
