"""Files that are whole or not there: written aside, forced to the disk, renamed; and documents with a checksum."""

import contextlib
import hashlib
import json
import math
import os
import stat
from os import PathLike
from pathlib import Path
from typing import Any

from nn.checks import shown

#: Numbers that JSON has no way to write.
NOT_IN_JSON = {"inf": float("inf"), "-inf": float("-inf"), "nan": float("nan")}


def replace_file(path: str | PathLike[str], content: bytes) -> None:
    """Make a file hold `content`; whatever happens meanwhile, it holds the old content or the new one, whole.

    Who may read and write it stays as it was. A kill may leave what was written aside, under a name that begins with a
    dot.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     replace_file(Path(folder, "a"), b"new")
    ...     Path(folder, "a").read_bytes(), os.listdir(folder)
    (b'new', ['a'])
    """
    target = place_of(path)
    aside = target.with_name(f".{target.name[:50]}.{os.urandom(8).hex()}")  # at most 200 bytes of the name, of 255
    try:
        with open(aside, "xb") as file:
            if target.exists():
                aside.chmod(stat.S_IMODE(target.stat().st_mode))
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, target)
    except BaseException:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
        raise
    force_folder(target.parent)


def place_of(path: str | PathLike[str]) -> Path:
    """Where the file of a name is or will be, which is where a link leads; an error if no file can be there.

    >>> place_of("nowhere/model.json")
    Traceback (most recent call last):
    FileNotFoundError: there is no folder ...nowhere to write model.json into
    """
    target = Path(os.path.realpath(Path(path)))
    if not target.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {target.parent} to write {target.name} into")
    if target.is_dir():
        raise IsADirectoryError(f"{target} is a folder: give the name of a file in it")
    return target


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
        held = json.loads(
            data.decode(), object_pairs_hook=without_doubles, parse_constant=refuse_constant, parse_float=finite
        )
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is damaged: it is not the JSON that was written ({error})") from None
    if not isinstance(held, dict) or held.get("kind") != kind or held.keys() != {"kind", "sha256", "content"}:
        raise ValueError(f"{path} is no document of the kind {kind!r}")
    try:
        if held.pop("sha256") != checksum(held):
            raise ValueError(f"{path} is damaged: its content does not have its checksum")
        content = readable(held["content"])
    except RecursionError:
        raise ValueError(f"{path} is no document of the kind {kind!r}: its lists lie too deep in each other") from None
    if not isinstance(content, dict):
        raise ValueError(f"{path} is no document of the kind {kind!r}: its content is {shown(content)}")
    return content


def checksum(held: dict[str, Any]) -> str:
    """The SHA-256 of plain data, whatever the order of its keys and the spaces between them."""
    return hashlib.sha256(json.dumps(held, sort_keys=True, allow_nan=False).encode()).hexdigest()


def writable(data: Any) -> Any:
    """Plain data in which a number that JSON cannot write is its name, as {"float": "inf"}.

    A dictionary that looks like such a name holds its item in a list.

    >>> writable([1, float("nan"), {"float": "nan"}])
    [1, {'float': 'nan'}, {'float': ['nan']}]
    """
    if isinstance(data, float):
        name = repr(float(data))
        return {"float": name} if name in NOT_IN_JSON else float(data)
    if isinstance(data, dict):
        written = {key_of(key): writable(item) for key, item in data.items()}
        return {"float": [written["float"]]} if written.keys() == {"float"} else written
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

    >>> readable([1, {"float": "-inf"}, {"float": ["nan"]}])
    [1, -inf, {'float': 'nan'}]
    """
    match data:
        case {"float": str(name), **others} if not others and name in NOT_IN_JSON:
            return NOT_IN_JSON[name]
        case {"float": [item], **others} if not others:
            return {"float": readable(item)}
        case dict():
            return {key: readable(item) for key, item in data.items()}
        case list():
            return [readable(item) for item in data]
    return data


def without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, if no key stands in it twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands in it twice")
    return found


def refuse_constant(name: str) -> None:
    """Refuse NaN and Infinity, which are no JSON."""
    raise ValueError(f"{name} is no number in JSON")


def finite(text: str) -> float:
    """A float as it stands in JSON, if a double can hold it.

    >>> finite("1e999")
    Traceback (most recent call last):
    ValueError: 1e999 is beyond all doubles
    """
    if math.isinf(value := float(text)):
        raise ValueError(f"{text} is beyond all doubles")
    return value
