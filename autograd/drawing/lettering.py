"""Text on a page of SVG: how wide it is without its font, how it is escaped and broken into lines."""

#: All text is monospaced, so that its width is known without its font: a cell is 0.6 of the size.
FONT = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"
CELL = 0.602

#: Symbols of operations as they are printed rather than typed.
PRINTED = {"*": "\N{MULTIPLICATION SIGN}", "-": "\N{MINUS SIGN}", "<=": "≤", ">=": "≥", "!=": "≠"}


def text(kind: str, x: float, y: float, content: str) -> str:
    """A piece of text."""
    return f'<text class="{kind}" x="{short(x)}" y="{short(y)}">{escaped(content)}</text>'


def printed(symbol: str) -> str:
    """A symbol as it is printed; any other text as it is."""
    return PRINTED.get(symbol, symbol)


def cells(content: str) -> int:
    """How many cells of a monospaced font a text takes: two for wide characters, none for accents.

    >>> cells("loss"), cells("損失")
    (4, 4)
    """
    if content.isascii():
        return len(content)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in content)


def lines_of(content: str, width: int) -> list[str]:
    """A text in lines of at most so many cells, broken between words.

    >>> lines_of("one two three", 8)
    ['one two', 'three']
    """
    lines: list[str] = []
    for word in content.split():
        if lines and cells(lines[-1]) + 1 + cells(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def short(number: float) -> str:
    """A length or coordinate, to a tenth.

    >>> short(12.0), short(1234567.25), short(-0.01)
    ('12', '1234567.2', '0')
    """
    tenths = round(number * 10)
    whole, tenth = divmod(abs(tenths), 10)
    return f"{'-' * (tenths < 0)}{whole}.{tenth}" if tenth else f"{'-' * (tenths < 0)}{whole}"


def whole(number: float) -> str:
    """A coordinate to a whole pixel, which is near enough where everything is small.

    >>> whole(12.6)
    '13'
    """
    return str(round(number))


def escaped(content: str) -> str:
    """`content` as XML text or as the value of an attribute."""
    return content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
