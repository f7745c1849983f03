"""Who takes the steps of `fit`: Python, or machine code where there can be some and it pays."""

import importlib.util

from autograd.frozen import FrozenError
from autograd.modes import mode
from nn.compiled_steps import MachineCode, NotCompiled
from nn.known import stands_still
from nn.steps import OneByOne, Steps, Task, made_of_parameters

# Seconds, on the machine that the benchmarks ran on. Counts alone decide, so that a program decides alike each time.
OF_A_NODE = 1.0e-6  # to run it once in Python, forward and backward,
OF_AN_OPERAND = 1.2e-7  # and each of its operands
OF_COMPILING = 0.4  # anything, with the imports that it needs,
OF_COMPILING_AN_OPERAND = 8.0e-6  # and each operand of a sample
WORTH = 2.0  # so many times the seconds of compiling are to be spared


def steps_of(task: Task, jit: bool | None) -> Steps:
    """Who takes the steps: machine code, if it is asked for, or unasked where it is safe and pays; else Python."""
    if jit is False or mode().watching:  # whoever looks for an anomaly wants to see the operation that it comes from
        return OneByOne(task)
    if jit:
        return MachineCode(task)
    if not (installed() and stands_still(task) and pays(task)):
        return OneByOne(task)
    try:
        return MachineCode(task)
    except (NotCompiled, FrozenError, ValueError):  # what is wrong with the data is said where Python meets it
        return OneByOne(task)


def installed() -> bool:
    """Whether the packages of the extra `fast` are there."""
    return all(importlib.util.find_spec(name) is not None for name in ("numpy", "llvmlite"))


def pays(task: Task) -> bool:
    """Whether Python would take longer for all samples of all epochs than compiling them does."""
    from autograd.compiler.recording import operands_first, operands_of

    loss = made_of_parameters(task.sample_loss(task.rows[0], task.targets[0]), "sample 0")
    operands = [len(operands_of(node)) for node in operands_first([loss]) if node._row is not None]
    in_python = len(task.rows) * task.epochs * (OF_A_NODE * len(operands) + OF_AN_OPERAND * sum(operands))
    return in_python > WORTH * (OF_COMPILING + OF_COMPILING_AN_OPERAND * sum(operands))
