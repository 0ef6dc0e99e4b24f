import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ausrec.errors import AusrecError
from ausrec.evaluation import find_user, recommend, top
from ausrec.evaluation.top import check_scores, known_items, stable_topk, top_items
from tests.graphs import random_graph

NO_PAIRS = torch.empty(2, 0, dtype=torch.int64)


@given(st.integers(1, 6), st.integers(1, 15), st.integers(1, 15), st.integers(0, 2**16))
@settings(max_examples=100, deadline=None)
def test_stable_topk_equals_a_full_stable_sort(rows: int, columns: int, k: int, seed: int) -> None:
    # Few distinct values, so that ties are everywhere, at the k-th place too.
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randint(0, 3, (rows, columns), generator=generator).float()
    scores[scores == 2] = -torch.inf
    k = min(k, columns)
    expected = scores.sort(dim=1, descending=True, stable=True)
    value, item = stable_topk(scores, k)
    assert torch.equal(value, expected.values[:, :k])
    assert torch.equal(item, expected.indices[:, :k])


def test_equal_scores_are_ranked_by_id() -> None:
    scores = torch.tensor([[1.0, 2.0, 1.0, 2.0, 1.0]])
    assert top_items(scores, torch.tensor([0]), NO_PAIRS, 4).tolist() == [[1, 3, 0, 2]]


def test_known_items_are_left_out_and_scores_stay_as_they_are() -> None:
    scores = torch.tensor([[9.0, 8.0, 7.0], [9.0, 8.0, 7.0]])
    before = scores.clone()
    known = torch.tensor([[2, 3, 5, 5, 6], [1, 2, 0, 1, 2]])  # of users 2, 3, 5, 5, 6
    top = top_items(scores, torch.tensor([2, 5]), known, 3)
    assert top.tolist() == [[0, 2, -1], [2, -1, -1]]
    assert torch.equal(scores, before)


def test_lists_longer_than_the_catalogue_end_in_minus_one() -> None:
    top = top_items(torch.tensor([[0.0, 1.0]]), torch.tensor([0]), NO_PAIRS, 4)
    assert top.tolist() == [[1, 0, -1, -1]]


def test_known_items_of_a_training_part_are_its_edges(make_split) -> None:
    split = make_split(2, 3, train=[(1, 0), (0, 2)], held_out=[(0, 1)])
    del split["user", "rates", "item"].known_index
    assert known_items(split).tolist() == [[0, 1], [2, 0]]


@pytest.mark.parametrize(("value", "shown"), [(torch.nan, "nan"), (torch.inf, "inf")])
def test_refuses_scores_of_a_diverged_model(value: float, shown: str) -> None:
    scores = torch.zeros(2, 3)
    scores[1, 2] = value
    with pytest.raises(AusrecError, match=f"user 8 is {shown}: the model has diverged"):
        check_scores(scores, torch.tensor([4, 8]), 3)


def test_refuses_scores_of_another_shape() -> None:
    with pytest.raises(AusrecError, match=r"shape \[2, 3\], expected \[2, 4\]"):
        check_scores(torch.zeros(2, 3), torch.tensor([0, 1]), 4)


@pytest.fixture
def split(make_split):
    return make_split(2, 4, train=[(1, 2)], held_out=[(1, 0)])


def scores(users: torch.Tensor) -> torch.Tensor:
    return torch.tensor([[0.0, 0, 0, 0], [0.5, 1.5, 9, 0.5]])[users]


def test_lists_unknown_items_by_name(split) -> None:
    table = recommend(scores, split, user=1, k=2)
    assert table.to_dict("records") == [
        {"rank": 1, "item": 1, "raw_id": "i1", "name": "Item 1", "score": 1.5},
        {"rank": 2, "item": 0, "raw_id": "i0", "name": "Item 0", "score": 0.5},
    ]


def test_lists_what_is_left_where_k_is_larger(split) -> None:
    assert recommend(scores, split, user=1, k=10)["item"].tolist() == [1, 0, 3]


def test_a_user_who_knows_everything_gets_an_empty_table(make_split) -> None:
    split = make_split(1, 1, train=[(0, 0)], held_out=[])
    table = recommend(lambda users: torch.ones(1, 1), split, user=0)
    assert table.empty
    assert table.columns.tolist() == ["rank", "item", "raw_id", "name", "score"]


@pytest.mark.parametrize("user", [-1, 2])
def test_refuses_users_outside_the_graph(split, user: int) -> None:
    with pytest.raises(AusrecError, match=f"user {user} is not in the graph: .* from 0 to 1"):
        recommend(scores, split, user=user)


def test_refuses_k_below_one(split) -> None:
    with pytest.raises(AusrecError, match="at least one"):
        recommend(scores, split, user=0, k=0)


def test_finds_users_by_the_id_of_the_source(split) -> None:
    assert find_user(split, "u1") == 1
    with pytest.raises(AusrecError, match="user 'nobody' is not in the data: ids look like u0, u1"):
        find_user(split, "nobody")


@pytest.mark.parametrize("num_items", [1, 1000, 32_768, 300_000, 10**9])
def test_a_block_of_scores_fits_its_memory(num_items: int) -> None:
    users = top.users_at_once(num_items)
    assert users == 1 or users * num_items * 8 <= 256 * 2**20
    assert users == 1024 or (users + 1) * num_items * 8 > 256 * 2**20


def test_lists_do_not_depend_on_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = random_graph(12, 9)
    scores = torch.rand(12, 9, generator=torch.Generator().manual_seed(1))
    users = [7, 0, 3, 7]
    whole = top.recommend_all(lambda u: scores[u], graph, users, 4)
    monkeypatch.setattr(top, "BLOCK", 8 * 9 * 2)
    pd.testing.assert_frame_equal(top.recommend_all(lambda u: scores[u], graph, users, 4), whole)
    assert list(whole["user"].unique()) == [0, 3, 7]
    for user in (0, 3, 7):
        alone = top.recommend(lambda u: scores[u], graph, user, 4)
        rows = whole[whole["user"] == user].drop(columns="user").reset_index(drop=True)
        pd.testing.assert_frame_equal(rows, alone)
    known = top.recommend_all(lambda u: scores[u], graph, [3], 9, with_known=True)
    assert list(known["item"]) == scores[3].argsort(descending=True).tolist()
