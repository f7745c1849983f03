"""The LaTeX templates of rows, cut into slots: what must be in brackets follows from what stands beside a slot."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from string import Formatter
from typing import NamedTuple

from autograd.primitives import ATOM, PRODUCT, SUM

SYMBOL = ATOM + 1  # one letter or plain number, which may carry an exponent
NOTHING = SYMBOL + 1  # what no operand binds as tightly as: brackets in any case
MOST_ITEMS = 8  # of a sequence that are written out
FIRST_ITEMS = 3  # of a longer one, before the dots and the last


OPENING = re.compile(r"(?:^|[\[({|,<>=&]|\\\\|\\(?:lfloor|lceil|lVert|ge|le|ne)|\\begin\{\w+\})$")
CLOSING = re.compile(r"$|[\])}|,<>=&]|\\\\|\\(?:right|rfloor|rceil|rVert|ge|le|ne|end)\b")
SIGNS = {"+": SUM, "-": PRODUCT, r"\cdot": PRODUCT}


class Slot(NamedTuple):
    """A place in a template: the text before it, the operand it is for, what binds less is put in brackets.

    bracketed  the template's own brackets stand around it
    inside     something stands before it that a minus sign must not follow
    """

    before: str
    operand: int
    needs: int
    inside: bool
    bracketed: bool


@cache
def template(text: str, binds: int) -> tuple[list[Slot], str]:
    """The slots of a LaTeX template and the text after the last."""
    literals, fields = [""], []
    for literal, field, *_ in Formatter().parse(text):  # cut at escaped braces too, without a field there
        literals[-1] += literal
        if field is not None:
            fields.append(field)
            literals.append("")
    slots = []
    for place, field in enumerate(fields):
        before, after = literals[place].strip(), literals[place + 1].strip()
        is_first, is_last = place == 0, place == len(fields) - 1
        starts, ends = bool(is_first or before), bool(is_last or after)  # else two slots touch
        needs = max(need_after(before) if starts else SYMBOL, need_before(before, after) if ends else ATOM)
        if len(fields) == 1 and not before and not after:
            needs = binds
        inside = bool(before or not is_first) and not OPENING.search(before)
        bracketed = before.endswith("(") and after.startswith((")", r"\right)"))
        slots.append(Slot(literals[place], int(field) if field else place, needs, inside, bracketed))
    return slots, literals[-1]


def need_after(before: str) -> int:
    """How tightly an operand must bind that stands after this; after the name of a function it is bracketed anyway."""
    if OPENING.search(before):
        return 0
    return next((needs for sign, needs in SIGNS.items() if before.endswith(sign)), NOTHING)


def need_before(before: str, after: str) -> int:
    """How tightly an operand must bind that stands before this."""
    if after.startswith(("^", "_")) or (before.endswith("{") and after.startswith(("}^", "}_"))):
        return SYMBOL
    if CLOSING.match(after):
        return 0
    return SUM if after.startswith(("+", "-")) else PRODUCT if after.startswith(r"\cdot") else ATOM


# Text in brackets and lists


def listed(items: Sequence[str]) -> str:
    """Items with commas between them; of many, the first and the last."""
    if len(items) > MOST_ITEMS:
        items = [*items[:FIRST_ITEMS], r"\dots", items[-1]]
    return ", ".join(items)


def called(function: str, arguments: Iterable[str]) -> str:
    """A function of arguments, by its name in LaTeX."""
    return function + bracketed(listed(list(arguments)))


def bracketed(text: str) -> str:
    """Text in brackets as high as it is.

    >>> bracketed("x + 1"), bracketed("\\\\frac{1}{x}")
    ('(x + 1)', '\\\\left(\\\\frac{1}{x}\\\\right)')
    """
    return flattened(rf"\left({text}\right)")


HIGH = re.compile(r"\\(?:frac|begin|sqrt|overline|underbrace)\b")
INNERMOST = re.compile(r"\\left\(((?:(?!\\left|\\right).)*)\\right\)", re.DOTALL)


def flattened(text: str) -> str:
    """Text with plain brackets around what is no higher than a line; those that grow are set wider apart."""
    while (lower := INNERMOST.sub(lambda match: match[0] if HIGH.search(match[1]) else f"({match[1]})", text)) != text:
        text = lower
    return text
