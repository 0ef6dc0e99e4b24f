"""DSL's loss by loops over its samples."""

import numpy as np
import pytest
import torch

from ausrec.tasks import Encoding
from ausrec.tasks.objectives.dsl import DenoisedAlignment
from tests.graphs import random_graph
from tests.tasks import naive

GRAPH = random_graph()


def test_by_loops() -> None:
    model, base = naive.encoder()
    task = DenoisedAlignment(naive.drawn_graph(), alignment=0.7)
    own = naive.float64(task.start(model, torch.Generator().manual_seed(0)))
    own |= {"hidden": 0.1 * own["hidden"]}  # so that z is no 0 or 1, and some hinges are at work
    batch = task.draw(12, np.random.default_rng(0))
    found = task.loss(Encoding.of(model, own), batch).detach().numpy()
    user = (sum(naive.propagated([naive.joint()] * 2, base)) / 3)[:5]
    social = sum(naive.propagated([naive.friends() + np.eye(5)] * 2, base[:5]))
    weights = {name: value.numpy() for name, value in own.items()}
    hinges = []
    for place in range(12):
        u, p, n = (social[part[place]] for part in batch.triplets)
        a, b = int(batch.first[place]), int(batch.second[place])
        hidden = np.concatenate([user[a], user[b]]) @ weights["hidden"] + weights["hidden_bias"]
        hidden = naive.leaky(hidden, 0.5) + user[a] + user[b]
        alike = naive.sigmoid(float((hidden @ weights["score"] + weights["score_bias"])[0]))
        hinges.append(max(0.0, 1 - alike * float(social[a] @ social[b])))
        expected = naive.softplus(u @ n - u @ p) + 0.7 * hinges[-1]
        assert found[place] == pytest.approx(expected, rel=1e-5)
    assert min(hinges) == 0 < max(hinges)


def test_triplets_are_friends_and_strangers() -> None:
    task = DenoisedAlignment(GRAPH)
    triplets, first, second = task.draw(200, np.random.default_rng(0))
    friends = task.friends.pairs
    assert friends.contains(triplets.user.numpy(), triplets.pos.numpy()).all()
    assert not friends.contains(triplets.user.numpy(), triplets.neg.numpy()).any()
    assert len(set(first.tolist())) > 20 and not torch.equal(first, second)
