"""A measured figure, held against its target; figures as a table, and as a dated line of a results file."""

import json
import math
import os
import platform
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"


class Target(NamedTuple):
    """What a figure should reach: `Target("ratio", "at least", 50.0)`."""

    of: Literal["ratio", "ours"]
    bound: Literal["at least", "at most"]
    value: float

    def __str__(self) -> str:
        return f"{self.of} {'>=' if self.bound == 'at least' else '<='} {self.value:g}"


@dataclass(frozen=True)
class Figure:
    """One measured figure: what was counted or timed, ours, the peer's, and what we hold it against.

    >>> Figure("import", "ms", 21.0, target=Target("ours", "at most", 30.0)).met
    True
    """

    name: str
    unit: str
    ours: float | None
    target: Target
    peer_name: str = ""
    peer: float | None = None
    ratio: float | None = None
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None where nothing could be measured."""
        reached = self.ratio if self.target.of == "ratio" else self.ours
        if reached is None:
            return None
        return reached >= self.target.value if self.target.bound == "at least" else reached <= self.target.value

    def as_data(self) -> dict[str, Any]:
        """The figure as plain data, with the target as text."""
        return {
            "name": self.name,
            "unit": self.unit,
            "ours": rounded(self.ours),
            "peer_name": self.peer_name,
            "peer": rounded(self.peer),
            "ratio": rounded(self.ratio),
            "target": str(self.target),
            "met": self.met,
            "details": {name: rounded(d) if isinstance(d, float) else d for name, d in self.details.items()},
        }


def rounded(number: float | None) -> float | int | None:
    """Four digits of a number, which is more than a timing has; whole numbers as they are.

    >>> rounded(16.23456), rounded(1234.5678), rounded(1_000_001.0), rounded(None), rounded(math.inf)
    (16.23, 1235, 1000001, None, inf)
    """
    if number is None or not math.isfinite(number):
        return number
    four_digits = float(f"{number:.4g}")
    for whole in (number, four_digits):
        if whole == int(whole):
            return int(whole)
    return four_digits


HEADINGS = ("figure", "unit", "ours", "peer", "ratio", "target", "met?")


def table(figures: list[Figure]) -> str:
    """The figures as text in columns, each with its details below."""
    rows = [HEADINGS, *map(row_of, figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    for at, figure in reversed(list(enumerate(figures, start=1))):
        lines[at + 1 : at + 1] = [f"    {name}: {shown(detail)}" for name, detail in figure.details.items()]
    return "\n".join(lines)


def row_of(figure: Figure) -> tuple[str, ...]:
    """The cells of a figure in the table."""
    peer = f"{shown(figure.peer)} {figure.peer_name}" if figure.peer is not None else "-"
    met = {True: "yes", False: "MISSED", None: "not measured"}[figure.met]
    return figure.name, figure.unit, shown(figure.ours), peer, shown(figure.ratio), str(figure.target), met


def shown(detail: Any) -> str:
    """A number, a yes or no, or a list of names, for the table.

    >>> shown(1234.5678), shown(True), shown([]), shown(None)
    ('1,235', 'yes', 'none', '-')
    """
    if isinstance(detail, bool):
        return "yes" if detail else "no"
    if isinstance(detail, list):
        return ", ".join(detail) or "none"
    if detail is None or isinstance(detail, str):
        return detail or "-"
    return f"{rounded(detail):,}"


def dated(figures: list[Figure], **settings: Any) -> dict[str, Any]:
    """The figures with the day, the machine and the commit they belong to."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        **commit(),
        **settings,
        "figures": [figure.as_data() for figure in figures],
    }


def tell(figures: list[Figure], line: dict[str, Any], as_json: bool, kept_as: str | None) -> None:
    """Print the figures, as a table or as their dated line, and add the line to a results file, if one is named."""
    print(json.dumps(line) if as_json else table(figures))
    if kept_as is None:
        return
    try:
        path = append(line, kept_as)
    except OSError as error:
        raise SystemExit(f"the figures are above, and could not be kept in a file: {error}") from None
    if not as_json:
        print(f"\nappended to {path.relative_to(ROOT)}")


def append(line: dict[str, Any], name: str) -> Path:
    """The results file of a benchmark, after one line of JSON was added to it."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.jsonl"
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    return path


def machine() -> dict[str, Any]:
    """The processor, the number of cores and the version of Python; nothing that names the computer."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": platform.system(),
    }


def processor() -> str:
    """The model of the processor, as exactly as the system says."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def commit() -> dict[str, Any]:
    """The commit that was measured, and whether the code differed from it; nothing outside a checkout."""
    try:
        name, changes = git("rev-parse", "--short=12", "HEAD"), git("status", "--porcelain", "--", "autograd", "nn")
    except (OSError, subprocess.CalledProcessError):
        return {}
    return {"commit": name, "uncommitted_changes": bool(changes)}


def git(*words: str) -> str:
    """What a git command prints in this checkout."""
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
