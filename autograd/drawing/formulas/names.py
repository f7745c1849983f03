"""What the values of a graph are called in formulas: their labels, typeset, or v_1, v_2, ... where they have none.

A label is text of the user's: it becomes a symbol where it reads like one, and otherwise text that commands nothing.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

from autograd.drawing.picture import NAME_LENGTH, clipped, constants_of
from autograd.graph import Node

GREEK = {
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi",
    "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega",
}  # fmt: skip

#: A word, digits that count it, and more of them after underscores: x, x1, w_1, alpha_in, w_0_3.
SYMBOL = re.compile(r"([A-Za-z]+)(\d*)((?:_[A-Za-z\d]+)*)", re.ASCII)

#: How the characters are written that mean something to LaTeX, or to a page of HTML that the formula is put in.
COMMANDS = {
    "\\": r"\backslash ", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\& ", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\wedge ", "~": r"\sim ", "<": r"\langle ", ">": r"\rangle ",
}  # fmt: skip
PIECES = re.compile(r"[\\{}$&#%_^~<>]|[^\\{}$&#%_^~<>]+")


class Name(NamedTuple):
    """What a value is called.

    plain  in text
    latex  in a formula; it can be raised to a power as it stands
    bar    its adjoint in a formula: how fast the result grows with it
    """

    plain: str
    latex: str
    bar: str


class Symbol(NamedTuple):
    """A symbol of LaTeX, and what is written below it."""

    body: str
    below: str

    def name(self, plain: str, repetition: int) -> Name:
        """The name that this symbol makes, told from those that look the same by a count."""
        wide = len(self.body) > 1 and self.body[1:] not in GREEK
        barred = rf"\overline{{{self.body}}}" if wide else rf"\bar{{{self.body}}}"
        below = f"_{{{self.below}}}" if len(self.below) > 1 else f"_{self.below}" if self.below else ""
        if repetition == 1:
            return Name(plain, self.body + below, barred + below)
        count = f"^{{({repetition})}}"
        return Name(f"{plain}({repetition})", f"{{{self.body}{below}{count}}}", f"{barred}{below}{count}")


def names_of(graph: Sequence[Node]) -> list[Name | None]:
    """A name for each value of a graph, none like another; None for a constant without a label.

    >>> from autograd import Value, export
    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="beta")
    >>> [name.latex for name in names_of(export((a * b).tanh()))]
    ['a', '\\\\beta', 'v_1', 'v_2']
    """
    plain = [clipped(node.label, NAME_LENGTH) for node in graph]
    symbols = [symbol(text) for text in plain]
    taken = set(symbols)
    numbers = (number for number in count(1) if Symbol("v", str(number)) not in taken)
    repetitions: Counter[Symbol] = Counter()
    constants = constants_of(list(graph))
    names: list[Name | None] = [None] * len(graph)
    for node in sorted(graph, key=is_made):
        labelled = symbols[node.index]
        if plain[node.index]:
            repetitions[labelled] += 1
            names[node.index] = labelled.name(plain[node.index], repetitions[labelled])
        elif node.index not in constants:
            number = str(next(numbers))
            names[node.index] = Symbol("v", number).name(f"v{number}", 1)
    return names


def is_made(node: Node) -> bool:
    """Whether a value is a result; leaves are numbered first."""
    return node.row is not None


def symbol(label: str) -> Symbol:
    """A label as a symbol of LaTeX.

    >>> symbol("w_1"), symbol("alpha"), symbol("loss")
    (Symbol(body='w', below='1'), Symbol(body='\\\\alpha', below=''), Symbol(body='\\\\mathrm{loss}', below=''))
    >>> print(symbol("50% of $x").body)
    {\\text{50}\\%\\text{ of }\\$\\text{x}}
    """
    match = SYMBOL.fullmatch(label)
    if match is None:
        return Symbol(f"{{{escaped(label)}}}" if label else "", "")
    word, digits, rest = match.groups()
    below = [digits] if digits else []
    return Symbol(letters(word), ",".join(map(letters, below + rest.split("_")[1:])))


def letters(word: str) -> str:
    """A word as mathematics writes it: one letter or a number as it is, a Greek one as its letter, more upright."""
    if len(word) == 1 or word.isdigit():
        return word
    return f"\\{word}" if word in GREEK else rf"\mathrm{{{word}}}"


def escaped(text: str) -> str:
    """Text of any kind as LaTeX that shows it and does nothing else.

    >>> print(escaped("\\\\input{x}"))
    \\backslash \\text{input}\\{\\text{x}\\}
    """
    return "".join(COMMANDS.get(piece) or rf"\text{{{piece}}}" for piece in PIECES.findall(text))
