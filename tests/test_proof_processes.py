"""The proof that a program has one result sees a second one, and says which part of the program it is in."""

import pytest

from autograd import Value
from benchmarks.footprint import under_hash_seed
from benchmarks.proof import processes
from benchmarks.proof.effort import Effort

SHORT = Effort(share=0.002)


@pytest.mark.slow
def test_two_processes_give_the_same_bits_in_a_short_run():
    (figure,) = processes.figures(SHORT)
    assert figure.ours == 1
    assert figure.met is True
    assert figure.details["processes"] == "2 of 50"
    assert figure.details["parts that differ"] == []


def test_a_part_that_differs_in_one_process_is_counted_and_named(monkeypatch):
    def differently(seeds):
        return [(("gradients", "same"), ("pictures", f"drawn under {seed}")) for seed in seeds]

    monkeypatch.setattr(processes, "ours_under", differently)
    monkeypatch.setattr(processes, "peer_under", lambda seeds: [])
    (figure,) = processes.figures(SHORT)
    assert (figure.ours, figure.met, figure.peer) == (2, False, None)
    assert figure.details["parts that differ"] == ["pictures"]


def test_the_order_of_a_set_in_the_program_would_show(monkeypatch):
    words = frozenset(f"word {i}" for i in range(100))
    assert under_hash_seed(1, tuple, words) == under_hash_seed(1, tuple, words)
    assert under_hash_seed(1, tuple, words) != under_hash_seed(2, tuple, words)


def order_of_addresses(seed):
    among = processes.scattered(seed)
    made = [Value(0.0) for _ in range(50)]
    found = sorted(range(50), key=lambda i: id(made[i]))
    del among
    return tuple(found)


def test_an_order_by_addresses_would_show():
    assert under_hash_seed(1, order_of_addresses, 1) != under_hash_seed(2, order_of_addresses, 2)


def test_every_part_of_the_program_has_its_digest(monkeypatch):
    monkeypatch.setattr(processes, "PROGRAM", {"one": lambda: ["1.0"], "other": lambda: iter(["1.0", "2.0"])})
    (one, first), (other, second) = processes.digests()
    assert (one, other) == ("one", "other")
    assert first != second
