"""Pictures of training, drawn by matplotlib (extra: plots). Each function gives the `Axes` it has drawn on.

`ax=` says where to draw; without it, pyplot makes a new figure, so that a notebook shows it and a script may
call `pyplot.show()`. Nothing global is changed, and the colours follow the style of the axes, light or dark.

>>> from nn import History
>>> loss_curves(History([0.9, 0.4, 0.2], []), validation=[0.8, 0.5, 0.6]).get_xlabel()
'epoch'
"""

from nn.by_layer import activations_by_layer as activations_by_layer
from nn.by_layer import gradients_by_layer as gradients_by_layer
from nn.plots.boundary import decision_boundary as decision_boundary
from nn.plots.curves import loss_curves as loss_curves
from nn.plots.descent import descent_path as descent_path
from nn.plots.histograms import activation_histograms as activation_histograms
from nn.plots.histograms import gradient_histograms as gradient_histograms
from nn.plots.rates import learning_rates as learning_rates
from nn.plots.sizes import sizes_by_epoch as sizes_by_epoch
from nn.plots.starts import restart_ends as restart_ends
from nn.plots.surface import loss_surface as loss_surface
from nn.plots.weights import weights_image as weights_image

__all__ = [
    "activation_histograms",
    "activations_by_layer",
    "decision_boundary",
    "descent_path",
    "gradient_histograms",
    "gradients_by_layer",
    "learning_rates",
    "loss_curves",
    "loss_surface",
    "restart_ends",
    "sizes_by_epoch",
    "weights_image",
]
