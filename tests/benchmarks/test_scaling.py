"""Graphs that differ in size alone, and the fitted exponent."""

import numpy as np
import pytest
import torch

from benchmarks.scaling import CLUB_SIZE, exponent, generate, seconds_of_an_epoch


def test_degrees_do_not_depend_on_size() -> None:
    for size in (2_500, 10_000):
        graph = generate(size, np.random.default_rng(0))
        rates = graph["user", "rates", "item"].edge_index
        trusts = graph["user", "trusts", "user"].edge_index
        assert rates.shape[1] == size
        assert graph["user"].num_nodes == graph["item"].num_nodes == size // 25
        assert set(torch.bincount(rates[0]).tolist()) == {25}
        assert set(torch.bincount(trusts[0]).tolist()) == {4}
        assert not (trusts[0] == trusts[1]).any()
        for pairs in (rates, trusts):
            keys = pairs[0] * 10**6 + pairs[1]
            assert (keys.diff() > 0).all()  # sorted and unique
        # Items of a user's fellow customers stay within the club.
        reach = torch.zeros(graph["user"].num_nodes, graph["item"].num_nodes)
        reach[rates[0], rates[1]] = 1
        assert set((reach @ reach.T @ reach > 0).sum(1).tolist()) == {CLUB_SIZE}


def test_generation_follows_the_seed() -> None:
    first, second, other = (generate(2_500, np.random.default_rng(seed)) for seed in (1, 1, 2))
    edges = ("user", "rates", "item")
    assert torch.equal(first[edges].edge_index, second[edges].edge_index)
    assert not torch.equal(first[edges].edge_index, other[edges].edge_index)


def test_exponent_of_a_power() -> None:
    sizes = [10.0, 100.0, 5000.0]
    assert exponent(sizes, [3 * size**1.25 for size in sizes]) == pytest.approx(1.25)


@pytest.mark.parametrize("auxiliary", [False, True])
def test_an_epoch_is_timed(auxiliary: bool) -> None:
    graph = generate(2_500, np.random.default_rng(0))
    seconds = seconds_of_an_epoch(graph, auxiliary=auxiliary, batch_size=1000, dim=4, epochs=1)
    assert 0 < seconds < 60
