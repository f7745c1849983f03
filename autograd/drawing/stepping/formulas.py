"""The LaTeX template of a row as a tree of MathML, which a page can show without anything to load.

A tree is a text, the number of an operand, or a list: the name of an element and the trees inside it. What of
LaTeX a template of ours uses is understood; anything else is shown as it is written.
"""

import re
from typing import TypeAlias

Tree: TypeAlias = "str | int | list[Tree]"

FIRST_HOLE = 0xE000  # operands stand in the text as characters for private use
TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}^_\[\]]|[A-Za-z]+|[0-9.]+|\s+|.", re.DOTALL)

SIGNS = {
    "cdot": "·", "times": "\N{MULTIPLICATION SIGN}", "ge": "≥", "le": "≤", "ne": "≠", "sum": "∑", "prod": "∏",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "lVert": "‖", "rVert": "‖", "Phi": "Φ", "pi": "π",
    "sigma": "\N{GREEK SMALL LETTER SIGMA}",
}  # fmt: skip
SPACES = {",", ";", ":", "!", " ", "quad", "left", "right"}


def formula_tree(template: str) -> list[Tree]:
    r"""The tree of a template in which operands are `{}`, `{0}`, `{1}`, ...; the outermost element is an `mrow`.

    >>> formula_tree(r"\frac{{{}}}{{{}}}")
    ['mrow', ['mfrac', ['mrow', 0], ['mrow', 1]]]
    >>> formula_tree(r"\tanh {}")
    ['mrow', 'tanh', 0]
    """
    holes = [chr(FIRST_HOLE + i) for i in range(9)]
    try:
        text = template.format(*holes)
    except (IndexError, KeyError, ValueError):  # a template of the user's own that is none
        return ["mrow", template]
    try:
        return Reader(TOKEN.findall(text)).row()
    except RecursionError:
        return ["mrow", template]


class Reader:
    """Reads tokens of LaTeX from the first to the last."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = [token for token in tokens if not token.isspace()][::-1]  # the next one is at the end

    def row(self, end: str = "") -> list[Tree]:
        """Everything up to `end`, or to the end of all."""
        parts: list[Tree] = ["mrow"]
        while self.tokens:
            token = self.tokens.pop()
            if token == end:
                break
            if token in ("^", "_"):
                base = parts.pop() if len(parts) > 1 else ""
                parts.append(["msup" if token == "^" else "msub", base, self.argument()])
            else:
                parts += self.part(token)
        return parts

    def argument(self) -> Tree:
        """What comes next: a group in braces or a single part."""
        if not self.tokens:
            return ""
        token = self.tokens.pop()
        if token == "{":
            return self.row("}")
        return next(iter(self.part(token)), "")

    def part(self, token: str) -> list[Tree]:
        """The trees that a token begins: none or one."""
        if ord(token[0]) in range(FIRST_HOLE, FIRST_HOLE + 9):
            return [ord(token[0]) - FIRST_HOLE]
        if token == "{":
            return [self.row("}")]
        name = token[1:] if token[0] == "\\" and len(token) > 1 else ""
        if name == "frac":
            return [["mfrac", self.argument(), self.argument()]]
        if name == "sqrt":
            return [self.root()]
        if name == "overline":
            return [["mover", self.argument(), "‾"]]
        if name == "begin":
            return self.cases()
        if name in ("operatorname", "text", "mathrm"):
            return [plain(self.argument())]
        return [] if name in SPACES else [SIGNS.get(name, name or token)]

    def root(self) -> Tree:
        """A root, of a degree of its own or the square root."""
        if self.tokens[-1:] != ["["]:
            return ["msqrt", self.argument()]
        self.tokens.pop()
        degree = self.row("]")
        return ["mroot", self.argument(), degree]

    def cases(self) -> list[Tree]:
        """A table of cases, behind a brace."""
        self.argument()
        rows: list[list[Tree]] = [["mtr", ["mtd"]]]
        while self.tokens and (token := self.tokens.pop()) != r"\end":
            cell = rows[-1][-1]
            if token == "\\\\":
                rows.append(["mtr", ["mtd"]])
            elif token == "&":
                rows[-1].append(["mtd"])
            elif isinstance(cell, list):
                cell += self.part(token)
        self.argument()
        return ["{", ["mtable", *rows]]


def plain(tree: Tree) -> str:
    """The texts of a tree in one."""
    return tree if isinstance(tree, str) else "" if isinstance(tree, int) else "".join(map(plain, tree[1:]))
