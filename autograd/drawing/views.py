"""Which picture is drawn of a graph: every value, or the neurons, layers or a summary of a larger one."""

from typing import Any, Literal, TypeVar

from autograd.drawing.grouping.grouped import picture_of_groups
from autograd.drawing.grouping.groups import Group, groups_of
from autograd.drawing.grouping.merging import in_bands, one_after_another_merged, side_by_side_merged
from autograd.drawing.grouping.neurons import with_neurons_found
from autograd.drawing.grouping.scopes import layer_of
from autograd.drawing.labels import with_labels
from autograd.drawing.picture import Direction, Picture, at_least_one, clipped, counted
from autograd.drawing.values import Labels, Subject, picture_of_values, subject_of
from autograd.graph import exported, topological_order
from autograd.value import Value

Word = TypeVar("Word", bound=str)
View = Literal["detail", "compact", "neuron", "layer", "summary"]

VIEWS: tuple[View, ...] = ("detail", "compact", "neuron", "layer", "summary")
MOST_BOXES = 1000  # beyond, no one can read it, and `dot` takes minutes

#: What "auto" still calls readable, in boxes.
READABLE: dict[View, int] = {"detail": 150, "compact": 400, "neuron": 60, "layer": 40, "summary": 24}
LEAVES_APART = 24  # in the view of neurons, up to so many


DIRECTIONS: tuple[Direction, ...] = ("LR", "TB")
EDGES: tuple[Labels, ...] = ("slope", "contribution", "none")
MEANINGS = {"LR": ", left to right", "TB": ", top to bottom"}


def describe(
    root: Value,
    rankdir: str = "LR",
    view: str = "auto",
    max_nodes: int = MOST_BOXES,
    labels: Any = None,
    edges: str = "slope",
    heat: bool = False,
) -> Picture:
    """The picture of everything that `root` was made of; see `autograd.draw` for what is asked for.

    >>> a = Value(2.0, label="a")
    >>> picture = describe(a * a + 1.0)
    >>> [(box.name, box.role) for box in picture.boxes]
    [('a', 'leaf'), ('*', 'intermediate'), ('1', 'constant'), ('+', 'output')]
    >>> [(edge.tail, edge.head) for edge in picture.edges]
    [(0, 1), (0, 1), (1, 3), (2, 3)]
    >>> picture.edges[0].title
    'a to *: local slope 2.0'
    """
    if not isinstance(root, Value):
        several = "; of several, draw the sum" if isinstance(root, list | tuple) else ""
        raise TypeError(f"a picture is drawn of a Value, got {type(root).__name__}: {clipped(repr(root), 60)}{several}")
    direction = one_of("direction", rankdir, DIRECTIONS)
    kind = one_of("edges", edges, EDGES)
    wanted = one_of("view", view, ("auto", *VIEWS))
    at_least_one("max_nodes is a number of boxes", max_nodes)
    if not isinstance(heat, bool):
        raise TypeError(f"heat is True or False, got {heat!r:.60}")
    order = topological_order(root)
    graph = with_labels(exported(order), order, labels)
    pictures = Pictures(subject_of(graph, kind), direction, heat)
    return pictures.chosen(wanted, max_nodes)


def one_of(name: str, given: object, known: tuple[Word, ...]) -> Word:
    """What was given, if it is one of the words that an argument takes."""
    for word in known:
        if given == word and isinstance(given, str):
            return word
    listed = [f'"{word}"{MEANINGS.get(word, "")}' for word in known]
    raise ValueError(f"{name} is {', '.join(listed[:-1])} or {listed[-1]}; got {given!r}")


class Pictures:
    """The pictures that can be drawn of one graph; each is made when it is asked for."""

    def __init__(self, subject: Subject, direction: Direction, heated: bool) -> None:
        self.subject = subject
        self.direction = direction
        self.heated = heated
        self.found: Subject | None = None  # the same graph, with neurons that were found by their shape
        self.groups: dict[View, list[Group]] = {}
        self.bases: dict[View, list[Group]] = {}
        self.banded = False

    def chosen(self, wanted: str, most: int) -> Picture:
        """The view that was asked for, or the next that has no more boxes than `most`; of "auto", a readable one."""
        first = VIEWS.index(wanted) if wanted in VIEWS else 0
        for view in VIEWS[first:]:
            if wanted == "auto" and view == "neuron" and self.size("detail") > most:
                continue  # neurons that many samples went through say little one by one
            if self.size(view) <= (min(most, READABLE[view]) if wanted == "auto" else most):
                return self.drawn(view, wanted, most)
        if wanted == "auto" and self.size("compact") <= most:
            return self.drawn("compact", wanted, most)
        self.groups["summary"] = in_bands(self.subject)
        self.banded = True
        return self.drawn("summary", wanted, most)

    def drawn(self, view: View, wanted: str, most: int) -> Picture:
        """A view, with a notice of what it does not show."""
        notice = self.notice(view, wanted, most)
        if view in ("detail", "compact"):
            picture = picture_of_values(self.subject, self.direction, view == "compact", self.heated)
            return picture._replace(notice=notice)
        return picture_of_groups(
            self.subject_with_parts(), self.groups[view], self.direction, notice, heated=self.heated
        )

    def notice(self, view: View, wanted: str, most: int) -> str:
        """What is collapsed, and how to see more of it."""
        values = len(self.subject.graph)
        if view == "detail" or (view == "compact" and wanted == view):
            return ""
        if view == "compact":
            return f'{counted(values, "value")}; view="detail" has the slopes and gradients too'
        said = f"{counted(values, 'value')} in {counted(self.size(view), 'box', 'boxes')}: {self.meaning(view)}"
        if wanted not in ("auto", view):
            said += f'; view="{wanted}" has more than max_nodes={most}'
        finer = [f'view="{v}"' for v in VIEWS[2 : VIEWS.index(view)] if self.size(view) < self.size(v) <= most]
        all_of_them = 'view="compact"' + f", max_nodes={values}" * (values > most)
        return f"{said}. More: {' or '.join([*finer, all_of_them])}"

    def meaning(self, view: View) -> str:
        """What the boxes of a view are."""
        if self.banded:
            return "it has no parts that are alike, so that these follow each other"
        alike = "operations that do the same" if view != "summary" else "operations in a row"
        if not any(self.subject_with_parts().scopes):
            return alike
        parts = "neurons" if view == "neuron" else "layers"
        shape = " (found by their shape)" if self.subject_with_parts() is not self.subject else ""
        return f"{parts}{shape} and {alike}"

    def size(self, view: View) -> int:
        """How many boxes a view has."""
        if view in ("detail", "compact"):
            return len(self.subject.graph)
        if view not in self.groups:
            self.groups[view] = self.gathered(view)
        return len(self.groups[view])

    def gathered(self, view: View) -> list[Group]:
        """The groups of a view."""
        if view == "summary":
            return one_after_another_merged(self.subject_with_parts(), self.groups_by("layer"))
        if view == "layer":
            groups = self.groups_by("layer")
            if len(groups) > READABLE[view]:
                groups = one_after_another_merged(self.subject_with_parts(), groups)
            return groups
        return self.groups_by("neuron" if any(self.subject_with_parts().scopes) else "layer")

    def groups_by(self, view: View) -> list[Group]:
        """The groups of neurons, or of layers, and of everything else by structure; what is alike is merged."""
        if view not in self.bases:
            subject = self.subject_with_parts()
            units = subject.scopes if view == "neuron" else [layer_of(scope) for scope in subject.scopes]
            leaves = sum(node.row is None and not scope for node, scope in zip(subject.graph, units, strict=True))
            apart = view == "neuron" and leaves - len(subject.constants) <= LEAVES_APART
            groups = groups_of(subject, units, apart)
            if view != "neuron" or len(groups) > READABLE[view]:
                groups = side_by_side_merged(subject, groups)
            self.bases[view] = groups
        return self.bases[view]

    def subject_with_parts(self) -> Subject:
        """What is drawn; where no part of a model is named, with the neurons that are found by their shape."""
        if self.found is None:
            graph = with_neurons_found(self.subject.graph)
            named = graph is self.subject.graph
            self.found = self.subject if named else subject_of(graph, self.subject.edges)
        return self.found
