"""What lists are like: each metric next to a naive loop, and by hand."""

from itertools import combinations
from math import log2

import numpy as np
import pytest
import torch
from torch_geometric.data import HeteroData

from ausrec.evaluation import METRICS, beyond, evaluate
from ausrec.evaluation.beyond import Lists
from tests.graphs import edges, random_graph

KS = (1, 2, 4)


def make_lists(seed: int = 0, genres: int = 3) -> Lists:
    """Draw lists for some users of a random graph, some of them short."""
    rng = np.random.default_rng(seed)
    graph = random_graph(12, 9, seed)
    if genres:
        graph["genre"].num_nodes = genres
        pairs = [(i, g) for i in range(8) for g in range(genres) if rng.random() < 0.5]
        graph["item", "has", "genre"].edge_index = edges(pairs)
    users = torch.tensor([0, 3, 4, 7, 11])
    top = torch.stack([torch.from_numpy(rng.permutation(9)[:4]) for _ in users])
    top[1, 2:] = -1
    top[2] = -1
    return Lists(top, users, graph, torch.from_numpy(rng.normal(size=(9, 5))).float())


def listed(lists: Lists, row: int, k: int) -> list[int]:
    return [item for item in lists.top[row, :k].tolist() if item >= 0]


def own_items(lists: Lists, row: int) -> list[int]:
    user, item = lists.split["user", "rates", "item"].edge_index
    return item[user == lists.users[row]].tolist()


def genres_of(lists: Lists, item: int) -> set[int]:
    ends = lists.split["item", "has", "genre"].edge_index
    return set(ends[1][ends[0] == item].tolist())


def mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def popularity(lists: Lists, item: int) -> int:
    return int((lists.split["user", "rates", "item"].edge_index[1] == item).sum())


def naive_novelty(lists: Lists, row: int, k: int) -> float:
    return mean([-log2(max(popularity(lists, i), 1) / 12) for i in listed(lists, row, k)])


def naive_lift(lists: Lists, row: int, k: int) -> float:
    own = mean([popularity(lists, i) for i in own_items(lists, row)])
    return mean([popularity(lists, i) for i in listed(lists, row, k)]) / own - 1


def naive_diversity(lists: Lists, row: int, k: int) -> float:
    cosine = torch.nn.functional.cosine_similarity
    pairs = combinations(listed(lists, row, k), 2)
    return mean([1 - float(cosine(*lists.items[list(pair)].double(), dim=0)) for pair in pairs])


def naive_attributes(lists: Lists, row: int, k: int) -> float:
    found = []
    for one, other in combinations(listed(lists, row, k), 2):
        a, b = genres_of(lists, one), genres_of(lists, other)
        found.append(1 - len(a & b) / (len(a) * len(b)) ** 0.5 if a and b else 1.0)
    return mean(found)


def spread(lists: Lists, items: list[int]) -> list[float]:
    sets = [each for item in items if (each := genres_of(lists, item))]
    return [mean([(g in s) / len(s) for s in sets]) for g in range(3)]


def naive_calibration(lists: Lists, row: int, k: int) -> float:
    p, q = spread(lists, own_items(lists, row)), spread(lists, listed(lists, row, k))
    if not (sum(p) and sum(q)):
        return 0.0
    middle = [(a + b) / 2 for a, b in zip(p, q, strict=True)]
    parts = [sum(x * log2(x / m) for x, m in zip(s, middle, strict=True) if x) for s in (p, q)]
    return 1 - sum(parts) / 2


@pytest.mark.parametrize(
    ("name", "naive"),
    [
        ("novelty", naive_novelty),
        ("popularity_lift", naive_lift),
        ("diversity", naive_diversity),
        ("attribute_diversity", naive_attributes),
        ("calibration", naive_calibration),
        ("user_coverage", lambda lists, row, k: float(len(listed(lists, row, k)) == k)),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_it_is_what_a_plain_loop_says(name, naive, seed, monkeypatch) -> None:
    lists = make_lists(seed)
    expected = [[naive(lists, row, k) for k in KS] for row in range(5)]
    compute = METRICS[name].compute
    np.testing.assert_allclose(compute(lists, KS), expected, atol=1e-6)
    whole = compute(lists, KS)
    monkeypatch.setattr(beyond, "NUMBERS", 6)  # a user or two at a time
    assert torch.equal(compute(lists, KS), whole)


def test_gini_is_0_for_even_and_near_1_for_one_item() -> None:
    graph = random_graph(4, 4)
    even = Lists(torch.tensor([[0], [1], [2], [3]]), torch.arange(4), graph)
    alone = Lists(torch.tensor([[2], [2], [2], [2]]), torch.arange(4), graph)
    assert beyond.gini(even, [1]).tolist() == [0.0]
    assert beyond.gini(alone, [1]).tolist() == [0.75]  # (n - 1) / n
    # 1 once and 3 three times of four: (−3·0 − 1·0 + 1·1 + 3·3) / (4·4)
    some = Lists(torch.tensor([[1], [3], [3], [3]]), torch.arange(4), graph)
    assert beyond.gini(some, [1]).tolist() == [10 / 16]


def test_a_list_like_the_profile_is_calibrated_in_full() -> None:
    lists = make_lists()
    own = own_items(lists, 0)
    same = lists._replace(top=torch.tensor([own]), users=lists.users[:1])
    value = beyond.calibration(same, [len(own)])
    assert value.item() == pytest.approx(1)
    assert beyond.popularity_lift(same, [len(own)]).item() == pytest.approx(0)


def test_what_the_data_lacks_is_left_out() -> None:
    bare = make_lists(genres=0)._replace(items=None)
    for name in ("diversity", "attribute_diversity", "calibration"):
        assert METRICS[name].compute(bare, KS) is None


def test_evaluation_measures_it_only_when_asked(split_of: HeteroData) -> None:
    scores = torch.rand(30, 25, generator=torch.Generator().manual_seed(0))

    def of_users(users: torch.Tensor) -> torch.Tensor:
        return scores[users]

    plain = evaluate(of_users, split_of, (5,))
    assert not any("novelty" in name or "gini" in name for name in plain.metrics)
    full = evaluate(of_users, split_of, (5,), beyond=True, items=torch.eye(25))
    assert plain.metrics.items() <= full.metrics.items()
    assert full.metrics["diversity@5"] == pytest.approx(1)
    assert {"novelty@5", "popularity_lift@5", "user_coverage@5"} <= set(full.per_user)
    assert "gini@5" in full.metrics and "calibration@5" not in full.metrics


@pytest.fixture
def split_of() -> HeteroData:
    from ausrec.graph import split_interactions

    return split_interactions(random_graph()).test
