"""DSL's loss by loops over its samples."""

import math

import numpy as np
import torch

from ausrec.models import LightGCN
from ausrec.tasks import Encoding
from ausrec.tasks.social import DenoisedAlignment
from tests.graphs import random_graph

GRAPH = random_graph()


def test_by_loops() -> None:
    model = LightGCN(GRAPH, dim=4, init_std=1.0)
    task = DenoisedAlignment(GRAPH, alignment=0.7)
    own = task.start(model, torch.Generator().manual_seed(0))
    batch = task.draw(8, np.random.default_rng(0))
    found = task.loss(Encoding.of(model, own), batch).detach()
    user, base = model().user.detach(), model.table[:30].detach()
    dense = task.social.multiply(torch.eye(30))
    social = base + dense @ base + dense @ dense @ base
    hinges = []
    for place in range(8):
        u, p, n = (user[part[place]] for part in batch.triplets)
        a, b = batch.first[place], batch.second[place]
        hidden = torch.cat([user[a], user[b]]) @ own["hidden"] + own["hidden_bias"]
        hidden = torch.where(hidden > 0, hidden, 0.5 * hidden) + user[a] + user[b]
        alike = torch.sigmoid(hidden @ own["score"] + own["score_bias"])
        hinges.append(max(0.0, 1 - float(alike * (social[a] @ social[b]))))
        expected = math.log(1 + math.exp(u @ n - u @ p)) + 0.7 * hinges[-1]
        torch.testing.assert_close(found[place], torch.tensor(expected), rtol=1e-4, atol=1e-5)
    assert any(hinge > 0 for hinge in hinges)


def test_triplets_are_friends_and_strangers() -> None:
    task = DenoisedAlignment(GRAPH)
    triplets, first, second = task.draw(200, np.random.default_rng(0))
    friends = task.friends.pairs
    assert friends.contains(triplets.user.numpy(), triplets.pos.numpy()).all()
    assert not friends.contains(triplets.user.numpy(), triplets.neg.numpy()).any()
    assert len(set(first.tolist())) > 20 and not torch.equal(first, second)
