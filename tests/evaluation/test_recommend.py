import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.evaluation import find_user, recommend


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
