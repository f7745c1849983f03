"""A mirror for engines: `check_engine(MyValue)` names the broken idea of a `Value` class that someone wrote.

Small programs run on the class and on `autograd.Value`. What differs is traced to one idea ("a second gradient is
written over the first"), with the smallest program that shows it, what was expected and what came out.

A class that never ends hangs `check_engine`. `check_engine_at("mine.py:Value")`, and the command line
`python -m autograd check-engine mine.py:Value`, run it in a process of its own that can be stopped.
"""

from autograd.testing.diagnosis import check_engine
from autograd.testing.ideas import Idea
from autograd.testing.isolation import check_engine_at
from autograd.testing.report import Finding, Report

__all__ = ["Finding", "Idea", "Report", "check_engine", "check_engine_at"]
