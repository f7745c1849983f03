"""One target under the fuzzer: `python -m benchmarks.proof.fuzzing.process TARGET SECONDS FOLDER`.

What it finds is printed, a line of JSON each; the fuzzer's own account goes to the error stream.
"""

import base64
import importlib
import json
import sys
import warnings
from pathlib import Path

ENGINE = [f"autograd.{name}" for name in ("primitives", "value", "graph", "drawing")]
#: The modules in which the fuzzer sees what an input reaches. To watch all would take seconds before the first.
WATCHED = {
    "expressions": [*ENGINE, "autograd.__main__", "autograd.expression"],
    "weights": [f"nn.{name}" for name in ("checkpoint", "files", "history", "module", "resuming")],
    "graphs": [*ENGINE, *(f"autograd.{name}" for name in ("copying", "dialects", "transforms"))],
}

LONGEST = 5  # seconds for one input; more is a hang
MOST_MEMORY = 1024  # megabytes
MOST_FOUND = 20  # kinds; then there is enough to look at


def main(target: str, seconds: float, folder: str) -> None:
    """Fuzz a target for some seconds, from its starts on; nothing is written outside the folder."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=WATCHED[target], enable_loader_override=False):
        module = importlib.import_module(f"benchmarks.proof.fuzzing.{target}")
    warnings.simplefilter("ignore")
    starts, words = Path(folder, "starts"), Path(folder, "words")
    starts.mkdir()
    for i, start in enumerate(module.STARTS):
        starts.joinpath(str(i)).write_bytes(start)
    words.write_text("".join(f'"{escaped(word)}"\n' for word in module.WORDS), encoding="utf-8")
    found: set[str] = set()

    def judged(data: bytes) -> None:
        try:
            module.check(data)
        except BaseException as error:
            tell(error, data, found)

    told_of_words = [f"-dict={words}"] if module.WORDS else []
    atheris.Setup([target, *options(seconds, folder), *told_of_words, str(starts)], judged)
    atheris.Fuzz()


def options(seconds: float, folder: str) -> list[str]:
    """The options of the fuzzer, for as many seconds."""
    limits = {
        "max_total_time": max(1, round(seconds)),
        "timeout": LONGEST,
        "rss_limit_mb": MOST_MEMORY,
        "artifact_prefix": f"{folder}/",
        "print_final_stats": 1,
        "seed": 1,
        "max_len": 12_000,  # an expression has at most 10,000 characters
    }
    return [f"-{name}={limit}" for name, limit in limits.items()]


def escaped(word: str) -> str:
    r"""A word as a dictionary of the fuzzer has it.

    >>> print(escaped('"\\'))
    \x22\x5c
    """
    return "".join(c if c.isalnum() else f"\\x{ord(c):02x}" for c in word)


def tell(error: BaseException, data: bytes, found: set[str]) -> None:
    """Print an error and the input that led to it, once for each place that it is raised at."""
    from benchmarks.proof.sentences import place_of  # not above: what it imports would go unwatched

    place = place_of(error)
    kind = f"{type(error).__name__} {place.rpartition(' in ')[2]}"
    if kind not in found and len(found) < MOST_FOUND:
        found.add(kind)
        print(json.dumps({"what": place, "input": base64.b64encode(data).decode()}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), sys.argv[3])
