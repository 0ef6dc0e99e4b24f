"""Hidden interactions: drawn without repetition, absent from the graph, judged by hand."""

import math

import numpy as np
import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.models import LightGCN
from ausrec.tasks import Encoding
from ausrec.tasks.objectives.masked_edges import MaskedEdges
from tests.graphs import random_graph
from tests.tasks import naive

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
def test_the_loss_is_that_of_a_graph_without_the_hidden_by_loops(error) -> None:
    model, base = naive.encoder()
    task = MaskedEdges(naive.drawn_graph(), share=0.3, error=error)
    task.start(model, torch.Generator())
    batch = task.draw(1, np.random.default_rng(0))
    found = task.loss(Encoding.of(model), batch).detach().numpy()
    user, pos, neg = (part.tolist() for part in batch.triplets)
    assert len(found) == len(user) == 4
    hidden = [(u, 5 + i) for u, i in zip(user, pos, strict=True)]
    adjacency = naive.joint(hidden)
    table = sum(naive.propagated([adjacency] * 2, base)) / 3
    expected = []
    for u, i, j in zip(user, pos, neg, strict=True):
        assert (u, i) in naive.RATES and (u, j) not in naive.RATES
        if error == "cross_entropy":
            recovered = -math.log(naive.sigmoid(table[u] @ table[5 + i]))
        else:
            recovered = (1 - naive.cosine(table[u], table[5 + i])) ** 3
        expected.append(recovered - math.log(naive.sigmoid(-table[u] @ table[5 + j])))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_rows_that_point_one_way_have_an_error_of_nothing_whatever_the_power() -> None:
    model = LightGCN(GRAPH, dim=8)
    direction = torch.randn(8, generator=torch.Generator().manual_seed(0))
    sizes = torch.rand(len(model.table), 1, generator=torch.Generator().manual_seed(1)) + 0.5
    model.table.data = sizes * direction
    task = MaskedEdges(GRAPH, error="scaled_cosine", power=1.5)
    task.start(model, torch.Generator())
    batch = task.draw(1, np.random.default_rng(0))
    assert torch.isfinite(task.loss(Encoding.of(model), batch)).all()


def test_impossible_settings_and_foreign_encoders_are_refused() -> None:
    with pytest.raises(AusrecError, match=r"share is 1\.0"):
        MaskedEdges(GRAPH, share=1.0)
    task = MaskedEdges(GRAPH)
    task.start(LightGCN(random_graph(30, 25, 7)), torch.Generator())
    with pytest.raises(AusrecError, match="from the same training graph"):
        task.draw(1, np.random.default_rng(0))
