"""What one step of training costs: forward and backward of a batch, ours beside every peer that is installed."""

import gc
import os
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from statistics import median
from typing import Any

from benchmarks import timing
from benchmarks.compiled_by_hand import numpy_step, with_c, with_numpy
from benchmarks.compiled_frameworks import with_casadi, with_jax, with_jax_scan, with_torch, with_torch_compiled
from benchmarks.compiled_scalars import inside_fit, kernel, micrograd_contestant, public_call
from benchmarks.compiled_work import (
    LEARNING_RATE,
    SINGLE,
    Contestant,
    Effort,
    NotMeasured,
    Outcome,
    Work,
    check,
    works,
)
from benchmarks.peers import MICROGRAD
from benchmarks.report import Figure, Target

Prepare = Callable[[Work], Contestant]

PEERS: dict[str, Prepare] = {
    "C by hand": with_c,
    "NumPy by hand": with_numpy,
    "PyTorch": with_torch,
    "torch.compile": with_torch_compiled,
    "JAX jit": with_jax,
    "CasADi": with_casadi,
}
OURS: dict[str, Prepare] = {"kernel alone": kernel, "public call": public_call}
AS_FAST_AS_C = 1 / 1.3

#: What peer / ours should be at least; beside a peer that is not named, ours should not be slower.
TARGETS = {
    ("moons", "kernel alone"): {
        "C by hand": AS_FAST_AS_C,
        "NumPy by hand": 8.0,
        "PyTorch": 40.0,
        "JAX jit": 8.0,
        MICROGRAD: 150_000.0,
    },
    ("moons", "public call"): {"PyTorch": 3.0},
    ("wide", "kernel alone"): {
        "C by hand": AS_FAST_AS_C,
        "NumPy by hand": 1.5,
        "PyTorch": 2.5,
        "JAX jit": 2.0,
        MICROGRAD: 500_000.0,
    },
    ("single sample", "kernel alone"): {"PyTorch": 5.0},
}


def figures(effort: Effort) -> list[Figure]:
    """The step of the moons demo, of the wide network and of a single sample, and a training loop of the first."""
    to_one_processor()
    moons, wide, wider = works(effort)
    return [
        *step_figures(moons, ("kernel alone", "public call"), effort),
        *loop_figures(moons, effort),
        *step_figures(wide, ("kernel alone", "public call"), effort),
        *step_figures(wider, ("kernel alone",), effort, with_micrograd=False),
        *step_figures(SINGLE, ("kernel alone", "public call"), effort, with_micrograd=False),
    ]


def to_one_processor() -> None:
    """Keep this process on one processor, where the system can: XLA hands work to a second thread if it sees two."""
    if sys.platform == "linux":
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def step_figures(work: Work, kinds: tuple[str, ...], effort: Effort, with_micrograd: bool = True) -> list[Figure]:
    """One row for each peer, beside the kernel and, where it has a target, beside the public call."""
    expected = numpy_step(work, work.parameters(), *work.samples())
    absent = {} if effort.torch_compile else {"torch.compile": "left out of a quick run"}
    candidates = {name: prepare for name, prepare in (PEERS | OURS).items() if name not in absent}
    contestants, reasons = prepared({name: partial(p, work) for name, p in candidates.items()}, expected)
    reasons |= absent
    times = in_turn(contestants, effort)
    title = f"{work.name} {work.sizes}, batch {work.batch}"
    rows = []
    for kind in kinds:
        targets = TARGETS.get((work.name, kind), {})
        for peer in PEERS if kind == "kernel alone" else targets or ("PyTorch",):
            rows.append(row(f"{title}, {kind}", kind, peer, targets.get(peer, 1.0), times, reasons))
    if with_micrograd:
        rows.append(beside_micrograd(work, f"{title}, kernel alone", times, reasons, effort))
    return rows


def loop_figures(work: Work, effort: Effort) -> list[Figure]:
    """Steps inside fit beside steps inside a loop of JAX; both end where NumPy's loop ends."""
    candidates = {"fit": partial(inside_fit, work, effort.fit_steps), "JAX lax.scan": partial(with_jax_scan, work)}
    contestants, reasons = prepared(candidates, None)
    for name, contestant in contestants.items():
        check(contestant.outcome(), trained(work, contestant.steps), name)
    times = in_turn(contestants, effort)
    return [
        row(f"{work.name} {work.sizes}, batch {work.batch}, inside nn.fit", "fit", "JAX lax.scan", 2.0, times, reasons)
    ]


def trained(work: Work, steps: int) -> Outcome:
    """The first loss, and how far gradient descent in NumPy moves the parameters."""
    parameters, samples = work.parameters(), work.samples()
    first = numpy_step(work, parameters, *samples).loss
    for _ in range(steps):
        for p, g in zip(parameters, numpy_step(work, parameters, *samples).gradients, strict=True):
            p -= LEARNING_RATE * g
    return Outcome(first, [now - then for now, then in zip(parameters, work.parameters(), strict=True)])


def prepared(
    candidates: Mapping[str, Callable[[], Contestant]], expected: Outcome | None
) -> tuple[dict[str, Contestant], dict[str, str]]:
    """The programs that run here and compute what is expected, and why others do not."""
    contestants, reasons = {}, {}
    for name, prepare in candidates.items():
        try:
            contestants[name] = prepare()
        except NotMeasured as reason:
            reasons[name] = str(reason)
            continue
        if expected is not None:
            check(contestants[name].outcome(), expected, name)
    return contestants, reasons


def in_turn(contestants: dict[str, Contestant], effort: Effort) -> dict[str, list[float]]:
    """Microseconds of a step, turn by turn: in each turn every program runs for the same while, one after the other."""
    repeats = {name: max(1, round(effort.milliseconds / longest(c))) for name, c in contestants.items()}
    times: dict[str, list[float]] = {name: [] for name in contestants}
    gc.collect()
    for _ in range(effort.turns):
        for name, contestant in contestants.items():
            contestant.step()  # the one before has filled the caches
            taken = milliseconds(contestant.step, repeats[name])
            if contestant.overhead is not None:
                taken -= milliseconds(contestant.overhead, repeats[name])
            times[name].append(1e3 * taken / contestant.steps)
    return times


def longest(contestant: Contestant) -> float:
    """The milliseconds of a call after a warm-up, and not 0."""
    contestant.step()
    return milliseconds(contestant.step, 3) + 1e-4


def milliseconds(step: Callable[[], Any], repeats: int) -> float:
    """The processor time of a call, all threads together, averaged over a few."""
    start = time.process_time()
    for _ in range(repeats):
        step()
    return (time.process_time() - start) / repeats * 1e3


def row(
    title: str, kind: str, peer: str, target: float, times: dict[str, list[float]], reasons: dict[str, str]
) -> Figure:
    """The figure of one of ours beside one peer; a missing one says why."""
    ours, theirs = times.get(kind), times.get(peer)
    both = timing.Turns(ours, theirs) if ours and theirs else None
    missing = [reason for name, reason in reasons.items() if name in (kind, peer)]
    return Figure(
        title,
        "us a step",
        ours=median(ours) if ours else None,
        peer=median(theirs) if theirs else None,
        peer_name=peer,
        ratio=both.ratio if both else None,
        target=Target("ratio", "at least", target),
        details=({"fastest, ours": min(ours)} if ours else {})
        | ({"fastest, peer": min(theirs)} if theirs else {})
        | ({"not measured": "; ".join(missing)} if missing else {}),
    )


def beside_micrograd(
    work: Work, title: str, times: dict[str, list[float]], reasons: dict[str, str], effort: Effort
) -> Figure:
    """micrograd in a process of its own, collector on; a wide network by one sample, times the batch."""
    one = work.smaller(1) if work.loss == "cross_entropy" else work
    check(micrograd_contestant(one).outcome(), numpy_step(one, one.parameters(), *one.samples()), MICROGRAD)
    taken = 1e3 * timing.in_fresh_process(micrograd_milliseconds, one, effort.micrograd_steps)
    scaled = {} if one is work else {"how": f"one sample was measured, and multiplied by {work.batch}"}
    theirs = taken * work.batch / one.batch
    ours = times.get("kernel alone")
    return Figure(
        title,
        "us a step",
        ours=median(ours) if ours else None,
        peer=theirs,
        peer_name=MICROGRAD,
        ratio=theirs / median(ours) if ours else None,
        target=Target("ratio", "at least", TARGETS[work.name, "kernel alone"][MICROGRAD]),
        details=scaled if ours else scaled | {"not measured": reasons["kernel alone"]},
    )


def micrograd_milliseconds(work: Work, steps: int) -> float:
    """The usual time of a step of micrograd in this process."""
    return timing.usual_time(lambda _: micrograd_contestant(work).step, MICROGRAD, steps)
