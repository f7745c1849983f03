"""Samples to learn from: drawn shapes, real sets that ship with scikit-learn, and what prepares them.

>>> import random
>>> from nn.data import moons, train_test_split
>>> X, y = moons(100, noise=0.1, rng=random.Random(1337))
>>> X_train, X_test, y_train, y_test = train_test_split(X, y, rng=random.Random(1337))
>>> len(X_train), len(X_test)
(75, 25)
"""

from nn.data.preparing import Standardizer as Standardizer
from nn.data.preparing import batches as batches
from nn.data.preparing import folds as folds
from nn.data.preparing import one_hot as one_hot
from nn.data.preparing import standardize as standardize
from nn.data.preparing import standardizer as standardizer
from nn.data.preparing import train_test_split as train_test_split
from nn.data.samples import Samples as Samples
from nn.data.sets import breast_cancer as breast_cancer
from nn.data.sets import digits as digits
from nn.data.sets import iris as iris
from nn.data.sets import wine as wine
from nn.data.shapes import circles as circles
from nn.data.shapes import gaussians as gaussians
from nn.data.shapes import moons as moons
from nn.data.shapes import sine as sine
from nn.data.shapes import spirals as spirals
from nn.data.shapes import xor as xor

__all__ = [
    "Samples",
    "Standardizer",
    "batches",
    "breast_cancer",
    "circles",
    "digits",
    "folds",
    "gaussians",
    "iris",
    "moons",
    "one_hot",
    "sine",
    "spirals",
    "standardize",
    "standardizer",
    "train_test_split",
    "wine",
    "xor",
]
