"""Places: nothing overlaps, edges go forward, long ones share their way, and a graph has one layout."""

import random
import sys
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import export
from autograd.drawing.layout.layers import NO_FRAME, Layers
from autograd.drawing.layout.layout import TIP, Layout, layout
from autograd.drawing.layout.order import in_order
from autograd.drawing.layout.places import rising
from autograd.drawing.layout.plane import Size
from autograd.drawing.layout.spacing import ROOMY
from benchmarks.pictures import written_out

BOX = Size(100.0, 50.0)
LABEL = Size(40.0, 14.0)

Edges = list[tuple[int, int]]


def random_graph(boxes: int, rng: random.Random) -> Edges:
    """Each box beyond the first few has one to three operands before it, near ones rather than far ones."""
    return [
        (max(0, head - 1 - int(rng.expovariate(0.2))), head)
        for head in range(3, boxes)
        for _ in range(rng.randint(1, 3))
    ]


graphs = st.builds(
    lambda boxes, seed: (boxes, random_graph(boxes, random.Random(seed))), st.integers(1, 60), st.integers(0, 999)
)


def laid_out(boxes: int, edges: Edges) -> Layout:
    return layout([BOX] * boxes, edges, [LABEL] * len(edges))


def overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return (
        one[0] < other[0] + other[2] - 1e-6
        and other[0] < one[0] + one[2] - 1e-6
        and one[1] < other[1] + other[3] - 1e-6
        and other[1] < one[1] + one[3] - 1e-6
    )


@settings(max_examples=60, deadline=None)
@given(graphs)
def test_neither_boxes_nor_labels_overlap(graph: tuple[int, Edges]):
    placed = laid_out(*graph)
    boxes = [(*corner, *size) for corner, size in zip(placed.corners, placed.sizes, strict=True)]
    ends = [route[-1] for route in placed.routes]
    labels = [(end.along - TIP - LABEL.along, end.across - LABEL.across / 2, *LABEL) for end in ends]
    assert not [pair for pair in combinations(boxes + labels, 2) if overlap(*pair)]


@settings(max_examples=60, deadline=None)
@given(graphs)
def test_edges_go_forward_and_arrive_at_the_side_of_their_box(graph: tuple[int, Edges]):
    boxes, edges = graph
    placed = laid_out(boxes, edges)
    for (tail, head), route in zip(edges, placed.routes, strict=True):
        assert all(one.along <= other.along + 1e-6 for one, other in pairwise(route))
        assert len(route) % 2 == 0
        assert route[0].along >= placed.corners[tail].along + BOX.along
        assert route[-1].along == placed.corners[head].along
        assert 0.0 < route[-1].across - placed.corners[head].across < placed.sizes[head].across


@settings(max_examples=30, deadline=None)
@given(graphs)
def test_everything_lies_within_the_room(graph: tuple[int, Edges]):
    placed = laid_out(*graph)
    for corner, size in zip(placed.corners, placed.sizes, strict=True):
        assert 0.0 <= corner.along <= placed.room.along - size.along + 1e-6
        assert -1e-6 <= corner.across <= placed.room.across - size.across + 1e-6


def test_a_box_grows_where_many_edges_arrive():
    placed = laid_out(21, [(i, 20) for i in range(20)])
    assert placed.sizes[20].across >= 20 * LABEL.across
    assert placed.sizes[0] == BOX


def test_a_leaf_stands_just_before_its_first_use():
    chain = [(0, 1), (1, 2), (2, 3), (4, 5), (3, 5)]
    assert Layers(6, sorted(chain, key=lambda edge: edge[1])).rank == [0, 1, 2, 3, 3, 4]


def test_long_edges_of_one_source_share_their_bends():
    uses = [edge for head in range(1, 100) for edge in ((head - 1, head), (0, head))]
    assert len(Layers(100, uses).rank) == 100 + 98
    assert sum(map(len, laid_out(100, uses).routes)) < 8 * len(uses)


def test_a_tree_is_drawn_without_a_crossing():
    leaves_last = [(2 * i + 1 + k, i) for i in range(31) for k in range(2)]
    tree = sorted(((62 - tail, 62 - head) for tail, head in leaves_last), key=lambda edge: edge[1])
    layers = Layers(63, tree)
    place = {item: i for rank in in_order(layers) for i, item in enumerate(rank)}
    links = [(layers.rank[head], place[tail], place[head]) for tail, head in tree]
    crossed = [
        (one, other)
        for one, other in combinations(links, 2)
        if one[0] == other[0] and (one[1] - other[1]) * (one[2] - other[2]) < 0
    ]
    assert not crossed


def crossings(layers: Layers, ranks: list[list[int]]) -> int:
    place = {item: i for rank in ranks for i, item in enumerate(rank)}
    links = [(layers.rank[one], place[one], place[other]) for one, after in enumerate(layers.after) for other in after]
    return sum(a[0] == b[0] and (a[1] - b[1]) * (a[2] - b[2]) < 0 for a, b in combinations(links, 2))


@pytest.mark.parametrize("seed", range(3))
def test_the_order_has_far_fewer_crossings_than_that_of_the_graph(seed: int):
    layers = Layers(80, random_graph(80, random.Random(seed)))
    order = in_order(layers)
    given_order = [sorted(rank, key=layers.source.__getitem__) for rank in order]
    assert crossings(layers, order) < 0.6 * crossings(layers, given_order)


def test_neighbours_that_cross_the_same_either_way_stand_as_they_were_made():
    inputs, neurons = range(4), range(4, 8)
    layers = Layers(9, [*((i, n) for n in neurons for i in inputs), *((n, 8) for n in neurons)])
    assert in_order(layers) == [[*inputs], [*neurons], [8]]


def test_orders_that_no_single_exchange_betters_are_left_for_better_ones():
    graph = export(written_out([2, 4, 2, 1]))
    layers = Layers(len(graph), [(operand, node.index) for node in graph for operand in node.operands])
    assert crossings(layers, in_order(layers)) <= 11  # exchanges that take crossings away alone get stuck at 15


def test_a_chain_is_one_straight_line():
    placed = laid_out(10, [(i, i + 1) for i in range(9)])
    assert len({corner.across for corner in placed.corners}) == 1


def test_a_single_box_fills_the_room():
    assert laid_out(1, []).room == BOX


@given(st.lists(st.tuples(st.floats(-100.0, 100.0), st.floats(0.5, 8.0)), max_size=30))
def test_pooled_wishes_rise_and_keep_their_weighted_mean(wished: list[tuple[float, float]]):
    wishes, weights = [wish for wish, _ in wished], [weight for _, weight in wished]
    given_places = rising(wishes, weights)
    assert all(one <= other + 1e-9 for one, other in pairwise(given_places))
    before = sum(wish * weight for wish, weight in wished)
    assert sum(p * w for p, w in zip(given_places, weights, strict=True)) == pytest.approx(before, abs=1e-9)


def calls_in_a_layout(boxes: int) -> int:
    """How many functions are called, Python's own included, which no other load on the machine changes."""
    edges = random_graph(boxes, random.Random(0))
    events: list[str] = []
    sys.setprofile(lambda frame, event, argument: events.append(event))
    try:
        laid_out(boxes, edges)
    finally:
        sys.setprofile(None)
    return len(events)


def test_twice_as_many_boxes_are_about_twice_the_work():
    assert calls_in_a_layout(500) < 3 * calls_in_a_layout(250)


def test_a_graph_has_one_layout():
    edges = random_graph(80, random.Random(1))
    assert laid_out(80, edges) == laid_out(80, edges)


def test_a_frame_that_begins_with_the_one_around_it_stands_inside_of_it():
    chain, no_label = [(0, 1), (1, 2)], Size(0.0, 0.0)
    placed = layout([BOX] * 3, chain, [no_label] * 2, [1, 1, 0], [NO_FRAME, 0], ROOMY)
    (outer, outer_size), (inner, inner_size) = filter(None, placed.frames)
    assert outer.along + ROOMY.opening <= inner.along
    assert inner.along + inner_size.along < outer.along + outer_size.along
