"""Everything a stepper shows, as plain data: what its page holds as JSON."""

from typing import Any

from autograd.dialects import HandMade
from autograd.drawing.grouping.scopes import scopes_of
from autograd.drawing.lettering import printed
from autograd.drawing.picture import NAME_LENGTH, TIMES, clipped, counted, symbol_of
from autograd.drawing.stepping.digits import UNKNOWN, Numbers, factor, shortened
from autograd.drawing.stepping.formulas import formula_tree
from autograd.drawing.stepping.frames import HEADER, PADDING, Frame, frames_of
from autograd.drawing.stepping.gradients import Term
from autograd.drawing.stepping.measures import Measures, measures_of, pill
from autograd.drawing.stepping.paths import MANY, ways_of
from autograd.drawing.stepping.subject import HIDDEN, Subject, subject_of
from autograd.graph import Node
from autograd.primitives import Primitive
from autograd.value import Value

MOST_IN_FULL = 200  # values whose boxes have the terms of their sums in them; boxes of larger graphs are smaller
CONSTANT = -2  # in the place of the slope in a constant: there is none


def page_data(root: Value) -> dict[str, Any]:
    """What the page shows of everything that `root` was made of; numbers are places in `exact` and `short`.

    >>> a = Value(2.0, label="a")
    >>> data = page_data(a * a)
    >>> data["names"], data["operands"], [data["exact"][place] for place in data["grad"]]
    (['a', 'L'], [(), (0, 0)], ['4.0', '1.0'])
    """
    if not isinstance(root, Value):
        raise TypeError(f"a stepper goes through a Value, got {type(root).__name__}: {clipped(repr(root), 60)}")
    subject = subject_of(root)
    graph, numbers = subject.graph, Numbers()
    boxes = boxes_of(subject)
    sizes = [(box.before + box.width, box.height) for box in boxes]
    formulas, places = formulas_of(graph)
    return {
        "summary": f"How {subject.names[-1]} was computed: {counted(subject.total, 'value')}",
        "notice": notice_of(subject),
        "names": subject.names,
        "symbols": [printed(symbol_of(node)) for node in graph],
        "kinds": [node.row.name if isinstance(node.row, Primitive) else "" for node in graph],
        "labelled": [int(bool(clipped(node.label, NAME_LENGTH))) for node in graph],
        "scopes": [clipped(node.scope, 2 * NAME_LENGTH) for node in graph],
        "roles": subject.roles,
        "data": [numbers.place(node.data) for node in graph],
        "grad": [numbers.place(gradient) for gradient in subject.gradients],
        "operands": [node.operands for node in graph],
        "slopes": [slopes_of(node, numbers) for node in graph],
        "formulas": formulas,
        "formula": places,
        "shapes": subject.shapes,
        "terms": terms_in_steps(subject, numbers),
        "ways": ways_to_the_result(subject, numbers),
        "many": MANY,
        "boxes": [[*box] for box in boxes],
        "frames": [frame_as_data(frame) for frame in frames_of(graph, scopes_of(graph), sizes)],
        "padding": PADDING,
        "header": HEADER,
        "exact": numbers.exact,
        "short": numbers.short,
    }


def notice_of(subject: Subject) -> str:
    """What the reader must be told about what is missing; mostly nothing."""
    shown = len(subject.graph)
    if shown == subject.total:
        return ""
    return f"{subject.total:,} values, the {shown:,} nearest to the result are shown; the gradients are those of all"


def boxes_of(subject: Subject) -> list[Measures]:
    """How large the box of each value is."""
    in_full = len(subject.graph) <= MOST_IN_FULL
    boxes = []
    for node, name, role, gradient in zip(subject.graph, subject.names, subject.roles, subject.gradients, strict=True):
        if role == "constant":
            boxes.append(pill(f"{name} = {node.data:.4g}" if node.label else name))
            continue
        terms = [term_text(subject, term) for term in subject.terms[node.index]] if in_full else []
        slopes = ["" if is_constant(node, slope) else f"{TIMES} {shortened(slope)}" for slope in node.slopes]
        symbol = printed(symbol_of(node))
        sums = {shortened(term.so_far) for term in subject.terms[node.index]}
        boxes.append(measures_of(name, symbol, {shortened(node.data), shortened(gradient), *sums}, terms, slopes))
    return boxes


def term_text(subject: Subject, term: Term) -> str:
    """A term of a sum as a product, as boxes have it."""
    if term.user == HIDDEN:
        return "not shown"
    slope = subject.graph[term.user].slopes[term.place]
    return f"{factor(subject.gradients[term.user])} {TIMES} {factor(slope)}"


def is_constant(node: Node, slope: float | None) -> bool:
    """Whether a slope is missing because the operand is a constant, and not because only a rule knows it."""
    return slope is None and not isinstance(node.row, HandMade)


def slopes_of(node: Node, numbers: Numbers) -> list[int]:
    """The place of the slope in each operand; CONSTANT and UNKNOWN where there is none."""
    return [CONSTANT if is_constant(node, slope) else numbers.place(slope) for slope in node.slopes]


def formulas_of(graph: list[Node]) -> tuple[list[Any], list[int]]:
    """The formulas of all operations, each once, and which of them is that of each value; -1 for none."""
    found: dict[str, int] = {}
    places = [found.setdefault(node.row.latex, len(found)) if isinstance(node.row, Primitive) else -1 for node in graph]
    return [formula_tree(template) for template in found], places


def terms_in_steps(subject: Subject, numbers: Numbers) -> list[list[list[int]]]:
    """The terms of each gradient: user, place, amount, sum so far, and the step of the page in which it is added.

    Terms of users that are not shown come together where they follow each other: HIDDEN, and their number.
    """
    operations = [node.index for node in subject.graph if node.row is not None]
    last = 2 * len(operations) + 1
    step_of = {index: last - i for i, index in enumerate(operations)}
    found = []
    for terms in subject.terms:
        rows: list[list[int]] = []
        for term in terms:
            hidden = term.user == HIDDEN
            if hidden and rows and rows[-1][0] == HIDDEN:
                rows[-1] = [HIDDEN, rows[-1][1] + 1, UNKNOWN, numbers.place(term.so_far), 0]
            else:
                place, amount = (1 if hidden else term.place), numbers.place(term.amount)
                rows.append([term.user, place, amount, numbers.place(term.so_far), step_of.get(term.user, 0)])
        following = last
        for row in reversed(rows):  # what is not shown happens before what follows it
            row[4] = following = row[4] or following
        found.append(rows)
    return found


def ways_to_the_result(subject: Subject, numbers: Numbers) -> list[list[int]]:
    """The ways from each value that is shown: how many, the sum of all others, and the strongest, four numbers each."""
    terms = [[term for term in found if term.user != HIDDEN] for found in subject.terms]
    return [
        [ways.number, numbers.place(ways.others)]
        + [n for way in ways.strongest for n in (way.user, way.place, way.rest, numbers.place(way.product))]
        for ways in ways_of(subject.graph, terms, subject.gradients)
    ]


def frame_as_data(frame: Frame) -> list[Any]:
    """A frame as lists: name, parent, room, items, the routes of edges inside it, and gaps."""
    return [
        clipped(frame.name, NAME_LENGTH),
        frame.parent,
        [round(length, 1) for length in frame.room],
        [[int(item.is_frame), item.number, round(item.x, 1), round(item.y, 1)] for item in frame.items],
        [[*pair, *(round(c, 1) for point in route for c in point)] for pair, route in frame.routes.items()],
        [[source, *(round(c, 1) for c in gap)] for source, gap in frame.gaps.items()],
    ]
