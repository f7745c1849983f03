"""Restarts: the same runs on any executor, and none that is lost."""

import math
import pickle
import random
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest

import nn

X, Y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0.0, 1.0, 1.0, 0.0]


def learn_xor(rng):
    model = nn.MLP(2, [2, 1], activation="tanh", rng=rng)
    optimizer = nn.Adam(model.parameters(), lr=0.2)
    history = nn.fit(model, X, Y, loss="binary_cross_entropy", optimizer=optimizer, epochs=40)
    return history.losses[-1], model


def valley(rng):
    x = rng.uniform(-2.0, 2.0)
    if x > 1.5:
        raise OverflowError(f"{x} is too far out")
    return x * x, x


def test_the_best_run_has_the_lowest_loss_and_can_be_done_again():
    found = nn.restarts(learn_xor, 4, rng=random.Random(1337))
    assert found.best.loss == min(run.loss for run in found.runs)
    loss, model = learn_xor(random.Random(found.best.seed))
    assert loss == found.best.loss
    assert model.state_dict() == found.best.result.state_dict()


def test_starts_differ():
    found = nn.restarts(learn_xor, 3, rng=random.Random(1337))
    assert len({run.loss for run in found.runs}) == 3


def results(found):
    return [(run.seed, run.loss, run.result.state_dict()) for run in found.runs]


@pytest.fixture(scope="module")
def here():
    return results(nn.restarts(learn_xor, 3, rng=random.Random(7)))


def test_threads_find_what_one_thread_finds(here):
    with ThreadPoolExecutor(3) as executor:
        assert results(nn.restarts(learn_xor, 3, rng=random.Random(7), executor=executor)) == here


def test_processes_find_what_one_process_finds(here):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        assert results(nn.restarts(learn_xor, 3, rng=random.Random(7), executor=executor)) == here


def test_a_dask_cluster_finds_what_one_process_finds(here):
    distributed = pytest.importorskip("distributed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what another project warns of itself is not ours to fix
        cluster = distributed.LocalCluster(1, processes=False, threads_per_worker=2, dashboard_address=None)
        with cluster, distributed.Client(cluster) as client:
            found = nn.restarts(learn_xor, 3, rng=random.Random(7), executor=client.get_executor())
    assert results(found) == here


def test_a_run_that_fails_keeps_its_error_and_the_others_go_on():
    found = nn.restarts(valley, 20, rng=random.Random(3))
    failed = [run for run in found.runs if run.error is not None]
    assert failed
    assert len(found.runs) == 20
    assert all(math.isnan(run.loss) and "too far out" in str(run.error) for run in failed)
    assert found.best.error is None
    assert f"seed {failed[0].seed}" in failed[0].error.__notes__[0]


class Twofold(Exception):
    """An error that cannot be unpickled, as it gives its base fewer arguments than it takes."""

    def __init__(self, what, why):
        super().__init__(f"{what}, because of {why}")


def hard_to_send(rng):
    end = rng.randrange(3)
    if end == 0:
        raise Twofold("nothing", "chance")
    return (1.0, lambda: None) if end == 1 else (2.0, "result")


def test_what_cannot_be_sent_back_from_a_process_does_not_disturb_the_others():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        found = nn.restarts(hard_to_send, 9, rng=random.Random(2), executor=executor)
    ends = ["result" if run.error is None else str(run.error) for run in found.runs]
    assert {"Twofold: nothing, because of chance", "result"} < set(ends)
    assert any("<lambda>" in end for end in ends)  # in the words of pickle, which differ from version to version
    assert all(run.error is None or f"{run.seed}" in run.error.__notes__[0] for run in found.runs)


def test_a_run_that_failed_is_never_the_best_of_those_that_ended():
    error = ValueError("no")
    found = nn.Restarts([nn.Run(1, math.nan, None, error), nn.Run(2, math.inf, "a"), nn.Run(3, math.nan, "b", error)])
    assert found.best.result == "a"
    assert [line.split()[1] for line in str(found).splitlines()[1:]] == ["loss", "ValueError", "ValueError"]


def test_a_bar_counts_the_starts_where_it_is_wanted(capsys):
    pytest.importorskip("tqdm")
    nn.restarts(valley, 3, rng=random.Random(5), progress=True)
    assert "3/3" in capsys.readouterr().err
    nn.restarts(valley, 3, rng=random.Random(5))
    assert capsys.readouterr().err == ""


def test_when_every_run_fails_the_first_error_is_raised():
    def fail(rng):
        raise OverflowError("always")

    with pytest.raises(OverflowError, match="always"):
        nn.restarts(fail, 3)


def test_the_picture_in_words_lists_the_best_first():
    lines = str(nn.restarts(valley, 5, rng=random.Random(5))).splitlines()
    assert lines[0] == "5 starts, the best first"
    assert len(lines) == 6


def test_what_was_found_can_be_pickled():
    found = nn.restarts(valley, 3, rng=random.Random(5))
    assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: nn.restarts(3, 3), "train is a function of a random.Random"),
        (lambda: nn.restarts(valley, 0), "the number of starts is a whole number of at least 1"),
        (lambda: nn.restarts(valley, 3, rng=5), "rng takes a random.Random"),
        (lambda: nn.restarts(valley, 3, executor=4), "executor takes a concurrent.futures.Executor or None, got int"),
        (lambda: nn.restarts(valley, 3, executor=ProcessPoolExecutor), "four processes are ProcessPoolExecutor(4)"),
        (lambda: nn.restarts(lambda rng: 3.0, 2), "train gives (loss, result), got float"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(call, says):
    with pytest.raises(TypeError if "at least" not in says else ValueError) as error:
        call()
    assert says in str(error.value)
