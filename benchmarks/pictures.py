"""The benchmark `pictures`: how long a picture takes, how large it is, how often its edges cross, beside `dot`."""

import argparse
import random
import shutil
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from autograd import Value, draw, export
from benchmarks import crossings, moons, report
from benchmarks.report import Figure, Target
from nn import MLP

SEED = 1337
DOT = "dot"

#: Networks written out, by about how many values one sample through them is, and the seconds that it may take.
SIZES = {10: ([2, 1], 0.02), 100: ([2, 5, 3, 1], 0.05), 1000: ([6, 17, 11, 1], 0.3), 10_000: ([16, 52, 45, 1], 2.0)}

#: Networks of about 65, 200 and 516 values, through `nn` and written out.
CROSSED = {
    "nn": ([2, 5, 4, 1], [3, 9, 9, 1], [4, 14, 14, 10, 1]),
    "written out": ([2, 4, 2, 1], [3, 8, 4, 1], [4, 12, 8, 1]),
}
COMPACT = [2, 12, 10, 1]  # 509 values


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--json", action="store_true", help="print the line of the results file, not a table")
    parser.add_argument("--quick", action="store_true", help="a smoke test of seconds, whose figures are not recorded")


def run(arguments: argparse.Namespace) -> None:
    """Measure, print, and, if it was not a quick run, append a dated line to results/pictures.jsonl."""
    figures = measured(arguments.quick)
    line = report.dated(figures, peers={DOT: shutil.which(DOT) is not None})
    report.tell(figures, line, arguments.json, "pictures" if not arguments.quick else None)


def measured(quick: bool) -> list[Figure]:
    """All figures of this benchmark; a quick run leaves out what takes long."""
    sizes = list(SIZES.items())[: 2 if quick else None]
    figures = [size_of_compact()]
    figures += [seconds(about, shape, limit, view) for about, (shape, limit) in sizes for view in ("detail", "compact")]
    figures += [
        edges_crossed(kind, shape) for kind, shapes in CROSSED.items() for shape in shapes[: 1 if quick else None]
    ]
    figures += [seconds_of_demo(kind, 10 if quick else moons.COUNT) for kind in ("nn.MLP", "w * x + ...")]
    return figures


def written_out(shape: list[int]) -> Value:
    """One sample through a network of plain values, after backpropagation."""
    rng = random.Random(SEED)
    random.seed(SEED)
    result: Value = moons.WrittenOut(Value, shape)([Value(rng.uniform(-1, 1)) for _ in range(shape[0])])
    result.backward()
    return result


def through_nn(shape: list[int]) -> Value:
    """One sample through an `nn.MLP`, after backpropagation."""
    rng = random.Random(SEED)
    result: Value = MLP(shape[0], shape[1:], rng=rng)([Value(rng.uniform(-1, 1)) for _ in range(shape[0])])
    result.backward()
    return result


def seconds(about: int, shape: list[int], limit: float, view: str) -> Figure:
    """The processor time of a picture with a box for each value, from the graph to the text of the SVG."""
    root = written_out(shape)
    values = len(export(root))
    taken, size = fastest(partial(svg_size, root, view, values), 1 if values > 5000 else 5)
    return Figure(
        f"picture of about {about:,} values, {view}",
        "s",
        ours=taken,
        target=Target("ours", "at most", limit),
        details={"values": values, "kB": size / 1000},
    )


def svg_size(root: Value, view: str, most: int) -> int:
    """How many characters a picture has."""
    return len(draw(root, view, max_nodes=most).svg)


def fastest(work: Callable[[], int], times: int) -> tuple[float, int]:
    """The least processor time of several runs, and what the work gives."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        size = work()
        taken.append(time.process_time() - start)
    return min(taken), size


def size_of_compact() -> Figure:
    """How large the compact picture of about 516 values is."""
    root = written_out(COMPACT)
    size = svg_size(root, "compact", 1000)
    return Figure(
        "SVG of about 516 values, compact",
        "kB",
        ours=size / 1000,
        target=Target("ours", "at most", 200.0),
        details={"values": len(export(root))},
    )


def edges_crossed(kind: str, shape: list[int]) -> Figure:
    """How often edges cross on the page, beside `dot` on the same boxes; ours with frames, that of `dot` without."""
    root = through_nn(shape) if kind == "nn" else written_out(shape)
    found = crossings.ours(root)
    of_dot = crossings.of_dot(root) if shutil.which(DOT) else None
    return Figure(
        f"crossings, {'-'.join(map(str, shape))}, {kind}",
        "crossings",
        ours=found,
        peer=of_dot,
        peer_name=DOT,
        ratio=of_dot / found if of_dot else None,
        target=Target("ratio", "at least", 1 / 1.3),
        details={"values": len(export(root))},
    )


def seconds_of_demo(kind: str, count: int) -> Figure:
    """The processor time of the loss of micrograd's demo, drawn with defaults."""
    loss = loss_of_demo(kind, count)
    values = len(export(loss))
    taken, size = fastest(lambda: len(draw(loss).svg), 1)
    return Figure(
        f"loss of the moons demo, {kind}, defaults",
        "s",
        ours=taken,
        target=Target("ours", "at most", 3.0),
        details={"values": values, "kB": size / 1000},
    )


def loss_of_demo(kind: str, count: int) -> Value:
    """The loss of the first step of the demo, after backpropagation."""
    random.seed(SEED)
    model: Any = MLP(moons.SHAPE[0], moons.SHAPE[1:]) if kind == "nn.MLP" else moons.WrittenOut(Value, moons.SHAPE)
    data = moons.points(count)
    scores = [model([Value(x) for x in place]) for place, _ in data]
    losses = [(1 + -side * score).relu() for (_, side), score in zip(data, scores, strict=True)]
    loss: Value = sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(p * p for p in model.parameters())
    loss.backward()
    return loss
