"""Saved models: exact, whole or not there, and never half loaded."""

import hashlib
import json
import math
import os
import random
import re
import struct
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

import nn
from autograd import Value
from benchmarks.proof.files.damaged import damaged
from benchmarks.proof.files.killed import killed
from benchmarks.proof.files.trainings import Training
from nn.checkpoint import arrays_of, parameters_of
from nn.files import checksum, content_of, document, replace_file
from nn.resuming import KIND

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


@pytest.mark.parametrize("files", [300, pytest.param(3000, marks=pytest.mark.slow)])
def test_a_damaged_file_is_refused_and_the_model_stays(files):
    found = damaged(iter(range(files)))
    assert found.faults == []
    assert found.refused > 0.9 * files


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
        (document("valuegrad parameters", 1.0), "its content is float: 1.0"),
        (document("valuegrad parameters", math.inf), "its content is float: inf"),
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


def renamed(names):
    """The arrays of two parameters under other names, with a checksum that fits."""
    numpy = pytest.importorskip("numpy")
    arrays = arrays_of({"w.0": 1.0, "b": 0.5})
    digest = hashlib.sha256(names + arrays["numbers"].tobytes()).digest()
    return arrays | {"names": numpy.frombuffer(names, dtype="u1"), "sha256": numpy.frombuffer(digest, dtype="u1")}


@pytest.mark.parametrize(
    "names",
    [b"5", b'["w.0"]', b'["w.0", ["b"]]', b'{"w.0": 1, "b": 2}', b"", b"[", b'["w.0", "\xff"]', b"[" * 100_000],
    ids=lambda names: ascii(names[:20]),
)
def test_arrays_without_a_name_for_each_number_are_refused(names):
    with pytest.raises(ValueError, match="file does not hold a name for each number"):
        parameters_of(renamed(names), "file")


def test_two_numbers_of_one_name_are_refused():
    with pytest.raises(ValueError, match="file holds two numbers of one name"):
        parameters_of(renamed(b'["b", "b"]'), "file")


def test_a_member_that_is_no_array_is_refused(tmp_path):
    pytest.importorskip("numpy")
    with zipfile.ZipFile(tmp_path / "model.npz", "w") as archive:
        for name in ("numbers", "names", "sha256"):
            archive.writestr(name, b"no array")
    with pytest.raises(ValueError, match=r"model\.npz does not hold the parameters of a model"):
        nn.load(tmp_path / "model.npz", into=nn.Neuron(1))


def test_a_small_archive_of_a_gigabyte_is_not_unpacked(tmp_path, monkeypatch):
    numpy = pytest.importorskip("numpy")
    numpy.savez_compressed(tmp_path / "model.npz", **arrays_of({"w.0": 1.0, "b": 0.5}))
    monkeypatch.setattr(numpy, "load", lambda *given, **named: pytest.fail("it was unpacked"))
    with pytest.raises(ValueError, match="or they are compressed"):
        nn.load(tmp_path / "model.npz", into=nn.Neuron(1))


@pytest.mark.parametrize("depth", [300, 450, 900])
def test_lists_within_lists_are_refused_with_a_sentence(depth, tmp_path):
    deep = "[" * depth + "]" * depth
    held = {"kind": "valuegrad parameters", "content": {"w.0": json.loads(deep)}}
    text = f'{{"kind": "valuegrad parameters", "sha256": "{checksum(held)}", "content": {{"w.0": {deep}}}}}'
    (tmp_path / "model.json").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"model\.json"):
        nn.load(tmp_path / "model.json", into=nn.Neuron(1))


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


@pytest.mark.parametrize("kills", [4, pytest.param(300, marks=pytest.mark.slow)])
def test_a_save_that_is_killed_leaves_a_whole_model(kills):
    assert killed(iter(range(kills))).lost == []


@pytest.mark.parametrize(
    ("part", "hostile"),
    [
        ("parameters", None),
        ("parameters", [1.0, "2", 0.0]),
        ("gradients", [1.0]),
        ("optimizer", []),
        ("history", {"losses": [1.0], "metrics": [1.0, 2.0]}),
        ("history", {"losses": "text"}),
        ("history", {"x": []}),
        ("chance", [[3, [1, 2], None]]),
        ("chance", [[3, random.Random(1).getstate()[1], "text"]]),
        ("chance", [None]),
        ("best", [math.inf]),
        ("best", [math.inf, [1.0]]),
        ("best", ["text", []]),
    ],
)
def test_a_kept_training_that_someone_changed_is_refused_and_nothing_changes(part, hostile, tmp_path):
    path, training = tmp_path / "training.json", Training()
    content = training.checkpoint(path).content() | {part: hostile}
    if hostile is None:
        del content[part]
    path.write_bytes(document(KIND, content))
    before = training.state()
    with pytest.raises(ValueError, match=r"training\.json|holds"):
        training.checkpoint(path).resume(set())
    assert training.state() == before


def test_chance_that_no_file_can_keep_is_refused_before_the_training_begins(tmp_path):
    model = nn.Neuron(1, rng=random.Random(1))
    before = model.state_dict()
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    with pytest.raises(TypeError, match=r"keeps the state of a random\.Random, and a SystemRandom has none"):
        nn.fit(
            model,
            [[1.0]],
            [1.0],
            loss=nn.squared_error,
            optimizer=optimizer,
            rng=random.SystemRandom(),
            checkpoint=tmp_path / "training.json",
        )
    assert model.state_dict() == before
    assert not list(tmp_path.iterdir())


def test_what_is_no_model_is_neither_saved_nor_loaded(tmp_path):
    path = tmp_path / "model.json"
    with pytest.raises(TypeError, match="save takes a Module, got list"):
        nn.save([1.0], path)
    assert not path.exists()
    nn.save(nn.Neuron(1), path)
    with pytest.raises(TypeError, match="load fills a Module, got NoneType"):
        nn.load(path, into=None)
