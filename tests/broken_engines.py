"""A right engine in sixty lines, and engines that differ from it in one thing, each with the idea that it breaks."""

import math

SEEDED = []  # pairs of a broken engine and the names of the ideas that it breaks


def breaks(*ideas):
    """Put a class among the seeded engines."""

    def register(engine):
        SEEDED.append((engine, list(ideas)))
        return engine

    return register


class Right:
    """A value with its operands and local gradients; nothing here is broken."""

    def __init__(self, data, operands=(), slopes=()):
        self.data = data
        self.grad = 0.0
        self.operands = operands
        self.slopes = slopes

    def made(self, data, *edges):
        return type(self)(data, tuple(operand for operand, _ in edges), tuple(slope for _, slope in edges))

    def lifted(self, other):
        return other if isinstance(other, Right) else type(self)(other)

    def order(self):
        found, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                found.append(node)
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                stack.extend((operand, False) for operand in node.operands)
        return found[::-1]

    def clear(self, order):
        for node in order:
            if node.operands:
                node.grad = 0.0

    def pass_on(self):
        for operand, slope in zip(self.operands, self.slopes, strict=True):
            operand.grad += slope * self.grad

    def backward(self):
        order = self.order()
        self.clear(order)
        self.grad = 1.0
        for node in order:
            node.pass_on()

    def __add__(self, other):
        other = self.lifted(other)
        return self.made(self.data + other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        other = self.lifted(other)
        return self.made(self.data * other.data, (self, other.data), (other, self.data))

    def __pow__(self, n):
        try:
            y = self.data**n
            slope = n * self.data ** (n - 1) if n else 0.0
        except ZeroDivisionError:
            y = slope = math.nan
        return self.made(math.nan, (self, math.nan)) if isinstance(y, complex) else self.made(y, (self, slope))

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -self.lifted(other)

    def __truediv__(self, other):
        return self * self.lifted(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return self.lifted(other) - self

    def __rtruediv__(self, other):
        return self.lifted(other) / self

    def relu(self):
        return self.made(max(self.data, 0.0), (self, float(self.data > 0)))

    def tanh(self):
        y = math.tanh(self.data)
        return self.made(y, (self, 1 - y * y))

    def exp(self):
        y = math.exp(self.data)
        return self.made(y, (self, y))

    def log(self):
        return self.made(math.log(self.data), (self, 1 / self.data))


# A new value


@breaks("basics")
class NoGradientYet(Right):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.grad = None


@breaks("basics")
class WholeNumbersOnly(Right):
    def __init__(self, data, *edges):
        super().__init__(int(data), *edges)


@breaks("basics")
class DataAsText(Right):
    def __init__(self, data, *edges):
        super().__init__(f"{data}", *edges)


@breaks("basics")
class NeedsAName(Right):
    def __init__(self, data, name, *edges):
        super().__init__(data, *edges)


# The walk


class WithABackward(Right):
    """A right engine whose loop can be replaced."""

    def backward(self):
        order = self.order()
        self.clear(order)
        self.seed()
        for node in order:
            node.pass_on()

    def seed(self):
        self.grad = 1.0


@breaks("seed")
class BeginsWithItsData(WithABackward):
    def seed(self):
        self.grad = self.data


@breaks("seed")
class ForgetsToBegin(WithABackward):
    def seed(self):
        pass


@breaks("seed")
class BeginsOnceMore(Right):
    def backward(self):
        order = self.order()
        self.clear(order[1:])
        self.grad += 1.0
        for node in order:
            node.pass_on()


@breaks("leaf")
class NoLeafBegins(Right):
    def backward(self):
        if not self.operands:
            raise RuntimeError("nothing to go back through")
        super().backward()


@breaks("accumulates")
class Assigns(Right):
    def pass_on(self):
        for operand, slope in zip(self.operands, self.slopes, strict=True):
            operand.grad = slope * self.grad


@breaks("accumulates")
class AssignsInTanh(Right):
    def tanh(self):
        result = super().tanh()
        result.pass_on = lambda: setattr(self, "grad", result.slopes[0] * result.grad)
        return result


@breaks("accumulates")
class AssignsToTheSecond(Right):
    def pass_on(self):
        for position, (operand, slope) in enumerate(zip(self.operands, self.slopes, strict=True)):
            operand.grad = slope * self.grad + (0.0 if position else operand.grad)


@breaks("forgets-shared")
class FollowsEachValueOnce(Right):
    def backward(self):
        seen = set()
        self.clear(self.order())

        def push(node, grad):
            if node not in seen:
                seen.add(node)
                node.grad += grad
                for operand, slope in zip(node.operands, node.slopes, strict=True):
                    push(operand, slope * grad)

        push(self, 1.0)


@breaks("forgets-shared")
class HangsTheRuleOnTheOperand(Right):
    def made(self, data, *edges):
        result = super().made(data, *edges)
        for operand, slope in edges:
            operand.rule = (result, slope)
        return result

    def backward(self):
        order = self.order()
        self.clear(order)
        self.grad = 1.0
        for node in order[1:]:
            result, slope = node.rule
            node.grad += slope * result.grad


@breaks("same-operand")
class OperandsAsKeys(Right):
    def pass_on(self):
        for operand, slope in dict(zip(self.operands, self.slopes, strict=True)).items():
            operand.grad += slope * self.grad


@breaks("same-operand")
class SubtractsItselfWrongly(Right):
    def __sub__(self, other):
        if other is self:
            return self.made(0.0, (self, 1.0))
        return super().__sub__(other)


@breaks("wrong-order")
class MarksWhenPopped(Right):
    def order(self):
        found, seen, stack = [], set(), [self]
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                found.append(node)
                stack.extend(node.operands)
        return found


@breaks("wrong-order")
class BreadthFirst(Right):
    def order(self):
        found = [self]
        for node in found:
            found.extend(operand for operand in dict.fromkeys(node.operands) if operand not in found)
        return found


@breaks("wrong-order")
class LeavesFirst(Right):
    def order(self):
        order = super().order()
        return [self, *sorted(order[1:], key=lambda node: -len(node.operands) + node.data)]


@breaks("wrong-order")
class ForgetsToReverse(Right):
    def order(self):
        return super().order()[::-1]

    def clear(self, order):
        pass


@breaks("counted-again")
class CallsItsOperands(Right):
    def backward(self):
        self.clear(self.order())
        self.grad = 1.0

        def walk(node):
            node.pass_on()
            for operand in dict.fromkeys(node.operands):
                walk(operand)

        walk(self)


@breaks("counted-again")
class NeverMarks(Right):
    def order(self):
        found = []

        def visit(node):
            for operand in node.operands:
                visit(operand)
            found.append(node)

        visit(self)
        return found[::-1]


@breaks("every-path")
class WalksEveryPath(Right):
    def backward(self):
        self.clear(self.order())
        stack = [(self, 1.0)]
        while stack:
            node, grad = stack.pop()
            node.grad += grad
            stack.extend((o, slope * grad) for o, slope in zip(node.operands, node.slopes, strict=True))


@breaks("recursion-depth")
class CallsItselfForEachNode(Right):
    def order(self):
        found, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for operand in node.operands:
                    visit(operand)
                found.append(node)

        visit(self)
        return found[::-1]


@breaks("stale-gradients")
class LeavesGradientsBetween(Right):
    def clear(self, order):
        pass


@breaks("backward-once")
class VisitsOnceForEver(Right):
    visited = set()  # noqa: RUF012  this is the defect

    def order(self):
        found = [node for node in super().order() if node not in self.visited or not node.operands]
        self.visited.update(found)
        return found


@breaks("backward-once")
class FreesTheGraph(Right):
    def backward(self):
        order = self.order()
        super().backward()
        for node in order:
            node.operands = node.slopes = ()


@breaks("clears")
class ClearsLeaves(Right):
    def clear(self, order):
        for node in order:
            node.grad = 0.0


@breaks("set-order")
class OperandsInASet(CallsItselfForEachNode):
    def order(self):
        found, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                found.append(node)
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                stack.extend((operand, False) for operand in set(node.operands))
        return found[::-1]


@breaks("equality")
class EqualByNumber(Right):
    def __eq__(self, other):
        return isinstance(other, Right) and self.data == other.data

    def __hash__(self):
        return hash(self.data)


@breaks("equality")
class WithoutAHash(Right):
    def __eq__(self, other):
        return isinstance(other, Right) and self.data == other.data


@breaks("shared-state")
class OneTapeForAll(Right):
    tape = []  # noqa: RUF012  this is the defect

    def made(self, data, *edges):
        result = super().made(data, *edges)
        self.tape.append(result)
        return result

    def backward(self):
        self.grad = 1.0
        for node in reversed(self.tape):
            node.pass_on()


# One operation


@breaks("wrong-value")
class SubtractsTheOtherWay(Right):
    def __sub__(self, other):
        return -self + other


@breaks("wrong-value")
class LogarithmToTheBaseTwo(Right):
    def log(self):
        return self.made(math.log2(self.data), (self, 1 / self.data))


@breaks("wrong-slope")
class TanhOfTheOperand(Right):
    def tanh(self):
        return self.made(math.tanh(self.data), (self, 1 - self.data**2))


@breaks("wrong-slope")
class QuotientWithoutItsMinus(Right):
    def __truediv__(self, other):
        other = self.lifted(other)
        return self.made(self.data / other.data, (self, 1 / other.data), (other, self.data / other.data**2))


@breaks("wrong-slope")
class ProductWithItsOwnNumber(Right):
    def __mul__(self, other):
        other = self.lifted(other)
        return self.made(self.data * other.data, (self, self.data), (other, other.data))


@breaks("wrong-slope")
class OneInAThousandOff(Right):
    def exp(self):
        y = math.exp(self.data)
        return self.made(y, (self, 1.001 * y))


@breaks("wrong-slope")
class ReluTimesItsResult(Right):
    def relu(self):
        return self.made(max(self.data, 0.0), (self, max(self.data, 0.0)))


@breaks("upstream")
class LeavesOutTheChainRule(Right):
    def exp(self):
        result = super().exp()

        def pass_on():
            self.grad += result.slopes[0]

        result.pass_on = pass_on
        return result


@breaks("cut")
class ForgetsItsOperand(Right):
    def tanh(self):
        result = super().tanh()
        slope, result.operands, result.slopes = result.slopes[0], (), ()

        def pass_on():
            self.grad += slope * result.grad

        result.pass_on = pass_on
        return result


@breaks("cut")
class HasNoRuleForLog(Right):
    def log(self):
        return self.made(math.log(self.data))


@breaks("not-a-value")
class ReluIsANumber(Right):
    def relu(self):
        return max(self.data, 0.0)


@breaks("raises")
class MisspelledInBackward(Right):
    def exp(self):
        result = super().exp()
        result.pass_on = lambda: self.gard + 1.0
        return result


@breaks("raises")
class CallsItsRuleAtOnce(Right):
    def made(self, data, *edges):
        result = super().made(data, *edges)
        result.pass_on = None
        return result


@breaks("raises")
class LeavesInTheMiddle(Right):
    def relu(self):
        raise SystemExit("good bye")


@breaks("mutates")
class NegatesItself(Right):
    def __neg__(self):
        self.data = -self.data
        return self.made(self.data, (self, -1.0))

    def __sub__(self, other):
        other = self.lifted(other)
        return self.made(self.data - other.data, (self, 1.0), (other, -1.0))


@breaks("in-place")
class AddsInPlace(Right):
    def __iadd__(self, other):
        self.data += self.lifted(other).data
        return self


@breaks("constant")
class NumbersCutTheGraph(Right):
    def __add__(self, other):
        return super().__add__(other) if isinstance(other, Right) else type(self)(self.data + other)


@breaks("constant")
class NumbersAreNotLifted(Right):
    def __mul__(self, other):
        return self.made(self.data * other.data, (self, other.data), (other, self.data))

    def __neg__(self):
        return self.made(-self.data, (self, -1.0))

    def __rmul__(self, other):
        return self.lifted(other) * self


@breaks("right-hand")
class OneMinusAIsAMinusOne(Right):
    def __rsub__(self, other):
        return self - other


@breaks("right-hand")
class OneOverAIsA(Right):
    def __rtruediv__(self, other):
        return self / other


@breaks("right-hand")
class AddsForEver(Right):
    def __radd__(self, other):
        return other + self


@breaks("right-hand")
class NoNumberOnTheLeft(Right):
    __radd__ = __rmul__ = __rsub__ = __rtruediv__ = None


@breaks("power-base")
class PowerByLogarithm(Right):
    def __pow__(self, n):
        y = math.exp(n * math.log(self.data))
        return self.made(y, (self, n * y / self.data))

    def __truediv__(self, other):
        other = self.lifted(other)
        return self.made(
            self.data / other.data, (self, 1 / other.data), (other, -self.data / other.data**2)
        )  # a quotient with a negative divisor is not asked of the power


@breaks("power-base")
class PowerDividesByItsBase(Right):
    def __pow__(self, n):
        result = super().__pow__(n)
        result.slopes = (n * result.data / self.data if self.data else math.nan,)
        return result


@breaks("complex")
class PowersTurnComplex(Right):
    def __pow__(self, n):
        return self.made(self.data**n, (self, n * self.data ** (n - 1) if n else 0.0))


@breaks("relu-at-0")
class ReluFromTheRight(Right):
    def relu(self):
        return self.made(max(self.data, 0.0), (self, float(self.data >= 0)))


@breaks("overflow")
class TanhByExponentials(Right):
    def tanh(self):
        e = math.exp(2 * self.data)
        y = (e - 1) / (e + 1)
        return self.made(y, (self, 1 - y * y))


@breaks("larger-graph")
class LosesCount(Right):
    def order(self):
        return super().order()[:40] if len(super().order()) < 1000 else super().order()
