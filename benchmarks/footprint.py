"""What a library costs beside time: memory, garbage, depth, and whether it gives the same bits again."""

import ctypes
import gc
import os
import random
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from benchmarks.moons import SHAPE, WrittenOut, points_by_formula
from benchmarks.peers import value_class
from benchmarks.timing import Result, in_fresh_process

ROOT = Path(__file__).parent.parent
#: Bytes; a recursion in C does not get far on it. To free what lies deep, CPython 3.13, and it alone, nests 10,000
#: calls, for which 256 kB are too few: a tuple of tuples of tuples ends it there.
SMALL_STACK = (1024 if sys.version_info[:2] == (3, 13) else 256) * 1024


def bytes_per_node(library: str, nodes: int = 100_000) -> float:
    """Memory of one node of `y = y * x`, its number included, over a long chain.

    >>> bytes_per_node("valuegrad", 1000) < bytes_per_node("micrograd", 1000)
    True
    """
    value = value_class(library)
    x = y = value(1.0000001)
    gc.collect()
    gc.disable()  # it would only slow this down
    tracemalloc.start()
    try:
        for _ in range(nodes):
            y = y * x
        return tracemalloc.get_traced_memory()[0] / nodes
    finally:
        tracemalloc.stop()
        gc.enable()


def resident_bytes() -> int | None:
    """The resident memory of this process, after what is free was given back; None where the system does not say.

    >>> resident_bytes() != 0
    True
    """
    try:
        ctypes.CDLL(None).malloc_trim(0)
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, AttributeError, TypeError):
        return None


def peak_bytes() -> int | None:
    """The most memory that this process has held at once; None where the system does not say.

    >>> peak_bytes() != 0
    True
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return None
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def left_to_the_collector(library: str, graphs: int = 1000) -> int:
    """How many objects stay behind, until the collector comes, when graphs are made, walked and dropped.

    >>> left_to_the_collector("valuegrad", 10), left_to_the_collector("micrograd", 10) > 0
    (0, True)
    """
    value = value_class(library)
    gc.collect()
    gc.disable()
    try:
        for i in range(graphs):
            a, b = value(float(i)), value(-3.0)
            ((a * b + 5.0).relu() ** 2 - a / b).backward()
        del a, b
        return gc.collect()
    finally:
        gc.enable()


def with_a_small_stack(work: Callable[[], Result]) -> Result:
    """What a function gives in a thread with a small stack, at Python's own recursion limit; raises what it raises.

    >>> with_a_small_stack(lambda: 1 + 1)
    2
    """
    outcome: Future[Result] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except Exception as error:
            outcome.set_exception(error)

    before = threading.stack_size(SMALL_STACK)
    thread = threading.Thread(target=run)
    thread.start()
    threading.stack_size(before)
    thread.join()
    return outcome.result()


def backward_through_a_chain(library: str, length: int) -> bool:
    """Whether `backward()` works, and the graph can be freed, after so many operations in a row.

    In a thread with a small stack, at Python's own recursion limit.

    >>> backward_through_a_chain("micrograd", 100), backward_through_a_chain("micrograd", 2000)
    (True, False)
    """
    value = value_class(library)

    def slope_is_right() -> bool:
        x = y = value(1.0)
        for _ in range(length):
            y = y + x
        y.backward()
        del y
        return bool(x.grad == length + 1)

    try:
        return with_a_small_stack(slope_is_right)
    except RecursionError:
        return False


def first_depth_that_fails(library: str, at_most: int = 4096) -> int | None:
    """The shortest chain through which `backward()` does not work, if it is not above `at_most`."""
    if backward_through_a_chain(library, at_most):
        return None
    works, fails = 0, at_most
    while fails - works > 1:
        middle = (works + fails) // 2
        if backward_through_a_chain(library, middle):
            works = middle
        else:
            fails = middle
    return fails


def gradient_bits(library: str) -> tuple[str, ...]:
    """Every gradient of a small network after one pass, to the last bit."""
    value = value_class(library)
    random.seed(0)
    model = WrittenOut(value, SHAPE)
    loss = sum((model([value(x) for x in place]) - side) ** 2 for place, side in points_by_formula(10))
    loss.backward()
    return tuple(float(p.grad).hex() for p in model.parameters())


def distinct_gradients(library: str, processes: int) -> int:
    """How many different results the same program gives, run so often under different hash seeds."""
    return len({under_hash_seed(seed, gradient_bits, library) for seed in range(processes)})


def under_hash_seed(seed: int, function: Callable[..., Result], *arguments: object) -> Result:
    """What a function gives in a process of its own, in which sets of text are ordered by this seed.

    >>> under_hash_seed(1, hash, "text") == under_hash_seed(1, hash, "text") != under_hash_seed(2, hash, "text")
    True
    """
    before = os.environ.get("PYTHONHASHSEED")
    os.environ["PYTHONHASHSEED"] = str(seed)
    try:
        return in_fresh_process(function, *arguments)
    finally:
        del os.environ["PYTHONHASHSEED"]
        if before is not None:
            os.environ["PYTHONHASHSEED"] = before


def python_says(program: str) -> str:
    """What a short program prints in a fresh interpreter that finds this checkout.

    >>> python_says("print(1 + 1)")
    '2\\n'
    """
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def import_milliseconds(statement: str, pairs: int) -> list[float]:
    """Wall time of a fresh interpreter that runs an import statement, over one that runs nothing, pair by pair."""

    def wall(program: str) -> float:
        start = time.perf_counter()
        python_says(program)
        return (time.perf_counter() - start) * 1e3

    wall(statement)  # so that bytecode is written
    bare_and_with = [(wall("pass"), wall(statement)) for _ in range(pairs)]
    return [with_import - bare for bare, with_import in bare_and_with]


def third_party_modules(statement: str) -> list[str]:
    """Packages outside the standard library that an import statement loads, besides our own."""
    loaded = python_says(f"import sys; before = {{*sys.modules}}; {statement}; print(*({{*sys.modules}} - before))")
    packages = {module.partition(".")[0] for module in loaded.split()}
    return sorted(packages - sys.stdlib_module_names - {"autograd", "nn"})


def lines_before_the_first_gradient(text: str) -> int | None:
    """How many lines of a text one reads until a gradient is asked for, that line included.

    >>> lines_before_the_first_gradient("# Title\\n\\n    y.backward()\\n")
    3
    """
    for count, line in enumerate(text.splitlines(), start=1):
        if ".backward()" in line or ".grad" in line:
            return count
    return None
