"""Reads LaTeX as mathematicians do, and computes what it says."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from autograd import TABLE

TOKEN = re.compile(r"\\(?:left|right)(?:[()|]|\\[a-zA-Z]+)|\\[a-zA-Z]+|\d+(?:\.\d+)?|\S")

FUNCTIONS: dict[str, Callable[..., float]] = {
    r"\ln": TABLE["log"], r"\arcsin": TABLE["asin"], r"\arccos": TABLE["acos"], r"\arctan": TABLE["atan"],
    r"\sigma": TABLE["sigmoid"], r"\Phi": TABLE["normal_cdf"], "arsinh": TABLE["asinh"], "arcosh": TABLE["acosh"],
    "artanh": TABLE["atanh"], "gelu'": TABLE["gelu_slope"], "silu'": TABLE["silu_slope"],
    **{rf"\{name}": TABLE[name] for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
}  # fmt: skip
OF_SEQUENCES: dict[str, Callable[[Any], float]] = {
    r"\max": max, r"\min": min, r"\sum": math.fsum, r"\prod": math.prod, "logsumexp": TABLE["logsumexp"],
}  # fmt: skip
COMPARISONS = {">": "greater", "<": "less", r"\ge": "greater_equal", r"\le": "less_equal", "=": "equal"}
COMPARISONS[r"\ne"] = "not_equal"
ENDS = {"(": ")", r"\left(": r"\right)"}


def computed(formula: str, numbers: Mapping[str, float]) -> float:
    """The number that a formula stands for, where its names stand for `numbers`."""
    reader = Reader(formula, numbers)
    result = reader.sum()
    assert not reader.tokens, f"not read: {' '.join(reader.tokens[::-1])} in {formula}"
    return result


class Reader:
    """A formula, read from left to right; sums hold products, and those hold powers."""

    def __init__(self, formula: str, numbers: Mapping[str, float]) -> None:
        self.tokens = TOKEN.findall(formula)[::-1]
        self.numbers = {"".join(TOKEN.findall(name)): number for name, number in numbers.items()}

    @property
    def next(self) -> str:
        return self.tokens[-1] if self.tokens else ""

    def take(self, *wanted: str) -> str:
        token = self.tokens.pop() if self.tokens else "the end"
        assert not wanted or token in wanted, f"{token} where {wanted} should be"
        return token

    def sum(self) -> Any:
        sign = self.take() if self.next in ("+", "-") else "+"
        result = self.product()
        result = -result if sign == "-" else result
        while self.next in ("+", "-"):
            sign = self.take()
            term = self.product()
            result = result - term if sign == "-" else result + term
        return result

    def product(self) -> Any:
        result = self.power()
        while self.next == r"\cdot":
            self.take()
            factor = self.power()
            if isinstance(result, list):
                result = sum(map(math.prod, zip(result, factor, strict=True)))
            else:
                result *= factor
        return result

    def power(self) -> Any:
        base = self.atom()
        if self.next == "_":
            self.take()
            base = base[int(self.exponent())]
        return TABLE["power"](base, self.exponent_after()) if self.next == "^" else base

    def exponent_after(self) -> float:
        self.take("^")
        exponent = self.exponent()
        assert self.next != "^", "two exponents"
        return exponent

    def exponent(self) -> float:
        return self.group() if self.next == "{" else float(self.take())

    def group(self) -> Any:
        self.take("{")
        result = self.sum()
        self.take("}")
        return result

    def word(self) -> str:
        self.take("{")
        word = ""
        while self.next != "}":
            word += self.take()
        self.take("}")
        return word.replace("\\", "").replace("operatorname", "")

    def items(self) -> list[Any]:
        end = ENDS[self.take(*ENDS)]
        items = [self.sum()]
        while self.next == ",":
            self.take()
            items.append(self.sum())
        self.take(end)
        return items

    def atom(self) -> Any:
        token = self.next
        if token in ENDS:
            items = self.items()
            return items if len(items) > 1 else items[0]
        if token == "{":
            return self.group()
        self.take()
        if re.fullmatch(r"[\d.]+", token):
            return float(token)
        if token == r"\frac":
            top = self.group()
            return TABLE["div"](top, self.group())
        if token in STRUCTURES:
            return STRUCTURES[token](self)
        return self.named(token)

    def named(self, token: str) -> Any:
        """A name with a number, or a function of that name with what it is applied to."""
        if token == r"\mathrm":
            word = self.word()
            if word == "e":
                return TABLE["exp"](self.exponent_after())
            return math.nan if word == "nan" else self.number(rf"\mathrm{{{word}}}")
        if token == r"\operatorname":
            token = self.word()
            if self.next == "'":
                token += self.take()
        if token == r"\log":
            self.take("_")
            base = self.exponent()
            return math.log(self.items()[0], base)
        if self.next in ENDS or (self.next == "^" and token in FUNCTIONS):
            exponent = self.exponent_after() if self.next == "^" else 1.0
            items = self.items()
            if token in OF_SEQUENCES:
                return OF_SEQUENCES[token](items)
            return TABLE["power"]((FUNCTIONS.get(token) or TABLE[token])(*items), exponent)
        return self.number(token)

    def number(self, name: str) -> float:
        if name in (r"\bar", r"\overline"):
            name += "".join(self.take() for _ in range(self.tokens[::-1].index("}") + 1))
        if self.next == "_":
            name += self.take()
            name += self.take() if self.next != "{" else "".join(["{", *self.inner(), "}"])
        assert name in self.numbers, f"{name} is not among {', '.join(self.numbers)}"
        return self.numbers[name]

    def inner(self) -> list[str]:
        self.take("{")
        parts = []
        while self.next != "}":
            parts.append(self.take())
        self.take("}")
        return parts

    def root(self) -> float:
        if self.next == "[":
            self.take()
            self.take("3")
            self.take("]")
            return TABLE["cbrt"](self.group())
        return TABLE["sqrt"](self.group())

    def between(self, end: str) -> Any:
        result = self.sum()
        self.take(end)
        return result

    def comparison(self) -> float:
        x = self.sum()
        row = TABLE[COMPARISONS[self.take(*COMPARISONS)]]
        y = self.between("]")
        return row(x, y)

    def mean(self) -> float:
        if self.tokens[-2] not in ENDS:
            return self.number(r"\overline")
        items: list[float] = self.group()
        return math.fsum(items) / len(items)

    def cases(self) -> float:
        assert self.word() == "cases"
        chosen = self.between("&")
        condition = self.between("\\")
        self.take("\\")
        other = self.between("&")
        self.take(r"\text")
        assert (self.word(), self.take(r"\end"), self.word()) == ("otherwise", r"\end", "cases")
        return chosen if condition else other


STRUCTURES: dict[str, Callable[[Reader], Any]] = {
    r"\sqrt": Reader.root,
    r"\left|": lambda reader: abs(reader.between(r"\right|")),
    r"\left\lVert": lambda reader: math.hypot(*reader.between(r"\right\rVert")),
    r"\lfloor": lambda reader: math.floor(reader.between(r"\rfloor")),
    r"\lceil": lambda reader: math.ceil(reader.between(r"\rceil")),
    "[": Reader.comparison,
    r"\overline": Reader.mean,
    r"\begin": Reader.cases,
    r"\infty": lambda reader: math.inf,
}
