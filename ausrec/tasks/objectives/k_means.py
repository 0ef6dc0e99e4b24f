"""K-means by Lloyd's algorithm, for prototypes that are renewed every epoch."""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor


def k_means(
    points: Float[Tensor, "points dim"],
    num_clusters: int,
    generator: np.random.Generator,
    iterations: int = 20,
) -> tuple[Float[Tensor, "clusters dim"], Int[Tensor, " points"]]:
    """Return centres, and the nearest one of each point (Lloyd 1982).

    Args:
        points: what is clustered.
        num_clusters: number of centres, at most the number of points.
        generator: draws the points that the centres begin at.
        iterations: most rounds; fewer where nothing changes any more.

    Returns:
        The centres; one that lost all its points stays where it was. The number of the
        nearest centre of each point.
    """
    begin = generator.choice(len(points), num_clusters, replace=False)
    centres = points[torch.from_numpy(begin).to(points.device)].clone()
    nearest = assign(points, centres)
    for _ in range(iterations):
        sums = torch.zeros_like(centres).index_add_(0, nearest, points)
        counts = torch.bincount(nearest, minlength=num_clusters)[:, None]
        centres = torch.where(counts > 0, sums / counts.clamp(min=1), centres)
        before, nearest = nearest, assign(points, centres)
        if torch.equal(before, nearest):
            break
    return centres, nearest


def assign(
    points: Float[Tensor, "points dim"], centres: Float[Tensor, "clusters dim"]
) -> Int[Tensor, " points"]:
    """Return the nearest centre of each point."""
    # ‖x − c‖² without the ‖x‖² that is the same for all centres.
    distances = torch.linalg.vecdot(centres, centres) - 2 * points @ centres.T
    nearest: Tensor = distances.argmin(1)
    return nearest
