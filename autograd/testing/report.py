"""What a check found, to be read by people: broken ideas, what is not there, what was not examined."""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from autograd.testing.ideas import Idea, idea_titled

WIDTH = 112


class Finding(NamedTuple):
    """One broken idea, and the smallest program that shows it.

    operation  the one that is to blame, as in "a * b"; empty where none is
    program    a few lines of Python
    outcome    what was expected of them, and what came out
    also       other operations in which the same is wrong

    >>> print(Finding(Idea.SEED, "", "a = Value(2.0)", "a.grad: expected 1.0, got 0.0"))
    seed: backward() does not begin with 1, the gradient of a result with respect to itself.
        a = Value(2.0)
      a.grad: expected 1.0, got 0.0
      Explained in notebook 3.
    """

    idea: Idea
    operation: str
    program: str
    outcome: str
    also: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f" [{self.operation}]" if self.operation else ""
        also = [wrapped(f"The same in {', '.join(self.also)}.")] if self.also else []
        return "\n".join(
            (
                f"{self.idea.title}{where}: {self.idea.sentence}",
                textwrap.indent(self.program, "    "),
                textwrap.indent(self.outcome, "  "),
                *also,
                f"  Explained in notebook {self.idea.notebook}.",
            )
        )


@dataclass(frozen=True, repr=False)
class Report:
    """What `check_engine` found; print it.

    findings    what is broken
    forgiven    what is broken and was asked to be let pass
    missing     operations that the engine does not have, which is no fault
    unexamined  what could not be told before the findings are repaired, in sentences

    >>> print(Report(missing=("a.sin()",)))
    Nothing is broken.
    <BLANKLINE>
    Not there, which is no fault: a.sin().
    """

    findings: tuple[Finding, ...] = ()
    forgiven: tuple[Finding, ...] = ()
    missing: tuple[str, ...] = ()
    unexamined: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is broken, but for what was forgiven."""
        return not self.findings

    @property
    def ideas(self) -> list[str]:
        """The names of the broken ideas, each once."""
        return list(dict.fromkeys(finding.idea.title for finding in self.findings))

    def without(self, forgiven: Iterable[str]) -> "Report":
        """This report with some ideas forgiven, by name.

        >>> Report((Finding(Idea.RECURSION_DEPTH, "", "...", "..."),)).without(["recursion-depth"]).ok
        True
        """
        passed = set(map(idea_titled, forgiven))
        return replace(
            self,
            findings=tuple(finding for finding in self.findings if finding.idea not in passed),
            forgiven=self.forgiven + tuple(finding for finding in self.findings if finding.idea in passed),
        )

    def __str__(self) -> str:
        count = len(self.findings)
        head = "Nothing is broken." if not count else f"{count} thing{'s' * (count > 1)} broken."
        parts = [head, *(f"{number}. {finding}" for number, finding in enumerate(self.findings, 1))]
        if self.forgiven:
            parts.append(wrapped(f"Forgiven: {', '.join(finding.idea.title for finding in self.forgiven)}.", ""))
        if self.missing:
            parts.append(wrapped(f"Not there, which is no fault: {', '.join(self.missing)}.", ""))
        if self.unexamined:
            parts.append("Repair that first, then look again:\n" + "\n".join(map(wrapped, self.unexamined)))
        return "\n\n".join(parts)

    def __repr__(self) -> str:
        """The same: in a notebook, the last line of a cell shows it."""
        return str(self)


def wrapped(text: str, indent: str = "  ") -> str:
    """A paragraph broken into lines that a terminal shows whole.

    >>> wrapped("short")
    '  short'
    """
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent)
