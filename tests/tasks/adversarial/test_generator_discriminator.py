"""The game: its value by hand, its two players' signs, and who moves what."""

import numpy as np
import pytest
import torch
from torch.nn.functional import logsigmoid

from ausrec.errors import AusrecError
from ausrec.models import MF
from ausrec.tasks import Encoding
from ausrec.tasks.adversarial import GeneratorDiscriminator
from ausrec.tasks.adversarial.generator_discriminator import discriminate
from tests.graphs import random_graph

GRAPH = random_graph()


def started() -> tuple[GeneratorDiscriminator, MF, dict[str, torch.Tensor]]:
    task, model = GeneratorDiscriminator(GRAPH, num_candidates=7), MF(GRAPH, dim=4, init_std=1.0)
    own = task.start(model, torch.Generator().manual_seed(0))
    return task, model, {name: value.requires_grad_() for name, value in own.items()}


def value(task, embeddings, own, batch, place: int) -> torch.Tensor:
    user = embeddings.user[batch.user[place]]
    scores = [
        (user @ embeddings.item[j] + batch.gumbel[place, k]) / task.temperature
        for k, j in enumerate(batch.candidates)
    ]
    share = torch.stack(scores).softmax(0)
    proposed = sum(s * embeddings.item[j] for s, j in zip(share, batch.candidates, strict=True))
    real = embeddings.item[batch.real[place]]
    pairs = [discriminate(own, user.detach()[None], item[None])[0] for item in (real, proposed)]
    return logsigmoid(pairs[0]) + logsigmoid(-pairs[1])


def test_the_value_by_loops() -> None:
    task, model, own = started()
    batch = task.draw(5, np.random.default_rng(0))
    found = task.loss(Encoding.of(model, own), batch)
    expected = torch.stack([value(task, model(), own, batch, place) for place in range(5)])
    torch.testing.assert_close(found, expected)


def test_descending_the_loss_helps_each_player() -> None:
    """A small step against the gradient: D tells better, the generator is told worse."""
    task, model, own = started()
    batch = task.draw(50, np.random.default_rng(0))
    loss = task.loss(Encoding.of(model, own), batch).mean()
    table_gradient, *gradients = torch.autograd.grad(loss, [model.table, *own.values()])
    stepped = {n: p - 0.01 * g for (n, p), g in zip(own.items(), gradients, strict=True)}
    better = task.loss(Encoding.of(model, stepped), batch).mean()
    assert better > loss
    with torch.no_grad():
        model.table -= 0.01 * table_gradient
    assert task.loss(Encoding.of(model, own), batch).mean() < loss


def test_real_items_are_no_move_of_the_generator() -> None:
    task, model, own = started()
    batch = task.draw(3, np.random.default_rng(0))
    loss = task.loss(Encoding.of(model, own), batch).sum()
    (gradient,) = torch.autograd.grad(loss, model.table)
    proposed = {30 + j for j in batch.candidates.tolist()} | set(batch.user.tolist())
    moved = set(gradient.norm(dim=1).nonzero().squeeze(1).tolist())
    assert moved == proposed


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(AusrecError, match="num_candidates is 0, but must be above 0"):
        GeneratorDiscriminator(GRAPH, num_candidates=0)
