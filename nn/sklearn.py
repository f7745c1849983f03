"""`MLPClassifier` and `MLPRegressor`: perceptrons with the interface of scikit-learn (extra: data).

They go wherever an estimator of scikit-learn goes: pipelines, grid search, cross-validation.
"""

import random
from typing import Any, Self

try:
    import numpy as np
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError as error:
    raise ImportError('nn.sklearn needs scikit-learn 1.6 or later: pip install "valuegrad[data]"') from error

from autograd.modes import no_grad
from autograd.primitives import sigmoid, softmax
from nn.checks import is_sequence
from nn.layers import MLP
from nn.optim import Adam
from nn.train import fit


class Perceptron(BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """What both share: the hyperparameters, and how they are fitted.

    hidden_layer_sizes  the neurons of each hidden layer; a number for a single one
    activation          of the hidden layers, by its name
    lr, epochs, batch_size  of `nn.Adam` and `nn.fit`; batch_size None for all samples at once
    alpha               weight decay: a pull of alpha * w on every weight, and likewise on every threshold
    random_state        as everywhere in scikit-learn

    After `fit`: model_, an `nn.MLP`, and history_, an `nn.History`.

    >>> MLPRegressor(hidden_layer_sizes=(8,)).get_params()["lr"]
    0.01
    """

    def __init__(
        self,
        hidden_layer_sizes: tuple[int, ...] | int = (16,),
        *,
        activation: str = "relu",
        lr: float = 0.01,
        epochs: int = 200,
        batch_size: int | None = 32,
        alpha: float = 1e-4,
        random_state: Any = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.lr = lr
        self.epochs = epochs
        self.batch_size = batch_size
        self.alpha = alpha
        self.random_state = random_state

    def _learn(self, X: Any, targets: list[Any], outputs: int, loss: str) -> None:
        rng = random.Random(int(check_random_state(self.random_state).randint(2**31)))
        hidden: Any = self.hidden_layer_sizes
        sizes = [*(hidden if is_sequence(hidden) else [hidden]), outputs]
        self.model_ = MLP(X.shape[1], sizes, activation=self.activation, init="he_uniform", rng=rng)
        self.history_ = fit(
            self.model_,
            X.tolist(),
            targets,
            loss=loss,
            optimizer=Adam(self.model_.parameters(), lr=self.lr, weight_decay=self.alpha),
            epochs=self.epochs,
            batch_size=self.batch_size,
            rng=rng,
            progress=False,
        )

    def _results(self, X: Any) -> list[Any]:
        """What the model gives for each row, a value or a list of them."""
        check_is_fitted(self)
        rows = validate_data(self, X, reset=False, dtype=np.float64).tolist()
        with no_grad():
            return [self.model_(row) for row in rows]


class MLPClassifier(ClassifierMixin, Perceptron):  # type: ignore[misc]
    """A perceptron that tells classes apart: cross-entropy, with one output for two classes.

    >>> from nn.data import moons
    >>> X, y = moons(60, rng=random.Random(1337))
    >>> MLPClassifier((8,), lr=0.05, epochs=40, random_state=0).fit(X, y).score(X, y) > 0.9
    True
    """

    def fit(self, X: Any, y: Any) -> Self:
        """This estimator, after it has learnt from rows and their classes."""
        X, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"a classifier learns to tell classes apart, got one class: {self.classes_[0]}")
        binary = len(self.classes_) == 2
        loss = "binary_cross_entropy" if binary else "cross_entropy"
        self._learn(X, labels.tolist(), 1 if binary else len(self.classes_), loss)
        return self

    def predict_proba(self, X: Any) -> Any:
        """The probability of each class, a row for each row of X."""
        results = self._results(X)
        if len(self.classes_) == 2:
            return np.array([[sigmoid(-result).data, sigmoid(result).data] for result in results])
        return np.array([softmax([score.data for score in scores]) for scores in results])

    def decision_function(self, X: Any) -> Any:
        """The scores before they become probabilities; with two classes, the score of the second."""
        results = self._results(X)
        if len(self.classes_) == 2:
            return np.array([result.data for result in results])
        return np.array([[score.data for score in scores] for scores in results])

    def predict(self, X: Any) -> Any:
        """The class of each row."""
        scores = self.decision_function(X)
        places = (scores > 0.0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)
        return self.classes_[places]


class MLPRegressor(RegressorMixin, Perceptron):  # type: ignore[misc]
    """A perceptron that gives a number: squared error.

    >>> from nn.data import sine
    >>> X, y = sine(40)
    >>> MLPRegressor((16,), activation="tanh", random_state=0).fit(X, y).score(X, y) > 0.9
    True
    """

    def fit(self, X: Any, y: Any) -> Self:
        """This estimator, after it has learnt from rows and their targets."""
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        self._learn(X, y.tolist(), 1, "squared_error")
        return self

    def predict(self, X: Any) -> Any:
        """The number for each row."""
        return np.array([result.data for result in self._results(X)])
