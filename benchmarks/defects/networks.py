"""Defects in what a model is made of and kept in: layers, losses, files."""

from benchmarks.defects.defect import Defect

INIT, LAYERS, LOSSES, SCORES = (f"nn/{room}.py" for room in ("init", "layers", "losses", "scores"))

NETWORKS = (
    Defect(
        LAYERS,
        "record_dot(self.w, x, self.b)",
        "record_dot(x, self.w, self.b)",
        "a neuron's graph has its inputs before its weights",
    ),
    Defect(
        INIT,
        "math.sqrt(2.0 / (fan_in + fan_out))",
        "math.sqrt(2.0 / fan_in)",
        "xavier_normal forgets the neurons beside it",
    ),
    Defect(LOSSES, "held = clip(error, -delta, delta)", "held = clip(error, -1.0, 1.0)", "huber ignores its delta"),
    Defect(
        LOSSES,
        "(1.0 - target) * softplus(logit)",
        "(1.0 - target) * softplus(-logit)",
        "binary_cross_entropy of a target between 0 and 1 has a wrong sign",
    ),
    Defect(
        LOSSES,
        "return softplus(logsumexp(others) - own)",
        "return logsumexp([*others, own]) - own",
        "cross_entropy cancels where the prediction is almost right",
    ),
    Defect(
        SCORES,
        "all(own > score for score in scores[:label])",
        "all(own >= score for score in scores[:label])",
        "of equal scores, accuracy counts each as the largest",
    ),
    Defect(
        "nn/normalisation.py",
        "sqrt(mean([d * d for d in distances]) + self.eps)",
        "sqrt(mean([d * d for d in distances])) + self.eps",
        "LayerNorm adds eps beside the root",
    ),
    Defect(
        "nn/sequences.py",
        "h = [(1.0 - z) * n + z * h",
        "h = [z * n + (1.0 - z) * h",
        "a GRU's gate opens the other way round",
    ),
    Defect(
        "nn/sequences.py",
        "i, f, g, o = (gates",
        "i, g, f, o = (gates",
        "an LSTM takes the forget gate for the candidate",
    ),
    Defect(
        "nn/sequences.py",
        "q = [x / math.sqrt(width) for x in query[part]]",
        "q = [x / math.sqrt(self.size) for x in query[part]]",
        "attention of several heads is scaled by the size of all",
    ),
    Defect(
        "nn/sequences.py", "self.causal and j > i", "self.causal and j > i + 1", "a causal step looks one step ahead"
    ),
    Defect(
        "nn/images.py",
        "drawer(init, self.in_channels * area, out_channels * area, rng)",
        "drawer(init, area, out_channels * area, rng)",
        "the weights of a convolution are drawn as for one channel",
    ),
    Defect(
        "nn/images.py",
        "lefts = range(0, width - size + 1, stride)",
        "lefts = range(0, width - size, stride)",
        "squares stop one column before the edge of an image",
    ),
    Defect(
        "nn/units.py",
        "    if len(consumers) == 1:\n",
        "    if consumers:\n",
        "a sum that two operations use has one of them for its activation",
    ),
)

FILES = (
    Defect("nn/files.py", "            os.fsync(file.fileno())\n", "", "a file is renamed before it is on the disk"),
    Defect(
        "nn/files.py",
        "                aside.chmod(stat.S_IMODE(target.stat().st_mode))\n",
        "                pass\n",
        "whoever may not read a file may read the new one",
    ),
    Defect(
        "nn/files.py",
        'if held.pop("sha256") != checksum(held):',
        'if len(held.pop("sha256")) != len(checksum(held)):',
        "a checksum is not compared",
    ),
    Defect(
        "nn/files.py",
        'return {"float": [written["float"]]} if written.keys() == {"float"} else written',
        "return written",
        "a dictionary that looks like inf comes back as inf",
    ),
    Defect(
        "nn/checkpoint.py", "allow_pickle=False", "allow_pickle=True", "an .npz file may run code when it is loaded"
    ),
    Defect(
        "nn/module.py",
        '        numbers = {name: number(state[name], f"the parameter {name} takes") for name in parameters}\n'
        "        for name, parameter in parameters.items():\n"
        "            parameter.data = numbers[name]\n",
        "        for name, parameter in parameters.items():\n"
        '            parameter.data = number(state[name], f"the parameter {name} takes")\n',
        "a state that does not fit is loaded up to where it does not",
    ),
    Defect(
        "nn/resuming.py",
        "if at_once or now - self.written >= SECONDS_BETWEEN:",
        "if now - self.written >= SECONDS_BETWEEN:",
        "the end of a training is not kept",
    ),
    Defect(
        "nn/resuming.py",
        "setstate((version, tuple(state), gauss))",
        "setstate((version, tuple(state), None))",
        "a resumed training forgets the normal number that was drawn ahead",
    ),
    Defect(
        "nn/resuming.py",
        "        self.best.loss, self.best.numbers = kept.best_loss, kept.best\n",
        "",
        "a resumed training forgets its best epoch",
    ),
    Defect(
        "nn/history.py",
        "[i * (count - 1) // (most - 1) for i in range(most)]",
        "[i * count // most for i in range(most)]",
        "a printed history lacks its last epoch",
    ),
)
