from math import log2

import pytest
import torch
from torch_geometric.data import HeteroData
from torch_geometric.metrics import LinkPredCoverage, LinkPredNDCG, LinkPredRecall

from ausrec.errors import AusrecError
from ausrec.evaluation import evaluate
from ausrec.evaluation import ranking as ranking_module
from ausrec.evaluation.metrics import compute_metrics


def table_scores(table: torch.Tensor):
    return lambda users: table[users]


def test_hand_drawn_example(make_split) -> None:
    # User 0 knows item 0; 1 and 3 are held out. User 2 has item 0 held out. User 1 has nothing.
    split = make_split(
        3, 5, train=[(0, 0), (1, 1), (2, 1), (2, 2)], held_out=[(0, 1), (0, 3), (2, 0)]
    )
    table = torch.tensor([[5.0, 4, 3, 2, 1], [5.0, 4, 3, 2, 1], [1.0, 5, 4, 3, 2]])
    ranking = evaluate(table_scores(table), split, ks=(1, 2))
    assert ranking.top.tolist() == [[1, 2], [3, 4]]
    assert ranking.per_user.index.tolist() == [0, 2]
    assert ranking.per_user["recall@1"].tolist() == [0.5, 0.0]
    assert ranking.metrics["recall@2"] == 0.25
    assert ranking.metrics["precision@2"] == 0.25
    assert ranking.metrics["hit_rate@1"] == 0.5
    assert ranking.metrics["ndcg@2"] == pytest.approx(0.5 / (1 + 1 / log2(3)))
    assert ranking.metrics["coverage@1"] == 2 / 5
    assert ranking.metrics["coverage@2"] == 4 / 5


def test_all_metrics_at_all_cutoffs_are_there(random_split) -> None:
    ranking = evaluate(table_scores(torch.zeros(37, 53)), random_split, ks=(10, 5, 5))
    kinds = ["recall", "precision", "ndcg", "hit_rate", "mrr", "map", "coverage"]
    assert set(ranking.metrics) == {f"{kind}@{k}" for kind in kinds for k in (5, 10)}
    assert 5 not in ranking.per_user.index
    assert len(ranking.per_user) == 36


@pytest.mark.parametrize("batch_size", [1, 7, 36, 1000])
def test_block_size_has_no_influence(random_split, batch_size: int, monkeypatch) -> None:
    # Coarse scores, so that ties cross the end of the list.
    table = torch.rand(37, 53, generator=torch.Generator().manual_seed(0)).mul(6).floor()
    whole = evaluate(table_scores(table), random_split, ks=(3, 20))
    monkeypatch.setattr(ranking_module, "users_at_once", lambda num_items: batch_size)
    blocks = evaluate(table_scores(table), random_split, ks=(3, 20))
    assert torch.equal(whole.top, blocks.top)
    assert whole.metrics == blocks.metrics


def test_equals_a_full_sort_per_user(random_split) -> None:
    table = torch.rand(37, 53, generator=torch.Generator().manual_seed(1))
    ranking = evaluate(table_scores(table), random_split, ks=(4, 15))
    rates = random_split["user", "rates", "item"]
    for row, user in enumerate(ranking.per_user.index):
        known = set(rates.known_index[1, rates.known_index[0] == user].tolist())
        held_out = set(rates.edge_label_index[1, rates.edge_label_index[0] == user].tolist())
        order = [i for i in table[user].argsort(descending=True).tolist() if i not in known]
        hits = torch.tensor([[i in held_out for i in order[:15]]])
        expected = compute_metrics(hits, torch.tensor([len(held_out)]), [4, 15])
        for name, value in expected.items():
            assert ranking.per_user[name].iloc[row] == pytest.approx(value.item()), name


def test_equals_pyg(random_split) -> None:
    table = torch.rand(37, 53, generator=torch.Generator().manual_seed(2))
    ranking = evaluate(table_scores(table), random_split, ks=(10,))
    rates = random_split["user", "rates", "item"]
    masked = table.clone()
    masked[rates.known_index[0], rates.known_index[1]] = -torch.inf
    metrics = {
        "recall@10": LinkPredRecall(10),
        "ndcg@10": LinkPredNDCG(10),
        "coverage@10": LinkPredCoverage(10, num_dst_nodes=53),
    }
    users = torch.tensor(ranking.per_user.index.to_list())
    user, item = rates.edge_label_index
    for name, metric in metrics.items():
        metric.update(
            masked[users].topk(10).indices, torch.stack([torch.searchsorted(users, user), item])
        )
        assert ranking.metrics[name] == pytest.approx(float(metric.compute()), abs=1e-6), name


def test_catalogue_smaller_than_k_and_users_with_little_left(make_split) -> None:
    split = make_split(2, 3, train=[(0, 0), (0, 1), (1, 0)], held_out=[(0, 2), (1, 2)])
    ranking = evaluate(table_scores(torch.zeros(2, 3)), split, ks=(10,))
    assert ranking.top[:, :3].tolist() == [[2, -1, -1], [1, 2, -1]]
    assert ranking.metrics["recall@10"] == 1.0
    assert ranking.metrics["precision@10"] == 0.1
    assert ranking.metrics["mrr@10"] == 0.75
    assert ranking.metrics["coverage@10"] == 2 / 3


def test_a_user_who_knows_everything_gets_no_hit(make_split) -> None:
    # Held out and known at once cannot come from a split; masking wins.
    split = make_split(1, 2, train=[(0, 0)], held_out=[(0, 1)], known=[(0, 0), (0, 1)])
    ranking = evaluate(table_scores(torch.ones(1, 2)), split, ks=(2,))
    assert ranking.metrics["recall@2"] == 0.0
    assert ranking.metrics["coverage@2"] == 0.0


def test_an_item_listed_twice_among_the_held_out_counts_once(make_split) -> None:
    split = make_split(1, 3, train=[(0, 0)], held_out=[(0, 1), (0, 1)])
    ranking = evaluate(table_scores(torch.tensor([[0.0, 1, 0]])), split, ks=(1,))
    assert ranking.metrics["recall@1"] == 1.0


def test_leaves_scores_alone_and_needs_no_gradient(make_split) -> None:
    split = make_split(2, 3, train=[(0, 0), (1, 1)], held_out=[(0, 1), (1, 2)])
    table = torch.tensor([[3.0, 2, 1], [1.0, 2, 3]], requires_grad=True)
    ranking = evaluate(lambda users: table, split, ks=(1,))
    assert table.tolist() == [[3, 2, 1], [1, 2, 3]]
    assert ranking.metrics["recall@1"] == 1.0
    assert not ranking.top.requires_grad


def test_a_score_of_minus_infinity_keeps_an_item_off_the_list(make_split) -> None:
    split = make_split(1, 3, train=[(0, 0)], held_out=[(0, 1)])
    ranking = evaluate(table_scores(torch.tensor([[0.0, -torch.inf, 0.0]])), split, ks=(3,))
    assert ranking.top.tolist() == [[2, -1, -1]]
    assert ranking.metrics["coverage@3"] == 1 / 3


def test_nothing_held_out(make_split) -> None:
    with pytest.raises(AusrecError, match="holds out no interaction"):
        evaluate(table_scores(torch.ones(1, 2)), make_split(1, 2, [(0, 0)], []))


def test_a_list_far_longer_than_the_catalogue(make_split) -> None:
    split = make_split(1, 3, train=[(0, 0)], held_out=[(0, 1)])
    assert "recall@1000" in evaluate(table_scores(torch.zeros(1, 3)), split, ks=(1000,)).metrics
    with pytest.raises(AusrecError, match=r"1001 is more than there are items \(3\)"):
        evaluate(table_scores(torch.zeros(1, 3)), split, ks=(5, 1001))


def test_diverged_scores(random_split) -> None:
    with pytest.raises(AusrecError, match="user 0 is nan"):
        evaluate(table_scores(torch.full((37, 53), torch.nan)), random_split)


@pytest.mark.parametrize("ks", [(), (0, 5)])
def test_refuses_numbers_below_one(random_split, ks) -> None:
    with pytest.raises(AusrecError, match="from 1 up"):
        evaluate(table_scores(torch.ones(37, 53)), random_split, ks=ks)


def test_some_users_are_the_same_ones_and_have_all_their_rows(monkeypatch) -> None:
    split = HeteroData()
    split["user"].num_nodes, split["item"].num_nodes = 50, 3
    split["user", "rates", "item"].edge_label_index = torch.cartesian_prod(
        torch.arange(5, 45), torch.arange(2)
    ).T
    part = ranking_module.some_users(split, 10)
    rows = part["user", "rates", "item"].edge_label_index
    users, counts = rows[0].unique(return_counts=True)
    assert len(users) == 10
    assert counts.tolist() == [2] * 10
    again = ranking_module.some_users(split, 10)["user", "rates", "item"].edge_label_index
    assert torch.equal(rows, again)
    assert split["user", "rates", "item"].edge_label_index.size(1) == 80
    assert ranking_module.some_users(split) is ranking_module.some_users(split, 40) is split
    monkeypatch.setattr(ranking_module, "MANY_USERS", 39)
    monkeypatch.setattr(ranking_module, "SOME_USERS", 7)
    few = ranking_module.some_users(split)["user", "rates", "item"].edge_label_index
    assert len(few[0].unique()) == 7
