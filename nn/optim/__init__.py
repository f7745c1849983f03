"""Ways to walk downhill: each changes parameters by their gradients, with the formulas of PyTorch."""

from nn.optim.adaptive import Adagrad as Adagrad
from nn.optim.adaptive import Adam as Adam
from nn.optim.adaptive import AdamW as AdamW
from nn.optim.adaptive import RMSProp as RMSProp
from nn.optim.clipping import ByNorm as ByNorm
from nn.optim.clipping import ByValue as ByValue
from nn.optim.descent import SGD as SGD
from nn.optim.descent import Lion as Lion
from nn.optim.lbfgs import LBFGS as LBFGS
from nn.optim.optimizer import Optimizer as Optimizer

__all__ = ["LBFGS", "SGD", "Adagrad", "Adam", "AdamW", "ByNorm", "ByValue", "Lion", "Optimizer", "RMSProp"]
