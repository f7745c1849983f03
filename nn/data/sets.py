"""Real data sets of a size for scalars; they ship with scikit-learn (extra: data), and nothing is downloaded."""

import importlib
from typing import Any

from nn.data.samples import Samples


def digits() -> Samples:
    """1,797 handwritten digits of 8 x 8 pixels, each from 0 to 1, and the digit that was meant, 0 to 9.

    Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998.

    >>> X, y = digits()
    >>> len(X), len(X[0]), y[:3]
    (1797, 64, [0, 1, 2])
    """
    X, y = loaded("load_digits")
    return Samples([[pixel / 16.0 for pixel in image] for image in X], y)


def iris() -> Samples:
    """150 flowers: length and width of sepals and petals in cm, and the species, 0 to 2.

    Source: R. A. Fisher, The use of multiple measurements in taxonomic problems, 1936.

    >>> len(iris().X), iris().X[0]
    (150, [5.1, 3.5, 1.4, 0.2])
    """
    return loaded("load_iris")


def wine() -> Samples:
    """178 wines: 13 results of a chemical analysis, and the grower, 0 to 2.

    Source: M. Forina et al., PARVUS, 1988, through UCI.

    >>> len(wine().X), len(wine().X[0])
    (178, 13)
    """
    return loaded("load_wine")


def breast_cancer() -> Samples:
    """569 tumours: 30 measures of their cells' nuclei, and 0 for malignant, 1 for benign.

    Source: W. Wolberg, O. Mangasarian, N. Street, W. Street, Breast Cancer Wisconsin (Diagnostic), UCI, 1993.

    >>> len(breast_cancer().X), sum(breast_cancer().y)
    (569, 357)
    """
    return loaded("load_breast_cancer")


def loaded(name: str) -> Samples:
    """A set of scikit-learn as plain lists."""
    try:
        datasets: Any = importlib.import_module("sklearn.datasets")
    except ImportError as error:
        raise ImportError('this set ships with scikit-learn: pip install "valuegrad[data]"') from error
    X, y = vars(datasets)[name](return_X_y=True)
    return Samples(X.tolist(), y.tolist())
