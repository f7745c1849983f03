"""Neural networks on scalars: layers, losses, optimisers, and the loop that lets them learn.

>>> import random
>>> import nn
>>> rng = random.Random(7)
>>> model = nn.MLP(2, [4, 1], activation="tanh", rng=rng)
>>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
>>> optimizer = nn.Adam(model.parameters(), lr=0.1)
>>> history = nn.fit(model, X, y, loss="binary_cross_entropy", optimizer=optimizer, epochs=100)
>>> nn.accuracy(model, X, y)
1.0
"""

import autograd

if "Value" not in vars(autograd):  # HIPS autograd imports by the same name, and pip lets one overwrite the other
    raise ImportError(
        "the `autograd` package of another distribution has overwritten the one of valuegrad: "
        "run `pip uninstall -y autograd valuegrad`, then `pip install valuegrad`"
    )

from autograd.advice import TrainingWarning as TrainingWarning
from nn import data as data
from nn import penalties as penalties
from nn import schedules as schedules
from nn import stopping as stopping
from nn.checkpoint import load as load
from nn.checkpoint import save as save
from nn.cross_validation import Sweep as Sweep
from nn.cross_validation import Trial as Trial
from nn.cross_validation import sweep as sweep
from nn.diagnosis import Diagnosis as Diagnosis
from nn.diagnosis import Finding as Finding
from nn.diagnosis import diagnosis as diagnosis
from nn.dropout import Dropout as Dropout
from nn.embedding import Embedding as Embedding
from nn.history import History as History
from nn.images import Conv2d as Conv2d
from nn.images import Flatten as Flatten
from nn.images import MaxPool2d as MaxPool2d
from nn.images import Unflatten as Unflatten
from nn.init import he_normal as he_normal
from nn.init import he_uniform as he_uniform
from nn.init import uniform as uniform
from nn.init import xavier_normal as xavier_normal
from nn.init import xavier_uniform as xavier_uniform
from nn.layers import MLP as MLP
from nn.layers import Layer as Layer
from nn.layers import Neuron as Neuron
from nn.local_gradients import deltas as deltas
from nn.losses import absolute_error as absolute_error
from nn.losses import binary_cross_entropy as binary_cross_entropy
from nn.losses import cross_entropy as cross_entropy
from nn.losses import hinge as hinge
from nn.losses import huber as huber
from nn.losses import squared_error as squared_error
from nn.module import Module as Module
from nn.multistart import Restarts as Restarts
from nn.multistart import Run as Run
from nn.multistart import restarts as restarts
from nn.normalisation import LayerNorm as LayerNorm
from nn.optim import LBFGS as LBFGS
from nn.optim import SGD as SGD
from nn.optim import Adagrad as Adagrad
from nn.optim import Adam as Adam
from nn.optim import AdamW as AdamW
from nn.optim import ByNorm as ByNorm
from nn.optim import ByValue as ByValue
from nn.optim import Lion as Lion
from nn.optim import Optimizer as Optimizer
from nn.optim import RMSProp as RMSProp
from nn.recorder import Recorder as Recorder
from nn.scores import accuracy as accuracy
from nn.sequences import GRU as GRU
from nn.sequences import LSTM as LSTM
from nn.sequences import RNN as RNN
from nn.sequences import Attention as Attention
from nn.sequential import Sequential as Sequential
from nn.stopping import EarlyStopping as EarlyStopping
from nn.train import fit as fit

from nn import plots as plots  # isort: skip  matplotlib is imported when something is drawn

__all__ = [
    "GRU",
    "LBFGS",
    "LSTM",
    "MLP",
    "RNN",
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "Attention",
    "ByNorm",
    "ByValue",
    "Conv2d",
    "Diagnosis",
    "Dropout",
    "EarlyStopping",
    "Embedding",
    "Finding",
    "Flatten",
    "History",
    "Layer",
    "LayerNorm",
    "Lion",
    "MaxPool2d",
    "Module",
    "Neuron",
    "Optimizer",
    "RMSProp",
    "Recorder",
    "Restarts",
    "Run",
    "Sequential",
    "Sweep",
    "TrainingWarning",
    "Trial",
    "Unflatten",
    "absolute_error",
    "accuracy",
    "binary_cross_entropy",
    "cross_entropy",
    "data",
    "deltas",
    "diagnosis",
    "fit",
    "he_normal",
    "he_uniform",
    "hinge",
    "huber",
    "load",
    "penalties",
    "restarts",
    "save",
    "schedules",
    "squared_error",
    "stopping",
    "sweep",
    "uniform",
    "xavier_normal",
    "xavier_uniform",
]
