"""What shows a value: pictures, pages, formulas, the expression reader of the command line."""

import autograd
from autograd.expression import read_assignments, read_expression
from benchmarks.proof.refusals.doors.entry import Entry, without
from benchmarks.proof.refusals.doors.kinds import (
    NO_ASSIGNMENT,
    NO_COUNT,
    NO_EXPRESSION,
    NO_NAME,
    NO_TRUTH,
    NO_VALUE,
)

#: Of what is bad where a count may be as large as one likes.
SOME_COUNT = without(NO_COUNT, "huge integer", "endless integer")
NO_PATH = ("None", "number", "list", "object", "bytes")
SAID_OF_TEXT = "expression|operation|number|operand|value"
NO_LABELS = ("number", "text", "list", "object", "class", "function")

PICTURES = [
    Entry("autograd.draw", "root", lambda w, bad: autograd.draw(bad), NO_VALUE, "picture"),
    Entry("autograd.draw", "view", lambda w, bad: autograd.draw(w.z, view=bad), NO_NAME),
    Entry("autograd.draw", "max_nodes", lambda w, bad: autograd.draw(w.z, max_nodes=bad), SOME_COUNT),
    Entry("autograd.draw", "labels", lambda w, bad: autograd.draw(w.z, labels=bad), NO_LABELS),
    Entry("autograd.draw", "edges", lambda w, bad: autograd.draw(w.z, edges=bad), NO_NAME),
    Entry("autograd.draw", "direction", lambda w, bad: autograd.draw(w.z, direction=bad), NO_NAME),
    Entry("autograd.draw", "heat", lambda w, bad: autograd.draw(w.z, heat=bad), NO_TRUTH),
    Entry("autograd.Drawing", "picture", lambda w, bad: autograd.Drawing(bad), NO_VALUE),
    Entry("Drawing.save", "path", lambda w, bad: autograd.draw(w.z).save(bad), (*NO_PATH, "text"), "path|save"),
    Entry("autograd.draw_dot", "root", lambda w, bad: autograd.draw_dot(bad), NO_VALUE, "picture"),
    Entry("autograd.draw_dot", "format", lambda w, bad: autograd.draw_dot(w.z, format=bad), NO_NAME),
    Entry("autograd.draw_dot", "rankdir", lambda w, bad: autograd.draw_dot(w.z, rankdir=bad), NO_NAME, "direction"),
    Entry("autograd.draw_dot", "look", lambda w, bad: autograd.draw_dot(w.z, look=bad), NO_NAME),
    Entry("autograd.animate", "root", lambda w, bad: autograd.animate(bad), NO_VALUE, "picture"),
    Entry("autograd.animate", "direction", lambda w, bad: autograd.animate(w.z, direction=bad), NO_NAME),
    Entry("autograd.animate", "labels", lambda w, bad: autograd.animate(w.z, labels=bad), NO_LABELS),
    Entry("autograd.stepper", "root", lambda w, bad: autograd.stepper(bad), NO_VALUE),
    Entry("Stepper.save", "path", lambda w, bad: autograd.stepper(w.z).save(bad), (*NO_PATH, "text"), "path|save"),
    Entry("autograd.explain", "root", lambda w, bad: autograd.explain(bad, w.x), NO_VALUE),
    Entry("autograd.explain", "leaf", lambda w, bad: autograd.explain(w.z, bad), NO_VALUE),
    Entry("autograd.explain", "most", lambda w, bad: autograd.explain(w.z, w.x, most=bad), SOME_COUNT),
    Entry("autograd.latex", "root", lambda w, bad: autograd.latex(bad), NO_VALUE),
    Entry("autograd.latex", "lines", lambda w, bad: autograd.latex(w.z, lines=bad), SOME_COUNT),
]

READ = [
    Entry("expression", "text", lambda w, bad: read_expression(bad, {"x": w.x, "y": w.y}), NO_EXPRESSION, SAID_OF_TEXT),
    Entry("expression", "type of text", lambda w, bad: read_expression(bad, {}), ("None", "number", "bytes", "list")),
    Entry("assignment", "text", lambda w, bad: read_assignments([bad]), NO_ASSIGNMENT, "name"),
]

ENTRIES = [*PICTURES, *READ]
