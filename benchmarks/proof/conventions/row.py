"""Row 3: every case of docs/conventions.md, asked in every way that a program can ask for it."""

import random
from collections.abc import Iterable
from functools import cache
from itertools import product
from typing import Any, NamedTuple

from benchmarks.proof.conventions.cases import CASES, Case, differences
from benchmarks.proof.conventions.compiled import COMPILED
from benchmarks.proof.conventions.eager import EAGER, Door
from benchmarks.proof.conventions.peers import comparison
from benchmarks.proof.effort import Effort, wrong
from benchmarks.report import Figure


class Found(NamedTuple):
    """How many questions were asked, how many answers they had, and which of these were not the document's."""

    questions: int
    answers: int
    differing: list[str]


def figures(effort: Effort) -> list[Figure]:
    """How many answers differ from the document: of Python, and of machine code.

    Where all is run, what PyTorch and JAX answer is asked as well, if they are installed; to load them takes seconds.
    """
    eager = asked(product(CASES, EAGER))
    compiled = together(effort.spread(asked_of_machine_code, len(questions())))
    peers = comparison() if effort.share == 1.0 and effort.seconds is None else {}
    return [
        figure_of("eager", eager, len(CASES) * len(EAGER), peers),
        figure_of("compiled", compiled, len(questions()), {}),
    ]


def figure_of(mode: str, found: Found, full: int, peers: dict[str, Any]) -> Figure:
    """The figure of one mode."""
    name, answers = f"3 convention table, {mode}", f"{found.answers:,}"
    return wrong(name, "differences", found.differing, found.questions, full, answers=answers, **peers)


def together(several: list[Found]) -> Found:
    """What several processes found."""
    return Found(
        sum(found.questions for found in several),
        sum(found.answers for found in several),
        [difference for found in several for difference in found.differing],
    )


@cache
def questions() -> list[tuple[Case, Door]]:
    """Every case at every door of machine code, in an order in which the first few are of all sorts."""
    every = [*product(CASES, COMPILED)]
    random.Random(3).shuffle(every)
    return every


def asked_of_machine_code(numbers: Iterable[int]) -> Found:
    """What the questions of these numbers found."""
    return asked(questions()[number] for number in numbers)


def asked(asking: Iterable[tuple[Case, Door]]) -> Found:
    """What comes of cases at doors; a door that raises has not answered, and that differs."""
    questions, answers = 0, 0
    differing: list[str] = []
    for case, door in asking:
        questions += 1
        try:
            for answer in door(case):
                answers += 1
                differing += differences(answer)
        except Exception as error:
            differing.append(f"{case}: {type(error).__name__}: {error}")
    return Found(questions, answers, differing)
