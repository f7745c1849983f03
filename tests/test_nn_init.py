import math
import random
import statistics

import pytest

from nn import MLP, he_normal, he_uniform, uniform, xavier_normal, xavier_uniform

FAN_IN, FAN_OUT = 30, 70

DEVIATIONS = {
    xavier_uniform: math.sqrt(2.0 / 100.0),
    xavier_normal: math.sqrt(2.0 / 100.0),
    he_uniform: math.sqrt(2.0 / 30.0),
    he_normal: math.sqrt(2.0 / 30.0),
    uniform(-1.0, 1.0): math.sqrt(1.0 / 3.0),
    uniform(-0.5, 0.5): math.sqrt(1.0 / 12.0),
}


@pytest.mark.parametrize(("initialiser", "deviation"), DEVIATIONS.items(), ids=lambda item: str(item)[:30])
def test_weights_have_the_published_deviation_around_zero(initialiser, deviation):
    draw = initialiser(FAN_IN, FAN_OUT, random.Random(1337))
    weights = [draw() for _ in range(20_000)]
    assert statistics.pstdev(weights) == pytest.approx(deviation, rel=0.02)
    assert statistics.fmean(weights) == pytest.approx(0.0, abs=0.03 * deviation)


@pytest.mark.parametrize(("initialiser", "bound"), [(xavier_uniform, math.sqrt(0.06)), (he_uniform, math.sqrt(0.2))])
def test_even_weights_reach_up_to_their_bound_and_not_beyond(initialiser, bound):
    draw = initialiser(FAN_IN, FAN_OUT, random.Random(1337))
    largest = max(abs(draw()) for _ in range(10_000))
    assert 0.999 * bound < largest <= bound


@pytest.mark.parametrize("initialiser", DEVIATIONS, ids=lambda item: str(item)[:30])
def test_the_same_source_gives_the_same_weights_and_leaves_the_global_one_alone(initialiser):
    random.seed(1)
    untouched = random.Random(1).random()
    first, second = (initialiser(2, 3, random.Random(5)) for _ in range(2))
    assert [first() for _ in range(5)] == [second() for _ in range(5)]
    assert random.random() == untouched


@pytest.mark.parametrize("initialiser", DEVIATIONS, ids=lambda item: str(item)[:30])
def test_without_a_source_weights_come_from_the_global_random(initialiser):
    random.seed(5)
    from_global = initialiser(2, 3, None)()
    assert from_global == initialiser(2, 3, random.Random(5))()


def test_layers_tell_the_initialiser_how_many_inputs_and_neurons_they_have():
    asked = []

    def spy(fan_in, fan_out, rng):
        asked.append((fan_in, fan_out))
        return lambda: 0.25

    model = MLP(3, [2, 1], init=spy)
    assert asked == [(3, 2), (3, 2), (2, 1)]
    assert [p.data for p in model.layers[1].parameters()] == [0.25, 0.25, 0.0]


def test_an_initialiser_may_be_given_by_name():
    by_name, by_itself = (MLP(2, [2, 1], init=init, rng=random.Random(4)) for init in ("he_normal", he_normal))
    assert by_name.state_dict() == by_itself.state_dict()


@pytest.mark.parametrize(("low", "high"), [(1.0, -1.0), (0.0, math.inf), (math.nan, 1.0), (-1e308, 1e308)])
def test_uniform_refuses_bounds_that_are_none(low, high):
    with pytest.raises(ValueError, match="uniform takes two finite numbers, the lower one first, got"):
        uniform(low, high)


@pytest.mark.parametrize("initialiser", [he_normal, he_uniform, xavier_normal, xavier_uniform, uniform()])
def test_a_seed_in_the_place_of_a_source_is_refused(initialiser):
    with pytest.raises(TypeError, match=r"got int: 3; a seed s is written rng=random\.Random\(s\)"):
        initialiser(2, 3, 3)


@pytest.mark.parametrize("initialiser", [xavier_uniform, xavier_normal, he_uniform, he_normal])
@pytest.mark.parametrize(("fan_in", "said"), [(0, "at least 1, got 0"), (-3, "at least 1, got -3"), ("2", "str: '2'")])
def test_a_fan_that_is_no_count_is_refused(initialiser, fan_in, said):
    with pytest.raises((TypeError, ValueError), match=f"fan_in is a whole number.*{said}"):
        initialiser(fan_in, 2)
    with pytest.raises((TypeError, ValueError), match=f"fan_out is a whole number.*{said}"):
        initialiser(2, fan_in)
