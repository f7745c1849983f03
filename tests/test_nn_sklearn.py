"""Estimators with scikit-learn's interface: its own checks, and the places where estimators go."""

import math
import random
import warnings

import pytest

pytest.importorskip("sklearn")

import numpy as np
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from nn.data import gaussians, iris, sine
from nn.sklearn import MLPClassifier, MLPRegressor

QUICK = {"hidden_layer_sizes": (4,), "lr": 0.3, "epochs": 10, "batch_size": None}
CAREFUL = {"epochs": 60}


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize("given", [QUICK, pytest.param(CAREFUL, marks=pytest.mark.slow)], ids=["quick", "careful"])
def test_scikit_learns_own_checks_pass(kind, given):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its checks warn of what they skip
        results = check_estimator(kind(**given), on_skip=None)
    assert len(results) > 40
    assert {result["status"] for result in results} <= {"passed", "skipped"}


def test_the_same_state_gives_the_same_model():
    X, y = gaussians(40, rng=random.Random(1))
    one, other = (MLPClassifier(**QUICK, random_state=3).fit(X, y) for _ in range(2))
    assert one.model_.state_dict() == other.model_.state_dict()


def test_it_goes_into_pipelines_and_cross_validation():
    X, y = iris()
    model = make_pipeline(StandardScaler(), MLPClassifier((8,), lr=0.05, epochs=30, random_state=0))
    assert cross_val_score(model, X, y, cv=3).mean() > 0.9


def test_it_goes_into_a_grid_search():
    X, y = sine(30)
    search = GridSearchCV(MLPRegressor(**QUICK, random_state=0), {"activation": ["tanh", "relu"]}, cv=2).fit(X, y)
    assert search.best_params_["activation"] in ("tanh", "relu")


def test_probabilities_are_those_of_the_scores():
    X, y = iris()
    model = MLPClassifier(**QUICK, random_state=0).fit(X, y)
    probabilities = model.predict_proba(X)
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(150))
    assert (probabilities.argmax(axis=1) == model.predict(X)).all()


def test_a_small_probability_is_not_rounded_to_0():
    model = MLPClassifier((), epochs=0).fit([[0.0], [1.0]], [0, 1])
    model.model_.load_state_dict({"layers.0.neurons.0.w.0": 50.0, "layers.0.neurons.0.b": 0.0})
    assert model.predict_proba([[1.0]])[0, 0] == pytest.approx(math.exp(-50.0), rel=1e-12, abs=0.0)


@pytest.mark.parametrize(("sizes", "parameters"), [(3, 13), ((3,), 13), ([3, 2], 20), (np.array([3, 2]), 20), ((), 3)])
def test_hidden_layers_are_given_as_numbers_of_neurons(sizes, parameters):
    model = MLPRegressor(sizes, epochs=1).fit([[0.0, 1.0], [1.0, 0.0]], [0.0, 1.0])
    assert len(model.model_.parameters()) == parameters


@pytest.mark.parametrize("sizes", ["16", 1.5, (0,), None])
def test_hidden_layers_that_make_no_sense_are_refused_with_a_sentence(sizes):
    with pytest.raises((TypeError, ValueError), match="the size of a layer is a whole number"):
        MLPRegressor(sizes).fit([[0.0], [1.0]], [0.0, 1.0])


def test_fitting_leaves_the_data_given_as_they_are():
    X, y = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([0, 1])
    MLPClassifier(**QUICK).fit(X, y).predict_proba(X)
    assert (X.tolist(), y.tolist()) == ([[0.0, 1.0], [1.0, 0.0]], [0, 1])


def test_classes_keep_their_names():
    X, _ = gaussians(20, rng=random.Random(1))
    y = ["left" if row[0] < 0.0 else "right" for row in X]
    model = MLPClassifier(**QUICK, random_state=0).fit(X, y)
    assert set(model.predict(X)) == {"left", "right"}


def test_what_was_not_fitted_says_so():
    with pytest.raises(NotFittedError):
        MLPClassifier().predict([[0.0]])


def test_one_class_cannot_be_told_apart():
    with pytest.raises(ValueError, match="got one class: 1"):
        MLPClassifier().fit([[0.0], [1.0]], [1, 1])
