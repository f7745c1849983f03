"""The file that a check keeps on an engine: what was run, what was found, what could not be told."""

from collections.abc import Callable, Mapping
from typing import Any

from autograd.testing.ideas import Idea
from autograd.testing.operations import Operation
from autograd.testing.report import Finding, Report
from autograd.testing.running import Comparison, Outcome, Program, compared, from_function, outcome_of

#: Each operation has its own fault of this kind; any other idea is one finding, however many operations show it.
REPEATED = {Idea.WRONG_SLOPE, Idea.WRONG_VALUE, Idea.RAISES}

#: What an error is evidence of; for any other idea, only a wrong number is.
ENDS_IN_ERRORS = {
    Idea.BACKWARD_ONCE,
    Idea.BASICS,
    Idea.CONSTANT,
    Idea.LEAF,
    Idea.NOT_A_VALUE,
    Idea.OVERFLOW,
    Idea.POWER_BASE,
    Idea.RECURSION_DEPTH,
    Idea.RELU_AT_0,
    Idea.RIGHT_HAND,
}


class Examination:
    """All that is found out about one engine.

    given_up  programs that were stopped in an earlier try, by their text, and why: they are not run again
    announce  is told the text of each program before it runs
    right     the operations that are right by themselves, as written
    absent    those that are not there, and special cases of them

    >>> from autograd import Value
    >>> from autograd.testing import programs
    >>> print(Examination(Value).compare(programs.diamond))
    None
    """

    def __init__(
        self,
        engine: Any,
        given_up: Mapping[str, str] | None = None,
        announce: Callable[[str], object] = lambda text: None,
    ) -> None:
        self.engine = engine
        self.given_up = given_up or {}
        self.announce = announce
        self.findings: list[Finding] = []
        self.missing: list[str] = []
        self.unexamined: list[str] = []
        self.absent: set[str] = set()
        self.right: dict[str, Operation] = {}

    def report(self) -> Report:
        """Everything found so far."""
        return Report(tuple(self.findings), (), tuple(self.missing), tuple(self.unexamined))

    def outcome(self, program: Program) -> Outcome:
        """What a program gives on the engine, or why it was stopped."""
        if program.text in self.given_up:
            return Outcome({}, stopped=self.given_up[program.text])
        self.announce(program.text)
        return outcome_of(program, self.engine)

    def compare(self, program: Program | Callable[[Any], dict[str, Any]]) -> Comparison | None:
        """What is wrong in the outcome of a program; None if nothing is."""
        program = program if isinstance(program, Program) else from_function(program)
        return compared(program, self.outcome(program))

    def check(self, program: Callable[[Any], dict[str, Any]], idea: Idea) -> None:
        """Note an idea if a program goes wrong."""
        if comparison := self.compare(program):
            self.note(idea, comparison)

    def note(self, idea: Idea, comparison: Comparison, operation: str = "") -> None:
        """Keep a finding. What was stopped is a finding of its own, and so are values that have no hash."""
        if comparison.got.stopped:
            idea = Idea.ENDLESS
        elif "unhashable" in comparison.got.said:
            idea = Idea.EQUALITY
        elif comparison.got.error and idea not in ENDS_IN_ERRORS:
            idea = Idea.RAISES
        self.add(idea, comparison.program.text, str(comparison), operation)

    def add(self, idea: Idea, program: str, outcome: str, operation: str = "") -> None:
        """Keep a finding, or add an operation to the one that there is."""
        place = next((i for i, before in enumerate(self.findings) if is_one(before, idea, operation, outcome)), None)
        if place is None:
            self.findings.append(Finding(idea, operation, program, outcome))
        elif operation and operation not in (self.findings[place].operation, *self.findings[place].also):
            before = self.findings[place]
            self.findings[place] = before._replace(also=(*before.also, operation))

    def broken(self, *ideas: Idea) -> bool:
        """Whether one of these ideas was found broken."""
        return any(finding.idea in ideas for finding in self.findings)


def is_one(before: Finding, idea: Idea, operation: str, outcome: str) -> bool:
    """Whether what is found is what was found before, perhaps in another operation.

    >>> before = Finding(Idea.RAISES, "a * b", "...", "expected a.grad = 1.0; it raised KeyError: 'x'")
    >>> is_one(before, Idea.RAISES, "a + b", "expected a.grad = 2.0; it raised KeyError: 'x'")
    True
    """
    if before.idea is not idea:
        return False
    _, raised, error = outcome.partition("it raised ")
    return not operation or idea not in REPEATED or bool(raised and before.outcome.endswith(raised + error))
