"""`save` and `load`: the numbers of a model in a file, exact to the last bit, whole or not there."""

import hashlib
import importlib
import io
import json
import zipfile
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from autograd.given import path_of
from nn.checks import shown
from nn.files import content_of, document, replace_file
from nn.module import Module

KIND = "valuegrad parameters"
ARRAYS = ("numbers", "names", "sha256")  # of a file that holds arrays


def save(model: Module, path: str | PathLike[str]) -> None:
    """Write the parameters of a model to a file; the end of its name says how.

    `.json` needs nothing and can be read by eye; `.npz` and `.safetensors` are smaller. An old file of the same name
    is replaced at once when the new one is on the disk, so that no crash leaves half a file.

    >>> import nn
    >>> from tempfile import TemporaryDirectory
    >>> model, other = nn.MLP(2, [3, 1]), nn.MLP(2, [3, 1])
    >>> with TemporaryDirectory() as folder:
    ...     nn.save(model, Path(folder, "model.json"))
    ...     nn.load(Path(folder, "model.json"), into=other)
    >>> other.state_dict() == model.state_dict()
    True
    """
    if not isinstance(model, Module):
        raise TypeError(f"save takes a Module, got {shown(model)}")
    replace_file(path, format_of(path).packed(model.state_dict()))


def load(path: str | PathLike[str], into: Module) -> None:
    """Give the parameters of a model the numbers of a file that `save` wrote.

    A file that is damaged, of another kind, or does not fit the model raises ValueError, and the model stays as it is.
    Nothing in a file is ever run.

    >>> import nn
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     nn.save(nn.Neuron(3), Path(folder, "neuron.json"))
    ...     nn.load(Path(folder, "neuron.json"), into=nn.Neuron(2))
    Traceback (most recent call last):
    ValueError: this state does not fit a Neuron; unexpected: w.2
    """
    if not isinstance(into, Module):
        raise TypeError(f"load fills a Module, got {shown(into)}")
    into.load_state_dict(format_of(path).unpacked(Path(path).read_bytes(), path))


class Format(NamedTuple):
    """How the parameters by their names become the bytes of a file, and come back."""

    packed: Callable[[dict[str, float]], bytes]
    unpacked: Callable[[bytes, object], dict[str, float]]


def format_of(path: str | PathLike[str]) -> Format:
    """The format that the end of a file's name stands for.

    >>> format_of("model.pkl")
    Traceback (most recent call last):
    ValueError: the file of a model ends with .json, .npz, .safetensors, got 'model.pkl'
    """
    ending = path_of(path).suffix.lower()
    if ending not in FORMATS:
        raise ValueError(f"the file of a model ends with {', '.join(FORMATS)}, got {str(path)!r}")
    return FORMATS[ending]


def as_json(parameters: dict[str, float]) -> bytes:
    """Parameters as a JSON document with a checksum."""
    return document(KIND, parameters)


def from_json(data: bytes, path: object) -> dict[str, float]:
    """What `as_json` was given."""
    return numbers_by_name(content_of(KIND, data, path), path)


def as_npz(parameters: dict[str, float]) -> bytes:
    """Parameters as arrays of NumPy: all numbers in one, and their names."""
    file = io.BytesIO()
    package("numpy", "fast").savez(file, **arrays_of(parameters))
    return file.getvalue()


def from_npz(data: bytes, path: object) -> dict[str, float]:
    """What `as_npz` was given."""
    numpy = package("numpy", "fast")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            refuse_what_is_squeezed(archive)
        with numpy.load(io.BytesIO(data), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except Exception as error:  # a zip file can be damaged in many ways, each with an exception of its own
        raise ValueError(f"{path} is damaged: it cannot be read as .npz ({error})") from None
    return parameters_of(arrays, path)


def refuse_what_is_squeezed(archive: zipfile.ZipFile) -> None:
    """Refuse what unpacks into more than it is: `as_npz` squeezes nothing, and a megabyte may hold a gigabyte."""
    members = archive.infolist()
    if len(members) != len(ARRAYS) or any(member.compress_type != zipfile.ZIP_STORED for member in members):
        raise ValueError(f"it has other members than {', '.join(ARRAYS)}, or they are compressed")


def as_safetensors(parameters: dict[str, float]) -> bytes:
    """Parameters in the safetensors format: all numbers in one tensor, and their names."""
    packed: bytes = package("safetensors.numpy", "safetensors").save(arrays_of(parameters))
    return packed


def from_safetensors(data: bytes, path: object) -> dict[str, float]:
    """What `as_safetensors` was given."""
    safetensors = package("safetensors.numpy", "safetensors")
    try:
        arrays = safetensors.load(data)
    except Exception as error:  # its error class is not importable without it
        raise ValueError(f"{path} is damaged: it cannot be read as .safetensors ({error})") from None
    return parameters_of(arrays, path)


def arrays_of(parameters: dict[str, float]) -> dict[str, Any]:
    """The arrays that hold parameters: numbers, their names as the bytes of a JSON list, a checksum over both."""
    numpy = package("numpy", "fast")
    names = json.dumps(list(parameters)).encode()
    numbers = numpy.array(list(parameters.values()), dtype="<f8")
    return {
        "numbers": numbers,
        "names": numpy.frombuffer(names, dtype="u1"),
        "sha256": numpy.frombuffer(hashlib.sha256(names + numbers.tobytes()).digest(), dtype="u1"),
    }


def parameters_of(arrays: dict[str, Any], path: object) -> dict[str, float]:
    """What `arrays_of` was given; a ValueError, if a single bit is another."""
    numpy = package("numpy", "fast")
    if arrays.keys() != set(ARRAYS) or not all(isinstance(array, numpy.ndarray) for array in arrays.values()):
        raise ValueError(f"{path} does not hold the parameters of a model as nn.save writes them")
    names, numbers = arrays["names"].tobytes(), arrays["numbers"]
    if (
        str(numbers.dtype) != "float64"
        or arrays["sha256"].tobytes() != hashlib.sha256(names + numbers.tobytes()).digest()
    ):
        raise ValueError(f"{path} is damaged: its content does not have its checksum")
    try:
        listed = json.loads(names.decode())
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} does not hold a name for each number: they are no JSON ({error})") from None
    if not isinstance(listed, list) or len(listed) != numbers.size or not all(isinstance(name, str) for name in listed):
        raise ValueError(f"{path} does not hold a name for each number")
    if len(set(listed)) < len(listed):
        raise ValueError(f"{path} holds two numbers of one name")
    return numbers_by_name(dict(zip(listed, numbers.reshape(-1).tolist(), strict=True)), path)


def numbers_by_name(found: dict[str, Any], path: object) -> dict[str, float]:
    """What was found in a file, if it is floats by their names.

    >>> numbers_by_name({"b": "0.5"}, "model.json")
    Traceback (most recent call last):
    ValueError: model.json does not hold the numbers of a model: b is str: '0.5'
    """
    for name, item in found.items():
        if type(item) is not float:
            raise ValueError(f"{path} does not hold the numbers of a model: {name} is {shown(item)}")
    return found


def package(name: str, extra: str) -> Any:
    """A package of an extra."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ImportError(
            f'files of this kind need {name.partition(".")[0]}: pip install "valuegrad[{extra}]"'
        ) from error


#: By the end of a file's name.
FORMATS = {
    ".json": Format(as_json, from_json),
    ".npz": Format(as_npz, from_npz),
    ".safetensors": Format(as_safetensors, from_safetensors),
}
