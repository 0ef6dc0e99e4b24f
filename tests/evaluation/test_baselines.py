import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.evaluation import baselines, evaluate, popularity, random_scores
from ausrec.evaluation.baselines import ease, itemknn
from tests.graphs import random_graph


def test_popularity_counts_training_edges_only(make_split) -> None:
    split = make_split(3, 4, train=[(0, 1), (1, 1), (2, 3)], held_out=[(0, 2), (1, 2), (2, 2)])
    assert popularity(split)(torch.tensor([2, 0])).tolist() == [[0, 2, 0, 1], [0, 2, 0, 1]]
    # Known items are left out, ties follow the id.
    assert evaluate(popularity(split), split, ks=(4,)).top.tolist() == [
        [3, 0, 2, -1],
        [3, 0, 2, -1],
        [1, 0, 2, -1],
    ]


def test_random_depends_on_seed_and_user_alone(random_split) -> None:
    scores = random_scores(random_split, seed=1)
    together, alone = scores(torch.tensor([3, 8])), scores(torch.tensor([8]))
    assert together.shape == (2, 53)
    assert torch.equal(together[1:], alone)
    assert not torch.equal(together[0], together[1])
    assert not torch.equal(alone, random_scores(random_split, seed=2)(torch.tensor([8])))


def test_random_finds_k_over_the_number_of_candidates(make_split) -> None:
    held_out = [(user, user % 10) for user in range(2000)]
    split = make_split(2000, 10, train=[(0, 9)], held_out=held_out)
    # 2,000 draws with success probability 0.3: five standard deviations are 0.051.
    assert abs(evaluate(random_scores(split), split, ks=(3,)).metrics["recall@3"] - 0.3) < 0.051


def test_itemknn_adds_up_the_similarities_of_the_users_items(make_split) -> None:
    train = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 1), (2, 2)]
    split = make_split(3, 4, train=train, held_out=[(0, 2)])
    scores = itemknn(split, neighbours=2, shrink=1.0)(torch.tensor([0, 2]))
    # Items 0 and 1 share two users, items 1 and 2 one; 0, 1 and 2 have two, three and one.
    s01, s12 = 2 / (6**0.5 + 1), 1 / (3**0.5 + 1)
    expected = torch.tensor([[s01, s01, s12, 0], [s01, s12, s12, 0]])
    assert torch.allclose(scores, expected.double())
    nearest = itemknn(split, neighbours=1, shrink=1.0)(torch.tensor([2]))
    assert torch.allclose(nearest, torch.tensor([[s01, 0, s12, 0]]).double())


def test_ease_is_the_ridge_regression_of_each_item_on_the_others(random_split) -> None:
    user, item = random_split["user", "rates", "item"].edge_index
    x = torch.zeros(random_split["user"].num_nodes, random_split["item"].num_nodes).double()
    x[user, item] = 1
    scores = ease(random_split, l2=3.0)(torch.arange(len(x)))
    for place in (0, 7, 52):
        others = [other for other in range(x.size(1)) if other != place]
        gram = x[:, others].T @ x[:, others] + 3.0 * torch.eye(len(others)).double()
        weights = torch.linalg.solve(gram, x[:, others].T @ x[:, place])
        assert torch.allclose(scores[:, place].double(), x[:, others] @ weights, atol=1e-5)


def test_ease_refuses_more_items_than_its_matrix_holds(make_split, monkeypatch) -> None:
    monkeypatch.setattr(baselines, "MOST_ITEMS", 3)
    with pytest.raises(AusrecError, match="at most 3: use itemknn"):
        ease(make_split(1, 4, train=[(0, 0)], held_out=[]))


def test_itemknn_needs_no_table_of_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = random_graph(30, 25)
    users = torch.arange(30)
    whole = itemknn(graph, neighbours=4, shrink=2.0)(users)
    monkeypatch.setattr(baselines, "BLOCK", 8 * 25 * 3)
    assert torch.equal(itemknn(graph, neighbours=4, shrink=2.0)(users), whole)
