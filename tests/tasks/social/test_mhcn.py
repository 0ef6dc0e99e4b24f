"""MHCN's loss by loops over users and channels."""

import numpy as np
import torch

from ausrec.models import LightGCN
from ausrec.tasks import Encoding
from ausrec.tasks.social import MotifInfomax
from ausrec.tasks.social.graphs import motif_adjacencies
from tests.graphs import random_graph

GRAPH = random_graph()


def test_by_loops() -> None:
    task, model = MotifInfomax(GRAPH), LightGCN(GRAPH, dim=4)
    own = task.start(model, torch.Generator().manual_seed(0))
    batch = task.draw(1, np.random.default_rng(0))
    found = task.loss(Encoding.of(model, own), batch).detach()
    assert found.shape == (30,)
    user = model().user.detach()
    expected = torch.zeros(30)
    for c, (name, matrix) in enumerate(motif_adjacencies(GRAPH).items()):
        gate = torch.sigmoid(user @ own[f"{name}_gate"] + own[f"{name}_bias"])
        p = user * gate
        p = p / p.norm(dim=1, keepdim=True)
        q = torch.from_numpy(matrix.toarray()) @ p
        g = q.mean(0)
        for u in range(30):
            pos, other = p[u] @ q[u], p[batch.users[c, u]] @ q[u]
            wrong = q[batch.rows[c, u]][batch.columns[c]] @ p[u]
            far = q[batch.global_rows[c, u]][batch.global_columns[c]] @ g
            for better, worse in ((pos, other), (other, wrong), (q[u] @ g, far)):
                expected[u] -= torch.sigmoid(better - worse).log()
    torch.testing.assert_close(found, expected)


def test_corruptions_are_permutations() -> None:
    task = MotifInfomax(GRAPH)
    task.start(LightGCN(GRAPH, dim=4), torch.Generator())
    for part, length in zip(
        task.draw(1, np.random.default_rng(0)), (30, 30, 4, 30, 4), strict=True
    ):
        assert part.shape == (3, length)
        assert torch.equal(part.sort(1).values, torch.arange(length).expand(3, length))
