from math import log2

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch_geometric.metrics import (
    LinkPredHitRatio,
    LinkPredMAP,
    LinkPredMRR,
    LinkPredNDCG,
    LinkPredPrecision,
    LinkPredRecall,
)

from ausrec.errors import AusrecError
from ausrec.evaluation.metrics import compute_metrics


def naive(ranked: list[bool], n: int, k: int) -> dict[str, float]:
    """The textbook loops, one rank at a time."""
    found, dcg, ap, rr = 0, 0.0, 0.0, 0.0
    for rank, hit in enumerate(ranked[:k], start=1):
        if hit:
            found += 1
            dcg += 1 / log2(rank + 1)
            ap += found / rank
            rr = rr or 1 / rank
    ideal = sum(1 / log2(rank + 1) for rank in range(1, min(k, n) + 1))
    return {
        "recall": found / n if n else 0.0,
        "precision": found / k,
        "ndcg": dcg / ideal if n else 0.0,
        "hit_rate": float(found > 0),
        "mrr": rr,
        "map": ap / min(k, n) if n else 0.0,
    }


@st.composite
def rankings(draw: st.DrawFn) -> tuple[list[list[bool]], list[int], list[int]]:
    ranks = draw(st.integers(1, 12))
    rows = draw(st.lists(st.lists(st.booleans(), min_size=ranks, max_size=ranks), min_size=1))
    num_relevant = [sum(row) + draw(st.integers(0, 5)) for row in rows]
    ks = draw(st.lists(st.integers(1, ranks), min_size=1, unique=True))
    return rows, num_relevant, ks


@given(rankings())
@settings(max_examples=100, deadline=None)
def test_equals_the_naive_loop(case: tuple[list[list[bool]], list[int], list[int]]) -> None:
    rows, num_relevant, ks = case
    values = compute_metrics(torch.tensor(rows), torch.tensor(num_relevant), ks)
    assert len(values) == 6 * len(ks)
    for k in ks:
        expected = [naive(row, n, k) for row, n in zip(rows, num_relevant, strict=True)]
        for name in expected[0]:
            np.testing.assert_allclose(
                values[f"{name}@{k}"], [e[name] for e in expected], rtol=1e-12
            )


def test_hand_drawn_example() -> None:
    # Ranks 2 and 3 are hits; four items were held out, so recall@3 is 2/4 and not 2/3.
    hits = torch.tensor([[False, True, True, False]])
    values = compute_metrics(hits, torch.tensor([4]), [1, 3, 4])
    expected = {
        "recall@1": 0.0,
        "recall@3": 0.5,
        "precision@3": 2 / 3,
        "precision@4": 0.5,
        "hit_rate@1": 0.0,
        "hit_rate@3": 1.0,
        "mrr@3": 0.5,
        "map@3": (1 / 2 + 2 / 3) / 3,
        "map@4": (1 / 2 + 2 / 3) / 4,
        "ndcg@3": (1 / log2(3) + 1 / 2) / (1 + 1 / log2(3) + 1 / 2),
    }
    for name, value in expected.items():
        assert values[name].item() == pytest.approx(value, rel=1e-12), name


@pytest.mark.parametrize("k", [1, 4, 10])
def test_equals_pyg(k: int) -> None:
    # All six definitions agree with PyG's, MAP's division by min(k, n) included. PyG computes in
    # float32 and leaves users without held-out items out of the mean, so there are none here.
    generator = torch.Generator().manual_seed(k)
    scores = torch.rand(40, 30, generator=generator)
    relevant = torch.rand(40, 30, generator=generator) < 0.2
    relevant[:, 0] = True
    top = scores.argsort(1, descending=True)[:, :10]
    values = compute_metrics(relevant.gather(1, top), relevant.sum(1), [k])
    theirs = {
        "recall": LinkPredRecall(k),
        "precision": LinkPredPrecision(k),
        "ndcg": LinkPredNDCG(k),
        "hit_rate": LinkPredHitRatio(k),
        "mrr": LinkPredMRR(k),
        "map": LinkPredMAP(k),
    }
    for name, metric in theirs.items():
        metric.update(top, relevant.nonzero().t())
        assert values[f"{name}@{k}"].mean().item() == pytest.approx(
            float(metric.compute()), abs=1e-6
        ), name


def test_a_perfect_ranking_reaches_one_where_it_can() -> None:
    values = compute_metrics(torch.ones(1, 5, dtype=torch.bool), torch.tensor([5]), [5])
    assert all(value.item() == pytest.approx(1.0) for value in values.values())


@pytest.mark.parametrize("k", [0, 5])
def test_refuses_cutoffs_outside_the_ranks(k: int) -> None:
    with pytest.raises(AusrecError, match="between 1 and the 4 ranks"):
        compute_metrics(torch.ones(1, 4, dtype=torch.bool), torch.tensor([1]), [k])
