"""An explanation of a gradient as text."""

import math
from collections.abc import Sequence

from autograd.drawing.formulas.found import Found, Path, total
from autograd.drawing.picture import NAME_LENGTH, clipped, counted

MOST_STEPS = 8  # of a path that are told; of a longer one, the first and last
FIRST_STEPS = 4
LAST_STEPS = 3
MOST_LEGEND = 16  # lines that say how a value on a path was made
MOST_OPERANDS = 8
MOST_DIGITS = 15  # of a count of paths


def told(found: Found) -> str:
    """The explanation as text."""
    root, leaf = found.graph.name(len(found.graph.nodes) - 1).plain, found.leaf_name.plain
    if not found.paths:
        return f"{without_a_path(found, root, leaf)}: the gradient is 0."
    if found.routes == [[]]:
        return f"{leaf} is the result itself: the gradient is 1."
    parts = [f"How fast {root} grows with {leaf}: {beginning(found)}", table(found.paths)]
    parts += [sums(found), *reservations(found), legend(found)]
    return "\n\n".join(part for part in parts if part)


def without_a_path(found: Found, root: str, leaf: str) -> str:
    if found.leaf is None:
        return f"{leaf} is no part of {root}"
    return f"no slope leads from {leaf} to {root}, which uses it as a constant only"


def beginning(found: Found) -> str:
    """How the gradient follows from the paths, and which of them are told."""
    if found.path_count == 1:
        return "the product of the slopes along the only path."
    text = f"the sum over {paths_counted(found.path_count)}, of the product of the slopes along each."
    if found.path_count > len(found.paths):
        text += f"\nThe {len(found.paths):,} strongest of them:"
    return text


def paths_counted(count: int) -> str:
    """A number of paths, which may have thousands of digits.

    >>> paths_counted(1), paths_counted(2**100)
    ('1 path', 'about 10^30 paths')
    """
    if count.bit_length() > MOST_DIGITS / math.log10(2.0):
        return f"about 10^{math.log10(2.0) * (count.bit_length() - 0.5):.0f} paths"
    return counted(count, "path")


def table(paths: Sequence[Path]) -> str:
    """A line for each path: its values, its slopes, their product."""
    ways = [" -> ".join(shortened(path.values)) for path in paths]
    width = max(map(len, ways))
    return "\n".join(f"{way:<{width}}    {multiplied(path)}" for way, path in zip(ways, paths, strict=True))


def multiplied(path: Path) -> str:
    """The slopes of a path and their product."""
    slopes = ["?" if slope is None else f"{slope:.4g}" for slope in path.slopes]
    result = "?" if path.product is None else f"{path.product:.4g}"
    return result if len(slopes) == 1 else f"{' * '.join(shortened(slopes))} = {result}"


def shortened(parts: Sequence[str]) -> list[str]:
    """The parts of a path; of a long one the first and the last, and how many there are between."""
    if len(parts) <= MOST_STEPS:
        return list(parts)
    left_out = f"... {len(parts) - FIRST_STEPS - LAST_STEPS:,} more ..."
    return [*parts[:FIRST_STEPS], left_out, *parts[-LAST_STEPS:]]


def sums(found: Found) -> str:
    """What the products add up to, beside what `backward()` gives."""
    lines = []
    if found.path_count > len(found.paths):
        lines.append(("sum of the products above", f"{total(found.paths)!r}"))
        others = f"the other {paths_counted(found.path_count - len(found.paths))}, as what is left"
        lines.append((others, "?" if found.rest is None else f"{found.rest!r}"))
    elif found.path_count > 1 and not found.unknown:
        lines.append(("sum of the products, rounded once", f"{total(found.paths)!r}"))
    if found.gradient is not None:
        lines.append(("backward(), rounded at every step", f"{found.gradient!r}"))
    width = max((len(words) for words, _ in lines), default=0)
    return "\n".join(f"{words:<{width}}  {number}" for words, number in lines)


def reservations(found: Found) -> list[str]:
    """Sentences on what the numbers do not say by themselves."""
    sentences = []
    if found.unknown:
        names = ", ".join(found.graph.name(index).plain for index in found.unknown[:MOST_OPERANDS])
        more = ", ..." if len(found.unknown) > MOST_OPERANDS else ""
        sentences.append(
            f"The slopes of {names}{more} are known only to a rule made by hand: "
            f"call backward() for the gradient; {found.leaf_name.plain}.grad is {found.held!r} now."
        )
    spoiled = [path for path in found.paths if not all(math.isfinite(slope or 0.0) for slope in path.slopes)]
    if spoiled:
        sentences.append("An infinite slope times a zero is nan, and a nan on one path makes the whole sum nan.")
    return sentences


def legend(found: Found) -> str:
    """How the values on the paths were made."""
    on_paths = sorted({step.result for steps in found.routes for step in steps})
    lines = [made_of(found, index) for index in on_paths]
    if len(lines) > MOST_LEGEND:
        half = MOST_LEGEND // 2
        lines[half:-half] = [f"... {len(lines) - 2 * half:,} more ..."]
    return "\n".join(lines)


def made_of(found: Found, index: int) -> str:
    """How a value was made, in one line."""
    node = found.graph.nodes[index]
    name = found.graph.name(index).plain
    operands = [operand_name(found, operand) for operand in node.operands]
    if len(operands) > MOST_OPERANDS:
        operands[MOST_OPERANDS - 2 : -1] = ["..."]
    assert node.row is not None, "a path leads through results"
    symbol = clipped(node.row.symbol, NAME_LENGTH) or "by hand"
    if len(operands) == 2 and not any(map(str.isalnum, symbol)):
        made = f"{operands[0]} {symbol} {operands[1]}"
    elif len(operands) == 1 and not any(map(str.isalnum, symbol)):
        made = f"{symbol}{operands[0]}"
    else:
        made = f"{symbol}({', '.join(operands)})"
    return f"{name} = {made} = {node.data:.4g}"


def operand_name(found: Found, index: int) -> str:
    """What an operand is called in text: its name, or its number."""
    name = found.graph.names[index]
    return name.plain if name else f"{found.graph.nodes[index].data:.4g}"
