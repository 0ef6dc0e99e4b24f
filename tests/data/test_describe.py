import math

import numpy as np
import pytest

from ausrec.data.build import RATES, TRUSTS, Edges, build_graph
from ausrec.data.describe import describe, homophily


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
