"""The proof of kept files: it holds, and it sees what is lost, loaded or spoiled."""

import json
import random

import pytest

import nn
from benchmarks.proof.effort import Effort
from benchmarks.proof.files import row as files
from benchmarks.proof.files.damaged import DAMAGES, KINDS, damaged, whole
from benchmarks.proof.files.killed import (
    WAYS,
    Way,
    killed,
    lost_model,
    lost_training,
    save_for_ever,
    trained,
    wait_until,
)
from benchmarks.proof.files.trainings import Training
from nn.module import Module


def test_a_short_run_finds_nothing():
    kills, damage = files.figures(Effort(share=0.002))
    assert (kills.ours, damage.ours) == (0.0, 0.0)
    assert kills.details["cases"] == "4 of 500"
    assert damage.details["cases"] == "28 of 10,000"


# Damage


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damage_changes_a_file_and_a_seed_repeats_it(damage, tmp_path):
    data = whole(Training(), tmp_path / "file.json")
    made = [damage(data, random.Random(seed)) for seed in range(20)]
    assert made == [damage(data, random.Random(seed)) for seed in range(20)]
    assert len(set(made) - {data}) > 5


def of_json(count):
    """The first cases of files of JSON."""
    return iter(range(KINDS.index(".json"), count * len(KINDS), len(KINDS)))


def test_a_reader_that_does_not_look_at_the_checksum_is_caught(monkeypatch):
    def content_of(kind, data, path):
        try:
            return json.loads(data)["content"]
        except (ValueError, LookupError, TypeError):
            raise ValueError(f"{path} is damaged") from None

    monkeypatch.setattr("nn.checkpoint.content_of", content_of)
    assert any("loaded as something else" in fault for fault in damaged(of_json(500)).faults)


def test_a_reader_without_a_sentence_is_caught(monkeypatch):
    monkeypatch.setattr("nn.checkpoint.content_of", lambda kind, data, path: json.loads(data)["content"])
    faults = damaged(of_json(40)).faults
    assert any("refused without a sentence: JSONDecodeError" in fault for fault in faults)


def test_a_reader_that_fills_half_the_model_is_caught(monkeypatch):
    def filled(module, state):
        module.parameters()[0].data = 7.0
        raise ValueError("this state does not fit")

    monkeypatch.setattr(Module, "load_state_dict", filled)
    monkeypatch.setattr("benchmarks.proof.files.damaged.is_meant", lambda error, *kinds: True)
    monkeypatch.setattr("nn.checkpoint.content_of", lambda kind, data, path: {})
    faults = damaged(of_json(4)).faults
    assert [fault.rpartition(": ")[2] for fault in faults] == ["refused, and the model is another"] * 4


# Kills


def save_in_place_for_ever(path, saved, lines):
    """A saving that writes into the file itself, half and half."""

    def write(path, content):
        with open(path, "wb") as file:
            file.write(content[:100])
            file.flush()
            file.write(content[100:])

    nn.checkpoint.replace_file = write
    save_for_ever(path, saved, lines)


def save_without_writing_for_ever(path, saved, lines):
    """A saving that says it is done before anything is on the disk."""
    nn.save(nn.Neuron(200), path)
    saved.value = 7
    wait_until(lambda: False)


@pytest.mark.parametrize(("work", "kills"), [(save_in_place_for_ever, 12), (save_without_writing_for_ever, 1)])
def test_a_saving_that_loses_models_is_caught(work, kills):
    assert killed(iter(range(kills)), [Way(work, lost_model)]).lost != []


def ends_at_once(path, saved, lines):
    """A process that does not wait to be killed."""


def test_a_process_that_ends_by_itself_is_no_proof():
    with pytest.raises(RuntimeError, match="that was to be killed ended with 0"):
        killed(iter(range(1)), [Way(ends_at_once, lost_model, inside=True)])


def test_a_training_that_lost_an_epoch_or_is_another_is_seen(tmp_path, monkeypatch):
    path = tmp_path / "training.json"
    trained(3, checkpoint=path)
    assert lost_training(path, 3) == lost_training(path, 2) == ""
    assert lost_training(path, 4) == "4 epochs were kept, the file has 3"
    monkeypatch.setattr(nn.SGD, "moved", lambda optimizer, i, p, g: p)
    assert lost_training(path, 3) == "another training is kept"


def test_kills_come_from_inside_and_from_outside():
    assert {(way.lost, way.inside) for way in WAYS} == {
        (lost, inside) for lost in (lost_model, lost_training) for inside in (False, True)
    }
