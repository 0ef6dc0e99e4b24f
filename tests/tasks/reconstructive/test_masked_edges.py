"""Hidden interactions: drawn without repetition, absent from the graph, judged by hand."""

import math

import numpy as np
import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.graph.adjacency import NormalizedAdjacency, joint_adjacency
from ausrec.models import LightGCN
from ausrec.tasks import Encoding
from ausrec.tasks.reconstructive import MaskedEdges
from tests.graphs import make_graph, random_graph

GRAPH = random_graph()


def started(**options) -> tuple[MaskedEdges, LightGCN]:
    task, model = MaskedEdges(GRAPH, **options), LightGCN(GRAPH, dim=4, layers=2)
    task.start(model, torch.Generator())
    return task, model


def test_the_asked_share_is_hidden_each_once_with_a_true_negative() -> None:
    task, _ = started(share=0.25)
    (user, pos, neg), hidden = task.draw(1, np.random.default_rng(0))
    assert len(user) == round(0.25 * task.pairs.num_pairs) == len(hidden)
    assert task.pairs.contains(user.numpy(), pos.numpy()).all()
    assert not task.pairs.contains(user.numpy(), neg.numpy()).any()
    assert len(set(zip(user.tolist(), pos.tolist(), strict=True))) == len(user)
    ends = task.thinning.ends[:, hidden]
    assert torch.equal(ends, torch.stack([user, pos + 30]))


@pytest.mark.parametrize("error", ["cross_entropy", "scaled_cosine"])
def test_the_loss_is_that_of_a_graph_built_without_the_hidden(error) -> None:
    task, model = started(share=0.2, error=error)
    batch = task.draw(1, np.random.default_rng(0))
    (user, pos, neg), _ = batch
    found = task.loss(Encoding.of(model), batch).detach()
    hidden = set(zip(user.tolist(), pos.tolist(), strict=True))
    pairs = GRAPH["user", "rates", "item"].edge_index.T.tolist()
    left = make_graph(
        30,
        25,
        [(u, i) for u, i in pairs if (u, i) not in hidden],
        [(u, v) for u, v in GRAPH["user", "trusts", "user"].edge_index.T.tolist()],
    )
    adjacency = NormalizedAdjacency(joint_adjacency(left))
    table = adjacency.propagate(model.table, 2).detach()
    for place in range(len(found)):
        u, i, j = table[user[place]], table[30 + pos[place]], table[30 + neg[place]]
        against = math.log(1 + math.exp(u @ j))
        if error == "cross_entropy":
            expected = math.log(1 + math.exp(-(u @ i))) + against
        else:
            expected = float(1 - u @ i / (u.norm() * i.norm())) ** 3 + against
        assert found[place].item() == pytest.approx(expected, rel=1e-4)


def test_impossible_settings_and_foreign_encoders_are_refused() -> None:
    with pytest.raises(AusrecError, match=r"share is 1\.0"):
        MaskedEdges(GRAPH, share=1.0)
    task = MaskedEdges(GRAPH)
    task.start(LightGCN(random_graph(30, 25, 7)), torch.Generator())
    with pytest.raises(AusrecError, match="from the same training graph"):
        task.draw(1, np.random.default_rng(0))
