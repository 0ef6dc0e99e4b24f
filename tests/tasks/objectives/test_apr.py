"""The closed perturbation against the gradient that it stands for."""

import math

import numpy as np
import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.models import MF, Embeddings
from ausrec.tasks import Recommendation
from ausrec.tasks.losses import bpr_loss
from ausrec.tasks.objectives.apr import AdversarialRanking, Perturbed
from ausrec.tasks.task import Triplets
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


def test_by_hand() -> None:
    # u = (3, 4), p = (1, 0), n = (1, 2), ε = ½. Δ_u = ½(0, 1); along u, ½(0.6, 0.8) is taken from
    # p and added to n: u' = (3, 4.5), p' = (0.7, −0.4), n' = (1.3, 2.4), and ⟨u', n' − p'⟩ = 14.4.
    table = torch.tensor([[3.0, 4.0], [1.0, 0.0], [1.0, 2.0]], dtype=torch.float64)
    ids = (torch.tensor([index]) for index in (0, 0, 1))
    batch = Perturbed(*ids, torch.tensor(0.5))
    found = AdversarialRanking(GRAPH).loss(Embeddings(table, table, 1), batch)
    assert found.item() == pytest.approx(math.log(1 + math.exp(14.4)), rel=1e-9)
    plain = AdversarialRanking(GRAPH).loss(
        Embeddings(table, table, 1), batch._replace(size=torch.tensor(0.0))
    )
    assert plain.item() == pytest.approx(math.log(1 + math.exp(8)), rel=1e-9)


def test_it_is_harder_than_ranking_and_the_perturbation_is_a_constant() -> None:
    model = MF(GRAPH, dim=4, init_std=1.0)
    batch = AdversarialRanking(GRAPH).draw(20, np.random.default_rng(0))
    plain = Recommendation(GRAPH).loss(model(), Triplets(*batch[:3]))
    task = AdversarialRanking(GRAPH)
    sizes = [torch.tensor(size) for size in (1e-6, 0.1, 0.5)]
    losses = [task.loss(model(), batch._replace(size=size)) for size in sizes]
    torch.testing.assert_close(losses[0], plain, atol=1e-4, rtol=0)
    assert (losses[1] > plain).all() and (losses[2] > losses[1]).all()
    # With Δ held, the gradient is that of BPR at moved rows: ∂ℓ/∂u = σ(·)(n' − p').
    u, p, n = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]]), torch.tensor([[1.0, 1.0]])
    task = AdversarialRanking(GRAPH, 0.5)
    table = torch.cat([u, p, n]).requires_grad_()
    one = type(batch)(*(torch.tensor([index]) for index in (0, 0, 1)), torch.tensor(0.5))
    loss = task.loss(Embeddings(table, table, 1), one).sum()
    (gradient,) = torch.autograd.grad(loss, table)
    moved_u, moved_p, moved_n = u + torch.tensor([0.5, 0]), p - 0.5 * u, n + 0.5 * u
    share = torch.sigmoid((moved_u * (moved_n - moved_p)).sum())
    torch.testing.assert_close(gradient[:1], share * (moved_n - moved_p))


def test_during_the_warm_up_it_is_ranking_alone() -> None:
    task, model = AdversarialRanking(GRAPH, warm_up=2), MF(GRAPH, dim=4, init_std=1.0)
    found = []
    for epoch in (1, 2, 3):
        task.begin_epoch(epoch, model, np.random.default_rng(epoch))
        batch = task.draw(20, np.random.default_rng(0))
        plain = Recommendation(GRAPH).loss(model(), Triplets(*batch[:3]))
        found.append(torch.equal(task.loss(model(), batch), plain))
    assert found == [True, True, False]


def test_an_adversary_drives_short_embeddings_to_zero() -> None:
    """Why there is a warm-up: shorter than ε, the step goes against u itself, whatever u."""
    task = AdversarialRanking(GRAPH)
    batch = task.draw(200, np.random.default_rng(0))
    outwards = {}
    for size in (0.0, 0.5):
        table = MF(GRAPH, dim=4, init_std=0.01).table.detach().clone().requires_grad_()
        embeddings = Embeddings(table, table, 30)
        loss = task.loss(embeddings, batch._replace(size=torch.tensor(size))).mean()
        (gradient,) = torch.autograd.grad(loss, table)
        users = batch.user.unique()
        with torch.no_grad():
            cosines = torch.nn.functional.cosine_similarity(gradient[users], table[users])
        outwards[size] = float(cosines.mean())
    assert outwards[0.5] > 0.95
    assert abs(outwards[0.0]) < 0.3


def test_no_length_is_refused() -> None:
    with pytest.raises(AusrecError, match="size is 0"):
        AdversarialRanking(GRAPH, 0.0)
    with pytest.raises(AusrecError, match="warm_up is -1"):
        AdversarialRanking(GRAPH, warm_up=-1)
