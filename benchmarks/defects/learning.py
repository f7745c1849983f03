"""Defects in how a model learns: optimisers, schedules, conditions to stop, the training itself."""

from benchmarks.defects.defect import Defect

DESCENT, ADAPTIVE, OPTIMIZER = (f"nn/optim/{room}.py" for room in ("descent", "adaptive", "optimizer"))

OPTIMISERS = (
    Defect(DESCENT, "g = g + self.momentum * self.m[i] if", "g = g + self.m[i] if", "nesterov looks too far ahead"),
    Defect(
        ADAPTIVE,
        "div(m, sqrt(v) + self.eps)",
        "div(m, sqrt(v + self.eps))",
        "Adam adds eps under the root",
    ),
    Defect(
        ADAPTIVE,
        "p * (1.0 - self.lr * self.weight_decay)",
        "p * (1.0 - self.weight_decay)",
        "AdamW decays weights at a rate of its own",
    ),
    Defect(
        OPTIMIZER,
        "list({id(parameter): parameter for parameter in parameters}.values())",
        "parameters",
        "a parameter that is given twice moves twice",
    ),
    Defect(
        "nn/optim/adaptive.py",
        "self.lr_decay * (self.steps - 1)",
        "self.lr_decay * self.steps",
        "Adagrad's rate falls a step too early",
    ),
    Defect(
        "nn/optim/adaptive.py",
        "self.m[i] = self.momentum * self.m[i] + div(g, sqrt(self.v[i]) + self.eps)",
        "self.m[i] = self.momentum * self.m[i] + (1.0 - self.momentum) * div(g, sqrt(self.v[i]) + self.eps)",
        "RMSProp's momentum averages where it should add up",
    ),
    Defect(
        "nn/optim/adaptive.py",
        "v = self.v[i] / (1.0 - self.beta2**self.steps)",
        "v = self.v[i] / (1.0 - self.beta2 ** (self.steps + 1))",
        "Adam corrects v for a step too many",
    ),
    Defect(
        "nn/optim/adaptive.py",
        "return p - self.lr * self.direction(i, g + self.weight_decay * p)",
        "return p * (1.0 - self.lr * self.weight_decay) - self.lr * self.direction(i, g)",
        "Adam decays weights as AdamW does",
    ),
    Defect(
        "nn/optim/descent.py",
        "            self.m[i] = self.momentum * self.m[i] + g\n",
        "            self.m[i] = self.momentum * self.m[i] + (1.0 - self.momentum) * g\n",
        "SGD's momentum averages where it should add up",
    ),
    Defect(
        "nn/optim/descent.py",
        "        c = self.beta1 * self.m[i] + (1.0 - self.beta1) * g\n"
        "        self.m[i] = self.beta2 * self.m[i] + (1.0 - self.beta2) * g\n",
        "        self.m[i] = self.beta2 * self.m[i] + (1.0 - self.beta2) * g\n"
        "        c = self.beta1 * self.m[i] + (1.0 - self.beta1) * g\n",
        "Lion steps along an average that has seen the gradient already",
    ),
    Defect(
        "nn/optim/clipping.py",
        "return g * minimum(1.0, div(self.limit, sqrt(squares) + SMALL))",
        "return g * div(self.limit, sqrt(squares) + SMALL)",
        "ByNorm lengthens a short gradient",
    ),
    Defect(
        "nn/optim/clipping.py",
        "return clip(g, -self.limit, self.limit)",
        "return minimum(g, self.limit)",
        "ByValue lets a negative gradient pass",
    ),
    Defect(
        "nn/optim/optimizer.py",
        "clip.limited(g, squares)",
        "clip.limited(g, g * g)",
        "ByNorm shortens each gradient by itself",
    ),
    Defect(
        "nn/optim/optimizer.py",
        "        self.zero_grad()\n        value.backward()\n",
        "        value.backward()\n",
        "descend adds to the gradients of the step before",
    ),
    Defect(
        "nn/optim/optimizer.py",
        'if name not in ("parameters", "clip")',
        'if name not in ("parameters", "clip", "steps")',
        "the state of an optimizer has no count of steps",
    ),
    Defect(
        "nn/optim/accumulation.py",
        "abs(witness._grad - witness._x.after) > 0.0",
        "witness._grad > witness._x.after",
        "gradients that add up to less are not noticed",
    ),
    Defect(
        "nn/optim/lbfgs.py",
        "self.y = self.y[len(y) :] + y",
        "self.y = y + self.y[: -len(y)]",
        "L-BFGS keeps the changes of the gradient in the wrong order",
    ),
    Defect(
        "nn/optim/lbfgs.py",
        "rest = share - dot(y, d) / dot(s, y)",
        "rest = share - dot(s, d) / dot(s, y)",
        "the second loop of L-BFGS takes s for y",
    ),
    Defect(
        "nn/optim/lbfgs.py",
        "            for parameter, slope in zip(self.parameters, g, strict=True):\n"
        "                parameter.grad = slope\n",
        "",
        "a line search leaves the gradient of its last trial behind",
    ),
    Defect(
        "nn/optim/lbfgs.py",
        "if here.slope * (high.t - low.t) >= 0.0:",
        "if here.slope >= 0.0:",
        "a line search looks on the wrong side where its best place is behind",
    ),
)

TRAINING = (
    Defect("nn/schedules.py", "epoch / max(1, epochs - 1)", "epoch / epochs", "cosine does not reach its lowest rate"),
    Defect(
        "nn/schedules.py",
        "return schedule(epoch - epochs, losses[epochs:])",
        "return schedule(epoch - epochs, losses)",
        "a schedule sees the losses of its warm-up",
    ),
    Defect(
        "nn/schedules.py",
        "now, waited = now * factor, 0",
        "now = now * factor",
        "on a plateau the rate falls in each epoch",
    ),
    Defect("nn/stopping.py", "least * abs(lowest)", "least * lowest", "a negative loss has to rise to count as lower"),
    Defect(
        "nn/stopping.py",
        "            lowest, since = loss, 0\n",
        "            since = 0\n",
        "a loss that rises again counts as fallen",
    ),
    Defect(
        "nn/resuming.py",
        "        if loss < self.loss:\n",
        "        if loss <= self.loss:\n",
        "of equally good epochs the last is the best",
    ),
    Defect(
        "nn/resuming.py",
        "self.loss, self.numbers = loss, [p.data for p in",
        "self.loss, self.numbers = loss, self.numbers or [p.data for p in",
        "the best numbers are those of the first epoch",
    ),
    Defect(
        "nn/train.py",
        "schedule(first, history.validation or history.losses)",
        "schedule(first, history.losses)",
        "a schedule does not see what is held out",
    ),
    Defect(
        "nn/train.py",
        "[next(losses) * len(batch) for batch in several]",
        "[next(losses) * len(self.task.rows) / len(several) for batch in several]",
        "a last, smaller batch counts as much as the others",
    ),
    Defect(
        "nn/steps.py",
        "with resting(task.model), no_grad():",
        "with no_grad():",
        "dropout silences units while a held out loss is measured",
    ),
    Defect(
        "nn/compiled_steps.py",
        "if what_is_compiled_in(self.task) != self.compiled_for:",
        "if False:",
        "machine code keeps the momentum that it was compiled for",
    ),
    Defect(
        "nn/multistart.py",
        "return math.isnan(run.loss), run.loss",
        "return False, run.loss",
        "a start that ended in nan may be the best",
    ),
    Defect(
        "nn/penalties.py", '"b" not in name.split(".")', 'not name.endswith(".b")', "a list of thresholds is penalised"
    ),
    Defect(
        "nn/data/preparing.py",
        "statistics.pstdev(column) or 1.0",
        "statistics.stdev(column) or 1.0",
        "a standardised column has a deviation below 1",
    ),
    Defect(
        "nn/module.py",
        "    learning = [part for part in modules_of(model) if part.training]\n",
        "    learning = modules_of(model)\n",
        "a module that rests learns after its loss was measured",
    ),
)
