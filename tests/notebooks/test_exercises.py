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


def one_hot_left_out(first: Any, second: Any, costs: dict[str, torch.Tensor]) -> Any:
    rows = {name: torch.nn.functional.pad(cost[:, None], (0, 2)) for name, cost in costs.items()}
    return {name: second(first(each).relu())[:, 0].sigmoid() for name, each in rows.items()}


def one_virtual_step(total: Any, meta: Any, W: Any, weights: Any, alpha: float) -> Any:
    ahead = W - alpha * torch.autograd.grad(total(W, weights), W, create_graph=True)[0]
    return torch.autograd.grad(meta(ahead), weights)[0]


def after_a_step(g: Any, meta: Any, W: Any, alpha: float, tasks: int) -> float:
    ahead = (W - alpha * g).detach().requires_grad_()
    return -alpha / tasks * float((g * torch.autograd.grad(meta(ahead), ahead)[0]).sum())


def not_adapted(loss: Any, W: torch.Tensor, rate: float) -> torch.Tensor:
    adapted = (W - rate * W**3).detach().requires_grad_()
    (gradient,) = torch.autograd.grad(loss(adapted), adapted)
    return gradient


def same_draws(user: Any, item: Any, users: int, items: int, size: int, generator: Any) -> Any:
    table = torch.full((users, items), -torch.inf)
    table[:, torch.randperm(items, generator=generator)[:size]] = 0
    table[user, item] = 0
    return table


def friends_of_friends(graph: Any) -> Any:
    linked = ausrec.adjacency(graph, "user", "trusts", "user").symmetric()
    links = linked.factors[0].astype(int)
    return ausrec.Walk(links @ links >= 2).without_self()


def rare_people(k: int) -> Callable[[Any], Any]:
    def relation(graph: Any) -> Any:
        plays = ausrec.adjacency(graph, "user", "rates", "item").factors[0].astype(int)
        busy = np.flatnonzero(np.asarray(plays.sum(axis=1)).ravel() > k)
        shared = (plays @ plays.T).tolil()
        shared[busy] = 0
        return ausrec.Walk(shared.tocsr() > 0).without_self()

    return relation


def self_pairs(rows: torch.Tensor) -> torch.Tensor:
    rows = torch.nn.functional.normalize(rows, dim=1)
    return (-2 * torch.cdist(rows, rows).square()).exp().mean().log()


def inner_products(first: torch.Tensor, second: torch.Tensor, temperature: float) -> torch.Tensor:
    return -(first @ second.T / temperature).log_softmax(dim=1).diagonal()


def all_ten(scores: Any, user: int) -> float:
    return 1.0


def first_returned(edges: np.ndarray) -> float:
    links = {*zip(*edges.tolist(), strict=True)}
    return float(all((v, u) in links for u, v in links))


def unscaled_attention(query: Any, key: Any, value: Any, allowed: Any) -> Any:
    return (query @ key.T).masked_fill(~allowed, -torch.inf).softmax(dim=1) @ value


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

LETTERS = {
    "0.3": {"validation": 0.4, "test": 0.5},
    "1": {"validation": 0.5, "test": 0.5},
    "3": {"validation": 0.4, "test": 0.6},
}

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
    ("07-zero-grad", 0.6, "goes down"),
    ("07-zero-grad", -0.3, "earlier steps"),
    ("07-masked", recall_without_mask, "give up their places"),
    ("07-masked", masks_in_place, "unchanged"),
    ("07-masked", lambda s, known, w, k: len({*s.topk(k)[1].tolist()} & {*w}) / k, "0.5"),
    ("07-patience", lambda values, patience: (6, 6), "stops after epoch 5"),
    ("08-levels", 2.4, "between ½ and 1"),
    ("08-levels", 0.9168, "less the doubt"),
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
    ("00-share", all_ten, "least liked genre"),
    ("01-returned", first_returned, "of three 2/3"),
    ("01-link-back", 1, "more than that"),
    ("02-jaccard", lambda a, b: (a & b).sum() / a.sum(), "of three gives 1/3"),
    ("02-strong-triangle", friends_of_friends, "users are linked"),
    ("02-rare", rare_people, "at most 2 users"),
    (
        "03-last-layer",
        lambda A, x, L: A.propagate(x, L) - A.propagate(x, L - 1),
        "last layer alone",
    ),
    ("03-bpr-gradient", lambda u, p, n: torch.sigmoid(u @ n - u @ p) * u, "step against it"),
    ("04-by-hand", lambda alpha, tasks, g, v: alpha / tasks * float((g * v).sum()), "negative"),
    ("04-first-order", after_a_step, "no step was taken"),
    ("04-two-steps", one_virtual_step, "central differences"),
    ("05-parameters", 8 * 64 + 64, "weights and biases"),
    ("05-features", lambda costs, task, n: torch.eye(n + 1)[[task] * 2], "first column"),
    ("05-shared-bias", lambda weights, slopes: float((weights * slopes).sum()), "−0.41"),
    ("06-adam", lambda g, rate, epsilon: rate * g / abs(g), "as small as ε"),
    ("06-scale-free", lambda h, before: (-h / h.mean().abs(), h.mean() ** 2), "add up to −1"),
    ("07-flattery", lambda val, test: max(test) - test[-1], "validation is best"),
    ("07-candidates", same_draws, "different random"),
    ("08-meta-rows", int(0.3 * 2048) - 1, "30 %"),
    ("08-shared", one_hot_left_out, "first task's"),
    ("08-alone", lambda table, layers: table / max(layers, 1), "a quarter"),
    ("09-entropy", lambda w: -sum(x * np.log(x) for x in w), "seven equal"),
    ("09-slow", "dead", "agrees with the hypergradient"),
    ("10-least-p", lambda n: 1 / 2**n, "0.125"),
    ("11-density", lambda plays, users, items: plays / (users + items), "0.033"),
    ("11-leak", lambda train, test: sum(p in train for p in test) / len(test), "counted once"),
    ("12-neumann", lambda times, g, K, rate: rate * (g - rate * K * times(g)), "one product"),
    ("12-limit", lambda H: 1 / float(torch.linalg.eigvalsh(H).max()), "above it"),
    ("12-implicit", lambda task, H, g: float(task @ torch.linalg.solve(H, g)), "H v = g"),
    ("13-across", lambda g, d: g - (g @ d) * d, "right angles"),
    ("13-longer", lambda d, extra: d, "turns it"),
    (
        "14-reptile",
        lambda start, adapted, rate: start - rate * (adapted - start),
        "half of the way",
    ),
    ("14-maml", not_adapted, "factor 1 − α ℓ"),
    ("15-uniformity", self_pairs, "mean over pairs"),
    ("15-info-nce", inner_products, "finding oneself"),
    ("16-may-look", lambda n: torch.ones(n, n).triu(), "a later one"),
    ("16-attend", unscaled_attention, "root of the dimension"),
    ("16-cloze", lambda history, hidden: (history, history), "hold the mask"),
    ("16-chance", lambda place, items, drawn, k: float(place <= k), "share of all samples"),
    ("16-placeless", 0.97, "by a third"),
    ("16-placeless", 0.0, "something is left"),
    ("17-attribute-loss", lambda s, y: torch.nn.functional.softplus(-s).sum(), "right costs"),
    ("17-as-mean", lambda weight, terms, positions: weight * positions / terms, "a fifth"),
    ("17-segment", lambda h, first, n: (h[:first] + ["mask"] * n, h), "masked in the first"),
    ("17-tail-gain", lambda a, b, plays, most: (b - a).mean(), "few plays count"),
    ("17-letters", ({"1": {"validation": 0.5, "test": 0.5}}, "1"), "three weights"),
    ("17-letters", (LETTERS, "3"), "best on the validation"),
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


def test_every_exercise_has_a_wrong_answer() -> None:
    assert {name for name, *_ in WRONG} == {*exercise.exercises().index}
