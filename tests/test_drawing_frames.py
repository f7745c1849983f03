"""Frames: each holds exactly its members, no two overlap that are not inside each other, and none lies."""

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd import Value
from autograd.drawing.layout.layers import NO_FRAME, Layers
from autograd.drawing.layout.layout import Layout, layout
from autograd.drawing.layout.plane import Size
from autograd.drawing.picture import Picture
from autograd.drawing.sheet import placed, room_for_text
from autograd.drawing.views import describe

Rectangle = tuple[float, float, float, float]


def chain(frame: int, inside: list[int]) -> list[int]:
    found = []
    while frame != NO_FRAME:
        found.append(frame)
        frame = inside[frame]
    return found


def overlap(one: Rectangle, other: Rectangle) -> bool:
    return (
        one[0] < other[0] + other[2] - 1e-6
        and other[0] < one[0] + one[2] - 1e-6
        and one[1] < other[1] + other[3] - 1e-6
        and other[1] < one[1] + one[3] - 1e-6
    )


def holds(outer: Rectangle, inner: Rectangle) -> bool:
    return (
        outer[0] <= inner[0] + 1e-6
        and outer[1] <= inner[1] + 1e-6
        and inner[0] + inner[2] <= outer[0] + outer[2] + 1e-6
        and inner[1] + inner[3] <= outer[1] + outer[3] + 1e-6
    )


def check(found: Layout, frame: list[int], inside: list[int]) -> int:
    """Every frame that is drawn tells the truth; gives how many are."""
    boxes = [(*corner, *size) for corner, size in zip(found.corners, found.sizes, strict=True)]
    drawn = {f: (*place[0], *place[1]) for f, place in enumerate(found.frames) if place is not None}
    for f, rectangle in drawn.items():
        for box, own in zip(boxes, frame, strict=True):
            assert holds(rectangle, box) if f in chain(own, inside) else not overlap(rectangle, box)
        assert rectangle[0] >= -1e-6
        assert rectangle[1] >= -1e-6
        assert rectangle[0] + rectangle[2] <= found.room.along + 1e-6
        assert rectangle[1] + rectangle[3] <= found.room.across + 1e-6
    for one, other in combinations(drawn, 2):
        if one in chain(other, inside):
            assert holds(drawn[one], drawn[other])
        else:
            assert not overlap(drawn[one], drawn[other])
    assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)]
    return len(drawn)


def layout_of(picture: Picture, sideways: bool = True) -> Layout:
    return placed(picture, [room_for_text(box, picture.compact) for box in picture.boxes], sideways)


def frames(picture: Picture) -> tuple[list[int], list[int]]:
    return [box.frame for box in picture.boxes], [frame.inside for frame in picture.frames]


def through(shape: list[int], samples: int = 1) -> Value:
    model = nn.MLP(shape[0], shape[1:], activation="tanh", rng=random.Random(0))
    total = Value(0.0, label="total")
    for i in range(samples):
        out = model([Value(0.5 * i + j, label=f"x{j}") for j in range(shape[0])])
        total = total + sum(v * v for v in (out if isinstance(out, list) else [out]))
    return total


@pytest.mark.parametrize("shape", [[2, 3, 1], [1, 1, 1], [3, 4, 4, 2], [2, 8, 8, 1]], ids=str)
@pytest.mark.parametrize("view", ["detail", "compact", "neuron"])
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_the_frames_of_a_network_hold_exactly_their_members(shape: list[int], view: str, direction: str):
    picture = describe(through(shape), direction, view)
    drawn = check(layout_of(picture, direction == "LR"), *frames(picture))
    assert drawn == len(picture.frames)
    if view != "neuron":
        assert drawn >= len(shape) - 1


def test_several_samples_through_a_network_keep_their_frames():
    picture = describe(through([2, 3, 1], samples=3), view="compact")
    assert check(layout_of(picture), *frames(picture)) == len(picture.frames) == 5


def test_frames_inside_each_other_are_named_by_what_is_new():
    picture = describe(through([2, 2, 2]), view="detail")
    around = [picture.frames[frame.inside].title if frame.inside != NO_FRAME else "" for frame in picture.frames]
    assert sorted(zip(around, [frame.title for frame in picture.frames], strict=True)) == [
        ("", "layers.0"),
        ("", "layers.1"),
        ("layers.0", "neurons.0"),
        ("layers.0", "neurons.1"),
        ("layers.1", "neurons.0"),
        ("layers.1", "neurons.1"),
    ]


def test_a_frame_that_would_have_to_come_after_itself_is_left_out():
    edges = [(0, 1), (1, 2), (2, 3)]
    found = layout([Size(10.0, 10.0)] * 4, edges, [Size(0.0, 0.0)] * 3, [0, NO_FRAME, 0, NO_FRAME], [NO_FRAME])
    assert found.frames == [None]


def test_two_frames_that_need_each_other_are_left_out_and_the_one_around_them_stays():
    edges = [(0, 1), (1, 2), (2, 3)]
    found = layout([Size(10.0, 10.0)] * 4, edges, [Size(0.0, 0.0)] * 3, [1, 2, 1, 2], [NO_FRAME, 0, 0])
    assert [place is not None for place in found.frames] == [True, False, False]


def test_frames_that_are_all_left_out_leave_no_trace():
    edges = [(0, 1), (1, 2), (2, 3), (0, 3), (1, 4), (4, 5), (3, 5)]
    sizes, labels = [Size(40.0, 20.0 + 9.0 * i) for i in range(6)], [Size(0.0, 0.0)] * len(edges)
    framed = layout(sizes, edges, labels, [0, NO_FRAME, 0, NO_FRAME, NO_FRAME, NO_FRAME], [NO_FRAME])
    assert framed._replace(frames=[]) == layout(sizes, edges, labels)


def test_the_neurons_of_a_layer_stand_close_together():
    picture = describe(through([3, 4, 4, 2, 1]), view="detail")
    drawn = layout_of(picture).frames
    for layer, frame in enumerate(picture.frames):
        neurons = [drawn[f] for f, inner in enumerate(picture.frames) if inner.inside == layer]
        if frame.inside == NO_FRAME and neurons:
            filled = sum(size.across for _, size in filter(None, neurons))
            outer = drawn[layer]
            assert outer is not None
            assert filled > 0.8 * outer[1].across


def test_the_edges_of_a_penalty_pass_each_frame_on_one_side():
    model = nn.MLP(2, [2, 1], rng=random.Random(0))
    answers = [model([Value(float(i)), Value(1.0)]) for i in range(3)]
    loss = sum((answer - 1.0) ** 2 for answer in answers) * 0.5 + 0.25 * sum(p * p for p in model.parameters())
    picture = describe(loss, view="compact")
    found = layout_of(picture)
    for corner, size in filter(None, found.frames):
        for route in found.routes:
            beside = [point for point in route if corner.along <= point.along <= corner.along + size.along]
            before = [point for point in beside if point.across < corner.across]
            behind = [point for point in beside if point.across > corner.across + size.across]
            assert not (before and behind)


def test_a_recurrent_cell_is_drawn_with_one_frame():
    cell = nn.Neuron(2, activation="tanh", rng=random.Random(0))
    h: Value | float = 0.0
    for step in range(4):
        h = cell([Value(float(step), label=f"x{step}"), h])
    picture = describe(h, view="detail")
    check(layout_of(picture), *frames(picture))


def test_frames_follow_each_other_when_one_is_made_of_the_other():
    layers = Layers(4, [(0, 1), (1, 3), (2, 3)], [0, 0, 1, 1], [NO_FRAME, NO_FRAME])
    (_, first_end), (second_begin, _) = (span for span in layers.spans if span is not None)
    assert first_end < second_begin


@st.composite
def framed_graphs(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]], list[int], list[int]]:
    rng = random.Random(draw(st.integers(0, 10_000)))
    boxes, many = rng.randint(2, 30), rng.randint(1, 6)
    inside = [rng.randint(-1, f - 1) for f in range(many)]
    frame = [rng.randint(-1, many - 1) for _ in range(boxes)]
    edges = [(rng.randrange(head), head) for head in range(1, boxes) for _ in range(rng.randint(0, 3))]
    return boxes, edges, frame, inside


@settings(max_examples=150, deadline=None)
@given(framed_graphs())
def test_whatever_the_graph_and_the_frames_no_frame_lies(
    graph: tuple[int, list[tuple[int, int]], list[int], list[int]],
):
    boxes, edges, frame, inside = graph
    found = layout([Size(40.0, 20.0)] * boxes, edges, [Size(20.0, 10.0)] * len(edges), frame, inside)
    layers = Layers(boxes, edges, frame, inside)
    check(found, layers.frame[:boxes], layers.inside)
