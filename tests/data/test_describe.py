import math

import numpy as np
import pytest
import torch

from ausrec.data.build_graph import RATES, TRUSTS, Edges, build_graph
from ausrec.data.describe import describe, homophily, informativeness
from ausrec.errors import AusrecError


def graph(rates, trusts, test=None):
    user, item = zip(*rates, strict=True)
    mask = None if test is None else np.array(test)
    source, target = zip(*trusts, strict=True)
    return build_graph(
        {
            RATES: Edges(np.array(user), np.array(item), test_mask=mask),
            TRUSTS: Edges(np.array(source), np.array(target)),
        }
    )


def test_table_of_a_hand_drawn_graph():
    data = graph([(0, 0), (0, 1), (1, 1)], [(0, 1), (1, 0), (2, 0)], [False, True, False])
    table = describe(data)
    facts = {(part, quantity): value for part, quantity, value in table.to_numpy().tolist()}
    rates, trusts = "user rates item", "user trusts user"
    assert facts["user", "nodes"] == 3
    assert facts[rates, "edges"] == 3
    assert facts[rates, "test edges"] == 1
    assert facts[rates, "density"] == 3 / 6
    assert facts[rates, "mean out-degree of user"] == 1.0
    assert facts[rates, "users with out-degree 0"] == 1
    assert facts[rates, "largest in-degree of item"] == 2
    assert facts[trusts, "median out-degree of user"] == 1.0
    assert facts[trusts, "symmetric"] is False
    # cos(r_0, r_1) = 1/sqrt(2) is the similarity of the only pair, so both means are equal.
    assert facts[trusts, "homophily"] == pytest.approx(1.0)


def test_symmetric():
    table = describe(graph([(0, 0), (1, 0)], [(0, 1), (1, 0)]))
    assert table.loc[table["quantity"] == "symmetric", "value"].tolist() == [True]


def test_homophily_against_a_loop():
    generator = np.random.default_rng(0)
    rates = sorted({(u, i) for u, i in generator.integers(0, 12, size=(60, 2)).tolist()})
    trusts = sorted({(u, v) for u, v in generator.integers(0, 12, size=(30, 2)).tolist()})
    data = graph(rates, trusts)
    matrix = np.zeros((data["user"].num_nodes, data["item"].num_nodes))
    matrix[tuple(data[RATES].edge_index.numpy())] = 1

    def cosines(pairs):
        return [
            matrix[u] @ matrix[v] / np.linalg.norm(matrix[u]) / np.linalg.norm(matrix[v])
            for u, v in pairs
            if u != v and matrix[u].any() and matrix[v].any()
        ]

    users = range(len(matrix))
    everyone = cosines((u, v) for u in users for v in users)
    expected = np.mean(cosines(data[TRUSTS].edge_index.T.tolist())) / np.mean(everyone)
    assert homophily(data) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("rates", "trusts"),
    [([(0, 0), (1, 1)], [(0, 1)]), ([(0, 0), (1, 0)], [(0, 2)]), ([(0, 0), (1, 0)], [(0, 0)])],
    ids=["nothing shared", "friend without items", "link to itself"],
)
def test_homophily_that_is_not_defined(rates, trusts):
    assert math.isnan(homophily(graph(rates, trusts)))


def test_without_social_links():
    data = build_graph({RATES: Edges(np.array([1]), np.array([2]))})
    assert "homophily" not in describe(data)["quantity"].tolist()


# Users 0 and 1 love the first genre, 2 the second, 3 both alike.
TASTE = torch.tensor([[2.0, 0.0], [1.0, 0.0], [0.0, 3.0], [1.0, 1.0]])
HALF = math.sqrt(0.5)
ALL = (1 + 0 + HALF + 0 + HALF + HALF) / 6


@pytest.mark.parametrize(
    ("pairs", "mean"),
    [
        ([[0], [1]], 1.0),
        ([[0], [2]], 0.0),
        ([[0, 2], [1, 3]], (1 + HALF) / 2),
        ([[0, 2, 3], [1, 3, 3]], (1 + HALF) / 2),
        ([[0, 0, 0, 1, 1, 2], [1, 2, 3, 2, 3, 3]], ALL),
    ],
)
def test_informativeness_of_hand_made_pairs(pairs, mean):
    assert informativeness(TASTE, torch.tensor(pairs)) == pytest.approx(mean / ALL)


def test_informativeness_against_a_loop():
    generator = torch.Generator().manual_seed(0)
    taste = torch.rand(20, 4, generator=generator)
    pairs = torch.randint(20, (2, 50), generator=generator)

    def mean(rows):
        values = [torch.cosine_similarity(taste[u], taste[v], dim=0) for u, v in rows if u != v]
        return float(torch.stack(values).mean())

    everyone = [(u, v) for u in range(20) for v in range(20)]
    expected = mean(pairs.T.tolist()) / mean(everyone)
    assert informativeness(taste, pairs) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("taste", "pairs", "message"),
    [
        (TASTE, [[1], [1]], "no pair of two different users"),
        (TASTE, [[0], [4]], "out of range; there are 4 users"),
        (TASTE, [[-1], [0]], "out of range"),
        (TASTE - 1, [[0], [1]], "negative"),
        (torch.zeros(4, 2), [[0], [1]], "all zero"),
        (torch.eye(4), [[0], [1]], "no two users have anything in common"),
    ],
)
def test_what_has_no_lift_is_refused(taste, pairs, message):
    with pytest.raises(AusrecError, match=message):
        informativeness(taste, torch.tensor(pairs))


def test_tied_last_steps_are_counted():
    user = np.array([0, 0, 0, 1, 1, 2, 3, 3])
    time = np.array([1, 5, 5, 5, 1, 9, 2, 2])
    data = build_graph({RATES: Edges(user, np.arange(8), time=time)})
    table = describe(data).set_index("quantity")["value"]
    assert table["users with a tied last step"] == 2
