"""What a fuzzer finds in the readers of weight files and of the files that keep a training.

The first byte of its input says how the rest becomes a file: as it is, or as the content of one whose checksums fit,
so that what lies behind them is reached.
"""

import hashlib
import io
import json
import random
import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy
import safetensors.numpy

from benchmarks.proof.files.damaged import KEPT, load
from benchmarks.proof.files.trainings import Training
from benchmarks.proof.sentences import is_meant
from nn.checkpoint import FORMATS
from nn.checkpoint import KIND as PARAMETERS
from nn.files import checksum, writable
from nn.resuming import KIND as TRAINING

STATE = b'"state"'
BETWEEN = b"\xff\xfe"  # the parts of an input of several


def as_it_is(data: bytes) -> bytes:
    """The input itself."""
    return data


def as_document(kind: str, content: bytes) -> bytes:
    """A JSON document with this content, if it is JSON at all, and a checksum that fits."""
    try:
        held = {"kind": kind, "content": json.loads(content)}
        return json.dumps(held | {"sha256": checksum(held)}).encode()
    except (ValueError, RecursionError):
        return content


def as_parameters(content: bytes) -> bytes:
    """A weight file with this content."""
    return as_document(PARAMETERS, content)


def as_training(content: bytes) -> bytes:
    """A kept training; the hundreds of numbers that are the state of its chance are one word of the input."""
    return as_document(TRAINING, content.replace(STATE, json.dumps(random.Random(1).getstate()[1]).encode()))


def as_arrays(data: bytes) -> dict[str, Any]:
    """Arrays with these names and numbers, and a checksum that fits."""
    names, _, numbers = data.partition(BETWEEN)
    held = numpy.frombuffer(numbers[: len(numbers) // 8 * 8], dtype="<f8")
    digest = hashlib.sha256(names + held.tobytes()).digest()
    texts = {"names": names, "sha256": digest}
    return {"numbers": held} | {name: numpy.frombuffer(text, dtype="u1") for name, text in texts.items()}


def as_npz(data: bytes) -> bytes:
    """A file of NumPy with these names and numbers."""
    numpy.savez(file := io.BytesIO(), **as_arrays(data))
    return file.getvalue()


def as_archive(data: bytes) -> bytes:
    """A zip file whose members hold the parts of the input, squeezed where the first byte says so."""
    squeezed = zipfile.ZIP_DEFLATED if data[:1] == b"z" else zipfile.ZIP_STORED
    with zipfile.ZipFile(file := io.BytesIO(), "w", squeezed) as archive:
        for name, part in zip(("numbers", "names", "sha256", "more"), data[1:].split(BETWEEN), strict=False):
            archive.writestr(f"{name}.npy", part)
    return file.getvalue()


def as_safetensors(data: bytes) -> bytes:
    """A file of safetensors with these names and numbers."""
    packed: bytes = safetensors.numpy.save(as_arrays(data))
    return packed


def as_tensors(data: bytes) -> bytes:
    """A file of safetensors with this header, whose length fits, and these bytes behind it."""
    header, _, numbers = data.partition(BETWEEN)
    return struct.pack("<Q", len(header)) + header + numbers


class Way(NamedTuple):
    """How an input becomes a file: by what, and the end of its name."""

    made: Callable[[bytes], bytes]
    ending: str


WAYS = [
    *(Way(as_it_is, ending) for ending in (*FORMATS, KEPT)),
    Way(as_parameters, ".json"),
    Way(as_training, KEPT),
    Way(as_npz, ".npz"),
    Way(as_archive, ".npz"),
    Way(as_safetensors, ".safetensors"),
    Way(as_tensors, ".safetensors"),
]


def check(data: bytes) -> None:
    """Load a file; an AssertionError if it is refused without a sentence, refused by halves, or leaves no numbers."""
    way = WAYS[data[0] % len(WAYS)] if data else WAYS[0]
    training = Training()
    before = training.state()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"file{way.ending}")
        path.write_bytes(way.made(data[1:]))
        try:
            load(training, path)
        except ValueError as error:
            if not is_meant(error, ValueError):
                raise
            assert training.state() == before, f"refused by halves: {training.state()}"
            return
        check_use(training, path)


def check_use(training: Training, path: Path) -> None:
    """Go on with what was loaded: its numbers are floats, a step can be taken, and it can be kept again."""
    held = [number for p in training.model.parameters() for number in (p.data, p.grad)]
    assert all(type(number) is float for number in held), f"loaded {held!r:.200}"
    training.checkpoint(path).keep(at_once=True)
    training.rng.random()
    training.optimizer.step()
    training.best.restore()
    str(training.history)


def short_content(training: Training) -> bytes:
    """The content of a kept training, with a word for the state of its chance."""
    content = training.checkpoint(Path("none")).content()
    return json.dumps(writable(content | {"chance": [[3, "state", None]]})).encode()


def starts() -> list[bytes]:
    """A whole file of each kind, behind the byte that says how it is read."""
    training = Training()
    parameters = training.model.state_dict()
    names, numbers = json.dumps(list(parameters)).encode(), struct.pack("<3d", *parameters.values())
    content = short_content(training)
    whole = [form.packed(parameters) for form in FORMATS.values()]
    kept = [*whole, as_training(content), json.dumps(parameters).encode(), content, names + BETWEEN + numbers]
    with zipfile.ZipFile(io.BytesIO(whole[1])) as archive:
        members = BETWEEN.join(archive.read(name) for name in archive.namelist())
    header = whole[2][8 : 8 + struct.unpack("<Q", whole[2][:8])[0]]
    kept += [b"s" + members, names + BETWEEN + numbers, header + BETWEEN + whole[2][8 + len(header) :]]
    squeezed = WAYS.index(Way(as_archive, ".npz")), b"z" + members
    return [bytes([way]) + file for way, file in [*enumerate(kept), squeezed]]


STARTS = starts()
WORDS = [
    *("parameters", "gradients", "optimizer", "history", "chance", "best", "losses", "stopped", "steps", "lr", "w.0"),
    *('{"float": "inf"}', '{"float": ["nan"]}', "1e999", "NaN", "null", "[[[[[[[[", "\\ud800", "99999999999999999999"),
    *("'descr': '|O'", "'fortran_order': True", "'shape': (99999999999,)", '"dtype":"BF16"', '"data_offsets":[0,8]'),
]
