"""SEPT: pseudo-labels and loss by loops."""

import numpy as np
import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.tasks import Encoding
from ausrec.tasks.objectives.sept import TriTraining, neighbour_discrimination
from tests.tasks import naive


def test_positives_are_those_that_others_guess() -> None:
    cosines = torch.tensor([[0.9, 0.1, 0.5]])
    guesses = torch.tensor([[0.1, 0.5, 0.4]])
    found = neighbour_discrimination(cosines, guesses, 2, 0.5)
    powers = (cosines / 0.5).exp()[0]
    torch.testing.assert_close(found[0], -(powers[1:].sum() / powers.sum()).log())
    assert neighbour_discrimination(cosines, guesses, 10, 0.5).abs().item() < 1e-6


def user_views(base: np.ndarray, kept: list[tuple[int, int]]) -> tuple[list, np.ndarray]:
    """Return the three views of the users, and the users over the perturbed graph."""
    views = [sum(naive.propagated([naive.joint()] * 2, base)) / 3]
    for matrix in (naive.common_friends(), naive.shared() * naive.friends()):
        layer = total = base[:5]
        for _ in range(2):
            layer = naive.normalised(matrix + np.eye(5)) @ layer
            layer = np.array([row / np.sqrt(row @ row) for row in layer])
            total = total + layer
        views.append(total)
    dropped = [(a, b) for a in range(10) for b in range(a, 10) if (a, b) not in kept]
    return views, sum(naive.propagated([naive.joint(dropped)] * 2, base)) / 3


def test_users_who_are_all_positives_are_refused() -> None:
    with pytest.raises(AusrecError, match="num_positives is 10, but there are only 5 users"):
        TriTraining(naive.drawn_graph())


def test_by_loops() -> None:
    model, base = naive.encoder()
    task = TriTraining(naive.drawn_graph(), num_positives=2)
    task.start(model, torch.Generator())
    batch = task.draw(12, np.random.default_rng(0))
    found = task.loss(Encoding.of(model), batch).detach().numpy()
    pairs = [tuple(pair) for pair in task.dropout.thinning.ends.T.tolist()]
    kept = [pair for pair, there in zip(pairs, batch.kept.tolist(), strict=True) if there]
    assert len(kept) < len(pairs)
    views, target = user_views(base, kept)
    users = batch.user.tolist()
    assert len(users) > 3
    for place, user in enumerate(users):
        cosines = [np.array([naive.cosine(v[user], target[w]) for w in users]) for v in views]
        guesses = [np.exp(c) / np.exp(c).sum() for c in cosines]
        expected = 0.0
        for v in range(3):
            mean = sum(guesses[other] for other in range(3) if other != v) / 2
            best = sorted(range(len(users)), key=lambda w: -mean[w])[:2]
            powers = np.exp(cosines[v] / 0.1)
            expected -= np.log(sum(powers[best]) / sum(powers))
        assert found[place] == pytest.approx(expected, rel=1e-5)
