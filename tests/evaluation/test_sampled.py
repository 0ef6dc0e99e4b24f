"""Sampled rankings: exact where all items are drawn, and flattering where few are."""

import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.evaluation import evaluate, evaluate_sampled
from tests.sequences import parts

_, VAL, TEST = parts()
SCORES = torch.randn(6, 9, generator=torch.Generator().manual_seed(0))


def scores(users):
    return SCORES[users]


def test_among_all_unknown_items_it_is_the_full_ranking():
    # User 3 knows seven of nine items, so that ranks differ from user to user.
    few = evaluate_sampled(scores, TEST, (1, 2, 3), negatives=9)
    full = evaluate(scores, TEST, (1, 2, 3)).metrics
    assert few == pytest.approx({name: full[name] for name in few})
    assert {"recall@1", "ndcg@2", "mrr@3"} <= few.keys()


def test_with_one_negative_it_is_the_share_of_pairs_that_are_right():
    found = [
        evaluate_sampled(scores, TEST, (1,), negatives=1, seed=s)["recall@1"] for s in range(300)
    ]
    known = {
        u: set(
            TEST["user", "rates", "item"]
            .known_index[1][TEST["user", "rates", "item"].known_index[0] == u]
            .tolist()
        )
        for u in range(6)
    }
    shares = []
    for user, item in TEST["user", "rates", "item"].edge_label_index.T.tolist():
        others = set(range(9)) - known[user] - {item}
        if others:
            wins = sum(float(SCORES[user, item] > SCORES[user, o]) for o in others)
            shares.append(wins / len(others))
        else:
            shares.append(1.0)
    assert sum(found) / 300 == pytest.approx(sum(shares) / len(shares), abs=0.03)


def test_few_negatives_flatter():
    low = evaluate_sampled(scores, VAL, (1,), negatives=9)["recall@1"]
    assert evaluate_sampled(scores, VAL, (1,), negatives=1)["recall@1"] > low


def test_the_negative_is_first_among_equals():
    equal = evaluate_sampled(lambda users: torch.zeros(len(users), 9), VAL, (1,), negatives=1)
    assert equal["recall@1"] == 0
    with pytest.raises(AusrecError, match="negatives is 0"):
        evaluate_sampled(scores, VAL, negatives=0)
