"""A whole training as machine code: loss, slopes and the rule of an optimizer in one program, run step after step.

What the optimizer does to one parameter is arithmetic: it is run once on symbols, and the expression that comes
out is computed for all parameters at once.
"""

import copy
import ctypes
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Never

import numpy as np

from autograd import primitives as rows
from autograd.compiler.adjoint import differentiated, mapped
from autograd.compiler.emit import emit
from autograd.compiler.engine import lanes
from autograd.compiler.families import VECTORS
from autograd.compiler.lift import lift
from autograd.compiler.machine import Machine, pointer
from autograd.compiler.program import UNIFORM, Array, Family, Given, Map, Piece, Program, Ref, Sum, Term, Update, pruned
from autograd.compiler.recording import Recording
from autograd.compiler.steps import NAME
from autograd.compiler.symbols import Apply, At, Expression, Symbol, expression_of, operands_used, substituted
from autograd.value import Value

PARAMETER, GRADIENT, FIRST_LIST = 0, 1, 2  # the operands of an optimizer's rule


class Rule(NamedTuple):
    """What an optimizer makes of a parameter p and its gradient g.

    The operands of the expressions are p, g, one for each of `lists`, and last three that are the same for all
    parameters: the count of steps, this one included, the learning rate, and the sum of the squares of all gradients.

    lists   the names of the lists that the optimizer keeps beside its parameters
    moved   what the parameter becomes
    kept    what the entry of each list becomes
    """

    lists: tuple[str, ...]
    moved: Expression
    kept: tuple[Expression, ...]


class Place:
    """The place of a parameter, of which a rule may know no more than that its lists have an entry there."""

    def __eq__(self, other: object) -> bool:
        raise TypeError("a rule that is not the same for all parameters cannot be compiled")

    __hash__ = None  # type: ignore[assignment]


class Entries:
    """A list of the optimizer, of which a rule sees the entry of its own parameter."""

    def __init__(self, entry: Symbol) -> None:
        self.entry: Any = entry

    def __getitem__(self, place: Place) -> Any:
        return self.entry if isinstance(place, Place) else refuse_other_places()

    def __setitem__(self, place: Place, entry: Any) -> None:
        self.entry = entry if isinstance(place, Place) else refuse_other_places()


def refuse_other_places() -> Never:
    """Raise for a rule that looks at another parameter than its own."""
    raise TypeError("a rule that looks at the entries of other parameters cannot be compiled")


def rule_of(optimizer: Any) -> Rule:
    """The rule of an optimizer of `nn`, as expressions.

    >>> from nn import SGD
    >>> rule_of(SGD([Value(1.0)], lr=0.5)).moved
    Apply(row=<primitive sub(x, y)>, arguments=(At(place=0), Apply(row=<primitive mul(x, y)>, ...
    """
    count = len(optimizer.parameters)
    state = {k: v for k, v in vars(optimizer).items() if type(v) is list and len(v) == count and k != "parameters"}
    twin = copy.copy(optimizer)
    entries = [Entries(Symbol(At(FIRST_LIST + place))) for place in range(len(state))]
    steps, rate, squares = (Symbol(At(FIRST_LIST + len(state) + k)) for k in range(3))
    vars(twin).update(zip(state, entries, strict=True), steps=steps, _lr=rate)
    before = dict(vars(twin))
    g: Any = Symbol(At(GRADIENT))
    if optimizer.clip is not None:
        g = optimizer.clip.limited(g, squares)
    moved = expression_of(twin.moved(Place(), Symbol(At(PARAMETER)), g))
    if before.keys() != vars(twin).keys() or any(value is not before[name] for name, value in vars(twin).items()):
        raise TypeError("a rule that changes what is no entry of a parameter cannot be compiled")
    return Rule(tuple(state), moved, tuple(expression_of(each.entry) for each in entries))


class Training:
    """Steps of an optimizer down the mean loss of batches, as machine code.

    recording  of one section and one output, the loss of a batch
    optimizer  its parameters learn; its lists and its count of steps go along
    X, y       the columns, as `table` gives them
    """

    def __init__(self, recording: Recording, optimizer: Any, X: Array, y: Array) -> None:
        count = len(X)
        self.columns = np.ascontiguousarray(np.concatenate([X.reshape(count, -1), y.reshape(count, -1)], axis=1))
        self.optimizer = optimizer
        used = set(map(id, recording.captured))
        unused = tuple(p for p in optimizer.parameters if id(p) not in used)
        recording = replace(recording, arguments=recording.arguments + unused)
        self.leaves: tuple[Value, ...] = (*recording.arguments, *recording.captured)
        place = {id(leaf): i for i, leaf in enumerate(self.leaves)}
        self.places = np.array([place[id(p)] for p in optimizer.parameters])
        self.rule = rule_of(optimizer)
        program = self._with_updates(differentiated(lift(recording), recording, seeded=False, columns=False))
        self.machine = Machine(emit(program, VECTORS * lanes(), 1, chosen=True))
        more = ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64
        self._run = self.machine.function(NAME, *more, result=ctypes.c_int64)
        self._scratch = self.machine.scratch()
        self.read()

    # The program

    def _with_updates(self, program: Program) -> Program:
        """The program, and after it what the optimizer makes of parameters and state."""
        count, lists = len(self.places), len(self.rule.lists)
        uniform = next(f for f in program.families if f.given is not None and f.given.what == "uniform")
        state = Family(UNIFORM, count * lists + 2, given=Given("state"))
        steps = one(Map(Apply(rows.add, (At(0), 1.0)), (Ref(state, np.array([count * lists])),)))
        program.families += [state, steps]
        entries = [Ref(state, np.arange(j * count, (j + 1) * count)) for j in range(lists)]
        gradient = program.uniform_slopes
        if gradient is None:
            gradient = Family(UNIFORM, uniform.size, [Piece(np.arange(uniform.size), Map(0.0, ()))])
            program.families.append(gradient)
        self.gradient = program.uniform_slopes = gradient
        everywhere = np.zeros(count, dtype=int)
        slopes = Ref(gradient, self.places[None, :])
        squares = one(Sum((Term((slopes, slopes)),)))
        program.families.append(squares)
        first = np.array([0])
        scalars = [Ref(steps, first), Ref(state, first + count * lists + 1), Ref(squares, first)]
        operands = [
            Ref(uniform, self.places),
            Ref(gradient, self.places),
            *entries,
            *(Ref(scalar.family, everywhere + scalar.index) for scalar in scalars),
        ]
        known: dict[Expression, Expression] = {}
        of_all = FIRST_LIST + lists

        def computed(expression: Expression) -> Family:
            """The family of an expression for all parameters; what is the same for all of them is computed once."""
            for part in parts_of_scalars(expression, of_all):
                if part not in known:
                    scalar = one(Map(substituted(part, (At(0),) * of_all + (At(0), At(1), At(2))), tuple(scalars)))
                    program.families.append(scalar)
                    known[part] = At(len(operands))
                    operands.append(Ref(scalar, everywhere))
            body = mapped(replaced(expression, known), tuple(operands))
            family = Family(UNIFORM, count, [Piece(np.arange(count), body)])
            program.families.append(family)
            if isinstance(expression, Apply):
                known[expression] = At(len(operands))
                operands.append(Ref(family, np.arange(count)))
            return family

        for j, kept in enumerate(self.rule.kept):
            program.updates.append(Update(state, entries[j].index, computed(kept)))
        program.updates.append(Update(uniform, self.places, computed(self.rule.moved)))
        program.updates.append(Update(state, np.array([count * lists]), steps))
        return pruned(program)

    # Numbers in and out

    def read(self) -> None:
        """Take the numbers of the parameters and of the optimizer as they are now."""
        self.uniform = np.array([leaf._data for leaf in self.leaves], dtype=float)
        kept = [float(v) for name in self.rule.lists for v in vars(self.optimizer)[name]]
        self.state = np.array([*kept, float(self.optimizer.steps), self.optimizer.lr])

    def write(self) -> None:
        """Give the parameters and the optimizer the numbers that were reached."""
        numbers = self.uniform[self.places].tolist()
        start = self.machine.memory.offset[self.gradient]
        slopes = self._scratch.uniform[start + self.places].tolist()
        for parameter, number, slope in zip(self.optimizer.parameters, numbers, slopes, strict=True):
            parameter._data, parameter._grad = number, slope
        numbers, count = self.state.tolist(), len(self.places)
        for j, name in enumerate(self.rule.lists):
            setattr(self.optimizer, name, numbers[j * count : (j + 1) * count])
        self.optimizer.steps = int(numbers[-2])

    def run(self, batches: Sequence[Sequence[int]]) -> list[float]:
        """The losses of the batches, which are lists of rows of the columns, each before its step.

        It stops at the first that is not finite, which is the last in the list then, and takes no step from it.
        """
        order = np.concatenate([np.asarray(batch, dtype=np.int64) for batch in batches])
        starts = np.cumsum([0, *map(len, batches)], dtype=np.int64)
        losses = np.empty(len(batches))
        at = pointer(self.uniform)
        section = [pointer(self.columns), at, at, at, pointer(order)]
        once = self.machine.pointers(at, at, pointer(self.state), self._scratch)
        done = self._run(*once, *section, 0, pointer(starts), pointer(losses), len(batches))
        return losses[: done + 1].tolist()  # type: ignore[no-any-return]


def table(numbers: Any) -> Array:
    """Nested lists of one shape as an array.

    >>> table([[1, 2], [3, 4]]).shape
    (2, 2)
    """
    return np.array(numbers, dtype=float)


def one(body: Map | Sum) -> Family:
    """A uniform family of one member."""
    return Family(UNIFORM, 1, [Piece(np.array([0]), body)])


def parts_of_scalars(expression: Expression, of_all: int) -> list[Expression]:
    """The largest parts of an expression made of constants and operands from `of_all` on, the same for all parameters.

    >>> parts_of_scalars(Apply(rows.mul, (At(0), Apply(rows.exp, (At(2),)))), 2)
    [Apply(row=<primitive exp(x)>, arguments=(At(place=2),))]
    """
    if not isinstance(expression, Apply):
        return []
    used = operands_used(expression)
    if used and min(used) >= of_all:
        return [expression]
    return [part for argument in expression.arguments for part in parts_of_scalars(argument, of_all)]


def replaced(expression: Expression, known: dict[Expression, Expression]) -> Expression:
    """The expression with parts that are known replaced by what they are known as.

    >>> replaced(Apply(rows.exp, (Apply(rows.exp, (At(0),)),)), {Apply(rows.exp, (At(0),)): At(1)})
    Apply(row=<primitive exp(x)>, arguments=(At(place=1),))
    """
    if not isinstance(expression, Apply):
        return expression
    if expression in known:
        return known[expression]
    return Apply(expression.row, tuple(replaced(argument, known) for argument in expression.arguments))
