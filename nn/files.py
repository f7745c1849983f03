"""Files that are whole or not there: written aside, forced to the disk, renamed; and documents with a checksum."""

import contextlib
import hashlib
import json
import os
from os import PathLike
from pathlib import Path
from typing import Any

from nn.checks import shown

#: Numbers that JSON has no way to write.
NOT_IN_JSON = {"inf": float("inf"), "-inf": float("-inf"), "nan": float("nan")}


def replace_file(path: str | PathLike[str], content: bytes) -> None:
    """Make a file hold `content`; whatever happens meanwhile, it holds the old content or the new one, whole.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     replace_file(Path(folder, "a"), b"new")
    ...     Path(folder, "a").read_bytes(), os.listdir(folder)
    (b'new', ['a'])
    """
    target = Path(path).resolve()  # a link stays one
    aside = target.with_name(f".{target.name[:100]}.{os.urandom(8).hex()}")
    try:
        with open(aside, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, target)
    except BaseException:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
        raise
    force_folder(target.parent)


def force_folder(folder: Path) -> None:
    """Force a renaming in a folder to the disk, where the system can."""
    if os.name != "posix":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def document(kind: str, content: dict[str, Any]) -> bytes:
    """Plain data as JSON, with what it is and its checksum; floats are exact.

    >>> print(document("a kind", {"b": [0.1, float("inf")]}).decode())
    {
    "kind": "a kind",
    "sha256": "c9a5cc2d...",
    "content": {
    "b": [
    0.1,
    {
    "float": "inf"
    }
    ]
    }
    }
    """
    held = {"kind": kind, "content": writable(content)}
    text = json.dumps({"kind": kind, "sha256": checksum(held), "content": held["content"]}, allow_nan=False, indent=0)
    return text.encode()


def content_of(kind: str, data: bytes, path: object) -> dict[str, Any]:
    """What `document` was given; a ValueError if it is of another kind, or a single bit of it is another.

    >>> content_of("a kind", document("a kind", {"b": [0.1, float("inf")]}), "file")
    {'b': [0.1, inf]}
    >>> content_of("a kind", b"{}", "file")
    Traceback (most recent call last):
    ValueError: file is no document of the kind 'a kind'
    """
    try:
        held = json.loads(data.decode(), object_pairs_hook=without_doubles, parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is damaged: it is not the JSON that was written ({error})") from None
    if not isinstance(held, dict) or held.get("kind") != kind or held.keys() != {"kind", "sha256", "content"}:
        raise ValueError(f"{path} is no document of the kind {kind!r}")
    if held.pop("sha256") != checksum(held) or not isinstance(held["content"], dict):
        raise ValueError(f"{path} is damaged: its content does not have its checksum")
    content: dict[str, Any] = readable(held["content"])
    return content


def checksum(held: dict[str, Any]) -> str:
    """The SHA-256 of plain data, whatever the order of its keys and the spaces between them."""
    return hashlib.sha256(json.dumps(held, sort_keys=True, allow_nan=False).encode()).hexdigest()


def writable(data: Any) -> Any:
    """Plain data in which a number that JSON cannot write is its name, as {"float": "inf"}.

    >>> writable([1, float("nan"), "text"])
    [1, {'float': 'nan'}, 'text']
    """
    if isinstance(data, float):
        name = repr(float(data))
        return {"float": name} if name in NOT_IN_JSON else float(data)
    if isinstance(data, dict):
        return {key_of(key): writable(item) for key, item in data.items()}
    if isinstance(data, (list, tuple)):
        return [writable(item) for item in data]
    if data is None or isinstance(data, (str, int)):
        return data
    raise TypeError(f"only plain data can be written: numbers, text, lists and dictionaries; got {shown(data)}")


def key_of(key: object) -> str:
    """A key of a dictionary that is to be written: text."""
    if not isinstance(key, str):
        raise TypeError(f"the keys of what is written are text, got {shown(key)}")
    return key


def readable(data: Any) -> Any:
    """What `writable` was given.

    >>> readable([1, {"float": "-inf"}])
    [1, -inf]
    """
    if isinstance(data, dict):
        if data.keys() == {"float"} and data["float"] in NOT_IN_JSON:
            return NOT_IN_JSON[data["float"]]
        return {key: readable(item) for key, item in data.items()}
    return [readable(item) for item in data] if isinstance(data, list) else data


def without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, if no key stands in it twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands in it twice")
    return found


def refuse_constant(name: str) -> None:
    """Refuse NaN and Infinity, which are no JSON."""
    raise ValueError(f"{name} is no number in JSON")
