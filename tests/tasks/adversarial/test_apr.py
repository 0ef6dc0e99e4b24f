"""The closed perturbation against the gradient that it stands for."""

import numpy as np
import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.models import MF, Embeddings
from ausrec.tasks import Recommendation
from ausrec.tasks.adversarial import AdversarialRanking
from ausrec.tasks.bpr import bpr_loss
from tests.graphs import random_graph

GRAPH = random_graph()


def test_the_perturbation_is_the_normalised_gradient_of_each_row() -> None:
    task, model = AdversarialRanking(GRAPH, 0.3), MF(GRAPH, dim=4, init_std=1.0)
    batch = task.draw(6, np.random.default_rng(0))
    found = task.loss(model(), batch)
    for place in range(6):
        rows = [
            model.table[index].detach()[None].requires_grad_()
            for index in (batch.user[place], batch.pos[place] + 30, batch.neg[place] + 30)
        ]
        gradients = torch.autograd.grad(bpr_loss(*rows).sum(), rows)
        moved = [r + 0.3 * g / g.norm() for r, g in zip(rows, gradients, strict=True)]
        torch.testing.assert_close(found[place : place + 1], bpr_loss(*moved))


def test_it_is_harder_than_ranking_and_the_perturbation_is_a_constant() -> None:
    model = MF(GRAPH, dim=4, init_std=1.0)
    batch = AdversarialRanking(GRAPH).draw(20, np.random.default_rng(0))
    plain = Recommendation(GRAPH).loss(model(), batch)
    losses = [AdversarialRanking(GRAPH, size).loss(model(), batch) for size in (1e-6, 0.1, 0.5)]
    torch.testing.assert_close(losses[0], plain, atol=1e-4, rtol=0)
    assert (losses[1] > plain).all() and (losses[2] > losses[1]).all()
    # With Δ held, the gradient is that of BPR at moved rows: ∂ℓ/∂u = σ(·)(n' − p').
    u, p, n = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]]), torch.tensor([[1.0, 1.0]])
    task = AdversarialRanking(GRAPH, 0.5)
    table = torch.cat([u, p, n]).requires_grad_()
    one = type(batch)(*(torch.tensor([index]) for index in (0, 0, 1)))
    loss = task.loss(Embeddings(table, table, 1), one).sum()
    (gradient,) = torch.autograd.grad(loss, table)
    moved_u, moved_p, moved_n = u + torch.tensor([0.5, 0]), p - 0.5 * u, n + 0.5 * u
    share = torch.sigmoid((moved_u * (moved_n - moved_p)).sum())
    torch.testing.assert_close(gradient[:1], share * (moved_n - moved_p))


def test_no_length_is_refused() -> None:
    with pytest.raises(AusrecError, match="size is 0"):
        AdversarialRanking(GRAPH, 0.0)
