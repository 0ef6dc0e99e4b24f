"""K-means on points whose clusters are plain, and its defining property."""

import numpy as np
import torch

from ausrec.tasks.objectives.ncl import assign, k_means


def test_plain_clusters_are_found() -> None:
    generator = torch.Generator().manual_seed(0)
    middles = torch.tensor([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    points = middles.repeat(20, 1) + 0.1 * torch.randn(60, 2, generator=generator)
    best = min(
        (k_means(points, 3, np.random.default_rng(seed)) for seed in range(5)),
        key=lambda found: float((points - found[0][found[1]]).norm()),
    )
    centres, cluster = best
    assert (torch.cdist(middles, centres).min(1).values < 0.2).all()
    assert len({tuple(cluster[kind::3].tolist()) for kind in range(3)}) == 3


def test_each_point_has_its_nearest_centre_and_each_centre_the_mean_of_its_points() -> None:
    points = torch.randn(50, 3, generator=torch.Generator().manual_seed(1))
    centres, cluster = k_means(points, 6, np.random.default_rng(0), iterations=100)
    assert torch.equal(cluster, torch.cdist(points, centres).argmin(1))
    for number in range(6):
        torch.testing.assert_close(centres[number], points[cluster == number].mean(0))


def test_a_centre_without_points_stays() -> None:
    points = torch.tensor([[1.0], [1.0], [1.0]])
    centres, cluster = k_means(points, 2, np.random.default_rng(0))
    assert centres.tolist() == [[1.0], [1.0]]
    assert cluster.tolist() == [0, 0, 0]


def test_the_generator_decides() -> None:
    points = torch.randn(30, 2, generator=torch.Generator().manual_seed(2))
    first, again = (k_means(points, 4, np.random.default_rng(3)) for _ in range(2))
    assert torch.equal(first[0], again[0])
    assert torch.equal(assign(points, first[0]), first[1])
