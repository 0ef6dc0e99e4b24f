from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ausrec.errors import AusrecError
from ausrec.evaluation import by_item_popularity, by_user_activity, evaluate
from ausrec.evaluation.groups import quantile_groups


@pytest.fixture
def split(make_split):
    # Users 0 and 1 have one training item, 2 and 3 have three. Items 0, 1, 2 are trained on by
    # 4, 2 and 2 users; 3, 4 and 5 by nobody.
    train = [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (3, 0), (3, 1), (3, 2)]
    held_out = [(0, 1), (0, 3), (1, 4), (2, 5), (3, 3)]
    return make_split(4, 6, train, held_out)


@pytest.fixture
def scores():
    table = torch.zeros(4, 6)
    table[:, 1], table[:, 3] = 2, 1
    return lambda users: table[users]


def test_users_by_activity(split, scores) -> None:
    table = by_user_activity(evaluate(scores, split, ks=(2,)), split)
    recall = table[table.metric == "recall@2"]
    assert recall[["group", "label", "size"]].values.tolist() == [[1, "1", 2], [2, "3", 2]]
    # User 0 finds both of two, user 1 none; user 2 none, user 3 the one.
    assert recall["value"].tolist() == [0.5, 0.5]
    precision = table[table.metric == "precision@2"]
    assert precision["value"].tolist() == [0.5, 0.25]


def test_items_by_popularity(split, scores) -> None:
    table = by_item_popularity(evaluate(scores, split, ks=(1, 2)), split)
    assert table.columns.tolist() == ["group", "label", "size", "metric", "value"]
    # Unpopular (0): users 0 and 3 find item 3 at rank 2 and 1, users 1 and 2 find nothing.
    # Popular (2): only user 0 has one, item 1, and finds it first. Nobody has item 0 (4) left.
    assert table.values.tolist() == [
        [1, "0", 4, "recall@1", 0.25],
        [1, "0", 4, "recall@2", 0.5],
        [2, "2", 1, "recall@1", 1.0],
        [2, "2", 1, "recall@2", 1.0],
    ]


def test_one_group_is_the_whole(random_split, monkeypatch) -> None:
    one = partial(quantile_groups, num_groups=1)
    monkeypatch.setattr("ausrec.evaluation.groups.quantile_groups", one)
    table = torch.rand(37, 53, generator=torch.Generator().manual_seed(5))
    ranking = evaluate(lambda users: table[users], random_split, ks=(10,))
    users = by_user_activity(ranking, random_split).set_index("metric")["value"]
    items = by_item_popularity(ranking, random_split).set_index("metric")["value"]
    assert items["recall@10"] == pytest.approx(ranking.metrics["recall@10"])
    for name, value in users.items():
        assert value == pytest.approx(ranking.metrics[name])


@given(st.lists(st.integers(0, 20), min_size=1), st.integers(1, 6))
def test_groups_are_ordered_complete_and_never_split_ties(
    counts: list[int], num_groups: int
) -> None:
    group, labels = quantile_groups(np.array(counts), num_groups)
    assert set(group.tolist()) == set(range(1, len(labels) + 1))
    assert len(labels) <= num_groups
    for a, group_a in zip(counts, group, strict=True):
        for b, group_b in zip(counts, group, strict=True):
            assert group_a <= group_b or a > b


def test_quarters_of_distinct_counts_are_equal() -> None:
    group, labels = quantile_groups(np.arange(8), 4)
    assert group.tolist() == [1, 1, 2, 2, 3, 3, 4, 4]
    assert labels == ["0-1", "2-3", "4-5", "6-7"]


def test_refuses_another_split(split, scores, random_split) -> None:
    ranking = evaluate(scores, split, ks=(1,))
    with pytest.raises(AusrecError, match="another split"):
        by_item_popularity(ranking, random_split)
