"""Saved models: exact, whole or not there, and never half loaded."""

import hashlib
import math
import multiprocessing
import os
import random
import re
import struct
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import nn
from autograd import Value
from nn.checkpoint import FORMATS, arrays_of, parameters_of
from nn.files import content_of, document, replace_file

HARD = [0.1, -0.0, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, math.nan, 2.0 / 3.0]
ENDINGS = ["json", "npz", "safetensors"]


def bits(model):
    return [struct.pack("<d", p.data) for p in model.parameters()]


def model_of(numbers):
    """A model with these numbers as weights, and 0.5 as its bias."""
    model = nn.Neuron(len(numbers))
    for parameter, number in zip(model.parameters(), [*numbers, 0.5], strict=True):
        parameter.data = number
    return model


def needs(ending):
    if ending != "json":
        pytest.importorskip("numpy" if ending == "npz" else "safetensors")


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_model_comes_back_to_the_last_bit(ending, tmp_path):
    needs(ending)
    model, other = model_of(HARD), model_of([0.0] * len(HARD))
    nn.save(model, tmp_path / f"model.{ending}")
    nn.load(tmp_path / f"model.{ending}", into=other)
    assert bits(other) == bits(model)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("tries", [60, pytest.param(700, marks=pytest.mark.slow)])
def test_a_damaged_file_is_refused_and_the_model_stays(ending, tries, tmp_path):
    needs(ending)
    path, chance = tmp_path / f"model.{ending}", random.Random(1337)
    nn.save(model_of(HARD[:4]), path)
    whole = path.read_bytes()
    expected = FORMATS[path.suffix].unpacked(whole, path)
    other = model_of([1.0] * 4)
    before = bits(other)
    refused = 0
    for _ in range(tries):
        data = bytearray(whole)
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        for _ in range(chance.randrange(1, 4)):
            if data:
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        try:
            nn.load(path, into=other)
        except ValueError:
            refused += 1
            assert bits(other) == before
        else:  # the flip hit what carries no meaning, such as a line break or a time stamp
            assert bits(other) == [struct.pack("<d", number) for number in expected.values()]
            other = model_of([1.0] * 4)
    assert refused > tries / 3


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "damaged"),
        (b"\x80\x04K\x01.", "damaged"),
        (b"[" * 100_000, "damaged"),
        (b"[]", "no document of the kind"),
        (b'{"kind": "x", "kind": "x"}', "a key stands in it twice"),
        (b'{"kind": "valuegrad parameters", "sha256": "", "content": {"b": NaN}}', "NaN is no number in JSON"),
        (b'{"kind": "valuegrad parameters", "sha256": "", "content": {"b": 1.0}}', "checksum"),
        (document("valuegrad parameters", {"w.0": 1.0}), "missing: b"),
        (document("valuegrad parameters", {"w.0": 1.0, "b": 0.0, "c": 0.0}), "unexpected: c"),
        (document("valuegrad parameters", {"w.0": 1.0, "b": "text"}), "b is str: 'text'"),
        (document("valuegrad parameters", {"w.0": 1.0, "b": True}), "b is bool: True"),
        (document("valuegrad parameters", {"w.0": 1.0, "b": {"float": []}}), "b is dict"),
        (document("valuegrad parameters", {"w.0": 1.0, "b": 0.5}).replace(b"0.5", b"1e999"), "beyond all doubles"),
        (document("another kind", {"w.0": 1.0, "b": 1.0}), "no document of the kind"),
    ],
)
def test_what_is_no_saved_model_is_refused_with_a_sentence(data, says, tmp_path):
    path = tmp_path / "model.json"
    path.write_bytes(data)
    neuron = nn.Neuron(1)
    before = bits(neuron)
    with pytest.raises(ValueError, match=re.escape(says)):
        nn.load(path, into=neuron)
    assert bits(neuron) == before


def test_a_model_cannot_be_loaded_from_a_pickle(tmp_path):
    with pytest.raises(ValueError, match=r"ends with \.json, \.npz, \.safetensors"):
        nn.load(tmp_path / "model.pkl", into=nn.Neuron(1))


@pytest.mark.parametrize("names", [b"5", b'["w.0"]', b'["w.0", ["b"]]', b'{"w.0": 1, "b": 2}'])
def test_arrays_without_a_name_for_each_number_are_refused(names):
    numpy = pytest.importorskip("numpy")
    arrays = arrays_of({"w.0": 1.0, "b": 0.5})
    digest = hashlib.sha256(names + arrays["numbers"].tobytes()).digest()
    arrays |= {"names": numpy.frombuffer(names, dtype="u1"), "sha256": numpy.frombuffer(digest, dtype="u1")}
    with pytest.raises(ValueError, match="file does not hold a name for each number"):
        parameters_of(arrays, "file")


def test_an_array_of_objects_is_not_unpickled(tmp_path):
    numpy = pytest.importorskip("numpy")
    numpy.savez(tmp_path / "model.npz", numbers=numpy.array([print], dtype=object))
    with pytest.raises(ValueError, match="damaged"):
        nn.load(tmp_path / "model.npz", into=nn.Neuron(1))


class Named(nn.Module):
    def __init__(self, *names):
        self.held = {name: Value(float(i)) for i, name in enumerate(names)}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("names", [(), ("two\nlines", "a"), ("w", "größe"), ("\ud800",), ('"', "\x00", "")])
def test_every_name_of_a_parameter_comes_back(ending, names, tmp_path):
    needs(ending)
    model, other = Named(*names), Named(*names)
    for parameter in other.parameters():
        parameter.data = -1.0
    nn.save(model, tmp_path / f"model.{ending}")
    nn.load(tmp_path / f"model.{ending}", into=other)
    assert other.state_dict() == model.state_dict()


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*nowhere to write model.json into"):
        nn.save(nn.Neuron(1), tmp_path / "nowhere" / "model.json")


def test_a_folder_is_not_written_over(tmp_path):
    (tmp_path / "model.json").mkdir()
    with pytest.raises(IsADirectoryError, match="is a folder: give the name of a file in it"):
        nn.save(nn.Neuron(1), tmp_path / "model.json")
    assert os.listdir(tmp_path) == ["model.json"]


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_a_private_file_stays_private(tmp_path):
    path = tmp_path / "model.json"
    path.write_bytes(b"old")
    path.chmod(0o600)
    replace_file(path, b"new")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_name_may_be_as_long_as_the_system_lets_it(tmp_path):
    path = tmp_path / ("漢" * 83 + ".json")  # 254 bytes
    replace_file(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_link_to_itself_is_replaced(tmp_path):
    (tmp_path / "model.json").symlink_to(tmp_path / "model.json")
    replace_file(tmp_path / "model.json", b"new")
    assert (tmp_path / "model.json").read_bytes() == b"new"


def test_several_threads_may_save_to_one_file(tmp_path):
    path, models = tmp_path / "model.json", [model_of([float(i)] * 50) for i in range(4)]

    def save_and_load(model):
        other = model_of([0.0] * 50)
        for _ in range(10):
            nn.save(model, path)
            nn.load(path, into=other)
            assert len({parameter.data for parameter in other.parameters()}) == 2

    with ThreadPoolExecutor(4) as executor:
        list(executor.map(save_and_load, models))
    assert os.listdir(tmp_path) == ["model.json"]


def test_a_failed_save_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch):
    path = tmp_path / "model.json"
    path.write_bytes(b"old")

    def full(_):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space left"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["model.json"]


def test_a_link_is_written_through(tmp_path):
    (tmp_path / "real.json").write_bytes(b"old")
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    replace_file(tmp_path / "link.json", b"new")
    assert (tmp_path / "real.json").read_bytes() == b"new"
    assert (tmp_path / "link.json").is_symlink()


def test_plain_data_comes_back_as_it_was():
    content = {"a": [1, 2.5, None, True, "text", math.inf, {"b": [-math.inf]}], "float": "inf"}
    for data in (content, {}, {"float": "inf"}, {"a": [{"float": "nan"}, {"float": [{"float": math.inf}]}]}):
        assert content_of("k", document("k", data), "file") == data


@pytest.mark.parametrize("data", [{"a": object()}, {"a": b"bytes"}, {1: 2.0}])
def test_what_is_not_plain_data_cannot_be_written(data):
    with pytest.raises(TypeError, match=r"plain data|are text"):
        document("k", data)


def save_for_ever(path, running):
    model = nn.Neuron(200)
    for count in range(10**9):
        for parameter in model.parameters():
            parameter.data = float(count)
        nn.save(model, path)
        running.set()


@pytest.mark.parametrize("kills", [5, pytest.param(300, marks=pytest.mark.slow)])
def test_a_save_that_is_killed_leaves_a_whole_model(kills, tmp_path):
    spawn, chance = multiprocessing.get_context("spawn"), random.Random(1337)
    path, model = tmp_path / "model.json", nn.Neuron(200)
    for _ in range(kills):
        running = spawn.Event()
        child = spawn.Process(target=save_for_ever, args=(path, running))
        child.start()
        assert running.wait(60.0)
        time.sleep(chance.random() * 0.01)
        child.kill()
        child.join()
        nn.load(path, into=model)
        assert len({parameter.data for parameter in model.parameters()}) == 1
