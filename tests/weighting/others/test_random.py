"""Random weights: softmax of normal draws."""

import numpy as np
import torch

from ausrec.weighting import Random
from tests.weighting.problem import NAMES, make_step


def started(weighting, seed: int = 0):
    weighting.start(NAMES, torch.Generator().manual_seed(seed), torch.device("cpu"))
    return weighting


def weights_of(weighting, step) -> list[float]:
    return [float(weight) for weight in weighting.weigh(step).weights.values()]


def test_random_weights_keep_their_sum_and_follow_the_seed() -> None:
    step = make_step()
    random = started(Random(0.5))
    first, second = weights_of(random, step), weights_of(random, step)
    assert first != second
    assert np.allclose([sum(first), sum(second)], 0.5 * len(NAMES))
    assert weights_of(started(Random(0.5)), step) == first
    assert weights_of(started(Random(0.5), seed=1), step) != first


def test_random_weights_are_the_softmax_of_normal_draws() -> None:
    random = started(Random())
    drawn = torch.randn(3, generator=torch.Generator().manual_seed(random.generator.initial_seed()))
    assert np.allclose(weights_of(random, make_step()), 3 * drawn.softmax(0))


def test_random_weights_go_on_where_they_stopped() -> None:
    step = make_step()
    whole = started(Random())
    weights_of(whole, step)
    state = whole.state_dict()
    wanted = weights_of(whole, step)
    continued = started(Random(), seed=7)
    continued.load_state_dict(state)
    assert weights_of(continued, step) == wanted
