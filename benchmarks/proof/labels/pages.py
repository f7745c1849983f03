"""What a label does to the page of the stepper: read as a browser reads it, it differs in its data alone."""

import json
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from typing import Any

from autograd import stepper
from autograd.drawing.picture import NAME_LENGTH, clipped
from benchmarks.proof.labels.sinks import LONGEST, Faults, benign, graph_with, illegible

RAW = re.compile("[<>&\u2028\u2029]|[^ -~]")  # what could end the element of the data, or is no plain ASCII
#: What of the data no text of the user's stands in.
WITHOUT_TEXT = ("exact", "short", "data", "grad", "operands", "slopes", "roles", "terms", "ways", "formula", "shapes")


class Page(HTMLParser):
    """A page as a browser reads it: its elements with their attributes, its comments, and its texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.others: list[str] = []  # comments, declarations, ends
        self.texts: list[str] = []
        self.scripts: list[str] = []
        self.inside = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, attrs))
        self.inside = tag
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.others.append(tag)
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "script":
            self.scripts[-1] += data
        else:
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)

    def unknown_decl(self, data: str) -> None:
        self.others.append(data)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)


@cache
def plain_page(label: str) -> Page:
    """The page of the same graph under a plain label."""
    return Page(stepper(graph_with(label)).html)


def page_faults(label: str) -> Faults:
    """What is wrong with a label in the page of the stepper, and in the frame that a notebook is given."""
    made = stepper(graph_with(label))
    page, plain = Page(made.html), plain_page(benign(label))
    made.html.encode("utf-8")
    if (page.elements, page.others, page.texts) != (plain.elements, plain.others, plain.texts):
        yield "the page has other elements, attributes, comments or texts"
    if len(page.scripts) != 2 or page.scripts[1:] != plain.scripts[1:]:
        yield f"the page has {len(page.scripts)} scripts, or another program"
        return
    data = page.scripts[0]
    if found := RAW.search(data):
        yield f"the data hold {found[0]!r}"
    if len(data) > LONGEST:
        yield f"the data have {len(data):,} characters"
    yield from changes_in_data(json.loads(data), json.loads(plain.scripts[0]), label)
    frame = Page(made._repr_html_())
    if [tag for tag, _ in frame.elements] != ["iframe"] or dict(frame.elements[0][1]).get("srcdoc") != made.html:
        yield "a notebook is given another page"


def changes_in_data(data: dict[str, Any], plain: dict[str, Any], label: str) -> Faults:
    """How the data of a page differ from the plain ones in more than texts, and whether the label is in them."""
    if data.keys() != plain.keys() or any(data[key] != plain[key] for key in WITHOUT_TEXT):
        yield "the data have other numbers"
    shown = clipped(label, NAME_LENGTH)
    if shown and data["names"][0] != shown:
        yield f"it is shown as {data['names'][0]!r}"
    yield from illegible("".join(texts_in(data)))


def texts_in(data: Any) -> Iterator[str]:
    """Every text in plain data, keys apart.

    >>> list(texts_in({"a": ["b", 1.0, {"c": "d"}]}))
    ['b', 'd']
    """
    if isinstance(data, str):
        yield data
    elif isinstance(data, (list, dict)):
        for item in data.values() if isinstance(data, dict) else data:
            yield from texts_in(item)
