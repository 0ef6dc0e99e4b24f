"""Initial values of tasks' own parameters."""

import torch

from ausrec.models import MF
from ausrec.tasks.task import dimension, pair_network, uniform_matrix
from tests.graphs import random_graph


def test_matrices_fill_their_range_and_follow_the_generator() -> None:
    first, again, other = (
        uniform_matrix(60, 90, torch.Generator().manual_seed(seed)) for seed in (0, 0, 1)
    )
    assert torch.equal(first, again) and not torch.equal(first, other)
    bound = (6 / 150) ** 0.5
    assert 0.99 * bound < first.abs().max() <= bound
    assert abs(first.mean()) < 0.01


def test_the_dimension_is_that_of_the_embeddings() -> None:
    assert dimension(MF(random_graph(), dim=7)) == 7


def test_a_pair_network_takes_two_embeddings_and_gives_one_number() -> None:
    made = pair_network(3, torch.Generator().manual_seed(0))
    shapes = {name: tuple(value.shape) for name, value in made.items()}
    assert shapes == {"hidden": (6, 3), "hidden_bias": (3,), "score": (3, 1), "score_bias": (1,)}
    generator = torch.Generator().manual_seed(0)
    assert torch.equal(made["hidden"], uniform_matrix(6, 3, generator))
    assert torch.equal(made["score"], uniform_matrix(3, 1, generator))
    assert not made["hidden_bias"].any() and not made["score_bias"].any()
