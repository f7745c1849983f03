"""What an optimizer makes of parameters and of what it keeps, as families that follow those of a program."""

import numpy as np

from autograd import primitives as rows
from autograd.compiler.adjoint import mapped
from autograd.compiler.program import UNIFORM, Array, Family, Given, Map, Piece, Program, Ref, Sum, Term, Update, pruned
from autograd.compiler.rule import FIRST_LIST, Rule
from autograd.compiler.symbols import Apply, At, Expression, operands_used, substituted


def with_updates(program: Program, rule: Rule, places: Array) -> tuple[Program, Family]:
    """The program, and after it what the rule makes of the uniform inputs at these places; the family of all slopes.

    What the optimizer keeps is given as the state: its lists, one after the other, then the count of steps and the
    learning rate.
    """
    uniform = next(f for f in program.families if f.given is not None and f.given.what == "uniform")
    gradient = program.uniform_slopes
    if gradient is None:  # the loss does not depend on what learns
        gradient = Family(UNIFORM, uniform.size, [Piece(np.arange(uniform.size), Map(0.0, ()))])
        program.families.append(gradient)
    program.uniform_slopes = gradient
    Updates(program, rule, places, uniform, gradient).add()
    return pruned(program), gradient


class Updates:
    """Adds to a program what a rule makes of each parameter.

    state     what the optimizer keeps
    scalars   what is the same for all parameters: the count of steps, the learning rate, the sum of all squared slopes
    operands  of the rule, with a number for each parameter; the families of what it is made of join them
    """

    def __init__(self, program: Program, rule: Rule, places: Array, uniform: Family, gradient: Family) -> None:
        self.program = program
        self.rule = rule
        self.places = places
        self.uniform = uniform
        self.count = len(places)
        lists, first = len(rule.lists), np.array([0])
        self.end_of_lists = np.array([self.count * lists])
        self.state = Family(UNIFORM, self.count * lists + 2, given=Given("state"))
        self.steps = one(Map(Apply(rows.add, (At(0), 1.0)), (Ref(self.state, self.end_of_lists),)))
        slopes = Ref(gradient, places[None, :])
        squares = one(Sum((Term((slopes, slopes)),)))
        program.families += [self.state, self.steps, squares]
        self.scalars = (Ref(self.steps, first), Ref(self.state, self.end_of_lists + 1), Ref(squares, first))
        self.entries = [Ref(self.state, np.arange(j * self.count, (j + 1) * self.count)) for j in range(lists)]
        self.operands = [Ref(uniform, places), Ref(gradient, places), *self.entries, *map(self._repeated, self.scalars)]
        self.known: dict[Expression, Expression] = {}

    def add(self) -> None:
        """Add the families, and say what takes the place of what for the next step."""
        updates = self.program.updates
        for entry, kept in zip(self.entries, self.rule.kept, strict=True):
            updates.append(Update(self.state, entry.index, self._computed(kept)))
        updates.append(Update(self.uniform, self.places, self._computed(self.rule.moved)))
        updates.append(Update(self.state, self.end_of_lists, self.steps))

    def _repeated(self, scalar: Ref) -> Ref:
        """A number that is the same for all parameters, for each of them."""
        return Ref(scalar.family, np.zeros(self.count, dtype=int) + scalar.index)

    def _computed(self, expression: Expression) -> Family:
        """The family of an expression for all parameters; what is the same for all of them is computed once."""
        of_all = FIRST_LIST + len(self.rule.lists)
        for part in parts_of_scalars(expression, of_all):
            if part not in self.known:
                alone = substituted(part, (At(0),) * of_all + (At(0), At(1), At(2)))
                scalar = one(Map(alone, self.scalars))
                self.program.families.append(scalar)
                self._know(part, self._repeated(Ref(scalar, np.array([0]))))
        everywhere = np.arange(self.count)
        body = mapped(replaced(expression, self.known), tuple(self.operands))
        family = Family(UNIFORM, self.count, [Piece(everywhere, body)])
        self.program.families.append(family)
        if isinstance(expression, Apply):
            self._know(expression, Ref(family, everywhere))
        return family

    def _know(self, expression: Expression, ref: Ref) -> None:
        """Take an expression for one more operand."""
        self.known[expression] = At(len(self.operands))
        self.operands.append(ref)


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
