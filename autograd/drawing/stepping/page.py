"""The page of a stepper: one document that holds its style, its program and its data, and loads nothing."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from string import Template
from typing import Any

from autograd.drawing.picture import TINTS

TEXT = re.compile(r'("(?:[^"\\]|\\.)*"|`[^`]*`|/(?! )[^/]+/)')  # or a regular expression: division has spaces around it
OTHER_TEXT = re.compile("['`]")
SPACED = {  # by the ending of a file: signs around which spaces mean nothing
    "js": re.compile(r" *([=<>?:{};,()&|*/]) *"),
    "css": re.compile(r" *([{};,]|:(?= )) *"),
    "html": re.compile(r"($)"),
}
PROGRAM = ("graph", "places", "view", "formula", "picture", "overview", "panel", "details", "controls")


def page_of(data: dict[str, Any]) -> str:
    """The document that shows `data`; a browser is told to run what it brings along, and nothing else.

    >>> page_of({"names": ["</script>"]}).count("</script>")
    2
    """
    style = tints() + source("stepper.css")
    program = '"use strict";\n' + "".join(source(f"{name}.js") for name in PROGRAM)
    policy = (
        f"default-src 'none'; style-src {hash_of(style)}; script-src {hash_of(program)}; "
        "base-uri 'none'; form-action 'none'"
    )
    page = Template(source("stepper.html"))
    return page.substitute(policy=policy, style=style, data=embedded(data), program=program)


def source(name: str) -> str:
    """The text of a file of this folder, without what is there for its readers: comments, indents, spaces."""
    lines = files(__package__).joinpath(name).read_text(encoding="utf-8").splitlines()
    return "".join(squeezed(line, SPACED[name.rpartition(".")[2]]) for line in lines)


def squeezed(line: str, spaced: re.Pattern[str]) -> str:
    """A line of a program or a style without spaces that mean nothing.

    >>> squeezed("  const { x, y } = place(event);  ", SPACED["js"])
    'const{x,y}=place(event);\\n'
    >>> squeezed("  // why", SPACED["js"]), squeezed('say( "a = b" );', SPACED["js"])
    ('', 'say("a = b");\\n')
    """
    if line.lstrip().startswith("//"):
        return ""
    parts = TEXT.split(line.strip())  # every second one is a text
    parts[-1] = parts[-1].partition("// ")[0]
    if not any(map(OTHER_TEXT.search, parts[::2])):
        parts[::2] = [spaced.sub(r"\1", part) for part in parts[::2]]
    return "".join([*parts, "\n"]) if any(parts) else ""


def tints() -> str:
    """The colours of roles, those of every picture, as variables of the style; light, then dark.

    >>> tints()[:31]
    ':root{--leaf-fill:#e7f0fd;--lea'
    """
    light = "".join(f"--{role}-fill:{tint.fill};--{role}-line:{tint.line};" for role, tint in TINTS.items())
    dark = "".join(f"--{role}-fill:{tint.dark_fill};--{role}-line:{tint.dark_line};" for role, tint in TINTS.items())
    return f":root{{{light}}}\n@media(prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def hash_of(text: str) -> str:
    """What a policy says to allow one text between tags."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def embedded(data: Any) -> str:
    """Data as JSON that is inert inside a script element: nothing in it ends the element or begins a comment.

    >>> embedded(["</script><!--", "&"])
    '["\\\\u003c/script\\\\u003e\\\\u003c!--","\\\\u0026"]'
    """
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
