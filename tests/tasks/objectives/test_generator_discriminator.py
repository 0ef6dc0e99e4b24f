import math

import numpy as np
import pytest
import torch
from torch.func import jvp

from ausrec.errors import AusrecError
from ausrec.models import MF
from ausrec.tasks import Encoding
from ausrec.tasks.objectives.generator_discriminator import GeneratorDiscriminator, reverse
from tests.graphs import random_graph
from tests.tasks import naive

GRAPH = random_graph()


def started() -> tuple[GeneratorDiscriminator, MF, dict[str, torch.Tensor]]:
    task, model = GeneratorDiscriminator(GRAPH, num_candidates=7), MF(GRAPH, dim=4, init_std=1.0)
    own = task.start(model, torch.Generator().manual_seed(0))
    return task, model, {name: value.requires_grad_() for name, value in own.items()}


def test_the_value_by_loops() -> None:
    model, base = naive.encoder()
    task = GeneratorDiscriminator(naive.drawn_graph(), num_candidates=3)
    own = naive.float64(task.start(model, torch.Generator().manual_seed(0)))
    batch = task.draw(5, np.random.default_rng(0))
    found = task.loss(Encoding.of(model, own), batch).detach().numpy()
    table = sum(naive.propagated([naive.joint()] * 2, base)) / 3
    users, items = table[:5], table[5:]

    def judged(user: np.ndarray, item: np.ndarray) -> float:
        hidden = np.concatenate([user, item]) @ own["hidden"].numpy() + own["hidden_bias"].numpy()
        score = naive.leaky(hidden, 0.2) @ own["score"].numpy() + own["score_bias"].numpy()
        return float(score[0])

    expected = []
    for place in range(5):
        user = users[batch.user[place]]
        assert (int(batch.user[place]), int(batch.real[place])) in naive.RATES
        powers = [
            math.exp((user @ items[item] + float(batch.gumbel[place, n])) / 0.5)
            for n, item in enumerate(batch.candidates.tolist())
        ]
        shares = [power / sum(powers) for power in powers]
        proposed = sum(s * items[j] for s, j in zip(shares, batch.candidates.tolist(), strict=True))
        told_real = naive.sigmoid(judged(user, items[batch.real[place]]))
        told_false = 1 - naive.sigmoid(judged(user, proposed))
        expected.append(math.log(told_real) + math.log(told_false))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_the_noise_makes_the_choice_a_draw_from_the_softmax() -> None:
    """Without a temperature, the largest of score + Gumbel noise is an item drawn by softmax."""
    task = GeneratorDiscriminator(GRAPH, num_candidates=3)
    scores = np.log([0.6, 0.3, 0.1])
    chosen = (scores + task.draw(20000, np.random.default_rng(0)).gumbel.numpy()).argmax(1)
    np.testing.assert_allclose(np.bincount(chosen) / 20000, [0.6, 0.3, 0.1], atol=0.015)


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


def test_the_sign_turns_in_both_modes_and_twice_is_once_more_the_first() -> None:
    x = torch.tensor([0.3, -1.2], dtype=torch.float64, requires_grad=True)
    assert torch.equal(reverse(x), x)
    (gradient,) = torch.autograd.grad(reverse(x).square().sum(), x)
    torch.testing.assert_close(gradient, -2 * x)
    along = torch.tensor([1.0, 2.0], dtype=torch.float64)
    torch.testing.assert_close(jvp(reverse, (x,), (along,))[1], -along)
    (gradient,) = torch.autograd.grad(reverse(reverse(x)).square().sum(), x)
    torch.testing.assert_close(gradient, 2 * x)
