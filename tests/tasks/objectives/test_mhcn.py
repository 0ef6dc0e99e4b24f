"""MHCN's loss by loops over users and channels."""

import numpy as np
import pytest
import torch

from ausrec.models import LightGCN
from ausrec.tasks import Encoding
from ausrec.tasks.objectives.mhcn import MotifInfomax
from tests.graphs import random_graph
from tests.tasks import naive

GRAPH = random_graph()


def motifs(above: int) -> dict[str, np.ndarray]:
    """Count the motifs around each pair of users, and let every row sum to one."""
    links, shared = naive.friends(), naive.shared()
    strangers = shared * (1 - links)
    for user, _ in naive.RATES:
        strangers[user, user] += 1
    found = {
        "social": naive.common_friends(),
        "joint": shared * links,
        "purchase": np.where(strangers > above, strangers, 0),
    }
    sums = {name: matrix.sum(1, keepdims=True) for name, matrix in found.items()}
    return {name: matrix / np.maximum(sums[name], 1e-9) for name, matrix in found.items()}


@pytest.mark.parametrize(("above", "unit_length"), [(1, False), (2, True), (3, False)])
def test_by_loops(above: int, unit_length: bool) -> None:
    model, base = naive.encoder()
    task = MotifInfomax(naive.drawn_graph(), above, unit_length=unit_length)
    own = naive.float64(task.start(model, torch.Generator().manual_seed(0)))
    batch = task.draw(1, np.random.default_rng(0))
    found = task.loss(Encoding.of(model, own), batch).detach().numpy()
    user = (sum(naive.propagated([naive.joint()] * 2, base)) / 3)[:5]
    expected = np.zeros(5)
    for c, (name, matrix) in enumerate(motifs(above).items()):
        assert matrix.any(), name
        gate = user @ own[f"{name}_gate"].numpy() + own[f"{name}_bias"].numpy()
        p = user / (1 + np.exp(-gate))
        if unit_length:
            p = np.array([row / np.sqrt(row @ row) for row in p])
        q = matrix @ p
        g = q.mean(0)
        for u in range(5):
            pos, other = p[u] @ q[u], p[batch.users[c, u]] @ q[u]
            wrong = q[batch.rows[c, u]][batch.columns[c].numpy()] @ p[u]
            far = q[batch.global_rows[c, u]][batch.global_columns[c].numpy()] @ g
            for better, worse in ((pos, other), (other, wrong), (q[u] @ g, far)):
                expected[u] -= np.log(naive.sigmoid(better - worse))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_corruptions_are_permutations() -> None:
    task = MotifInfomax(GRAPH)
    task.start(LightGCN(GRAPH, dim=4), torch.Generator())
    for part, length in zip(
        task.draw(1, np.random.default_rng(0)), (30, 30, 4, 30, 4), strict=True
    ):
        assert part.shape == (3, length)
        assert torch.equal(part.sort(1).values, torch.arange(length).expand(3, length))
