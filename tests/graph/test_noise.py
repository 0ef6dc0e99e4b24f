"""The control relation: as many pairs as it says, any pair as likely as another."""

from functools import partial

import numpy as np
import torch

from ausrec.graph import AddRelation, add_relations, noise, relation_pairs
from ausrec.graph.relations import to_pairs
from tests.graphs import make_graph, random_graph

TRUSTS = ("user", "trusts", "user")


def edges_of(graph, seed: int = 0) -> torch.Tensor:
    return to_pairs(noise(graph, seed=seed)).edge_index()


def test_there_are_as_many_pairs_as_links_and_nobody_is_their_own() -> None:
    graph = random_graph()
    edges = edges_of(graph)
    assert edges.size(1) == graph[TRUSTS].edge_index.size(1)
    assert bool((edges[0] != edges[1]).all())
    assert int(edges.min()) >= 0 and int(edges.max()) < 30


def test_without_links_there_are_ten_a_user() -> None:
    graph = random_graph()
    del graph[TRUSTS]
    assert edges_of(graph).size(1) == 300


def test_half_of_all_pairs_is_the_most() -> None:
    graph = make_graph(4, 1, [(0, 0)], [])
    del graph[TRUSTS]
    assert edges_of(graph).size(1) == 6


def test_the_seed_decides() -> None:
    graph = random_graph()
    assert torch.equal(edges_of(graph), edges_of(graph))
    assert not torch.equal(edges_of(graph), edges_of(graph, seed=1))


def test_every_pair_is_as_likely_as_another() -> None:
    """Six of the twelve pairs of four users, 4000 times: each 2000 times, σ = 32."""
    graph = make_graph(4, 1, [(0, 0)], [(0, 1), (0, 2), (0, 3), (1, 0), (1, 2), (1, 3)])
    counts = np.zeros((4, 4))
    for seed in range(4000):
        counts[tuple(edges_of(graph, seed).numpy())] += 1
    assert (np.diag(counts) == 0).all()
    assert np.abs(counts[~np.eye(4, dtype=bool)] - 2000).max() < 5 * 32


def test_it_is_a_relation_by_name_and_with_another_seed() -> None:
    graph = random_graph()
    by_name = relation_pairs(add_relations(graph, ["noise"]), "noise").edge_index()
    assert torch.equal(by_name, edges_of(graph))
    other = AddRelation("noise", partial(noise, seed=3))(graph)
    assert torch.equal(relation_pairs(other, "noise").edge_index(), edges_of(graph, 3))
