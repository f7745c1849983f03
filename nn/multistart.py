"""`restarts`: the same training from several random starts, because descent ends in whatever valley it began above."""

import math
import pickle
import random
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, NamedTuple

from autograd.primitives import number
from autograd.value import Value
from nn.checks import check_function, shown, whole_number
from nn.init import check_rng
from nn.progress import check_progress, counted

#: A training from a start that chance decides: its final loss, and whatever else it has to show.
Train = Callable[[random.Random], tuple[float, Any]]


class Run(NamedTuple):
    """How one training ended.

    seed    of the `random.Random` that it was given: `train(random.Random(seed))` does it again
    loss    the final one; nan if the training raised an error
    result  what the training has to show, such as its model
    error   what it raised, if it did

    >>> Run(seed=1337, loss=0.5, result="model").error is None
    True
    """

    seed: int
    loss: float
    result: Any
    error: Exception | None = None


class Restarts(NamedTuple):
    """How all trainings ended, in the order of their starts.

    >>> Restarts([Run(1, 0.5, "a"), Run(2, 0.25, "b")]).best.result
    'b'
    """

    runs: list[Run]

    @property
    def best(self) -> Run:
        """The run of the lowest loss; of equal ones, the first."""
        return min(self.runs, key=rank)

    def __str__(self) -> str:
        lines = [f"  {i:>3}  {described(run)}" for i, run in enumerate(sorted(self.runs, key=rank))]
        return "\n".join([f"{len(lines)} starts, the best first", *lines])


def rank(run: Run) -> tuple[bool, float]:
    """What runs are sorted by: the loss, and after all others what is nan.

    >>> rank(Run(1337, math.inf, None)) < rank(Run(1337, math.nan, None))
    True
    """
    return math.isnan(run.loss), run.loss


def described(run: Run) -> str:
    """A run in one line: its loss, or the error that it raised.

    >>> described(Run(1337, 0.5, None))
    'loss 0.5          seed 1337'
    """
    end = f"loss {run.loss:<12.6g}" if run.error is None else f"{type(run.error).__name__:<17}"
    return f"{end} seed {run.seed}"


def restarts(
    train: Train,
    n: int,
    *,
    rng: random.Random | None = None,
    executor: Executor | None = None,
    progress: bool | None = None,
) -> Restarts:
    """How `n` trainings end that differ in their chance alone.

    train     a function of a `random.Random` that gives (loss, result); from it comes all chance in the training
    rng       draws the seeds of the trainings; without it the global `random`
    executor  runs them at once, on threads, processes or a cluster; any `concurrent.futures.Executor`,
              such as `dask.distributed.Client().get_executor()` or mpi4py's. For processes,
              `train` stands in a module, and its result can be pickled. The results are the same with and without.
    progress  a bar on the error output; by default, if that is a terminal and tqdm is installed

    A run that raises an error keeps it and does not disturb the others; if all do, the first error is raised.

    >>> def train(rng):
    ...     x = rng.uniform(-2.0, 2.0)
    ...     for _ in range(100):
    ...         x -= 0.01 * (4.0 * x**3 - 4.0 * x + 1.0)  # down x**4 - 2 * x**2 + x, which has two valleys
    ...     return x**4 - 2.0 * x**2 + x, x
    >>> found = restarts(train, 5, rng=random.Random(1))
    >>> sorted({round(run.result, 2) for run in found.runs}), round(found.best.result, 2)
    ([-1.11, 0.84], -1.11)
    """
    check_function("train", train, "a random.Random that gives (loss, result)")
    n = whole_number("the number of starts", n, least=1)
    check_rng(rng)
    check_executor(executor)
    check_progress(progress)
    seeds = [(rng or random).getrandbits(64) for _ in range(n)]
    if executor is None:
        runs = [run_of(train, seed) for seed in counted(seeds, "starts", progress)]
    else:
        futures = [executor.submit(run_to_send, train, seed) for seed in seeds]
        sent = list(zip(futures, seeds, strict=True))
        runs = [end_of(future, seed) for future, seed in counted(sent, "starts", progress)]
    errors = [run.error for run in runs if run.error is not None]
    if len(errors) == n:
        raise errors[0]
    return Restarts(runs)


def run_of(train: Train, seed: int) -> Run:
    """How the training with one seed ends.

    >>> run_of(lambda rng: (0.5, "model"), 1337)
    Run(seed=1337, loss=0.5, result='model', error=None)
    """
    try:
        given = train(random.Random(seed))
        if not isinstance(given, tuple) or len(given) != 2:
            raise TypeError(f"train gives (loss, result), got {shown(given)}")
        loss, result = given
        return Run(seed, number_in(loss, "the loss of a training is"), result)
    except Exception as error:
        return failed(seed, error)


def run_to_send(train: Train, seed: int) -> Run:
    """The same as `run_of`; an error that could not be sent from process to process is a RuntimeError that says it."""
    run = run_of(train, seed)
    try:
        pickle.loads(pickle.dumps(run.error))
    except Exception:  # it would break the pool of processes, and every other run with it
        return failed(seed, RuntimeError(f"{type(run.error).__name__}: {run.error}"))
    return run


def end_of(future: "Future[Run]", seed: int) -> Run:
    """How a training ended elsewhere, if its end could be sent back."""
    try:
        return future.result()
    except Exception as error:
        return failed(seed, error)


def failed(seed: int, error: Exception) -> Run:
    """The run of a training that raised an error.

    >>> failed(1337, ValueError("no data"))
    Run(seed=1337, loss=nan, result=None, error=ValueError('no data'))
    """
    error.add_note(f"in the training with the seed {seed}")
    return Run(seed, math.nan, None, error)


def check_executor(executor: object) -> None:
    """Refuse what does not run functions, such as a number of processes.

    >>> check_executor(4)
    Traceback (most recent call last):
    TypeError: executor takes a concurrent.futures.Executor or None, got int: 4; four processes are ...
    """
    if executor is not None and not isinstance(executor, Executor):
        raise TypeError(
            f"executor takes a concurrent.futures.Executor or None, got {shown(executor)}; "
            "four processes are ProcessPoolExecutor(4)"
        )


def number_in(given: object, wanted: str) -> float:
    """The number that is given, by itself or as a value.

    >>> number_in(0.5, "a loss is"), number_in(Value(0.5), "a loss is")
    (0.5, 0.5)
    """
    return given.data if isinstance(given, Value) else number(given, wanted)
