"""User graphs: by hand, and the motifs one by one."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from ausrec.errors import AusrecError
from ausrec.tasks.objectives.social_graphs import (
    motif_adjacencies,
    row_normalised,
    shared_items,
    social_adjacency,
    with_self_links,
)
from tests.graphs import edges, make_graph, random_graph

GRAPH = make_graph(
    4,
    4,
    [(0, 0), (0, 1), (1, 0), (1, 1), (2, 1), (3, 0), (3, 1), (3, 2), (2, 0), (2, 2)],
    [(0, 1), (1, 2), (2, 0), (0, 0)],
)


def test_links_count_both_ways_and_nobody_is_their_own_friend() -> None:
    expected = [[0, 1, 1, 0], [1, 0, 1, 0], [1, 1, 0, 0], [0, 0, 0, 0]]
    assert social_adjacency(GRAPH).toarray().tolist() == expected
    empty = make_graph(2, 2, [(0, 0)], [])
    with pytest.raises(AusrecError, match="social links are needed"):
        social_adjacency(empty)
    empty["user", "trusts", "user"].edge_index = edges([(1, 1)])
    with pytest.raises(AusrecError, match="social links are needed"):
        social_adjacency(empty)
    del empty["user", "trusts", "user"]
    with pytest.raises(AusrecError, match="social links are needed"):
        social_adjacency(empty)


def test_shared_items_are_counted() -> None:
    expected = [[0, 2, 2, 2], [2, 0, 2, 2], [2, 2, 0, 3], [2, 2, 3, 0]]
    assert shared_items(GRAPH).toarray().tolist() == expected
    twice = GRAPH.clone()
    rates = twice["user", "rates", "item"]
    rates.edge_index = rates.edge_index.repeat(1, 2)
    assert shared_items(twice).toarray().tolist() == expected
    alone = GRAPH.clone()
    alone["user"].num_nodes += 1  # has no item, and a row of zeros
    assert shared_items(alone).toarray().tolist() == [[*row, 0] for row in expected] + [[0] * 5]


def test_channels_by_hand() -> None:
    found = {name: matrix.toarray() for name, matrix in motif_adjacencies(GRAPH).items()}
    third = [[0, 0.5, 0.5, 0], [0.5, 0, 0.5, 0], [0.5, 0.5, 0, 0], [0, 0, 0, 0]]
    assert found["social"].tolist() == third
    assert found["joint"].tolist() == third
    # 3 shares two items with 0 and with 1, and three with 2; each user's own items count too.
    fifth = [[0.5, 0, 0, 0.5], [0, 0.5, 0, 0.5], [0, 0, 0.5, 0.5], [0.2, 0.2, 0.3, 0.3]]
    np.testing.assert_allclose(found["purchase"], fifth)
    above = motif_adjacencies(GRAPH, above=2)["purchase"].toarray()
    assert above.tolist() == [[0] * 4, [0] * 4, [0, 0, 0.5, 0.5], [0, 0, 0.5, 0.5]]


def test_users_of_whom_no_channel_knows_anything_are_refused() -> None:
    strangers = make_graph(3, 3, [(0, 0), (1, 1), (2, 2)], [(0, 1)])
    with pytest.raises(AusrecError, match="have common friends or share items are needed"):
        motif_adjacencies(strangers)


def test_common_friends_of_friends_are_the_sum_of_the_seven_motifs() -> None:
    graph = random_graph(40, 30, 3)
    social = graph["user", "trusts", "user"].edge_index.numpy()
    S = np.zeros((40, 40))
    S[social[0], social[1]] = 1
    np.fill_diagonal(S, 0)
    B = S * S.T
    U = S - B
    # Every way in which a triangle's three links may be directed, counted from each of its
    # pairs: the third user linked to both, whatever the directions.
    total = np.zeros((40, 40))
    for a in range(40):
        for b in range(40):
            if a != b and (S[a, b] or S[b, a]):
                total[a, b] = sum(
                    bool(S[a, c] or S[c, a]) and bool(S[b, c] or S[c, b]) for c in range(40)
                )
    either = B + U + U.T
    np.testing.assert_array_equal((either @ either) * either, total)
    counted = motif_adjacencies(graph)["social"].toarray()
    sums = total.sum(1, keepdims=True)
    np.testing.assert_allclose(counted, np.divide(total, sums, where=sums > 0, out=0 * total))


def test_the_seven_motifs_one_by_one_add_up_to_it() -> None:
    """The formulas of the paper's table of motifs, B of mutual links and U of one-way ones."""
    graph = random_graph(40, 30, 4)
    S = np.zeros((40, 40))
    S[tuple(graph["user", "trusts", "user"].edge_index.numpy())] = 1
    B = S * S.T
    U = S - B
    assert B.any() and U.any()
    halves = [
        (U @ U) * U.T,
        (B @ U) * U.T + (U @ B) * U.T + (U @ U) * B,
        (B @ B) * U + (B @ U) * B + (U @ B) * B,
        (U @ U) * U + (U @ U.T) * U + (U.T @ U) * U,
    ]
    whole = [
        (B @ B) * B,
        (U @ B) * U + (B @ U.T) * U.T + (U.T @ U) * B,
        (U.T @ B) * U.T + (B @ U) * U + (U @ U.T) * B,
    ]
    total = sum(half + half.T for half in halves) + sum(whole)
    sums = total.sum(1, keepdims=True)
    expected = np.divide(total, sums, where=sums > 0, out=0 * total)
    np.testing.assert_allclose(motif_adjacencies(graph)["social"].toarray(), expected)


def test_normalisations() -> None:
    matrix = csr_array(np.array([[0.0, 3.0], [0.0, 0.0]]))
    assert row_normalised(matrix).toarray().tolist() == [[0, 1], [0, 0]]
    found = with_self_links(csr_array(np.array([[0.0, 1.0], [1.0, 0.0]]))).toarray()
    np.testing.assert_allclose(found, np.full((2, 2), 0.5))
