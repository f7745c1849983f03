"""The benchmark `proof`: what is promised of every number, refusal, file and process, as a table that anyone can rerun.

Each part has a room with a function `figures(effort)`, whose figures are rows of the table. Most rows count what went
wrong over many cases, drawn from seeds counted from 0: the name of a failing case is enough to see it again.
"""

from benchmarks.proof.command import add_arguments, run

__all__ = ["add_arguments", "run"]
