"""A plausible wrong answer to an exercise is told by the property that it breaks."""

from collections.abc import Callable
from itertools import accumulate
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.stats import norm, t

import ausrec
from ausrec.lab import exercise
from tests.notebooks.reading import REPOSITORY


def plain_running_mean(means: list[float]) -> float:
    squares = accumulate((mean**2 for mean in means), lambda old, new: 0.9 * old + 0.1 * new)
    return sum(mean / square for mean, square in zip(means, squares, strict=True))


def masks_in_place(scores: torch.Tensor, known: list[int], wanted: list[int], k: int) -> float:
    scores[known] = -torch.inf
    return len({*scores.topk(k).indices.tolist()} & {*wanted}) / len(wanted)


def recall_without_mask(scores: torch.Tensor, known: list[int], wanted: list[int], k: int) -> float:
    return len({*scores.topk(k).indices.tolist()} & {*wanted}) / len(wanted)


def forward_again(graph: torch.Tensor, given: torch.Tensor, layers: int) -> torch.Tensor:
    total = given
    for _ in range(layers):
        total = given + graph @ total
    return total / (layers + 1)


def half_width(times: Callable[[int], float], ddof: int) -> Callable[[list[float]], float]:
    return lambda d: times(len(d)) * float(np.std(d, ddof=ddof)) / len(d) ** 0.5


class Weights:
    """A history that holds weights of seven tasks in 25 epochs, and nothing else."""

    def __init__(self, moving: int) -> None:
        epochs = np.minimum(np.arange(1, 26), moving)
        self.weights = pd.DataFrame(np.outer(epochs, np.ones(7)) / 30, index=range(1, 26))

    def of(self, quantity: str) -> pd.DataFrame:
        assert quantity == "weight"
        return self.weights


def run(score: float, spread: float) -> dict[str, float]:
    return {"NDCG@10": score, "uniformity, users": spread}


SGL = {"LightGCN": run(0.21, -2.0), "SGL, weight 0.1": run(0.08, -3.8)}
SOFT = SGL | {"SGL, weight 0.1, τ = 1": run(0.21, -2.5)}

WRONG: list[tuple[str, Any, str]] = [
    ("00-total-loss", lambda main, losses, weights: main + sum(losses.values()), "weights of 0"),
    ("00-recall", lambda list_, held: len(held & {*list_}) / len(list_), "longer list"),
    ("00-ndcg", 1.5, "between 0 and 1"),
    ("00-ndcg", 0.5, "ranks 1 and 3"),
    ("01-degrees", lambda edges, n: torch.bincount(edges[1], minlength=n), "node 0 begins"),
    ("01-normalise", lambda A: A / A.sum(axis=1, keepdims=True), "A_vw / √(d_v d_w)"),
    ("02-two-hop", lambda S: (S @ S) & ~S, "related to themselves"),
    ("02-negative", lambda u, related, rng: np.flatnonzero(~related)[1], "equally often"),
    ("03-layer", lambda A, E: A / A.sum(axis=1, keepdims=True) @ E, "√(1 · 2)"),
    ("03-ndcg", lambda hits, held: sum(hits) / held, "rank 3"),
    ("04-central", lambda f, x, h: (f(x + h) - f(x)) / h, "slope 6"),
    ("05-own-levels", lambda level, s: s.softmax(0) / (1 + np.exp(-level)), "equal scores"),
    ("06-rate", 4.44e-5, "larger virtual rate"),
    ("06-rate", 1.0, "proportional"),
    ("06-epsilon", lambda g, share: g * share, "half of the step"),
    ("06-epsilon", lambda g, share: 2 * g * (1 - share), "nine tenths"),
    ("06-turns", sum, "ten times by the same amount"),
    ("06-turns", lambda means: float(len(means)), "by turns"),
    ("06-turns", lambda means: float(np.sign(means).sum()), "3.03"),
    ("06-turns", plain_running_mean, "ten times by the same amount"),
    ("07-masked", recall_without_mask, "give up their places"),
    ("07-masked", masks_in_place, "unchanged"),
    ("07-masked", lambda s, known, w, k: len({*s.topk(k)[1].tolist()} & {*w}) / k, "0.5"),
    ("07-patience", lambda values, patience: (6, 6), "stops after epoch 5"),
    ("08-levels", 2.4, "between ½ and 1"),
    ("08-levels", 0.75, "0.03 each"),
    ("08-backward", lambda graph, given, layers: given, "one more propagation"),
    ("08-backward", forward_again, "one-way"),
    ("09-flat", lambda weight: weight * (1 - weight), "at ½"),
    ("09-flat", lambda weight: 2 * (1 - weight), "0.02"),
    ("09-coin", lambda below, n: below / n, "is certain"),
    ("09-coin", lambda below, n: 1.0 if below == 0 else 2.0**-n, "at least two"),
    ("09-diagnose", lambda mean, edge, score, h: "frozen" if h < 1e-8 else "zero", "'extremes'"),
    ("10-fooled", lambda questions, level: questions * level, "four times 5 %"),
    ("10-interval", half_width(lambda n: float(t.ppf(0.975, n - 1)), 0), "n − 1"),
    ("10-interval", half_width(lambda n: float(norm.ppf(0.975)), 1), "3.18"),
    ("10-interval", half_width(lambda n: float(t.ppf(0.95, n - 1)), 1), "3.18"),
    ("10-holm", lambda p: [len(p) * each for each in p], "smallest of three"),
    ("10-early", Weights(moving=25), "from epoch 4 on"),
    ("10-early", Weights(moving=1), "before that they do"),
    ("11-mutual", lambda links: links, "both directions"),
    ("11-mutual", lambda links: links + [(b, a) for a, b in links], "twice"),
    ("11-cut", lambda n, limit: (sum(k >= limit for k in n) / len(n), 0.9), "6 itself"),
    ("11-cut", lambda n, limit: (sum(k > limit for k in n) / len(n),) * 2, "90 of the 100"),
    ("11-same-genre", ausrec.a_dozen_users(), "16 records"),
    ("12-missing", lambda rate, curvature, K: (1 - rate * curvature) ** K, "without a product"),
    ("13-verdict", lambda pull, step, held: "+" if pull @ held > 0 else "-", "more of the same"),
    ("13-credit", lambda pull, step, held: (pull @ held, 0.0), "0.21"),
    ("13-credit", lambda pull, step, held: (pull @ step, pull @ held), "add up"),
    ("14-factor", lambda rate, h, K: 1.0, "four times"),
    ("14-factor", lambda rate, h, K: K + 1.0, "1 + ½"),
    ("14-first-order", lambda loss, W, rate: W**3, "where one step ends"),
    ("15-alignment", lambda a, b: (a - b).square().sum(1).mean(), "same direction"),
    ("15-temperature", (SGL, "most"), "a run with τ = 1"),
    ("15-temperature", (SGL | {"SGL, weight 0.1, τ = 1": run(0.1, -3.7)}, "none"), "spread less"),
    ("15-temperature", (SOFT, "yes"), "'none', 'some' or 'most'"),
    ("15-temperature", (SOFT, "some"), "comes back"),
]


@pytest.fixture(autouse=True)
def course(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exercise, "_listed", {})
    monkeypatch.chdir(REPOSITORY)


@pytest.mark.parametrize(("name", "answer", "told"), WRONG)
def test_a_wrong_answer_is_told_by_the_property_that_it_breaks(
    name: str, answer: Any, told: str
) -> None:
    verdict = exercise.judge(name, answer)
    assert not verdict.right
    first = verdict.text.splitlines()[0]
    assert first.startswith(f"{name}: not yet: ") and told in first
    assert "Hint 1: " in verdict.text
