"""What a process does beside computing while it reads what comes from outside: `python -m benchmarks.proof.audited`.

It prints, as JSON, what Python's audit hooks tell of: code that was run, processes, connections, objects of a pickle.
Everything is read twice, because modules are loaded, which is running code, when they are first needed.
"""

import json
import sys
import warnings
from collections.abc import Callable
from typing import Any

import nn
from autograd import Value
from benchmarks.proof.fuzzing import expressions, weights
from benchmarks.proof.labels.row import SINKS
from benchmarks.proof.labels.texts import LABELS

#: What reading is never to do; the ends stand for all events that begin so.
FORBIDDEN = (
    *("exec", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.startfile", "os.system", "pty.spawn"),
    *("subprocess.", "pickle.", "marshal.", "ctypes.dlopen", "socket.", "urllib.", "http.", "ftplib.", "smtplib."),
)
FEW = 12  # of the labels


def events_of(work: Callable[[], Any]) -> list[str]:
    """The forbidden events while some work is done; the hook stays, as hooks do, and is silent after."""
    told: list[str] = []
    watching = True

    def hook(event: str, given: tuple[Any, ...]) -> None:
        if watching and event.startswith(FORBIDDEN):
            told.append(f"{event} {given!r:.80}")

    sys.addaudithook(hook)
    work()
    watching = False
    return told


def read_everything() -> None:
    """Load weight files and trainings, whole, squeezed and hostile; read expressions; show labels; train."""
    for target in (weights, expressions):
        for start in target.STARTS:
            target.check(start)
    for label in LABELS[:: len(LABELS) // FEW]:
        for judge in SINKS.values():
            list(judge(label))
    model = nn.Neuron(2)
    nn.fit(model, [[0.0, 1.0]], [1.0], optimizer=nn.SGD(model.parameters(), lr=0.1), epochs=2, progress=False)
    (Value(2.0) * 3.0).backward()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    read_everything()
    print(json.dumps(events_of(read_everything)))
