"""Files as disks and networks damage them, and whether the damage is refused and leaves the model untouched."""

import random
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import nn
from benchmarks.proof.files.trainings import Training
from benchmarks.proof.sentences import is_meant, place_of
from nn.checkpoint import FORMATS
from nn.files import document
from nn.resuming import KIND

NEEDED = {".json": "json", ".npz": "numpy", ".safetensors": "safetensors"}
KEPT = ".training"  # the end of the name of a file that keeps a training; any other is the end of a weight file's
KINDS = [*(ending for ending, package in NEEDED.items() if find_spec(package)), KEPT]
OTHERS = [
    b"",
    b"\x89PNG\r\n\x1a\n",
    b"%PDF-1.7\n",
    b"\x80\x05K\x01.",
    b"\x1f\x8b\x08\x00",
    b"<html>",
    b"\x93NUMPY\x01\x00",
]


def flipped(data: bytes, chance: random.Random) -> bytes:
    """A few bits are others."""
    damaged = bytearray(data)
    for _ in range(chance.randrange(1, 4)):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def cut(data: bytes, chance: random.Random) -> bytes:
    """The end is missing."""
    return data[: chance.randrange(len(data))]


def inserted(data: bytes, chance: random.Random) -> bytes:
    """Bytes by chance stand between the others."""
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.randbytes(chance.randrange(1, 20)) + data[at:]


def swapped(data: bytes, chance: random.Random) -> bytes:
    """Two blocks that follow each other have changed places."""
    first, second, third = sorted(chance.choices(range(len(data) + 1), k=3))
    return data[:first] + data[second:third] + data[first:second] + data[third:]


def zeroed(data: bytes, chance: random.Random) -> bytes:
    """A stretch is zeros, as a block that was never written."""
    first, last = sorted(chance.choices(range(len(data) + 1), k=2))
    return data[:first] + bytes(last - first) + data[last:]


def repeated(data: bytes, chance: random.Random) -> bytes:
    """A stretch was written twice."""
    first, last = sorted(chance.choices(range(len(data) + 1), k=2))
    return data[:last] + data[first:]


def of_another_kind(data: bytes, chance: random.Random) -> bytes:
    """The beginning of a file of another kind, in front or instead."""
    return chance.choice(OTHERS) + data[chance.randrange(len(data)) :] * chance.randrange(2)


DAMAGES: list[Callable[[bytes, random.Random], bytes]] = [
    flipped,
    cut,
    inserted,
    swapped,
    zeroed,
    repeated,
    of_another_kind,
]


class Damage(NamedTuple):
    """What came of some damaged files: how many were tried and refused, and what went wrong with the others."""

    tried: int
    refused: int
    faults: list[str]


def numbers_of(chance: random.Random) -> list[float]:
    """Numbers that are hard to write, or any."""
    return [chance.choice([0.1, -0.0, 5e-324, 1.7976931348623157e308, float("inf"), chance.gauss(0, 1)]) for _ in "abc"]


def damaged(cases: Iterator[int]) -> Damage:
    """Damage files and load them; each case is a file, a damage and a place by chance."""
    tried, refused, faults = 0, 0, list[str]()
    with tempfile.TemporaryDirectory() as folder:
        for case in cases:
            tried += 1
            kind, damage = KINDS[case % len(KINDS)], DAMAGES[case // len(KINDS) % len(DAMAGES)]
            fault = trial(Path(folder, f"file{kind}"), damage, random.Random(case))
            refused += fault is None
            if fault:
                faults.append(f"case {case}, {damage.__name__} {kind}: {fault}")
    return Damage(tried, refused, faults)


def trial(path: Path, damage: Callable[[bytes, random.Random], bytes], chance: random.Random) -> str | None:
    """What is wrong with how one damaged file is loaded, "" for nothing; None if it is refused as it should be.

    A damage that changes no meaning, such as that of a line break, may be loaded: as what was written, to the bit.
    """
    written, read = Training(), Training()
    for parameter, number in zip(written.model.parameters(), numbers_of(chance), strict=True):
        parameter.data = number
    untouched = read.state()
    path.write_bytes(damage(whole(written, path), chance))
    try:
        load(read, path)
    except ValueError as error:
        if not is_meant(error, ValueError):
            return f"refused without a sentence: {place_of(error)}"
        return None if read.state() == untouched else "refused, and the model is another"
    except Exception as error:
        return f"refused without a sentence: {place_of(error)}"
    return "" if read.state() == written.state() else "loaded as something else"


def whole(training: Training, path: Path) -> bytes:
    """The file of a training, or of the numbers of its model, before it is damaged."""
    if path.suffix == KEPT:
        return document(KIND, training.checkpoint(path).content())
    return FORMATS[path.suffix].packed(training.model.state_dict())


def load(training: Training, path: Path) -> None:
    """Go on with what a file keeps."""
    if path.suffix == KEPT:
        training.checkpoint(path).resume(set())
    else:
        nn.load(path, into=training.model)
