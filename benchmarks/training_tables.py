"""Three real tables: our classifier in a pipeline of scikit-learn, beside scikit-learn's own, both as they come."""

import warnings
from collections.abc import Callable
from functools import partial
from statistics import fmean, median
from typing import Any

import nn
from benchmarks.compiled_frameworks import load
from benchmarks.report import Figure, Target
from benchmarks.training import Effort, clocked, epochs
from nn.data import Samples

FOLDS = 5
POINTS_BELOW = 1.0  # that ours may be below its peer
SETS: dict[str, Callable[[], Samples]] = {
    "iris": nn.data.iris,
    "wine": nn.data.wine,
    "breast cancer": nn.data.breast_cancer,
}


def figures(effort: Effort) -> list[Figure]:
    """A figure for each table."""
    sets = dict(list(SETS.items())[:1]) if effort.quick else SETS
    return [table_figure(name, samples(), effort) for name, samples in sets.items()]


def table_figure(name: str, samples: Samples, effort: Effort) -> Figure:
    """The mean accuracy over the folds, the median over the seeds that draw folds and weights."""
    from nn.sklearn import MLPClassifier

    peer = load("sklearn.neural_network").MLPClassifier
    ours, theirs = (
        [clocked(partial(accuracy, kind, seed, samples, effort)) for seed in range(effort.few_seeds)]
        for kind in (MLPClassifier, peer)
    )
    percent, peer_percent = (round(median(percents for percents, _ in runs), 2) for runs in (ours, theirs))
    return Figure(
        f"{name}, {FOLDS} folds, MLPClassifier",
        "% held out",
        percent,
        Target("ours", "at least", round(peer_percent - POINTS_BELOW, 2)),
        "scikit-learn",
        peer_percent,
        details={
            "seconds, ours": median(seconds for _, seconds in ours),
            "seconds, peer": median(seconds for _, seconds in theirs),
        },
    )


def accuracy(kind: Any, seed: int, samples: Samples, effort: Effort) -> float:
    """The percentage right of a classifier with its defaults, on rows that are standardised fold by fold."""
    selection, pipeline = load("sklearn.model_selection"), load("sklearn.pipeline")
    scaler = load("sklearn.preprocessing").StandardScaler
    fewer = {"epochs" if kind.__module__ == "nn.sklearn" else "max_iter": epochs(200, effort)} if effort.quick else {}
    folds = selection.StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    model = pipeline.make_pipeline(scaler(), kind(random_state=seed, **fewer))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the peer has not converged after its 200 epochs
        return 100.0 * fmean(selection.cross_val_score(model, *samples, cv=folds))
