"""What turns costs into weights: the paper's network, and levels of each task's own."""

import pytest
import torch

from ausrec.weighting.network import OwnLevels, WeightingNetwork
from tests.weighting.problem import NAMES


def test_a_level_goes_by_its_own_task_alone() -> None:
    """The move is that of the true derivative: along Σ_i n q_i g_i, whatever other tasks say."""
    network = OwnLevels(NAMES, 4, torch.Generator().manual_seed(0))
    with torch.no_grad():
        network.logits += torch.tensor([-1.0, 0.5, 2.0])
        for parameter in network.layers[-1].parameters():
            parameter += 1  # so that the samples' shares differ
    costs = {name: torch.tensor([0.5, 1.0, 2.0]) for name in NAMES}
    slopes = {name: torch.zeros(3) for name in NAMES} | {NAMES[1]: torch.tensor([1.0, 2.0, 4.0])}

    def move(rate: float) -> None:
        network.zero_grad()
        weights = network(costs)
        torch.autograd.backward(list(weights.values()), [slopes[name] for name in weights])
        network.move(rate, 0.0)

    weight = network(costs)[NAMES[1]].detach()
    assert float(weight.std()) > 1e-3
    moved = 0.5 - 0.1 * float((weight * slopes[NAMES[1]]).sum() / weight.mean())
    move(0.1)
    assert network.logits.tolist() == pytest.approx([-1.0, moved, 2.0], rel=1e-5)
    move(1e9)
    assert network.logits.tolist() == pytest.approx([-1.0, -10.0, 2.0])


def test_weights_start_at_one_half_and_ignore_batch_mates() -> None:
    network = WeightingNetwork(NAMES, 8, torch.Generator().manual_seed(0))
    costs = {name: torch.tensor([0.5, 1.0, 2.0]) for name in NAMES}
    assert all(weight.tolist() == [0.5] * 3 for weight in network(costs).values())
    with torch.no_grad():
        for parameter in network.parameters():
            parameter += 0.3 * torch.arange(parameter.numel()).reshape(parameter.shape).cos()
    alone = network({NAMES[1]: torch.tensor([1.0])})[NAMES[1]]
    torch.testing.assert_close(network(costs)[NAMES[1]][1], alone[0])


def test_features_are_cost_and_one_hot() -> None:
    network = WeightingNetwork(NAMES, 2, torch.Generator())
    features = network.features(NAMES[2], torch.tensor([0.25, 4.0]))
    assert features.tolist() == [[0.25, 0, 0, 1], [4.0, 0, 0, 1]]
    assert network.features("main", torch.tensor([1.0])).tolist() == [[1.0, 0, 0, 0]]


def test_levels_start_at_one_half_and_are_the_mean_weights() -> None:
    network = OwnLevels(NAMES, 8, torch.Generator().manual_seed(0))
    costs = {name: torch.tensor([0.5, 1.0, 2.0]) for name in NAMES}
    for weight in network(costs).values():
        torch.testing.assert_close(weight, torch.full((3,), 0.5))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter += 0.3 * torch.arange(parameter.numel()).reshape(parameter.shape).cos()
        network.logits += torch.tensor([-1.0, 0.5, 2.0])
    for name, weight in network(costs).items():
        level = network.logits[NAMES.index(name)].sigmoid()
        torch.testing.assert_close(weight.mean(), level)
        assert float(weight.detach().std()) > 1e-3
