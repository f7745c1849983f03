"""The benchmark `eager`: what recording and walking values costs, beside micrograd and microgpt's design.

Every figure stands beside the target it is held against; one that misses it says so, and nothing fails.
"""

import argparse
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from importlib.metadata import metadata
from statistics import median

from benchmarks import footprint, gpt, moons, report, timing
from benchmarks.peers import MICROGPT, MICROGRAD, OURS, micrograd_version
from benchmarks.report import Figure, Target

CHAIN = 1_000_000
AUTOGRAD = "import autograd"


@dataclass(frozen=True)
class Effort:
    """How much is measured: a full run takes minutes, a quick one seconds and only shows that all works."""

    steps: int = 9  # timed in each state of the collector
    processes: int = 3  # of each library, with the collector on
    points: int = 100  # of the moons
    nodes: int = 100_000  # whose bytes are counted
    imports: int = 15
    seeds: int = 20


QUICK = Effort(steps=1, processes=1, points=20, nodes=20_000, imports=3, seeds=3)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--json", action="store_true", help="print the line of the results file, not a table")
    parser.add_argument("--steps", type=int, metavar="N", help=f"time N steps for each figure, not {Effort.steps}")
    parser.add_argument("--quick", action="store_true", help="a smoke test of seconds, whose figures are not recorded")


def run(arguments: argparse.Namespace) -> None:
    """Measure, print, and, if it was not a quick run, append a dated line to results/eager.jsonl."""
    peers = {MICROGRAD: micrograd_version()}
    if arguments.steps is not None and arguments.steps < 1:
        raise SystemExit(f"--steps takes a number from 1 on, got {arguments.steps}")
    effort = QUICK if arguments.quick else Effort()
    if arguments.steps is not None:
        effort = Effort(**{**vars(effort), "steps": arguments.steps})
    figures = measured(effort)
    line = report.dated(figures, peers=peers, effort=vars(effort))
    report.tell(figures, line, arguments.json, "eager" if not arguments.quick else None)


def measured(effort: Effort) -> list[Figure]:
    """All figures of this benchmark."""
    demo = partial(moons.demo, count=effort.points)
    written_out = partial(moons.written_out, count=effort.points)
    nodes = {"nodes, ours": gpt.node_count(OURS), "nodes, peer": gpt.node_count(MICROGPT)}
    return [
        *steps("moons demo, nn.MLP", demo, MICROGRAD, (50.0, 6.0), effort),
        *steps("moons demo, w * x + ...", written_out, MICROGRAD, (8.0, 2.0), effort),
        *steps("microgpt inner loop", gpt.inner_loop, MICROGPT, (1.3, 1.3), effort, nodes),
        memory_of_a_node(effort.nodes),
        garbage(),
        long_chain(),
        import_time(effort.imports),
        reproducibility(effort.seeds),
        readme(),
    ]


def steps(
    name: str,
    prepare: Callable[[str], timing.Step],
    peer: str,
    targets: tuple[float, float],
    effort: Effort,
    details: dict[str, int] | None = None,
) -> list[Figure]:
    """The time of a training step, with the collector on and off."""
    turns = {
        "on": timing.with_collector_on(prepare, OURS, peer, effort.processes, effort.steps),
        "off": timing.with_collector_off(prepare, OURS, peer, effort.steps),
    }
    return [
        Figure(
            f"{name}, collector {state}",
            "ms a step",
            ours=median(taken.ours),
            peer=median(taken.peer),
            peer_name=peer,
            ratio=taken.ratio,
            target=Target("ratio", "at least", target),
            details={"fastest, ours": min(taken.ours), "fastest, peer": min(taken.peer)} | (details or {}),
        )
        for (state, taken), target in zip(turns.items(), targets, strict=True)
    ]


def memory_of_a_node(nodes: int) -> Figure:
    """Bytes of a node of y = y * x."""
    ours, peer, other = (
        timing.in_fresh_process(footprint.bytes_per_node, library, nodes) for library in (OURS, MICROGRAD, MICROGPT)
    )
    return Figure(
        "memory of y = y * x",
        "bytes a node",
        ours=ours,
        peer=peer,
        peer_name=MICROGRAD,
        ratio=peer / ours,
        target=Target("ours", "at most", 150.0),
        details={MICROGPT: other},
    )


def garbage() -> Figure:
    """What dropped graphs leave behind."""
    ours, peer = (timing.in_fresh_process(footprint.left_to_the_collector, library) for library in (OURS, MICROGRAD))
    return Figure(
        "left to the collector by 1,000 graphs",
        "objects",
        ours=ours,
        peer=peer,
        peer_name=MICROGRAD,
        target=Target("ours", "at most", 0.0),
    )


def long_chain() -> Figure:
    """How deep a graph may be: ours is tried at a million, the peer until it fails."""
    try:
        works = timing.in_fresh_process(footprint.backward_through_a_chain, OURS, CHAIN)
    except BrokenProcessPool:  # the stack overflowed
        works = False
    fails = timing.in_fresh_process(footprint.first_depth_that_fails, MICROGRAD)
    return Figure(
        "chain that backward() and freeing survive on a small stack",
        "operations",
        ours=CHAIN if works else 0,
        peer=None if fails is None else fails - 1,
        peer_name=MICROGRAD,
        target=Target("ours", "at least", CHAIN),
        details={"works": works, "kB of stack": footprint.SMALL_STACK // 1024, f"{MICROGRAD} fails at": fails},
    )


def import_time(pairs: int) -> Figure:
    """What the import adds to the start of Python."""
    ours = footprint.import_milliseconds(AUTOGRAD, pairs)
    peer = footprint.import_milliseconds("import micrograd.engine", pairs)
    return Figure(
        f"{AUTOGRAD}, over bare Python",
        "ms",
        ours=median(ours),
        peer=median(peer),
        peer_name=MICROGRAD,
        target=Target("ours", "at most", 30.0),
        details={"third-party modules loaded": footprint.third_party_modules(AUTOGRAD)},
    )


def reproducibility(processes: int) -> Figure:
    """How many different gradients one program has."""
    return Figure(
        f"distinct gradient bits over {processes} processes",
        "results",
        ours=footprint.distinct_gradients(OURS, processes),
        peer=footprint.distinct_gradients(MICROGRAD, processes),
        peer_name=MICROGRAD,
        target=Target("ours", "at most", 1.0),
    )


def readme() -> Figure:
    """How soon a newcomer sees a gradient."""
    path = report.ROOT / "README.md"
    ours = footprint.lines_before_the_first_gradient(path.read_text(encoding="utf-8")) if path.exists() else None
    return Figure(
        "README until the first gradient",
        "lines",
        ours=ours,
        peer=footprint.lines_before_the_first_gradient(str(metadata(MICROGRAD).json["description"])),
        peer_name=MICROGRAD,
        target=Target("ours", "at most", 15.0),
        details={} if path.exists() else {"not measured": "no README"},
    )
