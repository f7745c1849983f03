"""The ideas that an engine rests on: for each, how it sounds when it is broken, and the notebook that explains it."""

from collections.abc import Iterable
from enum import Enum

from autograd.given import shown


class Idea(Enum):
    """One idea, by what is wrong where it is not understood.

    sentence  what is wrong
    notebook  the number of the notebook that explains it

    >>> Idea.SAME_OPERAND.title, Idea.SAME_OPERAND.notebook
    ('same-operand', 3)
    """

    def __init__(self, sentence: str, notebook: int) -> None:
        self.sentence = sentence
        self.notebook = notebook

    @property
    def title(self) -> str:
        """The name in reports, and on the command line."""
        return self.name.lower().replace("_", "-")

    # Before any operation
    BASICS = "A new Value does not begin with its number, a gradient of 0 and a backward().", 2
    SEED = "backward() does not begin with 1, the gradient of a result with respect to itself.", 3
    LEAF = "backward() fails on a value that no operation made; its gradient in itself is 1.", 3

    # One operation
    RAISES = "An operation that is there ends in an error.", 2
    NOT_A_VALUE = "An operation returns a plain number, which does not know where it came from.", 2
    WRONG_VALUE = "The forward propagation computes another number than the operation's.", 2
    MUTATES = "An operation changes the numbers of its operands; it is to make a new Value.", 2
    WRONG_SLOPE = "The local gradient of an operation is not how fast its result grows.", 1
    CUT = "The way back ends: a result does not remember an operand, or passes nothing on to it.", 2
    UPSTREAM = "The chain rule is left out: a local gradient is not multiplied by the one that arrives.", 3
    CONSTANT = "A plain number as the second operand is not treated as a constant Value.", 2
    RIGHT_HAND = "A plain number on the left is not handled: 2 * a needs __rmul__, 1 - a is not a - 1.", 2
    POWER_BASE = "A whole power of a base that is negative or 0 goes wrong.", 9
    COMPLEX = "A power that is no real number turns the value complex, and nothing says so.", 9
    RELU_AT_0 = "The slope of relu at 0 is not 0, the choice of micrograd, PyTorch, JAX and TensorFlow.", 9
    OVERFLOW = "A formula overflows where the operation itself has long settled on a limit.", 9

    # Several operations
    ACCUMULATES = "A second gradient is written over the first: `=` where `+=` belongs.", 3
    FORGETS_SHARED = "A value that is used in two places gets its gradient from one of them alone.", 3
    SAME_OPERAND = "A value that is both operands of one operation counts as one: a * a, a - a.", 3
    EQUALITY = "Two values that hold the same number are taken for one and the same.", 2
    WRONG_ORDER = "A node passes its gradient on before all of it has arrived: the sort is not topological.", 3
    COUNTED_AGAIN = "A shared node passes its gradient on more than once: a part of it counts twice.", 3
    EVERY_PATH = "Every path is walked by itself, and their number doubles with each shared node.", 3
    RECURSION_DEPTH = "A deep graph exceeds Python's stack: the walk calls itself for each node on the way.", 3
    IN_PLACE = "`a += b` changes the old value, and the history that it was part of.", 2
    SHARED_STATE = "A graph changes the gradients of another one: something is kept for all values.", 2
    SET_ORDER = "The order of a set decides in which order gradients are added: the last bits vary.", 9

    # Several calls
    CLEARS = "backward() clears what an earlier one gave, so that gradients of samples do not add up.", 3
    STALE_GRADIENTS = "A second backward() starts from gradients that the first one left between.", 3
    BACKWARD_ONCE = "A second backward() passes nothing on: nodes still count as visited, or are gone.", 3

    # All of it
    LARGER_GRAPH = "Every small program is right, and yet a larger one is not.", 9
    ENDLESS = "A program does not come to its end.", 3


def idea_titled(title: str) -> Idea:
    """The idea of that name, or an error that lists them all.

    >>> idea_titled("same-operand")
    <Idea.SAME_OPERAND: ...>
    >>> idea_titled("no-such-idea")
    Traceback (most recent call last):
    ValueError: there is no idea 'no-such-idea' to forgive: choose among basics, seed, leaf, ...
    """
    for idea in Idea:
        if idea.title == title:
            return idea
    raise ValueError(f"there is no idea {title!r} to forgive: choose among {', '.join(idea.title for idea in Idea)}")


def ideas_forgiven(names: Iterable[str]) -> list[str]:
    """The names of ideas that may be broken, as a list, if there is an idea of each name.

    >>> ideas_forgiven("basics")
    Traceback (most recent call last):
    TypeError: forgive is a list of names of ideas, got str: 'basics'
    """
    if not isinstance(names, Iterable) or isinstance(names, str | bytes):
        raise TypeError(f"forgive is a list of names of ideas, got {shown(names)}")
    forgiven = list(names)
    for name in forgiven:
        idea_titled(name)
    return forgiven
