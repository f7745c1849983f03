"""What a fuzzer finds in the reader of expressions: the command `draw` is given the lines of its input.

The first line is the expression, the others are its numbers, such as `a=2`.
"""

import io
import struct
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from autograd import TABLE, Value, gradients
from autograd.__main__ import main
from autograd.expression import read_assignments, read_expression
from benchmarks.proof.graphs.chain_rule import same_number
from benchmarks.proof.sentences import is_meant

ENDINGS = ("svg", "html", "dot")

STARTS = [
    b"tanh(a*b + c)\na=2\nb=-3\nc=10",
    b"-2**a / 3.5e-7 - +a\na=nan",
    b"max(a, b, 1) + clip(a, 0, 1) + where(a, b, 2)\na=inf\nb=-0",
    b"logsumexp(a, a) + mean(a, 2) + power(a, 0.5)\na=1e308",
    b"sqrt(log1p(abs(a))) ** 9 ** 9\na=5e-324",
    b"((((((((a))))))))\na=0x1",
    b"0b1 + 0o7 + 0xff + 1_000 + 1e999 + True\n=",
    "größe * µ + \ufb01\ngröße=\uff11\nµ=2\n\ufb01=3".encode(),
    b"'\\ud800' + f'{a}' + (lambda: a)() + [a][0] + a.b + (a := 1)\na=1\na=2",
    b"prod(a, a) % a @ a // a if a else not a\na=1",
]
WORDS = [*TABLE, "\na=", "\nb=", "nan", "-inf", "1e308", "5e-324", "**", "//", ":=", "lambda", "\n\n"]


def check(data: bytes) -> None:
    """Draw an expression by the command line; an AssertionError if anything but a result or a sentence comes of it."""
    expression, *numbers = data.decode("utf-8", "surrogateescape").split("\n")
    answer, told = commanded(expression, numbers, ENDINGS[len(data) % len(ENDINGS)])
    try:
        names = read_assignments(numbers)
        root = read_expression(expression, names)
    except ValueError as error:
        if not is_meant(error, ValueError):
            raise
        assert answer == 2, f"refused, yet the command gave {answer}"
        return
    assert answer == 0, f"read, yet the command said {told}"
    check_numbers(expression, root, names)


def commanded(expression: str, numbers: list[str], ending: str) -> tuple[int | str | None, str]:
    """What the command gives, and what it says; the streams are strict, as those of a console."""
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    said = io.TextIOWrapper(told := io.BytesIO(), "utf-8", "backslashreplace", write_through=True)
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(out), redirect_stderr(said):
        path = Path(folder, f"graph.{ending}")
        try:
            answer: int | str | None = main(["draw", "-o", str(path), "--", expression, *numbers])
        except SystemExit as end:
            answer = end.code
        assert path.exists() == (answer == 0), f"{answer} was given, and a file is there: {path.exists()}"
    return answer, told.getvalue().decode()


def check_numbers(expression: str, root: Value, names: dict[str, Value]) -> None:
    """Hold the result against that of plain numbers, and the gradients against those computed as values."""
    plain = read_expression(expression, {name: value.data for name, value in names.items()})  # type: ignore[misc]
    assert bits(plain.data) == bits(root.data), f"{root.data!r} of values is {plain.data!r} of numbers"
    leaves = list(names.values())
    root.backward()
    for name, leaf, gradient in zip(names, leaves, gradients(root, leaves), strict=True):
        assert same_number(leaf.grad, gradient.data), f"gradient for {name}: {leaf.grad!r} is also {gradient.data!r}"


def bits(number: float) -> bytes:
    """A number as bytes, in which all nan are one."""
    return struct.pack("<d", number) if number == number else b"nan"
