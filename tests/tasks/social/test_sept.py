"""SEPT: pseudo-labels and loss by loops."""

import numpy as np
import torch
from torch.nn.functional import cosine_similarity

from ausrec.models import LightGCN
from ausrec.tasks import Encoding
from ausrec.tasks.social import TriTraining
from ausrec.tasks.social.sept import neighbour_discrimination
from tests.graphs import random_graph

GRAPH = random_graph()


def test_positives_are_those_that_others_guess() -> None:
    cosines = torch.tensor([[0.9, 0.1, 0.5]])
    guesses = torch.tensor([[0.1, 0.5, 0.4]])
    found = neighbour_discrimination(cosines, guesses, 2, 0.5)
    powers = (cosines / 0.5).exp()[0]
    torch.testing.assert_close(found[0], -(powers[1:].sum() / powers.sum()).log())
    assert neighbour_discrimination(cosines, guesses, 10, 0.5).abs().item() < 1e-6


def dense_views(task: TriTraining, model: LightGCN) -> list[torch.Tensor]:
    views = [model().user]
    for matrix in task.graphs:
        dense = matrix.multiply(torch.eye(30))
        layers = [model.table[:30]]
        for _ in range(model.num_layers):
            layer = dense @ layers[-1]
            layers.append(layer / layer.norm(dim=1, keepdim=True))
        views.append(sum(layers))
    return views


def test_by_loops() -> None:
    task, model = TriTraining(GRAPH, num_positives=3), LightGCN(GRAPH, dim=4, layers=2)
    task.start(model, torch.Generator())
    batch = task.draw(12, np.random.default_rng(0))
    encoding = Encoding.of(model)
    found = task.loss(encoding, batch).detach()
    target = task.dropout.encode(encoding, batch.kept)
    users = batch.user.tolist()
    cosines = [
        torch.stack(
            [torch.stack([cosine_similarity(v[u], target[w], dim=0) for w in users]) for u in users]
        )
        for v in dense_views(task, model)
    ]
    guesses = [c.softmax(1) for c in cosines]
    for place in range(len(users)):
        expected = torch.zeros(())
        for v in range(3):
            mean = sum(guesses[o][place] for o in range(3) if o != v) / 2
            best = sorted(range(len(users)), key=lambda w: -float(mean[w].detach()))[:3]
            powers = (cosines[v][place] / 0.1).exp()
            expected = expected - (powers[best].sum() / powers.sum()).log()
        torch.testing.assert_close(found[place], expected.detach())
